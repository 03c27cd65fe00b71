"""What the editor clicked on to have it cut out: kept as choices, one for each picture he clicked into. Pure.

A choice is tied to its picture's moment in the medium, and counts for the shot that holds it: where shots are found anew, it follows.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from ..ml.errors import BAD_INPUT, USAGE, EditorError
from ..ml.facts import Objects, Shots, Span, Track
from ..ml.mattes import Clicks, Pick, Point
from .cutout_wanted import BOUNDARY, LEAST_SURE, LEAST_VIEWS, region_of
from .picture_way import Way
from .stage import Choice
from .state import StripRef

POINTS = "points"
"""What a choice of the kind "cutout" says that holds clicks."""
ENDLESS = Fraction(1 << 40)


def read(text: str, belongs: bool) -> tuple[Point, ...]:
    """Points "x,y x,y" of the frame, 0..1 from its lower left corner. Raises `EditorError(USAGE)`."""
    found = []
    for word in text.replace(";", " ").split():
        try:
            x, y = (float(part) for part in word.split(","))
        except ValueError as reason:
            raise EditorError(f"{word!r} is no point.", "Write x,y: shares of the frame from its lower left corner.", USAGE) from reason
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise EditorError(f"The point {word} lies beyond the frame.", "Both numbers lie between 0 and 1.", USAGE)
        found.append((x, y, belongs))
    return tuple(found)


def written(points: Iterable[Point], belongs: bool) -> str:
    """As `read` reads it, of those that belong to the thing, or those that do not."""
    return " ".join(f"{x:.5f},{y:.5f}" for x, y, inside in points if inside is belongs)


def choice(strip: StripRef, way: Way, points: Sequence[Point], canvas: tuple[int, int], frame: int) -> Choice:
    """What is kept of points in the frame shown at `frame`. Raises `EditorError`: USAGE where none is on the thing, BAD_INPUT where one
    lies beside the strip's picture."""
    if not any(belongs for *_, belongs in points):
        raise EditorError("No point is on what is to be cut out.", "Click on it first.", USAGE)
    picture = _moment(strip, frame)
    matrix = way.of(np.array([frame]))[0]
    seen = np.array([(x, y) for x, y, _ in points]) * np.array(canvas, float)
    places = np.linalg.solve(matrix[:, :2], (seen - matrix[:, 2]).T).T
    if places.min() < 0 or places.max() > 1:
        raise EditorError(f"A point lies beside the picture of {strip.name!r}.", "Click into the picture.", BAD_INPUT)
    rows = [[round(float(x), 5), round(float(y), 5), int(inside)] for (x, y), (*_, inside) in zip(places, points, strict=True)]
    return Choice("cutout", strip.medium, picture, POINTS, json.dumps(rows, separators=(",", ":")))


def shown(strip: StripRef, way: Way, choices: Iterable[Choice], canvas: tuple[int, int], frame: int) -> tuple[Point, ...]:
    """What was clicked on in the picture shown at `frame`, as points of the frame."""
    here = _moment(strip, frame)
    matrix = way.of(np.array([frame]))[0]
    found = []
    for one in choices:
        if _ours(one) and one.medium == strip.medium and one.span.holds((here.start + here.end) / 2):
            for x, y, belongs in points_of(one.value):
                place = matrix @ np.array([x, y, 1.0]) / np.array(canvas, float)
                found.append((float(place[0]), float(place[1]), belongs))
    return tuple(found)


def points_of(value: str) -> tuple[Point, ...]:
    """What a choice's value says. Raises `EditorError(BAD_INPUT)` where it is damaged."""
    try:
        return tuple((float(x), float(y), bool(belongs)) for x, y, belongs in json.loads(value))
    except (ValueError, TypeError) as reason:
        raise EditorError(
            "What was clicked on cannot be read.", "Forget what was picked in this shot, and pick again.", BAD_INPUT, repr(reason)
        ) from reason


def picks(
    choices: Iterable[Choice], shots: Mapping[str, Shots], objects: Mapping[str, Objects], model: str = ""
) -> dict[str, tuple[Pick, ...]]:  # fmt: skip
    """What was clicked on in each medium, for each of its shots. That from which it is followed comes first: the picture with the most
    points on it, of several the earliest."""
    said: dict[str, dict[Span, list[Clicks]]] = defaultdict(lambda: defaultdict(list))
    for one in choices:
        if _ours(one):
            clicks = Clicks(one.span.start, points_of(one.value))
            said[one.medium][shot_at(shots.get(one.medium), one.span.start)].append(clicks)
    return {
        medium: tuple(_pick(span, clicks, objects.get(medium), shots.get(medium), model) for span, clicks in _by_start(spans))
        for medium, spans in said.items()
    }


def without(choices: Iterable[Choice], medium: str, span: Span) -> tuple[Choice, ...]:
    """Without what was clicked on in this part of a medium."""
    return tuple(one for one in choices if not (_ours(one) and one.medium == medium and span.holds(one.span.start)))


def shot_at(shots: Shots | None, seconds: Fraction) -> Span:
    """The shot that holds this moment; all of the film where its shots are not known."""
    cuts = sorted(one.seconds for one in shots.boundaries if one.score >= BOUNDARY) if shots is not None else []
    start = max((cut for cut in cuts if cut <= seconds), default=Fraction(0))
    return Span(start, min((cut for cut in cuts if cut > seconds), default=ENDLESS))


def _by_start(spans: Mapping[Span, list[Clicks]]) -> list[tuple[Span, list[Clicks]]]:
    return sorted(spans.items(), key=lambda one: one[0].start)


def _ours(one: Choice) -> bool:
    return one.kind == "cutout" and one.what == POINTS


def _moment(strip: StripRef, frame: int) -> Span:
    """The picture of the medium that is shown at a frame."""
    assert strip.source is not None
    number = strip.source.picture(frame)
    return Span(strip.source.presented(number), strip.source.presented(number + 1))


def _pick(span: Span, clicks: list[Clicks], objects: Objects | None, shots: Shots | None, model: str) -> Pick:
    first = max(clicks, key=lambda one: (sum(belongs for *_, belongs in one.points), -one.seconds))
    rest = sorted((one for one in clicks if one is not first), key=lambda one: one.seconds)
    track = _clicked(first, objects) if objects is not None else None
    region = region_of(track, objects, shots) if track is not None and objects is not None else None
    return Pick(span, (first, *rest), model, region)


def _clicked(clicks: Clicks, objects: Objects) -> Track | None:
    """The smallest thing that was followed and on which all points are that belong to it."""
    best: tuple[float, Track] | None = None
    for track in objects.tracks:
        box = _box_at(track, objects, clicks.seconds)
        if box is None or track.confidence < LEAST_SURE or len(track.samples) < LEAST_VIEWS:
            continue
        inside = [box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y, belongs in clicks.points if belongs]
        area = (box[2] - box[0]) * (box[3] - box[1])
        if all(inside) and (best is None or area < best[0]):
            best = area, track
    return best[1] if best else None


def _box_at(track: Track, objects: Objects, seconds: Fraction) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom in 0..1, None where it is not seen then."""
    times = [float(objects.seconds[sample]) for sample in track.samples]
    if not times[0] - 0.5 <= float(seconds) <= times[-1] + 0.5:
        return None
    rows = np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5).astype(float)
    x, y, width, height = (float(np.interp(float(seconds), times, rows[:, side])) for side in range(4))
    return x / objects.width, y / objects.height, (x + width) / objects.width, (y + height) / objects.height
