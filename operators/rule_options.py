"""The rules of captions as options: a preset that fills in the numbers, and numbers that make it one's own.

What a call gives in numbers always counts; `rules` alone is enough to mean a preset. The scene's settings give the rest.
"""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty, FloatProperty, IntProperty

from .presets import Presets, Values

if TYPE_CHECKING:
    from fractions import Fraction

    from ..timeline.caption_rules import CaptionRules

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""

RULES = [
    ("netflix", "Netflix", "Netflix Timed Text Style Guide: 42 characters, 20 a second in English; other languages as the guide has them"),
    ("netflix_children", "Netflix, Children", "Netflix Timed Text Style Guide, for children: 17 characters a second in English"),
    ("bbc", "BBC", "BBC Subtitle Guidelines: 37 characters, 160 to 180 words a minute"),
    ("youtube", "YouTube", "Captions for the web: 42 characters, at least a second, no gaps"),
    ("short", "One to Three Words", "For TikTok, Reels and Shorts: one to three words at a time"),
    ("own", "Own", "As set below"),
]
SHAPES = [
    ("even", "Even", "Lines of about the same length"),
    ("pyramid", "Pyramid", "The upper line shorter than the lower one"),
    ("inverted", "Inverted", "The lower line shorter than the upper one"),
]
VALUES = {
    "max_characters": "max_characters", "max_lines": "max_lines", "max_words": "max_words", "max_speed": "max_speed",
    "caption_minimum": "minimum_seconds", "caption_maximum": "maximum_seconds", "gap_frames": "gap_frames", "join_seconds": "join_seconds",
    "cut_seconds": "cut_seconds", "lead_in": "lead_in", "lead_out": "lead_out", "line_shape": "shape",
}  # fmt: skip
"""Property -> field of `CaptionRules`."""


def _values(name: str) -> Values | None:
    """What a preset gives the properties."""
    from ..timeline.caption_rules import PRESETS as KNOWN

    rules = KNOWN.get(name)
    if rules is None:
        return None
    numbers = {name: getattr(rules, field) for name, field in VALUES.items()}
    return {name: value if isinstance(value, (int, str)) else float(value) for name, value in numbers.items()}


PRESETS = Presets("rules", tuple(VALUES), _values)


def _chosen(props: Any, _context: Any) -> None:
    PRESETS.chosen(props)


def _changed(props: Any, _context: Any) -> None:
    PRESETS.changed(props)


class RuleProps:
    """`rules` fills in the others; changing one of these makes it "own"."""

    rules: EnumProperty(
        name="Rules", description="Whose rules captions keep; changing one of them makes them your own",
        items=RULES, default="netflix", update=_chosen, options=ONCE,
    )  # fmt: skip
    max_characters: IntProperty(
        name="Line Length", description="Characters a line holds at most; a wide East Asian character counts as two",
        min=8, soft_max=80, max=200, default=42, update=_changed, options=ONCE,
    )  # fmt: skip
    max_lines: IntProperty(name="Lines", description="Lines a caption has at most", min=1, max=6, default=2, update=_changed, options=ONCE)
    max_words: IntProperty(
        name="Words", description="Words a caption has at most; 0: any number", min=0, max=100, default=0, update=_changed, options=ONCE
    )
    max_speed: FloatProperty(
        name="Reading Speed", description="Characters a second a caption asks of its reader at most; 0: any number",
        min=0.0, max=100.0, default=20.0, precision=1, step=100, update=_changed, options=ONCE,
    )  # fmt: skip
    caption_minimum: FloatProperty(
        name="Shortest", description="Seconds a caption stays at least",
        min=0.0, max=10.0, default=5 / 6, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    caption_maximum: FloatProperty(
        name="Longest", description="Seconds a caption stays at most",
        min=0.1, max=60.0, default=7.0, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    gap_frames: IntProperty(
        name="Gap (Frames)", description="Frames between two captions that follow each other",
        min=0, max=100, default=2, update=_changed, options=ONCE,
    )  # fmt: skip
    join_seconds: FloatProperty(
        name="Close Gaps", description="Gaps between two captions of less than so many seconds are closed, but for Gap (Frames)",
        min=0.0, max=10.0, default=0.5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    cut_seconds: FloatProperty(
        name="Beside Cuts", description="Seconds a caption that goes on over a cut in the picture stays on both sides of it; 0: any number",
        min=0.0, max=10.0, default=0.5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    lead_in: FloatProperty(
        name="Lead-in", description="Seconds a caption comes before it is said, where there is room",
        min=0.0, max=5.0, default=0.0, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    lead_out: FloatProperty(
        name="Lead-out", description="Seconds a caption stays after it was said, where there is room",
        min=0.0, max=5.0, default=0.5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    line_shape: EnumProperty(
        name="Shape", description="How long the lines of a caption are, where sense leaves a choice",
        items=SHAPES, default="pyramid", update=_changed, options=ONCE,
    )  # fmt: skip
    pause_seconds: FloatProperty(
        name="Pause", description="Seconds of silence that begin a new caption, unless a rule would be broken",
        min=0.1, max=10.0, default=0.7, unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip


def exact(number: float) -> "Fraction":
    """What was meant by a number typed into a property."""
    from fractions import Fraction

    return Fraction(number).limit_denominator(1000)


def _preset(props: Any) -> "CaptionRules | None":
    from ..timeline.caption_rules import PRESETS

    return PRESETS.get(props.rules)


def caption_rules(props: Any) -> "CaptionRules":
    """The rules these properties stand for. What is given in numbers goes before the name of a preset."""
    from dataclasses import replace

    from ..timeline.caption_rules import CaptionRules

    values: dict[str, Any] = {}
    for name, field in VALUES.items():
        value = getattr(props, name)
        values[field] = exact(value) if isinstance(value, float) else value
    own, preset = CaptionRules(**values), _preset(props)
    return preset if preset is not None and replace(preset, guide="") == own else own


CAPTION_RULES = ("rules", "pause_seconds")
CAPTION_OWN_RULES = tuple(VALUES)
CLASSES: tuple[type, ...] = ()
