"""From words with times to captions: what is heard on the timeline, divided where a reader would pause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ...ml.facts import Transcript, Word
from ..caption_rules import PRESETS, CaptionRules
from ..places import Place, chains, heard
from ..plan import Caption, CaptionStyle, Kind, Plan, Why
from ..standing import Claim, Standing
from ..state import StripRef
from ..timebase import FrameRange
from .breaking import Speech, divide
from .lines import wrap
from .spacing import Wish, space


@dataclass(frozen=True)
class CaptionOptions:
    """Live options. `pause_seconds` of silence always begin a new caption."""

    rules: CaptionRules = PRESETS["netflix"]
    pause_seconds: Fraction = Fraction(7, 10)
    style: CaptionStyle = field(default_factory=CaptionStyle)


@dataclass(frozen=True)
class _Heard:
    """A word of a transcript (by its index) as it is heard through a place, and the claim that owns it."""

    index: int
    place: Place
    claim: Claim | None


@dataclass(frozen=True)
class _Draft:
    """Words to be shown together, and the claim they are to be kept for, if any."""

    speech: Speech
    heard: tuple[_Heard, ...]
    chain: FrameRange
    claim: Claim | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(self.speech.words[item.index] for item in self.heard)


class _Owners:
    """Finds the claim that owns a word heard through a strip."""

    def __init__(self, standing: Standing):
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for claim in standing.claims:
            if claim.identity.kind == "caption" and claim.state != "written":
                for strip in claim.strips:
                    self._claims[strip].append(claim)
        for claims in self._claims.values():
            claims.sort(key=lambda c: (c.identity.start, c.state == "deleted"))

    def of(self, strip: str, medium: str, moments: Sequence[tuple[Fraction, int]]) -> dict[int, Claim]:
        """For each (middle, index), in order of time, that a claim owns: index to claim. What is kept goes before what is gone."""
        waiting = [claim for claim in self._claims.get(strip, ()) if claim.identity.medium == medium]
        owned: dict[int, Claim] = {}
        active: list[Claim] = []
        place = 0
        for middle, index in moments:
            while place < len(waiting) and waiting[place].identity.start <= middle:
                active.append(waiting[place])
                place += 1
            active = [claim for claim in active if middle < claim.identity.end]
            if active:
                owned[index] = next((claim for claim in active if claim.state == "kept"), active[0])
        return owned


def _shifted(place: Place, kinds: Mapping[str, str], origin: Fraction, picture: Fraction | None) -> Place:
    """A movie strip's map counts in its pictures' time; the words count in the sound's."""
    if kinds[place.strip] != "MOVIE" or picture is None:
        return place
    return replace(place, source=replace(place.source, trim=place.source.trim + picture - origin))


def _listen(chain: Sequence[Place], speech: Speech, owners: _Owners) -> list[_Heard]:
    """The words whose middle lies in the chain, in the order in which they are said."""
    found: dict[int, _Heard] = {}
    start = chain[0].span.start
    for place in chain:
        moments = speech.between(start, place.span.end)
        owned = owners.of(place.strip, place.medium, moments)
        found.update({index: _Heard(index, place, owned.get(index)) for _, index in moments})
        start = max(start, place.span.end)
    return [found[index] for index in sorted(found)]


def _drafts(chain: Sequence[Place], speech: Speech, owners: _Owners, options: CaptionOptions, kept: dict[Claim, None]) -> list[_Draft]:
    """The chain's words, divided. A claim's words stay together; each claim is drafted once."""
    frames = FrameRange(chain[0].frames.start, chain[-1].frames.end)
    drafts = []
    run: list[_Heard] = []

    def close() -> None:
        for first, last in divide(speech, [item.index for item in run], options):
            drafts.append(_Draft(speech, tuple(run[first:last]), frames))
        run.clear()

    held: dict[Claim, list[_Heard]] = {}
    for item in _listen(chain, speech, owners):
        if item.claim is None:
            run.append(item)
            continue
        close()
        if item.claim.state == "kept" and item.claim.record and item.claim not in kept:
            held.setdefault(item.claim, []).append(item)
    close()
    for claim, items in held.items():
        kept[claim] = None
        drafts.append(_Draft(speech, tuple(items), frames, claim))
    return sorted(drafts, key=lambda draft: draft.heard[0].index)


def _wish(draft: _Draft, options: CaptionOptions, rate: Fraction) -> Wish:
    """The frames the words are said in, and up to where they would like to stay."""
    first, last = draft.heard[0], draft.heard[-1]
    limits = draft.chain
    start = min(max(first.place.source.nearest_frame(draft.words[0].start), limits.start), limits.end - 1)
    spoken = last.place.source.nearest_frame(draft.words[-1].end)
    spoken = min(max(spoken, start + 1), limits.end)
    longest = max(1, int(options.rules.maximum_seconds * rate))
    spoken = min(spoken, start + longest)
    least = -int(-options.rules.minimum_seconds * rate // 1)
    end = min(max(spoken, start + min(least, longest)), limits.end)
    return Wish(start, max(spoken, start + 1), max(end, start + 1))


def _why(words: Sequence[Word], transcript: Transcript) -> Why:
    weakest = min(words, key=lambda word: word.confidence)
    mean = sum(word.confidence for word in words) / len(words)
    said = f"heard by {transcript.engine} {transcript.model}"
    return Why(round(mean, 4), f"{said}, least sure of “{weakest.text.strip()}” ({round(weakest.confidence * 100)} %)")


def _caption(draft: _Draft, frames: FrameRange, options: CaptionOptions) -> Caption:
    words = draft.words
    claim = draft.claim
    text = "\n".join(wrap([word.text for word in words], options.rules.max_characters))
    identity = draft.speech.identity(draft.heard[0].index, draft.heard[-1].index)
    if claim is not None:
        identity = claim.identity
        text = claim.text if "text" in claim.fixed else text
    return Caption(identity, _why(words, draft.speech.transcript), frames, text, words, options.style, draft.heard[0].place.strip)


def _notices(strips: Sequence[StripRef], transcripts: Mapping[str, Transcript], places: Sequence[Place]) -> list[str]:
    audible = [strip for strip in strips if strip.kind in ("MOVIE", "SOUND") and not strip.muted]
    notices = [f"{strip.name} is left out: {strip.unmapped}." for strip in audible if strip.source is None]
    unknown = dict.fromkeys(place.strip for place in places if place.medium not in transcripts)
    notices += [f"{name} is left out: its words are not known." for name in unknown]
    return notices + [f"{strip.name} is muted: its words are not captioned." for strip in strips if strip.kind == "SOUND" and strip.muted]


def plan(
    transcripts: Mapping[str, Transcript],
    strips: Sequence[StripRef],
    options: CaptionOptions,
    standing: Standing,
    rate: Fraction,
    origins: Mapping[str, Fraction] | None = None,
) -> Plan:
    """Captions for every word heard through `strips`, once, in order, none lost but those the editor took away.

    A word is heard through the piece that holds its middle. Words claimed by something the editor changed stay together as
    one caption and follow the plan in the fields he left alone. Captions never overlap, also not where two strips speak at
    once: the earlier one gives way to the later, down to the time it is spoken or `minimum_seconds`, whichever is less, and
    from there on the later one waits. `origins` gives where a medium's picture stream begins in the container (`Shots.origin`,
    `VideoStream.start`), needed only for movies heard without a sound strip; left out, picture and sound begin together.
    """
    notices = []
    if options.rules.minimum_seconds > options.rules.maximum_seconds:
        least, most = float(options.rules.minimum_seconds), float(options.rules.maximum_seconds)
        notices.append(f"Shortest ({least:g} s) is more than Longest ({most:g} s): captions stay at most {least:g} s.")
        options = replace(options, rules=replace(options.rules, maximum_seconds=options.rules.minimum_seconds))
    places = heard(strips)
    kinds = {strip.name: strip.kind for strip in strips}
    known = [
        _shifted(place, kinds, transcripts[place.medium].origin, (origins or {}).get(place.medium))
        for place in places
        if place.medium in transcripts
    ]
    speeches = {medium: Speech(transcript, medium) for medium, transcript in transcripts.items()}
    names = tuple(strip.name for strip in strips if strip.medium in transcripts and strip.source is not None)
    owners = _Owners(standing)
    kept: dict[Claim, None] = {}
    drafts: list[_Draft] = []
    for chain in chains(known, one_channel=False):
        drafts += _drafts(chain, speeches[chain[0].medium], owners, options, kept)

    free = [draft for draft in drafts if draft.claim is None or "frames" not in draft.claim.fixed]
    follows = {draft.claim for draft in free if draft.claim is not None}
    scope = set(names)
    stands = [
        claim.frames
        for claim in standing.claims
        if claim.frames is not None
        and claim.identity.kind == "caption"
        and claim not in follows
        and not _replaced(claim, transcripts, scope)
    ]
    least = int(options.rules.minimum_seconds * rate)
    spaced = space([_wish(draft, options, rate) for draft in free], stands, options.rules.gap_frames, least)
    captions = [_caption(draft, frames, options) for draft, frames in zip(free, spaced, strict=True)]
    captions += [
        _caption(draft, draft.claim.frames, options)
        for draft in drafts
        if draft.claim is not None and draft.claim.frames is not None and "frames" in draft.claim.fixed
    ]
    captions.sort(key=lambda caption: (caption.frames, caption.identity))
    kind: Kind = "caption"
    media = tuple((medium, kind) for medium in sorted({s.medium for s in strips if s.medium in transcripts}))
    return Plan(tuple(captions), (*notices, *_notices(strips, transcripts, places)), media, names)


def _replaced(claim: Claim, transcripts: Mapping[str, Transcript], scope: set[str]) -> bool:
    """Whether an untouched caption is this plan's to move or remove, so that it is in nobody's way."""
    return claim.state == "written" and claim.identity.medium in transcripts and (not claim.strips or not scope.isdisjoint(claim.strips))
