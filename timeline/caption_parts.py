"""Splitting a caption and merging two, so that every later run understands what was done. Pure.

Both halves of a split caption, and what two became, are entered in the ledger with the part of the medium whose words they have, and as
settled by the editor: a later run leaves their text and frames alone, plans nothing else for their words, and brings nothing back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from ..ml.errors import USAGE, EditorError
from ..ml.facts import Word
from .caption_edits import Becomes, Bench, CaptionEdits, Piece, alone, cleaned, spread, tombstone
from .caption_list import kind_of, words_of
from .caption_rules import CaptionRules
from .ledger import Record
from .merge_tagged import words_digest
from .plan import Caption, Identity, Why
from .planners.lines import wrap
from .realign import divided, flat, joined, realign
from .state import CaptionRef, Tag, Timeline
from .survey import Entry
from .timebase import FrameRange

SETTLED = "text frames"
Clock = Callable[[Fraction], int]


def split(timeline: Timeline, name: str, *, frame: int | None = None, word: int | None = None, gap: int = 0) -> CaptionEdits:
    """The caption in two, where a word begins: its word number `word` (from 0), else the one that begins nearest to `frame`.

    The second half begins when that word is said, the first ends `gap` frames before, as far as it is long enough. Where nobody knows
    when the words are said, they are taken to fill the caption evenly. Raises `EditorError`.
    """
    bench = Bench(timeline)
    ref = bench.ref(name)
    timed = words_of(ref)
    words, clock = (timed, _clock(bench, ref, timed)) if timed else (spread(ref.text, ref.frames), int)
    if len(words) < 2 or ref.frames.length < 2:
        one = "word" if len(words) < 2 else "frame"
        raise EditorError(f"Caption {name!r} cannot be split: it has one {one}.", "Choose a longer one.", USAGE)
    if word is None:
        if frame is None or not ref.frames.holds(frame):
            raise EditorError(f"The playhead is not in caption {name!r}.", "Move it to where the caption should be split.", USAGE)
        if frame == ref.frames.start:
            raise EditorError(f"Caption {name!r} begins at the playhead.", "Move it to where the caption should be split.", USAGE)
        word = min(range(1, len(words)), key=lambda number: abs(clock(words[number].start) - frame))
    if not 0 < word < len(words):
        last = len(words) - 1
        raise EditorError(f"Caption {name!r} has {len(words)} words.", f"Give a word from 1 to {last}: it begins the second half.", USAGE)
    at = min(max(clock(words[word].start), ref.frames.start + 1), ref.frames.end - 1)
    place = _place(ref.text, sum(len("".join(one.text.split())) for one in words[:word]))
    texts = cleaned(ref.text[:place]), cleaned(ref.text[place:])
    ranges = FrameRange(ref.frames.start, max(ref.frames.start + 1, at - gap)), FrameRange(at, ref.frames.end)
    entry = bench.entry(ref)
    if entry is None or ref.tag is None:
        return bench.edits([Becomes(name, tuple(Piece(frames, text) for frames, text in zip(ranges, texts, strict=True)))])
    if timed:
        parts, moment = divided(timed, texts), _between(timed, word)
    else:
        span = entry.identity.span
        parts, moment = [(), ()], span.start + span.length * (words[word].start - ref.frames.start) / ref.frames.length
    return _halves(bench, ref, entry, _Half(ranges[0], texts[0], parts[0]), _Half(ranges[1], texts[1], parts[1]), moment, clock(moment))


def _place(text: str, count: int) -> int:
    """Where the character after `count` others that are no blanks stands."""
    for place, sign in enumerate(text):
        if not sign.isspace():
            if not count:
                return place
            count -= 1
    return len(text)


def _between(words: tuple[Word, ...], word: int) -> Fraction:
    """Where the second half's part of the medium begins: after the middle of each word before, not after that of any behind."""
    before, after = ((one.start + one.end) / 2 for one in words[word - 1 : word + 1])
    return words[word].start if before < words[word].start <= after else (before + after) / 2


def _clock(bench: Bench, ref: CaptionRef, words: tuple[Word, ...]) -> Clock:
    """The timeline frame at which a moment of the medium is heard; where that is not on the timeline, by the caption's own extent."""
    entry = bench.entry(ref)
    if entry is not None and entry.showing is not None:
        places = entry.showing.places

        def heard(seconds: Fraction) -> int:
            place = next((one for one in places if one.span.start <= seconds < one.span.end), places[0])
            return place.source.nearest_frame(seconds)

        return heard
    start, length = words[0].start, max(words[-1].end - words[0].start, Fraction(1, 1000))
    return lambda seconds: ref.frames.start + round((seconds - start) / length * ref.frames.length)


@dataclass(frozen=True)
class _Half:
    frames: FrameRange
    text: str
    words: tuple[Word, ...]


def _halves(bench: Bench, ref: CaptionRef, entry: Entry, left: _Half, right: _Half, moment: Fraction, anchor: int) -> CaptionEdits:
    assert ref.tag is not None
    whole = entry.identity
    moment = min(max(moment, whole.start), whole.end)
    halves = ((left, replace(whole, end=moment), entry.anchor), (right, replace(whole, start=moment), anchor))
    tags = [replace(ref.tag, identity=identity, words=half.words) for half, identity, _ in halves]
    records: list[Record] = []
    if entry.record is not None and alone(entry):
        numbers = (entry.record.id, bench.following)
        tags = [replace(tag, scene=bench.timeline.stamp, record=number) for tag, number in zip(tags, numbers, strict=True)]
        records = [
            _settled(replace(entry.record, id=tag.record), identity, half.frames, half.text, half.words, at)
            for tag, (half, identity, at) in zip(tags, halves, strict=True)
        ]
    pieces = tuple(Piece(half.frames, half.text, tag) for tag, (half, _, _) in zip(tags, halves, strict=True))
    return bench.edits([Becomes(ref.name, pieces)], {record.id: record for record in records[:1]}, records[1:])


def _settled(record: Record, identity: Identity, frames: FrameRange, text: str, words: tuple[Word, ...], anchor: int) -> Record:
    said = words_digest(Caption(identity, Why(record.confidence, record.reason), frames, text, words))
    return replace(
        record, identity=identity, state="live", start=frames.start, end=frames.end, text=text, words=said, anchor=anchor, settled=SETTLED
    )


def following(timeline: Timeline, name: str) -> CaptionRef | None:
    """The caption that a caption would be merged with: the next of its kind; captions and an editor's own in one channel are one kind."""
    refs = {ref.name: ref for ref in timeline.captions}
    if name not in refs:
        return None
    first = refs[name]

    def alike(ref: CaptionRef) -> bool:
        kinds = {kind_of(first), kind_of(ref)}
        return kinds <= {"own", "caption"} and ref.channel == first.channel if "own" in kinds else len(kinds) == 1

    after = [ref for ref in timeline.captions if ref.frames.start > first.frames.start and not ref.muted and alike(ref)]
    return min(after, key=lambda ref: (ref.frames.start, ref.channel), default=None)


def join(timeline: Timeline, name: str, rules: CaptionRules) -> CaptionEdits:
    """The caption and the next one as one, from the first one's beginning to the second one's end, its lines broken by `rules`.

    It looks like the first. Raises `EditorError` where there is no next one, or something stands between them.
    """
    bench = Bench(timeline)
    one, other = bench.ref(name), following(timeline, name)
    if other is None:
        raise EditorError(f"No caption follows {name!r}.", "Choose one that is followed by another.", USAGE)
    other = bench.ref(other.name)
    frames = FrameRange(one.frames.start, max(one.frames.end, other.frames.end))
    places = list(bench.timeline.occupied)
    for ref in (one, other):
        if (ref.channel, ref.frames) in places:
            places.remove((ref.channel, ref.frames))
    if any(channel == one.channel and there.overlaps(frames) for channel, there in places):
        raise EditorError(f"Something stands between {name!r} and {other.name!r} in channel {one.channel}.", "Move it away first.", USAGE)
    text = _together(one.text, other.text, rules)
    entries = bench.entry(one), bench.entry(other)
    piece, records, added = _one(bench, (one, other), entries, frames, text)
    return bench.edits([Becomes(other.name), Becomes(name, (piece,))], records, added)


def _together(first: str, second: str, rules: CaptionRules) -> str:
    """Two speakers, told apart by dashes, keep their lines."""
    both = f"{first}\n{second}"
    if all(text.lstrip().startswith(("-", "–", "—")) for text in (first, second)):  # noqa: RUF001  dashes are what is meant
        return both
    return "\n".join(wrap([flat(both)], rules.max_characters))


def _one(
    bench: Bench, refs: tuple[CaptionRef, CaptionRef], entries: tuple[Entry | None, Entry | None], frames: FrameRange, text: str
) -> tuple[Piece, dict[str, Record | None], list[Record]]:
    """What two captions become, and what of them the ledger is to remember."""
    first, second = entries
    records: dict[str, Record | None] = {}
    if first is None or second is None:
        whose, entry = (refs[0], first) if first is not None else (refs[1], second)
        if whose.tag is None:
            return Piece(frames, text, refs[0].tag), {}, []
        return _kept(bench, whose.tag, entry, frames, text, words_of(whose)), *_entered(bench, entry, frames, text, words_of(whose))
    if _go_on(bench, first, second):
        identity = replace(first.identity, end=max(first.identity.end, second.identity.end))
        words = joined(words_of(refs[0]), words_of(refs[1]))
        base, tag = (first, refs[0].tag) if alone(first) or not alone(second) else (second, refs[1].tag)
        base = replace(base, identity=identity)
        if alone(second) and base.record is not second.record and second.record is not None:
            records[second.record.id] = None
        anchor = first.anchor
        changed, added = _entered(bench, base, frames, text, words, anchor)
        assert tag is not None
        return _kept(bench, tag, base, frames, text, words), {**records, **changed}, added
    words = words_of(refs[0])
    changed, added = _entered(bench, first, frames, text, words)
    if not alone(second) and second.showing is not None:
        added = [*added, tombstone(bench.following, second)]
    assert refs[0].tag is not None
    return _kept(bench, refs[0].tag, first, frames, text, words), changed, added


def _go_on(bench: Bench, first: Entry, second: Entry) -> bool:
    """Whether the medium goes on from one caption to the other as the timeline does, with no other caption between them."""
    one, other = first.identity, second.identity
    if (one.medium, one.kind) != (other.medium, other.kind) or not one.start <= other.start:
        return False
    places = first.showing.places if first.showing is not None and second.showing is not None else ()
    if places and all(abs(place.source.nearest_frame(other.start) - second.anchor) > 1 for place in places):
        return False
    between = (entry for entry in bench.survey.texts(one.kind) if entry.state in ("written", "kept"))  # type: ignore[arg-type]
    return not any(
        one.end <= entry.identity.start and entry.identity.end <= other.start and entry.identity.medium == one.medium
        for entry in between
        if entry is not first and entry is not second
    )


def _kept(bench: Bench, tag: Tag, entry: Entry | None, frames: FrameRange, text: str, words: tuple[Word, ...]) -> Piece:
    if entry is not None and alone(entry) and entry.record is not None:
        tag = replace(tag, scene=bench.timeline.stamp, record=entry.record.id)
    identity = entry.identity if entry is not None else tag.identity
    return Piece(frames, text, replace(tag, identity=identity, words=realign(words, text) if words else ()))


def _entered(
    bench: Bench, entry: Entry | None, frames: FrameRange, text: str, words: tuple[Word, ...], anchor: int | None = None
) -> tuple[dict[str, Record | None], list[Record]]:
    if entry is None or entry.record is None or not alone(entry):
        return {}, []
    at = entry.anchor if anchor is None else anchor
    return {entry.record.id: _settled(entry.record, entry.identity, frames, text, words, at)}, []
