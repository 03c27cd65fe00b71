"""Where words stand around a cut between two strips of speech, and where its sound and its picture may be cut for a J- or an L-cut. Pure.

In a J-cut somebody is heard before he is seen, in an L-cut he is still heard when another one is seen. No word is lost, added or moved by
either: a cut of the picture moves into the words beside it, a cut of the sound moves within the pause between them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..ml.facts import Word
from .state import StripRef

Shape = Literal["j", "l"]
AROUND = 5
"""Seconds from a cut within which words belong to it."""
CLEAR = Fraction(1, 25)
"""Seconds a cut of the sound stays clear of words: their times are no better."""


@dataclass(frozen=True)
class Said:
    """A word in exact frames of the timeline, as a strip would play it, also beyond its ends."""

    text: str
    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class Talk:
    """What two strips say around the cut at `frame`: words heard of the left one and of the right one, and those that only what is cut
    off of each would say."""

    frame: int
    left: tuple[Said, ...]
    right: tuple[Said, ...]
    left_hidden: tuple[Said, ...] = ()
    right_hidden: tuple[Said, ...] = ()

    @property
    def pause(self) -> tuple[Fraction, Fraction]:
        """From the end of the last word of the left strip to the beginning of the first of the right one; crossed where they overlap."""
        far = Fraction(2**31)
        return max((word.end for word in self.left), default=-far), min((word.start for word in self.right), default=far)

    def sound(self, clear: Fraction) -> tuple[int, int] | None:
        """The first and the last frame the sound may be cut at: every word that is heard stays whole, and none is added. None: nowhere."""
        low, high = self.pause
        low = max([low, *(word.end for word in self.right_hidden)])
        high = min([high, *(word.start for word in self.left_hidden)])
        first, last = math.ceil(low + clear), math.floor(high - clear)
        return (first, last) if first <= last else None


def talk(frame: int, left: StripRef, right: StripRef, words: Iterable[Word], others: Iterable[Word], rate: Fraction) -> Talk:
    """`words` and `others` are those of the two sound strips' media, in seconds of their sound.

    A word that the cut breaks belongs to what is heard where the greater part of it is. `rate` is the scene's, in frames a second.
    """
    one, hidden = _told(words, left, frame, rate, before=True)
    other, covered = _told(others, right, frame, rate, before=False)
    return Talk(frame, one, other, hidden, covered)


def _told(words: Iterable[Word], strip: StripRef, frame: int, rate: Fraction, before: bool) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    assert strip.source is not None
    heard: list[Said] = []
    hidden: list[Said] = []
    for word in words:
        said = Said(word.text, strip.source.frame(word.start), strip.source.frame(max(word.start, word.end)))
        if said.end < frame - AROUND * rate or said.start > frame + AROUND * rate:
            continue
        if (said.end <= strip.frames.start) if before else (said.start >= strip.frames.end):
            continue
        ours = said.start + said.end <= 2 * frame if before else said.start + said.end > 2 * frame
        (heard if ours else hidden).append(said)
    return tuple(heard), tuple(hidden)


def into(words: Talk, shape: Shape, wanted: Fraction) -> list[int]:
    """Frames at which the picture may be cut instead, the best first: where a word of the right strip has been said (J), or one of the
    left strip begins (L), nearest to `wanted` frames of speech."""
    low, high = words.pause
    if shape == "j":
        moments = [(abs(word.end - high - wanted), math.ceil(word.end)) for word in words.right if word.end > words.frame]
    else:
        moments = [(abs(low - word.start - wanted), math.floor(word.start)) for word in words.left if word.start < words.frame]
    return list(dict.fromkeys(frame for _far, frame in sorted(moments)))


def overlap(words: Talk, picture: int) -> Fraction:
    """How many frames of speech are heard with the other one's picture when that is cut at `picture`."""
    early, late = (picture, words.frame) if picture < words.frame else (words.frame, picture)
    heard = words.left if picture < words.frame else words.right
    return sum((max(Fraction(0), min(word.end, Fraction(late)) - max(word.start, Fraction(early))) for word in heard), Fraction(0))


def asks(words: Sequence[Said]) -> bool:
    """Whether what is said last is a question."""
    return bool(words) and words[-1].text.strip().rstrip("\"'»”)").endswith(("?", "\uff1f", "\u061f"))
