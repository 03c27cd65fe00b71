"""Preview, and what is chosen for single shots: nothing is written by the one, and the other is heeded, undone and forgotten."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.operators import choices_shelf, effect_choices, effect_preview
from assistant_editor.timeline import compat
from assistant_editor.timeline.effect import Mark
from assistant_editor.timeline.effect_choices import dump
from assistant_editor.timeline.write_preview import COLOURS, outline

from tests.blender import effect_room as effects
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.blender.effect_room import Before, curve, layer, still
from tests.blender.stage import sequencer


@pytest.fixture
def laid(room: CuttingRoom, films: Path) -> CuttingRoom:
    room.lay(films / "rate-25-1.mp4", sound=False)
    bpy.ops.ed.undo_push(message="laid out")
    return room


def seen(path: str) -> np.ndarray:
    image = bpy.data.images.load(path)
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    width, height = image.size
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, -1)[:, :, :3]


def operator(told: list[str]) -> Any:
    return SimpleNamespace(bl_idname="assistant_editor.anonymise", bl_label="Anonymise", report=lambda _kind, text: told.append(text))


def test_a_preview_is_the_frame_as_it_would_be_and_changes_nothing(laid: CuttingRoom) -> None:
    marks = (Mark(4, (8.0, 4.0, 40.0, 24.0), "", "covered"), Mark(30, (0.0, 0.0, 9.0, 9.0), "", "subject"))
    green = layer("Cover", "COLOR", 1, 20, settings=(still("color", (0.0, 1.0, 0.0)),))
    moving = curve("transform.offset_x", (1, 0.0), (20, 9.0))
    laid.scene.frame_current = 5
    effects.carry_out(laid, effects.plan(laid, "reframe", [effects.effect(laid, "film", "reframe", curves=(moving,))]))
    before = Before(laid)
    planned = effects.plan(laid, "privacy", [effects.effect(laid, "film", "privacy", layers=(green,), marks=marks)])
    told: list[str] = []
    assert effect_preview.show(operator(told), laid.scene, planned) == {"CANCELLED"}
    before.is_back()
    preview = effect_preview.previews["privacy"]
    pixels = seen(preview.path)
    assert pixels.shape == (32, 64, 3) and preview.frame == 5 and "Nothing was written" in told[0]
    expected = np.zeros((32, 64, 3), np.float32)
    expected[:, :, 1] = 1.0
    outline(expected, (8.0, 4.0, 40.0, 24.0), "covered")
    assert np.abs(pixels - expected).max() < 0.01
    assert (np.abs(expected - np.float32(COLOURS["covered"])).max(axis=2) < 0.01).any()


def test_a_preview_leaves_nothing_behind_where_it_fails(laid: CuttingRoom) -> None:
    before = Before(laid)
    wrong = layer("Cover", "COLOR", 1, 20, settings=(still("no_such_thing", 1),))
    planned = effects.plan(laid, "privacy", [effects.effect(laid, "film", "privacy", layers=(wrong,))])
    with pytest.raises(Exception, match="no_such_thing"):
        effect_preview.show(operator([]), laid.scene, planned)
    before.is_back()


def test_a_shot_is_left_out_and_in_again(laid: CuttingRoom) -> None:
    right = laid.strips["film"].split(frame=101, split_method="SOFT")
    name = right.name
    laid.scene.frame_current = 120
    laid.run("leave_shot_out", kind="grade")
    first, second = (effects.line(laid).strip(strip) for strip in ("film", name))
    stage = effects.stage(laid, "grade")
    assert stage.left_out("grade", second.medium, second.visible) and not stage.left_out("grade", first.medium, first.visible)
    assert not stage.left_out("reframe", second.medium, second.visible)
    bpy.ops.ed.undo()
    assert not effects.stage(laid, "grade").choices
    laid.scene.frame_current = 120
    laid.run("leave_shot_out", kind="grade")
    laid.run("leave_shot_out", kind="grade")
    assert not effects.stage(laid, "grade").choices


def test_a_panel_is_told_that_the_shot_at_the_playhead_is_left_out(laid: CuttingRoom) -> None:
    laid.strips["film"].split(frame=101, split_method="SOFT")
    laid.scene.frame_current = 120
    assert not choices_shelf.shelf.left_out(laid.scene, "grade") and not choices_shelf.shelf.asked_for, "nothing is read for nothing"
    laid.run("leave_shot_out", kind="grade")
    choices_shelf.shelf.left_out(laid.scene, "grade")
    choices_shelf.shelf.up_to_date(laid.scene)
    assert choices_shelf.shelf.left_out(laid.scene, "grade") and not choices_shelf.shelf.left_out(laid.scene, "reframe")
    laid.scene.frame_current = 50
    assert not choices_shelf.shelf.left_out(laid.scene, "grade")
    laid.scene.frame_current = 120
    laid.run("leave_shot_out", kind="grade")
    assert not choices_shelf.shelf.left_out(laid.scene, "grade")


def test_a_choice_is_kept_where_nothing_can_be_planned_anew(laid: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    grade = effects.effect(laid, "film", "grade", settings=(still("color_saturation", 0.5),))
    effects.carry_out(laid, effects.plan(laid, "grade", [grade]))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    told = effect_choices.follow(laid.scene, "grade")
    assert told.startswith("What stands follows when it can be planned again.") and "defect" not in told.lower() and len(told) > 60
    laid.run("leave_shot_out", kind="grade")
    assert effects.stage(laid, "grade").choices and laid.strips["film"].color_saturation == 0.5


def test_the_latest_choice_for_a_shot_counts(laid: CuttingRoom) -> None:
    for value in ("Anna", "Ben"):
        effect_choices.choose_for_shot(laid.scene, "reframe", "subject", value)
    ref = effects.line(laid).strip("film")
    stage = effects.stage(laid)
    assert len(stage.choices) == 1 and stage.chosen("reframe", ref.medium, ref.visible, "subject") == "Ben"
    assert effect_choices.chosen_here(laid.scene, "reframe", "subject") == "Ben"
    effect_choices.choose_for_shot(laid.scene, "reframe", "subject", None)
    assert dump(effects.stage(laid).choices) == ""


def test_where_there_is_no_shot_it_says_so(laid: CuttingRoom) -> None:
    laid.scene.frame_current = compat.right(laid.strips["film"]) + 5
    with pytest.raises(RuntimeError, match="no shot of a film at the playhead"):
        laid.run("leave_shot_out")


def test_inside_meta_strips_the_preview_is_the_frame_as_the_editor_sees_it(laid: CuttingRoom) -> None:
    """Two deep, the inner one moved and dimmed, something bright over it outside: none of that is seen inside, nor in the preview."""
    for _ in range(2):
        outermost = next(strip for strip in laid.scene.sequence_editor.strips if strip.type in ("MOVIE", "META"))
        laid.select(outermost.name)
        laid.scene.sequence_editor.active_strip = outermost
        with sequencer(laid.scene):
            bpy.ops.sequencer.meta_make()
    outer = laid.scene.sequence_editor.active_strip
    inner = outer.strips[0]
    inner.transform.offset_x, inner.blend_alpha = 9.0, 0.5
    compat.new_effect(laid.scene.sequence_editor.strips, "bright", "COLOR", outer.channel + 1, 1, 200).color = (1.0, 1.0, 1.0)
    for meta in (outer, inner):
        laid.scene.sequence_editor.active_strip = meta
        with sequencer(laid.scene):
            bpy.ops.sequencer.meta_toggle()
    laid.scene.frame_current = 5
    before, stack = Before(laid), [meta.name for meta in laid.scene.sequence_editor.meta_stack]
    green = layer("Cover", "COLOR", 1, 20, settings=(still("color", (0.0, 1.0, 0.0)), still("transform.scale_x", 0.5)))
    marks = (Mark(4, (40.0, 4.0, 60.0, 24.0), "", "covered"),)
    planned = effects.plan(laid, "privacy", [effects.effect(laid, "film", "privacy", layers=(green,), marks=marks)])
    effect_preview.show(operator([]), laid.scene, planned)
    before.is_back()
    assert [meta.name for meta in laid.scene.sequence_editor.meta_stack] == stack and len(stack) == 2
    expected = effects.picture(laid, 5)  # Blender renders what is in the open meta strip
    expected[:, 16:48] = (0.0, 1.0, 0.0)
    outline(expected, (40.0, 4.0, 60.0, 24.0), "covered")
    assert np.abs(seen(effect_preview.previews["privacy"].path) - expected).max() < 0.01
