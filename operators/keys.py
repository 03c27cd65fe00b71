"""Keys in the sequencer: J steps through the uncertain boundaries and settles them, U through the captions to be looked at, the period
through what might be cut out of speech; the comma trims it.

Blender leaves these free there in both its keymaps.
"""

from __future__ import annotations

from typing import Any

import bpy

KEYS: tuple[tuple[str, dict[str, bool], dict[str, Any]], ...] = (
    ("step_uncertain", {}, {"way": "NEXT"}),
    ("step_uncertain", {"shift": True}, {"way": "PREVIOUS"}),
    ("accept_boundary", {"ctrl": True}, {}),
    ("refuse_boundary", {"alt": True}, {}),
)
"""(operator, what is held down with J, its options)."""
KEY = "J"
CAPTION_KEYS: tuple[tuple[str, dict[str, bool], dict[str, Any]], ...] = (
    ("step_caption", {}, {"way": "NEXT"}),
    ("step_caption", {"shift": True}, {"way": "PREVIOUS"}),
    ("accept_words", {"ctrl": True}, {}),
    ("split_caption", {"alt": True}, {}),
)
CAPTION_KEY = "U"
REMOVAL_KEYS: tuple[tuple[str, dict[str, bool], dict[str, Any]], ...] = (
    ("step_removal", {}, {"way": "NEXT"}),
    ("step_removal", {"shift": True}, {"way": "PREVIOUS"}),
    ("judge_removal", {"ctrl": True}, {"verdict": "accepted", "go_on": True}),
    ("judge_removal", {"alt": True}, {"verdict": "rejected", "go_on": True}),
    ("play_removal", {"ctrl": True, "shift": True}, {}),
)
REMOVAL_KEY = "PERIOD"
TRIM_KEYS: tuple[tuple[str, dict[str, bool], dict[str, Any]], ...] = (
    ("trim_removal", {"shift": True}, {"first": 1}),
    ("trim_removal", {"alt": True}, {"first": -1}),
    ("trim_removal", {"ctrl": True, "shift": True}, {"last": -1}),
    ("trim_removal", {"ctrl": True, "alt": True}, {"last": 1}),
)
TRIM_KEY = "COMMA"
_registered: list[tuple[Any, Any]] = []


def register() -> None:
    """Without a window there are no keys to press, and no keymap to put them in."""
    keys = bpy.context.window_manager.keyconfigs.addon
    if keys is None:
        return
    keymap = keys.keymaps.new("Sequencer", space_type="SEQUENCE_EDITOR")
    tables = ((KEY, KEYS), (CAPTION_KEY, CAPTION_KEYS), (REMOVAL_KEY, REMOVAL_KEYS), (TRIM_KEY, TRIM_KEYS))
    for key, name, held, options in ((key, *entry) for key, entries in tables for entry in entries):
        item = keymap.keymap_items.new(f"assistant_editor.{name}", key, "PRESS", **held)
        for option, value in options.items():
            setattr(item.properties, option, value)
        _registered.append((keymap, item))


def unregister() -> None:
    for keymap, item in _registered:
        keymap.keymap_items.remove(item)
    _registered.clear()


CLASSES: tuple[type, ...] = ()
