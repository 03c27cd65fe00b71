"""Match Loudness (EBU R 128): the mix, each strip or all speech brought to a target, listened to before it is written."""

from typing import Any

import bpy
from bpy.props import BoolProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from . import level_options, levels_desk, settings
from .desk import desk
from .job import HIDDEN
from .levels_desk import rehearsed
from .levels_mix import MIX, Listens


class ASSISTANT_EDITOR_OT_match_loudness(level_options.LevelProps, Listens, bpy.types.Operator):
    """Bring the mix, each strip or every stretch of speech to a loudness, by volumes; measured on the mixdown before and after"""

    bl_idname = "assistant_editor.match_loudness"
    bl_label = "Match Loudness"
    live = level_options.LEVEL_LIVE
    asks = ("strips", *level_options.LEVEL_ASKS)

    dry_run: BoolProperty(name="Dry Run", description="Plan and listen, and write nothing", options=HIDDEN)

    def wanted(self, timeline: Any) -> tuple[Any, ...]:
        from ..timeline import loudness_asked

        names = [name for name in self.names.splitlines() if name]
        self._meant, more = loudness_asked.asked(timeline, self.strips, names, self.loudness_by)
        self._before: Any = None
        self._tried: Any = None
        return tuple(more)

    def heard(self, scene: Any, timeline: Any, measured: Any, job: Any) -> set[str]:
        from ..timeline import matching, merge, requests
        from . import work

        options, strips = level_options.level_plan(self), matching.sounding(timeline)
        if self._before is None:
            results = {key: facts for key, facts in job.results.items() if key[0] != MIX}
            found: Any = requests.by_engine(results)
            failed, absent = work.sorted_out(job.failures)
            told = levels_desk.elsewhere(scene, "is measured with the rest, and its volume is not set")
            self._before, self._asides, self._partial = measured, (*failed, *absent, *job.notices, *told), bool(failed)
            layers = merge.volumes(timeline)
            facts = found.get("loudness", {}), found.get("voice", {})
            self._tried = matching.first(strips, self._meant, layers, *facts, measured, options)
            if measured.integrated is None:
                raise EditorError("Nothing is heard.", "Add sound strips, or unmute them.", BAD_INPUT)
        else:
            self._tried = matching.following(self._tried, measured, strips, options)
            if self._tried.done:
                return self._end_with(scene, timeline, strips, measured, options)
        return self.listen(scene, self._faders(timeline, strips))

    def _planned(self, strips: Any) -> Any:
        from ..timeline.planners import levels

        return levels.plan(self._tried.points, strips, self._tried.reasons)

    def _faders(self, timeline: Any, strips: Any) -> Any:
        from ..timeline import merge
        from ..timeline.write_volumes import wanted

        return wanted(merge.merge(timeline, self._planned(strips)))

    def _end_with(self, scene: Any, timeline: Any, strips: Any, after: Any, options: Any) -> set[str]:
        """Writes what was listened to last."""
        from dataclasses import replace

        from ..timeline import matching
        from ..timeline.requests import Asked
        from . import levels_files, work

        planned, told = self._planned(strips), (matching.compared(self._before, after), *self._tried.told)
        report = matching.Report(self._before, after, self._tried.rows, self._tried.told)
        if self.dry_run:
            asides, more = (*told, *self._asides), levels_desk.as_json(report)
            return self._tell(levels_files.dry(self.bl_label, scene, timeline, planned, asides, self._partial, loudness=more))
        rehearsed.heard, rehearsed.tried, rehearsed.names = self._state, self._tried, self._meant
        rehearsed.before, rehearsed.after, rehearsed.options = self._before, after, options
        self._writing = True
        result = work.carry_out(scene, timeline, planned, self.bl_label, Asked(), (), self._asides)
        levels_desk.keep(scene, report)
        return self._tell(replace(result, notices=(*told, *result.notices), partial=self._partial or result.partial))

    def _replan(self, context: bpy.types.Context) -> set[str]:
        """Another target or limit, reckoned from what was listened to; anything else is for the next press of the button."""
        from ..timeline import matching
        from . import work

        scene = compat.edited_scene(context)
        desk.claim(self.bl_label)
        timeline = work.look(scene)
        if rehearsed.tried is None or rehearsed.heard != matching.state(timeline):
            raise EditorError("What was measured is no longer known.", f"Press {self.bl_label} again.", BAD_INPUT)
        options, strips = level_options.level_plan(self), matching.sounding(timeline)
        known: Any = rehearsed.options
        if (options.by, options.most) != (known.by, known.most):
            desk.hint = f"Changed: press {self.bl_label} to use it"
            options = type(options)(options.target, options.peak, known.by, known.most)
        self._state, self._before, self._asides, self._partial = rehearsed.heard, rehearsed.before, (), False
        self._meant = rehearsed.names
        measured: Any = rehearsed.after
        kept = rehearsed.tried, measured, known
        self._tried, after = matching.retargeted(rehearsed.tried, measured, strips, known, options)
        result = self._end_with(scene, timeline, strips, after, options)
        rehearsed.tried, rehearsed.after, rehearsed.options = kept
        settings.remember(self, scene)
        return result


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_match_loudness,)
