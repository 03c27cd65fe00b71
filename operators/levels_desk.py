"""What was last measured and matched, for the panel and for files. The operators write it, the panel reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent

if TYPE_CHECKING:
    from ..timeline.matching import Row, Try
    from ..timeline.planners.levels import LevelOptions, Measured


@dataclass
class Meter:
    """`before` is what was measured, `after` what it came to; `rows` are strips. `scene` is the scene's session number."""

    scene: int = 0
    before: Measured | None = None
    after: Measured | None = None
    rows: tuple[Row, ...] = ()
    told: tuple[str, ...] = ()

    def show(self, scene: Any, before: Any, after: Any = None, rows: Any = (), told: Any = ()) -> None:
        self.scene, self.before, self.after, self.rows, self.told = scene.session_uid, before, after, tuple(rows), tuple(told)

    def clear(self) -> None:
        self.scene, self.before, self.after, self.rows, self.told = 0, None, None, (), ()

    def to_json(self) -> dict[str, Any]:
        from ..ml.codec import to_json

        rows = [{**to_json(row), "after": row.after} for row in self.rows]
        return {"before": to_json(self.before), "after": to_json(self.after), "strips": rows, "told": list(self.told)}


@dataclass
class Rehearsed:
    """What was listened to last and written, so that another target needs no listening: `heard` is the timeline it was made for."""

    heard: Any = None
    tried: Try | None = None
    before: Measured | None = None
    after: Measured | None = None
    options: LevelOptions | None = None
    names: tuple[str, ...] = ()


meter = Meter()
rehearsed = Rehearsed()


@persistent
def _on_load(*_: Any) -> None:
    meter.clear()
    rehearsed.heard = None


def register() -> None:
    bpy.app.handlers.load_pre.append(_on_load)


def unregister() -> None:
    bpy.app.handlers.load_pre.remove(_on_load)
    meter.clear()
    rehearsed.heard = None


CLASSES: tuple[type, ...] = ()
