"""Who goes first: jobs that somebody waits for. Those that give way stand still meanwhile (`Job.held`), and go on by themselves."""

from __future__ import annotations

import ctypes
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

ROOM = 3 * 1024**3
"""Bytes another worker with its models may take, beside one that stands still with its own."""


_lock = threading.Lock()
_first: weakref.WeakSet[Any] = weakref.WeakSet()
"""Jobs somebody waits for, held weakly: whoever forgets one holds nobody up."""


def go_first(job: Any) -> None:
    """`job` has a `state`, and goes before those that give way as long as that is "running"."""
    with _lock:
        _first.add(job)


def in_front() -> bool:
    """Whether a job runs that gives way to none."""
    with _lock:
        return any(job.state == "running" for job in _first)


def room() -> bool:
    """Whether memory allows another worker. True where that cannot be told."""
    free = free_memory()
    return free is None or free >= ROOM


def free_memory() -> int | None:
    """Bytes that programs can have without others being moved to the disk; None where the system does not say."""
    if sys.platform == "win32":
        return _windows()
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):  # macOS, very old kernels
        return None


def _windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong),
            *((name, ctypes.c_ulonglong) for name in ("page_total", "page_free", "virtual_total", "virtual_free", "extended")),
        )  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    told = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined]
    return int(status.free) if told else None
