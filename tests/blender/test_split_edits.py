"""J- and L-cuts in Blender: what is heard and seen stays in step, and all of it can be taken back."""

from __future__ import annotations

import json
from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Shots, ShotsOptions, Span, Transcript, Utterance, Word
from assistant_editor.operators import caption_options
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.meetings import meetings

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON

CUT = 101
FILM = "rate-25-1.mp4"
SHOWN = {"a": 300, "b": 200}
"""The picture of the film that each shows first."""
SAID = {"a": [("Well", 60, 75), ("then.", 78, 92)], "b": [("Fine,", 108, 120), ("thanks.", 124, 140)]}


@pytest.fixture
def talk(room, films, tmp_path, monkeypatch):
    """Two parts of one film with sound that meet at frame 101; what is said in them is known, and nobody is asked."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    path = films / FILM
    words = []
    for name, start in (("b", CUT), ("a", 1)):
        for kind, make, channel in (("", stage.add_movie, 8), (" sound", stage.add_sound, 9)):
            strip = make(room.scene, path, start - SHOWN[name], channel, name + kind)
            compat.set_left(strip, start)
            compat.set_right(strip, start + 100)
            strip.channel = 2 if not kind else 1
        words += [Word(f" {text}", *(Fraction(at - start + SHOWN[name], 25) for at in when), 0.9) for text, *when in SAID[name]]
    room.select()
    cache, medium = Cache(tmp_path / "cache"), fingerprint(str(path))
    whole = Span(Fraction(0), Fraction(48))
    spoken = Transcript(whole, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", (Utterance(tuple(words)),))
    cache.store("transcript", medium, caption_options.transcript_task(room.scene.assistant_editor), spoken, whole=True)
    shots = Shots(whole, Fraction(0), Fraction(25), 1200, "transnetv2", ())
    cache.store("shots", medium, ShotsOptions(), shots, whole=True)
    bpy.ops.ed.undo_push(message="laid")
    return room


def extents(room):
    return {strip.name: stage.extent(strip) for strip in room.strips}


def mixed(room, path):
    import aud

    room.scene.frame_start, room.scene.frame_end = 1, 200
    bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="S16")
    return aud.Sound(str(path)).data()


def test_a_j_cut_shows_the_film_in_step_and_leaves_the_sound_alone(talk, tmp_path):
    heard = mixed(talk, tmp_path / "before.wav")
    outcome = talk.run("split_edits")
    assert outcome.line == "1 J-cut."
    where = extents(talk)
    assert where["a"] == (1, 120) and where["b"] == (120, 201)  # "Fine," is said by then
    assert where["a sound"] == (1, CUT) and where["b sound"] == (CUT, 201)
    shown = stage.shown(talk.scene, 90, 130)
    assert shown == {frame: frame - 1 + 300 if frame < 120 else frame - CUT + 200 for frame in range(90, 131)}
    assert np.array_equal(heard, mixed(talk, tmp_path / "after.wav"))


def test_an_l_cut_and_the_sound_alone(talk):
    talk.run("split_edits", split_shape="l")
    assert extents(talk)["b"] == (78, 201)
    outcome = talk.run("split_edits", split_moves="sound", split_shape="l")
    where = extents(talk)
    assert where["b"] == (CUT, 201) and where["b sound"] == (107, 201) and where["a sound"] == (1, 107)  # a twenty-fifth before "Fine,"
    assert outcome.line == "1 L-cut, 0 of them new."


def test_it_is_taken_back_by_hand_by_undo_and_by_its_operator(talk):
    before = talk.dump()
    talk.run("split_edits")
    bpy.ops.ed.undo()
    assert not talk.changed_since(before)
    talk.run("split_edits")
    stood = talk.dump()
    talk.run("split_edits")
    assert not talk.changed_since(stood)
    outcome = talk.run("join_split_edits")
    assert outcome.line == "1 cut is back." and not talk.changed_since(before)
    assert talk.run("join_split_edits").line == "No J- or L-cut stands here."


def test_the_command_line_takes_them_back(talk, tmp_path):
    before = talk.dump()
    told = tmp_path / "told.json"
    assert cli.main(["split-edits"]) == 0
    stood = talk.dump()
    assert cli.main(["join-split-edits", "--strip", "no such strip"]) == 3 and not talk.changed_since(stood)
    assert cli.main(["join-split-edits", "--strip", "b", "--json", str(told)]) == 0
    assert not talk.changed_since(before) and json.loads(told.read_text(encoding="utf-8"))["summary"] == "1 cut is back."
    assert cli.main(["join-split-edits"]) == 0 and not talk.changed_since(before)


def test_what_the_editor_moved_stays(talk):
    talk.run("split_edits")
    compat.set_right(talk.strips["a"], 112)
    compat.set_left(talk.strips["b"], 112)
    stood = extents(talk)
    assert talk.run("split_edits").line == "No other cut between two who speak; 1 stays as you changed it."
    talk.run("join_split_edits")
    assert extents(talk) == stood


def test_a_locked_channel_is_left_and_said(talk):
    talk.scene.sequence_editor.channels[2].lock = True
    before = extents(talk)
    outcome = talk.run("split_edits", split_moves="picture")
    assert extents(talk) == before and any("lock" in told for told in outcome.notices)


def test_handles_are_known_from_either_side(talk):
    from assistant_editor.operators import work

    shots = Shots(Span(Fraction(0), Fraction(48)), Fraction(0), Fraction(25), 1200, "made", ())
    strips = work.look(talk.scene).strips
    (one,) = meetings(strips, {strip.medium: shots for strip in strips})
    assert (one.before, one.after) == (200, 1200 - 400)
    assert desk.error is None
