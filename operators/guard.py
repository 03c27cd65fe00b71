"""When an operator on strips can be used, and what it does with what goes wrong: one sentence and a remedy, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import bpy

from ..ml.errors import CANCELLED, DEFECT, EditorError
from ..timeline import compat
from .desk import desk, redraw


class OnStrips:
    """Base of operators that need strips. They wait for a job that runs."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if desk.running:
            cls.poll_message_set(f"{desk.title} is still running. Wait for it, or press Cancel")  # type: ignore[attr-defined]
            return False
        return compat.open_sequence(compat.edited_scene(context)) is not None


class WhenFree:
    """Base of operators that need no strips. They wait for a job that runs."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if desk.running:
            cls.poll_message_set(f"{desk.title} is still running. Wait for it, or press Cancel")  # type: ignore[attr-defined]
        return not desk.running


class Guarded(OnStrips):
    """Base of those that end at once."""

    changes: ClassVar[bool] = True
    """Whether what the last run said no longer holds."""

    def guarded(self, step: Callable[[bpy.types.Context], None], context: bpy.types.Context) -> set[str]:
        """Runs `step`. An error goes to the desk and the report, what lies behind it to the console."""
        before = desk.said()
        desk.claim(self.bl_label)  # type: ignore[attr-defined]
        try:
            step(context)
        except Exception as reason:  # noqa: BLE001  whatever goes wrong leaves as one sentence and a remedy
            error = excuse(reason)
            desk.show(error=error)
            tell(self, error)
            return {"FINISHED"} if half_written(reason) else {"CANCELLED"}
        silent = desk.outcome is None and desk.error is None
        if not self.changes and silent and before.title != desk.title:
            desk.say_again(before)
        redraw()
        return {"FINISHED"}


def excuse(reason: Exception) -> EditorError:
    """What a user is told of it: of a defect no traceback, but that it is one."""
    if isinstance(reason, EditorError):
        return reason
    import traceback

    trace = "".join(traceback.format_exception(reason))
    return EditorError(f"A defect in the extension: {reason!r}.", "Please report it.", DEFECT, trace)


def tell(operator: Any, error: EditorError) -> None:
    """Reports it, and draws the panels anew; what lies behind it goes to the console."""
    if error.detail:
        sys.stderr.write(error.detail.rstrip() + "\n")
    redraw()
    operator.report({"INFO"} if error.code == CANCELLED else {"ERROR"}, str(error))


@contextmanager
def written() -> Iterator[None]:
    """For what follows a write. Whatever goes wrong here leaves the timeline changed: it is told as `HalfWritten`."""
    from ..timeline.write import HalfWritten

    try:
        yield
    except HalfWritten:
        raise
    except Exception as reason:
        error = excuse(reason)
        what = error.message if error is reason else f"What follows the cut stopped half-way: {str(reason).strip() or repr(reason)}."
        raise HalfWritten(what, "Press Ctrl+Z once to bring everything back.", error.code, error.detail) from reason


def half_written(reason: Exception) -> bool:
    """Whether the timeline is left changed: then the operator has finished, for only that makes the step that Ctrl+Z takes back."""
    from ..timeline.write import HalfWritten

    return isinstance(reason, HalfWritten)


CLASSES: tuple[type, ...] = ()
