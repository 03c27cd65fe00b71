"""A film with a disc of black and white squares on a smooth picture: where the disc is, neighbouring pixels differ as nowhere else.

Run by the worker's Python: `python spot_film.py TARGET`. Numbers are read by tests that have no video library.
"""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np

SIZE, RATE, FRAMES, CUT = (320, 180), 25, 50, 30
RADIUS, SQUARE = 16, 3


def middle(frame: int) -> tuple[float, float]:
    """Where the disc is in picture `frame` (0 is the first): pixels from the upper left corner. It jumps at `CUT`."""
    return (40 + 6.0 * frame, 60 + 20 * np.sin(frame / 4)) if frame < CUT else (280 - 4.0 * (frame - CUT), 120.0)


def box(frame: int) -> tuple[float, float, float, float]:
    x, y = middle(frame)
    return x - RADIUS, y - RADIUS, 2.0 * RADIUS, 2.0 * RADIUS


def picture(frame: int) -> np.ndarray:
    """(height, width, 3) uint8."""
    yy, xx = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    grey = 90 + 60 * xx / SIZE[0] if frame < CUT else 150 - 50 * yy / SIZE[1]
    x, y = middle(frame)
    squares = 255.0 * (((xx - int(x)) // SQUARE + (yy - int(y)) // SQUARE) % 2)
    inside = np.hypot(xx - x, yy - y) <= RADIUS
    return np.repeat(np.where(inside, squares, grey)[..., None], 3, axis=2).astype(np.uint8)


def bare(pixels: np.ndarray) -> int:
    """How many pixels (height, width, 3), 0..1, differ from a neighbour as squares do."""
    light = pixels.mean(axis=2)
    return int((np.abs(np.diff(light, axis=1)) > 0.6).sum() + (np.abs(np.diff(light, axis=0)) > 0.6).sum())


def write(target: str) -> None:
    import av

    with av.open(target, "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(RATE), options={"crf": "2"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture(number), format="rgb24")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)


if __name__ == "__main__":
    write(sys.argv[1])
