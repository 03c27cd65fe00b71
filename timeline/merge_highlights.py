"""The merge of highlights: each belongs to a line of a caption and follows it, but for what the editor changed of it himself."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from .changes import Add, Remove, Update
from .draft import Draft, Shown
from .karaoke import shown
from .ledger import Record
from .places import Place
from .plan import Highlight, Identity, Why
from .state import CaptionRef
from .timebase import FrameRange

_WHY = Why(1.0, "shows which word of the caption is being said")


def merge_highlights(draft: Draft) -> None:
    """Highlights for every caption of this plan that is to have them; those of captions that are gone, go."""
    if not draft.shown and not draft.highlit:
        return
    standing = _Standing(draft)
    for caption in draft.shown:
        _follow(draft, standing, caption)
    for record in standing.orphans():
        _drop(draft, record, standing.things.get(record.id, ()))


class _Standing:
    """The highlights of earlier runs, by the caption they belong to."""

    def __init__(self, draft: Draft) -> None:
        timeline = draft.survey.timeline
        self._draft = draft
        self.records: dict[str, dict[int, Record]] = defaultdict(dict)
        """By the record of their caption and the line."""
        for record in draft.survey.records("highlight"):
            self.records[record.caption][record.line] = record
        self.things: dict[str, list[CaptionRef]] = defaultdict(list)
        for ref in timeline.captions:
            if ref.tag is not None and ref.tag.kind == "highlight" and ref.tag.scene == timeline.stamp:
                self.things[ref.tag.record].append(ref)
        self._captions = {ref.tag.record for ref in timeline.captions if ref.tag is not None and ref.tag.scene == timeline.stamp}
        self._twins: dict[str, list[Shown]] = defaultdict(list)
        for caption in draft.shown:
            if caption.origin:
                self._twins[caption.origin].append(caption)

    def of(self, caption: Shown, record: Record) -> list[CaptionRef]:
        """What stands of a highlight over this caption: where the caption was duplicated with it, each one's are those nearest to it."""
        twins = self._twins[caption.origin]
        return [ref for ref in self.things.get(record.id, ()) if min(twins, key=lambda twin: twin.distance(ref.frames)) is caption]

    def orphans(self) -> Iterable[Record]:
        """The highlights whose captions are removed by this plan, or were by the editor."""
        for caption, lines in self.records.items():
            if caption in self._twins:
                continue
            for record in lines.values():
                left = self._draft.records.get(caption)
                gone = left is None or left.state == "deleted" or caption not in self._captions
                if gone and (left is None or self._draft.speaks_for(record.identity.medium, left.identity.kind, ())):
                    yield record


def _follow(draft: Draft, standing: _Standing, caption: Shown) -> None:
    wished = {highlight.line: highlight for highlight in _wished(draft, caption)}
    known = standing.records.get(caption.origin, {}) if caption.origin else {}
    for line in sorted({*wished, *known}):
        record, wish = known.get(line), wished.get(line)
        things = standing.of(caption, record) if record is not None else []
        if caption.record != caption.origin and things:
            # The editor's duplicate of a caption gets highlights of its own.
            draft.removes += [Remove(record.id, "highlight", ref.name) for ref in things if record is not None]
            record, things = None, []
        elif caption.record != caption.origin:
            record = None
        if record is None:
            if wish is not None:
                _add(draft, wish, caption)
        elif caption.look.motion != "none" and not things:
            draft.enter(replace(record, state="deleted"))
        elif wish is None:
            _drop(draft, record, things)
        else:
            _update(draft, record, things, wish, caption)


def _wished(draft: Draft, caption: Shown) -> list[Highlight]:
    edit = caption.edit
    look = caption.look
    if look.motion == "none" or not edit.words:
        return []
    frame_of = _clock(draft.survey.heard_at(edit.identity.medium, edit.words[0].start, edit.words[-1].end), caption.frames, edit.strip)
    if frame_of is None:
        return []
    identity = Identity(edit.identity.medium, "highlight", edit.identity.start, edit.identity.end)
    parts = shown(edit.text, edit.words, caption.frames, look.motion, frame_of, draft.survey.timeline.rate, look.uppercase)
    over = caption.thing.name if caption.thing is not None else ""
    return [
        Highlight(identity, _WHY, part.frames, edit.text, caption.record, over, part.line, part.steps, look) for part in parts
    ]


def _clock(places: Sequence[Place], frames: FrameRange, strip: str) -> Callable[[Fraction], int] | None:
    """The frame at which a moment is heard: through the place that holds it, those of the caption's strip and nearest to it first."""
    if not places:
        return None
    middle = (frames.start + frames.end) // 2
    near = sorted(places, key=lambda place: (place.strip != strip, abs((place.frames.start + place.frames.end) // 2 - middle)))

    def frame_of(seconds: Fraction) -> int:
        place = next((place for place in near if place.span.start <= seconds <= place.span.end), near[0])
        return place.source.nearest_frame(seconds)

    return frame_of


def _digest(wish: Highlight, caption: Shown, size: tuple[int, int]) -> str:
    """Of all that a highlight is made from: what its caption says, when (from its own beginning), how it looks, in what picture."""
    looks = caption.thing.style if caption.thing is not None and caption.styled else repr(wish.style)
    zero = caption.frames.start
    steps = [(frame - zero, first, last) for frame, first, last in wish.steps]
    made = (wish.text, wish.line, wish.frames.start - zero, wish.frames.end - zero, steps, looks, size)
    return hashlib.sha256(repr(made).encode()).hexdigest()[:12]


def _record_of(record: Record, wish: Highlight, caption: Shown, size: tuple[int, int]) -> Record:
    return replace(
        record, identity=wish.identity, state="live", anchor=caption.frames.start, start=wish.frames.start, end=wish.frames.end,
        text=wish.text, look=wish.style, words=_digest(wish, caption, size), strip=caption.edit.strip, caption=wish.caption, line=wish.line,
    )  # fmt: skip


def _add(draft: Draft, wish: Highlight, caption: Shown) -> None:
    record = _record_of(draft.new_record(wish, caption.frames.start), wish, caption, draft.survey.timeline.size)
    draft.enter(record)
    draft.adds.append(Add(record.id, wish))


def _update(draft: Draft, record: Record, things: Sequence[CaptionRef], wish: Highlight, caption: Shown) -> None:
    """Made anew where its caption changed. What the editor changed of it stays: its look, its frames; retyped or divided, all of it."""
    thing = things[0]
    written = FrameRange(record.start, record.end)
    moved = caption.thing.frames.start - record.anchor if caption.thing is not None else 0
    fixed = {"frames"} if thing.frames not in (written, written.moved(moved)) else set()
    if record.style and thing.style != record.style:
        fixed.add("style")
    hidden = caption.thing is not None and thing.channel <= caption.thing.channel
    if len(things) > 1 or thing.text != record.text:
        draft.kept += 1
        return
    wanted = _record_of(record, wish, caption, draft.survey.timeline.size)
    if "frames" in fixed:
        wanted = replace(wanted, start=record.start, end=record.end, anchor=record.anchor)
    same = wanted.words == record.words and (thing.frames == wish.frames or "frames" in fixed)
    draft.kept += bool(fixed)
    if hidden and not fixed:
        draft.removes.append(Remove(record.id, "highlight", thing.name))
        draft.forget(record)
        _add(draft, wish, caption)
    elif same:
        draft.unchanged += not fixed
        draft.enter(wanted)
    else:
        draft.enter(wanted)
        fields = {"frames", "text", "style"} - fixed
        draft.updates.append(Update(record.id, thing.name, wish, frozenset(fields)))


def _drop(draft: Draft, record: Record, things: Sequence[CaptionRef]) -> None:
    """Takes a highlight away with its caption; one that the editor changed is his from then on."""
    for thing in things:
        if thing.text == record.text and thing.style == record.style:
            draft.removes.append(Remove(record.id, "highlight", thing.name))
        else:
            draft.kept += 1
    draft.forget(record)
