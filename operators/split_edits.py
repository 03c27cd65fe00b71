"""J- and L-cuts: made by the words around cuts between two who speak, and taken back."""

from typing import Any

import bpy
from bpy.props import StringProperty

from ..timeline import compat
from . import split_options, transition_facts
from .desk import desk
from .feature import Feature
from .guard import Guarded
from .job import HIDDEN, JobOperator
from .options import draw_options


def _words(_props: Any) -> Any:
    from . import caption_options

    return caption_options.transcript_task(compat.edited_scene(bpy.context).assistant_editor)


def _shots(_props: Any) -> Any:
    from . import options

    return options.shots_task(compat.edited_scene(bpy.context).assistant_editor)


class ASSISTANT_EDITOR_OT_split_edits(split_options.SplitProps, JobOperator, bpy.types.Operator):
    """Let somebody be heard before he is seen, or while another is seen: one of two cuts moves, no word is lost, sync stays"""

    bl_idname = "assistant_editor.split_edits"
    bl_label = "Make J- and L-Cuts"
    features = (
        Feature("transcript", transition_facts.spoken, _words, transition_facts.nothing),
        Feature("shots", transition_facts.touching, _shots, transition_facts.nothing),
    )
    live = split_options.LIVE
    asks = ("strips",)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from . import split_work

        self._writing = True
        return self._tell(split_work.split(self.bl_label, scene, timeline, asked, found, split_options.split_plan(self), job))


class ASSISTANT_EDITOR_OT_join_split_edits(Guarded, bpy.types.Operator):
    """Put picture and sound of J- and L-cuts back to one frame: of the selected strips, of all where none is selected"""

    bl_idname = "assistant_editor.join_split_edits"
    bl_label = "Take Back J- and L-Cuts"
    bl_options = {"REGISTER", "UNDO"}

    names: StringProperty(
        name="Names", description="Names of the strips that are meant, one a line; goes before what is selected", options=HIDDEN
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._join, context)

    def draw(self, context: bpy.types.Context) -> None:
        draw_options(self.layout, self, ())

    def _join(self, context: bpy.types.Context) -> None:
        from . import split_work

        outcome = split_work.join(self.bl_label, compat.edited_scene(context), [name for name in self.names.splitlines() if name])
        desk.show(outcome)
        self.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_split_edits, ASSISTANT_EDITOR_OT_join_split_edits)
