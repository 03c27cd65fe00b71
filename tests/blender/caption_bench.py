"""Captions on a timeline without asking anybody: what is said is stored, and many are written in one go."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Span, Transcript, TranscriptOptions, Utterance, Word
from assistant_editor.operators import work
from assistant_editor.timeline.changes import Add, Changes
from assistant_editor.timeline.ledger import Ledger, Record, dump, pending
from assistant_editor.timeline.plan import Caption, Identity, Why
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

SAID = ("One two three four five six seven.", "Eight nine ten eleven twelve.", "Thirteen fourteen fifteen sixteen.")
STARTS = (Fraction(1, 2), Fraction(3), Fraction(6))
DOUBTFUL = {"three", "nine"}


def words(text: str, start: Fraction) -> tuple[Word, ...]:
    """Every word takes a quarter of a second."""
    quarter = Fraction(1, 4)
    return tuple(
        Word(f" {part}", start + number * quarter, start + (number + 1) * quarter, 0.3 if part in DOUBTFUL else 0.9)
        for number, part in enumerate(text.split())
    )


def transcript(model: str = "tiny.en", language: str = "en") -> Transcript:
    said = tuple(Utterance(words(text, start)) for text, start in zip(SAID, STARTS, strict=True))
    return Transcript(Span(Fraction(0), Fraction(10)), Fraction(0), language, 1.0, "faster-whisper", model, "transcribe", said)


def remember(cache: Path, film: Path, options: TranscriptOptions = TranscriptOptions(), language: str = "en") -> None:  # noqa: B008
    Cache(cache).store("transcript", fingerprint(str(film)), options, transcript(options.model, language), whole=True)


@dataclass
class CaptionBench:
    """A room with a film whose words are stored, and no worker to ask."""

    room: CuttingRoom
    film: Path
    cache: Path

    @property
    def group(self) -> Any:
        return bpy.context.window_manager.assistant_editor_captions

    @property
    def rows(self) -> list[Any]:
        return list(self.group.rows)

    def texts(self) -> list[str]:
        return [text.replace("\n", " ") for _start, _end, text in self.room.captions()]

    def name(self, number: int) -> str:
        """The strip of the caption with this number in time."""
        found = sorted((strip for strip in self.room.strips if strip.type == "TEXT"), key=lambda strip: stage.extent(strip))
        return str(found[number].name)

    def call(self, operator: str, **options: Any) -> Any:
        return self.room.run(operator, **options)

    def caption(self, **options: Any) -> Any:
        """Auto Captions on the sound."""
        return self.call("auto_captions", names="sound", **options)

    def choose(self, number: int) -> None:
        self.group.active = number

    def many(self, count: int) -> None:
        """So many captions in one go, as an earlier run would have left them: two seconds each, seven words, the fourth doubtful."""
        scene = self.room.scene
        medium = fingerprint(str(self.film))
        line = work.look(scene)
        adds, records = [], []
        for number in range(count):
            at = number * 50
            starts = [at + 6 * place for place in range(7)]
            sure = [0.3 if place == 3 and number % 100 == 0 else 0.9 for place in range(7)]
            said = tuple(Word(f" word{n}", Fraction(starts[n], 25), Fraction(starts[n] + 5, 25), sure[n]) for n in range(7))
            identity = Identity(medium, "caption", said[0].start, said[-1].end)
            text = "word0 word1 word2\nword3 word4 word5 word6"
            caption = Caption(identity, Why(0.9, "heard"), FrameRange(at + 1, at + 46), text, said, strip="sound")
            adds.append(Add(str(number + 1), caption))
            records.append(
                Record(
                    str(number + 1), identity, anchor=at + 1, start=at + 1, end=at + 46, text=text, look=caption.style,
                    style=pending(caption.style), strip="sound",
                )
            )  # fmt: skip
        apply(scene, line, Changes(tuple(adds), ledger=dump(Ledger(line.stamp, count + 1, tuple(records)))))
