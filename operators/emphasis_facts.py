"""What Emphasise asks about which strips, and what its planner is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ..timeline import compat
from . import effect_stage, options, stored
from .desk import desk

KIND = "emphasis"


def settings() -> Any:
    return compat.edited_scene(bpy.context).assistant_editor


def meant(timeline: Any, which: Any, names: Any) -> Any:
    """The movie strips that are meant, without those that an effect added. Raises `EditorError(BAD_INPUT)` as `requests.seen` does."""
    from ..timeline import requests

    return _own(requests.seen(timeline, which, names))


def _own(strips: Any) -> Any:
    from ..timeline.plan import EFFECT_KINDS

    return tuple(strip for strip in strips if strip.tag is None or strip.tag.kind not in EFFECT_KINDS)


def heard(timeline: Any, which: Any, names: Any) -> Any:
    """The sound of the movies that are meant; where they have none of their own, whatever is heard over them but the chosen music."""
    from ..timeline import requests

    movies = meant(timeline, which, names)
    partners = {name for strip in movies for name in strip.partners}
    over = [
        strip
        for strip in requests.sounds(timeline)
        if not strip.muted and strip.name != settings().beat_music and any(strip.frames.overlaps(movie.frames) for movie in movies)
    ]
    own = [strip for strip in over if strip.name in partners]
    return tuple(own or over) or requests.heard(timeline, which, names)


def music(timeline: Any, _which: Any, _names: Any) -> Any:
    from ..timeline import requests

    named = settings().beat_music
    return requests.music(timeline, "AUTO", [named] if named else ())


def only_for(task: Callable[[Any], Any], *on: str) -> Callable[[Any], Any]:
    """The task, asked only where one of these is on; by the scene's settings: they are options of other features."""
    return lambda props: task(settings()) if props.emphasis_on & set(on) else None


def voice_task(_settings: Any) -> Any:
    from ..ml.facts import VoiceOptions

    return VoiceOptions()


def impacts_task(_settings: Any) -> Any:
    from ..ml.facts import ImpactsOptions

    return ImpactsOptions()


def beside(found: Any, timeline: Any, planned: Any, props: Any) -> dict[str, Any]:
    """`done`: another of the operator's features has planned already: whichever of them has strips first plans for all."""
    done = any(kind == KIND for _medium, kind in planned.media)
    return {**effect_stage.beside(found, timeline, planned, props), "done": done}


def plan(found: Any, strips: Any, props: Any, _standing: Any, _rate: Any, _origins: Any, stage: Any, timeline: Any, done: bool) -> Any:
    from ..ml.errors import STALE, EditorError
    from ..timeline import emphasis_words
    from ..timeline.plan import Plan
    from ..timeline.planners import emphasis
    from . import emphasis_options

    if done:
        return Plan()
    names = set(props.names.splitlines())
    pictures = _own([strip for strip in timeline.strips if strip.kind == "MOVIE" and (not names or strip.name in names)])
    if not pictures:
        raise EditorError("The strips are no longer on the timeline.", "Choose strips, and start again.", STALE)
    known = _known(found, timeline)
    transcripts, voices, speakers = (known.get(engine, {}) for engine in ("transcript", "voice", "speakers"))
    listened = _as_heard(strips, transcripts)
    words = emphasis_words.spoken(transcripts, voices, speakers, listened) if "words" in props.emphasis_on else ()
    beats, notices = _ticks(found.get("beats", {}), timeline)
    planned = emphasis.plan(known, pictures, emphasis_options.emphasis_plan(props), stage, timeline, words, beats, _ours(timeline))
    return Plan(notices=notices) + planned


def _known(found: Any, timeline: Any) -> dict[str, Any]:
    """What was asked for, and of all else what is stored: where faces are, where shots begin, whether the camera moves."""
    from .footage_options import TASKS

    here = settings()
    wished = {engine: TASKS[engine](here) for engine in ("faces", "objects", "pictures")}
    wished |= {"shots": options.shots_task(here), "looks": options.looks_task(here)}
    there = {engine: stored.movies(timeline, engine, task) for engine, task in wished.items() if task is not None}
    return {engine: {**there.get(engine, {}), **found.get(engine, {})} for engine in {*there, *found}}


def _as_heard(strips: Any, facts: Any) -> Any:
    from ..timeline import proposals

    return proposals.as_heard(strips, {medium: one.origin for medium, one in facts.items()}, desk.origins)


def _ticks(beats: Any, timeline: Any) -> tuple[Any, tuple[str, ...]]:
    from ..timeline import beat_grid
    from . import beat_options

    sounds = [strip for strip in timeline.strips if strip.medium in beats and strip.source is not None]
    playing = [strip for strip in sounds if strip.kind == "SOUND"] or sounds
    return beat_grid.ticks(beats, _as_heard(playing, beats), beat_options.grid(settings()))


def _ours(timeline: Any) -> dict[str, Any]:
    """The strips that earlier runs of this wrote, and pieces of them: their channels and ranges by name."""
    from ..timeline import effect_ledger, read_effects

    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    records = effect_ledger.load(read_effects.effects_text(scene)).records
    known = {record.id for record in records if record.identity.kind == KIND}
    seen = read_effects.scenery(scene, timeline, (), ()).strips.values() if known else ()
    return {one.name: (one.channel, one.frames) for one in seen if one.record in known}


CLASSES: tuple[type, ...] = ()
