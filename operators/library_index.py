"""Index Folder: every film and sound below a folder, kept in the library. What was indexed before is not looked into again."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from ..ml.errors import CANCELLED, USAGE, EditorError
from ..timeline import compat
from . import caption_options, footage_options, library_options, options, settings
from .desk import desk, redraw
from .job import JobOperator
from .library_shelf import shelf

if TYPE_CHECKING:
    from .indexing import Tally

LISTED = 8
"""Files that are named in the panel; `--json` names them all."""


class ASSISTANT_EDITOR_OT_index_folder(
    library_options.IndexProps, options.ShotAsks, caption_options.CaptionAsks, footage_options.FootageAsks, JobOperator, bpy.types.Operator
):  # fmt: skip
    """Look into every film and sound in a folder and below it, and keep what is found, to be searched. Can be cancelled and gone on with"""

    bl_idname = "assistant_editor.index_folder"
    bl_label = "Index Folder"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if desk.running:
            cls.poll_message_set(f"{desk.title} is still running. Wait for it, or press Cancel")
        return not desk.running

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def _start(self, context: bpy.types.Context) -> Any:
        from .indexing import Indexing

        desk.claim(self.bl_label)
        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        wish = library_options.wish(self, scene.assistant_editor)
        folder = bpy.path.abspath(self.index_folder)
        if not folder:
            raise EditorError("No folder is chosen.", "Choose the folder your footage lies in.", USAGE)
        self._job = desk.job = Indexing(  # type: ignore[assignment]
            preferences.backend(context), preferences.library_folder(), [folder], wish, library_options.endings(),
            library_options.side_by_side(self),
        )  # fmt: skip
        self._job.start()
        return self._job

    def _finish(self, scene: Any, job: Any) -> set[str]:
        from ..timeline.outcome import Outcome

        shelf.count()
        redraw()
        if job.state == "cancelled":
            raise EditorError("Index Folder was cancelled.", "What was indexed stays; Index Folder goes on from there.", CANCELLED)
        if job.state == "failed":
            raise job.error
        settings.remember(self, scene)
        tally: Tally = job.tally
        shelf.tally = tally
        unread = [f"{PurePath(path).name}: {why}" for path, why in tally.unreadable]
        more = [f"And {len(unread) - LISTED} more that cannot be read."] if len(unread) > LISTED else []
        notices = (*unread[:LISTED], *more, *tally.notices)
        return self._tell(Outcome(self.bl_label, notices=notices, partial=bool(unread), told=said(tally)))


def said(tally: Tally) -> str:
    """What became of the files, in a sentence."""
    parts = [f"{tally.new} new ({tally.shots} shots)" if tally.new else "", f"{tally.again} looked into anew" if tally.again else ""]
    parts += [f"{tally.known} known already" if tally.known else "", f"{tally.moved} moved" if tally.moved else ""]
    parts += [f"{tally.copies} copies" if tally.copies else "", f"{len(tally.unreadable)} cannot be read" if tally.unreadable else ""]
    told = ", ".join(part for part in parts if part)
    return f"{told}." if told else "There is no film or sound in this folder."


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_index_folder,)
