"""Write Report: what is known of a cut as one page with figures, charts and stills, and its charts as pictures."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import EnumProperty

from .. import preferences
from ..ml.errors import CANCELLED, STALE, EditorError
from ..timeline import compat
from . import footage_shelf, report_options, settings
from .desk import desk
from .job import WHICH, JobOperator

latest: list[Any] = []
"""(source, statistics, shots) of the report that was written last, for `--json`."""


class ASSISTANT_EDITOR_OT_write_report(report_options.ReportProps, JobOperator, bpy.types.Operator):
    """Write a page with screen times, mood arc, rhythm, charts, and every shot with its still and what is known of it"""

    bl_idname = "assistant_editor.write_report"
    bl_label = "Write Report"
    bl_options = {"REGISTER"}

    strips: EnumProperty(name="Strips", description="Which strips are reported on", items=WHICH, default="ALL", options={"SKIP_SAVE"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def _start(self, context: bpy.types.Context) -> Any:
        from tempfile import TemporaryDirectory

        from ..ml.client import Job
        from ..timeline.charts import charts
        from ..timeline.statistics import statistics
        from . import report_files

        desk.claim(self.bl_label)
        scene, backend = compat.edited_scene(context), preferences.backend(context)
        settings.seed(self, scene)
        self._page = report_options.path_of(self)
        shelf = footage_shelf.up_to_date(scene)
        self._shots = self._chosen(scene, shelf.shown)
        self._found = statistics(self._shots, shelf.rate, shelf.speech)
        self._charts = charts(self._found)
        self._plots = report_files.plots_folder(self._page) if self.report_plots else None
        pictures = [self._plots / f"{chart.name}.png" for chart in self._charts] if self._plots else []
        report_files.check(self._page, pictures, self.report_overwrite)
        self._folder = TemporaryDirectory(prefix="assistant-editor-report-")
        self._pictured = self._shots[: report_files.MOST_STILLS] if self.report_stills else ()
        asked = report_files.requests(self._pictured, self._charts, self._folder.name, self._plots) if backend.python else []
        self._job = desk.job = Job(backend, asked)
        self._job.start()
        return self._job

    def _chosen(self, scene: Any, shots: Any) -> Any:
        """The shots of the strips that are meant."""
        from ..timeline import requests
        from . import work

        names = [name for name in self.names.splitlines() if name]
        if names or self.strips != "ALL":
            meant = {strip.name for strip in requests.seen(work.look(scene), self.strips, names)}
            shots = tuple(shot for shot in shots if shot.strip in meant)
        if not shots:
            raise EditorError("There is no shot to report on.", "Add a movie strip, unmute it, and press Log Footage.", STALE)
        return shots

    def _finish(self, scene: Any, job: Any) -> set[str]:
        from ..ml.files import write_whole
        from ..timeline import report
        from ..timeline.outcome import Outcome
        from . import report_files

        with self._folder as folder:
            if job.state == "cancelled":
                raise EditorError(f"{self.bl_label} was cancelled.", "No page was written.", CANCELLED)
            stills = report_files.stills(folder, self._pictured)
        notes = self._notes(job, len(stills))
        source = self._source(scene, stills, notes)
        write_whole(self._page, report.html(source, self._found, self._charts, self._shots))
        latest[:] = [source, self._found, self._shots]
        plots = len(job.results.get((report_files.PLOTS, "extract"), {}).get("files", ()))
        told = f"{_shots(len(self._shots))} in {self._page}" + (f", {plots} plots in {self._plots}" if plots else "")
        return self._tell(Outcome(self.bl_label, notices=notes, partial=bool(job.failures), told=f"{told}."))

    def _notes(self, job: Any, stills: int) -> tuple[str, ...]:
        """What the reader must know: what was not looked at, and what could not be made."""
        lacking: dict[int, list[str]] = {}
        for engine, count in self._found.missing:
            lacking.setdefault(count, []).append(engine)
        every = len(self._found.seen)
        notes = [f"Not looked at for {', '.join(lacking[count])}: {count} of {every} shots." for count in sorted(lacking, reverse=True)]
        if not job.backend.python and (self.report_stills or self.report_plots):
            notes.append("Without the backend there are no stills and no plots as PNG. Set it up in the preferences.")
        elif stills < len(self._pictured):
            left = len(self._pictured) - stills
            notes.append(f"{_shots(left)} {'has' if left == 1 else 'have'} no still: the film cannot be read.")
        if self.report_stills and len(self._pictured) < len(self._shots):
            notes.append(f"Only the first {_shots(len(self._pictured))} have stills: the page would be too large.")
        notes += [f"{failure.message} {failure.remedy}".strip() for failure in job.failures]
        return tuple(dict.fromkeys(notes))

    def _source(self, scene: Any, stills: Any, notes: tuple[str, ...]) -> Any:
        from time import strftime

        from ..timeline.report import Source
        from ..timeline.timecode import Clock

        name = Path(bpy.data.filepath).name or "not saved"
        return Source(scene.name, f"{name}, {strftime('%Y-%m-%d %H:%M')}", Clock(self._found.rate), footage_shelf.shelf.zero, stills, notes)


def _shots(count: int) -> str:
    return "1 shot" if count == 1 else f"{count} shots"


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_write_report,)
