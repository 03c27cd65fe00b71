"""Transitions as options, all of them live."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty

from .rule_options import exact

if TYPE_CHECKING:
    from ..timeline.planners.transitions import TransitionOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
AT = [
    ("scenes", "Scenes", "Where a scene begins: at the markers of Detect Scenes where there are any, else as it would find them"),
    ("cuts", "Every Cut", "Wherever two strips meet that show different shots"),
]
WAYS = [
    ("auto", "By Rule", "A push where both cameras move the same way, else a dissolve"),
    ("dissolve", "Dissolve", "One picture turns into the other"),
    ("dip", "Dip", "The picture goes to a colour, and the other one comes from it. Needs nothing beyond the cut"),
    ("wipe", "Wipe", "A soft edge crosses the frame"),
    ("push", "Push", "The new picture pushes the old one out of the frame"),
]
LACKING = [
    ("dip", "Dip", "A dip, which needs no more pictures than are seen"),
    ("leave", "Leave as It Is", "The cut stays a cut"),
]
COLORS = [("black", "Black", "Dips go to black"), ("white", "White", "Dips go to white")]
DIRECTIONS = [
    ("auto", "As the Camera", "Where both cameras make the pictures go; to the left where they do not move alike"),
    ("left", "Left", "Pictures go to the left"),
    ("right", "Right", "Pictures go to the right"),
    ("up", "Up", "Pictures go up"),
    ("down", "Down", "Pictures go down"),
]


class TransitionProps:
    transition_at: EnumProperty(name="At", description="Which cuts get a transition", items=AT, default="scenes", options=ONCE)
    transition_way: EnumProperty(name="Kind", description="How one picture leads to the other", items=WAYS, default="auto", options=ONCE)
    transition_strength: FloatProperty(
        name="Strength", description="So many times as long as the rhythm asks for: a quarter of the shots around, whole beats of music",
        min=0.1, soft_max=3.0, max=10.0, default=1.0, precision=2, options=ONCE,
    )  # fmt: skip
    transition_seconds: FloatProperty(
        name="Seconds", description="How long each is, as far as media and speech leave room; 0: by the rhythm",
        min=0.0, soft_max=4.0, default=0.0, precision=2, step=10, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    transition_lacking: EnumProperty(
        name="Without Material", description="What becomes of a cut beyond which the films have no more pictures of these shots",
        items=LACKING, default="dip", options=ONCE,
    )  # fmt: skip
    transition_color: EnumProperty(name="Dip To", description="The colour of dips", items=COLORS, default="black", options=ONCE)
    transition_direction: EnumProperty(
        name="Direction", description="Where pushes and wipes go", items=DIRECTIONS, default="auto", options=ONCE
    )
    transition_clear: BoolProperty(
        name="Clear of Speech", description="Never while somebody speaks: between two words of a sentence there is none, elsewhere it is "
        "as short as the pause", default=True, options=ONCE,
    )  # fmt: skip


LIVE = (
    "transition_at", "transition_way", "transition_strength", "transition_seconds", "transition_lacking", "transition_color",
    "transition_direction", "transition_clear",
)  # fmt: skip
NAMES = LIVE
BESIDE = {
    "transition_lacking": lambda props: props.transition_way != "dip",
    "transition_color": lambda props: props.transition_way == "dip" or props.transition_lacking == "dip",
    "transition_direction": lambda props: props.transition_way in ("auto", "push", "wipe"),
}
"""What is shown only beside certain other options."""


def transition_plan(props: Any) -> "TransitionOptions":
    from ..timeline.planners.transitions import TransitionOptions

    return TransitionOptions(
        props.transition_at, props.transition_way, round(props.transition_strength, 4), exact(round(props.transition_seconds, 3)),
        props.transition_lacking, props.transition_color, props.transition_direction, props.transition_clear,
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
