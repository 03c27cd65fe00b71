"""What music and sounds say of a mood, from facts made by hand: which way each cue pulls, and when nothing is said."""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Beat, Beats, Loudness, SoundEvent, Sounds, Span
from assistant_editor.timeline.music_mood import EVENTS, music
from hypothesis import given, settings
from hypothesis import strategies as st

SHOT = Span(Fraction(0), Fraction(10))
ALL = Span(Fraction(0), Fraction(60))


def beats(tempo: float, strength: float = 0.5, confidence: float = 0.9, end: float = 60.0, start: float = 0.0) -> Beats:
    gap = Fraction(60 / tempo).limit_denominator(1000)
    count = int((end - start) / float(gap))
    made = tuple(Beat(Fraction(start) + number * gap, number % 4 == 0, strength) for number in range(count))
    return Beats(ALL, Fraction(0), "made", tempo, made, confidence)


def loudness(*levels: tuple[float, float], integrated: float | None = -23.0) -> Loudness:
    """So many seconds of each level."""
    rows = [max(0, round((level + 100) / 0.4)) for seconds, level in levels for _ in range(round(seconds * 10))]
    coded = base64.b64encode(np.array(rows, np.uint8).tobytes()).decode()
    return Loudness(ALL, Fraction(0), Fraction(1, 10), "made", integrated, -1.0, coded)


def sounds(*events: tuple[str, float, float, float]) -> Sounds:
    made = tuple(SoundEvent(Span(Fraction(start), Fraction(end)), label, sure) for label, start, end, sure in events)
    return Sounds(ALL, Fraction(0), "made", made)


MUSIC = sounds(("music", 0, 60, 0.95))


def test_nothing_is_said_where_there_is_no_music():
    assert music(None, None, None, SHOT) is None
    assert music(beats(120), loudness((60, -10)), sounds(), SHOT) is None, "clapping hands have beats too: somebody listened for music"
    assert music(beats(120, confidence=0.2), None, None, SHOT) is None
    assert music(None, loudness((60, -5)), None, SHOT) is None, "a loud shot is not music"
    assert music(beats(120), None, MUSIC, Span(Fraction(5), Fraction(5))) is None


def test_faster_is_more_excited_and_a_little_happier():
    slow, usual, fast = (music(beats(tempo), None, MUSIC, SHOT) for tempo in (60, 100, 160))
    assert slow.arousal < -0.2 < usual.arousal < fast.arousal and fast.arousal > 0.2
    assert slow.valence < usual.valence < fast.valence <= 0.25
    assert usual.arousal == pytest.approx(0, abs=0.02) and usual.valence == pytest.approx(0, abs=0.01)
    assert slow.reason == "slow music at 60 beats a minute" and fast.reason == "fast music at 160 beats a minute"


def test_the_tempo_is_that_of_the_shot():
    change = Beats(ALL, Fraction(0), "made", 60.0, (*beats(60, end=20).beats, *beats(150, start=20, end=60).beats), 0.9)
    early, late = music(change, None, MUSIC, SHOT), music(change, None, MUSIC, Span(Fraction(30), Fraction(40)))
    assert early.arousal < 0 < late.arousal and "150" in late.reason


def test_louder_than_the_rest_is_more_excited():
    levels = loudness((10, -13), (10, -23), (10, -40), (30, -23))
    loud, usual, soft = (music(beats(100), levels, MUSIC, Span(Fraction(at), Fraction(at + 10))) for at in (0, 10, 20))
    assert loud.arousal == pytest.approx(0.35, abs=0.03) and usual.arousal == pytest.approx(0, abs=0.03) and soft.arousal < -0.3
    assert loud.reason.startswith("loud music") and soft.reason.startswith("soft music") and usual.reason.startswith("music")
    assert loud.valence == usual.valence == soft.valence


def test_strong_beats_are_more_excited():
    weak, strong = (music(beats(100, strength), None, MUSIC, SHOT) for strength in (0.1, 0.9))
    assert strong.arousal - weak.arousal == pytest.approx(0.2 * 1.6 * 0.9, abs=0.01)


def test_how_certain_it_is_grows_with_how_much_there_is_to_go_by():
    def weight(*given, span=SHOT):
        return music(*given, span).weight

    half = sounds(("music", 0, 5, 0.95))
    assert weight(beats(120), None, half) < weight(beats(120), None, MUSIC) < weight(beats(120), loudness((60, -20)), MUSIC) <= 1
    assert weight(beats(120), None, None) < weight(beats(120), None, MUSIC), "nobody listened whether it is music"
    assert weight(None, None, MUSIC) < weight(beats(120, confidence=0.3), None, MUSIC) < weight(beats(120), None, MUSIC)
    assert weight(beats(120), None, MUSIC, span=Span(Fraction(0), Fraction(1))) < weight(beats(120), None, MUSIC)
    assert music(beats(120), None, sounds(("music", 9.5, 30, 0.9)), SHOT) is None, "a tail of a twentieth"


def test_loudness_of_speech_beside_the_music_does_not_count():
    levels = loudness((5, -35), (5, -10), (50, -23))
    assert music(None, levels, sounds(("music", 0, 5, 0.9)), SHOT).arousal < -0.3


@pytest.mark.parametrize("label", sorted(EVENTS))
def test_what_else_is_heard(label):
    found = music(None, None, sounds((label, 2, 6, 0.8)), SHOT)
    assert (found.valence, found.arousal) == pytest.approx(EVENTS[label]) and found.weight == pytest.approx(0.8) and found.source == "music"


def test_laughter_over_slow_music_is_both():
    both = music(beats(60), None, sounds(("music", 0, 60, 0.9), ("laughter", 1, 4, 0.9)), SHOT)
    alone = music(beats(60), None, MUSIC, SHOT)
    assert both.valence > 0.2 > alone.valence and "laughter" in both.reason and "slow music" in both.reason
    assert music(None, None, sounds(("knock", 0, 5, 0.9)), SHOT) is None


def test_silence_and_missing_values():
    assert music(beats(100), loudness((60, -100), integrated=None), MUSIC, SHOT).arousal == pytest.approx(0, abs=0.02)
    empty = Beats(ALL, Fraction(0), "made", 0.0, (), 0.0)
    assert music(empty, loudness((60, -100)), MUSIC, SHOT).reason == "music"
    assert music(empty, None, None, SHOT) is None


@settings(max_examples=80, deadline=None)
@given(st.floats(30, 250), st.floats(0, 1), st.floats(0, 1), st.floats(-60, 0), st.integers(0, 50), st.integers(1, 30))
def test_whatever_there_is_the_numbers_keep_their_bounds(tempo, strength, sure, level, start, length):
    found = music(beats(tempo, strength, sure), loudness((60, level)), MUSIC, Span(Fraction(start), Fraction(start + length)))
    assert found is not None and -1 <= found.valence <= 1 and -1 <= found.arousal <= 1 and 0 < found.weight <= 1
