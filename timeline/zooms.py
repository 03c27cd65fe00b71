"""How a picture is enlarged for a while by an adjustment strip: where to, so that faces stay inside, and its keyframes. Pure.

A place of the frame at (x, y) from its middle is seen at scale * (x, y) + offset. Scale and offset have their keyframes at the same
frames, so every moment of a move lies on the straight way between its ends: what is inside at both is inside all along, and the frame
is covered all along.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from ..ml.facts import Faces, FaceTrack, Objects, Span, Track
from .effect import Curve, Ease, Key, Layer, Mark, Setting
from .face_places import rows_in
from .seen import boxes, looks_in
from .stage import Shown
from .timebase import FrameRange

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in pixels of the frame, from its lower left corner."""
NEAR = Fraction(3, 4)
"""Seconds before and after a zoom whose looks for faces count: few looks a second may miss a zoom."""
HAIR = 0.25
"""How much of a face's size, at each side, is kept inside too: hair and chin."""
LARGE = 0.5
"""Faces of less than this share of the largest one's height are of people in the background."""
LITTLE = 0.3
"""Of the zoom that was wished for: with less than this the other faces are let go, and the largest alone is kept."""
ALIVE = ("person", "dog", "cat", "horse", "bird", "bear", "cow", "sheep", "elephant", "zebra", "giraffe")
HEAD = 0.2
"""How far down from the top of somebody's box a zoom aims, in heights of it."""


@dataclass(frozen=True)
class Zoom:
    scale: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)

    def seen(self, canvas: tuple[int, int]) -> Box:
        """The part of the frame that fills it."""
        left, bottom = ((-size / 2 - move) / self.scale + size / 2 for size, move in zip(canvas, self.offset, strict=True))
        return left, bottom, left + canvas[0] / self.scale, bottom + canvas[1] / self.scale


NONE = Zoom()
PATHS = ("transform.scale_x", "transform.scale_y", "transform.offset_x", "transform.offset_y")
Keyed = tuple[float, Zoom, Ease]
"""From this frame on towards the next key, this way."""


def zoom(canvas: tuple[int, int], scale: float, keep: Sequence[Box], focus: tuple[float, float] | None = None) -> Zoom:
    """Enlarged by `scale`, less where `keep` would not fit; no edge of the frame shows. What is kept stays where it is as far as that
    goes; without anything to keep `focus` does, without one the middle."""
    if not keep:
        aim = focus or (canvas[0] / 2, canvas[1] / 2)
        return _fitted(canvas, scale, (*aim, *aim))
    most = _most(canvas, _around(canvas, keep))
    largest = max(keep, key=lambda box: box[3] - box[1])
    if most < 1 + (scale - 1) * LITTLE and len(keep) > 1:
        keep = (largest,)
        most = _most(canvas, _around(canvas, keep))
    return _fitted(canvas, max(1.0, min(scale, most)), _around(canvas, keep))


def _around(canvas: tuple[int, int], keep: Sequence[Box]) -> Box:
    """The box around all of them, as far as it is in the frame."""
    left, bottom = (max(0.0, min(box[side] for box in keep)) for side in (0, 1))
    right, top = (min(float(canvas[side]), max(box[side + 2] for box in keep)) for side in (0, 1))
    return left, bottom, max(left, right), max(bottom, top)


def _most(canvas: tuple[int, int], box: Box) -> float:
    return min(canvas[side] / max(1.0, box[side + 2] - box[side]) for side in (0, 1))


def _fitted(canvas: tuple[int, int], scale: float, box: Box) -> Zoom:
    offset = []
    for side in (0, 1):
        half = canvas[side] / 2
        low, high = box[side] - half, box[side + 2] - half
        wished = (1 - scale) * (low + high) / 2
        wished = min(max(wished, -half - scale * low), half - scale * high) if high > low else wished
        offset.append(round(min(max(wished, -(scale - 1) * half), (scale - 1) * half), 3))
    return Zoom(round(scale, 5), (offset[0], offset[1]))


def layer(name: str, frames: FrameRange, keys: Sequence[Keyed]) -> Layer:
    """The adjustment strip: with one key it stands still."""
    if len(keys) == 1:
        one = keys[0][1]
        values = zip(PATHS, (one.scale, one.scale, *one.offset), strict=True)
        return Layer(name, "ADJUSTMENT", frames, settings=tuple(Setting(path, value) for path, value in values))
    return Layer(
        name, "ADJUSTMENT", frames, curves=_curves([(frame, (one.scale, one.scale, *one.offset), ease) for frame, one, ease in keys])
    )


def layers(name: str, parts: Sequence[tuple[FrameRange, Sequence[Keyed]]], frames: FrameRange) -> tuple[Layer, ...]:
    """One adjustment strip over `frames` for all these zooms, in order of time; none where there are none."""
    plain = Shown((0.0, 0.0))
    return (Layer(name, "ADJUSTMENT", frames, curves=own(plain, parts, frames)),) if parts else ()


def own(shown: Shown, parts: Sequence[tuple[FrameRange, Sequence[Keyed]]], strip: FrameRange) -> tuple[Curve, ...]:
    """The same zooms, in order of time, as curves of the strip's own transform, on top of how it stands. `strip`: its frames."""
    keys: list[Keyed] = []
    for frames, moved in parts:
        if moved[0][1] != NONE and frames.start > strip.start:
            keys.append((float(frames.start - 1), NONE, "CONSTANT"))
        if moved[-1][1] == NONE or frames.end >= strip.end:
            keys += moved
        else:  # a cut ends it: the last picture before it is where the move arrives
            frame, last, _ease = moved[-1]
            keys += [*moved[:-1], (min(frame, float(frames.end - 1)), last, "CONSTANT"), (float(frames.end), NONE, "CONSTANT")]
    return _curves([(frame, _on_top(one, shown), ease) for frame, one, ease in _single(keys)])


def _single(keys: Sequence[Keyed]) -> list[Keyed]:
    """One key a frame, the latest of each."""
    latest = {key[0]: key for key in keys}
    return [latest[frame] for frame in sorted(latest)]


def _on_top(one: Zoom, shown: Shown) -> tuple[float, ...]:
    """Scale and offset of a strip that is seen through a zoom: its middle, or what it turns around, goes where the zoom puts it."""
    pose = shown.pose
    around = [(origin - 0.5) * size for origin, size in zip(pose.origin, shown.size, strict=True)]
    moved = [one.scale * (offset + turn) + move - turn for offset, turn, move in zip(pose.offset, around, one.offset, strict=True)]
    return (pose.scale[0] * one.scale, pose.scale[1] * one.scale, *moved)


def _curves(keys: Sequence[tuple[float, tuple[float, ...], Ease]]) -> tuple[Curve, ...]:
    return tuple(Curve(path, tuple(Key(frame, values[n], ease) for frame, values, ease in keys)) for n, path in enumerate(PATHS))


def held(frames: FrameRange, within: FrameRange, ease: int, wanted: Zoom, near: int = 0) -> tuple[FrameRange, list[Keyed]]:
    """The strip and keys of a zoom that is in full over `frames`, and eases for `ease` frames before and after.

    Where it would begin or end fewer than `near` frames from an end of the shot, or there is no room to ease, the cut does it.
    """
    room = max(ease, near)
    start, end = max(frames.start, within.start), min(frames.end, within.end)
    cut_in, cut_out = start - within.start < room, within.end - end < room
    whole = FrameRange(within.start if cut_in else start - ease, within.end if cut_out else end + ease)
    start, end = whole.start if cut_in else start, whole.end if cut_out else end
    if not ease or (cut_in and cut_out):
        return whole, [(float(whole.start), wanted, "CONSTANT")]
    keys: list[Keyed] = []
    if not cut_in:
        keys.append((float(whole.start), NONE, "BEZIER"))
    keys += [(float(start), wanted, "BEZIER"), (float(end), wanted, "BEZIER")]
    if not cut_out:
        keys.append((float(whole.end), NONE, "BEZIER"))
    return whole, keys


def faces_in(faces: Faces | None, span: Span, shown: Shown | None, canvas: tuple[int, int]) -> list[Box]:
    """Where the faces that matter are seen around `span` of the medium, with their hair, in the frame."""
    if faces is None or shown is None:
        return []
    window = looks_in(faces.seconds, Span(max(Fraction(0), span.start - NEAR), span.end + NEAR))
    found = [box for track in faces.tracks for box in _boxes(track, window, faces.picture, shown, canvas, HAIR)]
    found = [box for box in found if box[0] < canvas[0] and box[2] > 0 and box[1] < canvas[1] and box[3] > 0]
    tallest = max((box[3] - box[1] for box in found), default=0.0)
    return [box for box in found if box[3] - box[1] >= LARGE * tallest]


def focus_in(objects: Objects | None, span: Span, shown: Shown | None, canvas: tuple[int, int]) -> tuple[float, float] | None:
    """Where the largest person or animal is: its upper part. None where nobody is seen."""
    if objects is None or shown is None:
        return None
    window = looks_in(objects.seconds, Span(max(Fraction(0), span.start - NEAR), span.end + NEAR))
    size = (objects.width, objects.height)
    alive = [track for track in objects.tracks if track.label in ALIVE]
    found = [box for track in alive for box in _boxes(track, window, size, shown, canvas, 0.0)]
    if not found:
        return None
    left, bottom, right, top = max(found, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
    return min(max((left + right) / 2, 0.0), float(canvas[0])), min(max(top - HEAD * (top - bottom), 0.0), float(canvas[1]))


def _boxes(
    track: FaceTrack | Track, window: range, picture: tuple[int, int], shown: Shown, canvas: tuple[int, int], room: float
) -> list[Box]:
    if not len(window) or not track.samples:
        return []
    rows = rows_in(track, window)  # type: ignore[arg-type]
    found = []
    for left, top, width, height, _sure in boxes(track)[rows.start : rows.stop]:
        corners = [
            shown.on_canvas((left + width * x) / picture[0], (top + height * y) / picture[1], canvas)
            for x in (-room, 1 + room)
            for y in (-room, 1 + room)
        ]
        xs, ys = [float(x) for x, _y in corners], [float(y) for _x, y in corners]
        found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def marks(frame: int, wanted: Zoom, keep: Sequence[Box], canvas: tuple[int, int]) -> tuple[Mark, ...]:
    """What a preview draws: the part that will fill the frame, and the faces it was made for."""
    return (Mark(frame, wanted.seen(canvas), "Zoom", "crop"), *(Mark(frame, box, "Face", "subject") for box in keep[:8]))


def likeness(descriptors: str, width: int, first: int, second: int) -> float:
    """The cosine of two of the rows of `facts.Looks`."""
    rows = _rows(descriptors, width)[[first, second]].astype(np.float32) - 128
    return float(rows[0] @ rows[1] / max(1e-6, float(np.linalg.norm(rows[0]) * np.linalg.norm(rows[1]))))


@lru_cache(maxsize=4)
def _rows(descriptors: str, width: int) -> np.ndarray:
    """Unpacked once for all the cuts of a film."""
    return np.frombuffer(b64decode(descriptors), np.uint8).reshape(-1, width)
