"""Everything that was found, or is highlighted, one after the other in a new scene; the open one stays as it is."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from . import made_scenes, settings, text_options
from .guard import Guarded
from .transcript_shelf import shelf

WHAT = [
    ("HITS", "Hits", "Where what is looked for is said"),
    ("HIGHLIGHTS", "Highlights", "What stands between the two markers of a highlight"),
]
ONCE = {"SKIP_SAVE"}


class ASSISTANT_EDITOR_OT_super_cut(text_options.SuperCut, Guarded, bpy.types.Operator):
    """Put all hits one after the other in a new scene, picture and sound in sync. The open one stays as it is"""

    bl_idname = "assistant_editor.super_cut"
    bl_label = "Sequence of All Hits"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    what: EnumProperty(name="Of", description="What is put together", items=WHAT, default="HITS", options=ONCE)
    search: StringProperty(name="Search", description="What is looked for; empty: as in the transcript", options=ONCE)
    open: BoolProperty(name="Open It", description="The window then shows the new scene", default=True, options=ONCE)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return str(cls.__doc__).replace("hits", "highlights") if properties.what == "HIGHLIGHTS" else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._make, context)

    def _make(self, context: bpy.types.Context) -> None:
        from ..timeline import text_search, write_supercut
        from ..timeline.read import keeper
        from ..timeline.read_layout import read_layout
        from ..timeline.ripple import reorder
        from ..timeline.write_layout import rearrange

        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        if keeper(scene) != scene:
            raise EditorError("A meta strip is open.", "Close it: a new sequence is made of a whole scene.", USAGE)
        layout = read_layout(scene)
        ranges, heard, name = self._passages(scene, layout)
        keep = None if self.everything else text_search.wanted_strips(layout, shelf.known.timeline.strips, heard, ranges)
        made = write_supercut.copied(scene, f"{scene.name} {name}"[:60], keep)
        try:
            there = read_layout(made)
            rearrange(made, there, reorder(there, ranges), text_options.fade_of(self))
            made.frame_set(made.frame_start)
        except Exception:
            compat.remove_scene(made)
            raise
        length = float(text_search.seconds(ranges, layout.rate))
        if self.open:
            made_scenes.show(made, scene)
        count = f"{len(ranges)} {'passage' if len(ranges) == 1 else 'passages'}"
        self.report({"INFO"}, f"{count}, {length:.1f} s, in the new scene {made.name!r}.")

    def _passages(self, scene: Any, layout: Any) -> tuple[Any, list[str], str]:
        """(ranges, the strips they are heard through, what the new scene is called after). Raises `EditorError` where there are none."""
        from ..timeline import text_search
        from .transcribed import extent

        shelf.up_to_date(scene)
        found = shelf.known.spoken
        if self.what == "HIGHLIGHTS":
            ranges = text_search.highlighted(layout.marks)
            if not ranges:
                raise EditorError("Nothing is highlighted here.", "Pick words and press Highlight first.", USAGE)
            heard = [word.strip for word in found.words if any(word.frames.overlaps(part) for part in ranges)]
            return ranges, heard, "highlights"
        self.search = self.search or shelf.group.search
        hits = text_search.hits(found, self.search)
        if not hits:
            told = f"Nobody says “{self.search}” here." if self.search.strip() else "Nothing is looked for."
            raise EditorError(told, "Write other words into the search field.", USAGE)
        heard = [found.words[number].strip for first, last in hits for number in range(first, last)]
        return text_search.passages(found, hits, self.handles, extent(layout)), heard, f"“{self.search.strip()}”"


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_super_cut,)
