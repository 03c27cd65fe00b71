"""Where somebody speaks and where beats fall on the timeline, from what is known of its media: for lanes and statistics. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..ml.facts import Span, Transcript, Voice
from .places import heard
from .proposals import as_heard
from .speech_places import within
from .state import StripRef
from .timebase import FrameRange

PAUSE = Fraction(2, 5)
"""Seconds between two words that are still one stretch of speech."""


def stretches(transcript: Transcript) -> list[Span]:
    """The parts of a medium in which somebody says words, short pauses included."""
    joined: list[Span] = []
    for word in transcript.words:
        if joined and word.start - joined[-1].end <= PAUSE:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, word.end))
        elif word.end >= word.start:
            joined.append(Span(word.start, word.end))
    return joined


def speech(
    strips: Sequence[StripRef],
    transcripts: Mapping[str, Transcript],
    voices: Mapping[str, Voice],
    origins: Mapping[str, Fraction],
) -> tuple[FrameRange, ...]:
    """The frames at which somebody speaks, in order: by words where they are known, else by the voice. `origins` as in `as_heard`."""
    from . import voicing

    spans = {medium: voicing.speech_spans(voicing.decode(voice)) for medium, voice in voices.items() if medium not in transcripts}
    spans |= {medium: stretches(transcript) for medium, transcript in transcripts.items()}
    ends = {medium: [span.end for span in here] for medium, here in spans.items()}
    known = {medium: voice.origin for medium, voice in voices.items()}
    known |= {medium: transcript.origin for medium, transcript in transcripts.items()}
    found = []
    for place in heard(as_heard(strips, known, origins)):
        here = spans.get(place.medium, [])
        for span in here[bisect_right(ends[place.medium], place.span.start) :] if here else ():
            if span.start >= place.span.end:
                break
            frames = within(span, place)
            if frames.length:
                found.append(frames)
    return tuple(sorted(found))
