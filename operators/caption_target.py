"""Which caption an operator means, and one edit of captions carried out as one step."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import IntProperty, StringProperty

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from .caption_shelf import shelf
from .guard import Guarded

if TYPE_CHECKING:
    from ..timeline.caption_edits import CaptionEdits
    from ..timeline.state import Timeline

ONCE = {"SKIP_SAVE"}


class CaptionEdit(Guarded):
    """Base of operators that edit captions: reads the timeline, writes what `edits` says, and makes the list anew."""

    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._edit, context)

    def _edit(self, context: bpy.types.Context) -> None:
        from ..timeline.write_captions import carry_out
        from . import work

        scene = compat.edited_scene(context)
        timeline = work.look(scene)
        edits = self.edits(scene, timeline)
        if edits:
            carry_out(scene, timeline, edits)
            if any(ref.kind == "highlight" for ref in timeline.captions):
                self._follow(scene)
        shelf.said = self.told(edits)
        self.report({"INFO"}, shelf.said)  # type: ignore[attr-defined]
        if shelf.asked_for:
            shelf.refresh(scene)

    def _follow(self, scene: Any) -> None:
        """Highlights suit their captions again. Where they cannot, as they are locked, that is said: the next run does it."""
        from ..timeline.caption_follow import highlights
        from ..timeline.write import HalfWritten, apply
        from . import work

        timeline = work.look(scene)
        try:
            apply(scene, timeline, highlights(timeline), fresh=True)
        except HalfWritten:
            raise
        except EditorError as reason:
            told = f"What shows the word that is being said is not changed along: {reason.message} Run Auto Captions again."
            self.report({"WARNING"}, told)  # type: ignore[attr-defined]

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        raise AssertionError(f"{type(self).__name__} says what it edits")

    def told(self, edits: "CaptionEdits") -> str:
        """What was done, in words."""
        count = len(edits.strips)
        return f"{count} {'caption' if count == 1 else 'captions'} changed." if count else "Nothing had to be changed."


class OnCaption(CaptionEdit):
    """Adds `strip` and `frame`. Once found the strip is kept, so that the redo panel means the same caption."""

    strip: StringProperty(
        name="Caption", description="The caption's strip; where none is given, the row chosen in the list is meant", options=ONCE
    )
    frame: IntProperty(name="Frame", description="A timeline frame of the caption, in place of its strip", options=ONCE)

    def caption(self, timeline: "Timeline") -> str:
        """The name of the caption's strip. Raises `EditorError` when there is none."""
        from ..timeline import caption_list

        if not self.strip and self.properties.is_property_set("frame"):  # type: ignore[attr-defined]
            here = [ref for ref in timeline.captions if ref.frames.holds(self.frame) and not ref.muted]
            order = {"caption": 3, "translation": 2, "sound": 1, "own": 0}
            found = [ref for ref in here if caption_list.kind_of(ref) is not None]
            if not found:
                raise EditorError("There is no caption at this frame.", "Give a frame of a caption in the list.", USAGE)
            self.strip = max(found, key=lambda ref: (order[caption_list.kind_of(ref) or "own"], ref.channel)).name
        elif not self.strip:
            chosen = shelf.chosen()
            if chosen is None:
                raise EditorError("No caption is chosen.", "Choose one in the caption list, or give its strip.", USAGE)
            self.strip = chosen.name
        return str(self.strip)


CLASSES: tuple[type, ...] = ()
