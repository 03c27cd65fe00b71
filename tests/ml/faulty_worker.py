"""The real worker with one thing broken on purpose: `faulty(folder, fault)` makes a program to be given as `Backend.python`.

The program takes the command line the client writes for a Python, loads the real package by it, breaks what the fault says,
and runs the real worker. The product itself has no door for this.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def faulty(folder: Path, python: str, fault: str, *arguments: str, first_only: bool = True) -> str:
    """`first_only`: later starts are sound, so that the same backend shows that the next job works."""
    program, mark = folder / f"python-{fault}", folder / f"{fault}.was"
    words = " ".join(f'"{word}"' for word in (str(Path(__file__).resolve()), fault, *arguments))
    skip = f'[ -e "{mark}" ] && exec "{python}" "$@"\n' if first_only else ""
    program.write_text(f'#!/bin/sh\n{skip}touch "{mark}"\nexec "{python}" -I -X utf8 -u {words} -- "$@"\n')
    program.chmod(0o755)
    return str(program)


def after(kind: str, act) -> None:
    """Does `act` right after each message of this kind went out."""
    worker = sys.modules["assistant_editor_ml.worker"]
    send = worker._Worker._send

    def sending(self, event):
        send(self, event)
        if type(event).__name__ == kind:
            act()

    worker._Worker._send = sending


def before(kind: str, act) -> None:
    """Does `act(worker)` right before each message of this kind goes out."""
    worker = sys.modules["assistant_editor_ml.worker"]
    send = worker._Worker._send

    def sending(self, event):
        if type(event).__name__ == kind:
            act(self)
        send(self, event)

    worker._Worker._send = sending


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hold_the_gil(seconds: float = 60.0) -> None:
    """Native code that neither returns nor lets another thread run."""
    import ctypes

    ctypes.PyDLL(None).sleep(int(seconds))


def fetch_for_ever(note: Path) -> None:
    """What a download by pip looks like from outside: a child that works while we wait."""
    child = subprocess.Popen(["sleep", "60"])
    note.write_text(str(child.pid))
    child.wait()


def in_decode(act, deadline: float = 60.0) -> None:
    """`act` runs before each decoded frame is taken, after a Progress with this deadline."""
    shots = importlib.import_module("assistant_editor_ml.engines.shots")
    start = shots.start

    def starting(*arguments):
        consumer = start(*arguments)
        take = consumer.take

        def taking(*frame):
            arguments[-1].progress(0.0, "Finding shots", deadline)
            act()
            take(*frame)

        consumer.take = taking
        return consumer

    shots.start = starting


def break_it(fault: str, arguments: list[str]) -> None:
    importlib.import_module("assistant_editor_ml.worker")
    if fault == "killed_after":
        after(arguments[0], die)
    elif fault == "killed_before":
        before(arguments[0], lambda _worker: die())
    elif fault == "segfault":
        import ctypes

        in_decode(lambda: ctypes.string_at(0))
    elif fault == "garbage":
        before(arguments[0], lambda worker: worker._events.write(b"libav: 12 frames\n"))
    elif fault == "holds_gil":
        in_decode(hold_the_gil, float(arguments[0]))
    elif fault == "prints":
        in_decode(lambda: (sys.stdout.write("chatter\n"), os.write(1, b"native chatter\n"), sys.stdout.flush()))
    elif fault == "no_memory":
        in_decode(lambda: (_ for _ in ()).throw(MemoryError()))
    elif fault == "lacks":
        for name in arguments:
            sys.modules[name] = None
    elif fault == "fetches":
        importlib.import_module("assistant_editor_ml.models").fetch = lambda *_arguments, **_more: fetch_for_ever(Path(arguments[0]))
    elif fault == "slow":
        in_decode(lambda: time.sleep(0.01))
    else:
        sys.exit(f"no fault {fault!r}")


def main() -> None:
    fault, *rest = sys.argv[1:]
    split = rest.index("--")
    arguments, line = rest[:split], rest[split + 1 :]
    package, *words = line[line.index("-c") + 2 :]
    spec = importlib.util.spec_from_file_location(
        "assistant_editor_ml", package + "/__init__.py", submodule_search_locations=[package]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    break_it(fault, arguments)
    sys.exit(importlib.import_module("assistant_editor_ml.__main__").main(words))


if __name__ == "__main__":
    main()
