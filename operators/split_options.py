"""J- and L-cuts as options, all of them live."""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty, FloatProperty

from .rule_options import exact

if TYPE_CHECKING:
    from ..timeline.split_edits import SplitOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
SHAPES = [
    ("auto", "By What Is Said", "An L-cut after a question, so that who is asked is seen; else a J-cut"),
    ("j", "J-Cut", "The next one is heard before he is seen"),
    ("l", "L-Cut", "The next one is seen while the one before is still heard"),
]
MOVES = [
    ("auto", "What Can", "The picture's cut where the films have the pictures, else the sound's within the pause"),
    ("picture", "Picture", "The picture's cut goes into the words beside it; what is heard stays as it is"),
    ("sound", "Sound", "The sound's cut goes to an end of the pause between the words; what is seen stays as it is"),
]


class SplitProps:
    split_seconds: FloatProperty(
        name="Overlap", description="Seconds of speech heard with the other one's picture, as near as whole words allow",
        min=0.1, soft_max=3.0, default=0.6, precision=2, step=10, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    split_shape: EnumProperty(name="Shape", description="Which of the two is made", items=SHAPES, default="auto", options=ONCE)
    split_moves: EnumProperty(name="Move", description="Which cut is moved", items=MOVES, default="auto", options=ONCE)


LIVE = ("split_seconds", "split_shape", "split_moves")
NAMES = LIVE


def split_plan(props: Any) -> "SplitOptions":
    from ..timeline.split_edits import SplitOptions

    return SplitOptions(exact(round(props.split_seconds, 3)), props.split_shape, props.split_moves)


CLASSES: tuple[type, ...] = ()
