"""Which words of the transcript an operator means, and an edit of words carried out."""

from typing import Any

import bpy
from bpy.props import IntProperty

from ..ml.errors import STALE, USAGE, EditorError
from ..timeline import compat
from . import settings, text_apply, text_options
from .guard import Guarded
from .options import draw_options
from .transcript_shelf import shelf

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


CLASSES: tuple[type, ...] = ()
