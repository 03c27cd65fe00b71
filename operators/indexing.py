"""Files looked into and kept in the library, several at a time: on threads, so that Blender stays usable. Knows nothing of Blender.

`Indexing` can be watched and cancelled as a `client.Job` can, and paused. Every file is kept, all or nothing, as soon as it is known:
whatever ends the run, the next one goes on from there. A file known by its content is not looked into again, wherever it lies now.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ..ml.cache import fingerprint
from ..ml.client import Job, in_front, side_by_side
from ..ml.errors import BAD_INPUT, CANCELLED, MISSING_BACKEND, NO_CONSENT, NO_SPACE, NO_STREAM, STALE, USAGE, WORKER_VERSION, EditorError
from ..ml.eta import Eta
from ..ml.facts import ENGINES
from ..ml.failures import explain
from ..ml.library import Library, Place
from ..ml.protocol import Analyse, Failed, Task
from .library_keep import Wish, keep
from .picture_files import NO_PICTURE_ASKS, is_picture, runs

if TYPE_CHECKING:
    from ..ml.client import Backend

SKIPPED = {"BL_proxy", "$RECYCLE.BIN", "System Volume Information", "lost+found"}
"""Folders that hold no footage: Blender's proxies, and what systems keep."""
HOPELESS = {MISSING_BACKEND, WORKER_VERSION, NO_SPACE, STALE, NO_CONSENT}
"""What would fail for every other file too."""
LASTING = {BAD_INPUT, NO_STREAM}
"""What is wrong with the file itself: it is not tried again until it changes."""
GRACE = 1.0


@dataclass
class Tally:
    """What became of the files: `new` were looked into, `again` anew, `known` already, `moved` from elsewhere, `copies` of others."""

    new: int = 0
    again: int = 0
    known: int = 0
    moved: int = 0
    copies: int = 0
    shots: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Indexing:
    """Looks into every file of `roots` (files and folders) whose ending is one of `endings`, `at_once` at a time.

    `gives_way`: it stands still while another job runs, in the middle of a file too, and goes on by itself.
    """

    def __init__(
        self,
        backend: Backend,
        folder: str,
        roots: Sequence[str],
        wish: Wish,
        endings: Collection[str],
        at_once: int = 1,
        gives_way: bool = False,
    ) -> None:
        self.backend, self.folder, self.roots, self.wish = backend, folder, tuple(roots), wish
        self.endings, self.at_once = {ending.lower() for ending in endings}, max(1, at_once)
        self.gives_way = gives_way
        self.paused = False
        """Whether the user wants it to stand still."""
        self.state, self.step, self.fraction = "new", "", 0.0
        self.tally = Tally()
        self.failures: list[Failed] = []
        self.error: EditorError | None = None
        self._files: list[tuple[str, int]] = []
        self._next, self._done, self._total = 0, 0, 1
        self._running: dict[str, tuple[int, Job | None]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._stopped = 0.0
        self._eta = Eta()
        self._thread = threading.Thread(target=self._run, daemon=True, name="assistant-editor-index")

    @property
    def seconds_left(self) -> float | None:
        return self._eta.left(time.monotonic()) if self.state == "running" else None

    def start(self) -> None:
        self.state, self.step = "running", "Looking for files"
        self._thread.start()

    @property
    def waiting(self) -> bool:
        """Whether it stands still for another job."""
        return self.gives_way and not self.paused and in_front()

    def _held(self) -> bool:
        return self.paused or in_front()

    def cancel(self) -> None:
        """Ends it within a second. Files that were kept before stay."""
        if self.state == "running" and not self._stop.is_set():
            self._stopped = time.monotonic()
            self._stop.set()
            self.step = "Cancelling"

    def poll(self) -> str:
        """How it stands. Never blocks."""
        if self.state != "running":
            return self.state
        if self._thread.is_alive():
            self._tell()
            if self._stop.is_set() and self._stopped and time.monotonic() - self._stopped > GRACE:
                self.state = "cancelled"  # a disk that does not answer holds a thread, but keeps nothing any more
            return self.state
        self.state = "cancelled" if self._stopped else "failed" if self.error is not None else "done"
        self.fraction = 1.0 if self.state == "done" else self.fraction
        return self.state

    def wait(self, on_progress: Any = None) -> str:
        """Blocks until it has ended. Ctrl+C cancels it."""
        if self.state == "new":
            self.start()
        while self.poll() == "running":
            try:
                self._thread.join(0.1)
                if on_progress is not None:
                    on_progress(self)
            except KeyboardInterrupt:
                self.cancel()
        return self.state

    def _tell(self) -> None:
        with self._lock:
            running = list(self._running.items())
            known = self._done + sum(size * (job.fraction if job is not None else 0.0) for _path, (size, job) in running)
        if self.paused or self.waiting:
            self._eta = Eta()  # the time it stood still says nothing of how fast it goes
        elif self._files:
            self.fraction = max(self.fraction, min(1.0, known / self._total))
            self._eta.update(self.fraction, time.monotonic())
        if running and not self._stop.is_set():
            path, (_size, job) = running[0]
            step = job.step if job is not None and job.step else f"Looking at {Path(path).name}"
            self.step = f"{self._next} of {len(self._files)} files: {step}"

    def _run(self) -> None:
        try:
            with Library(self.folder) as library:
                self.tally.notices += library.notices
                library.check()
                self._files = sorted(set(self._found()))
                self._total = sum(size + 1 for _path, size in self._files) or 1
                self._missed(library)
            with side_by_side(self.at_once):
                threads = [threading.Thread(target=self._work, daemon=True) for _ in range(min(self.at_once, len(self._files)))]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
        except Exception as error:  # noqa: BLE001  a thread's error would be lost; it becomes the run's
            self._give_up(explain(error, "Indexing"))

    def _give_up(self, error: EditorError) -> None:
        with self._lock:
            if self.error is None and error.code != CANCELLED:
                self.error = error
        self._stop.set()

    def _found(self) -> Iterator[tuple[str, int]]:
        """(path, bytes) of every file there is to look into."""
        for root in self.roots:
            if os.path.isfile(root):  # noqa: PTH113  a root may be no valid path at all
                yield from self._sized(root)
                continue
            if not os.path.isdir(root):  # noqa: PTH112
                raise EditorError(f"There is no folder {root}.", "Choose a folder that is there.", BAD_INPUT)
            for folder, folders, names in os.walk(root, onerror=self._unread):
                if self._stop.is_set():
                    return
                folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
                names = [name for name in names if not name.startswith(".") and PurePath(name).suffix.lower() in self.endings]
                for name in sorted(set(names).difference(*self._films(folder, names))):
                    yield from self._sized(os.path.join(folder, name))  # noqa: PTH118

    def _films(self, folder: str, names: Sequence[str]) -> list[tuple[str, ...]]:
        """The pictures that are frames of films, which is said."""
        found = runs(names)
        for pattern, frames in found.items():
            told = f"{pattern} in {PurePath(folder).name} is a film in {len(frames)} pictures: left out. Make a film file of it."
            self.tally.notices.append(told)
        return list(found.values())

    def _unread(self, reason: OSError) -> None:
        self.tally.unreadable.append((str(reason.filename), f"The folder cannot be read: {reason.strerror or reason}."))

    def _sized(self, path: str) -> Iterator[tuple[str, int]]:
        try:
            path.encode()
            yield os.path.abspath(path), os.stat(path).st_size  # noqa: PTH100, PTH116
        except UnicodeEncodeError:
            self.tally.unreadable.append((ascii(path), "Its name is not valid Unicode. Rename it."))
        except OSError as reason:
            self.tally.unreadable.append((path, f"It cannot be read: {reason.strerror or reason}."))

    def _missed(self, library: Library) -> None:
        """Files that were below these folders, and are there no longer."""
        there = {path for path, _size in self._files}
        for root in self.roots:
            if os.path.isdir(root):  # noqa: PTH112
                listed = [path for path, _medium, _problem in library.places(os.path.abspath(root))]  # noqa: PTH100
                library.gone([path for path in listed if path not in there and not os.path.exists(path)])  # noqa: PTH110

    def _work(self) -> None:
        try:
            with Library(self.folder) as library:
                while (file := self._take()) is not None and not self._stop.is_set():
                    path, size = file
                    try:
                        self._one(library, path, size)
                    except EditorError as error:
                        self._failed(library, path, error)
                    finally:
                        with self._lock:
                            self._running.pop(path, None)
                            self._done += size + 1
        except Exception as error:  # noqa: BLE001  as in `_run`
            self._give_up(explain(error, "Indexing"))

    def _take(self) -> tuple[str, int] | None:
        with self._lock:
            if self._next >= len(self._files):
                return None
            path, size = self._files[self._next]
            self._next += 1
            self._running[path] = (size, None)
            return path, size

    def _failed(self, library: Library, path: str, error: EditorError) -> None:
        if error.code in HOPELESS or self._stop.is_set():
            self._give_up(error)
            return
        with self._lock:
            self.tally.unreadable.append((path, error.message))
        if error.code in LASTING and (facts := _stat(path)) is not None:
            library.at([Place(path, "", facts.st_size, facts.st_mtime_ns, error.message)])

    def _one(self, library: Library, path: str, size: int) -> None:
        """One file, from a look at its size to its shots in the library."""
        facts = os.stat(path)  # noqa: PTH116
        known = library.place(path)
        if known is not None and known[1:3] == (facts.st_size, facts.st_mtime_ns):
            if known[3]:
                with self._lock:
                    self.tally.unreadable.append((path, known[3]))
                return
            if self.wish.holds(library.record(known[0])):
                self._count("known")
                return
        if not facts.st_size:
            raise EditorError("It is empty.", "", BAD_INPUT)
        medium = fingerprint(path)
        here = Place(path, medium, facts.st_size, facts.st_mtime_ns)
        record = library.record(medium)
        if self.wish.holds(record):
            others = (other for other in library.places_of(medium) if other != path)
            gone = [other for other in others if not os.path.exists(other)]  # noqa: PTH110
            library.at([here])
            library.gone(gone)
            self._count("moved" if gone else "known" if known is not None and known[0] == medium else "copies")
            return
        found = self._ask(path, size, [Analyse(medium, path, tasks_for(path, self.wish))])
        results = {engine: facts for (_request, engine), facts in found.results.items()}
        if not results:
            failure = next((one for one in found.failures if one.code != NO_STREAM), found.failures[0])
            raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
        self._mention(found.failures)
        after = _stat(path)
        if after is None or (after.st_size, after.st_mtime_ns) != (facts.st_size, facts.st_mtime_ns):
            raise EditorError("It changed while it was looked at.", "Index again when it is whole.", USAGE)
        missing = [one.engine for one in found.failures if one.engine and one.code != NO_STREAM]
        ask = lambda requests: self._ask(path, size, requests)  # noqa: E731
        library.at([here])
        shots, told = keep(library, self.wish, medium, path, results, missing, ask)
        self._count("new" if record is None else "again", shots)
        with self._lock:
            self.tally.notices += [one for one in told if one not in self.tally.notices]

    def _ask(self, path: str, size: int, requests: Sequence[Any]) -> Job:
        """A job that has ended. Raises the `EditorError` that ended it, if it did not find anything."""
        job = Job(self.backend, requests, self._held if self.gives_way else None)
        with self._lock:
            self._running[path] = (size, job)
        job.wait(cancelled=self._stop.is_set)
        if job.state == "cancelled" or self._stop.is_set():
            raise EditorError("Indexing was cancelled.", "", CANCELLED)
        hopeless = next((one for one in job.failures if one.code in HOPELESS), None)
        if hopeless is not None:
            raise EditorError(hopeless.message, hopeless.remedy, hopeless.code, hopeless.detail)
        return job

    def _mention(self, failures: Sequence[Failed]) -> None:
        """What an engine lacks is said once, not for every file."""
        told = [f"{one.message} {one.remedy}".strip() for one in failures if one.code != NO_STREAM]
        with self._lock:
            self.tally.notices += [one for one in dict.fromkeys(told) if one not in self.tally.notices]

    def _count(self, what: str, shots: int = 0) -> None:
        with self._lock:
            setattr(self.tally, what, getattr(self.tally, what) + 1)
            self.tally.shots += shots


def tasks_for(path: str, wish: Wish) -> tuple[Task, ...]:
    """What is asked of a file: of a single picture what can be seen in it."""
    if not is_picture(path):
        return wish.tasks
    return tuple(task for task in wish.tasks if ENGINES[task.engine].stream == "video" and task.engine not in NO_PICTURE_ASKS)


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None


CLASSES: tuple[type, ...] = ()
