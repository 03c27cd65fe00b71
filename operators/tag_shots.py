"""Tag Shots: colours and names of strips, and markers, by what is known of their shots. Nobody is asked."""

import bpy
from bpy.props import EnumProperty, StringProperty

from ..ml.errors import STALE, EditorError
from ..timeline import compat
from . import footage, footage_options, settings
from .desk import desk
from .guard import Guarded
from .job import HIDDEN, WHICH
from .options import draw_options


class ASSISTANT_EDITOR_OT_tag_shots(footage_options.TagProps, Guarded, bpy.types.Operator):
    """Colour and name strips, and set markers, by the mood, the people, the things or the quality of their shots"""

    bl_idname = "assistant_editor.tag_shots"
    bl_label = "Tag Shots"
    bl_options = {"REGISTER", "UNDO"}
    live = footage_options.TAG_LIVE

    strips: EnumProperty(name="Strips", description="Which strips are meant", items=WHICH, default="AUTO", options={"SKIP_SAVE"})
    names: StringProperty(name="Names", description="Names of the strips that are meant, one a line; goes before Strips", options=HIDDEN)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split, layout.use_property_decorate = True, False
        draw_options(layout, self, ("strips", *self.live))

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._tag, context)

    def _tag(self, context: bpy.types.Context) -> None:
        from ..timeline import merge, requests
        from ..timeline.planners import logging
        from . import known, work

        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        here = known.look(scene)
        meant = requests.seen(here.timeline, self.strips, [name for name in self.names.splitlines() if name])
        strips = [strip for strip in meant if strip.source is not None and strip.medium]
        rows = [row for row in here.rows if row.strip in {strip.name for strip in strips}]
        shots = footage.placed(here.timeline, rows, scene.assistant_editor, self)
        if not any(footage.stored(here.timeline, strip.medium, scene.assistant_editor).keys() - {"shots"} for strip in strips):
            raise EditorError("Nothing is known of these shots.", "Press Log Footage first.", STALE)
        pieces = footage.pieces(here.timeline, strips, shots, scene.assistant_editor, self)
        planned = logging.plan(shots, pieces, footage_options.tags(self), merge.standing(here.timeline))
        outcome = work.carry_out(scene, here.timeline, planned, self.bl_label, requests.Asked(), (), ())
        settings.remember(self, scene)
        desk.show(outcome)
        self.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_tag_shots,)
