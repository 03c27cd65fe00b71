"""What music and other sounds say of a shot's mood: tempo, loudness and pulse as valence and arousal; laughter, cheers, sirens. Pure.

Tempo and loudness are the strongest cues of arousal in music, and a fast tempo makes it a little happier (A. Gabrielsson and E. Lindström,
"The role of structure in the musical expression of emotions", 2010; T. Eerola, A. Friberg, R. Bresin, Front. Psychol. 4:487, 2013). The
strongest cue of valence is the mode, major or minor, which is not among the facts: so music says much of arousal, and little of valence.
How far each cue reaches is set by us in the order of that literature; it was not fitted to rated music.
"""

from __future__ import annotations

import base64
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ..ml.facts import Beat, Beats, Loudness, Sounds, Span
from .shot_log import Contribution

USUAL = 100.0
"""Beats a minute that are neither slow nor fast."""
TEMPO, LOUD, PULSE = 0.55, 0.35, 0.2
"""How far along arousal a tempo twice as fast, a level 8 dB higher, and beats that all are strong reach."""
TEMPO_PLEASES = 0.25
"""How far along valence a tempo twice as fast reaches."""
DECIBELS = 8.0
UNTOLD = 0.5
"""How much of music there is taken to be where nobody has listened for it, and there are sure beats."""
SURE = 0.5
"""Confidence of beats from which they are music without anybody having listened for it."""
SHORTEST = 0.1
"""Share of a shot in which music is heard, below which it says nothing."""
LONG = 6.0
"""Seconds of music from which nearly all that can be known of it is known."""
MOST = 4
"""Seconds between beats at most: what lies further apart are two pieces of music."""
EVENTS = {
    "laughter": (0.7, 0.45), "cheering": (0.6, 0.6), "applause": (0.5, 0.4), "crying": (-0.7, 0.2), "scream": (-0.7, 0.8),
    "gunshot": (-0.6, 0.7), "explosion": (-0.6, 0.7), "siren": (-0.4, 0.5), "glass": (-0.4, 0.5), "thunder": (-0.2, 0.3),
}  # fmt: skip
"""Valence and arousal of what is heard besides music. In the order in which people rate such sounds (M. M. Bradley and P. J. Lang, IADS-2,
2007); the numbers are ours."""
SOUNDS_LIKE = {"glass": "breaking glass", "scream": "screams", "gunshot": "shots", "explosion": "an explosion", "siren": "a siren"}


@dataclass(frozen=True)
class _Cue:
    valence: float
    arousal: float
    certainty: float
    reason: str


def music(beats: Beats | None, loudness: Loudness | None, sounds: Sounds | None, span: Span) -> Contribution | None:
    """What is heard over `span` (seconds of the sound's stream) says of its mood; None where nothing says anything.

    `weight` is 0..1 how certain it is, not yet how much it counts among other sources. Loudness alone, without music, is no mood.
    """
    if not span.length:
        return None
    cues = [cue for cue in (_music(beats, loudness, sounds, span), _events(sounds, span)) if cue is not None]
    certainty = sum(cue.certainty for cue in cues)
    if certainty <= 0:
        return None
    valence, arousal = (sum(getattr(cue, axis) * cue.certainty for cue in cues) / certainty for axis in ("valence", "arousal"))
    return Contribution("music", _rounded(valence), _rounded(arousal), round(min(1.0, certainty), 3), ", ".join(c.reason for c in cues))


def _music(beats: Beats | None, loudness: Loudness | None, sounds: Sounds | None, span: Span) -> _Cue | None:
    places = _heard(beats, sounds, span)
    seconds = sum(float(place.length) for place in places)
    share = seconds / float(span.length)
    if share < SHORTEST:
        return None
    tempo, strong = _pulse(beats, places) if beats is not None else (0.0, 0.0)
    known = beats.confidence if beats is not None and tempo else 0.0
    valence, arousal, words = 0.0, 0.0, []
    if tempo:
        fast = max(-1.0, min(1.0, math.log2(tempo / USUAL))) * math.sqrt(known)
        arousal += TEMPO * fast + PULSE * (2 * strong - 1) * known
        valence += TEMPO_PLEASES * fast
        words.append("fast" if tempo >= 1.2 * USUAL else "slow" if tempo <= 0.8 * USUAL else "")
    louder = _louder(loudness, places)
    if louder is not None:
        arousal += LOUD * max(-1.0, min(1.0, louder / DECIBELS))
        words.append("loud" if louder >= 3 else "soft" if louder <= -5 else "")
    said = ", ".join(word for word in words if word)
    reason = f"{said} music".strip() + (f" at {tempo:.0f} beats a minute" if tempo and known >= SURE else "")
    listened = 1.0 if sounds is not None else UNTOLD
    cues = 0.3 + 0.5 * known + 0.2 * (louder is not None)
    certainty = listened * min(1.0, share) * cues * (1 - math.exp(-3 * seconds / LONG))
    return _Cue(valence, max(-1.0, min(1.0, arousal)), certainty, reason)


def _heard(beats: Beats | None, sounds: Sounds | None, span: Span) -> list[Span]:
    """Where music is heard within the span, as `sounds` say; where nobody listened, where there are sure beats."""
    if sounds is not None:
        spans = [event.span for event in sounds.events if event.label == "music"]
    elif beats is not None and beats.confidence >= SURE:
        near = _within(beats, Span(max(Fraction(0), span.start - MOST), span.end + MOST))
        spans = [Span(one.seconds, other.seconds) for one, other in pairwise(near) if other.seconds - one.seconds <= MOST]
    else:
        spans = []
    cut = [(max(one.start, span.start), min(one.end, span.end)) for one in spans if one.overlap(span) > 0]
    return [Span(start, end) for start, end in cut]


def _within(beats: Beats, span: Span) -> Sequence[Beat]:
    first = bisect_left(beats.beats, span.start, key=lambda beat: beat.seconds)
    return beats.beats[first : bisect_left(beats.beats, span.end, key=lambda beat: beat.seconds)]


def _pulse(beats: Beats, places: list[Span]) -> tuple[float, float]:
    """(beats a minute where the music is heard, how strong its beats are 0..1); 0.0 where there are no beats."""
    inside = [beat for place in places for beat in _within(beats, place)]
    gaps = [float(later.seconds - beat.seconds) for beat, later in pairwise(inside) if 0 < later.seconds - beat.seconds <= MOST]
    if not inside:
        return 0.0, 0.0
    tempo = 60.0 / float(np.median(gaps)) if len(gaps) >= 2 else beats.tempo
    return tempo, float(np.mean([beat.strength for beat in inside]))


def _louder(loudness: Loudness | None, places: list[Span]) -> float | None:
    """Decibels by which the music here is louder than the medium is on the whole."""
    if loudness is None or loudness.integrated is None:
        return None
    rows = np.frombuffer(base64.b64decode(loudness.momentary), np.uint8)
    parts = [rows[_row(loudness, place.start) : max(_row(loudness, place.end), _row(loudness, place.start) + 1)] for place in places]
    levels = np.concatenate(parts)[np.concatenate(parts) > 0].astype(np.float64) * 0.4 - 100
    if not len(levels):
        return None
    # Loudness adds up as power does.
    return float(10 * np.log10(np.mean(10 ** (levels / 10))) - loudness.integrated)


def _row(loudness: Loudness, seconds: Fraction) -> int:
    return max(0, math.floor((seconds - loudness.span.start) / loudness.step))


def _events(sounds: Sounds | None, span: Span) -> _Cue | None:
    """Laughter and the like: each as certain as it was heard, for two seconds or more wholly."""
    if sounds is None:
        return None
    found: dict[str, float] = {}
    for event in sounds.events:
        shared = float(event.span.overlap(span))
        if event.label in EVENTS and shared > 0:
            found[event.label] = max(found.get(event.label, 0.0), event.confidence * min(1.0, 0.4 + 0.3 * shared))
    total = sum(found.values())
    if not total:
        return None
    valence, arousal = (sum(EVENTS[label][axis] * weight for label, weight in found.items()) / total for axis in (0, 1))
    names = sorted(found, key=lambda label: -found[label])
    return _Cue(valence, arousal, min(1.0, max(found.values())), " and ".join(SOUNDS_LIKE.get(name, name) for name in names[:2]))


def _rounded(value: float) -> float:
    return round(max(-1.0, min(1.0, value)), 3)
