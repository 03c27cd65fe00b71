"""From boundaries with scores to cuts, markers or labels."""

from __future__ import annotations

import heapq
import string
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from ...ml.errors import USAGE, EditorError
from ...ml.facts import Boundary, Shots
from ..corrections import decided
from ..places import Place, chains, seen
from ..plan import Cut, Edit, Identity, Kind, Label, Marker, Plan, Why
from ..standing import Standing
from ..state import StripRef

Write = Literal["cuts", "markers", "both", "labels"]
TOLERANCE = Fraction(1, 10)
"""Boundaries closer than this many seconds are the same boundary, seen by two detectors or two settings."""
DETECTORS = {"transnetv2": "TransNetV2", "adaptive": "adaptive detector", "content": "content detector", "hash": "hash detector"}
LABEL_COLORS = ("COLOR_04", "COLOR_05")
_FIELDS = {"number", "percent", "kind", "frame", "detector"}


@dataclass(frozen=True)
class ShotsPlanOptions:
    """Live options: changing them never asks the worker.

    `sensitivity` 0..1 keeps boundaries with a score of at least 1 - sensitivity. `minimum_seconds` is the shortest shot.
    `marker_name` may hold {number} (of the shot that begins), {percent}, {kind}, {frame} (of the medium) and {detector}.
    """

    write: Write = "cuts"
    sensitivity: float = 0.5
    minimum_seconds: Fraction = Fraction(1, 2)
    marker_name: str = "Shot {number:03}"
    label_name: str = "Shot {number:03}"


@dataclass(frozen=True)
class _Found:
    """A boundary seen on the timeline at `frame`, inside or at the beginning of `place`."""

    boundary: Boundary
    frame: int
    place: Place


def _check(pattern: str) -> None:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        if names <= _FIELDS:
            pattern.format(number=1, percent=1, kind="cut", frame=1, detector="")
            return
    except (ValueError, IndexError, KeyError):
        pass
    known = ", ".join(f"{{{name}}}" for name in sorted(_FIELDS))
    raise EditorError(f"The name pattern {pattern!r} cannot be filled in.", f"It may hold {known}.", USAGE)


def _boundaries(chain: list[Place], boundaries: Sequence[Boundary], moments: list[float]) -> list[_Found]:
    """The boundaries seen in the chain, one a timeline frame (the strongest), in order of time."""
    found: dict[int, _Found] = {}
    done: set[int] = set()
    for place in chain:
        picture = 1.5 / float(min(place.source.rate, place.source.pictures or place.source.rate))
        first = bisect_left(moments, place.source.roughly(place.frames.start) - picture)
        last = bisect_right(moments, place.source.roughly(place.frames.end) + picture)
        for boundary in boundaries[first:last]:
            frame = place.source.first_frame(boundary.seconds)
            if not place.frames.holds(frame) or boundary.frame in done:
                continue
            done.add(boundary.frame)
            if frame not in found or found[frame].boundary.score < boundary.score:
                found[frame] = _Found(boundary, frame, place)
    return [found[frame] for frame in sorted(found)]


def _long_enough(kept: list[_Found], start: int, end: int, minimum: Fraction) -> list[_Found]:
    """What is left when the weaker end of every shot shorter than `minimum` frames is taken away, the weakest of all first."""
    frames = [start, *(item.frame for item in kept), end]
    before = list(range(-1, len(frames) - 1))
    after = list(range(1, len(frames) + 1))
    alive = [True] * len(frames)
    queue: list[tuple[float, int]] = []

    def touches_short(i: int) -> bool:
        return frames[i] - frames[before[i]] < minimum or frames[after[i]] - frames[i] < minimum

    for i in range(1, len(frames) - 1):
        if touches_short(i):
            heapq.heappush(queue, (kept[i - 1].boundary.score, i))
    while queue:
        _, i = heapq.heappop(queue)
        if not touches_short(i):
            continue
        alive[i] = False
        after[before[i]], before[after[i]] = after[i], before[i]
    return [item for i, item in enumerate(kept, 1) if alive[i]]


class _Claims:
    """Whether a moment of a strip's picture is claimed."""

    def __init__(self, standing: Standing):
        self._moments: dict[tuple[str, Kind, bool], list[Fraction]] = defaultdict(list)
        for claim in standing.claims:
            if claim.identity.kind in ("cut", "marker"):
                for strip in claim.strips:
                    self._moments[(strip, claim.identity.kind, claim.state == "deleted")].append(claim.identity.start)
        for moments in self._moments.values():
            moments.sort()

    def near(self, strip: str, kind: Kind, seconds: Fraction, *, deleted: bool) -> bool:
        moments = self._moments.get((strip, kind, deleted), [])
        place = bisect_left(moments, seconds - TOLERANCE)
        return place < len(moments) and moments[place] <= seconds + TOLERANCE


def _why(found: _Found, detector: str) -> Why:
    frame, percent = found.boundary.frame, round(found.boundary.score * 100)
    name = DETECTORS.get(detector, detector)
    return Why(found.boundary.score, f"picture changes between frames {frame - 1} and {frame} ({name}, {percent} %)")


def plan(
    shots: Mapping[str, Shots], strips: Sequence[StripRef], options: ShotsPlanOptions, standing: Standing, rate: Fraction
) -> Plan:
    """Cuts, markers or labels where the visible part of a movie strip begins a new shot.

    Movie strips of `strips` are planned for; sound strips among them are only looked at as partners. Pieces that belong
    together (an earlier run cut them) are planned as one, so a second run wishes the same: what stands already is in
    `Plan.met`. Labels name the pieces there are; a run for them says nothing of cuts and markers, nor the other way round.
    Strips without a known source map are left out with a notice. `rate` is the scene's.
    Raises `EditorError(USAGE)` for a name pattern that cannot be filled in.
    """
    _check(options.marker_name)
    _check(options.label_name)
    notices = [f"{strip.name} is left out: {strip.unmapped}." for strip in strips if strip.kind == "MOVIE" and strip.source is None]
    targets = [strip for strip in strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium in shots]
    unknown = [s.name for s in strips if s.kind == "MOVIE" and s.source is not None and s.medium not in shots]
    notices += [f"{name} is left out: its shots are not known." for name in unknown]
    by_name = {strip.name: strip for strip in strips}
    claims = _Claims(standing)
    strong = {medium: decided(medium, facts.boundaries, options.sensitivity, standing.corrections) for medium, facts in shots.items()}
    moments = {medium: [float(b.seconds) for b in boundaries] for medium, boundaries in strong.items()}
    minimum = options.minimum_seconds * rate
    edits: list[Edit] = []
    met: list[Edit] = []
    number = dropped = 0
    for chain in chains(seen(targets), one_channel=True):
        facts = shots[chain[0].medium]
        found = _boundaries(chain, strong[chain[0].medium], moments[chain[0].medium])
        opening = [item for item in found if item.frame == chain[0].frames.start]
        inside = [item for item in found if item.frame > chain[0].frames.start]
        kept = _long_enough(inside, chain[0].frames.start, chain[-1].frames.end, minimum)
        dropped += len(inside) - len(kept)
        number += 1
        if options.write == "labels":
            edits += _labels(chain, kept, number, facts.detector, options)
        if options.write in ("markers", "both"):
            edits += _markers(opening, kept, number, facts.detector, options, claims)
        if options.write in ("cuts", "both"):
            for cut, stands in _cuts(chain, kept, facts.detector, claims, by_name):
                (met if stands else edits).append(cut)
        number += len(kept)
    if dropped:
        are = "boundary is" if dropped == 1 else "boundaries are"
        notices.append(f"{dropped} {are} left out: a shot would be shorter than {float(options.minimum_seconds):g} s.")
    media = sorted({strip.medium for strip in targets})
    kinds: tuple[Kind, ...] = ("label",) if options.write == "labels" else ("cut", "marker")
    pairs = tuple((medium, kind) for medium in media for kind in kinds)
    return Plan(tuple(edits), tuple(notices), pairs, tuple(strip.name for strip in targets), tuple(met))


def _cuts(
    chain: list[Place], kept: list[_Found], detector: str, claims: _Claims, by_name: Mapping[str, StripRef]
) -> list[tuple[Cut, bool]]:
    """The cuts of a chain, each with whether two pieces meet there already."""
    left_of = {right.frames.start: left for left, right in pairwise(chain)}
    cuts = []
    for item in kept:
        stands = item.frame in left_of
        strip = left_of[item.frame].strip if stands else item.place.strip
        seconds = item.boundary.seconds
        if claims.near(strip, "cut", seconds, deleted=True):
            continue
        partners = tuple(
            name
            for name in by_name[strip].partners
            if name not in by_name or by_name[name].frames.start < item.frame < by_name[name].frames.end
        )
        identity = Identity(chain[0].medium, "cut", seconds, seconds)
        cuts.append((Cut(identity, _why(item, detector), strip, item.frame, partners), stands))
    return cuts


def _fill(pattern: str, item: _Found, number: int, detector: str, kind: str) -> str:
    percent = round(item.boundary.score * 100)
    name = DETECTORS.get(detector, detector)
    return pattern.format(number=number, percent=percent, kind=kind, frame=item.boundary.frame, detector=name)


def _markers(
    opening: list[_Found], kept: list[_Found], first: int, detector: str, options: ShotsPlanOptions, claims: _Claims
) -> list[Edit]:
    """A marker at every boundary, and at a chain's very beginning only where an earlier run left one (pieces moved apart)."""
    wanted = [(item, first) for item in opening if claims.near(item.place.strip, "marker", item.boundary.seconds, deleted=False)]
    wanted += [(item, first + i) for i, item in enumerate(kept, 1)]
    markers: list[Edit] = []
    for item, number in wanted:
        seconds = item.boundary.seconds
        if claims.near(item.place.strip, "marker", seconds, deleted=True):
            continue
        identity = Identity(item.place.medium, "marker", seconds, seconds)
        name = _fill(options.marker_name, item, number, detector, "shot")
        markers.append(Marker(identity, _why(item, detector), item.frame, name, item.place.strip))
    return markers


def _labels(chain: list[Place], kept: list[_Found], first: int, detector: str, options: ShotsPlanOptions) -> list[Edit]:
    """A name and colour for every piece there is, after the shot it begins in; a piece that holds several says up to which."""
    frames = [item.frame for item in kept]
    labels: list[Edit] = []
    for place in chain:
        begins = bisect_right(frames, place.frames.start)
        ends = bisect_left(frames, place.frames.end)
        item = kept[begins - 1] if begins else _Found(Boundary(0, place.span.start, 1.0), place.frames.start, place)
        name = _fill(options.label_name, item, first + begins, detector, "shot")
        if ends > begins:
            name += f"-{first + ends:03}"
        why = _why(item, detector) if begins else Why(1.0, "the strip begins here")
        identity = Identity(place.medium, "label", place.span.start, place.span.end)
        color = LABEL_COLORS[(first + begins) % 2]
        labels.append(Label(identity, why, place.strip, place.frames, name, color))
    return labels
