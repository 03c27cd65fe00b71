"""From what is heard besides speech to captions such as "[music]", where no other caption stands. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ...ml.facts import SoundEvent, Sounds
from ..caption_rules import PRESETS, CaptionRules
from ..places import Place, chains, heard
from ..plan import Caption, CaptionStyle, Identity, Kind, Plan, Why
from ..standing import Claim, Standing
from ..state import StripRef
from ..timebase import FrameRange

TOLD = {
    "music": "music", "applause": "applause", "laughter": "laughter", "cheering": "cheering", "crying": "crying", "cough": "coughing",
    "sneeze": "sneezing", "dog": "dog barking", "cat": "cat meowing", "doorbell": "doorbell", "knock": "knocking",
    "telephone": "phone ringing", "siren": "siren", "gunshot": "gunshot", "explosion": "explosion", "thunder": "thunder",
    "glass": "glass breaking", "scream": "screaming",
}  # fmt: skip
"""Label of the facts -> words of the caption. What is not here ("noise") tells a viewer nothing and is left out."""
SHORTEST = Fraction(3, 2)
"""Seconds of room that a sound's caption needs."""
NEAR = Fraction(3)
"""Sounds of one kind that are no further apart in their medium are one."""


@dataclass(frozen=True)
class SoundPlanOptions:
    """`notes`: music between notes instead of brackets. `sure`: how likely a sound must be."""

    rules: CaptionRules = PRESETS["netflix"]
    style: CaptionStyle = field(default_factory=CaptionStyle)
    notes: bool = False
    sure: float = 0.6


def plan(
    sounds: Mapping[str, Sounds],
    strips: Sequence[StripRef],
    options: SoundPlanOptions,
    standing: Standing,
    rate: Fraction,
    captions: Sequence[FrameRange] = (),
    origins: Mapping[str, Fraction] | None = None,
) -> Plan:
    """A caption where each sound begins to be heard alone, as long as the rules allow: never over another caption, once a sound.

    `captions` are the frames of those that this run plans; those that stand and stay are in `standing`. `origins` as for captions.
    Changed sound captions keep what was changed, deleted ones do not come again.
    """
    kinds = {strip.name: strip.kind for strip in strips}
    scope = {strip.name for strip in strips}
    standing_still = [claim.frames for claim in standing.claims if claim.frames is not None and _stands(claim, scope)]
    taken = _Taken([*captions, *standing_still], options.rules.gap_frames)
    claims = [claim for claim in standing.claims if claim.identity.kind == "sound" and claim.state != "written"]
    used: set[Claim] = set()
    edits: list[Caption] = []
    for chain in chains([place for place in heard(strips) if place.medium in sounds], one_channel=False):
        facts = sounds[chain[0].medium]
        placed = [_shifted(place, kinds, facts.origin, (origins or {}).get(place.medium)) for place in chain]
        for event in _events(facts, options.sure):
            edits += _captions(event, placed, claims, used, taken, options, rate)
    edits.sort(key=lambda edit: (edit.frames, edit.identity))
    kind: Kind = "sound"
    media = tuple((medium, kind) for medium in sorted({strip.medium for strip in strips if strip.medium}))
    return Plan(tuple(edits), (), media, tuple(strip.name for strip in strips if strip.source is not None))


def off(strips: Sequence[StripRef]) -> Plan:
    """No sounds are wished for: those of an earlier run go, if nobody changed them."""
    return plan({}, strips, SoundPlanOptions(), Standing(), Fraction(1))


def _stands(claim: Claim, scope: set[str]) -> bool:
    """Whether it keeps its place: what the editor moved or pasted, and captions through strips that nobody plans for."""
    if claim.identity.kind == "caption" and claim.state == "written":
        return scope.isdisjoint(claim.strips) and bool(claim.strips)
    return claim.state == "kept" and claim.identity.kind in ("caption", "sound") and (not claim.record or "frames" in claim.fixed)


def _events(facts: Sounds, sure: float) -> list[SoundEvent]:
    """The sounds that have a word, those of one kind that are near each other as one."""
    found: list[SoundEvent] = []
    for event in facts.events:
        if event.label not in TOLD or event.confidence < sure:
            continue
        before = next((one for one in reversed(found) if one.label == event.label), None)
        if before is not None and event.span.start - before.span.end <= NEAR:
            joined = replace(before.span, end=max(before.span.end, event.span.end))
            found[found.index(before)] = SoundEvent(joined, event.label, max(before.confidence, event.confidence))
        else:
            found.append(event)
    return found


def _captions(
    event: SoundEvent,
    chain: Sequence[Place],
    claims: Sequence[Claim],
    used: set[Claim],
    taken: _Taken,
    options: SoundPlanOptions,
    rate: Fraction,
) -> list[Caption]:
    """The one caption of an event through a chain of places, none where there is no room."""
    here = [place for place in chain if place.span.overlap(event.span) > 0]
    if not here:
        return []
    start = max(here[0].frames.start, here[0].source.nearest_frame(event.span.start))
    end = min(here[-1].frames.end, here[-1].source.nearest_frame(event.span.end))
    identity = Identity(here[0].medium, "sound", event.span.start, event.span.end)
    names = {place.strip for place in here}
    owner = next((claim for claim in claims if _owns(claim, identity, names)), None)
    least, most = max(options.rules.shortest(rate), -int(-SHORTEST * rate // 1)), options.rules.longest(rate)
    text, fixed = _text(event.label, options.notes), frozenset[str]()
    if owner is not None:
        if owner.state == "deleted" or not owner.record or owner in used:
            return []
        used.add(owner)
        identity, fixed = owner.identity, owner.fixed
        text = owner.text if "text" in fixed else text
    if "frames" in fixed and owner is not None and owner.frames is not None:
        frames: FrameRange | None = owner.frames
    else:
        frames = taken.room(start, end, least, most)
    if frames is None:
        return []
    taken.add(frames)
    why = Why(event.confidence, f"{TOLD[event.label]} is heard for {float(event.span.length):.1f} s")
    return [Caption(identity, why, frames, text, (), replace(options.style, motion="none"), here[0].strip)]


def _owns(claim: Claim, identity: Identity, strips: set[str]) -> bool:
    same = claim.identity.medium == identity.medium and claim.identity.span.overlap(identity.span) > 0
    return same and (not claim.strips or not strips.isdisjoint(claim.strips))


def _text(label: str, notes: bool) -> str:
    return f"♪ {TOLD[label]} ♪" if notes and label == "music" else f"[{TOLD[label]}]"


def _shifted(place: Place, kinds: Mapping[str, str], origin: Fraction, picture: Fraction | None) -> Place:
    """A movie strip's map counts in its pictures' time; sounds count in the sound's."""
    if kinds[place.strip] != "MOVIE" or picture is None:
        return place
    return replace(place, source=replace(place.source, trim=place.source.trim + picture - origin))


class _Taken:
    """Frames that captions take, and `gap` frames beside each of them."""

    def __init__(self, frames: Sequence[FrameRange], gap: int) -> None:
        self._gap = gap
        self._ranges = sorted((one.start - gap, one.end + gap) for one in frames)

    def add(self, frames: FrameRange) -> None:
        one = (frames.start - self._gap, frames.end + self._gap)
        self._ranges.insert(bisect_left(self._ranges, one), one)

    def room(self, start: int, end: int, least: int, most: int) -> FrameRange | None:
        """The first `least` free frames or more from `start` to `end`, `most` at most."""
        at = start
        for first, last in [*self._ranges, (end, end)]:
            stop = min(first, end)
            if stop - at >= least:
                return FrameRange(at, min(stop, at + most))
            at = max(at, last)
            if at >= end:
                return None
        return None
