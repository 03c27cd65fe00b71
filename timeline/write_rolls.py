"""Cuts moved on the native timeline: one strip gives the frames that the other gets. Every check comes first."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..ml.errors import DEFECT, LOCKED, STALE, EditorError
from . import compat
from .beat_snap import Roll
from .layout import Item, Layout
from .read_layout import read_layout
from .write import HalfWritten


def roll(scene: Any, layout: Layout, rolls: Sequence[Roll]) -> tuple[str, ...]:
    """Moves the cuts of the open sequence, which `layout` was read from; the names of the strips that changed.

    No strip moves, and none shows anything at another time than before. Raises `EditorError` before the first change: STALE when a strip
    is not as `layout` says, LOCKED when one is locked; what goes wrong later is `HalfWritten`.
    """
    names = {name for one in rolls for name in (*one.before, *one.after)}
    _check(layout, read_layout(scene), names)
    strips = {strip.name: strip for strip in compat.open_sequence(scene).strips}
    ends = {name: (compat.left(strips[name]), compat.right(strips[name])) for name in names}
    try:
        for one in rolls:
            # What shrinks goes first, so that no strip is ever laid over another: Blender would push it away.
            hands = [(one.before, compat.set_right), (one.after, compat.set_left)]
            for side, put in reversed(hands) if one.to > one.frame else hands:
                for name in side:
                    put(strips[name], one.to)
            ends.update({name: (ends[name][0], one.to) for name in one.before})
            ends.update({name: (one.to, ends[name][1]) for name in one.after})
        for name, wanted in ends.items():
            strip = strips[name]
            if (compat.left(strip), compat.right(strip)) != wanted:
                raise RuntimeError(f"strip {name!r} came to stand elsewhere than it was to")
    except Exception as reason:
        what = f"Moving cuts stopped half-way: {str(reason).strip() or type(reason).__name__}."
        raise HalfWritten(what, "Press Ctrl+Z once to bring everything back.", DEFECT, traceback.format_exc()) from reason
    return tuple(sorted(names))


def _check(layout: Layout, present: Layout, names: Iterable[str]) -> None:
    before, now = ({item.name: _solid(item) for item in one.items} for one in (layout, present))
    held = {item.name: item.held for item in present.items}
    for name in sorted(names):
        if name not in now or before.get(name) != now[name]:
            raise EditorError(f"Strip {name!r} has changed since it was read.", "Run it again.", STALE)
        if held[name]:
            raise EditorError(f"Nothing was changed: {held[name]}.", "Unlock it and run again.", LOCKED)


def _solid(item: Item) -> Item:
    return replace(item, selected=False, held="")
