"""Answers of pure functions, kept by the value of what they were asked: what a planner solves once is not solved again when options change
that it does not depend on. Pure.

Arrays count by their shape, kind and content, of which Python's keyed 64-bit hash is kept and no copy: of a million arrays, two are taken
for one with a chance of 1 in 10^7. All else must be hashable.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def key(part: Any) -> Hashable:
    """What two equal values have in common, and other values do not."""
    if not isinstance(part, np.ndarray):
        return part  # type: ignore[no-any-return]
    return part.shape, part.dtype.str, hash(part.tobytes())


class Kept(Generic[Answer]):
    """The last `most` answers that were asked for, by what was asked. They must not be changed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def of(self, asked: Sequence[Hashable], solved: Callable[[Sequence[int]], Sequence[Answer]]) -> list[Answer]:
        """The answer to each; `solved` is asked for those that are not known, by their places, each once and all together."""
        new = {one: place for place, one in enumerate(asked) if one not in self._answers}
        found = dict(zip(new, solved([*new.values()]) if new else (), strict=True))
        for one in asked:
            if one not in found:
                found[one] = self._answers[one]
        for one, answer in found.items():
            self._answers[one] = answer
            self._answers.move_to_end(one)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return [found[one] for one in asked]


def remembered(most: int) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """For a pure function of plain values and arrays: its last `most` answers are kept."""

    def of(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        kept: Kept[Answer] = Kept(most)

        @wraps(function)
        def ask(*given: Asked.args, **named: Asked.kwargs) -> Answer:
            asked = (*map(key, given), *((name, key(value)) for name, value in named.items()))
            return kept.of([asked], lambda _places: [function(*given, **named)])[0]

        return ask

    return of
