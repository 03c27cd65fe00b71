"""What the editor said of boundaries is kept in the .blend beside the ledger, and goes with it."""

from __future__ import annotations

from fractions import Fraction

import bpy
import pytest
from assistant_editor.timeline import corrections, tags
from assistant_editor.timeline.corrections import Correction, Corrections
from assistant_editor.timeline.read import keeper

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

SAID = corrections.dump(Corrections((Correction("m", Fraction(7, 3), "boundary", 70),)))


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    stage.add_movie(scene, films / "rate-24-1.mp4")
    return scene


def test_reading_what_was_never_said_adds_nothing_to_the_file(scene):
    before = dump_scene(scene)
    assert stage.reading(scene).corrections == ""
    tags.put_corrections(scene, "")
    assert not scene.is_property_set("assistant_editor_ledger")
    assert differences(before, dump_scene(scene)) == []


def test_what_was_said_is_read_again_and_a_written_ledger_leaves_it(scene):
    tags.put_corrections(scene, SAID)
    timeline = stage.reading(scene)
    assert timeline.corrections == SAID and timeline.ledger == ""
    tags.put_ledger(scene, timeline.stamp, "")
    assert stage.reading(scene).corrections == SAID
    tags.put_corrections(scene, "")
    assert stage.reading(scene).corrections == "" and stage.reading(scene).stamp == timeline.stamp


def test_a_copied_scene_has_its_own_copy(scene):
    tags.put_corrections(scene, SAID)
    copy = scene.copy()
    tags.put_corrections(scene, "")
    assert stage.reading(copy).corrections == SAID


def test_reset_forgets_what_was_said(scene):
    tags.put_corrections(scene, SAID)
    tags.forget(scene)
    assert stage.reading(scene).corrections == ""


def test_an_open_meta_strip_keeps_its_own(scene):
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = True
        bpy.ops.sequencer.meta_make()
        meta = next(strip for strip in scene.sequence_editor.strips if strip.type == "META")
        scene.sequence_editor.active_strip = meta
        bpy.ops.sequencer.meta_toggle()
        tags.put_corrections(keeper(scene), SAID)
        assert stage.reading(scene).corrections == SAID
        bpy.ops.sequencer.meta_toggle()
        assert stage.reading(scene).corrections == ""
