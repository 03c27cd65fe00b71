"""Plans made from beats: made without being written, kept in files, carried out later."""

from typing import Any

import bpy
from bpy.props import StringProperty

from ..timeline import compat
from .desk import desk
from .guard import Guarded
from .plan_files import text_of

latest: dict[str, Any] = {}
"""The JSON of the last plan that was made and not written."""


def rehearsal(operator: Any, scene: Any, timeline: Any, asked: Any, found: Any, job: Any) -> Any:
    """What a run of Find Beats would do, as an outcome; the plan goes to `latest`."""
    from ..timeline import beat_plan, merge
    from ..timeline.outcome import outcome
    from ..timeline.read_layout import read_layout
    from . import work

    planned = work.plan(operator.features, timeline, asked, found, operator)
    failed, absent = work.sorted_out(job.failures if job else ())
    strips = [strip for strip in timeline.strips if strip.name in planned.strips]
    plan = beat_plan.marked(planned, beat_plan.heard(found.get("beats", {}), strips))
    _keep(plan, read_layout(scene), timeline)
    notices = (*failed, *absent, *(job.notices if job else ()))
    return outcome(operator.bl_label, planned, merge.merge(timeline, planned), notices, bool(failed))


def kept(label: str, plan: Any, layout: Any, timeline: Any) -> Any:
    """The outcome of a plan that is not written; it goes to `latest`."""
    from ..timeline.outcome import Outcome

    _keep(plan, layout, timeline)
    return Outcome(label, notices=plan.notices, told=f"Nothing was changed. It would be: {plan.told}")


def _keep(plan: Any, layout: Any, timeline: Any) -> None:
    from ..timeline import beat_plan

    latest.clear()
    latest.update(beat_plan.as_json(plan, layout, timeline))


def carried_out(label: str, scene: Any, layout: Any, plan: Any) -> Any:
    """Writes a plan of cuts and says what was done. `layout` is what it was made for."""
    from ..timeline.outcome import Outcome

    if plan.what == "snap":
        from ..timeline.write_rolls import roll

        roll(scene, layout, plan.rolls)
        return Outcome(label, counts={"updated": {"cut": len(plan.rolls)}}, notices=plan.notices, told=plan.told)
    from ..timeline.write_layout import rearrange

    done = rearrange(scene, layout, plan.rearrangement)
    counts = {"updated": {"strip": len(plan.pieces)}, "removed": {"strip": len(plan.gone)}}
    return Outcome(label, counts=counts, notices=tuple(dict.fromkeys((*plan.notices, *done.notices))), told=plan.told)


class ASSISTANT_EDITOR_OT_apply_beats(Guarded, bpy.types.Operator):
    """Carry out a plan of beats that was written to a file, if the timeline is still the one it was made for"""

    bl_idname = "assistant_editor.apply_beats"
    bl_label = "Apply Plan of Beats"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="Plan", description="A file written with --dry-run --json", subtype="FILE_PATH", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._apply, context)

    def _apply(self, context: bpy.types.Context) -> None:
        from ..timeline import beat_plan
        from ..timeline.read_layout import read_layout
        from ..timeline.requests import Asked
        from . import work

        scene = compat.edited_scene(context)
        timeline, layout = work.look(scene), read_layout(scene)
        plan = beat_plan.read(text_of(self.filepath), layout, timeline)
        if plan.what == "markers":
            planned = beat_plan.as_plan(plan, timeline)
            outcome = work.carry_out(scene, timeline, planned, self.bl_label, Asked(), (), ())
        else:
            outcome = carried_out(self.bl_label, scene, layout, plan)
        desk.show(outcome)
        self.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_apply_beats,)
