"""What was last measured and matched. The operators write it, the panel and files read it; the report is kept in the scene."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bpy.app.handlers import persistent

if TYPE_CHECKING:
    from ..timeline.matching import Report, Try
    from ..timeline.planners.levels import LevelOptions, Measured


class Rehearsed:
    """What was listened to last and written, so that another target needs no listening: `heard` is the timeline it was made for."""

    heard: Any = None
    tried: Try | None = None
    before: Measured | None = None
    after: Measured | None = None
    options: LevelOptions | None = None
    names: tuple[str, ...] = ()


rehearsed = Rehearsed()


def elsewhere(scene: Any, what: str) -> tuple[str, ...]:
    """A sentence about the meta and scene strips that may be heard: nobody looks into them. `what` is not done to them."""
    from ..timeline.read_layout import read_layout

    names = [item.name for item in read_layout(scene).items if item.sounds and item.kind in {"META", "SCENE"} and not item.muted]
    return (f"{', '.join(map(repr, names))}: what is heard in meta and scene strips {what}.",) if names else ()


def keep(scene: Any, report: Report) -> None:
    from ..ml.codec import to_json

    scene.assistant_editor.measured = json.dumps(to_json(report), ensure_ascii=False)


def report_of(scene: Any) -> Report | None:
    """What was measured last in this scene."""
    return _read(scene.assistant_editor.measured)


@lru_cache(maxsize=8)
def _read(text: str) -> Report | None:
    from ..ml.codec import from_json
    from ..ml.errors import EditorError
    from ..timeline.matching import Report

    try:
        return from_json(Report, json.loads(text)) if text else None
    except (ValueError, EditorError):
        return None  # of another version: it is only shown, and measured again in a moment


def as_json(report: Report) -> dict[str, Any]:
    """The report as files tell it."""
    from ..ml.codec import to_json

    rows = [{**to_json(row), "after": row.after} for row in report.rows]
    return {"before": to_json(report.before), "after": to_json(report.after), "strips": rows, "told": list(report.told)}


@persistent
def _on_load(*_: Any) -> None:
    rehearsed.heard = None


def register() -> None:
    import bpy

    bpy.app.handlers.load_pre.append(_on_load)


def unregister() -> None:
    import bpy

    bpy.app.handlers.load_pre.remove(_on_load)
    rehearsed.heard = None


CLASSES: tuple[type, ...] = ()
