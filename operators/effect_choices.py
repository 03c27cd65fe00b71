"""What the editor chooses for single shots: nothing is done there, or something else than elsewhere."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import EnumProperty

from ..timeline import compat
from .effect_stage import OPERATORS
from .guard import Guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..timeline.plan import EffectKind
    from ..timeline.shot_list import Row
    from ..timeline.stage import Choice

KINDS = [
    ("reframe", "Reframe", "The virtual camera"),
    ("privacy", "Anonymise", "Covered faces and things"),
    ("cutout", "Cut Out", "Mattes and masks"),
    ("grade", "Grade", "Exposure, white balance and colours"),
    ("transition", "Transitions", "Dissolves, dips, wipes and pushes"),
    ("emphasis", "Emphasis", "Punch-ins, pushes, ramps and freezes"),
    ("attachment", "Attached Graphics", "What follows a face or a thing"),
    ("stabilise", "Stabilise", "Camera shake taken out"),
]


def shots(scene: Any) -> "list[Row]":
    """The shots something can be chosen for. Raises `EditorError` when the timeline cannot be read."""
    from . import known

    return [row for row in known.look(scene).rows if row.source is not None and row.medium]


def shot_of(rows: "Sequence[Row]", scene: Any) -> "Row | None":
    """The one at the playhead, of the active strip where it is there; None between shots."""
    from ..timeline import shot_list

    active, frame = scene.sequence_editor.active_strip, scene.frame_current
    return (shot_list.at(rows, frame, active.name) if active is not None else None) or shot_list.at(rows, frame)


def shot_here(scene: Any) -> "Row":
    """The shot at the playhead. Raises `EditorError(USAGE)` where there is none."""
    from ..ml.errors import USAGE, EditorError

    row = shot_of(shots(scene), scene)
    if row is None:
        raise EditorError("There is no shot of a film at the playhead.", "Move the playhead onto one.", USAGE)
    return row


def choose_for_shot(scene: Any, kind: "EffectKind", what: str, value: str | None) -> "Row":
    """Keeps what is chosen for the shot at the playhead; None: nothing any more. Gives the shot. Undone with the operator that calls it."""
    from ..timeline import effect_choices as choices
    from ..timeline.read import keeper
    from ..timeline.stage import Choice
    from ..timeline.tags import choices_of, put_choices

    row = shot_here(scene)
    assert row.source is not None
    kept_by = keeper(scene)
    known = choices.load(choices_of(kept_by))
    if value is None:
        known = choices.without(known, kind, row.medium, row.source, what)
    else:
        known = choices.chosen(known, Choice(kind, row.medium, row.source, what, value))
    put_choices(kept_by, choices.dump(known))
    return row


def chosen_here(scene: Any, kind: "EffectKind", what: str) -> str | None:
    """What is chosen for the shot at the playhead, None for nothing."""
    from ..timeline.effect_choices import load
    from ..timeline.read import keeper
    from ..timeline.tags import choices_of

    row = shot_here(scene)
    return chosen_for(row, [one for one in load(choices_of(keeper(scene))) if (one.kind, one.what) == (kind, what)])


def chosen_for(row: "Row", choices: "Sequence[Choice]") -> str | None:
    """The value of the latest of these choices that is about this shot, None where none is."""
    assert row.source is not None
    middle = (row.source.start + row.source.end) / 2
    return next((one.value for one in reversed(choices) if one.medium == row.medium and one.span.holds(middle)), None)


def follow(scene: Any, kind: "EffectKind", row: "Row | None" = None) -> str:
    """Plans the effects of this kind anew where any stand, as their button does. Says what is left to do, "" when nothing is.

    Graphics of other shots than that of `row` keep the options they were attached with.
    """
    from ..timeline.effect_ledger import load
    from ..timeline.read_effects import effects_text

    records = [record for record in load(effects_text(scene)).records if record.identity.kind == kind]
    standing = compat.open_sequence(scene).strips
    names = sorted({record.strip for record in records if record.strip in standing})
    operator = getattr(bpy.ops.assistant_editor, OPERATORS[kind], None)
    only = {}
    if kind == "attachment" and row is not None and row.source is not None:
        names = [name for name in names if any(one.strip == name and one.identity.medium == row.medium for one in records)]
        only = {"attach_only": str((row.source.start + row.source.end) / 2)}
    if not names or operator is None:
        return f"{next(name for known, name, _told in KINDS if known == kind)} will heed it."
    try:
        operator("EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT", names="\n".join(names), **only)
    except RuntimeError as reason:  # as Blender hands on what the operator said went wrong; the choice itself is kept
        return f"What stands follows when it can be planned again. {str(reason).strip().removeprefix('Error: ')}"
    return ""


class ASSISTANT_EDITOR_OT_leave_shot_out(Guarded, bpy.types.Operator):
    """Do nothing of this kind to the shot at the playhead, and take away what was written there; pressed again, it is in again"""

    bl_idname = "assistant_editor.leave_shot_out"
    bl_label = "Leave This Shot Out"
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(name="Kind", description="Which effects leave the shot out", items=KINDS, default="reframe")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._toggle, context)

    def _toggle(self, context: bpy.types.Context) -> None:
        scene = compat.edited_scene(context)
        out = chosen_here(scene, self.kind, "leave") is None
        row = choose_for_shot(scene, self.kind, "leave", "" if out else None)
        told = f"Shot {row.number} of {row.strip!r} is {'left out' if out else 'in again'}."
        self.report({"INFO"}, " ".join(part for part in (told, follow(scene, self.kind, row)) if part))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_leave_shot_out,)
