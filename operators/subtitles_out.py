"""Write Subtitles: the captions as a file of any format."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .export import Export
from .subtitle_options import FORMATS, KINDS, ONCE, seconds_of


class ASSISTANT_EDITOR_OT_write_subtitles(Export, bpy.types.Operator):
    """Write captions or translations as a subtitle file, frame for frame: SRT, WebVTT, ASS, SSA, TTML, SBV or a table"""

    bl_idname = "assistant_editor.write_subtitles"
    bl_label = "Write Subtitles"
    ending, unsaved = ".srt", "captions"

    filter_glob: StringProperty(default="*.srt;*.vtt;*.ass;*.ssa;*.ttml;*.sbv;*.csv", options={"HIDDEN"})
    format: EnumProperty(name="Format", description="What kind of file", items=FORMATS, default="auto", options=ONCE)
    kind: EnumProperty(name="Texts", description="What is written", items=KINDS, default="caption", options=ONCE)
    sounds: BoolProperty(name="Sounds", description="Also what tells of sounds, such as [music]", default=True, options=ONCE)
    looks: BoolProperty(
        name="Looks", description="Italics, bold, colours, places and styles, where the format has them", default=True, options=ONCE
    )
    start: StringProperty(
        name="Start", description="What the file's clock shows at the first frame of the scene's range: a timecode, such as 01:00:00:00",
        default="00:00:00:00", options=ONCE,
    )  # fmt: skip
    language: StringProperty(name="Language", description="For TTML: the language's code, such as en or de-CH", options=ONCE)

    def check(self, context: bpy.types.Context) -> bool:
        from ..timeline.subtitle_files import FORMATS as KNOWN

        if self.format == "auto":
            return False
        path = str(Path(self.filepath).with_suffix(KNOWN[self.format][1][0])) if self.filepath else ""
        changed = path != self.filepath
        self.filepath = path
        return changed

    def text(self, scene: Any) -> bytes:
        from ..timeline import subtitles
        from ..timeline.subtitle_files import format_of
        from ..timeline.undress import styles_of
        from . import work

        format = format_of(self.filepath) if self.format == "auto" else self.format
        line = work.look(scene)
        wanted = subtitles.Wanted(self.kind, self.sounds, self.looks)
        known = styles_of(scene, line, wanted.kinds) if self.looks else {}
        size = (scene.render.resolution_x, scene.render.resolution_y)
        return subtitles.file(line, format, wanted, known, seconds_of(self.start, line.rate), size, self.language.strip())


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_write_subtitles,)
