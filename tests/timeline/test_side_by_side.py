"""Pieces of work side by side: each gets its own answers, and what they ask for at a time is answered together."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pytest
from assistant_editor.timeline.side_by_side import beside, finished

Work = Generator[Sequence[int], Sequence[int], list[int]]


def asking(*rows: Sequence[int]) -> Work:
    found = []
    for row in rows:
        found += yield row
    return found


def test_each_has_its_own_answers_and_they_are_asked_for_together() -> None:
    calls = []

    def squares(questions: Sequence[int]) -> list[int]:
        calls.append(list(questions))
        return [one * one for one in questions]

    works = [asking([1, 2], [3]), asking(), asking([4], [], [5]), asking([6])]
    assert finished(beside(works), squares) == [[1, 4, 9], [], [16, 25], [36]]
    assert calls == [[1, 2, 4, 6], [3], [5]]


def test_works_may_consist_of_works() -> None:
    def both() -> Generator[Sequence[int], Sequence[int], list[list[int]]]:
        first = yield from beside([asking([1]), asking([2])])
        second = yield from beside(asking([one[0]]) for one in first)
        return [*first, *second]

    assert finished(beside([both(), both()]), lambda questions: [one + 1 for one in questions]) == [[[2], [3], [3], [4]]] * 2


def test_nothing_to_do_asks_nothing() -> None:
    assert finished(beside([]), pytest.fail) == []
