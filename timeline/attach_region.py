"""The part of a film's picture that a part of the frame shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from .picture_way import Way
from .state import StripRef


def marked(
    strip: StripRef, way: Way, region: Sequence[float], canvas: tuple[int, int], frame: int
) -> tuple[tuple[tuple[float, float], ...], Fraction]:
    """(the corners as `ml.facts.SurfaceOptions` has them, the moment of the picture shown at `frame`).

    `region` is left, lower, right and upper edge in 0..1 of the frame. Corners go round from the upper left one as it is seen.
    """
    assert strip.source is not None
    left, bottom, right, top = region
    seen = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) * np.array(canvas)
    matrix = way.of(np.array([frame]))[0]
    places = np.linalg.solve(matrix[:, :2], (seen - matrix[:, 2]).T).T
    corners = tuple((round(float(x), 5), round(float(y), 5)) for x, y in places)
    return corners, strip.source.presented(strip.source.picture(frame))
