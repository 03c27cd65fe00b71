"""Where two pictures meet on the timeline, and how much more of each its medium really has there. Pure.

A medium ends where its file does, and where another shot begins in it: a picture that goes on beyond that would show something else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..ml.facts import Boundary, Shots
from .places import goes_on
from .state import StripRef

KEPT = 0.5
"""The score from which a boundary counts: what each detector's authors recommend."""
NEAR = 2
"""Frames by which a cut on the timeline may miss the boundary in the medium that it stands for."""


@dataclass(frozen=True)
class Meeting:
    """The cut at `frame`, the first frame of `right`.

    `before`: frames that `right` has before it, `after`: frames that `left` has beyond it, in one shot each and never held.
    `began`: the first frame of the shot that ends here, `ends`: the frame after the last of the shot that begins here.
    `through`: the two show one shot, which goes on without a jump. `gradual`: the film has a transition of its own here.
    """

    frame: int
    left: StripRef
    right: StripRef
    before: int
    after: int
    began: int
    ends: int
    through: bool = False
    gradual: bool = False

    @property
    def lengths(self) -> tuple[int, int]:
        """Frames of the shot before and of the shot after the cut."""
        return self.frame - self.began, self.ends - self.frame


def meetings(strips: Iterable[StripRef], shots: Mapping[str, Shots]) -> list[Meeting]:
    """Every cut between two movie strips of known shots that are seen, in order of time.

    Strips meet in their channel. Where none do, those of two channels meet if one alone ends and one alone begins.
    """
    ends: dict[int, list[StripRef]] = defaultdict(list)
    starts: dict[int, list[StripRef]] = defaultdict(list)
    for strip in strips:
        if strip.kind == "MOVIE" and strip.source is not None and not strip.muted and strip.medium in shots and strip.frames.length:
            ends[strip.frames.end].append(strip)
            starts[strip.frames.start].append(strip)
    found, kept = [], _Kept(shots)
    for frame in sorted(ends.keys() & starts.keys()):
        pairs = [(one, other) for one in ends[frame] for other in starts[frame] if one.channel == other.channel]
        if not pairs and len(ends[frame]) == len(starts[frame]) == 1:
            pairs = [(ends[frame][0], starts[frame][0])]
        found += [_meeting(frame, one, other, kept) for one, other in pairs]
    return found


def _meeting(frame: int, left: StripRef, right: StripRef, kept: _Kept) -> Meeting:
    one, other = _boundaries(left, kept), _boundaries(right, kept)
    through = left.medium == right.medium and left.source is not None and right.source is not None
    through = through and goes_on(left.source, right.source, frame)  # type: ignore[arg-type]
    at_cut = [boundary for first, last, boundary in (*one, *other) if first - NEAR <= frame <= last + NEAR]
    return Meeting(
        frame, left, right, _before(right, frame, other), _after(left, frame, one), _began(left, frame, one), _ends(right, frame, other),
        through and not at_cut, any(boundary.transition is not None for boundary in at_cut),
    )  # fmt: skip


_Row = tuple[int, int, Boundary]
_BESIDE = 2
"""Boundaries looked at on both sides of what is seen: the nearest is wanted, and a gradual one reaches as far as its neighbour at most."""


class _Kept:
    """The boundaries that count of each medium, with their moments, in order."""

    def __init__(self, shots: Mapping[str, Shots]):
        self._rows = {medium: [b for b in facts.boundaries if b.score >= KEPT] for medium, facts in shots.items()}
        self._moments = {medium: [b.seconds for b in rows] for medium, rows in self._rows.items()}

    def around(self, strip: StripRef) -> list[Boundary]:
        """Those that a strip shows, and the nearest beyond its ends."""
        moments, seen = self._moments[strip.medium], strip.visible
        first = max(0, bisect_left(moments, seen.start) - _BESIDE)
        return self._rows[strip.medium][first : bisect_right(moments, seen.end) + _BESIDE]


def _boundaries(strip: StripRef, kept: _Kept) -> list[_Row]:
    """(first frame that belongs to no single shot, first frame of the new shot, boundary), the two alike for a cut."""
    assert strip.source is not None, strip.unmapped
    rows = []
    for boundary in kept.around(strip):
        span = boundary.transition.span if boundary.transition is not None else None
        first, last = (span.start, span.end) if span is not None else (boundary.seconds, boundary.seconds)
        rows.append((strip.source.first_frame(first), strip.source.first_frame(last), boundary))
    return sorted(rows, key=lambda row: row[:2])


def _after(strip: StripRef, frame: int, rows: Sequence[_Row]) -> int:
    limit = min((first for first, last, _ in rows if last >= frame - NEAR), default=2**31)
    return max(0, min(limit, _last(strip)) - frame)


def _before(strip: StripRef, frame: int, rows: Sequence[_Row]) -> int:
    limit = max((last for first, last, _ in rows if first <= frame + NEAR), default=-(2**31))
    return max(0, frame - max(limit, _first(strip)))


def _last(strip: StripRef) -> int:
    """The first frame that would show more than the medium has."""
    source, content = strip.source, strip.content
    assert source is not None
    if content is None:
        return strip.frames.end
    end = source.first_frame(content.end)
    pictures = content.end * source.pictures
    while source.pictures and source.picture(end - 1) >= pictures:
        end -= 1
    return end


def _first(strip: StripRef) -> int:
    """The first frame that shows the medium's first picture."""
    source, content = strip.source, strip.content
    assert source is not None
    if content is None:
        return strip.frames.start
    start = source.first_frame(content.start)
    while source.pictures and source.picture(start) < content.start * source.pictures:
        start += 1
    return start


def _began(strip: StripRef, frame: int, rows: Sequence[_Row]) -> int:
    return max((last for _, last, _ in rows if strip.frames.start < last < frame - NEAR), default=strip.frames.start)


def _ends(strip: StripRef, frame: int, rows: Sequence[_Row]) -> int:
    return min((first for first, _, _ in rows if frame + NEAR < first < strip.frames.end), default=strip.frames.end)
