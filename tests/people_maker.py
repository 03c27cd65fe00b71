"""Films with faces whose places are known in every frame: cut out of photographs, moved, enlarged, turned, half hidden, blurred and cut.

Photographs are the caller's. Each must show faces whose boxes are given: what is drawn where follows from them by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

SIZE, RATE = (640, 360), 25
CUTS = (75, 140, 200)
AROUND = 0.9
"""How much of a face's size around it is cut out with it: hair, neck and shoulders."""


@dataclass(frozen=True)
class Face:
    """A photograph (height, width, 3) RGB and the box of one face in it: left, top, width, height."""

    picture: Any
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Seen:
    """A face in one frame: left, top, width, height in pixels; the share of it that is to be seen; how much it is blurred, in its size;
    how far it is turned, in degrees."""

    face: int
    box: tuple[float, float, float, float]
    share: float
    blur: float = 0.0
    turn: float = 0.0


@dataclass(frozen=True)
class _Pose:
    """Middle (x, y) and width of a face; `turn` in degrees, `blur` in its widths, `light` a factor."""

    x: float
    y: float
    wide: float
    turn: float = 0.0
    blur: float = 0.0
    light: float = 1.0


def film(path: Path, faces: Sequence[Face]) -> list[list[Seen]]:
    """Writes ten seconds in four shots, and gives what is to be seen in each frame."""
    import av

    background = [_background(number) for number in range(4)]
    labels: list[list[Seen]] = []
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(RATE), options={"crf": "16"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(RATE * 10):
            picture, seen = _frame(number, faces, background)
            labels.append(seen)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return labels


def _frame(number: int, faces: Sequence[Face], background: Sequence[Any]) -> tuple[Any, list[Seen]]:
    shot = sum(number >= cut for cut in CUTS)
    since = number - (0, *CUTS)[shot]
    picture = background[shot].copy()
    seen: list[tuple[int, _Pose, Any]] = []
    for who, pose in _poses(shot, since, len(faces)):
        mask, over = _draw(picture, faces[who], pose)
        seen = [(one, where, before & ~over) for one, where, before in seen]
        seen.append((who, pose, mask))
    bar = _bar(shot, since)
    if bar is not None:
        picture[:, max(0, bar) : max(0, bar + 70)] = (70, 90, 60)
        picture[::7, max(0, bar) : max(0, bar + 70)] = (40, 50, 30)
    labels = []
    for who, pose, mask in seen:
        tall = pose.wide * faces[who].box[3] / faces[who].box[2]
        visible = mask.copy()
        if bar is not None:
            visible[:, max(0, bar) : max(0, bar + 70)] = False
        whole = np.pi / 4 * pose.wide * tall
        box = (pose.x - pose.wide / 2, pose.y - tall / 2, pose.wide, tall)
        labels.append(Seen(who, box, float(visible.sum() / whole), pose.blur, pose.turn))
    return picture, labels


def _poses(shot: int, since: int, many: int) -> list[tuple[int, _Pose]]:
    part = since / 60
    if shot == 0:  # one comes in fast from the left and passes behind a pillar; one comes nearer
        return [(0, _Pose(-60 + 9.5 * since, 130 + 12 * np.sin(since / 5), 58)), (1 % many, _Pose(500, 210, 26 + 1.3 * since))]
    if shot == 1:  # one small and shaky; one that turns its head upside down and back
        return [
            (2 % many, _Pose(150 + 3 * np.sin(since * 1.9), 90 + 3 * np.cos(since * 2.3), 22)),
            (0, _Pose(420, 190, 90, 80 * np.sin(np.pi * since / 65))),
        ]
    if shot == 2:  # one goes out of focus, one into the dark, a third out of the picture at the bottom
        return [
            (1 % many, _Pose(160, 150, 80, 0, 0.22 * np.sin(np.pi * min(1, part)))),
            (2 % many, _Pose(380, 140, 70, 0, 0, 1 - 0.8 * np.sin(np.pi * min(1, part)))),
            (0, _Pose(540, 180 + 4.2 * since, 64)),
        ]
    across = [110 + 210 * who + 2.5 * since * (-1) ** who for who in range(min(3, many))]
    return [(who, _Pose(x, 180 + 60 * np.sin(since / 4 + who), 48)) for who, x in enumerate(across)]


def _bar(shot: int, since: int) -> int | None:
    """Where a pillar's left edge is."""
    return 290 if shot == 0 else int(-70 + 9 * since) if shot == 3 else None


def _background(number: int) -> Any:
    """No photograph: noise as coarse as leaves, other in each shot."""
    random = np.random.default_rng(number)
    small = random.integers(40, 190, (23, 40, 3)).astype(np.uint8)
    picture = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC).astype(float)
    picture = picture * (0.6, 1.0, 0.7) if number % 2 else picture * (0.9, 0.8, 1.0)
    return np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def _draw(picture: Any, face: Face, pose: _Pose) -> Any:
    """Puts the face and what is around it into the picture. Returns where the face's ellipse is in it, and all that is drawn over."""
    left, top, wide, tall = face.box
    scale = pose.wide / wide
    middle = (left + wide / 2, top + tall / 2)
    matrix = cv2.getRotationMatrix2D(middle, pose.turn, scale)
    matrix[:, 2] += np.array([pose.x, pose.y]) - middle
    source = face.picture
    height, width = source.shape[:2]
    yy, xx = np.mgrid[0:height, 0:width]
    far = np.hypot((xx - middle[0]) / (wide * (0.5 + AROUND)), (yy - middle[1] - 0.15 * tall) / (tall * (0.5 + AROUND)))
    alpha = np.clip((1 - far) * 8, 0, 1).astype(np.float32)
    shape = (SIZE[0], SIZE[1])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    drawn = cv2.warpAffine(source, matrix, shape, flags=flags).astype(np.float32)
    cover = cv2.warpAffine(alpha, matrix, shape)[..., None]
    if pose.blur > 0.01:
        drawn = cv2.GaussianBlur(drawn, (0, 0), pose.blur * pose.wide)
    picture[:] = (picture * (1 - cover) + np.clip(drawn * pose.light, 0, 255) * cover).astype(np.uint8)
    ellipse = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    cv2.ellipse(ellipse, ((pose.x, pose.y), (pose.wide, pose.wide * tall / wide), -pose.turn), 1, -1)
    return ellipse.astype(bool), cover[..., 0] > 0.5


def ellipse_of(seen: Seen, share: float = 1.0) -> Any:
    """Which pixels (height, width) of the film are of the face, as large as this share of it."""
    left, top, wide, tall = seen.box
    drawn = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    cv2.ellipse(drawn, ((left + wide / 2, top + tall / 2), (wide * share, tall * share), -seen.turn), 1, -1)
    return drawn.astype(bool)
