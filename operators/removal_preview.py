"""Play Around: Blender's own playback, jumping over what would be cut out."""

from __future__ import annotations

import time

import bpy

from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from .guard import Guarded
from .removal_shelf import shelf
from .removal_target import OnRemoval

TICK = 0.01
"""Seconds. Much less, and a slow machine does nothing else than look whether it is time."""
_turns = [0]
"""How often it was started: what was started before ends when it is started again."""


class ASSISTANT_EDITOR_OT_play_removal(OnRemoval, Guarded, bpy.types.Operator):
    """Play what is before and after this removal, as if it were cut out. Esc or stopping playback ends it"""

    bl_idname = "assistant_editor.play_removal"
    bl_label = "Play Around"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        self._playing = False
        ended = self.guarded(self._play, context)
        return {"RUNNING_MODAL"} if self._playing else ended

    def _play(self, context: bpy.types.Context) -> None:
        from ..timeline import passage
        from ..timeline.timebase import FrameRange

        if bpy.app.background or context.window is None:
            raise EditorError("There is no window to play in.", "Open the project in Blender's window.", USAGE)
        scene = compat.edited_scene(context)
        meant = self.seen()
        shelf.up_to_date(scene)
        self.still(meant)
        row, settings = self.row(), scene.assistant_editor
        frames = round(settings.around_seconds * float(shelf.known.timeline.rate))
        self._passage = passage.around(row, shelf.rows, frames, FrameRange(*compat.played(scene)))
        self._home, self._scene = row.frames.start, scene.session_uid
        _turns[0] += 1
        self._turn = _turns[0]
        self._length, self._last, self._since = 1 / float(shelf.known.timeline.rate), -1, 0.0
        if context.screen.is_animation_playing:
            bpy.ops.screen.animation_cancel(restore_frame=False)
        scene.frame_current = self._passage.frames.start
        bpy.ops.screen.animation_play()
        self._timer = context.window_manager.event_timer_add(TICK, window=context.window)
        context.window_manager.modal_handler_add(self)
        self._playing = True
        if row.removal.way in ("speed", "mute"):
            self.report({"INFO"}, "What is played faster or muted is played as it is now.")

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "ESC" and event.value == "PRESS":
            return self._end(context, stop=True)
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        scene = next((scene for scene in bpy.data.scenes if scene.session_uid == self._scene), None)
        if scene is None or self._turn != _turns[0] or not context.screen.is_animation_playing:
            return self._end(context, stop=False)
        frame = self._passage.after(self._about_to_play(scene.frame_current))
        if frame is None:
            return self._end(context, stop=True)
        if frame not in (scene.frame_current, scene.frame_current + 1):
            scene.frame_current = frame
        return {"PASS_THROUGH"}

    def _about_to_play(self, frame: int) -> int:
        """The next frame once this one has been seen long enough, so that nothing is seen or heard of what is jumped over."""
        now = time.monotonic()
        if frame != self._last:
            self._last, self._since = frame, now
        return frame + (now - self._since > self._length - 1.5 * TICK)

    def _end(self, context: bpy.types.Context, *, stop: bool) -> set[str]:
        """`stop`: playback goes on no longer, and the playhead returns to the removal. Else the user stopped it where he wanted to be."""
        self.cancel(context)
        scene = next((scene for scene in bpy.data.scenes if scene.session_uid == self._scene), None)
        if stop and context.screen.is_animation_playing:
            bpy.ops.screen.animation_cancel(restore_frame=False)
        if stop and scene is not None:
            scene.frame_current = self._home
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator: its window was closed, or another file is opened."""
        context.window_manager.event_timer_remove(self._timer)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_play_removal,)
