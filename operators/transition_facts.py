"""What transitions ask about which strips, and what their planner is given."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat


def touching(timeline: Any, which: Any, names: Any) -> Any:
    """The pictures that are meant, and those they meet: a cut has two sides. With what is in scenes and meta strips of films."""
    from ..timeline import requests
    from ..timeline.plan import EFFECT_KINDS

    every = [strip for strip in timeline.strips if strip.tag is None or strip.tag.kind not in EFFECT_KINDS]
    films = {strip.name for strip in every if strip.kind == "MOVIE"}
    others = {one.ref.name: one for one in timeline.pictures}
    meant = requests.pictured(timeline, which, names)
    moments = {moment for strip in meant for moment in (strip.frames.start, strip.frames.end)}
    chosen = {strip.name for strip in meant}
    found = [
        strip
        for strip in (*every, *(one.ref for one in timeline.pictures))
        if (strip.name in films or strip.name in others)
        and (strip.name in chosen or (not strip.muted and not moments.isdisjoint((strip.frames.start, strip.frames.end))))
    ]
    inside = [film for strip in found if strip.name in others for film in others[strip.name].inside if film.kind == "MOVIE"]
    return (*found, *(film for film in inside if film.source is not None and film.medium))


def sounding(timeline: Any, _which: Any, _names: Any) -> Any:
    """Every sound strip that is heard, in scenes and meta strips too: none is no obstacle."""
    return tuple(strip for strip in heard(timeline) if strip.kind == "SOUND" and not strip.muted and strip.source is not None)


def heard(timeline: Any) -> Any:
    return (*timeline.strips, *(one for picture in timeline.pictures if not picture.ref.muted for one in picture.inside))


def spoken(timeline: Any, which: Any, names: Any) -> Any:
    """The sound strips that are meant, and those they meet."""
    from ..timeline import requests

    meant = requests.heard(timeline, which, names)
    moments = {moment for strip in meant for moment in (strip.frames.start, strip.frames.end)}
    chosen = {strip.name for strip in meant}
    return tuple(
        strip
        for strip in timeline.strips
        if strip.name in chosen
        or (strip.kind == "SOUND" and not strip.muted and not moments.isdisjoint((strip.frames.start, strip.frames.end)))
    )


def nothing(*_: Any, **_more: Any) -> Any:
    from ..timeline.plan import Plan

    return Plan()


def voice_task(props: Any) -> Any:
    from ..ml.facts import VoiceOptions

    return VoiceOptions() if props.transition_clear else None


def looks_task(props: Any) -> Any:
    from . import options

    return options.looks_task(props) if props.transition_at == "scenes" else None


def ambience_task(props: Any) -> Any:
    from . import options

    return options.ambience_task(_settings()) if props.transition_at == "scenes" else None


def pictures_task(props: Any) -> Any:
    """Asked for pushes that go as the camera goes; by rule they are made where it is known already."""
    from ..ml.facts import PicturesOptions

    return PicturesOptions() if props.transition_way == "push" and props.transition_direction == "auto" else None


def pictures_known(props: Any) -> Any:
    from .footage_options import TASKS

    return TASKS["pictures"](props)


def plan(found: Any, strips: Any, props: Any, standing: Any, rate: Any, _origins: Any, stage: Any, timeline: Any) -> Any:
    from ..timeline import heard_speech
    from ..timeline.planners import transitions
    from ..timeline.read_stack import stack
    from . import transition_options

    options = transition_options.transition_plan(props)
    here = {strip.name for strip in strips}
    pictures = tuple(one for one in timeline.pictures if one.ref.name in here)
    inside = {one.name for one in timeline.beside}
    strips = tuple(strip for strip in strips if strip.name not in inside)
    transcripts = found.get("transcript", {})
    known = transitions.Known(
        found.get("shots", {}),
        scenes(found, strips, standing, timeline) if options.at == "scenes" else {},
        heard_speech.speech(heard(timeline), transcripts, found.get("voice", {}), rate) if options.clear else heard_speech.Speech(),
        found.get("pictures", {}),
        found.get("beats", {}),
    )
    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    return transitions.plan(known, strips, options, stage, stack(scene, timeline), pictures)


def scenes(found: Any, strips: Any, standing: Any, timeline: Any) -> dict[int, float]:
    """Where scenes begin and how sure that is: by the markers that stand, as the editor left them, else by what they would be."""
    from ..timeline.planners import scenes as planner
    from . import options

    marked = {ref.frame: ref.tag.confidence for ref in timeline.markers if ref.tag is not None and ref.tag.kind == "scene"}
    if marked:
        return marked
    known = planner.Evidence(*(found.get(engine, {}) for engine in ("shots", "looks", "ambience", "transcript")))
    chosen = options.scenes_plan(_settings())
    media = {medium: facts for medium, facts in known.shots.items() if medium in known.looks}
    shots, _told = planner.found_shots(media, strips, chosen.shots, standing, timeline.rate)
    return {one.frames.start: one.sure for one in planner.found_scenes(shots, known, chosen, timeline.rate)[1:]}


def _settings() -> Any:
    return compat.edited_scene(bpy.context).assistant_editor


CLASSES: tuple[type, ...] = ()
