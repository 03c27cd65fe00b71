"""Clicks in the sequencer's preview: where in the frame they are, and how they are drawn. One picking goes on at a time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..ml.mattes import Point

TOLD = "Click: this   Shift or Ctrl + Click: not this   Backspace: undo a click   Enter: done   Esc: cancel"
ENDS = {"ESC": "CANCELLED", "RIGHTMOUSE": "CANCELLED", "RET": "FINISHED", "NUMPAD_ENTER": "FINISHED"}
PASSED = {"MIDDLEMOUSE", "WHEELUPMOUSE", "WHEELDOWNMOUSE", "TRACKPADPAN", "TRACKPADZOOM", "HOME", "TIMER", "MOUSEMOVE"}
ON, OFF, RIM = (0.25, 0.95, 0.4, 1.0), (0.95, 0.25, 0.25, 1.0), (0.0, 0.0, 0.0, 1.0)
RADIUS, AROUND = 5.0, 20
"""Pixels at an interface scale of 1; corners of a circle."""


class View:
    """The points so far, of the frame: 0..1 from its lower left corner."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._handle: Any = None
        self._canvas = (1, 1)
        self._frame = 0

    def open(self, context: Any, scene: Any, points: Iterable[Point]) -> None:
        """Raises `EditorError(USAGE)` where no preview is open."""
        from ..ml.errors import USAGE, EditorError

        self.close(context)
        if bpy.app.background or context.window is None or not _previews(context):
            raise EditorError("There is no preview to click in.", "Open a sequencer's preview, or give points as numbers.", USAGE)
        self._points, self._frame = list(points), scene.frame_current
        self._canvas = scene.render.resolution_x, scene.render.resolution_y
        self._handle = bpy.types.SpaceSequenceEditor.draw_handler_add(self._draw, (), "PREVIEW", "POST_PIXEL")
        context.workspace.status_text_set(TOLD)
        self._redraw(context)

    def close(self, context: Any) -> None:
        if self._handle is not None:
            bpy.types.SpaceSequenceEditor.draw_handler_remove(self._handle, "PREVIEW")
            self._handle = None
            if context.workspace is not None:
                context.workspace.status_text_set(None)
            self._redraw(context)

    def meant(self, context: Any, event: Any) -> str:
        """What an event means for a modal operator: one of its answers. Clicks beside the preview, and its navigation, are passed on."""
        place, pressed = self.place(context, event), event.value in {"PRESS", "DOUBLE_CLICK"}
        if pressed and event.type in ENDS:
            return ENDS[event.type]
        if place is None or event.type in PASSED:
            return "PASS_THROUGH"
        if pressed and event.type == "LEFTMOUSE":
            self.add(place, not (event.shift or event.ctrl))
        elif pressed and event.type == "BACK_SPACE":
            self.back()
        return "RUNNING_MODAL"

    def place(self, context: Any, event: Any) -> tuple[float, float] | None:
        """Where in the frame the mouse is; None where it is not over a preview, or beside the frame."""
        for region in _previews(context):
            x, y = event.mouse_x - region.x, event.mouse_y - region.y
            if 0 <= x < region.width and 0 <= y < region.height:
                seen = region.view2d.region_to_view(x, y)
                share = tuple(place / side + 0.5 for place, side in zip(seen, self._canvas, strict=True))
                return (share[0], share[1]) if all(0 <= one <= 1 for one in share) else None
        return None

    def add(self, place: tuple[float, float], belongs: bool) -> None:
        self._points.append((*place, belongs))
        self._redraw(bpy.context)

    def back(self) -> None:
        del self._points[-1:]
        self._redraw(bpy.context)

    def texts(self) -> tuple[str, str]:
        """Points on it, and beside it, as the operator takes them."""
        from ..timeline.cutout_picks import written

        return written(self._points, True), written(self._points, False)

    def _draw(self) -> None:
        context = bpy.context
        scene = getattr(context, "sequencer_scene", None) or context.scene
        if scene is None or scene.frame_current != self._frame:
            return
        view, scale = context.region.view2d, context.preferences.system.ui_scale
        for x, y, belongs in self._points:
            place = view.view_to_region((x - 0.5) * self._canvas[0], (y - 0.5) * self._canvas[1], clip=False)
            for radius, colour in ((RADIUS + 1.5, RIM), (RADIUS, ON if belongs else OFF)):
                _disc(place, radius * scale, colour)

    def _redraw(self, context: Any) -> None:
        for region in _previews(context):
            region.tag_redraw()


def _previews(context: Any) -> list[Any]:
    """The regions that show the sequencer's picture."""
    window = context.window
    areas = window.screen.areas if window is not None else ()
    return [
        region
        for area in areas
        if area.type == "SEQUENCE_EDITOR" and area.spaces.active.view_type in {"PREVIEW", "SEQUENCER_PREVIEW"}
        for region in area.regions
        if region.type == "PREVIEW" and region.width > 1
    ]


def _disc(place: Sequence[float], radius: float, colour: tuple[float, ...]) -> None:
    import gpu
    from gpu_extras.batch import batch_for_shader

    turns = [2 * math.pi * number / AROUND for number in range(AROUND)]
    corners = [(place[0] + radius * math.cos(turn), place[1] + radius * math.sin(turn)) for turn in turns]
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    batch = batch_for_shader(shader, "TRIS", {"pos": corners}, indices=[(0, one, one + 1) for one in range(1, AROUND - 1)])
    gpu.state.blend_set("ALPHA")
    shader.uniform_float("color", colour)
    batch.draw(shader)
    gpu.state.blend_set("NONE")


view = View()


def unregister() -> None:
    view.close(bpy.context)


CLASSES: tuple[type, ...] = ()
