"""What the overlay in the sequencer draws: lanes of four-cornered shapes over time, as arrays, coarser where it is zoomed out. Pure.

Everything is worked out once per change of what is known; a draw only chooses a level and a range of it. A shape's x is in timeline
frames since `Lanes.zero`, its y in lanes from the top: 0..1 within the whole overlay, 0 at its bottom.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from . import footage_colours as colours
from .on_top import on_top
from .presence import SOMEBODY, Present
from .shot_log import Logged, Placed, Seen, leaning
from .statistics import screen_time
from .timebase import FrameRange

if TYPE_CHECKING:
    import numpy as np

HEIGHTS = {"mood": 2.0, "faces": 1.2, "objects": 1.2, "speech": 0.8, "beats": 0.8, "quality": 1.0}
"""Each lane's height among the others, from the top; those that are shown share the overlay."""
TITLES = {"mood": "Mood", "faces": "People", "objects": "Objects", "speech": "Speech", "beats": "Beats", "quality": "Quality"}
MARGIN = 0.12
"""Of a lane's height that stays free above and below."""
STACKED = 3
"""People or objects of one shot that are drawn over each other, at most."""
LEVELS = range(-5, 25)
"""Level n is for views in which a pixel takes about 2 ** n frames."""
NAMED = 44.0
"""Pixels a shape must be wide before its name is written into it."""
OPAQUE, TINT = 255, 64
FLAW = (0xD5, 0x5E, 0x00, 255)
LEAST = 0.08
"""How far the mood's curve reaches at least, of the half of its lane: a neutral shot is a line."""
BESIDE = 0.27
"""Where in its lane a pleasant mood is named: below its curve."""
LIGHT = 0.3
"""Relative luminance from which dark words are read better than white ones."""
TICK = 1.5
"""Pixels a beat is wide."""
APART = 3.0
"""Pixels between beats that are drawn one by one."""
UNSEEN, UNHEARD, VEIL = "not looked at", "not listened to", (0x80, 0x80, 0x80, 40)
"""What is written where a lane could show something if somebody looked, or listened, and its veil: an empty lane says that nothing is
there."""
SHOWN_BY = {"faces": ("faces",), "objects": ("objects",), "speech": ("transcript", "voice"), "beats": ("beats",), "quality": ("pictures",)}
"""The engines any of which is enough for a lane."""
DOTS = "\N{HORIZONTAL ELLIPSIS}"


Edge = tuple[float, float]
Shape = tuple[float, float, tuple[float, float, float, float], tuple[int, int, int, int]]
"""First and last x, the four y and the colour: a line of `Row`."""


@dataclass(frozen=True)
class Row:
    """Shapes of one row, in order of time, none over the next: `x` (n, 2) first and last frame; `y` (n, 4) lower left, upper left, lower
    right, upper right; `rgba` (n, 4) uint8. `thin`: beats, drawn as ticks; the highest begin a bar. `share`: where several are drawn as
    one, it is as high as the share of time they take."""

    x: np.ndarray
    y: np.ndarray
    rgba: np.ndarray
    thin: bool = False
    share: bool = False


@dataclass(frozen=True)
class Name:
    """What a shot has in a lane, in words: from `start` to `end` in frames since `Lanes.zero`, at `height` 0..1 of the lane; `dark` where
    dark words are read better, `faint` where there is nothing to name."""

    start: float
    end: float
    text: str
    dark: bool = False
    height: float = 0.5
    faint: bool = False


@dataclass(frozen=True)
class Names:
    """The words of a lane, in order of time. `starts`, `ends`: the same as arrays (n,)."""

    lane: str
    names: tuple[Name, ...]
    starts: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True)
class Shapes:
    """What a level draws: `corners` float32 (4 * n, 2), lower left, upper left, lower right, upper right of each; `rgba` uint8 (4 * n, 4);
    `starts` and `reach` (n,), rising: where each begins, and how far those up to it go."""

    corners: np.ndarray
    rgba: np.ndarray
    starts: np.ndarray
    reach: np.ndarray

    def within(self, first: float, last: float) -> tuple[int, int]:
        """(the first shape that may be seen between two frames, how many there are from it on)."""
        import numpy as np

        begin = int(np.searchsorted(self.reach, first, "right"))
        end = int(np.searchsorted(self.starts, last, "left"))
        return begin, max(0, end - begin)


@dataclass(frozen=True)
class Lanes:
    """`shown` are the lanes by name with their lower and upper edge, from the top; `rows` all shapes, those drawn over others later."""

    zero: int
    shown: Mapping[str, tuple[float, float]]
    rows: tuple[Row, ...]
    words: tuple[Names, ...] = ()
    _made: dict[int, Shapes] = field(default_factory=dict, compare=False, repr=False)

    def level(self, frames_per_pixel: float) -> int:
        return min(LEVELS[-1], max(LEVELS[0], math.floor(math.log2(max(frames_per_pixel, 1e-9)))))

    def shapes(self, level: int) -> Shapes:
        """What is drawn at this level; worked out at its first call."""
        if level not in self._made:
            self._made[level] = _shapes([_coarse(row, 2.0**level) for row in self.rows])
        return self._made[level]

    def names(self, first: float, last: float, frames_per_pixel: float) -> list[tuple[str, Name]]:
        """(lane, words) of what is seen between two frames and is wide enough for words."""
        import numpy as np

        found = []
        for row in self.words:
            begin, end = int(np.searchsorted(row.ends, first, "right")), int(np.searchsorted(row.starts, last, "left"))
            wide = np.nonzero(row.ends[begin:end] - row.starts[begin:end] >= NAMED * frames_per_pixel)[0] + begin
            found += [(row.lane, row.names[number]) for number in wide.tolist()]
        return found


def lanes(
    placed: Sequence[Placed],
    rate: Fraction,
    speech: Iterable[FrameRange] = (),
    beats: Iterable[tuple[int, bool, float]] = (),
    shown: Iterable[str] = tuple(HEIGHTS),
    people: Present = MappingProxyType({}),
    things: Present = MappingProxyType({}),
) -> Lanes:
    """The lanes that are `shown`. `speech`: the frames at which somebody speaks; `beats`: frame, whether it begins a bar, strength 0..1.
    `people` and `things` say when they are on screen; of whom they say nothing the whole shot is marked."""
    seen, chosen = on_top(placed), [name for name in HEIGHTS if name in set(shown)]
    zero = min((one.frames.start for one in seen), default=0)
    whole = sum(HEIGHTS[name] for name in chosen) or 1.0
    edges, top = {}, 1.0
    for name in chosen:
        bottom = top - HEIGHTS[name] / whole
        edges[name] = (max(0.0, bottom), top)
        top = bottom
    makers: dict[str, Callable[[Edge], tuple[Sequence[Row], Sequence[Name]]]] = {
        "mood": lambda edge: _mood(seen, zero, edge),
        "faces": lambda edge: _stacked(seen, zero, edge, rate, lambda one: one.logged.people, people, faces=True),
        "objects": lambda edge: _stacked(seen, zero, edge, rate, lambda one: one.logged.objects, things),
        "speech": lambda edge: ([_speech(speech, zero, edge)], ()),
        "beats": lambda edge: ([_beats(beats, zero, edge)], ()),
        "quality": lambda edge: _quality(seen, zero, edge),
    }
    rows: list[Row] = []
    words: list[Names] = []
    for name in chosen:
        low, high = edges[name]
        edge = low + MARGIN * (high - low), high - MARGIN * (high - low)
        made, told = makers[name](edge)
        veil, unknown = _unknown(seen, name, zero, edge)
        rows += [row for row in (veil, *made) if len(row.x)]
        if told or unknown:
            words.append(_names(name, sorted((*told, *unknown), key=lambda one: one.start)))
    return Lanes(zero, edges, tuple(rows), tuple(words))


def fitted(text: str, room: float, measure: Callable[[str], float]) -> str:
    """As much of `text` as is no wider than `room`, ended by dots where something was left out; "" where three letters have no room."""
    if measure(text) <= room:
        return text
    kept = bisect_right(range(1, len(text)), room, key=lambda letters: measure(text[:letters].rstrip(" ,") + DOTS))
    return text[:kept].rstrip(" ,") + DOTS if kept >= 3 else ""


def _lacks(lane: str, logged: Logged) -> bool:
    """Whether nobody looked for what a lane shows of a shot, or listened."""
    missing = logged.missing
    if lane == "mood":
        return logged.mood is None and bool(missing)
    return all(engine in missing for engine in SHOWN_BY[lane])


def _unknown(seen: Sequence[Placed], lane: str, zero: int, edge: Edge) -> tuple[Row, list[Name]]:
    """Where a lane is empty since nobody looked: one piece where shots follow each other without a gap."""
    parts: list[FrameRange] = []
    for one in seen:
        if _lacks(lane, one.logged):
            joins = parts and parts[-1].end == one.frames.start
            before = parts.pop().start if joins else one.frames.start
            parts.append(FrameRange(before, one.frames.end))
    told = UNHEARD if lane in ("speech", "beats") else UNSEEN
    names = [Name(part.start - zero, part.end - zero, told, faint=True) for part in parts]
    return _row([(part.start - zero, part.end - zero, _box(*edge), VEIL) for part in parts]), names


def _names(lane: str, told: Sequence[Name]) -> Names:
    import numpy as np

    starts, ends = np.array([one.start for one in told], np.float64), np.array([one.end for one in told], np.float64)
    return Names(lane, tuple(told), starts, ends)


@lru_cache(maxsize=64)
def _is_light(colour: str) -> bool:
    """By relative luminance (WCAG 2.1)."""
    parts = [part / 255 for part in colours.rgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue >= LIGHT


def _row(shapes: Sequence[Shape], thin: bool = False, share: bool = False) -> Row:
    import numpy as np

    return Row(
        np.array([(start, end) for start, end, *_ in shapes], np.float64).reshape(-1, 2),
        np.array([y for _, _, y, _ in shapes], np.float64).reshape(-1, 4),
        np.array([colour for *_, colour in shapes], np.uint8).reshape(-1, 4),
        thin,
        share,
    )


def _box(low: float, high: float) -> tuple[float, float, float, float]:
    return low, high, low, high


def _mood(seen: Sequence[Placed], zero: int, edge: Edge) -> tuple[list[Row], list[Name]]:
    """How pleasant it is, from the lane's middle up or down, as a curve through the middles of the shots, each in its mood's colour; the
    lane behind it is tinted with it. Drawn by its square root: most footage is nearly neutral, and which way it leans is to be seen."""
    low, high = edge
    middle, reach = (low + high) / 2, (high - low) / 2
    felt = [(one.frames, one.logged.mood) for one in seen if one.logged.mood is not None]
    grounds: list[Shape] = []
    curve: list[Shape] = []
    names = []

    def band(valence: float) -> tuple[float, float]:
        value = math.copysign(math.sqrt(min(abs(valence), 1.0)), valence)
        return middle + (min(value, 0.0) - LEAST) * reach, middle + (max(value, 0.0) + LEAST) * reach

    for number, (frames, mood) in enumerate(felt):
        joints = [mood.valence, mood.valence]
        for side, (other, at) in enumerate(((number - 1, frames.start), (number + 1, frames.end))):
            if 0 <= other < len(felt) and at in (felt[other][0].start, felt[other][0].end):
                own, its = frames.length, felt[other][0].length
                joints[side] += (felt[other][1].valence - mood.valence) * own / (own + its)
        red, green, blue = colours.rgb(colours.of_mood(mood.label))
        start, end = frames.start - zero, frames.end - zero
        centre = (start + end) / 2
        grounds.append((start, end, _box(low, high), (red, green, blue, TINT)))
        at_start, at_centre, at_end = band(joints[0]), band(mood.valence), band(joints[1])
        curve.append((start, centre, (*at_start, *at_centre), (red, green, blue, OPAQUE)))
        curve.append((centre, end, (*at_centre, *at_end), (red, green, blue, OPAQUE)))
        leans = leaning(mood.label, mood.valence, mood.arousal)
        told = leans or f"{mood.label} {mood.confidence:.0%}"  # that it is neutral is seen by its grey
        names.append(Name(start, end, told, height=BESIDE if mood.valence >= -0.1 else 1 - BESIDE))
    return [_row(grounds), _row(curve)], names


def _stacked(
    seen: Sequence[Placed], zero: int, edge: Edge, rate: Fraction, of: Callable[[Placed], Sequence[Seen]], present: Present,
    faces: bool = False,
) -> tuple[list[Row], list[Name]]:  # fmt: skip
    """The most seen of each shot over each other, while they are on screen, in the colours of their ranks; faces of nobody known in one
    colour, by their number."""
    low, high = edge
    rank = {share.label: place for place, share in enumerate(screen_time(seen, rate, of))}
    rows: list[list[Shape]] = [[] for _ in range(STACKED)]
    names = []
    for one in seen:
        labels = sorted(dict.fromkeys(thing.label for thing in of(one)), key=lambda label: rank[label])
        painted = [(label, colours.of_rank(rank[label])) for label in labels[:STACKED]]
        told = list(labels)
        if faces and not labels and one.logged.faces:
            painted, told = [(SOMEBODY, colours.FACES)], ["1 face" if one.logged.faces == 1 else f"{one.logged.faces} faces"]
        start, end = one.frames.start - zero, one.frames.end - zero
        for place, (label, colour) in enumerate(painted):
            step = (high - low) / len(painted)
            red, green, blue = colours.rgb(colour)
            top = high - place * step
            for part in _while(one, present.get((one.strip, label), ())):
                rows[place].append((part.start - zero, part.end - zero, _box(top - step, top), (red, green, blue, OPAQUE)))
        if painted:
            more = f" +{len(told) - STACKED}" if len(told) > STACKED else ""
            alone = [label for label, _ in painted if (one.strip, label) in present]
            dark = not alone and all(_is_light(colour) for _, colour in painted)
            names.append(Name(start, end, ", ".join(told[:STACKED]) + more, dark))
    return [_row(row) for row in rows], names


def _while(one: Placed, present: Sequence[FrameRange]) -> Sequence[FrameRange]:
    """The parts of a piece at which something is on screen; all of it where that is not known."""
    frames = one.frames
    first = bisect_right(present, frames.start, key=lambda part: part.end)
    parts = []
    for part in present[first:]:
        if part.start >= frames.end:
            break
        parts.append(FrameRange(max(part.start, frames.start), min(part.end, frames.end)))
    return parts or (frames,)


def _speech(speech: Iterable[FrameRange], zero: int, edge: Edge) -> Row:
    joined: list[FrameRange] = []
    for part in sorted(speech):
        if joined and part.start <= joined[-1].end:
            joined[-1] = FrameRange(joined[-1].start, max(joined[-1].end, part.end))
        elif part.length:
            joined.append(part)
    red, green, blue = colours.rgb(colours.SPEECH)
    return _row([(part.start - zero, part.end - zero, _box(*edge), (red, green, blue, OPAQUE)) for part in joined], share=True)


def _beats(beats: Iterable[tuple[int, bool, float]], zero: int, edge: Edge) -> Row:
    low, high = edge
    shapes: list[Shape] = []
    for frame, down, strength in sorted(beats):
        red, green, blue = colours.rgb(colours.DOWNBEAT if down else colours.BEAT)
        top = high if down else low + (high - low) * (0.3 + 0.4 * strength)
        shapes.append((float(frame - zero), float(frame - zero), _box(low, top), (red, green, blue, OPAQUE)))
    return _row(shapes, thin=True)


def _quality(seen: Sequence[Placed], zero: int, edge: Edge) -> tuple[list[Row], list[Name]]:
    """A bar as high as the picture is good, and above it a mark where something is wrong with it."""
    low, high = edge
    bars: list[Shape] = []
    marks: list[Shape] = []
    names = []
    for one in seen:
        log, start, end = one.logged, one.frames.start - zero, one.frames.end - zero
        known = bool(log.quality or log.grade)
        if known:
            red, green, blue = colours.rgb(colours.of_grade(log.grade))
            top = low + (high - low) * 0.75 * max(0.06, log.grade)
            bars.append((start, end, _box(low, top), (red, green, blue, OPAQUE)))
        if log.flaws:
            marks.append((start, end, _box(high - 0.2 * (high - low), high), FLAW))
        if known or log.flaws:
            told = ([f"{log.grade:.0%}"] if known else []) + list(log.flaws)
            names.append(Name(start, end, ", ".join(told)))
    return [_row(bars), _row(marks)], names


def _coarse(row: Row, frames: float) -> Row:
    """The row for a view in which `frames` are a pixel: shapes that begin within one pixel are one, as high as they are on average and in
    the colour of the longest; none is narrower than a pixel."""
    import numpy as np

    if row.thin:
        return _ticks(row, frames)
    x, y, rgba = row.x, row.y, row.rgba
    keys = np.floor(x[:, 0] / frames)
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    if len(first) < len(x):
        widths = x[:, 1] - x[:, 0]
        sums = np.add.reduceat(widths, first)
        group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(x))))
        # The longest of each group: the last in an order by group, then length.
        order = np.lexsort((widths, group))
        longest = order[np.append(first[1:], len(x)) - 1]
        mean = np.add.reduceat(y * widths[:, None], first) / np.maximum(sums, 1e-9)[:, None]
        ends = np.maximum.reduceat(x[:, 1], first)
        if row.share:
            taken = np.minimum(1.0, sums / np.maximum(ends - x[first, 0], frames))
            mean[:, (1, 3)] = mean[:, (0, 2)] + (mean[:, (1, 3)] - mean[:, (0, 2)]) * taken[:, None]
        x, y, rgba = np.column_stack((x[first, 0], ends)), mean, rgba[longest]
    return Row(np.column_stack((x[:, 0], np.maximum(x[:, 1], x[:, 0] + frames))), y, rgba)


def _ticks(row: Row, frames: float) -> Row:
    """Beats as ticks; where they stand too close only those that begin a bar; where these do too, none: a solid lane would say nothing."""
    import numpy as np

    x, y, rgba = row.x, row.y, row.rgba
    down = y[:, 1] >= y[:, 1].max() if len(y) else np.zeros(0, bool)
    for wanted in (np.ones(len(x), bool), down):
        starts = x[wanted, 0]
        if len(starts) < 2 or float(np.median(np.diff(starts))) >= APART * frames:
            return Row(np.column_stack((starts, starts + TICK * frames)), y[wanted], rgba[wanted])
    return Row(x[:0], y[:0], rgba[:0])


def _shapes(rows: Sequence[Row]) -> Shapes:
    import numpy as np

    x = np.concatenate([row.x for row in rows]) if rows else np.zeros((0, 2))
    y = np.concatenate([row.y for row in rows]) if rows else np.zeros((0, 4))
    rgba = np.concatenate([row.rgba for row in rows]) if rows else np.zeros((0, 4), np.uint8)
    order = np.argsort(x[:, 0], kind="stable")  # what is drawn over others stays behind them in the order
    x, y, rgba = x[order], y[order], rgba[order]
    corners = np.empty((len(x), 4, 2), np.float32)
    corners[:, :2, 0], corners[:, 2:, 0], corners[:, :, 1] = x[:, :1], x[:, 1:], y
    reach = np.maximum.accumulate(x[:, 1]) if len(x) else x[:, 1]
    return Shapes(corners.reshape(-1, 2), np.repeat(rgba, 4, axis=0), x[:, 0].copy(), reach)
