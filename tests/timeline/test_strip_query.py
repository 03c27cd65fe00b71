"""Which shots conditions mean."""

from __future__ import annotations

import pytest
from assistant_editor.ml.errors import USAGE, EditorError
from assistant_editor.timeline.strip_query import Query, chosen, counted, labels, told

from tests.timeline.logged_shots import RATE, film, mood, seen, shot

SHOTS = (
    shot(1, 0, 50, mood=mood("sad"), people=(seen("Anna"),), size="close-up", words="It was the best of times.", grade=0.8),
    shot(2, 50, 75, mood=mood("happy"), objects=(seen("dog"), seen("car")), size="medium close-up", movement="pan left", faces=2),
    shot(3, 75, 200, mood=mood("sad"), concepts=(seen("hug"),), place="outdoor", light="night", flaws=("lens cap",), grade=0.1),
    shot(4, 200, 210),
)


def numbers(**conditions) -> list[int]:
    return [one.number for one in chosen(SHOTS, Query(**conditions), RATE)]


@pytest.mark.parametrize(
    ("conditions", "meant"),
    [
        ({"mood": "sad"}, [1, 3]),
        ({"mood": "Sad , happy"}, [1, 2, 3]),
        ({"person": "anna"}, [1]),
        ({"person": "*"}, [1, 2]),
        ({"object": "car"}, [2]),
        ({"object": "ca"}, []),
        ({"object": "ca*"}, [2]),
        ({"concept": "hug, kiss"}, [3]),
        ({"size": "close-up"}, [1]),
        ({"size": "*close-up"}, [1, 2]),
        ({"movement": "pan*"}, [2]),
        ({"place": "outdoor", "light": "night"}, [3]),
        ({"flaw": "*"}, [3]),
        ({"words": "THE BEST of, nothing"}, [1]),
        ({"words": "best times"}, []),
        ({"words": "bes"}, []),
        ({"quality": (0.0, 0.5)}, [3]),
        ({"quality": (0.5, 1.0)}, [1]),
        ({"seconds": (1.5, 3.0)}, [1]),
        ({"seconds": (2.0, float("inf"))}, [1, 3]),
        ({"mood": "sad", "place": "outdoor"}, [3]),
        ({"mood": "happy", "place": "outdoor", "every": False}, [2, 3]),
        ({"mood": "sad", "other": True}, [2, 4]),
    ],
)  # fmt: skip
def test_conditions(conditions: dict, meant: list[int]) -> None:
    assert numbers(**conditions) == meant


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({}, "No condition"), ({"mood": " , "}, "No condition"), ({"mood": "hapy"}, "no mood 'hapy'"), ({"size": "near"}, "no size 'near'"),
        ({"movement": "x*"}, "no movement"), ({"light": "dusk"}, "no light"), ({"place": "sea"}, "no place"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(conditions: dict, message: str) -> None:
    with pytest.raises(EditorError, match=message) as refused:
        chosen(SHOTS, Query(**conditions), RATE)
    assert refused.value.code == USAGE


def test_what_was_asked_and_found_is_said() -> None:
    query = Query(mood="sad", seconds=(2.0, float("inf")))
    assert told(query) == "mood sad, 2 s or longer"
    assert counted(query, 3, 2, 0) == "3 shots in 2 strips: mood sad, 2 s or longer."
    assert counted(query, 1, 1, 1).endswith(" 1 of these strips holds other shots too; Detect Shots cuts them.")
    assert counted(Query(person="Bob", every=False, flaw="*"), 0, 0, 0) == "No shot fits: person Bob or flaw *."


def test_suggestions_are_what_is_there_the_most_frequent_first() -> None:
    assert labels(SHOTS, "mood") == ["sad", "happy"] and labels(SHOTS, "object") == ["car", "dog"]
    assert labels(SHOTS, "light") == ["night"] and labels(SHOTS, "words") == []


def test_ten_thousand_shots_are_asked_at_once() -> None:
    placed = film(10_000)
    assert 0 < len(chosen(placed, Query(person="Anna", object="dog", quality=(0.5, 1.0)), RATE)) < 10_000
