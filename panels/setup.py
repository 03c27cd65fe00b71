"""The three pages of the add-on's preferences. Reads `operators.status`, computes nothing."""

from __future__ import annotations

from typing import Any

import bpy

from .. import preferences
from ..ml import backend, model_table
from ..operators import task
from ..operators.status import Look, look_again, status
from .text import columns, lines

USUAL = ("whisper-tiny.en", "whisper-base")
"""Of the many sizes of Whisper those that are shown at once; every other model is."""
TASKS = {
    "shots": "Finding shots", "looks": "Comparing pictures", "faces": "Faces and people", "transcript": "Speech to text",
    "align": "Word times", "speakers": "Telling voices apart", "sounds": "Sounds", "beats": "Beats",
    "texts": "Meaning and feelings of texts", "objects": "Finding things", "mattes": "Cutting out",
}  # fmt: skip


def draw(layout: Any, chosen: Any, context: bpy.types.Context) -> None:
    """All of it. The first time, a look-up is started; it draws again when that is done."""
    if status.seen is None:
        look_again(preferences.places())
    layout.use_property_decorate = False
    layout.row().prop(chosen, "page", expand=True)
    width = columns(context, 40, 14)
    if status.seen is None:
        layout.label(text="Looking…")
        return
    {"BACKEND": _backend, "MODELS": _models, "CACHE": _cache}[chosen.page](layout, chosen, status.seen, width)


def _message(layout: Any, page: str, width: int) -> None:
    """What goes on now, with a button to stop it; else what the last action said."""
    running = task.shown()
    if running is not None and running.page == page:
        row = layout.split(factor=0.85, align=True)
        row.progress(text=running.step, factor=running.fraction, type="BAR")
        row.operator("assistant_editor.cancel_backend", text="Stop", icon="X")
    elif page in status.messages:
        error, text = status.messages[page]
        box = layout.box()
        box.alert = error
        lines(box, text, width, "ERROR" if error else "INFO")


def _network(layout: Any, width: int) -> None:
    if not bpy.app.online_access:
        box = layout.box()
        lines(box, "Blender may not use the network, so nothing can be downloaded. You can allow it here:", width, "INTERNET_OFFLINE")
        box.prop(bpy.context.preferences.system, "use_online_access", text="Allow Online Access")


def _backend(layout: Any, chosen: Any, seen: Look, width: int) -> None:
    _in_use(layout, chosen, seen, width)
    _message(layout, "BACKEND", width)
    box = layout.box()
    box.label(text="Install again" if seen.environment else "Install", icon="IMPORT")
    _network(box, width)
    column = box.column()
    column.use_property_split = True
    column.prop(chosen, "variant")
    column.prop(chosen, "named", placeholder="The best one found")
    python = next((one for one in seen.interpreters if not one.problem and chosen.named in ("", one.path)), None)
    variant = backend.VARIANTS[seen.sensible if chosen.variant == "AUTO" else chosen.variant.lower()]
    if python is not None:
        lines(box, f"Made with Python {python.version} ({python.origin}): {python.path}", width, "CHECKMARK")
    elif not chosen.named:
        lines(box, "No Python 3.10 to 3.13 was found. Install Python 3.11, then look again.", width, "ERROR")
    lines(
        box,
        f"{variant.label}: {variant.note}. Downloads about {backend.megabytes(variant.download)}, "
        f"takes {backend.megabytes(variant.installed)} on the disk. Blender's own Python is not touched.",
        width, "DISK_DRIVE",
    )  # fmt: skip
    if _fold(box, chosen, "show_pythons"):
        _pythons(box, seen, width)
    if _fold(box, chosen, "show_licences"):
        _licences(box, variant)
    row = box.row()
    row.scale_y = 1.4
    row.enabled = bpy.app.online_access and python is not None
    start = row.operator("assistant_editor.build_backend", text="Install Again" if seen.environment else "Install Backend", icon="IMPORT")
    start.variant, start.again, start.python = chosen.variant, seen.environment is not None, chosen.named
    if _fold(layout, chosen, "show_existing"):
        box = layout.box()
        lines(box, "Choose the python program inside an environment that holds the libraries above. It is tested before it is used.", width)
        box.prop(chosen, "existing")
        box.operator("assistant_editor.use_environment", icon="CHECKMARK").python = chosen.existing


def _in_use(layout: Any, chosen: Any, seen: Look, width: int) -> None:
    box = layout.box()
    if not seen.python:
        lines(box, "The backend is not installed yet. It finds shots and words, in a Python of its own beside Blender.", width, "INFO")
        return
    row = box.split(factor=0.75)
    own = seen.environment is not None and not seen.places.existing
    row.label(text="Backend installed" if own else "Your own environment is used", icon="CHECKMARK")
    row = row.row(align=True)
    row.operator("assistant_editor.test_backend", icon="PLAY")
    row.operator("assistant_editor.look_again", text="", icon="FILE_REFRESH")
    lines(box, seen.python, width)
    if own and seen.outdated:
        lines(box, "It was made for another version of the add-on. Install it again.", width, "ERROR")
    if own and seen.environment is not None and status.test is None:
        facts = (f"Python {seen.environment.version}", *seen.environment.libraries, seen.environment.device)
        lines(box, ", ".join(facts), width)
    if status.test is not None:
        facts = (f"Python {status.test.version}", *(" ".join(pair) for pair in status.test.versions), status.test.device)
        lines(box, ", ".join(fact for fact in facts if fact), width)
        for problem in status.test.problems:
            lines(box, problem, width, "ERROR")
    if seen.environment is not None and chosen.in_use == "OTHER":
        box.row().prop(chosen, "in_use", expand=True)


def _pythons(layout: Any, seen: Look, width: int) -> None:
    for one in seen.interpreters:
        text = f"{one.version} {one.path} ({one.origin})".strip() + (f": {one.problem}" if one.problem else "")
        lines(layout, text, width, "X" if one.problem else "CHECKMARK")
    layout.operator("assistant_editor.look_again", icon="FILE_REFRESH")


def _licences(layout: Any, variant: Any) -> None:
    flow = layout.column(align=True)
    for package in backend.packages(variant):
        split = flow.split(factor=0.33)
        split.label(text=package.name)
        split = split.split(factor=0.6)
        split.label(text=package.licence)
        split.label(text=package.use)


def _fold(layout: Any, chosen: Any, name: str) -> bool:
    row = layout.row()
    row.alignment = "LEFT"
    opened = bool(getattr(chosen, name))
    row.prop(chosen, name, icon="DOWNARROW_HLT" if opened else "RIGHTARROW", emboss=False)
    return opened


def _folder(layout: Any, used: str, chosen: str, width: int) -> None:
    """Which folder it is, where the field above does not say so."""
    if used != bpy.path.abspath(chosen):
        lines(layout, used, width)


def _models(layout: Any, chosen: Any, seen: Look, width: int) -> None:
    _message(layout, "MODELS", width)
    _network(layout, width)
    layout.prop(chosen, "models_folder", placeholder="The add-on's own folder")
    _folder(layout, seen.places.models, chosen.models_folder, width)
    rows = [
        one
        for one in seen.models
        if chosen.show_sizes or one.model.task != "transcript" or one.model.name in USUAL or one.state != "absent"
    ]
    for task_name in dict.fromkeys(one.model.task for one in rows):
        box = layout.box()
        box.label(text=TASKS.get(task_name, task_name.capitalize()))
        for one in rows:
            if one.model.task == task_name:
                _model(box, one)
        if task_name == "objects":
            box.operator("assistant_editor.use_own_detector", icon="FILE_FOLDER")
    _fold(layout, chosen, "show_sizes")


def _model(layout: Any, one: Any) -> None:
    state = {"installed": "CHECKMARK", "absent": "RADIOBUT_OFF", "damaged": "ERROR", "unverified": "QUESTION"}[one.state]
    split = layout.split(factor=0.52)
    split.label(text=one.model.title, icon=state)
    split = split.split(factor=0.7)
    split.label(text=f"{backend.megabytes(one.size or one.model.size)}, {one.model.licence}, {_source(one.model)}")
    row = split.row(align=True)
    row.alignment = "RIGHT"
    if one.state != "installed" and one.model.sources:
        row.operator("assistant_editor.get_model", text="", icon="IMPORT").model = one.model.name
        row.operator("assistant_editor.use_local_model", text="", icon="FILE_FOLDER").model = one.model.name
    if one.state != "absent":
        row.operator("assistant_editor.verify_model", text="", icon="FILE_REFRESH").model = one.model.name
        row.operator("assistant_editor.remove_model", text="", icon="TRASH").model = one.model.name


def _source(model: Any) -> str:
    if not model.sources:
        return "your own"
    first = model.sources[0]
    if isinstance(first, model_table.FromPackages):
        return "Python package"
    if isinstance(first, model_table.FromHub):
        return "OpenAI" if model.task == "transcript" else "its publisher"
    return "OpenAI, converted"


def _cache(layout: Any, chosen: Any, seen: Look, width: int) -> None:
    _message(layout, "CACHE", width)
    text = "What was found in a medium is kept, so that the next run on it takes no time. It never leaves this computer."
    lines(layout, text, width, "INFO")
    layout.prop(chosen, "cache_folder", placeholder="The add-on's own folder")
    _folder(layout, seen.places.cache, chosen.cache_folder, width)
    row = layout.row()
    row.label(text=f"In use: {backend.megabytes(seen.cache_bytes) if seen.cache_bytes else 'nothing'}")
    row.prop(chosen, "cache_limit", text="Limit (MB)")
    layout.operator("assistant_editor.clear_cache", icon="TRASH")


CLASSES: tuple[type, ...] = ()
