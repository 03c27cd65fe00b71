"""What transitions ask about which strips, and what their planner is given."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat


def touching(timeline: Any, which: Any, names: Any) -> Any:
    """The movie strips that are meant, and those they meet: a cut has two sides."""
    from ..timeline import requests
    from ..timeline.plan import EFFECT_KINDS

    def ours(strip: Any) -> bool:
        return strip.tag is not None and strip.tag.kind in EFFECT_KINDS

    meant = [strip for strip in requests.seen(timeline, which, names) if not ours(strip)]
    moments = {moment for strip in meant for moment in (strip.frames.start, strip.frames.end)}
    chosen = {strip.name for strip in meant}
    return tuple(
        strip
        for strip in timeline.strips
        if strip.kind == "MOVIE"
        and not ours(strip)
        and (strip.name in chosen or (not strip.muted and not moments.isdisjoint((strip.frames.start, strip.frames.end))))
    )


def sounding(timeline: Any, _which: Any, _names: Any) -> Any:
    """Every sound strip that is heard: none is no obstacle."""
    return tuple(strip for strip in timeline.strips if strip.kind == "SOUND" and not strip.muted and strip.source is not None)


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
    transcripts = found.get("transcript", {})
    known = transitions.Known(
        found.get("shots", {}),
        scenes(found, strips, standing, timeline) if options.at == "scenes" else {},
        heard_speech.speech(timeline.strips, transcripts, found.get("voice", {}), rate) if options.clear else heard_speech.Speech(),
        found.get("pictures", {}),
        found.get("beats", {}),
    )
    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    return transitions.plan(known, strips, options, stage, stack(scene, timeline))


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
