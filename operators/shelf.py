"""The shot list as panels and scripts see it: `window_manager.assistant_editor_shots`, which no undo touches.

It is filled by the operator Refresh Shot List; in a window that shows it also by itself, a moment after the timeline, the options
or the facts changed. Nothing is worked out while Blender draws.
"""

from typing import Any

import bpy
from bpy.props import BoolProperty, CollectionProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..timeline import compat
from . import pictures
from .shelves import Shelf


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


class ShotShelf(Shelf):
    """The shots, as `shot_list.Row`. `clock` and `zero` say how their frames are shown."""

    group_name = "assistant_editor_shots"

    def clear(self) -> None:
        super().clear()
        self.clock: Any = None
        self.zero = 0

    def make(self, scene: Any) -> None:
        from ..timeline.timecode import Clock
        from . import known

        found = known.look(scene)
        self.rows, self.clock, self.zero = found.rows, Clock(found.timeline.rate), found.timeline.frames.start
        if found.missing:
            files = "1 film is" if len(found.missing) == 1 else f"{len(found.missing)} films are"
            self.note = f"The shots of {files} not known. Press Detect Shots."
        pictures.load(found.rows)

    def digest(self, scene: Any) -> str:
        from ..timeline.glance import glance

        settings = scene.assistant_editor
        options = (settings.detector, settings.sensitivity, settings.minimum_seconds, settings.doubt, settings.confidence_line)
        return f"{glance(scene)} {options}"

    def fill(self) -> None:
        from ..timeline import shot_list
        from ..timeline.planners.shot_names import KINDS

        group, clock, zero = self.group, self.clock, self.zero
        group.rows.clear()
        order = {row.key: place for place, row in enumerate(shot_list.stepping(self.rows), 1)}
        for row in self.rows:
            item = group.rows.add()
            item.name, item.number, item.state, item.channel = row.strip, row.number, row.state, row.channel
            item.frame_in, item.frame_out = row.frames.start, row.frames.end
            item.shown_in, item.shown_out = clock.timecode(row.frames.start - zero), clock.timecode(row.frames.end - zero)
            item.shown_length, item.transition, item.scene = clock.timecode(row.frames.length), KINDS.get(row.kind, row.kind), row.scene
            item.confidence, item.uncertain, item.order = row.confidence, row.uncertain, order.get(row.key, 0)
            item.medium = row.medium


shelf = ShotShelf()
refresh, touch = shelf.refresh, shelf.touch


def up_to_date(scene: Any) -> None:
    """Makes the list anew if it is of another scene, or anything it shows has changed since."""
    if shelf.outdated(scene):
        refresh(scene)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_shot, ASSISTANT_EDITOR_PG_shot_list)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_shots = PointerProperty(type=ASSISTANT_EDITOR_PG_shot_list)
    shelf.register()


def unregister() -> None:
    shelf.unregister()
    pictures.clear()
    del bpy.types.WindowManager.assistant_editor_shots
