"""What a run did about effects, for the panel's result line and for `--json`. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from .effect import Effect, Layer, Modifier
from .merge_effects import EffectChanges
from .outcome import UNCERTAIN, Outcome


def with_effects(done: Outcome, changes: EffectChanges, notices: Sequence[str] = (), refused: Collection[str] = ()) -> Outcome:
    """`done` and what carrying out `changes` made of effects. `refused` are the records of writes that were not carried out."""
    written = [write for write in changes.writes if write.record.id not in refused]
    not_written = [*changes.left_out, *(write.effect for write in changes.writes if write.record.id in refused)]
    added = [write.effect for write in written if write.new]
    updated = [write.effect for write in written if not write.new]
    groups = ((added, "added"), (updated, "updated"), (changes.standing, "standing"), (not_written, "left_out"))
    rows = [(effect, status) for effects, status in groups for effect in effects]
    counts = {
        "added": [effect.identity.kind for effect in added],
        "updated": [effect.identity.kind for effect in updated],
        "removed": changes.removed,
    }
    return replace(
        done,
        edits=(*done.edits, *(_row(effect, status) for effect, status in rows)),
        counts={what: dict(Counter(done.counts.get(what, {})) + Counter(kinds)) for what, kinds in counts.items()},
        kept=done.kept + changes.kept,
        unchanged=done.unchanged + len(changes.standing),
        uncertain=done.uncertain + len([effect for effect, _status in rows if effect.why.confidence < UNCERTAIN]),
        notices=tuple(dict.fromkeys((*done.notices, *changes.notices, *notices))),
    )


def keyframes(effect: Effect) -> int:
    """How many keyframes an effect has, those of masks included."""
    modifiers = [*effect.modifiers, *(one for layer in effect.layers for one in layer.modifiers)]
    owners: tuple[Effect | Layer | Modifier, ...] = (effect, *effect.layers, *modifiers)
    steps = sum(len(line.steps) for shape in effect.shapes for line in shape.outlines)
    return steps + sum(len(curve.keys) for owner in owners for curve in owner.curves)


def _row(effect: Effect, status: str) -> dict[str, Any]:
    start, end = effect.identity.moments
    return {
        "kind": effect.identity.kind, "status": status, "strip": effect.strip,
        "frames": {"start": effect.frames.start, "end": effect.frames.end},
        "layers": [layer.name for layer in effect.layers], "keyframes": keyframes(effect), "confidence": effect.why.confidence,
        "reason": effect.why.reason, "medium": effect.identity.medium, "start": start, "end": end,
    }  # fmt: skip
