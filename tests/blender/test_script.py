"""Captions with the words of a script: real speech, a text of the project, and files as they come."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.errors import BAD_INPUT
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.script_report import NAME

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

SCRIPT = """INT. LONDON - NIGHT

Fog.

DICKENS (V.O.)
It was the best of thymes, it was the worst of thymes,
it was the age of wisdom, it was the age of foolishness,
it was the epoch of belief, it was the epoch of incredulity,

TELLSON
it was the season of Light, it was the season of Darkness,
(he sighs)
it was the spring of hope, it was the winter of despair,
we had everything before us, we had nothing before us,
we were all going direct to Heaven, we were all going direct the other way.

SOMEBODY ELSE
Nobody ever says this in the recording.
"""


@pytest.fixture
def told(room: CuttingRoom, media_folder: Path, tmp_path: Path):
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 3, "speech")
    path = tmp_path / "two cities.fountain"
    path.write_text(SCRIPT, encoding="utf-16")
    return room, path


def said(room: CuttingRoom) -> str:
    return " ".join(" ".join(text for _, _, text in room.captions()).split())


def test_captions_say_what_the_script_says_when_it_is_said(told) -> None:
    room, path = told
    room.run("auto_captions")
    heard, first = said(room), room.captions()
    assert "thymes" not in heard
    bpy.ops.assistant_editor.take_script(filepath=str(path))
    text = said(room)
    assert text.startswith("It was the best of thymes, it was the worst of thymes, it was the age of wisdom,")
    assert "season of Light" in text and "sighs" not in text and "recording" not in text
    assert room.captions()[0][0] == first[0][0]
    listed = bpy.data.texts[NAME].as_string()
    assert listed.count("script “thymes,” (line 6)") == 2
    assert "line 18: never said: “Nobody ever says this in the recording.”" in listed
    assert any(NAME in notice for notice in desk.outcome.notices)
    assert room.scene.assistant_editor.script == "two cities.fountain"
    room.run("auto_captions", speaker_mark="name")
    assert said(room).startswith("DICKENS: It was the best of thymes") and said(room).count("DICKENS") == 1
    assert "TELLSON: it was the season of Light" in said(room)
    room.run("auto_captions", speaker_mark="none")

    outcome = room.run("auto_captions")
    assert not any(outcome.counts.values())

    bpy.data.texts["two cities.fountain"].from_string(SCRIPT.replace("best of thymes", "best of rhymes"))
    room.run("auto_captions")
    assert "best of rhymes, it was the worst of thymes" in said(room)

    room.scene.assistant_editor.script = ""
    room.run("auto_captions")
    assert said(room) == heard
    room.run("auto_captions", script=str(path))
    assert "thymes" in said(room)


def test_another_script_does_not_write_over_a_text_of_the_users_own(told) -> None:
    room, path = told
    own = bpy.data.texts.new("my notes")
    own.from_string("it was the best of times, it was the worst of times")
    room.scene.assistant_editor.script = own.name
    bpy.ops.assistant_editor.take_script(filepath=str(path))
    assert own.name == "my notes" and own.as_string().startswith("it was the best of times")
    assert "thymes" in said(room)
    texts = len(bpy.data.texts)
    path.write_text(SCRIPT.replace("thymes", "rhymes"), encoding="utf-8")
    bpy.ops.assistant_editor.take_script(filepath=str(path))
    assert len(bpy.data.texts) == texts and "rhymes" in said(room), "the same script, read again"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", None, "There is no text or file"),
        ("a.txt", b"", "Nothing in a.txt is spoken"),
        ("a.pdf", b"%PDF-1.7 ...", "PDF"),
        ("a.docx", b"PK\x03\x04....", "Word"),
        ("a.txt", bytes(range(32)) * 40, "is no text"),
        ("a.fountain", b"INT. HOUSE\n\nA man.\n\nBOB\n(silent)\n\nANN\n(silent)\n", "spoken"),
    ],
)
def test_what_is_no_script_is_refused_before_anything_changes(told, name, data, why) -> None:
    room, path = told[0], told[1].with_name(name)
    if data is not None:
        path.write_bytes(data)
    texts = len(bpy.data.texts)
    with pytest.raises(RuntimeError, match="Error"):
        bpy.ops.assistant_editor.take_script(filepath=str(path))
    assert desk.error.code == BAD_INPUT and why in desk.error.message
    assert len(bpy.data.texts) == texts and not room.captions() and not room.scene.assistant_editor.script


def test_a_strip_that_begins_within_a_speech_says_at_once_who_speaks(told) -> None:
    room, path = told
    bpy.ops.assistant_editor.take_script(filepath=str(path))
    room.scene.assistant_editor.speaker_mark = "name"
    room.run("auto_captions")
    whole = said(room)
    (start, _end, text) = room.captions()[1]
    assert ":" not in text
    compat.set_left(room.strips["speech"], start - 1)
    room.run("auto_captions")
    assert said(room).startswith(f"DICKENS: {text.split()[0]} ") and said(room).count("DICKENS") == 1
    again = room.captions()
    room.run("auto_captions")
    assert room.captions() == again
    room.run("auto_captions", speaker_mark="hyphen")
    assert not said(room).startswith("-")
    compat.set_left(room.strips["speech"], 1)
    room.strips["speech"].split(frame=start - 1, split_method="SOFT")
    room.run("auto_captions")
    assert said(room) == whole, "a cut is no pause"
