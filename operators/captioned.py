"""What was captioned before, planned again from what is stored: nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bpy

from .. import preferences
from ..ml.cache import Cache
from ..ml.errors import STALE, EditorError
from ..ml.facts import Speakers
from ..timeline import ledger
from ..timeline.requests import Asked
from ..timeline.state import Timeline
from . import captions, work
from .desk import desk
from .feature import Found


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


def look(scene: Any) -> Known:
    """Reads the timeline and the stored facts of what was captioned; fills the list of speakers.

    Raises `EditorError(STALE)` where nothing was captioned, or no longer known.
    """
    timeline = work.look(scene)
    media = {record.identity.medium for record in ledger.load(timeline.ledger).records if record.identity.kind == "caption"}
    names = [strip.name for strip in timeline.strips if strip.medium in media and strip.source is not None and not strip.muted]
    remedy = "Turn on Tell Speakers Apart and press Auto Captions."
    if not names:
        raise EditorError("Nothing is captioned here.", remedy, STALE)
    props = _Meant(scene.assistant_editor, names)
    asked = work.ask((captions.FEATURE,), timeline, props)
    found = work.remembered(preferences.backend(bpy.context), timeline, asked)
    if found is None or not found.get("speakers"):
        raise EditorError("Nobody has told speakers apart here.", remedy, STALE)
    known = Known(timeline, asked, found, props)
    captions.note_speakers(known.found, timeline.strips, props)
    return known


def replan(scene: Any, known: Known, label: str) -> None:
    """Writes the captions anew, from the same facts. Raises `EditorError` before anything is changed."""
    planned = work.plan((captions.FEATURE,), known.timeline, known.asked, known.found, known.props)
    desk.show(work.carry_out(scene, known.timeline, planned, label, known.asked, (), ()))


def purge() -> None:
    """Removes every stored result about speakers from the cache."""
    Cache(preferences.backend(bpy.context).cache).forget("speakers")


CLASSES: tuple[type, ...] = ()
