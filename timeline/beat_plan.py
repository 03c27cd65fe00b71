"""A plan made from beats that waits in a file: markers, cuts to be moved, or strips to be cut. Pure: JSON out, text in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Beats
from .beat_snap import Roll, Snapped
from .layout import Layout, Piece, Rearrangement
from .plan import Marker, Plan
from .stamped import REMEDY, sealed, unsealed
from .state import StripRef, Timeline

SCHEMA = "assistant_editor.beats/1"
What = Literal["markers", "snap", "cut"]
MOST = 8
"""Cuts that stay are told one by one up to so many."""


@dataclass(frozen=True)
class Music:
    """What was heard: beats a minute, how many beats, how many of them begin a bar, beats a bar, and how sure both are (0 to 1)."""

    strip: str
    medium: str
    method: str
    tempo: float
    beats: int
    downbeats: int
    meter: int
    confidence: float
    bar_confidence: float


@dataclass(frozen=True)
class BeatPlan:
    """One of three. `what` "markers": `markers` are to stand, `strips` are the music. "snap": `rolls`, cuts that go from `frame` to `to`.
    "cut": `pieces`, which frames of which strip are to stand from `start` on, and `gone`, strips that go. `told` says it in a sentence.

    In its file `schema`, `scene` and `timeline` go before it: the last is a digest of the timeline it was made for.
    """

    what: What
    music: tuple[Music, ...] = ()
    markers: tuple[Marker, ...] = ()
    strips: tuple[str, ...] = ()
    rolls: tuple[Roll, ...] = ()
    pieces: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    told: str = ""

    @property
    def rearrangement(self) -> Rearrangement:
        return Rearrangement(self.pieces, self.gone, notices=self.notices)


def heard(beats: Mapping[str, Beats], strips: Sequence[StripRef]) -> tuple[Music, ...]:
    """What was heard in these strips, each medium once."""
    first: dict[str, str] = {}
    for strip in strips:
        if strip.medium in beats:
            first.setdefault(strip.medium, strip.name)
    return tuple(
        Music(
            name, medium, facts.method, facts.tempo, len(facts.beats), sum(beat.downbeat for beat in facts.beats), facts.meter,
            facts.confidence, facts.bar_confidence,
        )
        for medium, name in first.items()
        for facts in [beats[medium]]
    )  # fmt: skip


def marked(plan: Plan, music: Sequence[Music]) -> BeatPlan:
    """The markers of a plan."""
    markers = tuple(edit for edit in plan.edits if isinstance(edit, Marker))
    return BeatPlan("markers", tuple(music), markers, plan.strips, notices=plan.notices)


def snapped(done: Snapped) -> BeatPlan:
    """Cuts that are moved."""
    moved = len(done.rolls)
    parts = [f"{moved} {'cut' if moved == 1 else 'cuts'} moved to a beat"]
    parts += [f"{done.met} on one already"] if done.met else []
    parts += [f"{done.far} too far from one"] if done.far else []
    parts += [f"{len(done.notices)} cannot be moved"] if done.notices else []
    shown = done.notices if len(done.notices) <= MOST else (*done.notices[:MOST], f"{len(done.notices) - MOST} more cuts stay.")
    return BeatPlan("snap", rolls=done.rolls, notices=shown, told=", ".join(parts) + ".")


def cut(made: Rearrangement) -> BeatPlan:
    """Strips that are cut to the music."""
    count = len({piece.start for piece in made.pieces})
    return BeatPlan("cut", pieces=made.pieces, gone=made.gone, notices=made.notices, told=f"{count} strips follow each other on beats.")


def with_music(plan: BeatPlan, music: Sequence[Music], notices: Sequence[str]) -> BeatPlan:
    """The plan with what was heard, and what is to be said besides."""
    return replace(plan, music=tuple(music), notices=tuple(dict.fromkeys((*notices, *plan.notices))))


def as_json(plan: BeatPlan, layout: Layout, timeline: Timeline) -> dict[str, Any]:
    """Its JSON, for this timeline only."""
    return sealed(SCHEMA, layout, to_json(plan), *_media(timeline))


def read(text: str, layout: Layout, timeline: Timeline) -> BeatPlan:
    """What `as_json` made. Raises `EditorError`: BAD_INPUT for anything else, STALE when the timeline is no longer as it was."""
    data = unsealed(text, SCHEMA, layout, *_media(timeline))
    try:
        return from_json(BeatPlan, {name: value for name, value in data.items() if name not in ("schema", "scene", "timeline")})
    except (TypeError, ValueError, EditorError) as reason:
        told = reason.message if isinstance(reason, EditorError) else str(reason)
        raise EditorError(f"The plan cannot be read: {told}", REMEDY, BAD_INPUT, repr(reason)) from reason


def as_plan(plan: BeatPlan, timeline: Timeline) -> Plan:
    """Its markers, to be merged."""
    media = sorted({strip.medium for strip in timeline.strips if strip.name in plan.strips and strip.medium})
    return Plan(plan.markers, plan.notices, tuple((medium, "beat") for medium in media), plan.strips)


def _media(timeline: Timeline) -> list[str]:
    return [f"{strip.name} {strip.medium}" for strip in sorted(timeline.strips, key=lambda strip: strip.name)]
