"""A film of two shots from a shaken hand, over real pictures with a magenta disc in them: `python shaky_film.py BIKES TARGET` writes it.

Nothing in it is darker than `DARKEST`, so an edge that is seen shows; where the disc is seen tells how much a picture moves. Runs with the
worker's Python.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

SIZE = (480, 270)
RATE = 25
LENGTHS = (48, 36)
DARKEST = 60
DISC = (255, 0, 255)


def disc(image: np.ndarray) -> tuple[float, float]:
    """Where the disc is: pixels from the left and from the first row, of RGB (height, width, 3), 0..1."""
    weight = np.clip(np.minimum(image[..., 0], image[..., 2]) - image[..., 1] - 0.2, 0, None)
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    return float((weight * columns).sum() / weight.sum()), float((weight * rows).sum() / weight.sum())


def main(bikes: str, target: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import av
    import cv2

    from tests import camera_maker
    from tests.media_maker import make_film

    with av.open(bikes) as film:
        pictures = [frame.to_ndarray(format="rgb24") for number, frame in enumerate(film.decode(video=0)) if number in (125, 225)]
    takes = (
        camera_maker.Take(pan=0.06, shake=0.012, seed=3, frames=LENGTHS[0]), camera_maker.Take(shake=0.009, seed=5, frames=LENGTHS[1]),
    )  # fmt: skip
    images = []
    for picture, take in zip(pictures, takes, strict=True):
        world = cv2.resize(picture, (960, 408), interpolation=cv2.INTER_CUBIC)
        world = (world.astype(np.float32) / 255 * (245 - DARKEST - 20) + DARKEST + 20).astype(np.uint8)
        cv2.circle(world, (world.shape[1] // 2, world.shape[0] // 2), 14, DISC, -1, cv2.LINE_AA)
        images += camera_maker.filmed([world], take, SIZE)
    make_film(Path(target), len(images), Fraction(RATE), SIZE, picture=lambda number, _size: images[number], options={"crf": "14"})


if __name__ == "__main__":
    main(*sys.argv[1:])
