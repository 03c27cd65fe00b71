"""What the editor said of boundaries himself, kept in the scene beside the ledger: it goes before every detector's score.

A correction is about a moment of a medium's content, so it holds for every strip that shows it and survives every re-run.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Boundary, Span

VERSION = 1
NEAR = Fraction(1, 10)
"""A correction speaks for boundaries at most this many seconds away."""

Said = Literal["boundary", "here", "no boundary"]


@dataclass(frozen=True)
class Correction:
    """At `seconds` of the medium's stream a new shot begins, or none does. `frame` is counted as `Boundary.frame` is.

    "boundary" confirms what was found there; "here" sets a hard cut at this very frame, whatever was found beside it.
    """

    medium: str
    seconds: Fraction
    said: Said
    frame: int


@dataclass(frozen=True)
class Redetected:
    """In this part of the medium another sensitivity holds (0..1, as in the shots options)."""

    medium: str
    span: Span
    sensitivity: float


@dataclass(frozen=True)
class Corrections:
    """In the order they were given: a later one about the same moment or part replaces an earlier one."""

    moments: tuple[Correction, ...] = ()
    parts: tuple[Redetected, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moments or self.parts)


NONE = Corrections()


def load(text: str) -> Corrections:
    """What `dump` wrote; none for "". Raises `EditorError(BAD_INPUT)` when it cannot be read: it is never silently replaced."""
    if not text:
        return Corrections()
    try:
        data = json.loads(text)
        if data.pop("version") != VERSION:
            raise ValueError("another version")
        return from_json(Corrections, data)
    except (ValueError, KeyError, AttributeError, TypeError, EditorError) as reason:
        remedy = "Update Assistant Editor. Or use Reset Assistant Editor, which forgets the corrections and leaves the timeline as it is."
        raise EditorError("This scene's corrections of shots cannot be read.", remedy, BAD_INPUT, repr(reason)) from reason


def dump(corrections: Corrections) -> str:
    """One line of JSON, "" when there is nothing to keep."""
    if not corrections:
        return ""
    return json.dumps({"version": VERSION, **to_json(corrections)}, ensure_ascii=False, separators=(",", ":"))


def say(corrections: Corrections, correction: Correction) -> Corrections:
    """With this correction; what was said of the same moment before is forgotten."""
    others = (one for one in corrections.moments if one.medium != correction.medium or abs(one.seconds - correction.seconds) > NEAR)
    return replace(corrections, moments=(*others, correction))


def redetect(corrections: Corrections, part: Redetected) -> Corrections:
    """With this part at its own sensitivity; parts that lie within it are forgotten, and so is what was said of moments in it."""
    parts = (one for one in corrections.parts if one.medium != part.medium or not part.span.covers(one.span))
    moments = (one for one in corrections.moments if one.medium != part.medium or not part.span.holds(one.seconds))
    return Corrections(tuple(moments), (*parts, part))


def decided(medium: str, boundaries: Sequence[Boundary], sensitivity: float, corrections: Corrections) -> list[Boundary]:
    """The boundaries (in order of time) that hold: strong enough where they lie, or confirmed, or set by hand (score 1).

    A refused moment takes away every boundary within `NEAR`; a confirmed one keeps the nearest as it is but for its score, and
    where there is none it is a hard cut of its own. One set by hand takes the place of every other within `NEAR`.
    """
    parts = [one for one in corrections.parts if one.medium == medium]
    said = [one for one in corrections.moments if one.medium == medium]
    kept = {one.frame: one for one in boundaries if one.score >= 1 - _sensitivity(parts, one.seconds, sensitivity) - 1e-9}
    moments = [one.seconds for one in boundaries]
    for correction in said:
        near = _near(boundaries, moments, correction.seconds)
        for one in near:
            kept.pop(one.frame, None)
        if correction.said != "no boundary":
            nearest = _meant(near, correction)
            one = replace(nearest, score=1.0) if nearest else Boundary(correction.frame, correction.seconds, 1.0)
            kept[one.frame] = one
    return sorted(kept.values(), key=lambda one: one.seconds)


def by_hand(medium: str, boundaries: Sequence[Boundary], corrections: Corrections) -> dict[int, Literal["set", "confirmed"]]:
    """Of those that `decided` gives for the same boundaries, the ones the editor set himself or confirmed: their `frame` and which."""
    found: dict[int, Literal["set", "confirmed"]] = {}
    moments = [one.seconds for one in boundaries]
    for correction in corrections.moments:
        if correction.medium == medium:
            near = _near(boundaries, moments, correction.seconds)
            for one in near:
                found.pop(one.frame, None)
            if (meant := _meant(near, correction)) is not None:
                found[meant.frame] = "confirmed"
            elif correction.said != "no boundary":
                found[correction.frame] = "set"
    return found


def _meant(near: Sequence[Boundary], correction: Correction) -> Boundary | None:
    """Which of the boundaries near by the editor spoke for; None when he refused them, or set one of his own."""
    if correction.said == "no boundary":
        return None
    if correction.said == "here":
        return next((one for one in near if correction.frame == one.frame or correction.seconds == one.seconds), None)
    return min(near, key=lambda one: abs(one.seconds - correction.seconds), default=None)


def _near(boundaries: Sequence[Boundary], moments: Sequence[Fraction], seconds: Fraction) -> Sequence[Boundary]:
    return boundaries[bisect_left(moments, seconds - NEAR) : bisect_right(moments, seconds + NEAR)]


def sensitivity_at(medium: str, seconds: Fraction, sensitivity: float, corrections: Corrections) -> float:
    """The sensitivity that holds at this moment: that of the part it lies in, else the general one."""
    return _sensitivity([one for one in corrections.parts if one.medium == medium], seconds, sensitivity)


def _sensitivity(parts: Sequence[Redetected], seconds: Fraction, otherwise: float) -> float:
    return next((part.sensitivity for part in reversed(parts) if part.span.holds(seconds)), otherwise)
