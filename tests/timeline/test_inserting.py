"""Where a part of a medium goes on the timeline; what a kept shot says of itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.ml.library_lookup import Known
from assistant_editor.timeline import inserting, shelved
from assistant_editor.timeline.layout import Item, Layout
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, strategies


def item(kind: str, channel: int, start: int, end: int, muted: bool = False) -> Item:
    return Item(f"{kind} {channel} {start}", kind, channel, FrameRange(start, end), FrameRange(start, end), muted=muted)


def layout(*items: Item, held: tuple[int, ...] = ()) -> Layout:
    return Layout("scene", Fraction(25), FrameRange(1, 250), items, held_channels=held)


def test_the_lowest_channels_above_every_picture_that_is_seen_are_taken() -> None:
    here = FrameRange(10, 20)
    assert inserting.channels(layout(), here, 2) == 1
    assert inserting.channels(layout(item("MOVIE", 2, 1, 15), item("SOUND", 1, 1, 15)), here, 2) == 3
    assert inserting.channels(layout(item("MOVIE", 2, 20, 30)), here, 2) == 1
    assert inserting.channels(layout(item("MOVIE", 2, 1, 15), item("TEXT", 4, 1, 15)), here, 2) == 5
    assert inserting.channels(layout(item("MOVIE", 2, 1, 15), held=(3,)), here, 1) == 4
    assert inserting.channels(layout(item("MOVIE", 5, 1, 15, muted=True)), here, 2) == 1
    with pytest.raises(EditorError) as told:
        inserting.channels(layout(item("COLOR", 127, 1, 15)), here, 2)
    assert told.value.code == BAD_INPUT


def test_strips_are_made_ready_behind_everything() -> None:
    assert inserting.far(layout(item("MOVIE", 1, 1, 900)), 5000) > 900
    with pytest.raises(EditorError):
        inserting.far(layout(item("MOVIE", 1, 1, 900)), 1_048_000)


@given(
    strategies.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)]),
    strategies.integers(0, 9999),
    strategies.integers(1, 999),
)
def test_what_a_preview_shows_is_what_is_added(rate: Fraction, first: int, length: int) -> None:
    span = Span(Fraction(first) / rate, Fraction(first + length) / rate)
    frames = inserting.frames_of(span, rate)
    assert frames == FrameRange(first + 1, first + length + 1) and inserting.shown(frames, rate) == span


def test_a_card_says_what_is_known_and_nothing_else() -> None:
    labels = (("object", "dog", 1.0, 0.3, 0.91), ("person", "Anna", 1.0, 0.3, 0.9), ("flaw", "shaky", 1.0, 1.0, 1.0))
    more = '{"still": "5/2", "pictured": true}'
    shot = Known(
        3, "m", ("/films/walk.mp4",), Span(Fraction(2), Fraction(4)), "close-up", "", "outdoor", "", "sad", 0.7, -0.5, 0.1, 0.62, 1, more,
        "", labels, (),
    )  # fmt: skip
    assert shelved.card(shot) == ("close-up, outdoor, sad 70%", "Anna", "dog 91%", "picture 62%, shaky")
    assert shelved.still_of(shot) == Fraction(5, 2) and shelved.pictured(shot) and shelved.name_of(shot) == "walk.mp4"
    nothing = Known(3, "m", (), Span(Fraction(2), Fraction(4)), "", "", "", "", "", 0.0, 0.0, 0.0, -1.0, -1, '{"still": "1"}', "", (), ())
    assert shelved.card(nothing) == () and not shelved.pictured(nothing)
