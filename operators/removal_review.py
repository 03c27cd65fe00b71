"""The review list: step through it, and accept, reject and trim what it proposes."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty

from ..timeline import compat
from .guard import Guarded
from .removal_shelf import shelf
from .removal_target import ONCE, OnRemoval, Says
from .shot_list import WAYS
from .speech_search import SEARCHES

VERDICTS = [
    ("accepted", "Accept", "Cut it out when Apply is pressed"),
    ("rejected", "Reject", "It stays, now and in later runs"),
    ("open", "Leave Open", "Not decided"),
]
UNITS = [("FRAMES", "Frames", "Timeline frames"), ("MS", "Milliseconds", "Rounded to whole frames")]
WHAT = [("all", "All", "Whatever is proposed"), *((name, name.capitalize(), f"Only {name}") for name in SEARCHES)]
DONE = {"accepted": "accepted", "rejected": "rejected", "open": "open again"}


class ASSISTANT_EDITOR_OT_refresh_removals(Guarded, bpy.types.Operator):
    """Make the review list anew, from what is known of the speech. Nothing is changed"""

    bl_idname = "assistant_editor.refresh_removals"
    bl_label = "Refresh Review List"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(lambda context: shelf.refresh(compat.edited_scene(context)), context)


class ASSISTANT_EDITOR_OT_step_removal(Guarded, bpy.types.Operator):
    """Go to the next removal that is not decided"""

    bl_idname = "assistant_editor.step_removal"
    bl_label = "Next Open Removal"
    changes = False

    way: EnumProperty(name="Way", description="Which one to go to", items=WAYS, default="NEXT", options=ONCE)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return "Go back to the one before this" if properties.way == "PREVIOUS" else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._step, context)

    def _step(self, context: bpy.types.Context) -> None:
        scene = compat.edited_scene(context)
        shelf.up_to_date(scene)
        self.report({"INFO"}, shelf.go_on(scene, back=self.way == "PREVIOUS"))


class ASSISTANT_EDITOR_OT_judge_removal(OnRemoval, Says, bpy.types.Operator):
    """Accept or reject this removal. What you say is kept for later runs; nothing is cut before Apply"""

    bl_idname = "assistant_editor.judge_removal"
    bl_label = "Judge Removal"

    verdict: EnumProperty(name="Verdict", description="What is to become of it", items=VERDICTS, default="accepted", options=ONCE)
    go_on: BoolProperty(name="Go On", description="Go to the next one that is open", default=False, options=ONCE)

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return next(told for name, _label, told in VERDICTS if name == properties.verdict)

    def words(self, scene: Any) -> Any:
        from ..timeline import proposals

        row = self.row()
        word = proposals.word(row, self.verdict, strip=shelf.known.strips[row.removal.strip])
        return (word,), f"Removal {row.number}: {DONE[self.verdict]}."

    def afterwards(self, scene: Any) -> None:
        if self.go_on:
            shelf.go_on(scene)


class ASSISTANT_EDITOR_OT_use_take(OnRemoval, Says, bpy.types.Operator):
    """Keep this take of the line, and accept that its other takes go. Nothing is cut before Apply"""

    bl_idname = "assistant_editor.use_take"
    bl_label = "Use This Take"

    def words(self, scene: Any) -> Any:
        from ..timeline import proposals

        said = proposals.instead(shelf.rows, self.row())
        gone = sum(verdict == "accepted" for _row, verdict in said)
        words = [proposals.word(row, verdict, strip=shelf.known.strips[row.removal.strip]) for row, verdict in said]
        return words, f"Take {self.number} stays, {gone} other{'s' * (gone != 1)} to go."


class ASSISTANT_EDITOR_OT_trim_removal(OnRemoval, Says, bpy.types.Operator):
    """Cut out less or more: move where this removal begins and where it ends"""

    bl_idname = "assistant_editor.trim_removal"
    bl_label = "Trim Removal"

    first: IntProperty(name="In", description="How much later it begins; less than 0: earlier", default=0, options=ONCE)
    last: IntProperty(name="Out", description="How much later it ends; less than 0: earlier", default=0, options=ONCE)
    unit: EnumProperty(name="In Units of", description="What In and Out count", items=UNITS, default="FRAMES", options=ONCE)

    def words(self, scene: Any) -> Any:
        from ..timeline import proposals

        row, rate = self.row(), shelf.known.timeline.rate
        strip = shelf.known.strips[row.removal.strip]
        frames = proposals.trimmed(row, strip, *(proposals.in_frames(value, rate, self.unit == "MS") for value in (self.first, self.last)))
        return (proposals.word(row, row.verdict, frames, strip),), f"Removal {row.number}: {frames.start} to {frames.end}."


class ASSISTANT_EDITOR_OT_accept_removals(Says, bpy.types.Operator):
    """Accept every open removal of at least this confidence. Nothing is cut before Apply"""

    bl_idname = "assistant_editor.accept_removals"
    bl_label = "Accept All Above"

    above: FloatProperty(
        name="Above", description="The confidence they need; without it the scene's Accept Above holds", min=0.0, max=1.0, default=0.8,
        subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    what: EnumProperty(name="What", description="Which of them", items=WHAT, default="all", options=ONCE)

    def words(self, scene: Any) -> Any:
        from ..timeline import proposals

        if not self.properties.is_property_set("above"):
            self.above = scene.assistant_editor.accept_line
        kinds = SEARCHES[self.what].kinds if self.what != "all" else ()
        rows = proposals.above(shelf.rows, round(self.above, 4), kinds)
        return [proposals.word(row, "accepted", strip=shelf.known.strips[row.removal.strip]) for row in rows], f"{len(rows)} accepted."


class ASSISTANT_EDITOR_OT_reject_removals(Says, bpy.types.Operator):
    """Reject every removal that is open: it stays, now and in later runs"""

    bl_idname = "assistant_editor.reject_removals"
    bl_label = "Reject All"

    accepted_too: BoolProperty(name="Accepted Too", description="Those that are accepted too", default=False, options=ONCE)

    def words(self, scene: Any) -> Any:
        from ..timeline import proposals

        rows = [row for row in shelf.rows if row.verdict == "open" or (self.accepted_too and row.verdict == "accepted")]
        return [proposals.word(row, "rejected", strip=shelf.known.strips[row.removal.strip]) for row in rows], f"{len(rows)} rejected."


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_refresh_removals, ASSISTANT_EDITOR_OT_step_removal, ASSISTANT_EDITOR_OT_judge_removal,
    ASSISTANT_EDITOR_OT_use_take, ASSISTANT_EDITOR_OT_trim_removal, ASSISTANT_EDITOR_OT_accept_removals,
    ASSISTANT_EDITOR_OT_reject_removals,
)  # fmt: skip
