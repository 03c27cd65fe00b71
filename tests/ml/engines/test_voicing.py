"""The voice of a medium, heard in sounds that are known to the sample and in real speech."""

from __future__ import annotations

import base64
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.codec import from_json, to_json
from assistant_editor.ml.engines import contrast, registry, voice, voicing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, NO_STREAM, EditorError
from assistant_editor.ml.facts import Media, Span, Voice, VoiceOptions

RATE = voicing.RATE
CHANCE = np.random.default_rng(4)


def runtime(check=lambda: None, progress=lambda *_: None) -> Runtime:
    return Runtime(Path(), progress, lambda _: None, check)


def written(path: Path, samples: np.ndarray) -> str:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return str(path)


def heard(path: str, span: Span | None = None, **more) -> Voice:
    return voicing.run(path, VoiceOptions(), media.probe(path), span, runtime(**more))


def rows(data: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(data), np.uint8).astype(int)


def buzz(hertz: float, seconds: float, gain: float = 0.2) -> np.ndarray:
    """Something like a voice: twelve harmonics."""
    now = np.arange(round(seconds * RATE)) / RATE
    waves = [np.sin(2 * np.pi * hertz * n * now) / n for n in range(1, 13) if hertz * n < 4000]
    return (gain * np.sum(waves, axis=0)).astype(np.float32)


@pytest.mark.parametrize("hertz", [65, 82.4, 110, 146.8, 220, 311.1, 440, 490])
def test_the_pitch_of_a_voice_is_told_to_a_fifth_of_a_semitone(hertz):
    periodic, found = voicing.pitches(buzz(hertz, 1.0), voicing.REACH, 160, 80, lambda: None)
    assert (periodic > 0.95).all()
    assert np.abs(12 * np.log2(found / hertz)).max() < 0.2


def test_a_voice_without_its_fundamental_has_its_pitch_all_the_same():
    upper = buzz(120, 1.0) - 0.2 * np.sin(2 * np.pi * 120 * np.arange(RATE) / RATE)
    _, found = voicing.pitches(upper, voicing.REACH, 160, 80, lambda: None)
    assert np.abs(found / 120 - 1).max() < 0.01


def test_noise_has_no_pitch_and_a_voice_in_noise_has_one():
    noise = CHANCE.normal(0, 0.05, 3 * RATE).astype(np.float32)
    periodic, found = voicing.pitches(noise, voicing.REACH, 160, 280, lambda: None)
    assert (found == 0).mean() > 0.99 and periodic.mean() < 0.4
    spoken = buzz(150, 3.0)
    spoken += noise * np.float32(np.sqrt(np.mean(spoken**2)) / 0.05 / 3.16)  # 10 dB below
    _, found = voicing.pitches(spoken, voicing.REACH, 160, 280, lambda: None)
    assert np.mean(np.abs(found / 150 - 1) < 0.02) > 0.98


def test_silence_is_no_voice():
    periodic, found = voicing.pitches(np.zeros(RATE, np.float32), voicing.REACH, 160, 80, lambda: None)
    assert not periodic.any() and not found.any()


def test_levels_are_mean_powers_and_a_short_last_row_counts_what_is_there():
    tone = (0.25 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)).astype(np.float32)
    levels = voicing.loudness(np.concatenate([tone, np.zeros(1600, np.float32), tone[:80]]), 160).astype(int)
    decibels = levels * 0.4 - 100
    assert np.abs(decibels[:100] + 15.05).max() <= 0.25
    assert (levels[100:110] == 0).all()
    assert len(levels) == 111 and abs(decibels[110] + 15.05) <= 0.25
    assert voicing.loudness(np.zeros(0, np.float32), 160).shape == (0,)
    # Louder than nothing, but softer than the scale begins: not silence, the lowest level.
    assert voicing.loudness(np.full(160, 10 ** (-99.9 / 20), np.float32), 160).tolist() == [1]


def test_blocks_and_chunks_leave_no_trace(monkeypatch, media_folder):
    samples = media.samples(str(media_folder / "beckett.wav"))
    once = list(voicing.blocks([samples], 160, lambda: None))
    whole, spectrum = np.concatenate([found for found, _, _ in once], axis=1), np.concatenate([found for _, found, _ in once])
    monkeypatch.setattr(voicing, "BLOCK", 2)
    pieces = [samples[at : at + 7001] for at in range(0, len(samples), 7001)]
    parts = list(voicing.blocks(pieces, 160, lambda: None))
    assert len(parts) > 4 and sum(heard for *_, heard in parts) == len(samples)
    split = np.concatenate([found for found, _, _ in parts], axis=1)
    bands = np.concatenate([found for _, found, _ in parts]).astype(int)
    assert bands.shape == (len(whole[0]), contrast.BANDS) and np.abs(bands - spectrum).max() <= 1
    assert split.shape == whole.shape == (4, -(-len(samples) // 160))
    assert np.array_equal(split[1], whole[1])
    assert np.abs(split[2].astype(int) - whole[2]).max() <= 1 and np.abs(split[3].astype(int) - whole[3]).max() <= 1
    assert np.abs(split[0].astype(int) - whole[0]).max() <= 12  # the detector's memory is cut at 8 s


def test_no_more_is_held_than_a_block(monkeypatch):
    monkeypatch.setattr(voicing, "BLOCK", 3)
    taken = [0]

    def endless():
        while True:
            taken[0] += RATE // 2
            yield np.zeros(RATE // 2, np.float32)

    given = 0
    for number, (_, _, samples) in enumerate(voicing.blocks(endless(), 160, lambda: None)):
        given += samples
        assert taken[0] - given <= RATE // 2 + voicing.REACH + RATE
        if number == 8:
            break


def test_somebody_speaks_in_the_phrases_and_nobody_in_the_pauses(media_folder):
    found = heard(str(media_folder / "two_cities.wav"))
    speech, levels, pitch = rows(found.speech), rows(found.levels), rows(found.pitch)
    assert len(speech) == len(levels) == len(pitch) == len(rows(found.voicing)) == -(-found.span.length // found.step)
    assert found.step == Fraction(1, 100) and found.span.start == 0
    assert (speech[10:100] < 64).all() and (speech[150:280] > 128).mean() > 0.95
    assert -66 < found.floor < -54
    # A man reads: his voice lies between 70 and 200 Hz where it is surely heard.
    sung = 40 * 2 ** (pitch[(speech > 240) & (pitch > 0)] / 48)
    assert 85 < np.median(sung) < 150 and np.mean((sung > 60) & (sung < 260)) > 0.9
    assert from_json(Voice, to_json(found)) == found


def test_a_part_is_as_it_is_in_the_whole(media_folder):
    path = str(media_folder / "beckett.wav")
    whole, part = heard(path), heard(path, Span(Fraction(3), Fraction(6)))
    assert part.span == Span(Fraction(3), Fraction(6)) and len(rows(part.levels)) == 300
    assert np.abs(rows(part.levels)[5:-5] - rows(whole.levels)[305:595]).max() <= 1
    assert np.mean((rows(part.speech) > 128) == (rows(whole.speech)[300:600] > 128)) > 0.97


def test_the_room_is_measured_without_the_speech(tmp_path):
    spoken = np.concatenate([np.zeros(2 * RATE), buzz(130, 1.0), np.zeros(2 * RATE)]).astype(np.float32)
    hissing = spoken + CHANCE.normal(0, 10 ** (-60 / 20), len(spoken)).astype(np.float32)
    assert heard(written(tmp_path / "hiss.wav", hissing)).floor == pytest.approx(-60, abs=1.5)
    assert heard(written(tmp_path / "none.wav", np.zeros(3 * RATE, np.float32))).floor == -100.0


def test_speech_without_a_pause_has_a_floor_too():
    levels = np.tile(np.array([60, 150, 200, 180], np.uint8), 200)
    assert voicing.room(levels, np.full(800, 250, np.uint8), 30) == pytest.approx(60 * 0.4 - 100, abs=0.1)


def test_nothing_is_an_answer(tmp_path):
    found = heard(written(tmp_path / "tick.wav", np.full(5, 0.1, np.float32)))
    assert len(rows(found.speech)) == 1
    assert voicing.room(np.zeros(0, np.uint8), np.zeros(0, np.uint8), 30) == -100.0


def test_what_cannot_be_asked(media_folder):
    path = str(media_folder / "bikes.mp4")
    with pytest.raises(EditorError) as refused:
        voicing.run(path, VoiceOptions(), Media(Fraction(10)), None, runtime())
    assert refused.value.code == NO_STREAM
    for step in (Fraction(1, 3), Fraction(1, 1000), Fraction(1), Fraction(101, 16000)):
        with pytest.raises(EditorError) as refused:
            voicing.samples_of(step)
        assert refused.value.code == BAD_INPUT
    assert voicing.samples_of(Fraction(1, 50)) == 320


def test_it_stops_when_asked_and_tells_how_far_it_is(media_folder):
    path, told, asked = str(media_folder / "two_cities.wav"), [], [0]
    heard(path, progress=lambda fraction, step, deadline: told.append(fraction))
    assert told[0] == 0 and told == sorted(told) and told[-1] == pytest.approx(1, abs=0.01)

    def stop():
        asked[0] += 1
        if asked[0] > 2:
            raise EditorError("Cancelled.", "", CANCELLED)

    with pytest.raises(EditorError) as refused:
        heard(path, check=stop)
    assert refused.value.code == CANCELLED


def test_the_scheduler_finds_it():
    assert registry.module("voice") is voicing
    assert voicing.BLOCK * RATE % np.lcm(160, voice.HOP) == 0
