"""The sequencer's sidebar tab: one button for the main job, a panel a feature, and what the last run said. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from .. import preferences
from ..ml.errors import CANCELLED, MISSING_BACKEND, MISSING_MODEL
from ..operators.desk import desk
from ..operators.library_shelf import shelf
from ..operators.options import SHOT_ASKS, SHOT_LIVE, draw_options
from ..timeline import compat
from ..timeline.tags import tag_of
from .text import columns, lines

SOON = 5
CERTAIN, DOUBTFUL = 0.8, 0.6


class Tab:
    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Assistant"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.space_data.view_type in {"SEQUENCER", "SEQUENCER_PREVIEW"}


def fields(panel: Any, context: bpy.types.Context) -> tuple[Any, Any]:
    """The panel's layout, with names beside their fields, and the settings of the edited scene."""
    layout = panel.layout
    layout.use_property_split, layout.use_property_decorate = True, False
    return layout, compat.edited_scene(context).assistant_editor


def unlisted(layout: Any, shelf: Any, scene: Any, operator: str, text: str) -> bool:
    """Whether a list has yet to be made for this scene; then a button that makes it stands in its place."""
    if shelf.scene == scene.session_uid:
        return False
    layout.operator(operator, text=text, icon="FILE_REFRESH")
    return True


class ASSISTANT_EDITOR_PT_main(Tab, bpy.types.Panel):
    bl_label = "Assistant Editor"

    def draw(self, context: bpy.types.Context) -> None:
        layout, width = self.layout, columns(context)
        if not preferences.backend(context).python:
            return self._not_set_up(layout, width)
        if shelf.indexing is not None:
            self._indexing(layout, shelf.indexing, width)
        if desk.running:
            return self._progress(layout, width)
        button = layout.row()
        button.scale_y = 1.8
        button.operator("assistant_editor.auto_edit", icon="SEQ_STRIP_DUPLICATE")
        self._last(layout, width)
        return None

    def _not_set_up(self, layout: Any, width: int) -> None:
        box = layout.box()
        lines(box, "The backend is not set up yet. It finds the shots and the words, in a Python of its own.", width, "INFO")
        show_preferences(box, "Set Up…")

    def _progress(self, layout: Any, width: int) -> None:
        job = desk.job
        assert job is not None
        layout.label(text=desk.title, icon="SORTTIME")
        layout.progress(text=f"{job.fraction:.0%}{left(job.seconds_left)}", factor=job.fraction, type="BAR")
        lines(layout, job.step, width)
        layout.operator("assistant_editor.cancel_job", text="Cancel  (Esc)", icon="X")

    def _indexing(self, layout: Any, run: Any, width: int) -> None:
        box = layout.box()
        told = "Indexing is paused" if run.paused else f"Indexing waits for {desk.title}" if run.waiting and desk.running else "Indexing"
        box.label(text=told, icon="PAUSE" if run.paused or run.waiting else "FILE_REFRESH")
        left_over = "" if run.paused or run.waiting else left(run.seconds_left)
        row = box.row(align=True)
        row.progress(text=f"{run.fraction:.0%}{left_over}", factor=run.fraction, type="BAR")
        row.operator("assistant_editor.pause_indexing", text="", icon="PLAY" if run.paused else "PAUSE")
        row.operator("assistant_editor.cancel_indexing", text="", icon="X")
        lines(box, run.step, width)

    def _last(self, layout: Any, width: int) -> None:
        if desk.error is not None:
            box = layout.box()
            red = box.column()
            red.alert = desk.error.code != CANCELLED
            lines(red, desk.error.message, width, "INFO" if desk.error.code == CANCELLED else "ERROR")
            if desk.error.remedy:
                lines(box, desk.error.remedy, width)
            if desk.error.code in (MISSING_BACKEND, MISSING_MODEL):
                show_preferences(box, "Open Preferences…")
        if desk.outcome is not None:
            box = layout.box()
            lines(box, f"{desk.outcome.what}: {desk.outcome.line}", width, "CHECKMARK")
            for notice in desk.outcome.notices:
                lines(box, notice, width, "ERROR" if desk.outcome.partial else "DOT")
            if desk.outcome.uncertain:
                box.operator("assistant_editor.next_uncertain", icon="VIEWZOOM")


def left(seconds: float | None) -> str:
    """How long it still takes, in words short enough for the bar."""
    if seconds is None:
        return ""
    if seconds < SOON:
        return ", a few seconds left"
    minutes, rest = divmod(round(seconds), 60)
    return f", {minutes} min {rest:02} s left" if minutes else f", {rest} s left"


def show_preferences(layout: Any, text: str) -> None:
    layout.operator("preferences.addon_show", text=text, icon="PREFERENCES").module = preferences.__package__


class ASSISTANT_EDITOR_PT_shots(Tab, bpy.types.Panel):
    bl_label = "Shots"
    bl_order = 1

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, (*SHOT_ASKS, *SHOT_LIVE))
        layout.operator("assistant_editor.detect_shots", icon="MOD_EDGESPLIT")


class ASSISTANT_EDITOR_PT_why(Tab, bpy.types.Panel):
    bl_label = "Why Here"
    bl_order = 6

    def draw(self, context: bpy.types.Context) -> None:
        from ..timeline.read import reasons_of

        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        strip = getattr(context, "active_strip", None)
        known = [(strip.name, tag) for tag in reasons_of(scene, strip)] if strip is not None else []
        here = [marker for marker in scene.timeline_markers if marker.frame == scene.frame_current or marker.select]
        known += [(marker.name, tag) for marker in here if (tag := tag_of(marker)) is not None]
        for name, tag in known:
            box = layout.box()
            icon = "CHECKMARK" if tag.confidence >= CERTAIN else "QUESTION" if tag.confidence >= DOUBTFUL else "ERROR"
            lines(box, f"{name}: {tag.kind}, {tag.confidence:.0%} sure", width, icon)
            lines(box, f"{tag.reason[:1].upper()}{tag.reason[1:]}.", width)
        if not known:
            lines(layout, "Select a strip, caption or marker that the assistant wrote, to see how sure it is and why.", width)
        layout.operator("assistant_editor.next_uncertain", icon="VIEWZOOM")
        layout.operator("assistant_editor.reset_ledger", text="Reset", icon="LOOP_BACK")


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_PT_main,
    ASSISTANT_EDITOR_PT_shots,
    ASSISTANT_EDITOR_PT_why,
)
