"""Music found in sound that is drawn and in real speech, and events made of chances."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import sounds
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.sound_kinds import energies
from assistant_editor.ml.errors import CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import Sounds, SoundsOptions, Span

RATE = 16000


def run(path, models: Path, options=None, span=None, check=lambda: None) -> Sounds:
    runtime = Runtime(models, lambda *_: None, lambda _: None, check)
    return sounds.run(path, options or SoundsOptions(), media.probe(path), span, runtime)


def write(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def chords(seconds: float, level: float = 0.1) -> np.ndarray:
    """Plucked chords that change twice a second: music without a doubt."""
    at = np.arange(round(seconds * RATE)) / RATE
    root = np.array([220.0, 174.61, 196.0, 261.63])[(at * 2).astype(int) % 4]
    fade = np.exp(-3 * (at * 2 % 1))
    tones = sum(np.sin(2 * np.pi * root * step * part * at) / part for step in (1, 1.26, 1.5) for part in (1, 2, 3, 4))
    return (level / 4 * fade * tones).astype(np.float32)


def heard(facts: Sounds, label: str) -> list[tuple[float, float]]:
    return [(float(event.span.start), float(event.span.end)) for event in facts.events if event.label == label]


@pytest.fixture(scope="module")
def speech(media_folder) -> np.ndarray:
    return media.samples(media_folder / "two_cities.wav")


def test_music_between_speech_is_found_where_it_is(models_folder, tmp_path, speech):
    path = write(tmp_path / "mixed.wav", np.concatenate([speech[: 8 * RATE], chords(6), speech[10 * RATE : 18 * RATE]]))
    ((start, end),) = heard(run(path, models_folder), "music")
    assert start == pytest.approx(8, abs=1) and end == pytest.approx(14, abs=1)


def test_speech_alone_has_no_music(models_folder, media_folder):
    facts = run(media_folder / "two_cities.wav", models_folder)
    assert heard(facts, "music") == []
    assert facts.span.end == pytest.approx(44.37, abs=0.05)


def test_a_span_counts_in_the_streams_time(models_folder, tmp_path, speech):
    path = write(tmp_path / "late.wav", np.concatenate([speech[: 8 * RATE], chords(8)]))
    ((start, end),) = heard(run(path, models_folder, span=Span(Fraction(6), Fraction(14))), "music")
    assert start == pytest.approx(8, abs=1) and end == pytest.approx(14, abs=0.2)


def test_surer_than_anything_is_asked_for_gives_nothing(models_folder, tmp_path):
    path = write(tmp_path / "music.wav", chords(5))
    assert heard(run(path, models_folder), "music")
    assert run(path, models_folder, SoundsOptions(1.01)).events == ()


@pytest.mark.parametrize("seconds", [0.01, 0.3, 1.0])
def test_short_and_silent_sounds_have_no_events(models_folder, tmp_path, seconds):
    assert run(write(tmp_path / "short.wav", np.zeros(round(seconds * RATE))), models_folder).events == ()


def test_blocks_give_the_rows_of_the_whole(monkeypatch, speech):
    monkeypatch.setattr(sounds, "BLOCK", 2 * RATE)
    part = speech[: round(7.3 * RATE)]
    levels, energy = energies(part)
    found = list(sounds._blocks(iter([part[:30000], part[30000:70000], part[70000:]])))
    rows = np.concatenate([block[first * 2 : last * 2] for block, _, first, last, _ in found])
    assert np.allclose(rows, levels[: len(rows)], atol=1e-4) and len(levels) - len(rows) < 2
    assert np.allclose(np.concatenate([one for _, one, *_ in found]), energy[: len(rows)], atol=1e-4)
    assert sum(samples for *_, samples in found) == len(part)


def test_likeliest_stays_where_change_costs_more_than_it_gains():
    gains = np.log(np.array([[0.9, 0.1]] * 5 + [[0.3, 0.7]] * 1 + [[0.9, 0.1]] * 5))
    assert not sounds.likeliest(gains, 3.0).any()
    assert sounds.likeliest(gains, 0.1).tolist() == [0] * 5 + [1] + [0] * 5
    assert sounds.likeliest(np.log(np.array([[0.9, 0.1]] * 9 + [[0.1, 0.9]] * 9)), 3.0).tolist() == [0] * 9 + [1] * 9


def test_silence_between_two_sounds_parts_them():
    chances = np.tile([0.0, 1.0, 0.0], (600, 1))
    energy = np.full(1200, 0.0)
    energy[400:800] = -20
    found = sounds.segments(chances, energy)
    assert [kind for kind, *_ in found] == [1, 1]
    assert found[0][2] == pytest.approx(200, abs=3) and found[1][1] == pytest.approx(400, abs=3)


def test_without_the_weights_and_cancelled(tmp_path, media_folder, models_folder):
    with pytest.raises(EditorError) as told:
        run(media_folder / "two_cities.wav", tmp_path)
    assert told.value.code == MISSING_MODEL

    def cancelled() -> None:
        raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as told:
        run(media_folder / "two_cities.wav", models_folder, check=cancelled)
    assert told.value.code == CANCELLED
