"""From shots to scenes: what belongs together by place, people and time becomes markers, colours or meta strips."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from ...ml.errors import USAGE, EditorError
from ...ml.facts import Ambience, Boundary, Looks, Shots, Span, Transcript
from ..naming import check_pattern
from ..places import Place, chains, seen
from ..plan import Cut, Edit, Gather, Identity, Kind, Label, Marker, Plan, Why
from ..standing import Standing
from ..state import StripRef
from ..timebase import FrameRange
from . import shots as shot_planner
from .grouping import grouped
from .likeness import FADED, HUSHED, Seen, distances
from .shots import TOLERANCE, ShotsPlanOptions

Write = Literal["markers", "tags", "metas"]
FADES = ("fade_in", "fade_out", "fade_black", "fade_white")
HUSH = Fraction(4)
"""Seconds without a word across a cut that hint at another scene."""
COLORS = tuple(f"COLOR_0{number}" for number in range(1, 10))
KINDS: dict[Write, Kind] = {"markers": "scene", "tags": "label", "metas": "meta"}
EXAMPLE = {"number": 1, "shots": 1, "length": "0:01", "percent": 1}


@dataclass(frozen=True)
class ScenesPlanOptions:
    """Live options: changing them never asks the worker.

    `granularity` 0 is one scene, .5 what the distances between the shots suggest, 1 every shot a scene; more of it never takes a
    boundary away. `name` may hold {number}, {shots} (how many), {length} (minutes:seconds) and {percent}. `shots` says which
    boundaries are shots' ones.
    """

    write: Write = "markers"
    granularity: float = 0.5
    sound: bool = True
    name: str = "Scene {number:02}"
    shots: ShotsPlanOptions = field(default_factory=ShotsPlanOptions)


@dataclass(frozen=True)
class Evidence:
    """What is known of each medium. A medium without sound has no ambience; transcripts are there where one was made before."""

    shots: Mapping[str, Shots] = field(default_factory=dict)
    looks: Mapping[str, Looks] = field(default_factory=dict)
    ambiences: Mapping[str, Ambience] = field(default_factory=dict)
    transcripts: Mapping[str, Transcript] = field(default_factory=dict)


@dataclass(frozen=True)
class Shot:
    """A shot on the timeline. `moment` is the medium's second its beginning is known by, `place` the piece it begins in."""

    place: Place
    frames: FrameRange
    span: Span
    moment: Fraction
    begins: Boundary | None
    chain: int


@dataclass(frozen=True)
class Scene:
    """Shots that belong together. `sure` 0..1 is how sure it is that one begins here."""

    number: int
    shots: tuple[Shot, ...]
    sure: float

    @property
    def frames(self) -> FrameRange:
        return FrameRange(self.shots[0].frames.start, max(shot.frames.end for shot in self.shots))


def plan(evidence: Evidence, strips: Sequence[StripRef], options: ScenesPlanOptions, standing: Standing, rate: Fraction) -> Plan:
    """Markers where scenes begin, colours for the pieces of each scene, or a meta strip a scene.

    Movie strips of `strips` are planned for, in the order of the timeline whatever their media; sound strips among them are
    gathered with their pictures. Media whose looks are not known are left out with a notice. `rate` is the scene's.
    Raises `EditorError(USAGE)` for a name pattern that cannot be filled in, and when no scene can be gathered.
    """
    check_pattern(options.name, EXAMPLE)
    known = {medium: facts for medium, facts in evidence.shots.items() if medium in evidence.looks}
    unknown = [s.name for s in strips if s.kind == "MOVIE" and s.source and s.medium in evidence.shots and s.medium not in known]
    notices = [f"{name} is left out: what it looks like is not known." for name in unknown]
    shots, told = found_shots(known, [s for s in strips if s.name not in unknown], options.shots, standing, rate)
    scenes = found_scenes(shots, evidence, options, rate)
    targets = [strip for strip in strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium in known]
    if options.write == "markers":
        edits = _markers(scenes, options.name, standing, rate)
    else:
        pieces = _pieces(scenes, targets)
        write = _tags if options.write == "tags" else _metas
        edits, more = write(scenes, pieces, {strip.name: strip for strip in strips}, options.name, rate)
        told += more
    media = tuple((medium, KINDS[options.write]) for medium in sorted({strip.medium for strip in targets}))
    return Plan(tuple(edits), (*notices, *told), media, tuple(strip.name for strip in targets))


def found_shots(
    facts: Mapping[str, Shots], strips: Sequence[StripRef], options: ShotsPlanOptions, standing: Standing, rate: Fraction
) -> tuple[list[Shot], tuple[str, ...]]:
    """Every shot the strips show, in order of time, by the very cuts that the shots' planner would make; and what it had to say."""
    planned = shot_planner.plan(facts, strips, replace(options, write="cuts"), standing, rate)
    cuts: dict[str, list[Cut]] = {}
    for edit in (*planned.edits, *planned.met):
        if isinstance(edit, Cut):
            cuts.setdefault(edit.strip, []).append(edit)
    boundaries = {medium: {b.seconds: b for b in known.boundaries} for medium, known in facts.items()}
    targets = [strip for strip in strips if strip.kind == "MOVIE" and strip.medium in facts]
    shots: list[Shot] = []
    for number, chain in enumerate(chains(seen(targets), one_channel=True)):
        medium = chain[0].medium
        own = {cut.frame: cut for place in chain for cut in cuts.get(place.strip, ())}
        frames = sorted(frame for frame in own if chain[0].frames.start < frame < chain[-1].frames.end)
        begins = [None, *(boundaries[medium].get(own[frame].identity.start) for frame in frames)]
        heads = [place.frames.start for place in chain]
        moments = [_moment(chain[0]), *(own[frame].identity.start for frame in frames)]
        for i, (start, end) in enumerate(pairwise([chain[0].frames.start, *frames, chain[-1].frames.end])):
            place, last = chain[bisect_right(heads, start) - 1], chain[bisect_left(heads, end) - 1]
            shown = Span(place.source.seconds(start), max(place.source.seconds(start), last.source.seconds(end)))
            ends = begins[i + 1] if i + 1 < len(begins) else None
            shots.append(Shot(place, FrameRange(start, end), _undisturbed(shown, begins[i], ends), moments[i], begins[i], number))
    return sorted(shots, key=lambda shot: (shot.frames.start, shot.place.channel, shot.frames.end)), planned.notices


def _undisturbed(shown: Span, begins: Boundary | None, ends: Boundary | None) -> Span:
    """The part of a shot that is in no transition, all of it where nothing else is left."""
    start = begins.transition.span.end if begins is not None and begins.transition is not None else shown.start
    end = ends.transition.span.start if ends is not None and ends.transition is not None else shown.end
    start, end = max(start, shown.start), min(end, shown.end)
    return Span(start, end) if start < end else shown


def _moment(place: Place) -> Fraction:
    """A moment of the medium that is surely shown first within this place, near its beginning."""
    for halves in range(2 * place.frames.length):
        seconds = place.source.seconds(place.frames.start + Fraction(halves, 2))
        if place.frames.holds(place.source.first_frame(seconds)):
            return seconds
    return place.source.seconds(place.frames.start)


def found_scenes(shots: Sequence[Shot], evidence: Evidence, options: ScenesPlanOptions, rate: Fraction) -> list[Scene]:
    """The shots grouped. Every shot is in one scene, and scenes follow each other as their shots do."""
    if not shots:
        return []
    said = {medium: _said(evidence, medium) for medium in {shot.place.medium for shot in shots}}
    barred, sights = set(), []
    for number, shot in enumerate(shots):
        before = shots[number - 1] if number else None
        parted = _parted(before, shot) if before else 0.0
        if before is not None and before.chain == shot.chain:
            through, pause = said[shot.place.medium].around(shot.moment)
            if through:
                barred.add(number)
            elif pause is not None and pause >= HUSH:
                parted += HUSHED
        middle = float((shot.frames.start + shot.frames.end) / (2 * rate))
        sights.append(Seen(shot.place.medium, shot.span, middle, parted))
    ambiences = evidence.ambiences if options.sound else {}
    origins = {medium: facts.origin for medium, facts in evidence.shots.items()}
    starts, sure = grouped(distances(sights, evidence.looks, ambiences, origins), options.granularity, barred)
    ends = [*starts[1:], len(shots)]
    return [Scene(i, tuple(shots[a:b]), s) for i, (a, b, s) in enumerate(zip(starts, ends, sure, strict=True), 1)]


def _parted(before: Shot, shot: Shot) -> float:
    faded = shot.begins is not None and shot.begins.transition is not None and shot.begins.transition.kind in FADES
    return FADED if faded or before.frames.end < shot.frames.start else 0.0


@dataclass(frozen=True)
class _Said:
    """When somebody speaks, in the seconds of the medium's pictures, in order."""

    starts: tuple[Fraction, ...] = ()
    ends: tuple[Fraction, ...] = ()

    def around(self, moment: Fraction) -> tuple[bool, Fraction | None]:
        """Whether an utterance runs through this moment, and how long the pause around it is (None where one side is silent)."""
        place = bisect_right(self.starts, moment)
        if place and self.ends[place - 1] > moment:
            return self.starts[place - 1] < moment, Fraction(0)
        return False, self.starts[place] - self.ends[place - 1] if 0 < place < len(self.starts) else None


def _said(evidence: Evidence, medium: str) -> _Said:
    transcript = evidence.transcripts.get(medium)
    if transcript is None:
        return _Said()
    shift = transcript.origin - evidence.shots[medium].origin
    spoken = sorted((u.words[0].start + shift, u.words[-1].end + shift) for u in transcript.utterances if u.words)
    return _Said(tuple(start for start, _ in spoken), tuple(end for _, end in spoken))


def _name(pattern: str, scene: Scene, rate: Fraction) -> str:
    minutes, seconds = divmod(round(scene.frames.length / rate), 60)
    return pattern.format(number=scene.number, shots=len(scene.shots), length=f"{minutes}:{seconds:02}", percent=round(scene.sure * 100))


def _why(scene: Scene) -> Why:
    if scene.number == 1:
        return Why(1.0, "the first scene begins here")
    begins = scene.shots[0].begins
    kind = begins.transition.kind.replace("_", " ") if begins is not None and begins.transition is not None else ""
    after = f" after a {kind}" if kind in {name.replace("_", " ") for name in FADES} else ""
    shots = "1 shot" if len(scene.shots) == 1 else f"{len(scene.shots)} shots"
    return Why(scene.sure, f"what is seen and heard differs from the scene before{after}; {shots}")


def _identity(scene: Scene, kind: Kind) -> Identity:
    first = scene.shots[0]
    return Identity(first.place.medium, kind, first.moment, first.moment)


def _markers(scenes: Sequence[Scene], pattern: str, standing: Standing, rate: Fraction) -> list[Edit]:
    gone = {
        (strip, claim.identity.start)
        for claim in standing.claims
        if claim.identity.kind == "scene" and claim.state == "deleted"
        for strip in claim.strips
    }
    edits: list[Edit] = []
    for scene in scenes:
        strip, identity = scene.shots[0].place.strip, _identity(scene, "scene")
        if not any(name == strip and abs(moment - identity.start) <= TOLERANCE for name, moment in gone):
            edits.append(Marker(identity, _why(scene), scene.frames.start, _name(pattern, scene, rate), strip))
    return edits


@dataclass(frozen=True)
class _Pieces:
    """The pieces of movies that begin in each scene, by its number; and those that hold another scene's beginning besides."""

    of: Mapping[int, tuple[Place, ...]]
    several: frozenset[str]


def _pieces(scenes: Sequence[Scene], targets: Sequence[StripRef]) -> _Pieces:
    by_chain: dict[int, list[tuple[int, int]]] = {}
    for scene in scenes:
        for shot in scene.shots:
            by_chain.setdefault(shot.chain, []).append((shot.frames.start, scene.number))
    of: dict[int, list[Place]] = {scene.number: [] for scene in scenes}
    several = set()
    for number, chain in enumerate(chains(seen(targets), one_channel=True)):
        begun = sorted(by_chain.get(number, ()))
        for place in chain:
            first = bisect_right(begun, (place.frames.start, len(scenes) + 1))
            last = bisect_left(begun, (place.frames.end, 0))
            here = begun[first - 1][1]
            of[here].append(place)
            if any(scene != here for _start, scene in begun[first:last]):
                several.add(place.strip)
    return _Pieces({number: tuple(places) for number, places in of.items()}, frozenset(several))


def _tags(
    scenes: Sequence[Scene], pieces: _Pieces, strips: Mapping[str, StripRef], pattern: str, rate: Fraction
) -> tuple[list[Edit], tuple[str, ...]]:
    edits: list[Edit] = []
    for scene in scenes:
        for place in pieces.of[scene.number]:
            identity = Identity(place.medium, "label", place.span.start, place.span.end)
            why = replace(_why(scene), reason=f"{_name(pattern, scene, rate)}: {_why(scene).reason}")
            edits.append(Label(identity, why, place.strip, place.frames, place.strip, COLORS[(scene.number - 1) % len(COLORS)]))
    if not pieces.several:
        return edits, ()
    some = "1 strip holds" if len(pieces.several) == 1 else f"{len(pieces.several)} strips hold"
    return edits, (f"{some} more than one scene and got the colour of the first. Detect Shots with Write: Cuts parts them.",)


def _metas(
    scenes: Sequence[Scene], pieces: _Pieces, strips: Mapping[str, StripRef], pattern: str, rate: Fraction
) -> tuple[list[Edit], tuple[str, ...]]:
    edits: list[Edit] = []
    notices = []
    for scene in scenes:
        movies = [strips[place.strip] for place in pieces.of[scene.number]]
        if not movies:
            continue
        names = dict.fromkeys(name for movie in movies for name in (movie.name, *movie.partners) if name in strips)
        members = [strips[name] for name in names]
        frames = FrameRange(min(movie.frames.start for movie in movies), max(movie.frames.end for movie in movies))
        beyond = next((name for movie in movies for name in movie.partners if name not in strips), "")
        obstacle = f"{beyond!r} is connected with it and cannot come along" if beyond else _obstacle(members, frames, pieces.several)
        if obstacle:
            notices.append(f"{_name(pattern, scene, rate)} is not gathered: {obstacle}.")
            continue
        edits.append(Gather(_identity(scene, "meta"), _why(scene), tuple(names), frames, _name(pattern, scene, rate)))
    if notices and not edits:
        raise EditorError(f"No scene can be gathered: {notices[0]}", "Run Detect Shots with Write: Cuts first.", USAGE)
    return edits, tuple(notices)


def _obstacle(members: Sequence[StripRef], frames: FrameRange, several: frozenset[str]) -> str:
    for strip in members:
        if strip.name in several:
            return f"{strip.name!r} is not cut where the next scene begins"
        if not (frames.start <= strip.frames.start and strip.frames.end <= frames.end):
            return f"{strip.name!r} reaches beyond it"
        if strip.feeds:
            return f"{strip.name!r} is used by {strip.feeds[0]!r}, which would have to be gathered too"
    return ""
