"""Statistics as drawings: how the mood goes, how fast it is cut, who and what is on screen when and how long, how good it is. Pure.

Every colour is also told by a word, a height or a dash: nobody has to tell two colours apart to read a chart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..ml.drawing import Area, Box, Drawing, Line, Words
from .chart_axes import LEFT, RIGHT, SMALL, WIDTH, Axes, Piece, fitted, gathered, length, round_up
from .footage_colours import FAINT, GRID, INK, MOOD_COLOURS, of_grade, of_mood, of_rank
from .shot_log import Placed, Seen
from .statistics import Share, Statistics
from .visual import visual

FIELD = WIDTH - LEFT - RIGHT
TITLE = 15.0
ROWS = 12
"""Rows of a chart of shares, and lanes of one of presence, at most."""
NAME = 150.0
"""Pixels for the names of rows."""
EDGE = "#A6A6A6"
"""Around bars: pale colours end where they end on white too."""


@dataclass(frozen=True)
class Chart:
    """`name` is what its file is called; `told` says in a sentence what it shows."""

    name: str
    drawing: Drawing
    told: str


def charts(found: Statistics) -> tuple[Chart, ...]:
    """All for which something is known, in the order in which they are read."""
    if not found.seen:
        return ()
    made = [
        _mood(found),
        _rhythm(found),
        _presence(found, "people_on_screen", "People on screen", found.people, lambda one: one.logged.people),
        _shares("screen_time_people", "Screen time of people", found.people),
        _presence(found, "objects_on_screen", "Objects on screen", found.objects, lambda one: one.logged.objects),
        _shares("screen_time_objects", "Screen time of objects", found.objects),
        _shares("moods", "Time by mood", found.moods, of_mood),
        _shares("shot_sizes", "Time by shot size", found.sizes),
        _shares("camera", "Time by camera movement", found.movements),
        _quality(found),
    ]
    return tuple(chart for chart in made if chart is not None)


def for_pictures(drawing: Drawing) -> Drawing:
    """The drawing for who puts letters side by side as they come: right-to-left scripts in the order and shapes that are seen."""
    return replace(drawing, words=tuple(replace(words, text=visual(words.text)) for words in drawing.words))


def _length(found: Statistics) -> float:
    return found.at(found.seen[-1].frames.end)


Text = Callable[[Placed], str]


def _pieces(found: Statistics, axes: Axes, value: Callable[[Placed], float], colour: Text, hint: Text) -> list[Piece]:
    """What is seen as boxes over time."""
    return list(gathered([
        (axes.x(found.at(one.frames.start)), axes.x(found.at(one.frames.end)), value(one), colour(one), hint(one)) for one in found.seen
    ]))  # fmt: skip


def _heading(title: str, told: str = "") -> tuple[Words, ...]:
    words = (Words(LEFT, 22, title, TITLE, INK, bold=True),)
    return words + ((Words(WIDTH - RIGHT, 22, told, SMALL, FAINT, "end"),) if told else ())


def _mood(found: Statistics) -> Chart | None:
    if not found.arc.valence:
        return None
    axes = Axes(LEFT, 40, FIELD, 170, _length(found), -1.0, 1.0)
    grid, times = axes.times(told=False)
    levels, words = axes.values(((1.0, "pleasant"), (0.0, "0"), (-1.0, "unpleasant")))
    strip = Axes(LEFT, axes.bottom + 6, FIELD, 14, axes.seconds)
    _, below = strip.times()
    moods = [
        Box(left, strip.top, max(1.0, right - left), strip.height, colour, hint=hint)
        for left, right, _, colour, hint in _pieces(
            found, strip, lambda one: 1.0, lambda one: of_mood(one.logged.mood.label) if one.logged.mood else "#ffffff", _mood_hint
        )
    ]
    valence = [(sample.seconds, sample.value) for sample in found.arc.valence]
    area = tuple((axes.x(second), axes.y(value)) for second, value in valence)
    area = ((area[0][0], axes.y(0)), *area, (area[-1][0], axes.y(0)))
    arousal = [(sample.seconds, sample.value) for sample in found.arc.arousal]
    key_boxes, key_words = _key([share.label for share in found.moods], strip.bottom + 34)
    legend = (
        Line(((WIDTH - 300, 18), (WIDTH - 274, 18)), MOOD_COLOURS["sad"], 2.2),
        Line(((WIDTH - 150, 18), (WIDTH - 124, 18)), MOOD_COLOURS["angry"], 1.6, dashed=True),
    )
    named = (Words(WIDTH - 268, 22, "how pleasant", SMALL, FAINT), Words(WIDTH - 118, 22, "how excited", SMALL, FAINT))
    drawing = Drawing(
        "Mood arc", WIDTH, round(strip.bottom + 48),
        boxes=(*grid, *levels, Box(strip.left - 1, strip.top - 1, strip.width + 2, strip.height + 2, EDGE), *moods, *key_boxes),
        areas=(Area(area, MOOD_COLOURS["calm"], 0.45),),
        lines=(axes.line(valence, MOOD_COLOURS["sad"], 2.2), axes.line(arousal, MOOD_COLOURS["angry"], 1.6, dashed=True), *legend),
        words=(*_heading("Mood arc"), *named, *words, *times, *below, *key_words),
    )  # fmt: skip
    told = f"How pleasant and how excited it feels, the mean over {found.arc.window:.0f} s; below it the mood of each shot."
    return Chart("mood_arc", drawing, told)


def _mood_hint(one: Placed) -> str:
    mood = one.logged.mood
    return f"Shot {one.number}: {mood.label}, {mood.confidence:.0%} sure" if mood else f"Shot {one.number}: mood not known"


def _key(labels: Sequence[str], top: float) -> tuple[tuple[Box, ...], tuple[Words, ...]]:
    """A small square and its word for each mood."""
    boxes, words, left = [], [], float(LEFT)
    for label in labels:
        boxes += [Box(left - 1, top - 10, 12, 12, EDGE), Box(left, top - 9, 10, 10, of_mood(label))]
        words.append(Words(left + 14, top, label, SMALL, FAINT))
        left += 30 + len(label) * SMALL * 0.56
    return tuple(boxes), tuple(words)


def _rhythm(found: Statistics) -> Chart | None:
    rhythm = found.rhythm
    if rhythm is None:
        return None
    seconds = _length(found)
    top = round_up(rhythm.longest)
    upper = Axes(LEFT, 44, FIELD, 120, seconds, 0.0, top)
    fastest = round_up(max(sample.value for sample in rhythm.rate))
    lower = Axes(LEFT, upper.bottom + 40, FIELD, 80, seconds, 0.0, fastest)
    grid, times = upper.times(told=False)
    more, below = lower.times()
    levels, words = upper.values(((0.0, "0 s"), (top, length(top))))
    rates, told_rates = lower.values(((0.0, "0"), (fastest, f"{fastest:g}")))
    bars = [
        Box(left, upper.y(value), max(1.0, right - left - (right - left > 4)), upper.bottom - upper.y(value), colour, 0.9, hint)
        for left, right, value, colour, hint in _pieces(
            found, upper, lambda one: float(one.frames.length / found.rate), lambda one: MOOD_COLOURS["sad"],
            lambda one: f"Shot {one.number}: {length(float(one.frames.length / found.rate))}",
        )
    ]  # fmt: skip
    middle = ((0.0, rhythm.median), (seconds, rhythm.median))
    caption = f"{len(found.seen)} shots, mean {length(rhythm.mean)}, median {length(rhythm.median)} (dashed)"
    drawing = Drawing(
        "Rhythm", WIDTH, round(lower.bottom + 26),
        boxes=(*grid, *levels, *more, *rates, *bars),
        lines=(
            upper.line(middle, INK, 1.4, dashed=True),
            lower.line([(sample.seconds, sample.value) for sample in rhythm.rate], MOOD_COLOURS["angry"], 2.0),
        ),
        words=(
            *_heading("Rhythm", caption), Words(LEFT, 40, "length of each shot", SMALL, FAINT),
            Words(LEFT, lower.top - 8, f"cuts a minute, over {rhythm.window:.0f} s", SMALL, FAINT), *words, *times, *told_rates, *below,
        ),
    )  # fmt: skip
    return Chart("rhythm", drawing, f"The length of each shot, and cuts a minute, the mean over {rhythm.window:.0f} s.")


def _shares(name: str, title: str, shares: Sequence[Share], colour: Callable[[str], str] | None = None) -> Chart | None:
    if not shares:
        return None
    pitch, top, reach = 24, 38, WIDTH - RIGHT - LEFT - NAME - 170
    longest = max(share.seconds for share in shares) or 1.0
    boxes: list[Box] = []
    words: list[Words] = []
    for row, share in enumerate(shares[:ROWS]):
        y = top + row * pitch
        wide = max(1.0, reach * share.seconds / longest)
        boxes.append(Box(LEFT + NAME - 1, y - 1, wide + 2, 18, EDGE))
        boxes.append(Box(LEFT + NAME, y, wide, 16, colour(share.label) if colour else of_rank(row)))
        words.append(Words(LEFT + NAME - 8, y + 12, fitted(share.label, NAME - 8, 12), 12, INK, "end"))
        shots = "1 shot" if share.shots == 1 else f"{share.shots} shots"
        told = f"{length(share.seconds)}, {share.share:.0%}, {shots}"
        words.append(Words(LEFT + NAME + reach + 10, y + 12, told, SMALL, FAINT))
    left_out = len(shares) - ROWS
    height = top + min(len(shares), ROWS) * pitch + (22 if left_out > 0 else 6)
    if left_out > 0:
        words.append(Words(LEFT + NAME, height - 8, f"and {left_out} more", SMALL, FAINT))
    drawing = Drawing(title, WIDTH, height, boxes=tuple(boxes), words=(*_heading(title), *words))
    return Chart(name, drawing, f"{title}: the longest first, with the share of all that is seen.")


def _presence(
    found: Statistics, name: str, title: str, shares: Sequence[Share], of: Callable[[Placed], Sequence[Seen]]
) -> Chart | None:
    """A lane each for the most seen: the shots they are in."""
    if not shares:
        return None
    pitch, rows = 20, shares[:ROWS]
    axes = Axes(LEFT + NAME, 34, FIELD - NAME, len(rows) * pitch, _length(found))
    grid, times = axes.times()
    boxes, words = list(grid), list(times)
    for row, share in enumerate(rows):
        y = axes.top + row * pitch
        boxes.append(Box(axes.left, y + pitch - 1, axes.width, 1, GRID))
        words.append(Words(axes.left - 8, y + 14, fitted(share.label, NAME - 8, 12), 12, INK, "end"))
        there = [
            (axes.x(found.at(one.frames.start)), axes.x(found.at(one.frames.end)), 1.0, of_rank(row), f"{share.label}: shot {one.number}")
            for one in found.seen
            if any(thing.label == share.label for thing in of(one))
        ]
        for left, right, _, colour, hint in gathered(there):
            boxes.append(Box(left, y + 3, max(1.5, right - left), pitch - 7, colour, hint=hint))
    drawing = Drawing(title, WIDTH, round(axes.bottom + 26), boxes=tuple(boxes), words=(*_heading(title), *words))
    return Chart(name, drawing, f"{title}: the shots in which each is seen.")


def _quality(found: Statistics) -> Chart | None:
    if found.grade is None:
        return None
    axes = Axes(LEFT, 40, FIELD, 80, _length(found))
    grid, times = axes.times()
    levels, words = axes.values(((0.0, "0%"), (0.5, "50%"), (1.0, "100%")))
    bars = [
        Box(left, axes.y(value), max(1.0, right - left), max(1.0, axes.bottom - axes.y(value)), colour, hint=hint)
        for left, right, value, colour, hint in _pieces(
            found, axes, lambda one: one.logged.grade, lambda one: of_grade(one.logged.grade), _quality_hint
        )
    ]
    flawed = [one for one in found.seen if one.logged.flaws]
    marks = [
        Box(left, axes.top - 7, max(2.0, right - left), 4, colour, hint=hint)
        for left, right, _, colour, hint in gathered([
            (axes.x(found.at(one.frames.start)), axes.x(found.at(one.frames.end)), 1.0, INK, _quality_hint(one)) for one in flawed
        ])
    ]  # fmt: skip
    caption = f"mean {found.grade:.0%}; marks above: {len(flawed)} with flaws" if flawed else f"mean {found.grade:.0%}"
    drawing = Drawing(
        "Quality of the picture", WIDTH, round(axes.bottom + 26),
        boxes=(*grid, *levels, *bars, *marks), words=(*_heading("Quality of the picture", caption), *words, *times),
    )  # fmt: skip
    return Chart("quality", drawing, "How good the picture of each shot is; a mark above it says that something is wrong with it.")


def _quality_hint(one: Placed) -> str:
    flaws = f": {', '.join(one.logged.flaws)}" if one.logged.flaws else ""
    return f"Shot {one.number}: {one.logged.grade:.0%}{flaws}"
