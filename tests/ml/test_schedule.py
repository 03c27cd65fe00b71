"""The scheduler with engines made up here: who runs, in how many passes, what is kept, and whose failure is whose."""

from __future__ import annotations

import dataclasses
import errno
import os
import sys
import types
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from assistant_editor.ml import errors, schedule
from assistant_editor.ml import media as reading
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import registry
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import (
    ENGINES,
    AudioStream,
    Boundary,
    Engine,
    Media,
    Shots,
    ShotsOptions,
    Span,
    Transcript,
    TranscriptOptions,
)
from assistant_editor.ml.protocol import Analyse, Failed, Result, Task
from assistant_editor.ml.schedule import analyse

WHOLE = Span(Fraction(0), Fraction(10))


@dataclass
class Log:
    """What happened, in order."""

    events: list[Result | Failed] = field(default_factory=list)
    progress: list[tuple[float, str, float]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    decodes: int = 0
    cancel_after: int = -1

    def check(self) -> None:
        if 0 <= self.cancel_after <= len(self.progress):
            raise EditorError("Cancelled.", code=errors.CANCELLED)

    @property
    def failures(self) -> dict[str, str]:
        return {event.engine: event.code for event in self.events if isinstance(event, Failed)}

    @property
    def results(self) -> dict[str, Result]:
        return {event.engine: event for event in self.events if isinstance(event, Result)}


class Counting:
    """Counts frames and says so as facts; fails where it is told to."""

    def __init__(self, name: str, log: Log, runtime: Runtime, fail: str, error: Exception) -> None:
        self.name, self.log, self.runtime, self.fail, self.error = name, log, runtime, fail, error
        self.size = (16, 8)
        self.frames = 0
        if fail == "start":
            raise error

    def take(self, frame: int, seconds: Fraction, image) -> None:
        assert image.shape == (8, 16, 3)
        self.frames += 1
        if self.fail == "take" and frame == 3:
            raise self.error

    def finish(self) -> Shots:
        if self.fail == "finish":
            raise self.error
        self.log.ran.append(self.name)
        boundary = Boundary(1, Fraction(1, 25), 0.5)
        return Shots(WHOLE, Fraction(0), Fraction(25), self.frames, self.name, (boundary,), ("Its own warning.",))

    def close(self) -> None:
        self.log.closed.append(self.name)


@pytest.fixture
def log(monkeypatch) -> Log:
    log = Log()
    decode = reading.decode

    def counted(*arguments, **more):
        log.decodes += 1
        return decode(*arguments, **more)

    monkeypatch.setattr(reading, "decode", counted)
    return log


@pytest.fixture
def add(monkeypatch, log):
    """Registers an engine of this name and stream, in the table and as a module."""

    def adding(name: str, stream: str, fail: str = "", error: Exception | None = None) -> None:
        error = error or RuntimeError(f"{name} broke")
        module = types.ModuleType(name)

        def start(options, media, span, runtime):
            runtime.progress(0.5, f"Loading {name}", 200.0)
            return Counting(name, log, runtime, fail, error)

        def run(path, options, media, span, runtime):
            for part in (0.0, 0.5, 1.0):
                runtime.check()
                runtime.progress(part, f"Hearing with {name}", 30.0)
            if fail:
                raise error
            log.ran.append(name)
            return Transcript(WHOLE, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", ())

        module.start, module.run = start, run
        monkeypatch.setitem(sys.modules, f"{registry.__package__}.fake_{name}", module)
        monkeypatch.setitem(registry.MODULES, name, f"fake_{name}")
        kinds = (ShotsOptions, Shots) if stream == "video" else (TranscriptOptions, Transcript)
        monkeypatch.setitem(ENGINES, name, Engine(name, 1, *kinds, stream))

    return adding


@pytest.fixture
def ask(log, tmp_path, models_folder, media_folder, monkeypatch):
    """Runs engines over the street film; with `sound` as if it had sound."""

    def asking(*engines: str, span: Span | None = None, sound: bool = True, path: str = "") -> Log:
        log.events.clear()
        log.progress.clear()
        probe = reading.probe
        if sound:
            heard = AudioStream(16000, 1, Fraction(0), Fraction(10))
            monkeypatch.setattr(schedule.reading, "probe", lambda path: dataclasses.replace(probe(path), audio=heard))
        runtime = Runtime(models_folder, lambda *told: log.progress.append(told), log.notices.append, log.check)
        request = Analyse("r", path or str(media_folder / "bikes.mp4"), tuple(Task(engine) for engine in engines), span)
        try:
            analyse(request, Cache(tmp_path / "cache"), runtime, log.events.append)
        finally:
            monkeypatch.setattr(schedule.reading, "probe", probe)
        return log

    return asking


def test_engines_that_want_pictures_share_one_decode(add, ask):
    for name in ("one", "two", "three"):
        add(name, "video")
    add("ear", "audio")
    log = ask("one", "ear", "two", "three")
    assert log.decodes == 1 and log.ran == ["one", "two", "three", "ear"]
    assert [log.results[name].facts["frames"] for name in ("one", "two", "three")] == [250] * 3
    assert not log.failures


def test_progress_never_goes_back_and_reaches_the_end(add, ask):
    add("one", "video")
    add("ear", "audio")
    add("other", "audio")
    log = ask("one", "ear", "other")
    told = [fraction for fraction, _step, _deadline in log.progress]
    assert told == sorted(told) and told[0] == 0.0 and told[-1] == pytest.approx(1.0)
    assert all(deadline > 0 and "bikes.mp4" in step for _fraction, step, deadline in log.progress)
    halves = [fraction for fraction, step, _deadline in log.progress if step.startswith("Hearing with ear")]
    assert halves == pytest.approx([0.6, 0.7, 0.8])  # pictures weigh three, each sound engine one


def test_engines_that_finish_share_what_the_decoder_left_of_the_pass(add, ask, monkeypatch):
    finish = Counting.finish

    def telling(self):
        for part in (0.5, 1.0, 7.0):
            self.runtime.progress(part, f"Finishing {self.name}", 30.0)
        return finish(self)

    def loud(self, frame, seconds, image):
        self.runtime.progress(1.0, "Too early", 30.0)

    monkeypatch.setattr(Counting, "finish", telling)
    monkeypatch.setattr(Counting, "take", loud)
    add("one", "video")
    add("two", "video")
    told = ask("one", "two", sound=False).progress
    assert [fraction for fraction, _, _ in told] == sorted(fraction for fraction, _, _ in told)
    early = [fraction for fraction, step, _ in told if step.startswith("Too early")]
    assert len(early) == 500 and early[0] < 0.1 and max(early) <= 0.95
    shown = {name: [fraction for fraction, step, _ in told if step.startswith(f"Finishing {name}")] for name in ("one", "two")}
    assert shown["one"] == pytest.approx([0.9625, 0.975, 0.975]) and shown["two"] == pytest.approx([0.9875, 1.0, 1.0])


def test_a_second_run_comes_from_the_cache_engine_by_engine(add, ask):
    add("one", "video")
    first = ask("one").results["one"]
    assert not first.cached
    add("two", "video")
    log = ask("one", "two")
    assert log.results["one"].cached and log.results["one"].facts == first.facts
    assert not log.results["two"].cached
    assert log.ran == ["one", "two"] and log.decodes == 2


def test_a_part_is_kept_as_a_part(add, ask):
    add("one", "video")
    log = ask("one", span=Span(Fraction(2), Fraction(4)))
    assert log.results["one"].facts["frames"] == 50
    assert ask("one", span=None).results["one"].facts["frames"] == 250


@pytest.mark.parametrize("stage", ["start", "take", "finish"])
def test_one_engines_failure_is_its_own(add, ask, stage):
    add("bad", "video", stage)
    add("good", "video")
    add("deaf", "audio", "run")
    add("ear", "audio")
    log = ask("bad", "good", "deaf", "ear")
    assert set(log.closed) == {"bad", "good"} - ({"bad"} if stage == "start" else set())
    assert log.failures == {"bad": errors.DEFECT, "deaf": errors.DEFECT}
    assert set(log.results) == {"good", "ear"}
    assert log.results["good"].facts["frames"] == 250
    (bad,) = [event for event in log.events if event.engine == "bad"]
    assert "bad broke" in bad.message and bad.remedy and "Traceback" in bad.detail and "Traceback" not in bad.message


def test_nobody_is_decoded_for_when_all_have_failed(add, ask, monkeypatch):
    add("bad", "video", "take")
    frames = []
    take = Counting.take
    monkeypatch.setattr(Counting, "take", lambda self, frame, *rest: (frames.append(frame), take(self, frame, *rest)))
    assert ask("bad").failures == {"bad": errors.DEFECT}
    assert max(frames) < 10


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (EditorError("No model.", "Get it.", errors.MISSING_MODEL), errors.MISSING_MODEL, "No model."),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), errors.MISSING_BACKEND, "torch"),
        (MemoryError(), errors.NO_SPACE, "memory"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), errors.NO_SPACE, "disk"),
        (FileNotFoundError(errno.ENOENT, "No such file", "weights.pt"), errors.BAD_INPUT, "weights.pt"),
        (KeyError("x"), errors.DEFECT, "KeyError"),
    ],
)
def test_each_kind_of_failure_has_its_code_and_remedy(add, ask, error, code, words):
    add("bad", "video", "start", error)
    (event,) = ask("bad").events
    assert (event.code, event.engine) == (code, "bad") and words in event.message and event.remedy


def test_a_medium_without_the_stream_fails_the_engines_that_want_it(add, ask):
    add("eye", "video")
    add("ear", "audio")
    log = ask("eye", "ear", sound=False)
    assert log.failures == {"ear": errors.NO_STREAM} and set(log.results) == {"eye"}


def test_unknown_engines_and_options_fail_alone(add, ask, log, tmp_path, media_folder, models_folder):
    add("eye", "video")
    runtime = Runtime(models_folder, lambda *told: None, log.notices.append, log.check)
    tasks = (Task("eye"), Task("palmistry"), Task("shots", {"detector": "tea leaves"}))
    analyse(Analyse("r", str(media_folder / "bikes.mp4"), tasks), Cache(tmp_path / "c"), runtime, log.events.append)
    assert log.failures == {"palmistry": errors.BAD_INPUT, "shots": errors.BAD_INPUT} and set(log.results) == {"eye"}


def test_an_unreadable_medium_fails_the_request(add, ask, tmp_path):
    add("eye", "video")
    nonsense = tmp_path / "x.mp4"
    nonsense.write_text("no film")
    for path in (str(nonsense), str(tmp_path / "gone.mp4")):
        with pytest.raises(EditorError) as caught:
            ask("eye", path=path)
        assert caught.value.code == errors.BAD_INPUT


@pytest.mark.parametrize("after", [0, 1, 2, 4, 6, 8])
def test_cancel_ends_everything_wherever_it_comes(add, ask, log, after):
    add("one", "video")
    add("ear", "audio")
    log.cancel_after = after
    with pytest.raises(EditorError) as caught:
        ask("one", "ear")
    assert caught.value.code == errors.CANCELLED and not log.failures
    assert log.closed == ["one"] * any(step.startswith("Loading one") for _, step, _ in log.progress)


def test_a_cancel_that_an_engine_meets_is_no_failure_of_the_engine(add, ask):
    add("bad", "video", "take", EditorError("Cancelled.", code=errors.CANCELLED))
    with pytest.raises(EditorError):
        ask("bad")


def test_what_an_engine_wants_is_asked_of_the_engine_itself(add, ask, monkeypatch):
    monkeypatch.setattr(Counting, "wants", lambda self, frame, seconds: self.name != "few" or frame < 3, raising=False)
    for name in ("all", "few"):
        add(name, "video")
    results = ask("all", "few", span=Span(Fraction(0), Fraction(1))).results
    assert results["few"].facts["frames"] == 3 < results["all"].facts["frames"]


def test_an_engine_that_fails_while_it_says_what_it_wants_fails_alone(add, ask, monkeypatch):
    def wants(self, frame, seconds):
        if self.name == "broken" and frame == 2:
            raise RuntimeError("broken")
        return True

    monkeypatch.setattr(Counting, "wants", wants, raising=False)
    for name in ("sound", "broken"):
        add(name, "video")
    log = ask("sound", "broken", span=Span(Fraction(0), Fraction(1)))
    assert list(log.results) == ["sound"] and list(log.failures) == ["broken"]


def test_warnings_of_the_medium_travel_with_the_facts(add, ask, monkeypatch, media_folder):
    add("one", "video")
    real = reading.probe(media_folder / "bikes.mp4")
    monkeypatch.setattr(schedule.reading, "probe", lambda path: Media(real.duration, real.video, None, ("It is cut off.",)))
    assert ask("one", sound=False).results["one"].facts["warnings"] == ["It is cut off.", "Its own warning."]
    assert ask("one", sound=False).results["one"].facts["warnings"] == ["It is cut off.", "Its own warning."]


def test_a_cache_that_cannot_be_written_is_a_notice(add, ask, tmp_path):
    add("one", "video")
    (tmp_path / "cache").write_text("in the way")
    log = ask("one")
    assert set(log.results) == {"one"} and len(log.notices) == 1 and "could not be kept" in log.notices[0]
