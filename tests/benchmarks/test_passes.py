"""The bench of one pass: what it hands to an engine again is what the decoder gave, and what the target allows."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks import passes
from benchmarks.passes import NOTHING, Cost, Recorder, Row, Table
from ml import media
from ml.engines import registry
from ml.engines.registry import Runtime


class Every:
    """Takes every second frame, and adds up what it sees."""

    size = (8, 4)

    def __init__(self) -> None:
        self.taken: list[tuple[int, int]] = []
        self.closed = False

    def wants(self, frame: int, seconds: Fraction) -> bool:
        return frame % 2 == 0

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self.taken.append((frame, int(image.sum())))
        image[:] = 0

    def finish(self) -> list[tuple[int, int]]:
        return self.taken

    def close(self) -> None:
        self.closed = True


def test_a_recorder_keeps_what_was_given_and_what_was_not_wanted() -> None:
    inner = Every()
    recorder = Recorder(inner)
    for frame in range(4):
        if recorder.wants(frame, Fraction(frame, 25)):
            recorder.take(frame, Fraction(frame, 25), np.full((4, 8, 3), frame + 1, np.uint8))
    assert [frame for frame, _seconds, image in recorder.given if image is not None] == [0, 2]
    assert [int(image.sum()) for _frame, _seconds, image in recorder.given if image is not None] == [total for _frame, total in inner.taken]
    assert [frame for frame, *_rest in recorder.given] == [0, 1, 2, 3]


def test_an_engine_sees_the_same_frames_again(monkeypatch: pytest.MonkeyPatch, media_folder: Path, tmp_path: Path) -> None:
    made: list[Every] = []

    class Module:
        @staticmethod
        def start(*_: object) -> Every:
            made.append(Every())
            return made[-1]

    monkeypatch.setattr(registry, "module", lambda engine: Module)
    nothing = Runtime(tmp_path, print, print, print)
    passes.looking(str(media_folder / "bikes.mp4"), "looks", None, nothing)()
    first, again = made
    assert len(first.taken) == 125 and again.taken == first.taken and again.closed


def test_an_engine_hears_the_same_sound_again_and_readers_are_put_back(
    monkeypatch: pytest.MonkeyPatch, media_folder: Path, tmp_path: Path
) -> None:
    heard: list[tuple[int, float]] = []
    readers = media.sound, media.channels

    class Module:
        @staticmethod
        def run(path: str, *_: object) -> None:
            heard.extend((len(chunk), float(chunk.sum())) for chunk in media.sound(path, None, 8000))
            heard.append((sum(piece.data.shape[-1] for piece in media.channels(path)), 0.0))

    monkeypatch.setattr(registry, "module", lambda engine: Module)
    film = tmp_path / "a.wav"
    shutil.copy(media_folder / "beckett.wav", film)
    again = passes.listening(str(film), "voice", None, Runtime(tmp_path, print, print, print))
    first = list(heard)
    heard.clear()
    film.unlink()  # whoever would decode it again cannot
    monkeypatch.setattr(passes.media, "probe", None)
    again()
    assert heard == first and len(heard) >= 2 and (media.sound, media.channels) == readers


def test_the_target_is_the_sum_of_computing_and_little_more_than_one_decode() -> None:
    rows = (Row("shots", Cost(3.0, 6.0), Cost(2.0, 5.0)), Row("faces", Cost(5.0, 5.0), Cost(4.5, 4.0)))
    table = Table(rows, Cost(1.0, 2.0), Cost(7.5, 11.5))
    assert (table.allowed.wall, table.allowed.processor) == (pytest.approx(7.6), pytest.approx(11.2))
    assert "by the clock kept and by the processors missed" in table.text


def test_each_round_is_measured_by_what_it_allowed_itself() -> None:
    quick, slow = (Table((Row("shots", NOTHING, Cost(n, n)),), NOTHING, Cost(n * share, n)) for n, share in ((1.0, 1.2), (4.0, 0.8)))
    both = Table(quick.rows, NOTHING, quick.together, (quick, slow))
    assert (quick.share, slow.share) == (Cost(1.2, 1.0), Cost(0.8, 1.0))
    assert "clock: 1.200 0.800; median 1.000" in both.text and "processors: 1.000 1.000" in both.text and "clock missed" in both.text
    assert "Share" not in quick.text


def test_costs_are_taken_of_both_clocks() -> None:
    cost = passes.cost(lambda: sum(range(200_000)))
    assert cost.processor > 0 and cost.wall > 0
    assert passes.least([Cost(1.0, 2.0), Cost(2.0, 0.5)]) == Cost(1.0, 0.5)
