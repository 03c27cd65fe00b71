"""What is known of every shot of a scene: logged from what is stored, by the scene's options. Nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from . import felt, footage_options
from .desk import desk

if TYPE_CHECKING:
    from ..timeline.shot_list import Row
    from ..timeline.shot_log import Placed
    from ..timeline.state import StripRef, Timeline
    from .feature import Found

_facts: dict[tuple[Any, ...], Any] = {}
"""What was read of the stored facts since the last run ended: reading them is most of the work."""


def look(scene: Any) -> tuple[Placed, ...]:
    """Every shot of the open sequence as far as it is known, in order of time. Raises `EditorError` when the timeline cannot be read."""
    from . import known

    found = known.look(scene)
    return placed(found.timeline, found.rows, scene.assistant_editor)


def placed(timeline: Timeline, rows: Sequence[Row], settings: Any) -> tuple[Placed, ...]:
    """The same for rows of the shot list."""
    from ..timeline.shot_log import Placed, log

    by_medium: dict[str, list[Row]] = {}
    for row in rows:
        if row.number and row.source is not None and row.medium:
            by_medium.setdefault(row.medium, []).append(row)
    shots = []
    for medium, here in by_medium.items():
        facts = stored(timeline, medium, settings)
        feelings = felt.stored(facts)
        spans = [row.source for row in here if row.source is not None]
        logged = log(facts, medium, here[0].path, spans, None, feelings, sources=footage_options.sources(settings))
        shots += [Placed(row.number, row.frames, row.strip, row.channel, one) for row, one in zip(here, logged, strict=True)]
    return tuple(sorted(shots, key=lambda shot: (shot.frames.start, shot.channel)))


def stored(timeline: Timeline, medium: str, settings: Any) -> Mapping[str, Any]:
    """Engine -> facts of one medium, of those that are stored as the scene's options ask for them."""
    from ..ml.facts import ENGINES

    strips = [strip for strip in timeline.strips if strip.medium == medium and strip.source is not None]
    found = {}
    for engine, task in footage_options.TASKS.items():
        if engine in ENGINES and (medium, engine) not in desk.absent and (options := task(settings)) is not None:
            kind = "MOVIE" if ENGINES[engine].stream == "video" else "SOUND"
            facts = _read(timeline, [strip for strip in strips if strip.kind == kind] or strips, medium, engine, options)
            if facts is not None:
                found[engine] = facts
    return found


def _read(timeline: Timeline, strips: Sequence[StripRef], medium: str, engine: str, options: Any) -> Any:
    from ..timeline import requests
    from . import work

    backend = preferences.backend(bpy.context)
    key = (backend.cache, medium, engine, options, tuple((strip.kind, strip.visible) for strip in strips))
    if key not in _facts:
        found = work.remembered(backend, timeline, requests.ask(timeline, {engine: strips}, {engine: options}))
        _facts[key] = found[engine].get(medium) if found is not None else None
    return _facts[key]


def by_medium(found: Found) -> dict[str, dict[str, Any]]:
    """What a job found, medium -> engine -> facts."""
    media: dict[str, dict[str, Any]] = {}
    for engine, facts in found.items():
        for medium, one in facts.items():
            media.setdefault(medium, {})[engine] = one
    return media


def forget(*_: Any) -> None:
    """What is stored may have changed: it is read anew when it is asked for."""
    _facts.clear()


def register() -> None:
    desk.listeners.append(forget)


def unregister() -> None:
    desk.listeners.remove(forget)
    forget()


CLASSES: tuple[type, ...] = ()
