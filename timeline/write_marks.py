"""Markers an editor asks for: his own from the first moment, so they carry no tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def mark(scene: Any, marks: Sequence[tuple[int, str]]) -> int:
    """Sets a marker at each (frame, name), in order, but where one of this name stands there already. Says how many were set."""
    standing = {(marker.frame, marker.name) for marker in scene.timeline_markers}
    wanted = [one for one in dict.fromkeys(marks) if one not in standing]
    for frame, name in wanted:
        scene.timeline_markers.new(name, frame=frame)
    return len(wanted)
