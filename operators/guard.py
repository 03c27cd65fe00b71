"""What every short operator does with what goes wrong: one sentence and a remedy, never a traceback."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

import bpy

from ..ml.errors import DEFECT, EditorError
from ..timeline import compat
from .desk import desk, redraw


class Guarded:
    """Base of operators that end at once. They wait for a job that runs, and need strips."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if desk.running:
            cls.poll_message_set(f"{desk.title} is still running. Wait for it, or press Cancel")  # type: ignore[attr-defined]
            return False
        return compat.open_sequence(compat.edited_scene(context)) is not None

    def guarded(self, step: Callable[[bpy.types.Context], None], context: bpy.types.Context) -> set[str]:
        """Runs `step`. An error goes to the desk and the report, what lies behind it to the console."""
        desk.claim(self.bl_label)  # type: ignore[attr-defined]
        try:
            step(context)
        except EditorError as reason:
            error = reason
        except Exception as reason:  # noqa: BLE001  a defect must not show a traceback
            error = EditorError(f"A defect in the extension: {reason!r}.", "Please report it.", DEFECT, traceback.format_exc())
        else:
            redraw()
            return {"FINISHED"}
        if error.detail:
            sys.stderr.write(error.detail.rstrip() + "\n")
        desk.show(error=error)
        redraw()
        self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
        return {"FINISHED"} if _half_written(error) else {"CANCELLED"}


def _half_written(error: EditorError) -> bool:
    """Whether the timeline is left changed: only an operator that has finished makes the step that Ctrl+Z takes back."""
    from ..timeline.write import HalfWritten

    return isinstance(error, HalfWritten)


CLASSES: tuple[type, ...] = ()
