"""Captions after their sound was cut out or moved: each says what is still heard, and the ledger takes that for what was written. Pure.

So a later run lays these captions out anew as if it had written them so; what the editor changed of them before stays his.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..ml.facts import Word
from . import caption_marks
from .caption_edits import Becomes, Bench, CaptionEdits, Piece, alone
from .caption_list import speakers_of, words_of
from .ledger import Record
from .merge_tagged import words_digest
from .places import Place
from .plan import TEXT_KINDS, Caption, Identity, Why
from .realign import realign
from .state import CaptionRef, Tag, Timeline
from .survey import Entry, Survey
from .timebase import FrameRange

NEAR = Fraction(3)
"""Seconds that a caption may stand from its words and still be theirs."""
Corrections = Mapping[str, Sequence[tuple[int, int, str]]]
"""By caption: which of its characters that are no blanks (from, to) read what now."""


def rippled(
    before: Timeline,
    after: Timeline,
    became: Mapping[str, Sequence[str]],
    corrections: Corrections | None = None,
    fixed: Collection[int] = (),
) -> CaptionEdits:
    """What captions have to become after a ripple; `before` and `after` are readings of the same sequence.

    `became` are the strips a strip is now (`write_layout.Rearranged`); those that are not named kept their name. A caption that was left
    standing while what it says moved goes after it, unless its channel is one of the `fixed`. Locked captions stay as they are.
    `corrections` are what else is to be read in captions as they stood before. Raises `EditorError` for an unreadable ledger.
    """
    return _Ripple(before, after, became, corrections or {}, fixed).edits()


def corrected(text: str, corrections: Iterable[tuple[int, int, str]]) -> str:
    """A caption's text with other words in the place of these characters (blanks not counted); what is left empty goes."""
    return _mended(text, corrections, set())


def _mended(text: str, corrections: Iterable[tuple[int, int, str]], marks: Collection[int]) -> str:
    signs = [place for place, sign in enumerate(text) if not sign.isspace()]
    for first, last, new in sorted(corrections, reverse=True):
        own = [place for place in signs[first:last] if place not in marks]
        if own:
            text = text[: own[0]] + new + text[own[-1] + 1 :]
    rows = (" ".join(row.split()) for row in text.split("\n"))
    return "\n".join(row for row in rows if any(map(str.isalnum, row)))


@dataclass(frozen=True)
class _Left:
    """What is left of a caption in one strip: the words, by number."""

    ref: CaptionRef
    words: tuple[int, ...]


class _Ripple:
    def __init__(
        self, before: Timeline, after: Timeline, became: Mapping[str, Sequence[str]], corrections: Corrections, fixed: Collection[int]
    ):
        self.old, self.new = Bench(before), Bench(after)
        self.became, self.corrections, self.fixed = became, corrections, fixed
        self.played = {
            strip.name: Place(strip.name, strip.medium, strip.channel, strip.frames, strip.source)
            for strip in after.strips
            if strip.source is not None and not strip.muted
        }
        self.near = NEAR * before.rate
        self.marks = caption_marks.pattern(set(speakers_of(before).values()))
        self.strips: list[Becomes] = []
        self.changed: dict[str, Record | None] = {}
        self.added: list[Record] = []
        self.number = int(self.new.following)

    def edits(self) -> CaptionEdits:
        for ref in self.old.timeline.captions:
            if ref.kind in TEXT_KINDS:
                names = self.became.get(ref.name, (ref.name,))
                self._caption(ref, [self.new.refs[name] for name in names if name in self.new.refs])
        return self.new.edits(self.strips, self.changed, self.added)

    def _caption(self, ref: CaptionRef, pieces: Sequence[CaptionRef]) -> None:
        copies = [piece for piece in pieces if piece.muted and not ref.muted]
        self.strips += [Becomes(piece.name) for piece in copies if not piece.held]
        pieces = [piece for piece in pieces if piece not in copies]
        if any(piece.held for piece in pieces):
            return
        words = words_of(ref) if ref.kind == "caption" else ()
        left = self._left(ref, words, pieces)
        if words and ref.name not in self.became and ref.channel not in self.fixed:
            left = [self._after_its_words(ref, words, one) for one in left]
        entry = self.old.entry(ref)
        whole = len(left) == 1 and len(left[0].words) == len(words)
        same = whole and left[0].ref.frames.length == ref.frames.length and ref.name not in self.corrections
        if same and not self._mistaken(left[0].ref, entry):
            if ref.name not in self.became:
                self._write(left[0].ref, ref.text, ref.tag, (), ())
            return
        kept = [one for one in left if one.words or not words]
        self.strips += [Becomes(one.ref.name) for one in left if one not in kept]
        record = entry.record if entry is not None and alone(entry) else None
        if record is not None and not kept:  # it went with its words: should they come back, so may a caption
            self.changed[record.id] = None
        for place, one in enumerate(kept):
            text, said = self._said(ref, words, one)
            tag = one.ref.tag
            if record is not None and tag is not None and (words or len(kept) == 1):
                number = record.id if not place else str(self.number)
                self.number += place > 0
                identity = self._identity(record.identity, words, one)
                tag = replace(tag, scene=self.new.timeline.stamp, record=number, identity=identity)
                made = self._record(replace(record, id=number), entry.fixed if entry else frozenset(), ref, one, text, said, identity)
                if place:
                    self.added.append(made)
                else:
                    self.changed[number] = made
            self._write(one.ref, text, tag, said, words)

    def _mistaken(self, ref: CaptionRef, entry: Entry | None) -> bool:
        """Whether a caption would now be taken for one that the editor moved: a frame of what it is about went elsewhere."""
        after = self.new.entry(ref)
        return entry is not None and after is not None and not after.fixed <= entry.fixed

    def _write(self, ref: CaptionRef, text: str, tag: Tag | None, said: tuple[Word, ...], words: Sequence[Word]) -> None:
        tag = replace(tag, words=said) if tag is not None and words else tag
        if text != ref.text or tag != ref.tag or ref.frames != self.new.refs[ref.name].frames:
            self.strips.append(Becomes(ref.name, (Piece(ref.frames, text, tag),)))

    def _left(self, ref: CaptionRef, words: Sequence[Word], pieces: Sequence[CaptionRef]) -> list[_Left]:
        """For each strip the words that are still heard near it, each word in one. A word that was not heard before stays."""
        medium = ref.tag.identity.medium if ref.tag is not None and ref.tag.identity is not None else ""
        found: list[list[int]] = [[] for _ in pieces]
        for number, word in enumerate(words):
            middle = (word.start + word.end) / 2
            was = any(_away(ref, place.source.frame(middle)) <= self.near for place in _holding(self.old.survey, medium, middle))
            frames = [place.source.frame(middle) for place in _holding(self.new.survey, medium, middle)]
            near = [(away, n) for n, piece in enumerate(pieces) for frame in frames if (away := _away(piece, frame)) <= self.near]
            if near or (not was and pieces):
                found[min(near)[1] if near else 0].append(number)
        return [_Left(piece, tuple(here)) for piece, here in zip(pieces, found, strict=True)]

    def _after_its_words(self, ref: CaptionRef, words: Sequence[Word], left: _Left) -> _Left:
        """A caption that was left standing, put to where its words are heard now: from what is left of where it began to what is left of
        where it ended. It stays where none of them has moved."""
        ends, moved = [], False
        for number in (left.words[0], left.words[-1]) if left.words else ():
            middle = (words[number].start + words[number].end) / 2
            was = self._heard(ref, middle)
            if was is None:
                return left
            now = [self.played[name] for name in self.became.get(was.strip, (was.strip,)) if name in self.played]
            here = [place.source.frame(middle) for place in now if place.span.start <= middle < place.span.end]
            moved |= any(frame != was.source.frame(middle) for frame in here)
            ends.append((was, sorted(now, key=lambda place: place.span.start)))
        if not moved or not all(now for _was, now in ends):
            return left
        start, end = _begins(ref.frames.start, *ends[0]), _stops(ref.frames.end, *ends[1])
        return replace(left, ref=replace(left.ref, frames=FrameRange(start, end))) if start < end else left

    def _heard(self, ref: CaptionRef, moment: Fraction) -> Place | None:
        """Where a caption's word was heard."""
        medium = ref.tag.identity.medium if ref.tag is not None and ref.tag.identity is not None else ""
        near = [(_away(ref, place.source.frame(moment)), n, place) for n, place in enumerate(_holding(self.old.survey, medium, moment))]
        return min(near)[2] if near and min(near)[0] <= self.near else None

    def _said(self, ref: CaptionRef, words: Sequence[Word], left: _Left) -> tuple[str, tuple[Word, ...]]:
        """The text of what is left, and its words."""
        if not words:
            return left.ref.text, ()
        mends = list(self.corrections.get(ref.name, ()))
        done, here = 0, set(left.words)
        gone: list[tuple[int, int]] = []
        for number, word in enumerate(words):
            length = len("".join(word.text.split()))
            if number not in here:
                gone.append((done, done + length))
            done += length
        mends = [mend for mend in mends if not any(first <= mend[0] and mend[1] <= last for first, last in gone)]
        text = _mended(ref.text, [*mends, *((first, last, "") for first, last in gone)], caption_marks.places(ref.text, self.marks))
        text = text or left.ref.text
        kept = [words[number] for number in left.words]
        return text, tuple(kept) if not (mends or gone) else realign(kept, text)

    def _record(
        self, record: Record, fixed: frozenset[str], ref: CaptionRef, left: _Left, text: str, said: tuple[Word, ...], identity: Identity
    ) -> Record:
        """What the ledger takes for written: all of it, but for what the editor had changed before."""
        frames = left.ref.frames
        settled = {*record.settled.split(), *(fixed & {"text", "frames"})}
        if ref.name in self.corrections:
            settled.add("text")
        digest = words_digest(Caption(identity, Why(record.confidence, record.reason), frames, text, said)) if said else record.words
        return replace(
            record, identity=identity, anchor=self._anchor(record, left.ref, identity), start=frames.start, end=frames.end,
            text=text, words=digest, settled=" ".join(sorted(settled, reverse=True)),
        )  # fmt: skip

    def _identity(self, identity: Identity, words: Sequence[Word], left: _Left) -> Identity:
        """The part of the medium that the words which are left are about, and no more of it than is heard with them.

        Else a frame of it that went elsewhere with its neighbour would be taken for where it is.
        """
        if not words or not left.words:
            return identity
        first, last = words[left.words[0]], words[left.words[-1]]
        start = identity.start if left.words[0] == 0 else max(identity.start, first.start)
        end = identity.end if left.words[-1] == len(words) - 1 else min(identity.end, last.end)
        begins, ends = (self._place(left.ref, identity.medium, (word.start + word.end) / 2) for word in (first, last))
        start = max(start, begins.span.start) if begins is not None else start
        end = min(end, ends.span.end) if ends is not None else end
        return replace(identity, start=min(start, end), end=max(start, end))

    def _place(self, ref: CaptionRef, medium: str, moment: Fraction) -> Place | None:
        """Where a moment is heard now, nearest to the caption."""
        return min(_holding(self.new.survey, medium, moment), key=lambda place: _away(ref, place.source.frame(moment)), default=None)

    def _anchor(self, record: Record, ref: CaptionRef, identity: Identity) -> int:
        """Where the beginning of its part of the medium lies now."""
        places = self.new.survey.heard_at(identity.medium, identity.start, identity.end)
        near = [(_away(ref, place.source.frame(identity.start)), n) for n, place in enumerate(places) if _shares(place, identity)]
        return places[min(near)[1]].source.nearest_frame(identity.start) if near else record.anchor


def _begins(frame: int, was: Place, now: Sequence[Place]) -> int:
    """Where what began at `frame` begins, `now` being what is left of `was`, in order."""
    if frame < was.frames.start:
        return now[0].frames.start - (was.frames.start - frame)
    moment = was.source.seconds(frame)
    place = next((place for place in now if moment < place.span.end), now[-1])
    return max(place.frames.start, place.source.nearest_frame(moment))


def _stops(frame: int, was: Place, now: Sequence[Place]) -> int:
    if frame > was.frames.end:
        return now[-1].frames.end + frame - was.frames.end
    moment = was.source.seconds(frame)
    place = next((place for place in reversed(now) if place.span.start < moment), now[0])
    return min(place.frames.end, place.source.nearest_frame(moment))


def _away(ref: CaptionRef, frame: Fraction) -> Fraction:
    return max(ref.frames.start - frame, frame - ref.frames.end, Fraction(0))


def _holding(survey: Survey, medium: str, moment: Fraction) -> list[Place]:
    return [place for place in survey.heard_at(medium, moment, moment) if place.span.start <= moment < place.span.end]


def _shares(place: Place, identity: Identity) -> bool:
    return place.span.start < identity.end and identity.start < place.span.end
