"""Layouts in few words, and what a rearrangement makes of one: values in, values out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count

from assistant_editor.timeline.layout import Cutout, Item, Layout, Mark, Rearrangement
from assistant_editor.timeline.timebase import FrameRange

RATE = Fraction(25)
LASTING = ("TEXT", "COLOR", "ADJUSTMENT")


def item(name, start, end, *, channel=1, kind="MOVIE", content=None, **more) -> Item:
    frames = FrameRange(start, end)
    heard = {"sounds": kind in ("SOUND", "SCENE"), "lasting": kind in LASTING}
    return Item(name, kind, channel, frames, FrameRange(*content) if content else frames, **{**heard, **more})


def pair(name, start, end, *, channel=2, **more) -> tuple[Item, Item]:
    """A picture and its sound in the channel below."""
    sound = f"{name} sound"
    return (
        item(sound, start, end, channel=channel - 1, kind="SOUND", partners=(name,), **more),
        item(name, start, end, channel=channel, partners=(sound,), **more),
    )


def layout(*items, marks=(), end=None, start=1, **more) -> Layout:
    """`marks` are frames, or markers. The scene ends where the last strip does."""
    flat = [one for group in items for one in (group if isinstance(group, tuple) else (group,))]
    last = end if end is not None else max((one.frames.end for one in flat), default=start + 1)
    row = tuple(mark if isinstance(mark, Mark) else Mark(number, mark) for number, mark in enumerate(marks))
    return Layout("Scene", RATE, FrameRange(start, last), tuple(flat), row, **more)


def gap(start, end, *strips, **more) -> Cutout:
    return Cutout(FrameRange(start, end), strips, **more)


def stands(made: Rearrangement, *names) -> dict[str, list[tuple[int, int, int]]]:
    """Of each strip that changes: the old frames of its pieces, and where each stands."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for piece in made.pieces:
        assert len(piece.parts) == 1 and piece.speed == 1
        found.setdefault(piece.item, []).append((piece.frames.start, piece.frames.end, piece.start))
    return {name: found[name] for name in names} if names else found


def apply(line: Layout, made: Rearrangement) -> Layout:
    """The layout as the writer leaves it. A strip's first piece keeps its name; effects take their range from their inputs."""
    pieces: dict[str, list] = {}
    for piece in made.pieces:
        pieces.setdefault(piece.item, []).append(piece)
    taken = {one.name for one in line.items}
    named: dict[str, list[tuple[str, object]]] = {}
    for name, row in pieces.items():
        fresh = (new for number in count(1) if (new := f"{name.split('.')[0]}.{number:03}") not in taken)
        named[name] = [(name if not number else next(fresh), piece) for number, piece in enumerate(row)]
        taken |= {new for new, _ in named[name]}

    def holding(name: str, old: FrameRange) -> str:
        if name not in named:
            assert name not in made.gone, f"{name} is gone, and an effect on it is not"
            return name
        found = [new for new, piece in named[name] if any(part.start <= old.start and old.end <= part.end for part in piece.parts)]
        assert len(found) == 1, f"{len(found)} pieces of {name} hold {old}"
        return found[0]

    items: list[Item] = []
    for one in line.items:
        if one.name in made.gone:
            continue
        if one.name not in named:
            items.append(replace(one, inputs=tuple(holding(other, one.frames) for other in one.inputs)))
            continue
        for new, piece in named[one.name]:
            into = tuple(holding(other, piece.frames) for other in one.inputs)
            moved = piece.start - piece.frames.start
            content = one.content.moved(moved) if piece.speed == 1 else piece.stands
            made_of = {"channel": piece.channel, "frames": piece.stands, "content": content, "inputs": into, "muted": piece.muted}
            items.append(replace(one, name=new, partners=(), **made_of))
    by_name = {one.name: one for one in items}
    for one in items:
        if one.inputs:
            ranges = [by_name[other].frames for other in one.inputs]
            derived = FrameRange(max(r.start for r in ranges), min(r.end for r in ranges))
            assert derived == one.frames, f"{one.name} would stand at {derived}, not at {one.frames}"
    moved = dict(made.marks)
    marks = [replace(mark, frame=moved.get(mark.index, mark.frame)) for mark in line.marks if moved.get(mark.index, 0) is not None]
    return replace(
        line,
        items=tuple(items),
        marks=tuple(replace(mark, index=number) for number, mark in enumerate(marks)),
        frames=made.frames or line.frames,
    )


def overlapping(line: Layout) -> set[tuple[str, str]]:
    """Names of strips (of which piece, left out) that overlap in a channel."""
    found = set()
    ordered = sorted(line.items, key=lambda one: one.frames.start)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.frames.start >= one.frames.end:
                break
            if one.channel == other.channel:
                found.add(tuple(sorted((one.name.split(".")[0], other.name.split(".")[0]))))
    return found
