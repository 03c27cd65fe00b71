"""Every kind of facts that an engine gives is joined by a rule of its own, and no field with something for each sample is forgotten."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import fields, replace
from fractions import Fraction

import pytest
from assistant_editor.ml.facts import ENGINES, Pictures, Span
from assistant_editor.timeline.joined_facts import WAYS, joined

WORKED_OUT = {"tracks", "cuts", "turns"}
"""What the rules work out, for its entries point at samples."""
THE_SAME = {"concepts"}
"""What every part was asked for."""


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_has_a_rule(name: str) -> None:
    kind = ENGINES[name].facts
    way = WAYS[kind]
    there = {field.name: str(field.type) for field in fields(kind)}
    assert {*way.lists, *way.rows, *way.steps} <= there.keys()
    several = {field for field, type_ in there.items() if type_.endswith(", ...]") and field != "warnings"}
    assert several - WORKED_OUT - THE_SAME == {*way.lists}


def pictures(start: int, looks: int, provisional: bool) -> Pictures:
    frames = tuple(range(start, start + looks))
    coded = b64encode(bytes([start]) * looks).decode()
    seconds = tuple(Fraction(frame, 25) for frame in frames)
    made = {"frames": frames, "seconds": seconds, "values": coded, "camera": coded, "provisional": provisional}
    given = {
        "span": Span(Fraction(start), Fraction(start + 1)),
        "origin": Fraction(0),
        "rate": Fraction(25),
        "warnings": (f"from {start}",),
    }
    rest = {field.name: 1 for field in fields(Pictures) if field.name not in made | given}
    return Pictures(**rest | made | given)


def test_parts_in_any_order_become_one_that_is_provisional_if_any_is() -> None:
    first, second = pictures(0, 2, False), pictures(60, 3, True)
    both = joined([second, first])
    rows = b64encode(bytes([0, 0, 60, 60, 60])).decode()
    assert both == replace(
        first,
        span=Span(Fraction(0), Fraction(61)),
        frames=(0, 1, 60, 61, 62),
        seconds=(*first.seconds, *second.seconds),
        values=rows,
        camera=rows,
        provisional=True,
        warnings=("from 0", "from 60"),
    )
