"""What is remembered of effects: kept exactly, refused where it cannot be read; and effects wherever their strip stands."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.timeline import effect_choices, effect_ledger
from assistant_editor.timeline.effect import Curve, Effect, Key, Layer, Mark, Modifier, Outline, Setting, Shape
from assistant_editor.timeline.effect_ledger import EffectLedger, EffectRecord, Own, Part, dump, load, shifted, wish_of
from assistant_editor.timeline.effect_state import digest_of_value, plain
from assistant_editor.timeline.plan import Identity, Why
from assistant_editor.timeline.stage import Choice
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

values = st.one_of(
    st.booleans(), st.integers(-999, 999), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8),
    st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
)  # fmt: skip
names = st.text(max_size=8)
owns = st.builds(Own, names, st.integers(-1, 3), values, names, st.booleans())
parts = st.builds(Part, st.sampled_from(["modifier", "layer", "shape"]), names, names, names, st.integers(), st.integers())
spans = st.tuples(st.fractions(0, 99, max_denominator=1001), st.fractions(0, 99, max_denominator=1001)).map(sorted)
identities = st.builds(
    lambda medium, kind, span: Identity(medium, kind, *span), names, st.sampled_from(["reframe", "privacy", "transition"]), spans
)
records = st.builds(
    EffectRecord, names, identities, st.sampled_from(["live", "deleted"]), names, st.integers(), st.integers(), st.integers(),
    st.floats(0, 1), names, names, st.lists(owns, max_size=3).map(tuple), st.lists(parts, max_size=3).map(tuple),
)  # fmt: skip


@given(st.lists(records, max_size=4, unique_by=lambda record: record.id), st.integers(1, 999))
def test_a_ledger_is_read_as_it_was_written(known: list[EffectRecord], following: int) -> None:
    ledger = EffectLedger(following if known else 1, tuple(known))
    assert load(dump(ledger)) == ledger


@pytest.mark.parametrize("text", ["{", "[]", '{"version":1}', '{"version":1,"next":1,"media":[],"records":[{}]}', '{"version":0,"next":1}'])
def test_what_cannot_be_read_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(EditorError, match="record of effects cannot be read") as caught:
        load(text)
    assert caught.value.code == BAD_INPUT and "Reset" in caught.value.remedy


def test_a_newer_ledger_is_refused() -> None:
    with pytest.raises(EditorError, match="version 99") as caught:
        load(json.dumps({"version": 99}))
    assert "Update" in caught.value.remedy


def an_effect(strip: str = "film") -> Effect:
    moving = Curve("transform.offset_x", (Key(10.0, 1.0), Key(20.0, 5.0, "LINEAR", 0.5)))
    shape = Shape("Hole", (Outline(((10, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))), (15, ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5))))),))
    through, curved = Modifier("MASK", "M", mask="Hole"), Modifier("CURVES", "C", (), (moving,))
    layer = Layer("Cover", "GAUSSIAN_BLUR", FrameRange(10, 30), (strip,), (Setting("size_x", 3.0),), (moving,), (through,))
    about = Identity("m", "privacy", Fraction(1), Fraction(2))
    return Effect(about, Why(0.9, "it"), strip, FrameRange(10, 30), (), (moving,), (curved,), (layer,), (shape,))


@given(st.integers(-10_000, 10_000))
def test_a_wish_is_the_same_wherever_its_strip_stands_and_whatever_it_is_called(frames: int) -> None:
    here = an_effect()
    there = shifted(here, frames)
    assert shifted(there, -frames) == here
    assert wish_of(there, frames + 3) == wish_of(here, 3)
    assert wish_of(shifted(an_effect("copy"), frames), frames + 3) == wish_of(here, 3)
    assert (wish_of(there, 3) == wish_of(here, 3)) == (frames == 0)


def test_why_and_marks_are_no_part_of_a_wish() -> None:
    told = replace(an_effect(), why=Why(0.1, "else"), marks=(Mark(3, (0.0, 0.0, 1.0, 1.0), "Anna"),))
    assert wish_of(told, 0) == wish_of(an_effect(), 0)
    other = replace(an_effect(), settings=(Setting("blend_alpha", 0.5),))
    assert wish_of(other, 0) != wish_of(an_effect(), 0)


def test_values_are_compared_as_blender_keeps_them() -> None:
    assert plain(0.30000001192092896) == 0.3 and digest_of_value((0.1, 2.0)) == digest_of_value((0.10000000149, 2.0))
    assert digest_of_value(2) == digest_of_value(2.0) and digest_of_value(-0.0) == digest_of_value(0.0)
    assert digest_of_value(None) != digest_of_value("") != digest_of_value(False)


PART = Span(Fraction(2), Fraction(4))


def test_choices_are_kept_exactly_and_the_latest_replaces_the_one_before() -> None:
    first = Choice("reframe", "m", PART, "subject", "Anna")
    kept = effect_choices.chosen((first,), Choice("reframe", "m", Span(Fraction(5, 2), Fraction(9, 2)), "subject", "Ben"))
    assert [one.value for one in kept] == ["Ben"]
    other = effect_choices.chosen(kept, Choice("grade", "m", PART, "leave"))
    assert effect_choices.load(effect_choices.dump(other)) == other and len(other) == 2
    assert effect_choices.without(other, "grade", "m", PART, "leave") == kept
    assert effect_choices.without(other, "grade", "other", PART, "leave") == other
    assert effect_choices.dump(()) == "" and effect_choices.load("") == ()


@pytest.mark.parametrize("text", ["{", '{"version":2,"choices":[]}', '{"version":1,"choices":[["cut","m","0","1","leave",""]]}'])
def test_choices_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(EditorError, match="cannot be read"):
        effect_choices.load(text)


def test_every_kind_of_effect_has_a_name_on_screen() -> None:
    from assistant_editor.timeline.merge_effects import NAMES
    from assistant_editor.timeline.plan import EFFECT_KINDS

    assert set(NAMES) == set(EFFECT_KINDS) and effect_ledger.VERSION == 2
