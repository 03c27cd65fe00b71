"""Plans of edits by text, written to files and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from . import settings, text_files, text_options, transcribed
from .plan_files import text_of

if TYPE_CHECKING:
    from ..timeline.text_edit import TextPlan

SCHEMA = "assistant_editor.text-edit/1"
MOST = 256 * 1024 * 1024
"""Bytes of the longest plan that is read."""


def as_json(known: Any, layout: Any, plan: TextPlan, props: Any) -> dict[str, Any]:
    """A plan as it is written: what happens, and the options it was made with."""
    from ..timeline.stamped import sealed

    options = {name: _plain(getattr(props, name)) for name in text_options.TEXT_LIVE}
    body = {"options": options, "line": plan.line, "plan": to_json(plan)}
    return sealed(SCHEMA, layout, body, text_files.document(known))


def _plain(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def read(operator: Any, scene: Any) -> tuple[Any, Any, TextPlan]:
    """(what is said, the layout, the plan in `operator.plan`); sets the operator's options to the plan's.

    Raises `EditorError`: BAD_INPUT for a file that holds no such plan, STALE when the timeline has changed since.
    """
    from ..timeline.read_layout import read_layout
    from ..timeline.stamped import unsealed
    from ..timeline.text_edit import TextPlan

    text = text_of(operator.plan)
    settings.seed(operator, scene)
    known, layout = transcribed.look(scene), read_layout(scene)
    data = unsealed(text, SCHEMA, layout, text_files.document(known))
    try:
        plan = from_json(TextPlan, data["plan"])
        for name, value in data["options"].items():
            if name in text_options.TEXT_LIVE:
                setattr(operator, name, value)
    except (KeyError, TypeError, ValueError, AttributeError, EditorError) as reason:
        remedy = "Make it again with --dry-run --json FILE."
        raise EditorError(f"{operator.plan} is no whole plan.", remedy, BAD_INPUT, repr(reason)) from reason
    return known, layout, plan


CLASSES: tuple[type, ...] = ()
