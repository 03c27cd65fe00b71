"""Privacy: what is to be covered, covered with native strips and masks, so that nothing of it is seen in any frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from ...ml.facts import Faces, FaceTrack, Objects, Shots, Sightings, Span
from ..effect import Effect, Mark, Shape
from ..picture_way import Moving, Way
from ..plan import EFFECT_KINDS, Identity, Plan, Why
from ..privacy_cover import Cover, cover, outline
from ..privacy_finds import trails as said_trails
from ..privacy_layers import Method, blocks_of, layers
from ..privacy_trails import (
    SURE,
    Trail,
    around,
    counted,
    cut_moments,
    joined,
    kept_visible,
    of_faces,
    of_objects,
    prolonged,
    trimmed,
    without,
)
from ..stage import Stage
from ..state import StripRef
from ..timebase import FrameRange

KIND: Literal["privacy"] = "privacy"
Target = Literal["faces", "heads", "people", "plates", "things"]
PLATES = ("plate", "license plate", "licence plate", "number plate", "license-plate", "licence-plate", "license_plate", "number_plate")
"""What models call number plates."""
LINE = 0.5
"""Boundaries of shots that count, by their score."""
UNSURE, BRIEF = SURE, 3
"""A face is doubtful that was never seen more surely than this, or in fewer frames."""
LISTED = 6
NEAR_DISSOLVE = 0.2


@dataclass(frozen=True)
class PrivacyOptions:
    """Live options. `margin`: share of its size covered around a thing, at each side; `hold`: seconds for which a cover stays before and
    after. `things` are labels of a model; `keep` names of people who stay visible."""

    targets: frozenset[Target] = frozenset({"faces"})
    things: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    method: Method = "blur"
    strength: float = 0.6
    margin: float = 0.3
    sensitivity: float = 0.6
    hold: Fraction = Fraction(2, 5)


@dataclass(frozen=True)
class Known:
    """Facts by medium. `visible`: the faces of people who stay visible (medium -> tracks of `faces`), as far as they are known."""

    sightings: Mapping[str, Sightings] = field(default_factory=dict)
    objects: Mapping[str, Objects] = field(default_factory=dict)
    faces: Mapping[str, Faces] = field(default_factory=dict)
    shots: Mapping[str, Shots] = field(default_factory=dict)
    visible: Mapping[str, Sequence[FaceTrack]] = field(default_factory=dict)


def plan(
    known: Known, strips: Sequence[StripRef], options: PrivacyOptions, stage: Stage, moving: Moving, every: Sequence[StripRef]
) -> Plan:
    """Covers for each shot of each strip. `every`: all strips that stand; those that a transition shows beyond a cut are covered with the
    strip they are copies of."""
    effects: list[Effect] = []
    notices: list[str] = []
    doubts: list[tuple[str, int, str]] = []
    covered: list[StripRef] = []
    layered = [strip for strip in every if strip.tag is not None and strip.tag.kind in EFFECT_KINDS]
    meant = [strip for strip in strips if strip.source is not None and not _of_copies(strip, strips, layered)]
    for strip in meant:
        if options.targets <= {"plates", "things"} and strip.medium not in known.objects:
            continue  # nobody looked, so nothing is known: what covers stand stay
        covered.append(strip)
        if strip.name in moving.driven:
            notices.append(f"{strip.name!r} is not covered: a driver moves it. Bake the driver to keyframes, and run this again.")
            continue
        trails = _trails(known, strip.medium, options, stage)
        for span, frames in _shots(known, strip, layered):
            if stage.left_out(KIND, strip.medium, span):
                continue
            covers = _covers(trails, strip, stage, moving, options, frames)
            if covers:
                effects.append(_effect(strip, span, covers, options, stage))
                doubts += [(strip.name, one.first, one.trail.label) for one in covers if _doubtful(one.trail)]
    notices += _unknown(known, options)
    notices += _doubts(doubts, stage.rate)
    media = tuple((medium, KIND) for medium in sorted({strip.medium for strip in covered}))
    return Plan(notices=tuple(notices), media=media, strips=tuple(strip.name for strip in covered), effects=tuple(effects))


def _trails(known: Known, medium: str, options: PrivacyOptions, stage: Stage) -> tuple[Trail, ...]:
    """Everything of this medium that is to be covered, with what may lie between and beyond."""
    sightings, objects = known.sightings.get(medium), known.objects.get(medium)
    trails: tuple[Trail, ...] = ()
    cuts = cut_moments(sightings) + _boundaries(known.shots.get(medium))
    cuts = sorted(cut for cut in cuts if not any(start < cut < end for start, end in _dissolves(known.shots.get(medium))))
    if sightings is not None and "faces" in options.targets:
        faces = tuple(trimmed(one) for one in counted(of_faces(sightings), options.sensitivity, float(1 / sightings.rate)))
        if options.keep and medium in known.faces:
            faces = without(faces, kept_visible(faces, known.faces[medium], known.visible.get(medium, ())))
        trails += faces
    if objects is not None:
        wanted = {*(PLATES if "plates" in options.targets else ()), *(("person",) if "people" in options.targets else ())}
        wanted |= {thing.lower() for thing in options.things} if "things" in options.targets else set()
        trails += of_objects(objects, wanted)
        trails += of_objects(objects, {"person"}, heads=True) if "heads" in options.targets and "people" not in options.targets else ()
    said = said_trails(stage.choices, medium, cuts)
    trails += joined((*trails, *(one for one, _between in said)), cuts)
    end = max([float(facts.span.end) for facts in (sightings, objects) if facts is not None], default=0.0)
    found = []
    for one in trails:
        bounds = around(sum(one.span) / 2, cuts, (-1.0, end + 1.0))
        found.append(_through_dissolves(prolonged(one, float(options.hold), bounds), known.shots.get(medium)))
    for one, between in said:
        bounds = around(sum(one.span) / 2, cuts, (-1.0, max(end, one.span[1]) + 1.0))
        found.append(prolonged(one, max(float(options.hold), between), bounds))
    return tuple(found)


def _through_dissolves(trail: Trail, shots: Shots | None) -> Trail:
    """A face that is seen at one end of a gradual transition is there, faintly, to its other end."""
    for start, end in _dissolves(shots):
        first, last = trail.span
        if first <= end + NEAR_DISSOLVE and last >= start - NEAR_DISSOLVE and (first > start or last < end):
            trail = _stretched(trail, min(first, start), max(last, end))
    return trail


def _stretched(trail: Trail, first: float, last: float) -> Trail:
    import numpy as np

    before, after = int(first < trail.seconds[0]), int(last > trail.seconds[-1])
    pad = (before, after)
    seconds = np.concatenate([[first] * before, trail.seconds, [last] * after])
    return replace(trail, seconds=seconds, boxes=np.pad(trail.boxes, (pad, (0, 0)), mode="edge"), sure=np.pad(trail.sure, pad))


def _boundaries(shots: Shots | None) -> list[float]:
    return [float(one.seconds) for one in shots.boundaries if one.score >= LINE] if shots is not None else []


def _dissolves(shots: Shots | None) -> list[tuple[float, float]]:
    if shots is None:
        return []
    return [(float(one.transition.span.start), float(one.transition.span.end)) for one in shots.boundaries if one.transition is not None]


def _shots(known: Known, strip: StripRef, layered: Sequence[StripRef]) -> list[tuple[Span, FrameRange]]:
    """The shots of what a strip shows, and on which frames; the first and last as far as a transition shows more of them."""
    assert strip.source is not None
    sightings, shots = known.sightings.get(strip.medium), known.shots.get(strip.medium)
    if shots is not None:
        moments = [one.seconds for one in shots.boundaries if one.score >= LINE]
    else:
        moments = [sightings.seconds[number] for number in sightings.cuts] if sightings is not None else []
    whole = strip.visible
    edges = [whole.start, *sorted(moment for moment in moments if whole.start < moment < whole.end), whole.end]
    frames = [strip.frames.start, *(strip.source.first_frame(moment) for moment in edges[1:-1]), strip.frames.end]
    shows = [other.frames for other in layered if _is_copy(other, strip)]
    frames[0] = min([frames[0], *(one.start for one in shows)])
    frames[-1] = max([frames[-1], *(one.end for one in shows)])
    return [
        (Span(edges[n], edges[n + 1]), FrameRange(frames[n], frames[n + 1])) for n in range(len(edges) - 1) if frames[n] < frames[n + 1]
    ]  # fmt: skip


def _is_copy(layer: StripRef, strip: StripRef) -> bool:
    return (
        layer.name != strip.name and layer.medium == strip.medium and layer.source == strip.source
        and layer.frames.start <= strip.frames.end and strip.frames.start <= layer.frames.end
    )  # fmt: skip


def _of_copies(strip: StripRef, strips: Sequence[StripRef], layered: Sequence[StripRef]) -> bool:
    """Whether it is a layer of an effect that shows what another strip shows: it is covered with that."""
    return strip in layered and any(_is_copy(strip, other) for other in strips if other not in layered)


def _covers(
    trails: Sequence[Trail], strip: StripRef, stage: Stage, moving: Moving, options: PrivacyOptions, frames: FrameRange
) -> tuple[Cover, ...]:
    way = Way(
        stage.shown[strip.name], stage.canvas, moving.poses.get(strip.name),
        [lens for lens in moving.lenses if lens.channel > strip.channel and lens.frames.overlaps(frames)],
    )  # fmt: skip
    found = [cover(trail, strip, way, stage.canvas, options.margin, frames, trail.label in ("face", "head")) for trail in trails]
    return tuple(one for one in found if one is not None)


def _effect(strip: StripRef, span: Span, covers: Sequence[Cover], options: PrivacyOptions, stage: Stage) -> Effect:
    frames = FrameRange(min(one.frames.start for one in covers), max(one.frames.end for one in covers))
    shape = Shape("Privacy", tuple(outline(one, stage.canvas, frames) for one in covers))
    blocks = blocks_of(max(one.sides for one in covers), options.strength, stage.canvas)
    return Effect(
        Identity(strip.medium, KIND, span.start, span.end), _why(covers), strip.name, frames,
        layers=layers(options.method, frames, blocks, stage.canvas, shape.name), shapes=(shape,),
        marks=tuple(mark for one in covers for mark in _marks(one)),
        above_all=True,
    )  # fmt: skip


def _marks(one: Cover) -> tuple[Mark, ...]:
    """A mark for each frame, for a preview of any of them."""
    boxes = [(left, bottom, right, top) for left, bottom, right, top in one.boxes.tolist()]
    return tuple(Mark(one.first + number, box, one.trail.label, "covered") for number, box in enumerate(boxes))


def _why(covers: Sequence[Cover]) -> Why:
    seen = [one.trail for one in covers if one.trail.views]
    many = Counter(trail.label for trail in seen)
    told = (
        " and ".join(f"{count} {label}{'s' if count > 1 else ''}" for label, count in many.items())
        or "What may be hidden between two views"
    )
    doubtful = sum(_doubtful(trail) for trail in seen)
    more = f", {doubtful} of them only perhaps" if doubtful else ""
    return Why(round(min([trail.best for trail in seen], default=0.0), 3), f"{told} covered{more}. What is unsure is covered too.")


def _doubtful(trail: Trail) -> bool:
    return trail.views > 0 and (trail.best < UNSURE or trail.views < BRIEF)


def _doubts(doubts: Sequence[tuple[str, int, str]], rate: Fraction) -> list[str]:
    if not doubts:
        return []
    places = sorted({frame for _strip, frame, _label in doubts})
    shown = ", ".join(f"frame {frame}" for frame in places[:LISTED])
    more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
    what = "place is" if len(places) == 1 else "places are"
    return [f"{len(places)} {what} covered though it is not sure that anything is there: {shown}{more}. Look at them."]


def _unknown(known: Known, options: PrivacyOptions) -> list[str]:
    """What was asked for and cannot be told from what is known."""
    told = []
    seen = {track.label.lower() for facts in known.objects.values() for track in facts.tracks}
    if "plates" in options.targets and known.objects and not seen & set(PLATES):
        told.append("No number plate was seen. Only a model that was taught number plates sees them: choose one as Object Model.")
    absent = [thing for thing in options.things if thing.lower() not in seen] if "things" in options.targets and known.objects else []
    if absent:
        told.append(f"Not seen: {', '.join(absent)}. Names must be those the object model uses.")
    if options.keep and "faces" in options.targets and not any(known.visible.values()):
        told.append(f"Nobody called {', '.join(options.keep)} is known here, so everybody is covered. Name people under People first.")
    return told
