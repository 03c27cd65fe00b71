"""How a shot feels: what words, voice, picture, faces, music and rhythm say of it, fused into valence, arousal and a label. Pure.

Valence (unpleasant to pleasant) and arousal (calm to excited) are the axes of Russell's circumplex (J. A. Russell, J. Pers. Soc.
Psychol. 39(6), 1980). Film was described on them by A. Hanjalic and L.-Q. Xu (IEEE Trans. Multimedia 7(1), 2005).

The rule. Every source is one noisy reading of the same mood. Readings are averaged by how much each can be trusted, together with one
more reading that says "neutral": what is known of nothing stays at 0, and what one weak source says is not taken for certain (the
estimate of least variance; M. O. Ernst and M. S. Banks, Nature 415, 2002, on how people combine senses). How far a source can be
trusted differs between the axes: words and faces tell valence, the voice tells arousal (H. Gunes and B. Schuller, Image Vis. Comput.
31(2), 2013). The label is the likeliest by Bayes' rule: how common it is, how near to its place on the circumplex the readings
are, measured by how exact they can be, and hints that lie on neither axis: fear and anger are neighbours there. Where little is known,
every label is about as likely as it is common, and `confidence` says so. `docs/accuracy.md` says what of this is measured.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .shot_log import MOODS, SOURCES, Contribution, Mood, Source

TRUST: dict[Source, tuple[float, float]] = {
    "words": (3.0, 1.5),
    "faces": (2.5, 1.5),
    "music": (1.5, 2.0),
    "voice": (0.0, 2.5),
    "picture": (1.0, 0.7),
    "rhythm": (0.0, 1.5),
}
"""Precision of a source's reading of valence and arousal when it is fully certain; that of the neutral reading is 1."""
PLACES: dict[str, tuple[float, float]] = {
    "happy": (0.81, 0.51),
    "energetic": (0.62, 0.75),
    "sad": (-0.63, -0.27),
    "angry": (-0.51, 0.59),
    "tense": (-0.64, 0.60),
    "calm": (0.68, -0.46),
    "sweet": (0.64, 0.10),
    "funny": (0.60, 0.40),
    "dark": (-0.45, 0.05),
    "neutral": (0.0, 0.0),
}
"""Valence and arousal of what each label names. The first six as people rated happy, excited, sad, angry, fearful and relaxed (J. A.
Russell and A. Mehrabian, J. Res. Pers. 11(3), 1977); `sweet`, `funny` and `dark` are placed by us."""
NOISE, SPREAD = 0.9, 0.2
"""Standard deviation of a reading of precision 1, and of the moods that a label names around its place."""
HINT = 5.0
"""By how much a hint of full strength raises the logarithm of its label's likelihood."""
COMMON = {"neutral": 1.4, "dark": -0.7, "sweet": -0.7, "funny": -0.7, "angry": -0.3, "energetic": -0.3}
"""Logarithms of how much more common than the others these are before anything is known."""
TELLS = 0.06
"""What a source moves either axis by at least to be named in the sentence."""


@dataclass(frozen=True)
class Evidence:
    """What one source says: `valence` and `arousal` -1..1, `certainty` 0..1 how much there was to go by; `hints`: label -> 0..1."""

    source: Source
    valence: float
    arousal: float
    certainty: float
    reason: str
    hints: Mapping[str, float] | None = None


def evidence_of(contribution: Contribution | None) -> Evidence | None:
    """A contribution not yet weighed among others: its `weight` is how certain it is."""
    if contribution is None:
        return None
    return Evidence(contribution.source, contribution.valence, contribution.arousal, contribution.weight, contribution.reason)


def fused(
    evidence: Sequence[Evidence | None], hints: Mapping[str, float] | None = None, sources: Sequence[Source] = SOURCES
) -> Mood | None:
    """The mood that these readings, and `hints` of what is seen and heard besides, come to; None where no source says anything.

    Only `sources` count. The contributions' `weight` are their shares in the decision; with the neutral reading's they add up to 1.
    """
    counted = [one for one in evidence if one is not None and one.certainty > 0 and one.source in sources]
    if not counted:
        return None
    trusted = _trusted(counted)
    shares = [[weight / (1 + sum(weights)) for weight in weights] for weights in trusted]
    valence, arousal = (
        sum(share * _within(reading) for share, reading in zip(shares[axis], readings, strict=True))
        for axis, readings in enumerate(([one.valence for one in counted], [one.arousal for one in counted]))
    )
    contributions = tuple(
        Contribution(one.source, round(_within(one.valence), 4), round(_within(one.arousal), 4), round((v + a) / 2, 4), one.reason, (v, a))
        for one, v, a in zip(counted, *shares, strict=True)
    )
    strengths = gathered([hints or {}, *(one.hints or {} for one in counted)])
    likely = likelihoods(valence, arousal, strengths, (sum(trusted[0]), sum(trusted[1])))
    label = max(likely, key=lambda name: likely[name])
    return Mood(round(valence, 4), round(arousal, 4), label, round(likely[label], 4), contributions)


def _trusted(counted: Sequence[Evidence]) -> list[list[float]]:
    """The precision of each reading of valence, and of arousal."""
    return [[TRUST[one.source][axis] * min(one.certainty, 1.0) for one in counted] for axis in (0, 1)]


def gathered(hints: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Several hints of one label, as one: it is not hinted at only where none of them does."""
    found: dict[str, float] = {}
    for one in hints:
        for label, strength in one.items():
            found[label] = 1 - (1 - found.get(label, 0.0)) * (1 - min(max(strength, 0.0), 1.0))
    return found


def likelihoods(valence: float, arousal: float, hints: Mapping[str, float], exact: tuple[float, float]) -> dict[str, float]:
    """How likely each of `MOODS` is, adding up to 1. `exact` is the precision of all readings of valence and of arousal together."""
    scores = {label: COMMON.get(label, 0.0) + HINT * hints.get(label, 0.0) for label in MOODS}
    for axis, (fused_value, precision) in enumerate(zip((valence, arousal), exact, strict=True)):
        if precision > 0:
            reading = fused_value * (1 + precision) / precision
            for label in MOODS:
                scores[label] -= (reading - PLACES[label][axis]) ** 2 / (2 * (NOISE**2 / precision + SPREAD**2))
    top = max(scores.values())
    shares = {label: math.exp(score - top) for label, score in scores.items()}
    total = sum(shares.values())
    return {label: share / total for label, share in shares.items()}


def told(mood: Mood) -> str:
    """ "sad: words -0.6, slow, dark": what moved it most comes first, what moved it little is left out."""
    moved = [(max(abs(s * x) for s, x in zip(one.shares, (one.valence, one.arousal), strict=True)), one) for one in mood.contributions]
    reasons = [one.reason for far, one in sorted(moved, key=lambda item: -item[0]) if far >= TELLS and one.reason]
    return f"{mood.label}: {', '.join(reasons)}" if reasons else mood.label


def counted(moods: Sequence[Mood | None]) -> str:
    """ "14 shots: 6 calm, 5 happy, 3 unknown." """
    shots = f"{len(moods)} {'shot' if len(moods) == 1 else 'shots'}"
    counts = Counter("without a mood" if mood is None else mood.label for mood in moods)
    return f"{shots}: {', '.join(f'{count} {label}' for label, count in counts.most_common())}." if moods else f"{shots}."


def _within(value: float) -> float:
    return min(max(float(value), -1.0), 1.0)
