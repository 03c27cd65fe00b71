"""Entries in the sequencer's own menus, where one looks for what works on strips."""

from __future__ import annotations

from typing import Any

import bpy


class ASSISTANT_EDITOR_MT_strip(bpy.types.Menu):
    bl_label = "Assistant Editor"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        for name in ("auto_edit", "detect_shots", "detect_scenes", "auto_captions", "analyse"):
            layout.operator(f"assistant_editor.{name}")
        layout.separator()
        layout.operator("assistant_editor.save_stills")
        layout.operator("assistant_editor.thumbnail_candidates")
        layout.separator()
        layout.operator("assistant_editor.select_where", text="Select Strips Where…")
        layout.operator("assistant_editor.write_report")
        layout.separator()
        layout.operator("assistant_editor.split_shot", text="New Shot Here")
        layout.operator("assistant_editor.step_uncertain")
        layout.operator("assistant_editor.export_shot_csv", text="Write Shot List as CSV…")
        layout.operator("assistant_editor.export_edl", text="Write Shots as EDL…")
        layout.separator()
        for name in ("find_silences", "find_fillers", "find_takes", "apply_removals"):
            layout.operator(f"assistant_editor.{name}")
        layout.separator()
        layout.operator("assistant_editor.next_uncertain")
        layout.operator("assistant_editor.read_subtitles", text="Read Subtitles…")
        layout.operator("assistant_editor.write_subtitles", text="Write Subtitles…")
        layout.operator("assistant_editor.export_chapters", text="Write Chapters…")
        layout.operator("assistant_editor.reset_ledger")


def _draw_submenu(menu: Any, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu("ASSISTANT_EDITOR_MT_strip")


def _draw_add(menu: Any, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator_context = "INVOKE_DEFAULT"
    menu.layout.operator("assistant_editor.auto_captions", text="Captions from Speech", icon="FILE_TEXT")


def _draw_select(menu: Any, context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator_context = "INVOKE_DEFAULT"
    menu.layout.operator("assistant_editor.select_where", text="Where…")


def _menus() -> list[tuple[Any, Any]]:
    entries = (
        ("SEQUENCER_MT_strip", _draw_submenu), ("SEQUENCER_MT_context_menu", _draw_submenu), ("SEQUENCER_MT_add", _draw_add),
        ("SEQUENCER_MT_select", _draw_select),
    )  # fmt: skip
    return [(menu, draw) for name, draw in entries if (menu := getattr(bpy.types, name, None)) is not None]


def register() -> None:
    for menu, draw in _menus():
        menu.append(draw)


def unregister() -> None:
    for menu, draw in _menus():
        menu.remove(draw)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_MT_strip,)
