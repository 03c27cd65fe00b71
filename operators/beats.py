"""Find Beats: where the beats and bars of music are, as markers."""

from collections.abc import Mapping
from typing import Any

import bpy
from bpy.props import BoolProperty

from . import beat_options
from .beat_desk import shown
from .desk import desk
from .feature import Feature
from .job import HIDDEN, JobOperator


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.music(timeline, which, names)


def as_heard(strips: Any, found: Mapping[str, Any]) -> Any:
    """The strips whose maps count in their sound's time."""
    from ..timeline import proposals

    return proposals.as_heard(strips, {medium: facts.origin for medium, facts in found.items()}, desk.origins)


def _plan(found: Any, strips: Any, props: Any, standing: Any, _rate: Any, _origins: Any) -> Any:
    from ..timeline.planners import beats

    facts = found.get("beats", {})
    return beats.plan(facts, as_heard(strips, facts), beat_options.markers(props), standing)


FEATURE = Feature("beats", _choose, beat_options.task, _plan)


class ASSISTANT_EDITOR_OT_find_beats(beat_options.BeatProps, JobOperator, bpy.types.Operator):
    """Find the beats and bars of music, its tempo, and mark them on the timeline"""

    bl_idname = "assistant_editor.find_beats"
    bl_label = "Find Beats"
    features = (FEATURE,)
    live = beat_options.FIND_LIVE
    asks = ("strips", *beat_options.BEAT_ASKS)

    dry_run: BoolProperty(name="Dry Run", description="Plan, and write nothing", options=HIDDEN)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        shown.show(scene, found.get("beats", {}), timeline.strips)
        if not self.dry_run:
            return super()._write(scene, timeline, asked, found, job)
        from . import beat_files

        return self._tell(beat_files.rehearsal(self, scene, timeline, asked, found, job))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_find_beats,)
