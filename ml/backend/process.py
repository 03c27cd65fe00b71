"""Running another program so that its lines are heard, its end is certain, and nothing of the caller's Python leaks into it."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from ..errors import CANCELLED, MISSING_BACKEND, EditorError
from ..files import shown

WINDOWS = os.name == "nt"
TICK = 0.1
LONGEST = 1 << 14
"""Characters of a line; a longer one comes in parts."""
WAITING = 1000
"""Lines that may wait to be heard: a program that prints more is held up, not kept in memory."""
KEPT = 500
_LEAKS = (
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONEXECUTABLE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__",
    "PIP_TARGET", "PIP_PREFIX", "PIP_USER",
)  # fmt: skip


def never() -> bool:
    """The `cancelled` of work nobody can cancel."""
    return False


def clean_environment(scratch: Path | None = None) -> dict[str, str]:
    """This process's environment without what would steer another Python; `scratch` becomes its folder for temporary files.

    pip's own settings (PIP_*, its configuration files, proxies) stay: they are how a user reaches a package index.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _LEAKS}
    # A pip configured to install for the user refuses to install into an environment.
    environment |= {"PIP_USER": "0", "PYTHONNOUSERSITE": "1", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    if scratch is not None:
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    return environment


def _own_group() -> dict[str, object]:
    if WINDOWS:
        return {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"start_new_session": True}


def end(process: subprocess.Popen[str]) -> None:
    """Ends the program and all it started, now."""
    if WINDOWS:
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    elif sys.platform != "win32":
        # The group is there as long as the process was not waited for, whether or not it still runs.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def lines_of(
    command: Sequence[str], *, cancelled: Callable[[], bool] = never, limit: float | None = None, scratch: Path | None = None
) -> Generator[str, None, int]:
    """Every line the program prints (stdout and stderr), as it comes; the generator's value is the exit code.

    Raises `EditorError`: CANCELLED within two ticks of the wish, MISSING_BACKEND when it cannot be started or runs longer
    than `limit` seconds. The program and its children are gone when this returns or raises.
    """
    try:
        process = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
            errors="replace", env=clean_environment(scratch), **_own_group(),  # type: ignore[call-overload]
        )  # fmt: skip
    except (OSError, ValueError) as reason:
        why = getattr(reason, "strerror", None) or reason
        raise EditorError(
            f"{shown(command[0])} cannot be started: {why}.", "Check the path, or choose another Python.", MISSING_BACKEND
        ) from reason
    heard: queue.Queue[str | None] = queue.Queue(WAITING)
    over = threading.Event()

    def tell(line: str | None) -> None:
        while not over.is_set():
            with contextlib.suppress(queue.Full):
                heard.put(line, timeout=TICK)
                return

    def listen() -> None:
        with process.stdout as stream:
            while not over.is_set() and (line := stream.readline(LONGEST)):
                tell(line.rstrip())
        tell(None)

    threading.Thread(target=listen, daemon=True, name="backend-output").start()
    deadline = None if limit is None else time.monotonic() + limit
    try:
        while True:
            if cancelled():
                raise EditorError("Cancelled.", code=CANCELLED)
            if deadline is not None and time.monotonic() > deadline:
                raise EditorError(f"{command[0]} gave no answer within {limit:.0f} seconds.", "Choose another Python.", MISSING_BACKEND)
            try:
                line = heard.get(timeout=TICK)
            except queue.Empty:
                continue
            if line is None:
                code: int = process.wait()
                return code
            yield line
    finally:
        over.set()
        end(process)


def run(command: Sequence[str], *, cancelled: Callable[[], bool] = never, limit: float | None = None) -> tuple[int, list[str]]:
    """The exit code and the lines, of many the first and last `KEPT`. Raises as `lines_of` does."""
    lines: list[str] = []
    later: deque[str] = deque(maxlen=KEPT)
    steps = lines_of(command, cancelled=cancelled, limit=limit)
    while True:
        try:
            (lines if len(lines) < KEPT else later).append(next(steps))
        except StopIteration as finished:
            return finished.value, [*lines, *later]
