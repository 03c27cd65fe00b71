"""Proposed removals as timeline markers, tagged so that they are found again; markers of the editor's own are never touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .proposals import Row
from .tags import put_tag_text, tag_of, tag_text

KIND = "removal"
NAMES = {"silence": "Silence", "filler": "Filler", "repeat": "Repeat", "take": "Take", "text": "Text"}
SIGNS = {"open": "?", "accepted": "cut", "rejected": "stays"}
_LONGEST = 40


def put(scene: Any, rows: Sequence[Row]) -> int:
    """Sets a marker where each row begins, in place of those that were set before. Returns how many there are now."""
    take_away(scene)
    for row in rows:
        one = row.removal
        text = f" {one.text}" if one.text else ""
        marker = scene.timeline_markers.new(f"{NAMES[one.kind]}{text}"[:_LONGEST] + f" ({SIGNS[row.verdict]})", frame=row.frames.start)
        put_tag_text(marker, tag_text("", "", KIND, one.why.confidence, one.why.reason))
    return len(rows)


def take_away(scene: Any) -> int:
    """Removes the markers that `put` set; how many there were."""
    ours = [marker for marker in scene.timeline_markers if _ours(marker)]
    for marker in ours:
        scene.timeline_markers.remove(marker)
    return len(ours)


def shown(scene: Any) -> bool:
    """Whether there are any."""
    return any(_ours(marker) for marker in scene.timeline_markers)


def _ours(marker: Any) -> bool:
    tag = tag_of(marker)
    return tag is not None and tag.kind == KIND
