"""Ducking and loudness as options. What is listened for is always the same, so all of them are the planners', and live."""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty, FloatProperty, StringProperty

from .presets import OWN, Presets, Values

if TYPE_CHECKING:
    from ..ml.facts import SoundsOptions
    from ..timeline.planners.ducking import DuckOptions
    from ..timeline.planners.levels import LevelOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
MUSIC = [
    ("auto", "Found", "Sound strips in which music is heard, or sound without speech"),
    ("channels", "By Channel", "All sound strips of some channels"),
    ("strips", "Selected", "The selected sound strips; without any the active one"),
]
TARGETS = [
    ("broadcast", "Broadcast", "EBU R 128: -23 LUFS"),
    ("podcast", "Podcast", "-16 LUFS"),
    ("online", "Online Video", "-14 LUFS, what the large platforms play everything at"),
    (OWN, "Own", "As set below"),
]
_SETS: dict[str, Values] = {
    name: {"loudness_target": target} for name, target in (("broadcast", -23.0), ("podcast", -16.0), ("online", -14.0))
}
PRESETS = Presets("loudness_for", ("loudness_target",), _SETS.get)
BY = [
    ("mix", "Mix", "All strips get one gain, so that everything together is as loud as the target"),
    ("strips", "Strips", "Each strip that is meant gets a gain of its own, so that it is as loud as the target"),
    ("speech", "Speech", "Keyframes make every stretch of speech equally loud; then all strips get one gain, as for the mix"),
]


def _chosen(props: Any, _context: Any) -> None:
    PRESETS.chosen(props)


def _changed(props: Any, _context: Any) -> None:
    PRESETS.changed(props)


def _seconds(name: str, description: str, default: float, most: float = 10.0) -> Any:
    return FloatProperty(
        name=name, description=description, min=0.0, max=most, default=default, precision=2, step=5, unit="TIME_ABSOLUTE", options=ONCE
    )


class DuckProps:
    duck_music: EnumProperty(name="Music", description="Which strips go down under speech", items=MUSIC, default="auto", options=ONCE)
    duck_channels: StringProperty(name="Channels", description="Numbers of channels, such as 1, 4-6", default="", options=ONCE)
    duck_amount: FloatProperty(
        name="Amount (dB)", description="Decibels by which music goes down under speech",
        min=1.0, max=36.0, default=12.0, precision=1, options=ONCE,
    )  # fmt: skip
    duck_attack: _seconds("Attack", "Seconds in which music goes down", 0.3)
    duck_release: _seconds("Release", "Seconds in which it comes up again", 0.8)
    duck_look_ahead: _seconds("Look-Ahead", "Seconds before speech at which music is down", 0.2)
    duck_hold: _seconds("Hold", "Seconds after speech for which music stays down", 0.3)
    duck_gap: _seconds("Shortest Gap", "Where music would be up for less than these seconds it stays down", 1.0, 60.0)


class LevelProps:
    loudness_for: EnumProperty(
        name="For", description="Where it will be heard; another target makes it your own", items=TARGETS, default="podcast",
        update=_chosen, options=ONCE,
    )  # fmt: skip
    loudness_target: FloatProperty(
        name="Target (LUFS)", description="Integrated loudness in LUFS (EBU R 128)", min=-50.0, max=-5.0, default=-16.0, precision=1,
        update=_changed, options=ONCE,
    )  # fmt: skip
    loudness_peak: FloatProperty(
        name="Peak Limit (dB)", description="Highest true peak in dBTP. It goes before the target: what would be louder stays softer",
        min=-20.0, max=0.0, default=-1.0, precision=1, options=ONCE,
    )  # fmt: skip
    loudness_most: FloatProperty(
        name="At Most (dB)", description="Decibels that anything is made louder at most",
        min=0.0, max=40.0, default=20.0, precision=1, options=ONCE,
    )  # fmt: skip
    loudness_by: EnumProperty(name="Match", description="What is brought to the target", items=BY, default="mix", options=ONCE)


class LevelState:
    """What the scene keeps of loudness. Not asked by any run."""

    measured: StringProperty(name="Measured", description="What was measured last, as JSON", default="", options={"HIDDEN"})


DUCK_LIVE = (
    "duck_music", "duck_channels", "duck_amount", "duck_attack", "duck_release", "duck_look_ahead", "duck_hold", "duck_gap",
)  # fmt: skip
LEVEL_LIVE = ("loudness_for", "loudness_target", "loudness_peak")
LEVEL_ASKS = ("loudness_by", "loudness_most")
NAMES = (*DUCK_LIVE, *LEVEL_LIVE, *LEVEL_ASKS)
BESIDE = {"duck_channels": lambda props: props.duck_music == "channels"}
"""What is shown only beside certain other options."""


def sounds_task(_props: Any) -> "SoundsOptions | None":
    """None where the packaged network is not installed: then music is told by the lack of speech."""
    import bpy

    from .. import preferences
    from ..ml.facts import SoundsOptions
    from ..ml.models import installed

    return SoundsOptions() if installed("speech-music-noise", preferences.backend(bpy.context).models) else None


def duck_plan(props: Any) -> "DuckOptions":
    """What the properties stand for. Raises `EditorError(USAGE)` for channels that are no numbers."""
    from ..timeline.planners.ducking import DuckOptions, channels_of

    return DuckOptions(
        round(props.duck_amount, 3), exact(props.duck_attack), exact(props.duck_release), exact(props.duck_look_ahead),
        exact(props.duck_hold), exact(props.duck_gap), props.duck_music,
        channels_of(props.duck_channels) if props.duck_music == "channels" else (),
    )  # fmt: skip


def level_plan(props: Any) -> "LevelOptions":
    """What the properties stand for."""
    from ..timeline.planners.levels import LevelOptions

    return LevelOptions(round(props.loudness_target, 3), round(props.loudness_peak, 3), props.loudness_by, round(props.loudness_most, 3))


def exact(seconds: float) -> Any:
    """Seconds as they were meant, to a millisecond."""
    from fractions import Fraction

    return Fraction(seconds).limit_denominator(1000)


CLASSES: tuple[type, ...] = ()
