"""People on the timeline, a row each: how long and where they are seen, through which strips. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..ml.facts import Faces, FaceTrack
from . import face_places
from .persons import Persons, key
from .state import StripRef, Timeline
from .timebase import FrameRange


@dataclass(frozen=True)
class PersonRow:
    """`frames` is the screen time; `ranges` are the appearances in order of time; `strips` show them. `named`: by the editor.

    `faces` are the person's (`persons.key`), in their order: who has no name is numbered anew whenever somebody is named, but keeps a face.
    """

    name: str
    named: bool
    frames: int
    ranges: tuple[FrameRange, ...]
    strips: tuple[str, ...]
    faces: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.faces[0]


def rows(strips: Sequence[StripRef], facts: Mapping[str, Faces], persons: Persons) -> tuple[PersonRow, ...]:
    """Everybody who is seen through these strips, the longest first."""
    found = []
    for name, media in _tracks(facts, persons).items():
        places = face_places.shown(strips, facts, media)
        if places:
            ranges = _together(frames for _strip, frames in places)
            names = tuple(dict.fromkeys(strip.name for strip, _frames in places))
            total = face_places.frames(frames for _strip, frames in places)
            faces = tuple(sorted(key(track) for tracks in media.values() for track in tracks))
            found.append(PersonRow(name, name in persons.named, total, ranges, names, faces))
    return tuple(sorted(found, key=lambda row: (-row.frames, row.name)))


def faces_at(
    strips: Sequence[StripRef], facts: Mapping[str, Faces], persons: Persons, name: str, when: Sequence[FrameRange]
) -> frozenset[str]:
    """The faces (`persons.key`) called `name` that are seen through these strips at any of these frames."""
    found = set()
    for medium, tracks in _tracks(facts, persons).get(name, {}).items():
        for track in tracks:
            places = face_places.shown(strips, facts, {medium: (track,)})
            if any(frames.overlaps(one) for _strip, frames in places for one in when):
                found.add(key(track))
    return frozenset(found)


def strangers_at(strips: Sequence[StripRef], facts: Mapping[str, Faces], persons: Persons, when: Sequence[FrameRange]) -> frozenset[str]:
    """The faces (`persons.key`) of whom nobody knows whose they are that are seen through these strips at any of these frames."""
    found = set()
    for medium, one in facts.items():
        for track in one.tracks:
            places = face_places.shown(strips, facts, {medium: (track,)}) if not persons.of(track) else ()
            if any(frames.overlaps(range_) for _strip, frames in places for range_ in when):
                found.add(key(track))
    return frozenset(found)


def meant(timeline: Timeline, frame: int, selected: bool) -> tuple[tuple[StripRef, ...], tuple[FrameRange, ...]]:
    """(strips, frames of the timeline) in which faces are meant: those of the selected strips, else of all at `frame`."""
    if not selected:
        return timeline.strips, (FrameRange(frame, frame + 1),)
    strips = tuple(strip for strip in timeline.strips if strip.selected)
    return strips, tuple(strip.frames for strip in strips)


def unknown(facts: Mapping[str, Faces], persons: Persons) -> tuple[int, int]:
    """(how many faces there are, of how many nobody knows whose they are: too small, turned away, or nobody asked)."""
    every = [track for one in facts.values() for track in one.tracks]
    return len(every), sum(1 for track in every if not persons.of(track))


def step(row: PersonRow, frame: int, back: bool = False) -> int | None:
    """Where the appearance after this frame begins, or the one before; from the last on to the first. None without any."""
    starts = [one.start for one in row.ranges]
    if not starts:
        return None
    if back:
        return next((start for start in reversed(starts) if start < frame), starts[-1])
    return next((start for start in starts if start > frame), starts[0])


def named_in(timeline: Timeline, names: Iterable[str]) -> tuple[str, ...]:
    """Where these names still stand in a project: markers, strips and captions, in words."""
    told = []
    for name in sorted({name for name in names if name}):
        kinds = (
            ("marker", sum(1 for marker in timeline.markers if name in marker.name)),
            ("strip", sum(1 for strip in timeline.strips if name in strip.name)),
            ("caption", sum(1 for caption in timeline.captions if name in caption.text)),
        )
        counted = [f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in kinds if count]
        if counted:
            told.append(f"{name}: {', '.join(counted)}")
    return tuple(told)


def _tracks(facts: Mapping[str, Faces], persons: Persons) -> dict[str, dict[str, list[FaceTrack]]]:
    """Name -> medium -> faces."""
    found: dict[str, dict[str, list[FaceTrack]]] = {}
    for medium, one in facts.items():
        for track in one.tracks:
            name = persons.of(track)
            if name:
                found.setdefault(name, {}).setdefault(medium, []).append(track)
    return found


def _together(ranges: Iterable[FrameRange]) -> tuple[FrameRange, ...]:
    """Those that overlap as one; those that only meet, at a cut, stay two: there are two shots to step to."""
    found: list[FrameRange] = []
    for one in sorted(ranges):
        if found and one.start < found[-1].end:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)
