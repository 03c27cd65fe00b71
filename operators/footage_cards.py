"""The cards of the footage: made anew, and with small pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..timeline import compat
from . import footage_shelf
from .guard import Guarded
from .shot_pictures import MakesPictures

if TYPE_CHECKING:
    from ..ml.stills import Picture


class ASSISTANT_EDITOR_OT_refresh_footage(Guarded, bpy.types.Operator):
    """Gather anew what is known of every shot, from the timeline and what is stored. Nothing is changed"""

    bl_idname = "assistant_editor.refresh_footage"
    bl_label = "Refresh Footage"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(lambda context: footage_shelf.refresh(compat.edited_scene(context)), context)


class ASSISTANT_EDITOR_OT_make_footage_stills(MakesPictures, bpy.types.Operator):
    """Make a small picture of every shot, of the moment that shows it best. They are kept, so this is quick the next time"""

    bl_idname = "assistant_editor.make_footage_stills"
    bl_label = "Make Stills"
    everything = "Every shot has its still already."

    def wanted(self, context: Any, folder: str) -> tuple[Picture, ...]:
        from ..ml.stills import thumbnails

        rows = footage_shelf.up_to_date(compat.edited_scene(context)).rows
        return thumbnails(folder, ((row.logged.medium, row.logged.path, row.logged.still) for row in rows))

    def made(self, scene: Any) -> None:
        footage_shelf.refresh(scene)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_refresh_footage, ASSISTANT_EDITOR_OT_make_footage_stills)
