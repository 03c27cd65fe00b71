"""Passages of a sequence as a new scene: a copy of the scene, of which only these passages are left. The original stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import compat, tags


def copied(scene: Any, name: str, keep: Collection[str] | None) -> Any:
    """A copy of the scene, called `name`, with the strips `keep` alone (None: all), none of them locked, and without markers.

    Whoever fails to make something of it removes it with `compat.remove_scene`.
    """
    copy = twin(scene, name)
    try:
        tags.forget(copy)
        for marker in list(copy.timeline_markers):
            copy.timeline_markers.remove(marker)
        editor = copy.sequence_editor
        for channel in editor.channels:
            channel.lock = False
        standing = {strip.name: strip for strip in editor.strips}
        gone = [strip for strip in standing.values() if keep is not None and strip.name not in keep]
        for strip in standing.values():
            strip.lock = False
        for strip in sorted(gone, key=lambda strip: not hasattr(strip, "input_1")):  # effects first: their inputs take them along
            if any(strip == other for other in editor.strips):
                editor.strips.remove(strip)
    except Exception:
        compat.remove_scene(copy)
        raise
    return copy


def twin(scene: Any, name: str) -> Any:
    """A copy of the scene to stay, with all that stands in it and an animation of its own; its ledger goes on under a stamp of its own."""
    copy = compat.copy_scene(scene)
    copy.name = name
    copy.use_extra_user = True  # a scene that nothing uses is not saved, and a copy has no user, unlike a new scene
    return copy
