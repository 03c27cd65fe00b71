"""Proposed removals as the review list has them: the editor's word on each, as he trimmed it, and what is said around it. Pure."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, USAGE, EditorError
from ..ml.facts import Span, Transcript, Word
from .cutting import saved
from .removals import Proposals, Removal, Said, Verdict, about
from .requests import Asked
from .state import StripRef
from .timebase import FrameRange

AROUND = 6
"""Words that are shown before and after a removal."""
_BUCKET = 10
_ROOM = 16
"""Characters on either side of a removal in a narrow list."""
SOUGHT = 1
"""The version of what `dump_sought` writes."""
Key = tuple[str, str, Fraction, Fraction, str]


@dataclass(frozen=True)
class Row:
    """A proposal in the review list. `removal` has the editor's verdict, and the frames as he trimmed them; `proposed` are the frames
    without his trimming.

    `before` and `after` are the words around it, `saved` the frames the timeline gets shorter by when it alone is carried out.
    """

    number: int
    removal: Removal
    proposed: FrameRange
    before: str
    after: str
    saved: int

    @property
    def key(self) -> Key:
        one = self.removal
        return one.kind, one.medium, one.span.start, one.span.end, one.strip

    @property
    def frames(self) -> FrameRange:
        return self.removal.frames

    @property
    def verdict(self) -> Verdict:
        return self.removal.verdict

    @property
    def trimmed(self) -> bool:
        return self.frames != self.proposed


@dataclass(frozen=True)
class Sought:
    """What was asked when something was looked for. `pictures` are where the pictures of movies heard without a sound strip begin."""

    asked: Asked
    pictures: dict[str, Fraction] = field(default_factory=dict)


class Sayings:
    """Finds the editor's latest word on a proposal, without a look at all of them."""

    def __init__(self, said: Sequence[Said]) -> None:
        self._buckets: dict[tuple[str, str, int], list[tuple[int, Said]]] = defaultdict(list)
        for place, word in enumerate(said):
            for number in _numbers(word.span):
                self._buckets[word.kind, word.medium, number].append((place, word))

    def on(self, removal: Removal) -> Said | None:
        """What he said of this very part goes before what he said of one that overlaps it (`removals.about`)."""
        found = {
            place: word
            for number in _numbers(removal.span)
            for place, word in self._buckets.get((removal.kind, removal.medium, number), ())
            if about(word, removal)
        }
        exact = [place for place, word in found.items() if word.span == removal.span]
        return found[max(exact or found)] if found else None


def _numbers(span: Span) -> range:
    return range(int(span.start // _BUCKET), int(span.end // _BUCKET) + 1)


def rows(
    proposals: Proposals, said: Sequence[Said], strips: Sequence[StripRef], transcripts: Mapping[str, Transcript]
) -> tuple[Row, ...]:
    """The list, in order of the timeline. `strips` are those the proposals were made for, `transcripts` give what is said around them.

    A proposal that was trimmed to a part its strip does not play has nothing to cut there and is left out.
    """
    sayings, beside = Sayings(said), {strip.name: strip for strip in strips}
    around = {medium: _Around(transcript.words) for medium, transcript in transcripts.items()}
    found: list[Row] = []
    for removal in proposals.removals:
        word = sayings.on(removal)
        frames, strip = removal.frames, beside.get(removal.strip)
        if word is not None and word.cut is not None and strip is not None:
            frames = played(strip, word.cut)
        if not frames.length:
            continue
        judged = replace(removal, frames=frames, verdict=word.verdict if word else removal.verdict)
        before, after = around[removal.medium].of(removal.span) if removal.medium in around else ("", "")
        found.append(Row(len(found) + 1, judged, removal.frames, before, after, saved(judged)))
    return tuple(found)


def short(row: Row, name: str) -> str:
    """What is said there, or `name` where nothing is, in brackets, with as many whole words around it as a narrow list has room for."""
    said = (row.removal.text or name).split()
    first = _fit(said)
    inside = " ".join(first if len(first) == len(said) else [*(first or said[:1]), "…"])
    before, after = _fit(row.before.split()[::-1])[::-1], _fit(row.after.split())
    return " ".join((*before, f"[{inside}]", *after))


def _fit(words: Sequence[str]) -> Sequence[str]:
    """As many of the first words as there is room for."""
    count = next((count for count in range(len(words), 0, -1) if len(" ".join(words[:count])) <= _ROOM), 0)
    return words[:count]


def played(strip: StripRef, cut: Span) -> FrameRange:
    """The frames at which a strip plays this part of its medium, empty where it does not. Needs `source`."""
    assert strip.source is not None, strip.unmapped
    start = min(max(strip.source.nearest_frame(cut.start), strip.frames.start), strip.frames.end)
    return FrameRange(start, min(max(strip.source.nearest_frame(cut.end), start), strip.frames.end))


class _Around:
    def __init__(self, words: Iterable[Word]) -> None:
        self._words = sorted(words, key=lambda word: word.start + word.end)
        self._middles = [(word.start + word.end) / 2 for word in self._words]

    def of(self, span: Span) -> tuple[str, str]:
        first, last = bisect_left(self._middles, span.start), bisect_left(self._middles, span.end)
        before, after = self._words[max(0, first - AROUND) : first], self._words[last : last + AROUND]
        return "".join(word.text for word in before).strip(), "".join(word.text for word in after).strip()


def as_heard(strips: Sequence[StripRef], sounds: Mapping[str, Fraction], pictures: Mapping[str, Fraction]) -> tuple[StripRef, ...]:
    """The strips that are heard, their maps counting in their sound's time.

    A movie strip's map counts in its pictures' time. `sounds` and `pictures` are where each medium's sound and its pictures begin in
    the container's seconds, where that is known.
    """
    found = []
    for strip in strips:
        if strip.muted:
            continue
        if strip.kind == "MOVIE" and strip.source is not None and strip.medium in sounds and strip.medium in pictures:
            shift = pictures[strip.medium] - sounds[strip.medium]
            strip = replace(strip, source=replace(strip.source, trim=strip.source.trim + shift))
        found.append(strip)
    return tuple(found)


def word(row: Row, verdict: Verdict, frames: FrameRange | None = None, strip: StripRef | None = None) -> Said:
    """The editor's word on a row. `frames` is what he wants cut; without it what he trimmed before stays. `strip` plays it."""
    removal = row.removal
    wanted = row.frames if frames is None else frames
    cut = None
    if wanted != row.proposed:
        assert strip is not None and strip.source is not None
        cut = Span(strip.source.seconds(wanted.start), strip.source.seconds(wanted.end))
    return Said(removal.kind, removal.medium, removal.span, verdict, cut)


def instead(listed: Sequence[Row], chosen: Row) -> tuple[tuple[Row, Verdict], ...]:
    """What is to be said so that this take of a line stays and the others go.

    Raises `EditorError(USAGE)` where the row is no take of several.
    """
    removal = chosen.removal
    takes = [row for row in listed if removal.group and row.removal.group == removal.group]
    if len(takes) < 2:
        raise EditorError("This is no take of a line said several times.", "Press Find Takes and choose one of its takes.", USAGE)

    def same(row: Row) -> bool:
        return row.removal.medium == removal.medium and row.removal.span.overlap(removal.span) > 0

    return tuple((row, "rejected" if same(row) else "accepted") for row in takes)


def say_all(said: Sequence[Said], words: Iterable[Said]) -> tuple[Said, ...]:
    """The choices with these; each replaces an earlier one about the very same part."""
    kept = {(one.kind, one.medium, one.span): one for one in said}
    for one in words:
        about_this = (one.kind, one.medium, one.span)
        kept.pop(about_this, None)
        kept[about_this] = one
    return tuple(kept.values())


def above(listed: Sequence[Row], line: float, kinds: Sequence[str] = ()) -> tuple[Row, ...]:
    """The open rows of at least this confidence; of `kinds`, where any are given."""
    every = (row for row in listed if row.verdict == "open" and row.removal.why.confidence >= line)
    return tuple(row for row in every if not kinds or row.removal.kind in kinds)


def step(listed: Sequence[Row], chosen: Row | None, frame: int, back: bool = False) -> Row | None:
    """The next open row after the chosen one, or after the playhead; from the end on the first again. None when all are decided."""
    here = (chosen.frames.start, chosen.number) if chosen is not None else (frame, -1 if not back else 0)
    if back:
        earlier = [row for row in listed if row.verdict == "open" and (row.frames.start, row.number) < here]
        return earlier[-1] if earlier else next((row for row in reversed(listed) if row.verdict == "open"), None)
    later = (row for row in listed if row.verdict == "open" and (row.frames.start, row.number) > here)
    return next(later, None) or next((row for row in listed if row.verdict == "open"), None)


def trimmed(row: Row, strip: StripRef, first: int, last: int) -> FrameRange:
    """The row's frames with its beginning `first` and its end `last` frames later. Raises `EditorError` when nothing is left, or its strip
    does not go so far."""
    start, end = row.frames.start + first, row.frames.end + last
    if not strip.frames.start <= start < end <= strip.frames.end:
        far = f"It can begin at {strip.frames.start} and end at {strip.frames.end} at most, and lasts at least one frame."
        raise EditorError(f"{row.removal.strip!r} cannot be cut from {start} to {end}.", far, BAD_INPUT)
    return FrameRange(start, end)


def in_frames(value: int, rate: Fraction, milliseconds: bool) -> int:
    """A number of frames, or of milliseconds, as frames; halves go up."""
    return math.floor(value * rate / 1000 + Fraction(1, 2)) if milliseconds else value


def load_sought(text: str) -> dict[str, Sought]:
    """Search -> what was asked, as `dump_sought` wrote it. Raises `EditorError(BAD_INPUT)` when it cannot be read."""
    if not text:
        return {}
    try:
        data = json.loads(text)
        if data["version"] != SOUGHT:
            raise ValueError("another version")
        return {name: from_json(Sought, sought) for name, sought in data["sought"].items()}
    except (ValueError, KeyError, AttributeError, TypeError, EditorError) as reason:
        remedy = "Update Assistant Editor. Or use Reset Assistant Editor, which forgets it and leaves the timeline as it is."
        raise EditorError("What was looked for in this scene cannot be read.", remedy, BAD_INPUT, repr(reason)) from reason


def dump_sought(sought: Mapping[str, Sought]) -> str:
    data = {name: to_json(one) for name, one in sought.items()}
    return json.dumps({"version": SOUGHT, "sought": data}, ensure_ascii=False, separators=(",", ":")) if data else ""
