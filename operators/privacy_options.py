"""Privacy as options. A name in `ASKS` is an option the worker must know; all others are live."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

if TYPE_CHECKING:
    from ..ml.facts import FacesOptions, ObjectsOptions, SightingsOptions
    from ..timeline.planners.privacy import PrivacyOptions, Target

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
WHAT = [
    ("faces", "Faces", "Everything that may be a face"),
    ("heads", "Faces and Heads", "Faces, and the heads of all people the object model sees, also from behind. Surer, and slower"),
    ("people", "People", "Whole persons, as the object model sees them, and every face"),
    ("plates", "Number Plates", "Number plates. Needs an object model that was taught them"),
    ("both", "Faces and Plates", "Faces and number plates"),
    ("things", "Things", "Things of the object model that are named below"),
]
HOW = [
    ("blur", "Blur", "Coarse blocks, blurred: cannot be sharpened back to more than the blocks"),
    ("pixelate", "Pixelate", "Coarse blocks"),
    ("cover", "Cover", "Dark patches, of which nothing can be guessed. The only sure way against people who know whom they look for"),
]


class PrivacyProps:
    privacy_what: EnumProperty(name="Cover", description="What is not to be seen", items=WHAT, default="faces", options=ONCE)
    privacy_things: StringProperty(
        name="Names", description="Words of the object model, separated by commas: car, laptop, cell phone", default="", options=ONCE
    )
    privacy_keep: StringProperty(
        name="Except", description="Names of people (under People) whose faces stay visible, separated by commas. Whoever is not surely "
        "one of them is covered", default="", options=ONCE,
    )  # fmt: skip
    privacy_second: BoolProperty(
        name="Look Twice", description="A second network (MTCNN) looks for faces too, where it is installed; people, plates and things are "
        "looked for at three sizes and mirrored. Finds more, and takes several times as long", default=False, options=ONCE,
    )  # fmt: skip
    privacy_method: EnumProperty(name="With", description="How it is covered", items=HOW, default="blur", options=ONCE)
    privacy_strength: FloatProperty(
        name="Strength", description="How coarse blocks are: 12 across the largest face of a shot at 0, 3 at 1",
        min=0.0, max=1.0, default=0.6, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    privacy_margin: FloatProperty(
        name="Margin", description="How much is covered around a thing, in its own size, at each side", min=0.0, soft_max=1.0, max=3.0,
        default=0.3, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    privacy_sensitivity: FloatProperty(
        name="Sensitivity", description="Higher covers what is less surely a face; at 1 whatever the network thought of",
        min=0.0, max=1.0, default=0.6, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    privacy_hold: FloatProperty(
        name="Hold", description="Seconds for which a cover stays before a thing is first seen and after it was last seen",
        min=0.0, soft_max=3.0, max=30.0, default=0.4, precision=2, step=10, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip


class CheckProps:
    privacy_every: IntProperty(
        name="Every", description="Check Cover looks at every so many-th frame; 1: at all of them", min=1, soft_max=50, default=5,
        options=ONCE,
    )  # fmt: skip


ASKS = ("privacy_what", "privacy_things", "privacy_keep", "privacy_second")
LIVE = ("privacy_method", "privacy_strength", "privacy_margin", "privacy_sensitivity", "privacy_hold")
NAMES = (*ASKS, *LIVE)
CHECK = ("privacy_every",)
BESIDE = {
    "privacy_things": lambda props: props.privacy_what == "things",
    "privacy_keep": lambda props: props.privacy_what in ("faces", "both"),
    "privacy_strength": lambda props: props.privacy_method != "cover",
}
"""What is shown only beside certain other options."""
TARGETS: "dict[str, set[Target]]" = {
    "faces": {"faces"}, "heads": {"faces", "heads"}, "people": {"faces", "people"}, "plates": {"plates"}, "both": {"faces", "plates"},
    "things": {"things"},
}  # fmt: skip


KNOWING = 8
"""Times a second at least people are looked at where somebody is to stay visible: whoever is known at too few looks is covered."""


def words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def sightings(props: Any) -> "SightingsOptions":
    """Where no faces are asked for, only where another picture begins."""
    from ..ml.facts import SightingsOptions
    from .voice_options import _there

    if "faces" not in TARGETS[props.privacy_what]:
        return SightingsOptions("none")
    return SightingsOptions("both" if props.privacy_second and _there("mtcnn-faces") else "yunet")


def objects(props: Any) -> "ObjectsOptions | None":
    """Every frame, and what is less sure than elsewhere."""
    from dataclasses import replace
    from fractions import Fraction

    from ..ml.facts import ObjectsOptions
    from . import footage_options
    from .privacy_facts import settings

    if TARGETS[props.privacy_what] == {"faces"}:
        return None
    asked = footage_options.TASKS["objects"](settings())
    if not isinstance(asked, ObjectsOptions):
        return None
    return replace(asked, per_second=Fraction(120), confidence=0.15, thorough=asked.thorough or props.privacy_second)


def faces(props: Any) -> "FacesOptions | None":
    """Whose faces are seen, where somebody is to stay visible and people may be known."""
    from dataclasses import replace
    from fractions import Fraction

    from . import people_options
    from .privacy_facts import settings

    if not props.privacy_keep.strip() or props.privacy_what not in ("faces", "both"):
        return None
    asked = people_options.faces_task(settings())
    return replace(asked, per_second=max(asked.per_second, Fraction(KNOWING))) if asked.identity else None


def privacy_plan(props: Any) -> "PrivacyOptions":
    from fractions import Fraction

    from ..timeline.planners.privacy import PrivacyOptions

    return PrivacyOptions(
        frozenset(TARGETS[props.privacy_what]), words(props.privacy_things),
        words(props.privacy_keep) if props.privacy_what in ("faces", "both") else (), props.privacy_method,
        round(props.privacy_strength, 4), round(props.privacy_margin, 4), round(props.privacy_sensitivity, 4),
        Fraction(props.privacy_hold).limit_denominator(1000),
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
