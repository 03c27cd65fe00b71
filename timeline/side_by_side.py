"""Pieces of work that need answers in between, done side by side: what all of them ask for at a time is answered together. Pure.

A piece of work is a generator that yields a row of questions and is sent as many answers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TypeVar

Question = TypeVar("Question")
Reply = TypeVar("Reply")
Result = TypeVar("Result")


def beside(works: Iterable[Generator[Sequence[Question], Sequence[Reply], Result]]) -> Generator[
    Sequence[Question], Sequence[Reply], list[Result]
]:  # fmt: skip
    """One piece of work made of these: its result is the row of theirs."""
    going = list(works)
    found: dict[int, Result] = {}
    questions: dict[int, Sequence[Question]] = {}
    replies: dict[int, Sequence[Reply] | None] = dict.fromkeys(range(len(going)))
    while replies:
        for number, reply in replies.items():
            try:
                questions[number] = next(going[number]) if reply is None else going[number].send(reply)
            except StopIteration as end:
                found[number] = end.value
        if not questions:
            break
        every = iter((yield [one for row in questions.values() for one in row]))
        replies = {number: [next(every) for _ in row] for number, row in questions.items()}
        questions = {}
    return [found[number] for number in range(len(going))]


def finished(
    work: Generator[Sequence[Question], Sequence[Reply], Result], answered: Callable[[Sequence[Question]], Sequence[Reply]]
) -> Result:
    """The result of a piece of work, its questions put to `answered`."""
    reply: Sequence[Reply] | None = None
    while True:
        try:
            questions = next(work) if reply is None else work.send(reply)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        reply = answered(questions)
