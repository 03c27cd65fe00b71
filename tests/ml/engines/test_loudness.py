"""Loudness and true peak of signals whose loudness is known: EBU Tech 3341's test signals, and pyloudnorm's word on others."""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import loudness
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.true_peak import FILTERS, TruePeak
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, NO_STREAM, EditorError
from assistant_editor.ml.facts import Loudness, LoudnessOptions, Media, Span
from hypothesis import given, settings
from hypothesis import strategies as st
from pyloudnorm import Meter as Whole
from scipy.signal import upfirdn

RATE = 48000
TENTH = LoudnessOptions()


def runtime(check=lambda: None) -> Runtime:
    return Runtime(Path(), lambda *_: None, lambda _: None, check)


def sine(decibels: float, seconds: float, pitch: float = 1000.0, rate: int = RATE, phase: float = 0.0) -> np.ndarray:
    """A sine whose peak is so many decibels below full scale."""
    return (10 ** (decibels / 20) * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate + phase)).astype(np.float32)


def stereo(*parts: tuple[float, float]) -> np.ndarray:
    """Tones of (level, seconds) one after the other, the same on both sides."""
    return np.stack([np.concatenate([sine(level, seconds) for level, seconds in parts])] * 2)


def measured(samples: np.ndarray, rate: int = RATE, weights=None, piece: int = 50_000, step=Fraction(1, 10)):
    meter = loudness.Meter(rate, weights or (1.0,) * len(samples), step)
    for start in range(0, samples.shape[1], piece):
        meter.take(samples[:, start : start + piece])
    return meter.finish()


def written(path: Path, samples: np.ndarray, rate: int = RATE, layout: str = "stereo", codec: str = "pcm_f32le") -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        kind = stream.codec_context.format.name
        data = samples if kind.startswith("flt") else np.rint(samples * 32767).astype(np.int16)
        for start in range(0, samples.shape[1], 4096):
            part = data[:, start : start + 4096]
            if not kind.endswith("p"):
                part = np.ascontiguousarray(part.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format=kind, layout=layout)
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def heard(path: Path, span: Span | None = None, options: LoudnessOptions = TENTH) -> Loudness:
    return loudness.run(path, options, media.probe(path), span, runtime())


def rows(facts: Loudness) -> np.ndarray:
    return np.frombuffer(base64.b64decode(facts.momentary), np.uint8).astype(float) * 0.4 - 100


TECH_3341 = [
    ("1", ((-23.0, 20.0),), -23.0),
    ("2", ((-33.0, 20.0),), -33.0),
    ("3", ((-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)), -23.0),
    ("4", ((-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)), -23.0),
    ("5", ((-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)), -23.0),
]


@pytest.mark.parametrize(("parts", "wanted"), [case[1:] for case in TECH_3341], ids=[f"case {case[0]}" for case in TECH_3341])
def test_the_test_signals_of_the_ebu_are_as_loud_as_it_says(parts, wanted):
    integrated, _, _ = measured(stereo(*parts))
    assert integrated == pytest.approx(wanted, abs=0.1)


def test_surround_channels_count_more_and_the_low_frequency_one_nothing():
    # Tech 3341, case 6: -28 dB at the front, -24 in the middle, -30 behind.
    levels = {"FL": -28.0, "FR": -28.0, "FC": -24.0, "LFE": 0.0, "SL": -30.0, "SR": -30.0}
    samples = np.stack([sine(level, 20.0) for level in levels.values()])
    integrated, _, _ = measured(samples, weights=loudness.weights(tuple(levels)))
    assert integrated == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("phase", [0.0, 45.0, 60.0, 67.5])
def test_the_peak_between_the_samples_is_found(phase):
    # Tech 3341, cases 15 to 18: half of full scale at a quarter of the rate, where samples miss the peak by up to 3 dB; +0.2, -0.4 dB.
    tone = sine(20 * np.log10(0.5), 1.0, RATE / 4, phase=np.radians(phase))
    peak = TruePeak(1)
    peak.take(tone[None] * np.hanning(len(tone))[None].astype(np.float32) ** 0.05)
    assert -6.4 <= peak.level() <= -5.8


def test_peaks_are_the_same_however_the_sound_is_cut_up():
    noise = (np.random.default_rng(3).standard_normal((2, 30_000)) * np.linspace(0, 0.4, 30_000)).astype(np.float32)
    whole = TruePeak(2)
    whole.take(noise)
    pieces = TruePeak(2)
    for start in range(0, 30_000, 777):
        pieces.take(noise[:, start : start + 777])
    assert pieces.level() == pytest.approx(whole.level(), abs=1e-5)
    # The four filters as one of 48 taps over four times as many samples: what the annex draws, every stretch looked at.
    prototype = FILTERS[:, ::-1].T.reshape(-1)
    assert whole.level() == pytest.approx(20 * np.log10(np.abs(upfirdn(prototype, noise, up=4, axis=1)).max()), abs=1e-4)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 999), rate=st.sampled_from([48000, 44100, 22050, 32000]), channels=st.sampled_from([1, 2, 5]),
    seconds=st.floats(0.45, 4.0), piece=st.integers(5_000, 60_000),
)  # fmt: skip
def test_pieces_are_as_loud_as_pyloudnorm_finds_the_whole(seed, rate, channels, seconds, piece):
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    levels = 10 ** random.uniform(-3.5, 0.0, 8)
    samples = (random.standard_normal((channels, count)) * levels[np.arange(count) * 8 // count] * 0.3).astype(np.float32)
    names = ("FL", "FR", "FC", "BL", "BR")[:channels] if channels > 1 else ("FC",)
    integrated, _, _ = measured(samples, rate, loudness.weights(names), piece)
    expected = Whole(rate, filter_class="DeMan").integrated_loudness(samples.T.astype(np.float64))
    assert (integrated if integrated is not None else -np.inf) == pytest.approx(expected, abs=0.001)


def test_momentary_loudness_follows_the_sound():
    _, _, quiet = measured(stereo((-40.0, 2.0), (-20.0, 2.0)))
    shown = quiet * 0.4 - 100
    assert shown[2:17] == pytest.approx(-40, abs=0.3)
    assert shown[23:] == pytest.approx(-20, abs=0.3)
    _, _, fine = measured(stereo((-40.0, 2.0), (-20.0, 2.0)), step=Fraction(1, 50))
    assert len(fine) == 200
    assert fine[::5][2:17] == pytest.approx(quiet[2:17], abs=1)


def test_silence_is_neither_loud_nor_a_peak():
    assert measured(np.zeros((2, RATE), np.float32))[:2] == (None, None)
    assert not measured(np.zeros((2, RATE), np.float32))[2].any()


def test_a_file_is_measured_at_its_own_rate_with_its_own_channels(tmp_path):
    both = stereo((-20.0, 5.0))
    facts = heard(written(tmp_path / "a.wav", both))
    assert facts.integrated == pytest.approx(-20.0, abs=0.1)
    assert facts.true_peak == pytest.approx(-20.0, abs=0.2)
    assert facts.span == Span(Fraction(0), Fraction(5)) and len(rows(facts)) == 50
    one = heard(written(tmp_path / "b.wav", np.stack([both[0], 0 * both[0]])))
    assert one.integrated == pytest.approx(-23.0, abs=0.1)  # a mix to mono would have made it -26
    low = np.stack([sine(-20.0, 5.0, rate=44100), sine(-20.0, 5.0, rate=44100)])
    assert heard(written(tmp_path / "c.wav", low, 44100)).integrated == pytest.approx(-20.0, abs=0.1)


def test_six_channels_are_told_apart_by_name(tmp_path):
    levels = {"FL": -28.0, "FR": -28.0, "FC": -24.0, "LFE": -6.0, "BL": -30.0, "BR": -30.0}
    samples = np.stack([sine(level, 6.0) for level in levels.values()])
    facts = heard(written(tmp_path / "six.wav", samples, layout="5.1"))
    assert facts.integrated == pytest.approx(-23.0, abs=0.1)
    assert facts.true_peak == pytest.approx(-6.0, abs=0.2)


def test_beyond_full_scale_is_not_cut_off(tmp_path):
    assert heard(written(tmp_path / "hot.wav", stereo((6.0, 2.0)))).true_peak == pytest.approx(6.0, abs=0.2)


def test_a_part_of_a_file_is_measured_alone(tmp_path):
    path = written(tmp_path / "parts.wav", stereo((-40.0, 4.0), (-20.0, 4.0)))
    span = Span(Fraction(1), Fraction(3))
    facts = heard(path, span)
    assert facts.span == span and facts.integrated == pytest.approx(-40.0, abs=0.1)
    assert heard(path, Span(Fraction(5), Fraction(7))).integrated == pytest.approx(-20.0, abs=0.1)


def test_what_cannot_be_measured_is_said(tmp_path):
    path = written(tmp_path / "a.wav", stereo((-20.0, 1.0)))
    with pytest.raises(EditorError) as error:
        loudness.run(path, LoudnessOptions(Fraction(3, 100)), media.probe(path), None, runtime())
    assert error.value.code == BAD_INPUT
    with pytest.raises(EditorError) as error:
        loudness.run(path, TENTH, Media(Fraction(1)), None, runtime())
    assert error.value.code == NO_STREAM


def test_it_can_be_cancelled(tmp_path):
    path = written(tmp_path / "a.wav", stereo((-20.0, 1.0)))

    def check():
        raise EditorError("cancelled", "", CANCELLED)

    with pytest.raises(EditorError) as error:
        loudness.run(path, TENTH, media.probe(path), None, runtime(check))
    assert error.value.code == CANCELLED
