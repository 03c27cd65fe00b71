"""Transitions by rule: where a scene changes, as long as the rhythm asks for, never while somebody speaks, out of what the media have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from statistics import median
from typing import Literal

from ...ml.facts import Beats, Pictures, Shots, Span
from ..camera_ways import same_way
from ..effect import Effect
from ..heard_speech import Speech
from ..meetings import Meeting, meetings
from ..plan import Identity, Plan, Why
from ..stack import Stack, fills
from ..stage import Stage
from ..state import Picture, StripRef
from ..timebase import FrameRange
from ..transition_layers import Direction, Look, Way, layers, movable

KIND: Literal["transition"] = "transition"
SHARE = Fraction(1, 4)
"""Of the length of the shots around: so long is a transition."""
SHORTEST, LONGEST = Fraction(1, 4), Fraction(2)
"""Seconds."""
AROUND = 2
"""Cuts on each side whose shots make the rhythm."""
AT_SCENE = 1
"""Frames by which a scene may begin beside its cut."""
BESIDE = Fraction(1)
"""Seconds of the medium that a transition is known by."""
LISTED = 4
"""Cuts that are told one by one."""
ONE, THREE = 1, 3
"""Channels a dip needs, and any other transition."""


@dataclass(frozen=True)
class TransitionOptions:
    """Live options. `way` "auto": a push where both cameras move alike, else a dissolve. `seconds` 0: by rhythm. `strength` times as long.

    `lacking`: what becomes of a cut whose media have nothing more to show, a dip or nothing. `direction` "auto": as the camera goes.
    """

    at: Literal["scenes", "cuts"] = "scenes"
    way: Literal["auto"] | Way = "auto"
    strength: float = 1.0
    seconds: Fraction = Fraction(0)
    lacking: Literal["dip", "leave"] = "dip"
    color: Literal["black", "white"] = "black"
    direction: Literal["auto"] | Direction = "auto"
    clear: bool = True
    """Never while somebody speaks."""


@dataclass(frozen=True)
class Known:
    """What is known besides strips. `scenes`: the frames at which a scene begins, and how sure that is, 0..1."""

    shots: Mapping[str, Shots] = field(default_factory=dict)
    scenes: Mapping[int, float] = field(default_factory=dict)
    speech: Speech = field(default_factory=Speech)
    pictures: Mapping[str, Pictures] = field(default_factory=dict)
    beats: Mapping[str, Beats] = field(default_factory=dict)


@dataclass(frozen=True)
class _Fit:
    """Where a transition may be: from `low` to `high`, the cut between them, and a way that suits it."""

    low: int
    high: int
    way: Way


def plan(
    known: Known, strips: Sequence[StripRef], options: TransitionOptions, stage: Stage, stack: Stack, pictures: Sequence[Picture] = ()
) -> Plan:
    """A transition over every cut where one belongs and has room. Others stay as they are, and the notices say why and where.

    `strips` are the movie strips that are meant, `pictures` what else is, `stack` all that stands. What each transition begins with and
    ends with is exactly what is seen there without it.
    """
    stage = _with_contents(stage, pictures)
    every = meetings(_films(strips, stack), known.shots, pictures)
    found = [one for one in every if _wanted(one, known, options)]
    sheer = {one.ref.name for one in pictures if not one.solid}
    places = {id(one): number for number, one in enumerate(every)}
    told: dict[str, list[int]] = defaultdict(list)
    effects = []
    for one in found:
        wanted = _length(every, places[id(one)], known, options, stage.rate)
        reason, fit = _fit(one, known, options, stage, stack, wanted, sheer)
        if fit is None:
            told[reason].append(one.frame)
            continue
        effects.append(_effect(one, fit, wanted, reason, known, options, stage))
    refs = [*strips, *(one.ref for one in pictures)]
    media = tuple((medium, KIND) for medium in sorted({ref.medium for ref in refs if ref.medium in known.shots or ref.kind == "OTHER"}))
    return Plan(notices=tuple(_notices(found, told, options)), media=media, strips=tuple(s.name for s in refs), effects=tuple(effects))


def _with_contents(stage: Stage, pictures: Sequence[Picture]) -> Stage:
    """What stands in a meta strip is part of how it looks: a copy of one has copies of that."""
    looks = {one.ref.name: one.look for one in pictures if one.look and one.ref.name in stage.shown}
    shown = {name: replace(stage.shown[name], look=f"{stage.shown[name].look} {look}") for name, look in looks.items()}
    return replace(stage, shown={**stage.shown, **shown}) if shown else stage


def _films(strips: Sequence[StripRef], stack: Stack) -> list[StripRef]:
    layers_of_effects = {slab.name for slab in stack.slabs if slab.effect}
    return [strip for strip in strips if strip.name not in layers_of_effects]


def _wanted(meeting: Meeting, known: Known, options: TransitionOptions) -> bool:
    return (options.at == "cuts" and not meeting.through) or _scene(meeting, known) is not None


def _scene(meeting: Meeting, known: Known) -> float | None:
    near = [known.scenes[frame] for frame in range(meeting.frame - AT_SCENE, meeting.frame + AT_SCENE + 1) if frame in known.scenes]
    return max(near, default=None)


def _length(every: Sequence[Meeting], place: int, known: Known, options: TransitionOptions, rate: Fraction) -> int:
    """Frames, by the lengths of the shots around; on beats where there are any."""
    if options.seconds:
        return max(2, round(options.seconds * rate * Fraction(options.strength)))
    around = [length for one in every[max(0, place - AROUND) : place + AROUND + 1] for length in one.lengths]
    frames = median(around) * float(SHARE) * options.strength
    frames = min(max(frames, float(SHORTEST * rate)), float(LONGEST * rate) * max(1.0, options.strength))
    beat = next((float(60 * rate) / one.tempo for one in known.beats.values() if one.tempo > 0 and one.confidence >= 0.5), 0.0)
    if beat:
        step = beat if frames >= 0.75 * beat else beat / 2
        frames = max(1, round(frames / step)) * step
    return max(2, round(frames))


def _fit(
    meeting: Meeting, known: Known, options: TransitionOptions, stage: Stage, stack: Stack, wanted: int, sheer: Collection[str]
) -> tuple[str, _Fit | None]:
    """(why it is so, or why there is none; where it may be). `sheer` are the strips that others may shine through."""
    hindrance = _hindrance(meeting, stage, stack)
    if hindrance:
        return hindrance, None
    low, high = meeting.frame - meeting.lengths[0] // 2, meeting.frame + meeting.lengths[1] // 2
    lowest = min(meeting.left.channel, meeting.right.channel)
    if not {meeting.left.name, meeting.right.name}.isdisjoint(sheer) and stack.beneath(lowest, FrameRange(low, high), KIND):
        return "what is seen below may shine through", None
    if options.clear:
        free = known.speech.free(meeting.frame)
        if free is None:
            return "somebody speaks there", None
        low, high = max(low, free.start), min(high, free.end)
        unknown = [one for one in known.speech.unknown if one.start < high and low < one.end]
        if unknown:
            return "nobody has listened whether somebody speaks there", None
    least = max(4, round(SHORTEST * stage.rate))
    way = _way(meeting, known, options, stage)
    with_handles = _Fit(max(low, meeting.frame - meeting.before), min(high, meeting.frame + meeting.after), way)
    hidden = _covered(meeting, stage, stack, FrameRange(low, high)) if way != "dip" else "it is a dip"
    if way != "dip" and not hidden and with_handles.high - with_handles.low >= min(least, wanted):
        reason, room = _room(meeting, with_handles, stack, stage, wanted, THREE)
        return (reason, with_handles) if room else (reason, None)
    if way != "dip" and options.lacking == "leave":
        return hidden or "the media have no more pictures there", None
    dip = replace(with_handles, low=low, high=high, way="dip")
    half = min(dip.high - meeting.frame, meeting.frame - dip.low)
    if half < max(2, least // 2):
        return "there is no room beside speech and short shots", None
    # As long on one side as on the other: a dip is darkest at the cut.
    dip = replace(dip, low=meeting.frame - half, high=meeting.frame + half)
    reason, room = _room(meeting, dip, stack, stage, wanted, ONE)
    why = f"a dip, for {hidden or 'the media have no more pictures there'}" if way != "dip" else ""
    return (why, dip) if room else (reason, None)


def _way(meeting: Meeting, known: Known, options: TransitionOptions, stage: Stage) -> Way:
    way: Way = options.way if options.way != "auto" else "push" if same_way(meeting, known.pictures) else "dissolve"
    moves = all(movable(stage.shown.get(one.name)) for one in (meeting.left, meeting.right))
    return way if moves or way != "push" else "dissolve"


def _hindrance(meeting: Meeting, stage: Stage, stack: Stack) -> str:
    if meeting.through:
        return "one shot goes on across them"
    if meeting.gradual:
        return "the film has a transition of its own there"
    sides = (meeting.left, meeting.right)
    barred = next((one.unmapped for one in sides if one.source is None), "")
    if barred:
        return barred
    if any(one.feeds for one in sides):
        return "an effect works on the strips"
    held = next((one.held for one in sides if one.held), "")
    if held:
        return held
    if any(stage.left_out(KIND, one.medium, span) for one, span in _around(meeting)):
        return "you left the shot out"
    for one in sides:
        slab, shown = stack.named(one.name), stage.shown.get(one.name)
        if (slab is not None and not slab.plain) or (shown is not None and {"blend_alpha", "mute"} & shown.keyed):
            return "the strips come and go by themselves or let shine through what is below"
    return ""


def _around(meeting: Meeting) -> list[tuple[StripRef, Span]]:
    """Both strips with the shot that ends and the one that begins, as seen."""
    left, right = meeting.left, meeting.right
    assert left.source is not None and right.source is not None
    return [
        (left, Span(left.source.seconds(meeting.began), left.source.seconds(meeting.frame))),
        (right, Span(right.source.seconds(meeting.frame), right.source.seconds(meeting.ends))),
    ]


def _covered(meeting: Meeting, stage: Stage, stack: Stack, frames: FrameRange) -> str:
    """Why copies must not lie over these frames, "" when they may."""
    there = stack.over(frames, KIND)
    if not stack.hidden.isdisjoint((meeting.left.name, meeting.right.name)) or any(slab.effect == "privacy" for slab in there):
        return "what is hidden in a picture is hidden there and not beyond the cut"
    fill = all(fills(stage.shown.get(one.name), stage.canvas) for one in (meeting.left, meeting.right))
    if not fill and stack.beneath(min(meeting.left.channel, meeting.right.channel), frames, KIND):
        return "the strips do not fill the frame and others are seen below them"
    return ""


def _room(meeting: Meeting, fit: _Fit, stack: Stack, stage: Stage, wanted: int, needed: int) -> tuple[str, bool]:
    frames = _window(meeting.frame, fit, wanted)
    free, what = stack.room(max(meeting.left.channel, meeting.right.channel), frames, KIND)
    channels = "1 channel" if needed == 1 else f"{needed} channels"
    return ("", True) if free >= needed else (f"{channels} must be free between them and {what!r}", False)


def _window(cut: int, fit: _Fit, wanted: int) -> FrameRange:
    """As near to the middle of the cut as there is room."""
    if fit.way == "dip":
        half = min(-(-wanted // 2), fit.high - cut)
        return FrameRange(cut - half, cut + half)
    start = max(fit.low, cut - wanted // 2)
    end = min(fit.high, start + wanted)
    return FrameRange(max(fit.low, end - wanted), end)


def _effect(meeting: Meeting, fit: _Fit, wanted: int, reason: str, known: Known, options: TransitionOptions, stage: Stage) -> Effect:
    frames = _window(meeting.frame, fit, wanted)
    camera = same_way(meeting, known.pictures)
    direction: Direction = options.direction if options.direction != "auto" else camera or "left"
    color = (0.0, 0.0, 0.0) if options.color == "black" else (1.0, 1.0, 1.0)
    look = Look(fit.way, direction, color)
    upper = max(meeting.right, meeting.left, key=lambda one: one.channel)
    sure = _scene(meeting, known)
    what = "a new scene begins" if sure is not None else "the picture changes"
    moves = "; both cameras move that way" if fit.way == "push" and camera == direction else ""
    text = f"{what}: {reason or 'a ' + fit.way} of {frames.length} frames{moves}"
    return Effect(
        _identity(meeting, upper, stage.rate),
        Why(1.0 if sure is None else sure, text),
        upper.name,
        frames,
        layers=layers(meeting, frames, look, stage),
    )


def _identity(meeting: Meeting, strip: StripRef, rate: Fraction) -> Identity:
    """The second of the medium beside the cut, as seen through `strip`: it is known again when the cut is trimmed."""
    most = round(rate * BESIDE)
    assert strip.source is not None
    if strip is meeting.right:
        first, end = meeting.frame, min(meeting.frame + most, meeting.ends)
    else:
        first, end = max(meeting.frame - most, meeting.began), meeting.frame
    return Identity(strip.medium, KIND, strip.source.seconds(first), strip.source.seconds(end))


def _notices(found: Sequence[Meeting], told: Mapping[str, Sequence[int]], options: TransitionOptions) -> list[str]:
    if not found:
        where = "where a scene begins" if options.at == "scenes" else "between different shots"
        return [f"No two strips meet {where}: cut the film there first (Detect Shots), or choose Every Cut."]
    notices = []
    for reason, frames in told.items():
        listed = ", ".join(map(str, frames[:LISTED])) + (f" and {len(frames) - LISTED} more" if len(frames) > LISTED else "")
        cuts = f"The cut at frame {listed} stays" if len(frames) == 1 else f"The cuts at frames {listed} stay"
        notices.append(f"{cuts} as {'it is' if len(frames) == 1 else 'they are'}: {reason}.")
    return notices
