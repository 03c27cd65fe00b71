"""Words picked in the transcript: marked, wrapped in a highlight."""

import bpy
from bpy.props import EnumProperty

from ..timeline import compat
from .transcript_shelf import shelf
from .word_target import ONCE, OnWords

MARKS = [
    ("MARKER", "Marker", "A marker where the words begin, named after them"),
    ("HIGHLIGHT", "Highlight", "Two markers around the words; Sequence of Highlights puts all highlights together"),
]


class ASSISTANT_EDITOR_OT_mark_words(OnWords, bpy.types.Operator):
    """Set a marker where the picked words begin, or two around them"""

    bl_idname = "assistant_editor.mark_words"
    bl_label = "Mark Words"

    kind: EnumProperty(name="As", description="What is set", items=MARKS, default="MARKER", options=ONCE)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return next(told for name, _, told in MARKS if name == properties.kind)

    def _do(self, context: bpy.types.Context) -> None:
        from ..timeline.text_search import highlight_names, short
        from ..timeline.text_words import plain
        from ..timeline.write_marks import mark

        scene = compat.edited_scene(context)
        first, last = self.words(scene)
        words = shelf.known.spoken.words[first:last]
        text = plain(words)
        start, end = min(word.frames.start for word in words), max(word.frames.end for word in words)
        begin, ends = highlight_names(text)
        count = mark(scene, [(start, begin), (end, ends)] if self.kind == "HIGHLIGHT" else [(start, short(text))])
        self.report({"INFO"}, f"{count} {'marker' if count == 1 else 'markers'} set." if count else "It is marked already.")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_mark_words,)
