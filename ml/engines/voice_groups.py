"""Voices told apart: which of many short stretches of speech one person says, and where speakers change. Arrays alone, no files.

Vectors of stretches are joined from the most alike on, by average linkage (Sneath and Sokal, 1973), as diarisation by embeddings does
since Garcia-Romero et al., "Speaker diarization using deep neural network embeddings", ICASSP 2017. What is said when is settled
by the likeliest way through all stretches (Viterbi, 1967), where a change of speaker costs something, less in a pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

ALIKE = 0.7
"""Mean cosine of the stretches of two groups above which one person says both. See docs/accuracy.md."""
SURELY = 0.8
"""Groups are joined down to here before all of a long sound are compared."""
BLOCK = 1000
"""Groups compared with each other at most: bounds the memory."""
OTHERS = 0.5
"""Cosine that somebody else's voice has, about."""
SPREAD = 0.06
"""How much the cosines of one voice differ, about."""
CHANGE = 3.5
"""What a change of speaker costs, in steps that another voice is `SPREAD` better."""
PAUSE = 4.0
"""How much a pause of a second eases a change."""


@dataclass(frozen=True)
class Group:
    """Stretches said by one person: the sum of their vectors, and what they weigh together."""

    total: Any
    weight: float

    @property
    def voice(self) -> Any:
        """The unit vector of this voice."""
        return self.total / max(float(np.linalg.norm(self.total)), 1e-9)


def gathered(groups: Sequence[Group], threshold: float = SURELY, number: int = 1) -> list[Group]:
    """The groups joined while two are more alike than `threshold` and more than `number` are left."""
    if not groups:
        return []
    weights = np.array([group.weight for group in groups])
    labels = joined(np.stack([group.total for group in groups]) / weights[:, None], weights, threshold, number)
    members = [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]
    return [Group(sum(groups[int(place)].total for place in places), float(weights[places].sum())) for places in members]


def thinned(groups: Sequence[Group]) -> list[Group]:
    """At most `BLOCK` // 2 of them: what is surely one voice joined, and the lightest left out where that is not enough."""
    fewer = sorted(gathered(groups), key=lambda group: -group.weight)
    return fewer[: BLOCK // 2]


def voices(groups: Sequence[Group], count: int, least: float) -> Any:
    """The unit vectors of the speakers, (speakers, width), who says most first.

    `count` speakers, or 0: as many as there seem to be. One who weighs less than `least` is not told apart, unless nobody weighs
    more. Fewer than `count` come back where the groups hold no more.
    """
    if not groups:
        return np.zeros((0, 0), np.float32)
    found = sorted(_speakers(groups, count, least), key=lambda group: -group.weight)
    return np.stack([group.voice for group in found]).astype(np.float32)


def _speakers(groups: Sequence[Group], count: int, least: float) -> list[Group]:
    if not count:
        found = gathered(groups, ALIKE)
        return [group for group in found if group.weight >= least] or [max(found, key=lambda group: group.weight)]
    # A cough or two voices at once may stay apart longest: more groups are left, until so many are large enough to be somebody.
    for number in range(count, min(len(groups), 4 * count + 8) + 1):
        large = [group for group in gathered(groups, -1.0, number) if group.weight >= least]
        if len(large) >= count:
            return sorted(large, key=lambda group: -group.weight)[:count]
    return gathered(groups, -1.0, count)


def joined(means: Any, weights: Any, threshold: float, number: int = 1) -> Any:
    """The group of each row, numbered from 0: the two most alike become one until none are above `threshold`, or `number` are left.

    `means` (count, width) are mean vectors: their products are the mean cosines of what they stand for. `weights` (count,).
    """
    count = len(means)
    labels = np.arange(count)
    if count < 2:
        return labels
    alike = np.asarray(means @ means.T, np.float64)
    np.fill_diagonal(alike, -np.inf)
    weights = np.array(weights, np.float64)
    nearest = alike.argmax(axis=1)
    best = alike[np.arange(count), nearest]
    for _ in range(count - max(number, 1)):
        kept = int(best.argmax())
        if best[kept] <= threshold:
            break
        gone = int(nearest[kept])
        share = weights[kept] / (weights[kept] + weights[gone])
        row = share * alike[kept] + (1 - share) * alike[gone]
        row[[kept, gone]] = -np.inf
        alike[kept], alike[:, kept] = row, row
        alike[gone], alike[:, gone] = -np.inf, -np.inf
        weights[kept] += weights[gone]
        labels[labels == gone] = kept
        stale = {kept, *map(int, np.flatnonzero((nearest == kept) | (nearest == gone)))}
        for place in stale:
            nearest[place] = alike[place].argmax()
            best[place] = alike[place, nearest[place]]
        best[gone] = -np.inf
        closer = row > best
        nearest[closer], best[closer] = kept, row[closer]
    return np.unique(labels, return_inverse=True)[1]


def chances(alike: Any) -> Any:
    """How likely each speaker says each step, (steps, speakers), somebody else being possible. `alike` are cosines of that shape."""
    shifted = np.concatenate([alike, np.full((len(alike), 1), OTHERS)], axis=1) / SPREAD
    odds = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    return (odds / odds.sum(axis=1, keepdims=True))[:, :-1]


def spoken(alike: Any, pauses: Any) -> Any:
    """The speaker of each step, int (steps,). `alike` (steps, speakers) are cosines, `pauses` (steps,) seconds of silence before each."""
    steps, count = alike.shape
    if steps == 0 or count < 2:
        return np.zeros(steps, np.int64)
    gain, costs = alike / SPREAD, CHANGE / (1 + PAUSE * pauses)
    came = np.zeros((steps, count), np.int64)
    score = gain[0]
    for step in range(1, steps):
        leader = int(score.argmax())
        changed = score[leader] - costs[step]
        came[step] = np.where(score >= changed, np.arange(count), leader)
        score = np.maximum(score, changed) + gain[step]
    path = np.zeros(steps, np.int64)
    path[-1] = int(score.argmax())
    for step in range(steps - 1, 0, -1):
        path[step - 1] = came[step, path[step]]
    return path
