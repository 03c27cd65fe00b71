"""How large a part of the picture is shown, and where its middle may be and had best be, for a subject in a shot. Pure.

By the rules of the craft (J. V. Mascelli, "The Five C's of Cinematography", 1965): a little air above a head, eyes about a third down,
more room where somebody goes or looks to than behind him.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .reframe_path import Wish
from .reframe_subjects import FACE, PERSON, Subject, together
from .reframe_window import View

Wide = Literal["crop", "bars"]
MARGIN, HEADROOM = 0.06, 0.08
"""Of the window: kept free around a subject, and above a head."""
EYES, HEAD = 0.36, 0.07
"""Where eyes had best be, of the window's height from above; where they are in a figure without a known face, of its height."""
LEAD = 0.12
"""Of the window's width: how much a subject is put back that goes or looks aside."""
GOING, LOOKING = 0.25, 0.2
"""Windows a second, and distances of the eyes, from which on somebody goes and looks aside."""
CLOSEST = 2.5
LEVEL = 1.2
"""Bars grow by steps of this factor: shots that need about the same show the same."""
LOOSELY = 0.3
"""Windows by which what stands out may be off the middle before the camera moves: it is a hint, and no outline of a thing."""
FITS = 1.001
"""How many times as wide as what can be shown a subject may be and still fit: sums are not exact."""
MOSTLY, ALWAYS = 95, 99
"""Of a hundred frames: in so many a subject must be no wider than the frame to fit, and by so many it is reckoned how near one can go."""


@dataclass(frozen=True)
class Framing:
    """`window` is (width, height) in (u, v). `fits`: the subject is no wider than the largest part of the picture that fills the frame."""

    window: tuple[float, float]
    across: Wish
    along: Wish
    fits: bool = True


def box_on(view: View, box: Any) -> Any:
    """Float64 (frames, 4) in (u, v): left, bottom, right, top, of a box as facts have it."""
    ends = np.stack([view.place(box[:, 0], box[:, 1]), view.place(box[:, 2], box[:, 3])])
    with np.errstate(all="ignore"):
        low, high = np.minimum(ends[0], ends[1]), np.maximum(ends[0], ends[1])
    return np.column_stack([low[0], low[1], high[0], high[1]])


def framed(
    view: View, frames: Any, those: Sequence[Subject], rate: float, close: float = 0.0, wide: Wide = "crop", shape: float | None = None,
    least: float = 1.0,
) -> Framing:  # fmt: skip
    """The framing of these subjects together; `shape` is that of the part shown, None: the frame's. `close` 0..1: as near as they fit.

    With bars at least `least` times as much is shown as fills the frame.
    """
    full = view.window(shape)
    box = box_on(view, together(those))
    people = all(one.label in (PERSON, FACE) for one in those)
    within = _wide(box) <= full[0] * FITS
    faces = [one for one in those if one.face is not None]
    if not within and len(those) == len(faces) == 1 and people:
        box = _head(view, faces[0], box)
    need = _need(box, people)
    wider = max(least, LEVEL ** math.ceil(math.log(need[0] / full[0], LEVEL) - 1e-9)) if wide == "bars" else 1.0
    if wider > 1:
        more = min(wider, most_of(view, full))
        window = full[0] * more, full[1] * more
    else:
        nearer = max(1.0, min(full[0] / need[0], full[1] / need[1], CLOSEST))
        share = 1 + (nearer - 1) * min(max(close, 0.0), 1.0)
        window = full[0] / share, full[1] / share
    eyes = _eyes(view, those, box) if people else None
    across = _across(view, frames, box, window, _lead(those, box, window, rate, view))
    return Framing(window, across, _along(view, frames, box, window, people, eyes), within)


def fits(view: View, those: Sequence[Subject]) -> bool:
    """Whether these subjects together are no wider than the largest part of the picture that fills the frame."""
    return excess(view, those) <= FITS


def excess(view: View, those: Sequence[Subject]) -> float:
    """How many times as wide as that part these subjects are together."""
    return _wide(box_on(view, together(those))) / view.window()[0]


def _wide(box: Any) -> float:
    """Judged without the margins: these are given up before the subject is."""
    return max(1e-3 * (1 - 2 * MARGIN), _exceeded(box[:, 2] - box[:, 0], MOSTLY))


def _exceeded(values: Any, often: float) -> float:
    """What so many of a hundred of the values do not exceed, those that are not known apart; as NumPy's percentile has it."""
    known = np.sort(values[~np.isnan(values)])
    place = (len(known) - 1) * often / 100
    return float(np.interp(place, np.arange(len(known)), known))


def most_of(view: View, full: tuple[float, float]) -> float:
    """How many times as much as fills the frame is all of the picture."""
    return max((view.left[1] - view.left[0]) / full[0], (view.up[1] - view.up[0]) / full[1])


def unframed(view: View, frames: Any, best: tuple[Any, Any] | None = None, least: float = 1.0) -> Framing:
    """The window where nobody knows of a subject: about `best` (u, v), each (frames,), else in the middle. `least`: as in `framed`."""
    full = view.window()
    more = min(least, most_of(view, full))
    window = full[0] * more, full[1] * more
    sides = zip(best or (None, None), (view.left, view.up), window, strict=True)
    across, along = (_loosely(frames, places, side, part) for places, side, part in sides)
    return Framing(window, across, along)


def _loosely(frames: Any, places: Any, side: tuple[float, float], window: float) -> Wish:
    if places is None:
        nothing = np.full(len(frames), np.nan)
        return Wish(frames, nothing, nothing, np.full(len(frames), sum(side) / 2 / window), _walls(side, window))
    best = places / window
    return Wish(frames, best - LOOSELY, best + LOOSELY, best, _walls(side, window))


def _need(box: Any, people: bool) -> tuple[float, float]:
    """(width, height) in (u, v) of what shows the subject with its margins nearly always."""
    wide, tall = _exceeded(box[:, 2] - box[:, 0], ALWAYS), _exceeded(box[:, 3] - box[:, 1], ALWAYS)
    above = HEADROOM if people else MARGIN
    return max(1e-3, wide / (1 - 2 * MARGIN)), max(1e-3, tall / (1 - MARGIN - above))


def _head(view: View, one: Subject, box: Any) -> Any:
    """The box around a head and its shoulders, where its face is seen, else the figure's."""
    face = box_on(view, one.face)
    wide, tall = face[:, 2] - face[:, 0], face[:, 3] - face[:, 1]
    head = np.column_stack([face[:, 0] - 0.4 * wide, face[:, 1] - 0.5 * tall, face[:, 2] + 0.4 * wide, face[:, 3] + 0.4 * tall])
    return np.where(np.isnan(head), box, head)


def _eyes(view: View, those: Sequence[Subject], box: Any) -> Any:
    """How high the eyes are, (frames,)."""
    faces = [box_on(view, one.face) for one in those if one.face is not None]
    figure = box[:, 3] - HEAD * (box[:, 3] - box[:, 1])
    if not faces:
        return figure
    heights = np.stack([face[:, 1] + 0.6 * (face[:, 3] - face[:, 1]) for face in faces])
    known = (~np.isnan(heights)).sum(axis=0)
    return np.where(known > 0, np.nansum(heights, axis=0) / np.maximum(known, 1), figure)


def _lead(those: Sequence[Subject], box: Any, window: tuple[float, float], rate: float, view: View) -> float:
    """By how many windows the middle is ahead of the subject."""
    middle = (box[:, 0] + box[:, 2]) / 2
    seen = np.flatnonzero(~np.isnan(middle))
    if len(seen) > rate / 2:
        way = float(np.polyfit(seen / rate, middle[seen] / window[0], 1)[0])
        if abs(way) >= GOING:
            return float(np.sign(way)) * LEAD
    looks = those[0].looks * (-1 if view.shown.pose.mirrored[0] else 1) if len(those) == 1 else 0.0
    return float(np.sign(looks)) * LEAD if abs(looks) >= LOOKING else 0.0


def _walls(side: tuple[float, float], window: float) -> tuple[float, float]:
    first, last = (side[0] + window / 2) / window, (side[1] - window / 2) / window
    return (first, last) if first <= last else ((first + last) / 2, (first + last) / 2)


def _across(view: View, frames: Any, box: Any, window: tuple[float, float], lead: float) -> Wish:
    left, right = box[:, 0] / window[0], box[:, 2] / window[0]
    with np.errstate(all="ignore"):
        margin = np.clip((1 - (right - left)) / 2, 0, MARGIN)
        over = np.maximum(right - left - 1, 0) / 2  # of what is too wide the middle counts
    low, high = right - over - 0.5 + margin, left + over + 0.5 - margin
    return Wish(frames, low, high, (left + right) / 2 + lead, _walls(view.left, window[0]), np.nan_to_num(margin))


def _along(view: View, frames: Any, box: Any, window: tuple[float, float], people: bool, eyes: Any) -> Wish:
    bottom, top = box[:, 1] / window[1], box[:, 3] / window[1]
    with np.errstate(all="ignore"):
        spare = np.maximum(1 - (top - bottom), 0)
        over = np.maximum(top - bottom - 1, 0)
    above = HEADROOM if people else MARGIN
    share = np.minimum(1, spare / (above + MARGIN))
    # Of a figure that is too high the head counts, of a thing its middle.
    bottom, top = (bottom + over, top) if people else (bottom + over / 2, top - over / 2)
    low, high = top - 0.5 + above * share, bottom + 0.5 - MARGIN * share
    low, high = np.minimum(low, high), np.maximum(low, high)
    best = eyes / window[1] - 0.5 + EYES if people and eyes is not None else (bottom + top) / 2
    return Wish(frames, low, high, best, _walls(view.up, window[1]), np.nan_to_num(MARGIN * share))
