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
    kept["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if not backend.online:
        kept |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    return kept


class Pool:
    """The workers of this process: at most one warm one a `Backend`, and those that serve a job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: dict[Backend, tuple[WorkerProcess, threading.Timer]] = {}
        self._busy: set[WorkerProcess] = set()

    def lease(self, backend: Backend) -> WorkerProcess:
        with self._lock:
            worker, timer = self._warm.pop(backend, (None, None))
            if timer is not None:
                timer.cancel()
            if worker is None or worker.killed or not worker.alive:
                worker = WorkerProcess(command(backend), environment(backend))
            self._busy.add(worker)
            return worker

    def give_back(self, backend: Backend, worker: WorkerProcess) -> None:
        """`worker` has nothing left to do. A second warm one is not kept."""
        with self._lock:
            self._busy.discard(worker)
            if backend not in self._warm and worker.alive:
                timer = threading.Timer(backend.idle, self._retire, (backend, worker))
                timer.daemon = True
                self._warm[backend] = (worker, timer)
                timer.start()
                return
        _dismiss(worker)

    def drop(self, worker: WorkerProcess) -> None:
        """Takes no lock: the collector may call it for a forgotten job at any moment, also within one of the others here."""
        self._busy.discard(worker)
        worker.kill()

    def close_all(self) -> None:
        with self._lock:
            workers = [*self._busy.copy(), *(worker for worker, _timer in self._warm.values())]
            for _worker, timer in self._warm.values():
                timer.cancel()
            self._warm.clear()
            self._busy.clear()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait(1.0)

    def _retire(self, backend: Backend, worker: WorkerProcess) -> None:
        with self._lock:
            if self._warm.get(backend, (None, None))[0] is not worker:
                return
            del self._warm[backend]
        _dismiss(worker)


def _dismiss(worker: WorkerProcess) -> None:
    """Asks it to end, and sees to it that it does."""
    worker.send(Shutdown())
    timer = threading.Timer(LAST_GRACE, worker.kill)
    timer.daemon = True
    timer.start()
