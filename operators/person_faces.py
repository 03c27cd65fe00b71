"""What the editor says of faces: here it is somebody else, and whose it is that nobody could know."""

from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .guard import Guarded
from .person_edit import said, whom

WHERE = [
    ("PLAYHEAD", "At the Playhead", "In the appearance that the playhead is in"),
    ("SELECTED", "In Selected Strips", "Wherever the selected strips show this person"),
]


def _everybody(self: Any, context: bpy.types.Context, typed: str) -> list[str]:
    from .people_shelf import shelf

    return [row.name for row in shelf.rows if typed.lower() in row.name.lower()]


class ASSISTANT_EDITOR_OT_split_person(Guarded, bpy.types.Operator):
    """Here it is somebody else: these faces become another person"""

    bl_idname = "assistant_editor.split_person"
    bl_label = "Somebody Else"
    changes = False

    person: whom("Whom it is not")
    where: EnumProperty(name="Where", description="Which faces are meant", items=WHERE, default="PLAYHEAD", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._split, context)

    def _split(self, context: bpy.types.Context) -> None:
        from ..timeline import person_rows, persons
        from . import people_known, work

        scene = compat.edited_scene(context)
        timeline = work.look(scene)
        strips, when = person_rows.meant(timeline, scene.frame_current, self.where == "SELECTED")

        known = people_known.faces(timeline, scene.assistant_editor)
        faces = person_rows.faces_at(strips, known, people_known.persons_of(known), self.person, when)
        said(scene, lambda register, facts: persons.split(register, facts, self.person, faces), faces)


class ASSISTANT_EDITOR_OT_name_face(Guarded, bpy.types.Operator):
    """Say whose face it is that is seen at the playhead and could not be known: too small, blurred or turned away"""

    bl_idname = "assistant_editor.name_face"
    bl_label = "Who Is This"
    changes = False

    name: StringProperty(
        name="Name", description="Whose face it is", search=_everybody, search_options={"SUGGESTION"}, options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "name")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._name, context)

    def _name(self, context: bpy.types.Context) -> None:
        from ..timeline import person_rows, persons
        from . import people_known, work

        scene = compat.edited_scene(context)
        timeline = work.look(scene)
        strips, when = person_rows.meant(timeline, scene.frame_current, False)

        known = people_known.faces(timeline, scene.assistant_editor)
        faces = person_rows.strangers_at(strips, known, people_known.persons_of(known), when)
        if len(faces) > 1:
            raise EditorError(f"{len(faces)} faces here are not known.", "Go to where only one of them is seen.", BAD_INPUT)
        said(scene, lambda register, facts: persons.give(register, facts, self.name, faces), faces)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_split_person, ASSISTANT_EDITOR_OT_name_face)
