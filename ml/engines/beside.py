"""Work on a thread of its own beside the decoder, of which only a little may wait."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from typing import Any, Generic, TypeVar

PENDING = 2
"""Pieces of work that may wait: their frames are all that memory holds."""
AT_ONCE = max(1, os.cpu_count() or 1)
"""Pieces of work of all engines that are done at the same time. More would only push each other's weights and pictures out of the caches;
with half as many, two processors stood idle now and then, and a job took 5 % longer by the clock (measured)."""
Result = TypeVar("Result")

_turns = threading.BoundedSemaphore(AT_ONCE)


class Beside(Generic[Result]):
    """Pieces of work are done one after the other, and `use` gets their results in that order, on the caller's thread.

    `check` is called while the caller waits, ten times a second, and may raise. What a piece of work raises, `add` and `finish`
    raise. Whoever makes one finishes or closes it.
    """

    def __init__(self, name: str, check: Callable[[], None], use: Callable[[Result], None]) -> None:
        self._pool = ThreadPoolExecutor(1, name)
        self._check, self._use = check, use
        self._pending: deque[Future[Result]] = deque()
        self._closed = False

    def add(self, work: Callable[..., Result], *given: Any) -> None:
        """One piece of work more: `work(*given)`. Waits while more than `PENDING` are not done."""
        self._pending.append(self._pool.submit(self._in_turn, work, *given))
        while len(self._pending) > PENDING:
            self._use_next()

    def finish(self) -> None:
        """Waits until all is done and used. Nothing can be added afterwards."""
        try:
            while self._pending:
                self._use_next()
        finally:
            self.close()

    def close(self, wait: bool = False) -> None:
        """Lets go of the thread: what has not begun is never done; what is being done is not waited for, unless what it uses goes away.
        Any number of times."""
        self._closed = True
        self._pending.clear()
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _in_turn(self, work: Callable[..., Result], *given: Any) -> Result:
        """On the thread."""
        with _turns:
            if self._closed:
                raise CancelledError
            return work(*given)

    def _use_next(self) -> None:
        piece = self._pending.popleft()
        while not wait((piece,), timeout=0.1).done:
            self._check()
        self._use(piece.result())
