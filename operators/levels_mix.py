"""Listening to the mix: mixed down in Blender, measured by the worker, as it is or as it would be. What Match and Measure share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..ml.errors import STALE, EditorError
from ..timeline import compat
from . import settings
from .desk import cancelled, desk
from .job import JobOperator

if TYPE_CHECKING:
    from ..ml.client import Job

MIX = "mix"
"""The id of the request about the mixdown."""


class Listens(JobOperator):
    """A subclass says what follows once the mix was measured: `heard(scene, timeline, measured, job)`, an end or another `listen`."""

    def wanted(self, timeline: Any) -> tuple[Any, ...]:
        """What else is asked of the worker, in the first round."""
        return ()

    def heard(self, scene: Any, timeline: Any, measured: Any, job: Job) -> set[str]:
        raise AssertionError(f"{type(self).__name__} says what follows")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._replan if self.from_panel else self._block, context)

    def _press(self, context: bpy.types.Context) -> set[str]:
        self.from_panel = True
        return self._begin(context)

    def _block(self, context: bpy.types.Context) -> set[str]:
        return self._begin(context)

    def _begin(self, context: bpy.types.Context) -> set[str]:
        from ..timeline import matching
        from . import work

        desk.claim(self.bl_label)  # type: ignore[attr-defined]
        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        timeline = work.look(scene)
        self._state = matching.state(timeline)
        return self.listen(scene, {}, self.wanted(timeline))

    def listen(self, scene: Any, faders: Mapping[str, Any], more: tuple[Any, ...] = ()) -> set[str]:
        """Measures the scene as it would be with these volumes. Waits in a script; behind a button it goes on from tick to tick."""
        import tempfile

        from ..ml.codec import to_json
        from ..ml.facts import LoudnessOptions
        from ..ml.protocol import Analyse, Task
        from ..timeline.mixdown import mixdown

        file = tempfile.NamedTemporaryFile(dir=bpy.app.tempdir or None, prefix="mix-", suffix=".wav", delete=False)  # noqa: SIM115  it outlives this call
        file.close()
        self._file = file.name
        try:
            mixdown(scene, self._file, faders)
            mix = Analyse(MIX, self._file, (Task("loudness", to_json(LoudnessOptions())),))
            return self._go_on(scene, [mix, *more])
        except Exception:
            self._forget()
            raise

    def cancel(self, context: bpy.types.Context) -> None:
        super().cancel(context)
        self._forget()

    def _finish(self, scene: Any, job: Job) -> set[str]:
        from ..timeline import matching
        from ..timeline.planners.levels import Measured
        from . import work

        self._forget()
        if job.state == "cancelled":
            raise cancelled()
        work.results(job)  # raises what went wrong
        timeline = work.look(scene)
        if matching.state(timeline) != self._state:
            raise EditorError("The timeline has changed while it was listened to.", "Run it again.", STALE)
        facts: Any = job.results.get((MIX, "loudness"))
        if facts is None:
            failure = next(one for one in job.failures if one.id == MIX)
            raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
        return self.heard(scene, timeline, Measured(facts.integrated, facts.true_peak), job)

    def _forget(self) -> None:
        Path(self._file).unlink(missing_ok=True)


CLASSES: tuple[type, ...] = ()
