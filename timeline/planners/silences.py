"""From voices to proposals of what to cut out because nobody speaks. Pure.

What one strip says is never cut out for the silence of another: a pause counts where everybody who is heard pauses. Frames are rounded
inwards, so paddings are kept to the sample.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ...ml.facts import Sounds, Span, Transcript, Voice
from ..pauses import Pause, Pauses, Wanted, pauses
from ..places import Place, chains, heard
from ..plan import Why
from ..removals import Proposals, Removal, Way
from ..state import StripRef
from ..timebase import FrameRange
from ..voicing import decode

LEAST = Fraction(1, 20)
"""Seconds of the shortest part that is worth a cut."""
ROOM = 6.0
"""Decibels above the room that still are the room."""


@dataclass(frozen=True)
class SilenceOptions:
    """What is a silence, and what is to be done with it. Seconds but for `offset` (decibels) and `speed`.

    A pause of `minimum` or more counts. `before` and `after` speech stay as they are. `way` "shorten" leaves `keep` of a pause in all,
    "speed" plays it `speed` times faster. What is louder than the room is heard; the limit follows the room, and `offset` moves it.
    """

    minimum: Fraction = Fraction(1, 2)
    before: Fraction = Fraction(1, 10)
    after: Fraction = Fraction(3, 20)
    keep_breaths: bool = True
    keep_music: bool = True
    keep_sounds: bool = True
    way: Way = "remove"
    keep: Fraction = Fraction(3, 10)
    speed: Fraction = Fraction(4)
    offset: float = 0.0


def _rules(minimum: int, before: int, after: int, **more: Any) -> SilenceOptions:
    """Of milliseconds."""
    return SilenceOptions(Fraction(minimum, 1000), Fraction(before, 1000), Fraction(after, 1000), **more)


PRESETS: dict[str, SilenceOptions] = {
    "podcast": _rules(1000, 150, 200, way="shorten", keep=Fraction(1, 2)),
    "tutorial": _rules(1000, 200, 300, way="speed", keep_sounds=False),
    "vlog": _rules(500, 100, 150, keep_breaths=False),
    "interview": _rules(1500, 250, 350, way="shorten", keep=Fraction(4, 5)),
    "short": _rules(250, 50, 80, keep_breaths=False, keep_sounds=False),
}


@dataclass(frozen=True)
class _Part:
    """`cut`: the frames of `place` that show what may go of `pause`; `keep` of them stay. `whole`: they are all of the strip."""

    place: Place
    pause: Pause
    cut: FrameRange
    keep: int
    whole: bool


def propose(
    voices: Mapping[str, Voice],
    transcripts: Mapping[str, Transcript],
    sounds: Mapping[str, Sounds],
    strips: Sequence[StripRef],
    options: SilenceOptions,
    rate: Fraction,
    origins: Mapping[str, Fraction] | None = None,
) -> Proposals:
    """The pauses that are heard through these strips, each once, in order of the timeline.

    `strips` are all that are heard: where one of them speaks, nothing is proposed for the others. `transcripts` and `sounds` are used where
    they are known. `origins` says where the pictures of each medium begin in its container, for movie strips without a sound strip.
    """
    found = {medium: _pauses(voice, transcripts.get(medium), sounds.get(medium), options) for medium, voice in voices.items()}
    by_name = {strip.name: strip for strip in strips}
    notices = _left_out(strips, voices, found)
    places = [place for place in heard(strips) if place.medium in found and found[place.medium].speaks]
    shifted = [_shifted(place, by_name[place.strip], voices[place.medium].origin, (origins or {}).get(place.medium)) for place in places]
    parts: list[_Part] = []
    staying: list[FrameRange] = []
    for chain in chains(shifted, one_channel=True):
        starts = [float(place.span.start) for place in chain]
        here = []
        for pause in found[chain[0].medium].found:
            first = max(0, bisect_right(starts, float(pause.span.start)) - 1)
            here += _parts(pause, chain[first : bisect_right(starts, float(pause.span.end))], options, rate)
        staying += _minus([place.frames for place in chain], [part.cut for part in here])
        parts += [part for part in here if not _held(by_name[part.place.strip], by_name)]
    busy = _union(staying)
    removals = [one for part in parts for one in _removals(part, busy, options, rate, part.place.medium in transcripts)]
    notices += _kept(sorted({place.medium for place in places}), found)
    return Proposals(tuple(_once(removals)), tuple(notices))


def _pauses(voice: Voice, transcript: Transcript | None, sounds: Sounds | None, options: SilenceOptions) -> Pauses:
    wanted = Wanted(
        options.minimum, options.before, options.after, options.offset, options.keep_breaths, options.keep_music, options.keep_sounds
    )
    return pauses(decode(voice), transcript.words if transcript else (), sounds.events if sounds else (), wanted)


def _parts(pause: Pause, chain: Sequence[Place], options: SilenceOptions, rate: Fraction) -> list[_Part]:
    """What may go of a pause through strips that follow each other; nothing where too little of it is seen there."""
    seen = [place for place in chain if place.span.overlap(pause.span) > 0]
    visible = sum((place.span.overlap(pause.span) for place in seen), Fraction(0))
    if visible < options.minimum:
        return []
    cuts = [(place, frames) for place in seen if (frames := _frames(pause.cut, place)).length]
    total = sum(frames.length for _, frames in cuts)
    keep = 0
    if options.way == "shorten":
        # What stays of the pause in all counts its paddings.
        keep = max(0, round(options.keep * rate) - round(visible * rate) + total)
    parts = []
    for place, frames in cuts:
        share = round(Fraction(keep * frames.length, total))
        parts.append(_Part(place, pause, frames, share, frames == place.frames))
    return parts


def _frames(span: Span, place: Place) -> FrameRange:
    """The frames of a place that lie wholly within a span."""
    start = max(place.frames.start, math.ceil(place.source.frame(span.start)))
    return FrameRange(start, max(start, min(place.frames.end, math.floor(place.source.frame(span.end)))))


def _removals(part: _Part, busy: Sequence[FrameRange], options: SilenceOptions, rate: Fraction, words: bool) -> list[Removal]:
    """The proposals that a part gives where nobody else speaks."""
    found = []
    for frames in _minus([part.cut], _touching(busy, part.cut)):
        least = LEAST if frames == part.cut else max(LEAST, options.minimum - options.before - options.after)
        keep = part.keep if frames == part.cut else min(part.keep, frames.length)
        if (frames.length - keep) < least * rate:
            continue
        span = Span(part.place.source.seconds(frames.start), part.place.source.seconds(frames.end))
        why = _why(part, Fraction(frames.length) / rate, options, words)
        speed = options.speed if options.way == "speed" else Fraction(1)
        found.append(Removal("silence", part.place.medium, span, why, part.place.strip, frames, "", options.way, keep, speed))
    return found


def _why(part: _Part, length: Fraction, options: SilenceOptions, words: bool) -> Why:
    """How sure it is that nothing is missed, and why it is proposed."""
    pause = part.pause
    sure = 1 - pause.chance - min(0.3, max(0.0, pause.above - ROOM) / 50)
    told = [f"nobody speaks for {float(length):.1f} s"]
    if pause.above <= ROOM:
        told.append(f"it is as quiet as the room ({pause.room:.0f} dB)")
    else:
        told.append(f"there is sound up to {pause.above:.0f} dB above the room ({pause.room:.0f} dB)")
    if words:
        told.append("no word was heard")
    else:
        sure *= 0.95
    if pause.chance > 0.2:
        told.append("the voice detector is not quite sure")
    if part.whole:
        # Who left a silent part on the timeline may have meant it.
        sure = min(sure, 0.4)
        told.append("it is all of this strip")
    return Why(round(min(max(sure, 0.05), 0.99), 3), "; ".join(told))


def _once(removals: Iterable[Removal]) -> list[Removal]:
    """In order of time; where strips pause together, the proposal of the longest pause stands for all of them."""
    found: list[Removal] = []
    for one in sorted(removals, key=lambda one: (one.frames.start, -one.frames.end, one.strip)):
        before = next((other for other in reversed(found[-8:]) if _within(one.frames, other.frames)), None)
        if before is None:
            found.append(one)
        else:
            beside = tuple(dict.fromkeys((*before.beside, one.strip)))
            found[found.index(before)] = replace(before, beside=beside, why=min(before.why, one.why, key=lambda why: why.confidence))
    return found


def _within(one: FrameRange, other: FrameRange) -> bool:
    return other.start <= one.start and one.end <= other.end


def _held(strip: StripRef, by_name: Mapping[str, StripRef]) -> StripRef | None:
    """The strip that must not be changed: this one, or one that is cut with it; None where all may."""
    together = (strip, *(by_name[name] for name in strip.partners if name in by_name))
    return next((one for one in together if one.held), None)


def _left_out(strips: Sequence[StripRef], voices: Mapping[str, Voice], found: Mapping[str, Pauses]) -> list[str]:
    """What is not looked at, in sentences; several strips of one kind in one."""
    by_name = {strip.name: strip for strip in strips}
    sounding = {strip.medium for strip in strips if strip.kind == "SOUND"}
    told: dict[tuple[str, str], list[str]] = {}
    for strip in strips:
        if strip.kind == "OTHER" or (strip.kind == "MOVIE" and strip.medium in sounding):
            continue
        name, why = strip.name, ("", "")
        if strip.source is None:
            why = "left out", strip.unmapped
        elif strip.muted:
            why = "left out", "it is muted"
        elif strip.medium in found and not found[strip.medium].speaks:
            why = "left as it is", "nobody speaks there"
        elif strip.medium in voices and (held := _held(strip, by_name)) is not None:
            name, why = held.name, ("not cut", held.held)
        if why[0]:
            told.setdefault(why, []).append(name)
    return [f"{_strips(tuple(dict.fromkeys(names)))} {what}: {reason}." for (what, reason), names in told.items()]


def _strips(names: Sequence[str]) -> str:
    return f"{names[0]} is" if len(names) == 1 else f"Each of {len(names)} strips ({names[0]}, {names[1]}{' …' * (len(names) > 2)}) is"


def _kept(media: Sequence[str], found: Mapping[str, Pauses]) -> list[str]:
    """How many pauses stay for what is heard in them."""
    music = sum(found[medium].music for medium in media)
    sounds = sum(found[medium].sounds for medium in media)
    told = [f"{_pauses_with(music)} music in {_them(music)}: the music stays."] if music else []
    return told + ([f"{_pauses_with(sounds)} other sounds in {_them(sounds)}: they stay."] if sounds else [])


def _pauses_with(count: int) -> str:
    return "1 pause has" if count == 1 else f"{count} pauses have"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _shifted(place: Place, strip: StripRef, origin: Fraction, picture: Fraction | None) -> Place:
    """A movie strip's map counts in its pictures' time; the voice counts in the sound's."""
    if strip.kind != "MOVIE" or picture is None:
        return place
    return replace(place, source=replace(place.source, trim=place.source.trim + picture - origin))


def _union(ranges: Iterable[FrameRange]) -> list[FrameRange]:
    """The same frames as ranges in order that neither touch nor overlap."""
    found: list[FrameRange] = []
    for one in sorted(one for one in ranges if one.length):
        if found and one.start <= found[-1].end:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def _minus(ranges: Iterable[FrameRange], taken: Sequence[FrameRange]) -> list[FrameRange]:
    """What is left of the ranges; `taken` in order, without overlap."""
    left = []
    for one in ranges:
        at = one.start
        for other in _touching(taken, one):
            if other.start > at:
                left.append(FrameRange(at, other.start))
            at = max(at, other.end)
        if at < one.end:
            left.append(FrameRange(at, one.end))
    return left


def _touching(ranges: Sequence[FrameRange], frames: FrameRange) -> Sequence[FrameRange]:
    """Those of the ranges, in order and without overlap, that share a frame with `frames`."""
    first = bisect_left(ranges, frames.start, key=lambda one: one.end)
    end = bisect_left(ranges, frames.end, key=lambda one: one.start)
    return [one for one in ranges[first:end] if one.overlaps(frames)]
