"""A film in which what is said, and when, is known: nobody to ask about it, and the review list."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Sounds, SoundsOptions, Span, Transcript, Utterance, Voice, VoiceOptions, Word
from assistant_editor.operators import caption_options, filler_options
from assistant_editor.operators.desk import desk
from assistant_editor.operators.removal_shelf import shelf

from tests.blender.cutting_room import CuttingRoom

SPOKEN = "It was the best of times | It was um the worst of times | It was the age of wisdom"
TALK = ((0.0, 2.0), (3.0, 5.4), (7.0, 9.0))
"""Seconds in which somebody speaks; the film lasts ten, at 25 frames a second."""
LENGTH = 10


def coded(values: Any) -> str:
    return base64.b64encode(np.asarray(values, np.uint8).tobytes()).decode()


def voice() -> Voice:
    """Speech at -20 dB in a room of -60 dB."""
    rows = LENGTH * 100
    spoken = np.zeros(rows, bool)
    for start, end in TALK:
        spoken[round(start * 100) : round(end * 100)] = True
    span = Span(Fraction(0), Fraction(LENGTH))
    steady = [np.where(spoken, loud, soft) for loud, soft in ((250, 0), (200, 100), (230, 0), (80, 0), (120, 0))]
    return Voice(span, Fraction(0), Fraction(1, 100), "made", *map(coded, steady), -60.0)


def transcript(text: str = SPOKEN) -> Transcript:
    """The words fill the talk, all of one length."""
    utterances = []
    for said, (start, end) in zip(text.split(" | "), TALK, strict=True):
        words = said.split()
        step = Fraction(str(end - start)).limit_denominator(1000) / len(words)
        begins = Fraction(str(start))
        utterances.append(Utterance(tuple(
            Word(f" {word}", begins + n * step, begins + (n + 1) * step, 0.95) for n, word in enumerate(words)
        )))  # fmt: skip
    span = Span(Fraction(0), Fraction(LENGTH))
    return Transcript(span, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", tuple(utterances))


def store(cache: Path, film: Path, settings: Any, words: Transcript | None = None) -> None:
    """What is known of the film, as these settings ask for it."""
    kept, medium = Cache(cache), fingerprint(str(film))
    kept.store("voice", medium, VoiceOptions(), voice(), whole=True)
    quiet = Sounds(Span(Fraction(0), Fraction(LENGTH)), Fraction(0), "made", ())
    kept.store("sounds", medium, SoundsOptions(), quiet, whole=True)
    for asked in (caption_options.transcript_task(settings), filler_options.spoken_task(settings)):
        kept.store("transcript", medium, asked, words or transcript(), whole=True)


@dataclass
class SpeechBench:
    """A room with such a film and its sound, and no worker to ask."""

    room: CuttingRoom
    film: Path
    cache: Path

    @property
    def rows(self) -> list[Any]:
        return list(bpy.context.window_manager.assistant_editor_removals.rows)

    @property
    def settings(self) -> Any:
        return self.room.scene.assistant_editor

    def call(self, name: str, **options: Any) -> Any:
        return self.room.run(name, **options)

    def refused(self, name: str, code: str, match: str, **options: Any) -> None:
        before = self.room.dump()
        with pytest.raises(RuntimeError, match=match):
            self.call(name, **options)
        assert desk.error is not None and desk.error.code == code
        assert not self.room.changed_since(before)

    def brief(self) -> list[tuple[str, int, int, str]]:
        return [(row.kind, row.frame_in, row.frame_out, row.verdict) for row in self.rows]

    def look(self) -> list[tuple[str, int, int, str]]:
        """The list as it is once the timer has looked at it."""
        shelf.up_to_date(self.room.scene)
        return self.brief()
