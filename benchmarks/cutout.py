"""Cut-outs on footage whose mattes are known, beside the naive way, in one run.

    python3 dev.py bench cutout [--models DIR] [--size 1920x1080] [--json FILE]

Edges: a figure with hair, composited with its matte over other pictures, in four kinds of colours; what a network would draw of it
(softened, a little wrong) as it is, enlarged, and refined. SAD and gradient error as C. Rhemann et al. 2009 have them, in thousands.

Flicker: the same figure, still or moving, drawn anew in every frame; each matte by itself, and steadied. dtSSD of M. Erofeev et al. 2015.

People: drawn persons of several sizes at several places, by the real network: one look at the whole picture, as MediaPipe's own example
has it, and as we look. Intersection over union, and how many are missed (below .8).

Outlines: keyframes a second and points a line of a figure that stands and walks, and how well they fill its matte.

Clicks: figures of known mattes by one click, by two on them and two beside them, by one and their box; and, by four, 25 frames later.
No model.

Time: seconds for a second of film at 25 frames a second, step by step, beside decoding it; and what a second of the matte film takes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ml.engines import cut_outs, matte_clicking, matte_edges, matte_looking, matte_steady
from ml.engines.matte_lines import Tracing
from ml.engines.registry import Runtime
from ml.engines.selfie import Segmenter
from ml.matte_files import stored
from ml.mattes import Grid, MatteOptions, Wanted
from ml.media import pictures_at
from ml.protocol import CutOut
from tests.drawn_person import person
from tests.matte_maker import KINDS, Scene, coarse, film, flicker, frame, wrong

RATE = Fraction(25)


def edges(size: tuple[int, int]) -> dict[str, Any]:
    rows = []
    for scene in (replace(kind, size=size) for kind in KINDS):
        image, truth = frame(scene)
        drawn = coarse(truth, scene.seed)
        rows.append([wrong(matte_edges.refined(image, drawn, strength), truth) for strength in (0.0, 1.0)])
    plain, ours = np.mean(rows, axis=0)
    return {"sad": [round(plain[0], 2), round(ours[0], 2)], "gradient": [round(plain[1], 2), round(ours[1], 2)]}


def flickering() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for speed in (0.0, 0.5, 1.0, 2.0, 6.0):
        told = []
        for strength in (0.0, MatteOptions().steady):
            steady, mattes, truths = matte_steady.Steady(strength), [], []
            for number in range(25):
                image, truth = frame(Scene(4, strands=0), number, speed)
                steady.fresh(image)
                mattes.append(steady.take(image, cv2.resize(coarse(truth, 100 + number), truth.shape[::-1])))
                truths.append(truth)
            off = float(np.mean([np.abs(one - two).mean() for one, two in zip(mattes, truths, strict=True)]))
            told.append((round(flicker(mattes, truths), 1), round(1000 * off, 2)))
        found[f"{speed:g} pixels a frame"] = {"dtSSD": [told[0][0], told[1][0]], "mean error": [told[0][1], told[1][1]]}
    return found


def people(models: Path, count: int = 60) -> dict[str, Any]:
    segmenter, rng = Segmenter(models), np.random.default_rng(0)
    options = MatteOptions()
    scores = []
    for number in range(count):
        size = ((320, 180), (640, 360), (640, 272))[number % 3]
        picture, truth = person(size, rng.uniform(0.25, 0.75), rng.uniform(0.45, 1.1), rng.uniform(0.3, 0.5))
        picture = np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
        naive = cv2.resize(segmenter.both(picture)[0], size)
        ours = matte_looking.certain(matte_looking._People(segmenter, options, ())(picture, small_of(picture), Fraction(0), True))
        scores.append([_alike(one, truth) for one in (naive, cv2.resize(ours, size))])
    mean, missed = np.mean(scores, axis=0), (np.array(scores) < 0.8).mean(axis=0)
    return {"overlap": [round(float(one), 3) for one in mean], "missed": [round(float(one), 2) for one in missed]}


def small_of(image: np.ndarray) -> np.ndarray:
    return cv2.resize(image, matte_edges.working_size(image, matte_looking.CANVAS), interpolation=cv2.INTER_AREA)


def _alike(seen: np.ndarray, truth: np.ndarray) -> float:
    found = seen > 0.5
    return float((found & truth).sum() / max(1, (found | truth).sum()))


def outlines(seconds: int = 4) -> dict[str, Any]:
    tracing, truths, scene = Tracing(), [], Scene(7, strands=0)
    for number in range(25 * seconds):
        truths.append(frame(scene, 0, 0.0)[1] if number < 25 else frame(scene, number - 25, 1.5)[1])
        tracing.take(number, np.rint(truths[-1] * 255).astype(np.uint8), number == 0)
    (line,) = tracing.lines()
    keys, shares = [key for key, _ in line.keys], np.array([shape for _, shape in line.keys])
    found = []
    for number, truth in enumerate(truths):
        flat = shares.reshape(len(keys), -1)
        row = np.array([np.interp(number, keys, flat[:, place]) for place in range(flat.shape[1])]).reshape(-1, 2)
        drawn = np.zeros(truth.shape, np.uint8)
        cv2.fillPoly(drawn, [np.round((row * np.array(scene.size) - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        found.append(_alike(drawn, truth > 0.5))
    return {"keyframes a second": round(len(keys) / seconds, 2), "points": len(line.keys[0][1]), "overlap, worst": round(min(found), 3)}


def clicks() -> dict[str, Any]:
    """Without a model: how much of a figure is found by clicks, and what is left of it a second later, there and back."""
    on, beside = ((0.5, 0.75, True), (0.5, 0.38, True)), ((0.2, 0.3, False), (0.8, 0.3, False))
    found: dict[str, list[float]] = {"one": [], "four": [], "with its box": [], "followed": []}
    spent = []
    for kind in KINDS:
        scene = replace(kind, size=(matte_clicking.SIDE, 216), strands=0)
        image, truth = frame(scene, 0)
        rows, columns = np.flatnonzero((truth > 0.5).any(axis=1)), np.flatnonzero((truth > 0.5).any(axis=0))
        height, width = truth.shape
        box = float(columns[0] / width), float(rows[0] / height), float((columns[-1] + 1) / width), float((rows[-1] + 1) / height)
        found["one"].append(_alike(matte_clicking.picked(image, on[:1]), truth > 0.5))
        found["four"].append(_alike(matte_clicking.picked(image, (*on, *beside)), truth > 0.5))
        found["with its box"].append(_alike(matte_clicking.picked(image, on[:1], box), truth > 0.5))
        follower = matte_clicking.Clicking()
        begun = time.process_time()
        for number in range(25):
            image, truth = frame(scene, number, 2.0)
            seen = follower.take(image, (*on, *beside) if not number else (), None)
        spent.append((time.process_time() - begun) / 25)
        found["followed"].append(_alike(seen, truth > 0.5))
    told = {name: [round(float(np.mean(row)), 3), round(min(row), 3)] for name, row in found.items()}
    return {**told, "seconds a frame": round(float(np.mean(spent)), 3)}


def times(models: Path, size: tuple[int, int], frames: int = 25) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        pictures = (person(size, 0.45 + 0.002 * number, 0.9)[0] for number in range(frames))
        path = film(Path(folder) / "walk.mkv", pictures)
        begun = time.monotonic()
        moments = [Fraction(number, 25) + Fraction(1, 800) for number in range(frames)]
        images = [image for _, image in pictures_at(path, moments)]
        spent = {"decoding": time.monotonic() - begun}
        runtime = Runtime(models, lambda *_: None, lambda _: None, lambda: None)
        begun = time.monotonic()
        wanted = Wanted(str(path), "m", folder, Grid(RATE, RATE, 1.0, 0, frames))
        cut_outs.run(CutOut("one", (wanted,)), runtime)
        spent["all"] = time.monotonic() - begun
        look = matte_looking.look(MatteOptions(), (), models)
        steady, tracing = matte_steady.Steady(0.7), Tracing()
        for name in ("looking", "steadying", "edges", "outlines"):
            spent[name] = 0.0
        for number, image in enumerate(images):
            marks = [time.monotonic()]
            small = small_of(image)
            drawn = matte_looking.certain(look(image, small, moments[number], not number))
            marks.append(time.monotonic())
            steady.fresh(small)
            drawn = steady.take(small, drawn)
            marks.append(time.monotonic())
            matte = matte_edges.refined(image, drawn)
            marks.append(time.monotonic())
            tracing.take(number, matte, not number)
            marks.append(time.monotonic())
            for name, one, other in zip(("looking", "steadying", "edges", "outlines"), marks, marks[1:], strict=False):
                spent[name] += other - one
        (made,) = stored(folder)
        size_on_disk = Path(made.path).stat().st_size
    told = {name: round(seconds * 25 / frames, 2) for name, seconds in spent.items()}
    return {**told, "megabytes a second": round(size_on_disk * 25 / frames / 1e6, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=None)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    width, height = (int(side) for side in given.size.split("x"))
    models = given.models or Path(os.environ["ASSISTANT_EDITOR_MODELS"])
    found: dict[str, Any] = {}
    for name, work in (
        ("edges, as drawn and refined", lambda: edges((960, 540))),
        ("flicker, each by itself and steadied", flickering),
        ("people, one look and ours", lambda: people(models)),
        ("outlines", outlines),
        ("clicks, overlap: mean, worst", clicks),
        (f"seconds for a second of {given.size}", lambda: times(models, (width, height))),
    ):
        found[name] = work()
        print(f"{name}: {json.dumps(found[name])}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
