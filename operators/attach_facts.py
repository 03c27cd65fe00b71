"""What attached graphics ask about which strips, and what their planner is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..timeline import compat

if TYPE_CHECKING:
    from ..ml.facts import SurfaceOptions


def choose(timeline: Any, which: Any, names: Any) -> Any:
    """The movie strips that are meant. Those that are parts of effects, as the copies in transitions, are their affair."""
    from ..timeline import requests
    from ..timeline.plan import EFFECT_KINDS

    meant = requests.seen(timeline, which, names)
    own = tuple(strip for strip in meant if strip.tag is None or strip.tag.kind not in EFFECT_KINDS)
    return own or meant


def plan(found: Any, strips: Any, props: Any, standing: Any, _rate: Any, _origins: Any, *, stage: Any, timeline: Any, known: Any) -> Any:
    from dataclasses import replace

    from ..timeline.planners import attach
    from . import attach_options

    options = attach_options.attaching(props, image_size(props))
    here = [strip for strip in strips if options.to != "surface" or strip.frames.holds(options.wish.moment)]
    return attach.plan(found, here, options, stage, replace(known, said=standing.corrections))


def beside(found: Any, timeline: Any, planned: Any, props: Any) -> dict[str, Any]:
    from ..timeline.planners.attach import Known
    from . import effect_stage

    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    known = Known(_moving(scene), name_of=_names(found.get("faces", {})))
    return {**effect_stage.beside(found, timeline, planned, props), "known": known}


def _moving(scene: Any) -> Any:
    from ..timeline import read_poses

    return read_poses.moving(scene, "attachment")


def _names(faces: Any) -> Any:
    from . import people_known

    if not faces or not people_known.consent():
        return lambda _track: ""
    return people_known.persons_of(faces).of


def image_size(props: Any) -> tuple[int, int]:
    """Width and height of the image that is to be attached; (0, 0) where there is none."""
    path = str(bpy.path.abspath(props.attach_source.strip()))
    if props.attach_graphic != "image" or not path:
        return (0, 0)
    try:
        image = bpy.data.images.load(path)
    except RuntimeError:  # Blender cannot open it, and the planner says so
        return (0, 0)
    size = (image.size[0], image.size[1])
    bpy.data.images.remove(image)
    return size


def at_playhead(operator: Any, scene: Any) -> None:
    """A surface is marked in the film on top at the playhead: it alone is meant. Raises `EditorError(USAGE)` where there is none."""
    from ..ml.errors import USAGE, EditorError
    from . import work

    timeline = work.look(scene)
    names = [name for name in operator.names.splitlines() if name]
    meant = choose(timeline, operator.strips, names)
    here = [strip for strip in meant if strip.frames.holds(operator.attach_frame) and strip.source is not None and not strip.muted]
    if not here:
        raise EditorError("None of these films is at the playhead.", "Move the playhead to a frame that shows the surface.", USAGE)
    operator.names = max(here, key=lambda strip: strip.channel).name


def surface_task(props: Any) -> SurfaceOptions | None:
    """The marked part of the frame, as a part of the film's picture."""
    from ..ml.errors import STALE, EditorError
    from ..ml.facts import SurfaceOptions
    from ..timeline.attach_region import marked
    from ..timeline.picture_way import Way
    from . import effect_stage, work

    if props.attach_to != "surface":
        return None
    scene = compat.edited_scene(bpy.context)
    timeline = work.look(scene)
    stage = effect_stage.stage_of(scene, timeline, "attachment")
    strip = next((one for one in timeline.strips if one.name == props.names), None)
    if strip is None or strip.source is None:
        raise EditorError("The film with the surface is no longer there.", "Mark the surface again.", STALE)
    way = Way(stage.shown[strip.name], stage.canvas, _moving(scene).poses.get(strip.name))
    corners, moment = marked(strip, way, props.attach_region, stage.canvas, props.attach_frame)
    return SurfaceOptions(corners, moment)


CLASSES: tuple[type, ...] = ()
