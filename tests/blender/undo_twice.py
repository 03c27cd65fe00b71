"""Undo past a font, for `test_undone_fonts.py` to run in a process of its own: where it fails, Blender crashes."""

from __future__ import annotations

from pathlib import Path

import bpy

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

FONT = Path(bpy.utils.system_resource("DATAFILES", path="fonts")) / "DejaVuSansMono.woff2"


def test_undo_twice_past_a_font() -> None:
    room = CuttingRoom()
    stage.add_effect(room.scene, "TEXT", "Title", 3, 1, 60)
    bpy.ops.ed.undo_push(message="title")
    stage.add_effect(room.scene, "TEXT", "Caption", 4, 1, 60).font = bpy.data.fonts.load(str(FONT))
    font = room.strips["Caption"].font.name
    bpy.ops.ed.undo_push(message="caption")
    room.scene["note"] = "later"
    bpy.ops.ed.undo_push(message="later")
    for step in (bpy.ops.ed.undo, bpy.ops.ed.redo, bpy.ops.ed.undo):
        step()
        step()
    assert [strip.name for strip in room.strips] == ["Title"] and font not in bpy.data.fonts
