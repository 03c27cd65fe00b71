"""What runs now and what the last run said: the operators write it, the panels read it. One job at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy
from bpy.app.handlers import persistent

from ..ml.errors import CANCELLED, USAGE, EditorError

if TYPE_CHECKING:
    from fractions import Fraction

    from ..ml.client import Job
    from ..ml.protocol import Failed
    from ..timeline.outcome import Outcome


class Said(NamedTuple):
    """What the last run said."""

    title: str
    outcome: Outcome | None
    error: EditorError | None
    hint: str


class Desk:
    """`title` names the operator that runs or ran last. Of `outcome` and `error` at most one is there."""

    title: str = ""
    job: Job | None = None
    outcome: Outcome | None = None
    error: EditorError | None = None
    hint: str = ""
    """What the redo panel could not do at once."""
    preview: bool = False
    """Whether the operator that is called next only shows what it would write."""

    def __init__(self) -> None:
        self.origins: dict[str, Fraction] = {}
        """Medium -> where its pictures begin in the container's seconds, as the worker told."""
        self.absent: dict[tuple[str, str], Failed] = {}
        """(medium, engine) -> what the worker told of a medium without a stream for it: said again, not asked again."""
        self.listeners: list[Callable[[Outcome], None]] = []
        """Called with the outcome of every run that came to its end: new facts are stored, or the timeline was changed."""

    @property
    def running(self) -> bool:
        return self.job is not None and self.job.state in ("new", "running")

    def claim(self, title: str) -> None:
        """Raises `EditorError(USAGE)` while another job runs."""
        if self.running:
            raise EditorError(f"{self.title} is still running.", "Wait for it, or press Cancel.", USAGE)
        self.title, self.job, self.outcome, self.error, self.hint = title, None, None, None, ""

    def show(self, outcome: Outcome | None = None, error: EditorError | None = None) -> None:
        self.job, self.outcome, self.error = None, outcome, error
        if outcome is not None:
            for listener in self.listeners:
                listener(outcome)

    def said(self) -> Said:
        return Said(self.title, self.outcome, self.error, self.hint)

    def say_again(self, before: Said) -> None:
        """What ran since has nothing to say of the timeline."""
        self.title, self.outcome, self.error, self.hint = before.title, before.outcome, before.error, before.hint

    def cancel(self) -> None:
        if self.job is not None:
            self.job.cancel()


desk = Desk()


def redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR":
                area.tag_redraw()


@persistent
def _on_load(*_: Any) -> None:
    desk.cancel()
    desk.show()


@persistent
def _on_undo(*_: Any) -> None:
    """The last result is no longer what stands on the timeline."""
    if not desk.running:
        desk.show()


HANDLERS = (("load_pre", _on_load), ("undo_post", _on_undo), ("redo_post", _on_undo))


def register() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    desk.cancel()
    desk.show()
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)


def cancelled() -> EditorError:
    return EditorError(f"{desk.title} was cancelled.", "Nothing was changed.", CANCELLED)


CLASSES: tuple[type, ...] = ()
