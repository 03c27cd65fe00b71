"""A timeline without Blender: carries changes out as the writer does, and does to it what editors do. Values in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant_editor.ml.facts import Boundary, Shots, Span, Transcript, Transition, Utterance, Word
from assistant_editor.timeline.caption_rules import CaptionRules
from assistant_editor.timeline.changes import Changes, Hole
from assistant_editor.timeline.ledger import with_styles
from assistant_editor.timeline.plan import Caption, CaptionStyle, Cut, Gap, Highlight, Label, Marker
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.state import CaptionRef, MarkerRef, StripRef, Tag, Timeline
from assistant_editor.timeline.timebase import FrameRange, SourceMap

RATE = Fraction(25)
CHANNELS = {"caption": 9, "translation": 10, "sound": 9, "highlight": 11}
"""Of the kinds of text."""
USUAL = CaptionRules(minimum_seconds=Fraction(1), max_speed=Fraction(0), join_seconds=Fraction(0), cut_seconds=Fraction(0))
"""Plain rules: 42 columns, two lines, one to seven seconds, two frames apart, whoever reads and whatever the picture does."""


def strip(name, start, end, *, origin=0, kind="MOVIE", medium="m", channel=1, rate=RATE, trim=0, **more):
    """A strip of `medium`; `origin` is the frame at which its content begins."""
    source = SourceMap(Fraction(origin), Fraction(rate), Fraction(trim))
    return StripRef(name, kind, f"/{medium}", medium, channel, FrameRange(start, end), source, **more)


def timeline(*strips, stamp="scene-a", rate=RATE, **more):
    return refreshed(Timeline("Scene", stamp, Fraction(rate), FrameRange(1, 251), tuple(strips), **more))


def refreshed(line: Timeline) -> Timeline:
    """Partners as the reader finds them: the other kind, the same medium, over the same range. In the reader's order."""
    where = {}
    for ref in line.strips:
        where.setdefault((ref.medium, ref.frames, ref.kind), []).append(ref.name)
    other = {"MOVIE": "SOUND", "SOUND": "MOVIE"}
    strips = [replace(ref, partners=tuple(where.get((ref.medium, ref.frames, other.get(ref.kind)), ()))) for ref in line.strips]
    order = sorted(strips, key=lambda ref: (ref.frames.start, ref.channel, ref.name))
    captions = sorted(line.captions, key=lambda ref: (ref.frames.start, ref.channel, ref.name))
    markers = tuple(replace(marker, index=i) for i, marker in enumerate(line.markers))
    occupied = tuple(sorted((ref.channel, ref.frames) for ref in (*order, *captions)))
    return replace(line, strips=tuple(order), captions=tuple(captions), markers=markers, occupied=occupied)


def free_name(line: Timeline, wanted: str) -> str:
    taken = {ref.name for ref in (*line.strips, *line.captions)}
    if wanted not in taken:
        return wanted
    base, number = re.sub(r"\.\d{3,}$", "", wanted), 1
    while f"{base}.{number:03}" in taken:
        number += 1
    return f"{base}.{number:03}"


def digest(style: CaptionStyle) -> str:
    return repr(style)


def swap(items, name, *new):
    return tuple(other for item in items for other in (new if item.name == name else (item,)))


def split(line: Timeline, name: str, frame: int, tag: Tag | None = None) -> Timeline:
    """One strip cut in two; tags are copied, as Blender does, unless the writer puts a new one on the right half."""
    ref = line.strip(name)
    assert ref.frames.start < frame < ref.frames.end
    left = replace(ref, frames=FrameRange(ref.frames.start, frame))
    right = replace(ref, name=free_name(line, name), frames=FrameRange(frame, ref.frames.end), tag=tag or ref.tag)
    return replace(line, strips=swap(line.strips, name, left, right))


def join(line: Timeline, name: str, frame: int) -> Timeline:
    left = line.strip(name)
    right = next(
        ref
        for ref in line.strips
        if ref.frames.start == frame and (ref.channel, ref.medium, ref.kind) == (left.channel, left.medium, left.kind)
    )
    assert left.frames.end == frame and abs(left.source.seconds(frame) - right.source.seconds(frame)) * left.source.rate < 1
    whole = replace(left, frames=FrameRange(left.frames.start, right.frames.end))
    return replace(line, strips=swap(swap(line.strips, right.name), name, whole))


def fill(line: Timeline, hole: Hole) -> Timeline:
    """A hole closed by the strips beside it, as the writer takes a gap back."""
    taken = [frames for channel, frames in line.occupied if channel == line.strip(hole.left or hole.right).channel]
    assert not any(frames.overlaps(hole.frames) for frames in taken), "something stands where a gap is to be filled"
    if not hole.left:
        right = line.strip(hole.right)
        assert right.frames.start == hole.frames.end
        return replace(line, strips=swap(line.strips, hole.right, replace(right, frames=FrameRange(hole.frames.start, right.frames.end))))
    left, end = line.strip(hole.left), hole.frames.end
    assert left.frames.end == hole.frames.start
    if hole.right:
        right = line.strip(hole.right)
        assert right.frames.start == end and right.source == left.source and right.channel == left.channel
        line, end = replace(line, strips=swap(line.strips, hole.right)), right.frames.end
    return replace(line, strips=swap(line.strips, hole.left, replace(left, frames=FrameRange(left.frames.start, end))))


def cut_out(line: Timeline, name: str, gap: FrameRange) -> Timeline:
    """A part of a strip taken out, what is left of it staying where it stands."""
    ref = next(
        ref
        for ref in line.strips
        if (ref.channel, ref.medium, ref.kind) == (line.strip(name).channel, line.strip(name).medium, line.strip(name).kind)
        and ref.frames.overlaps(gap)
    )
    left, right = ref.frames.start < gap.start, gap.end < ref.frames.end
    assert left or right, "a strip is never cut out as a whole"
    if left and right:
        line = split(line, ref.name, gap.start)
        ref = next(other for other in line.strips if other.channel == ref.channel and other.frames.start == gap.start)
    frames = FrameRange(gap.end, ref.frames.end) if right else FrameRange(ref.frames.start, gap.start)
    return replace(line, strips=swap(line.strips, ref.name, replace(ref, frames=frames)))


def piece_at(line: Timeline, name: str, frame: int) -> StripRef:
    """What became of the strip `name` at `frame`: a piece of the same content on the same channel."""
    ref = line.strip(name)
    return next(
        other
        for other in line.strips
        if (other.channel, other.medium, other.kind) == (ref.channel, ref.medium, ref.kind)
        and other.frames.start <= frame < other.frames.end
    )


def apply(line: Timeline, changes: Changes) -> Timeline:
    """The timeline after the writer: removes, then updates, then adds; left to right."""
    styles = {}
    marks = {str(marker.index): marker for marker in line.markers}
    gone = set()
    for change in changes.removes:
        if change.kind == "cut":
            for partner in change.partners:
                line = join(line, partner, change.frame)
            line = join(line, change.target, change.frame)
        elif change.kind == "gap":
            for hole in change.holes:
                line = fill(line, hole)
            line = refreshed(line)
        elif change.kind in ("marker", "scene", "beat", "note"):
            gone.add(change.target)
        elif change.kind in CHANNELS:
            assert any(ref.name == change.target for ref in line.captions)
            line = replace(line, captions=swap(line.captions, change.target))
        else:
            ref = replace(line.strip(change.target), name=change.name, color_tag=change.color_tag)
            line = replace(line, strips=swap(line.strips, change.target, ref))
    labels = []
    for change in changes.updates:
        edit, fields = change.edit, change.fields
        tag = Tag(
            line.stamp, change.record, edit.identity.kind, edit.why.confidence, edit.why.reason, getattr(edit, "words", ()), edit.identity
        )
        if isinstance(edit, Marker):
            marker = marks[change.target]
            marker = replace(
                marker, frame=edit.frame if "frame" in fields else marker.frame, name=edit.name if "name" in fields else marker.name
            )
            marks[change.target] = replace(marker, tag=tag)
        elif isinstance(edit, (Caption, Highlight)):
            ref = next(ref for ref in line.captions if ref.name == change.target)
            ref = replace(ref, tag=tag, text=edit.text if "text" in fields else ref.text)
            ref = replace(ref, frames=edit.frames if "frames" in fields else ref.frames)
            if "style" in fields:
                styles[change.record] = digest(edit.style)
                ref = replace(ref, style=digest(edit.style))
            line = replace(line, captions=swap(line.captions, change.target, ref))
        else:
            labels.append((change.target, edit, fields))
    for add in (add for add in changes.adds if isinstance(add.edit, Cut)):
        cut = add.edit
        for name in (cut.strip, *cut.partners):
            line = split(line, piece_at(line, name, cut.frame).name, cut.frame)
    for add in (add for add in changes.adds if isinstance(add.edit, Gap)):
        for name in (add.edit.strip, *add.edit.partners):
            line = cut_out(line, name, add.edit.frames)
    fresh = []
    for add in changes.adds:
        edit = add.edit
        tag = Tag(
            line.stamp, add.record, edit.identity.kind, edit.why.confidence, edit.why.reason, getattr(edit, "words", ()), edit.identity
        )
        if isinstance(edit, Marker):
            fresh.append(MarkerRef(0, edit.name, edit.frame, tag))
        elif isinstance(edit, (Caption, Highlight)):
            name, channel = free_name(line, f"Caption {add.record}"), CHANNELS[edit.identity.kind]
            styles[add.record] = digest(edit.style)
            line = replace(line, captions=(*line.captions, CaptionRef(name, edit.text, channel, edit.frames, digest(edit.style), "", tag)))
        elif isinstance(edit, Label):
            labels.append((edit.strip, edit, {"name", "style"}))
    for name, label, fields in labels:
        ref = line.strip(name)
        new = free_name(replace(line, strips=swap(line.strips, name)), label.name) if "name" in fields else name
        color = label.color_tag if "style" in fields else ref.color_tag
        line = replace(line, strips=swap(line.strips, name, replace(ref, name=new, color_tag=color)))
    markers = (*(marker for index, marker in marks.items() if index not in gone), *fresh)
    return refreshed(replace(line, markers=markers, ledger=with_styles(changes.ledger, styles)))


@dataclass(frozen=True)
class Editor:
    """What an editor does by hand. Every method gives a new timeline."""

    line: Timeline

    def delete_caption(self, name):
        return replace(self.line, captions=swap(self.line.captions, name))

    def edit_caption(self, name, **fields):
        ref = next(ref for ref in self.line.captions if ref.name == name)
        return refreshed(replace(self.line, captions=swap(self.line.captions, name, replace(ref, **fields))))

    def split_caption(self, name, frame):
        ref = next(ref for ref in self.line.captions if ref.name == name)
        left = replace(ref, frames=FrameRange(ref.frames.start, frame))
        right = replace(ref, frames=FrameRange(frame, ref.frames.end), name=free_name(self.line, name))
        return refreshed(replace(self.line, captions=swap(self.line.captions, name, left, right)))

    def delete_marker(self, index):
        return refreshed(replace(self.line, markers=tuple(m for m in self.line.markers if m.index != index)))

    def edit_marker(self, index, **fields):
        return replace(self.line, markers=tuple(replace(m, **fields) if m.index == index else m for m in self.line.markers))

    def ripple(self, frame, by, *, strips=True, captions=True, markers=True):
        """Everything that begins at `frame` or later moves by `by`."""
        line = self.line
        if strips:
            line = replace(line, strips=tuple(moved(ref, by) if ref.frames.start >= frame else ref for ref in line.strips))
        if captions:
            new = tuple(replace(c, frames=c.frames.moved(by)) if c.frames.start >= frame else c for c in line.captions)
            line = replace(line, captions=new)
        if markers:
            line = replace(line, markers=tuple(replace(m, frame=m.frame + by) if m.frame >= frame else m for m in line.markers))
        return refreshed(line)

    def duplicate(self, by, *, captions=True):
        """Shift-D of everything, put down `by` frames later."""
        line = self.line
        for ref in self.line.strips:
            line = replace(line, strips=(*line.strips, replace(moved(ref, by), name=free_name(line, ref.name))))
        for ref in self.line.captions if captions else ():
            copy = replace(ref, frames=ref.frames.moved(by), name=free_name(line, ref.name))
            line = replace(line, captions=(*line.captions, copy))
        return refreshed(line)

    def rename(self, name, new):
        new = free_name(self.line, new)
        return refreshed(replace(self.line, strips=swap(self.line.strips, name, replace(self.line.strip(name), name=new))))

    def remove_strips(self, *names):
        return refreshed(replace(self.line, strips=tuple(ref for ref in self.line.strips if ref.name not in names)))

    def trim(self, name, start, end):
        ref = replace(self.line.strip(name), frames=FrameRange(start, end))
        return refreshed(replace(self.line, strips=swap(self.line.strips, name, ref)))

    def paste_into(self, other: Timeline):
        """All of it copied into another scene, tags and all."""
        line = other
        for ref in self.line.strips:
            line = replace(line, strips=(*line.strips, replace(ref, name=free_name(line, ref.name))))
        for ref in self.line.captions:
            line = replace(line, captions=(*line.captions, replace(ref, name=free_name(line, ref.name))))
        return refreshed(line)


def moved(ref: StripRef, by: int) -> StripRef:
    return replace(ref, frames=ref.frames.moved(by), source=replace(ref.source, origin=ref.source.origin + by))


def gradual(kind, first, last, score=0.9, *, rate=RATE):
    """A boundary with a transition from `first` to `last`, its frame where facts have it."""
    frame = {"fade_in": first, "fade_out": last + 1}.get(kind, (first + last + 1) // 2)
    span = Span(Fraction(first) / rate, Fraction(last + 1) / rate)
    return Boundary(frame, Fraction(frame) / rate, score, Transition(kind, first, last, span))


def shots(*pairs, medium_frames=10000, detector="transnetv2", rate=RATE):
    """Facts from (frame, score) pairs and boundaries."""
    found = [pair if isinstance(pair, Boundary) else Boundary(pair[0], Fraction(pair[0]) / rate, pair[1]) for pair in pairs]
    boundaries = tuple(sorted(found, key=lambda boundary: boundary.frame))
    return Shots(Span(Fraction(0), medium_frames / rate), Fraction(0), rate, medium_frames, detector, boundaries)


def transcript(*utterances, origin=0, engine="faster-whisper", model="tiny.en"):
    said = tuple(Utterance(tuple(words)) for words in utterances)
    end = max((word.end for utterance in said for word in utterance.words), default=Fraction(0))
    return Transcript(Span(Fraction(0), end), Fraction(origin), "en", 1.0, engine, model, "transcribe", said)


def speak(text, start=0, *, word=Fraction(3, 10), gap=0, confidence=0.9):
    """The words of a text, one after the other, each `word` seconds long."""
    at, words = Fraction(start), []
    for part in text.split():
        words.append(Word(" " + part, at, at + word, confidence))
        at += word + Fraction(gap)
    return words


def saying(*, style=None, pause_seconds=Fraction(7, 10), **rules):
    """Options of captions, given the rules that differ from the usual ones."""
    return CaptionOptions(replace(USUAL, **rules), pause_seconds, style or CaptionStyle())
