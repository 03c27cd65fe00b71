"""Every type of layer, rendered: by the numbers of the films' pictures where there are any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.timeline import compat
from assistant_editor.timeline.effect import Effect, Layer, Modifier, Outline, Shape
from assistant_editor.timeline.plan import Plan

from tests.blender import effect_room as effects
from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before, carry_out, curve, layer, still


@pytest.fixture
def laid(room: CuttingRoom, films: Path) -> CuttingRoom:
    room.lay(films / "rate-25-1.mp4", sound=False)
    compat.set_left(room.strips["film"], 11)
    compat.set_right(room.strips["film"], 61)
    return room


def written(room: CuttingRoom, *layers: Layer, shapes: tuple[Shape, ...] = ()) -> Any:
    about = effects.effect(room, "film", "transition", layers=layers, shapes=shapes)
    return carry_out(room, effects.plan(room, "transition", [about]))


def number(room: CuttingRoom, frame: int) -> int:
    return stage.number_of(effects.picture(room, frame)[::-1, :, 0])


def test_a_copy_shows_what_its_strip_shows_also_beyond_its_handles(laid: CuttingRoom, films: Path) -> None:
    laid.strips.remove(laid.strips["film"])
    with_rate = stage.add_by_operator(laid.scene, films / "matroska.mkv", 1, 1)[0]
    with_rate.name = "film"
    compat.set_left(with_rate, 30)
    compat.set_right(with_rate, 60)
    laid.select()
    shown = stage.shown(laid.scene, 30, 59)
    before = Before(laid)
    written(laid, layer("Copy", "COPY", 50, 80, inputs=("film",), settings=(still("blend_type", "ALPHA_OVER"),)))
    (copy,) = effects.layers(laid)
    assert (compat.left(copy), compat.right(copy), copy.channel) == (50, 80, 2)
    after = stage.shown(laid.scene, 30, 79)
    assert {frame: after[frame] for frame in shown} == shown
    pictures_a_frame = (shown[59] - shown[30]) / 29
    assert after[79] - shown[59] == pytest.approx(20 * pictures_a_frame, abs=1)
    carry_out(laid, effects.plan(laid, "transition"))
    laid.scene.frame_start, laid.scene.frame_end = before.dump[0]["scene"]["frame_start"], before.dump[0]["scene"]["frame_end"]
    before.is_back()


def test_a_cross_of_two_copies_leads_from_one_to_the_other(laid: CuttingRoom) -> None:
    stage.add_effect(laid.scene, "COLOR", "red", 3, 61, 90).color = (1.0, 0.0, 0.0)
    copies = (
        layer("From", "COPY", 56, 66, inputs=("film",), settings=(still("blend_type", "REPLACE"),)),
        layer("To", "COPY", 56, 66, inputs=("red",), settings=(still("blend_type", "REPLACE"),)),
    )
    written(laid, *copies, layer("Dissolve", "CROSS", 56, 66, inputs=("From", "To")))
    reds = [effects.picture(laid, frame)[:, :, 0].min() for frame in (55, 57, 60, 64, 66)]
    assert reds[0] < 0.2 and reds[1] < reds[2] < reds[3] <= reds[4] and reds[4] > 0.99
    assert [strip.type for strip in effects.layers(laid)] == ["MOVIE", "COLOR", "CROSS"]


def test_speed_freezes_what_its_strip_shows(laid: CuttingRoom) -> None:
    plain = stage.shown(laid.scene, 11, 60)
    frozen = curve("speed_frame_number", (11, 0.0), (30, 19.0), (50, 19.0), (60, 29.0))
    slow = layer("Freeze", "SPEED", 11, 61, inputs=("film",), settings=(still("speed_control", "FRAME_NUMBER"),), curves=(frozen,))
    written(laid, slow)
    after = stage.shown(laid.scene, 11, 60)
    assert [after[frame] for frame in (11, 20, 30)] == [plain[frame] for frame in (11, 20, 30)]
    assert {after[frame] for frame in range(31, 51)} == {plain[30]} and after[60] == plain[40]


def test_an_adjustment_seen_through_a_muted_mask_strip(laid: CuttingRoom) -> None:
    corner = Shape("Corner", (Outline(((20, ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))),)),))
    matte = layer("Matte", "MASK", 20, 40, shape="Corner", muted=True)
    dark = Modifier("BRIGHT_CONTRAST", "Dark", (still("bright", -100.0),), mask="Matte")
    plain = effects.picture(laid, 30)
    written(laid, matte, layer("Adjust", "ADJUSTMENT", 20, 40, modifiers=(dark,)), shapes=(corner,))
    seen = effects.picture(laid, 30)
    # 4.5 never sets the last pixel of a mask, and a mask's edge is soft for a pixel.
    assert np.array_equal(seen[17:-1], plain[17:-1]) and np.array_equal(seen[:-1, 33:], plain[:-1, 33:])
    assert plain[:15, :31].max() > 0.9 and seen[:15, :31].max() < 0.01
    assert np.array_equal(effects.picture(laid, 41), effects.picture(laid, 41))


def everything(room: CuttingRoom, film: Path, still_file: Path) -> list[Effect]:
    """Effects that together have every type of layer, modifiers with and without masks, and keyframes of all kinds."""
    other = bpy.data.scenes.get("stage inset") or stage.new_scene()
    other.name = "stage inset"
    if not len(other.sequence_editor.strips):
        stage.add_effect(other, "COLOR", "blue", 1, 1, 90).color = (0.0, 0.0, 1.0)
    hole = Shape("Hole", (Outline(((20, ((0.1, 0.1), (0.4, 0.1), (0.4, 0.4))), (40, ((0.5, 0.1), (0.9, 0.1), (0.9, 0.4)))), 0.02),))
    half = (still("blend_alpha", 0.5), still("blend_type", "ALPHA_OVER"))
    small = (still("transform.scale_x", 0.3), still("transform.scale_y", 0.3))
    blue = curve("color_balance.lift", (11, 1.0), (60, 0.8), index=2)
    sliding = curve("location", (30, 0.2), (49, 0.7), index=0)
    graded = (
        Modifier("CURVES", "Curve", points=(((0.0, 0.0), (0.4, 0.6), (1.0, 1.0)), (), ((0.0, 0.1), (1.0, 0.9)))),
        Modifier("COLOR_BALANCE", "Balance", (still("color_balance.gain", (1.2, 1.0, 0.8)),), (blue,)),
        Modifier("WHITE_BALANCE", "White", (still("white_value", (1.0, 0.9, 0.8)),)),
        Modifier("HUE_CORRECT", "Hue", mask="Hole"),
    )  # fmt: skip
    layers = (
        layer("Colour", "COLOR", 15, 25, settings=(still("color", (0.2, 0.4, 0.1)), *half)),
        layer("Matte", "MASK", 20, 40, shape="Hole", muted=True),
        layer("Adjust", "ADJUSTMENT", 20, 40, modifiers=(Modifier("BRIGHT_CONTRAST", "Dark", (still("bright", -20.0),), mask="Matte"),)),
        layer("Zoom", "ADJUSTMENT", 30, 50, curves=(curve("transform.scale_x", (30, 1.0), (49, 1.4), ease="BEZIER"),)),
        layer("Title", "TEXT", 30, 50, settings=(still("text", "ÄÖ?"), still("font_size", 14.0)), curves=(sliding,)),
        layer("Insert", "MOVIE", 40, 55, file=str(film), first=100, settings=small),
        layer("Picture", "IMAGE", 42, 55, file=str(still_file), settings=(*small, still("transform.offset_x", 20.0))),
        layer("Inset", "SCENE", 44, 58, scene="stage inset", first=3, settings=(*small, still("transform.offset_y", -8.0))),
        layer("Base", "COPY", 50, 70, inputs=("film",), settings=(still("crop.min_x", 10), still("blend_type", "ALPHA_OVER"))),
        layer("Soft", "GAUSSIAN_BLUR", 50, 70, inputs=("Base",), settings=(still("size_x", 3.0),)),
    )  # fmt: skip
    return [
        effects.effect(room, "film", "grade", settings=(still("color_saturation", 0.5),), modifiers=graded, shapes=(hole,)),
        effects.effect(room, "film", "reframe", curves=(curve("transform.offset_x", (11, 0.0), (60, 9.0), ease="CONSTANT"),)),
        effects.effect(room, "film", "cutout", layers=layers, shapes=(hole,)),
    ]


def all_of_it(room: CuttingRoom, films: Path, folder: Path) -> Plan:
    image = bpy.data.images.new("still", 20, 10)
    image.pixels.foreach_set(np.tile(np.float32([1.0, 0.5, 0.0, 1.0]), 200))
    image.filepath_raw, image.file_format = str(folder / "still.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    wanted = everything(room, films / "rate-30-1.mp4", folder / "still.png")
    return effects.plan(room, "grade", wanted) + effects.plan(room, "reframe") + effects.plan(room, "cutout")


def test_everything_stands_as_it_was_written_when_the_project_is_opened_again(laid: CuttingRoom, films: Path, tmp_path: Path) -> None:
    carry_out(laid, all_of_it(laid, films, tmp_path))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    laid.show(bpy.data.scenes[laid.name])
    assert laid.strips["Insert"].filepath.startswith("//")
    outcome = carry_out(laid, all_of_it(laid, films, tmp_path))
    assert (outcome.unchanged, outcome.kept) == (3, 0)
    laid.run("remove_effects")
    assert [strip.name for strip in laid.strips] == ["film"] and not len(laid.strips["film"].modifiers)


def test_a_copy_of_the_scene_goes_on_from_what_stands_in_it(laid: CuttingRoom, films: Path, tmp_path: Path) -> None:
    planned = all_of_it(laid, films, tmp_path)
    carry_out(laid, planned)
    first, before = laid.name, laid.dump()
    laid.show(laid.scene.copy())
    assert carry_out(laid, planned).unchanged == 3
    laid.run("remove_effects")
    assert [strip.name for strip in laid.strips] == ["film"]
    bpy.data.scenes.remove(laid.scene)
    laid.show(bpy.data.scenes[first])
    assert not [one for one in laid.changed_since(before) if not one.startswith("/curves")]


def test_everything_renders_the_same_without_the_extension_and_goes_away_again(laid: CuttingRoom, films: Path, tmp_path: Path) -> None:
    effects.picture(laid, 12)
    planned = all_of_it(laid, films, tmp_path)
    before = Before(laid)
    outcome = carry_out(laid, planned)
    assert outcome.counts["added"] == {"grade": 1, "reframe": 1, "cutout": 1}
    again = laid.dump()
    outcome = carry_out(laid, planned)
    assert outcome.unchanged == 3 and not laid.changed_since(again)
    effects.same_without_extension(laid, (12, 22, 35, 45, 54, 65), but_corner=True)
    outcome = laid.run("remove_effects")
    assert sum(outcome.counts["removed"].values()) == 3
    before.is_back()
