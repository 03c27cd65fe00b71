"""Cut Out in the sidebar: what is cut out, and what is seen behind. Reads only."""

from __future__ import annotations

import bpy

from ..operators.cutout_options import ASKS, LIVE
from ..operators.options import draw_options
from ..timeline import compat
from .effects import draw_common
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_effect_cutout(Tab, bpy.types.Panel):
    bl_label = "Cut Out"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        row = layout.row(align=True)
        row.operator("assistant_editor.pick_cut_out", icon="EYEDROPPER")
        row.operator("assistant_editor.pick_cut_out", text="", icon="X").forget = True
        for name in (*ASKS[:2], *LIVE):
            sequence = compat.open_sequence(compat.edited_scene(context))
            if name == "cutout_with" and settings.cutout_behind == "strip" and sequence is not None:
                layout.prop_search(settings, name, sequence, "strips", icon="SEQUENCE")
            else:
                draw_options(layout, settings, (name,))
        draw_options(layout, settings, ASKS[2:])
        draw_common(layout, context, "cutout", "assistant_editor.cut_out")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_cutout,)
