"""Beats as options. A name in `BEAT_ASKS` is an option the worker must know; all others are live."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from .rule_options import exact

if TYPE_CHECKING:
    from ..ml.facts import BeatsOptions
    from ..timeline.beat_cut import CutOptions
    from ..timeline.beat_grid import GridOptions
    from ..timeline.planners.beats import BeatMarkerOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
TRACKERS = [
    ("librosa", "librosa", "Follows how strongly notes set in; bars by harmony and bass. No model"),
    ("neural", "BeatNet", "A network that hears beats and bars together. Needs its model"),
]
AT = [
    ("beats", "Beats", "Every beat"),
    ("downbeats", "Bars", "The first beat of every bar"),
    ("every", "Every N Beats", "One in so many beats, counted from where the first bar begins"),
]
PULSES = [
    ("heard", "As Heard", "The beats as they were found"),
    ("double", "Twice as Fast", "A beat is put between any two"),
    ("half", "Half as Fast", "Every second beat is left out"),
]
BY = [
    ("every", "Beats", "Every strip takes so many beats"),
    ("energy", "Energy", "So many where the music is strong, twice as many elsewhere, four times as many where it is soft"),
]
PARTS = [
    ("start", "Beginning", "The beginning of each strip is shown"),
    ("middle", "Middle", "The middle of each strip is shown"),
    ("end", "End", "The end of each strip is shown"),
]
SOUNDS = [
    ("together", "Goes Along", "The sound that belongs to a strip is cut with it"),
    ("drop", "Removed", "The sound strips that belong to the strips are removed"),
]


class BeatAsks:
    beat_tracker: EnumProperty(name="Tracker", description="How beats are found", items=TRACKERS, default="librosa", options=ONCE)
    beat_tempo: FloatProperty(
        name="Tempo", description="About how many beats a minute the music has, where it is heard wrong; 0: as heard. From 50 to 220",
        min=0.0, max=220.0, default=0.0, precision=1, options=ONCE,
    )  # fmt: skip


class BeatGrid(BeatAsks):
    """Which beats are meant."""

    beat_at: EnumProperty(name="At", description="Which beats are meant", items=AT, default="beats", options=ONCE)
    beat_every: IntProperty(name="Every", description="One in so many beats", min=1, max=64, default=4, options=ONCE)
    beat_pulse: EnumProperty(
        name="Pulse", description="Puts right a tempo that is heard at half or double speed", items=PULSES, default="heard", options=ONCE
    )
    beat_shift: IntProperty(
        name="Bars Begin Later", description="So many beats later than heard bars begin", min=-11, max=11, default=0, options=ONCE
    )
    beat_offset: FloatProperty(
        name="Offset", description="Milliseconds that are added to every beat; below 0: earlier",
        min=-500.0, max=500.0, default=0.0, precision=0, step=500, options=ONCE,
    )  # fmt: skip
    beat_least: FloatProperty(
        name="Least Sure", description="Music whose beats are less sure is left alone: speech and noise have no beat",
        min=0.0, max=1.0, default=0.2, subtype="FACTOR", options=ONCE,
    )  # fmt: skip


class BeatProps(BeatGrid):
    """Of Find Beats."""

    beat_markers: BoolProperty(
        name="Markers", description="Beats are marked on the timeline; without it, markers of earlier runs go", default=True, options=ONCE
    )


class BeatMusic(BeatGrid):
    """Of what is done to other strips."""

    beat_music: StringProperty(
        name="Music", description="The strip that is the music; empty: the sound strips without a picture", default="", options=ONCE
    )


class SnapProps(BeatMusic):
    beat_reach: IntProperty(
        name="Reach (Frames)", description="Frames by which a cut is moved at most", min=1, max=1000, default=6, options=ONCE
    )


class CutProps(BeatMusic):
    cut_by: EnumProperty(name="Change By", description="How long each strip is", items=BY, default="every", options=ONCE)
    cut_every: IntProperty(name="Beats a Strip", description="Beats that a strip takes", min=1, max=64, default=4, options=ONCE)
    cut_part: EnumProperty(name="Show", description="Which part of each strip is shown", items=PARTS, default="middle", options=ONCE)
    cut_sound: EnumProperty(
        name="Sound", description="What becomes of the strips' own sound", items=SOUNDS, default="together", options=ONCE
    )


class BeatState(BeatProps, SnapProps, CutProps):
    """All of them, for the scene's settings."""


BEAT_ASKS = ("beat_tracker", "beat_tempo")
_HEARD = ("beat_pulse", "beat_shift", "beat_offset", "beat_least")
FIND_LIVE = ("beat_markers", "beat_at", "beat_every", *_HEARD)
SNAP_LIVE = ("beat_reach", "beat_at", "beat_every", *_HEARD)
CUT_LIVE = ("cut_by", "cut_every", "cut_part", "cut_sound", *_HEARD)
NAMES = tuple(dict.fromkeys((*BEAT_ASKS, *FIND_LIVE, *SNAP_LIVE, *CUT_LIVE, "beat_music")))
BESIDE = {"beat_every": lambda props: props.beat_at == "every"}
"""What is shown only beside certain other options."""


def task(props: Any) -> "BeatsOptions":
    """What the worker is asked."""
    from ..ml.facts import BeatsOptions

    return BeatsOptions(props.beat_tracker, round(props.beat_tempo, 2))


def grid(props: Any) -> "GridOptions":
    """Which beats the properties mean."""
    from ..timeline.beat_grid import GridOptions

    return GridOptions(
        props.beat_pulse, props.beat_shift, props.beat_at, props.beat_every, exact(round(props.beat_offset) / 1000),
        round(props.beat_least, 4),
    )  # fmt: skip


def markers(props: Any) -> "BeatMarkerOptions":
    """What Find Beats writes."""
    from ..timeline.planners.beats import BeatMarkerOptions

    return BeatMarkerOptions(grid(props), props.beat_markers)


def cutting(props: Any) -> "CutOptions":
    """How Cut to Beats cuts."""
    from ..timeline.beat_cut import CutOptions

    return CutOptions(props.cut_by, props.cut_every, props.cut_part, props.cut_sound)


CLASSES: tuple[type, ...] = ()
