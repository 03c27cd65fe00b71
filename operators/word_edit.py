"""What is done with words picked in the transcript: marked, cut, kept alone, moved, wrapped in a highlight."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import EnumProperty, IntProperty

from ..ml.errors import STALE, USAGE, EditorError
from ..timeline import compat
from . import settings, text_apply, text_options
from .guard import Guarded
from .options import draw_options
from .transcript_shelf import shelf

WHERE = [
    ("BEFORE", "Before the Line", "Before the line that is chosen in the list"),
    ("AFTER", "After the Line", "After the line that is chosen in the list"),
    ("PLAYHEAD", "To the Playhead", "Before the word that begins at the playhead or next after it"),
]
MARKS = [
    ("MARKER", "Marker", "A marker where the words begin, named after them"),
    ("HIGHLIGHT", "Highlight", "Two markers around the words; Sequence of Highlights puts all highlights together"),
]
ONCE = {"SKIP_SAVE"}


class OnWords(Guarded):
    """Base: which words are meant. Without any the picked ones are, else the chosen line's."""

    bl_options = {"REGISTER", "UNDO"}

    first: IntProperty(name="First Word", description="Its number in the transcript; -1: the words that are picked", default=-1, min=-1,
                       options=ONCE)  # fmt: skip
    last: IntProperty(name="Last Word", description="The number after that of the last word", default=-1, min=-1, options=ONCE)

    def words(self, scene: Any) -> tuple[int, int]:
        """Raises `EditorError(USAGE)` where none are meant. Once found they are kept, so that the redo panel means the same."""
        meant = self._meant()
        shelf.up_to_date(scene)
        if self.first < 0:
            if meant is not None and self._meant() != meant:
                raise EditorError("The words that were picked are not as they were.", "They are listed anew: pick them again.", STALE)
            picked = shelf.picked()
            if picked is None:
                raise EditorError("No words are picked.", "Pick words, or choose a line of the transcript.", USAGE)
            self.first, self.last = picked
        if not self.first < self.last <= len(shelf.known.spoken.words):
            raise EditorError("There are no such words.", "Press Refresh in the transcript, and pick words.", USAGE)
        return self.first, self.last

    @staticmethod
    def _meant() -> tuple[Any, ...] | None:
        """What tells the words that are meant from all others, None without any."""
        picked = shelf.picked() if shelf.known is not None else None
        words = shelf.known.spoken.words[picked[0] : picked[1]] if picked is not None else ()
        return tuple((word.medium, word.span.start, word.text) for word in words) or None

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._do, context)

    def _do(self, context: bpy.types.Context) -> None:
        raise AssertionError(f"{type(self).__name__} says what it does")


class WordEdit(text_options.TextApply, OnWords):
    """Base of those that change the timeline by edits of words."""

    live = text_options.TEXT_LIVE

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split, self.layout.use_property_decorate = True, False  # type: ignore[attr-defined]
        draw_options(self.layout, self, self.live)  # type: ignore[attr-defined]

    def _do(self, context: bpy.types.Context) -> None:
        from ..timeline.read_layout import read_layout

        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        first, last = self.words(scene)
        layout = read_layout(scene)
        plan = text_apply.planned(shelf.known, layout, self.edits(scene, first, last), self)
        text_apply.carry_out(self, scene, shelf.known.timeline, layout, plan)
        shelf.refresh(scene)

    def edits(self, scene: Any, first: int, last: int) -> Any:
        raise AssertionError(f"{type(self).__name__} says what it edits")


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


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_cut_words,
    ASSISTANT_EDITOR_OT_keep_words,
    ASSISTANT_EDITOR_OT_move_words,
    ASSISTANT_EDITOR_OT_mark_words,
)
