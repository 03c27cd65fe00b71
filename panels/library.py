"""The library in the sidebar: what is looked for, what was found, with stills; what is done with it; and how media come in. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..ml.errors import CANCELLED, EditorError
from ..operators.library_options import INDEX_ASKS
from ..operators.library_shelf import shelf
from ..timeline import compat
from .main import Tab, fields
from .shot_list import NO_PICTURE
from .text import PICTURE_ROW, TWO_LINES, columns, lines, tall_list, tall_row

TOLD = 3
LARGE = 6.0


def _height() -> float:
    """How tall a row is, in buttons."""
    return PICTURE_ROW if shelf.icons else TWO_LINES


class ASSISTANT_EDITOR_UL_library(bpy.types.UIList):
    """A picture, the file and where in it; below, why it was found."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str, index: int = 0
    ) -> None:
        row = tall_row(layout, _height())
        if shelf.icons:
            row.column().template_icon(shelf.icons.get(item.shot, 0) or NO_PICTURE, scale=PICTURE_ROW)
        told = row.column(align=True)
        told.scale_y = 0.9
        first = told.row(align=True)
        first.label(text=item.name)
        when = first.row()
        when.alignment = "RIGHT"
        when.label(text="picture" if item.still else f"{item.shown_in}, {item.shown_length}")
        told.label(text=f"“{item.said}”" if item.said else item.reasons)

    def draw_filter(self, context: Any, layout: Any) -> None:
        """What is searched is above the list."""

    def filter_items(self, context: Any, data: Any, propname: str) -> tuple[list[int], list[int]]:
        return [], []


class ASSISTANT_EDITOR_PT_library(Tab, bpy.types.Panel):
    bl_label = "Library"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        group = context.window_manager.assistant_editor_library
        shelf.touch()
        if shelf.previewing(scene):
            box = layout.box()
            lines(box, "This is a preview. Set its range with P, then add it.", width, "INFO")
            box.operator("assistant_editor.leave_preview", icon="LOOP_BACK")
        row = layout.row(align=True)
        row.prop(group, "query", text="", icon="VIEWZOOM", placeholder="a dog outside, longer than 3 seconds")
        row.operator("assistant_editor.find", text="", icon="TRIA_RIGHT")
        if shelf.note:
            lines(layout, shelf.note, width, "ERROR")
        if shelf.found is None:
            self._empty(layout, width)
            return
        self._state(layout, shelf.found, width)
        if len(group.rows):
            tall_list(layout, _height(), "ASSISTANT_EDITOR_UL_library", group, 5)
            self._chosen(layout.box(), scene, group, width)

    def _empty(self, layout: Any, width: int) -> None:
        if shelf.indexing is not None:
            lines(layout, "What is indexed can be found at once, while this goes on.", width, "INFO")
        elif shelf.counts is not None and not shelf.counts[0]:
            lines(layout, "Nothing is in the library yet. Index a folder with footage, below.", width, "INFO")
        elif shelf.counts is not None:
            media, shots, _unread = shelf.counts
            lines(layout, f"{shots} shots in {media} {'file' if media == 1 else 'files'}.", width)

    def _state(self, layout: Any, found: Any, width: int) -> None:
        total = f"{found.total} {'shot' if found.total == 1 else 'shots'}" if found.total else "No shot"
        more = f", the best {len(found.hits)} are listed" if found.total > len(found.hits) else ""
        understood = f": {', '.join(found.understood)}" if found.understood else ""
        lines(layout, f"{total}{understood}{more}", width)
        for told in found.told[:TOLD]:
            lines(layout, told, width, "INFO")

    def _chosen(self, box: Any, scene: Any, group: Any, width: int) -> None:
        hit = shelf.chosen()
        if hit is None:
            return
        item = group.rows[group.active]
        if hit.shot in shelf.icons:
            box.template_icon(shelf.icons[hit.shot], scale=LARGE)
        lines(box, f"{item.name}, a picture" if item.still else f"{item.name}, from {item.shown_in}, {item.shown_length}", width)
        lines(box, f"{item.score:.0%}: {item.reasons}" if item.reasons else f"{item.score:.0%}", width)
        if item.said:
            lines(box, f"“{item.said}”", width)
        for line in shelf.cards.get(hit.shot, ()):
            lines(box, line, width, "DOT")
        row = box.row(align=True)
        row.operator("assistant_editor.preview_hit", icon="PLAY").shot = hit.shot
        add = row.operator("assistant_editor.add_hit", icon="ADD")
        add.shot = hit.shot
        settings = scene.assistant_editor
        box.prop(settings, "go_on_after")
        if item.said:
            box.prop(settings, "only_what_is_said")


class ASSISTANT_EDITOR_PT_library_index(Tab, bpy.types.Panel):
    bl_label = "Index and Forget"
    bl_parent_id = "ASSISTANT_EDITOR_PT_library"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        width = columns(context)
        for name in INDEX_ASKS:
            layout.prop(settings, name)
        layout.operator("assistant_editor.index_folder", icon="FILE_FOLDER")
        if isinstance(shelf.indexed, EditorError):
            lines(
                layout,
                f"{shelf.indexed.message} {shelf.indexed.remedy}".strip(),
                width,
                "INFO" if shelf.indexed.code == CANCELLED else "ERROR",
            )
        elif shelf.indexed is not None:
            lines(layout, shelf.indexed.line, width, "CHECKMARK")
            for notice in shelf.indexed.notices:
                lines(layout, notice, width, "DOT")
        lines(layout, "What is looked for in the files is chosen in the panels Log Footage, Shots and Captions.", width)
        layout.prop(settings, "library_follows")
        if shelf.counts is not None and shelf.counts[2]:
            lines(layout, f"{shelf.counts[2]} files cannot be read. Index Folder names them.", width, "ERROR")
        layout.separator()
        row = layout.row()
        row.enabled = bool(settings.index_folder)
        row.operator("assistant_editor.forget_media", text="Forget This Folder", icon="X").path = settings.index_folder
        hit = shelf.chosen()
        if hit is not None:
            layout.operator("assistant_editor.forget_media", text="Forget the Chosen File", icon="X").path = shelf.path_of(hit)
        layout.operator("assistant_editor.forget_media", text="Forget Everything", icon="TRASH").everything = True


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_UL_library, ASSISTANT_EDITOR_PT_library, ASSISTANT_EDITOR_PT_library_index)
