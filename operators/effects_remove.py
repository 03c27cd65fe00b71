"""Remove Effects: what was written goes, and everything is as it was before."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty

from ..timeline import compat
from .desk import desk
from .effect_choices import KINDS
from .guard import Guarded
from .job import HIDDEN, WHICH


class ASSISTANT_EDITOR_OT_remove_effects(Guarded, bpy.types.Operator):
    """Take away the effects written here and give every property back what it was. What you changed since stays, unless you say so"""

    bl_idname = "assistant_editor.remove_effects"
    bl_label = "Remove Effects"
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(
        name="Kind", description="Which effects go", items=[("ALL", "All", "Effects of every kind"), *KINDS], default="ALL",
        options={"SKIP_SAVE"},
    )  # fmt: skip
    strips: EnumProperty(name="Strips", description="Which strips are meant", items=WHICH, default="ALL", options={"SKIP_SAVE"})
    names: bpy.props.StringProperty(
        name="Names", description="Names of the strips that are meant, one a line; goes before Strips", options=HIDDEN
    )
    changed_too: BoolProperty(
        name="Changed Too", description="Also take away what you changed since, and forget what you deleted", default=False,
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._remove, context)

    def _remove(self, context: bpy.types.Context) -> None:
        from ..timeline import requests
        from ..timeline.merge_effects import wholly_cleared
        from ..timeline.outcome import Outcome
        from ..timeline.plan import EFFECT_KINDS
        from ..timeline.read_effects import effects_text
        from . import effect_work, work

        scene: Any = compat.edited_scene(context)
        timeline = work.look(scene)
        names = [name for name in self.names.splitlines() if name]
        everywhere = self.strips == "ALL" and not names
        strips = () if everywhere else tuple(ref.name for ref in requests.seen(timeline, self.strips, names))
        kinds = EFFECT_KINDS if self.kind == "ALL" else (self.kind,)
        planned = wholly_cleared(timeline, effects_text(scene), kinds, strips)
        changes = effect_work.merged(scene, timeline, planned, changed_too=self.changed_too)
        outcome = effect_work.written(scene, timeline, changes, Outcome(self.bl_label))
        desk.show(outcome)
        for notice in outcome.notices:
            self.report({"INFO"}, notice)
        self.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_remove_effects,)
