"""Subtitles that were read, as what has to change on the timeline. Pure.

Reading is a merge as every run is one: what was read before is changed where the file changed, what the editor changed stays, what he
deleted stays deleted. The file of an edit belongs to no medium; so for the merge it stands on the timeline as a strip that nobody sees
(`_stand_in`), whose medium is the file by its name. The file of one medium has that medium's time: its captions are known like those
that Auto Captions writes, and later runs leave them alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Literal

from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Word
from .changes import Changes
from .ledger import Record, dump, load, restored
from .merge import merge, standing
from .places import Place, audible, chains, companions
from .plan import Caption, CaptionStyle, Identity, Plan, Why
from .realign import realign
from .state import StripRef, Timeline
from .subtitle_cues import Cue, Subtitles, frame_of
from .subtitle_dressing import dressed
from .subtitle_parts import parts
from .timebase import FrameRange, SourceMap

LAST_FRAME = 1_000_000
SETTLED = "frames read text"
"""What Auto Captions leaves of captions that were read for its medium. What the editor split or merged is settled without "read"."""
TextIn = Literal["caption", "translation"]


@dataclass(frozen=True)
class Reading:
    """What is read, and how: `name` is what the file is called, `zero` its second at the first frame of the scene's range.

    `medium`: the fingerprint of the medium whose time it has, "" for the scene's. `style` is the look of new captions; with `looks`
    what the file says of its own goes before it. `most`: bytes that a text strip holds, 0 any number.
    """

    subtitles: Subtitles
    name: str
    kind: TextIn = "caption"
    zero: Fraction = Fraction(0)
    medium: str = ""
    style: CaptionStyle = field(default_factory=CaptionStyle)
    looks: bool = True
    most: int = 0

    @property
    def reason(self) -> str:
        return f"Read from {self.name}."


@dataclass(frozen=True)
class Merged:
    """What the file asks for, and what that changes."""

    plan: Plan
    changes: Changes


@dataclass(frozen=True)
class _Wish:
    """A cue where it shall stand. `identity` None: not known from an earlier reading."""

    cue: Cue
    frames: FrameRange
    strip: str
    identity: Identity | None = None


def merged(timeline: Timeline, reading: Reading) -> Merged:
    """What has to change. Raises `EditorError` for an unreadable ledger, and when nothing of the file lies on the timeline."""
    cues, notices = parts(reading.subtitles.cues, reading.most)
    notices = [*reading.subtitles.warnings, *notices]
    return _for_medium(timeline, reading, cues, notices) if reading.medium else _for_scene(timeline, reading, cues, notices)


def guessed_zero(cues: Sequence[Cue]) -> int:
    """The seconds that a file's clock shows at its beginning: the whole hours before its first cue, where it begins after an hour."""
    first = min(one.start for one in cues)
    return int(first // 3600) * 3600


# The scene's time.


def _for_scene(timeline: Timeline, reading: Reading, cues: Sequence[Cue], notices: list[str]) -> Merged:
    family = f"subtitles:{reading.name}"
    first, rate = timeline.frames.start, timeline.rate
    wishes, before, beyond = [], 0, 0
    for one in cues:
        start, end = (frame_of(seconds - reading.zero, rate) for seconds in (one.start, one.end))
        if end <= 0 or end > LAST_FRAME:
            before, beyond = before + (end <= 0), beyond + (end > 0)
            continue
        start = max(0, start)
        wishes.append(_Wish(one, FrameRange(first + start, first + max(end, start + 1)), ""))
    if before:
        notices.append(f"{before} entries lie before the scene's first frame and are left out. See Start.")
    if beyond:
        notices.append(f"{beyond} entries lie beyond Blender's last frame and are left out.")
    if not wishes:
        raise EditorError(f"Nothing in {reading.name} lies on the timeline.", "See Start: what the file's clock shows first.", BAD_INPUT)
    after = sum(wish.frames.start >= timeline.frames.end for wish in wishes)
    if after:
        notices.append(f"{after} captions stand after the scene's last frame.")
    ledger = load(timeline.ledger, timeline.stamp)
    known = [r for r in ledger.records if r.identity.kind == reading.kind and _lane_of(r.identity.medium, family) is not None]
    wishes = _not_said(_identified(wishes, known, rate), known)
    wishes = _new_ones(wishes, [record.identity for record in known], family, reading.kind)
    media = dict.fromkeys([family, *(wish.identity.medium for wish in wishes if wish.identity), *(r.identity.medium for r in known)])
    last = max([wish.frames.end for wish in wishes], default=first) + max((int(r.identity.end * rate) for r in known), default=0)
    stand_ins = [_stand_in(medium, timeline, reading.zero, last + 1) for medium in media]
    there = replace(timeline, strips=(*timeline.strips, *stand_ins))
    edits = [_caption(wish, reading, (), wish.identity.medium) for wish in wishes if wish.identity is not None]
    plan = Plan(tuple(edits), (*notices, *_told(edits, reading)), tuple((medium, reading.kind) for medium in media))
    return Merged(plan, merge(there, plan))


def _lane_of(medium: str, family: str) -> int | None:
    """A file's cues that overlap are of several media, so that no two of one medium have the same time. None for another's."""
    if medium == family:
        return 1
    number = medium.removeprefix(f"{family}#") if medium.startswith(f"{family}#") else ""
    return int(number) if number.isdecimal() else None


def _stand_in(medium: str, timeline: Timeline, zero: Fraction, end: int) -> StripRef:
    """A strip for the merge alone: it sounds the whole file, its second `zero` at the scene's first frame."""
    origin = timeline.frames.start - zero * timeline.rate
    first = min(timeline.frames.start, int(origin))
    source = SourceMap(origin, timeline.rate)
    return StripRef(medium, "SOUND", "", medium, 0, FrameRange(first, max(first + 1, end)), source)


def _new_ones(wishes: Sequence[_Wish], taken: Sequence[Identity], family: str, kind: TextIn) -> list[_Wish]:
    """An identity for each cue that has none: its own time, in the first lane where nothing else has it."""
    lanes: dict[int, list[tuple[Fraction, Fraction]]] = {}
    for identity in [*taken, *(wish.identity for wish in wishes if wish.identity is not None)]:
        lane = _lane_of(identity.medium, family)
        if lane is not None:
            lanes.setdefault(lane, []).append((identity.start, identity.end))
    for spans in lanes.values():
        spans.sort()
    found = []
    for wish in wishes:
        if wish.identity is None:
            span = (wish.cue.start, wish.cue.end)
            lane = next(n for n in range(1, len(lanes) + 2) if _free(lanes.get(n, []), span))
            lanes.setdefault(lane, []).insert(bisect_right(lanes.get(lane, []), span), span)
            wish = replace(wish, identity=Identity(family if lane == 1 else f"{family}#{lane}", kind, *span))
        found.append(wish)
    return found


def _free(spans: Sequence[tuple[Fraction, Fraction]], span: tuple[Fraction, Fraction]) -> bool:
    """Whether none of these (in order; they may overlap where a file changed) shares time with `span`."""
    place = bisect_right(spans, span)
    near = spans[max(0, place - 16) : place + 1]
    return not any(start < span[1] and span[0] < end for start, end in near)


# What an earlier reading wrote.


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _identified(wishes: Sequence[_Wish], known: Sequence[Record], rate: Fraction) -> list[_Wish]:
    """Each wish with the identity of what an earlier reading made of the same cue.

    The same is what has text and time; of the rest what has the text, in order; of the rest what shares the most time.
    """
    old = sorted(known, key=lambda record: (_written(record, rate), record.identity))
    spans = [_written(record, rate) for record in old]
    before = [_plain(record.text) for record in old]
    after = [_plain(wish.cue.text) for wish in wishes]
    found: dict[int, int] = {}
    waiting: dict[tuple[str, int, int], list[int]] = {}
    for m in reversed(range(len(old))):
        waiting.setdefault((before[m], frame_of(spans[m][0], rate), old[m].end - old[m].start), []).append(m)
    for n, wish in enumerate(wishes):
        same = waiting.get((after[n], frame_of(wish.cue.start, rate), wish.frames.length))
        if same:
            found[n] = same.pop()
    new_left = [n for n in range(len(wishes)) if n not in found]
    old_left = sorted(set(range(len(old))) - set(found.values()))
    texts = SequenceMatcher(None, [before[m] for m in old_left], [after[n] for n in new_left], autojunk=False)
    for block in texts.get_matching_blocks() if new_left and old_left else ():
        found.update({new_left[block.b + place]: old_left[block.a + place] for place in range(block.size)})
    found.update(_by_time(wishes, spans, [n for n in new_left if n not in found], sorted(set(old_left) - set(found.values()))))
    return [replace(wish, identity=old[found[n]].identity) if n in found else wish for n, wish in enumerate(wishes)]


def _not_said(wishes: Sequence[_Wish], known: Sequence[Record]) -> list[_Wish]:
    """Without those that the editor merged into another caption."""
    hands = [record.identity for record in known if _by_hand(record)]
    return [wish for wish in wishes if wish.identity is not None or not any(_share(wish.cue, identity) for identity in hands)]


def _written(record: Record, rate: Fraction) -> tuple[Fraction, Fraction]:
    """The record's time in its file, as it was read last."""
    start = record.identity.start + (record.start - record.anchor) / rate
    return start, start + (record.end - record.start) / rate


_Spans = Sequence[tuple[Fraction, Fraction]]


def _by_time(wishes: Sequence[_Wish], spans: _Spans, new: Sequence[int], old: Sequence[int]) -> dict[int, int]:
    """Number of wish to number of record, those numbers only: most shared time first, where half of the shorter one is shared."""
    starts = [spans[m][0] for m in old]
    longest = max((spans[m][1] - spans[m][0] for m in old), default=Fraction(0))
    candidates = []
    for n in new:
        start, end = wishes[n].cue.start, wishes[n].cue.end
        for m in old[bisect_left(starts, start - longest) : bisect_left(starts, end)]:
            shared = min(end, spans[m][1]) - max(start, spans[m][0])
            if 2 * shared >= min(end - start, spans[m][1] - spans[m][0]) > 0:
                candidates.append((-shared, n, m))
    found: dict[int, int] = {}
    used: set[int] = set()
    for _shared, n, m in sorted(candidates):
        if n not in found and m not in used:
            found[n] = m
            used.add(m)
    return found


# A medium's time.


def _for_medium(timeline: Timeline, reading: Reading, cues: Sequence[Cue], notices: list[str]) -> Merged:
    ledger = load(timeline.ledger, timeline.stamp)
    ours = {r.id for r in ledger.records if _is_ours(r, reading)}
    free = [replace(r, settled=_without(r.settled)) if r.id in ours and not _by_hand(r) else r for r in ledger.records]
    there = replace(timeline, ledger=dump(replace(ledger, records=tuple(free)))) if ours else timeline
    places = [p for p in audible(timeline.strips, companions(timeline.strips)) if p.medium == reading.medium]
    if not places:
        raise EditorError("The medium of the active strip is not on the timeline.", "Choose another strip, or Scene Time.", BAD_INPUT)
    known = [record for record in ledger.records if record.id in ours]
    whose = {record.identity for record in known}
    claims = [c for c in standing(there).claims if (c.identity.medium, c.identity.kind) == (reading.medium, reading.kind)]
    hands = {claim.identity for claim in claims if claim.state != "written" and claim.identity in whose}
    claims = [claim for claim in claims if claim.state == "kept" and claim.identity not in whose]
    wishes: list[_Wish] = []
    outside, kept = 0, 0
    for one in cues:
        if any(_share(one, claim.identity) for claim in claims):
            kept += 1
            continue
        found = [wish for chain in chains(places, one_channel=True) if (wish := _through(chain, one)) is not None]
        outside += not found
        wishes += found
    if not wishes and not kept:
        raise EditorError(f"Nothing in {reading.name} lies in what is seen of the strip.", "Choose Scene Time.", BAD_INPUT)
    if outside:
        notices.append(f"{outside} entries lie in parts of the medium that are not on the timeline.")
    if kept:
        notices.append(f"{kept} entries are left out: captions that you changed stand there.")
    single = list({wish.cue: wish for wish in wishes}.values())
    same = {wish.cue: wish.identity for wish in _not_said(_identified(single, known, timeline.rate), known)}
    wishes = [wish for wish in wishes if wish.cue in same]
    taken = set(hands)
    for cue, identity in same.items():
        # What nobody touched is about the time it has now. What somebody did is found by the time it had.
        same[cue] = identity if identity in hands else _own(Identity(reading.medium, reading.kind, cue.start, cue.end), taken)
    edits = []
    for wish in wishes:
        identity = same[wish.cue]
        said = realign((Word("\ue000", wish.cue.start, wish.cue.end, 1.0),), wish.cue.text)
        edits.append(_caption(replace(wish, identity=identity), reading, said, wish.strip))
    plan = Plan(tuple(edits), (*notices, *_told(edits, reading)), ((reading.medium, reading.kind),))
    return Merged(plan, _settled(timeline, merge(there, plan), reading, cues))


def _own(identity: Identity, taken: set[Identity]) -> Identity:
    """An identity that no other entry of the file has: two may have one time, and must not be taken for copies."""
    while identity in taken:
        identity = replace(identity, end=identity.end + Fraction(1, 1_000_000))
    taken.add(identity)
    return identity


def _is_ours(record: Record, reading: Reading) -> bool:
    return (record.identity.medium, record.identity.kind, record.reason) == (reading.medium, reading.kind, reading.reason)


def _by_hand(record: Record) -> bool:
    """Whether the editor split or merged it."""
    settled = record.settled.split()
    return "text" in settled and "read" not in settled


def _without(settled: str) -> str:
    return " ".join(name for name in settled.split() if name not in SETTLED.split())


def _share(one: Cue, identity: Identity) -> bool:
    shared = min(one.end, identity.end) - max(one.start, identity.start)
    return 2 * shared >= min(one.end - one.start, identity.end - identity.start) and shared > 0


def _through(chain: Sequence[Place], one: Cue) -> _Wish | None:
    """Where a cue stands over pieces in which its medium goes on without a jump; None where it is not in them for half a frame."""
    touched = [place for place in chain if place.span.start < one.end and one.start < place.span.end]
    if not touched:
        return None
    start = max(touched[0].frames.start, touched[0].source.nearest_frame(one.start))
    end = min(touched[-1].frames.end, touched[-1].source.nearest_frame(one.end))
    if start >= touched[-1].frames.end or end <= touched[0].frames.start:
        return None
    return _Wish(one, FrameRange(start, max(end, start + 1)), touched[0].strip)


def _settled(timeline: Timeline, changes: Changes, reading: Reading, cues: Sequence[Cue]) -> Changes:
    """The changes without taking away what lies beside the file, and with what was read settled, so that later runs leave it alone."""
    before = {record.id: record for record in load(timeline.ledger, timeline.stamp).records}
    spared = {
        remove.record
        for remove in changes.removes
        if remove.kind == reading.kind
        and not _is_ours(before[remove.record], reading)
        and not any(_touches(one, before[remove.record].identity) for one in cues)
    }
    text = restored(changes.ledger, timeline.ledger, spared)
    ledger = load(text, timeline.stamp)
    records = [
        replace(r, settled=" ".join([_without(r.settled), SETTLED]).strip())
        if _is_ours(r, reading) and r.state == "live" and not _by_hand(r)
        else r
        for r in ledger.records
    ]
    removes = tuple(remove for remove in changes.removes if remove.record not in spared)
    left = replace(changes, removes=removes)
    kept = dump(replace(ledger, records=tuple(records)))
    return replace(left, ledger=kept if left or load(kept) != load(timeline.ledger) else timeline.ledger)


def _touches(one: Cue, identity: Identity) -> bool:
    return one.start < identity.end and identity.start < one.end


# Captions.


def _caption(wish: _Wish, reading: Reading, said: tuple[Word, ...], strip: str) -> Caption:
    assert wish.identity is not None
    style = dressed(wish.cue, reading.style, reading.subtitles.styles if reading.looks else {}) if reading.looks else reading.style
    return Caption(wish.identity, Why(1.0, reading.reason), wish.frames, wish.cue.text, said, style, strip, wish.cue.speaker)


def _told(edits: Collection[Caption], reading: Reading) -> list[str]:
    told = []
    mixed = sum(len(one.runs) > 1 for one in reading.subtitles.cues) if reading.looks else 0
    if mixed:
        told.append(f"{mixed} captions have more than one look; a text strip has one, the one of most of its letters.")
    ends, over = 0, 0
    for edit in sorted(edits, key=lambda edit: edit.frames):
        over += edit.frames.start < ends
        ends = max(ends, edit.frames.end)
    if over:
        told.append(f"{over} captions overlap the one before them and stand in a channel of their own.")
    return told
