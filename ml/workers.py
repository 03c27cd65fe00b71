"""Which worker processes this process has, and how one is started."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .cache import DEFAULT_LIMIT
from .process import WorkerProcess
from .protocol import Shutdown

_BOOT = (
    "import importlib.util as u, sys; f = sys.argv[1]; "
    "s = u.spec_from_file_location('assistant_editor_ml', f + '/__init__.py', submodule_search_locations=[f]); "
    "m = u.module_from_spec(s); sys.modules[s.name] = m; s.loader.exec_module(m); "
    "from assistant_editor_ml.__main__ import main; sys.exit(main(sys.argv[2:]))"
)


MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": str(256 << 20), "MALLOC_MMAP_THRESHOLD_": str(32 << 20)}
"""For the memory of glibc, which other systems do not have: one store for all threads, for each engine's thread would keep what another
could use, and no giving back and asking again for every picture. A worker keeps a quarter less after a few jobs (measured)."""
LAST_GRACE = 3.0
"""Seconds between the wish that an idle worker ends and its end by force."""


@dataclass(frozen=True)
class Backend:
    """Where the work is done: the worker's Python, the folders of models and results, and whether it may use the network.

    `idle`: seconds an unused worker stays. `cache_limit`: bytes.
    """

    python: str
    models: str
    cache: str
    online: bool = False
    idle: float = 600.0
    cache_limit: int = DEFAULT_LIMIT


def command(backend: Backend) -> list[str]:
    """How a worker is started. `-I` keeps it clear of the user's site-packages and PYTHON* variables, and of this folder too:
    the package is loaded by its path, whatever the extension's folder is called, and nothing in it can shadow a library."""
    line = [backend.python, "-I", "-X", "utf8", "-u", "-c", _BOOT, str(Path(__file__).resolve().parent), "--worker"]
    line += ["--parent", str(os.getpid()), "--models", backend.models, "--cache", backend.cache, "--cache-limit", str(backend.cache_limit)]
    return [*line, "--online"] if backend.online else line


def environment(backend: Backend, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The worker's environment: ours without what would lead its Python astray, offline unless allowed, threads chosen.

    Of four processors and more, one is left to Blender. A user's own OMP_NUM_THREADS is respected.
    """
    given = os.environ if given is None else given
    kept = {key: value for key, value in given.items() if not key.upper().startswith("PYTHON") and key != "__PYVENV_LAUNCHER__"}
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        processors = os.cpu_count() or 1
    kept.setdefault("OMP_NUM_THREADS", str(processors - 1 if processors >= 4 else processors))
    # Threads that wait by spinning take the processor from Blender, and from each other where there are few.
    kept.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # NumPy's products here are small: a second thread of OpenBLAS waits more than it helps (measured on word times: ten times the
    # processor's time on two cores).
    kept.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name, value in MEMORY.items():
        kept.setdefault(name, value)
    kept["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if not backend.online:
        kept |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    return kept


class Pool:
    """The workers of this process: those that serve a job, and warm ones, of each `Backend` as many as `keep` says, at first one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: dict[Backend, list[tuple[WorkerProcess, threading.Timer]]] = {}
        self._busy: set[WorkerProcess] = set()
        self._most = 1

    def lease(self, backend: Backend) -> WorkerProcess:
        with self._lock:
            while warm := self._warm.get(backend):
                worker, timer = warm.pop()
                timer.cancel()
                if not worker.killed and worker.alive:
                    break
            else:
                worker = WorkerProcess(command(backend), environment(backend))
            self._busy.add(worker)
            return worker

    def give_back(self, backend: Backend, worker: WorkerProcess) -> None:
        """`worker` has nothing left to do. More than are to be kept are dismissed."""
        with self._lock:
            self._busy.discard(worker)
            warm = self._warm.setdefault(backend, [])
            if len(warm) < self._most and worker.alive:
                timer = threading.Timer(backend.idle, self._retire, (backend, worker))
                timer.daemon = True
                warm.append((worker, timer))
                timer.start()
                return
        _dismiss(worker)

    def keep(self, most: int) -> None:
        """From now on so many warm workers of a `Backend` are kept, for jobs that run side by side; those above it are dismissed."""
        with self._lock:
            self._most = most
            needless = [one for warm in self._warm.values() for one in warm[most:]]
            for warm in self._warm.values():
                del warm[most:]
        for worker, timer in needless:
            timer.cancel()
            _dismiss(worker)

    def drop(self, worker: WorkerProcess) -> None:
        """Takes no lock: the collector may call it for a forgotten job at any moment, also within one of the others here."""
        self._busy.discard(worker)
        worker.kill()

    def close_all(self) -> None:
        with self._lock:
            warm = [one for several in self._warm.values() for one in several]
            workers = [*self._busy.copy(), *(worker for worker, _timer in warm)]
            for _worker, timer in warm:
                timer.cancel()
            self._warm.clear()
            self._busy.clear()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait(1.0)

    def _retire(self, backend: Backend, worker: WorkerProcess) -> None:
        with self._lock:
            warm = self._warm.get(backend, [])
            left = [one for one in warm if one[0] is not worker]
            if len(left) == len(warm):
                return
            self._warm[backend] = left
        _dismiss(worker)


def _dismiss(worker: WorkerProcess) -> None:
    """Asks it to end, and sees to it that it does."""
    worker.send(Shutdown())
    timer = threading.Timer(LAST_GRACE, worker.kill)
    timer.daemon = True
    timer.start()
