"""Pick What Is Cut Out: by clicks in the preview, or by points given as numbers; kept for the shot they lie in."""

import bpy
from bpy.props import BoolProperty

from ..timeline import compat
from . import cutout_options, cutout_pick_view
from .guard import Guarded


class ASSISTANT_EDITOR_OT_pick_cut_out(Guarded, cutout_options.PickProps, bpy.types.Operator):
    """Click in the preview on what is to be cut out in this shot. Shift or Ctrl: not this. Backspace: undo a click. Enter: done"""

    bl_idname = "assistant_editor.pick_cut_out"
    bl_label = "Pick What Is Cut Out"
    bl_options = {"REGISTER", "UNDO"}

    forget: BoolProperty(name="Forget", description="What was picked in this shot is forgotten", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return "Forget what was picked in the shot at the playhead" if properties.forget else ""

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self.forget:
            return self.guarded(self._follow, context)
        self._picking = False
        ended = self.guarded(self._begin, context)
        return {"RUNNING_MODAL"} if self._picking else ended

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._keep, context)

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        view = cutout_pick_view.view
        meant = view.meant(context, event)
        if meant in {"RUNNING_MODAL", "PASS_THROUGH"}:
            return {meant}
        self.at, self.not_at = view.texts()
        view.close(context)
        return self.guarded(self._follow, context) if meant == "FINISHED" else {"CANCELLED"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Also where Blender ends it: its window was closed, or another file is opened."""
        cutout_pick_view.view.close(context)

    def _begin(self, context: bpy.types.Context) -> None:
        from . import cutout_picked

        scene = compat.edited_scene(context)
        self.frame = scene.frame_current
        cutout_pick_view.view.open(context, scene, cutout_picked.points_here(scene, self))
        context.window_manager.modal_handler_add(self)
        self._picking = True

    def _keep(self, context: bpy.types.Context) -> None:
        from . import cutout_picked

        if not self.properties.is_property_set("frame"):
            self.frame = compat.edited_scene(context).frame_current
        self.report({"INFO"}, cutout_picked.keep(compat.edited_scene(context), self))

    def _follow(self, context: bpy.types.Context) -> None:
        """What stands is planned anew at once."""
        from . import effect_choices

        self._keep(context)
        if told := effect_choices.follow(compat.edited_scene(context), "cutout"):
            self.report({"INFO"}, told)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_pick_cut_out,)
