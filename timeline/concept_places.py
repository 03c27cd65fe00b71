"""Whether a shot was taken inside or outside, from what an image-text model, the things in it and its light say. Pure.

Each source gives a logarithm of odds, and these are added as if they knew nothing of each other, which is why each is kept small.
"""

from __future__ import annotations

import base64
import math
from collections import Counter

import numpy as np

from ..ml.facts import PICTURE_VALUES, Concepts, Objects, Pictures, Span
from .concept_index import inside, rows_of, scores_of
from .concept_rules import INDOOR, OUTDOOR
from .shot_log import Place

PLACES = ("indoor", "outdoor")
"""Concepts that say where a shot was taken, and not what is in it."""
SURE = math.log(0.65 / 0.35)
"""Below these odds nothing is said."""
MOST_OF_MODEL, MOST_OF_THINGS = 4.0, 3.0
WARM, LAMPS = 0.25, 0.3
"""A picture warmer than this speaks for lamps, with these odds: never enough by itself."""


def place(concepts: Concepts | None, objects: Objects | None, pictures: Pictures | None, span: Span) -> Place:
    """ "" where what is known does not say it with 65 % or more. `span` in seconds of the pictures' stream."""
    odds = outdoors(concepts, objects, pictures, span)
    if abs(odds) < SURE:
        return ""
    return "outdoor" if odds > 0 else "indoor"


def outdoors(concepts: Concepts | None, objects: Objects | None, pictures: Pictures | None, span: Span) -> float:
    """The natural logarithm of the odds that the shot was taken outside; 0.0 where nothing is known."""
    return _by_model(concepts, span) + _by_things(objects, span) + _by_light(pictures, span)


def _by_model(concepts: Concepts | None, span: Span) -> float:
    if concepts is None or not all(name in concepts.concepts for name in PLACES):
        return 0.0
    rows = scores_of(concepts)[inside(concepts.seconds, span)]
    if not len(rows):
        return 0.0
    within, without = (rows[:, concepts.concepts.index(name)].mean() for name in PLACES)
    # One part in fifty is doubt: 8 bits of probability do not tell .998 from 1.
    odds = math.log((without + 0.02) / (within + 0.02))
    return max(-MOST_OF_MODEL, min(MOST_OF_MODEL, odds))


def _by_things(objects: Objects | None, span: Span) -> float:
    """A label counts once, with the share of the shot in which it is seen and how surely it is; the strongest fully, others half."""
    if objects is None:
        return 0.0
    samples = inside(objects.seconds, span).tolist()
    at = rows_of(objects).at
    seen = Counter(number for sample in samples for number, _row in at.get(sample, ()))
    said: dict[str, float] = {}
    for number, count in sorted(seen.items()):
        track = objects.tracks[number]
        weight = OUTDOOR.get(track.label, 0.0) - INDOOR.get(track.label, 0.0)
        value = weight * track.confidence * min(1.0, 2 * count / len(samples))
        if value:
            said[track.label] = max(said.get(track.label, 0.0), value, key=abs)
    ordered = sorted(said.values(), key=abs, reverse=True)
    total = sum(value if number == 0 else value / 2 for number, value in enumerate(ordered))
    return max(-MOST_OF_THINGS, min(MOST_OF_THINGS, total))


def _by_light(pictures: Pictures | None, span: Span) -> float:
    if pictures is None:
        return 0.0
    rows = np.frombuffer(base64.b64decode(pictures.values), np.float16).reshape(len(pictures.seconds), len(PICTURE_VALUES))
    warmth = rows[inside(pictures.seconds, span), PICTURE_VALUES.index("warmth")].astype(np.float64)
    warmth = warmth[np.isfinite(warmth)]
    return -LAMPS if len(warmth) and warmth.mean() > WARM else 0.0
