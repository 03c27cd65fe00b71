"""What each strip becomes when time is rearranged: its pieces, the muted copies of what was cut out, and where cuts are heard. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from heapq import heappop, heappush

from ..ml.errors import BAD_INPUT, EditorError
from .lanes import CHANNELS
from .layout import Item, Join, Layout, Mark, Piece
from .ripple_ties import Ties
from .ripple_time import Shown, TimeMap
from .timebase import FrameRange

_AS_IT_IS = Fraction(1)


def pieces(item: Item, time: TimeMap, ties: Ties) -> list[Piece]:
    """What is left of a strip, in order of old time.

    What lasts stays one strip as long as its parts still stand side by side. Where they do not, a text keeps its
    longest part only: the same words are not to be read twice. One that may be divided becomes a strip for each part.
    """
    shown = list(time.over(item.frames))
    as_long = all(part[1] - part[0] == part[3] - part[2] for part in shown)
    if (len(shown) < 2 and as_long) or not ties.lasting(item) or not (as_long or ties.alone(item)):
        return [_piece(item, part) for part in shown]
    divided = item.name in ties.divided
    rows = _side_by_side(shown, rising=divided)
    if item.kind == "TEXT" and ties.alone(item) and not divided:
        rows = [max(rows, key=lambda row: sum(part.length for part in row[1]))]
    found = [Piece(item.name, parts[0], start, item.channel, item.muted, more=tuple(parts[1:])) for start, parts in rows]
    return sorted(found, key=lambda piece: piece.frames.start)


def _piece(item: Item, part: Shown) -> Piece:
    old, length = part[1] - part[0], part[3] - part[2]
    speed = _AS_IT_IS if old == length else Fraction(old, length)
    return Piece(item.name, FrameRange(part[0], part[1]), part[2], item.channel, item.muted, speed)


def _side_by_side(shown: Sequence[Shown], *, rising: bool = False) -> list[tuple[int, list[FrameRange]]]:
    """Rows of parts that follow each other on the new timeline: where each row begins, and the old frames of its parts.

    `rising`: parts that changed their order are rows of their own.

    Of what is played faster the first frames stand for all: there is nothing to play.
    """
    rows: list[tuple[int, list[FrameRange]]] = []
    ends = None
    for left, _, start, end in sorted(shown, key=lambda part: part[2]):
        part = FrameRange(left, left + end - start)
        if ends != start or (rising and part.start < rows[-1][1][-1].end):
            rows.append((start, [part]))
        elif rows[-1][1][-1].end == part.start:
            rows[-1][1][-1] = FrameRange(rows[-1][1][-1].start, part.end)
        else:
            rows[-1][1].append(part)
        ends = end
    return rows


def unchanged(item: Item, left: Sequence[Piece]) -> bool:
    return len(left) == 1 and left[0].frames == item.frames and left[0].stands == item.frames and not left[0].more


def copies(items: Iterable[Item], gone: Sequence[FrameRange], time: TimeMap, kept: Mapping[str, list[Piece]], ties: Ties) -> list[Piece]:
    """What was cut out of each strip, from where it was cut; channels are still those of the strips.

    What lasts lost nothing while something of it is left, or of what it works on.
    """

    def is_left(name: str) -> bool:
        return bool(kept.get(name)) or any(map(is_left, ties.items[name].inputs if name in ties.items else ()))

    lost = TimeMap(tuple((part.start, part.end, time.ahead(part.end), time.ahead(part.end) + part.length) for part in gone))
    return [
        Piece(item.name, FrameRange(left, right), start, item.channel, muted=True)
        for item in items
        if not (ties.lasting(item) and is_left(item.name))
        for left, right, start, _ in lost.over(item.frames)
    ]


def in_free_channels(layout: Layout, fixed: Collection[int], wanted: Sequence[Piece]) -> list[Piece]:
    """The pieces in channels above all that are in use, none over another, each in the lowest that is free.

    Raises `EditorError(BAD_INPUT)` when Blender's channels are not enough.
    """
    order = sorted(range(len(wanted)), key=lambda number: (wanted[number].start, wanted[number].channel, number))
    top = max((item.channel for item in layout.items), default=0)
    free = [channel for channel in range(top + 1, CHANNELS + 1) if channel not in layout.held_channels and channel not in fixed]
    busy: list[tuple[int, int]] = []
    found = list(wanted)
    for number in order:
        piece = wanted[number]
        while busy and busy[0][0] <= piece.start:
            heappush(free, heappop(busy)[1])
        if not free:
            what = f"The muted copies at frame {piece.start} need more channels than Blender has."
            raise EditorError(what, "Cut out less at once, or keep no copies. Nothing was changed.", BAD_INPUT)
        channel = heappop(free)
        heappush(busy, (piece.start + piece.length, channel))
        found[number] = Piece(piece.item, piece.frames, piece.start, channel, muted=True)
    return found


def check_room(layout: Layout, kept: Mapping[str, list[Piece]], ties: Ties) -> None:
    """Raises `EditorError` where strips of one channel would overlap that did not before. `kept` has all that moves."""
    rows: dict[int, list[tuple[int, int, int, bool]]] = defaultdict(list)
    moving = set()
    for number, item in enumerate(layout.items):
        left = kept.get(item.name)
        if left is None or unchanged(item, left):
            rows[item.channel].append((item.frames.start, item.frames.end, number, False))
            continue
        moving.add(item.channel)
        rows[item.channel] += [(piece.start, piece.start + piece.length, number, True) for piece in left]
    for channel in moving:
        active: list[tuple[int, int]] = []
        for start, end, number, moved in sorted(rows[channel]):
            while active and active[0][0] <= start:
                heappop(active)
            for _, other in active:
                one, two = layout.items[number], layout.items[other]
                if not one.frames.overlaps(two.frames):
                    raise ties.in_the_way(*((two, one) if moved else (one, two)))
            heappush(active, (end, number))


def joins(items: Iterable[Item], kept: Mapping[str, list[Piece]], edges: Collection[int]) -> tuple[Join, ...]:
    """Where cuts are heard. `edges` are the frames at which something begins or ends that did not."""
    heard: dict[int, dict[str, None]] = defaultdict(dict)
    for item in items:
        if not item.sounds or item.muted:
            continue
        for piece in kept.get(item.name, ()):
            stands = piece.stands
            for frame in (stands.start, stands.end):
                if frame in edges:
                    heard[frame][item.name] = None
    return tuple(Join(frame, tuple(heard[frame])) for frame in sorted(heard))


def marks(layout: Layout, time: TimeMap, keep: bool) -> tuple[tuple[int, int | None], ...]:
    """Where the markers that move go. Those in a part that is gone go too, or with `keep` to where it was.

    Markers that switch cameras: the last of a part that is gone is kept, so that what follows is seen by the same camera.
    """
    switched: dict[int, Mark] = {}
    kept = {time.frame(mark.frame) for mark in layout.marks if mark.camera}
    for mark in layout.marks:
        if mark.camera and time.frame(mark.frame) is None:
            join = time.ahead(mark.frame)
            if join not in kept and (join not in switched or switched[join].frame <= mark.frame):
                switched[join] = mark
    found: list[tuple[int, int | None]] = []
    for mark in layout.marks:
        frame = time.frame(mark.frame)
        if frame is None and (switched.get(time.ahead(mark.frame)) == mark if mark.camera else keep):
            frame = time.ahead(mark.frame)
        if frame != mark.frame:
            found.append((mark.index, frame))
    return tuple(found)


def scene_range(layout: Layout, kept: Mapping[str, list[Piece]], start: int) -> FrameRange | None:
    """The scene's range from `start` on. Its end goes along with what ends there, and stays when nothing does."""
    end = layout.frames.end
    if any(item.frames.end == end and item.name in kept for item in layout.items):
        ends = [
            max((piece.stands.end for piece in kept[item.name]), default=None) if item.name in kept else item.frames.end
            for item in layout.items
            if item.frames.end <= end
        ]
        end = max((last for last in ends if last is not None), default=start + 1)
    found = FrameRange(start, max(end, start + 1))
    return None if found == layout.frames else found
