"""Speakers in the sidebar: who is heard, how long, by which name. Reads only."""

from __future__ import annotations

import bpy

from ..operators.voice_options import TRANSLATION
from ..operators.voices import roster
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_speakers(Tab, bpy.types.Panel):
    bl_label = "Speakers and Sounds"
    bl_parent_id = "ASSISTANT_EDITOR_PT_captions"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        layout.prop(settings, "audience")
        layout.prop(settings, "sounds")
        if settings.sounds:
            layout.prop(settings, "music_notes")
            layout.prop(settings, "sound_model")
        layout.prop(settings, "speakers")
        if settings.speakers:
            layout.prop(settings, "speaker_count")
            layout.prop(settings, "keep_voices")
        if settings.speakers or settings.script:  # a script has names, too
            layout.prop(settings, "speaker_mark")
            layout.prop(settings, "speaker_colors")
        for name, seconds in roster.heard.items():
            row = layout.row(align=True)
            row.label(text=name, icon="USER")
            row.label(text=f"{int(seconds) // 60}:{int(seconds) % 60:02}")
            row.operator("assistant_editor.edit_speaker", text="", icon="GREASEPENCIL").speaker = name
        row = layout.row(align=True)
        row.operator("assistant_editor.list_speakers", icon="FILE_REFRESH")
        row.operator("assistant_editor.forget_voices", icon="TRASH")


class ASSISTANT_EDITOR_PT_translation(Tab, bpy.types.Panel):
    bl_label = "Translation"
    bl_parent_id = "ASSISTANT_EDITOR_PT_captions"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        for name in TRANSLATION:
            layout.prop(settings, name)
        layout.operator("assistant_editor.translate_captions", icon="WORLD")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_speakers, ASSISTANT_EDITOR_PT_translation)
