"""What is spoken in each medium, as far as the options or a stored transcript say it: rules and dictionaries differ by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences

if TYPE_CHECKING:
    from ..timeline.state import Timeline

_found: dict[tuple[str, str], str] = {}
"""(medium, what was asked) -> language, so that a long transcript is read once."""


def chosen(settings: Any) -> str:
    """The language (ISO 639-1) the captions are written in, "" where it was left to the recogniser."""
    if settings.task == "translate" or settings.model.endswith(".en"):
        return "en"
    language = str(settings.language).strip().lower()
    return "" if language == "auto" else language


def languages(timeline: Timeline, settings: Any) -> dict[str, str]:
    """The language of each medium that captions are of; those of which nobody knows it are left out. Nobody is asked."""
    media = {ref.tag.identity.medium for ref in timeline.captions if ref.tag is not None and ref.tag.identity is not None}
    known = chosen(settings)
    found = {medium: known or _stored(timeline, medium, settings) for medium in media}
    return {medium: language for medium, language in found.items() if language}


def _stored(timeline: Timeline, medium: str, settings: Any) -> str:
    from ..timeline import requests
    from . import caption_options, work

    task = caption_options.transcript_task(settings)
    if (medium, repr(task)) not in _found:
        strips = [strip for strip in timeline.strips if strip.medium == medium and strip.source is not None]
        strips = [strip for strip in strips if strip.kind == "SOUND"] or strips
        asked = requests.ask(timeline, {"transcript": strips}, {"transcript": task}) if strips else None
        stored = work.remembered(preferences.backend(bpy.context), timeline, asked) if asked is not None else None
        if stored is None or medium not in stored.get("transcript", {}):
            return ""
        _found[medium, repr(task)] = stored["transcript"][medium].language
    return _found[medium, repr(task)]


CLASSES: tuple[type, ...] = ()
