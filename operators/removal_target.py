"""Which removal an operator means, and the editor's word on it kept as one step."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import IntProperty

from ..ml.errors import STALE, USAGE, EditorError
from ..timeline import compat
from .guard import Guarded
from .removal_shelf import shelf

if TYPE_CHECKING:
    from ..timeline.proposals import Row
    from ..timeline.removals import Said

ONCE = {"SKIP_SAVE"}


class Says(Guarded):
    """Base of operators that say something of proposals. The playhead and the strips stay."""

    bl_options = {"REGISTER", "UNDO"}
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._say, context)

    def _say(self, context: bpy.types.Context) -> None:
        from . import proposed, removal_markers

        scene = compat.edited_scene(context)
        meant = self.seen() if isinstance(self, OnRemoval) else None
        shelf.up_to_date(scene)
        if isinstance(self, OnRemoval):
            self.still(meant)
        words, told = self.words(scene)
        proposed.say(scene, shelf.known.said, words)
        shelf.judge(scene)
        removal_markers.follow(scene)
        self.afterwards(scene)
        self.report({"INFO"}, told)  # type: ignore[attr-defined]

    def words(self, scene: Any) -> "tuple[Iterable[Said], str]":
        """What is said, and what the user is told of it."""
        raise AssertionError(f"{type(self).__name__} says what is said")

    def afterwards(self, scene: Any) -> None:
        """Called when it is kept and the list made anew."""


class OnRemoval:
    """Adds `number`. Once found it is kept, so that the redo panel means the same removal."""

    number: IntProperty(
        name="Number", description="The removal's number in the review list; 0: the chosen row", min=0, default=0, options=ONCE
    )

    def seen(self) -> "Row | None":
        """The row as it is shown now, before the list is made anew: its number may then be another's."""
        if not self.number:
            return shelf.chosen()
        return shelf.rows[self.number - 1] if self.number <= len(shelf.rows) else None

    def still(self, meant: "Row | None") -> None:
        """Finds it again in the new list. Raises `EditorError(STALE)` when it is no longer proposed."""
        if meant is not None:
            number = next((row.number for row in shelf.rows if row.key == meant.key), 0)
            if not number:
                raise EditorError("The timeline has changed: this is no longer proposed.", "The list is made anew: choose again.", STALE)
            self.number = number

    def row(self) -> "Row":
        """The row that is meant. Raises `EditorError(USAGE)` when there is none."""
        if not shelf.rows:
            raise EditorError("Nothing is proposed.", "Press Find Silences, Find Fillers or Find Takes first.", USAGE)
        if not self.number:
            chosen = shelf.chosen()
            if chosen is None:
                raise EditorError("No removal is chosen.", "Choose one in the review list, or give its number.", USAGE)
            self.number = chosen.number
        if self.number > len(shelf.rows):
            raise EditorError(f"There is no removal {self.number}.", f"There are {len(shelf.rows)}.", USAGE)
        found: Row = shelf.rows[self.number - 1]
        return found


CLASSES: tuple[type, ...] = ()
