"""Preview: the frame at the playhead as an effect would make it, shown in the panel. Nothing in the file changes."""

import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import EnumProperty

from . import icons
from .desk import desk, redraw
from .effect_choices import KINDS
from .effect_stage import OPERATORS, kind_of
from .guard import OnStrips

if TYPE_CHECKING:
    from ..timeline.plan import Plan


@dataclass(frozen=True)
class Preview:
    """`told` is what to know about it, `names` what is marked in it, each with its kind."""

    path: str
    icon: int
    frame: int
    told: str
    names: tuple[tuple[str, str], ...] = ()


previews: "dict[str, Preview]" = {}
"""The last preview of each kind of effect."""
_numbers = itertools.count(1)


def show(operator: Any, scene: Any, planned: "Plan") -> set[str]:
    """What the operator has planned, as a picture for its panel. The operator then ends as if nothing had been: nothing was written."""
    from ..timeline.requests import Asked
    from ..timeline.write_preview import marks_at, rehearsal, render_still
    from . import work

    kind, frame = kind_of(operator), scene.frame_current
    here = [effect for effect in planned.effects if effect.frames.holds(frame)]
    path = str(Path(tempfile.gettempdir() if not bpy.app.tempdir else bpy.app.tempdir) / f"effect-{kind}-{next(_numbers)}.png")
    marks = marks_at(here, frame)
    with rehearsal(scene) as copy:
        copy.assistant_editor.captions_on_render = "burn"
        done = work.carry_out(copy, work.look(copy), planned, operator.bl_label, Asked(), (), ())
        render_still(copy, frame, path, marks)
    told = "; ".join(dict.fromkeys(effect.why.reason for effect in here)) or "Nothing is planned for the frame at the playhead"
    names = tuple(dict.fromkeys((mark.name, mark.kind) for mark in marks if mark.name))
    previews[str(kind)] = Preview(path, icons.icon_of(Path(path)), frame, told, names)
    redraw()
    desk.show()
    operator.report({"INFO"}, f"Preview of frame {frame}: {done.line} Nothing was written.")
    return {"CANCELLED"}


class ASSISTANT_EDITOR_OT_preview_effects(OnStrips, bpy.types.Operator):
    """Show the frame at the playhead as it would be, in this panel. Nothing is written"""

    bl_idname = "assistant_editor.preview_effects"
    bl_label = "Preview"

    kind: EnumProperty(name="Kind", description="Which effects are previewed", items=KINDS, default="reframe")

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return self._call("INVOKE_DEFAULT")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._call("EXEC_DEFAULT")

    def _call(self, how: str) -> set[str]:
        desk.preview = True
        try:
            ended = getattr(bpy.ops.assistant_editor, OPERATORS[self.kind])(how)
        except RuntimeError as reason:  # what an operator reports as an error, Blender raises; it was told already
            if desk.error is None:
                raise
            self.report({"ERROR"}, str(reason).removeprefix("Error: ").strip())
            ended = {"CANCELLED"}
        finally:
            desk.preview = False
        return {"CANCELLED"} if "CANCELLED" in ended and desk.error is not None else {"FINISHED"}


@persistent
def _on_load(*_: Any) -> None:
    """Another file looks otherwise."""
    previews.clear()


def register() -> None:
    bpy.app.handlers.load_pre.append(_on_load)


def unregister() -> None:
    bpy.app.handlers.load_pre.remove(_on_load)
    previews.clear()


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_preview_effects,)
