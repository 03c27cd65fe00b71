"""What Snap Cuts to Beats and Cut to Beats share: the music is one thing, the strips that are cut another."""

from __future__ import annotations

from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, STALE, EditorError
from . import beat_options, beats
from .beat_desk import shown
from .feature import Feature
from .job import JobOperator


class ByMusic(JobOperator):
    """Base of both. `strips` and `names` say what is cut; the music is an option of its own."""

    every_beat = False

    @property
    def features(self) -> tuple[Feature, ...]:  # type: ignore[override]
        music = self.beat_music  # type: ignore[attr-defined]

        def choose(timeline: Any, _which: Any, _names: Any) -> Any:
            from ..timeline import requests

            return requests.music(timeline, "AUTO", [music] if music else ())

        return (Feature("beats", choose, beat_options.task, beats._plan),)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from ..timeline import beat_grid, beat_plan, requests
        from ..timeline.read_layout import read_layout
        from . import beat_files

        facts = found.get("beats", {})
        music = requests.still_there(timeline, asked.strips.get("beats", ()), asked.others)
        if not music:
            raise EditorError("The music is no longer on the timeline.", "Choose it, and start again.", STALE)
        shown.show(scene, facts, music)
        grid = beat_options.grid(self)
        found_ticks, notices = beat_grid.ticks(facts, beats.as_heard(music, facts), grid, chosen=not self.every_beat)
        if not found_ticks:
            raise EditorError("No beats were heard." if not notices else notices[0], "Choose the music, or lower Least Sure.", BAD_INPUT)
        layout = read_layout(scene)
        plan = self.made(layout, found_ticks, {strip.name for strip in music})
        told = (*asked.left_out, *requests.warnings(timeline, found), *notices, *(job.notices if job else ()))
        plan = beat_plan.with_music(plan, beat_plan.heard(facts, music), told)
        if self.dry_run:  # type: ignore[attr-defined]
            return self._tell(beat_files.kept(self.bl_label, plan, layout, timeline))  # type: ignore[attr-defined]
        self._writing = True
        return self._tell(beat_files.carried_out(self.bl_label, scene, layout, plan))  # type: ignore[attr-defined]

    def made(self, layout: Any, ticks: Any, music: Any) -> Any:
        """The plan of what is to be done (`beat_plan.BeatPlan`)."""
        raise AssertionError(f"{type(self).__name__} says what it does")

    def meant(self, layout: Any, music: Any, fallback: bool) -> set[str]:
        """The strips that are cut. Raises `EditorError(BAD_INPUT)` for a name that is not there, and when none is meant."""
        there = {item.name for item in layout.items if item.name not in music}
        names = {name for name in self.names.splitlines() if name}
        if names - there:
            wrong = min(names - there)
            raise EditorError(f"There is no strip named {wrong!r} beside the music.", "", BAD_INPUT)
        chosen = {item.name for item in layout.items if item.selected} & there
        active = {bpy.context.active_strip.name} & there if self.strips == "ACTIVE" and bpy.context.active_strip else set()
        found = names or {"ALL": there, "ACTIVE": active}.get(self.strips, chosen)
        if not found and not (fallback and self.strips == "AUTO"):
            raise EditorError("No strip is selected beside the music.", "Select the strips that are to be cut.", BAD_INPUT)
        return found


CLASSES: tuple[type, ...] = ()
