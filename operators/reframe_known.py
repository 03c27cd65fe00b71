"""Who and what is known to be in the shot at the playhead, from what is stored."""

from __future__ import annotations

from typing import Any

import bpy

from .. import preferences


def subjects_here(scene: Any) -> tuple[str, ...]:
    """Names that may be chosen for the shot at the playhead, the weightiest first. Raises `EditorError` where there is no shot."""
    import numpy as np

    from ..timeline import reframe_subjects
    from . import effect_choices, reframe_options, work

    row = effect_choices.shot_here(scene)
    timeline = work.look(scene)
    strip = timeline.strip(row.strip)
    if strip.source is None or row.source is None:
        return ()
    known = {engine: _stored(timeline, strip, engine, task) for engine, task in _tasks(reframe_options, scene)}
    moments = np.arange(float(row.source.start), float(row.source.end), float(1 / timeline.rate))
    if not len(moments):
        return ()
    found = reframe_subjects.Sights(known.get("objects"), known.get("faces")).subjects(moments)
    return tuple(one.name for one in found[:12])


def _tasks(options: Any, scene: Any) -> list[tuple[str, Any]]:
    asked = {"objects": options.objects_task(scene.assistant_editor), "faces": options.faces_task(scene.assistant_editor)}
    return [(engine, task) for engine, task in asked.items() if task is not None]


def _stored(timeline: Any, strip: Any, engine: str, task: Any) -> Any:
    from ..timeline import requests
    from . import work

    asked = requests.ask(timeline, {engine: [strip]}, {engine: task})
    found = work.remembered(preferences.backend(bpy.context), timeline, asked)
    return found[engine].get(strip.medium) if found else None


CLASSES: tuple[type, ...] = ()
