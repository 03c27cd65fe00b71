"""What is stored of a scene's media, as the present options ask for it. Nobody is asked; what was read is kept until a run ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from .desk import desk

if TYPE_CHECKING:
    from ..timeline.state import StripRef, Timeline

_read: dict[tuple[Any, ...], Any] = {}
"""Reading stored facts is most of the work of whatever shows them."""


def of_medium(timeline: Timeline, strips: Sequence[StripRef], medium: str, engine: str, options: Any) -> Any:
    """The facts of what these strips of one medium show; None where they are not stored, or there is no such stream."""
    from ..timeline import requests
    from . import work

    if (medium, engine) in desk.absent:
        return None
    backend = preferences.backend(bpy.context)
    key = (backend.cache, medium, engine, options, tuple((strip.kind, strip.visible) for strip in strips))
    if key not in _read:
        found = work.remembered(backend, timeline, requests.ask(timeline, {engine: strips}, {engine: options}))
        if found is None or medium not in found.get(engine, {}):
            return None  # not kept: another Blender may find it out meanwhile
        _read[key] = found[engine][medium]
    return _read[key]


def of_strips(timeline: Timeline, strips: Iterable[StripRef], engine: str, options: Any) -> dict[str, Any]:
    """The same by medium, of each that has such facts. Strips of which nobody knows what they show are left out."""
    media: dict[str, list[StripRef]] = {}
    for strip in strips:
        if strip.source is not None and strip.medium:
            media.setdefault(strip.medium, []).append(strip)
    every = {medium: of_medium(timeline, several, medium, engine, options) for medium, several in media.items()}
    return {medium: facts for medium, facts in every.items() if facts is not None}


def movies(timeline: Timeline, engine: str, options: Any) -> dict[str, Any]:
    """Of all movie strips."""
    return of_strips(timeline, (strip for strip in timeline.strips if strip.kind == "MOVIE"), engine, options)


def forget(*_: Any) -> None:
    """What is stored may have changed: it is read anew when it is asked for."""
    _read.clear()


def register() -> None:
    desk.listeners.append(forget)


def unregister() -> None:
    desk.listeners.remove(forget)
    forget()


CLASSES: tuple[type, ...] = ()
