"""What finding out everything in one job costs, against each engine alone: the film is decoded once for all of them.

    python3 dev.py bench passes [--film FILE] [--engines LIST] [--models DIR] [--object-model FILE] [--json FILE]

For every engine are told, in seconds: `alone`, a job of its own; `compute`, its work without the decoder: the very frames and the very
sound it took are kept and handed to it again. Then all in one job, and what that may cost at most: the sum of all `compute` and 1.1 times
one decode of the pictures and one reading of the sound. All of these are taken in turn, `--runs` times, with the worker's own threads, and
the least of each counts; everything is loaded once before, and nothing comes from the cache. Where other programs run beside it, the
seconds of the clock mean nothing; what one job took of what the same round allowed is told of every round, for such rounds compare.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ml import media, schedule  # noqa: E402
from ml.cache import Cache  # noqa: E402
from ml.codec import from_json, to_json  # noqa: E402
from ml.engines import registry  # noqa: E402
from ml.engines.registry import Runtime  # noqa: E402
from ml.errors import EditorError  # noqa: E402
from ml.facts import ENGINES  # noqa: E402
from ml.protocol import Analyse, Failed, Result, Task  # noqa: E402
from ml.workers import Backend, environment  # noqa: E402

LOGGED = ("shots", "objects", "faces", "pictures", "concepts", "transcript", "voice", "loudness", "beats", "sounds")
SHARE = 1.1
"""Of one decode: what the target grants one job for it."""


@dataclass(frozen=True)
class Cost:
    """Seconds: of a clock on the wall, and of all processors together, which other programs disturb less."""

    wall: float
    processor: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.processor + other.processor)

    def times(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.processor * factor)


NOTHING = Cost(0.0, 0.0)


@dataclass(frozen=True)
class Row:
    """What one engine costs."""

    engine: str
    alone: Cost
    compute: Cost


@dataclass(frozen=True)
class Table:
    """What each engine costs, one decode of pictures and sound, and all in one job."""

    rows: tuple[Row, ...]
    decode: Cost
    together: Cost
    rounds: tuple[Table, ...] = ()
    """One for each round, where several make this one."""

    @property
    def allowed(self) -> Cost:
        return sum((row.compute for row in self.rows), NOTHING) + self.decode.times(SHARE)

    @property
    def share(self) -> Cost:
        """Of what is allowed, of either clock."""
        return Cost(self.together.wall / self.allowed.wall, self.together.processor / self.allowed.processor)

    @property
    def text(self) -> str:
        lines = [
            f"{'seconds of':<22}{'the clock':>20}{'all processors':>20}",
            f"{'':<22}{'alone':>10}{'compute':>10}{'alone':>10}{'compute':>10}",
        ]
        total = Row("sum", sum((row.alone for row in self.rows), NOTHING), sum((row.compute for row in self.rows), NOTHING))
        lines += [
            f"{row.engine:<22}{row.alone.wall:>10.2f}{row.compute.wall:>10.2f}{row.alone.processor:>10.2f}{row.compute.processor:>10.2f}"
            for row in (*self.rows, total)
        ]
        for name, cost in (("one decode", self.decode), ("all in one job", self.together), ("target, at most", self.allowed)):
            lines.append(f"{name:<22}{cost.wall:>20.2f}{cost.processor:>20.2f}")
        kept = [f"{told} {'kept' if here <= most else 'missed'}" for told, here, most in (
            ("by the clock", self.together.wall, self.allowed.wall), ("by the processors", self.together.processor, self.allowed.processor)
        )]  # fmt: skip
        for told, shares in (
            ("clock", [one.share.wall for one in self.rounds]),
            ("processors", [one.share.processor for one in self.rounds]),
        ):
            if shares:
                each = " ".join(f"{share:.3f}" for share in shares)
                lines.append(f"Share of the target by the {told}: {each}; median {median(shares):.3f}.")
        return "\n".join([*lines, f"The target is {' and '.join(kept)}."])


class Recorder:
    """A consumer that keeps what the decoder asked and gave, while the engine's own consumer does its work."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.size = inner, inner.size
        self.given: list[tuple[int, Fraction, Any]] = []
        """(frame, seconds, its picture or None where it was not wanted) of every frame."""
        self._wants = getattr(inner, "wants", None)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        wanted = self._wants is None or bool(self._wants(frame, seconds))
        self.given.append((frame, seconds, None))
        return wanted

    def take(self, frame: int, seconds: Fraction, image: Any) -> None:
        self.given[-1] = (frame, seconds, image.copy())
        self.inner.take(frame, seconds, image)


class Nobody:
    """Wants no frame: what is left of a decode is the decoding."""

    size = (16, 16)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        return False

    def take(self, frame: int, seconds: Fraction, image: Any) -> None:
        raise AssertionError("nobody asked for a frame")


def cost(work: Callable[[], object]) -> Cost:
    begun = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - begun[0], time.process_time() - begun[1])


def least(costs: Sequence[Cost]) -> Cost:
    """Of each clock."""
    return Cost(min(one.wall for one in costs), min(one.processor for one in costs))


def looking(path: str, engine: str, options: Any, runtime: Runtime) -> Callable[[], object]:
    """What does a picture engine's own work once more, loading included, over the frames it took of this film."""
    found = media.probe(path)
    start = registry.module(engine).start
    recorder = Recorder(start(options, found, None, runtime))
    media.decode(path, [recorder])
    recorder.inner.finish()
    recorder.inner.close()

    def again() -> None:
        consumer = start(options, found, None, runtime)
        wants = getattr(consumer, "wants", None)
        for frame, seconds, image in recorder.given:
            wanted = wants is None or wants(frame, seconds)
            if wanted and image is not None:
                consumer.take(frame, seconds, image)
        consumer.finish()
        consumer.close()

    return again


def listening(path: str, engine: str, options: Any, runtime: Runtime) -> Callable[[], object]:
    """The same of an engine that listens, over the sound it took."""
    found = media.probe(path)
    run = registry.module(engine).run
    given: dict[str, list[Any]] = {}
    readers = {name: getattr(media, name) for name in ("sound", "channels")}

    def keeping(name: str) -> Callable[..., Iterator[Any]]:
        def read(*asked: Any) -> Iterator[Any]:
            given[name] = []
            for piece in readers[name](*asked):
                given[name].append(piece)
                yield piece

        return read

    def with_readers(made: Callable[[str], Callable[..., Iterator[Any]]]) -> None:
        try:
            for name in readers:
                setattr(media, name, made(name))
            run(path, options, found, None, runtime)
        finally:
            for name, reader in readers.items():
                setattr(media, name, reader)

    with_readers(keeping)
    return lambda: with_readers(lambda name: lambda *_asked: iter(given[name]))


def jobs(path: str, tasks: dict[str, dict[str, Any]], runtime: Runtime) -> list[Failed]:
    """One job with these engines, nothing stored before. Returns what failed."""
    failed: list[Failed] = []

    def emit(event: Result | Failed) -> None:
        if isinstance(event, Failed):
            failed.append(event)

    with tempfile.TemporaryDirectory() as folder:
        request = Analyse("bench", path, tuple(Task(engine, options) for engine, options in tasks.items()))
        schedule.analyse(request, Cache(folder), runtime, emit)
    return failed


def measured(path: str, tasks: dict[str, dict[str, Any]], runtime: Runtime, runs: int = 1) -> Table:
    """The whole comparison. What fails in the first job is told and left out."""
    for failure in jobs(path, tasks, runtime):  # loads everything once
        print(f"{failure.engine} is left out: {failure.message} {failure.remedy}", file=sys.stderr)
        tasks = {engine: options for engine, options in tasks.items() if engine != failure.engine}
    if not tasks:
        raise SystemExit("No engine is left.")
    works: dict[tuple[str, str], Callable[[], object]] = {}
    for engine, options in tasks.items():
        again = looking if ENGINES[engine].stream == "video" else listening
        works[engine, "alone"] = partial(jobs, path, {engine: options}, runtime)
        works[engine, "compute"] = again(path, engine, from_json(ENGINES[engine].options, options), runtime)
    if any(ENGINES[engine].stream == "video" for engine in tasks):
        works["", "pictures"] = lambda: media.decode(path, [Nobody()])
    if any(ENGINES[engine].stream == "audio" for engine in tasks):
        works["", "sound"] = lambda: media.samples(path)
    works["", "together"] = lambda: jobs(path, tasks, runtime)
    taken: dict[tuple[str, str], list[Cost]] = {name: [] for name in works}
    for _run in range(runs):
        for name, work in works.items():
            taken[name].append(cost(work))

    def table(costs: dict[tuple[str, str], Cost], rounds: tuple[Table, ...] = ()) -> Table:
        rows = tuple(Row(engine, costs[engine, "alone"], costs[engine, "compute"]) for engine in tasks)
        return Table(rows, costs.get(("", "pictures"), NOTHING) + costs.get(("", "sound"), NOTHING), costs["", "together"], rounds)

    each = tuple(table({name: several[number] for name, several in taken.items()}) for number in range(runs))
    return table({name: least(several) for name, several in taken.items()}, each)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    parser.add_argument("--film", type=Path, default=given / "bikes.mp4", help="the film (default: the packaged one, without sound)")
    parser.add_argument("--engines", default=",".join(LOGGED), help="separated by commas (default: those of Log Footage)")
    parser.add_argument("--models", default=os.environ.get("ASSISTANT_EDITOR_MODELS", ""), help="folder of installed models")
    parser.add_argument("--object-model", default="", help="a YOLO checkpoint")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args(argv)
    as_worker = environment(Backend(sys.executable, options.models, ""))
    if as_worker != dict(os.environ):  # libraries read it when they are loaded, memory when a process starts
        raise SystemExit(subprocess.call([sys.executable, __file__, *(sys.argv[1:] if argv is None else argv)], env=as_worker))
    engines = [name.strip() for name in options.engines.split(",") if name.strip()]
    unknown = [name for name in engines if name not in ENGINES]
    if unknown:
        raise SystemExit(f"There is no engine {unknown[0]!r}; there are {', '.join(ENGINES)}.")
    tasks: dict[str, dict[str, Any]] = {name: {} for name in engines}
    if options.object_model and "objects" in tasks:
        tasks["objects"] = {"model": options.object_model}

    def quiet(*_: object) -> None:
        pass

    try:
        table = measured(str(options.film), tasks, Runtime(Path(options.models), quiet, quiet, quiet), max(1, options.runs))
    except EditorError as error:
        raise SystemExit(f"bench passes: {error}") from error
    print(table.text)
    if options.json:
        figures = {**to_json(table), "allowed": to_json(table.allowed)}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
