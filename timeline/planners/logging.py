"""From what is known of shots to colours and names of strips, and markers: by mood, people, things or quality."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..moods import told
from ..naming import check_pattern
from ..places import Place, seen
from ..plan import Edit, Identity, Kind, Label, Marker, Plan, Why
from ..shot_log import Logged, Mood, Placed, Seen
from ..standing import Standing
from ..state import StripRef
from .shots import TOLERANCE

By = Literal["none", "mood", "person", "object", "quality"]
MOOD_TAGS = {
    "angry": "COLOR_01", "energetic": "COLOR_02", "happy": "COLOR_03", "funny": "COLOR_03", "calm": "COLOR_04", "sad": "COLOR_05",
    "tense": "COLOR_06", "sweet": "COLOR_07", "dark": "COLOR_08", "neutral": "COLOR_09",
}  # fmt: skip
"""Blender's nine colour tags run red, orange, yellow, green, blue, violet, pink, brown, grey; the tenth mood shares yellow."""
RANKED = ("COLOR_05", "COLOR_02", "COLOR_04", "COLOR_07", "COLOR_03", "COLOR_06", "COLOR_01", "COLOR_08", "COLOR_09")
"""Of people and things, who is seen longest first."""
GOOD, FAIR = 0.6, 0.35
GRADES = ("COLOR_04", "COLOR_03", "COLOR_01")
SAID = 6
"""Words of what is said that go into a name."""
EXAMPLE: dict[str, object] = {
    "number": 1, "mood": "sad", "percent": 80, "why": "sad: slow, dark", "person": "Ada", "people": "Ada, Ben", "object": "dog",
    "objects": "dog, car", "concept": "hug", "concepts": "hug, night", "quality": 70, "flaw": "shaky", "size": "close-up",
    "movement": "pan left", "place": "outdoor", "light": "day", "words": "to be or not to be",
}  # fmt: skip
"""What a name pattern may hold."""


@dataclass(frozen=True)
class TagOptions:
    """Live options. `color`: what colours go by; `name` is the pattern strips are called by and `marker` that of markers at the beginning
    of shots, "" for none. A mood less sure than `least` (0..1) is none."""

    color: By = "mood"
    name: str = ""
    marker: str = ""
    least: float = 0.35


@dataclass(frozen=True)
class Piece:
    """A strip as it stands, all that is seen through it logged as one. `before` are the name and colour it had before an earlier run."""

    strip: StripRef
    logged: Logged
    number: int
    shots: int
    before: tuple[str, str]


def plan(shots: Sequence[Placed], pieces: Sequence[Piece], options: TagOptions, standing: Standing) -> Plan:
    """Colours and names of `pieces`, and markers where `shots` begin.

    A piece of which nothing is known that the colour could go by gets back the colour it had. Raises `EditorError(USAGE)` for a pattern
    that cannot be filled in.
    """
    for pattern in (options.name, options.marker):
        check_pattern(pattern, EXAMPLE)
    strips = {piece.strip.name: piece.strip for piece in pieces}
    media = sorted({piece.strip.medium for piece in pieces})
    kinds: list[Kind] = ["note"]
    edits = _notes(shots, strips, options, standing)
    notices = []
    if options.color != "none" or options.name:
        kinds.append("label")
        colors = _colors([piece.logged for piece in pieces], options)
        edits += [_label(piece, color, options) for piece, color in zip(pieces, colors, strict=True)]
        several = sum(piece.shots > 1 for piece in pieces)
        if several:
            some = "1 strip holds" if several == 1 else f"{several} strips hold"
            notices.append(f"{some} more than one shot and got one colour and name. Detect Shots with Write: Cuts parts them.")
    pairs = tuple((medium, kind) for medium in media for kind in kinds)
    return Plan(tuple(edits), tuple(notices), pairs, tuple(strips))


def _label(piece: Piece, color: str, options: TagOptions) -> Label:
    strip, logged = piece.strip, piece.logged
    name = filled(options.name, piece.number, logged, options.least) if options.name else ""
    assert strip.source is not None
    identity = Identity(strip.medium, "label", strip.source.seconds(strip.frames.start), strip.source.seconds(strip.frames.end))
    return Label(identity, _why(logged, options), strip.name, strip.frames, name or piece.before[0], color or piece.before[1])


def _notes(shots: Sequence[Placed], strips: Mapping[str, StripRef], options: TagOptions, standing: Standing) -> list[Edit]:
    if not options.marker:
        return []
    gone: dict[str, list[Fraction]] = defaultdict(list)
    for claim in standing.claims:
        if claim.identity.kind == "note" and claim.state == "deleted":
            for strip in claim.strips:
                gone[strip].append(claim.identity.start)
    places = {place.strip: place for place in seen(strips.values())}
    edits: list[Edit] = []
    for shot in shots:
        place = places.get(shot.strip)
        name = filled(options.marker, shot.number, shot.logged, options.least)
        if place is None or not name:
            continue
        moment = _moment(place, shot.frames.start)
        if all(abs(moment - other) > TOLERANCE for other in gone[shot.strip]):
            identity = Identity(place.medium, "note", moment, moment)
            edits.append(Marker(identity, _why(shot.logged, options), shot.frames.start, name, shot.strip))
    return edits


def _moment(place: Place, frame: int) -> Fraction:
    """A moment of the medium that is surely shown first at this frame or just after it."""
    for halves in range(2 * (place.frames.end - frame)):
        seconds = place.source.seconds(frame + Fraction(halves, 2))
        if place.source.first_frame(seconds) >= frame and place.frames.holds(place.source.first_frame(seconds)):
            return seconds
    return place.source.seconds(frame)


def filled(pattern: str, number: int, logged: Logged, least: float) -> str:
    """A checked pattern filled in with what is known; "" where nothing of it but the number is. What is not known leaves no hole."""
    mood = sure(logged.mood, least)
    people, objects, concepts = ([one.label for one in part] for part in (logged.people, logged.objects, logged.concepts))
    words = logged.words.split()
    known: dict[str, object] = {
        "mood": mood.label if mood else "",
        "percent": round(mood.confidence * 100) if mood else "",
        "why": told(mood) if mood else "",
        "person": people[0] if people else "",
        "people": ", ".join(people),
        "object": objects[0] if objects else "",
        "objects": ", ".join(objects),
        "concept": concepts[0] if concepts else "",
        "concepts": ", ".join(concepts),
        "quality": round(logged.grade * 100) if logged.quality else "",
        "flaw": logged.flaws[0] if logged.flaws else "",
        "size": logged.size,
        "movement": logged.movement,
        "place": logged.place,
        "light": logged.light,
        "words": " ".join(words[:SAID]) + ("…" if len(words) > SAID else ""),
    }
    asked = [name for name in known if "{" + name in pattern]
    if asked and not any(known[name] != "" for name in asked):
        return ""
    text = " ".join(pattern.format(number=number, **{name: _UNKNOWN if value == "" else value for name, value in known.items()}).split())
    return re.sub(r"[,;:\s]*([,;:])", r"\1", text).strip(" ,;:-\u2013")


class _Unknown:
    """Leaves nothing, however it is to be formatted."""

    def __format__(self, how: str) -> str:
        return ""


_UNKNOWN = _Unknown()


def sure(mood: Mood | None, least: float) -> Mood | None:
    """The mood where it is sure enough to be told."""
    return mood if mood is not None and mood.confidence >= least else None


def _colors(logged: Sequence[Logged], options: TagOptions) -> list[str]:
    """A colour tag for each, "" where nothing is known that it could go by."""
    if options.color == "mood":
        moods = [sure(one.mood, options.least) for one in logged]
        return [MOOD_TAGS[mood.label] if mood else "" for mood in moods]
    if options.color == "quality":
        return [_graded(one) for one in logged]
    if options.color in ("person", "object"):
        return _ranked([one.people if options.color == "person" else one.objects for one in logged])
    return ["" for _one in logged]


def _graded(logged: Logged) -> str:
    if not logged.quality:
        return ""
    return GRADES[0] if logged.grade >= GOOD else GRADES[1] if logged.grade >= FAIR else GRADES[2]


def _ranked(seen_in: Sequence[Sequence[Seen]]) -> list[str]:
    """By the one seen most in each; the longest seen of all gets the first colour. Those beyond the ninth share the last."""
    seconds: dict[str, float] = defaultdict(float)
    for several in seen_in:
        for one in several:
            seconds[one.label] += one.seconds
    rank = {label: place for place, label in enumerate(sorted(seconds, key=lambda label: (-seconds[label], label)))}
    return [RANKED[min(rank[several[0].label], len(RANKED) - 1)] if several else "" for several in seen_in]


def _why(logged: Logged, options: TagOptions) -> Why:
    """What an editor is told when he asks why."""
    mood = logged.mood
    parts = [told(mood)] if mood is not None else []
    for what, several in (("people", logged.people), ("seen", logged.objects)):
        parts += [f"{what}: {', '.join(one.label for one in several[:4])}"] if several else []
    parts += [f"quality {logged.grade:.0%}" + (f" ({', '.join(logged.flaws[:2])})" if logged.flaws else "")] if logged.quality else []
    by_mood = options.color == "mood" or "{mood" in options.name + options.marker
    confidence = mood.confidence if mood is not None and by_mood else 1.0
    return Why(confidence, "; ".join(parts) or "nothing is known of it")
