"""Faces and people as options, and what is asked of the worker about them."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, IntProperty

if TYPE_CHECKING:
    from ..ml.facts import FacesOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""


class PeopleAsks:
    faces_per_second: IntProperty(
        name="Looks a Second", description="How many frames of each second are looked at for faces", min=1, max=30, default=3, options=ONCE
    )


class PeopleState(PeopleAsks):
    """For the scene's settings."""


class ClearOfFaces:
    """Of captions. Live."""

    clear_of_faces: BoolProperty(
        name="Clear of Faces",
        description="A caption that would cover a face stands at the top instead, where faces were found (Find Faces)",
        default=True, options=ONCE,
    )  # fmt: skip


PEOPLE_ASKS = ("faces_per_second",)
NAMES = PEOPLE_ASKS


def faces_task(props: Any) -> "FacesOptions":
    """People are known only where the user of this computer has said so; what is not installed is not asked for."""
    from fractions import Fraction

    from ..ml.facts import FacesOptions
    from . import people_known
    from .voice_options import _there

    return FacesOptions(
        per_second=Fraction(props.faces_per_second),
        identity=people_known.consent() and _there("dlib-face-resnet"),
        expression=_there("fer-mini-xception"),
    )


def absent() -> tuple[str, ...]:
    """What cannot be had on this machine, in sentences."""
    from . import people_known
    from .voice_options import _there

    lacking = "{}: the model for it is not installed. Get {} on the Models page of the preferences."
    told = []
    if people_known.consent() and not _there("dlib-face-resnet"):
        told.append(lacking.format("Nobody is known by face", "dlib-face-resnet"))
    if not _there("fer-mini-xception"):
        told.append(lacking.format("Expressions are not read", "fer-mini-xception"))
    return tuple(told)


CLASSES: tuple[type, ...] = ()
