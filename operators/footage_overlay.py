"""Lanes of what is known over the sequencer: moods, people, objects, speech, beats, quality. Drawn by Blender's graphics module.

The shapes are handed to the graphics card once per change of what is known and level of detail; a draw sets one matrix and names a
range of them. While no scene shows the overlay no draw handler exists, and nothing is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent

from ..timeline import compat
from .footage_shelf import shelf

if TYPE_CHECKING:
    from ..timeline.footage_lanes import Lanes

RULER, SCROLLER, MARKERS = 26, 22, 42
"""Pixels at an interface scale of 1 that Blender's ruler, scroll bar and markers take at the region's edges."""
GROUND, SEAM, INK = (0.06, 0.06, 0.06), (0.35, 0.35, 0.35, 0.6), (1.0, 1.0, 1.0, 1.0)
DARK_INK, TITLE_INK, FAINT_INK = (0.0, 0.0, 0.0, 1.0), (0.85, 0.85, 0.85, 1.0), (1.0, 1.0, 1.0, 0.5)
TITLE_GROUND = 0.92
"""What lies below the titles is still seen: the end of a timeline that fills the window."""
LETTERS, TITLE_LETTERS = 11.0, 10.0
PADDING, LEAST_ROOM = 4.0, 24.0
MOST = 0.5
"""Of the room between ruler and scroll bar: in a low editor the strips are to be seen too."""
_handle: list[Any] = []


class Drawn:
    """What the graphics card holds: `batches` by level, of the shelf's `revision` and the lanes that were `shown` then."""

    def __init__(self) -> None:
        self.key: tuple[int, frozenset[str]] = (-1, frozenset())
        self.lanes: Lanes | None = None
        self.batches: dict[int, Any] = {}

    def bring(self, shown: frozenset[str]) -> Lanes:
        """The lanes as they are now."""
        key = shelf.revision, shown
        if self.lanes is None or self.key != key:
            self.key, self.lanes, self.batches = key, shelf.lanes(shown), {}
        return self.lanes

    def batch(self, level: int) -> Any:
        """The shapes of a level, two triangles each, ready to be drawn."""
        if level not in self.batches:
            assert self.lanes is not None
            self.batches[level] = _batch(self.lanes.shapes(level))
        return self.batches[level]

    def clear(self) -> None:
        self.key, self.lanes, self.batches = (-1, frozenset()), None, {}


drawn = Drawn()


def triangles(count: int) -> Any:
    """The corners' numbers of two triangles a shape, uint32 (2 * count, 3); corners in the order of `Shapes.corners`."""
    import numpy as np

    base = np.arange(count, dtype=np.uint32)[:, None, None] * 4
    return (base + np.array(((0, 1, 2), (2, 1, 3)), np.uint32)).reshape(-1, 3)


def _batch(shapes: Any) -> Any:
    import gpu

    shape = gpu.types.GPUVertFormat()
    shape.attr_add(id="pos", comp_type="F32", len=2, fetch_mode="FLOAT")
    shape.attr_add(id="color", comp_type="F32", len=4, fetch_mode="FLOAT")
    corners = gpu.types.GPUVertBuf(format=shape, len=len(shapes.corners))
    corners.attr_fill(id="pos", data=shapes.corners)
    corners.attr_fill(id="color", data=(shapes.rgba.astype("float32") / 255))
    order = gpu.types.GPUIndexBuf(type="TRIS", seq=triangles(len(shapes.starts)))
    return gpu.types.GPUBatch(type="TRIS", buf=corners, elem=order)


def draw() -> None:
    """Called by Blender for each region of each sequencer it draws, while a scene shows the overlay."""
    context = bpy.context
    scene, space = compat.edited_scene(context), context.space_data
    if scene is None or not scene.assistant_editor.footage_overlay or space.view_type == "PREVIEW" or not space.show_overlays:
        return
    shelf.follow(scene)
    settings = scene.assistant_editor
    if not shelf.shown or not settings.footage_lanes:
        return
    lanes = drawn.bring(frozenset(settings.footage_lanes))
    scale = context.preferences.system.ui_scale or 1.0
    height = min(settings.footage_height * scale, MOST * (context.region.height - (RULER + SCROLLER) * scale))
    if height <= 0:
        return
    bottom = _bottom(context.region, scene, settings.footage_place, height, scale)
    width = _free_width(context)
    edge = _titles_edge(width, lanes, scale)
    _paint(context.region, lanes, (bottom, height), settings.footage_ground, edge, scale)
    _titles(edge, width, lanes, (bottom, height), scale)


def _bottom(region: Any, scene: Any, place: str, height: float, scale: float) -> float:
    """The pixel at which the lanes begin."""
    if place == "TOP":
        return float(region.height - RULER * scale - height)
    return (SCROLLER + (MARKERS if len(scene.timeline_markers) else 0)) * scale


def _free_width(context: Any) -> float:
    """Pixels from the region's left edge up to the sidebar, where that lies over it."""
    here = context.region
    over = [region for region in context.area.regions if region.type == "UI" and region.width > 1 and region.alignment == "RIGHT"]
    return float(min([here.width, *(region.x - here.x for region in over if here.x < region.x < here.x + here.width)]))


def _paint(region: Any, lanes: Lanes, place: tuple[float, float], ground: float, edge: float, scale: float) -> None:
    """`place` is the lanes' lower edge and their height, `edge` where their titles begin, all in pixels."""
    import gpu

    bottom, height = place
    view = region.view2d
    left, right = view.region_to_view(0, 0)[0], view.region_to_view(region.width, 0)[0]
    wide = (right - left) / max(1, region.width)
    level = lanes.level(wide)
    first, last = left - lanes.zero, right - lanes.zero
    begin, count = lanes.shapes(level).within(first, last)
    gpu.state.blend_set("ALPHA")
    _ground(region.width, bottom, height, ground, [low for low, _ in lanes.shown.values()][:-1])
    if count:
        shader = gpu.shader.from_builtin("SMOOTH_COLOR")
        with gpu.matrix.push_pop():
            gpu.matrix.translate((-first / wide, bottom))
            gpu.matrix.scale((1 / wide, height))
            drawn.batch(level).draw_range(shader, elem_start=begin * 6, elem_count=count * 6)
    gpu.state.blend_set("NONE")
    _names(edge, lanes, place, (first, last, wide), scale)


def _ground(width: int, bottom: float, height: float, opacity: float, seams: list[float]) -> None:
    """What the lanes stand on, and the lines between them."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    _fill(((0, bottom), (0, bottom + height), (width, bottom), (width, bottom + height)), (*GROUND, opacity))
    lines = [(x, bottom + seam * height) for seam in seams for x in (0, width)]
    if lines:
        shader = gpu.shader.from_builtin("UNIFORM_COLOR")
        shader.uniform_float("color", SEAM)
        batch_for_shader(shader, "LINES", {"pos": lines}).draw(shader)


def _fill(corners: tuple[tuple[float, float], ...], colour: tuple[float, ...]) -> None:
    """A rectangle: lower left, upper left, lower right, upper right."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    shader.uniform_float("color", colour)
    batch_for_shader(shader, "TRI_STRIP", {"pos": corners}).draw(shader)


def _names(edge: float, lanes: Lanes, place: tuple[float, float], seen: tuple[float, float, float], scale: float) -> None:
    """What is known of the shots that have room for words."""
    import blf

    from ..timeline.footage_lanes import fitted

    (bottom, height), (first, last, wide) = place, seen
    blf.size(0, LETTERS * scale)
    blf.shadow(0, 5, 0.0, 0.0, 0.0, 0.9)
    for lane, name in lanes.names(first, last, wide):
        low, high = lanes.shown[lane]
        left, right = max(0.0, (name.start - first) / wide), min(edge, (name.end - first) / wide)
        if right - left < LEAST_ROOM * scale or (high - low) * height < LETTERS * scale:
            continue
        text = fitted(name.text, right - left - 2 * PADDING * scale, lambda part: blf.dimensions(0, part)[0])
        if name.dark:
            blf.disable(0, blf.SHADOW)
        else:
            blf.enable(0, blf.SHADOW)
        blf.color(0, *(FAINT_INK if name.faint else DARK_INK if name.dark else INK))
        blf.position(0, left + PADDING * scale, bottom + (low + (high - low) * name.height) * height - LETTERS * scale * 0.36, 0)
        blf.draw(0, text)
    blf.disable(0, blf.SHADOW)


def _titles_edge(width: float, lanes: Lanes, scale: float) -> float:
    """Where the titles of the lanes begin."""
    import blf

    from ..timeline.footage_lanes import TITLES

    blf.size(0, TITLE_LETTERS * scale)
    wide = max(blf.dimensions(0, TITLES[name])[0] for name in lanes.shown)
    return float(width - wide - (3 * PADDING + SCROLLER / 2) * scale)


def _titles(edge: float, width: float, lanes: Lanes, place: tuple[float, float], scale: float) -> None:
    """What the lanes are, at the right edge, on a ground of its own."""
    import blf
    import gpu

    from ..timeline.footage_lanes import TITLES

    bottom, height = place
    gpu.state.blend_set("ALPHA")
    _fill(((edge, bottom), (edge, bottom + height), (width, bottom), (width, bottom + height)), (*GROUND, TITLE_GROUND))
    gpu.state.blend_set("NONE")
    blf.size(0, TITLE_LETTERS * scale)
    blf.enable(0, blf.SHADOW)
    blf.shadow(0, 5, 0.0, 0.0, 0.0, 0.9)
    blf.color(0, *TITLE_INK)
    for name, (low, high) in lanes.shown.items():
        blf.position(0, edge + PADDING * scale, bottom + (low + high) / 2 * height - TITLE_LETTERS * scale * 0.36, 0)
        blf.draw(0, TITLES[name])
    blf.disable(0, blf.SHADOW)


def follow(_scene: Any = None) -> None:
    """Draws from now on where a scene shows the overlay, and not at all where none does."""
    if bpy.app.background:
        return
    wanted = any(scene.assistant_editor.footage_overlay for scene in bpy.data.scenes)
    if wanted and not _handle:
        _handle.append(bpy.types.SpaceSequenceEditor.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL"))
    elif not wanted:
        stop()


def stop() -> None:
    """No draw is called any more, and the graphics card holds nothing."""
    while _handle:
        bpy.types.SpaceSequenceEditor.draw_handler_remove(_handle.pop(), "WINDOW")
    drawn.clear()


@persistent
def _on_change(*_: Any) -> None:
    """Another file, or a step of undo: other scenes, other settings."""
    follow()


HANDLERS = ("load_post", "undo_post", "redo_post")


def register() -> None:
    """A file that is open already, when the extension is switched on, may ask for the overlay: scenes can be looked at a moment later."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).append(_on_change)
    if not bpy.app.background:
        bpy.app.timers.register(follow, first_interval=0.0)


def unregister() -> None:
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).remove(_on_change)
    if bpy.app.timers.is_registered(follow):
        bpy.app.timers.unregister(follow)
    stop()


CLASSES: tuple[type, ...] = ()
