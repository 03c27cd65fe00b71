"""Attached graphics in the sidebar: what follows whom. Reads only."""

from __future__ import annotations

import bpy

from ..operators.attach_options import ASKS, LIVE
from ..operators.options import draw_options
from ..timeline import compat
from .effects import draw_common
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_effect_attach(Tab, bpy.types.Panel):
    bl_label = "Attached Graphics"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, (*ASKS, *(name for name in LIVE if name != "attach_source")))
        sequence = compat.open_sequence(compat.edited_scene(context))
        if settings.attach_graphic == "strip" and sequence is not None:
            layout.prop_search(settings, "attach_source", sequence, "strips", text="Strip", icon="SEQ_SEQUENCER")
        elif settings.attach_graphic == "image":
            layout.prop(settings, "attach_source", text="Image")
        draw_common(layout, context, "attachment", "assistant_editor.attach")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_attach,)
