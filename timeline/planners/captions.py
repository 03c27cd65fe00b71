"""From words with times to captions: what is heard on the timeline, divided where a reader would pause."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from ...ml.facts import Speakers, Transcript, Word
from ..caption_looks import PRESETS as LOOKS
from ..caption_rules import PRESETS, CaptionRules
from ..places import Place, chains, heard
from ..plan import Caption, CaptionStyle, Kind, Plan, Why
from ..standing import Claim, Standing
from ..state import StripRef
from ..timebase import FrameRange
from .breaking import Heard, Speech, lay_out
from .broken import with_problems
from .lines import wrap
from .spacing import Free, Pace, Wish, space

_CUT_OUT = Fraction(5)
"""Seconds that may be cut out of a sentence for a caption to say what comes before and after."""
_TURNS = 32
"""So many turns may have begun before one that is still going on."""


@dataclass(frozen=True)
class CaptionOptions:
    """Live options. `pause_seconds` of silence begin a new caption, unless a rule would be broken."""

    rules: CaptionRules = PRESETS["netflix"]
    pause_seconds: Fraction = Fraction(7, 10)
    style: CaptionStyle = LOOKS["broadcast"]


@dataclass(frozen=True)
class _Said:
    """A word of a transcript (by its index) as it is heard through a place, and the claim that owns it."""

    index: int
    place: Place
    claim: Claim | None


@dataclass(frozen=True)
class _Draft:
    """Words to be shown together, when, and the claim they are kept for, if any."""

    speech: Speech
    words: tuple[_Said, ...]
    frames: FrameRange
    wish: Wish
    claim: Claim | None = None
    speaker: str = ""

    @property
    def language(self) -> str:
        return self.speech.languages[self.words[0].index]

    @property
    def declared(self) -> str:
        return self.speech.declared[self.words[0].index]

    @property
    def said(self) -> tuple[Word, ...]:
        return tuple(self.speech.words[item.index] for item in self.words)


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


def runs(
    places: Sequence[Place], transcripts: Mapping[str, Transcript], strips: Sequence[StripRef], origins: Mapping[str, Fraction] | None
) -> list[list[Place]]:
    """The places at which words are heard, joined where the medium goes on without a jump, in order; their spans are in its sound's time.

    `origins` as in `plan`.
    """
    kinds = {strip.name: strip.kind for strip in strips}
    known = [
        _shifted(place, kinds, transcripts[place.medium].origin, (origins or {}).get(place.medium))
        for place in places
        if place.medium in transcripts
    ]
    return chains(known, one_channel=False)


def _listen(chain: Sequence[Place], speech: Speech, owners: _Owners) -> list[_Said]:
    """The words whose middle lies in the chain, in the order in which they are said."""
    found: dict[int, _Said] = {}
    start = chain[0].span.start
    for place in chain:
        moments = speech.between(start, place.span.end)
        owned = owners.of(place.strip, place.medium, moments)
        found.update({index: _Said(index, place, owned.get(index)) for _, index in moments})
        start = max(start, place.span.end)
    return [found[index] for index in sorted(found)]


def _runs(said: Sequence[_Said], kept: dict[Claim, None]) -> list[tuple[Claim | None, list[_Said]]]:
    """The words of a chain, divided where a claim begins or ends and where words are missing. Each claim once, with all its words."""
    runs: list[tuple[Claim | None, list[_Said]]] = []
    held: dict[Claim, list[_Said]] = {}
    last: _Said | None = None
    for item in said:
        if item.claim is None:
            if last is None or last.claim is not None or item.index != last.index + 1:
                runs.append((None, []))
            runs[-1][1].append(item)
        elif item.claim.state == "kept" and item.claim.record and item.claim not in kept:
            if item.claim not in held:
                held[item.claim] = []
                runs.append((item.claim, held[item.claim]))
            held[item.claim].append(item)
        last = item
    kept.update(dict.fromkeys(held))
    return runs


class _Stage:
    """Words of one chain after the other, none at the same time as another's, and what was said through which place."""

    def __init__(self) -> None:
        self.end = -(1 << 60)
        self.row: list[Heard] = []
        self.said: list[_Said] = []
        self.claims: list[Claim | None] = []

    def take(self, chain: Sequence[Place], speech: Speech, runs: Sequence[tuple[Claim | None, list[_Said]]], who: _Voices) -> None:
        low, high = chain[0].frames.start, chain[-1].frames.end
        follows = self.end == low
        self.end = max(self.end, high)
        for claim, items in runs:
            text = claim.text if claim is not None and "text" in claim.fixed else ""
            goes_on = claim is None and follows and self._goes_on(speech, items[0])
            follows = False
            for place, item in enumerate(items):
                word, source = speech.words[item.index], item.place.source
                start = min(max(source.nearest_frame(word.start), low), high - 1)
                end = min(max(source.nearest_frame(word.end), start), high)
                joined, begins = claim is not None and place > 0, place == 0 and not goes_on
                speaker = who.of(item.place.medium, speech.middles[item.index])
                self.row.append(Heard(speech, item.index, start, end, low, high, joined, begins, "" if place else text, speaker))
                self.said.append(item)
                self.claims.append(claim)

    def _goes_on(self, speech: Speech, item: _Said) -> bool:
        """Whether a sentence goes on where a little was cut out of it: then no caption has to begin there."""
        if not self.row or self.claims[-1] is not None:
            return False
        last = self.row[-1]
        missing = speech.words[item.index].start - speech.words[last.index].end if last.speech is speech else Fraction(-1)
        return last.index < item.index and 0 <= missing <= _CUT_OUT

    def drafts(self, options: CaptionOptions, pace: Pace, free: Free) -> list[_Draft]:
        found = []
        for laid in lay_out(self.row, options.rules, options.pause_seconds, pace, free):
            first, last = self.row[laid.first], self.row[laid.last - 1]
            claim = self.claims[laid.first]
            text = first.text or "".join(item.speech.words[item.index].text for item in self.row[laid.first : laid.last]).strip()
            rules = options.rules.spoken(first.speech.languages[first.index])
            wish = Wish(first.start, last.end, rules.readable(text, pace.rate), first.low, first.high, laid.last == laid.first + 1)
            heard = Counter(item.speaker for item in self.row[laid.first : laid.last])
            speaker = max(heard, key=lambda name: (heard[name], bool(name)))
            found.append(_Draft(first.speech, tuple(self.said[laid.first : laid.last]), laid.frames, wish, claim, speaker))
        return found


class _Voices:
    """Who speaks at a moment of a medium's sound, by name."""

    def __init__(self, speakers: Mapping[str, Speakers], names: Mapping[tuple[str, int], str]):
        self._turns: dict[str, list[tuple[Fraction, Fraction, str]]] = {}
        self._starts: dict[str, list[Fraction]] = {}
        for medium, facts in speakers.items():
            turns = sorted((turn.span.start, turn.span.end, names.get((medium, turn.speaker), "")) for turn in facts.turns)
            self._turns[medium], self._starts[medium] = turns, [start for start, _end, _name in turns]

    def of(self, medium: str, moment: Fraction) -> str:
        """The speaker of the turn that began last of those that hold the moment, "" where nobody is known to speak."""
        turns = self._turns.get(medium)
        if not turns:
            return ""
        place = bisect_right(self._starts[medium], moment)
        return next((name for _start, end, name in reversed(turns[max(0, place - _TURNS) : place]) if moment < end), "")


def _why(words: Sequence[Word], transcript: Transcript) -> Why:
    weakest = min(words, key=lambda word: word.confidence)
    mean = sum(word.confidence for word in words) / len(words)
    said = f"heard by {transcript.engine} {transcript.model}"
    return Why(round(mean, 4), f"{said}, least sure of “{weakest.text.strip()}” ({round(weakest.confidence * 100)} %)")


def _caption(draft: _Draft, frames: FrameRange, options: CaptionOptions) -> Caption:
    words, claim, transcript = draft.said, draft.claim, draft.speech.transcript
    first, last = draft.words[0].index, draft.words[-1].index
    rules = options.rules.spoken(draft.language)
    text = "\n".join(wrap([word.text for word in words], rules.max_characters, rules.shape))
    identity = draft.speech.identity(first, last)
    why = _why(words, transcript)
    if claim is not None:
        identity = claim.identity
        text = claim.text if "text" in claim.fixed else text
    return Caption(identity, why, frames, text, words, options.style, draft.words[0].place.strip, draft.speaker)


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
    cuts: Sequence[int] = (),
    speakers: Mapping[str, Speakers] | None = None,
    names: Mapping[tuple[str, int], str] | None = None,
) -> Plan:
    """Captions for every word heard through `strips`, once, in order, none lost but those the editor took away.

    A word is heard through the piece that holds its middle. Words claimed by something the editor changed stay together as
    one caption and follow the plan in the fields he left alone. Captions never overlap each other nor what stands. They keep
    `options.rules` where that is possible (`breaking`, `spacing`); what they break is in their reason and, by kind, in the notices.
    `origins` gives where a medium's picture stream begins in the container (`Shots.origin`, `VideoStream.start`), needed only for
    movies heard without a sound strip; left out, picture and sound begin together. `cuts` are the first frames of shots on the
    timeline, rising. `speakers` are the facts by medium, and `names` what (medium, number) is called: no caption holds the words of
    two where that can be avoided.
    """
    notices = []
    rules = options.rules
    if rules.minimum_seconds > rules.maximum_seconds:
        least, most = float(rules.minimum_seconds), float(rules.maximum_seconds)
        notices.append(f"Shortest ({least:g} s) is more than Longest ({most:g} s): captions stay at most {least:g} s.")
        rules = replace(rules, maximum_seconds=rules.minimum_seconds)
        options = replace(options, rules=rules)
    places = heard(strips)
    speeches = {medium: Speech(transcript, medium) for medium, transcript in transcripts.items()}
    spoken_through = tuple(strip.name for strip in strips if strip.medium in transcripts and strip.source is not None)
    owners, voices = _Owners(standing), _Voices(speakers or {}, names or {})
    kept: dict[Claim, None] = {}
    fixed: list[_Draft] = []
    stages: list[_Stage] = []
    for chain in runs(places, transcripts, strips, origins):
        speech = speeches[chain[0].medium]
        parts = _runs(_listen(chain, speech, owners), kept)
        for claim, items in parts:
            if claim is not None and "frames" in claim.fixed and claim.frames is not None:
                start, end = claim.frames.start, claim.frames.end
                fixed.append(_Draft(speech, tuple(items), claim.frames, Wish(start, end, 0, start, end), claim))
        open_runs = [(claim, items) for claim, items in parts if claim is None or "frames" not in claim.fixed]
        if open_runs:
            stage = next((stage for stage in stages if stage.end <= chain[0].frames.start), None)
            if stage is None:
                stages.append(stage := _Stage())
            stage.take(chain, speech, open_runs, voices)

    follows = {claim for stage in stages for claim in stage.claims if claim is not None}
    scope = set(spoken_through)
    foreign = [
        claim
        for claim in standing.claims
        if claim.frames is not None
        and claim.identity.kind == "caption"
        and claim not in follows
        and not _replaced(claim, transcripts, scope)
    ]
    pace = Pace.of(rules, rate, cuts)
    free = Free([claim.frames for claim in foreign if claim.frames is not None], rules.gap_frames)
    drafts = [draft for stage in stages for draft in stage.drafts(options, pace, free)]
    if len(stages) > 1:
        drafts = _apart(drafts, pace, free)
    # Judged as the list judges what stands: by its own letters, and by what was declared, not by the utterance it is a part of.
    made = [(_caption(draft, draft.frames, options), draft.declared) for draft in (*drafts, *fixed)]
    made.sort(key=lambda one: (one[0].frames, one[0].identity))
    captions, told = with_problems(made, [claim for claim in foreign if claim not in kept], options.rules, rate, cuts)
    kind: Kind = "caption"
    media = tuple((medium, kind) for medium in sorted({s.medium for s in strips if s.medium in transcripts}))
    return Plan(tuple(captions), (*notices, *told, *_notices(strips, transcripts, places)), media, spoken_through)


def _apart(drafts: Sequence[_Draft], pace: Pace, free: Free) -> list[_Draft]:
    """Drafts of several speeches at once, none over another."""
    drafts = sorted(drafts, key=lambda draft: draft.frames)
    if all(left.frames.end + pace.gap <= right.frames.start for left, right in pairwise(drafts)):
        return drafts
    ranges = space([draft.wish for draft in drafts], pace, free)
    return [replace(draft, frames=frames) for draft, frames in zip(drafts, ranges, strict=True)]


def _replaced(claim: Claim, transcripts: Mapping[str, Transcript], scope: set[str]) -> bool:
    """Whether an untouched caption is this plan's to move or remove, so that it is in nobody's way."""
    return claim.state == "written" and claim.identity.medium in transcripts and (not claim.strips or not scope.isdisjoint(claim.strips))
