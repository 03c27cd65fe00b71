"""What is known of what is said on a timeline, from what is stored: nobody is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..ml.errors import NO_STREAM, STALE, EditorError
from . import caption_options, stored, voice_options
from .desk import desk

if TYPE_CHECKING:
    from ..timeline.state import StripRef, Timeline
    from ..timeline.text_words import Spoken


@dataclass(frozen=True)
class Transcribed:
    """`missing` are the names of strips whose words are not known."""

    timeline: Timeline
    spoken: Spoken
    missing: tuple[str, ...]


def look(scene: Any) -> Transcribed:
    """Reads the timeline and what is stored of its words, by the scene's options. Raises `EditorError` when it cannot be read."""
    from ..timeline import attribution, speakers
    from ..timeline.places import heard
    from ..timeline.text_words import spoken
    from . import work

    timeline, settings = work.look(scene), scene.assistant_editor
    by_medium: dict[str, list[StripRef]] = {}
    names = {strip.name: strip for strip in timeline.strips}
    for name in dict.fromkeys(place.strip for place in heard(timeline.strips)):
        by_medium.setdefault(names[name].medium, []).append(names[name])
    silent = {medium for (medium, engine), why in desk.absent.items() if engine == "transcript" and why.code == NO_STREAM}
    sounding = [strip for strips in by_medium.values() for strip in strips]
    transcripts = stored.of_strips(timeline, sounding, "transcript", caption_options.transcript_task(settings))
    if any(strip.kind == "SOUND" for strip in sounding):  # then nobody hears, or asks for, movies that have no sound strip
        silent |= {medium for medium, strips in by_medium.items() if all(s.kind == "MOVIE" for s in strips)} - transcripts.keys()
    task = voice_options.speakers_task(settings)
    facts = stored.of_strips(timeline, sounding, "speakers", task) if task is not None else {}
    who = {medium: attribution.attributed(transcripts[medium], one) for medium, one in facts.items() if medium in transcripts}
    called = speakers.named(facts, speakers.load(settings.people)) if facts else {}
    found = spoken(timeline, transcripts, origins=desk.origins, speakers=who, names=called, silent=silent)
    known = {word.medium for word in found.words} | silent | transcripts.keys()
    missing = tuple(strip.name for medium, strips in by_medium.items() if medium not in known for strip in strips)
    return Transcribed(timeline, found, missing)


def needed(scene: Any) -> Transcribed:
    """As `look`. Raises `EditorError(STALE)` where no word is known."""
    known = look(scene)
    if not known.spoken.words:
        told = "What is said here is not known." if known.missing else "Nothing is said here."
        raise EditorError(told, "Press Transcribe first." if known.missing else "Add a strip with speech, or unmute it.", STALE)
    return known


def extent(layout: Any) -> Any:
    """The frames of everything that stands in a sequence."""
    from ..timeline.timebase import FrameRange

    edges = [edge for item in layout.items for edge in (item.frames.start, item.frames.end)]
    return FrameRange(min(edges, default=layout.frames.start), max(edges, default=layout.frames.end))


CLASSES: tuple[type, ...] = ()
