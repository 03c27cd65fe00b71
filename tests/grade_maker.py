"""Films of real footage as another camera, or a worse hand, would have taken it: exposure, cast, contrast and saturation known.

`python tests/grade_maker.py FOOTAGE TARGET SHOTS` with the worker's Python; SHOTS is JSON, a list of [first, count, change], where
`change` may hold "stops", "cast" (three logarithms of gains of light), "contrast" (-1..1), "saturation", "lift". {} leaves a shot as it
is. Nearly lossless, so that what is measured on a render is the grade.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np


def changed(picture: np.ndarray, change: Mapping[str, Any]) -> np.ndarray:
    """RGB (…, 3) uint8 as such a camera codes it."""
    if not change:
        return picture
    coded = picture / 255.0
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    light = np.clip(light * 2.0 ** change.get("stops", 0.0) * np.exp(np.asarray(change.get("cast", (0.0, 0.0, 0.0)))), 0, 1)
    coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)
    grey = (coded @ (0.2126, 0.7152, 0.0722))[..., None]
    coded = np.clip(grey + (coded - grey) * change.get("saturation", 1.0), 0, 1)
    coded = coded + change.get("contrast", 0.0) * (coded * coded * (3 - 2 * coded) - coded)
    lift = change.get("lift", 0.0)
    return np.asarray(np.clip(coded * (1 - lift) + lift, 0, 1) * 255 + 0.5).astype(np.uint8)


def pictures(footage: Path, shots: Sequence[tuple[int, int, Mapping[str, Any]]]) -> list[np.ndarray]:
    """The frames (height, width, 3) uint8 of all shots, one after the other."""
    import av

    wanted = {first + i for first, count, _change in shots for i in range(count)}
    found: dict[int, np.ndarray] = {}
    with av.open(str(footage)) as source:
        for number, frame in enumerate(source.decode(video=0)):
            if number in wanted:
                found[number] = frame.to_ndarray(format="rgb24")
            if len(found) == len(wanted):
                break
    return [changed(found[first + i], change) for first, count, change in shots for i in range(count)]


def write(target: Path, frames: Sequence[np.ndarray], rate: Fraction = Fraction(25)) -> None:
    import av

    height, width = (side - side % 2 for side in frames[0].shape[:2])
    with av.open(str(target), "w") as film:
        stream = film.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "6", "preset": "veryfast", "g": "10"}
        for picture in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


def make(footage: Path, target: Path, shots: Sequence[tuple[int, int, Mapping[str, Any]]]) -> Path:
    write(target, pictures(footage, shots))
    return target


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]))
