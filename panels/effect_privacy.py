"""Privacy in the sidebar: what is covered, and how. Reads only."""

from __future__ import annotations

import bpy

from ..operators.options import draw_options
from ..operators.privacy_options import NAMES
from .effects import draw_common
from .main import Tab, fields
from .text import columns, lines

LAST = "Do this last, and again after anything that moves pictures: covers stay where they were written. Then look at the film."


class ASSISTANT_EDITOR_PT_effect_privacy(Tab, bpy.types.Panel):
    bl_label = "Privacy"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, NAMES)
        draw_common(layout, context, "privacy", "assistant_editor.anonymise")
        lines(layout, LAST, columns(context), "INFO")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_privacy,)
