"""From faces, people, things and surfaces that were followed to graphics that go along. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal
from zlib import crc32

from ...ml.facts import Faces, FaceTrack, Objects, Shots, Span, Surface
from ..attach_graphics import Attached, layer
from ..attach_subjects import Subject, faces, surfaces, things
from ..corrections import Corrections, decided
from ..effect import Effect, Mark
from ..frame_looks import shots
from ..picture_way import Moving, Way
from ..plan import Identity, Plan, Why
from ..stage import Stage
from ..state import StripRef
from ..timebase import FrameRange

To = Literal["face", "person", "object", "surface"]
Which = Literal["largest", "playhead", "all"]
SENSITIVITY = 0.5
SHORTEST = Fraction(2, 5)
"""Seconds for which something must be seen to get a graphic."""
SLOTS = 997
"""Graphics on one subject are told apart by some millionths of a second of their identity's time."""


@dataclass(frozen=True)
class AttachOptions:
    """To what, to which of them, and which graphic. `label`: an object's kind ("car"), or the name of a person whose face is known."""

    to: To = "face"
    which: Which = "largest"
    label: str = ""
    wish: Attached = field(default_factory=lambda: Attached("tag"))
    only: Fraction | None = None
    """A moment of the medium: nothing is said of shots that do not show it, and their graphics stay as they are."""


@dataclass(frozen=True)
class Known:
    """What else is known: `moving`, how animated strips lie; `said` of boundaries by the editor; `name_of` faces whose person is known."""

    moving: Moving = field(default_factory=Moving)
    said: Corrections = field(default_factory=Corrections)
    name_of: Callable[[FaceTrack], str] = lambda _track: ""


def plan(found: Mapping[str, Mapping[str, Any]], strips: Sequence[StripRef], options: AttachOptions, stage: Stage, known: Known) -> Plan:
    """An effect for every subject that gets a graphic, which is a strip of its own above the film.

    `found`: engine -> medium -> facts ("faces", "objects" or "surface", and "shots"). Graphics of earlier runs on other subjects, and
    other graphics on the same, stay; those in shots that are left out go.
    """
    effects: list[Effect] = []
    notices: list[str] = []
    leaves: list[Identity] = []
    wish = options.wish
    if reason := _impossible(options, stage):
        return Plan((), (reason,))
    for strip in strips:
        shown = stage.shown.get(strip.name)
        if shown is None or strip.source is None or not strip.frames.length or strip.name == wish.strip:
            continue
        if strip.name in known.moving.driven:
            notices.append(f"{strip.name!r} is left as it is: drivers move it, so nobody can tell where things are seen.")
            continue
        way = Way(shown, stage.canvas, known.moving.poses.get(strip.name))
        subjects = _subjects(found, strip, options, way, known)
        facts = found.get("shots", {}).get(strip.medium)
        bounds = decided(strip.medium, facts.boundaries, SENSITIVITY, known.said) if isinstance(facts, Shots) else ()
        parts = [part for part in shots(strip, bounds) if options.only is None or _span(strip, part).holds(options.only)]
        out = [part for part in parts if stage.left_out("attachment", strip.medium, _span(strip, part))]
        leaves += [Identity(strip.medium, "attachment", span.start, span.end) for span in (_span(strip, part) for part in out)]
        chosen = [one for part in parts if part not in out for one in _chosen(subjects, part, options, stage, strip)]
        if not chosen and len(out) < len(parts):
            notices.append(_nothing(strip, options))
        effects += [_effect(strip, subject, options, stage) for subject in chosen]
    media = tuple(dict.fromkeys((strip.medium, "attachment") for strip in strips if strip.medium))
    names = tuple(strip.name for strip in strips)
    return Plan((), tuple(notices), media, names, effects=tuple(effects), adds=True, leaves=tuple(leaves))  # type: ignore[arg-type]


def _impossible(options: AttachOptions, stage: Stage) -> str:
    wish = options.wish
    if wish.graphic == "glasses" and options.to != "face":
        return "Glasses sit on eyes: choose Face as what they are attached to."
    if wish.graphic == "image" and not (wish.image and min(wish.image_size) > 0):
        return "There is no picture to attach: choose a file with one."
    if wish.graphic == "strip" and wish.strip not in stage.shown:
        return f"There is no strip {wish.strip!r} to attach: choose one that shows something."
    return ""


def _span(strip: StripRef, frames: FrameRange) -> Span:
    assert strip.source is not None
    return Span(strip.source.seconds(frames.start), strip.source.seconds(frames.end))


def _subjects(
    found: Mapping[str, Mapping[str, Any]], strip: StripRef, options: AttachOptions, way: Way, known: Known
) -> tuple[Subject, ...]:
    label = options.label.strip()
    if options.to == "face":
        facts = found.get("faces", {}).get(strip.medium)
        if not isinstance(facts, Faces):
            return ()
        names = [known.name_of(track) for track in facts.tracks]
        every = (replace(one, name=names[one.number] or one.name) for one in faces(strip, facts, way))
        return tuple(one for one in every if not label or one.name.casefold() == label.casefold())
    if options.to == "surface":
        facts = found.get("surface", {}).get(strip.medium)
        return surfaces(strip, facts, way) if isinstance(facts, Surface) else ()
    facts = found.get("objects", {}).get(strip.medium)
    kind = "person" if options.to == "person" else label.casefold()
    return things(strip, facts, way, kind) if isinstance(facts, Objects) else ()


def _chosen(subjects: Sequence[Subject], part: FrameRange, options: AttachOptions, stage: Stage, strip: StripRef) -> list[Subject]:
    """Which of these get a graphic in a shot. The editor's own choice for it goes before ("2": the second largest)."""
    least = SHORTEST * stage.rate
    there = [one for one in (subject.within(part) for subject in subjects) if one is not None and one.frames.length >= least]
    there.sort(key=lambda one: (-one.prominence(), one.number))
    rank = stage.chosen("attachment", strip.medium, _span(strip, part), "subject")
    moment = options.wish.moment
    if options.which == "playhead" or options.to == "surface":
        there = [one for one in there if options.to == "surface" or one.frames.holds(moment)]
        there.sort(key=lambda one: -float((one.box[moment - one.frames.start, 2:4]).prod()) if one.frames.holds(moment) else 0.0)
    if rank is not None and rank.isdecimal() and 0 < int(rank) <= len(there):
        return [there[int(rank) - 1]]
    return there if options.which == "all" and options.wish.graphic != "strip" else there[:1]


def _effect(strip: StripRef, subject: Subject, options: AttachOptions, stage: Stage) -> Effect:
    wish = options.wish
    made = layer(subject, wish, stage.canvas, stage.rate)
    key = f"{options.to} {subject.number} {wish.graphic} {wish.strip}"
    slot = Fraction(1 + crc32(key.encode()) % SLOTS, 1_000_000)
    identity = Identity(strip.medium, "attachment", subject.span.start + slot, subject.span.end + slot)
    columns = max((len(curve.keys) for curve in made.curves if curve.path.startswith("transform")), default=0)
    reason = f"{wish.graphic} on {subject.name}, followed over {subject.frames.length} frames with {columns} keyframes"
    marks = [_mark(subject, number) for number in range(subject.frames.length) if subject.seen[number]]
    return Effect(identity, Why(subject.confidence, reason), strip.name, subject.frames, layers=(made,), marks=tuple(marks))


def _mark(subject: Subject, number: int) -> Mark:
    x, y, width, height = (float(value) for value in subject.box[number])
    return Mark(subject.frames.start + number, (x - width / 2, y - height / 2, x + width / 2, y + height / 2), subject.name)


def _nothing(strip: StripRef, options: AttachOptions) -> str:
    what = {"face": "face", "person": "person", "object": options.label.strip() or "thing", "surface": "surface"}[options.to]
    named = f" of {options.label.strip()}" if options.to == "face" and options.label.strip() else ""
    where = " at the playhead" if options.which == "playhead" and options.to != "surface" else ""
    tail = " Mark a part of it with more to recognise." if options.to == "surface" else ""
    return f"No {what}{named} was found{where} in {strip.name!r}.{tail}"
