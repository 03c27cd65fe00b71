"""Stabilising as options, all of them live."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty

if TYPE_CHECKING:
    from ..ml.facts import SteadinessOptions
    from ..timeline.planners.stabilise import StabiliseOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
PATHS = [
    ("l1", "Like a Tripod", "The camera stands still, moves evenly or gets evenly faster, as far as the crop allows (L1-optimal path)"),
    ("gaussian", "Like a Gimbal", "The camera goes where it went, smoothly (Gaussian)"),
]


class StabiliseProps:
    stabilise_method: EnumProperty(name="Path", description="How the camera is to move", items=PATHS, default="l1", options=ONCE)
    stabilise_strength: FloatProperty(
        name="Strength", description="How much of the shake is taken out: more uses more of the crop", min=0.0, max=1.0, default=1.0,
        subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    stabilise_crop: FloatProperty(
        name="Most Crop", description="By so many percent the picture is enlarged at most, so that its edges are never seen",
        min=1.0, soft_max=30.0, max=100.0, default=10.0, precision=1, subtype="PERCENTAGE", options=ONCE,
    )  # fmt: skip
    stabilise_turns: BoolProperty(name="Roll", description="Take out how the camera tilts to the sides", default=True, options=ONCE)
    stabilise_grows: BoolProperty(
        name="Size", description="Take out how the picture grows and shrinks, as in somebody's walk", default=True, options=ONCE
    )
    stabilise_tolerance: FloatProperty(
        name="Tolerance", description="Pixels by which the picture may miss its place: more makes fewer keyframes",
        min=0.05, soft_max=5.0, max=50.0, default=0.5, precision=2, subtype="PIXEL", options=ONCE,
    )  # fmt: skip


LIVE = (
    "stabilise_method", "stabilise_strength", "stabilise_crop", "stabilise_turns", "stabilise_grows", "stabilise_tolerance",
)  # fmt: skip
NAMES = LIVE


def task(_props: Any) -> "SteadinessOptions":
    """What the worker is asked."""
    from ..ml.facts import SteadinessOptions

    return SteadinessOptions()


def stabilising(props: Any) -> "StabiliseOptions":
    """What the properties mean."""
    from ..timeline.planners.stabilise import StabiliseOptions

    return StabiliseOptions(
        props.stabilise_method, round(props.stabilise_strength, 4), round(props.stabilise_crop / 100, 6), props.stabilise_turns,
        props.stabilise_grows, round(props.stabilise_tolerance, 4),
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
