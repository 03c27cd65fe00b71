"""Sessions of takes are what their labels say, and proposals are scored against them."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks import take_set
from benchmarks.take_scoring import Found, Score, covered, score
from benchmarks.take_set import RATE, Label, Line, session

LABELS = (
    Label(0, "broken", 1.0, 2.0), Label(0, "fluent", 3.0, 5.0), Label(1, "fluent", 6.0, 8.0),
    Label(2, "fluent", 9.0, 11.0), Label(2, "stumbled", 12.0, 15.0),
)  # fmt: skip


def found(*told):
    return [Found(*one) for one in told]


def test_what_is_right_scores_in_full():
    right = found(("a", 0.9, 2.1, False), ("a", 3.0, 5.0, True), ("b", 9.0, 11.0, True), ("b", 12.0, 15.0, False))
    one = score(LABELS, right)
    assert one == Score(2, 2, 2, 2, 2, 2, 0, 1, 0) and one.precision == one.recall == 1.0


def test_wrong_groups_and_lost_lines_are_counted():
    wrong = found(("a", 3.0, 5.0, False), ("a", 6.0, 8.0, False), ("b", 9.0, 11.0, False), ("b", 12.0, 15.0, True))
    one = score(LABELS, wrong)
    assert (one.pairs, one.named, one.right) == (2, 2, 1)
    # Of line 0 only what was broken off is left; line 2 has a take left, the stumbled one; line 1 was said once.
    assert (one.lines, one.kept, one.clean, one.lost, one.singles, one.harmed) == (2, 0, 0, 1, 1, 1)
    assert score(LABELS, []) == Score(2, 0, 0, 2, 2, 0, 0, 1, 0)
    assert (one + one).named == 4


def test_two_takes_taken_for_one_are_no_pair():
    assert score(LABELS, found(("a", 9.0, 15.0, False), ("a", 1.0, 2.0, True))).named == 2
    assert covered(LABELS[1], found(("a", 4.0, 6.0, True))) == pytest.approx(0.5)


def test_a_session_has_each_take_where_its_label_says(monkeypatch):
    monkeypatch.setattr(take_set, "ANNOUNCED", 0.0)
    now = np.arange(2 * RATE) / RATE

    def hum(hertz):
        return lambda slow, seed: np.sin(2 * np.pi * hertz * now[: int(len(now) * slow)]).astype(np.float32)

    lines = [Line(str(hertz), hum(hertz)) for hertz in range(200, 1400, 100)]
    made = session(lines, hum(150), [hum(170)], 5)
    assert {label.line for label in made.labels} == set(range(12))
    kinds = {label.kind for label in made.labels}
    assert kinds == {"fluent", "broken", "stumbled", "soft"}
    for label in made.labels:
        part = made.samples[int(label.start * RATE) : int(label.end * RATE)]
        begun = part[: int(0.5 * RATE)]
        hertz = np.argmax(np.abs(np.fft.rfft(begun))) * RATE / len(begun)
        assert hertz == pytest.approx(200 + 100 * label.line, abs=4)
        level = 20 * np.log10(np.sqrt(np.mean(begun**2)))
        assert -42.5 < level < -38 if label.kind == "soft" else -28.5 < level < -24
        whole = 2 * take_set.TEMPI[0]
        assert (label.end - label.start < whole) if label.kind == "broken" else (label.end - label.start >= whole - 0.01)
    for line in range(12):
        said = [label for label in made.labels if label.line == line]
        assert any(label.kind == "fluent" for label in said)
    between = [made.samples[int((a.end + 0.1) * RATE) : int((b.start - 0.1) * RATE)] for a, b in pairwise(made.labels)]
    assert max(np.sqrt(np.mean(part**2)) for part in between) < 10 ** (-55 / 20)
    again = session(lines, hum(150), [hum(170)], 5)
    assert np.array_equal(again.samples, made.samples) and again.labels == made.labels


def test_a_changed_recording_is_as_long_as_asked():
    sound = np.random.default_rng(1).normal(0, 0.1, 2 * RATE).astype(np.float32)
    assert len(take_set.changed(sound, 1.1, 1.0)) == pytest.approx(2.2 * RATE, rel=0.01)
