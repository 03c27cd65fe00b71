"""Effects: the panel that holds those of each kind, and the row of buttons they all have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..operators.choices_shelf import shelf
from ..operators.effect_preview import previews
from ..timeline import compat
from .main import Tab
from .text import columns, lines

if TYPE_CHECKING:
    from ..timeline.plan import EffectKind

PICTURE = 11.0
"""How large a preview is shown, in heights of a button."""
ICONS = {"subject": "OUTLINER_OB_ARMATURE", "crop": "OBJECT_DATA", "safe": "CHECKMARK", "covered": "HIDE_ON"}


class ASSISTANT_EDITOR_PT_effects(Tab, bpy.types.Panel):
    bl_label = "Effects"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        row = self.layout.row()
        row.operator("assistant_editor.remove_effects", text="Remove All Effects", icon="TRASH").kind = "ALL"


def draw_common(layout: Any, context: bpy.types.Context, kind: EffectKind, operator: str = "") -> None:
    """Preview, Leave This Shot Out and Remove, for effects of one kind; below them the last preview.

    With `operator` ("assistant_editor.reframe") its button stands above them.
    """
    if operator:
        button = layout.row()
        button.scale_y = 1.3
        button.operator(operator)
    row = layout.row(align=True)
    row.operator("assistant_editor.preview_effects", icon="RENDER_STILL").kind = kind
    left_out = shelf.left_out(compat.edited_scene(context), kind)
    text, icon = ("Take Shot In Again", "ADD") if left_out else ("Leave Shot Out", "X")
    row.operator("assistant_editor.leave_shot_out", text=text, icon=icon, depress=left_out).kind = kind
    row.operator("assistant_editor.remove_effects", text="", icon="TRASH").kind = kind
    if left_out:
        lines(layout, "The shot at the playhead is left out.", columns(context), "INFO")
    shown = previews.get(kind)
    if shown is None:
        return
    box = layout.box()
    box.template_icon(icon_value=shown.icon, scale=PICTURE)
    lines(box, f"Frame {shown.frame}: {shown.told.removesuffix('.')}.", columns(context), "INFO")
    for name, marked in shown.names:
        box.label(text=name, icon=ICONS[marked])


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effects,)
