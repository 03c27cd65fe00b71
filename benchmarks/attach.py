# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""How far from its place an attached graphic is, and with how many keyframes, beside following frame by frame, on films with known places.

    python3 dev.py bench attach [--photograph FILE --face LEFT TOP WIDTH HEIGHT] [--frames N] [--json FILE]

Surfaces: a picture as a poster that turns, nears and rolls before another one, its corners known (`tests/surface_film.py`); found by
the worker's own engine in the written film. Faces: by construction, boxes and eyes as a detector sees them, off by a pixel of 640 (RMS),
seen in every frame; with a photograph of a face (`--photograph`, its face's box) it is moved over a film by known amounts, written, and
found by YuNet: the eyes of the still photograph are the truth.

Naive: position and size from each frame as it is found, one keyframe a frame. "error": pixels of a frame 1280 wide, RMS and the worst;
"tremble": mean of the third difference of its path, in pixels; "keys": keyframes a second.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import media
from assistant_editor.ml.engines import registry
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import FacesOptions, SurfaceOptions
from assistant_editor.timeline.attach_graphics import Attached
from assistant_editor.timeline.attach_subjects import faces, surfaces
from assistant_editor.timeline.effect import Layer
from assistant_editor.timeline.picture_way import Way
from assistant_editor.timeline.planners.attach import AttachOptions, Known, plan
from assistant_editor.timeline.stage import Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from benchmarks.keyed import played
from tests import followed, surface_film, surface_maker
from tests.media_maker import make_film

CANVAS, RATE = (1280, 720), Fraction(25)


def strip_of(frames: int) -> StripRef:
    return StripRef("f", "MOVIE", "f", "m", 1, FrameRange(0, frames), SourceMap(Fraction(0), RATE, pictures=RATE, step=1.0))


def shown(size: tuple[int, int]) -> Shown:
    scale = CANVAS[0] / size[0]
    return Shown(size, Pose(scale=(scale, scale)))


def in_frame(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """From pixels of the picture, y down, to those of the frame, y up."""
    picture = shown(size)
    return np.array([picture.on_canvas(x / size[0], y / size[1], CANVAS) for x, y in points])


def engine(name: str, options: Any, film: Path, models: Path) -> Any:
    consumer = registry.module(name).start(options, media.probe(film), None, Runtime(models, lambda *_: None, print, lambda: None))
    media.decode(film, [consumer])
    return consumer.finish()


def attached(found: dict[str, Any], to: Any, graphic: Any, size: tuple[int, int], frames: int, moment: int = 0) -> Layer | None:
    options = AttachOptions(to, wish=Attached(graphic, text="X", moment=moment, place="on"))
    stage = Stage(CANVAS, RATE, {"f": shown(size)})
    effects = plan({name: {"m": facts} for name, facts in found.items()}, [strip_of(frames)], options, stage, Known()).effects
    return effects[0].layers[0] if effects else None


def row(path: np.ndarray, truth: np.ndarray, there: slice, keys: float) -> dict[str, float]:
    error = np.hypot(*(path - truth[there]).T)
    tremble = float(np.abs(np.diff(path, n=3, axis=0)).mean())
    return {"error": float(np.sqrt((error**2).mean())), "worst": float(error.max()), "tremble": tremble, "keys": keys}


def ours(layer: Layer, truth: np.ndarray) -> dict[str, float]:
    frames = np.arange(layer.frames.start, layer.frames.end)
    still = {setting.path: setting.value for setting in layer.settings}
    at = played(layer.curves, frames)
    path = np.column_stack(
        [at.get(name, np.full(len(frames), still.get(name, 0.0))) for name in ("transform.offset_x", "transform.offset_y")]
    )
    moving = [curve for curve in layer.curves if curve.path.startswith("transform")]
    keys = max((len(curve.keys) for curve in moving), default=0) / (len(frames) / float(RATE))
    return row(path + np.array(CANVAS) / 2, truth, slice(layer.frames.start, layer.frames.end), keys)


def naive(subject: Any, truth: np.ndarray) -> dict[str, float]:
    return row(subject.pose[:, :2], truth, slice(subject.frames.start, subject.frames.end), float(RATE))


def posters(frames: int, folder: Path, bikes: Path) -> dict[str, dict[str, float]]:
    pictures = [image for _moment, image in media.pictures_at(bikes, [Fraction(9), Fraction(5)])]
    rows: dict[str, list[dict[str, float]]] = {"ours": [], "naive": []}
    for turn in (0.2, 0.5, 0.7):
        places = surface_film.corners(frames, turn=turn)
        images = surface_maker.filmed(pictures[0], pictures[1], places)
        film = make_film(
            folder / "poster.mp4", frames, RATE, surface_film.SIZE, picture=lambda number, _size, images=images: images[number]
        )
        marked = frames // 3
        corners = tuple((float(x), float(y)) for x, y in places[marked] / np.array(surface_film.SIZE))
        facts = engine("surface", SurfaceOptions(corners, Fraction(marked) / RATE), film, folder)
        one, other = places[marked][2] - places[marked][0], places[marked][3] - places[marked][1]
        between = places[marked][1] - places[marked][0]
        share = (between[0] * other[1] - between[1] * other[0]) / (one[0] * other[1] - one[1] * other[0])
        truth = in_frame(surface_film.spot(places, marked, tuple(places[marked][0] + share * one)), surface_film.SIZE)
        layer = attached({"surface": facts}, "surface", "text", surface_film.SIZE, frames, marked)
        assert layer is not None
        rows["ours"].append(ours(layer, truth))
        rows["naive"].append(naive(surfaces(strip_of(frames), facts, Way(shown(surface_film.SIZE), CANVAS))[0], truth))
    return {who: {key: float(np.mean([one[key] for one in every])) for key in every[0]} for who, every in rows.items()}


def made_faces(frames: int) -> dict[str, dict[str, float]]:
    path = followed.path(frames)
    facts = followed.faces((followed.noisy(path, 1.0, 1), tuple(range(frames))), frames=frames)
    truth = in_frame(followed.eye_middle(path), followed.PICTURE)
    found = {}
    for graphic in ("glasses", "emoji"):
        layer = attached({"faces": facts}, "face", graphic, followed.PICTURE, frames)
        assert layer is not None
        found[graphic] = ours(layer, truth)
    return {**found, "naive": naive(faces(strip_of(frames), facts, Way(shown(followed.PICTURE), CANVAS))[0], truth)}


def real_faces(
    photograph: Path, box: tuple[float, ...], frames: int, folder: Path, models: Path, bikes: Path
) -> dict[str, dict[str, float]]:
    """The part of a photograph around a face, moved over a film as `tests/followed.path` says."""
    image = cv2.cvtColor(cv2.imread(str(photograph)), cv2.COLOR_BGR2RGB)
    left, top, width, height = box
    x, y, half = left + width / 2, top + height / 2, 0.9 * max(width, height)
    behind = next(iter(media.pictures_at(bikes, [Fraction(5)])))[1]
    back = cv2.resize(behind, followed.PICTURE, interpolation=cv2.INTER_AREA)
    path = followed.path(frames, 70.0, (200.0, 170.0), 0.15)

    def matrix(place: np.ndarray) -> np.ndarray:
        scale = place[2] / max(width, height)
        cos, sin = scale * np.cos(place[3]), scale * np.sin(place[3])
        return np.array([[cos, -sin, place[0] - cos * x + sin * y], [sin, cos, place[1] - sin * x - cos * y]])

    mask = np.zeros(image.shape[:2], np.float32)
    cv2.circle(mask, (round(x), round(y)), round(half), 1.0, -1)

    def picture(number: int, size: tuple[int, int]) -> np.ndarray:
        place = matrix(path[number])
        soft = cv2.warpAffine(mask, place, size, flags=cv2.INTER_LINEAR)[..., None]
        return np.round(cv2.warpAffine(image, place, size, flags=cv2.INTER_AREA) * soft + back * (1 - soft)).astype(np.uint8)

    options = FacesOptions(Fraction(120), expression=False)
    still = make_film(folder / "still.mp4", 3, RATE, (image.shape[1] // 2 * 2, image.shape[0] // 2 * 2),
                      picture=lambda _number, size: image[: size[1], : size[0]])  # fmt: skip
    known = engine("faces", options, still, models)
    middle = [x, y]
    for subject in faces(strip_of(3), known, Way(Shown(known.picture), known.picture)):
        eye = np.array([subject.pose[0, 0], known.picture[1] - subject.pose[0, 1]])
        middle = list(eye) if np.hypot(*(eye - [x, y])) < half else middle
    truth = in_frame(np.array([matrix(place) @ [*middle, 1] for place in path]), followed.PICTURE)
    film = make_film(folder / "face.mp4", frames, RATE, followed.PICTURE, picture=picture)
    facts = engine("faces", options, film, models)
    layer = attached({"faces": facts}, "face", "glasses", followed.PICTURE, frames)
    if layer is None:
        return {}
    every = faces(strip_of(frames), facts, Way(shown(followed.PICTURE), CANVAS))
    return {"glasses": ours(layer, truth), "naive": naive(max(every, key=lambda one: one.prominence()), truth)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photograph", type=Path)
    parser.add_argument("--face", type=float, nargs=4, default=(0, 0, 1, 1))
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    bikes = Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]) / "bikes.mp4"
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "a poster, found by the engine": posters(given.frames, Path(folder), bikes),
            "faces, by construction": made_faces(given.frames),
        }
        if given.photograph:
            models = Path(os.environ["ASSISTANT_EDITOR_MODELS"])
            moved = real_faces(given.photograph, tuple(given.face), given.frames, Path(folder), models, bikes)
            result["a photograph's face, found by YuNet"] = moved
    for what, rows in result.items():
        print(f"\n{what}\n{'':12} {'error':>7} {'worst':>7} {'tremble':>8} {'keys':>6}")
        for who, of in rows.items():
            print(f"{who:12} {of['error']:7.2f} {of['worst']:7.2f} {of['tremble']:8.2f} {of['keys']:6.1f}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
