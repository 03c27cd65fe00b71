"""Whether people may be known by their faces on this computer, and forgetting all of them."""

from __future__ import annotations

from dataclasses import replace

import bpy
from bpy.props import BoolProperty

from ..timeline import compat
from .guard import Guarded

TELLS = (
    "Faces are described by numbers, by which people are known again in other films.",
    "That is personal data. It stays on this computer, with this user.",
    "You may need the consent of those who are filmed.",
    "Forget Everyone removes all of it.",
)


class ASSISTANT_EDITOR_OT_know_people(Guarded, bpy.types.Operator):
    """Let this computer know people by their faces, or no longer. Off unless you switch it on"""

    bl_idname = "assistant_editor.know_people"
    bl_label = "Know People by Face"
    changes = False

    allow: BoolProperty(name="Allow", description="Whether people may be known", default=True, options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, width=520) if self.allow else self.execute(context)

    def draw(self, context: bpy.types.Context) -> None:
        for text in TELLS:
            self.layout.label(text=text)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._know, context)

    def _know(self, context: bpy.types.Context) -> None:
        from . import people_known
        from .people_shelf import shelf

        people_known.keep(replace(people_known.register_now(), consent=self.allow))
        people_known.look_again()
        shelf.refresh(compat.edited_scene(context))
        self.report({"INFO"}, "Press Find Faces to find out who is seen." if self.allow else "People are no longer known by their faces.")


class ASSISTANT_EDITOR_OT_forget_people(Guarded, bpy.types.Operator):
    """Forget everyone: their names, their faces, what is stored of faces, and who was seen where. Cannot be taken back"""

    bl_idname = "assistant_editor.forget_people"
    bl_label = "Forget Everyone"
    changes = False

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._forget, context)

    def _forget(self, context: bpy.types.Context) -> None:
        from ..timeline import person_rows
        from . import people_known, work
        from .people_shelf import shelf

        scene = compat.edited_scene(context)
        names = people_known.names()
        people_known.forget()
        shelf.refresh(scene)
        left = person_rows.named_in(work.look(scene), names)
        told = "Everyone is forgotten."
        if left:
            told += f" Names that stand in this project are yours to remove: {'; '.join(left)}."
        self.report({"WARNING" if left else "INFO"}, told)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_know_people, ASSISTANT_EDITOR_OT_forget_people)
