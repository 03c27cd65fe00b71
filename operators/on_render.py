"""What becomes of captions when the scene is rendered: drawn into the picture, written to a file beside it, or both.

Text strips are drawn by Blender itself. For a file only, they are muted when a render begins and shown again when it ends, however it
ends. A file that is saved in between has them shown: what is on disk is never muted. A film whose file cannot be made fails without
telling anybody; then they are shown again by a timer, without windows when the next render begins or a project is loaded.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..ml.errors import USAGE, EditorError
from .desk import desk
from .guard import excuse

_WATCH = 2.0
_rendering: dict[str, int] = {}
"""The scenes that are being rendered, and how many of their frames have been written."""


def path_beside(scene: Any, ending: str) -> str:
    """The file beside what is rendered: the film's name; for pictures the project's, in their folder."""
    path = Path(bpy.path.abspath(scene.render.frame_path(frame=scene.frame_start)))
    if scene.render.is_movie_format:
        return str(path.with_suffix(ending))
    return str(path.with_name(f"{Path(bpy.data.filepath).stem or 'captions'}{ending}"))


def _shown_again() -> None:
    from ..timeline.muting import show_again

    for scene in bpy.data.scenes:
        if scene.library is None:
            show_again(scene)


def _guarded(what: str, step: Any, *arguments: Any) -> None:
    """A handler's error would be lost in the console: it is shown where errors of runs are shown."""
    try:
        step(*arguments)
    except Exception as reason:  # noqa: BLE001  whatever goes wrong leaves as one sentence and a remedy
        error = excuse(reason)
        told = EditorError(f"{what}: {error.message}", error.remedy, error.code, error.detail)
        if not desk.running:
            desk.show(error=told)
        sys.stderr.write(f"{told}\n{error.detail}\n")


@persistent
def _on_init(scene: Any, *_: Any) -> None:
    _guarded("Captions could not be hidden", _begin, scene)


def _begin(scene: Any) -> None:
    from ..timeline.muting import alone, mute

    _shown_again()
    _rendering.clear()
    if scene is None or scene.library is not None or scene.assistant_editor.captions_on_render == "burn":
        return
    _rendering[scene.name] = 0
    if scene.assistant_editor.captions_on_render == "sidecar":
        if alone(scene):
            raise EditorError("there is no picture without them.", "They are drawn into it.", USAGE)
        mute(scene)


@persistent
def _on_write(scene: Any, *_: Any) -> None:
    if scene is not None and scene.name in _rendering:
        _rendering[scene.name] += 1


@persistent
def _on_cancel(*_: Any) -> None:
    _rendering.clear()
    _guarded("Captions could not be shown again", _shown_again)


@persistent
def _on_complete(scene: Any, *_: Any) -> None:
    frames = _rendering.get(scene.name, 0) if scene is not None else 0
    _on_cancel()
    if frames > 1 or (frames and scene.frame_start == scene.frame_end):
        _guarded("No subtitle file was written", _write, scene)


def _write(scene: Any) -> None:
    from ..ml.files import write_whole
    from ..timeline.sidecar import whole
    from ..timeline.subtitle_files import FORMATS
    from ..timeline.subtitles import Wanted, file, shown

    line, looks = whole(scene)
    format = scene.assistant_editor.sidecar_format
    size = (scene.render.resolution_x, scene.render.resolution_y)
    for kind, addition in (("caption", ""), ("translation", ".translation")):
        wanted = Wanted(kind)
        if shown(line, wanted.kinds):
            path = path_beside(scene, addition + FORMATS[format][1][0])
            write_whole(path, file(line, format, wanted, looks, size=size))
            sys.stderr.write(f"Written: {path}\n")


@persistent
def _on_save(*_: Any) -> None:
    _guarded("Captions could not be shown again", _shown_again)


@persistent
def _on_saved(*_: Any) -> None:
    from ..timeline.muting import mute

    for name in _rendering:
        scene = bpy.data.scenes.get(name)
        if scene is not None and scene.assistant_editor.captions_on_render == "sidecar":
            mute(scene)


@persistent
def _on_load(*_: Any) -> None:
    _on_cancel()
    keep_watch()


def _hides() -> bool:
    return any(scene.assistant_editor.captions_on_render == "sidecar" for scene in bpy.data.scenes)


def keep_watch() -> None:
    """Looks every now and then whether a render that was begun still runs, as long as a scene hides captions.

    Blender calls handlers of renders on a thread of its own, where no timer may be made: so it is there before.
    """
    if not bpy.app.background and _hides() and not bpy.app.timers.is_registered(_watch):
        bpy.app.timers.register(_watch, first_interval=_WATCH, persistent=True)


def _watch() -> float | None:
    if _rendering and not bpy.app.is_job_running("RENDER"):
        _on_cancel()
    return _WATCH if _rendering or _hides() else None


HANDLERS = (
    ("render_init", _on_init), ("render_write", _on_write), ("render_complete", _on_complete), ("render_cancel", _on_cancel),
    ("save_pre", _on_save), ("save_post", _on_saved), ("load_post", _on_load),
)  # fmt: skip


def register() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    _on_cancel()
    if bpy.app.timers.is_registered(_watch):
        bpy.app.timers.unregister(_watch)
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)


CLASSES: tuple[type, ...] = ()
