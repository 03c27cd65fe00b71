"""Ducking: music goes down while somebody speaks, as few keyframes as that takes.

Speech is looked for through every sound strip that is heard and is no music, in its medium, and lies on the timeline where these strips
play it. Music goes down before it and up after it in straight ramps; where it would be up again for too short a time it stays down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from ...ml.errors import USAGE, EditorError
from ...ml.facts import Sounds, Span, Transcript, Voice
from .. import faders, voicing
from ..plan import Identity, Plan, Volume, Why
from ..state import StripRef
from ..timebase import FrameRange

MusicBy = Literal["auto", "channels", "strips"]

MUSIC = "music"
MOSTLY = 0.5
"""Share of a strip that must be music, or at least be heard, where music is looked for."""
HARDLY = {True: 0.3, False: 0.1}
"""Share of speech above which a strip is no music: where music was found in it (somebody sings), and where nothing is known of it."""
AUDIBLE = -55.0
WORD_GAP = Fraction(1, 2)
"""Seconds between words that are one stretch of speech."""


@dataclass(frozen=True)
class DuckOptions:
    """`amount` decibels less under speech. Seconds: down within `attack`, so that it is down `look_ahead` before speech, stays down for
    `hold` after it and goes up within `release`; it stays down where it would be up for less than `minimum_gap`. `music_by`: what is
    music is found, or is in `channels`, or the strips that are meant."""

    amount: float = 12.0
    attack: Fraction = Fraction(3, 10)
    release: Fraction = Fraction(8, 10)
    look_ahead: Fraction = Fraction(1, 5)
    hold: Fraction = Fraction(3, 10)
    minimum_gap: Fraction = Fraction(1)
    music_by: MusicBy = "auto"
    channels: tuple[int, ...] = ()

    @property
    def factor(self) -> float:
        return float(10 ** (-self.amount / 20))


@dataclass(frozen=True)
class Heard:
    """What is known of media: facts by medium. Words stand in where no `Voice` is stored."""

    voices: Mapping[str, Voice]
    transcripts: Mapping[str, Transcript]
    sounds: Mapping[str, Sounds]


def plan(heard: Heard, strips: Sequence[StripRef], meant: Sequence[str], options: DuckOptions, rate: Fraction) -> Plan:
    """`strips` are all sound strips of the timeline; `meant` the names of those the editor chose as music: they go before
    whatever `music_by` says."""
    spans = Speech(heard)
    music = music_of(heard, spans, strips, meant, options)
    notices = [f"{name!r} is not lowered: {why}." for name, why in music.left_out]
    if not music.named:
        how = "in these channels" if options.music_by == "channels" else "among the sound strips"
        notices.append(f"No music was found {how}: select it and set Music to Selected, or give its channels.")
    speakers = [strip for strip in strips if strip.name not in music.named and not strip.muted and not _silent(strip)]
    unknown = [strip.name for strip in speakers if not spans.known(strip)]
    if unknown:
        them = "it" if len(unknown) == 1 else "them"
        notices.append(f"Whether somebody speaks in {', '.join(map(repr, unknown))} is not known: nothing is lowered under {them}.")
    spoken = [(speaker.name, part) for speaker in speakers for part in spans.frames(speaker)]
    edits = [edit for strip, sure in music.strips if (edit := _ducked(strip, sure, [part for _name, part in spoken], options, rate))]
    covered = [strip for strip in strips if strip.medium]
    media = tuple(dict.fromkeys((strip.medium, "volume") for strip in covered))
    return Plan(tuple(edits), tuple(notices), media, tuple(strip.name for strip in covered), layers=("duck",))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Music:
    """The strips that go down, each with how sure it is that it is music, and (name, why) of those that cannot."""

    strips: tuple[tuple[StripRef, float], ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def named(self) -> set[str]:
        return {strip.name for strip, _sure in self.strips} | {name for name, _why in self.left_out}


def channels_of(text: str) -> tuple[int, ...]:
    """The numbers in "1, 4-6". Raises `EditorError(USAGE)` for anything else."""
    found: list[int] = []
    for part in text.replace(";", ",").split(","):
        first, dash, last = part.strip().partition("-")
        if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
            raise EditorError(f"{text!r} are no channels.", "Give their numbers, such as 1, 4-6.", USAGE)
        found += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(found))


def music_of(heard: Heard, spans: Speech, strips: Sequence[StripRef], meant: Sequence[str], options: DuckOptions) -> Music:
    """Which strips are music."""
    found: list[tuple[StripRef, float]] = []
    left_out: list[tuple[str, str]] = []
    for strip in strips:
        sure = _as_music(heard, spans, strip, meant, options)
        if sure <= 0:
            continue
        why = strip.held or strip.unmapped or (strip.volume.held if strip.volume is not None else "it has no sound")
        if why or strip.source is None:
            left_out.append((strip.name, why))
        elif not strip.muted:
            found.append((strip, sure))
    return Music(tuple(found), tuple(left_out))


def _as_music(heard: Heard, spans: Speech, strip: StripRef, meant: Sequence[str], options: DuckOptions) -> float:
    if meant or options.music_by == "strips":
        return float(strip.name in meant)
    if options.music_by == "channels":
        return float(strip.channel in options.channels)
    if strip.source is None or strip.muted or not spans.known(strip):
        return 0.0
    whole = strip.visible
    speech = _share(spans.seconds(strip), whole)
    if strip.medium in heard.sounds:
        events = [event.span for event in heard.sounds[strip.medium].events if event.label == MUSIC]
        music = _share(events, whole)
        return music if music >= MOSTLY and speech <= HARDLY[True] else 0.0
    loud = _audible_share(heard.voices.get(strip.medium), whole)
    return 0.5 + loud / 4 if loud >= MOSTLY and speech <= HARDLY[False] else 0.0


def _share(spans: Iterable[Span], whole: Span) -> float:
    return float(sum((span.overlap(whole) for span in spans), Fraction(0)) / whole.length) if whole.length else 0.0


def _audible_share(voice: Voice | None, whole: Span) -> float:
    if voice is None:
        return 0.0
    rows = voicing.decode(voice)
    first, end = rows.rows(whole)
    return float((rows.levels[first:end] > AUDIBLE).mean()) if end > first else 0.0


def _silent(strip: StripRef) -> bool:
    return strip.volume is None or strip.volume.silent


class Speech:
    """Where somebody speaks in the media of strips, worked out once for each medium."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._spans: dict[str, list[Span]] = {}

    def known(self, strip: StripRef) -> bool:
        return strip.source is not None and (strip.medium in self._heard.voices or strip.medium in self._heard.transcripts)

    def seconds(self, strip: StripRef) -> list[Span]:
        """In seconds of the medium, in order."""
        medium = strip.medium
        if medium not in self._spans:
            if medium in self._heard.voices:
                self._spans[medium] = list(_of_voice(self._heard.voices[medium]))
            else:
                self._spans[medium] = _of_words(self._heard.transcripts.get(medium))
        return self._spans[medium]

    def frames(self, strip: StripRef) -> list[FrameRange]:
        """In frames of the timeline, as far as the strip plays it."""
        if strip.source is None:
            return []
        found = []
        for span in self.seconds(strip):
            start, end = math.floor(strip.source.frame(span.start)), math.ceil(strip.source.frame(span.end))
            start, end = max(start, strip.frames.start), min(end, strip.frames.end)
            if start < end:
                found.append(FrameRange(start, end))
        return found


@lru_cache(maxsize=64)
def _of_voice(voice: Voice) -> tuple[Span, ...]:
    """Other options need no other look at an hour of levels."""
    return tuple(voicing.speech_spans(voicing.decode(voice)))


def _of_words(transcript: Transcript | None) -> list[Span]:
    found: list[Span] = []
    for word in transcript.words if transcript is not None else ():
        if found and word.start - found[-1].end <= WORD_GAP:
            found[-1] = Span(found[-1].start, max(found[-1].end, word.end))
        else:
            found.append(Span(word.start, max(word.start, word.end)))
    return found


def _ducked(strip: StripRef, sure: float, spoken: Sequence[FrameRange], options: DuckOptions, rate: Fraction) -> Volume | None:
    assert strip.volume is not None
    faded = faders.taken_apart(strip.volume, strip.frames)
    fades = [FrameRange(strip.frames.start, math.ceil(faded.rises)), FrameRange(math.floor(faded.falls), strip.frames.end)]
    low = lowered(_with_fades(spoken, [fade for fade in fades if fade.length]), options, rate)
    points = envelope(low, strip.frames, options, rate)
    if not points:
        return None
    heard = [part for part in low if part.overlaps(strip.frames)]
    reason = f"{options.amount:g} dB less under speech, in {len(heard)} place{'' if len(heard) == 1 else 's'}"
    identity = Identity(strip.medium, "volume", strip.visible.start, strip.visible.end)
    return Volume(identity, Why(min(1.0, sure), reason), strip.name, strip.frames, "duck", points)


def _with_fades(spoken: Iterable[FrameRange], fades: Sequence[FrameRange]) -> list[FrameRange]:
    """A fade has one straight line: where speech reaches into it, all of it is lowered."""
    found = []
    for part in spoken:
        whole = [part, *(fade for fade in fades if fade.overlaps(part))]
        found.append(FrameRange(min(one.start for one in whole), max(one.end for one in whole)))
    return found


def lowered(spoken: Iterable[FrameRange], options: DuckOptions, rate: Fraction) -> list[FrameRange]:
    """The frames at which music is all the way down, in order and apart by the ramps and the shortest time it is up."""
    ahead, hold = frames_of(options.look_ahead, rate), frames_of(options.hold, rate)
    ramps = max(1, frames_of(options.attack, rate)) + max(1, frames_of(options.release, rate))
    gap = ramps + frames_of(options.minimum_gap, rate)
    found: list[FrameRange] = []
    for part in sorted(spoken):
        start, end = part.start - ahead, part.end + hold
        if found and start - found[-1].end < gap:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, end))
        else:
            found.append(FrameRange(start, end))
    return found


def envelope(low: Sequence[FrameRange], frames: FrameRange, options: DuckOptions, rate: Fraction) -> tuple[tuple[int, float], ...]:
    """The points (frame, factor) of a strip over `frames`; none where nothing is lowered in it."""
    attack, release = max(1, frames_of(options.attack, rate)), max(1, frames_of(options.release, rate))
    curve: list[tuple[Fraction, float]] = []
    for part in low:
        if part.start - attack >= frames.end or part.end + release <= frames.start:
            continue
        ramp = ((part.start - attack, 1.0), (part.start, options.factor), (part.end, options.factor), (part.end + release, 1.0))
        curve += [(Fraction(frame), factor) for frame, factor in ramp]
    if not curve:
        return ()
    points = faders.simple(faders.clipped(tuple(curve), frames.start, frames.end))
    if len(points) == 1 and faders.alike(points[0][1], 1.0):
        return ()
    return tuple((int(frame), round(factor, 6)) for frame, factor in points)


def frames_of(seconds: Fraction, rate: Fraction) -> int:
    """The nearest whole number of frames, halves up."""
    return math.floor(seconds * rate + Fraction(1, 2))
