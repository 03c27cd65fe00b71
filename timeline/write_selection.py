"""Which strips are selected, as an operator wishes it. Nothing else of them is touched."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import compat


def select(scene: Any, names: Collection[str], extend: bool = False, subtract: bool = False) -> int:
    """Selects the strips of the open sequence with these names, and no others unless `extend`; `subtract` takes them out of the
    selection instead. Returns how many are named and there.

    The first of them in time becomes the active one, unless the active one is among them.
    """
    sequence = compat.open_sequence(scene)
    if sequence is None:
        return 0
    wanted = set(names)
    found = [strip for strip in sequence.strips if strip.name in wanted]
    for strip in sequence.strips:
        if strip.name in wanted:
            strip.select = not subtract
        elif not extend and not subtract:
            strip.select = False
    if subtract:
        return len(found)
    active = scene.sequence_editor.active_strip
    if found and (active is None or active.name not in wanted):
        scene.sequence_editor.active_strip = min(found, key=compat.left)
    return len(found)
