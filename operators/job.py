"""The one job: started, watched and ended the same way for every feature.

Pressed in the interface it is modal: a timer polls the worker, Blender stays usable, Esc and the Cancel button end it. Called
from a script or without a window it blocks and returns. In the redo panel (F9) it plans again from what is known already.
Nothing of Blender's is held from one tick to the next but the scene's session number.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import preferences
from ..ml.errors import STALE, EditorError
from ..timeline import compat
from . import settings
from .desk import cancelled, desk, redraw
from .feature import Feature, Found
from .guard import OnStrips, excuse, half_written, tell
from .options import draw_options

if TYPE_CHECKING:
    from ..ml.client import Job
    from ..timeline.outcome import Outcome
    from ..timeline.requests import Asked

TICK = 0.1
WHICH = [
    ("AUTO", "As Selected", "The selected strips; without any the active one; without one all of them"),
    ("SELECTED", "Selected", "The selected strips"),
    ("ACTIVE", "Active", "The active strip"),
    ("ALL", "All", "Every strip of the open sequence"),
]
HIDDEN = {"HIDDEN", "SKIP_SAVE"}


class Terminal:
    """Tells a waiting script's terminal how far the job is: a line for each new step and each tenth, on stderr."""

    def __init__(self) -> None:
        self._told = ("", -1)

    def __call__(self, job: "Job") -> None:
        tenth = int(job.fraction * 10)
        if job.step and (job.step, tenth) != self._told:
            self._told = (job.step, tenth)
            sys.stderr.write(f"{job.fraction * 100:3.0f}% {job.step}\n")
            sys.stderr.flush()


class JobOperator(OnStrips):
    """Base of every operator that asks the worker. A subclass names its `features`, and its options by mixing them in."""

    bl_options = {"REGISTER", "UNDO"}
    features: ClassVar[tuple[Feature, ...]] = ()
    live: ClassVar[tuple[str, ...]] = ()
    asks: ClassVar[tuple[str, ...]] = ()

    strips: EnumProperty(name="Strips", description="Which strips are meant", items=WHICH, default="AUTO", options={"SKIP_SAVE"})
    names: StringProperty(name="Names", description="Names of the strips that are meant, one a line; goes before Strips", options=HIDDEN)
    from_panel: BoolProperty(description="Started by a button: called again, it plans anew and never waits", options=HIDDEN)
    asked: StringProperty(description="What was asked of the worker, as JSON", options=HIDDEN)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return self._guarded(self._press, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._replan if self.from_panel else self._block, context)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout  # type: ignore[attr-defined]
        layout.use_property_split, layout.use_property_decorate = True, False
        draw_options(layout, self, self.live)
        box = layout.box()
        box.label(text=f"For the next {self.bl_label}:", icon="FILE_REFRESH")  # type: ignore[attr-defined]
        draw_options(box, self, self.asks)
        if desk.hint:
            box.label(text=desk.hint, icon="INFO")

    def _press(self, context: bpy.types.Context) -> set[str]:
        job = self._start(context)
        self.from_panel = True
        if job.state != "running":
            return self._finish(compat.edited_scene(context), job)
        self._scene = compat.edited_scene(context).session_uid
        self._timer = context.window_manager.event_timer_add(TICK, window=context.window)
        context.window_manager.modal_handler_add(self)
        redraw()
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        job = self._job
        if event.type == "ESC" and event.value == "PRESS":
            job.cancel()
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        redraw()
        if job.poll() == "running":
            return {"PASS_THROUGH"}
        context.window_manager.event_timer_remove(self._timer)
        return self._guarded(self._end, context)

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator: its window was closed, or another file is opened."""
        self._job.cancel()
        if desk.job is self._job:
            desk.show(error=cancelled())

    def _end(self, context: bpy.types.Context) -> set[str]:
        scene = next((scene for scene in bpy.data.scenes if scene.session_uid == self._scene), None)
        if scene is None:
            raise EditorError("The scene is no longer there.", "Nothing was changed.", STALE)
        return self._finish(scene, self._job)

    def _block(self, context: bpy.types.Context) -> set[str]:
        job = self._start(context)
        job.wait(on_progress=Terminal())
        return self._finish(compat.edited_scene(context), job)

    def _start(self, context: bpy.types.Context) -> "Job":
        from ..ml.codec import to_json
        from . import work

        desk.claim(self.bl_label)  # type: ignore[attr-defined]
        self._preview, desk.preview = desk.preview, False
        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        timeline = self.timeline_of(scene)
        asked = work.ask(self.features, timeline, self)
        self.asked = json.dumps(to_json(asked))
        self._job = desk.job = work.job(preferences.backend(context), timeline, asked)
        self._job.start()
        return self._job

    def _finish(self, scene: Any, job: "Job") -> set[str]:
        from . import work

        if job.state == "cancelled":
            raise cancelled()
        found = work.results(job)
        return self._write(scene, self.timeline_of(scene), self._asked(), found, job)

    def _go_on(self, scene: Any, requests: Sequence[Any]) -> set[str]:
        """Asks the worker for more, after which `_finish` is called again: here in a script, from tick to tick behind a button."""
        from ..ml.client import Job

        self._job = desk.job = Job(preferences.backend(bpy.context), requests)
        self._job.start()
        if not self.from_panel:
            self._job.wait(on_progress=Terminal())
        if self._job.state != "running":
            return self._finish(scene, self._job)
        modal = hasattr(self, "_timer")
        manager = bpy.context.window_manager
        self._scene = scene.session_uid
        self._timer = manager.event_timer_add(TICK, window=bpy.context.window)
        if not modal:
            manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def _replan(self, context: bpy.types.Context) -> set[str]:
        """From what is known: with what was asked before, where the present options would have to ask the worker."""
        from . import work

        scene, backend = compat.edited_scene(context), preferences.backend(context)
        desk.claim(self.bl_label)  # type: ignore[attr-defined]
        timeline = self.timeline_of(scene)
        asked = before = self._asked()
        wished = work.ask(self.features, timeline, self)
        if wished != before:
            known = work.remembered(backend, timeline, wished)
            asked = before if known is None else wished
            desk.hint = f"Changed: press {self.bl_label} to use it" if known is None else ""  # type: ignore[attr-defined]
        found = work.remembered(backend, timeline, asked)
        if found is None:
            raise EditorError("What was found before is no longer stored.", f"Press {self.bl_label} again.", STALE)  # type: ignore[attr-defined]
        result = self._write(scene, timeline, asked, found)
        for edited in {scene, compat.edited_scene(context)}:  # a run may go on in a scene of its own
            settings.remember(self, edited)
        return result

    def _write(self, scene: Any, timeline: Any, asked: "Asked", found: Found, job: "Job | None" = None) -> set[str]:
        from . import work

        found = work.at_hand(self.features, preferences.backend(bpy.context), timeline, asked, found, scene.assistant_editor)
        planned = work.plan(self.features, timeline, asked, found, self)
        if getattr(self, "_preview", False):
            from . import effect_preview

            return effect_preview.show(self, scene, planned)
        self._writing = True
        label, failures, notices = self.bl_label, job.failures if job else (), job.notices if job else ()  # type: ignore[attr-defined]
        outcome = work.carry_out(scene, timeline, planned, label, asked, failures, notices)
        outcome = work.follow_up(self.features, scene, asked, found, self, outcome)
        return self._tell(outcome)

    def _tell(self, outcome: "Outcome") -> set[str]:
        desk.show(outcome)
        redraw()
        for notice in outcome.notices:
            self.report({"INFO"}, notice)  # type: ignore[attr-defined]
        self.report({"WARNING" if outcome.partial else "INFO"}, f"{outcome.what}: {outcome.line}")  # type: ignore[attr-defined]
        return {"FINISHED"}

    def timeline_of(self, scene: Any) -> Any:
        """The timeline as this operator takes it."""
        from . import work

        return work.look(scene)

    def _asked(self) -> "Asked":
        from ..ml.codec import from_json
        from ..timeline.requests import Asked

        return from_json(Asked, json.loads(self.asked))

    def _guarded(self, step: Callable[[bpy.types.Context], set[str]], context: bpy.types.Context) -> set[str]:
        """The last door before the user: whatever goes wrong leaves as one sentence and a remedy."""
        self._writing = False
        try:
            return step(context)
        except Exception as reason:  # noqa: BLE001  a defect must not show a traceback
            error = excuse(reason)
            remains = self._writing and (half_written(reason) or error is not reason)
        if not desk.running or desk.job is getattr(self, "_job", None):
            desk.show(error=error)
        tell(self, error)
        return {"FINISHED"} if remains else {"CANCELLED"}


CLASSES: tuple[type, ...] = ()
