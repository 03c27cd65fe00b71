"""Who speaks when, in a real dialogue whose turns are known, and in sounds put together from real voices."""

from __future__ import annotations

import base64
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import speakers
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, NO_STREAM, EditorError
from assistant_editor.ml.facts import Media, Span, Speakers, SpeakersOptions

TURNS = (
    (6.69, 7.12, 0), (7.55, 8.35, 1), (8.32, 10.02, 0), (9.92, 11.03, 1), (10.57, 14.7, 0), (14.49, 17.92, 1), (18.05, 21.49, 0),
    (21.78, 28.5, 1), (27.85, 30.0, 0),
)  # fmt: skip
"""Of dialogue.wav, by the people who published it, less one word said over another's."""


def run(path, models: Path, options=None, span=None, check=lambda: None) -> Speakers:
    runtime = Runtime(models, lambda *_: None, lambda _: None, check)
    return speakers.run(path, options or SpeakersOptions(), media.probe(path), span, runtime)


def write(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def said_by(facts: Speakers, moment: float) -> int:
    return next((turn.speaker for turn in facts.turns if turn.span.start <= moment < turn.span.end), -1)


def rows(facts: Speakers) -> np.ndarray:
    return np.frombuffer(base64.b64decode(facts.voices), "<f4").reshape(-1, facts.width)


@pytest.fixture(scope="module")
def dialogue(media_folder, models_folder) -> Speakers:
    return run(media_folder / "dialogue.wav", models_folder)


def test_two_people_are_told_apart_in_a_real_dialogue(dialogue):
    moments = [(moment, who) for start, end, who in TURNS for moment in np.arange(start + 0.25, end - 0.25, 0.1)]
    alone = [(at, who) for at, who in moments if sum(start - 0.25 <= at < end + 0.25 for start, end, _ in TURNS) == 1]
    right = max(np.mean([said_by(dialogue, at) == number for at, who in alone for number in [order[who]]]) for order in ((0, 1), (1, 0)))
    assert {turn.speaker for turn in dialogue.turns} == {0, 1}
    assert len(alone) > 120 and right > 0.9


def test_turns_are_in_order_apart_and_speakers_numbered_as_they_are_heard(dialogue):
    assert all(a.span.end <= b.span.start for a, b in zip(dialogue.turns, dialogue.turns[1:], strict=False))
    first = list(dict.fromkeys(turn.speaker for turn in dialogue.turns))
    assert first == sorted(first)
    assert all(0 < turn.confidence <= 1 for turn in dialogue.turns)


def test_voices_are_unit_vectors_one_for_each_speaker(dialogue):
    vectors = rows(dialogue)
    assert vectors.shape == (2, 256)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert vectors[0] @ vectors[1] < 0.95


def test_a_number_of_speakers_that_is_given_is_kept(media_folder, models_folder):
    one = run(media_folder / "dialogue.wav", models_folder, SpeakersOptions(1))
    assert {turn.speaker for turn in one.turns} == {0}


def test_one_voice_is_one_speaker_and_is_known_again_in_another_part(media_folder, models_folder):
    book = media_folder / "two_cities.wav"
    early = run(book, models_folder, span=Span(Fraction(0), Fraction(15)))
    late = run(book, models_folder, span=Span(Fraction(25), Fraction(40)))
    assert len(rows(early)) == len(rows(late)) == 1
    assert (rows(early) @ rows(late).T).item() > 0.9
    assert all(Fraction(25) <= turn.span.start < turn.span.end <= Fraction(40) for turn in late.turns)


def test_voices_of_two_recordings_put_together_are_found_where_they_are(media_folder, models_folder, tmp_path):
    book, talk = media.samples(media_folder / "two_cities.wav"), media.samples(media_folder / "dialogue.wav")
    book, other = book[2 * 16000 : 12 * 16000], talk[22 * 16000 : int(27.7 * 16000)]
    level = np.sqrt(np.mean(book**2) / np.mean(other**2))
    facts = run(write(tmp_path / "joined.wav", np.concatenate([book, other * level, book])), models_folder)
    assert said_by(facts, 4) == said_by(facts, 20) == 0
    assert said_by(facts, 12.5) == 1
    assert len(rows(facts)) == 2


def test_silence_has_no_speakers_and_says_so(models_folder, tmp_path):
    facts = run(write(tmp_path / "still.wav", np.zeros(5 * 16000)), models_folder)
    assert facts.turns == () and facts.voices == ""
    assert facts.warnings == ("No speech was heard.",)


def test_more_speakers_than_there_are_is_said(media_folder, models_folder):
    facts = run(media_folder / "dialogue.wav", models_folder, SpeakersOptions(30), Span(Fraction(22), Fraction(26)))
    assert any("of 30 speakers were told apart" in warning for warning in facts.warnings)


def test_blocks_hold_each_stretch_of_speech_whole_and_lose_nothing(monkeypatch, media_folder, models_folder, dialogue):
    monkeypatch.setattr(speakers, "BLOCK", 8 * 16000)
    in_parts = run(media_folder / "dialogue.wav", models_folder)
    seconds = [sum(float(turn.span.length) for turn in facts.turns) for facts in (in_parts, dialogue)]
    assert seconds[0] == pytest.approx(seconds[1], rel=0.05)
    agree = [said_by(in_parts, at) == said_by(dialogue, at) for at in np.arange(7, 30, 0.1)]
    assert np.mean(agree) > 0.9


@pytest.mark.parametrize("first, end, count", [(0, 5, 400), (0, 300, 300), (10, 170, 400), (395, 400, 400), (0, 30, 30)])
def test_windows_cover_the_run_and_stay_inside_the_sound(first, end, count):
    windows = speakers._windows(first, end, count)
    assert min(start for start, _ in windows) <= first and max(stop for _, stop in windows) >= end
    assert len({stop - start for start, stop in windows}) == 1
    assert all(0 <= start < stop <= count for start, stop in windows)


class TestRefused:
    def test_without_the_weights(self, media_folder, tmp_path):
        with pytest.raises(EditorError) as told:
            run(media_folder / "dialogue.wav", tmp_path)
        assert told.value.code == MISSING_MODEL

    def test_an_impossible_count(self, media_folder, models_folder):
        with pytest.raises(EditorError) as told:
            run(media_folder / "dialogue.wav", models_folder, SpeakersOptions(-1))
        assert told.value.code == BAD_INPUT

    def test_a_film_without_sound(self, models_folder):
        runtime = Runtime(models_folder, lambda *_: None, lambda _: None, lambda: None)
        with pytest.raises(EditorError) as told:
            speakers.run("x.mp4", SpeakersOptions(), Media(Fraction(1)), None, runtime)
        assert told.value.code == NO_STREAM

    def test_cancelled(self, media_folder, models_folder):
        def cancelled() -> None:
            raise EditorError("Cancelled.", code=CANCELLED)

        with pytest.raises(EditorError) as told:
            run(media_folder / "dialogue.wav", models_folder, check=cancelled)
        assert told.value.code == CANCELLED
