"""Several captions at once: shifted, deleted, and found and replaced."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..ml.errors import USAGE, EditorError
from .caption_shelf import shelf
from .caption_target import ONCE, CaptionEdit

if TYPE_CHECKING:
    from ..timeline.caption_edits import CaptionEdits
    from ..timeline.state import Timeline

WHICH = [
    ("SELECTED", "Selected", "The selected text strips; without any the chosen row"),
    ("CHOSEN", "Chosen", "The row chosen in the caption list"),
    ("AFTER", "From the Playhead On", "Every caption that begins at the playhead or later"),
    ("ALL", "All", "Every caption"),
]


class OnCaptions(CaptionEdit):
    """Adds which captions are meant."""

    which: EnumProperty(name="Captions", description="Which captions are meant", items=WHICH, default="SELECTED", options=ONCE)
    names: StringProperty(name="Names", description="Names of the strips that are meant, one a line; goes before Captions", options=ONCE)

    def captions(self, scene: Any, timeline: "Timeline") -> list[str]:
        """The names of the strips, in order of time. Raises `EditorError` when there are none."""
        from ..timeline.caption_list import kind_of, ruled
        from ..timeline.write_captions import selected

        known = [ref for ref in timeline.captions if kind_of(ref) is not None]
        if self.names:
            return [name for name in self.names.splitlines() if name]
        chosen = shelf.chosen()
        wanted = {
            "SELECTED": selected(scene) or ((chosen.name,) if chosen is not None else ()),
            "CHOSEN": (chosen.name,) if chosen is not None else (),
            "AFTER": [ref.name for ref in ruled(known) if ref.frames.start >= scene.frame_current],
            "ALL": [ref.name for ref in ruled(known)],
        }[self.which]
        found = [ref.name for ref in known if ref.name in set(wanted)]
        if not found:
            raise EditorError("No caption is meant.", "Select captions, or choose one in the caption list.", USAGE)
        return found


class ASSISTANT_EDITOR_OT_shift_captions(OnCaptions, bpy.types.Operator):
    """Move captions by some frames. They stay in order, and never go over another caption or strip"""

    bl_idname = "assistant_editor.shift_captions"
    bl_label = "Shift Captions"

    frames: IntProperty(name="Frames", description="How many frames later; less than 0: earlier", default=2, options=ONCE)
    overlap: BoolProperty(
        name="Allow Overlap", description="They may go over other captions: where those stand in their channel, into another", options=ONCE
    )

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_edits

        return caption_edits.shift(timeline, self.captions(scene, timeline), self.frames, overlap=self.overlap)


class ASSISTANT_EDITOR_OT_delete_captions(OnCaptions, bpy.types.Operator):
    """Delete captions. No later run brings them back"""

    bl_idname = "assistant_editor.delete_captions"
    bl_label = "Delete Captions"

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_edits

        return caption_edits.delete(timeline, self.captions(scene, timeline))

    def told(self, edits: "CaptionEdits") -> str:
        return f"{len(edits.strips)} {'caption' if len(edits.strips) == 1 else 'captions'} deleted."


class ASSISTANT_EDITOR_OT_replace_in_captions(CaptionEdit, bpy.types.Operator):
    """Find and replace in every caption. Words that stay keep their times, and later runs keep the texts"""

    bl_idname = "assistant_editor.replace_in_captions"
    bl_label = "Replace in Captions"

    find: StringProperty(name="Find", description="What is looked for; blanks mean line breaks too", options=ONCE)
    replace: StringProperty(name="Replace", description="What is put in its place; \\1 is a regular expression's first group", options=ONCE)
    case: BoolProperty(name="Case", description="Capitals and small letters are different", options=ONCE)
    whole: BoolProperty(name="Whole Words", description="Not within a longer word", options=ONCE)
    regex: BoolProperty(
        name="Regular Expression", description="What is looked for is a regular expression, as Python has them", options=ONCE
    )
    chosen: BoolProperty(name="Only the Chosen", description="Only in the row chosen in the caption list", options=ONCE)

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_edits
        from ..timeline.caption_list import kind_of
        from ..timeline.find_text import Search, replacements

        if not self.properties.is_property_set("find"):
            for name in ("find", "replace", "case", "whole", "regex"):
                setattr(self, name, getattr(shelf.group, name))
        row = shelf.chosen() if self.chosen else None
        if self.chosen and row is None:
            raise EditorError("No caption is chosen.", "Choose one in the caption list.", USAGE)
        texts = {ref.name: ref.text for ref in timeline.captions if kind_of(ref) and (row is None or ref.name == row.name)}
        search = Search(self.find, self.replace, self.case, self.whole, self.regex)
        return caption_edits.retext(timeline, replacements(search, texts))


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_shift_captions,
    ASSISTANT_EDITOR_OT_delete_captions,
    ASSISTANT_EDITOR_OT_replace_in_captions,
)
