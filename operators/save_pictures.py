"""A job in two steps: find out, then have pictures written. What both operators of `stills` share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from ..ml.errors import BAD_INPUT, CANCELLED, EditorError
from . import options, shots, still_options
from .desk import cancelled, desk
from .feature import Feature
from .job import JobOperator

if TYPE_CHECKING:
    from ..ml.stills import Existing

FEATURE = Feature("shots", shots.FEATURE.choose, options.shots_task, shots.FEATURE.plan, also=(("looks", options.looks_task),))
SAVING, EXTRAS = "saving", "extras"


@dataclass
class Candidate:
    """A picture the panel shows. `icon` is a number of Blender's, `frame` the timeline's."""

    icon: int
    text: str
    frame: int


class SavesPictures(still_options.FileProps, JobOperator):
    """A subclass says which moments, in what files: `stills(rows, looks, boundaries)` and `files(stills, folder, clock, zero)`.

    `_faces`, `_grades`: for each medium of which that is stored, how well a face is seen, and how good the picture is, at each sample of
    its looks.
    """

    bl_options = {"REGISTER"}
    features = (FEATURE,)
    asks = ("strips", *options.SHOT_ASKS)
    noun = "still"
    _second = False
    _faces: Any = None
    _grades: Any = None

    def stills(self, rows: Any, looks: Any, boundaries: Any) -> Any:
        raise AssertionError(f"{type(self).__name__} says which moments it saves")

    def files(self, stills: Any, folder: str, clock: Any, zero: int) -> Any:
        raise AssertionError(f"{type(self).__name__} says what its files are called")

    def saved(self, stills: Any, backend: Any) -> None:
        """Called when all is written."""

    def extras(self, stills: Any, backend: Any) -> tuple[Any, ...]:
        """Further pictures to write, which are no result."""
        return ()

    def execute(self, context: bpy.types.Context) -> set[str]:
        self._second = False
        return self._guarded(self._block, context)

    def _start(self, context: bpy.types.Context) -> Any:
        still_options.folder_of(self)  # what cannot work is said before the work
        return super()._start(context)

    def _finish(self, scene: Any, job: Any) -> set[str]:
        if self._second:
            return self._told(scene, job)
        if job.state == "cancelled":
            raise cancelled()
        from . import work

        found = work.results(job)
        self._failures, self._notices = job.failures, job.notices
        for engine in ("shots", "looks"):
            if not found.get(engine):
                _raise(next(one for one in job.failures if one.engine in ("", engine)))
        requests = self._requests(scene, found)
        self._second = True
        return self._go_on(scene, requests)

    def _requests(self, scene: Any, found: Any) -> list[Any]:
        from ..ml.protocol import Extract
        from ..timeline import face_places, picture_values, still_files
        from ..timeline.timecode import Clock
        from . import chosen, footage, people_known, work

        timeline, asked = work.look(scene), self._asked()
        rows, boundaries = chosen.shots(timeline, asked, found, self, scene.assistant_editor)
        looks = found.get("looks", {})
        known = people_known.faces(timeline, scene.assistant_editor)
        self._faces = {medium: face_places.worth(known[medium], facts) for medium, facts in looks.items() if medium in known}
        measured = {medium: footage.stored(timeline, medium, scene.assistant_editor).get("pictures") for medium in looks}
        self._grades = {medium: picture_values.worth(facts, looks[medium].seconds) for medium, facts in measured.items() if facts}
        self._stills = self.stills(rows, looks, boundaries)
        if not self._stills:
            raise EditorError("There is no shot to save a picture of.", "Choose strips whose pictures can be read.", BAD_INPUT)
        self._partial, self._asides = chosen.notices(timeline, asked, found, self._failures, self._notices)
        pictures, sheets = self.files(self._stills, still_options.folder_of(self), Clock(timeline.rate), timeline.frames.start)
        self._rows = still_files.rows(self._stills, [picture.target for picture in pictures])
        extras = self.extras(self._stills, preferences.backend(bpy.context))
        existing: Existing = "replace" if self.overwrite else "refuse"
        request = Extract(SAVING, pictures, sheets if self.contact_sheet else (), existing, self.jpeg_quality)
        return [request, *([Extract(EXTRAS, extras, existing="keep")] if extras else [])]

    def _told(self, scene: Any, job: Any) -> set[str]:
        from ..timeline.outcome import Outcome

        if job.state == "cancelled":
            raise EditorError(f"{desk.title} was cancelled.", "Pictures that were saved before are whole, and stay.", CANCELLED)
        for failure in job.failures:
            if failure.id == SAVING or job.state == "failed":
                _raise(failure)
        self.saved(self._stills, preferences.backend(bpy.context))
        files = job.results[SAVING, "extract"]["files"]
        sheets = len(files) - len(self._rows)
        counts = {self.noun: len(self._rows)} | ({"contact sheet": sheets} if sheets else {})
        where = f"Saved in {still_options.folder_of(self)}"
        outcome = Outcome(self.bl_label, self._rows, {"added": counts}, notices=(where, *self._asides), partial=self._partial)  # type: ignore[attr-defined]
        return self._tell(outcome)


def _raise(failure: Any) -> None:
    raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)


CLASSES: tuple[type, ...] = ()
