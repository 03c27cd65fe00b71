"""What a place sounds like, heard in sounds that are known to the sample."""

from __future__ import annotations

import base64
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.codec import from_json, to_json
from assistant_editor.ml.engines import ambience
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import CANCELLED, NO_STREAM, EditorError
from assistant_editor.ml.facts import Ambience, AmbienceOptions, Media, Span
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = ambience.RATE
HALF = AmbienceOptions()


def runtime(check=lambda: None) -> Runtime:
    return Runtime(Path(), lambda *_: None, lambda _: None, check)


def tone(pitch: float, seconds: float, gain: float = 0.25) -> np.ndarray:
    return (gain * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def enveloped(samples: np.ndarray, *, piece: int = 4096, step: Fraction = Fraction(1, 2)) -> np.ndarray:
    envelope = ambience.Envelope(step)
    for start in range(0, len(samples), piece):
        envelope.take(samples[start : start + piece])
    return envelope.finish()


def decibels(level: np.ndarray) -> np.ndarray:
    return level * ambience.STEP + ambience.FLOOR


def written(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def rows(facts: Ambience) -> np.ndarray:
    return np.frombuffer(base64.b64decode(facts.levels), np.uint8).reshape(-1, facts.bands)


def test_silence_is_nothing_in_every_band():
    assert not enveloped(np.zeros(2 * RATE, np.float32)).any()


def test_a_tone_stands_in_its_own_band_at_its_own_level():
    levels = enveloped(tone(1000, 2))
    best = levels.mean(axis=0).argmax()
    middles = ambience.mel_bands().argmax(axis=0) * RATE / ambience.WINDOW
    assert abs(middles[best] - 1000) < 120
    # A sine of amplitude .25 has the power .25 ** 2 / 2: -15 dB; the triangle's sides share it with the neighbour.
    assert -22 < decibels(levels[1:-1, best]).mean() < -12


def test_ten_times_quieter_is_twenty_decibels_less():
    loud, quiet = (decibels(enveloped(tone(440, 2, gain))[1:-1].max(axis=1)).mean() for gain in (0.5, 0.05))
    assert loud - quiet == pytest.approx(20, abs=0.5)


def test_a_word_hides_the_hum_in_no_band_but_its_own():
    hum = tone(200, 4, 0.05)
    spoken = hum.copy()
    spoken[RATE : RATE + RATE // 8] += tone(3000, 1 / 8, 0.5)
    band = enveloped(hum).mean(axis=0).argmax()
    assert abs(float(enveloped(spoken)[2, band]) - float(enveloped(hum)[2, band])) < 5


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 20000), st.integers(0, 3 * RATE))
def test_how_the_sound_is_handed_over_makes_no_difference(piece, length):
    samples = np.random.default_rng(length).normal(0, 0.1, length).astype(np.float32)
    one, other = enveloped(samples, piece=piece), enveloped(samples, piece=max(1, length))
    assert np.array_equal(one, other)
    assert len(one) == -(-length * 2 // RATE)


def test_the_facts_of_a_file_say_when_each_sound_is_heard(tmp_path: Path):
    path = written(tmp_path / "two.wav", np.concatenate([tone(300, 3), np.zeros(2 * RATE, np.float32), tone(2500, 3)]))
    facts = ambience.run(path, HALF, media.probe(path), None, runtime())
    assert from_json(Ambience, to_json(facts)) == facts
    assert facts.span == Span(Fraction(0), Fraction(8))
    levels = rows(facts)
    assert len(levels) == 16
    low, high = levels[1:5].mean(axis=0).argmax(), levels[11:15].mean(axis=0).argmax()
    assert low < high
    assert levels[7:9].max() == 0


def test_a_part_is_heard_as_in_the_whole(tmp_path: Path):
    samples = np.random.default_rng(3).normal(0, 0.1, 10 * RATE).astype(np.float32)
    path = written(tmp_path / "noise.wav", np.clip(samples, -1, 1))
    whole = rows(ambience.run(path, HALF, media.probe(path), None, runtime()))
    part = ambience.run(path, HALF, media.probe(path), Span(Fraction(4), Fraction(6)), runtime())
    assert part.span == Span(Fraction(4), Fraction(6))
    assert abs(rows(part)[1:3].astype(int) - whole[9:11]).max() <= 2


def test_a_film_without_sound_is_said_to_have_none():
    with pytest.raises(EditorError) as caught:
        ambience.run("still.mp4", HALF, Media(Fraction(1)), None, runtime())
    assert caught.value.code == NO_STREAM


def test_it_stops_when_told_to(tmp_path: Path):
    path = written(tmp_path / "tone.wav", tone(440, 5))

    def check():
        raise EditorError("Cancelled.", "", CANCELLED)

    with pytest.raises(EditorError) as caught:
        ambience.run(path, HALF, media.probe(path), None, runtime(check))
    assert caught.value.code == CANCELLED
