"""A plan that waits in a file: it says which timeline it was made for, and is refused for any other. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..ml.errors import BAD_INPUT, STALE, EditorError
from .layout import Layout

REMEDY = "Make the plan again with --dry-run --json FILE."


def stamp(layout: Layout, *more: str) -> str:
    """A digest of where every strip stands and what it shows there; another one whenever a plan of frames may mean something else.

    Which strips are selected or locked, markers and the playhead do not count. `more` is what else the plan was made from.
    """
    seen = hashlib.sha256(repr(layout.rate).encode())
    for item in sorted(layout.items, key=lambda item: item.name):
        where = (item.name, item.kind, item.channel, item.frames.start, item.frames.end, item.content.start, item.content.end)
        seen.update(repr((*where, item.inputs, item.muted)).encode())
    for text in more:
        seen.update(repr(text).encode())
    return seen.hexdigest()[:32]


def sealed(schema: str, layout: Layout, body: Mapping[str, Any], *more: str) -> dict[str, Any]:
    """`body` as it is written to a file. `schema` is a name and a version: "assistant_editor.removals/1"."""
    return {"schema": schema, "scene": layout.scene, "timeline": stamp(layout, *more), **body}


def unsealed(text: str, schema: str, layout: Layout, *more: str) -> dict[str, Any]:
    """What `sealed` made, as JSON, for this very timeline.

    Raises `EditorError`: BAD_INPUT for anything else than such a plan or one of another version, STALE when the timeline is no longer
    as the plan was made for.
    """
    try:
        data = json.loads(text)
    except ValueError as reason:
        where = f": line {reason.lineno}, column {reason.colno}" if isinstance(reason, json.JSONDecodeError) else ""
        raise EditorError(f"The plan is no JSON{where}.", REMEDY, BAD_INPUT, repr(reason)) from reason
    found = data.get("schema") if isinstance(data, dict) else None
    if found != schema:
        name, _, version = schema.partition("/")
        if isinstance(found, str) and found.partition("/")[0] == name:
            told = f"The plan has version {found.partition('/')[2]}; this Assistant Editor reads version {version}."
            raise EditorError(told, REMEDY, BAD_INPUT)
        raise EditorError(f"This is no plan of the kind {name}.", REMEDY, BAD_INPUT)
    if data.get("timeline") != stamp(layout, *more):
        raise EditorError("The timeline has changed since the plan was made. Nothing was changed.", REMEDY, STALE)
    return dict(data)
