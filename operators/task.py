"""Work that is no worker job (installing, downloading, hashing), done on a thread while Blender stays usable.

The thread never touches bpy: it calls `work(task)`, which speaks through `task.told` and asks `task.cancelled`. A timer of the
application, not of a window, watches it, so that closing the preferences window neither stops nor loses anything.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import bpy

from ..ml.errors import CANCELLED, DEFECT, EditorError

TICK = 0.15
_tasks: list[Task] = []
failed: EditorError | None = None
"""Why the last task that was waited for failed; the command line makes its exit code of it."""


class Task:
    """`work` runs on the thread, `finish(result)` and `fail(error)` on the main one afterwards. `page` is where it is shown."""

    def __init__(
        self, page: str, title: str, work: Callable[[Task], Any], finish: Callable[[Any], None], fail: Callable[[EditorError], None]
    ) -> None:
        self.page, self.step, self.fraction = page, title, 0.0
        self.error: EditorError | None = None
        self.result: Any = None
        self._work, self._finish, self._fail = work, finish, fail
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"assistant-editor-{page}")

    def told(self, step: str, fraction: float) -> None:
        self.step, self.fraction = step, fraction

    def cancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        self.step = "Stopping"
        self._stop.set()

    def start(self) -> None:
        _tasks.append(self)
        self._thread.start()
        if not bpy.app.timers.is_registered(_watch):
            bpy.app.timers.register(_watch, first_interval=TICK, persistent=True)

    def wait(self) -> None:
        """Does the work here and now."""
        self._run()
        self.close()

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def close(self) -> None:
        if self.error is None:
            self._finish(self.result)
        else:
            self._fail(self.error)

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self.result = self._work(self)
        except EditorError as error:
            self.error = error
        except Exception as reason:  # noqa: BLE001  a thread's error would be lost; it becomes the task's
            import traceback

            detail = traceback.format_exc()
            self.error = EditorError(f"A defect in the extension: {reason!r}.", "Please report it.", DEFECT, detail)


def shown() -> Task | None:
    """The task a user sees and waits for."""
    return next((task for task in _tasks if task.page), None)


def stop_all() -> None:
    """Cancels everything and waits a little; nothing of a task is called after this."""
    if bpy.app.timers.is_registered(_watch):
        bpy.app.timers.unregister(_watch)
    for task in _tasks:
        task.cancel()
    for task in _tasks:
        task.join(2.0)
    _tasks.clear()


def redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"PREFERENCES", "SEQUENCE_EDITOR"}:
                area.tag_redraw()


def _watch() -> float | None:
    for task in [task for task in _tasks if task.over]:
        _tasks.remove(task)
        task.close()
    redraw()
    return TICK if _tasks else None


class TaskOperator:
    """An operator whose work is a task: pressed, it goes on beside Blender; called from a script, or without windows, it blocks."""

    pressed = False

    def prepare(self, context: bpy.types.Context) -> Task:
        """The task, made from the operator's properties. Raises `EditorError` for what cannot be started."""
        raise AssertionError(f"{type(self).__name__} says what it does")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if shown() is not None:
            cls.poll_message_set("Something is being installed or checked already")  # type: ignore[attr-defined]
        return shown() is None

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = not bpy.app.background
        return self.execute(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        global failed
        failed = None
        try:
            task = self.prepare(context)
        except EditorError as error:
            return self._refuse(error)
        if self.pressed:
            task.start()
            return {"FINISHED"}
        if bpy.app.background:
            task.told = _say  # type: ignore[method-assign]
        task.wait()
        return {"FINISHED"} if task.error is None else self._refuse(task.error)

    def _refuse(self, error: EditorError) -> set[str]:
        global failed
        failed = error
        kind = {"INFO"} if error.code == CANCELLED else {"ERROR"}
        self.report(kind, str(error))  # type: ignore[attr-defined]
        return {"CANCELLED"}


def _say(step: str, fraction: float) -> None:
    """Progress of a headless run, on stderr, one line a step."""
    if step != _said.get("step"):
        _said["step"] = step
        sys.stderr.write(f"{fraction * 100:3.0f}% {step}\n")


_said: dict[str, str] = {}
CLASSES: tuple[type, ...] = ()
