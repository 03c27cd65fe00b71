"""Corrections of shots: what the editor says of a boundary, written at once and kept for every later run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from . import shelf
from .guard import Guarded
from .shot_target import OnShot, told

if TYPE_CHECKING:
    from ..timeline.shot_list import Row
    from .known import Known

STAYS = "The two pieces stay apart: they differ, or were changed since. Join them by hand; no later run will cut here."


class Correction(OnShot, Guarded):
    """Base of the corrections: looks at what is known, says one thing more, and makes the list anew."""

    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._correct, context)

    def _correct(self, context: bpy.types.Context) -> None:
        from . import known

        scene = compat.edited_scene(context)
        here = known.look(scene)
        outcome = self.correct(scene, here)
        told(self, outcome)
        shelf.refresh(scene)

    def correct(self, scene: Any, here: Known) -> Any:
        raise AssertionError(f"{type(self).__name__} says what it corrects")


def _refused(operator: Any, scene: Any, here: Known, row: Row) -> Any:
    """Says that no shot begins with this row, and joins the pieces where it was cut."""
    from ..timeline import corrections
    from ..timeline.corrected import Aim, Joint
    from . import known

    assert row.source is not None
    seconds = row.moment if row.moment is not None else row.source.start
    said = corrections.say(here.corrections, corrections.Correction(row.medium, seconds, "no boundary", row.picture))
    joint = None
    if row.state == "cut" and not row.gap:
        movies = (strip for strip in here.timeline.strips if strip.kind == "MOVIE" and strip.medium == row.medium)
        left = next((strip for strip in movies if (strip.channel, strip.frames.end) == (row.channel, row.frames.start)), None)
        joint = Joint(left.name, row.frames.start) if left is not None else None
    aim = Aim(row.medium, *known.reach(row, seconds), joint=joint)
    outcome = known.correct(scene, here, said, aim, operator.bl_label)
    apart = row.state == "cut" and not {"cut", "gap"} & outcome.counts["removed"].keys()
    return replace(outcome, notices=(*outcome.notices, STAYS)) if apart else outcome


class ASSISTANT_EDITOR_OT_merge_shots(Correction, bpy.types.Operator):
    """Join this shot with the next: no shot begins between them, now and in later runs"""

    bl_idname = "assistant_editor.merge_shots"
    bl_label = "Merge with Next"

    def correct(self, scene: Any, here: Known) -> Any:
        from ..timeline import shot_list

        shot = self.shot(here.rows)
        after = shot_list.following(here.rows, shot) if shot.number else None
        if after is None:
            raise EditorError("No shot goes on where this one ends.", "Choose a shot that is followed by another of its film.", USAGE)
        return _refused(self, scene, here, after)


class ASSISTANT_EDITOR_OT_refuse_boundary(Correction, bpy.types.Operator):
    """No shot begins here: join what was cut, and leave it out of later runs"""

    bl_idname = "assistant_editor.refuse_boundary"
    bl_label = "Refuse Boundary"

    def correct(self, scene: Any, here: Known) -> Any:
        row = self.beginning(here.rows)
        if row.state == "start" or row.source is None:
            raise EditorError("The strip begins here: that is no boundary.", "Choose a shot that begins within a film.", USAGE)
        return _refused(self, scene, here, row)


class ASSISTANT_EDITOR_OT_accept_boundary(Correction, bpy.types.Operator):
    """A shot begins here: write it, and keep it in later runs"""

    bl_idname = "assistant_editor.accept_boundary"
    bl_label = "Accept Boundary"

    def correct(self, scene: Any, here: Known) -> Any:
        from ..timeline import corrections
        from ..timeline.corrected import Aim
        from . import known

        row = self.beginning(here.rows)
        if row.state == "start" or row.moment is None:
            raise EditorError("There is nothing to accept: no boundary was found here.", "Choose an uncertain boundary.", USAGE)
        said = corrections.say(here.corrections, corrections.Correction(row.medium, row.moment, "boundary", row.picture))
        aim = Aim(row.medium, *known.reach(row, row.moment), forget=True)
        return known.correct(scene, here, said, aim, self.bl_label)


class ASSISTANT_EDITOR_OT_split_shot(Correction, bpy.types.Operator):
    """A shot begins at the playhead: write it, and keep it in later runs"""

    bl_idname = "assistant_editor.split_shot"
    bl_label = "Split Here"

    def correct(self, scene: Any, here: Known) -> Any:
        from ..timeline import corrections, shot_list
        from ..timeline.corrected import Aim
        from . import known

        if not self.properties.is_property_set("frame"):
            self.frame = scene.frame_current
        shot = shot_list.at(here.rows, self.frame, self.strip)
        if shot is None or shot.source is None:
            raise EditorError("There is no film at this frame that could be split.", "Move the playhead into a shot.", USAGE)
        self.keep(self.frame, shot.strip)
        source = here.timeline.strip(shot.strip).source
        assert source is not None
        picture = source.picture(self.frame)
        seconds = source.presented(picture)
        if source.first_frame(seconds) <= shot.frames.start:
            raise EditorError("The shot begins with this picture already.", "Move the playhead further into the shot.", USAGE)
        said = corrections.say(here.corrections, corrections.Correction(shot.medium, seconds, "here", picture))
        return known.correct(scene, here, said, Aim(shot.medium, seconds, seconds, forget=True), self.bl_label)


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_merge_shots,
    ASSISTANT_EDITOR_OT_refuse_boundary,
    ASSISTANT_EDITOR_OT_accept_boundary,
    ASSISTANT_EDITOR_OT_split_shot,
)
