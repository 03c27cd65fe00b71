"""The people of the timeline as panels and scripts see them: `window_manager.assistant_editor_people`.

Filled by Find Faces and List People; in a window that shows it also by itself (`shelves`). Names are not saved with the file.
"""

from typing import Any

import bpy
from bpy.props import BoolProperty, CollectionProperty, IntProperty, PointerProperty, StringProperty

from ..timeline import compat
from .shelves import Shelf


class ASSISTANT_EDITOR_PG_person(bpy.types.PropertyGroup):
    """A row; `name` is what the person is called. See `timeline.person_rows.PersonRow`."""

    named: BoolProperty(name="Named", description="The name was given by the editor")
    frames: IntProperty(name="Frames", description="Screen time on the timeline, in frames")
    shown: StringProperty(name="Screen Time")
    appearances: IntProperty(name="Appearances")
    strips: IntProperty(name="Strips", description="Strips that show the person")
    frame_in: IntProperty(name="In", description="First frame of the first appearance")


def _jump(group: Any, context: bpy.types.Context) -> None:
    """A chosen row takes the playhead to the person. The window manager is outside of undo, and moving the playhead is no step."""
    if not shelf.quiet and 0 <= group.active < len(group.rows):
        compat.edited_scene(context).frame_current = group.rows[group.active].frame_in


class ASSISTANT_EDITOR_PG_people(bpy.types.PropertyGroup):
    """The list and the chosen row."""

    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_person)
    active: IntProperty(name="Person", description="Choose a person to go to the first appearance", update=_jump, options={"SKIP_SAVE"})


class PeopleShelf(Shelf):
    """`consent`: people may be known here. `faces`, `unknown`: how many faces there are, and how many of them cannot be known."""

    group_name = "assistant_editor_people"

    def clear(self) -> None:
        super().clear()
        self.consent, self.faces, self.unknown = False, 0, 0
        self.clock: Any = None

    def make(self, scene: Any) -> None:
        from ..timeline import person_rows
        from ..timeline.persons import Persons
        from ..timeline.timecode import Clock
        from . import people_known, work

        timeline = work.look(scene)
        self.consent, self.clock = people_known.consent(), Clock(timeline.rate)
        facts = people_known.faces(timeline, scene.assistant_editor)
        who = people_known.persons_of(facts) if self.consent else Persons()
        self.faces, self.unknown = person_rows.unknown(facts, who)
        self.rows = person_rows.rows(timeline.strips, facts, who)
        media = {strip.medium for strip in timeline.strips if strip.kind == "MOVIE" and strip.source is not None}
        missing = len(media - set(facts))
        if missing:
            which = f"{missing} of {len(media)} films"
            told = f"Who is seen in {which} is not known yet" if self.consent else f"{which} were not looked at for faces"
            self.note = f"{told}. Press Find Faces."

    def digest(self, scene: Any) -> str:
        from ..timeline.glance import glance
        from . import people_known

        return f"{glance(scene)} {scene.assistant_editor.faces_per_second} {hash(people_known.register_now())}"

    def fill(self) -> None:
        group = self.group
        group.rows.clear()
        for row in self.rows:
            item = group.rows.add()
            item.name, item.named, item.frames = row.name, row.named, row.frames
            item.shown = self.clock.timecode(row.frames)
            item.appearances, item.strips, item.frame_in = len(row.ranges), len(row.strips), row.ranges[0].start


shelf = PeopleShelf()
CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_person, ASSISTANT_EDITOR_PG_people)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_people = PointerProperty(type=ASSISTANT_EDITOR_PG_people)
    shelf.register()


def unregister() -> None:
    shelf.unregister()
    del bpy.types.WindowManager.assistant_editor_people
