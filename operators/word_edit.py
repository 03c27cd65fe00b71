"""Words picked in the transcript: cut, kept alone, moved."""

from typing import Any

import bpy
from bpy.props import EnumProperty, IntProperty

from ..ml.errors import USAGE, EditorError
from .transcript_shelf import shelf
from .word_target import ONCE, WordEdit

WHERE = [
    ("BEFORE", "Before the Line", "Before the line that is chosen in the list"),
    ("AFTER", "After the Line", "After the line that is chosen in the list"),
    ("PLAYHEAD", "To the Playhead", "Before the word that begins at the playhead or next after it"),
]


class ASSISTANT_EDITOR_OT_cut_words(WordEdit, bpy.types.Operator):
    """Cut the picked words out, picture and sound together, and close up"""

    bl_idname = "assistant_editor.cut_words"
    bl_label = "Cut Words"

    def edits(self, scene: Any, first: int, last: int) -> Any:
        from ..timeline.text_edit import selection

        return selection(shelf.known.spoken, first, last)


class ASSISTANT_EDITOR_OT_keep_words(WordEdit, bpy.types.Operator):
    """Cut out everything that is said but the picked words"""

    bl_idname = "assistant_editor.keep_words"
    bl_label = "Keep Only Words"

    def edits(self, scene: Any, first: int, last: int) -> Any:
        from ..timeline.text_edit import selection

        return selection(shelf.known.spoken, first, last, keep=True)


class ASSISTANT_EDITOR_OT_move_words(WordEdit, bpy.types.Operator):
    """Put the picked words elsewhere, picture and sound together; everything else closes up and makes room"""

    bl_idname = "assistant_editor.move_words"
    bl_label = "Move Words"

    where: EnumProperty(name="Where", description="Where the words go", items=WHERE, default="BEFORE", options=ONCE)
    to: IntProperty(name="Before Word", description="The number of the word they go before; -1: as Where says", default=-1, min=-1,
                    options=ONCE)  # fmt: skip

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return f"{cls.__doc__}. {next(told for name, _, told in WHERE if name == properties.where)}"

    def edits(self, scene: Any, first: int, last: int) -> Any:
        from ..timeline.text_edit import shifted

        if self.to < 0:
            self.to = self._target(scene)
        if self.ripple in ("selected", "lift"):
            self.ripple = "all"
        if first <= self.to <= last:
            raise EditorError("The words are there already.", "Choose another line, or move the playhead.", USAGE)
        return shifted(shelf.known.spoken, first, last, self.to)

    def _target(self, scene: Any) -> int:
        words, row = shelf.known.spoken.words, shelf.chosen()
        if self.where == "PLAYHEAD":
            later = [(word.start, number) for number, word in enumerate(words) if word.frames.end > scene.frame_current]
            return min(later)[1] if later else len(words)
        if row is None:
            raise EditorError("No line is chosen.", "Choose a line of the transcript.", USAGE)
        return int(row.first if self.where == "BEFORE" else row.last)


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_cut_words,
    ASSISTANT_EDITOR_OT_keep_words,
    ASSISTANT_EDITOR_OT_move_words,
)
