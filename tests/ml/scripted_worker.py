"""A worker that does what a test tells it, right or wrong. Speaks JSON by hand, so it also pins what goes over the wire.

`script(folder, *scenarios)` makes the executable: its first start plays the first scenario, and so on; the last is repeated.
A scenario is a list of steps, `[name, arguments…]`, each a function below.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def script(folder: Path, *scenarios: list[list]) -> str:
    """A program to be given as `Backend.python`."""
    plays = folder / "plays.json"
    plays.write_text(json.dumps(scenarios))
    program, draft = folder / "worker", folder / "worker.draft"
    draft.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -u "{Path(__file__).resolve()}" "{plays}"\n')
    draft.chmod(0o755)
    draft.replace(program)  # one that is being started cannot be written to
    return str(program)


def starts(folder: Path) -> int:
    """How often the program was started."""
    counter = folder / "plays.count"
    return counter.stat().st_size if counter.exists() else 0


class Play:
    def __init__(self) -> None:
        self.id = "?"

    def say(self, kind: str, **fields) -> None:
        sys.stdout.write(json.dumps({"kind": kind, **fields}) + "\n")
        sys.stdout.flush()

    def hello(self, protocol=1, version="0.1.0") -> None:
        self.say("Hello", protocol=protocol, version=version, pid=os.getpid(), python="3")

    def read(self, kind="") -> None:
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        message = json.loads(line)
        if kind and message["kind"] != kind:
            sys.stderr.write(f"expected {kind}, got {line}")
            sys.exit(9)
        if message["kind"] == "Shutdown":
            sys.exit(0)
        self.id = message.get("id", self.id)  # a Pause is for whatever runs

    def progress(self, fraction, deadline=60.0, step="Working") -> None:
        self.say("Progress", id=self.id, step=step, fraction=fraction, deadline=deadline)

    def notice(self, text) -> None:
        self.say("Notice", id=self.id, message=text)

    def result(self, engine, facts, cached=False) -> None:
        self.say("Result", id=self.id, engine=engine, facts=facts, cached=cached)

    def failed(self, code, engine="", message="It failed.", remedy="Do this.") -> None:
        self.say("Failed", id=self.id, message=message, remedy=remedy, code=code, engine=engine, detail="")

    def done(self) -> None:
        self.say("Done", id=self.id)

    def raw(self, text) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def stderr(self, text, times=1) -> None:
        for _ in range(times):
            sys.stderr.write(text)
        sys.stderr.flush()

    def sleep(self, seconds) -> None:
        time.sleep(seconds)

    def exit(self, code) -> None:
        os._exit(code)

    def kill(self, number) -> None:
        os.kill(os.getpid(), number)
        time.sleep(10)

    def close(self) -> None:
        os.close(1)

    def child(self, file) -> None:
        """Starts a child that would outlive us, and notes its id."""
        process = subprocess.Popen(["/bin/sleep", "60"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        Path(file).write_text(str(process.pid))

    def deaf(self) -> None:
        """Neither ends at the end of stdin nor at a polite signal."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)


def main(plays: Path) -> None:
    counter = plays.with_suffix(".count")
    with counter.open("ab", buffering=0) as stream:  # one byte a start: appending is atomic
        stream.write(b".")
    number = counter.stat().st_size - 1
    scenarios = json.loads(plays.read_text())
    play = Play()
    steps = scenarios[min(number, len(scenarios) - 1)]
    at = 0
    while at < len(steps):
        name, *arguments = steps[at]
        if name == "again":
            at = arguments[0]
            continue
        getattr(play, name)(*arguments)
        at += 1
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
