"""Facts of mouths that move when they are said to. Pure: for tests on paper and in Blender."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
from assistant_editor.ml.facts import Mouths, Span

LOOKS = 8


def moving(
    picture: tuple[int, int], seconds: int, heads: Mapping[tuple[float, float, float], Callable[[float], bool]], seed: int = 0
) -> Mouths:
    """`heads`: left, top and size of a face -> whether it speaks at a second. Mouths that do not speak move by chance."""
    rng, looks, rows = np.random.RandomState(seed), range(seconds * LOOKS), []
    for look in looks:
        for (left, top, size), speaks in heads.items():
            moves = (0.06 if speaks(look / LOOKS) else 0.04) * np.exp(rng.normal() / 4)
            rows.append((look, left, top, size, size, moves, 0.04))
    coded = b64encode(np.array(rows, "<f4").tobytes()).decode()
    span, moments = Span(Fraction(0), Fraction(seconds)), tuple(Fraction(look, LOOKS) for look in looks)
    return Mouths(span, Fraction(0), Fraction(25), "made", picture, moments, coded)
