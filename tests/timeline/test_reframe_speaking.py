"""Whose voice is heard: by mouths that move more while it is, by chance as much, or all the time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from assistant_editor.ml.facts import Faces, FaceTrack, Span, Speakers, Turn
from assistant_editor.timeline.reframe_speaking import speaking

from tests.moving_mouths import moving

SIZE, SECONDS = (640, 360), 12
LEFT, RIGHT = (60.0, 100.0, 80.0), (500.0, 100.0, 80.0)
TURNS = ((0, 0, 3), (1, 3, 5), (0, 5, 8), (1, 8, 12))


def coded(rows: Any) -> str:
    return b64encode(np.asarray(rows, "<f4").tobytes()).decode()


def faces(*places: Sequence[float]) -> Faces:
    count = 3 * SECONDS
    tracks = tuple(
        FaceTrack(0.9, tuple(range(count)), coded([(left, top, size, size, 0.9)] * count), coded([[0.0] * 10] * count), 0)
        for left, top, size in places
    )
    moments = tuple(Fraction(number, 3) for number in range(count))
    return Faces(Span(Fraction(0), Fraction(SECONDS)), Fraction(0), Fraction(25), "made", SIZE, tuple(range(count)), moments, 0, tracks)


def heard(turns: Sequence[tuple[int, int, int]]) -> Speakers:
    said = tuple(Turn(Span(Fraction(start), Fraction(end)), who, 0.9) for who, start, end in turns)
    return Speakers(Span(Fraction(0), Fraction(SECONDS)), Fraction(0), "made", said, 0, "")


def at(who: int, turns: Sequence[tuple[int, int, int]] = TURNS) -> Callable[[float], bool]:
    return lambda second: any(one == who and start <= second < end for one, start, end in turns)


def never(_second: float) -> bool:
    return False


@pytest.mark.parametrize("seed", range(5))
def test_two_who_speak_by_turns_are_told_whichever_is_larger(seed: int) -> None:
    mouths = moving(SIZE, SECONDS, {LEFT: at(0), RIGHT: at(1)}, seed)
    assert speaking(mouths, faces(LEFT, RIGHT), [0, 1], heard(TURNS), 0, SECONDS) == {0: 0, 1: 1}
    assert speaking(mouths, faces(RIGHT, LEFT), [1, 0], heard(TURNS), 0, SECONDS) == {0: 1, 1: 0}


@pytest.mark.parametrize("seed", range(5))
def test_the_voice_of_somebody_unseen_is_nobodys(seed: int) -> None:
    mouths = moving(SIZE, SECONDS, {LEFT: at(0), RIGHT: never}, seed)
    assert speaking(mouths, faces(LEFT, RIGHT), [0, 1], heard(TURNS), 0, SECONDS) == {0: 0}
    still = moving(SIZE, SECONDS, {LEFT: never, RIGHT: never}, seed)
    assert speaking(still, faces(LEFT, RIGHT), [0, 1], heard(TURNS), 0, SECONDS) == {}


def test_one_voice_all_the_time_is_whose_mouth_moves_by_far_the_most() -> None:
    always, says = ((0, 0, SECONDS),), lambda _second: True
    mouths = moving(SIZE, SECONDS, {LEFT: never, RIGHT: says})
    assert speaking(mouths, faces(LEFT, RIGHT), [0, 1], heard(always), 0, SECONDS) == {0: 1}
    both = moving(SIZE, SECONDS, {LEFT: says, RIGHT: says})
    assert speaking(both, faces(LEFT, RIGHT), [0, 1], heard(always), 0, SECONDS) == {}


def test_only_what_the_shot_shows_counts() -> None:
    """Before it others spoke in the same places."""
    mouths = moving(SIZE, SECONDS, {LEFT: lambda second: at(1)(second) if second < 6 else at(0)(second), RIGHT: never})
    turns = ((0, 6, 8), (1, 8, 10), (0, 10, 12))
    mouths = moving(SIZE, SECONDS, {LEFT: lambda second: second < 6 or at(0, turns)(second), RIGHT: at(1, turns)})
    assert speaking(mouths, faces(LEFT, RIGHT), [0, 1], heard(turns), 6, SECONDS) == {0: 0, 1: 1}


def test_without_two_faces_or_a_voice_nothing_is_told() -> None:
    mouths = moving(SIZE, SECONDS, {LEFT: at(0)})
    assert speaking(mouths, faces(LEFT), [0], heard(TURNS), 0, SECONDS) == {}
    assert speaking(mouths, faces(LEFT, RIGHT), [0, 1], heard(()), 0, SECONDS) == {}
    assert speaking(mouths, faces(LEFT, RIGHT), [0, 1], heard(TURNS), 20, 30) == {}
