"""Zooms, speed ramps and freeze frames as options, all of them live: what is listened for and looked at follows from what is on."""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty, FloatProperty, IntProperty

from .rule_options import exact

if TYPE_CHECKING:
    from ..timeline.planners.emphasis import EmphasisOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
ON = [
    ("words", "Words", "A punch-in on words that are louder, higher and longer than the speaker's others, to the end of the phrase"),
    ("jumps", "Jump Cuts", "Every second piece is shown closer, where something was cut out of one framing"),
    ("push", "Push", "Long shots are slowly pushed into, where the camera stands still"),
    ("ramps", "Ramps", "Speed changes so that cuts and impacts in the picture land on beats of the music. Sound stays"),
    ("freeze", "Freeze", "The picture is held at markers named Freeze; without any at the strongest impact of each strip"),
]  # fmt: skip


class EmphasisProps:
    emphasis_on: EnumProperty(
        name="Emphasise", description="What is done. Hold Shift to choose several", items=ON, default={"words"},
        options={"ENUM_FLAG", "SKIP_SAVE"},
    )  # fmt: skip
    emphasis_amount: FloatProperty(
        name="Zoom", description="By how much pictures are enlarged, less where a face would not stay inside", min=0.01, max=1.0,
        soft_max=0.5, default=0.15, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    emphasis_sensitivity: FloatProperty(
        name="Sensitivity", description="Higher takes words that are stressed less", min=0.0, max=1.0, default=0.5, subtype="FACTOR",
        options=ONCE,
    )  # fmt: skip
    emphasis_most: IntProperty(
        name="Words a Minute", description="Words that are emphasised in a minute at most: those stressed most", min=1, max=30, default=6,
        options=ONCE,
    )  # fmt: skip
    emphasis_ease: FloatProperty(
        name="Ease", description="Seconds in which a zoom comes and goes; 0: at once", min=0.0, max=2.0, default=0.25, precision=2, step=5,
        subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    emphasis_long: FloatProperty(
        name="Long Shot", description="Seconds a shot lasts at least to be pushed into", min=1.0, soft_max=60.0, default=8.0, precision=1,
        subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    emphasis_fastest: FloatProperty(
        name="Fastest", description="How many times as fast, or as slow, a ramp plays at most", min=1.1, max=4.0, default=2.0, precision=2,
        options=ONCE,
    )  # fmt: skip
    emphasis_hold: FloatProperty(
        name="Hold", description="Seconds a picture is held; it catches up in as many", min=0.1, max=10.0, default=1.0, precision=2,
        step=10, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip


LIVE = (
    "emphasis_on", "emphasis_amount", "emphasis_sensitivity", "emphasis_most", "emphasis_ease", "emphasis_long", "emphasis_fastest",
    "emphasis_hold",
)  # fmt: skip
NAMES = LIVE
ZOOMS = {"words", "jumps", "push"}
BESIDE = {
    "emphasis_amount": lambda props: bool(props.emphasis_on & ZOOMS),
    "emphasis_sensitivity": lambda props: "words" in props.emphasis_on,
    "emphasis_most": lambda props: "words" in props.emphasis_on,
    "emphasis_ease": lambda props: "words" in props.emphasis_on,
    "emphasis_long": lambda props: "push" in props.emphasis_on,
    "emphasis_fastest": lambda props: "ramps" in props.emphasis_on,
    "emphasis_hold": lambda props: "freeze" in props.emphasis_on,
}
"""What is shown only beside certain other options."""


def emphasis_plan(props: Any) -> "EmphasisOptions":
    from ..timeline.planners.emphasis import EmphasisOptions

    return EmphasisOptions(
        frozenset(props.emphasis_on), round(props.emphasis_amount, 4), round(props.emphasis_sensitivity, 4), props.emphasis_most,
        exact(round(props.emphasis_ease, 3)), exact(round(props.emphasis_long, 3)), round(props.emphasis_fastest, 4),
        exact(round(props.emphasis_hold, 3)),
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
