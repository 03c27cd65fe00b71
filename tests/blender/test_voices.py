"""Speakers and sounds in captions: real worker, real weights, a real dialogue."""

from __future__ import annotations

import wave
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.errors import STALE
from assistant_editor.operators.desk import desk
from assistant_editor.operators.options import draw_options
from assistant_editor.operators.voices import roster
from assistant_editor.panels.speakers import ASSISTANT_EDITOR_PT_speakers

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom


@pytest.fixture
def dialogue(room: CuttingRoom, media_folder: Path) -> CuttingRoom:
    stage.add_sound(room.scene, media_folder / "dialogue.wav", 1, 3, "talk")
    roster.clear()
    return room


def test_captions_say_who_speaks_and_names_follow(dialogue: CuttingRoom) -> None:
    settings = dialogue.scene.assistant_editor
    settings.speakers, settings.speaker_count, settings.speaker_mark = True, 2, "name"
    dialogue.run("auto_captions")
    texts = " ".join(text for *_frames, text in dialogue.captions())
    assert "SPEAKER 1:" in texts and "SPEAKER 2:" in texts
    assert set(roster.names) == {"Speaker 1", "Speaker 2"}
    dialogue.run("edit_speaker", speaker="Speaker 2", name="Grace")
    texts = " ".join(text for *_frames, text in dialogue.captions())
    assert "GRACE:" in texts and "SPEAKER 2:" not in texts
    assert set(roster.names) == {"Speaker 1", "Grace"}
    before = dialogue.dump()
    dialogue.run("auto_captions")
    assert not dialogue.changed_since(before)


def test_colours_of_a_speaker_stay_with_him(dialogue: CuttingRoom) -> None:
    settings = dialogue.scene.assistant_editor
    settings.speakers, settings.speaker_count = True, 2
    dialogue.run("auto_captions")
    before = {tuple(strip.color) for strip in dialogue.strips if strip.type == "TEXT"}
    assert len(before) == 1
    dialogue.run("edit_speaker", speaker="Speaker 2", name="Grace", use_color=True, color=(0, 1, 1, 1))
    colors = {tuple(strip.color) for strip in dialogue.strips if strip.type == "TEXT"}
    assert len(colors) == 2 and (0, 1, 1, 1) in colors
    dialogue.run("edit_speaker", speaker="Grace", name="Grace")
    assert {tuple(strip.color) for strip in dialogue.strips if strip.type == "TEXT"} == before


def test_voices_are_kept_only_where_that_is_wanted_and_can_be_forgotten(dialogue: CuttingRoom, results_folder: Path) -> None:
    settings = dialogue.scene.assistant_editor
    settings.speakers, settings.speaker_count = True, 2
    dialogue.run("auto_captions")
    dialogue.run("edit_speaker", speaker="Speaker 1", name="Ada")
    assert '"sound": ""' in settings.people
    settings.keep_voices = True
    dialogue.run("edit_speaker", speaker="Ada", name="Ada L.")
    assert '"sound": ""' not in settings.people
    captions = dialogue.captions()
    dialogue.run("forget_voices")
    assert settings.people == "" and not roster.names
    assert Cache(results_folder).forget("speakers") == 0
    assert dialogue.captions() == captions
    with pytest.raises(RuntimeError, match="told speakers apart"):
        bpy.ops.assistant_editor.list_speakers()
    assert desk.error is not None and desk.error.code == STALE


def test_without_the_weights_captions_come_and_one_sentence_says_what_is_missing(
    dialogue: CuttingRoom, models_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "whisper-tiny.en").symlink_to(models_folder / "whisper-tiny.en", target_is_directory=True)
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path))
    outcome = dialogue.run("auto_captions", speakers=True, sounds=True)
    assert dialogue.captions() and not outcome.partial
    assert sum("ge2e-speakers" in notice for notice in outcome.notices) == 1
    assert sum("speech-music-noise" in notice for notice in outcome.notices) == 1


def test_turning_speakers_off_needs_no_worker(dialogue: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    dialogue.run("auto_captions", speakers=True, speaker_count=2, speaker_mark="name")
    assert "SPEAKER" in " ".join(text for *_frames, text in dialogue.captions())
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    dialogue.run("auto_captions", speakers=False)
    assert "SPEAKER" not in " ".join(text for *_frames, text in dialogue.captions())


def test_an_unknown_speaker_is_refused_in_words(dialogue: CuttingRoom) -> None:
    with pytest.raises(RuntimeError, match="captioned"):
        bpy.ops.assistant_editor.edit_speaker(speaker="Nobody", name="X")


@pytest.fixture
def concert(room: CuttingRoom, media_folder: Path, tmp_path: Path) -> CuttingRoom:
    """Eight seconds of speech, then eight of plucked chords."""
    with wave.open(str(media_folder / "dialogue.wav")) as talk:
        talk.setpos(10 * 16000)
        speech = talk.readframes(8 * 16000)
    at = np.arange(8 * 16000) / 16000
    root = np.array([220.0, 174.61, 196.0, 261.63])[(at * 2).astype(int) % 4]
    tones = sum(np.sin(2 * np.pi * root * step * part * at) / part for step in (1, 1.26, 1.5) for part in (1, 2, 3, 4))
    music = (800 * np.exp(-3 * (at * 2 % 1)) * tones).astype("<i2").tobytes()
    with wave.open(str(tmp_path / "concert.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(speech + music)
    stage.add_sound(room.scene, tmp_path / "concert.wav", 1, 3, "concert")
    return room


def sounds_of(room: CuttingRoom) -> list[tuple[int, int, str]]:
    return [caption for caption in room.captions() if caption[2].startswith(("[", "♪"))]


def test_music_is_described_where_nobody_speaks_and_follows_the_options(concert: CuttingRoom) -> None:
    concert.run("auto_captions", sounds=True)
    ((start, end, text),) = sounds_of(concert)
    assert text == "[music]" and 190 < start < 260 and end <= 401
    assert all(last <= start or first >= end for first, last, other in concert.captions() if other != text)
    concert.run("auto_captions", sounds=True, music_notes=True)
    assert [text for *_frames, text in sounds_of(concert)] == ["♪ music ♪"]
    (strip,) = [strip for strip in concert.strips if strip.type == "TEXT" and strip.text == "♪ music ♪"]
    strip.text = "[a slow waltz]"
    concert.run("auto_captions", sounds=True)
    assert [text for *_frames, text in sounds_of(concert)] == ["[a slow waltz]"]


def test_sounds_go_when_they_are_turned_off_and_stay_deleted(concert: CuttingRoom) -> None:
    concert.run("auto_captions", sounds=True)
    concert.run("auto_captions", sounds=False)
    assert sounds_of(concert) == []
    concert.run("auto_captions", sounds=True)
    (strip,) = [strip for strip in concert.strips if strip.type == "TEXT" and strip.text == "[music]"]
    concert.strips.remove(strip)
    concert.run("auto_captions", sounds=True)
    assert sounds_of(concert) == []


def test_who_speaks_can_be_marked_with_a_script_alone(room: CuttingRoom) -> None:
    settings = room.scene.assistant_editor
    settings.speakers, settings.script = False, ""
    assert drawn(settings) == {"speakers"}
    settings.script = "play.fountain"
    assert drawn(settings) == {"speakers", "speaker_mark"}
    settings.speakers, settings.script = True, ""
    assert drawn(settings) == {"speakers", "speaker_count", "speaker_mark"}


def drawn(settings: Any) -> set[str]:
    """The options that the panel and the operator's redo panel both show."""
    shown: list[str] = []

    class Paper:
        use_property_split = use_property_decorate = True

        def row(self, align: bool = False) -> Paper:
            return self

        def prop(self, owner: Any, name: str) -> None:
            assert name in owner.bl_rna.properties
            shown.append(name)

        def operator(self, name: str, **_words: Any) -> Any:
            return SimpleNamespace()

    ASSISTANT_EDITOR_PT_speakers.draw(SimpleNamespace(layout=Paper()), bpy.context)
    in_panel = set(shown)
    shown.clear()
    draw_options(Paper(), settings, ("speakers", "speaker_count", "speaker_mark"))
    return in_panel & set(shown)
