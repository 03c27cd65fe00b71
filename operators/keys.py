"""Keys in the sequencer: J steps through the uncertain boundaries and settles them, U through the captions to be looked at.

Blender leaves J and U free there in both its keymaps.
"""

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
CAPTION_KEYS: tuple[tuple[str, dict[str, bool], dict[str, str]], ...] = (
    ("step_caption", {}, {"way": "NEXT"}),
    ("step_caption", {"shift": True}, {"way": "PREVIOUS"}),
    ("accept_words", {"ctrl": True}, {}),
    ("split_caption", {"alt": True}, {}),
)
CAPTION_KEY = "U"
_registered: list[tuple[Any, Any]] = []


def register() -> None:
    """Without a window there are no keys to press, and no keymap to put them in."""
    keys = bpy.context.window_manager.keyconfigs.addon
    if keys is None:
        return
    keymap = keys.keymaps.new("Sequencer", space_type="SEQUENCE_EDITOR")
    table = [(KEY, *entry) for entry in KEYS] + [(CAPTION_KEY, *entry) for entry in CAPTION_KEYS]
    for key, name, held, options in table:
        item = keymap.keymap_items.new(f"assistant_editor.{name}", key, "PRESS", **held)
        for option, value in options.items():
            setattr(item.properties, option, value)
        _registered.append((keymap, item))


def unregister() -> None:
    for keymap, item in _registered:
        keymap.keymap_items.remove(item)
    _registered.clear()


CLASSES: tuple[type, ...] = ()
