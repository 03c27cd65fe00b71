"""The transcript in the sidebar: listed, words picked in it, and what is looked for."""

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from .guard import Guarded
from .shot_list import WAYS
from .transcript_shelf import shelf


class ASSISTANT_EDITOR_OT_refresh_transcript(Guarded, bpy.types.Operator):
    """List anew what is said on the timeline. Nothing is changed"""

    bl_idname = "assistant_editor.refresh_transcript"
    bl_label = "Refresh Transcript"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(lambda context: shelf.refresh(compat.edited_scene(context)), context)


class ASSISTANT_EDITOR_OT_pick_word(Guarded, bpy.types.Operator):
    """Pick this word; with Shift, all from the one picked before to this one. Again: pick none"""

    bl_idname = "assistant_editor.pick_word"
    bl_label = "Pick Word"
    changes = False

    word: IntProperty(name="Word", description="Its number in the whole transcript", min=0, options={"SKIP_SAVE"})
    extend: BoolProperty(name="Extend", description="Pick all words up to this one", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.extend = self.extend or event.shift
        return self.execute(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._pick, context)

    def _pick(self, context: bpy.types.Context) -> None:
        words = shelf.known.spoken.words if shelf.known is not None else ()
        if self.word >= len(words):
            raise EditorError("There is no such word.", "Press Refresh in the transcript.", USAGE)
        group = shelf.group
        if self.extend and group.first >= 0:
            group.first, group.last = min(group.first, self.word), max(group.last, self.word + 1)
        elif (group.first, group.last) == (self.word, self.word + 1):
            group.first = group.last = -1
        else:
            group.first, group.last = self.word, self.word + 1
            compat.edited_scene(context).frame_current = words[self.word].frames.start


class ASSISTANT_EDITOR_OT_step_hit(Guarded, bpy.types.Operator):
    """Go to where what is looked for is said next, and pick its words"""

    bl_idname = "assistant_editor.step_hit"
    bl_label = "Next Hit"
    changes = False

    way: EnumProperty(name="Way", description="Which one to go to", items=WAYS, default="NEXT", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return "Go back to the one before" if properties.way == "PREVIOUS" else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._step, context)

    def _step(self, context: bpy.types.Context) -> None:
        from ..timeline.text_search import step

        scene, group = compat.edited_scene(context), shelf.group
        shelf.up_to_date(scene)
        if not group.search.strip():
            raise EditorError("Nothing is looked for.", "Write words into the search field of the transcript.", USAGE)
        number = step(shelf.hits, shelf.known.spoken, scene.frame_current, back=self.way == "PREVIOUS")
        if number is None:
            self.report({"INFO"}, f"Nobody says “{group.search}” here.")
            return
        first, last = shelf.hits[number]
        row = shelf.row_of(first)
        if row is not None:
            shelf.choose(row.key)
            group.active = row.number
        group.first, group.last = first, last
        scene.frame_current = shelf.known.spoken.words[first].frames.start
        self.report({"INFO"}, f"{number + 1} of {len(shelf.hits)}")


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_refresh_transcript,
    ASSISTANT_EDITOR_OT_pick_word,
    ASSISTANT_EDITOR_OT_step_hit,
)
