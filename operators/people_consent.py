"""Whether people may be known by their faces on this computer, and forgetting all of them."""

from dataclasses import replace

import bpy
from bpy.props import BoolProperty

from ..timeline import compat
from .desk import desk
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
        from . import people_known, stored
        from .people_shelf import shelf

        people_known.keep(replace(people_known.register_now(), consent=self.allow))
        stored.forget()
        shelf.refresh(compat.edited_scene(context))
        told = "People are known by their faces from now on." if self.allow else "People are no longer known by their faces."
        self.report({"INFO"}, f"{told} {shelf.note}".strip())


class ASSISTANT_EDITOR_OT_forget_people(Guarded, bpy.types.Operator):
    """Forget everyone: their names, their faces, what is stored of faces, and who was seen where. Cannot be taken back"""

    bl_idname = "assistant_editor.forget_people"
    bl_label = "Forget Everyone"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        told = "Names, faces and who was seen where are removed from this computer. This cannot be undone."
        return context.window_manager.invoke_confirm(self, event, message=told, confirm_text="Forget", icon="WARNING")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._forget, context)

    def _forget(self, context: bpy.types.Context) -> None:
        from ..timeline import person_rows, tags
        from ..timeline.outcome import Outcome
        from . import people_known, work
        from .people_shelf import shelf

        names = people_known.names()
        people_known.forget()
        left: list[str] = []
        for scene in bpy.data.scenes:
            tags.forget_names(scene, names)
            if names and compat.open_sequence(scene) is not None:
                left += [f"{told} (in {scene.name})" for told in person_rows.named_in(work.look(scene), names)]
        shelf.refresh(compat.edited_scene(context))
        notices = (f"Names that stand in this project are yours to remove: {'; '.join(left)}.",) if left else ()
        desk.show(Outcome(self.bl_label, notices=notices, told="Everyone is forgotten on this computer."))
        self.report({"WARNING" if left else "INFO"}, " ".join(("Everyone is forgotten.", *notices)))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_know_people, ASSISTANT_EDITOR_OT_forget_people)
