"""What privacy asks about which strips, and what its planner is given."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat


def settings() -> Any:
    return compat.edited_scene(bpy.context).assistant_editor


def choose(timeline: Any, which: Any, names: Any) -> Any:
    """Movie strips that are meant. With them go the copies that transitions made of them: these are seen too."""
    from ..timeline import requests
    from ..timeline.plan import EFFECT_KINDS

    meant = requests.seen(timeline, which, names)
    media = {strip.medium for strip in meant}
    copies = [
        strip for strip in timeline.strips
        if strip.kind == "MOVIE" and strip.medium in media and strip.source is not None and strip not in meant
        and strip.tag is not None and strip.tag.kind in EFFECT_KINDS
    ]  # fmt: skip
    return (*meant, *copies)


def plan(found: Any, strips: Any, props: Any, _standing: Any, _rate: Any, _origins: Any, *, stage: Any, timeline: Any, moving: Any) -> Any:
    from ..timeline.planners import privacy
    from . import privacy_options

    faces = found.get("faces", {})
    known = privacy.Known(found.get("sightings", {}), found.get("objects", {}), faces, found.get("shots", {}), _visible(faces, props))
    return privacy.plan(known, strips, privacy_options.privacy_plan(props), stage, moving, timeline.strips)


def beside(found: Any, timeline: Any, planned: Any, props: Any) -> dict[str, Any]:
    from ..timeline import read_poses
    from . import effect_stage

    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    return {**effect_stage.beside(found, timeline, planned, props), "moving": read_poses.moving(scene, "privacy")}


def _visible(faces: Any, props: Any) -> dict[str, list[Any]]:
    """The faces of those who stay visible, by medium."""
    from . import people_known, privacy_options

    names = {name.casefold() for name in privacy_options.words(props.privacy_keep)}
    if not names or not faces or not people_known.consent():
        return {}
    persons = people_known.persons_of(faces)
    return {medium: [track for track in facts.tracks if persons.of(track).casefold() in names] for medium, facts in faces.items()}


CLASSES: tuple[type, ...] = ()
