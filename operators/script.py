"""Take Words from Script: captions say what the script says, when it is said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .desk import desk
from .guard import Guarded

if TYPE_CHECKING:
    from ..ml.facts import Transcript
    from ..timeline.plan import Plan
    from ..timeline.script import Scripted
    from ..timeline.state import StripRef

_latest: "list[tuple[str, Mapping[str, Transcript], Scripted]]" = []
LARGEST = 20_000_000
"""Bytes a script has at most."""


def with_script(planner: Any, transcripts: "Mapping[str, Transcript]", strips: "Sequence[StripRef]", name: str) -> "Plan":
    """`planner(transcripts, cast)`, with the words of the script of that name where they are said; how it differs goes into a text.

    `cast` is `script.cast`'s: whom the script lets speak.
    """
    if not name or not transcripts:
        return planner(transcripts, ({}, {}))
    from ..timeline import script, script_report

    text = _text(name)
    if not _latest or _latest[0][:2] != (text, transcripts):
        _latest[:] = [(text, dict(transcripts), script.take_words(text, transcripts))]
    found = _latest[0][2]
    notices, whole = script_report.report(found, strips, Path(name).name)
    listed = bpy.data.texts.get(script_report.NAME) or bpy.data.texts.new(script_report.NAME)
    if listed.as_string() != whole:
        listed.from_string(whole)
    planned = planner(found.transcripts, script.cast(found))
    return replace(planned, notices=(*planned.notices, *notices))


def _text(name: str) -> str:
    held = bpy.data.texts.get(name)
    if held is not None:
        return held.as_string()
    return read(bpy.path.abspath(name))


def read(path: str) -> str:
    """A script's text. Raises `EditorError(BAD_INPUT)` for no file, an empty one, or one that is no plain text."""
    from ..timeline.script_text import plain

    file = Path(path)
    remedy = "Choose another under Script, or empty the field."
    if not file.is_file():
        raise EditorError(f"There is no text or file {path!r} to take words from.", remedy, BAD_INPUT)
    try:
        if file.stat().st_size > LARGEST:
            raise EditorError(f"{file.name} is too large for a script.", remedy, BAD_INPUT)
        return plain(file.read_bytes(), file.name)
    except OSError as reason:
        raise EditorError(f"{file.name} cannot be read: {reason.strerror}.", remedy, BAD_INPUT) from reason


class ASSISTANT_EDITOR_OT_take_script(Guarded, bpy.types.Operator):
    """Caption what is heard with the words of a script (text, dialogue or screenplay); the project keeps the text for later runs"""

    bl_idname = "assistant_editor.take_script"
    bl_label = "Take Words from Script"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", description="The script: plain text or Fountain", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default="*.txt;*.fountain;*.spmd;*.md", options={"HIDDEN"})
    pressed = False

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._take, context)

    def _take(self, context: bpy.types.Context) -> None:
        if not self.filepath:
            raise EditorError("No file was named.", "Give filepath the script to read.", BAD_INPUT)
        path = bpy.path.abspath(self.filepath)
        text = read(path)
        settings = compat.edited_scene(context).assistant_editor
        name, held = Path(path).name, bpy.data.texts.get(settings.script)
        if held is None or re.sub(r"\.\d{3}$", "", held.name) != name:  # another script, or a text of the user's own: that stays as it is
            held = bpy.data.texts.new(name)
        held.from_string(text)
        settings.script = held.name
        how = "INVOKE_DEFAULT" if self.pressed and not bpy.app.background else "EXEC_DEFAULT"
        try:
            bpy.ops.assistant_editor.auto_captions(how)
        except RuntimeError as reason:
            raise desk.error or reason from reason


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_take_script,)
