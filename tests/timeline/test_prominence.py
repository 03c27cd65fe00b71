"""Which words stand out: rows of a voice made by hand, with one sign or several, and what a speaker does anyway."""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Span, Turn, Voice, Word
from assistant_editor.timeline import emphasis_words, voicing
from assistant_editor.timeline.prominence import by_speaker, stresses
from assistant_editor.timeline.timebase import FrameRange


def packed(values) -> str:
    return base64.b64encode(np.clip(np.asarray(values), 0, 255).round().astype(np.uint8).tobytes()).decode()


def said(count=40, seed=1, changes=None, letters=None, phrase=8, sinking=0.0, base=0.0):
    """(words, rows): a word every .4 s, a pause after every `phrase`; `changes` place -> (decibels, semitones, factor of length)."""
    chance = np.random.default_rng(seed)
    rows = 100 + count * 40 + count // phrase * 30 + 200
    speech, levels, pitch = np.zeros(rows), np.full(rows, 75.0), np.zeros(rows)
    words, at = [], 50
    for number in range(count):
        size = letters[number] if letters else 5
        gain, semitones, factor = (changes or {}).get(number, (0.0, 0.0, 1.0))
        length = round((14 + 3 * size + chance.normal(0, 1.0)) * factor * (1.4 if number % phrase == phrase - 1 else 1.0))
        decibels = base + gain + chance.normal(0, 0.8) - sinking * (number % phrase)
        tone = semitones + chance.normal(0, 0.6) - sinking / 2 * (number % phrase)
        speech[at : at + length] = 250
        levels[at : at + length] = 190 + decibels / 0.4
        pitch[at : at + length] = 80 + tone * 4
        words.append(Word(" " + "x" * size, Fraction(at, 100), Fraction(at + length, 100), 0.9))
        at += length + (40 if number % phrase == phrase - 1 else 2)
    span = Span(Fraction(0), Fraction(rows, 100))
    columns = (packed(column) for column in (speech, levels, speech, pitch, speech))
    facts = Voice(span, Fraction(0), Fraction(1, 100), "made", *columns, -70.0)
    return tuple(words), voicing.decode(facts)


@pytest.mark.parametrize(
    "change, sign", [((6, 0, 1), "louder"), ((2, 5, 1), "higher"), ((0, 0, 1.8), "longer"), ((4, 3, 1.3), "louder")],
)  # fmt: skip
def test_a_word_changed_in_any_way_stands_out_most(change, sign):
    words, rows = said(changes={19: change})
    found = stresses(words, rows)
    best = max(range(len(found)), key=lambda place: found[place].score)
    assert best == 19 and sign in found[19].reason and found[19].score > 0.9
    assert sum(one.score > 1.75 for one in found) <= 3


def test_what_a_speaker_does_anyway_is_no_stress():
    """Long words, words before pauses, the beginnings of phrases: each longer, or louder and higher, than the rest."""
    letters = [2, 9, 3, 4, 8, 3, 5, 6] * 6
    words, rows = said(48, letters=letters, sinking=0.9)
    scores = np.array([one.score for one in stresses(words, rows)])
    long, final, first = ([n for n in range(48) if n % 8 in places] for places in ((1, 4), (7,), (0,)))
    for group in (long, final, first):
        assert np.mean(scores[group]) < 1.0 and np.mean(scores[group] > 1.75) < 0.1


def test_a_speaker_who_moves_away_is_measured_against_himself_there():
    """Halfway through everything is 10 dB softer: what stands out there is still found, and the louder half is not one big stress."""
    near, _rows = said(30, seed=2)
    chance = np.random.default_rng(3)
    _words, whole = said(60, seed=4, changes={n: (-10.0 + chance.normal(0, 0.1), 0.0, 1.0) for n in range(30, 60)} | {45: (-4.0, 2.0, 1.2)})
    scores = [one.score for one in stresses(_words, whole)]
    assert max(range(60), key=lambda place: scores[place]) == 45
    assert sum(score > 1.75 for score in scores[:30]) <= 2 and len(near) == 30


def test_two_speakers_are_not_measured_against_each_other():
    changes = dict.fromkeys(range(0, 40, 2), (9.0, 6.0, 1.0))
    words, rows = said(40, changes=changes)
    together = stresses(words, rows)
    apart = stresses(words, rows, [n % 2 for n in range(40)])
    assert max(one.score for one in apart) < max(one.score for one in together) + 1
    assert np.mean([one.score for one in apart]) < 0.6


def test_an_octave_too_high_is_a_mistake_of_the_pitch_tracker():
    words, rows = said(changes={10: (0.0, 12.0, 1.0)})
    assert stresses(words, rows)[10].pitch == 0


def test_few_words_tell_nothing_and_none_is_no_error():
    words, rows = said(4)
    assert all(one.score == 0 for one in stresses(words, rows))
    assert stresses((), rows) == ()


def test_words_without_sound_are_no_stress():
    words, rows = said()
    later = tuple(Word(w.text, w.start + 1000, w.end + 1000, 1.0) for w in words)
    assert all(one.score == 0 for one in stresses(later, rows))


def test_who_says_a_word():
    words = tuple(Word(" a", Fraction(n), Fraction(n) + Fraction(1, 2), 1.0) for n in range(4))
    turns = [Turn(Span(Fraction(0), Fraction(1)), 0, 1.0), Turn(Span(Fraction(2), Fraction(5, 2)), 1, 1.0)]
    assert by_speaker(words, turns) == [0, 0, 1, 1]


def spoken(place: float, score: float):
    word = Word(" w", Fraction(place), Fraction(place) + Fraction(1, 2), 1.0)
    stress = type(stresses(*said(8))[0])(word, score, score, 0.0, 0.0)
    return emphasis_words.Spoken(stress, FrameRange(round(place * 25), round(place * 25) + 25), "sound")


def test_the_most_stressed_are_picked_apart_from_each_other_and_not_too_many():
    words = [spoken(n, score) for n, score in ((1, 2.0), (2, 3.0), (3.5, 2.9), (8, 2.1), (14, 1.9), (20, 1.0))]
    within = [FrameRange(0, 1500)]
    picked = emphasis_words.picked(words, 0.5, 30, within, Fraction(25))
    assert [one.stress.score for one in picked] == [3.0, 2.1, 1.9]
    assert len(emphasis_words.picked(words, 0.5, 2, within, Fraction(25))) == 2
    assert len(emphasis_words.picked(words, 1.0, 30, within, Fraction(25))) == 4
    assert not emphasis_words.picked(words, 0.5, 30, [FrameRange(5000, 5100)], Fraction(25))
