"""Which sound belongs to which picture, where Blender does not say so by a connection."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from .state import StripRef

_SAME_RATE = Fraction(1, 500)
"""24 frames a second played at 23.976 still have their sound beside them."""
_PARTNER_TAIL = 1
"""Seconds by which sound may outlast its picture, or end before it, and still be its sound."""


def with_partners(strips: list[StripRef], rate: Fraction) -> list[StripRef]:
    """Adds the strips of the other kind with the same medium that begin together and end together, where none are connected."""
    if len({ref.kind for ref in strips}) < 2:
        return strips
    by_name = {ref.name: ref for ref in strips}
    by_medium: dict[str, list[StripRef]] = defaultdict(list)
    for ref in strips:
        if ref.medium:
            by_medium[ref.medium].append(ref)
    both = {medium for medium, refs in by_medium.items() if len({ref.kind for ref in refs}) == 2}
    starts: dict[tuple[str, str, int], list[StripRef]] = defaultdict(list)
    for ref in strips:
        if ref.medium in both:
            starts[ref.medium, ref.kind, ref.frames.start].append(ref)
    tail = math.ceil(_PARTNER_TAIL * rate)

    def partners(ref: StripRef) -> tuple[str, ...]:
        if ref.medium not in both:
            return ref.partners
        other = "SOUND" if ref.kind == "MOVIE" else "MOVIE"
        if _has_other(ref, by_name):
            return ref.partners
        return ref.partners + tuple(
            found.name
            for start in (ref.frames.start, ref.frames.start - 1, ref.frames.start + 1)
            for found in starts.get((ref.medium, other, start), ())
            if not _has_other(found, by_name)
            and abs(found.frames.end - ref.frames.end) <= tail
            and _in_step(ref, found)
        )

    return [ref if (beside := partners(ref)) == ref.partners else replace(ref, partners=beside) for ref in strips]


def _has_other(ref: StripRef, by_name: Mapping[str, StripRef]) -> bool:
    """Is a picture connected with sound, or sound with a picture? Then likeness says nothing."""
    return any(other.kind != ref.kind for name in ref.partners if (other := by_name.get(name)))


def _in_step(one: StripRef, other: StripRef) -> bool:
    """Do both play their medium at the same speed? (Unknown maps are given the benefit of the doubt: they are cut together.)"""
    return one.source is None or other.source is None or abs(one.source.rate / other.source.rate - 1) <= _SAME_RATE
