"""Transcripts on a paper timeline: words said in so many frames each, a pause after every line."""

from __future__ import annotations

from fractions import Fraction

from assistant_editor.ml.facts import Span, Transcript, Utterance, Word
from assistant_editor.timeline.text_words import Spoken, spoken

from tests.timeline.paper import RATE, strip, timeline

FRAMES, PAUSE = 10, 20
"""Frames a word takes, and a pause between lines, at 25 frames a second."""


def transcript(lines, frames=FRAMES, pause=PAUSE, first=10):
    """Every line an utterance, every word `frames` long."""
    at, said = first, []
    for line in lines:
        words = []
        for text in line.split():
            words.append(Word(f" {text}", Fraction(at) / RATE, Fraction(at + frames) / RATE, 0.9))
            at += frames
        said.append(Utterance(tuple(words)))
        at += pause
    span = Span(Fraction(0), Fraction(at + 100) / RATE)
    return Transcript(span, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", tuple(said))


def length(facts):
    return int(facts.span.end * RATE)


def told(*lines, **more):
    """The lines as they are heard through one sound strip that begins at frame 1."""
    facts = transcript(lines, **more)
    line = timeline(strip("sound", 1, 1 + length(facts), origin=1, kind="SOUND"))
    return spoken(line, {"m": facts})


def texts(found: Spoken):
    return [one.text for one in found.lines]
