"""Writing of effects that breaks down at any line: what was added is taken back, what was removed comes back with one Ctrl+Z."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import compat, keyframes, write_effects, write_layers, write_room
from assistant_editor.timeline.write import HalfWritten

from tests.blender import effect_room as effects
from tests.blender.breakdown import Breakdown
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before, carry_out
from tests.blender.test_effect_layers import everything

MODULES = (write_effects, write_layers, write_room, keyframes, compat)


@pytest.fixture
def laid(room: CuttingRoom, films: Path) -> CuttingRoom:
    room.lay(films / "rate-25-1.mp4", sound=False)
    compat.set_left(room.strips["film"], 11)
    compat.set_right(room.strips["film"], 91)
    return room


def wanted(room: CuttingRoom, films: Path) -> list:
    """Everything but the still picture, which needs a file."""
    found = everything(room, films / "rate-30-1.mp4", films / "rate-30-1.mp4")
    layers = tuple(one for one in found[2].layers if one.type != "IMAGE")
    return [*found[:2], type(found[2])(**{**vars(found[2]), "layers": layers})]


def test_what_was_added_is_taken_back_wherever_it_breaks(laid: CuttingRoom, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = effects.plan(laid, "grade", wanted(laid, films)) + effects.plan(laid, "reframe") + effects.plan(laid, "cutout")
    before = Before(laid)
    breakdown = Breakdown(monkeypatch, *MODULES, writer=write_effects._Writer)
    carry_out(laid, planned)
    count = breakdown.lines
    laid.run("remove_effects")
    before.is_back()
    assert count > 500
    for number in sorted({1, 2, 3, *range(4, count, max(1, count // 60)), count - 1, count}):
        breakdown.at = number
        with pytest.raises(EditorError, match="breakdown") as caught:
            carry_out(laid, planned)
        assert not isinstance(caught.value, HalfWritten), f"line {number} of {count}"
        before.is_back()


def test_what_was_changed_comes_back_with_one_step(laid: CuttingRoom, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out(laid, effects.plan(laid, "grade", wanted(laid, films)) + effects.plan(laid, "reframe") + effects.plan(laid, "cutout"))
    bpy.ops.ed.undo_push(message="written")
    before = laid.dump()
    breakdown = Breakdown(monkeypatch, *MODULES, writer=write_effects._Writer)
    laid.run("remove_effects")
    count = breakdown.lines
    bpy.ops.ed.undo()
    assert not laid.changed_since(before)
    for number in range(1, count, max(1, count // 12)):
        breakdown.at = number
        with pytest.raises(RuntimeError, match="breakdown") as caught:
            laid.run("remove_effects")
        if "Press Ctrl+Z once" in str(caught.value):
            bpy.ops.ed.undo()
        assert not laid.changed_since(before), f"line {number} of {count}"
