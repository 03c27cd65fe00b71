"""The look of captions as options: a look that fills in the rest, and values that make it one's own."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, FloatVectorProperty, StringProperty

from .presets import OWN, Presets, Values, as_given, filling

if TYPE_CHECKING:
    from ..timeline.plan import CaptionStyle, Plan

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""

LOOKS = [
    ("broadcast", "Broadcast", "White letters with a dark edge"),
    ("box", "Black Box", "White letters on a black box, as the BBC has them"),
    ("cinema", "Cinema", "Smaller, a little off white, with a fine edge and a shadow"),
    ("documentary", "Documentary", "Small, at the lower left, on a thin box"),
    ("social", "Social", "Large and bold, for small screens"),
    ("karaoke", "Karaoke", "Large, and the word that is being said in another colour"),
    ("pop", "Pop", "Very large capitals; words come as they are said"),
    (OWN, "Own", "As set below"),
]
MOTIONS = [
    ("none", "None", "A caption is there as a whole"),
    ("word", "Word", "The word that is being said has another colour"),
    ("sweep", "Sweep", "All words up to the one that is being said have another colour"),
    ("pop", "Pop In", "Words come one after another, as they are said"),
]
ANCHORS = [
    ("bottom", "Bottom", "Place is where the lowest line ends; more lines go up from there"),
    ("middle", "Middle", "Place is the middle of all lines"),
    ("top", "Top", "Place is where the uppermost line begins; more lines go down from there"),
]
ALIGNMENTS = [
    ("left", "Left", "Lines begin at Place"),
    ("center", "Centre", "Lines have their middle at Place"),
    ("right", "Right", "Lines end at Place"),
]
STYLE = (
    "font", "font_size", "bold", "italic", "uppercase", "color", "position", "anchor", "alignment", "outline", "outline_color",
    "outline_width", "shadow", "shadow_color", "box", "box_color", "box_margin", "motion", "highlight_color",
)  # fmt: skip
"""Properties, each a field of `CaptionStyle`."""


def _values(name: str) -> Values | None:
    """What a look gives the properties in the picture of the scene that is edited."""
    import bpy

    from ..timeline import caption_looks, compat

    style = caption_looks.PRESETS.get(name)
    render = compat.edited_scene(bpy.context).render
    if style is None:
        return None
    style = caption_looks.fitted(style, render.resolution_x, render.resolution_y)
    return {field: getattr(style, field) for field in STYLE}


PRESETS = Presets("look", STYLE, _values)
listeners: list[Callable[[Any], None]] = []
"""Called with the properties when one of them was changed by hand: the live look."""


def _chosen(props: Any, _context: Any) -> None:
    PRESETS.chosen(props)
    _tell(props)


def _changed(props: Any, _context: Any) -> None:
    PRESETS.changed(props)
    _tell(props)


def _tell(props: Any) -> None:
    if not filling():
        for listener in listeners:
            listener(props)


def _color(name: str, description: str, default: tuple[float, ...]) -> Any:
    return FloatVectorProperty(
        name=name, description=description, size=4, min=0.0, max=1.0, default=default, subtype="COLOR_GAMMA", update=_changed, options=ONCE
    )


class LookProps:
    """`look` fills in the others; changing one of these makes it "own"."""

    look: EnumProperty(
        name="Look", description="How captions look; changing one of its values makes it your own",
        items=LOOKS, default="broadcast", update=_chosen, options=ONCE,
    )  # fmt: skip
    font: StringProperty(
        name="Font",
        description="A font file (TTF or OTF), or Inter for the one of Blender's windows. Empty: Blender's own for text strips",
        default="Inter", subtype="FILE_PATH", update=_changed, options=ONCE,
    )  # fmt: skip
    font_size: FloatProperty(
        name="Size", description="Size of the letters, as a share of the picture's height; smaller where the longest line would not fit",
        min=0.01, soft_max=0.2, max=0.5, default=0.055, precision=3, subtype="FACTOR", update=_changed, options=ONCE,
    )  # fmt: skip
    bold: BoolProperty(name="Bold", description="Heavier letters", default=False, update=_changed, options=ONCE)
    italic: BoolProperty(name="Italic", description="Slanted letters", default=False, update=_changed, options=ONCE)
    uppercase: BoolProperty(
        name="Capitals", description="All in capitals. The text keeps its small letters: exported files have them",
        default=False, update=_changed, options=ONCE,
    )  # fmt: skip
    color: _color("Colour", "Colour of the letters", (1.0, 1.0, 1.0, 1.0))
    position: FloatVectorProperty(
        name="Place", description="Where the caption stands: shares of the picture's width and height, from the lower left",
        size=2, min=0.0, max=1.0, default=(0.5, 0.07), step=1, update=_changed, options=ONCE,
    )  # fmt: skip
    anchor: EnumProperty(
        name="Anchor", description="Which part of the caption stands at its place",
        items=ANCHORS, default="bottom", update=_changed, options=ONCE,
    )  # fmt: skip
    alignment: EnumProperty(
        name="Alignment", description="Which side of lines is even", items=ALIGNMENTS, default="center", update=_changed, options=ONCE
    )
    outline: BoolProperty(name="Outline", description="Edge around the letters", default=True, update=_changed, options=ONCE)
    outline_color: _color("Outline Colour", "Colour of the edge", (0.0, 0.0, 0.0, 0.9))
    outline_width: FloatProperty(
        name="Outline Width", description="Width of the edge, as a share of the letters; 0: what suits their size",
        min=0.0, max=1.0, default=0.0, update=_changed, options=ONCE,
    )  # fmt: skip
    shadow: BoolProperty(name="Shadow", description="Shadow behind the letters", default=False, update=_changed, options=ONCE)
    shadow_color: _color("Shadow Colour", "Colour of the shadow", (0.0, 0.0, 0.0, 0.7))
    box: BoolProperty(name="Box", description="Box behind the letters", default=False, update=_changed, options=ONCE)
    box_color: _color("Box Colour", "Colour of the box", (0.0, 0.0, 0.0, 0.7))
    box_margin: FloatProperty(
        name="Box Margin", description="How far the box goes beyond the letters, as a share of the picture's width",
        min=0.0, max=0.2, default=0.01, precision=3, update=_changed, options=ONCE,
    )  # fmt: skip
    motion: EnumProperty(
        name="Motion", description="How words come into the picture", items=MOTIONS, default="none", update=_changed, options=ONCE
    )
    highlight_color: _color("Highlight", "Colour of the word that is being said", (1.0, 0.85, 0.0, 1.0))
    speaker_colors: BoolProperty(
        name="Speakers in Colours", description="Each speaker in a colour of his own, where it is known who speaks",
        default=False, update=_changed, options=ONCE,
    )  # fmt: skip


def _went_live(props: Any, _context: Any) -> None:
    if props.live_look:
        _tell(props)


class LookState:
    """What the scene keeps of looks besides. Not asked by any run."""

    live_look: BoolProperty(
        name="Live", description="Captions that were written change with these options at once, but for those you styled by hand",
        default=False, update=_went_live,
    )  # fmt: skip
    speaker_looks: StringProperty(
        name="Speakers' Looks", description="The looks given to speakers by name, as JSON", default="", options={"HIDDEN"}
    )


CAPTION_LOOK = ("look", *STYLE, "speaker_colors")


def caption_style(props: Any) -> "CaptionStyle":
    """The style these properties stand for."""
    from ..timeline.plan import CaptionStyle

    return CaptionStyle(**{name: plain(getattr(props, name)) for name in STYLE})


def plain(value: Any) -> Any:
    """A property's value as plans hold it: numbers without the dust of single precision."""
    if isinstance(value, float):
        return round(value, 6)
    return value if isinstance(value, (str, bool, int)) else tuple(round(part, 6) for part in value)


def put_style(props: Any, style: "CaptionStyle") -> None:
    """Gives the properties the values of `style`; a look that has other values becomes "own"."""
    with as_given():
        for name in STYLE:
            setattr(props, name, getattr(style, name))
    PRESETS.changed(props)


def speaker_looks(props: Any) -> "dict[str, CaptionStyle]":
    """The looks that were given to speakers, by name. Only scenes' settings keep them: empty for an operator."""
    import json

    from ..ml.codec import from_json
    from ..timeline.plan import CaptionStyle

    text = getattr(props, "speaker_looks", "")
    return {str(name): from_json(CaptionStyle, look) for name, look in json.loads(text).items()} if text else {}


def put_speaker_looks(props: Any, looks: "Mapping[str, CaptionStyle]") -> None:
    import json

    from ..ml.codec import to_json

    props.speaker_looks = json.dumps({name: to_json(look) for name, look in looks.items()}) if looks else ""


def color_speaker(settings: Any, before: str, name: str, color: tuple[float, ...] | None) -> None:
    """What was said by `before` and is now by `name` has this colour, or none of its own. What else was given to him stays."""
    from dataclasses import replace

    looks = speaker_looks(settings)
    worn = looks.pop(before, None) or looks.get(name)
    if color is not None:
        looks[name] = replace(worn or caption_style(settings), color=plain(color))
    elif worn is not None:
        style = caption_style(settings)
        plainly = replace(worn, color=style.color)
        looks.pop(name, None)
        if plainly != style:
            looks[name] = plainly
    put_speaker_looks(settings, looks)


def in_speakers_looks(plan: "Plan", props: Any, settings: Any) -> "Plan":
    """The plan with each speaker's captions in his look: `props` say whether they have colours, the scene's `settings` which looks."""
    from ..timeline.caption_looks import by_speaker

    return by_speaker(plan, speaker_looks(settings), props.speaker_colors)


CLASSES: tuple[type, ...] = ()
