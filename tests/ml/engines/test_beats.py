"""Beats of music whose beats are known, and of what is no music."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import beats
from assistant_editor.ml.engines.beat_sound import HOP, RATE, Hearing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, NO_STREAM, EditorError
from assistant_editor.ml.facts import Beats, BeatsOptions, Media, Span

from benchmarks.beats_scoring import f_measure
from tests.music_maker import KINDS, Music, make, save, steady


def run(path: Path, models: Path, options=None, span=None, check=lambda: None) -> Beats:
    runtime = Runtime(models, lambda *_: None, lambda _: None, check)
    return beats.run(path, options or BeatsOptions(), media.probe(path), span, runtime)


def times(facts: Beats) -> list[float]:
    return [float(beat.seconds) for beat in facts.beats]


def downs(facts: Beats) -> list[float]:
    return [float(beat.seconds) for beat in facts.beats if beat.downbeat]


def labels(music: Music, place: int = 0) -> list[float]:
    return [seconds for seconds, at in music.beats if place in (0, at)]


@pytest.fixture(scope="module")
def song(tmp_path_factory) -> tuple[Path, Music]:
    music = steady(118.0)
    path = tmp_path_factory.mktemp("music") / "song.wav"
    save(music.samples, path)
    return path, music


@pytest.mark.parametrize("tracker", ["librosa", "neural"])
def test_beats_downbeats_tempo_and_how_sure(song, models_folder, tracker):
    path, music = song
    facts = run(path, models_folder, BeatsOptions(tracker))
    assert f_measure(labels(music), times(facts), 0.0) > 0.95
    assert f_measure(labels(music, 1), downs(facts), 0.0) > 0.9
    assert facts.tempo == pytest.approx(118, rel=0.01)
    assert facts.meter == 4 and facts.confidence > 0.8 and facts.bar_confidence > 0.4
    assert all(0 <= beat.strength <= 1 for beat in facts.beats)
    assert all(facts.span.holds(beat.seconds) for beat in facts.beats)
    near = [min(labels(music), key=lambda label: abs(label - at)) - at for at in times(facts)]
    assert abs(float(np.median(near))) < 0.01, "beats must not lie early or late as a whole"


def test_three_beats_a_bar(tmp_path, models_folder):
    save((music := steady(104.0, meter=3)).samples, tmp_path / "three.wav")
    facts = run(tmp_path / "three.wav", models_folder)
    assert facts.meter == 3
    assert f_measure(labels(music, 1), downs(facts), 0.0) > 0.9


@pytest.mark.parametrize("name", ["ramp", "another tempo in the middle", "swing", "in noise, 5 dB"])
def test_it_follows_what_one_tempo_for_all_does_not(tmp_path, models_folder, name):
    kind = next(kind for kind in KINDS if kind.name == name)
    if name == "swing":  # faster, two beats of it are as good a beat as one
        kind = replace(kind, tempo=(120, 120))
    music = make(kind, 4, 30.0)
    save(music.samples, tmp_path / "song.wav")
    assert f_measure(labels(music), times(run(tmp_path / "song.wav", models_folder))) > 0.9


def test_a_tempo_that_is_expected_is_followed(song, models_folder):
    path, _ = song
    assert run(path, models_folder, BeatsOptions(tempo=59)).tempo == pytest.approx(59, rel=0.03)
    with pytest.raises(EditorError) as told:
        run(path, models_folder, BeatsOptions(tempo=500))
    assert told.value.code == BAD_INPUT


def test_a_part_is_counted_in_the_stream_s_time(song, models_folder):
    path, music = song
    span = Span(Fraction(6), Fraction(14))
    facts = run(path, models_folder, span=span)
    inside = [at for at in labels(music) if 6 <= at < 14]
    assert facts.span == span
    assert f_measure(inside, times(facts), 0.0) > 0.9


def test_pieces_between_silences_are_tracked_each_by_itself(tmp_path, models_folder):
    slow, fast = steady(84.0, seconds=12), steady(140.0, seconds=12, seed=2)
    samples = np.concatenate([slow.samples, np.zeros(4 * RATE, np.float32), fast.samples])
    save(samples, tmp_path / "two.wav")
    facts = run(tmp_path / "two.wav", models_folder)
    real = [*labels(slow), *(at + 16 for at in labels(fast))]
    assert f_measure(real, times(facts), 0.0) > 0.9
    assert not [at for at in times(facts) if 12.6 < at < 15.8], "there are no beats in silence"


@pytest.mark.parametrize("tracker", ["librosa", "neural"])
@pytest.mark.parametrize("seconds", [0.01, 0.5, 1.0, 2.9, 3.1, 5.0])
def test_short_clips_do_no_harm(tmp_path, models_folder, tracker, seconds):
    save(steady(120.0, seconds=8).samples[: round(seconds * RATE)], tmp_path / "short.wav")
    facts = run(tmp_path / "short.wav", models_folder, BeatsOptions(tracker))
    assert facts.beats or beats.NOTHING in facts.warnings
    assert seconds >= 3 or not facts.beats


@pytest.mark.parametrize("tracker", ["librosa", "neural"])
def test_silence_and_a_steady_tone(tmp_path, models_folder, tracker):
    save(np.zeros(8 * RATE), tmp_path / "silence.wav")
    facts = run(tmp_path / "silence.wav", models_folder, BeatsOptions(tracker))
    assert (facts.beats, facts.tempo, facts.confidence) == ((), 0.0, 0.0) and beats.NOTHING in facts.warnings
    save(0.3 * np.sin(np.arange(8 * RATE) * 0.1), tmp_path / "tone.wav")
    assert run(tmp_path / "tone.wav", models_folder, BeatsOptions(tracker)).confidence < 0.1
    mains = np.arange(8 * RATE) * 2 * np.pi * 50 / RATE
    save(0.05 * np.sin(mains) + 0.02 * np.sin(3 * mains), tmp_path / "hum.wav")
    assert run(tmp_path / "hum.wav", models_folder, BeatsOptions(tracker)).confidence < 0.1


@pytest.mark.parametrize("tracker", ["librosa", "neural"])
def test_speech_and_noise_are_told_from_music(tmp_path, models_folder, media_folder, tracker):
    assert run(media_folder / "two_cities.wav", models_folder, BeatsOptions(tracker)).confidence < 0.2
    save(np.random.default_rng(1).normal(0, 0.1, 10 * RATE), tmp_path / "noise.wav")
    assert run(tmp_path / "noise.wav", models_folder, BeatsOptions(tracker)).confidence < 0.2


@pytest.mark.parametrize("tracker", ["librosa", "neural"])
def test_louder_music_has_the_same_beats(song, tmp_path, models_folder, tracker):
    path, music = song
    save(music.samples * 0.05, tmp_path / "soft.wav")
    soft, loud = (run(one, models_folder, BeatsOptions(tracker)) for one in (tmp_path / "soft.wav", path))
    # The last strokes fade into silence sooner in the soft one.
    assert f_measure([at for at in times(loud) if at < 18], [at for at in times(soft) if at < 18], 0.0, 0.02) == 1


def test_strength_is_high_where_the_music_is_loud(tmp_path, models_folder):
    quiet, loud = steady(120.0, seconds=15), steady(120.0, seconds=15, seed=3)
    save(np.concatenate([quiet.samples * 0.1, loud.samples]), tmp_path / "louder.wav")
    facts = run(tmp_path / "louder.wav", models_folder)
    halves = [[beat.strength for beat in facts.beats if (beat.seconds < 14) == first] for first in (True, False)]
    assert np.mean(halves[1]) > np.mean(halves[0]) + 0.3


def test_blocks_of_any_length_are_heard_alike():
    samples = steady(100.0, seconds=6).samples
    whole, parts = Hearing(), Hearing()
    whole.take(samples)
    for first in range(0, len(samples), 7777):
        parts.take(samples[first : first + 7777])
    one, other = whole.finish(), parts.finish()
    assert one.frames == other.frames == -(-len(samples) // HOP)
    assert np.allclose(one.onsets, other.onsets, atol=1e-4) and np.allclose(one.chords, other.chords, atol=1e-3)
    assert np.allclose(one.levels, other.levels, atol=1e-3)


def test_long_sound_is_tracked_in_parts_and_keeps_little():
    levels = np.full(int(3 * 3600 * RATE / HOP), -20, np.float32)
    parts = beats.stretches(levels)
    assert parts[0][0] == 0 and parts[-1][1] == len(levels)
    assert all(one[1] == other[0] for one, other in pairwise(parts))
    assert max(end - first for first, end in parts) * HOP <= beats.LONGEST * RATE


def test_errors_name_what_is_wrong(song, tmp_path, models_folder):
    path, _ = song
    with pytest.raises(EditorError) as told:
        run(path, tmp_path, BeatsOptions("neural"))
    assert told.value.code == MISSING_MODEL and "BeatNet" in told.value.message + told.value.remedy
    runtime = Runtime(models_folder, lambda *_: None, lambda _: None, lambda: None)
    with pytest.raises(EditorError) as told:
        beats.run(path, BeatsOptions(), replace(Media(Fraction(1)), audio=None), None, runtime)
    assert told.value.code == NO_STREAM


@pytest.mark.parametrize("tracker", ["librosa", "neural"])
def test_it_can_be_cancelled(song, models_folder, tracker):
    def stop() -> None:
        raise EditorError("Cancelled.", "", CANCELLED)

    with pytest.raises(EditorError) as told:
        run(song[0], models_folder, BeatsOptions(tracker), check=stop)
    assert told.value.code == CANCELLED
