"""Duck Music: music goes down while somebody speaks."""

from dataclasses import replace
from typing import Any

import bpy
from bpy.props import BoolProperty

from ..timeline import compat
from . import caption_options, level_options, levels_desk
from .feature import Feature
from .job import HIDDEN, JobOperator
from .options import draw_options


def _choose(timeline: Any, _which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.listened(timeline, names)


def _voice(_props: Any) -> Any:
    from ..ml.facts import VoiceOptions

    return VoiceOptions()


def beside(_found: Any, timeline: Any, _planned: Any, props: Any) -> dict[str, Any]:
    return {"timeline": timeline}


def _plan(found: Any, _strips: Any, props: Any, _standing: Any, rate: Any, _origins: Any, timeline: Any) -> Any:
    from ..timeline import requests
    from ..timeline.planners import ducking

    heard = ducking.Heard(found.get("voice", {}), found.get("transcript", {}), found.get("sounds", {}))
    names = [name for name in props.names.splitlines() if name]
    options = level_options.duck_plan(props)
    meant = requests.sounds_meant(timeline, props.strips, names) if options.music_by == "strips" or names else ()
    planned = ducking.plan(heard, requests.sounds(timeline), meant, options, rate)
    told = levels_desk.elsewhere(compat.edited_scene(bpy.context), "counts neither as speech nor as music")
    return replace(planned, notices=(*planned.notices, *told))


FEATURE = Feature(
    "voice", _choose, _voice, _plan, beside=beside,
    also=(("sounds", level_options.sounds_task),), glad=(("transcript", caption_options.transcript_task),),
)  # fmt: skip


class ASSISTANT_EDITOR_OT_duck_music(level_options.DuckProps, JobOperator, bpy.types.Operator):
    """Lower music while somebody speaks, by volume keyframes that are few and yours to change"""

    bl_idname = "assistant_editor.duck_music"
    bl_label = "Duck Music"
    features = (FEATURE,)
    live = level_options.DUCK_LIVE

    dry_run: BoolProperty(name="Dry Run", description="Plan, and write nothing", options=HIDDEN)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split, self.layout.use_property_decorate = True, False
        draw_options(self.layout, self, self.live)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        if not self.dry_run:
            return super()._write(scene, timeline, asked, found, job)
        from . import levels_files

        return self._tell(levels_files.rehearsal(self, scene, timeline, asked, found, job))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_duck_music,)
