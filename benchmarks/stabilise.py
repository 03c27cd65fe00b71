# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""How much of a known shake is left after stabilising, at what enlargement and with how many keyframes, beside the naive way.

    python3 dev.py bench stabilise [--films FILE …] [--frames N] [--json FILE]

A virtual camera is shaken over frames of real films by known amounts, with movement blur, and written as H.264
(`tests/camera_maker.py`); its world is flat, so nothing has parallax. The worker's own engine follows the camera in the film, the planner
plans, and its keyframes are evaluated as Blender plays them (tests/blender/test_stabilise.py renders them). What is left is reckoned
from the camera's true path, not from what was measured.

Peer: what tutorials of OpenCV do: corners (goodFeaturesToTrack), optical flow, estimateAffinePartial2D, sums of x, y and angle smoothed by
a mean over 61 frames, a fixed enlargement of 4 %, one keyframe a frame. "shake": how far the camera's path strays within 1.5 s from a
curve, in pixels of a frame 1920 wide (RMS); "roll" the same in degrees; "larger by" and "edges" (frames in which an edge is seen): the
worst take; "keys": keyframes a second of each curve.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import media
from assistant_editor.ml.engines import steadiness
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Steadiness, SteadinessOptions
from assistant_editor.timeline.corrections import Corrections
from assistant_editor.timeline.effect import Effect
from assistant_editor.timeline.planners import stabilise
from assistant_editor.timeline.planners.stabilise import StabiliseOptions
from assistant_editor.timeline.stage import Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.steady_frame import PATHS, Framing
from assistant_editor.timeline.steady_path import trembling
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from benchmarks.keyed import played
from tests import camera_maker
from tests.camera_maker import RATE, Take
from tests.media_maker import make_film

SIZE, CANVAS = (640, 360), (1920, 1080)
SHOWN = Shown(SIZE, Pose(scale=(3.0, 3.0)))
TAKES = {
    "a calm hand": Take(shake=0.004, seed=1),
    "a hand": Take(shake=0.01, seed=2),
    "the operator walks": Take(pan=0.02, shake=0.02, seed=3),
    "pan, from the hand": Take(pan=0.12, shake=0.006, seed=4),
    "zoom, from the hand": Take(zoom=0.08, shake=0.006, seed=5),
    "a hand, a third of the picture goes by": Take(shake=0.01, seed=6),
}


OURS = {
    "Stabilise": StabiliseOptions(),
    "Stabilise, gimbal": StabiliseOptions("gaussian"),
    "Stabilise, strength .5": StabiliseOptions(strength=0.5),
    **{f"Stabilise, {tolerance:g} px": StabiliseOptions(tolerance=tolerance) for tolerance in (0.25, 1.0, 2.0)},
}


def true_path(take: Take) -> np.ndarray:
    """Where the camera looks in the middle of each frame's shutter (`camera_maker.views`)."""
    return camera_maker.views(take).reshape(take.frames, camera_maker.LOOKS, 4)[:, camera_maker.LOOKS // 2]


def left_over(take: Take, own: np.ndarray) -> tuple[float, float]:
    """(shake in pixels of the frame, roll in degrees) of a camera that is corrected by `own` (`steady_frame`), from its true path."""
    path = true_path(take)
    seen = -(own[:, 0] + 1j * own[:, 1]) / np.exp(own[:, 2] + 1j * own[:, 3])  # what of the picture the frame's middle shows
    turned = seen.conj() * np.exp(-path[:, 2] + 1j * path[:, 3])
    world = (path[:, 0] + 1j * path[:, 1]) * CANVAS[0] + turned
    rolled = path[:, 3] + own[:, 3]
    places = np.column_stack([world.real, world.imag])
    angles = np.column_stack([np.degrees(rolled), np.zeros(len(rolled))])
    return tuple(trembling(np.diff(one, axis=0, prepend=one[:1]), RATE) for one in (places, angles))  # type: ignore[return-value]


def followed(path: Path) -> Steadiness:
    consumer = steadiness.start(SteadinessOptions(), media.probe(path), None, Runtime(path, lambda *_: None, lambda _: None, lambda: None))
    media.decode(path, [consumer])
    facts = consumer.finish()
    assert isinstance(facts, Steadiness)
    return facts


def planned(facts: Steadiness, options: StabiliseOptions) -> Effect | None:
    frames = len(facts.frames)
    source = SourceMap(Fraction(1), Fraction(RATE), pictures=Fraction(RATE), step=1.0)
    strip = StripRef("f", "MOVIE", "f", "m", 1, FrameRange(1, 1 + frames), source)
    plan = stabilise.plan({"steadiness": {"m": facts}}, [strip], options, Stage(CANVAS, Fraction(RATE), {"f": SHOWN}), Corrections())
    return plan.effects[0] if plan.effects else None


def tutorial(images: list[np.ndarray]) -> np.ndarray:
    """Corrections (frames, 4) of the naive way, with its enlargement as part of the factor."""
    steps = [(0.0, 0.0, 0.0)]
    greys = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in images]
    for before, after in pairwise(greys):
        points = cv2.goodFeaturesToTrack(before, maxCorners=200, qualityLevel=0.01, minDistance=30, blockSize=3)
        there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None)
        similar, _ = cv2.estimateAffinePartial2D(points[found[:, 0] == 1], there[found[:, 0] == 1])
        similar = np.eye(2, 3) if similar is None else similar
        steps.append((similar[0, 2], similar[1, 2], np.arctan2(similar[1, 0], similar[0, 0])))
    path = np.cumsum(steps, axis=0)
    window = np.ones(61) / 61
    smooth = np.column_stack([np.convolve(np.pad(column, 30, mode="edge"), window, "valid") for column in path.T])
    dx, dy, angle = (smooth - path).T
    # The matrix turns about the picture's corner; here corrections turn about its middle.
    middle = complex(SIZE[0] / 2, SIZE[1] / 2)
    moved = dx + 1j * dy + (np.exp(1j * angle) - 1) * middle
    factor = CANVAS[0] / SIZE[0]
    return np.column_stack([moved.real * factor, -moved.imag * factor, np.full(len(angle), np.log(1.04)), -angle])


def row(take: Take, own: np.ndarray, keys: float) -> dict[str, float]:
    shake, roll = left_over(take, own)
    needed = Framing(SHOWN, CANVAS).needed(own)
    # `needed` keeps a pixel in hand that a frame may do without.
    edges = float((needed > 1 + 2 / CANVAS[1]).mean())
    return {"shake": shake, "roll": roll, "larger": float(np.exp(own[:, 2]).max() - 1), "edges": edges, "keys": keys}


def measured(world: np.ndarray, other: np.ndarray, name: str, frames: int, folder: Path) -> dict[str, dict[str, float]]:
    take = Take(**{**TAKES[name].__dict__, "frames": frames})
    images = camera_maker.filmed([world], take, SIZE)
    if "goes by" in name:
        images = camera_maker.passed(images, other, 0.33, 0.3)
    film = make_film(folder / "take.mp4", frames, Fraction(RATE), SIZE, picture=lambda number, _size: images[number])
    facts = followed(film)
    still = np.zeros((frames, 4))
    found = {"as it is": row(take, still, 0.0), "OpenCV tutorial": row(take, tutorial(images), float(RATE))}
    for title, options in OURS.items():
        effect = planned(facts, options)
        if effect is None:
            found[title] = row(take, still, 0.0)
            continue
        at = played(effect.curves, np.arange(1, frames + 1))
        keys = float(np.mean([len(curve.keys) for curve in effect.curves])) / (frames / RATE)
        found[title] = row(take, Framing(SHOWN, CANVAS).corrections(np.column_stack([at[path] for path in PATHS])), keys)
    return found


def worlds(films: list[Path]) -> list[np.ndarray]:
    """Two pictures of each film, as wide as twice a frame."""
    found = []
    for film in films:
        length = media.probe(film).duration
        for _moment, image in media.pictures_at(film, [length * Fraction(9, 10), length * Fraction(1, 2)]):
            found.append(
                cv2.resize(image, (2 * SIZE[0], round(2 * SIZE[0] * image.shape[0] / image.shape[1])), interpolation=cv2.INTER_CUBIC)
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", nargs="*", type=Path, default=[])
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    films = given.films or [Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]) / "bikes.mp4"]
    pictures = worlds(films)
    result: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in TAKES:
            rows = [measured(one, pictures[number - 1], name, given.frames, Path(folder)) for number, one in enumerate(pictures)]
            result[name] = {who: {key: float(np.mean([r[who][key] for r in rows])) for key in rows[0][who]} for who in rows[0]}
            result[name] = {
                who: {**values, "edges": max(r[who]["edges"] for r in rows), "larger": max(r[who]["larger"] for r in rows)}
                for who, values in result[name].items()
            }
            print(f"\n{name} ({len(rows)} takes of {given.frames} frames)")
            print(f"{'':24} {'shake px':>9} {'roll °':>8} {'larger by':>10} {'edges':>7} {'keys':>6}")
            for who, of in result[name].items():
                print(f"{who:24} {of['shake']:9.2f} {of['roll']:8.3f} {of['larger']:10.1%} {of['edges']:7.1%} {of['keys']:6.1f}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
