"""Keys in the sequencer: J steps through the uncertain boundaries and settles them. Blender leaves J free there in both its keymaps."""

from __future__ import annotations

from typing import Any

import bpy

KEYS: tuple[tuple[str, dict[str, bool], dict[str, str]], ...] = (
    ("step_uncertain", {}, {"way": "NEXT"}),
    ("step_uncertain", {"shift": True}, {"way": "PREVIOUS"}),
    ("accept_boundary", {"ctrl": True}, {}),
    ("refuse_boundary", {"alt": True}, {}),
)
"""(operator, what is held down with J, its options)."""
KEY = "J"
_registered: list[tuple[Any, Any]] = []


def register() -> None:
    """Without a window there are no keys to press, and no keymap to put them in."""
    keys = bpy.context.window_manager.keyconfigs.addon
    if keys is None:
        return
    keymap = keys.keymaps.new("Sequencer", space_type="SEQUENCE_EDITOR")
    for name, held, options in KEYS:
        item = keymap.keymap_items.new(f"assistant_editor.{name}", KEY, "PRESS", **held)
        for option, value in options.items():
            setattr(item.properties, option, value)
        _registered.append((keymap, item))


def unregister() -> None:
    for keymap, item in _registered:
        keymap.keymap_items.remove(item)
    _registered.clear()


CLASSES: tuple[type, ...] = ()
