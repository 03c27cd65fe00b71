"""Apply This Look: the look of one caption for others."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..ml.errors import BAD_INPUT, USAGE, EditorError
from ..timeline import compat
from . import look_options
from .guard import Guarded

if TYPE_CHECKING:
    from ..timeline.ledger import Record
    from ..timeline.state import Timeline

TO = [
    ("all", "All", "Every caption of this kind gets the look, and later ones"),
    ("speaker", "This Speaker", "Every caption of the same speaker gets the look, and later ones of his"),
    ("new", "New Ones", "Later captions get the look; those that stand keep theirs"),
]


class ASSISTANT_EDITOR_OT_apply_caption_look(Guarded, bpy.types.Operator):
    """Give the look of the active text strip to other captions"""

    bl_idname = "assistant_editor.apply_caption_look"
    bl_label = "Apply This Look"
    bl_options = {"REGISTER", "UNDO"}

    to: EnumProperty(name="To", description="Which captions get the look", items=TO, default="all", options={"SKIP_SAVE"})
    strip: StringProperty(name="Strip", description="The text strip whose look is meant; empty: the active one", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        return next(told for name, _label, told in TO if name == properties.to) + "."

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._apply, context)

    def _apply(self, context: bpy.types.Context) -> None:
        from ..timeline import restyle, undress
        from ..timeline.write import apply
        from . import work

        scene = compat.edited_scene(context)
        timeline = work.look(scene)
        self.strip = self.strip or undress.active_text(scene)
        record = _record(timeline, self.strip)
        style = undress.style_of_strip(scene, timeline, self.strip, record)
        kind = record.identity.kind if record is not None else "caption"
        settings, mine = scene.assistant_editor, kind == "caption"
        looks = look_options.speaker_looks(settings)
        if self.to == "new":
            changes = restyle.kept(timeline)
        elif self.to == "speaker":
            name = _speaker(record)
            changes = restyle.restyled(timeline, lambda other: style if other.speaker == name else None, kinds=(kind,), settle=not mine)
            looks[name] = style
        else:
            changes, looks = restyle.restyled(timeline, lambda _other: style, kinds=(kind,), settle=not mine), {}
        apply(scene, timeline, changes, fresh=True)
        if mine:
            look_options.put_speaker_looks(settings, looks)
        if mine and self.to != "speaker":
            look_options.put_style(settings, style)
        for notice in changes.notices:
            self.report({"INFO"}, notice)
        self.report({"INFO"}, _told(self.to, len({update.target for update in changes.updates if update.edit.identity.kind == kind})))


def _record(timeline: "Timeline", name: str) -> "Record | None":
    from ..timeline import restyle

    if not any(ref.name == name for ref in timeline.captions):
        raise EditorError("No text strip is active.", "Choose the caption whose look is meant.", USAGE)
    return restyle.record_of(timeline, name)


def _speaker(record: "Record | None") -> str:
    if record is None or not record.speaker:
        raise EditorError("Nobody knows who says this caption.", "Find the speakers first, or give the look to all captions.", BAD_INPUT)
    return record.speaker


def _told(to: str, count: int) -> str:
    if to == "new":
        return "Later captions will have this look."
    return f"{count} {'caption' if count == 1 else 'captions'} changed." if count else "They have this look already."


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_apply_caption_look,)
