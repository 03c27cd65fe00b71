"""Work on a thread of its own beside the decoder, of which only a little may wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Generic, TypeVar

PENDING = 2
"""Pieces of work that may wait: their frames are all that memory holds."""
Result = TypeVar("Result")


class Beside(Generic[Result]):
    """Pieces of work are done one after the other, and `use` gets their results in that order, on the caller's thread.

    `check` is called while the caller waits, ten times a second, and may raise. What a piece of work raises, `add` and `finish`
    raise. Whoever makes one finishes or closes it.
    """

    def __init__(self, name: str, check: Callable[[], None], use: Callable[[Result], None]) -> None:
        self._pool = ThreadPoolExecutor(1, name)
        self._check, self._use = check, use
        self._pending: deque[Future[Result]] = deque()

    def add(self, work: Callable[..., Result], *given: Any) -> None:
        """One piece of work more: `work(*given)`. Waits while more than `PENDING` are not done."""
        self._pending.append(self._pool.submit(work, *given))
        while len(self._pending) > PENDING:
            self._use_next()

    def finish(self) -> None:
        """Waits until all is done and used. Nothing can be added afterwards."""
        try:
            while self._pending:
                self._use_next()
        finally:
            self.close()

    def close(self) -> None:
        """Lets go of the thread without waiting for it: what has not begun is never done. Any number of times."""
        self._pending.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _use_next(self) -> None:
        piece = self._pending.popleft()
        while not wait((piece,), timeout=0.1).done:
            self._check()
        self._use(piece.result())
