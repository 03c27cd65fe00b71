"""How the worker dies with its parent, also when the parent is killed, and also while native code holds the worker's GIL.

Three means, for no one of them is enough:

- everywhere: the worker's reader thread meets the end of stdin and leaves (needs the GIL, so not from inside native code);
- Linux: the kernel kills it (`PR_SET_PDEATHSIG`). The signal is tied to the *thread* that started the worker, which is why
  the client starts it from the thread that reads its output and so lives as long as the worker;
- other Unix: a `sh` looks once a second whether the parent is still there, and kills the worker's group otherwise; on Linux
  too while the worker has children (pip), which the kernel would leave;
- Windows: both are in a job object that the system ends when the parent's last handle closes. Not run on Windows here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_guards: list[subprocess.Popen[bytes]] = []
_GUARD = 'while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done; kill -s KILL -- "-$2" "$2" 2>/dev/null'


def bind_to_parent(parent: int) -> None:
    """Called by the worker as its first act. `parent` is the process id that started it."""
    if sys.platform == "win32":
        return
    before = os.getppid()
    if not (sys.platform.startswith("linux") and _ask_kernel()):
        _guards.append(watch(parent, os.getpid()))
    if os.getppid() != before:  # it died before the kernel was asked
        os._exit(0)


def protect_children(parent: int) -> None:
    """Called by the worker before it starts a process that must not outlive `parent` either."""
    if sys.platform != "win32" and not _guards:
        _guards.append(watch(parent, os.getpid()))


def watch(parent: int, child: int) -> subprocess.Popen[bytes]:
    """Starts the shell that kills `child` and its group within about a second of the end of `parent`, or the group of a dead `child`."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "assistant-editor-guard", str(parent), str(child)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _ask_kernel() -> bool:
    import ctypes

    try:
        return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0) == 0)
    except (OSError, AttributeError):  # a C library without prctl: the shell watches instead
        return False


def job_object(process: subprocess.Popen[bytes]) -> Any:
    """Windows, in the parent: puts the child and all its children into a job that ends with the returned handle; else None."""
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    class Limits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; only the flags are set."""

        _fields_ = [
            ("times", ctypes.c_int64 * 2),
            ("flags", wintypes.DWORD),
            ("sets", ctypes.c_size_t * 2),
            ("active", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("classes", wintypes.DWORD * 2),
            ("io", ctypes.c_uint64 * 6),
            ("memory", ctypes.c_size_t * 4),
        ]

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.CreateJobObjectW.argtypes = [ctypes.c_void_p, wintypes.LPCWSTR]
    kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    kill_on_close, extended = 0x2000, 9
    limits = Limits(flags=kill_on_close)
    job = kernel.CreateJobObjectW(None, None)
    kernel.SetInformationJobObject(job, extended, ctypes.byref(limits), ctypes.sizeof(limits))
    kernel.AssignProcessToJobObject(job, int(process._handle))
    return job


def end_job(job: Any) -> None:
    """Windows: ends every process of the job."""
    if sys.platform == "win32" and job:
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32")
        kernel.TerminateJobObject.argtypes = [wintypes.HANDLE, wintypes.UINT]
        kernel.TerminateJobObject(job, 1)
