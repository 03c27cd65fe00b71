"""Frames rendered a few at a time and looked at by the worker meanwhile: to who waits for it, it is a job like any other."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..ml.client import Job
from ..ml.errors import BAD_INPUT, STALE, EditorError
from ..ml.eta import Eta
from ..ml.protocol import FindFaces
from ..timeline.privacy_finds import Look
from .guard import excuse

if TYPE_CHECKING:
    from ..ml.client import Backend

AT_ONCE, AHEAD = 16, 48
"""Pictures that are looked at in one go, and how many may wait."""
BUDGET = 0.15
"""Seconds of a tick after which nothing more is rendered in it."""
FOUND, REQUEST = "found", "found"


class Checking:
    """As a `Job`: `state`, `step`, `fraction`, `poll`, `cancel`, `wait`. `looks` is what was found so far, `error` what went wrong.

    Nothing of the scene is held between two ticks, and nothing is in the file then that was not before. Pictures lie in a folder of their
    own, and each goes once it was looked at.
    """

    def __init__(self, backend: Backend, scene: Any, frames: range) -> None:
        self.state, self.step, self.fraction = "new", "", 0.0
        self.looks: list[Look] = []
        self.error: EditorError | None = None
        self.notices: list[str] = []
        self._backend, self._scene, self._frames = backend, scene.session_uid, frames
        self._next, self._each = 0, 0.0
        self._waiting: list[tuple[int, Path]] = []
        self._looked_at: list[tuple[int, Path]] = []
        self._job: Job | None = None
        self._folder: Path | None = None
        self._stopping = False
        self._eta = Eta()

    @property
    def seconds_left(self) -> float | None:
        return self._eta.left(time.monotonic()) if self.state == "running" else None

    def start(self) -> None:
        self.state, self.step = "running", "Rendering"
        self._folder = Path(tempfile.mkdtemp(prefix="cover-check-", dir=bpy.app.tempdir or None))

    def cancel(self) -> None:
        """Ends it within a second, and one frame's rendering."""
        if self.state == "new":
            self._end("cancelled")
        if self.state == "running" and not self._stopping:
            self._stopping, self.step = True, "Cancelling"
            if self._job is not None:
                self._job.cancel()

    def poll(self) -> str:
        """Takes in what was found, and renders for a moment: at least one frame where any is wanted."""
        if self.state == "running":
            try:
                self._go_on()
            except Exception as reason:  # noqa: BLE001  whatever it was, the user is told, and no picture is left behind
                self.error = excuse(reason)
                if self._job is not None:
                    self._job.cancel()
                self._end("failed")
        return self.state

    def wait(self, on_progress: Callable[[Any], None] | None = None) -> str:
        """Blocks until it has ended. Ctrl+C cancels it."""
        if self.state == "new":
            self.start()
        while True:
            try:
                if self.poll() != "running":
                    return self.state
                if on_progress is not None:
                    on_progress(self)
                if self._job is not None and not self._wants():
                    time.sleep(0.02)
            except KeyboardInterrupt:
                self.cancel()

    def _go_on(self) -> None:
        if self._job is not None and self._job.poll() != "running":
            self._take(self._job)
        if self._stopping:
            if self._job is None:
                self._end("cancelled")
            return
        if self._wants():
            self._render()
        if self._job is None and self._waiting and (len(self._waiting) >= AT_ONCE or not self._wants()):
            self._looked_at, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            self._job = Job(self._backend, [FindFaces(REQUEST, tuple(str(path) for _frame, path in self._looked_at))])
            self._job.start()
        self._tell()
        if self._job is None and not self._waiting and self._next >= len(self._frames):
            self._end("done")

    def _wants(self) -> bool:
        return self._next < len(self._frames) and len(self._waiting) < AHEAD

    def _render(self) -> None:
        from ..timeline.write_privacy_check import render_frames

        scene = next((scene for scene in bpy.data.scenes if scene.session_uid == self._scene), None)
        if scene is None:
            raise EditorError("The scene is no longer there.", "Nothing was changed.", STALE)
        assert self._folder is not None
        count = 1 if not self._each else max(1, min(AT_ONCE, int(BUDGET / self._each)))
        count = min(count, len(self._frames) - self._next)
        began = time.monotonic()
        self._waiting += render_frames(scene, self._frames[self._next], count, self._frames.step, self._folder)
        self._each = (time.monotonic() - began) / count
        self._next += count

    def _take(self, job: Job) -> None:
        """What the worker found in the pictures it had."""
        self._job = None
        if job.state == "done":
            answer: Any = job.results[REQUEST, FOUND]
            for (frame, path), rows in zip(self._looked_at, answer["pictures"], strict=True):
                self.looks.append(Look(frame, tuple((row[0], row[1], row[2], row[3], row[4]) for row in rows)))
                path.unlink(missing_ok=True)
            self.notices += [one for one in job.notices if one not in self.notices]
        elif not self._stopping and job.state == "cancelled":
            self._stopping = True
        elif job.failures and not self._stopping:
            failure = job.failures[0]
            raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)

    def _tell(self) -> None:
        whole = max(1, len(self._frames))
        done = (len(self.looks) + self._next) / (2 * whole)
        self.fraction = max(self.fraction, min(1.0, done))
        self._eta.update(self.fraction, time.monotonic())
        job = self._job
        self.step = job.step if job is not None and job.step and not self._wants() else f"Rendered {self._next} of {whole} frames"

    def _end(self, state: str) -> None:
        self.state = state
        if self._folder is not None:
            try:
                shutil.rmtree(self._folder)
            except OSError as reason:
                sys.stderr.write(f"{self._folder} could not be removed: {reason}\n")


def frames_of(scene: Any, timeline: Any, which: str, names: Sequence[str], every: int) -> range:
    """Every so many-th frame of the scene's range, or of what the meant strips cover of it. Raises `EditorError(BAD_INPUT)` without any."""
    from ..timeline import requests

    start, end = scene.frame_start, scene.frame_end + 1
    selected = any(strip.selected for strip in timeline.strips)
    if names or which in ("SELECTED", "ACTIVE") or (which == "AUTO" and selected):
        meant = requests.seen(timeline, which, names)  # type: ignore[arg-type]
        start, end = max(start, min(one.frames.start for one in meant)), min(end, max(one.frames.end for one in meant))
    if end <= start:
        raise EditorError("There is no frame to look at.", "Choose strips within the scene's frame range.", BAD_INPUT)
    return range(start, end, every)


CLASSES: tuple[type, ...] = ()
