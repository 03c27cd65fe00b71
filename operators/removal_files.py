"""Plans of removals written to files and read back."""

from __future__ import annotations

from typing import Any

from ..ml.codec import to_json
from . import work
from .plan_files import text_of
from .removal_shelf import shelf
from .speech_search import Search


def read(path: str, layout: Any, scene: Any) -> Any:
    """The plan in a file (`removal_plan.RemovalPlan`). Raises `EditorError`: BAD_INPUT, or STALE when the timeline has changed."""
    from ..timeline import removal_plan

    return removal_plan.read(text_of(path), layout, work.look(scene))


def as_plan(scene: Any, search: Search) -> dict[str, Any]:
    """What the review list holds of this search, as the JSON of a plan."""
    from ..timeline import removal_plan
    from ..timeline.read_layout import read_layout

    rows = [row for row in shelf.rows if row.removal.kind in search.kinds]
    settings = scene.assistant_editor
    options = {name: _plain(getattr(settings, name)) for name in search.live}
    plan = removal_plan.planned(shelf.known.timeline, rows, options, shelf.notices(search))
    return removal_plan.write(plan, read_layout(scene), shelf.known.timeline)


def _plain(value: Any) -> Any:
    """A property's value as JSON has it: Blender keeps numbers in single precision."""
    return round(value, 6) if isinstance(value, float) else to_json(value)


CLASSES: tuple[type, ...] = ()
