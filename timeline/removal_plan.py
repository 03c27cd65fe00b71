"""A plan of removals as a file: what is proposed and decided, read back with care. Pure: JSON out, text in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Span
from .cutting import total_saved
from .layout import Layout
from .plan import Why
from .proposals import Row
from .removals import Removal, RemovalKind, Said, Verdict, Way
from .stamped import sealed, unsealed
from .state import Timeline
from .timebase import FrameRange
from .timecode import Clock

SCHEMA = "assistant_editor.removals/1"


@dataclass(frozen=True)
class PlannedRemoval:
    """A proposal in a plan. `frames` is what is to be cut: timeline frames of `strip`, from the first up to but not including the last.

    `span` are the same seconds of the medium as they were proposed, `start` and `end` timecodes on the timeline from the scene's first
    frame, `beside` strips that are silent with it and cut along, `saved` the frames the timeline gets shorter by.
    `verdict` may be changed to "accepted" or "rejected", and `frames` to others of the strip.
    """

    kind: RemovalKind
    strip: str
    frames: FrameRange
    verdict: Verdict
    confidence: float
    reason: str
    medium: str
    span: Span
    text: str = ""
    before: str = ""
    after: str = ""
    start: str = ""
    end: str = ""
    saved: int = 0
    way: Way = "remove"
    keep: int = 0
    speed: Fraction = Fraction(1)
    group: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemovalPlan:
    """What might be cut out of a timeline. `saved_frames` is what accepting everything that is not rejected saves, `saved` the same as
    timecode. `options` are those it was planned with, `notices` what the planners say.

    In its file `schema`, `scene` and `timeline` go before it: the last is a digest of the timeline it was made for.
    """

    rate: Fraction
    removals: tuple[PlannedRemoval, ...]
    saved_frames: int = 0
    saved: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def planned(timeline: Timeline, rows: Sequence[Row], options: Mapping[str, Any], notices: Sequence[str] = ()) -> RemovalPlan:
    """The rows of a review list as a plan."""
    clock, zero = Clock(timeline.rate), timeline.frames.start
    total = total_saved(row.removal for row in rows if row.verdict != "rejected")
    found = tuple(_planned(row, clock, zero) for row in rows)
    return RemovalPlan(timeline.rate, found, total, clock.timecode(total), dict(options), tuple(notices))


def _planned(row: Row, clock: Clock, zero: int) -> PlannedRemoval:
    one = row.removal
    return PlannedRemoval(
        one.kind, one.strip, one.frames, one.verdict, round(one.why.confidence, 4), one.why.reason, one.medium, one.span, one.text,
        row.before, row.after, clock.timecode(one.frames.start - zero), clock.timecode(one.frames.end - zero), row.saved, one.way,
        one.keep, one.speed, one.group, one.beside,
    )  # fmt: skip


def write(plan: RemovalPlan, layout: Layout, timeline: Timeline) -> dict[str, Any]:
    """Its JSON, for this timeline only: another cut, another place or another file played makes it stale."""
    return sealed(SCHEMA, layout, to_json(plan), *_media(timeline))


def read(text: str, layout: Layout, timeline: Timeline) -> RemovalPlan:
    """A plan for this timeline.

    Raises `EditorError`: BAD_INPUT that names the line or the field which does not fit, STALE when the timeline has changed since.
    """
    data = unsealed(text, SCHEMA, layout, *_media(timeline))
    plan = _parsed({name: value for name, value in data.items() if name not in ("schema", "scene", "timeline")})
    strips = {strip.name: strip for strip in timeline.strips}
    for number, one in enumerate(plan.removals):
        where = f"removals[{number}]"
        if one.strip not in strips:
            raise _misfit(f"{where}.strip: there is no movie or sound strip {one.strip!r}.")
        whole = strips[one.strip].frames
        if not whole.start <= one.frames.start < one.frames.end <= whole.end:
            outside = f"{one.frames.start} to {one.frames.end} is not a part of {one.strip!r}, {whole.start} to {whole.end}"
            raise _misfit(f"{where}.frames: {outside}.")
        if not 0 <= one.confidence <= 1:
            raise _misfit(f"{where}.confidence: {one.confidence} is not between 0 and 1.")
        if one.keep < 0 or one.speed < 1:
            raise _misfit(f"{where}: keep cannot be less than 0, nor speed less than 1.")
    return plan


def _media(timeline: Timeline) -> list[str]:
    return [f"{strip.name} {strip.medium}" for strip in sorted(timeline.strips, key=lambda strip: strip.name)]


def _misfit(what: str, reason: Exception | None = None) -> EditorError:
    return EditorError(f"The plan cannot be read: {what}", "Mend it, or make it again with --dry-run --json FILE.", BAD_INPUT, repr(reason))


def _parsed(data: dict[str, Any]) -> RemovalPlan:
    rows, kind, where = data.get("removals"), PlannedRemoval.__name__, ""
    try:
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            where = f"removals[{number}]"
            from_json(PlannedRemoval, row)
        kind, where = RemovalPlan.__name__, ""
        return from_json(RemovalPlan, data)
    except EditorError as reason:
        raise _misfit(f"{where}{reason.message.removeprefix(kind)}".lstrip(".: ")) from reason
    except ValueError as reason:
        raise _misfit(f"{where}: {reason}.") from reason


def accepted(plan: RemovalPlan, line: float | None = None) -> tuple[Removal, ...]:
    """What is to be carried out: what the plan says is accepted, and the open ones of at least this confidence."""
    return tuple(_removal(one) for one in with_accepted(plan, line).removals if one.verdict == "accepted")


def with_accepted(plan: RemovalPlan, line: float | None) -> RemovalPlan:
    """The plan with every open removal of at least this confidence accepted."""
    if line is None:
        return plan
    return replace(plan, removals=tuple(
        replace(one, verdict="accepted") if one.verdict == "open" and one.confidence >= line else one for one in plan.removals
    ))  # fmt: skip


def words(plan: RemovalPlan) -> tuple[Said, ...]:
    """What the plan decides, as the editor's word."""
    return tuple(Said(one.kind, one.medium, one.span, one.verdict) for one in plan.removals if one.verdict != "open")


def _removal(one: PlannedRemoval) -> Removal:
    why = Why(one.confidence, one.reason)
    return Removal(
        one.kind, one.medium, one.span, why, one.strip, one.frames, one.text, one.way, one.keep, one.speed, one.group, one.verdict,
        one.beside,
    )  # fmt: skip
