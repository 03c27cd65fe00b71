"""Smart reframe: for every shot of every strip, what of the picture fills the frame. Pure.

A shot is a part of the medium between two boundaries; where two people speak in one who do not fit together, each turn is a part of its
own, for a camera that swings between speakers is worse than a cut. Methods: `reframe_subjects` whom it is about, `reframe_framing` where
he had best stand, `reframe_path` how the camera moves, `reframe_keys` as which keyframes.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np

from ...ml.errors import LOCKED, EditorError
from ...ml.facts import Faces, Mouths, Saliency, Shots, Span, Speakers
from .. import reframe_writing as writing
from ..camera import Camera as SteadyCamera
from ..camera import always_filled
from ..camera import boxes as steady_boxes
from ..corrections import NONE, Corrections
from ..effect import Effect, Layer
from ..plan import Identity, Plan, Why
from ..reframe_framing import FITS, LEVEL, Framing, Wide, box_on, excess, fits, framed, most_of, unframed
from ..reframe_parts import SENSITIVITY, grouped, halves, in_pictures_time, shot_ranges, turns
from ..reframe_path import Asked, Camera, Limits, Path
from ..reframe_path import plans as plan_paths
from ..reframe_speaking import speaking
from ..reframe_subjects import FACE, PERSON, Sights, Subject, together
from ..reframe_window import View
from ..reframe_writing import WHOLE, Area, Part
from ..salient_places import best_places
from ..side_by_side import beside, finished
from ..stage import Shown, Stage
from ..state import StripRef
from ..timebase import FrameRange, SourceMap

Answer = TypeVar("Answer")
KIND: Literal["reframe"] = "reframe"
ENGINES = ("shots", "objects", "faces", "saliency", "speakers", "mouths")
Follow = Literal["auto", "people", "speaker", "things", "salient", "middle"]
TOO_WIDE = 0.3
"""What a subject counts that is wider than what can be shown, where it is cut off."""
BESIDES = 0.35
"""Others are shown too, where they fit, who weigh this much of the one whom the shot is about."""
ENOUGH = 0.98
"""The share of the frames in which a subject must be inside before no more of the picture is shown instead."""
BRIEF = 1.5
"""Seconds: a shorter shot is shown as large as the one beside it."""
MANY = 24
"""Subjects of a shot that are looked at."""
OFTEN = 0.5
"""The share of a shot that both must be seen in who are shown one above the other."""
EVERYONE, MIDDLE, SPLIT = "everyone", "middle", "split"
"""What may be chosen for a shot besides the name of a subject."""


@dataclass(frozen=True)
class ReframeOptions:
    """`follow`: what is looked for. `close` 0..1: as near as the subject allows. `speed` in windows a second: the fastest the camera moves.
    `split`: two who speak by turns and do not fit are shown one above the other. `wide`: what becomes of subjects wider than the frame.
    `sensitivity`: that of shots, 0..1."""

    camera: Camera = "auto"
    follow: Follow = "auto"
    close: float = 0.0
    speed: float = 2.0
    split: bool = True
    wide: Wide = "bars"
    sensitivity: float = SENSITIVITY

    @property
    def limits(self) -> Limits:
        return Limits(self.speed, self.speed / 0.6)


@dataclass(frozen=True)
class _Known:
    """What is known of one medium."""

    shots: Shots | None
    sights: Sights
    faces: Faces | None
    saliency: Saliency | None
    speakers: Speakers | None
    mouths: Mouths | None


Parts = tuple[list[Part], list[Part]]
"""Those of the strip itself, and the other halves of split screens."""
Work = Generator[Sequence[Asked], Sequence[Path], Answer]
"""Asks for paths, and goes on once it has them: those of all shots are solved together, in a fraction of the time."""


def plan(
    found: Mapping[str, Mapping[str, Any]], strips: Sequence[StripRef], options: ReframeOptions, stage: Stage,
    corrections: Corrections = NONE,
) -> Plan:  # fmt: skip
    """An effect for every movie strip whose picture is to be shown otherwise than it is.

    `found`: engine -> medium -> facts, of "shots" and, where they are known, "objects", "faces", "saliency", "speakers" and "mouths".
    `corrections` is what the editor said of boundaries. Strips that cannot be reframed are left as they are, with a notice; raises
    `EditorError(LOCKED)` where that is all of them.
    """
    known = {medium: _known(found, medium) for medium in dict.fromkeys(strip.medium for strip in strips)}
    works, notices, media, planned = [], [], [], []
    for strip in strips:
        if strip.kind != "MOVIE" or strip.source is None:
            continue
        media.append((strip.medium, KIND))
        planned.append(strip.name)
        shown = stage.shown.get(strip.name)
        refused = _refused(strip, shown)
        if shown is None or refused:
            notices.append(f"{strip.name!r} keeps its framing: {refused}.")
            continue
        works.append(_effect(known[strip.medium], strip, options, stage, View(_filled(strip, shown), stage.canvas), corrections))
    if notices and len(notices) == len(planned):
        raise EditorError(" ".join(notices), "Unlock it, or clear its animation and rotation; or choose other strips.", LOCKED)
    return Plan(
        notices=tuple(notices), media=tuple(dict.fromkeys(media)), strips=tuple(planned),
        effects=tuple(one for one in finished(beside(works), plan_paths) if one is not None),
    )  # fmt: skip


def _known(found: Mapping[str, Mapping[str, Any]], medium: str) -> _Known:
    shots, objects, faces, saliency, speakers, mouths = (found.get(engine, {}).get(medium) for engine in ENGINES)
    return _Known(shots, Sights(objects, faces), faces, saliency, in_pictures_time(speakers, shots), mouths)


def _filled(strip: StripRef, shown: Shown) -> Shown:
    """Of a steadied picture only what it always fills can be shown."""
    if shown.camera is None:
        return shown
    crop = always_filled(shown.camera, np.arange(strip.frames.start, strip.frames.end))
    return replace(shown, pose=replace(shown.pose, crop=crop))


def _refused(strip: StripRef, shown: Shown | None) -> str:
    if shown is None or not all(shown.size):
        return "how its picture lies in the frame is not known"
    if strip.held:
        return "it is locked"
    if any(path in shown.keyed for path in (*writing.PATHS, "transform.rotation", *writing.CROPS)):
        return "its transform or crop is animated already"
    if abs(shown.pose.rotation) > 1e-4:
        return "it is rotated"
    return ""


def _effect(
    known: _Known, strip: StripRef, options: ReframeOptions, stage: Stage, view: View, corrections: Corrections
) -> Work[Effect | None]:
    assert strip.source is not None
    parts: list[Part] = []
    layers: list[Layer] = []
    shots = yield from _shots(known, strip, strip.source, options, stage, view, corrections)
    for (frames, glides), (whole, half) in shots:
        pose = [Part(frames, pose=view.shown.pose)]
        parts += [replace(part, glides=glides and number == 0) for number, part in enumerate(whole or pose)]
        layers += [writing.second(view, strip.name, part, len(layers) + number) for number, part in enumerate(half, 1)]
    if all(part.pose is not None for part in parts):
        return None
    settings, curves = writing.moves(view, parts)
    seen = [part for part in parts if part.subject is not None]
    inside = sum(part.across.inside * part.frames.length for part in seen) / max(1, sum(part.frames.length for part in seen))
    identity = Identity(strip.medium, KIND, strip.visible.start, strip.visible.end)
    return Effect(
        identity, Why(round(inside, 3) if seen else 0.5, _reason(parts)), strip.name, strip.frames, settings, curves,
        layers=tuple(layers), marks=writing.marks(view, parts), picture=view.shown.size, pose=stage.shown[strip.name].pose,
    )  # fmt: skip


def _shots(
    known: _Known, strip: StripRef, source: SourceMap, options: ReframeOptions, stage: Stage, view: View, corrections: Corrections
) -> Work[list[tuple[tuple[FrameRange, bool], Parts]]]:
    """Each shot, with its parts and the other halves of a split screen; none where the editor leaves it out."""
    ranges = shot_ranges(known.shots, strip, corrections, options.sensitivity)
    shots = [_Shot(_Footage(known, source, frames, view.shown.camera), options, view, float(stage.rate)) for frames, _glides in ranges]
    spans = [Span(source.seconds(frames.start), source.seconds(frames.end)) for frames, _glides in ranges]
    chosen = [stage.chosen(KIND, strip.medium, span, "subject") or "" for span in spans]
    left = [stage.left_out(KIND, strip.medium, span) for span in spans]
    done = yield from beside(_nothing() if out else _shot(shot, value) for shot, value, out in zip(shots, chosen, left, strict=True))
    found = list(done)
    if options.wide == "bars":
        # Bars that come and go by a little at every cut are worse than bars.
        sizes = [0.0 if not whole or half else max(part.window[0] for part in whole) for whole, half in found]
        brief = [frames.length < BRIEF * stage.rate for frames, _glides in ranges]
        alike = grouped(sizes, LEVEL, brief)
        larger = [number for number, size in enumerate(sizes) if alike[number] > size]
        full = view.window()[0]
        again = yield from beside(_shot(replace(shots[number], least=alike[number] / full), chosen[number]) for number in larger)
        for number, parts in zip(larger, again, strict=True):
            found[number] = parts
    return list(zip(ranges, found, strict=True))


def _reason(parts: Sequence[Part]) -> str:
    """What the camera does, in a few words: of the longest parts first."""
    told: dict[str, int] = {}
    for part in parts:
        if part.pose is None:
            words = f"{_MOVES[part.across.move]} {part.name}" if part.name else "the middle"
            told[words] = told.get(words, 0) + part.frames.length
    return ", ".join(sorted(told, key=lambda words: -told[words])[:4])


_MOVES = {"hold": "holds", "pan": "pans with", "follow": "follows"}


@dataclass(frozen=True, eq=False)
class _Footage:
    """What a shot shows, whatever is done about it: found out once."""

    known: _Known
    source: SourceMap
    frames: FrameRange
    steady: SteadyCamera | None = None

    @cached_property
    def numbers(self) -> Any:
        return np.arange(self.frames.start, self.frames.end)

    @cached_property
    def moments(self) -> Any:
        return np.array([self.source.roughly(frame) for frame in range(self.frames.start, self.frames.end)])

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        found = self.known.sights.subjects(self.moments)[:MANY]
        return found if self.steady is None else tuple(self._steadied(one, self.steady) for one in found)

    def _steadied(self, one: Subject, steady: SteadyCamera) -> Subject:
        face = None if one.face is None else steady_boxes(steady, self.numbers, one.face)
        return replace(one, box=steady_boxes(steady, self.numbers, one.box), face=face)


@dataclass(frozen=True, eq=False)
class _Shot:
    footage: _Footage
    options: ReframeOptions
    view: View
    rate: float
    least: float = 1.0
    """So many times as much is shown as fills the frame, where bars are allowed."""

    @property
    def frames(self) -> FrameRange:
        return self.footage.frames


def _nothing() -> Work[Parts]:
    yield from ()
    return [], []


def _shot(shot: _Shot, chosen: str) -> Work[Parts]:
    """(the parts of the strip, the other halves of split screens)."""
    footage, known, options = shot.footage, shot.footage.known, shot.options
    if chosen == MIDDLE or (options.follow == "middle" and not chosen):
        middle = yield from _part(shot, shot.frames, unframed(shot.view, footage.numbers, None, shot.least), "")
        return [middle], []
    found = _ranked(shot, _meant(footage.subjects, options, chosen))
    if not found:
        best = best_places(known.saliency, footage.moments, shot.view) if known.saliency is not None else None
        framing, name = unframed(shot.view, footage.numbers, best, shot.least), "what stands out" if best else ""
        shown = yield from _part(shot, shot.frames, framing, name)
        return [shown], []
    faced = [one for one in found if one.track >= 0]
    talk = _talk(shot, faced) if not chosen or chosen == SPLIT else {}
    pair = _pair(shot, faced if len(talk) < 2 else [one for one in faced if one.track in talk.values()], talk, chosen)
    if pair:
        shared = yield from _split(shot, pair)
        return shared
    if chosen not in (EVERYONE, SPLIT) and talk and not _all_fit(shot, faced):
        assert known.speakers is not None
        found_turns = turns(known.speakers, footage.source, shot.frames, talk)
        if found_turns:
            by_track = {one.track: one for one in faced}
            turned = ((frames, by_track[face]) for frames, face in found_turns)
            spoken = yield from beside(_about(shot, frames, [one]) for frames, one in turned)
            return spoken, []
    those = found if chosen in (EVERYONE, SPLIT) else _with_others(shot, found)
    about = yield from _about(shot, shot.frames, those)
    return [about], []


def _meant(found: Sequence[Subject], options: ReframeOptions, chosen: str) -> list[Subject]:
    """The subjects that the shot may be about, the weightiest first."""
    people = [one for one in found if one.label in (PERSON, FACE)]
    if chosen and chosen not in (EVERYONE, SPLIT):
        named = [one for one in found if one.name == chosen or one.label == chosen]
        if named:
            return named[:1]
    if chosen in (EVERYONE, SPLIT) or options.follow in ("people", "speaker"):
        return people
    if options.follow == "things":
        return [one for one in found if one not in people]
    return [] if options.follow == "salient" and not chosen else list(found)


def _ranked(shot: _Shot, found: Sequence[Subject]) -> list[Subject]:
    """Those that fit go before those that are cut off. With bars who is too wide is all there, and counts as much less as he is smaller."""

    def counted(one: Subject) -> float:
        over = excess(shot.view, [one])
        return one.weight if over <= FITS else one.weight * (1 / over if shot.options.wide == "bars" else TOO_WIDE)

    counts = [counted(one) for one in found]
    return [found[number] for number in sorted(range(len(found)), key=lambda number: -counts[number])]


def _with_others(shot: _Shot, found: Sequence[Subject]) -> list[Subject]:
    """The first, and whoever of the others weighs enough and fits in beside him."""
    those = list(found[:1])
    for one in found[1:]:
        enough = one.weight >= BESIDES * found[0].weight and (one.label in (PERSON, FACE)) == (found[0].label in (PERSON, FACE))
        if enough and _all_fit(shot, [*those, one]):
            those.append(one)
    return those


def _all_fit(shot: _Shot, those: Sequence[Subject]) -> bool:
    return not those or fits(shot.view, those)


def _talk(shot: _Shot, faced: Sequence[Subject]) -> dict[int, int]:
    """Speaker -> face, where two are seen and it can be told."""
    known, source, frames = shot.footage.known, shot.footage.source, shot.frames
    if known.speakers is None or known.faces is None or known.mouths is None or len(faced) < 2:
        return {}
    tracks = [one.track for one in faced]
    return speaking(known.mouths, known.faces, tracks, known.speakers, source.roughly(frames.start), source.roughly(frames.end))


def _pair(shot: _Shot, faced: Sequence[Subject], talk: Mapping[int, int], chosen: str) -> list[Subject]:
    """The two who are shown one above the other: who speak by turns and do not fit together, or whom the editor wants so."""
    wanted = chosen == SPLIT or (shot.options.split and len(talk) >= 2 and not chosen)
    if not wanted or len(faced) < 2:
        return []
    two = sorted(faced[:2], key=lambda one: float(np.nanmean(one.box[:, 0])))
    apart = chosen == SPLIT or not _all_fit(shot, two)
    return two if apart and all(one.seen.mean() > OFTEN for one in two) else []


def _split(shot: _Shot, pair: Sequence[Subject]) -> Work[Parts]:
    """Each half is held: two pictures that move at once cannot be watched."""
    found = []
    held = replace(shot, options=replace(shot.options, camera="hold"))
    for one, area in zip(pair, halves(shot.view.canvas), strict=True):
        shape = shot.view.canvas[0] * (area[2] - area[0]) / (shot.view.canvas[1] * (area[3] - area[1]))
        framing = framed(shot.view, shot.footage.numbers, [one], shot.rate, shot.options.close, "crop", shape)
        part = yield from _part(held, shot.frames, framing, one.name, [one], area)
        found.append(part)
    return found[:1], found[1:]


def _about(shot: _Shot, frames: FrameRange, those: Sequence[Subject]) -> Work[Part]:
    """With bars so much is shown that a camera within its limits keeps those inside."""
    within = slice(frames.start - shot.frames.start, frames.end - shot.frames.start)
    cut = [replace(one, box=one.box[within], face=None if one.face is None else one.face[within]) for one in those]
    seen, numbers = [one for one in cut if one.seen.any()], np.arange(frames.start, frames.end)
    name = " and ".join(one.name for one in those[:3])
    if not seen:
        middle = yield from _part(shot, frames, unframed(shot.view, numbers, None, shot.least), "")
        return middle
    least, options, full = shot.least, shot.options, shot.view.window()
    while True:
        framing = framed(shot.view, numbers, seen, shot.rate, options.close, options.wide, None, least)
        part = yield from _part(shot, frames, framing, name, those)
        least = LEVEL * max(1.0, part.window[0] / full[0])
        enough = min(part.across.inside, part.along.inside) >= ENOUGH or part.window[0] >= full[0] * most_of(shot.view, full) * 0.999
        if options.wide != "bars" or enough:
            return part


def _part(
    shot: _Shot, frames: FrameRange, framing: Framing, name: str, those: Sequence[Subject] = (), area: Area = WHOLE
) -> Work[Part]:  # fmt: skip
    options = shot.options
    across, along = yield [Asked(wish, shot.rate, options.limits, options.camera) for wish in (framing.across, framing.along)]
    box = box_on(shot.view, together(those))[frames.start - shot.frames.start : frames.end - shot.frames.start] if those else None
    return Part(frames, framing.window, across, along, area, name=name, subject=box)
