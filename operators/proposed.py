"""What is proposed to be cut out of a scene's speech: planned from what is stored, by the scene's options. Nobody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import bpy

from .. import preferences
from ..timeline import proposals, removals, requests, tags
from ..timeline.proposals import Row, Sought
from ..timeline.read import keeper
from ..timeline.removals import Proposals, Said
from ..timeline.requests import Asked
from ..timeline.state import StripRef, Timeline
from . import work
from .desk import desk
from .speech_search import SEARCHES, Search


@dataclass(frozen=True)
class Proposed:
    """`strips` are those that are heard, by name, their maps in their sound's time. `missing` are the searches whose facts are no longer
    stored, in words; `notices` is what the planners say of each search."""

    timeline: Timeline
    strips: dict[str, StripRef]
    rows: tuple[Row, ...]
    said: tuple[Said, ...]
    missing: tuple[str, ...]
    proposals: Proposals
    transcripts: dict[str, Any]
    notices: dict[str, tuple[str, ...]]


def look(scene: Any) -> Proposed:
    """Plans anew what was looked for. Raises `EditorError` when the timeline, or what is kept in the scene, cannot be read."""
    timeline, settings = work.look(scene), scene.assistant_editor
    words, whole = said(scene), Proposals()
    strips: dict[str, StripRef] = {}
    transcripts: dict[str, Any] = {}
    missing, notices = [], {}
    for name, sought in proposals.load_sought(tags.removals_of(keeper(scene))[1]).items():
        search = SEARCHES[name]
        there = [strip for strip in _there(timeline, sought.asked, search) if strip.source is not None and not strip.muted]
        if not there:
            continue
        found = work.remembered(preferences.backend(bpy.context), timeline, sought.asked)
        if found is None:
            missing.append(f"What was found of {search.name} is no longer stored. Press Find {search.name.capitalize()}.")
            continue
        found = work.at_hand((search.feature,), preferences.backend(bpy.context), timeline, sought.asked, found, settings)
        sounds = {medium: facts.origin for engine in ("transcript", "voice") for medium, facts in found.get(engine, {}).items()}
        heard = proposals.as_heard(there, sounds, {**sought.pictures, **desk.origins})
        here = search.propose(found, heard, settings, timeline.rate)
        whole, notices[name] = whole + here, here.notices
        strips.update({strip.name: strip for strip in heard})
        transcripts.update(found.get("transcript", {}))
    rows = proposals.rows(whole, words, tuple(strips.values()), transcripts)
    return Proposed(timeline, strips, rows, words, tuple(missing), whole, transcripts, notices)


def judged(scene: Any, known: Proposed) -> Proposed:
    """The same proposals with what the scene now keeps of the editor's words: nothing else has changed since."""
    words = said(scene)
    return replace(known, said=words, rows=proposals.rows(known.proposals, words, tuple(known.strips.values()), known.transcripts))


def _there(timeline: Timeline, asked: Asked, search: Search) -> tuple[StripRef, ...]:
    return requests.still_there(timeline, asked.strips.get(search.feature.engine, ()), asked.others)


def sought_in(scene: Any, search: Search, asked: Asked) -> None:
    """Keeps in the scene what was looked for, and where the pictures of its media begin."""
    kept = keeper(scene)
    sought = proposals.load_sought(tags.removals_of(kept)[1])
    media = {one.medium for one in asked.strips.get(search.feature.engine, ()) if one.kind == "MOVIE"}
    pictures: dict[str, Fraction] = {medium: desk.origins[medium] for medium in media if medium in desk.origins}
    tags.put_removals(kept, sought=proposals.dump_sought({**sought, search.name: Sought(asked, pictures)}))


def said(scene: Any) -> tuple[Said, ...]:
    """What the scene keeps of the editor's words. Raises `EditorError(BAD_INPUT)` when it cannot be read."""
    return removals.load(tags.removals_of(keeper(scene))[0])


def say(scene: Any, before: Iterable[Said], words: Iterable[Said]) -> None:
    """Keeps the editor's words in the scene, with those he said before."""
    tags.put_removals(keeper(scene), said=removals.dump(proposals.say_all(tuple(before), words)))


CLASSES: tuple[type, ...] = ()
