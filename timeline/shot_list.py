"""The shot list: what stands on the timeline together with what is only known, as rows. Pure.

A shot begins where a movie strip begins, where two pieces of one meet, and where the planner would cut at the present options.
Boundaries that only just missed the line are rows too, without a number: an editor may accept them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from ..ml.facts import Boundary, Shots, Span, Transition, TransitionKind
from . import ledger
from .corrections import NEAR, sensitivity_at
from .places import Place, chains, seen
from .plan import Cut
from .planners import shots as planner
from .planners.shot_bounds import CutOut, cut_out
from .planners.shots import ShotsPlanOptions
from .standing import Standing
from .state import Timeline
from .timebase import FrameRange

State = Literal["start", "cut", "found", "candidate"]


@dataclass(frozen=True)
class Doubt:
    """Which boundaries are uncertain: those whose score is at most `band` (0..1) above or below the line, kept or just missed.

    Those with a confidence below `line` (0..1) are looked at first.
    """

    band: float = 0.15
    line: float = 0.6


@dataclass(frozen=True)
class Row:
    """A shot, or a candidate for one.

    `state`: "start", a strip begins here; "cut", two pieces meet here, or `gap` frames of a transition were cut out before it;
    "found", the planner would cut here; "candidate", the boundary just missed the line (then `number` is 0, and `frames` go on
    to the end of the shot it lies in).
    `frames` are the timeline's, `source` the same in seconds of the medium, None where that is not known; `rate` are the
    timeline's frames a second of the medium takes.
    `moment` and `picture` are the boundary it begins with, as `Boundary.seconds` and `Boundary.frame`; None and 0 where none is
    known. `confidence` is that of its beginning, 1 where a strip just begins or the editor cut; `distance` how far its score
    lies from the line.
    """

    number: int
    state: State
    strip: str
    channel: int
    medium: str
    path: str
    frames: FrameRange
    source: Span | None = None
    rate: Fraction = Fraction(0)
    moment: Fraction | None = None
    picture: int = 0
    transition: Transition | None = None
    confidence: float = 1.0
    uncertain: bool = False
    distance: float = 1.0
    scene: str = ""
    muted: bool = False
    gap: int = 0

    @property
    def kind(self) -> Literal["", "cut"] | TransitionKind:
        """The transition the shot begins with, "" where a strip just begins."""
        if self.transition is not None:
            return self.transition.kind
        return "cut" if self.moment is not None or self.state == "cut" else ""

    @property
    def first(self) -> int:
        """The medium's time at `frames.start`, counted in timeline frames from its first picture."""
        return round(self.source.start * self.rate) if self.source is not None else 0

    @property
    def middle(self) -> Fraction | None:
        """The moment of the medium in the middle of the shot, None where its source is not known."""
        if self.source is None:
            return None
        return self.source.start + (self.source.end - self.source.start) * (self.frames.length // 2) / self.frames.length

    @property
    def key(self) -> tuple[str, Fraction, int, int]:
        """What stays the same from one list to the next: the medium and the moment its beginning shows, the channel, the frame."""
        seconds = self.moment if self.moment is not None else self.source.start if self.source is not None else Fraction(0)
        return self.medium, seconds, self.channel, self.frames.start


def rows(
    timeline: Timeline, shots: Mapping[str, Shots], options: ShotsPlanOptions, standing: Standing, doubt: Doubt = Doubt()
) -> tuple[Row, ...]:
    """Every shot of every movie strip, and the candidates, in order of time.

    `shots` are the facts by medium; strips whose facts are missing are listed as they stand. `standing` is `merge.standing(timeline)`.
    Raises `EditorError(BAD_INPUT)` for an unreadable ledger.
    """
    movies = [strip for strip in timeline.strips if strip.kind == "MOVIE" and strip.frames.length]
    lister = _Lister(timeline, shots, options, standing, doubt)
    places = [*seen(movies), *cut_out(standing, {strip.name: strip for strip in movies})]
    found = [row for chain in chains(places, one_channel=True) for row in lister.rows(chain)]
    found += [
        Row(0, "start", strip.name, strip.channel, strip.medium, strip.path, strip.frames, muted=strip.muted)
        for strip in movies
        if strip.source is None or not strip.medium
    ]
    return _numbered(found, _Scenes(timeline))


def stepping(found: Sequence[Row], doubt: Doubt = Doubt()) -> tuple[Row, ...]:
    """The uncertain rows in the order they are looked at: those below the confidence line first, each half least certain first."""
    uncertain = [row for row in found if row.uncertain]
    return tuple(sorted(uncertain, key=lambda row: (row.confidence >= doubt.line, row.distance, row.frames.start, row.channel)))


def step(order: Sequence[Row], chosen: Row | None, *, back: bool) -> Row | None:
    """The row of `order` (see `stepping`) after the chosen one, or before it; the first, or last, where that is none of them."""
    keys = [row.key for row in order]
    if not order:
        return None
    if chosen is None or chosen.key not in keys:
        return order[-1 if back else 0]
    return order[(keys.index(chosen.key) + (-1 if back else 1)) % len(order)]


def at(found: Sequence[Row], frame: int, strip: str = "") -> Row | None:
    """The shot on screen at this frame, of this strip or else of the highest channel that is not muted; None between shots."""
    here = [row for row in found if row.number and row.frames.holds(frame) and strip in ("", row.strip)]
    return max(here, key=lambda row: (not row.muted, row.channel), default=None)


def following(found: Sequence[Row], row: Row) -> Row | None:
    """The shot that goes on in the same strip, or its next piece, where `row` ends."""
    return next(
        (
            other
            for other in found
            if other.number and other.state in ("cut", "found") and other.channel == row.channel
            and other.medium == row.medium and other.frames.start - other.gap == row.frames.end
        ),
        None,
    )  # fmt: skip


def inside(timeline: Timeline, strip: str, start: int, end: int) -> Span | None:
    """The part of its medium in which boundaries lie that a strip, or the pieces it goes on in, show after `start` and before `end`.

    `start` and `end` are timeline frames. What is shown first is not in it: where the part begins is not in question. None when
    nothing is left.
    """
    chain = next((one for one in chains(seen(timeline.strips), one_channel=True) if strip in {place.strip for place in one}), [])
    frames = range(max(start, chain[0].frames.start), min(end, chain[-1].frames.end)) if chain else range(0)
    if not frames:
        return None

    def middle(frame: int) -> Fraction:
        """Of the picture shown there."""
        source = next(place.source for place in chain if place.frames.holds(frame))
        return source.presented(source.picture(frame)) + source.presented(1) / 2

    first, last = middle(frames[0]), middle(frames[-1])
    return Span(first, last) if first < last else None


@dataclass(frozen=True)
class _Begin:
    frame: int
    state: State
    place: Place
    boundary: Boundary | None = None
    gap: int = 0


class _Lister:
    """Makes the rows of one run of pieces after the other."""

    def __init__(
        self, timeline: Timeline, shots: Mapping[str, Shots], options: ShotsPlanOptions, standing: Standing, doubt: Doubt
    ) -> None:
        self._strips = {strip.name: strip for strip in timeline.strips}
        self._known = {medium: facts.boundaries for medium, facts in shots.items()}
        self._moments = {medium: [boundary.seconds for boundary in known] for medium, known in self._known.items()}
        self._sensitivity, self._doubt, self._corrections = options.sensitivity, doubt, standing.corrections
        self._minimum = max(Fraction(1), options.minimum_seconds * timeline.rate)
        cuts = ShotsPlanOptions("cuts", options.sensitivity, options.minimum_seconds)
        wished = planner.plan(shots, timeline.strips, cuts, standing, timeline.rate)
        self._wishes: dict[str, dict[int, Cut]] = defaultdict(dict)
        for edit in (*wished.met, *wished.edits):
            if isinstance(edit, Cut):
                self._wishes[edit.strip][edit.frame] = edit
        self._rejoined: dict[str, list[Fraction]] = defaultdict(list)
        for claim in standing.claims:
            if claim.state == "deleted" and claim.identity.kind == "cut":
                for strip in claim.strips:
                    self._rejoined[strip].append(claim.identity.start)

    def rows(self, chain: Sequence[Place]) -> list[Row]:
        pieces = [place for place in chain if not isinstance(place, CutOut)]
        if not pieces:
            return []
        begins = self._begins(chain, pieces)
        holes = (place.frames.start for place in chain if isinstance(place, CutOut))
        stops = sorted({*(begin.frame for begin in begins), *holes, pieces[-1].frames.end})
        ends = [stops[bisect_right(stops, begin.frame)] for begin in begins]
        return [self._row(begin, end) for begin, end in zip(begins, ends, strict=True)] + self._candidates(pieces, begins, ends)

    def _begins(self, chain: Sequence[Place], pieces: Sequence[Place]) -> list[_Begin]:
        """Where shots begin in a run of pieces, in order of time."""
        begins = {pieces[0].frames.start: _Begin(pieces[0].frames.start, "start", pieces[0], self._opening(pieces[0]))}
        for left, right in pairwise(chain):
            frame = right.frames.start
            if isinstance(left, CutOut):
                if frame not in begins and not isinstance(right, CutOut):
                    begins[frame] = _Begin(frame, "cut", right, self._taken(left, right), left.frames.length)
            elif not isinstance(right, CutOut):
                wish = self._wishes[left.strip].get(frame)
                begins[frame] = _Begin(frame, "cut", right, self._boundary(wish) if wish else self._opening(right))
        for place in pieces:
            for frame, wish in self._wishes[place.strip].items():
                if place.frames.start < frame < place.frames.end:
                    begins[frame] = _Begin(frame, "found", place, self._boundary(wish))
        return [begins[frame] for frame in sorted(begins)]

    def _taken(self, hole: Place, after: Place) -> Boundary | None:
        """The boundary in the middle of, or at an end of, a transition that was cut out."""
        wishes = {**self._wishes[hole.strip], **self._wishes[after.strip]}
        frame = next((frame for frame in sorted(wishes) if hole.frames.start <= frame <= hole.frames.end), None)
        return self._boundary(wishes[frame]) if frame is not None else self._opening(after)

    def _boundary(self, wish: Cut) -> Boundary:
        """The boundary a cut is wished for, as sure as the planner is of it; one set by hand is in no facts."""
        seconds, medium = wish.identity.start, wish.identity.medium
        place = bisect_left(self._moments[medium], seconds)
        if place < len(self._moments[medium]) and self._moments[medium][place] == seconds:
            return replace(self._known[medium][place], score=wish.why.confidence)
        picture = next((one.frame for one in self._corrections.moments if one.medium == medium and one.seconds == seconds), 0)
        return Boundary(picture, seconds, wish.why.confidence)

    def _between(self, medium: str, start: Fraction, end: Fraction) -> Sequence[Boundary]:
        moments = self._moments.get(medium, [])
        return self._known.get(medium, ())[bisect_left(moments, start) : bisect_right(moments, end)]

    def _opening(self, place: Place) -> Boundary | None:
        """The strongest boundary that a place begins with."""
        seconds = place.span.start
        near = self._between(place.medium, seconds - NEAR, seconds + NEAR)
        exact = [boundary for boundary in near if place.source.first_frame(boundary.seconds) == place.frames.start]
        return max(exact, key=lambda boundary: boundary.score, default=None)

    def _row(self, begin: _Begin, end: int) -> Row:
        place, boundary = begin.place, begin.boundary
        strip, frames = self._strips[place.strip], FrameRange(begin.frame, end)
        source = Span(place.source.seconds(begin.frame), place.source.seconds(end))
        row = Row(
            0, begin.state, strip.name, place.channel, strip.medium, strip.path, frames, source, place.source.rate,
            muted=strip.muted, gap=begin.gap,
        )  # fmt: skip
        if boundary is None:
            return row
        distance = self._distance(strip.medium, boundary)
        inside = begin.state != "start"
        return replace(
            row,
            moment=boundary.seconds,
            picture=boundary.frame,
            transition=boundary.transition,
            confidence=boundary.score if inside else 1.0,
            uncertain=inside and abs(distance) <= self._doubt.band and not self._said(strip.medium, boundary),
            distance=abs(distance),
        )

    def _distance(self, medium: str, boundary: Boundary) -> float:
        """How far the score lies above the line that holds there, or below it (negative)."""
        line = 1 - sensitivity_at(medium, boundary.seconds, self._sensitivity, self._corrections)
        return round(boundary.score - line, 9)

    def _said(self, medium: str, boundary: Boundary) -> bool:
        """Whether the editor has spoken about this boundary."""
        return any(one.medium == medium and abs(one.seconds - boundary.seconds) <= NEAR for one in self._corrections.moments)

    def _candidates(self, chain: Sequence[Place], begins: Sequence[_Begin], ends: Sequence[int]) -> list[Row]:
        """Boundaries that just missed the line, the strongest first, unless they would make a shot shorter than it may be."""
        weak = [
            (boundary.score, frame, place, boundary)
            for place in chain
            for boundary in self._between(place.medium, place.span.start, place.span.end)
            if -self._doubt.band <= self._distance(place.medium, boundary) < 0
            and place.frames.start < (frame := place.source.first_frame(boundary.seconds)) < place.frames.end
            and not self._said(place.medium, boundary)
            and all(abs(seconds - boundary.seconds) > NEAR for seconds in self._rejoined.get(place.strip, ()))
        ]
        frames, found = [begin.frame for begin in begins], []
        taken = sorted({*frames, *ends})
        for _, frame, place, boundary in sorted(weak, key=lambda item: (-item[0], item[1])):
            number = bisect_left(taken, frame)
            if min(taken[number] - frame, frame - taken[number - 1]) >= self._minimum:
                taken.insert(number, frame)
                found.append(self._row(_Begin(frame, "candidate", place, boundary), ends[bisect_right(frames, frame) - 1]))
        return found


class _Scenes:
    """The scenes that were written, by medium in order of time; none where scenes were not looked for."""

    def __init__(self, timeline: Timeline) -> None:
        self._scenes: dict[str, list[tuple[Span, str]]] = defaultdict(list)
        for record in ledger.load(timeline.ledger, timeline.stamp).records:
            if record.identity.kind == "scene" and record.state == "live":
                self._scenes[record.identity.medium].append((record.identity.span, record.name))
        for scenes in self._scenes.values():
            scenes.sort(key=lambda scene: (scene[0].start, scene[0].end))
        self._starts = {medium: [span.start for span, _ in scenes] for medium, scenes in self._scenes.items()}

    def at(self, row: Row) -> str:
        """The scene that the middle of a shot lies in; a scene known by its beginning alone goes on to the next."""
        if row.middle is None or row.medium not in self._scenes:
            return ""
        number = bisect_right(self._starts[row.medium], row.middle)
        span, name = self._scenes[row.medium][number - 1] if number else (Span(row.middle, row.middle), "")
        return name if not span.length or span.holds(row.middle) else ""


def _numbered(found: Sequence[Row], scenes: _Scenes) -> tuple[Row, ...]:
    number, done = 0, []
    for row in sorted(found, key=lambda row: (row.frames.start, row.channel, row.state == "candidate", row.strip)):
        counted = row.state != "candidate"
        number += counted
        done.append(replace(row, number=number if counted else 0, scene=scenes.at(row)))
    return tuple(done)
