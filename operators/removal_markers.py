"""Show as Markers: proposed removals as timeline markers, taken away again by the same button."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat
from .guard import Guarded
from .removal_shelf import shelf


class ASSISTANT_EDITOR_OT_mark_removals(Guarded, bpy.types.Operator):
    """Set a timeline marker where each proposed removal begins. Pressed again it takes them away; your own markers stay"""

    bl_idname = "assistant_editor.mark_removals"
    bl_label = "Show as Markers"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._mark, context)

    def _mark(self, context: bpy.types.Context) -> None:
        from ..ml.errors import USAGE, EditorError
        from ..timeline import removal_marks

        scene = compat.edited_scene(context)
        gone = removal_marks.take_away(scene)
        if gone:
            self.report({"INFO"}, f"{gone} {'marker' if gone == 1 else 'markers'} taken away.")
            return
        shelf.up_to_date(scene)
        if not shelf.rows:
            raise EditorError("Nothing is proposed.", "Press Find Silences, Find Fillers or Find Takes first.", USAGE)
        count = removal_marks.put(scene, shelf.rows)
        self.report({"INFO"}, f"{count} {'marker' if count == 1 else 'markers'} set.")


def follow(scene: Any) -> None:
    """Where they are shown, sets them anew: the list is another."""
    from ..timeline import removal_marks

    if removal_marks.shown(scene):
        removal_marks.put(scene, shelf.rows)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_mark_removals,)
