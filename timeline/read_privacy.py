"""The covers that stand, and what lies under and over them. Reads only, and opens no file."""

from __future__ import annotations

from typing import Any

from . import compat
from .cutting import minus, union
from .effect_ledger import load
from .effect_state import digest
from .privacy_beneath import Lid, Slab
from .read import inputs, keeper
from .read_effects import effects_text
from .tags import ledger_of, tag_of
from .timebase import FrameRange

_SHOWS_NOTHING = {"SOUND", "TEXT", "COLOR"}
_POSE = ("offset_x", "offset_y", "scale_x", "scale_y", "rotation")
_CROP = ("min_x", "max_x", "min_y", "max_y")
_PACE = ("speed_control", "speed_factor", "speed_length", "speed_frame_number")


def covers(scene: Any) -> tuple[tuple[Lid, ...], tuple[Slab, ...]]:
    """Of the open sequence: the covers that Anonymise wrote, and every strip at their frames that shows a picture or moves one."""
    records = {one.id for one in load(effects_text(scene)).records if one.identity.kind == "privacy" and one.state == "live"}
    if not records:
        return (), ()
    sequence = compat.open_sequence(scene)
    stamp, _text, formerly = ledger_of(keeper(scene))
    stamps = {stamp, *formerly}
    muted = {number for number, channel in enumerate(sequence.channels) if channel.mute}
    moves = _curves(scene)
    lids: dict[str, Lid] = {}
    others: list[tuple[Any, FrameRange]] = []
    for strip in sequence.strips:
        tag = tag_of(strip)
        frames = FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
        if tag is not None and tag.kind == "privacy" and tag.scene in stamps and tag.record in records:
            other = lids.get(tag.record, Lid(tag.record, strip.channel, frames))
            whole = FrameRange(min(other.frames.start, frames.start), max(other.frames.end, frames.end))
            lids[tag.record] = Lid(tag.record, max(other.channel, strip.channel), whole)
        elif strip.type not in _SHOWS_NOTHING and not strip.mute and strip.channel not in muted and hasattr(strip, "transform"):
            others.append((strip, frames))
    covered = union(lid.frames for lid in lids.values())
    slabs = (
        Slab(strip.name, strip.channel, frames, compat.content_start(strip), _lies(strip, moves.get(strip.name, ())))
        for strip, frames in others
        if minus(frames, covered) != [frames]
    )
    return tuple(lids.values()), tuple(slabs)


def _lies(strip: Any, curves: Any) -> str:
    """All that says what of which file it shows, and where in the frame."""
    starts = compat.content_start(strip)
    pose = [round(float(getattr(strip.transform, name)), 5) for name in _POSE] + [round(part, 5) for part in strip.transform.origin]
    crop = [getattr(strip.crop, name) for name in _CROP] if hasattr(strip, "crop") else []
    files = [one.filename for one in getattr(strip, "elements", ())]  # without their folder, which may have moved with the project
    pace = [str(getattr(strip, name)) for name in _PACE if hasattr(strip, name)]
    keys = [round(float(key.timeline_frame) - starts, 2) for key in getattr(strip, "retiming_keys", ())]
    moved = sorted(
        (path, index, [(round(float(x) - starts, 2), round(float(y), 5), how) for x, y, how in points]) for path, index, points in curves
    )
    shows = (strip.type, files, compat.trims(strip), len(inputs(strip)), strip.use_flip_x, strip.use_flip_y)
    return digest((shows, pose, crop, pace, keys, moved))


def _curves(scene: Any) -> dict[str, list[tuple[str, int, list[tuple[float, float, str]]]]]:
    """Strip -> (property, index, points) of what moves it."""
    found: dict[str, list[tuple[str, int, list[tuple[float, float, str]]]]] = {}
    for curve in compat.curves(scene):
        place = compat.place_of(curve.data_path)
        if place is not None and not place[1] and place[2].startswith(("transform.", "crop.", "speed_", "use_flip")):
            points = [(key.co[0], key.co[1], key.interpolation) for key in curve.keyframe_points]
            found.setdefault(place[0], []).append((place[2], curve.array_index, points))
    return found
