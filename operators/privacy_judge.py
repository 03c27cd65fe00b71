"""What the editor says of a face that Check Cover still saw: cover it too, or leave it. Kept with the film; Anonymise heeds it."""

from typing import Any

import bpy
from bpy.props import EnumProperty, IntProperty

from ..timeline import compat
from .guard import Guarded
from .privacy_shelf import shelf

WORDS = [
    ("cover", "Cover This Too", "The next run of Anonymise covers it too, as something that may be a face"),
    ("visible", "Not a Face", "It is no face, or may be seen: later checks remember it"),
    ("open", "Leave Open", "Nothing is said of it"),
]
DONE = {
    "cover": "will be covered: press Anonymise", "visible": "stays as it is", "open": "is open again",
}  # fmt: skip


class ASSISTANT_EDITOR_OT_judge_cover(Guarded, bpy.types.Operator):
    """Say what is to become of a face that is still seen"""

    bl_idname = "assistant_editor.judge_cover"
    bl_label = "Judge What Is Still Seen"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    word: EnumProperty(name="Word", description="What is to become of it", items=WORDS, default="cover", options={"SKIP_SAVE"})
    number: IntProperty(name="Number", description="Its number in the list; 0: the chosen row", min=0, default=0, options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return next(told for name, _label, told in WORDS if name == properties.word)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._say, context)

    def _say(self, context: bpy.types.Context) -> None:
        from dataclasses import replace

        from ..ml.errors import BAD_INPUT, USAGE, EditorError
        from ..timeline import effect_choices, privacy_finds
        from ..timeline.read import keeper
        from ..timeline.tags import choices_of, put_choices
        from .privacy_found import seconds_between

        scene: Any = compat.edited_scene(context)
        number = self.number or shelf.group.active + 1
        if shelf.scene != scene.session_uid or not 1 <= number <= len(shelf.finds):
            raise EditorError("Nothing is chosen that is still seen here.", "Press Check Cover first.", USAGE)
        find = shelf.finds[number - 1]
        if self.word != "open" and not find.surest.medium:
            raise EditorError(
                "It is in no film strip whose place can be told.", "Cover it by hand: a colour strip with a mask above it.", BAD_INPUT
            )
        kept_by = keeper(scene)
        word: Any = "" if self.word == "open" else self.word
        known, between = effect_choices.load(choices_of(kept_by)), seconds_between(scene, shelf.every)
        put_choices(kept_by, effect_choices.dump(privacy_finds.with_word(known, find, word, between)))
        shelf.finds = tuple(replace(one, word=word) if one is find else one for one in shelf.finds)
        shelf.fill(scene)
        self.report({"INFO"}, f"Frame {find.surest.frame}: it {DONE[self.word]}.")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_judge_cover,)
