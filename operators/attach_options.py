"""Attached graphics as options. What is followed asks the worker; how it looks is live."""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty, FloatProperty, FloatVectorProperty, StringProperty

if TYPE_CHECKING:
    from ..ml.facts import Options
    from ..timeline.attach_graphics import Attached
    from ..timeline.planners.attach import AttachOptions, Which

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
TO = [
    ("face", "Face", "Faces, and the eyes in them"),
    ("person", "Person", "People, from head to foot"),
    ("object", "Object", "Things of the kind named below"),
    ("surface", "Surface", "A flat part of the picture that is marked at the playhead: a poster, a screen, a wall"),
]
WHICH = [
    ("largest", "Largest", "The one of each shot that fills it most for longest"),
    ("playhead", "At the Playhead", "The largest one in the frame at the playhead, as long as its shot lasts"),
    ("all", "All", "Each of them"),
]
GRAPHICS = [
    ("tag", "Name Tag", "A name in a box that stays upright and as large as it is"),
    ("text", "Text", "Words; on a surface they turn and grow with it"),
    ("arrow", "Arrow", "An arrow that points at it"),
    ("emoji", "Emoji", "A face or sign that grows and turns with it"),
    ("glasses", "Glasses", "Sunglasses on the eyes of a face"),
    ("image", "Image", "A picture from a file, as wide as it"),
    ("strip", "Strip", "A strip that stands already: from where it is at the playhead it goes along"),
]
AT = [
    ("auto", "By Itself", "Where the graphic belongs: above, or on it"),
    ("on", "On It", "In its middle"),
    ("above", "Above", "Above it"),
    ("below", "Below", "Below it"),
    ("left", "Left", "To its left"),
    ("right", "Right", "To its right"),
]


OFTEN = 120
"""Looks a second: every frame of a film that has no more."""


class AttachAsks:
    attach_to: EnumProperty(name="Attach To", description="What the graphic follows", items=TO, default="face", options=ONCE)
    attach_region: FloatVectorProperty(
        name="Surface", description="Left, lower, right and upper edge of what is followed, in the frame at the playhead: 0 to 1",
        size=4, min=0.0, max=1.0, default=(0.35, 0.35, 0.65, 0.65), precision=3, options=ONCE,
    )  # fmt: skip


class AttachProps(AttachAsks):
    attach_label: StringProperty(
        name="Which Kind or Who", description="The kind of object (car, dog, bottle …); of faces the name of a person who is known; "
        "empty: anybody", default="", options=ONCE,
    )  # fmt: skip
    attach_which: EnumProperty(name="Which", description="Which of several gets a graphic", items=WHICH, default="largest", options=ONCE)
    attach_graphic: EnumProperty(name="Graphic", description="What is attached", items=GRAPHICS, default="tag", options=ONCE)
    attach_text: StringProperty(
        name="Text", description="What it says, or which emoji it is; empty: the name of the person or thing", default="", options=ONCE
    )
    attach_source: StringProperty(
        name="Image or Strip", description="The file of the image, or the name of the strip", default="", options=ONCE
    )
    attach_place: EnumProperty(name="Place", description="Where it sits", items=AT, default="auto", options=ONCE)
    attach_size: FloatProperty(
        name="Size", description="So many times as large as by itself", min=0.05, soft_max=4.0, max=20.0, default=1.0, precision=2,
        options=ONCE,
    )  # fmt: skip
    attach_tolerance: FloatProperty(
        name="Tolerance", description="Pixels by which it may miss its place: more makes fewer keyframes",
        min=0.1, soft_max=10.0, max=100.0, default=1.0, precision=2, subtype="PIXEL", options=ONCE,
    )  # fmt: skip


ASKS = ("attach_to", "attach_region")
LIVE = (
    "attach_which", "attach_label", "attach_graphic", "attach_text", "attach_source", "attach_place", "attach_size", "attach_tolerance",
)  # fmt: skip
NAMES = (*ASKS, *LIVE)
BESIDE = {
    "attach_region": lambda props: props.attach_to == "surface",
    "attach_label": lambda props: props.attach_to in ("object", "face"),
    "attach_which": lambda props: props.attach_to != "surface" and props.attach_graphic != "strip",
    "attach_text": lambda props: props.attach_graphic in ("tag", "text", "emoji"),
    "attach_source": lambda props: props.attach_graphic in ("image", "strip"),
    "attach_place": lambda props: props.attach_graphic not in ("glasses", "strip"),
    "attach_size": lambda props: props.attach_graphic != "strip",
}
"""What is shown only beside certain other options."""


def faces_task(props: Any) -> "Options | None":
    """Every frame is looked at: what sits on a face moves with it."""
    from fractions import Fraction

    from ..ml.facts import FacesOptions
    from . import people_options

    if props.attach_to != "face":
        return None
    known = people_options.faces_task(_settings())
    return FacesOptions(per_second=Fraction(OFTEN), identity=known.identity and bool(props.attach_label.strip()), expression=False)


def objects_task(props: Any) -> "Options | None":
    from fractions import Fraction

    from ..ml.facts import ObjectsOptions
    from . import footage_options

    if props.attach_to not in ("person", "object"):
        return None
    return ObjectsOptions(model=footage_options.path(_settings().object_model), per_second=Fraction(OFTEN))


def _settings() -> Any:
    import bpy

    from ..timeline import compat

    return compat.edited_scene(bpy.context).assistant_editor


def wish(props: Any, image_size: tuple[int, int]) -> "Attached":
    """The graphic that the properties mean."""
    import bpy

    from ..timeline.attach_graphics import Attached

    image = str(bpy.path.abspath(props.attach_source.strip())) if props.attach_graphic == "image" and props.attach_source.strip() else ""
    strip = props.attach_source if props.attach_graphic == "strip" else ""
    return Attached(
        props.attach_graphic, props.attach_text, image, image_size, strip, props.attach_place, round(props.attach_size, 4),
        round(props.attach_tolerance, 4), props.attach_frame,
    )  # fmt: skip


def attaching(props: Any, image_size: tuple[int, int]) -> "AttachOptions":
    """What the properties mean."""
    from fractions import Fraction

    from ..timeline.planners.attach import AttachOptions

    which: Which = "playhead" if props.attach_graphic == "strip" else props.attach_which
    only = Fraction(props.attach_only) if props.attach_only else None
    return AttachOptions(props.attach_to, which, props.attach_label, wish(props, image_size), only)


CLASSES: tuple[type, ...] = ()
