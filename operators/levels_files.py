"""Plans of volumes: made without being written, kept in files, carried out later."""

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
    """What a run of this operator would do, as an outcome; the plan goes to `latest`."""
    from .. import preferences
    from . import work

    found = work.at_hand(operator.features, preferences.backend(bpy.context), timeline, asked, found, scene.assistant_editor)
    planned = work.plan(operator.features, timeline, asked, found, operator)
    failed, absent = work.sorted_out(job.failures if job else ())
    return dry(operator.bl_label, scene, timeline, planned, (*failed, *absent, *(job.notices if job else ())), bool(failed))


def dry(label: str, scene: Any, timeline: Any, planned: Any, notices: Any = (), partial: bool = False, **more: Any) -> Any:
    """The outcome of a plan that is not written. `more` goes into its file too."""
    from ..timeline import merge, volume_plan
    from ..timeline.outcome import outcome
    from ..timeline.read_layout import read_layout

    changes = merge.merge(timeline, planned)
    latest.clear()
    latest.update(volume_plan.as_json(planned, read_layout(scene), timeline, more))
    return outcome(label, planned, changes, notices, partial)


class ASSISTANT_EDITOR_OT_apply_levels(Guarded, bpy.types.Operator):
    """Carry out a plan of volumes that was written to a file, if the timeline is still the one it was made for"""

    bl_idname = "assistant_editor.apply_levels"
    bl_label = "Apply Plan of Volumes"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="Plan", description="A file written with --dry-run --json", subtype="FILE_PATH", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._apply, context)

    def _apply(self, context: bpy.types.Context) -> None:
        from ..timeline import volume_plan
        from ..timeline.read_layout import read_layout
        from ..timeline.requests import Asked
        from . import work

        scene = compat.edited_scene(context)
        timeline = work.look(scene)
        planned = volume_plan.read(text_of(self.filepath), read_layout(scene), timeline)
        outcome = work.carry_out(scene, timeline, planned, self.bl_label, Asked(), (), ())
        desk.show(outcome)
        self.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_apply_levels,)
