"""What Log Footage found out goes into the library, where the scene says so: a moment later, beside Blender; in a script at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from ..ml.errors import EditorError
from ..timeline import compat
from . import footage, library_options, log_footage, task
from .desk import desk
from .library_shelf import shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..timeline.outcome import Outcome


def follow(outcome: Outcome) -> None:
    """Called after every run."""
    scene = compat.edited_scene(bpy.context)
    if outcome.what != log_footage.ASSISTANT_EDITOR_OT_log_footage.bl_label or not scene.assistant_editor.library_follows:
        return
    try:
        made = _task(scene)
    except EditorError as error:  # the run itself is done: what follows it must not undo that
        _failed(error)
        return
    if made is not None and bpy.app.background:
        made.wait()
    elif made is not None:
        made.start()


def _task(scene: Any) -> task.Task | None:
    """Everything a thread needs to know, read now."""
    from ..ml.library import Library
    from . import known

    rows = known.look(scene)
    facts: dict[str, tuple[str, list[Any], Any]] = {}
    for row in rows.rows:
        if row.number and row.source is not None and row.medium:
            facts.setdefault(row.medium, (row.path, [], {}))[1].append(row.source)
    for medium, (_path, _spans, found) in facts.items():
        found.update(footage.stored(rows.timeline, medium, scene.assistant_editor))
    wish, folder, backend = (
        library_options.wish(scene.assistant_editor, scene.assistant_editor),
        preferences.library_folder(),
        preferences.backend(bpy.context),
    )

    def work(this: task.Task) -> int:
        count = 0
        with Library(folder) as library:
            for medium, (path, spans, found) in facts.items():
                record = library.record(medium)
                if found and not this.cancelled() and not (record is not None and record[1]):  # all of a medium is more than its parts
                    count += _keep(library, wish, backend, medium, path, found, spans, this)
        return count

    def finish(count: int) -> None:
        shelf.count()

    return task.Task("", "Keeping the log", work, finish, _failed) if facts else None


def _keep(library: Any, wish: Any, backend: Any, medium: str, path: str, found: Any, spans: Sequence[Any], this: task.Task) -> int:
    import os

    from ..ml.client import Job
    from ..ml.library import Place
    from .library_keep import keep

    def ask(requests: Sequence[Any]) -> Job:
        job = Job(backend, requests)
        job.wait(cancelled=this.cancelled)
        return job

    facts = os.stat(path)  # noqa: PTH116
    library.at([Place(path, medium, facts.st_size, facts.st_mtime_ns)])
    missing = [engine for engine, _options in wish.engines if engine not in found]
    count, _told = keep(library, wish, medium, path, found, missing, ask, spans)
    return count


def _failed(error: Any) -> None:
    shelf.note = f"The log was not kept in the library: {error}"


def register() -> None:
    desk.listeners.append(follow)


def unregister() -> None:
    desk.listeners.remove(follow)


CLASSES: tuple[type, ...] = ()
