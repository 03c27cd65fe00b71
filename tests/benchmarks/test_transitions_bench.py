"""The benchmark of transitions and of J- and L-cuts: how pictures are read, and what counts as broken, lost and added."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from assistant_editor.timeline.timebase import FrameRange

from benchmarks import split_edits, transitions
from benchmarks.split_clicks import _jump


def coded(number: int) -> np.ndarray:
    """A picture that carries its number, as the films of the benchmark do: bits above, their opposites below."""
    bits = np.array([int(bit) for bit in f"{number:016b}"])
    row = np.repeat(bits * 255, transitions.SIZE[0] // transitions.BITS)
    half = transitions.SIZE[1] // 2
    return np.repeat(np.concatenate([np.tile(row, (half, 1)), np.tile(255 - row, (half, 1))])[:, :, None], 3, axis=2).astype(float)


@pytest.mark.parametrize("number", [0, 1, 17, 899, 40000])
def test_a_picture_is_known_by_its_number(number):
    assert transitions.number_of(coded(number)) == number


def test_what_carries_no_number_has_none():
    assert transitions.number_of(np.zeros((32, 64, 3))) == -1
    assert transitions.number_of((coded(3) + coded(4)) / 2) == -1


def test_both_ways_are_told_in_one_table():
    lines = transitions.told({"ours": {"cuts": 7, "worst seam": 0.0}, "naive": {"cuts": 7, "held": 31, "worst seam": 126.0}}).splitlines()
    rows = {line[: len("seam frames off")].strip(): line.split()[-2:] for line in lines[1:]}
    assert lines[0].split() == ["ours", "naive"]
    assert (rows["cuts"], rows["held"], rows["worst seam"]) == (["7", "7"], ["0", "31"], ["0", "126"])


def counted(frames: FrameRange) -> dict[str, int]:
    """Words of one take at 10..20, 30..40, …, seen in 25..85 before; it lies between two others."""
    counts = {"broken": 0, "lost": 0, "added": 0}
    words = {"a s": [], "t s": [(Fraction(start), Fraction(start + 10)) for start in range(10, 120, 20)], "z s": []}
    said = {name.removesuffix(" s"): row for name, row in words.items()}
    before = {"a s": FrameRange(0, 25), "t s": FrameRange(25, 85), "z s": FrameRange(85, 200)}
    split_edits._count(counts, before, {**before, "t s": frames}, said)
    return counts


@pytest.mark.parametrize(
    ("frames", "broken", "lost", "added"),
    [
        ((25, 85), 0, 0, 0), ((22, 87), 0, 0, 0), ((29, 91), 0, 0, 0), ((35, 85), 1, 1, 0), ((42, 85), 0, 1, 0), ((25, 95), 1, 0, 1),
        ((5, 85), 0, 0, 1),
    ],
)  # fmt: skip
def test_words_are_broken_lost_and_added_by_where_the_sound_is_cut(frames, broken, lost, added):
    assert counted(FrameRange(*frames)) == {"broken": broken, "lost": lost, "added": added}


def test_takes_are_cut_in_pauses_and_have_words_beyond_both_cuts():
    for seed in range(20):
        words, first, last = split_edits.take(Random(seed))
        assert last - first >= 75 and words[-1][0] > last
        assert not any(start < cut < end for start, end in words for cut in (first, last))


def test_a_step_in_the_sound_is_a_jump_and_a_tone_is_not():
    rate = 48000.0
    tone = 0.1 * np.sin(2 * np.pi * 200 * np.arange(48000) / rate)
    stepped = tone.copy()
    stepped[round(24 / 25 * rate) + 100 :] += 0.1
    assert _jump(tone, rate, 25) < -80 < -25 < _jump(stepped, rate, 25)
    assert _jump(stepped, rate, 5) < -80  # a click somewhere else is none here
