"""Speakers by name: who is heard and how long, what each is called and how he looks."""

from typing import Any

import bpy
from bpy.props import BoolProperty, FloatVectorProperty, StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from . import look_options, voices
from .guard import Guarded


class ASSISTANT_EDITOR_OT_list_speakers(Guarded, bpy.types.Operator):
    """List who speaks in what was captioned, from what is known already"""

    bl_idname = "assistant_editor.list_speakers"
    bl_label = "List Speakers"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._list, context)

    def _list(self, context: bpy.types.Context) -> None:
        from . import captioned

        captioned.look(compat.edited_scene(context))


class ASSISTANT_EDITOR_OT_edit_speaker(Guarded, bpy.types.Operator):
    """Give a speaker a name and a colour; captions follow"""

    bl_idname = "assistant_editor.edit_speaker"
    bl_label = "Speaker"
    bl_options = {"REGISTER", "UNDO"}

    speaker: StringProperty(name="Speaker", description="Whom it is about, by the present name", options={"SKIP_SAVE", "HIDDEN"})
    name: StringProperty(
        name="Name", description="What the speaker is called; one name for two voices makes them one", options={"SKIP_SAVE"}
    )
    use_color: BoolProperty(name="Own Colour", description="What he says has the colour below", default=False, options={"SKIP_SAVE"})
    color: FloatVectorProperty(
        name="Colour", description="Colour of the letters", size=4, min=0.0, max=1.0, default=(1.0, 1.0, 0.0, 1.0), subtype="COLOR_GAMMA",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.name = self.name or self.speaker
        looks = look_options.speaker_looks(compat.edited_scene(context).assistant_editor)
        if self.speaker in looks:
            self.use_color, self.color = True, looks[self.speaker].color
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._edit, context)

    def _edit(self, context: bpy.types.Context) -> None:
        from . import captioned

        scene = compat.edited_scene(context)
        known = captioned.look(scene)
        if self.speaker not in voices.roster.names:
            there = ", ".join(voices.roster.names) or "nobody"
            raise EditorError(f"There is no speaker {self.speaker!r}.", f"There are: {there}.", BAD_INPUT)
        name = self.name.strip() or self.speaker
        settings = scene.assistant_editor
        voices.call(settings, known.speakers, self.speaker, name)
        look_options.color_speaker(settings, self.speaker, name, tuple(self.color) if self.use_color else None)
        captioned.replan(scene, known, self.bl_label)


class ASSISTANT_EDITOR_OT_forget_voices(Guarded, bpy.types.Operator):
    """Forget what speakers sound like, their names in this scene, and what is stored of speakers for these media"""

    bl_idname = "assistant_editor.forget_voices"
    bl_label = "Forget Voices"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._forget, context)

    def _forget(self, context: bpy.types.Context) -> None:
        from . import captioned

        scene: Any = compat.edited_scene(context)
        scene.assistant_editor.people = ""
        captioned.purge()
        voices.roster.clear()
        self.report({"INFO"}, "Voices and names are forgotten. Captions that were written stay as they are.")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_list_speakers, ASSISTANT_EDITOR_OT_edit_speaker, ASSISTANT_EDITOR_OT_forget_voices)
