"""What is known of a shot of a medium, as one value: who and what is seen, what is said, how it feels, how good the picture is. Pure.

Engines tell what is in single frames; `Logged` says it of a whole shot. The library keeps it, panels show it, planners write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..ml.facts import Span
from .timebase import FrameRange

Size = Literal["", "extreme close-up", "close-up", "medium close-up", "medium", "medium wide", "wide", "extreme wide"]
Movement = Literal["", "static", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out", "moving", "handheld"]
Place = Literal["", "indoor", "outdoor"]
Light = Literal["", "day", "night"]
Source = Literal["words", "voice", "picture", "faces", "music", "rhythm"]
SOURCES: tuple[Source, ...] = ("words", "voice", "picture", "faces", "music", "rhythm")
MOODS = ("happy", "sweet", "funny", "energetic", "tense", "angry", "sad", "dark", "calm", "neutral")


@dataclass(frozen=True)
class Seen:
    """Something seen in a shot. `seconds`: how long it is seen; `prominence` 0..1: how large and central while it is; `confidence` 0..1."""

    label: str
    seconds: float
    prominence: float
    confidence: float


@dataclass(frozen=True)
class Contribution:
    """What one source of evidence says of a mood: `valence` and `arousal` -1..1, with `weight` 0..1 among all; `reason` in plain words.

    Not yet weighed among others, `weight` is how certain it is. `shares` are its weights in valence and in arousal, of which `weight` is
    the mean: the mood's valence is the sum over all contributions of `shares[0] * valence`, and so for arousal.
    """

    source: Source
    valence: float
    arousal: float
    weight: float
    reason: str
    shares: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Mood:
    """`label` is one of `MOODS`; `confidence` 0..1 is calibrated: of moods at .8, four in five are what people say."""

    valence: float
    arousal: float
    label: str
    confidence: float
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Logged:
    """A shot of the medium, over `span` (stream seconds of its pictures, or of its sound where it has no pictures).

    `still` is the moment that shows it best. `faces` is how many people's faces are seen. `people` are seen persons by name or number.
    `quality` are (name, 0..1) in the order of importance, `grade` 0..1 their sum as one figure, `flaws` plain words ("out of focus").
    "" and empty tuples: not known. `missing` names the engines whose facts were not there.
    """

    medium: str
    path: str
    span: Span
    still: Fraction
    words: str = ""
    objects: tuple[Seen, ...] = ()
    people: tuple[Seen, ...] = ()
    faces: int = 0
    concepts: tuple[Seen, ...] = ()
    mood: Mood | None = None
    quality: tuple[tuple[str, float], ...] = ()
    grade: float = 0.0
    flaws: tuple[str, ...] = ()
    size: Size = ""
    movement: Movement = ""
    place: Place = ""
    light: Light = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """A logged shot where it stands: the timeline's `frames`, through `strip` on `channel`; `number` as the shot list counts, from 1."""

    number: int
    frames: FrameRange
    strip: str
    channel: int
    logged: Logged
