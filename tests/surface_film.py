"""A grey film, or one of a poster that goes by: `python surface_film.py plain|poster TARGET FRAMES [BIKES]`. By the worker's Python."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

SIZE = (480, 270)


def corners(frames: int, size: tuple[int, int] = SIZE, turn: float = 0.5) -> np.ndarray:
    """Float64 (frames, 4, 2): where a poster's corners are, in pixels: it goes across, comes nearer, turns about its axes and rolls."""
    width, height = size
    found = []
    for number in range(frames):
        part = number / max(1, frames - 1)
        yaw, roll = turn * np.sin(2 * np.pi * part), 0.25 * turn * np.sin(3 * np.pi * part)
        near = 1 + 0.3 * part
        flat = np.array([[-0.9, -0.6], [0.9, -0.6], [0.9, 0.6], [-0.9, 0.6]]) * 0.22 * near
        flat = flat @ np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
        depth = 1 + 0.6 * flat[:, 0] * np.sin(yaw) / near
        x = flat[:, 0] * np.cos(yaw) / depth
        y = flat[:, 1] / depth
        middle = (0.35 + 0.3 * part + 0.01 * np.sin(9 * np.pi * part), 0.45 + 0.08 * np.sin(2 * np.pi * part))
        found.append(np.stack([middle[0] * width + x * height, middle[1] * height + y * height], axis=1))
    return np.array(found)


def homography(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The (3, 3) that takes four points to four others."""
    rows, right = [], []
    for (x, y), (u, v) in zip(one, other, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(right)), 1.0).reshape(3, 3)


def spot(places: np.ndarray, marked: int, point: tuple[float, float]) -> np.ndarray:
    """Float64 (frames, 2): where what is at `point` in frame `marked` is in every frame."""
    found = [homography(places[marked], quad) @ np.array([*point, 1.0]) for quad in places]
    return np.array([one[:2] / one[2] for one in found])


def main(kind: str, target: str, frames: str, bikes: str = "") -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.media_maker import make_film

    if kind == "plain":
        grey = np.full((360, 640, 3), 120, np.uint8)
        make_film(Path(target), int(frames), Fraction(25), (640, 360), picture=lambda _number, _size: grey)
        return
    import av

    from tests import surface_maker

    with av.open(bikes) as film:
        pictures = [frame.to_ndarray(format="rgb24") for number, frame in enumerate(film.decode(video=0)) if number in (125, 225)]
    images = surface_maker.filmed(pictures[1], pictures[0], corners(int(frames)))
    make_film(Path(target), len(images), Fraction(25), SIZE, picture=lambda number, _size: images[number], options={"crf": "14"})


if __name__ == "__main__":
    main(*sys.argv[1:])
