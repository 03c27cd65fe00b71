"""Sound that was decoded once for one engine, kept for the next: engines that listen run one after the other, each over all of it.

Sound at 16 kHz takes 64 kB a second: what is more than `IN_MEMORY` lies in a temporary file, which goes when the job is done.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

IN_MEMORY = 32 * 1024 * 1024
Told = Callable[[str], None]


class _Kept:
    """Chunks of float32, written one after the other; what was told of them. `whole` once the last one is there."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.whole = False
        self._lengths: list[int] = []
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with the shelf

    def add(self, chunk: np.ndarray) -> None:
        self._file.write(chunk.tobytes())
        self._lengths.append(len(chunk))

    def chunks(self, check: Callable[[], None]) -> Iterator[np.ndarray]:
        import numpy as np

        place = 0
        for length in self._lengths:
            check()
            self._file.seek(place)
            place += 4 * length
            # A copy of its own: whoever gets it may write into it.
            yield np.frombuffer(self._file.read(4 * length), np.float32).copy()

    def close(self) -> None:
        self._file.close()


_shelves: list[dict[Hashable, _Kept]] = []


@contextmanager
def heard_once() -> Iterator[None]:
    """Inside, sound that was read to its end is not decoded again for whoever wants the same of it. For one thread of the process."""
    _shelves.append({})
    try:
        yield
    finally:
        for kept in _shelves.pop().values():
            kept.close()


def replayed(key: Hashable, read: Callable[[Told], Iterator[np.ndarray]], check: Callable[[], None], notice: Told) -> Iterator[Any]:
    """What `read(told)` yields and tells to `notice`, or the same again where it was kept under `key`."""
    if not _shelves:
        yield from read(notice)
        return
    shelf = _shelves[-1]
    kept = shelf.get(key)
    if kept is not None and kept.whole:
        yield from kept.chunks(check)
        for told in kept.told:
            notice(told)
        return
    yield from _keeping(shelf, key, read, notice)


def _keeping(shelf: dict[Hashable, _Kept], key: Hashable, read: Callable[[Told], Iterator[Any]], notice: Told) -> Iterator[Any]:
    """Keeps what it hands on. Where the disk is full it is only handed on."""
    if (before := shelf.pop(key, None)) is not None:
        before.close()
    new = shelf[key] = _Kept()
    kept: _Kept | None = new

    def told(text: str) -> None:
        if kept is not None:
            kept.told.append(text)
        notice(text)

    for chunk in read(told):
        if kept is not None:
            try:
                kept.add(chunk)
            except OSError:
                shelf.pop(key, None)
                with contextlib.suppress(OSError):
                    kept.close()
                kept = None
        yield chunk
    if kept is not None:
        kept.whole = True
