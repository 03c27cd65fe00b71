"""From what is asked of a medium to passes over it: looked up, decoded once for all who want pictures, then the sound, once for all
who want it alike.

An engine's failure is its own: the others go on. Nothing here knows a particular engine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from . import media as reading
from .cache import Cache, fingerprint
from .codec import from_json, to_json
from .engines import registry
from .engines.registry import Consumer, Runtime
from .errors import BAD_INPUT, CANCELLED, NO_STREAM, EditorError
from .facts import ENGINES, Engine, Facts, Media
from .failures import failed
from .protocol import Analyse, Failed, Result

LOADING = 300.0
"""Seconds an engine's libraries and weights may take to load from a cold disk."""
DECODING = 60.0
PASS_WEIGHTS = {"video": 3.0, "audio": 1.0}
"""Rough shares of the time of one pass over the pictures and one engine's run over the sound."""
FINISHING = 0.05
"""Share of a picture pass that is left for the consumers' `finish`."""


@dataclass(frozen=True)
class _Job:
    """One engine that has to run."""

    engine: Engine
    options: Any


class _Guarded:
    """A consumer whose failure stops itself and nobody else."""

    def __init__(self, job: _Job, consumer: Consumer) -> None:
        self.job, self.consumer = job, consumer
        self.size = consumer.size
        self.error: Exception | None = None
        self._asked = getattr(consumer, "wants", None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.consumer, name)  # whatever else a decoder may ask a consumer

    def finish(self) -> Facts:
        if self.error is not None:
            raise self.error
        return self.consumer.finish()

    def close(self) -> None:
        self.consumer.close()

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """A consumer that has failed wants nothing more."""
        return self.error is None and (self._asked is None or bool(self._tried(self._asked, frame, seconds)))

    def take(self, frame: int, seconds: Fraction, image: Any) -> None:
        if self.error is None:
            self._tried(self.consumer.take, frame, seconds, image)

    def _tried(self, call: Callable[..., Any], *given: Any) -> Any:
        try:
            return call(*given)
        except Exception as error:  # noqa: BLE001  kept, and reported as this engine's own
            _let_cancel_through(error)
            self.error = error
            self.close()
            return None


class _Gauge:
    """One progress of several passes of different weight: 0..1 of the whole request, never going back."""

    def __init__(self, runtime: Runtime, weights: Sequence[float], name: str) -> None:
        self._tell, self._weights, self._name = runtime.progress, weights, name
        self._shown = 0.0
        self._finishing = (0.0, 0.0)
        """Where in the pass the engine that is finishing begins, and how much of the pass is its own."""
        self.index = 0

    def step(self, fraction: float, step: str, deadline: float = DECODING) -> None:
        """For an engine that shares its pass. While the medium is decoded, the decoder knows best how far the pass is; then this engine."""
        start, share = self._finishing
        self.tell(start + share * min(max(fraction, 0.0), 1.0), step, deadline)

    def finishing(self, number: int, engines: int, step: str) -> None:
        """The `number`-th of so many engines finishes now: what is left of the pass is divided among them."""
        share = FINISHING / engines
        self._finishing = (1 - FINISHING + number * share, share)
        self.step(0.0, step, LOADING)

    def tell(self, part: float, step: str, deadline: float = DECODING) -> None:
        """`part` 0..1 of the pass at `index`."""
        done = sum(self._weights[: self.index]) + min(max(part, 0.0), 1.0) * self._weights[self.index]
        self._shown = max(self._shown, done / sum(self._weights))
        self._tell(self._shown, step if self._name in step else f"{step} in {self._name}", deadline)


def analyse(request: Analyse, cache: Cache, runtime: Runtime, emit: Callable[[Result | Failed], None]) -> None:
    """Answers every task of the request through `emit`: one Result or one Failed each, as soon as it is known.

    What was computed is kept in `cache`. Raises `EditorError(BAD_INPUT)` when the medium itself cannot be read, and
    `EditorError(CANCELLED)` when `runtime.check` does.
    """
    name = PurePath(request.path).name
    runtime.progress(0.0, f"Opening {name}", DECODING)
    medium = fingerprint(request.path)
    jobs = [job for job in _jobs(request, emit) if not _known(job, request, medium, cache, emit)]
    if not jobs:
        return
    media = reading.probe(request.path)
    jobs = [job for job in jobs if _has_stream(job, media, request, emit)]
    pictures = [job for job in jobs if job.engine.stream == "video"]
    sounds = [job for job in jobs if job.engine.stream == "audio"]
    gauge = _Gauge(runtime, [PASS_WEIGHTS["video"]] * bool(pictures) + [PASS_WEIGHTS["audio"]] * len(sounds), name)

    def keep(job: _Job, facts: Facts) -> None:
        lasting = not getattr(facts, "provisional", False)
        warning = cache.store(job.engine.name, medium, job.options, facts, whole=request.span is None) if lasting else ""
        if warning:
            runtime.notice(warning)
        emit(Result(request.id, job.engine.name, to_json(facts)))

    def lose(job: _Job, error: Exception) -> None:
        _let_cancel_through(error)
        emit(failed(request.id, error, job.engine.name, f"reading {name}"))

    if pictures:
        with ExitStack() as closing:
            if started := _started(pictures, media, request, runtime, gauge, lose, closing):
                _picture_pass(started, request, media, runtime, gauge, keep, lose)
        gauge.index += 1
    with reading.heard_once() if len(sounds) > 1 else nullcontext():
        for job in sounds:
            runtime.check()
            try:
                gauge.tell(0.0, f"Preparing {job.engine.name}", LOADING)
                own = dataclasses.replace(runtime, progress=gauge.tell)
                facts = registry.module(job.engine.name).run(request.path, job.options, media, request.span, own)
            except Exception as error:  # noqa: BLE001  this engine's own
                lose(job, error)
            else:
                keep(job, _warned(facts, media.warnings))
            gauge.index += 1


def _started(
    jobs: Sequence[_Job],
    media: Media,
    request: Analyse,
    runtime: Runtime,
    gauge: _Gauge,
    lose: Callable[[_Job, Exception], None],
    closing: ExitStack,
) -> list[_Guarded]:
    """The consumers of those `jobs` that could be started. `closing` closes them."""
    started: list[_Guarded] = []
    for job in jobs:
        runtime.check()
        try:
            gauge.tell(0.0, f"Preparing {job.engine.name}", LOADING)
            own = dataclasses.replace(runtime, progress=gauge.step)
            started.append(_Guarded(job, registry.module(job.engine.name).start(job.options, media, request.span, own)))
        except Exception as error:  # noqa: BLE001  this engine's own
            lose(job, error)
        else:
            closing.callback(started[-1].close)
    return started


def _picture_pass(
    guarded: Sequence[_Guarded],
    request: Analyse,
    media: Media,
    runtime: Runtime,
    gauge: _Gauge,
    keep: Callable[[_Job, Facts], None],
    lose: Callable[[_Job, Exception], None],
) -> None:
    """One decode of the medium for all of them."""
    words = f"Finding {' and '.join(one.job.engine.name for one in guarded)}"

    def check() -> None:
        runtime.check()
        if all(one.error for one in guarded):
            raise _NobodyListensError

    warnings: tuple[str, ...] = media.warnings
    try:
        decoded = reading.decode(
            request.path, guarded, request.span, check, lambda part: gauge.tell(part * (1 - FINISHING), words, DECODING)
        )
        warnings += decoded.warnings
    except _NobodyListensError:
        words = "Giving up"
    except Exception as error:  # noqa: BLE001  nobody got the pictures, so everybody has this failure
        _let_cancel_through(error)
        for one in guarded:
            one.error = one.error or error
    for number, one in enumerate(guarded):
        runtime.check()
        try:
            gauge.finishing(number, len(guarded), words)
            facts = one.finish()
        except Exception as error:  # noqa: BLE001  this engine's own
            lose(one.job, error)
        else:
            keep(one.job, _warned(facts, warnings))


class _NobodyListensError(Exception):
    """Every consumer of a pass has failed: there is no one to decode for."""


def _jobs(request: Analyse, emit: Callable[[Result | Failed], None]) -> list[_Job]:
    jobs = []
    for task in request.tasks:
        try:
            if task.engine not in ENGINES:
                raise EditorError(f"There is no engine {task.engine!r}; there are {', '.join(sorted(ENGINES))}.", code=BAD_INPUT)
            engine = ENGINES[task.engine]
            jobs.append(_Job(engine, from_json(engine.options, task.options)))
        except EditorError as error:
            emit(failed(request.id, error, task.engine))
    return jobs


def _known(job: _Job, request: Analyse, medium: str, cache: Cache, emit: Callable[[Result | Failed], None]) -> bool:
    facts = cache.load(job.engine.name, medium, job.options, request.span)
    if facts is not None:
        emit(Result(request.id, job.engine.name, to_json(facts), cached=True))
    return facts is not None


def _has_stream(job: _Job, media: Media, request: Analyse, emit: Callable[[Result | Failed], None]) -> bool:
    if getattr(media, job.engine.stream) is not None:
        return True
    there, missing = ("pictures", "sound") if job.engine.stream == "audio" else ("sound", "pictures")
    name = PurePath(request.path).name
    error = EditorError(f"{name} has {there} but no {missing}.", f"Choose a strip whose file holds {missing}.", NO_STREAM)
    emit(failed(request.id, error, job.engine.name))
    return False


def _warned(facts: Facts, warnings: Sequence[str]) -> Facts:
    """`facts` with the medium's own warnings, so that a cached result still tells them."""
    return dataclasses.replace(facts, warnings=tuple(dict.fromkeys([*warnings, *facts.warnings])))


def _let_cancel_through(error: Exception) -> None:
    if isinstance(error, EditorError) and error.code == CANCELLED:
        raise error
