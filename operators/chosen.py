"""The shots of chosen strips as the shot list has them, and what is to be said about the finding of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..ml.protocol import Failed
from ..timeline import corrections, merge, requests, shot_list
from ..timeline.requests import Asked
from ..timeline.shot_list import Row
from ..timeline.state import Timeline
from . import options, work
from .feature import Found


def shots(timeline: Timeline, asked: Asked, found: Found, props: Any, settings: Any) -> tuple[list[Row], dict[str, Any]]:
    """The rows of the strips that were asked about, and by medium the boundaries that hold, at the operator's sensitivity."""
    known = found.get("shots", {})
    shortest = Fraction(props.minimum_seconds).limit_denominator(1000)
    wished = replace(options.shots_plan(settings), sensitivity=props.sensitivity, minimum_seconds=shortest)
    standing = merge.standing(timeline)
    meant = {strip.name for strip in requests.still_there(timeline, asked.strips.get("shots", ()), asked.others)}
    rows = [row for row in shot_list.rows(timeline, known, wished, standing) if row.number and row.strip in meant]
    held = {
        medium: corrections.decided(medium, facts.boundaries, props.sensitivity, standing.corrections) for medium, facts in known.items()
    }
    return rows, held


def notices(
    timeline: Timeline, asked: Asked, found: Found, failures: Sequence[Failed], told: Sequence[str]
) -> tuple[bool, tuple[str, ...]]:
    """(whether a part of what was asked failed, what to tell the user)."""
    failed, absent = work.sorted_out(failures)
    partial = bool(failed) or requests.unreadable(timeline, asked)
    return partial, tuple(dict.fromkeys((*asked.left_out, *requests.warnings(timeline, found), *failed, *absent, *told)))


CLASSES: tuple[type, ...] = ()
