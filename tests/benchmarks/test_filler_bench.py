"""The test set of fillers says where they are, to the sample; its scoring says what was found, and what was lost."""

from __future__ import annotations

import wave
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import voicing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import VoiceOptions

from benchmarks import fillers
from benchmarks.filler_scoring import Cut, Score, score
from benchmarks.filler_set import KINDS, Label, stumbling
from benchmarks.filler_voices import RATE, drawn_out, period, steadiest, trimmed

WORDS = [(f"word{number}", 0.5 + number * 0.45, 0.9 + number * 0.45) for number in range(80)]


def buzz(seconds, pitch=120.0, level=0.1):
    """A vowel: harmonics that fall."""
    moments = np.arange(int(seconds * RATE)) / RATE
    return (level * sum(np.sin(2 * np.pi * pitch * n * moments) / n for n in range(1, 12))).astype(np.float32)


@pytest.fixture(scope="module")
def recording():
    """Words of buzz with silence between, each at a pitch of its own."""
    sound = np.random.default_rng(3).normal(0, 1e-4, int(38 * RATE)).astype(np.float32)
    for number, (_, start, end) in enumerate(WORDS):
        piece = buzz(end - start, 100 + number)
        sound[int(start * RATE) : int(start * RATE) + len(piece)] += piece
    return sound


def test_every_kind_is_put_in_and_everything_else_is_kept(recording):
    made = stumbling(recording, WORDS, lambda text, slow, seed: buzz(0.3 * slow, 200), 7)
    assert {label.kind for label in made.labels} == set(KINDS)
    assert len(made.words) == len(WORDS) and [word for word, _, _ in made.words] == [word for word, _, _ in WORDS]
    added = len(made.samples) - len(recording)
    assert added > 0 and all(one.end <= other.start for one, other in pairwise(made.labels))
    drawn = {label.text for label in made.labels if label.kind == "long"}
    for (text, start, end), (_, now, until) in zip(WORDS, made.words, strict=True):
        length = until - now
        assert length == pytest.approx(end - start, abs=0.002) if text not in drawn else length > end - start + 0.3
        if text in drawn:
            continue
        here = made.samples[int(now * RATE) + 200 : int(until * RATE) - 200]
        there = recording[int(start * RATE) + 200 :][: len(here)]
        assert np.corrcoef(here, there)[0, 1] > 0.5


def test_what_is_said_again_is_what_follows_it(recording):
    made = stumbling(recording, WORDS, None, 4)
    again = [label for label in made.labels if label.again]
    assert {label.kind for label in again} == {"repeat", "restart", "broken"}
    for label in again:
        assert label.end < label.again[1] and label.text.split()[0] in {word for word, _, _ in made.words}
        first = next(word for word in made.words if word[0] == label.text.split()[0])
        assert first[1] == pytest.approx(label.again[0], abs=0.002)
        length = min(int(0.2 * RATE), int((label.end - label.start) * RATE) - 400)
        one, two = (made.samples[int(at * RATE) + 200 :][:length] for at in (label.start + _lead(label, made), label.again[0]))
        assert np.corrcoef(one, two)[0, 1] > 0.8


def _lead(label, made):
    """Seconds of quiet before the word in what is said again."""
    piece = made.samples[int(label.start * RATE) : int(label.end * RATE)]
    return np.flatnonzero(np.abs(piece) > 0.02)[0] / RATE - 2e-4


def test_a_seed_makes_the_same_again(recording):
    short = recording[: 9 * RATE]
    one, two, other = (stumbling(short, WORDS[:18], None, seed) for seed in (5, 5, 6))
    assert np.array_equal(one.samples, two.samples) and one.labels == two.labels and one.labels != other.labels


def test_a_vowel_drawn_out_keeps_its_pitch_and_lasts():
    long = drawn_out(buzz(0.12, 130), 0.6, np.random.default_rng(1))
    assert len(long) == int(0.6 * RATE)
    length, periodic = period(long[4000:6000])
    assert RATE / length == pytest.approx(130, rel=0.1) and periodic > 0.7
    assert period(np.random.default_rng(1).normal(0, 0.1, 2000))[1] < 0.5


def test_the_steadiest_part_is_the_vowel():
    noise = np.random.default_rng(1).normal(0, 0.05, RATE // 4).astype(np.float32)
    first, last = steadiest(np.concatenate([noise, buzz(0.2), noise]))
    assert 0.24 < first / RATE < 0.4 and last - first == int(0.09 * RATE)
    assert len(trimmed(np.concatenate([np.zeros(4000), buzz(0.2), np.zeros(4000)]))) == pytest.approx(0.2 * RATE, abs=200)


SAID = [("one", 0.0, 0.4), ("two", 0.5, 0.9), ("two", 1.6, 2.0), ("three", 2.0, 2.4)]
UM = Label("sound", "um", 1.0, 1.4)
TWICE = Label("repeat", "two", 0.5, 0.9, again=(1.6, 2.0))


def test_what_goes_for_the_most_part_is_found():
    assert score([UM], SAID, [Cut(0.95, 1.5)]).found["sound"] == 1
    assert score([UM], SAID, [Cut(1.3, 1.5)]).found["sound"] == 0
    assert score([UM], SAID, [Cut(0.95, 1.5, faster=True)]).found["sound"] == 0
    long = replace(UM, kind="long")
    assert score([long], SAID, [Cut(1.0, 1.4, faster=True)]).recall == 1 and score([long], SAID, [Cut(1.0, 1.4)]).precision == 0


def test_of_words_said_twice_either_may_go_but_not_both():
    first, second = score([TWICE], SAID, [Cut(0.5, 0.9)]), score([TWICE], SAID, [Cut(1.6, 2.0)])
    assert (first.recall, first.precision, second.recall, second.precision) == (1, 1, 1, 1)
    assert second.clipped == 0
    assert score([TWICE], SAID, [Cut(0.5, 0.9), Cut(1.6, 2.0)]).clipped >= 1


def test_what_is_cut_where_nothing_is_counts_against_it():
    told = score([UM], SAID, [Cut(1.0, 1.4), Cut(2.0, 2.2)])
    assert (told.cuts, told.right, told.clipped) == (2, 1, 1) and told.lost == pytest.approx(0.2)
    assert score([UM], SAID, [Cut(1.0, 1.42)]).clipped == 0
    both = told + score([UM], SAID, [])
    assert both.labels["sound"] == 2 and both.recall == 0.5 and both.words == 8
    assert Score().precision == 1.0


def test_a_sound_put_into_a_real_reading_is_found_and_no_word_is_cut(media_folder, models_folder, tmp_path):
    """The whole way once: heard verbatim, listened to, planned."""
    samples = media.samples(str(media_folder / "two_cities.wav"))[: 8 * RATE]
    plain = tmp_path / "plain.wav"
    _written(plain, samples)
    runtime = Runtime(models_folder, lambda *_: None, lambda _: None, lambda: None)
    said = fillers.hear(plain, runtime, model="tiny.en", verbatim=True)
    words = [(word.text.strip(), float(word.start), float(word.end)) for word in said.words]
    vowel = drawn_out(samples[slice(*steadiest(samples[: 5 * RATE]))], 0.5, np.random.default_rng(1))
    place = int((words[5][2] + words[6][1]) / 2 * RATE)
    quiet = samples[: RATE // 5] * 0.5
    um = Label("sound", "uh", place / RATE + 0.2, place / RATE + 0.7)
    path = tmp_path / "um.wav"
    _written(path, np.concatenate([samples[:place], quiet, vowel, quiet, samples[place:]]))
    voice = voicing.run(path, VoiceOptions(), media.probe(path), None, runtime)
    moved = [(text, start + 0.9 * (start * RATE > place), end + 0.9 * (start * RATE > place)) for text, start, end in words]
    told = score([um], moved, fillers.cuts(fillers.hear(path, runtime, model="tiny.en", verbatim=True), voice, 0.5))
    assert (told.recall, told.precision, told.clipped) == (1.0, 1.0, 0)
    clean = voicing.run(plain, VoiceOptions(), media.probe(plain), None, runtime)
    assert fillers.cuts(said, clean, 0.5) == []


def _written(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
