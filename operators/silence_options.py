"""What is a silence and what becomes of it, as options: a preset that fills in the values, and values that make it one's own.

All but one are the planner's, and live; whether music is listened for is asked of the worker.
"""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty

from .presets import OWN, Presets, Values

if TYPE_CHECKING:
    from ..ml.facts import SoundsOptions
    from ..timeline.planners.silences import SilenceOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
RULES = [
    ("podcast", "Podcast", "Pauses of a second and more are shortened to half a second; breaths stay"),
    ("tutorial", "Tutorial", "Pauses of a second and more are played four times faster: what is shown in them is still seen"),
    ("vlog", "Vlog", "Pauses of half a second and more are cut out, with the breaths in them; other sounds stay"),
    ("interview", "Interview", "Pauses of 1.5 seconds and more are shortened to 0.8 seconds: people may think; breaths stay"),
    ("short", "Fast Short", "Pauses of a quarter of a second and more are cut out, with whatever else is heard in them"),
    (OWN, "Own", "As set below"),
]
WAYS = [
    ("remove", "Cut Out", "Pauses go, but for the padding"),
    ("shorten", "Shorten", "So much of each pause stays"),
    ("speed", "Play Faster", "Pauses are played faster, picture and sound"),
    ("mute", "Mute", "Pauses stay where they are and are not heard"),
]
VALUES = {
    "silence_minimum": "minimum", "silence_before": "before", "silence_after": "after", "silence_way": "way", "silence_keep": "keep",
    "silence_speed": "speed", "silence_breaths": "keep_breaths", "silence_music": "keep_music", "silence_sounds": "keep_sounds",
    "silence_offset": "offset",
}  # fmt: skip
"""Property -> field of `SilenceOptions`."""


def _values(name: str) -> Values | None:
    """What a preset gives the properties."""
    from ..timeline.planners.silences import PRESETS as KNOWN

    options = KNOWN.get(name)
    if options is None:
        return None
    found: dict[str, Any] = {}
    for prop, field in VALUES.items():
        value = getattr(options, field)
        found[prop] = value if isinstance(value, (bool, str)) else float(value)
    return found


PRESETS = Presets("silence_rules", tuple(VALUES), _values)


def _chosen(props: Any, _context: Any) -> None:
    PRESETS.chosen(props)


def _changed(props: Any, _context: Any) -> None:
    PRESETS.changed(props)


class SilenceAsks:
    tell_music: BoolProperty(
        name="Tell Music Apart", description="Listen for music too, so that pauses with music can stay", default=True, options=ONCE
    )


class SilenceRules:
    """`silence_rules` fills in the others; changing one of these makes it "own"."""

    silence_rules: EnumProperty(
        name="For", description="How pauses are dealt with; changing one of the options below makes it your own",
        items=RULES, default="vlog", update=_chosen, options=ONCE,
    )  # fmt: skip
    silence_minimum: FloatProperty(
        name="Shortest Pause", description="Seconds without speech that count as a pause at least",
        min=0.05, max=60.0, default=0.5, precision=2, step=5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    silence_before: FloatProperty(
        name="Before Speech", description="Seconds before speech that always stay",
        min=0.0, max=5.0, default=0.1, precision=2, step=5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    silence_after: FloatProperty(
        name="After Speech", description="Seconds after speech that always stay",
        min=0.0, max=5.0, default=0.15, precision=2, step=5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    silence_way: EnumProperty(
        name="Pauses", description="What becomes of pauses", items=WAYS, default="remove", update=_changed, options=ONCE
    )
    silence_keep: FloatProperty(
        name="To", description="Seconds that stay of a pause that is shortened, padding included",
        min=0.0, max=60.0, default=0.3, precision=2, step=5, unit="TIME_ABSOLUTE", update=_changed, options=ONCE,
    )  # fmt: skip
    silence_speed: FloatProperty(
        name="Times", description="How many times faster pauses are played",
        min=1.1, max=100.0, default=4.0, precision=1, update=_changed, options=ONCE,
    )  # fmt: skip
    silence_breaths: BoolProperty(
        name="Keep Breaths", description="A breath before or after speech belongs to it", default=False, update=_changed, options=ONCE
    )
    silence_music: BoolProperty(
        name="Keep Music", description="Pauses in which music is heard stay, where music was listened for",
        default=True, update=_changed, options=ONCE,
    )  # fmt: skip
    silence_sounds: BoolProperty(
        name="Keep Other Sounds", description="What is louder than the room stays though nobody speaks: laughter, applause, work",
        default=True, update=_changed, options=ONCE,
    )  # fmt: skip
    silence_offset: FloatProperty(
        name="Above Room (dB)",
        description="Decibels that sound must be louder, or may be softer, than what is measured to count as heard. "
        "The room is measured as it goes, so the limit follows the noise",
        min=-20.0, max=40.0, default=0.0, precision=1, step=100, update=_changed, options=ONCE,
    )  # fmt: skip


class SilenceProps(SilenceAsks, SilenceRules):
    """All of them."""


SILENCE_ASKS = ("tell_music",)
SILENCE_RULES = SILENCE_LIVE = ("silence_rules", *VALUES)
NAMES = (*SILENCE_ASKS, *SILENCE_RULES)
BESIDE = {
    "silence_keep": lambda props: props.silence_way == "shorten",
    "silence_speed": lambda props: props.silence_way == "speed",
}
"""What is shown only beside certain other options."""
NO_MUSIC = "Music is not told apart: the model for it is not installed. Get speech-music-noise on the Models page of the preferences."


def silences_plan(props: Any) -> "SilenceOptions":
    """What the properties stand for."""
    from fractions import Fraction

    from ..timeline.planners.silences import SilenceOptions

    values: dict[str, Any] = {}
    for prop, field in VALUES.items():
        value = getattr(props, prop)
        if isinstance(value, float):
            value = round(value, 2) if field == "offset" else Fraction(value).limit_denominator(1000)
        values[field] = value
    return SilenceOptions(**values)


def sounds_task(props: Any) -> "SoundsOptions | None":
    """None where nobody asks, or the weights are not installed: then music is kept only as any sound is."""
    import bpy

    from .. import preferences
    from ..ml.facts import SoundsOptions
    from ..ml.models import installed

    there = installed("speech-music-noise", preferences.backend(bpy.context).models)
    return SoundsOptions() if props.tell_music and props.silence_music and there else None


def absent(props: Any) -> tuple[str, ...]:
    """What was asked for and cannot be had on this machine, in sentences."""
    return (NO_MUSIC,) if props.tell_music and props.silence_music and sounds_task(props) is None else ()


CLASSES: tuple[type, ...] = ()
