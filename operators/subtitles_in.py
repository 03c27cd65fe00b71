"""Read Subtitles: a file's captions on the timeline, merged with what an earlier reading wrote."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..ml.errors import BAD_INPUT, USAGE, EditorError
from ..timeline import compat
from .desk import desk
from .guard import Guarded
from .subtitle_options import ENCODINGS, KINDS, ONCE, seconds_of

if TYPE_CHECKING:
    from ..timeline.state import Timeline
    from ..timeline.subtitle_cues import Subtitles
    from ..timeline.subtitle_merge import Reading

TIMES = [
    ("auto", "Find Out", "The active strip's time where all strips show its medium, else the scene's"),
    ("scene", "Scene Time", "The file is of the whole edit: its beginning is the first frame of the scene's range"),
    ("strip", "Strip's Time", "The file is of the active strip's medium: captions stand wherever that is seen or heard"),
]


class ASSISTANT_EDITOR_OT_read_subtitles(Guarded, bpy.types.Operator):
    """Read a subtitle file as captions. Reading it again changes what changed, and leaves what you changed or deleted"""

    bl_idname = "assistant_editor.read_subtitles"
    bl_label = "Read Subtitles"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(name="File", description="The subtitle file to read", subtype="FILE_PATH", options=ONCE)
    filter_glob: StringProperty(
        default="*.srt;*.vtt;*.webvtt;*.ass;*.ssa;*.ttml;*.imsc;*.dfxp;*.itt;*.xml;*.sbv;*.csv;*.tsv;*.txt", options={"HIDDEN"}
    )
    time: EnumProperty(name="Time", description="What the file's times count from", items=TIMES, default="auto", options=ONCE)
    start: StringProperty(
        name="Start", description="What the file's clock shows at the first frame of the scene's range: a timecode, such as 01:00:00:00. "
        "Empty: the whole hours before its first caption, where that is an hour or later", options=ONCE,
    )  # fmt: skip
    kind: EnumProperty(name="Texts", description="What the file holds", items=KINDS, default="caption", options=ONCE)
    looks: BoolProperty(name="Looks", description="Take over italics, bold, colours, places and styles", default=True, options=ONCE)
    encoding: EnumProperty(name="Encoding", description="How the file's letters are stored", items=ENCODINGS, default="auto", options=ONCE)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._read, context)

    def _read(self, context: bpy.types.Context) -> None:
        from ..timeline.outcome import outcome
        from ..timeline.subtitle_merge import merged
        from ..timeline.write import apply
        from . import work

        scene = compat.edited_scene(context)
        timeline = work.look(scene)
        done = merged(timeline, self._reading(scene, timeline))
        written = apply(scene, timeline, done.changes, fresh=True)
        desk.show(outcome(self.bl_label, done.plan, done.changes, written.notices))
        assert desk.outcome is not None
        self.report({"INFO"}, " ".join([desk.outcome.line, *desk.outcome.notices]))

    def _reading(self, scene: Any, timeline: "Timeline") -> "Reading":
        from fractions import Fraction

        from ..timeline.subtitle_merge import Reading, guessed_zero
        from .look_options import caption_style

        path = Path(bpy.path.abspath(self.filepath))
        read = self._file(path, timeline)
        medium = _medium(timeline, self.time)
        zero = seconds_of(self.start, timeline.rate) if self.start.strip() else Fraction(0 if medium else guessed_zero(read.cues))
        if zero and not self.start.strip():
            self.report({"INFO"}, f"The file's clock shows {int(zero) // 3600:02}:00:00 at the scene's first frame. See Start.")
        style = caption_style(scene.assistant_editor)
        return Reading(read, path.name, self.kind, zero, medium, style, self.looks, compat.TEXT_BYTES)

    def _file(self, path: Path, timeline: "Timeline") -> "Subtitles":
        from ..timeline import subtitle_files

        if not self.filepath:
            raise EditorError("No file was named.", "Give filepath the subtitle file to read.", BAD_INPUT)
        if not path.is_file():
            raise EditorError(f"There is no file {str(path)!r}.", "Choose another.", BAD_INPUT)
        try:
            if path.stat().st_size > subtitle_files.LARGEST:
                raise EditorError(f"{path.name} is too large for subtitles.", "Choose a subtitle file.", BAD_INPUT)
            data = path.read_bytes()
        except OSError as reason:
            raise EditorError(f"{path.name} cannot be read: {reason.strerror}.", "Choose another file.", BAD_INPUT) from reason
        return subtitle_files.read(data, path.name, timeline.rate, "" if self.encoding == "auto" else self.encoding)


def _medium(timeline: "Timeline", time: str) -> str:
    """The medium whose time the file has, "" for the scene's. Raises `EditorError` where there is none and it was asked for."""
    active = next((strip for strip in timeline.strips if strip.active), None)
    known = active.medium if active is not None and active.source is not None else ""
    if time == "strip" and not known:
        why = active.unmapped or "its file cannot be read" if active is not None else "no strip with a medium is active"
        raise EditorError(f"The file cannot be of a strip: {why}.", "Click a movie or sound strip, or choose Scene Time.", USAGE)
    alone = {strip.medium for strip in timeline.strips} == {known}
    return known if time == "strip" or (time == "auto" and alone) else ""


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_read_subtitles,)
