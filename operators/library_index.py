"""Index Folder: every film, picture and sound below a folder, kept in the library. What was indexed before is not looked into again.

Behind its button it goes on beside everything else, and gives way to every job; a script waits for it.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from ..ml.errors import BAD_INPUT, CANCELLED, USAGE, EditorError
from ..timeline import compat
from . import caption_options, footage_options, library_options, options, settings, task
from .desk import desk, redraw
from .guard import WhenFree
from .job import JobOperator
from .library_shelf import shelf

if TYPE_CHECKING:
    from ..timeline.outcome import Outcome
    from .indexing import Indexing, Tally

LISTED = 8
"""Files that are named in the panel; `--json` names them all."""


class NotIndexing(WhenFree):
    """Base of operators that cannot be used while a folder is indexed."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if shelf.indexing is not None:
            cls.poll_message_set("A folder is being indexed. Wait for it, or cancel it")  # type: ignore[attr-defined]
            return False
        return super().poll(context)


class ASSISTANT_EDITOR_OT_index_folder(
    NotIndexing, library_options.IndexProps, options.ShotAsks, caption_options.CaptionAsks, footage_options.FootageAsks, JobOperator,
    bpy.types.Operator,
):  # fmt: skip
    """Look into every film, picture and sound in a folder and below it, beside your work, and keep what is found, to be searched"""

    bl_idname = "assistant_editor.index_folder"
    bl_label = "Index Folder"
    bl_options = set[str]()  # none: changed in the redo panel it would be run once more

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def _press(self, context: bpy.types.Context) -> set[str]:
        run = self._indexing(context, gives_way=True)
        settings.remember(self, compat.edited_scene(context))
        begin(run)
        self.report({"INFO"}, "The folder is indexed beside your work.")
        return {"FINISHED"}

    def _start(self, context: bpy.types.Context) -> Any:
        desk.claim(self.bl_label)
        self._job = desk.job = self._indexing(context)  # type: ignore[assignment]
        self._job.start()
        return self._job

    def _indexing(self, context: bpy.types.Context, gives_way: bool = False) -> Indexing:
        from .indexing import Indexing

        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        wish = library_options.wish(self, scene.assistant_editor)
        folder = bpy.path.abspath(self.index_folder)
        if not folder:
            raise EditorError("No folder is chosen.", "Choose the folder your footage lies in.", USAGE)
        if not os.path.exists(folder):  # noqa: PTH110  a single file is looked into as well
            raise EditorError(f"There is no folder {folder}.", "Choose a folder that is there.", BAD_INPUT)
        return Indexing(
            preferences.backend(context), preferences.library_folder(), [folder], wish, library_options.endings(),
            library_options.side_by_side(self), gives_way,
        )  # fmt: skip

    def _finish(self, scene: Any, job: Any) -> set[str]:
        outcome = ended(job)
        settings.remember(self, scene)
        return self._tell(outcome)


def begin(run: Indexing) -> None:
    """Starts it beside everything else."""
    shelf.indexing, shelf.indexed = run, None
    run.start()

    def watch(this: task.Task) -> None:
        run.wait(lambda _run: run.cancel() if this.cancelled() else None)

    def over(_nothing: Any) -> None:
        shelf.indexing = None
        try:
            shelf.indexed = ended(run)
        except EditorError as error:
            shelf.indexed = error

    def failed(error: EditorError) -> None:
        shelf.indexing, shelf.indexed = None, error

    task.Task("", "Indexing", watch, over, failed).start()


def ended(job: Indexing) -> Outcome:
    """What an index run that is over has come to. Raises its `EditorError`."""
    from ..timeline.outcome import Outcome

    shelf.count()
    redraw()
    if job.state == "cancelled":
        raise EditorError("Index Folder was cancelled.", "What was indexed stays; Index Folder goes on from there.", CANCELLED)
    if job.error is not None:
        raise job.error
    tally = shelf.tally = job.tally
    unread = [f"{PurePath(path).name}: {why}" for path, why in tally.unreadable]
    more = [f"And {len(unread) - LISTED} more that cannot be read."] if len(unread) > LISTED else []
    notices = (*unread[:LISTED], *more, *tally.notices)
    return Outcome(ASSISTANT_EDITOR_OT_index_folder.bl_label, notices=notices, partial=bool(unread), told=said(tally))


def said(tally: Tally) -> str:
    """What became of the files, in a sentence."""
    parts = [f"{tally.new} new ({tally.shots} shots)" if tally.new else "", f"{tally.again} looked into anew" if tally.again else ""]
    parts += [f"{tally.known} known already" if tally.known else "", f"{tally.moved} moved" if tally.moved else ""]
    parts += [f"{tally.copies} copies" if tally.copies else "", f"{len(tally.unreadable)} cannot be read" if tally.unreadable else ""]
    told = ", ".join(part for part in parts if part)
    return f"{told}." if told else "There is no film, picture or sound in this folder."


class _OnRun:
    """Base of what is done to the folder that is being indexed."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return shelf.indexing is not None


class ASSISTANT_EDITOR_OT_pause_indexing(_OnRun, bpy.types.Operator):
    """Let the indexing of the folder stand still, or go on"""

    bl_idname = "assistant_editor.pause_indexing"
    bl_label = "Pause Indexing"

    def execute(self, context: bpy.types.Context) -> set[str]:
        assert shelf.indexing is not None
        shelf.indexing.paused = not shelf.indexing.paused
        redraw()
        return {"FINISHED"}


class ASSISTANT_EDITOR_OT_cancel_indexing(_OnRun, bpy.types.Operator):
    """End the indexing of the folder. What was indexed stays, and Index Folder goes on from there"""

    bl_idname = "assistant_editor.cancel_indexing"
    bl_label = "Cancel Indexing"

    def execute(self, context: bpy.types.Context) -> set[str]:
        assert shelf.indexing is not None
        shelf.indexing.cancel()
        redraw()
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_index_folder, ASSISTANT_EDITOR_OT_pause_indexing, ASSISTANT_EDITOR_OT_cancel_indexing,
)  # fmt: skip
