"""What counts as a found edge, and that the benchmark's own labels are where its sound says."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks import word_timing
from benchmarks.timing_labels import RATE, Piece, Said, edges, joined, pieces

CHANCE = np.random.default_rng(1)


def tone(seconds, level=0.2):
    return (level * CHANCE.standard_normal(int(seconds * RATE))).astype(np.float32)


def quiet(seconds):
    return (0.0002 * CHANCE.standard_normal(int(seconds * RATE))).astype(np.float32)


def test_pieces_are_cut_at_pauses_and_know_whether_they_lie_within():
    sound = np.concatenate([quiet(0.5), tone(1.0), quiet(0.4), tone(0.1), quiet(0.5), tone(0.8)])
    found = pieces(sound, 2)
    assert [len(samples) / RATE for samples, _ in found] == [pytest.approx(1.0, abs=0.03), pytest.approx(0.8, abs=0.03)]
    assert [known for _, known in found] == [(True, True), (True, False)]


def test_joined_sound_begins_and_ends_where_its_labels_say():
    group = [Piece(tone(0.5), "one two", "en"), Piece(tone(0.7), "three", "en", (True, False))]
    for seed in range(4):
        sound, said = joined(group, (0.2, 0.6), None, seed)
        assert sorted(word.text for word in said) == ["one", "three", "two"]
        by_word = {word.text: word for word in said}
        assert by_word["one"].end is None and by_word["two"].start is None and by_word["three"].end is None
        for word in ("one", "three"):
            first = int(by_word[word].start * RATE)
            assert not sound[first - 1000 : first].any() and np.abs(sound[first + 48 : first + 500]).max() > 0.05
        last = int(by_word["two"].end * RATE)
        assert not sound[last : last + 1000].any()


def test_noise_lies_as_far_below_as_asked():
    group = [Piece(tone(2.0), "one", "en")]
    clean, _ = joined(group, (0.2, 0.3), None, 0)
    noisy, _ = joined(group, (0.2, 0.3), 20.0, 0)
    rest = (noisy - clean).std()
    assert 20 * np.log10(group[0].samples.std() / rest) == pytest.approx(20, abs=0.3)


def test_edges_of_words_that_were_heard():
    said = [Said("One", 1.0), Said("two"), Said("three.", None, 2.0), Said("four", 3.0, 3.5)]
    heard = [("one", 1.02, 1.2), (" two", 1.2, 1.5), (" um", 1.5, 1.6), (" three", 1.6, 2.2)]
    found = edges(said, heard)
    assert found.labels == 4 and found.added == 1 and found.pairs == ((1.0, 1.02), (2.0, 2.2))


def test_score():
    said = [Said("One", 1.0), Said("two", None, 2.0), Said("three", 3.0, 3.5)]
    perfect = [("one", 1.0, 1.4), ("two", 1.4, 2.0), ("three", 3.0, 3.5)]
    assert word_timing.score(said, perfect).f1(0) == 1.0
    late = word_timing.score(said, [(text, start + 0.07, end + 0.07) for text, start, end in perfect])
    assert late.f1(0) == 0.0 and late.f1(1) == 1.0
    assert word_timing.score(said, perfect[:2]).f1(0) == pytest.approx(2 * 2 / (4 + 2))
    assert word_timing.score(said, [*perfect, ("more", 4.0, 4.5)]).f1(0) == pytest.approx(2 * 4 / (4 + 6))
    assert word_timing.score(said, []).f1(0) == 0.0
    assert (late + late).labels == 8
