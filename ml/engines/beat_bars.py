"""Which beats begin a bar: where the harmony changes, the bass sets in and the stroke is strongest, every three or every four beats.

Harmonic change between beats: M. E. P. Davies, M. D. Plumbley, "A spectral difference approach to downbeat extraction in musical audio",
EUSIPCO 2006. The best way through bars of three and four, with a slip now and then, and how sure it is: the forward-backward algorithm
over the places in the bar (L. Rabiner, Proceedings of the IEEE 77(2), 1989). On music that puts its weight elsewhere it is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .beat_sound import CHORD_HOP, HOP, Heard

METERS = (3, 4)
USUAL = (0.25, 0.75)
"""How often bars have three and four beats, before anything is heard."""
SLIP = 0.004
"""How often a beat is too many or missing, so that a bar begins anew."""
HARMONY, BASS, STROKE = 1.0, 0.7, 0.4
CLEAR = 1.5
"""Standard deviations by which downbeats stand out from the next place in the bar where there is no doubt about them."""
APART = 1.2
"""Standard deviations between what is heard at a downbeat and elsewhere."""


@dataclass(frozen=True)
class Bars:
    """`places`: of each beat in its bar, 1 is the downbeat; `meter` beats a bar (most of the time); `sure` 0 to 1."""

    places: Any
    meter: int
    sure: float


def bars(heard: Heard, beats: Any) -> Bars:
    """`beats` in frames of `heard`, in order."""
    if len(beats) < 2 * max(METERS):
        return Bars(np.zeros(len(beats), np.int64), 0, 0.0)
    accents = _accents(heard, beats)
    meters = np.concatenate([np.full(meter, meter) for meter in METERS])
    places = np.concatenate([np.arange(meter) for meter in METERS])
    prior = np.concatenate([np.full(meter, share / meter) for meter, share in zip(METERS, USUAL, strict=True)])
    # A downbeat is so much above the mean that the others of its bar make up for it.
    means = np.where(places == 0, APART * (meters - 1) / meters, -APART / meters)
    likely = np.exp(accents[:, None] * means - np.square(means) / 2)
    change = np.zeros((len(places), len(places)))
    for one, (meter, place) in enumerate(zip(meters, places, strict=True)):
        change[one, (meters == meter) & (places == (place + 1) % meter)] += 1 - SLIP
        change[one, places == 0] += SLIP / len(METERS)
    chances = _posterior(likely, change, prior)
    path = _path(likely, change, prior)
    meter = int(np.bincount(meters[path]).argmax())
    by_place = [accents[(meters[path] == meter) & (places[path] == place)] for place in range(meter)]
    heights = [float(one.mean()) if len(one) else 0.0 for one in by_place]
    stands_out = float(np.clip((heights[0] - max(heights[1:])) / CLEAR, 0, 1))
    return Bars(places[path] + 1, meter, float(chances[np.arange(len(path)), path].mean()) * stands_out)


def _accents(heard: Heard, beats: Any) -> Any:
    """How much each beat sounds like the beginning of a bar: mean 0, standard deviation 1."""
    at = np.clip(np.rint(beats).astype(np.int64), 0, max(0, heard.frames - 1))
    near = np.clip(at[:, None] + np.arange(-2, 4), 0, heard.frames - 1)
    onsets = heard.onsets[near].max(axis=1)
    bounds = np.clip(np.rint(np.append(beats, 2 * beats[-1] - beats[-2]) * HOP / CHORD_HOP).astype(np.int64), 0, len(heard.chords))
    sums = np.concatenate([np.zeros((1, 12)), np.cumsum(heard.chords, axis=0, dtype=np.float64)])
    sounding = np.diff(sums[np.maximum.accumulate(bounds)], axis=0)
    sounding /= np.maximum(np.linalg.norm(sounding, axis=1, keepdims=True), 1e-9)
    changed = np.zeros(len(beats))
    changed[1:] = 1 - (sounding[1:] * sounding[:-1]).sum(axis=1)
    spread = onsets.std(axis=0)
    strokes = (onsets / np.maximum(spread, 1e-9)).mean(axis=1)
    return _standard(HARMONY * _standard(changed) + BASS * _standard(onsets[:, 0]) + STROKE * _standard(strokes))


def _standard(values: Any) -> Any:
    spread = float(values.std())
    return np.clip((values - values.mean()) / spread, -3, 3) if spread > 1e-9 else np.zeros(len(values))


def _posterior(likely: Any, change: Any, prior: Any) -> Any:
    """How likely each state is at each beat, given all beats: (beats, states)."""
    count = len(likely)
    forward, backward = np.zeros_like(likely), np.ones_like(likely)
    forward[0] = prior * likely[0]
    forward[0] /= forward[0].sum()
    for beat in range(1, count):
        forward[beat] = (forward[beat - 1] @ change) * likely[beat]
        forward[beat] /= forward[beat].sum()
    for beat in range(count - 2, -1, -1):
        backward[beat] = change @ (likely[beat + 1] * backward[beat + 1])
        backward[beat] /= backward[beat].sum()
    both = forward * backward
    return both / both.sum(axis=1, keepdims=True)


def _path(likely: Any, change: Any, prior: Any) -> Any:
    """The most likely states (Viterbi)."""
    with np.errstate(divide="ignore"):
        steps = np.log(change)
    score, back = np.log(prior) + np.log(likely[0]), []
    for row in likely[1:]:
        ways = score[:, None] + steps
        best = ways.argmax(axis=0)
        back.append(best)
        score = ways[best, np.arange(len(best))] + np.log(row)
    path = [int(score.argmax())]
    for best in reversed(back):
        path.append(int(best[path[-1]]))
    return np.array(path[::-1])
