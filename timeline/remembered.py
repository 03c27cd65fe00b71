"""Answers of pure functions, kept by the value of what they were asked: what a planner solves once is not solved again when options change
that it does not depend on. Pure.

Arrays count by their shape, kind and content, of which Python's keyed 64-bit hash is kept and no copy: of a million arrays, two are taken
for one with a chance of 1 in 10^7. All else must be hashable.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def key(part: Any) -> Hashable:
    """What two equal values have in common, and other values do not."""
    if not isinstance(part, np.ndarray):
        return part  # type: ignore[no-any-return]
    return part.shape, part.dtype.str, hash(part.tobytes())


class Kept:
    """The last `most` answers that were asked for, by what was asked."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, object] = OrderedDict()

    def __contains__(self, asked: Hashable) -> bool:
        return asked in self._answers

    def __getitem__(self, asked: Hashable) -> object:
        self._answers.move_to_end(asked)
        return self._answers[asked]

    def __setitem__(self, asked: Hashable, answer: object) -> None:
        self._answers[asked] = answer
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)

    def clear(self) -> None:
        self._answers.clear()


def remembered(most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """For a pure function of plain values and arrays: its last `most` answers are kept. They must not be changed."""

    def of(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        kept = Kept(most)

        @wraps(function)
        def ask(*given: Asked.args, **named: Asked.kwargs) -> Answer:
            asked = (*map(key, given), *((name, key(value)) for name, value in named.items()))
            if asked not in kept:
                kept[asked] = function(*given, **named)
            return cast(Answer, kept[asked])

        return ask

    return of
