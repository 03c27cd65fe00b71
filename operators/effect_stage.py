"""What planners of effects know of the frame: the one `beside` of their features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..timeline import compat

if TYPE_CHECKING:
    from ..timeline.plan import EffectKind, Plan
    from ..timeline.stage import Stage
    from ..timeline.state import Timeline
    from .feature import Found

OPERATORS: dict[EffectKind, str] = {
    "reframe": "reframe", "privacy": "anonymise", "cutout": "cut_out", "grade": "grade", "transition": "add_transitions",
    "emphasis": "emphasise", "attachment": "attach", "stabilise": "stabilise",
}  # fmt: skip
"""Which operator writes effects of which kind."""


def kind_of(operator: Any) -> EffectKind | None:
    """The kind of effect an operator writes; None for one that writes none."""
    name = str(getattr(operator, "bl_idname", "")).lower().replace("_ot_", ".").rpartition(".")[2]
    return next((kind for kind, known in OPERATORS.items() if known == name), None)


def stage_of(scene: Any, timeline: Timeline, kind: EffectKind | None) -> Stage:
    from ..timeline.read_stage import stage

    return stage(scene, timeline, kind)


def beside(found: Found, timeline: Timeline, planned: Plan, operator: Any) -> dict[str, Any]:
    """`stage`: how pictures lie in the frame but for what this operator wrote; `timeline`: all that stands."""
    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    return {"stage": stage_of(scene, timeline, kind_of(operator)), "timeline": timeline}


CLASSES: tuple[type, ...] = ()
