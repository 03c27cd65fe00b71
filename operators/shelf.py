"""The shot list as panels and scripts see it: `window_manager.assistant_editor_shots`, which no undo touches.

It is filled by the operator Refresh Shot List; in a window that shows it also by itself, a moment after the timeline, the options
or the facts changed. Nothing is worked out while Blender draws.
"""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, CollectionProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..ml.errors import EditorError
from ..timeline import compat
from . import pictures
from .desk import desk, redraw

WAIT = 0.4
"""Seconds the timeline is left alone before the list is made anew."""


class ASSISTANT_EDITOR_PG_shot(bpy.types.PropertyGroup):
    """A row of the shot list; `name` is the strip's. See `timeline.shot_list.Row`."""

    number: IntProperty(name="Number", description="0 for a candidate")
    state: StringProperty(name="State", description="start, cut, found or candidate")
    channel: IntProperty(name="Channel")
    frame_in: IntProperty(name="In", description="First frame on the timeline")
    frame_out: IntProperty(name="Out", description="Frame after the last one")
    shown_in: StringProperty(name="In")
    shown_out: StringProperty(name="Out")
    shown_length: StringProperty(name="Length")
    transition: StringProperty(name="Transition", description="What the shot begins with")
    scene: StringProperty(name="Scene")
    confidence: FloatProperty(name="Confidence", description="Of the shot's beginning", min=0.0, max=1.0, subtype="FACTOR")
    uncertain: BoolProperty(name="Uncertain")
    order: IntProperty(name="Order", description="Of uncertain boundaries: in which they are looked at")
    medium: StringProperty(name="Medium", description="Fingerprint of the file's content")


def _jump(group: Any, context: bpy.types.Context) -> None:
    """A chosen row takes the playhead to its shot. The window manager is outside of undo, and moving the playhead is no step."""
    if not shelf.quiet and 0 <= group.active < len(group.rows):
        compat.edited_scene(context).frame_current = group.rows[group.active].frame_in


class ASSISTANT_EDITOR_PG_shot_list(bpy.types.PropertyGroup):
    """The list, the chosen row, and what it shows."""

    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_shot)
    active: IntProperty(name="Shot", description="Choose a shot to go to it", update=_jump, options={"SKIP_SAVE"})
    uncertain_only: BoolProperty(name="Uncertain Only", description="List only uncertain boundaries, in the order they are looked at")


class Shelf:
    """`rows` are the list's values. `scene` is the session number of the scene they are of, `seen` what it looked like then.

    `note` says what keeps the list from being whole, and `stale` that the timeline has changed since.
    """

    def __init__(self) -> None:
        self.quiet = False
        self.clear()

    def clear(self) -> None:
        self.rows: tuple[Any, ...] = ()
        self.clock: Any = None
        self.zero, self.scene, self.seen, self.note, self.stale, self.asked_for = 0, 0, "", "", False, False

    def chosen(self) -> Any:
        """The chosen row, None without one."""
        group = bpy.context.window_manager.assistant_editor_shots
        return self.rows[group.active] if 0 <= group.active < len(self.rows) else None

    def choose(self, key: Any) -> None:
        """Chooses the row with this key, without moving the playhead; another only if the present one is past the end."""
        group = bpy.context.window_manager.assistant_editor_shots
        number = next((n for n, row in enumerate(self.rows) if row.key == key), min(group.active, max(0, len(self.rows) - 1)))
        self.quiet = True
        try:
            group.active = number
        finally:
            self.quiet = False


shelf = Shelf()


def refresh(scene: Any) -> None:
    """Makes the list anew. Raises `EditorError` when the timeline cannot be read; the list is empty then."""
    from ..timeline.timecode import Clock
    from . import known

    key = shelf.chosen().key if shelf.chosen() is not None else None
    shelf.rows, shelf.note, shelf.stale = (), "", False
    shelf.scene, shelf.seen, shelf.asked_for = scene.session_uid, _seen(scene), True
    try:
        found = known.look(scene)
    except EditorError as error:
        shelf.note = str(error)
        raise
    finally:
        _fill()
    shelf.rows, shelf.clock, shelf.zero = found.rows, Clock(found.timeline.rate), found.timeline.frames.start
    if found.missing:
        files = "1 film is" if len(found.missing) == 1 else f"{len(found.missing)} films are"
        shelf.note = f"The shots of {files} not known. Press Detect Shots."
    _fill()
    shelf.choose(key)
    pictures.load(found.rows)


def _seen(scene: Any) -> str:
    """Another text whenever the list may have to be another."""
    from ..timeline.glance import glance

    settings = scene.assistant_editor
    options = (settings.detector, settings.sensitivity, settings.minimum_seconds, settings.doubt, settings.confidence_line)
    return f"{glance(scene)} {options}"


def _fill() -> None:
    """Shows the rows the shelf holds."""
    from ..timeline import shot_list
    from ..timeline.planners.shot_names import KINDS

    group, clock, zero = bpy.context.window_manager.assistant_editor_shots, shelf.clock, shelf.zero
    group.rows.clear()
    order = {row.key: place for place, row in enumerate(shot_list.stepping(shelf.rows), 1)}
    for row in shelf.rows:
        item = group.rows.add()
        item.name, item.number, item.state, item.channel = row.strip, row.number, row.state, row.channel
        item.frame_in, item.frame_out = row.frames.start, row.frames.end
        item.shown_in, item.shown_out = clock.timecode(row.frames.start - zero), clock.timecode(row.frames.end - zero)
        item.shown_length, item.transition, item.scene = clock.timecode(row.frames.length), KINDS.get(row.kind, row.kind), row.scene
        item.confidence, item.uncertain, item.order = row.confidence, row.uncertain, order.get(row.key, 0)
        item.medium = row.medium


def up_to_date(scene: Any) -> None:
    """Makes the list anew if it is of another scene, or anything it shows has changed since."""
    if shelf.stale or shelf.scene != scene.session_uid or shelf.seen != _seen(scene):
        refresh(scene)


def touch(*_: Any) -> None:
    """Something may have changed: looked at once things are quiet. Costs nothing where no list was made.

    Panels call it when they are drawn: of most edits in the sequencer Blender tells nobody else (5.2), but it draws anew.
    """
    if shelf.asked_for and not bpy.app.background:
        if bpy.app.timers.is_registered(_look_again):
            bpy.app.timers.unregister(_look_again)
        bpy.app.timers.register(_look_again, first_interval=WAIT)


def _look_again() -> float | None:
    if desk.running:
        return WAIT
    scene = next((scene for scene in bpy.data.scenes if scene.session_uid == shelf.scene), None)
    if scene is None or not shelf.asked_for:
        return None
    before = shelf.rows, shelf.note
    try:
        up_to_date(scene)
    except EditorError as error:
        shelf.note = str(error)
    if (shelf.rows, shelf.note) != before:
        redraw()
    return None


@persistent
def _on_run(*_: Any) -> None:
    """New facts may be known, though nothing on the timeline changed."""
    shelf.stale = True
    touch()


@persistent
def _on_load(*_: Any) -> None:
    shelf.clear()
    _fill()


@persistent
def _before_saving(*_: Any) -> None:
    """The list is made from what the file holds: it is not saved with it."""
    bpy.context.window_manager.assistant_editor_shots.rows.clear()


@persistent
def _after_saving(*_: Any) -> None:
    _fill()


HANDLERS = (("load_post", _on_load), ("save_pre", _before_saving), ("save_post", _after_saving))
CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_shot, ASSISTANT_EDITOR_PG_shot_list)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_shots = PointerProperty(type=ASSISTANT_EDITOR_PG_shot_list)
    desk.listeners.append(_on_run)
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
    desk.listeners.remove(_on_run)
    if bpy.app.timers.is_registered(_look_again):
        bpy.app.timers.unregister(_look_again)
    shelf.clear()
    pictures.clear()
    del bpy.types.WindowManager.assistant_editor_shots
