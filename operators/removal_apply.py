"""Apply Removals: what was accepted is cut out, and the rest moves up. One step, which Ctrl+Z takes back."""

from collections import Counter
from typing import Any

import bpy
from bpy.props import EnumProperty, FloatProperty, StringProperty

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from . import removal_markers, removal_options, settings
from .guard import Guarded, written
from .options import draw_options
from .removal_review import WHAT
from .removal_shelf import KINDS, shelf
from .shot_target import told
from .speech_search import SEARCHES


class ASSISTANT_EDITOR_OT_apply_removals(removal_options.RemovalApply, Guarded, bpy.types.Operator):
    """Cut out everything that is accepted in the review list, picture and sound together, and close up"""

    bl_idname = "assistant_editor.apply_removals"
    bl_label = "Apply Removals"
    bl_options = {"REGISTER", "UNDO"}
    live = removal_options.APPLY_LIVE

    plan: StringProperty(
        name="Plan", description="A plan in a file, made for this very timeline; without it what is accepted in the review list",
        subtype="FILE_PATH", options={"SKIP_SAVE"},
    )  # fmt: skip
    what: EnumProperty(name="What", description="Which of them, without a plan", items=WHAT, default="all", options={"SKIP_SAVE"})
    above: FloatProperty(
        name="Accept Above", description="With a plan: what is open in it is accepted from this confidence on; 2: nothing",
        min=0.0, max=2.0, default=2.0, options={"SKIP_SAVE"},
    )  # fmt: skip

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split, self.layout.use_property_decorate = True, False
        draw_options(self.layout, self, self.live)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._apply, context)

    def _apply(self, context: bpy.types.Context) -> None:
        from ..timeline import cutting, removal_plan
        from ..timeline.outcome import Outcome
        from ..timeline.read_layout import read_layout
        from ..timeline.ripple import RippleOptions
        from ..timeline.timecode import Clock
        from ..timeline.write_layout import rearrange
        from . import proposed, removal_files, text_apply, work

        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        layout, before = read_layout(scene), work.look(scene)
        words: tuple[Any, ...] = ()
        if self.plan:
            plan = removal_plan.with_accepted(removal_files.read(self.plan, layout, scene), self.above)
            removals, words = removal_plan.accepted(plan), removal_plan.words(plan)
        else:
            shelf.up_to_date(scene)
            kinds = SEARCHES[self.what].kinds if self.what != "all" else ()
            removals = tuple(row.removal for row in shelf.rows if row.verdict == "accepted" and row.removal.kind in (kinds or KINDS))
        if not removals:
            raise EditorError("Nothing is accepted.", "Accept removals in the review list first.", USAGE)
        stays = RippleOptions(fixed=frozenset(removal_options.channels_of(self)), keep_markers=self.keep_markers)
        wanted = cutting.rearranged(removals, layout, self.ripple, stays, copy_takes=self.takes_to == "copy")
        said = proposed.said(scene) if words else ()
        done = rearrange(scene, layout, wanted, removal_options.fade_of(self))
        with written():
            captions = text_apply.follow(scene, before, dict(done.became), fixed=stays.fixed)
            if words:
                proposed.say(scene, said, words)
            settings.remember(self, scene)
            saved = cutting.gained(wanted, removals, self.ripple)
            line = f"{len(removals)} {'removal' if len(removals) == 1 else 'removals'}: {Clock(layout.rate).timecode(saved)} saved."
            counts = {"removed": dict(Counter(str(one.kind) for one in removals))}
            told(self, Outcome(self.bl_label, (), counts, notices=(*wanted.notices, *done.notices, *captions), told=line))
            self._list_what_is_left(scene)

    def _list_what_is_left(self, scene: Any) -> None:
        """Everything is written: what goes wrong now is told, and is no failure."""
        try:
            if shelf.asked_for:
                shelf.refresh(scene)
                removal_markers.follow(scene)
        except EditorError as error:
            self.report({"WARNING"}, str(error))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_apply_removals,)
