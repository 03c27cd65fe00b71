"""How accepted removals are carried out and shown, as options. None of them is asked of the worker."""

from typing import Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
RIPPLE = [
    ("all", "Everything Moves Up", "Everything in unlocked channels is cut and moves up, so that all stays in sync"),
    ("selected", "Only These Strips", "The strips that are cut, and their partners, move up alone"),
    ("lift", "Leave Gaps", "Nothing moves: gaps are left"),
    ("copy", "Keep Muted Copies", "Everything moves up; what was cut out is kept muted in channels of its own"),
]
TAKES = [
    ("same", "As Everything Else", "Takes that are not used are cut out as silences and fillers are"),
    ("copy", "Muted Channel", "Takes that are not used are kept muted in channels of their own"),
]


class Fades:
    """Of whatever joins sounds."""

    crossfade_ms: FloatProperty(
        name="Crossfade (ms)", description="Milliseconds over which sound is faded at each join, so that it does not click; whole frames",
        min=0.0, max=500.0, default=40.0, precision=0, step=500, options=ONCE,
    )  # fmt: skip


class RippleProps(Fades):
    """Of whatever cuts parts of the timeline out."""

    ripple: EnumProperty(name="Then", description="What follows when something is cut out", items=RIPPLE, default="all", options=ONCE)
    fixed_channels: StringProperty(
        name="Channels That Stay", description="Channels that are neither cut nor moved, such as music: numbers, separated by commas",
        default="", options=ONCE,
    )  # fmt: skip
    keep_markers: BoolProperty(
        name="Keep Markers", description="Markers within what is cut out are put where it was; otherwise they go with it",
        default=False, options=ONCE,
    )  # fmt: skip


class RemovalApply(RippleProps):
    """Of Apply Removals."""

    takes_to: EnumProperty(name="Takes", description="Where takes go that are not used", items=TAKES, default="same", options=ONCE)


class RemovalView:
    """How the review list is shown. Not asked by any run."""

    accept_line: FloatProperty(
        name="Accept Above", description="Open removals of at least this confidence are accepted by Accept All Above",
        min=0.0, max=1.0, default=0.8, subtype="FACTOR",
    )  # fmt: skip
    around_seconds: FloatProperty(
        name="Seconds Around", description="Seconds that are played before and after a removal", min=0.2, max=10.0, default=1.5, precision=1
    )
    removal_overlay: BoolProperty(
        name="Show on Timeline", description="Colour what might be cut out: open, accepted, rejected", default=True
    )


class RemovalProps(RemovalApply, RemovalView):
    """Both."""


APPLY_LIVE = ("ripple", "takes_to", "crossfade_ms", "fixed_channels", "keep_markers")
CLASSES: tuple[type, ...] = ()


def channels_of(props: Any) -> tuple[int, ...]:
    """The numbers of the channels that stay. Raises `EditorError(USAGE)` for anything else than numbers."""
    from ..ml.errors import USAGE, EditorError

    parts = [part.strip() for part in props.fixed_channels.replace(";", ",").split(",") if part.strip()]
    if not all(part.isdecimal() and 1 <= int(part) <= 128 for part in parts):
        raise EditorError(f"{props.fixed_channels!r} are no channels.", "Write numbers from 1 to 128, separated by commas.", USAGE)
    return tuple(dict.fromkeys(int(part) for part in parts))


def fade_of(props: Any) -> int:
    """Milliseconds of the crossfade at each join."""
    return round(props.crossfade_ms)
