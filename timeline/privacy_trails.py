"""Where what is to be covered is in the picture, at every moment: what was seen, what lies between, and what may be before and after. Pure.

Everything here errs on one side. What was seen only a moment, or not surely, counts; gaps between two views are filled; a trail goes on
before its first and after its last view; a view that may be of somebody who stays visible, but may be not, is covered.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ml.facts import Faces, FaceTrack, Objects, Sightings
from .seen import boxes as rows_of
from .seen import shared

GAP = 2.0
"""Seconds between two views that may be of one thing."""
REACH, PER_SECOND, GROWN = 1.0, 2.0, 2.2
"""How far it may go meanwhile, in its own size: at once, and a second; and by what factor it may grow or shrink."""
WIDER = 0.25
"""What lies between two views is not known: it is covered by so much more at each side."""
APPROACH = 0.25
"""Share of the time between two views after which, and before which, all that lies between them is covered."""
DRIFT = 0.3
"""By how much more of its size, at each side and a second, a box is covered that was followed without being seen, or held."""
RECENT = 6
"""Moments by which it is told where something goes; it is followed there by no more than its own size."""
SURE, BRIEFLY = 0.6, 0.4
"""What was never seen so surely is followed for so many seconds from where it was seen."""
SAME = 0.35
"""Share of what either of two boxes covers from which they are of the same face."""
HEAD, HEAD_WIDE, HEAD_TALL = 0.24, 0.16, 0.45
"""A head's height as a share of a whole body's (a seventh, and as much again for hats, stoops and boxes that begin late), half its width
as one of a body's height, and the height in widths of a box that shows a head and shoulders alone."""


@dataclass(frozen=True)
class Trail:
    """One thing to cover. `seconds` (n,) rise; `boxes` (n, 4) left, top, right, bottom in 0..1 of the upright picture from its upper left
    corner; `sure` (n,) how surely it was seen there, 0 where it was not. `label` is "face" or a model's word."""

    label: str
    seconds: Any
    boxes: Any
    sure: Any

    @property
    def best(self) -> float:
        return float(self.sure.max())

    @property
    def views(self) -> int:
        return int((self.sure > 0).sum())

    @property
    def span(self) -> tuple[float, float]:
        return float(self.seconds[0]), float(self.seconds[-1])


def of_faces(facts: Sightings) -> tuple[Trail, ...]:
    moments = np.array([float(one) for one in facts.seconds])
    found = []
    for track in facts.tracks:
        rows = np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5).astype(float)
        found.append(Trail("face", moments[track.first : track.first + len(rows)], _shares(rows, facts.picture), rows[:, 4]))
    return tuple(found)


def of_objects(facts: Objects, wanted: Collection[str], heads: bool = False) -> tuple[Trail, ...]:
    """Things whose label, in lower case, is one of `wanted`; with `heads` only the heads of those that are persons."""
    moments = np.array([float(one) for one in facts.seconds])
    found = []
    for track in facts.tracks:
        if track.label.lower() not in wanted:
            continue
        rows = rows_of(track).astype(float)
        rows = _heads(rows) if heads else rows
        label = "head" if heads else track.label
        found.append(Trail(label, moments[list(track.samples)], _shares(rows, (facts.width, facts.height)), rows[:, 4]))
    return tuple(found)


def counted(trails: Iterable[Trail], sensitivity: float, spacing: float) -> tuple[Trail, ...]:
    """Those that count: seen surely once, or less surely again and again. `sensitivity` 0..1, 1: whatever the network thought of;
    `spacing`: seconds between frames."""
    once = 0.9 - 0.6 * sensitivity
    often = 0.65 - 0.4 * sensitivity
    few = max(2, round(0.12 / max(spacing, 1e-3)))
    return tuple(one for one in trails if one.best >= once or (one.views >= few and float(np.sort(one.sure)[-few]) >= often))


def joined(trails: Sequence[Trail], cuts: Sequence[float]) -> tuple[Trail, ...]:
    """What may lie between the last view of one and the first view of another that may be the same thing: new trails, to be covered too.

    Each has one before it and one after it at most, the nearest first.
    """
    ends = [(_last_seen(one), int(np.flatnonzero(one.sure > 0)[0])) for one in trails]
    near: list[tuple[float, int, int]] = []
    for i, one in enumerate(trails):
        last = ends[i][0]
        for j, other in enumerate(trails):
            first = ends[j][1]
            gap = other.seconds[first] - one.seconds[last]
            if i == j or one.label != other.label or not 0 < gap <= GAP or _parted(cuts, one.seconds[last], other.seconds[first]):
                continue
            before, after = one.boxes[last], other.boxes[first]
            size, later = _size(before), _size(after)
            away = float(np.hypot(*(_middle(after) - _middle(before)))) / max(size, later, 1e-6)
            if away <= REACH + PER_SECOND * gap and max(size, later) <= GROWN * min(size, later):
                near.append((away + float(gap), i, j))
    bridges, left, met = [], set(), set()
    for _cost, i, j in sorted(near):
        if i in left or j in met:
            continue
        left.add(i)
        met.add(j)
        (last, _), (_, first) = ends[i], ends[j]
        one, other = trails[i], trails[j]
        ends_at = float(one.seconds[last]), float(other.seconds[first])
        bridges.append(_bridge(one.label, *ends_at, one.boxes[last], other.boxes[first]))
    return tuple(bridges)


def _bridge(label: str, before: float, after: float, start: Any, end: Any) -> Trail:
    """Between two views, where nothing was seen: all that lies between them, for which way it went, and when, nobody knows."""
    both = np.concatenate([np.minimum(start[:2], end[:2]), np.maximum(start[2:], end[2:])])
    seconds = np.interp((0, APPROACH, 1 - APPROACH, 1), (0, 1), (before, after))
    return Trail(label, seconds, wider(np.stack([start, both, both, end]), WIDER), np.zeros(4))


def trimmed(trail: Trail) -> Trail:
    """One that was never seen surely, only as long as it was seen not long before or after."""
    if trail.best >= SURE:
        return trail
    views = trail.seconds[trail.sure > 0]
    kept = np.array([float(np.abs(views - moment).min()) <= BRIEFLY for moment in trail.seconds])
    return Trail(trail.label, trail.seconds[kept], trail.boxes[kept], trail.sure[kept])


def prolonged(trail: Trail, hold: float, bounds: tuple[float, float]) -> Trail:
    """It goes on for `hold` seconds at both ends, where it was and where it was going, within `bounds`; and what was only followed, not
    seen, is covered the wider the longer ago it was seen."""
    known = np.flatnonzero(trail.sure > 0)
    boxes = trail.boxes
    if len(known):
        views = trail.seconds[known]
        place = np.clip(np.searchsorted(views, trail.seconds), 0, len(views) - 1)
        since = np.minimum(np.abs(trail.seconds - views[place]), np.abs(trail.seconds - views[np.maximum(place - 1, 0)]))
        boxes = wider(boxes, np.minimum(DRIFT * since, WIDER)[:, None])
    before = _beyond(trail.seconds[::-1], boxes[::-1], -hold)
    after = _beyond(trail.seconds, boxes, hold)
    seconds = np.concatenate([before[0][::-1], trail.seconds, after[0]])
    boxes = np.concatenate([before[1][::-1], boxes, after[1]])
    sure = np.concatenate([np.zeros(len(before[0])), trail.sure, np.zeros(len(after[0]))])
    return Trail(trail.label, np.clip(seconds, *bounds), boxes, sure)


def kept_visible(trails: Sequence[Trail], faces: Faces, chosen: Collection[FaceTrack]) -> tuple[Trail, ...]:
    """The trails that are surely of one of the `chosen` faces, as `Faces` knows them: these alone need no covering.

    A trail is spared where most of the looks at which faces were known saw a chosen face there, and none saw another.
    """
    mine = {id(track) for track in chosen}
    known = [(track, id(track) in mine, _shares(rows_of(track).astype(float), faces.picture)) for track in faces.tracks]
    moments = np.array([float(one) for one in faces.seconds])
    spared = []
    for trail in trails:
        looks = [n for n, moment in enumerate(moments) if trail.seconds[0] <= moment <= trail.seconds[-1] and at(trail, moment)[1] > 0]
        own = others = 0
        for track, chosen_one, boxes in known:
            rows = {sample: row for row, sample in enumerate(track.samples)}
            meets = [n for n in looks if n in rows and shared(at(trail, moments[n])[0], boxes[rows[n]]) >= SAME]
            own += len(meets) * chosen_one
            others += len(meets) * (not chosen_one)
        if own and not others and 2 * own >= len(looks):
            spared.append(trail)
    return tuple(spared)


def at(trail: Trail, moment: float) -> tuple[Any, float]:
    """Its box at this moment, straight in between what is known, and how surely it was seen at the nearest."""
    box = np.array([np.interp(moment, trail.seconds, trail.boxes[:, side]) for side in range(4)])
    return box, float(trail.sure[int(np.abs(trail.seconds - moment).argmin())])


def wider(boxes: Any, share: Any) -> Any:
    """Boxes (n, 4) larger by this share of their size at each side."""
    low, high = boxes[:, :2], boxes[:, 2:]
    more = (high - low) * share
    return np.concatenate([low - more, high + more], axis=1)


def cut_moments(facts: Sightings | None) -> list[float]:
    return [float(facts.seconds[number]) for number in facts.cuts] if facts is not None else []


def around(moment: float, cuts: Sequence[float], span: tuple[float, float]) -> tuple[float, float]:
    """From the last cut before this moment to the first after it."""
    return max([span[0], *(cut for cut in cuts if cut <= moment + 1e-6)]), min([span[1], *(cut for cut in cuts if cut > moment + 1e-6)])


def without(trails: Iterable[Trail], spared: Sequence[Trail]) -> tuple[Trail, ...]:
    """`trails` without those that are spared, and without doubtful ones that lie on a spared one wherever they are seen."""
    left = []
    for one in trails:
        if any(one is other for other in spared):
            continue
        moments = one.seconds[one.sure > 0]
        doubles = any(
            other.span[0] <= moments[0] and moments[-1] <= other.span[1]
            and all(shared(at(one, moment)[0], at(other, moment)[0]) >= SAME for moment in moments)
            for other in spared
        )  # fmt: skip
        if not (len(moments) and doubles):
            left.append(one)
    return tuple(left)


def _last_seen(trail: Trail) -> int:
    return int(np.flatnonzero(trail.sure > 0)[-1])


def _parted(cuts: Sequence[float], one: float, other: float) -> bool:
    return any(one < cut <= other for cut in cuts)


def _beyond(seconds: Any, boxes: Any, hold: float) -> tuple[Any, Any]:
    """Two rows after the last one: where it is, and where it was going, are both covered until the end."""
    if not hold:
        return np.zeros(0), np.zeros((0, 4))
    few = slice(-min(len(seconds), RECENT), None)
    past, places = seconds[few], (boxes[few, :2] + boxes[few, 2:]) / 2
    speed = (places[-1] - places[0]) / (past[-1] - past[0]) if len(past) > 1 and past[-1] != past[0] else np.zeros(2)
    sides = boxes[-1, 2:] - boxes[-1, :2]
    there = boxes[-1] + np.tile(np.clip(speed * hold, -sides, sides), 2)
    both = np.concatenate([np.minimum(boxes[-1][:2], there[:2]), np.maximum(boxes[-1][2:], there[2:])])
    both = wider(both[None], DRIFT * abs(hold))[0]
    return np.array([seconds[-1] + hold / 1000, seconds[-1] + hold]), np.stack([both, both])


def _heads(rows: Any) -> Any:
    """Left, top, width, height of where the heads are in boxes of persons: of those cut off at the waist as of whole ones."""
    whole = np.maximum(rows[:, 3], rows[:, 2])
    tall = np.minimum(np.maximum(HEAD * whole, HEAD_TALL * rows[:, 2]), rows[:, 3])
    wide = np.minimum(np.maximum(2 * HEAD_WIDE * whole, 0.6 * rows[:, 2]), rows[:, 2])
    return np.stack([rows[:, 0] + (rows[:, 2] - wide) / 2, rows[:, 1], wide, tall, rows[:, 4]], axis=1)


def _shares(rows: Any, picture: tuple[int, int]) -> Any:
    """Left, top, right, bottom in shares of the picture."""
    low = rows[:, :2] / picture
    return np.concatenate([low, low + rows[:, 2:4] / picture], axis=1)


def _size(box: Any) -> float:
    return float(np.sqrt(max(np.prod(box[2:] - box[:2]), 1e-12)))


def _middle(box: Any) -> Any:
    return (box[:2] + box[2:]) / 2
