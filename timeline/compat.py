"""Every difference between Blender 4.5 LTS, 5.0, 5.1 and 5.2 LTS that the sequencer shows to a script.

5.1 renamed the times of a strip and 5.2 warns of the old names, so they are looked up once, here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import bpy

_NEW_TIMES = "left_handle" in bpy.types.Strip.bl_rna.properties
_LEFT = "left_handle" if _NEW_TIMES else "frame_final_start"
_RIGHT = "right_handle" if _NEW_TIMES else "frame_final_end"
_START = "content_start" if _NEW_TIMES else "frame_start"
_LENGTH = "content_duration" if _NEW_TIMES else "frame_duration"
_TRIM_START = "content_trim_start" if _NEW_TIMES else "animation_offset_start"
_TRIM_END = "content_trim_end" if _NEW_TIMES else "animation_offset_end"
_LEFT_HIDDEN = "left_handle_offset" if _NEW_TIMES else "frame_offset_start"
_RIGHT_HIDDEN = "right_handle_offset" if _NEW_TIMES else "frame_offset_end"
_EFFECT_LENGTH = bpy.app.version >= (5, 0, 0)

MASKED_UNMIRRORED = bpy.app.version >= (5, 0, 0)
"""Whether a mask is laid on a strip's picture before that is mirrored; in 4.5 it is where it is in the frame (measured)."""
TELLS_CONNECTIONS = "connections" in bpy.types.Strip.bl_rna.properties
"""Whether a strip's connections can be read (5.2). Splits follow them in every version."""

TEXT_BYTES = max(0, bpy.types.TextStrip.bl_rna.properties["text"].length_max - 1)
"""How many bytes of UTF-8 a text strip keeps: more are cut off without a word. 0: any number (5.0)."""

TIMES = frozenset({"frame_final_start", "frame_final_end", "frame_final_duration", "frame_start", "frame_duration",
                   "frame_offset_start", "frame_offset_end", "animation_offset_start", "animation_offset_end", "left_handle",
                   "right_handle", "duration", "content_start", "content_end", "content_duration", "left_handle_offset",
                   "right_handle_offset", "content_trim_start", "content_trim_end"})  # fmt: skip
"""Every name a time of a strip has had, to be left out when looks are compared."""


def edited_scene(context: Any) -> Any:
    """The scene whose sequence the user edits: since 5.0 the sequencer may show another one than the window."""
    return getattr(context, "sequencer_scene", None) or context.scene


def played(scene: Any) -> tuple[int, int]:
    """The first frame that playback shows and the frame after its last one: the preview range where there is one."""
    if scene.use_preview_range:
        return scene.frame_preview_start, max(scene.frame_preview_start, scene.frame_preview_end + 1)
    return scene.frame_start, max(scene.frame_start, scene.frame_end + 1)


@contextmanager
def edited(scene: Any) -> Iterator[None]:
    """Blender's operators of the sequencer work on this scene, without a window too."""
    workspace: Any = getattr(bpy.context, "workspace", None)
    before = getattr(workspace, "sequencer_scene", None)
    if hasattr(workspace, "sequencer_scene"):
        workspace.sequencer_scene = scene
    try:
        with bpy.context.temp_override(scene=scene):
            yield
    finally:
        if hasattr(workspace, "sequencer_scene"):
            workspace.sequencer_scene = before


def open_sequence(scene: Any) -> Any:
    """What holds the strips that are being edited: the innermost open meta strip, else the scene's editor; None without one."""
    editor = scene.sequence_editor
    if editor is None:
        return None
    return editor.meta_stack[-1] if len(editor.meta_stack) else editor


def metas(scene: Any) -> list[Any]:
    """Every meta strip of a scene, at whatever depth."""
    return [strip for strip in scene.sequence_editor.strips_all if strip.type == "META"] if scene.sequence_editor else []


def has_fonts(scene: Any) -> bool:
    """Whether a text strip, in a meta strip too, has a font that is not Blender's own."""
    editor = scene.sequence_editor
    return editor is not None and any(strip.type == "TEXT" and strip.font is not None for strip in editor.strips_all)


def left(strip: Any) -> int:
    """The first timeline frame the strip covers."""
    return int(getattr(strip, _LEFT))


def right(strip: Any) -> int:
    """The timeline frame after the last one the strip covers."""
    return int(getattr(strip, _RIGHT))


def set_left(strip: Any, frame: int) -> None:
    setattr(strip, _LEFT, frame)


def set_right(strip: Any, frame: int) -> None:
    setattr(strip, _RIGHT, frame)


def content_start(strip: Any) -> float:
    """The timeline frame at which the content begins, were none of it hidden by handles."""
    return float(getattr(strip, _START))


def set_content_start(strip: Any, frame: int) -> None:
    setattr(strip, _START, frame)


def move(strip: Any, frames: int) -> None:
    """Puts a strip, with its keyframes and what is in it, that many frames later. Nothing may stand where it goes."""
    setattr(strip, _START, float(getattr(strip, _START)) + frames)


def hidden(strip: Any) -> tuple[float, float]:
    """How many frames of the content the handles hide at its start and end; below 0 where they hold its first or last picture."""
    return float(getattr(strip, _LEFT_HIDDEN)), float(getattr(strip, _RIGHT_HIDDEN))


def footprint(strip: Any) -> tuple[Any, ...]:
    """Where a strip stands and what it shows there, for comparison only. Opens no file."""
    cut_off = trims(strip) if hasattr(strip, _TRIM_START) else ()
    where = (strip.channel, left(strip), right(strip), content_start(strip), *cut_off)
    return (strip.name, strip.type, *where, strip.mute, getattr(strip, "filepath", ""))


def place_text(strip: Any, start: int, end: int) -> None:
    """Gives a text strip this range; at no moment does it reach beyond both its old and its new one."""
    set_right(strip, left(strip) + min(end - start, right(strip) - left(strip)))
    set_content_start(strip, round(content_start(strip)) + start - left(strip))
    set_right(strip, end)


def content_length(strip: Any) -> int:
    """Timeline frames the content takes, were none of it hidden by handles. Not reliable for sound (5.0 to 5.2)."""
    return int(getattr(strip, _LENGTH))


def trims(strip: Any) -> tuple[int, int]:
    """What is cut off the content itself, at its start and end: pictures of a movie, scene frames of a sound."""
    return int(getattr(strip, _TRIM_START)), int(getattr(strip, _TRIM_END))


def new_text(strips: Any, name: str, channel: int, start: int, end: int) -> Any:
    extent = {"length": end - start} if _EFFECT_LENGTH else {"frame_end": end}
    return strips.new_effect(name=name, type="TEXT", channel=channel, frame_start=start, **extent)


def new_effect(strips: Any, name: str, kind: str, channel: int, start: int, end: int, inputs: Sequence[Any] = ()) -> Any:
    """An effect strip. One with inputs takes its range from them."""
    extent = {"length": end - start} if _EFFECT_LENGTH else {"frame_end": end}
    given = {f"input{number}": one for number, one in enumerate(inputs, 1)}
    strip = strips.new_effect(name=name, type=kind, channel=channel, frame_start=start, **extent, **given)
    strip.blend_alpha = 1.0  # Blender takes over the input's: an effect of something unseen would not be seen
    return strip


def connections(strip: Any) -> tuple[str, ...]:
    """The names of the strips connected with this one, where Blender tells."""
    return tuple(other.name for other in strip.connections) if TELLS_CONNECTIONS else ()


def scene_fps(scene: Any) -> float:
    return float(scene.render.fps) / float(scene.render.fps_base)


def stream_number(strip: Any) -> int:
    """Which of its file's picture or sound streams the strip uses, 0 being the first."""
    source = strip.sound if strip.type == "SOUND" else strip
    return int(getattr(source, "stream_index", 0) or 0)


@dataclass(frozen=True)
class Film:
    """What the sequencer finds in a movie file: its pictures a second and how many they are; 0 and 0 when it cannot open it."""

    fps: float = 0.0
    pictures: int = 0


def film(path: str, stream: int = 0) -> Film:
    """What a movie's file holds as the sequencer counts it. Not to be called while Blender draws.

    A strip is made in a scene that lives only for this call: the data API never matches rates, hence its length is the
    count. Asking the user's own strips for their `fps` would open the file once more for every one of them, and keep it open.
    """
    try:
        status = os.stat(path)  # noqa: PTH116  a path object costs more than the call
    except OSError:
        return Film()
    return _film(path, status.st_size, status.st_mtime_ns, stream)


@lru_cache(maxsize=4096)
def _film(path: str, size: int, changed: int, stream: int) -> Film:
    scene = bpy.data.scenes.new("Assistant Editor (counting)")
    try:
        strip = scene.sequence_editor_create().strips.new_movie(name="movie", filepath=path, channel=1, frame_start=1)
        if stream:
            strip.stream_index = stream
        return Film(strip.fps, content_length(strip)) if strip.fps > 0 else Film()
    finally:
        bpy.data.scenes.remove(scene)


def as_stored(path: str) -> str:
    """A file as a strip is to name it: from the project's folder on, where that is saved and the user has *Relative Paths* on, as
    Blender's own Add menu does, so that a project moved with its files still finds them."""
    if not bpy.data.filepath or not bpy.context.preferences.filepaths.use_relative_paths:
        return path
    try:
        return bpy.path.relpath(path)
    except ValueError:  # on another drive
        return path


def show_scene(context: Any, scene: Any) -> None:
    """Makes this the scene whose sequence the window edits; nothing without a window."""
    if context.window is None:
        return
    if hasattr(context.window.workspace, "sequencer_scene"):
        context.window.workspace.sequencer_scene = scene
    else:
        context.window.scene = scene


def edits_nothing(context: Any) -> bool:
    """Whether the window has no scene whose sequence it edits: since 5.0 that may be."""
    workspace: Any = context.window.workspace if context.window is not None else None
    return hasattr(workspace, "sequencer_scene") and workspace.sequencer_scene is None


def copy_scene(scene: Any) -> Any:
    """A copy with an animation of its own: what moves there must not move in the original. Nothing uses it, so it is not saved."""
    copy = scene.copy()
    data = copy.animation_data
    if data is not None and data.action is not None:
        slot = data.action_slot.identifier if data.action_slot is not None else ""
        data.action = data.action.copy()
        found = next((one for one in data.action.slots if one.identifier == slot), None)
        if found is not None:
            data.action_slot = found
    return copy


def enter_metas(scene: Any, names: Sequence[str]) -> None:
    """Opens these meta strips, each in the one before it: a copy of a scene is open in none. Only Blender's operator can."""
    with edited(scene):
        for name in names:
            scene.sequence_editor.active_strip = scene.sequence_editor.strips_all[name]
            bpy.ops.sequencer.meta_toggle()


def remove_scene(scene: Any) -> None:
    """Removes a scene made for a moment, with the animation that was copied along."""
    animation = scene.animation_data
    action = animation.action if animation else None
    bpy.data.scenes.remove(scene)
    if action is not None and action.users == 0:
        bpy.data.actions.remove(action)


def animation_held(scene: Any) -> str:
    """Why the scene's keyframes must not be changed, "" when they may."""
    data = scene.animation_data
    action = data.action if data else None
    return f"The action {action.name!r} of the scene is linked from another file." if action is not None and not action.is_editable else ""


def curves(scene: Any) -> list[Any]:
    """The animation curves of a scene; since 5.0 they live in the bags of an action's layers alone."""
    action = scene.animation_data.action if scene.animation_data else None
    if action is None:
        return []
    if hasattr(action, "fcurves"):
        return list(action.fcurves)
    return [curve for layer in action.layers for strip in layer.strips for bag in strip.channelbags for curve in bag.fcurves]


_PATH_OF_STRIP = re.compile(r'^sequence_editor\.(?:strips|sequences)_all\["((?:[^"\\]|\\.)*)"\]')


def strip_of(path: str) -> str:
    """The name of the strip an animation path belongs to, "" for anything else."""
    found = _PATH_OF_STRIP.match(path)
    return bpy.utils.unescape_identifier(found.group(1)) if found else ""


_PLACE = re.compile(_PATH_OF_STRIP.pattern + r'\.(?:modifiers\["((?:[^"\\]|\\.)*)"\]\.)?(.+)$')


def place_of(path: str) -> tuple[str, str, str] | None:
    """(strip, modifier or "", property) that an animation path is about, None for anything but a strip's."""
    found = _PLACE.match(path)
    if found is None:
        return None
    strip, modifier, prop = found.groups()
    return bpy.utils.unescape_identifier(strip), bpy.utils.unescape_identifier(modifier or ""), prop


def bags(scene: Any) -> list[Any]:
    """Where the curves of a scene are kept: what can add and remove them."""
    action = scene.animation_data.action if scene.animation_data else None
    layers = action.layers if action is not None else ()
    return [bag for layer in layers for strip in layer.strips for bag in strip.channelbags]


def remove_curves(scene: Any, name: str) -> None:
    """Takes away the animation curves under a strip's name."""
    for bag in bags(scene):
        for curve in [curve for curve in bag.fcurves if strip_of(curve.data_path) == name]:
            bag.fcurves.remove(curve)


def animated_names(scene: Any, besides: re.Pattern[str] | None = None) -> frozenset[str]:
    """The names of the strips with an animated or driven property, other than those whose path matches `besides`."""
    drivers = scene.animation_data.drivers if scene.animation_data else ()
    paths = [curve.data_path for curve in (*curves(scene), *drivers)]
    return frozenset(strip_of(path) for path in paths if besides is None or not besides.match(path)) - {""}


def animated(scene: Any, *strips: Any) -> bool:
    """Whether any of the strips has an animated or driven property."""
    return not animated_names(scene).isdisjoint(strip.name for strip in strips)


def same_content(one: Any, other: Any) -> bool:
    """Whether two strips show one content at one place, hidden by their handles in different parts only: a cut's two sides."""
    return bool(
        one.type == other.type
        and one.mute == other.mute
        and content_start(one) == content_start(other)
        and trims(one) == trims(other)
        and not len(one.modifiers)
        and not len(other.modifiers)
        and (one.filepath == other.filepath if one.type == "MOVIE" else one.sound == other.sound)
    )


def right_half(strips: Any, left_half: Any, frame: int) -> Any:
    """What a split of a connected strip made of this one beyond `frame`, None when nothing is there.

    Splits append both halves, so it is looked for from the end.
    """
    count = len(strips)
    for start, end in ((max(0, count - 16), count), (0, max(0, count - 16))):
        for strip in reversed(strips[start:end]):
            if strip.channel == left_half.channel and strip.type == left_half.type and left(strip) == frame:
                return strip
    return None


Place = tuple[str, int, int, int]


def places(strips: Any) -> dict[Place, str]:
    """The name of the strip of each kind, channel and extent."""
    return {(strip.type, strip.channel, left(strip), right(strip)): strip.name for strip in strips}


def give_names_back(strips: Any, before: dict[Place, str]) -> None:
    """A split makes the whole effect chain anew and may give a strip it did not cut another name: `before` knows the right one."""
    if before:
        names = {strip.name for strip in strips}
        for strip in list(strips):
            name = before.get((strip.type, strip.channel, left(strip), right(strip)), strip.name)
            if name != strip.name and name not in names:
                strip.name = name


def rehearse_cuts(scene: Any, frames: dict[str, int]) -> str:
    """The first strip that Blender refuses to cut at its frame, "" when it cuts all. Done on a copy of the scene.

    Before 5.2 only this refusal tells that a strip is connected with a locked one. A cut makes the strips anew that share an effect
    with the one that is cut, under other names; so they are found by where they stand. The copy has its keyframes in the same action,
    where a cut would leave those of its halves: it goes without.
    """
    copy = scene.copy()
    try:
        copy.animation_data_clear()
        strips = copy.sequence_editor.strips_all
        seats = {name: (strips[name].type, strips[name].channel) for name in frames}
        for name, frame in frames.items():
            found = strips.get(name)
            if found is None or not left(found) <= frame <= right(found):
                found = next((one for one in strips if (one.type, one.channel) == seats[name] and left(one) < frame < right(one)), None)
            try:
                if found is not None:
                    found.split(frame=frame, split_method="SOFT")
            except RuntimeError:
                return name
        return ""
    finally:
        remove_scene(copy)
