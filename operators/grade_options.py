"""Grading as options, all of them live."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

if TYPE_CHECKING:
    from ..timeline.planners.grade import GradeOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
DO = [
    ("balance", "Balance", "The exposure and white balance of every shot, as its own light asks for"),
    ("match", "Match", "The colours of the reference"),
    ("nothing", "Look Only", "Light and colours stay as they are, but for the look"),
]
LOOKS = [
    ("none", "None", "No look"),
    ("mood", "By Mood", "Each scene by what it feels like, as Log Footage found: bright and warm for happy, cold and low-key for tense"),
    ("warm", "Bright and Warm", "Lighter, warmer, a little more colour"),
    ("cold", "Cold and Low-Key", "Darker, bluer, less colour"),
    ("vivid", "Vivid", "More contrast and colour"),
    ("muted", "Muted", "Little colour, raised blacks"),
    ("harsh", "Harsh and Red", "Hard contrast, reddish"),
    ("soft", "Soft", "Little contrast"),
    ("tender", "Tender", "Light, pale and rosy"),
    ("playful", "Playful", "Bright and colourful"),
    ("dark", "Dark", "Darker, less colour"),
    ("bleached", "Bleach Bypass", "Hard contrast, hardly any colour"),
    ("grey", "Black and White", "No colour"),
]


class GradeProps:
    grade_do: EnumProperty(name="Light", description="What is done to light and colours", items=DO, default="balance", options=ONCE)
    grade_reference: StringProperty(
        name="Reference", description="What is matched: the name of a strip, or an image or film file. Empty: the active strip",
        default="", subtype="FILE_PATH", options=ONCE,
    )  # fmt: skip
    grade_strength: FloatProperty(
        name="Strength", description="How much of it is done", min=0.0, max=1.0, default=1.0, precision=2, subtype="FACTOR", options=ONCE
    )
    grade_exposure: BoolProperty(name="Exposure", description="Shots that are too dark or too bright", default=True, options=ONCE)
    grade_white: BoolProperty(name="White Balance", description="Shots that have a colour cast", default=True, options=ONCE)
    grade_together: BoolProperty(
        name="Scenes as One", description="Shots of one scene that show the same are made to look the same, and all get one balance. "
        "Scenes are those of Detect Scenes; without its markers, shots in a row that look alike", default=True, options=ONCE,
    )  # fmt: skip
    grade_look: EnumProperty(name="Look", description="What is laid over it", items=LOOKS, default="none", options=ONCE)
    grade_look_strength: FloatProperty(
        name="Look Strength", description="How much of the look", min=0.0, max=1.0, default=0.7, precision=2, subtype="FACTOR", options=ONCE
    )
    grade_style: StringProperty(
        name="Style", description="An ONNX file of a style network of yours: a film painted by it is laid over the strip, as much of it as "
        "Look Strength says. Empty: none", default="", subtype="FILE_PATH", options=ONCE,
    )  # fmt: skip


LIVE = (
    "grade_do", "grade_reference", "grade_strength", "grade_exposure", "grade_white", "grade_together", "grade_look", "grade_look_strength",
)  # fmt: skip
ASKS = ("grade_style",)
NAMES = (*LIVE, *ASKS)
BESIDE = {
    "grade_reference": lambda props: props.grade_do == "match",
    "grade_strength": lambda props: props.grade_do != "nothing",
    "grade_exposure": lambda props: props.grade_do == "balance",
    "grade_white": lambda props: props.grade_do == "balance",
    "grade_together": lambda props: props.grade_do != "nothing",
    "grade_look_strength": lambda props: props.grade_look != "none" or props.grade_style,
}
"""What is shown only beside certain other options."""


def grade_plan(props: Any, shots: Any) -> "GradeOptions":
    """`shots`: which boundaries are shots' ones."""
    from ..timeline.planners.grade import GradeOptions

    return GradeOptions(
        props.grade_do, round(props.grade_strength, 4), props.grade_exposure, props.grade_white, props.grade_together,
        "" if props.grade_look == "none" else props.grade_look, round(props.grade_look_strength, 4), bool(props.grade_style.strip()),
        shots,
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
