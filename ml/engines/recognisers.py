"""What a recogniser can do, and which one is loaded: faster-whisper (CTranslate2) or openai-whisper (PyTorch).

Both are given the same clips and the same sums of log probabilities come back, so that `hearing` judges them alike. Only the search
differs, each has its library's own default: a beam of 5 in CTranslate2, where it costs little; the likeliest token in PyTorch,
where a beam doubles the time on a processor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import BAD_INPUT, EditorError
from .words import Heard, spread

FRAMES = 3000
"""Frames of 10 ms in Whisper's window."""
AFTER = 200
"""Frames of silence that a clip keeps behind it, where the window has room."""
LEAST = 1500
"""Frames of the shortest window. Whisper was trained on 30 s and begins to loop with 10; with 15 and more, tiny.en and base make as many
errors as with 30, in half the time. A text that looks wrong is heard again in the whole window."""


@dataclass(frozen=True)
class Asked:
    """How clips are heard. `prompt`: what stands before the text, words that may come, in the style that is wanted; mostly empty."""

    task: str = "transcribe"
    prompt: str = ""


@dataclass(frozen=True)
class Decoded:
    """What one clip may say. `log_probability`: the mean over its tokens; `no_speech`: the chance that nobody speaks."""

    text: str
    tokens: tuple[int, ...]
    log_probability: float
    no_speech: float


class Recogniser(Protocol):
    """A loaded model. `languages`: the codes it knows. `clips_at_once`: how many clips `parts` should be given.

    What `encode` gives is only passed on to the other methods: clips are encoded once, however often they are decoded. `places`
    choose clips of it; `languages` has a code for each place. Several threads may ask at once.
    """

    languages: tuple[str, ...]
    clips_at_once: int

    def parts(self, clips: Sequence[Any]) -> list[tuple[int, ...]]:
        """Places of clips that are best encoded and decoded together, every place once; what takes longest first."""

    def encode(self, clips: Sequence[Any], least: int = LEAST) -> Any:
        """In windows of one length. Clips: float32 mono at 16 kHz, 30 s at most, one at least. `least`: frames of the shortest window;
        fewer than `LEAST` only tell languages."""

    def tell(self, encoded: Any) -> list[dict[str, float]]:
        """Language code -> probability, for each clip. Multilingual models only."""

    def decode(self, encoded: Any, places: Sequence[int], languages: Sequence[str], asked: Asked, temperature: float) -> list[Decoded]:
        """The likeliest text of each clip; above a temperature of 0 the likeliest of five samples, which differ from call to call."""

    def align(
        self, encoded: Any, places: Sequence[int], languages: Sequence[str], asked: Asked, said: Sequence[Decoded]
    ) -> list[list[Heard]]:
        """The words of each text with times, counted from the clip's start, and probabilities."""


_warm: tuple[tuple[str, str], Recogniser] | None = None


def load(engine: str, where: Path, size: str, notice: Callable[[str], None]) -> Recogniser:
    """The recogniser, kept until another one is asked for. `where`: the verified model; `size`: its name, which tells its build."""
    global _warm
    key = (engine, str(where))
    if _warm is None or _warm[0] != key:
        _warm = None  # the old one's memory goes before the new one comes
        if engine == "faster-whisper":
            from .recogniser_ct2 import FasterWhisper

            _warm = (key, FasterWhisper(where, size, notice))
        else:
            from .recogniser_torch import OpenAIWhisper

            _warm = (key, OpenAIWhisper(where, size, notice))
    return _warm[1]


def window(frames: int, least: int = LEAST) -> int:
    """Frames of the window in which a clip of so many frames is heard."""
    return min(FRAMES, max(least, -(-(frames + (AFTER if least >= LEAST else 0)) // 100) * 100))


def windowed(features: Sequence[Any], length: int) -> Any:
    """Log-mel features (bands, frames) one above the other, float32 (clips, bands, `length`), filled up with silence."""
    stacked = np.stack([np.full((len(one), length), one.min(), np.float32) for one in features])
    for row, one in zip(stacked, features, strict=True):
        row[:, : min(one.shape[1], length)] = one[:, :length]
    return stacked


def heard(said: Decoded, words: Sequence[tuple[str, float, float, float]], length: float) -> list[Heard]:
    """`words`: text, start, end in seconds, probability; words without times share the clip's `length` where they do not make the text."""

    def seconds(value: float) -> Fraction:
        return Fraction(round(float(value) * 1000), 1000)

    if "".join(text for text, *_ in words).split() != said.text.split():
        return spread(said.text, Fraction(0), seconds(length), said.no_speech)
    return [Heard(text, seconds(start), seconds(end), float(chance), said.no_speech) for text, start, end, chance in words]


def out_of_memory(reason: Exception, size: str) -> EditorError | None:
    """What to tell the user when a recogniser ran out of memory; None when that is not what happened."""
    if isinstance(reason, MemoryError) or "out of memory" in str(reason).lower():
        return EditorError(f"Whisper {size} does not fit into the memory.", "Choose a smaller model.", BAD_INPUT, str(reason))
    return None
