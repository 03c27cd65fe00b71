"""What was captioned before, planned again from what is stored: nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpy

from .. import preferences
from ..ml.cache import Cache
from ..ml.errors import STALE, EditorError
from ..ml.facts import Speakers
from ..timeline import ledger, requests
from ..timeline.requests import Asked
from ..timeline.state import StripRef, Timeline
from . import captions, work
from .desk import desk
from .feature import Feature, Found


@dataclass(frozen=True)
class Known:
    """`asked` are the captioned strips, `found` what is stored of them by the scene's options."""

    timeline: Timeline
    asked: Asked
    found: Found
    props: Any

    @property
    def speakers(self) -> Mapping[str, Speakers]:
        return self.found.get("speakers", {})


class _Meant:
    """The scene's options, and which strips are meant."""

    strips = "AUTO"

    def __init__(self, settings: Any, names: list[str]) -> None:
        self._settings, self.names = settings, "\n".join(names)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


def stored(scene: Any, feature: Feature = captions.FEATURE) -> Known:
    """Reads the timeline, and of what was captioned what is stored: nothing, where a part of it is not. `feature` says what is meant.

    Raises `EditorError(STALE)` where nothing was captioned.
    """
    timeline = work.look(scene)
    media = {record.identity.medium for record in ledger.load(timeline.ledger).records if record.identity.kind == "caption"}
    names = [strip.name for strip in timeline.strips if strip.medium in media and strip.source is not None and not strip.muted]
    if not names:
        raise EditorError("Nothing is captioned here.", "Press Auto Captions first.", STALE)
    props = _Meant(scene.assistant_editor, names)
    asked = work.ask((feature,), timeline, props)
    return Known(timeline, asked, work.remembered(preferences.backend(bpy.context), timeline, asked) or {}, props)


def words(scene: Any) -> Known:
    """As `stored`, of transcripts alone."""
    return stored(scene, replace(captions.FEATURE, also=()))


def strips(known: Known) -> tuple[StripRef, ...]:
    """The strips through which it is heard."""
    return requests.still_there(known.timeline, known.asked.strips["transcript"], known.asked.others)


def language(known: Known) -> str:
    """The language that captions stand in: what most of the media were heard in, English where they were translated or nobody knows."""
    found = known.found.get("transcript", {}).values()
    said = [facts.language for facts in found if facts.task != "translate"]
    return max(said, key=said.count) if said else "en"


def look(scene: Any) -> Known:
    """What is stored of captions and speakers; fills the list of speakers. Raises `EditorError(STALE)` where they are not known."""
    known = stored(scene)
    if not known.speakers:
        raise EditorError("Nobody has told speakers apart here.", "Turn on Tell Speakers Apart and press Auto Captions.", STALE)
    captions.note_speakers(known.found, known.timeline.strips, known.props)
    return known


def replan(scene: Any, known: Known, label: str) -> None:
    """Writes the captions anew, from the same facts. Raises `EditorError` before anything is changed."""
    planned = work.plan((captions.FEATURE,), known.timeline, known.asked, known.found, known.props)
    desk.show(work.carry_out(scene, known.timeline, planned, label, known.asked, (), ()))


def purge() -> None:
    """Removes every stored result about speakers from the cache."""
    Cache(preferences.backend(bpy.context).cache).forget("speakers")


CLASSES: tuple[type, ...] = ()
