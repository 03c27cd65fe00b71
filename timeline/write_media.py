"""A part of a medium put on the timeline, picture and sound, as native strips; and a scene of its own to look at one in.

Blender matches a film's rate to the scene's only when its own operator adds it, and then adds all of it. So that is done behind
everything else, where nothing is in the way; there it is trimmed, and moved to its place, which is free.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, LOCKED, EditorError
from ..ml.facts import Span
from . import compat
from .inserting import channels, far, frames_of, part, strips_named
from .read import read
from .read_layout import read_layout
from .timebase import FrameRange, exact_rate

PREVIEW = "assistant_editor_preview"
"""The property of a scene that was made to look at a medium: the name of the scene that was edited before."""


@dataclass(frozen=True)
class Added:
    """The strips that were made, picture first, and the frames they stand in. `told`: what is not as one may expect."""

    names: tuple[str, ...]
    frames: FrameRange
    told: tuple[str, ...] = ()


def add_part(scene: Any, path: str, medium: str, span: Span, frame: int) -> Added:
    """Puts `span` of the file (seconds of its pictures, or of its sound where it has none) at `frame`, in free channels.

    Raises `EditorError` before anything is changed, or with everything as it was.
    """
    if scene.library is not None:
        raise EditorError(f"Scene {scene.name!r} is linked from {scene.library.filepath}.", "Open that file to edit it.", LOCKED)
    scene.sequence_editor_create()
    layout = read_layout(scene)
    film = compat.film(path)
    length = round(float(span.length) * float(layout.rate)) + 2
    pictured = film.fps > 0 and film.pictures > 0
    channel = channels(layout, FrameRange(frame, frame + length), 2 if pictured else 1)
    whole = round(film.pictures / film.fps * float(layout.rate)) if pictured else length
    start = far(layout, max(whole, film.pictures))
    sequence = compat.open_sequence(scene)
    before = {strip.name for strip in sequence.strips}
    selected = [strip.name for strip in sequence.strips if strip.select]
    active = scene.sequence_editor.active_strip.name if scene.sequence_editor.active_strip else ""
    try:
        if pictured:
            _add_film(scene, path, start, channel)
        else:
            sequence.strips.new_sound(name=_stem(path), filepath=compat.as_stored(path), channel=channel, frame_start=start)
        return _settled(scene, before, medium, span, frame, channel)
    except Exception as reason:
        for strip in [strip for strip in sequence.strips if strip.name not in before]:
            sequence.strips.remove(strip)
        for strip in sequence.strips:
            strip.select = strip.name in selected
        scene.sequence_editor.active_strip = sequence.strips.get(active) if active else None
        if isinstance(reason, EditorError):
            raise
        raise EditorError(f"{path} cannot be added: {str(reason).strip()}.", "Nothing was changed.", DEFECT) from reason


def add_picture(scene: Any, path: str, length: int, frame: int) -> Added:
    """Puts a still picture at `frame` for so many frames, in a free channel above the pictures there.

    Raises `EditorError` before anything is changed, or with everything as it was.
    """
    if scene.library is not None:
        raise EditorError(f"Scene {scene.name!r} is linked from {scene.library.filepath}.", "Open that file to edit it.", LOCKED)
    scene.sequence_editor_create()
    there = FrameRange(frame, frame + length)
    channel = channels(read_layout(scene), there, 1)
    strips = compat.open_sequence(scene).strips
    strip = _new_picture(strips, path, channel, frame, getattr(scene.tool_settings.sequencer_tool_settings, "fit_method", "FIT"))
    compat.set_left(strip, there.start)
    compat.set_right(strip, there.end)
    for one in strips:
        one.select = one == strip
    scene.sequence_editor.active_strip = strip
    return Added((strip.name,), there)


def _new_picture(strips: Any, path: str, channel: int, frame: int, fit: str) -> Any:
    strip = strips.new_image(name=_stem(path), filepath=compat.as_stored(path), channel=channel, frame_start=frame, fit_method=fit)
    first = strip.elements[0] if len(strip.elements) else None
    if first is None or not first.orig_width:
        strips.remove(strip)
        raise EditorError(f"Blender cannot open {path}.", "Nothing was changed. Convert it to PNG.", BAD_INPUT)
    return strip


def standing_picture(scene: Any, path: str, playhead: int) -> int | None:
    """The frame at which a still picture of this file is seen already, nearest to the playhead."""
    sequence = compat.open_sequence(scene)
    pictures = [strip for strip in (sequence.strips if sequence is not None else ()) if strip.type == "IMAGE" and not strip.mute]
    found = [
        compat.left(strip)
        for strip in pictures
        if len(strip.elements) == 1
        and os.path.normpath(f"{bpy.path.abspath(strip.directory)}/{strip.elements[0].filename}") == os.path.normpath(path)
    ]
    return min(found, key=lambda frame: abs(frame - playhead), default=None)


def _add_film(scene: Any, path: str, start: int, channel: int) -> None:
    known = bpy.ops.sequencer.movie_strip_add.get_rna_type().properties
    more: dict[str, Any] = {"move_strips": False} if "move_strips" in known else {}  # with it, 5.0 to 5.2 crash without a window
    if hasattr(scene.tool_settings.sequencer_tool_settings, "fit_method"):
        more["fit_method"] = scene.tool_settings.sequencer_tool_settings.fit_method
    with sequencer(scene):
        bpy.ops.sequencer.movie_strip_add(
            filepath=path, frame_start=start, channel=channel, use_framerate=False, adjust_playback_rate=True, set_view_transform=False,
            sound=True, **more,
        )  # fmt: skip


def _settled(scene: Any, before: set[str], medium: str, span: Span, frame: int, channel: int) -> Added:
    """What was made behind everything, trimmed and put to its place."""
    sequence = compat.open_sequence(scene)
    made = [strip.name for strip in sequence.strips if strip.name not in before]
    refs = sorted(strips_named(read(scene, lambda path: medium), made), key=lambda ref: (ref.kind != "MOVIE", ref.name))
    if not refs or refs[0].source is None:
        why = refs[0].unmapped if refs else "Blender finds neither pictures nor sound in it"
        raise EditorError(f"The file cannot be used: {why}.", "Nothing was changed.", BAD_INPUT)
    frames = part(refs[0], span)
    told = []
    for place, ref in enumerate(refs):
        strip = sequence.strips[ref.name]
        start, end = max(frames.start, ref.frames.start), min(frames.end, ref.frames.end)
        if start >= end:
            sequence.strips.remove(strip)
            told.append("It has no sound here.")
            continue
        compat.set_left(strip, start)
        compat.set_right(strip, end)
        wanted = channel + len(refs) - 1 - place
        if strip.channel != wanted:
            strip.channel = wanted
    names = tuple(ref.name for ref in refs if ref.name in sequence.strips)
    for name in names:
        compat.move(sequence.strips[name], frame - frames.start)
    for strip in sequence.strips:
        strip.select = strip.name in names
    scene.sequence_editor.active_strip = sequence.strips[names[0]]
    there = FrameRange(frame, frame + frames.length)
    if FrameRange(compat.left(sequence.strips[names[0]]), compat.right(sequence.strips[names[0]])) != there:
        raise EditorError("Blender put it to another place.", "Nothing was changed. Please report it.", DEFECT)
    return Added(names, there, tuple(told))


@contextmanager
def sequencer(scene: Any) -> Iterator[None]:
    """Blender's operators work on this scene, in a sequencer: one that is open, else an area that is one for the moment."""
    windows = bpy.context.window_manager.windows
    area = bpy.context.area
    window = bpy.context.window or windows[0]
    if area is None or area.type != "SEQUENCE_EDITOR":
        open_ones = [(one, each) for one in windows for each in one.screen.areas if each.type == "SEQUENCE_EDITOR"]
        window, area = open_ones[0] if open_ones else (window, max(window.screen.areas, key=lambda one: one.width * one.height))
    kind, shown = area.type, window.scene
    if kind != "SEQUENCE_EDITOR":
        area.type = "SEQUENCE_EDITOR"
    if window.scene != scene and not hasattr(window.workspace, "sequencer_scene"):
        window.scene = scene
    try:
        region = next(region for region in area.regions if region.type == "WINDOW")
        with compat.edited(scene), bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region, scene=scene):
            yield
    finally:
        if area.type != kind:
            area.type = kind
        if window.scene != shown:
            window.scene = shown


def preview_picture(scene: Any, path: str, length: int) -> Any:
    """The same of a still picture, for so many frames."""
    made = bpy.data.scenes.new("Library Preview")
    try:
        made.render.fps, made.render.fps_base = scene.render.fps, scene.render.fps_base
        made.view_settings.view_transform = scene.view_settings.view_transform
        strip = _new_picture(made.sequence_editor_create().strips, path, 1, 1, "ORIGINAL")
        made.render.resolution_x, made.render.resolution_y = strip.elements[0].orig_width, strip.elements[0].orig_height
        compat.set_right(strip, length + 1)
        made.frame_start, made.frame_end, made.use_preview_range = 1, length, True
        made.frame_preview_start, made.frame_preview_end, made.frame_current = 1, length, 1
        made[PREVIEW] = scene.name
    except Exception:
        bpy.data.scenes.remove(made)
        raise
    return made


def preview(scene: Any, path: str, span: Span) -> Any:
    """A scene that holds this file alone, at its own rate and size, with the part as its preview range and the playhead on it.

    `scene` is the one that is edited, to go back to. Raises `EditorError(BAD_INPUT)` for a file that Blender cannot open.
    """
    film = compat.film(path)
    rate = exact_rate(film.fps) if film.fps > 0 else exact_rate(compat.scene_fps(scene))
    made = bpy.data.scenes.new("Library Preview")
    try:
        made.render.fps, made.render.fps_base = round(rate), float(round(rate) / rate)
        made.view_settings.view_transform = scene.view_settings.view_transform
        strips = made.sequence_editor_create().strips
        end = 0
        if film.fps > 0:
            movie = strips.new_movie(name=_stem(path), filepath=path, channel=2, frame_start=1)
            first = movie.elements[0] if len(movie.elements) else None
            if first is not None and first.orig_width and first.orig_height:
                made.render.resolution_x, made.render.resolution_y = first.orig_width, first.orig_height
            end = compat.right(movie)
        try:
            sound = strips.new_sound(name=f"{_stem(path)} sound", filepath=path, channel=1, frame_start=1)
            end = end or compat.right(sound)
            compat.set_right(sound, max(2, end))
        except RuntimeError:  # a film without sound
            end = end or 0
        if not end:
            raise EditorError(f"Blender finds neither pictures nor sound in {path}.", "Nothing was changed.", BAD_INPUT)
        frames = frames_of(span, rate)
        made.frame_start, made.frame_end = 1, max(1, end - 1)
        made.use_preview_range = True
        made.frame_preview_start, made.frame_preview_end = min(frames.start, end - 1), min(max(frames.start, frames.end - 1), end - 1)
        made.frame_current = made.frame_preview_start
        made[PREVIEW] = scene.name
    except Exception:
        bpy.data.scenes.remove(made)
        raise
    return made


def previewed(scene: Any) -> tuple[str, FrameRange, Fraction] | None:
    """(the scene to go back to, the part that is chosen, frames a second) where `scene` was made by `preview`, else None."""
    if scene is None or PREVIEW not in scene:
        return None
    start, end = compat.played(scene)
    return str(scene[PREVIEW]), FrameRange(start, end), exact_rate(compat.scene_fps(scene))


def leave(context: Any, scene: Any) -> Any:
    """Back from a preview to the scene that was edited before, which is returned; the preview is removed."""
    name = str(scene[PREVIEW])
    others = [other for other in bpy.data.scenes if other != scene]
    back = bpy.data.scenes.get(name) or next((other for other in others if PREVIEW not in other), others[0])
    for window in context.window_manager.windows:
        if window.scene == scene:
            window.scene = back
        if getattr(window.workspace, "sequencer_scene", None) == scene:
            window.workspace.sequencer_scene = back
    bpy.data.scenes.remove(scene)
    return back


def show_again(windows: Iterable[Any], edit: str, had: bool) -> bool:
    """After undo or redo: a preview that came back is shown again; where one went, the scene `edit` is. Windows keep neither by themselves.

    `had`: whether there was a preview before. Returns whether there is one now.
    """
    there = next((scene for scene in bpy.data.scenes if PREVIEW in scene), None)
    for window in windows:
        holder, name = (window.workspace, "sequencer_scene") if hasattr(window.workspace, "sequencer_scene") else (window, "scene")
        if there is not None and not had:
            setattr(holder, name, there)
        elif getattr(holder, name) is None or (had and there is None):
            setattr(holder, name, bpy.data.scenes.get(edit) or window.scene)
    return there is not None


def _stem(path: str) -> str:
    return bpy.path.display_name_from_filepath(path)[:50] or "medium"
