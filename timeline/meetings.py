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
from .state import Picture, StripRef

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


@dataclass(frozen=True)
class _Side:
    """A picture at a cut. `rows` are (first frame that belongs to no single shot, first frame of the new shot, whether the film has a
    transition of its own there), the two alike for a cut. It has pictures of its own from frame `first` up to but not including `last`.
    """

    ref: StripRef
    rows: Sequence[_Row]
    first: int
    last: int
    shows: str


def meetings(strips: Iterable[StripRef], shots: Mapping[str, Shots], pictures: Iterable[Picture] = ()) -> list[Meeting]:
    """Every cut between two that are seen, movie strips of known shots and `pictures`, in order of time.

    Strips meet in their channel. Where none do, those of two channels meet if one alone ends and one alone begins.
    """
    kept = _Kept(shots)
    sides = [_film(strip, kept) for strip in strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium in shots]
    sides += [_other(picture, kept) for picture in pictures]
    ends: dict[int, list[_Side]] = defaultdict(list)
    starts: dict[int, list[_Side]] = defaultdict(list)
    for side in sides:
        if not side.ref.muted and side.ref.frames.length:
            ends[side.ref.frames.end].append(side)
            starts[side.ref.frames.start].append(side)
    found = []
    for frame in sorted(ends.keys() & starts.keys()):
        pairs = [(one, other) for one in ends[frame] for other in starts[frame] if one.ref.channel == other.ref.channel]
        if not pairs and len(ends[frame]) == len(starts[frame]) == 1:
            pairs = [(ends[frame][0], starts[frame][0])]
        found += [_meeting(frame, one, other) for one, other in pairs]
    return found


def _meeting(frame: int, one: _Side, other: _Side) -> Meeting:
    left, right = one.ref, other.ref
    through = one.shows == other.shows and left.source is not None and right.source is not None
    through = through and (one.last - one.first > _EVER or goes_on(left.source, right.source, frame))  # type: ignore[arg-type]
    at_cut = [gradual for first, last, gradual in (*one.rows, *other.rows) if first - NEAR <= frame <= last + NEAR]
    return Meeting(
        frame, left, right, _before(other, frame), _after(one, frame), _began(one, frame), _ends(other, frame),
        through and not at_cut, any(at_cut),
    )  # fmt: skip


_Row = tuple[int, int, bool]
_EVER = 2**31
_BESIDE = 2
"""Boundaries looked at on both sides of what is seen: the nearest is wanted, and a gradual one reaches as far as its neighbour at most."""


class _Kept:
    """The boundaries that count of each medium, with their moments, in order."""

    def __init__(self, shots: Mapping[str, Shots]):
        self._rows = {medium: [b for b in facts.boundaries if b.score >= KEPT] for medium, facts in shots.items()}
        self._moments = {medium: [b.seconds for b in rows] for medium, rows in self._rows.items()}

    def knows(self, medium: str) -> bool:
        return medium in self._rows

    def around(self, strip: StripRef) -> list[Boundary]:
        """Those that a strip shows, and the nearest beyond its ends."""
        moments, seen = self._moments[strip.medium], strip.visible
        first = max(0, bisect_left(moments, seen.start) - _BESIDE)
        return self._rows[strip.medium][first : bisect_right(moments, seen.end) + _BESIDE]


def _film(strip: StripRef, kept: _Kept) -> _Side:
    return _Side(strip, _boundaries(strip, kept), _first(strip), _last(strip), strip.medium)


def _other(picture: Picture, kept: _Kept) -> _Side:
    """Where anything begins or ends in it, and where a film in it has a boundary, is another shot."""
    ref, rows = picture.ref, [(frame, frame, False) for frame in picture.changes]
    for film in (one for one in picture.inside if one.kind == "MOVIE"):
        known = film.source is not None and kept.knows(film.medium)
        found = _boundaries(film, kept) if known else [(frame, frame, False) for frame in (ref.frames.start, ref.frames.end)]
        rows += [row for row in found if film.frames.start <= row[0] and row[1] <= film.frames.end]
    return _Side(ref, sorted(rows), picture.extent.start, picture.extent.end, f"{ref.kind} {picture.shows}")


def _boundaries(strip: StripRef, kept: _Kept) -> list[_Row]:
    assert strip.source is not None, strip.unmapped
    rows = []
    for boundary in kept.around(strip):
        span = boundary.transition.span if boundary.transition is not None else None
        first, last = (span.start, span.end) if span is not None else (boundary.seconds, boundary.seconds)
        rows.append((strip.source.first_frame(first), strip.source.first_frame(last), span is not None))
    return sorted(rows)


def _after(side: _Side, frame: int) -> int:
    limit = min((first for first, last, _ in side.rows if last >= frame - NEAR), default=_EVER)
    return max(0, min(limit, side.last) - frame)


def _before(side: _Side, frame: int) -> int:
    limit = max((last for first, last, _ in side.rows if first <= frame + NEAR), default=-_EVER)
    return max(0, frame - max(limit, side.first))


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


def _began(side: _Side, frame: int) -> int:
    start = side.ref.frames.start
    return max((last for _, last, _ in side.rows if start < last < frame - NEAR), default=start)


def _ends(side: _Side, frame: int) -> int:
    end = side.ref.frames.end
    return min((first for first, _, _ in side.rows if frame + NEAR < first < end), default=end)
