"""From boundaries with scores to cuts, gaps, markers or labels."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from ...ml.facts import Shots
from ..corrections import by_hand, decided
from ..places import Place, chains, seen
from ..plan import Cut, Edit, Gap, Identity, Kind, Label, Marker, Plan, Why
from ..standing import Standing
from ..state import StripRef
from ..timebase import FrameRange
from .shot_bounds import CutOut, Found, cut_out, find, long_enough
from .shot_names import LABEL_NAME, MARKER_NAME, check, fill, kind_of, why

Write = Literal["cuts", "markers", "both", "labels"]
Gradual = Literal["middle", "ends", "out", "keep"]
TOLERANCE = Fraction(1, 10)
"""Boundaries closer than this many seconds are the same boundary, seen by two detectors or two settings."""
LABEL_COLORS = ("COLOR_04", "COLOR_05")
_NAMED = 3


@dataclass(frozen=True)
class ShotsPlanOptions:
    """Live options: changing them never asks the worker.

    `sensitivity` 0..1 keeps boundaries with a score of at least 1 - sensitivity. `minimum_seconds` is the shortest shot.
    `marker_name` may hold {number} (of the shot that begins), {percent}, {kind} (cut, dissolve, fade-in …), {frame} (of the
    medium), {length} (frames of the transition) and {detector}.
    `gradual` says what becomes of a dissolve, fade or wipe: a split at its "middle" (`Boundary.frame`), markers at both "ends",
    the transition cut "out", or nothing ("keep"). Where only markers are written, "out" marks both ends.
    """

    write: Write = "cuts"
    sensitivity: float = 0.5
    minimum_seconds: Fraction = Fraction(1, 2)
    marker_name: str = MARKER_NAME
    label_name: str = LABEL_NAME
    gradual: Gradual = "middle"

    @property
    def splits(self) -> bool:
        return self.write in ("cuts", "both")

    @property
    def marks(self) -> bool:
        return self.write in ("markers", "both") or (self.write == "cuts" and self.gradual == "ends")

    @property
    def cuts_out(self) -> bool:
        return self.splits and self.gradual == "out"

    @property
    def marks_ends(self) -> bool:
        return self.gradual == "ends" or (self.write == "markers" and self.gradual == "out")


class _Claims:
    """Whether a moment or a part of a strip's picture is claimed."""

    def __init__(self, standing: Standing):
        self._moments: dict[tuple[str, Kind, bool], list[Fraction]] = defaultdict(list)
        self._parts: dict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
        for claim in standing.claims:
            for strip in claim.strips:
                if claim.identity.kind in ("cut", "marker"):
                    self._moments[(strip, claim.identity.kind, claim.state == "deleted")].append(claim.identity.start)
                elif claim.identity.kind == "gap" and claim.state != "written":
                    self._parts[strip].append((claim.identity.start, claim.identity.end))
        for moments in self._moments.values():
            moments.sort()

    def near(self, strip: str, kind: Kind, seconds: Fraction, *, deleted: bool) -> bool:
        moments = self._moments.get((strip, kind, deleted), [])
        place = bisect_left(moments, seconds - TOLERANCE)
        return place < len(moments) and moments[place] <= seconds + TOLERANCE

    def stays(self, strip: str, start: Fraction, end: Fraction) -> bool:
        """Whether the editor put some of this part back, or joined a cut within it again: then it is not cut out."""
        if any(first < end and start < last for first, last in self._parts.get(strip, ())):
            return True
        rejoined = self._moments.get((strip, "cut", True), [])
        place = bisect_left(rejoined, start)
        return place < len(rejoined) and rejoined[place] <= end


@dataclass(frozen=True)
class _Chain:
    """Pieces that show a medium without a jump, and what is found in them.

    `opening` and `closing` lie at its very beginning and end: no shot begins there. `inside` are those between that hold.
    """

    places: list[Place]
    detector: str
    number: int
    opening: list[Found]
    inside: list[Found]
    closing: list[Found]

    @cached_property
    def _starts(self) -> list[int]:
        return [place.frames.start for place in self.places]

    def over(self, start: int, end: int) -> list[Place]:
        """The places from this frame to that one, both included."""
        return self.places[max(0, bisect_right(self._starts, start) - 1) : bisect_right(self._starts, end)]


def plan(
    shots: Mapping[str, Shots], strips: Sequence[StripRef], options: ShotsPlanOptions, standing: Standing, rate: Fraction
) -> Plan:
    """Cuts, gaps, markers or labels where the visible part of a movie strip begins a new shot.

    Movie strips of `strips` are planned for; sound strips among them are only looked at as partners. Pieces that belong
    together (an earlier run cut them, or cut something out between them) are planned as one, so a second run wishes the same:
    what stands already is in `Plan.met`. Labels name the pieces there are; a run for them says nothing of the rest, nor the
    other way round. What the editor said of boundaries (`standing.corrections`) goes before the detector's score.
    Strips without a known source map are left out with a notice. `rate` is the scene's.
    Raises `EditorError(USAGE)` for a name pattern that cannot be filled in.
    """
    check(options.marker_name)
    check(options.label_name)
    notices = [f"{strip.name} is left out: {strip.unmapped}." for strip in strips if strip.kind == "MOVIE" and strip.source is None]
    targets = [strip for strip in strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium in shots]
    unknown = [s.name for s in strips if s.kind == "MOVIE" and s.source is not None and s.medium not in shots]
    notices += [f"{name} is left out: its shots are not known." for name in unknown]
    by_name = {strip.name: strip for strip in strips}
    movies = {strip.name: strip for strip in targets}
    claims = _Claims(standing)
    strong = {medium: decided(medium, facts.boundaries, options.sensitivity, standing.corrections) for medium, facts in shots.items()}
    moments = {medium: [float(b.seconds) for b in boundaries] for medium, boundaries in strong.items()}
    said = {medium: by_hand(medium, facts.boundaries, standing.corrections) for medium, facts in shots.items()}
    minimum = options.minimum_seconds * rate
    edits: list[Edit] = []
    met: list[Edit] = []
    dropped: list[Found] = []
    partly: list[Found] = []
    number = 0
    for places in chains([*seen(targets), *cut_out(standing, movies)], one_channel=True):
        medium = places[0].medium
        found = find(places, strong[medium], moments[medium], said[medium])
        if options.gradual == "keep":
            found = [item for item in found if item.boundary.transition is None]
        if options.cuts_out:
            partly += [item for item in found if not _whole(item, places) and places[0].frames.start < item.frame < places[-1].frames.end]
            found = [item.out() for item in found if _whole(item, places)]
        number += 1
        chain, short = _chain(places, found, shots[medium].detector, number, minimum)
        dropped += short
        number += len(chain.inside)
        if options.write == "labels":
            edits += _labels(chain, options)
        if options.marks:
            edits += _markers(chain, options, claims)
        if options.splits:
            for edit, stands in [*_cuts(chain, options, claims, by_name), *_gaps(chain, claims, by_name)]:
                (met if stands else edits).append(edit)
    notices += _left_out(dropped, partly, options)
    media = sorted({strip.medium for strip in targets})
    kinds: tuple[Kind, ...] = ("label",) if options.write == "labels" else ("cut", "gap", "marker")
    pairs = tuple((medium, kind) for medium in media for kind in kinds)
    return Plan(tuple(edits), tuple(notices), pairs, tuple(movies), tuple(met))


def _whole(item: Found, places: Sequence[Place]) -> bool:
    """Whether all of a transition is there to be cut out, and more than that."""
    start, end = places[0].frames.start, places[-1].frames.end
    return start <= item.ends.start and item.ends.end <= end and item.ends.length < end - start


def _chain(places: list[Place], found: Sequence[Found], detector: str, number: int, minimum: Fraction) -> tuple[_Chain, list[Found]]:
    start, end = places[0].frames.start, places[-1].frames.end
    opening = [item for item in found if item.leave <= start]
    closing = [item for item in found if item.enter >= end and item.leave > start]
    between = [item for item in found if start < item.leave and item.enter < end]
    first = max([start, *(item.enter for item in opening)])
    last = min([end, *(item.leave for item in closing)])
    if last - first < max(minimum, Fraction(1)) and (opening or closing):
        # A fade at each end of so short a piece is all there is of it: it stays whole.
        opening, closing, first, last = [o for o in opening if not o.gap], [c for c in closing if not c.gap], start, end
    kept, dropped = long_enough(between, first, last, minimum)
    return _Chain(places, detector, number, opening, kept, closing), dropped


def _left_out(dropped: Sequence[Found], partly: Sequence[Found], options: ShotsPlanOptions) -> list[str]:
    notices = []
    if dropped:
        are = "1 boundary is" if len(dropped) == 1 else f"{len(dropped)} boundaries are"
        shortest = f"{float(options.minimum_seconds):g} s" if options.minimum_seconds else "a frame"
        weakest = sorted(dropped, key=lambda item: (item.boundary.score, item.frame))
        told = [f"frame {item.frame} ({kind_of(item.boundary)}, {round(item.boundary.score * 100)} %)" for item in weakest[:_NAMED]]
        more = [f"{len(dropped) - _NAMED} more"] if len(dropped) > _NAMED else []
        notices.append(f"{are} left out because a shot would be shorter than {shortest}: {', '.join([*told, *more])}.")
    if partly:
        are, frames = "1 transition is" if len(partly) == 1 else f"{len(partly)} transitions are", [item.frame for item in partly]
        told = [f"frame {frame}" for frame in frames[:_NAMED]] + ([f"{len(frames) - _NAMED} more"] if len(frames) > _NAMED else [])
        notices.append(f"{are} only partly on the timeline and not cut out: {', '.join(told)}.")
    return notices


def _why(item: Found, chain: _Chain) -> Why:
    return why(item.boundary, chain.detector, item.said)


def _cuts(chain: _Chain, options: ShotsPlanOptions, claims: _Claims, by_name: Mapping[str, StripRef]) -> list[tuple[Edit, bool]]:
    """The cuts of a chain, each with whether two pieces meet there already."""
    pieces = pairwise(chain.places)
    left_of = {right.frames.start: left for left, right in pieces if not isinstance(left, CutOut) and not isinstance(right, CutOut)}
    cuts: list[tuple[Edit, bool]] = []
    for item in chain.inside:
        if item.gap or (options.gradual == "ends" and item.boundary.transition is not None):
            continue
        stands = item.frame in left_of
        strip = left_of[item.frame].strip if stands else item.place.strip
        seconds = item.boundary.seconds
        if claims.near(strip, "cut", seconds, deleted=True):
            continue
        partners = by_name[strip].partners
        if not any(isinstance(place, CutOut) for place in chain.over(item.frame - 1, item.frame)):
            partners = tuple(n for n in partners if n not in by_name or by_name[n].frames.start < item.frame < by_name[n].frames.end)
        identity = Identity(item.place.medium, "cut", seconds, seconds)
        cuts.append((Cut(identity, _why(item, chain), strip, item.frame, partners), stands))
    return cuts


def _gaps(chain: _Chain, claims: _Claims, by_name: Mapping[str, StripRef]) -> list[tuple[Edit, bool]]:
    """The transitions of a chain that are cut out, each with whether it is gone already."""
    gaps: list[tuple[Edit, bool]] = []
    for item in (*chain.opening, *chain.inside, *chain.closing):
        transition = item.boundary.transition
        if not item.gap or transition is None:
            continue
        over = chain.over(item.leave, item.enter - 1)
        start, end = transition.span.start, transition.span.end
        if any(claims.stays(place.strip, start, end) for place in over):
            continue
        frames = FrameRange(item.leave, item.enter)
        partners = tuple(dict.fromkeys(name for place in over for name in by_name[place.strip].partners if name in by_name))
        identity = Identity(item.place.medium, "gap", start, end)
        stands = len(over) == 1 and isinstance(over[0], CutOut) and over[0].frames == frames
        gaps.append((Gap(identity, _why(item, chain), over[0].strip, frames, partners), stands))
    return gaps


def _markers(chain: _Chain, options: ShotsPlanOptions, claims: _Claims) -> list[Edit]:
    """A marker at every boundary, or at both ends of every transition.

    At a chain's very beginning only where an earlier run left one (pieces moved apart), or a transition begins with it.
    """
    start, end = chain.places[0].frames.start, chain.places[-1].frames.end
    numbered = [(item, chain.number) for item in chain.opening]
    numbered += [(item, chain.number + i) for i, item in enumerate(chain.inside, 1)]
    numbered += [(item, chain.number + len(chain.inside)) for item in chain.closing]
    markers: list[Edit] = []
    for item, number in numbered:
        transition, middle = item.boundary.transition, item.boundary.seconds
        if transition is not None and options.marks_ends:
            if start <= item.ends.start < end:
                markers += _marker(chain, item, transition.span.start, item.ends.start, number, options, claims, "start")
            if start < item.ends.end < end:
                markers += _marker(chain, item, transition.span.end, item.ends.end, number, options, claims, "end")
        elif options.write == "cuts":
            continue
        elif start < item.enter < end and not (item.gap and item in chain.opening):
            seconds = transition.span.end if item.gap and transition is not None else middle
            markers += _marker(chain, item, seconds, item.enter, number, options, claims)
        elif item.enter == start and claims.near(item.place.strip, "marker", middle, deleted=False):
            markers += _marker(chain, item, middle, item.enter, number, options, claims)
    return markers


def _marker(
    chain: _Chain, item: Found, seconds: Fraction, frame: int, number: int, options: ShotsPlanOptions, claims: _Claims,
    part: Literal["", "start", "end"] = "",
) -> list[Edit]:  # fmt: skip
    place = chain.over(frame, frame)[-1]
    if claims.near(place.strip, "marker", seconds, deleted=True):
        return []
    name = fill(options.marker_name, item.boundary, number, chain.detector, part)
    return [Marker(Identity(place.medium, "marker", seconds, seconds), _why(item, chain), frame, name, place.strip)]


def _labels(chain: _Chain, options: ShotsPlanOptions) -> list[Edit]:
    """A name and colour for every piece there is, after the shot it begins in; a piece that holds several says up to which."""
    frames = [item.frame for item in chain.inside]
    labels: list[Edit] = []
    for place in chain.places:
        if isinstance(place, CutOut):
            continue
        begins = bisect_right(frames, place.frames.start)
        ends = bisect_left(frames, place.frames.end)
        item = chain.inside[begins - 1] if begins else None
        name = fill(options.label_name, item.boundary if item else None, chain.number + begins, chain.detector)
        if ends > begins:
            name += f"-{chain.number + ends:03}"
        reason = _why(item, chain) if item else Why(1.0, "the strip begins here")
        identity = Identity(place.medium, "label", place.span.start, place.span.end)
        color = LABEL_COLORS[(chain.number + begins) % 2]
        labels.append(Label(identity, reason, place.strip, place.frames, name, color))
    return labels
