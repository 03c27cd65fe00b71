"""Word times: pauses, spellings, and forced alignment with real sounds of speech."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import forced, sphinx, word_times
from assistant_editor.ml.engines.spelling import Letters, Spelling, by_letters
from assistant_editor.ml.engines.words import Heard

from benchmarks.filler_voices import drawn_out, steadiest

RATE = 16000
CALM = ["It", "was", "the", "best", "of", "times,", "it", "was", "the", "worst", "of", "times,"]
FIRST = (1.21, 4.54)
"""Seconds in which the packaged reading says that, seen in its level."""


def heard(*rows):
    return [Heard(text, Fraction(round(start * 1000), 1000), Fraction(round(end * 1000), 1000), 0.9) for text, start, end in rows]


def sounds(*stretches, length=4.0, level=0.1, noise=0.0):
    chance = np.random.default_rng(1)
    samples = chance.normal(0, noise, int(length * RATE)) if noise else np.zeros(int(length * RATE))
    for start, end in stretches:
        part = slice(int(start * RATE), int(end * RATE))
        samples[part] += chance.normal(0, level, part.stop - part.start)
    return samples.astype(np.float32)


@pytest.mark.parametrize("noise", [0.0, 0.001])
def test_silences_are_found_to_the_hundredth(noise):
    found = word_times.silences(sounds((0.5, 1.2), (1.5, 2.0), (2.05, 3.0), noise=noise))
    assert [(pytest.approx(start, abs=0.015), pytest.approx(end, abs=0.015)) for start, end in found] == [(0, 0.5), (1.2, 1.5), (3.0, 4.0)]


def test_nothing_but_silence_has_no_pauses_in_speech():
    assert word_times.silences(np.zeros(RATE, np.float32)) == []
    words = heard(("ghost", 0.2, 0.4))
    assert word_times.refine(words, np.zeros(RATE, np.float32), None) == words
    assert word_times.refine([], sounds((0, 1)), None) == []


def test_words_beside_a_pause_end_and_begin_with_the_sound():
    words = heard((" One", 0.3, 0.9), (" two.", 0.9, 1.35), (" Three", 1.35, 1.9), (" four", 1.9, 3.2))
    found = word_times.refine(words, sounds((0.5, 1.2), (1.5, 3.0)), None)
    times = [(float(word.start), float(word.end)) for word in found]
    assert times[0][0] == pytest.approx(0.5, abs=0.015) and times[1][1] == pytest.approx(1.2, abs=0.015)
    assert times[2][0] == pytest.approx(1.5, abs=0.015) and times[3][1] == pytest.approx(3.0, abs=0.015)
    assert times[0][1] == times[1][0] == 0.9 and times[2][1] == 1.9
    assert [word.text for word in found] == [word.text for word in words]


def test_a_pause_far_from_any_edge_is_within_a_word():
    words = heard((" One", 0.5, 2.5), (" two", 2.5, 3.0))
    found = word_times.refine(words, sounds((0.5, 1.2), (1.5, 3.0)), None)
    assert float(found[0].end) == 2.5 and float(found[1].start) == 2.5


def test_any_times_come_out_in_order():
    chance = np.random.default_rng(2)
    for _ in range(50):
        edges = np.sort(chance.uniform(0, 4.5, 12)).round(2)
        words = heard(*((f" w{n}", float(edges[2 * n]), float(edges[2 * n + 1])) for n in range(6)))
        cuts = np.sort(chance.uniform(0, 4, 6))
        found = word_times.refine(words, sounds(*cuts.reshape(3, 2)), None)
        assert all(0 <= word.start <= word.end <= 4 for word in found)
        assert all(one.end <= other.start for one, other in pairwise(found))


def test_what_the_dictionary_lacks_is_spelt_out(tmp_path):
    entries = ("read R EH D", "read(2) R IY D", "nineteen N AY N", "forty F AO R", "five F AY V", "percent P", "bob B", "don't D OW N T")
    (tmp_path / "d").write_text("\n".join(entries))
    spelling = Spelling(tmp_path / "d")
    assert spelling.ways(" Read,") == [("R", "EH", "D"), ("R", "IY", "D")]
    assert spelling.ways("1945") == [("N", "AY", "N", "F", "AO", "R", "F", "AY", "V")]
    assert spelling.ways("5%") == [("F", "AY", "V", "P")]
    assert spelling.ways("Bob's") == [("B", "Z")]
    assert spelling.ways("don\u2019t") == [("D", "OW", "N", "T")]
    assert spelling.ways("\u2014") == []
    assert by_letters("tchaikovsky") == ("CH", "EY", "K", "OW", "V", "S", "K", "IY")


@pytest.fixture(scope="module")
def known(models_folder):
    return word_times.aligner("en", models_folder)


@pytest.fixture(scope="module")
def reading(media_folder):
    return media.samples(str(media_folder / "two_cities.wav"))[: 5 * RATE]


def test_every_triphone_of_the_model_is_found_again(known):
    phones = known.sounds.phones
    for row in range(len(phones.names), len(phones.rows), 997):
        assert phones.find(*map(int, phones.rows[row, :4])) == row
    assert phones.find(phones.numbers["ZH"], phones.numbers["ZH"], phones.numbers["ZH"], sphinx.ALONE) >= 0
    assert np.allclose(known.sounds.moves.sum(2), 1)


def test_frames_of_silence_are_silence(known):
    frames = sphinx.features(sounds((1.0, 2.0), length=3.0, noise=0.0001))
    assert frames.shape == (299, 39) and np.isfinite(frames).all()
    phones = known.sounds.phones
    scores = known.sounds.scores(frames, phones.states[phones.rows[: len(phones.names), 4]].reshape(-1))
    best = scores.reshape(299, -1, 3).max(2).argmax(1)
    assert np.mean(best[:80] == phones.numbers["SIL"]) > 0.6


def test_scores_are_the_same_where_they_are_wanted_and_the_least_elsewhere(known, reading):
    phones = known.sounds.phones
    frames, senones = sphinx.features(reading), phones.states[phones.rows[: len(phones.names), 4]].reshape(-1)
    every = known.sounds.scores(frames, senones)
    wanted = np.zeros(every.shape, bool)
    wanted[100:150, ::2] = True
    some = known.sounds.scores(frames, senones, wanted)
    assert np.allclose(some[wanted], every[wanted], atol=1e-3)
    assert (some[:100].max(0) <= every[100:150].max(0) + 1e-3).all()


def test_words_are_found_where_they_are_said(known, reading):
    ways = [known.spelling.ways(word) for word in CALM]
    times = forced.align(known.sounds, ways, reading, [(0.0, 5.0)] * len(ways))
    assert times[0][0] == pytest.approx(FIRST[0], abs=0.06) and times[-1][1] == pytest.approx(FIRST[1], abs=0.12)
    assert all(start < end for start, end in times) and all(one[1] <= other[0] + 1e-9 for one, other in pairwise(times))
    # The same sound, cut where the sixth word ends and joined with a second of silence: later words are a second later.
    cut = int(times[5][1] * RATE)
    apart = np.concatenate([reading[:cut], np.zeros(RATE, np.float32), reading[cut:]])
    later = forced.align(known.sounds, ways, apart, [(0.0, 6.0)] * len(ways))
    assert [start for start, _ in later] == pytest.approx([start + (n > 5) for n, (start, _) in enumerate(times)], abs=0.05)


def test_a_sound_of_thinking_is_not_given_to_the_word_beside_it(known, reading):
    """A second of a held "uh" between two words: listened for, it lies between them; else a word is stretched over it."""
    ways = [known.spelling.ways(word) for word in CALM]
    times = forced.align(known.sounds, ways, reading, [(0.0, 5.0)] * len(ways))
    cut = int(times[5][1] * RATE)
    first, last = steadiest(reading)
    vowel = drawn_out(reading[first:last], 1.0, np.random.default_rng(2))
    stretched = np.concatenate([reading[:cut], vowel, reading[cut:]])
    free = forced.align(known.sounds, ways, stretched, [(0.0, 6.0)] * len(ways), thinking=True)
    assert [start for start, _ in free] == pytest.approx([start + (n > 5) for n, (start, _) in enumerate(times)], abs=0.08)
    assert free[6][0] - free[5][1] > 0.85
    plain = forced.align(known.sounds, ways, stretched, [(0.0, 6.0)] * len(ways))
    assert plain[6][0] - plain[5][1] < 0.85
    found = forced.align(known.sounds, ways, reading, [(0.0, 5.0)] * len(ways), thinking=True)
    assert [edge for pair in found for edge in pair] == pytest.approx([edge for pair in times for edge in pair], abs=0.04)


def test_wrong_times_are_put_right(known, reading):
    ways = [known.spelling.ways(word) for word in CALM]
    truth = forced.align(known.sounds, ways, reading, [(0.0, 5.0)] * len(ways))
    chance = np.random.default_rng(5)
    wrong = [(max(0.0, start + chance.uniform(-0.3, 0.3)), end + chance.uniform(0.0, 0.3)) for start, end in truth]
    words = heard(*((f" {word}", *pair) for word, pair in zip(CALM, wrong, strict=True)))
    found = word_times.refine(words, reading, known)
    errors = [abs(float(word.start) - start) for word, (start, _) in zip(found, truth, strict=True)]
    assert max(errors) < 0.05
    assert float(found[0].start) == pytest.approx(FIRST[0], abs=0.03) and float(found[-1].end) == pytest.approx(FIRST[1], abs=0.05)
    assert [replace(word, start=words[n].start, end=words[n].end) for n, word in enumerate(found)] == words


def test_a_dash_lies_between_its_neighbours(known, reading):
    words = heard(*((f" {word}", 1.2 + 0.25 * n, 1.45 + 0.25 * n) for n, word in enumerate([*CALM[:6], "\u2014", *CALM[6:]])))
    found = word_times.refine(words, reading, known)
    assert found[5].end <= found[6].start <= found[6].end <= found[7].start


def test_a_text_that_is_not_said_keeps_its_times_but_for_pauses(known, reading):
    assert word_times.refine(heard(("\u266a", 1.0, 2.0)), reading, known)[0].text == "\u266a"
    many = heard(*((" extraordinarily", 0.02 * n, 0.02 * n + 0.02) for n in range(200)))
    found = word_times.refine(many, reading, known)
    assert len(found) == 200 and all(one.end <= other.start for one, other in pairwise(found))


def test_other_languages_are_read_by_their_letters():
    assert Letters("de").ways("Zwölf") == [("T", "S", "V", "OW", "L", "F")]
    assert Letters("es").ways("hijo") == [("IY", "HH", "OW")]
    assert Letters("es").ways("h") == [("HH",)]
    assert Letters("nl").ways("1945") == [("+SPN+",) * 4]
    assert Letters("ru").ways("война") == []


def test_the_same_words_by_their_letters_alone_are_found_too(known, reading):
    words = heard(*((f" {word}", 1.2 + 0.27 * n, 1.47 + 0.27 * n) for n, word in enumerate(CALM)))
    exact = word_times.refine(words, reading, known)
    rough = word_times.refine(words, reading, word_times.Sounds(known.sounds, Letters("nl")))
    errors = [abs(float(one.start - other.start)) for one, other in zip(exact, rough, strict=True)]
    assert sum(error < 0.1 for error in errors) >= 9
    other = [replace(word, text=" слово") for word in words]
    assert word_times.refine(other, reading, known) == word_times.refine(other, reading, None)


def test_only_what_is_installed_aligns(tmp_path, models_folder):
    assert word_times.aligner("en", tmp_path) is None
    assert word_times.aligner("en", models_folder) is word_times.aligner("en", models_folder)
    assert word_times.aligner("de", models_folder).sounds is word_times.aligner("en", models_folder).sounds
