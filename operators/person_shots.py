"""Every shot with a person: selected at once, or gone through."""

from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, EnumProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .guard import Guarded
from .person_edit import whom
from .shot_list import WAYS

if TYPE_CHECKING:
    from ..timeline.person_rows import PersonRow


def row_of(context: bpy.types.Context, name: str) -> "PersonRow":
    """The person's row; "": of the one that is chosen. Raises `EditorError(BAD_INPUT)` where there is none."""
    from .people_shelf import shelf

    shelf.up_to_date(compat.edited_scene(context))
    chosen = shelf.chosen()
    name = name or (chosen.name if chosen is not None else "")
    row: PersonRow | None = next((row for row in shelf.rows if row.name == name), None)
    if row is None:
        there = ", ".join(row.name for row in shelf.rows) or "nobody"
        remedy = f"There are: {there}." if shelf.consent else "Knowing people by their faces is off: press Know People by Face."
        raise EditorError(f"There is nobody called {name!r}." if name else "No person is chosen.", remedy, BAD_INPUT)
    return row


class ASSISTANT_EDITOR_OT_select_person(Guarded, bpy.types.Operator):
    """Select every strip in which this person is seen"""

    bl_idname = "assistant_editor.select_person"
    bl_label = "Select Shots with Person"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    person: whom("Whose shots; empty: of the person that is chosen in the list")
    extend: BoolProperty(name="Extend", description="What is selected stays selected", default=False, options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._select, context)

    def _select(self, context: bpy.types.Context) -> None:
        from ..timeline.write_selection import select

        row = row_of(context, self.person)
        count = select(compat.edited_scene(context), row.strips, self.extend)
        self.report({"INFO"}, f"{row.name}: {count} strip{'' if count == 1 else 's'} selected.")


class ASSISTANT_EDITOR_OT_step_person(Guarded, bpy.types.Operator):
    """Go to where this person is seen next"""

    bl_idname = "assistant_editor.step_person"
    bl_label = "Next Appearance"
    changes = False

    person: whom("Whom to go to; empty: the person that is chosen in the list")
    way: EnumProperty(name="Way", description="Which one to go to", items=WAYS, default="NEXT", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return "Go back to where this person was seen before" if properties.way == "PREVIOUS" else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._step, context)

    def _step(self, context: bpy.types.Context) -> None:
        from ..timeline.person_rows import step

        scene = compat.edited_scene(context)
        frame = step(row_of(context, self.person), scene.frame_current, self.way == "PREVIOUS")
        if frame is not None:
            scene.frame_current = frame


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_select_person, ASSISTANT_EDITOR_OT_step_person)
