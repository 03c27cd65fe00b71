"""Log Footage and Tag Shots in Blender: found by the worker, looked at and written from what is stored, merged with what the editor did."""

from __future__ import annotations

import base64
import json
import wave
from fractions import Fraction
from pathlib import Path

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml import client
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import (
    PICTURE_VALUES,
    Boundary,
    Pictures,
    PicturesOptions,
    Shots,
    ShotsOptions,
    Span,
    Transcript,
    Utterance,
    Word,
)
from assistant_editor.operators import caption_options, footage, stored
from assistant_editor.timeline import compat
from assistant_editor.timeline.tags import tag_of

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom

OFF = ("log_words", "log_music", "log_objects", "log_faces", "log_concepts")
CUT = Fraction(5)


@pytest.fixture
def laid(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))
    room.lay(talkie)
    return room


def pictures(seconds: int = 10) -> Pictures:
    """Dark, pale and still for five seconds, then bright, colourful and busy."""
    table = np.full((2 * seconds, len(PICTURE_VALUES)), np.nan, np.float16)
    values = {"brightness": (0.08, 0.75), "saturation": (0.05, 0.7), "warmth": (-0.4, 0.4), "motion": (0.002, 0.12),
              "sharpness": (0.5, 0.5), "exposure": (0.9, 0.9), "contrast": (0.3, 0.5), "noise": (0.0, 0.0)}  # fmt: skip
    for name, (before, after) in values.items():
        table[:seconds, PICTURE_VALUES.index(name)], table[seconds:, PICTURE_VALUES.index(name)] = before, after
    camera = np.zeros((len(table), 6), np.float16)
    times = tuple(Fraction(number, 2) for number in range(len(table)))
    coded = (base64.b64encode(values.tobytes()).decode() for values in (table, camera))
    return Pictures(Span(Fraction(0), Fraction(seconds)), Fraction(0), Fraction(25), "made", tuple(range(len(table))), times, *coded)


@pytest.fixture
def known(laid: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """Two shots of which the picture is known, and no worker to ask for more."""
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    span = Span(Fraction(0), Fraction(10))
    shots = Shots(span, Fraction(0), Fraction(25), 250, "transnetv2", (Boundary(125, CUT, 0.9),))
    medium, cache = fingerprint(str(talkie)), Cache(tmp_path)
    assert not cache.store("shots", medium, ShotsOptions(), shots, whole=True)
    assert not cache.store("pictures", medium, PicturesOptions(), pictures(), whole=True)
    stored.forget()
    laid.run("detect_shots")
    laid.scene.assistant_editor.tag_least = 0.0
    return laid


def names(room: CuttingRoom) -> list[tuple[str, str]]:
    """(name, colour) of the movie strips, in order of time."""
    movies = [strip for strip in room.strips if strip.type == "MOVIE"]
    return [(strip.name, strip.color_tag) for strip in sorted(movies, key=compat.left)]


def test_footage_is_logged_and_the_timeline_stays_as_it_is(laid: CuttingRoom) -> None:
    for name in OFF:
        setattr(laid.scene.assistant_editor, name, False)
    before = laid.dump()
    assert not footage.look(laid.scene)[0].logged.quality, "nothing is known yet"
    outcome = laid.run("log_footage")
    shots = footage.look(laid.scene)
    assert not outcome.partial and outcome.line == f"{len(shots)} shots: {outcome.line.partition(': ')[2]}"
    assert [shot.number for shot in shots] == list(range(1, len(shots) + 1)) and len(shots) > 3
    assert all(shot.logged.quality and shot.logged.mood for shot in shots)
    assert not laid.changed_since(before)


def test_shots_are_coloured_and_named_by_mood(known: CuttingRoom) -> None:
    known.run("tag_shots", tag_name="{number} {mood}", tag_marker="{why}")
    (first, dark), (second, bright) = names(known)
    assert first == "1 dark" and dark == "COLOR_08"
    assert second.startswith("2 ") and bright not in ("NONE", "COLOR_08")
    assert [marker.frame for marker in known.scene.timeline_markers] == [1, 126]
    assert known.scene.timeline_markers[0].name.startswith("dark: ")
    assert tag_of(known.scene.timeline_markers[0]).kind == "note"


def test_a_second_run_changes_nothing_and_other_options_follow(known: CuttingRoom) -> None:
    before = names(known)
    known.run("tag_shots", tag_name="{number} {mood}")
    tagged = names(known)
    assert known.run("tag_shots", tag_name="{number} {mood}").counts == {"added": {}, "updated": {}, "removed": {}}
    known.run("tag_shots", tag_color="quality", tag_name="")
    assert [name for name, _color in names(known)] == [name for name, _color in before]
    assert [color for _name, color in names(known)] != [color for _name, color in tagged]


def test_what_the_editor_changed_stays(known: CuttingRoom) -> None:
    known.run("tag_shots", tag_name="{number} {mood}", tag_marker="{mood}")
    strip = next(strip for strip in known.strips if strip.name == "1 dark")
    strip.name, strip.color_tag = "opening", "COLOR_01"
    known.scene.timeline_markers.remove(known.scene.timeline_markers[1])
    known.run("tag_shots", tag_color="quality", tag_name="", tag_marker="{quality}")
    assert names(known)[0] == ("opening", "COLOR_01")
    assert [marker.frame for marker in known.scene.timeline_markers] == [1]


def test_markers_go_when_they_are_no_longer_wanted(known: CuttingRoom) -> None:
    known.run("tag_shots", tag_marker="{mood}")
    assert len(known.scene.timeline_markers) == 2
    known.run("tag_shots", tag_marker="")
    assert not known.scene.timeline_markers


def test_nothing_is_tagged_where_nothing_is_known(laid: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    before = laid.dump()
    with pytest.raises(RuntimeError, match="Press Log Footage first"):
        bpy.ops.assistant_editor.tag_shots("EXEC_DEFAULT", True)
    assert not laid.changed_since(before)


def test_a_pattern_that_cannot_be_filled_in_is_refused(known: CuttingRoom) -> None:
    before = known.dump()
    with pytest.raises(RuntimeError, match="cannot be filled in"):
        bpy.ops.assistant_editor.tag_shots("EXEC_DEFAULT", True, tag_name="{colour}")
    assert not known.changed_since(before)


def test_the_command_line_tells_what_is_known_and_tags_it(known: CuttingRoom, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "log.json"
    assert cli.main(["log", "--known", "--json", str(target)]) == 0
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["schema"] == "assistant_editor.log/1" and len(told["shots"]) == 2
    first = told["shots"][0]
    assert first["mood_told"].startswith("dark: ") and first["mood_told"] in capfd.readouterr().err
    assert first["logged"]["mood"]["label"] == "dark" and "objects" in first["logged"]["missing"]
    assert cli.main(["tag", "--options", "tag_name={number} {mood}", "--json", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["counts"]["added"] == {"label": 2}
    assert names(known)[0][0] == "1 dark"


def test_named_engines_are_analysed_and_no_others(laid: CuttingRoom, tmp_path: Path) -> None:
    target = tmp_path / "facts.json"
    assert cli.main(["analyse", "--engines", "pictures, voice", "--json", str(target)]) == 0
    assert sorted(row["engine"] for row in json.loads(target.read_text(encoding="utf-8"))["facts"]) == ["pictures", "voice"]
    assert cli.main(["analyse", "--engines", "eyes"]) == 2


def test_what_is_said_is_read_for_its_feelings_once_and_kept(laid: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    for name in (*OFF, "log_voice", "log_pictures"):
        setattr(laid.scene.assistant_editor, name, name == "log_words")
    texts = {1: " I hate this, get out of my house!", 6: " What a wonderful day, I am so happy."}
    utterances = []
    for second, text in texts.items():
        parts = text.split()
        words = [Word(f" {part}", second + Fraction(i, 4), second + Fraction(i + 1, 4), 0.9) for i, part in enumerate(parts)]
        utterances.append(Utterance(tuple(words)))
    span = Span(Fraction(0), Fraction(10))
    said = Transcript(span, Fraction(0), "en", 0.9, "faster-whisper", "tiny.en", "transcribe", tuple(utterances))
    medium, options = fingerprint(str(talkie)), caption_options.transcript_task(laid.scene.assistant_editor)
    assert not Cache(tmp_path).store("transcript", medium, options, said, whole=True)
    shots = Shots(span, Fraction(0), Fraction(25), 250, "transnetv2", (Boundary(125, CUT, 0.9),))
    assert not Cache(tmp_path).store("shots", medium, ShotsOptions(), shots, whole=True)
    outcome = laid.run("log_footage")
    assert not outcome.partial, outcome.notices
    first, second = (shot.logged for shot in footage.look(laid.scene))
    assert first.mood is not None and second.mood is not None
    assert first.words.startswith("I hate this") and first.mood.valence < -0.2 < 0.2 < second.mood.valence
    assert [one.source for one in first.mood.contributions] == ["words"]
    client.close_all()
    laid.scene.assistant_editor.mood_words = False
    assert [shot.logged.mood for shot in footage.look(laid.scene)] == [None, None], "each source is optional"


def test_words_of_a_recorder_beside_the_film_are_the_shots(known: CuttingRoom, tmp_path: Path) -> None:
    """Second 2 of the recorder lies at second 0 of the film, whose own sound is muted."""
    path = tmp_path / "recorder.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(bytes(2 * 16000 * 14))
    start, rate = stage.extent(known.strips["film"])[0], round(compat.scene_fps(known.scene))
    stage.add_sound(known.scene, path, start - 2 * rate, 5, "recorder")
    words = tuple(Word(f" {text}", Fraction(at), Fraction(at) + Fraction(1, 2), 0.9) for at, text in ((3, "Hello"), (8, "there")))
    said = Transcript(
        Span(Fraction(0), Fraction(14)), Fraction(0), "en", 0.9, "faster-whisper", "tiny.en", "transcribe", (Utterance(words),)
    )
    options = caption_options.transcript_task(known.scene.assistant_editor)
    assert not Cache(tmp_path).store("transcript", fingerprint(str(path)), options, said, whole=True)
    stored.forget()
    for strip in known.strips:
        strip.mute = strip.type == "SOUND" and strip.name != "recorder"
    assert [shot.logged.words for shot in footage.look(known.scene)] == ["Hello", "there"]
    known.strips["recorder"].mute = True
    assert [shot.logged.words for shot in footage.look(known.scene)] == ["", ""]


def test_the_rest_is_logged_where_a_model_is_missing(laid: CuttingRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "none"))
    settings = laid.scene.assistant_editor
    for name in (*OFF, "log_voice"):
        setattr(settings, name, name in ("log_objects", "log_faces"))
    settings.detector = "hash"
    outcome = laid.run("log_footage")
    assert not outcome.partial and len([told for told in outcome.notices if "not installed" in told or "is installed" in told]) == 2
    shots = footage.look(laid.scene)
    assert shots and all(shot.logged.quality and {"objects", "faces"} <= set(shot.logged.missing) for shot in shots)
