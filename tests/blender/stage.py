"""Scenes to test with, pictures rendered back to numbers, and plans to write."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from assistant_editor.ml.facts import Word
from assistant_editor.timeline import compat
from assistant_editor.timeline.changes import Add, Changes
from assistant_editor.timeline.plan import Caption, CaptionStyle, Cut, Identity, Label, Marker, Why
from assistant_editor.timeline.read import read
from assistant_editor.timeline.timebase import FrameRange

BITS = 16
SIZE = (64, 32)
NEW = bpy.app.version >= (5, 0, 0)


def new_scene(rate: Fraction = Fraction(24)) -> Any:
    """An empty scene of this exact rate at the films' size, plain in every way that touches pixels."""
    scene = bpy.data.scenes.new("stage")
    render = scene.render
    render.fps, render.fps_base = round(rate), float(round(rate) / rate)
    render.resolution_x, render.resolution_y, render.resolution_percentage = *SIZE, 100
    render.image_settings.file_format = "PNG"
    render.dither_intensity = 0
    scene.view_settings.view_transform = "Standard"
    scene.sequence_editor_create()
    return scene


@contextmanager
def sequencer(scene: Any):
    """The operators of the sequencer at work on `scene`, in an area made one for the moment."""
    window = bpy.context.window_manager.windows[0]
    area = max(window.screen.areas, key=lambda area: area.width * area.height)
    kind, shown = area.type, window.scene
    area.type, window.scene = "SEQUENCE_EDITOR", scene
    if NEW:
        window.workspace.sequencer_scene = scene
    region = next(region for region in area.regions if region.type == "WINDOW")
    try:
        with bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region, scene=scene):
            yield
    finally:
        area.type = kind
        if shown.name in bpy.data.scenes:
            window.scene = shown


def add_by_operator(scene: Any, path: Path, frame: int = 1, channel: int = 1, matched: bool = True) -> list[Any]:
    """Picture and sound as a user adds them: connected, and the rate matched to the scene's."""
    before = {strip.name for strip in scene.sequence_editor.strips_all}
    # In 5.x this crashes in background without move_strips=False.
    still = {"move_strips": False} if NEW else {}
    with sequencer(scene):
        bpy.ops.sequencer.movie_strip_add(
            filepath=str(path), frame_start=frame, channel=channel, use_framerate=False, adjust_playback_rate=matched,
            set_view_transform=False, **still,
        )  # fmt: skip
    return sorted((s for s in scene.sequence_editor.strips_all if s.name not in before), key=lambda s: s.type)


def add_movie(scene: Any, path: Path, frame: int = 1, channel: int = 1, name: str = "movie") -> Any:
    return scene.sequence_editor.strips.new_movie(name=name, filepath=str(path), channel=channel, frame_start=frame)


def add_sound(scene: Any, path: Path, frame: int = 1, channel: int = 2, name: str = "sound") -> Any:
    return scene.sequence_editor.strips.new_sound(name=name, filepath=str(path), channel=channel, frame_start=frame)


def add_effect(scene: Any, kind: str, name: str, channel: int, start: int = 1, end: int = 50, **inputs: Any) -> Any:
    extent = {"length": end - start} if NEW else {"frame_end": end}
    return scene.sequence_editor.strips.new_effect(name=name, type=kind, channel=channel, frame_start=start, **extent, **inputs)


def extent(strip: Any) -> tuple[int, int]:
    return compat.left(strip), compat.right(strip)


def number_of(pixels: np.ndarray) -> int:
    """The number of a film's picture, -1 for anything else (black, a caption, nothing)."""
    height, width = pixels.shape
    centres = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    upper = pixels[height // 4, centres] > 0.5
    lower = pixels[height * 3 // 4, centres] > 0.5
    if (upper == lower).any():
        return -1
    return int("".join("1" if bit else "0" for bit in upper), 2)


def shown(scene: Any, first: int, last: int) -> dict[int, int]:
    """{timeline frame: number of the picture shown} for first..last, rendered in order as a user renders."""
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = f"{folder}/"
        scene.frame_start, scene.frame_end, scene.frame_step = first, last, 1
        bpy.ops.render.render(animation=True, scene=scene.name)
        found = {}
        for file in sorted(Path(folder).glob("*.png")):
            image = bpy.data.images.load(str(file))
            pixels = np.empty(len(image.pixels), np.float32)
            image.pixels.foreach_get(pixels)
            bpy.data.images.remove(image)
            found[int(file.stem)] = number_of(pixels.reshape(SIZE[1], SIZE[0], -1)[::-1, :, 0])
        return found


def rendered(scene: Any) -> np.ndarray:
    """The present frame as it is rendered, red, green and blue: rows from below, columns from the left."""
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = f"{folder}/picture.png"
        bpy.ops.render.render(write_still=True, scene=scene.name)
        image = bpy.data.images.load(f"{folder}/picture.png")
        pixels = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(pixels)
        width, height = image.size
        bpy.data.images.remove(image)
    return pixels.reshape(height, width, -1)[:, :, :3]


def light(scene: Any) -> np.ndarray:
    """Which pixels of the present frame are bright when rendered: rows from below, columns from the left."""
    return rendered(scene).max(axis=2) > 0.5


def path_is_content(path: str) -> str:
    """A fingerprint for films that never change: their path."""
    if not Path(path).is_file():
        raise FileNotFoundError(2, "No such file", path)
    return path


def reading(scene: Any) -> Any:
    return read(scene, path_is_content)


WHY = Why(0.9, "a test asked for it")


def moment(kind: str, seconds: Fraction | int, medium: str = "medium") -> Identity:
    return Identity(medium, kind, Fraction(seconds), Fraction(seconds))


def cuts(timeline: Any, name: str, frames: list[int]) -> tuple[Add, ...]:
    """Cuts of a strip and its partners at timeline frames."""
    ref = timeline.strip(name)
    return tuple(
        Add(f"c{frame}", Cut(moment("cut", ref.source.seconds(frame) if ref.source else frame), WHY, name, frame, ref.partners))
        for frame in frames
    )


def captions(ranges: list[tuple[int, int]], style: CaptionStyle = CaptionStyle()) -> tuple[Add, ...]:  # noqa: B008
    adds = []
    for i, frames in enumerate(ranges):
        start, middle, end = Fraction(i), Fraction(2 * i + 1, 2), Fraction(i + 1)
        words = (Word(" Caption", start, middle, 0.9), Word(" number", middle, end, 0.8))
        identity = Identity("medium", "caption", start, end)
        adds.append(Add(f"t{i}", Caption(identity, WHY, FrameRange(*frames), f"Caption number {i}", words, style)))
    return tuple(adds)


def marker(frame: int, name: str = "shot", record: str = "") -> Add:
    return Add(record or f"m{frame}", Marker(moment("marker", frame), WHY, frame, name))


def label(strip: str, start: int, end: int, name: str, color: str = "COLOR_04") -> Add:
    return Add(f"l{start}", Label(moment("label", start), WHY, strip, FrameRange(start, end), name, color))


EMPTY_LEDGER = '{"version":1,"scene":"x","next":1,"media":[],"looks":[],"records":[]}'


def changes(*adds: Add, ledger: str = EMPTY_LEDGER, **rest: Any) -> Changes:
    return Changes(adds=tuple(adds), ledger=ledger, **rest)
