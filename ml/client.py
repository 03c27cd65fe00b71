"""Work done by the worker process, as Blender sees it: a `Job` is started, polled, cancelled, and holds what was found.

Nothing here blocks but `Job.wait`, and nothing calls back from a thread. A worker serves one job at a time; when the job ended
well the worker stays, warm, for the next job of the same `Backend`, until its idle time is over or this process ends.
A job that gives way stands still while another runs: its worker waits with all it has, where memory allows, and else begins again later.
"""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from .cache import Cache, fingerprint
from .codec import from_json
from .errors import CANCELLED, MISSING_BACKEND, WORKER_DIED, WORKER_GARBAGE, WORKER_HUNG, WORKER_VERSION, EditorError
from .eta import Eta
from .facts import ENGINES, Facts, Media
from .failures import explain, failed
from .front import go_first, in_front, room
from .process import REMEDY, Ended, WorkerProcess
from .protocol import PROTOCOL, VERSION, Analyse, Cancel, Done, Failed, Hello, Notice, Pause, Progress, Result, Work
from .workers import Backend, Pool

__all__ = ["Backend", "Job", "cached", "close_all", "in_front", "side_by_side"]

START_DEADLINE = 60.0
"""Seconds from the start of a worker to its Hello."""
CANCEL_GRACE = 0.8
"""Seconds a worker has to obey Cancel before it is killed."""
ANSWERS: dict[str, type] = {
    "probe": Media, **dict.fromkeys(("selftest", "fetch", "extract", "translate", "read", "cutout", "style", "found"), dict),
}  # fmt: skip
AGAIN = "Try again; a new worker is started for it."
State = Literal["new", "running", "done", "failed", "cancelled"]


_pool = Pool()


def close_all() -> None:
    """Ends every worker of this process. Jobs still running end "cancelled" at their next poll."""
    _pool.close_all()


@contextmanager
def side_by_side(count: int) -> Iterator[None]:
    """Inside, so many jobs may run at once, on threads of their own, and each finds a warm worker."""
    _pool.keep(max(1, count))
    try:
        yield
    finally:
        _pool.keep(1)


atexit.register(close_all)


def cached(backend: Backend, request: Analyse) -> dict[str, Facts] | None:
    """Engine -> facts, when everything the request asks is in the cache; else None. Reads at most 3 MiB of the medium.

    Raises `EditorError(BAD_INPUT)` when the medium cannot be read, or an engine or option is not known.
    """
    cache, medium = Cache(backend.cache, backend.cache_limit), fingerprint(request.path)
    found = {}
    for task in request.tasks:
        facts = cache.load(task.engine, medium, task.options, request.span)
        if facts is None:
            return None
        found[task.engine] = facts
    return found


class Job:
    """Requests done one after the other. Ids must differ within a job. Use it from one thread.

    `state` "done": every request came to its end, and something was found, or there was nothing to find; `failures` may still
    name single engines or media. "failed": nothing was found, or the worker itself failed. `results` and `failures` hold what
    came until then in each state. `results` is keyed by (request id, engine); the engine of a Probe is "probe" (a `Media`),
    of a SelfTest "selftest", of a FetchModel "fetch", of an Extract "extract", of a Translate "translate", of a ReadTexts "read",
    of a CutOut "cutout", of a Stylise "style" and of a FindFaces "found" (plain dicts).

    `held` makes it a job that gives way: it is asked at every poll, and while it says yes the job stands still (`paused`), a request that
    was begun too. Without it a job goes before those that give way (`in_front`).
    """

    def __init__(self, backend: Backend, requests: Sequence[Work], held: Callable[[], bool] | None = None) -> None:
        if len({request.id for request in requests}) < len(requests):
            raise ValueError("two requests of a job have the same id")
        self.backend = backend
        self.requests = tuple(requests)
        self.state: State = "new"
        self.paused = False
        self.step = ""
        self.fraction = 0.0
        self.results: dict[tuple[str, str], Facts | Media | dict[str, Any]] = {}
        self.cached: set[tuple[str, str]] = set()
        """The keys of `results` that were not computed now."""
        self.notices: list[str] = []
        self.failures: list[Failed] = []
        self._todo: list[Work] = []
        self._current: Work | None = None
        self._finished = 0
        self._worker: WorkerProcess | None = None
        self._deadline = (0.0, 0.0)
        self._held = held
        self._cancelling = False
        self._unproven = False
        """Whether the worker is one that waited, and has said nothing to this job yet."""
        self._killer: threading.Timer | None = None
        self._forgotten: weakref.finalize[..., Job] | None = None
        self._eta = Eta()
        self._lock = threading.Lock()

    @property
    def seconds_left(self) -> float | None:
        return self._eta.left(time.monotonic()) if self.state == "running" else None

    @property
    def worker_pid(self) -> int:
        """0 when no worker runs for this job."""
        return self._worker.pid if self._worker else 0

    def start(self) -> None:
        """Looks into the cache, and has a worker started for what is not there. Once a job."""
        if self.state != "new":
            raise ValueError("a job is started once")
        self.state = "running"
        if self._held is None:
            go_first(self)
        with self._ended_by_faults():
            for request in self.requests:
                if not self._answered_by_cache(request):
                    self._todo.append(request)
            self._finished = len(self.requests) - len(self._todo)
            if not self._todo:
                self._end()
            elif not self.backend.python:
                self._fail(EditorError("The backend is not set up.", REMEDY, MISSING_BACKEND))
            else:
                self._begin()

    def poll(self) -> State:
        """Takes in what the worker said since. Never blocks."""
        if self.state == "running" and self._held is not None and not self._cancelling:
            with self._ended_by_faults():
                self._give_way(self._held())
        worker = self._worker
        if self.state != "running" or worker is None:
            return self.state
        worker.arrived.clear()
        with self._ended_by_faults():
            while self.state == "running" and not worker.events.empty():
                self._take(worker.events.get())
        silence = time.monotonic() - self._deadline[0]
        if self.state == "running" and not (self._cancelling or self.paused) and silence > self._deadline[1]:
            silent = round(self._deadline[1])
            self._fail(
                EditorError(f"The backend made no progress for {silent} seconds while: {self.step}.", AGAIN, WORKER_HUNG, worker.tail())
            )
        return self.state

    def cancel(self) -> None:
        """Ends the job within a second: the worker is asked, and killed when it does not obey."""
        if self.state == "new":
            self.state = "cancelled"
        if self.state != "running" or self._cancelling:
            return
        if self._worker is None:
            self._end("cancelled")
            return
        self._cancelling, self.step = True, "Cancelling"
        if self._current is None:
            self._worker.kill()
            return
        self._worker.send(Cancel(self._current.id))
        self._killer = threading.Timer(CANCEL_GRACE, self._overdue, (self._worker,))
        self._killer.daemon = True
        self._killer.start()

    def wait(self, on_progress: Callable[[Job], None] | None = None, cancelled: Callable[[], bool] | None = None) -> State:
        """Blocks until the job has ended; starts it if need be. Ctrl+C cancels it, and it then ends "cancelled"."""
        if self.state == "new":
            self.start()
        while True:
            try:
                if self.poll() != "running":
                    break
                if cancelled is not None and cancelled():
                    self.cancel()
                if on_progress is not None:
                    on_progress(self)
                if self._worker is not None:
                    self._worker.arrived.wait(0.1)
                else:
                    time.sleep(0.1)
            except KeyboardInterrupt:
                self.cancel()
        if on_progress is not None:
            on_progress(self)
        return self.state

    @contextmanager
    def _ended_by_faults(self) -> Iterator[None]:
        """Whatever fails inside ends the job: one that stays "running" would never be heard of again, and keep its worker."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  whatever it was, the user is told
            if self.state == "running":
                self._fail(explain(error, "The job"))

    def _begin(self) -> None:
        """Takes a worker, warm or new, and has it start on what is to be done; where the job is held, it does so later."""
        self.paused = self._held is not None and self._held()
        if self.paused:
            return
        self.step = "Starting the backend"
        self._worker = _pool.lease(self.backend)
        self._forgotten = weakref.finalize(self, _pool.drop, self._worker)
        self._unproven = self._worker.ready
        self._expect(START_DEADLINE)
        if self._worker.ready:
            self._next()

    def _give_way(self, held: bool) -> None:
        """Stands still, or goes on."""
        if held == self.paused:
            return
        self.paused = held
        if self._worker is None:
            self._begin()
        elif held and not room():
            self._let_go()
        else:
            self._worker.send(Pause(held))
            self._expect(self._deadline[1])

    def _begin_anew(self) -> None:
        """The warm worker had died while it was idle, and nobody had noticed: that is no fault of this job."""
        self._let_go()
        self._begin()

    def _let_go(self) -> None:
        """Ends the worker. What it was at is to be done again."""
        with self._lock:
            worker, self._worker = self._worker, None
        if self._forgotten is not None:
            self._forgotten.detach()
        if worker is not None:
            _pool.drop(worker)
        if self._current is not None:
            self._todo.insert(0, self._current)
            self._current = None

    def _overdue(self, worker: WorkerProcess) -> None:
        """On the timer's thread: kills the worker unless it obeyed and is another job's by now."""
        with self._lock:
            if self._worker is worker:
                worker.kill()

    def _answered_by_cache(self, request: Work) -> bool:
        if not isinstance(request, Analyse):
            return False
        try:
            found = cached(self.backend, request)
        except Exception as error:  # noqa: BLE001  this request's own; the others go on
            self.failures.append(failed(request.id, error))
            return True
        for engine, facts in (found or {}).items():
            self.results[request.id, engine] = facts
            self.cached.add((request.id, engine))
        return found is not None

    def _next(self) -> None:
        assert self._worker is not None
        while self._todo:
            self._current = self._todo.pop(0)
            self._expect(START_DEADLINE)
            try:
                self._worker.send(self._current)
                return
            except (EditorError, TypeError, ValueError) as error:  # it cannot be put on a line; the others go on
                self.failures.append(failed(self._current.id, error))
                self._current, self._finished = None, self._finished + 1
        self._end()

    def _take(self, event: Any) -> None:
        """One thing a worker said, or the end of it."""
        assert self._worker is not None
        unproven, self._unproven = self._unproven, False
        if isinstance(event, Ended) and unproven and not self._cancelling and not self._worker.killed:
            self._begin_anew()
        elif isinstance(event, EditorError) and event.code == WORKER_GARBAGE and not self._worker.ready:
            message = f"The backend's Python {self.backend.python!r} does not answer as a worker: it may be another program."
            self._fail(EditorError(message, REMEDY, MISSING_BACKEND, "\n".join(filter(None, (event.detail, self._worker.tail())))))
        elif isinstance(event, EditorError):
            detail = "\n".join(part for part in (event.detail, self._worker.tail()) if part)
            self._fail(EditorError(event.message, event.remedy or AGAIN, event.code, detail))
        elif isinstance(event, Ended):
            self._ended(event)
        elif isinstance(event, Hello):
            self._greet(event)
        elif self._current is None or event.id != self._current.id:
            self._fail(EditorError(f"The worker sent a {type(event).__name__} for no request of ours.", AGAIN, WORKER_GARBAGE))
        elif isinstance(event, Progress):
            self._expect(event.deadline)
            if not self._cancelling:
                self.step = event.step
            self._advance(min(max(event.fraction, 0.0), 1.0))
        elif isinstance(event, Notice):
            self.notices.append(event.message)
        elif isinstance(event, Result):
            self._keep(event)
        elif isinstance(event, Failed):
            if not (self._cancelling and event.code == CANCELLED):
                self.failures.append(event)
        elif isinstance(event, Done):
            self._current, self._finished = None, self._finished + 1
            self._advance(0.0)
            if self._cancelling:
                self._end("cancelled")
            else:
                self._next()

    def _greet(self, hello: Hello) -> None:
        assert self._worker is not None
        if (hello.protocol, hello.version) != (PROTOCOL, VERSION):
            message = f"The worker is version {hello.version} (protocol {hello.protocol}), this is {VERSION} (protocol {PROTOCOL})."
            self._fail(EditorError(message, "The add-on was updated meanwhile: restart Blender.", WORKER_VERSION))
        elif not self._worker.ready:
            self._worker.ready = True
            if self.paused:
                self._worker.send(Pause(True))  # it may not have been there when it was told
            self._next()

    def _keep(self, result: Result) -> None:
        try:
            kind = ENGINES[result.engine].facts if result.engine in ENGINES else ANSWERS[result.engine]
            self.results[result.id, result.engine] = from_json(kind, result.facts)
        except (KeyError, ValueError, EditorError) as reason:
            self._fail(EditorError(f"The worker's result of {result.engine!r} cannot be read.", AGAIN, WORKER_GARBAGE, f"{reason!r}"))
            return
        if result.cached:
            self.cached.add((result.id, result.engine))

    def _ended(self, end: Ended) -> None:
        assert self._worker is not None
        if self._cancelling or self._worker.killed:
            self._end("cancelled")
        elif not self._worker.ready and end.code >= 0:
            message = f"The backend's Python {self.backend.python!r} does not work: it {end.cause}."
            self._fail(EditorError(message, REMEDY, MISSING_BACKEND, end.tail))
        else:
            hint = "It may have run out of memory. " if end.code == -9 else ""
            message = f"The backend stopped unexpectedly ({end.cause}) while: {self.step}."
            self._fail(EditorError(message, hint + AGAIN, WORKER_DIED, end.tail))

    def _expect(self, seconds: float) -> None:
        self._deadline = (time.monotonic(), seconds)

    def _advance(self, part: float) -> None:
        self.fraction = max(self.fraction, min(1.0, (self._finished + part) / len(self.requests)))
        self._eta.update(self.fraction, time.monotonic())

    def _fail(self, error: EditorError) -> None:
        request = self._current or (self._todo[0] if self._todo else self.requests[-1])
        if self._cancelling:
            self._end("cancelled", keep=False)
            return
        self.failures.append(Failed(request.id, error.message, error.remedy, error.code, error.detail))
        self._end("failed", keep=False)

    def _end(self, state: State | None = None, keep: bool = True) -> None:
        with self._lock:
            worker, self._worker, self._current = self._worker, None, None
        if self._killer is not None:
            self._killer.cancel()
        if self._forgotten is not None:
            self._forgotten.detach()
        if worker is not None and keep and not worker.killed:
            if self.paused:
                worker.send(Pause(False))
            _pool.give_back(self.backend, worker)
        elif worker is not None:
            _pool.drop(worker)
        if state is None:
            nothing = bool(self.failures) and not self.results
            gave_up = any(failure.code == CANCELLED for failure in self.failures)
            state = "cancelled" if gave_up else "failed" if nothing else "done"
        self.state = state
        if state == "done":
            self.fraction = 1.0
