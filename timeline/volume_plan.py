"""A plan of volumes that waits in a file, as `stamped` keeps it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from .faders import Layer
from .layout import Layout
from .matching import state
from .plan import Plan, Volume
from .stamped import REMEDY, sealed, unsealed
from .state import Timeline

SCHEMA = "assistant_editor.volumes/1"


def as_json(plan: Plan, layout: Layout, timeline: Timeline, more: Mapping[str, Any]) -> dict[str, Any]:
    """The volumes of a plan, sealed for this timeline; `more` is what else the file tells."""
    edits = [to_json(edit) for edit in plan.edits if isinstance(edit, Volume)]
    body = {"layers": list(plan.layers), "strips": list(plan.strips), "edits": edits, "notices": list(plan.notices), **more}
    return sealed(SCHEMA, layout, body, repr(state(timeline)))


def read(text: str, layout: Layout, timeline: Timeline) -> Plan:
    """What `as_json` made. Raises `EditorError`: BAD_INPUT for anything else, STALE when the timeline is no longer as it was."""
    data = unsealed(text, SCHEMA, layout, repr(state(timeline)))
    try:
        layers: tuple[Layer, ...] = tuple(from_json(Layer, one) for one in data["layers"])  # type: ignore[arg-type]
        edits = tuple(from_json(Volume, one) for one in data["edits"])
        strips = tuple(str(name) for name in data["strips"])
        notices = tuple(str(one) for one in data["notices"])
    except (KeyError, TypeError, ValueError, EditorError) as reason:
        raise EditorError("The plan of volumes cannot be read.", REMEDY, BAD_INPUT, repr(reason)) from reason
    media = {ref.medium for ref in timeline.strips if ref.name in strips and ref.medium}
    return Plan(edits, notices, tuple((medium, "volume") for medium in sorted(media)), strips, layers=layers)
