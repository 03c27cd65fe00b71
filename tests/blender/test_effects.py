"""Effects of every part type in Blender: what is written, what is rendered, what an editor's changes become, what removal gives back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.timeline import compat, write_masks
from assistant_editor.timeline.effect import Modifier, Outline, Shape
from assistant_editor.timeline.plan import Plan, Why
from assistant_editor.timeline.read import reasons_of
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write import apply

from tests.blender import effect_room as effects
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before, carry_out, curve, layer, still
from tests.blender.stage import add_effect, captions, changes


@pytest.fixture
def laid(room: CuttingRoom, films: Path) -> CuttingRoom:
    room.lay(films / "rate-25-1.mp4", sound=False)
    return room


def zoomed(room: CuttingRoom, strip: str = "film", scale: float = 2.0) -> Plan:
    start, end = effects.line(room).strip(strip).frames.start, effects.line(room).strip(strip).frames.end
    moving = curve("transform.offset_x", (start, 0.0), (end - 1, 32.0))
    bright = Modifier("BRIGHT_CONTRAST", "Dimmed", (still("bright", -10.0),))
    parts = {"settings": (still("transform.scale_x", scale),), "curves": (moving,), "modifiers": (bright,)}
    return effects.plan(room, "reframe", [effects.effect(room, strip, "reframe", **parts)])


def covered(room: CuttingRoom, start: int = 5, end: int = 20, strip: str = "film") -> Plan:
    opaque = curve("blend_alpha", (start, 1.0), (end, 1.0))
    red = layer("Cover", "COLOR", start, end, settings=(still("color", (1.0, 0.0, 0.0)),), curves=(opaque,))
    return effects.plan(room, "privacy", [effects.effect(room, strip, "privacy", layers=(red,))])


def test_properties_keyframes_and_modifiers_are_written_and_given_back(laid: CuttingRoom) -> None:
    before, plain = Before(laid), effects.picture(laid, 10)
    outcome = carry_out(laid, zoomed(laid))
    assert outcome.counts["added"] == {"reframe": 1}
    film = laid.strips["film"]
    assert film.transform.scale_x == 2.0 and [m.name for m in film.modifiers] == ["Dimmed"]
    assert not np.array_equal(effects.picture(laid, 10), plain)
    outcome = carry_out(laid, effects.plan(laid, "reframe"))
    assert outcome.counts["removed"] == {"reframe": 1}
    before.is_back()
    assert np.array_equal(effects.picture(laid, 10), plain)


def test_a_layer_covers_what_lies_beneath_it_for_its_time(laid: CuttingRoom) -> None:
    before = Before(laid)
    plain = effects.pictures(laid, (4, 5, 19, 20))
    carry_out(laid, covered(laid))
    seen = effects.pictures(laid, (4, 5, 19, 20))
    for frame in (4, 20):
        assert np.array_equal(seen[frame], plain[frame])
    for frame in (5, 19):
        assert (seen[frame][:, :, 0] > 0.99).all() and (seen[frame][:, :, 1] < 0.01).all()
    carry_out(laid, effects.plan(laid, "privacy"))
    before.is_back()


def test_a_second_run_touches_nothing(laid: CuttingRoom) -> None:
    for planned in (zoomed, covered):
        carry_out(laid, planned(laid))
        before = laid.dump()
        outcome = carry_out(laid, planned(laid))
        assert not laid.changed_since(before)
        assert not any(outcome.counts.values()) and outcome.unchanged == 1


def test_other_wishes_are_followed(laid: CuttingRoom) -> None:
    before = Before(laid)
    carry_out(laid, zoomed(laid))
    outcome = carry_out(laid, zoomed(laid, scale=3.0))
    assert outcome.counts["updated"] == {"reframe": 1} and laid.strips["film"].transform.scale_x == 3.0
    assert len(laid.strips["film"].modifiers) == 1
    carry_out(laid, covered(laid))
    carry_out(laid, covered(laid, 8, 12))
    (cover,) = effects.layers(laid)
    assert (compat.left(cover), compat.right(cover)) == (8, 12)
    carry_out(laid, effects.plan(laid, "reframe"))
    carry_out(laid, effects.plan(laid, "privacy"))
    before.is_back()


CHANGES = {
    "scale": lambda room: setattr(room.strips["film"].transform, "scale_x", 1.5),
    "keyframe": lambda room: room.strips["film"].transform.keyframe_insert("offset_x", frame=9),
    "modifier": lambda room: setattr(room.strips["film"].modifiers["Dimmed"], "bright", -3.0),
    "gone": lambda room: room.strips["film"].modifiers.remove(room.strips["film"].modifiers["Dimmed"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_editor_changed_of_a_strip_is_kept(laid: CuttingRoom, change: str) -> None:
    carry_out(laid, zoomed(laid))
    CHANGES[change](laid)
    before = laid.dump()
    for planned in (zoomed(laid, scale=3.0), effects.plan(laid, "reframe")):
        outcome = carry_out(laid, planned)
        assert not laid.changed_since(before) and outcome.kept == 1


def test_what_the_editor_changed_of_a_layer_is_kept(laid: CuttingRoom) -> None:
    carry_out(laid, covered(laid))
    (cover,) = effects.layers(laid)
    cover.color = (0.0, 1.0, 0.0)
    before = laid.dump()
    outcome = carry_out(laid, covered(laid, 8, 12))
    assert not laid.changed_since(before) and outcome.kept == 1


def test_what_the_editor_deleted_stays_deleted(laid: CuttingRoom) -> None:
    carry_out(laid, covered(laid))
    laid.strips.remove(effects.layers(laid)[0])
    before = laid.dump()
    for _ in range(2):
        outcome = carry_out(laid, covered(laid))
        assert not laid.changed_since(before) and not any(outcome.counts.values())


def test_a_strip_that_moved_takes_its_layers_along(laid: CuttingRoom) -> None:
    carry_out(laid, covered(laid))
    compat.move(laid.strips["film"], 30)
    outcome = carry_out(laid, covered(laid, 35, 50))
    assert outcome.counts["updated"] == {"privacy": 1}
    (cover,) = effects.layers(laid)
    assert (compat.left(cover), compat.right(cover)) == (35, 50)


def test_both_halves_of_a_split_strip_are_followed(laid: CuttingRoom) -> None:
    before = Before(laid)
    carry_out(laid, zoomed(laid))
    right = laid.strips["film"].split(frame=20, split_method="SOFT")
    name = right.name
    planned = Plan()
    for strip in ("film", name):
        planned += zoomed(laid, strip, 3.0)
    outcome = carry_out(laid, planned)
    assert outcome.counts["added"] == {"reframe": 1} and outcome.counts["updated"] == {"reframe": 1}
    assert all(laid.strips[strip].transform.scale_x == 3.0 and len(laid.strips[strip].modifiers) == 1 for strip in ("film", name))
    carry_out(laid, effects.plan(laid, "reframe"))
    for strip in ("film", name):
        assert laid.strips[strip].transform.scale_x == 1.0 and not len(laid.strips[strip].modifiers)
    del before


def test_keyframes_of_the_editors_own_are_never_taken(laid: CuttingRoom) -> None:
    film = laid.strips["film"]
    film.transform.offset_x = 7
    film.transform.keyframe_insert("offset_x", frame=3)
    before = laid.dump()
    outcome = carry_out(laid, zoomed(laid))
    assert not laid.changed_since(before)
    assert any("position is animated" in notice for notice in outcome.notices)


@pytest.mark.parametrize("lock", ["strip", "channel"])
def test_locked_strips_are_left_alone(laid: CuttingRoom, lock: str) -> None:
    if lock == "strip":
        laid.strips["film"].lock = True
    else:
        laid.scene.sequence_editor.channels[1].lock = True
    before = laid.dump()
    outcome = carry_out(laid, zoomed(laid))
    assert not laid.changed_since(before) and any("locked" in notice for notice in outcome.notices)


def test_what_goes_wrong_half_way_is_taken_back(laid: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant_editor.ml.errors import EditorError

    before = Before(laid)
    wrong = layer("Wrong", "COLOR", 5, 9, settings=(still("no_such_thing", 1.0),))
    planned = zoomed(laid) + effects.plan(laid, "privacy", [effects.effect(laid, "film", "privacy", layers=(wrong,))])
    with pytest.raises(EditorError, match="no_such_thing") as caught:
        carry_out(laid, planned)
    assert "Nothing was changed" in caught.value.remedy
    before.is_back()


def test_it_renders_the_same_without_the_extension(laid: CuttingRoom) -> None:
    carry_out(laid, zoomed(laid))
    carry_out(laid, covered(laid))
    bpy.context.view_layer.update()
    effects.same_without_extension(laid, (3, 10, 22))


def test_remove_effects_takes_away_what_was_written_and_what_was_changed_only_when_told(laid: CuttingRoom) -> None:
    before = Before(laid)
    carry_out(laid, zoomed(laid))
    carry_out(laid, covered(laid))
    (cover,) = effects.layers(laid)
    cover.color = (0.0, 0.0, 1.0)
    outcome = laid.run("remove_effects")
    assert outcome.counts["removed"] == {"reframe": 1} and outcome.kept == 1
    assert len(effects.layers(laid)) == 1 and laid.strips["film"].transform.scale_x == 1.0
    outcome = laid.run("remove_effects", kind="privacy", changed_too=True)
    assert outcome.counts["removed"] == {"privacy": 1}
    before.is_back()


def test_reset_leaves_effects_to_the_editor(laid: CuttingRoom) -> None:
    carry_out(laid, zoomed(laid))
    bpy.ops.assistant_editor.reset_ledger()
    before = laid.dump()
    outcome = carry_out(laid, effects.plan(laid, "reframe"))
    assert not laid.changed_since(before) and not outcome.kept


def box(x: float, y: float, side: float = 0.25) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def masked(room: CuttingRoom, start: int = 10, end: int = 40, far: float = 0.5, how: str = "layer") -> Plan:
    """A red cover seen through a mask that goes from left to right, or the film itself seen through it."""
    shape = Shape("Hole", (Outline(((start, box(0.0, 0.25)), (end - 10, box(far, 0.25)))),))
    through = Modifier("MASK", "Through", mask="Hole")
    if how == "layer":
        red = layer("Cover", "COLOR", start, end, settings=(still("color", (1.0, 0.0, 0.0)),), modifiers=(through,))
        parts = {"layers": (red,), "shapes": (shape,)}
    else:
        parts = {"modifiers": (through,), "shapes": (shape,)}
    return effects.plan(room, "privacy", [effects.effect(room, "film", "privacy", **parts)])


def covers(picture: np.ndarray) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of what is red, as shares of the picture."""
    red = (picture[:, :, 0] > 0.6) & (picture[:, :, 1] < 0.4)
    red[-1, -1] = False  # 4.5 never sets the last pixel of a mask
    rows, columns = np.nonzero(red.any(axis=1))[0], np.nonzero(red.any(axis=0))[0]
    height, width = red.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


@pytest.mark.parametrize("size", [(64, 32), (32, 64), (48, 48)])
def test_a_mask_moves_as_its_keyframes_say_in_every_aspect(laid: CuttingRoom, size: tuple[int, int]) -> None:
    laid.scene.render.resolution_x, laid.scene.render.resolution_y = size
    before = Before(laid)
    carry_out(laid, masked(laid))
    for frame, x in ((10, 0.0), (20, 0.25), (30, 0.5), (39, 0.5)):
        assert covers(effects.picture(laid, frame)) == pytest.approx((x, 0.25, x + 0.25, 0.5), abs=1.1 / min(size))
    again = laid.dump()
    assert carry_out(laid, masked(laid)).unchanged == 1 and not laid.changed_since(again)
    carry_out(laid, masked(laid, far=0.75))
    assert covers(effects.picture(laid, 30))[0] == pytest.approx(0.75, abs=1.1 / min(size))
    carry_out(laid, effects.plan(laid, "privacy"))
    before.is_back()


def test_a_strip_seen_through_a_mask_may_be_trimmed_and_split(laid: CuttingRoom) -> None:
    carry_out(laid, masked(laid, how="strip"))
    seen = effects.pictures(laid, (10, 20, 30, 39))
    for frame, x in ((10, 0.0), (20, 0.25), (30, 0.5)):
        lit = (seen[frame] > 0.1).any(axis=2)
        lit[-1, -1] = False
        outside = np.ones_like(lit)
        outside[8:16, round(64 * x) : round(64 * x) + 16] = False
        assert lit.any() and not (lit & outside).any(), frame
    compat.set_left(laid.strips["film"], 6)
    assert laid.strips["film"].split(frame=25, split_method="SOFT") is not None
    for frame, picture in effects.pictures(laid, (10, 20, 30, 39)).items():
        assert np.array_equal(picture[:-1], seen[frame][:-1]), frame


def test_a_mask_that_the_editor_keyed_otherwise_is_kept(laid: CuttingRoom) -> None:
    carry_out(laid, masked(laid))
    mask = effects.layers(laid)[0].modifiers["Through"].input_mask_id
    with write_masks.shaping(mask) as clock:
        clock.frame_current = 10
        bpy.context.view_layer.update()
        for point in mask.layers[0].splines[0].points:
            point.select = True
            point.co = (point.co[0], point.co[1] + 0.1)
        assert bpy.ops.mask.shape_key_insert() == {"FINISHED"}
    before = effects.pictures(laid, (15, 20, 25))
    for planned in (masked(laid, far=0.75), effects.plan(laid, "privacy")):
        assert carry_out(laid, planned).kept == 1
    assert all(np.array_equal(before[frame][:-1], picture[:-1]) for frame, picture in effects.pictures(laid, before).items())


def test_captions_go_above_what_would_cover_them_and_the_editors_titles_are_named(laid: CuttingRoom) -> None:
    titled = add_effect(laid.scene, "TEXT", "title", 2, 1, 40)
    apply(laid.scene, effects.line(laid), changes(*captions([(1, 12), (12, 30)])))
    said = [strip for strip in laid.strips if strip.type == "TEXT" and strip.name != "title"]
    assert {strip.channel for strip in said} == {3}
    outcome = carry_out(laid, covered(laid))
    (cover,) = effects.layers(laid)
    assert cover.channel == 4 and {strip.channel for strip in said} == {5} and titled.channel == 2
    assert any("'title' lies under" in notice for notice in outcome.notices)


def test_the_panel_tells_why_and_what_is_uncertain_is_found(laid: CuttingRoom) -> None:
    carry_out(laid, zoomed(laid))
    doubtful = covered(laid, 30, 40)
    carry_out(laid, replace(doubtful, effects=(replace(doubtful.effects[0], why=Why(0.3, "it may be a face")),)))
    (cover,) = effects.layers(laid)
    assert [tag.kind for tag in reasons_of(laid.scene, laid.strips["film"])] == ["reframe", "privacy"]
    assert [(tag.kind, tag.reason) for tag in reasons_of(laid.scene, cover)] == [("privacy", "it may be a face")]
    laid.scene.frame_current = 20
    assert bpy.ops.assistant_editor.next_uncertain() == {"FINISHED"} and laid.scene.frame_current == 30


def test_whoever_moves_a_covered_picture_is_told_that_covers_stay(laid: CuttingRoom) -> None:
    cover = effects.effect(laid, "film", "privacy", layers=(layer("Cover", "COLOR", 31, 61),))
    cover = replace(cover, frames=FrameRange(31, 61))
    effects.carry_out(laid, effects.plan(laid, "privacy", [cover]))
    graded = effects.effect(laid, "film", "grade", settings=(still("color_saturation", 0.5),))
    titled = effects.effect(laid, "film", "attachment", layers=(layer("Name", "TEXT", 1, 50),))
    for kind, one in (("grade", graded), ("attachment", titled)):
        done = effects.carry_out(laid, effects.plan(laid, kind, [one]))
        assert not done.partial and not done.notices, "nothing of the picture moved"
    steady = effects.effect(laid, "film", "stabilise", curves=(curve("transform.offset_x", (1, 0.0), (200, 9.0)),))
    done = effects.carry_out(laid, effects.plan(laid, "stabilise", [steady]))
    assert done.partial and "at frames 31 to 60 faces or things may be bare. Run Anonymise again." in " ".join(done.notices)
    again = effects.carry_out(laid, effects.plan(laid, "stabilise", [steady]))
    assert not again.partial, "nothing was moved this time"
    taken = effects.carry_out(laid, effects.plan(laid, "stabilise"))
    assert taken.partial and "31 to 60" in " ".join(taken.notices), "it is moved back from under its cover"


def test_the_verb_takes_effects_away(laid: CuttingRoom, tmp_path: Path) -> None:
    before = Before(laid)
    carry_out(laid, zoomed(laid))
    carry_out(laid, covered(laid))
    assert cli.main(["remove-effects", "--options", "kind=privacy", "--json", str(tmp_path / "said.json")]) == 0
    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert said["counts"]["removed"] == {"privacy": 1} and laid.strips["film"].transform.scale_x == 2.0
    assert cli.main(["remove-effects", "--strip", "film"]) == 0
    before.is_back()
