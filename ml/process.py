"""One worker process as its parent sees it: started, heard, asked, killed. Knows nothing of jobs.

A thread starts it and turns its lines into messages; another drains stderr. Whoever owns the worker looks into `events`,
where a failure of the pipe arrives as an `EditorError` and the end of the process as `Ended`, always last.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from . import lifeline
from .errors import MISSING_BACKEND, WORKER_DIED, WORKER_GARBAGE, EditorError
from .protocol import LINE_LIMIT, Event, Message, decode, encode

TAIL = 16 * 1024
"""Bytes of stderr that are kept."""
GRACE = 0.5
"""Seconds a worker may take to end once it has closed its output."""
REMEDY = "Open the add-on's preferences and set up the backend."


@dataclass(frozen=True)
class Ended:
    """The process is gone. `code` as `subprocess` gives it: negative is a signal. `tail` is the end of its stderr."""

    code: int
    tail: str

    @property
    def cause(self) -> str:
        """In words: "was killed by SIGSEGV", "ended with exit code 3"."""
        if self.code >= 0:
            return f"ended with exit code {self.code}"
        try:
            return f"was killed by {signal.Signals(-self.code).name}"
        except ValueError:
            return f"was killed by signal {-self.code}"


class WorkerProcess:
    """Starting never blocks: what goes wrong arrives in `events` too."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.events: queue.SimpleQueue[Event | EditorError | Ended] = queue.SimpleQueue()
        self.arrived = threading.Event()
        self.killed = False
        """Whether `kill` was called: the end is then no crash."""
        self.ready = False
        """Set by the owner once Hello was heard."""
        self._command, self._environment = list(command), dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._job: Any = None
        self._lock = threading.RLock()  # the collector may kill a forgotten job's worker while this very thread holds it
        self._tail: deque[bytes] = deque()
        self._over = threading.Event()
        threading.Thread(target=self._run, name="assistant-editor-worker", daemon=True).start()

    @property
    def alive(self) -> bool:
        return not self._over.is_set()

    @property
    def pid(self) -> int:
        """0 before the process is there."""
        return self._process.pid if self._process else 0

    def tail(self) -> str:
        """The end of what it wrote to stderr."""
        return b"".join(tuple(self._tail))[-TAIL:].decode("utf-8", "replace").strip()

    def send(self, message: Message) -> None:
        """Writes one line. A worker that no longer reads is not reported here: its end arrives in `events`."""
        line = encode(message)
        with self._lock:
            if self._process is None or self._process.stdin is None:
                return
            try:
                self._process.stdin.write(line)
                self._process.stdin.flush()
            except (OSError, ValueError) as reason:
                self._tail.append(f"\n(writing to the worker failed: {reason})".encode())

    def kill(self) -> None:
        """Ends it and its children at once."""
        with self._lock:
            self.killed = True
            process = self._process
        if process is not None and not self._over.is_set():
            process.kill()
            self._end_children(process)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, waiting for that at most so long."""
        return self._over.wait(seconds)

    def _run(self) -> None:
        try:
            process = self._start()
        except OSError as reason:
            message = f"The backend's Python {self._command[0]!r} cannot be started: {reason.strerror or reason}."
            self._put(EditorError(message, REMEDY, MISSING_BACKEND))
            self._over.set()
            self._put(Ended(127, ""))
            return
        assert process.stdout is not None and process.stderr is not None
        drain = threading.Thread(target=self._drain, args=(process.stderr,), name="assistant-editor-stderr", daemon=True)
        drain.start()
        broken = self._listen(process.stdout)
        try:
            process.wait(GRACE if not broken else 0)
        except subprocess.TimeoutExpired:
            if not broken and not self.killed:
                self._put(EditorError("The backend closed its output but went on running.", code=WORKER_DIED))
            process.kill()
        code = process.wait()
        self._end_children(process)
        drain.join(GRACE)
        self._over.set()
        self._put(Ended(code, self.tail()))
        with self._lock:
            for pipe in (process.stdin, process.stdout):
                _close(pipe)

    def _start(self) -> subprocess.Popen[bytes]:
        flags: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            flags = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self._environment, **flags
        )
        with self._lock:
            self._process, self._job = process, lifeline.job_object(process)
            unwanted = self.killed
        if unwanted:
            self.kill()
        return process

    def _end_children(self, process: subprocess.Popen[bytes]) -> None:
        """What the worker started (pip, say) lives in its group, or its job on Windows, and ends with it."""
        lifeline.end_job(self._job)
        if sys.platform != "win32":
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # nobody is left; macOS says the second for a zombie
                return

    def _listen(self, stream: IO[bytes]) -> bool:
        """Lines to messages until the pipe ends. True when it carried garbage."""
        while line := stream.readline(LINE_LIMIT):
            if not line.endswith(b"\n") and len(line) < LINE_LIMIT:
                return False  # cut off in the middle of a line by the end of the process, which is the better news
            try:
                message = decode(line)
            except EditorError as reason:
                self._put(reason)
                return True
            if isinstance(message, Event):
                self._put(message)
            else:
                self._put(EditorError(f"The worker sent a {type(message).__name__}, which is a request.", code=WORKER_GARBAGE))
                return True
        return False

    def _drain(self, stream: IO[bytes]) -> None:
        kept = 0
        while piece := stream.read1(4096):  # type: ignore[attr-defined]
            self._tail.append(piece)
            kept += len(piece)
            while kept - len(self._tail[0]) >= TAIL:
                kept -= len(self._tail.popleft())
        stream.close()

    def _put(self, item: Event | EditorError | Ended) -> None:
        self.events.put(item)
        self.arrived.set()


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # unsent bytes for a process that is gone
        return
