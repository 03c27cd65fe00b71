"""Smart reframe: for every shot of every strip, what of the picture fills the frame. Pure.

A shot is a part of the medium between two boundaries; where two people speak in one who do not fit together, each turn is a part of its
own, for a camera that swings between speakers is worse than a cut. Methods: `reframe_subjects` whom it is about, `reframe_framing` where
he had best stand, `reframe_path` how the camera moves, `reframe_keys` as which keyframes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ...ml.errors import LOCKED, EditorError
from ...ml.facts import Faces, Objects, Saliency, Shots, Span, Speakers
from .. import reframe_writing as writing
from ..corrections import NONE, Corrections
from ..effect import Effect, Layer
from ..plan import Identity, Plan, Why
from ..reframe_framing import LEVEL, Framing, Wide, box_on, framed, most_of, unframed
from ..reframe_parts import SENSITIVITY, grouped, halves, in_pictures_time, shot_ranges, turns
from ..reframe_path import Camera, Limits
from ..reframe_path import plan as plan_path
from ..reframe_speaking import speaking
from ..reframe_subjects import FACE, PERSON, Subject, subjects, together
from ..reframe_window import View
from ..reframe_writing import WHOLE, Area, Part
from ..salient_places import best_places
from ..stage import Shown, Stage
from ..state import StripRef
from ..timebase import FrameRange, SourceMap

KIND: Literal["reframe"] = "reframe"
ENGINES = ("shots", "objects", "faces", "saliency", "speakers")
Follow = Literal["auto", "people", "speaker", "things", "salient", "middle"]
TOO_WIDE = 0.3
"""What a subject counts that is wider than what can be shown."""
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
    objects: Objects | None
    faces: Faces | None
    saliency: Saliency | None
    speakers: Speakers | None


def plan(
    found: Mapping[str, Mapping[str, Any]], strips: Sequence[StripRef], options: ReframeOptions, stage: Stage,
    corrections: Corrections = NONE,
) -> Plan:  # fmt: skip
    """An effect for every movie strip whose picture is to be shown otherwise than it is.

    `found`: engine -> medium -> facts, of "shots" and, where they are known, "objects", "faces", "saliency" and "speakers".
    `corrections` is what the editor said of boundaries. Strips that cannot be reframed are left as they are, with a notice; raises
    `EditorError(LOCKED)` where that is all of them.
    """
    effects, notices, media, planned = [], [], [], []
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
        shots, objects, faces, saliency, speakers = (found.get(engine, {}).get(strip.medium) for engine in ENGINES)
        known = _Known(shots, objects, faces, saliency, in_pictures_time(speakers, shots))
        effect = _effect(known, strip, options, stage, View(shown, stage.canvas), corrections)
        if effect is not None:
            effects.append(effect)
    if notices and len(notices) == len(planned):
        raise EditorError(" ".join(notices), "Unlock it, or clear its animation and rotation; or choose other strips.", LOCKED)
    return Plan(
        notices=tuple(notices), media=tuple(dict.fromkeys(media)), strips=tuple(planned), effects=tuple(effects),
    )  # fmt: skip


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


def _effect(known: _Known, strip: StripRef, options: ReframeOptions, stage: Stage, view: View, corrections: Corrections) -> Effect | None:
    assert strip.source is not None
    parts: list[Part] = []
    layers: list[Layer] = []
    for (frames, glides), (whole, half) in _shots(known, strip, strip.source, options, stage, view, corrections):
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
        layers=tuple(layers), marks=writing.marks(view, parts),
    )  # fmt: skip


def _shots(
    known: _Known, strip: StripRef, source: SourceMap, options: ReframeOptions, stage: Stage, view: View, corrections: Corrections
) -> list[tuple[tuple[FrameRange, bool], tuple[list[Part], list[Part]]]]:
    """Each shot, with its parts and the other halves of a split screen; none where the editor leaves it out."""
    ranges = shot_ranges(known.shots, strip, corrections, options.sensitivity)
    shots = [_Shot(known, strip, source, frames, options, view, float(stage.rate)) for frames, _glides in ranges]
    spans = [Span(source.seconds(frames.start), source.seconds(frames.end)) for frames, _glides in ranges]
    chosen = [stage.chosen(KIND, strip.medium, span, "subject") or "" for span in spans]
    left = [stage.left_out(KIND, strip.medium, span) for span in spans]
    found = [([], []) if out else _shot(shot, value) for shot, value, out in zip(shots, chosen, left, strict=True)]
    if options.wide == "bars":
        # Bars that come and go by a little at every cut are worse than bars.
        sizes = [0.0 if not whole or half else max(part.window[0] for part in whole) for whole, half in found]
        brief = [frames.length < BRIEF * stage.rate for frames, _glides in ranges]
        for number, (size, alike) in enumerate(zip(sizes, grouped(sizes, LEVEL, brief), strict=True)):
            if alike > size:
                found[number] = _shot(replace(shots[number], least=alike / view.window()[0]), chosen[number])
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


@dataclass(frozen=True)
class _Shot:
    known: _Known
    strip: StripRef
    source: SourceMap
    frames: FrameRange
    options: ReframeOptions
    view: View
    rate: float
    least: float = 1.0
    """So many times as much is shown as fills the frame, where bars are allowed."""

    @property
    def numbers(self) -> Any:
        return np.arange(self.frames.start, self.frames.end)


def _shot(shot: _Shot, chosen: str) -> tuple[list[Part], list[Part]]:
    """(the parts of the strip, the other halves of split screens)."""
    known, options = shot.known, shot.options
    if chosen == MIDDLE or (options.follow == "middle" and not chosen):
        return [_part(shot, shot.frames, unframed(shot.view, shot.numbers, None, shot.least), "")], []
    moments = np.array([shot.source.roughly(frame) for frame in shot.numbers])
    found = _ranked(shot, _meant(subjects(known.objects, known.faces, moments)[:MANY], options, chosen))
    if not found:
        best = best_places(known.saliency, moments, shot.view) if known.saliency is not None else None
        return [_part(shot, shot.frames, unframed(shot.view, shot.numbers, best, shot.least), "what stands out" if best else "")], []
    faced = [one for one in found if one.track >= 0]
    talk = _talk(shot, faced) if not chosen or chosen == SPLIT else {}
    pair = _pair(shot, faced if len(talk) < 2 else [one for one in faced if one.track in talk.values()], talk, chosen)
    if pair:
        return _split(shot, pair)
    if chosen not in (EVERYONE, SPLIT) and talk and not _all_fit(shot, faced):
        assert known.speakers is not None
        found_turns = turns(known.speakers, shot.source, shot.frames, talk)
        if found_turns:
            by_track = {one.track: one for one in faced}
            turned = ((frames, by_track[face]) for frames, face in found_turns)
            return [_about(shot, frames, [one]) for frames, one in turned], []
    those = found if chosen in (EVERYONE, SPLIT) else _with_others(shot, found)
    return [_about(shot, shot.frames, those)], []


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
    """Those that fit go before those that do not."""
    counts = [one.weight * (1.0 if _all_fit(shot, [one]) else TOO_WIDE) for one in found]
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
    return not those or framed(shot.view, shot.numbers, those, shot.rate).fits


def _talk(shot: _Shot, faced: Sequence[Subject]) -> dict[int, int]:
    """Speaker -> face, where two are seen and it can be told."""
    if shot.known.speakers is None or shot.known.faces is None or len(faced) < 2:
        return {}
    start, end = shot.source.roughly(shot.frames.start), shot.source.roughly(shot.frames.end)
    return speaking(shot.known.faces, [one.track for one in faced], shot.known.speakers, start, end)


def _pair(shot: _Shot, faced: Sequence[Subject], talk: Mapping[int, int], chosen: str) -> list[Subject]:
    """The two who are shown one above the other: who speak by turns and do not fit together, or whom the editor wants so."""
    wanted = chosen == SPLIT or (shot.options.split and len(talk) >= 2 and not chosen)
    if not wanted or len(faced) < 2:
        return []
    two = sorted(faced[:2], key=lambda one: float(np.nanmean(one.box[:, 0])))
    apart = chosen == SPLIT or not _all_fit(shot, two)
    return two if apart and all(one.seen.mean() > OFTEN for one in two) else []


def _split(shot: _Shot, pair: Sequence[Subject]) -> tuple[list[Part], list[Part]]:
    """Each half is held: two pictures that move at once cannot be watched."""
    found = []
    for one, area in zip(pair, halves(shot.view.canvas), strict=True):
        shape = shot.view.canvas[0] * (area[2] - area[0]) / (shot.view.canvas[1] * (area[3] - area[1]))
        framing = framed(shot.view, shot.numbers, [one], shot.rate, shot.options.close, "crop", shape)
        found.append(_part(replace(shot, options=replace(shot.options, camera="hold")), shot.frames, framing, one.name, [one], area))
    return found[:1], found[1:]


def _about(shot: _Shot, frames: FrameRange, those: Sequence[Subject]) -> Part:
    """With bars so much is shown that a camera within its limits keeps those inside."""
    within = slice(frames.start - shot.frames.start, frames.end - shot.frames.start)
    cut = [replace(one, box=one.box[within], face=None if one.face is None else one.face[within]) for one in those]
    seen, numbers = [one for one in cut if one.seen.any()], np.arange(frames.start, frames.end)
    name = " and ".join(one.name for one in those[:3])
    if not seen:
        return _part(shot, frames, unframed(shot.view, numbers, None, shot.least), "")
    least, options, full = shot.least, shot.options, shot.view.window()
    while True:
        part = _part(shot, frames, framed(shot.view, numbers, seen, shot.rate, options.close, options.wide, None, least), name, those)
        least = LEVEL * max(1.0, part.window[0] / full[0])
        enough = min(part.across.inside, part.along.inside) >= ENOUGH or part.window[0] >= full[0] * most_of(shot.view, full) * 0.999
        if options.wide != "bars" or enough:
            return part


def _part(
    shot: _Shot, frames: FrameRange, framing: Framing, name: str, those: Sequence[Subject] = (), area: Area = WHOLE
) -> Part:  # fmt: skip
    across, along = (plan_path(wish, shot.rate, shot.options.limits, shot.options.camera) for wish in (framing.across, framing.along))
    box = box_on(shot.view, together(those))[frames.start - shot.frames.start : frames.end - shot.frames.start] if those else None
    return Part(frames, framing.window, across, along, area, name=name, subject=box)
