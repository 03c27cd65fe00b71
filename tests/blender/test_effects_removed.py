"""Removing effects headless: every kind, by its tag, alone and all at once; in a saved file, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.timeline import compat
from assistant_editor.timeline.effect import Modifier, Outline, Shape
from assistant_editor.timeline.plan import EFFECT_KINDS
from assistant_editor.timeline.read_effects import effects_text

from tests.blender import effect_room as effects
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before, carry_out, curve, layer, still

STRIP = {"reframe": "offset_x", "stabilise": "rotation", "emphasis": "scale_x"}
"""Kinds that key the strip, with a property that no other of them has."""


def lay_all(room: CuttingRoom) -> None:
    """One of every kind on one strip: keys, settings, modifiers, strips above it, a mask."""
    for number, kind in enumerate(EFFECT_KINDS):
        parts: dict = {"layers": (layer(f"of {kind}", "COLOR", 5, 40, settings=(still("blend_alpha", 0.1),)),)}
        if kind in STRIP:
            parts = {"curves": (curve(f"transform.{STRIP[kind]}", (1, 0.1 * number + 1), (80, 1.5)),)}
        elif kind == "grade":
            parts = {"settings": (still("color_saturation", 0.5),), "modifiers": (Modifier("BRIGHT_CONTRAST", "Grade", ()),)}
        elif kind == "cutout":
            round_ = Shape("edge", (Outline(((1, ((0.2, 0.2), (0.8, 0.2), (0.5, 0.8))),)),))
            parts = {"shapes": (round_,), "modifiers": (Modifier("MASK", "Edge", mask="edge"),)}
        outcome = carry_out(room, effects.plan(room, kind, [effects.effect(room, "film", kind, **parts)]))
        assert outcome.counts["added"] == {kind: 1}, (kind, outcome.notices)


def standing(room: CuttingRoom) -> set[str]:
    text = effects_text(room.scene)
    return {row["about"][1] for row in json.loads(text)["records"] if row["state"] == "live"} if text else set()


def ended(room: CuttingRoom, kind: str) -> int:
    """Done in part where a picture is moved from under its cover: that is said."""
    return 6 if kind in STRIP and "privacy" in standing(room) else 0


@pytest.fixture
def laid(room: CuttingRoom, films: Path, tmp_path: Path) -> CuttingRoom:
    room.lay(films / "rate-25-1.mp4", sound=False)
    room.before = Before(room)
    lay_all(room)
    assert standing(room) == set(EFFECT_KINDS)
    return room


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_one_kind_goes_and_all_others_stay(laid: CuttingRoom, kind: str) -> None:
    others = {one: [strip.name for strip in effects.layers(laid, one)] for one in EFFECT_KINDS if one != kind}
    modifiers = [modifier.name for modifier in laid.strips["film"].modifiers]
    assert cli.main(["remove-effects", "--options", f"kind={kind}"]) == ended(laid, kind)
    assert standing(laid) == set(EFFECT_KINDS) - {kind} and not effects.layers(laid, kind)
    assert others == {one: [strip.name for strip in effects.layers(laid, one)] for one in others}
    gone = {"grade": "Grade", "cutout": "Edge"}.get(kind)
    assert [modifier.name for modifier in laid.strips["film"].modifiers] == [name for name in modifiers if name != gone]
    assert cli.main(["remove-effects"]) == 0
    laid.before.is_back()


def test_a_saved_file_is_cleared_and_saved(laid: CuttingRoom, tmp_path: Path) -> None:
    saved, cleared, told = tmp_path / "all.blend", tmp_path / "none.blend", tmp_path / "told.json"
    bpy.ops.wm.save_as_mainfile(filepath=str(saved))
    bpy.ops.wm.open_mainfile(filepath=str(saved))
    for kind in EFFECT_KINDS:
        expected = ended(laid, kind)
        assert cli.main(["remove-effects", "--options", f"kind={kind}", "--json", str(told), "--save", str(cleared)]) == expected
        assert json.loads(told.read_text(encoding="utf-8"))["counts"]["removed"] == {kind: 1}
    bpy.ops.wm.open_mainfile(filepath=str(cleared))
    assert not standing(laid) and not effects.layers(laid)
    assert [strip.name for strip in laid.strips] == ["film"] and not laid.strips["film"].modifiers
    assert not compat.curves(laid.scene) and not [mask for mask in bpy.data.masks if mask.name.startswith("edge")]
