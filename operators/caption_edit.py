"""One caption edited: its text, its words, split in two, merged with the next."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import IntProperty, StringProperty

from .caption_shelf import shelf
from .caption_target import ONCE, OnCaption

if TYPE_CHECKING:
    from ..timeline.caption_edits import CaptionEdits
    from ..timeline.state import Timeline


class ASSISTANT_EDITOR_OT_edit_caption(OnCaption, bpy.types.Operator):
    """Give the caption another text: words that stay keep their times, and later runs keep the text"""

    bl_idname = "assistant_editor.edit_caption"
    bl_label = "Edit Caption"

    text: StringProperty(name="Text", description="What the caption is to say; line breaks are kept", options=ONCE)

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_edits

        return caption_edits.retext(timeline, {self.caption(timeline): self.text})


class ASSISTANT_EDITOR_OT_accept_words(OnCaption, bpy.types.Operator):
    """All words of the caption are right: none of them is doubtful any more"""

    bl_idname = "assistant_editor.accept_words"
    bl_label = "Words Are Right"

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_edits

        return caption_edits.accept(timeline, [self.caption(timeline)])


class ASSISTANT_EDITOR_OT_split_caption(OnCaption, bpy.types.Operator):
    """Split the caption between two words, where the playhead is or before a certain word. Each half has its words and their time"""

    bl_idname = "assistant_editor.split_caption"
    bl_label = "Split Caption"

    word: IntProperty(name="Word", description="Which word begins the second half, the first being 0", min=0, options=ONCE)

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_parts
        from . import rule_options

        at = self.frame if self.properties.is_property_set("frame") else scene.frame_current
        word = self.word if self.properties.is_property_set("word") else None
        chosen = shelf.chosen()
        if not self.strip and word is None and (chosen is None or not chosen.frames.holds(at)):
            self.frame = at
        gap = rule_options.caption_rules(scene.assistant_editor).gap_frames
        return caption_parts.split(timeline, self.caption(timeline), frame=at, word=word, gap=gap)

    def told(self, edits: "CaptionEdits") -> str:
        return "The caption is split in two."


class ASSISTANT_EDITOR_OT_merge_captions(OnCaption, bpy.types.Operator):
    """Make one caption of this and the next. Later runs keep it, and write neither of the two again"""

    bl_idname = "assistant_editor.merge_captions"
    bl_label = "Merge Captions"

    def edits(self, scene: Any, timeline: "Timeline") -> "CaptionEdits":
        from ..timeline import caption_parts
        from . import rule_options

        return caption_parts.join(timeline, self.caption(timeline), rule_options.caption_rules(scene.assistant_editor))

    def told(self, edits: "CaptionEdits") -> str:
        return "Two captions are one."


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_edit_caption,
    ASSISTANT_EDITOR_OT_accept_words,
    ASSISTANT_EDITOR_OT_split_caption,
    ASSISTANT_EDITOR_OT_merge_captions,
)
