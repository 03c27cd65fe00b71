"""Where pictures move or are shown anew although something in them is covered: covers stay where they were written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .effect import Effect
from .merge_effects import Clear, EffectChanges
from .timebase import FrameRange

FLAT = {"TEXT", "COLOR"}
"""Layers that show nothing of a picture."""


def bare(changes: EffectChanges, strips: Mapping[str, FrameRange]) -> tuple[FrameRange, ...]:
    """The frames, in order, over which Anonymise's covers stand and these changes move what they cover, or show it again above them.

    `strips`: where each strip stands.
    """
    kept = [record for record in changes.ledger.records if record.identity.kind == "privacy" and record.state == "live"]
    covers = [FrameRange(record.start, record.end) for record in kept]
    moved = [write.effect.frames for write in changes.writes if _moves(write.effect)]
    moved += [strips[clear.strip] for clear in changes.clears if clear.kind != "privacy" and _poses(clear) and clear.strip in strips]
    shared = [FrameRange(max(a.start, b.start), min(a.end, b.end)) for a in covers for b in moved if a.overlaps(b)]
    return _joined(shared)


def told(frames: tuple[FrameRange, ...]) -> str:
    """What the editor has to know of it."""
    where = ", ".join(f"{one.start} to {one.end - 1}" for one in frames[:5]) + (" and more" if len(frames) > 5 else "")
    return f"Covers do not move along: at frames {where} faces or things may be bare. Run Anonymise again."


def _moves(effect: Effect) -> bool:
    if effect.identity.kind == "privacy":
        return False
    paths = [*(one.path for one in effect.settings), *(one.path for one in effect.curves)]
    return any(map(_of_pose, paths)) or any(layer.type not in FLAT and not layer.muted for layer in effect.layers)


def _poses(clear: Clear) -> bool:
    return any(_of_pose(own.path) for own in clear.own)


def _of_pose(path: str) -> bool:
    return path.startswith(("transform.", "crop."))


def _joined(frames: Iterable[FrameRange]) -> tuple[FrameRange, ...]:
    found: list[FrameRange] = []
    for one in sorted(frames, key=lambda frames: (frames.start, frames.end)):
        if found and one.start <= found[-1].end:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)
