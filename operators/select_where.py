"""Select Strips Where: by what is known of their shots."""

from __future__ import annotations

from collections import Counter
from typing import Any

import bpy

from ..ml.errors import STALE, EditorError
from ..timeline import compat
from . import footage_shelf, select_options
from .guard import Guarded, tell
from .select_options import CONDITIONS, Conditions

WIDTH = 380


class ASSISTANT_EDITOR_OT_select_where(Conditions, Guarded, bpy.types.Operator):
    """Select strips by what is known of their shots: mood, people, objects, words, framing, quality, length"""

    bl_idname = "assistant_editor.select_where"
    bl_label = "Select Strips Where"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        try:
            footage_shelf.up_to_date(compat.edited_scene(context))  # what is suggested while one types
        except EditorError as error:
            tell(self, error)
            return {"CANCELLED"}
        return set(context.window_manager.invoke_props_dialog(self, width=WIDTH, confirm_text="Select"))

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split, layout.use_property_decorate = True, False
        layout.row().prop(self, "way", expand=True)
        column = layout.column()
        for name in CONDITIONS:
            column.prop(self, name)
        for first, last in (("quality_from", "quality_to"), ("seconds_from", "seconds_to")):
            pair = layout.column(align=True)
            pair.prop(self, first)
            pair.prop(self, last)
        layout.row().prop(self, "match", expand=True)
        layout.prop(self, "other")
        layout.prop(self, "with_sound")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._select, context)

    def _select(self, context: bpy.types.Context) -> None:
        from ..timeline import strip_query
        from ..timeline.write_selection import select

        scene = compat.edited_scene(context)
        shelf = footage_shelf.up_to_date(scene)
        if not shelf.rows:
            raise EditorError("Nothing is known of the shots of this scene.", "Press Log Footage first.", STALE)
        query = select_options.query(self)
        shots = strip_query.chosen(shelf.rows, query, shelf.rate)
        names = {shot.strip for shot in shots}
        wanted = names | (_partners(scene, names) if self.with_sound else set())
        select(scene, wanted, extend=self.way == "extend", subtract=self.way == "subtract")
        self.report({"INFO"}, strip_query.counted(query, len(shots), len(names), _more(shelf.rows, shots)))


def _partners(scene: Any, names: set[str]) -> set[str]:
    """The strips that are cut together with these."""
    from . import work

    return {partner for strip in work.look(scene).strips if strip.name in names for partner in strip.partners}


def _more(rows: Any, shots: Any) -> int:
    """How many of the strips hold other shots too."""
    held, meant = Counter(row.strip for row in rows), Counter(shot.strip for shot in shots)
    return sum(held[strip] > count for strip, count in meant.items())


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_select_where,)
