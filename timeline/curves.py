"""The keyframes of highlights, as values: which part of a strip is cropped away from which frame on."""

from __future__ import annotations

import re
from typing import Any

import bpy

from . import compat

CROPPED = re.compile(r'^sequence_editor\.(?:strips|sequences)_all\["((?:[^"\\]|\\.)*)"\]\.crop\.(min_x|max_x)$')
Keys = dict[str, tuple[tuple[int, int], ...]]
"""Property of a crop ("min_x", "max_x") -> its steps: (frame, pixels)."""


def steps_of(scene: Any) -> dict[str, Keys]:
    """The stepped crops of a scene by the name of their strip."""
    found: dict[str, Keys] = {}
    for curve in compat.curves(scene):
        if match := CROPPED.match(curve.data_path):
            points = [0.0] * (2 * len(curve.keyframe_points))
            curve.keyframe_points.foreach_get("co", points)
            pairs = tuple((round(frame), round(value)) for frame, value in zip(points[::2], points[1::2], strict=True))
            found.setdefault(bpy.utils.unescape_identifier(match.group(1)), {})[match.group(2)] = pairs
    return found
