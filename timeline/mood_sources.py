"""What each source says of a shot's mood: words, voice, picture, rhythm and faces as evidence. Pure. Music is in `music_mood`.

The cues are those the literature agrees on; each function names its own. Where a cue has no fixed zero (a level depends on the
recording, a pitch on the speaker) it is compared with the rest of the same medium.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ml.facts import EXPRESSIONS, PICTURE_VALUES, Looks, Pictures, Span, Voice
from . import voicing
from .moods import Evidence

if TYPE_CHECKING:
    from .feelings import Feeling

DEVIATION = 0.35
"""How far on an axis one standard deviation of a cue reaches."""
FELT = {
    "anger": (-0.51, 0.59), "disgust": (-0.60, 0.35), "fear": (-0.64, 0.60), "joy": (0.81, 0.51), "sadness": (-0.63, -0.27),
    "surprise": (0.40, 0.67), "neutral": (0.0, 0.0),
}  # fmt: skip
"""Valence and arousal of expressions, as people rated their names (J. A. Russell and A. Mehrabian, J. Res. Pers. 11(3), 1977)."""
HINTS = {"anger": "angry", "disgust": "angry", "fear": "tense", "joy": "happy", "sadness": "sad"}
FELT_AS = {
    "anger": "angry", "disgust": "disgusted", "fear": "afraid", "joy": "happy", "sadness": "sad", "surprise": "surprised",
    "neutral": "neutral",
}  # fmt: skip
ENOUGH_WORDS = 6.0
ENOUGH_SPEECH = 3.0
"""Words and seconds of speech from which two thirds of what can be known is known."""
BRIGHT, SATURATED, MOVING = (0.42, 0.16), (0.32, 0.16), (0.02, 1.0)
"""Mean and standard deviation of brightness and saturation in films; change from picture to picture, and of its logarithm."""
SHOT = (4.0, 0.8)
"""Seconds of a usual shot of an edited film, and the standard deviation of their logarithm (J. E. Cutting, J. E. DeLong and C. E.
Nothelfer, Psychol. Sci. 21(3), 2010)."""
EDITED = 5
"""Shots from which on a medium counts as edited: the length of a single take says nothing of its mood."""
LEVEL, PITCH, RANGE, RATE = 4.0, 2.5, (2.6, 1.0), (4.3, 1.0)
"""Standard deviations within a speaker of level (dB) and pitch (semitones); mean and deviation of the spread of pitch (semitones) and of
the syllables a second."""
MINUS = "\u2212"
SYLLABLE = 2.0
"""Decibels by which the level falls between two syllables."""
DARK = 0.16
"""Brightness below which a picture is hardly lit."""


@dataclass(frozen=True)
class Measured:
    """`Pictures` as arrays: float32 (samples, values), columns as `PICTURE_VALUES`, and the samples' seconds, float64 (samples,)."""

    table: Any
    seconds: Any

    def within(self, span: Span) -> Any:
        """The rows within a span; where none lies within, the nearest one of a second around."""
        first, end = np.searchsorted(self.seconds, (float(span.start), float(span.end)))
        if first < end or not len(self.seconds):
            return self.table[first:end]
        middle = float(span.start + span.end) / 2
        nearest = int(np.abs(self.seconds - middle).argmin())
        return self.table[nearest : nearest + 1] if abs(self.seconds[nearest] - middle) < 1 else self.table[:0]


def words(said: Sequence[tuple[float, int, Feeling]]) -> Evidence | None:
    """Of what is said: (share of the sentence that is within the shot, its words, what it feels like) of each sentence.

    Valence is half of the sentiment and half of where the emotions lie on the circumplex, arousal the latter.
    """
    weights = [share * count for share, count, _feeling in said]
    total = sum(weights)
    if total <= 0:
        return None
    shares = np.array([feeling.expressions for _share, _count, feeling in said])
    mean = np.average(shares, axis=0, weights=weights)
    sentiment = float(np.average([feeling.positive - feeling.negative for _share, _count, feeling in said], weights=weights))
    valence, arousal = _felt(mean)
    valence = (sentiment + valence) / 2
    certainty = 1 - math.exp(-total / ENOUGH_WORDS)
    strongest = _strongest(mean)
    told = f"words {_signed(valence)}" if abs(valence) >= 0.05 else "neutral words"
    reason = told + (f" ({FELT_AS[strongest]})" if strongest else "")
    return Evidence("words", valence, arousal, certainty, reason, _hints(mean, certainty))


def faces(expressions: Any, seen: int) -> Evidence | None:
    """Of faces: the mean shares of `EXPRESSIONS` (7,) of so many people. A network's expressions are doubtful: certainty stays below 1."""
    if expressions is None or not seen or not np.isfinite(expressions).all():
        return None
    mean = np.asarray(expressions, float)
    valence, arousal = _felt(mean)
    strongest = _strongest(mean)
    certainty = 0.8 * (1 - math.exp(-seen))
    who = "face" if seen == 1 else "faces"
    told = FELT_AS[strongest] if strongest else "neutral" if EXPRESSIONS[int(np.argmax(mean))] == "neutral" else "undecided"
    return Evidence("faces", valence, arousal, certainty, f"{told} {who}", _hints(mean, certainty))


def picture(pictures: Measured | None, span: Span) -> Evidence | None:
    """Of light and colour: bright and saturated pictures please, saturated ones excite (P. Valdez and A. Mehrabian, J. Exp. Psychol. Gen.
    123(4), 1994, whose regression this is); red excites more than blue (L. Wilms and D. Oberfeld, Psychol. Res. 82, 2018)."""
    if pictures is None or not len(rows := pictures.within(span)):
        return None
    brightness, saturation, warmth = (_mean(rows[:, PICTURE_VALUES.index(name)]) for name in ("brightness", "saturation", "warmth"))
    if brightness is None or saturation is None:
        return None
    light, colour = _score(brightness, BRIGHT), _score(saturation, SATURATED)
    valence = DEVIATION * (0.69 * light + 0.22 * colour)
    arousal = DEVIATION * (-0.31 * light + 0.60 * colour + 0.3 * (warmth or 0.0))
    reason = ", ".join(_looks(light, colour, warmth or 0.0))
    dark = 0.6 * min(max((2 * DARK - brightness) / DARK, 0.0), 1.0)
    return Evidence("picture", valence, arousal, 0.7, reason, {"dark": dark} if dark else None)


def _looks(light: float, colour: float, warmth: float) -> list[str]:
    told = ["dark" if light < 0 else "bright"] if abs(light) > 1 else []
    told += ["pale" if colour < 0 else "colourful"] if abs(colour) > 1 else []
    return told + (["cold" if warmth < 0 else "warm"] if abs(warmth) > 0.25 else [])


@dataclass(frozen=True)
class Pace:
    """The pace of a medium: natural logarithms of its shots' seconds, and of how much moves in them (NaN: not known)."""

    lengths: tuple[float, ...]
    motions: tuple[float, ...]


def pace(spans: Sequence[Span], pictures: Measured | None, looks: Looks | None) -> Pace:
    """Of all shots of a medium."""
    motions = [motion(pictures, looks, span) for span in spans]
    logarithms = tuple(math.nan if moves is None else math.log(max(moves, 1e-4)) for moves in motions)
    return Pace(tuple(math.log(max(float(span.length), 0.04)) for span in spans), logarithms)


def rhythm(number: int, known: Pace) -> Evidence | None:
    """Of one shot's length and motion: their tempo, as it deviates from the film's and from what is usual (B. Adams, C. Dorai and
    S. Venkatesh, IEEE Trans. Multimedia 4(4), 2002). A tempo excites; it is neither pleasant nor unpleasant."""
    length, moves = known.lengths[number], known.motions[number]
    parts, told = [], []
    if len(known.lengths) >= EDITED:
        parts.append(-_deviation(length, known.lengths, (math.log(SHOT[0]), SHOT[1])))
        told += ["short shot" if parts[-1] > 0 else "long shot"] if abs(parts[-1]) > 1 else []
    if not math.isnan(moves):
        seen = [value for value in known.motions if not math.isnan(value)]
        parts.append(_deviation(moves, seen, (math.log(MOVING[0]), MOVING[1])))
        told += ["fast" if parts[-1] > 0 else "slow"] if abs(parts[-1]) > 0.7 else []
    if not parts:
        return None
    return Evidence("rhythm", 0.0, DEVIATION * sum(parts) / math.sqrt(len(parts)), 0.35 + 0.35 * len(parts), ", ".join(reversed(told)))


def motion(pictures: Measured | None, looks: Looks | None, span: Span) -> float | None:
    """Mean change from one picture to the next, 0..1, None where nobody measured it."""
    if pictures is not None:
        rows = pictures.within(span)
        return _mean(rows[:, PICTURE_VALUES.index("motion")]) if len(rows) else None
    if looks is not None:
        inside = [moves for seconds, moves in zip(looks.seconds, looks.motion, strict=True) if span.holds(seconds)]
        return float(np.mean(inside)) if inside else None
    return None


@dataclass(frozen=True)
class Speech:
    """How a medium's speech sounds: its median level in dB and pitch in Hz, and whether there is enough to compare a shot with."""

    rows: voicing.Rows
    level: float
    pitch: float
    seconds: float


def speech(voice: Voice) -> Speech | None:
    """Of a whole medium; None where nobody speaks."""
    rows = voicing.decode(voice)
    spoken = rows.speech >= voicing.SURE
    if spoken.sum() * float(rows.step) < 0.5:
        return None
    voiced = spoken & (rows.pitch > 0)
    pitch = float(np.median(rows.pitch[voiced])) if voiced.any() else 0.0
    return Speech(rows, float(np.median(rows.levels[spoken])), pitch, float(spoken.sum() * float(rows.step)))


def voice(known: Speech | None, span: Span) -> Evidence | None:
    """Of how somebody speaks within a span of the medium's sound: louder, higher, livelier and faster speech is more excited (R. Banse and
    K. R. Scherer, J. Pers. Soc. Psychol. 70(3), 1996; P. N. Juslin and P. Laukka, Psychol. Bull. 129(5), 2003). Of valence the voice says
    so little that nothing is made of it. Level and pitch are compared with the rest of the medium's speech."""
    if known is None:
        return None
    first, end = known.rows.rows(span)
    levels, pitches, certain = known.rows.levels[first:end], known.rows.pitch[first:end], known.rows.speech[first:end]
    spoken = certain >= voicing.SURE
    step = float(known.rows.step)
    seconds = float(spoken.sum()) * step
    if seconds < 0.5:
        return None
    comparable = min(1.0, max(0.0, known.seconds / seconds - 1) / 2)
    voiced = pitches[spoken & (pitches > 0)]
    semitones = 12 * np.log2(voiced / np.median(voiced)) if len(voiced) > 10 else np.zeros(0)
    height = 12 * math.log2(float(np.median(voiced)) / known.pitch) if len(voiced) > 10 and known.pitch else 0.0
    loud = comparable * _score(float(np.median(levels[spoken])), (known.level, LEVEL))
    high = comparable * _score(height, (0.0, PITCH))
    lively = _score(_spread(semitones), RANGE) if len(semitones) else 0.0
    fast = _score(_syllables(levels, spoken, step) / seconds, RATE)
    arousal = DEVIATION * (0.8 * loud + 0.6 * high + 0.4 * lively + 0.5 * fast)
    cues = (
        (loud, "quiet", "loud"),
        (high, "low voice", "high voice"),
        (lively, "monotone", "lively"),
        (fast, "slow speech", "fast speech"),
    )
    told = [(abs(far), low if far < 0 else above) for far, low, above in cues if abs(far) > 1]
    reason = ", ".join(name for _far, name in sorted(told, reverse=True)[:2])
    return Evidence("voice", 0.0, arousal, (1 - math.exp(-seconds / ENOUGH_SPEECH)) * (0.4 + 0.6 * comparable), reason)


def _spread(semitones: Any) -> float:
    """Half of what lies between the 16th and the 84th of a hundred: the standard deviation, blind to octave errors."""
    low, high = np.percentile(semitones, (16, 84))
    return float(high - low) / 2


def _syllables(levels: Any, spoken: Any, step: float) -> int:
    """Syllable nuclei: peaks of the level in speech with a dip of 2 dB before them (N. H. de Jong and T. Wempe, Behav. Res. Methods
    41(2), 2009)."""
    width = max(1, round(0.06 / step))
    smooth = np.convolve(np.maximum(levels, -80.0), np.ones(width) / width, "same")
    count, low, high, rising = 0, math.inf, -math.inf, True
    for level in smooth[spoken].tolist():
        if rising:
            high = max(high, level)
            if level < high - SYLLABLE:
                count, rising, low = count + 1, False, level
        else:
            low = min(low, level)
            if level > low + SYLLABLE:
                rising, high = True, level
    return count + rising


def measured(pictures: Pictures | None) -> Measured | None:
    """The facts as arrays."""
    if pictures is None:
        return None
    table = np.frombuffer(base64.b64decode(pictures.values), np.float16).reshape(-1, len(PICTURE_VALUES)).astype(np.float32)
    return Measured(table, np.array([float(seconds) for seconds in pictures.seconds]))


def _felt(shares: Any) -> tuple[float, float]:
    places = np.array([FELT[name] for name in EXPRESSIONS])
    valence, arousal = np.asarray(shares, float) @ places
    return float(valence), float(arousal)


def _hints(shares: Any, certainty: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, share in zip(EXPRESSIONS, shares, strict=True):
        if name in HINTS:
            found[HINTS[name]] = found.get(HINTS[name], 0.0) + certainty * float(share)
    return found


def _strongest(shares: Any) -> str:
    """The expression that is there more than any other and more than a third; "" where that is none or none of them."""
    best = int(np.argmax(shares))
    return EXPRESSIONS[best] if shares[best] > 1 / 3 and EXPRESSIONS[best] != "neutral" else ""


def _mean(values: Any) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _score(value: float, usual: tuple[float, float]) -> float:
    """In standard deviations, 2.5 at most."""
    return min(max((value - usual[0]) / usual[1], -2.5), 2.5)


def _deviation(value: float, among: Sequence[float], usual: tuple[float, float]) -> float:
    """From what is usual, and from the rest of the film where that is long enough, half each."""
    far = _score(value, usual)
    spread = float(np.std(among)) if len(among) >= EDITED else 0.0
    if spread < 0.1:
        return far
    return (far + _score(value, (float(np.median(among)), spread))) / 2


def _signed(value: float) -> str:
    return f"{MINUS if value < 0 else '+'}{abs(value):.1f}"
