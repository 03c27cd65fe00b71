"""Logging footage in the sidebar: what is found out, what counts for a shot's mood, and what is written of it. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.footage_options import LOGS, MODELS, MOOD_LIVE, TAG_OWN
from ..operators.options import draw_options
from ..operators.people_options import PEOPLE_ASKS
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_log_footage(Tab, bpy.types.Panel):
    bl_label = "Log Footage"
    bl_order = 2
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        _toggles(layout, settings, LOGS, "Find Out")
        header, body = layout.panel("assistant_editor_footage_models", default_closed=True)
        header.label(text="Models and Words")
        if body:
            draw_options(body, settings, tuple(name for name in MODELS if name not in PEOPLE_ASKS))  # those stand in People
        layout.operator("assistant_editor.log_footage", icon="VIEWZOOM")


class ASSISTANT_EDITOR_PT_tag_shots(Tab, bpy.types.Panel):
    bl_label = "Tag Shots"
    bl_parent_id = "ASSISTANT_EDITOR_PT_log_footage"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, TAG_OWN)
        _toggles(layout, settings, MOOD_LIVE, "Mood By")
        layout.operator("assistant_editor.tag_shots", icon="COLOR")


def _toggles(layout: Any, settings: Any, names: tuple[str, ...], heading: str) -> None:
    column = layout.column(heading=heading, align=True)
    for name in names:
        column.prop(settings, name)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_log_footage, ASSISTANT_EDITOR_PT_tag_shots)
