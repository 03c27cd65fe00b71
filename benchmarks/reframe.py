"""How well a reframed picture keeps its subject, how smoothly and with how few keyframes, beside the naive ways, in one run.

    python3 dev.py bench reframe [--films FILE …] [--weights FILE] [--made 60] [--seed 0] [--json FILE]

Measured is what Blender plays: the keyframes of the plan, evaluated frame by frame, shown on the frame as Blender lays pictures.

By construction: shots in which somebody stands, walks, stops, turns round or runs to and fro, seen a few times a second with errors and
misses, as detectors see; where he really is in every frame is known. On footage (`--films`, found by the YOLO checkpoint `--weights`): the
plan is made from looks as the operator asks for them; it is measured on the boxes as they were tracked from look to look, and on those that
the same network finds anew in every frame of the film (its own trembling included). These go to whoever was followed there and is most
alike, one to one: a box is not taken for the subject that is somebody else's.

Contenders: the middle of the picture; following, the window centred on the box of every frame (one keyframe a frame); following smoothed by
a mean over a second. "inside": frames at which the whole box is seen, of those at which it is no wider than the frame; "all": of all
"frames" with a subject. "jerk": mean of the third difference of the window's middle, in windows a second³; "keys": keyframes a second,
those of all properties together. "fast": the highest speed, in windows a second.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from base64 import b64decode, b64encode
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml.codec import from_json  # noqa: E402
from assistant_editor.ml.facts import ENGINES, Boundary, Objects, Shots, Span, Track  # noqa: E402
from assistant_editor.timeline.effect import Curve, Effect  # noqa: E402
from assistant_editor.timeline.planners.reframe import ReframeOptions, plan  # noqa: E402
from assistant_editor.timeline.reframe_keys import Knot, played  # noqa: E402
from assistant_editor.timeline.reframe_subjects import PERSON, Sights  # noqa: E402
from assistant_editor.timeline.reframe_window import canvas_for  # noqa: E402
from assistant_editor.timeline.stage import Pose, Shown, Stage  # noqa: E402
from assistant_editor.timeline.state import StripRef  # noqa: E402
from assistant_editor.timeline.timebase import FrameRange, SourceMap  # noqa: E402

RATE, SIZE = 25, (1920, 1080)
ASPECTS = ("9:16", "4:5", "1:1")


def evaluated(curve: Curve, frames: np.ndarray) -> np.ndarray:
    """What Blender plays of a curve."""
    keys, values = curve.keys, np.full(len(frames), curve.keys[0].value)
    first = 0
    for number in range(len(keys)):
        if number + 1 < len(keys) and keys[number].ease != "CONSTANT":
            continue
        knots = tuple(Knot(int(key.frame), key.value, key.slope or 0.0) for key in keys[first : number + 1])
        here = frames >= keys[first].frame
        values[here] = played(knots, frames[here])
        first = number + 1
    return values


def poses(effect: Effect, frames: np.ndarray) -> dict[str, np.ndarray]:
    found = {setting.path: np.full(len(frames), float(setting.value)) for setting in effect.settings}  # type: ignore[arg-type]
    return {**found, **{curve.path: evaluated(curve, frames) for curve in effect.curves}}


def windows(effect: Effect, frames: np.ndarray, size: tuple[int, int], canvas: tuple[int, int]) -> np.ndarray:
    """Float64 (frames, 4): left, top, right, bottom of what is shown of the picture, in its pixels."""
    at = poses(effect, frames)
    scale = at["transform.scale_x"], at["transform.scale_y"]
    middle = size[0] / 2 - at["transform.offset_x"] / scale[0], size[1] / 2 + at["transform.offset_y"] / scale[1]
    wide, tall = canvas[0] / scale[0], canvas[1] / scale[1]
    return np.column_stack([middle[0] - wide / 2, middle[1] - tall / 2, middle[0] + wide / 2, middle[1] + tall / 2])


def scored(shown: np.ndarray, boxes: np.ndarray, cuts: list[int], keys: float, rate: float) -> dict[str, float]:
    """`boxes`: the truth, (frames, 4), nan where nobody is; clipped to the picture already."""
    known: Any = ~np.isnan(boxes[:, 0])
    inside: Any = (boxes[:, :2] >= shown[:, :2] - 0.5).all(axis=1) & (boxes[:, 2:] <= shown[:, 2:] + 0.5).all(axis=1)
    fits: Any = known & (boxes[:, 2] - boxes[:, 0] <= shown[:, 2] - shown[:, 0])
    middle = (shown[:, 0] + shown[:, 2]) / 2 / (shown[:, 2] - shown[:, 0])
    parts = [part for part in np.split(middle, cuts) if len(part) > 3]
    jerk = np.concatenate([np.abs(np.diff(part, 3)) for part in parts]) * rate**3
    fast = max(float(np.abs(np.diff(part)).max()) * rate for part in parts)
    share = float(inside[fits].mean()) if fits.any() else float("nan")
    counted = {"frames": int(known.sum()), "inside": share, "all": float(inside[known].mean())}
    return {**counted, "jerk": float(jerk.mean()), "keys": keys, "fast": fast}


def _mean(places: np.ndarray) -> np.ndarray:
    """Over a second."""
    reach = RATE // 2
    return np.convolve(np.pad(places, reach, "edge"), np.ones(2 * reach + 1) / (2 * reach + 1), "valid")


def contenders(
    effect: Effect, boxes: np.ndarray, cuts: list[int], size: tuple[int, int], canvas: tuple[int, int], rate: float
) -> dict[str, dict[str, float]]:
    frames = np.arange(effect.frames.start, effect.frames.end)
    seconds = len(frames) / rate
    wide = min(size[0], size[1] * canvas[0] / canvas[1])
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    known = np.flatnonzero(~np.isnan(middles))
    held = np.interp(np.arange(len(middles)), known, middles[known])
    smooth = np.concatenate([_mean(part) for part in np.split(held, cuts)])

    def around(places: np.ndarray) -> np.ndarray:
        places = np.clip(places, wide / 2, size[0] - wide / 2)
        tall = np.full(len(places), float(size[1]))
        return np.column_stack([places - wide / 2, 0 * tall, places + wide / 2, tall])

    ours = sum(len(curve.keys) for curve in effect.curves) / seconds
    return {
        "ours": scored(windows(effect, frames, size, canvas), boxes, cuts, ours, rate),
        "middle": scored(around(np.full(len(held), size[0] / 2)), boxes, cuts, 0.0, rate),
        "following": scored(around(held), boxes, cuts, rate, rate),
        "smoothed": scored(around(smooth), boxes, cuts, rate, rate),
    }


def walk(chance: np.random.Generator, length: int) -> np.ndarray:
    """Where the middle of somebody is, 0..1 across, in every frame."""
    seconds = np.arange(length) / RATE
    kind, start = chance.integers(5), chance.uniform(0.15, 0.85)
    way = chance.choice([-1, 1]) * chance.uniform(0.04, 0.16) * seconds
    if kind == 0:
        way = 0 * way
    elif kind == 2:
        way = np.minimum(np.abs(way), chance.uniform(0.1, 0.3)) * np.sign(way + 1e-9)
    elif kind == 3:
        turn = chance.uniform(0.3, 0.7) * seconds[-1]
        way = np.where(seconds < turn, way, 2 * np.interp(turn, seconds, way) - way)
    elif kind == 4:
        way = chance.uniform(0.08, 0.25) * np.sin(chance.uniform(0.6, 1.4) * seconds)
    sway = 0.006 * np.sin(2 * np.pi * chance.uniform(1.4, 2.2) * seconds)
    return np.clip(start + way + sway, 0.1, 0.9)


def made(chance: np.random.Generator, shots: int) -> tuple[dict[str, Any], np.ndarray, list[int]]:
    """(facts, the truth in every frame, cuts) of a film of so many shots."""
    lengths = chance.integers(2 * RATE, 9 * RATE, shots)
    cuts = np.cumsum(lengths)
    truth, tracks = [], []
    looks: list[int] = []
    for begin, length in zip(np.concatenate([[0], cuts[:-1]]), lengths, strict=True):
        middle, wide, tall = walk(chance, int(length)) * SIZE[0], chance.uniform(0.05, 0.22) * SIZE[0], chance.uniform(0.3, 0.9) * SIZE[1]
        wide = min(wide, 0.9 * SIZE[1] * 9 / 16)
        beats = 1 + 0.04 * np.sin(2 * np.pi * 1.8 * np.arange(length) / RATE)
        left, top = middle - wide * beats / 2, np.full(int(length), SIZE[1] - tall - chance.uniform(0, 60))
        boxes = np.column_stack([left, top, left + wide * beats, top + tall])
        boxes = np.clip(boxes, 0, [*SIZE, *SIZE])
        truth.append(boxes)
        here = [int(begin) + frame for frame in range(int(chance.integers(0, 4)), int(length), 8) if chance.uniform() > 0.1]
        seen = boxes[np.array(here) - begin] + chance.normal(0, 0.02 * wide, (len(here), 4))
        rows = np.column_stack([seen[:, :2], seen[:, 2:] - seen[:, :2], np.full(len(here), 0.9)])
        tracks.append((len(looks), rows.astype("<f4")))
        looks += here
    coded = [(first, len(rows), b64encode(rows.tobytes()).decode()) for first, rows in tracks if len(rows)]
    numbered = tuple(Track("person", 0.9, tuple(range(first, first + count)), text) for first, count, text in coded)
    span = Span(Fraction(0), Fraction(int(cuts[-1]), RATE))
    seconds = tuple(Fraction(frame, RATE) for frame in looks)
    boundaries = tuple(Boundary(int(cut), Fraction(int(cut), RATE), 0.99) for cut in cuts[:-1])
    facts = {
        "shots": Shots(span, Fraction(0), Fraction(RATE), int(cuts[-1]), "made", boundaries),
        "objects": Objects(span, Fraction(0), Fraction(RATE), "made", *SIZE, tuple(looks), seconds, numbered),
    }
    return facts, np.vstack(truth), [int(cut) for cut in cuts[:-1]]


def planned(facts: dict[str, Any], frames: int, rate: Fraction, size: tuple[int, int], canvas: tuple[int, int], **options: Any) -> Effect:
    source = SourceMap(Fraction(0), rate, Fraction(0), rate, 1.0)
    strip = StripRef("film", "MOVIE", "/film", "film", 1, FrameRange(0, frames), source)
    scale = max(canvas[0] / size[0], canvas[1] / size[1])
    stage = Stage(canvas, rate, {"film": Shown(size, Pose(scale=(scale, scale)))})
    found = {engine: {"film": one} for engine, one in facts.items()}
    return plan(found, [strip], ReframeOptions(**options), stage).effects[0]


def asked(film: Path, weights: Path, models: str, per_second: int = 0) -> dict[str, Any]:
    """What the worker finds in a film, each frame of it where `per_second` says so."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "facts.json"
        call = [sys.executable, "-m", "ml", "analyse", str(film.resolve()), "--json", str(target), "--models", models]
        call += ["--option", f"objects.model={weights.resolve()}", "--engines", "objects" if per_second else "shots,objects,saliency"]
        call += ["--option", f"objects.per_second={per_second}"] if per_second else []
        subprocess.run(call, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
        rows = json.loads(target.read_text())["media"][0]["facts"]
    return {engine: from_json(ENGINES[engine].facts, one) for engine, one in rows.items()}


def tracked(effect: Effect, cuts: list[int], size: tuple[int, int], canvas: tuple[int, int]) -> np.ndarray:
    """The box of the planned subject in every frame, as it was tracked: straight from mark to mark within a shot."""
    frames = np.arange(effect.frames.start, effect.frames.end)
    shown = windows(effect, frames, size, canvas)
    found = np.full((len(frames), 4), np.nan)
    for begin, end in pairwise([0, *cuts, len(frames)]):
        marks = [mark for mark in effect.marks if begin <= mark.frame < end]
        if marks:
            rows = np.array([_of_picture(mark.box, shown[mark.frame], canvas) for mark in marks])
            at = np.arange(marks[0].frame, marks[-1].frame + 1)
            found[at] = np.column_stack([np.interp(at, [mark.frame for mark in marks], rows[:, side]) for side in range(4)])
    return np.clip(found, 0, [*size, *size])


def seen_anew(effect: Effect, every: Objects, looked: Objects, cuts: list[int], size: tuple[int, int], rate: float) -> np.ndarray:
    """The box around those the camera is about, as the network sees them in every frame: nan where it sees none of them.

    What it sees goes, one to one, to all that was followed in the shot, the most alike first, people to people and things to things: so
    nobody is taken for the subject who was followed as somebody else, and who is not seen in a frame is not made up from others.
    """
    at: dict[int, list[tuple[bool, np.ndarray]]] = {}
    for track in every.tracks:
        rows = np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5).astype(np.float64)
        for sample, row in zip(track.samples, rows, strict=True):
            box = np.clip([*row[:2], *(row[:2] + row[2:4])], 0, [*size, *size])
            at.setdefault(every.frames[sample], []).append((track.label == PERSON, box))
    sights, names = Sights(looked, None), {mark.frame: mark.name.split(" and ") for mark in effect.marks}
    found = np.full((effect.frames.length, 4), np.nan)
    for begin, end in pairwise([0, *cuts, len(found)]):
        followed = sights.subjects(np.arange(begin, end) / rate)
        about: list[str] = []
        for frame in range(begin, end):
            about = names.get(frame, about)
            there = {one.name: (one.label == PERSON, one.box[frame - begin] * [*size, *size]) for one in followed}
            own = alike(there, at.get(frame, []))
            meant = np.array([own[name] for name in about if name in own])
            if len(meant):
                found[frame] = *meant[:, :2].min(axis=0), *meant[:, 2:].max(axis=0)
    return found


def alike(followed: dict[str, tuple[bool, np.ndarray]], seen: list[tuple[bool, np.ndarray]]) -> dict[str, np.ndarray]:
    """Which of the boxes seen each of those followed is, where one is more than half the same; each box is one thing's. True: a person."""
    pairs = sorted(
        (
            (overlap(box, mine), name, number)
            for name, (who, mine) in followed.items()
            for number, (what, box) in enumerate(seen)
            if who == what
        ),
        reverse=True,
    )
    found: dict[str, np.ndarray] = {}
    taken: set[int] = set()
    for share, name, number in pairs:
        if share > 0.5 and name not in found and number not in taken:
            found[name] = seen[number][1]
            taken.add(number)
    return found


def _of_picture(box: tuple[float, float, float, float], window: np.ndarray, canvas: tuple[int, int]) -> np.ndarray:
    """A box of the frame, counted from its lower left corner, as one of the picture, from its upper left."""
    one = (window[2] - window[0]) / canvas[0]
    return np.array([window[0] + box[0] * one, window[3] - box[3] * one, window[0] + box[2] * one, window[3] - box[1] * one])


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    if np.isnan(other[0]):
        return 0.0
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = float(np.prod(np.maximum(high - low, 0)))
    return shared / (float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - shared + 1e-9)


def told(name: str, rows: dict[str, dict[str, float]]) -> None:
    for contender, row in rows.items():
        numbers = "".join(f"{row[key]:10.3f}" for key in ("inside", "all", "jerk", "keys", "fast"))
        print(f"{name[-44:]:46}{contender:12}{row['frames']:8}{numbers}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", nargs="+", default=[], type=Path)
    parser.add_argument("--weights", type=Path, default=Path("yolov8n.pt"))
    parser.add_argument("--models", default=os.environ.get("ASSISTANT_EDITOR_MODELS", ""))
    parser.add_argument("--made", type=int, default=60, help="shots of the film that is made")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    result: dict[str, Any] = {}
    print(f"{'':58}{'frames':>8}{'inside':>10}{'all':>10}{'jerk':>10}{'keys':>10}{'fast':>10}")
    facts, truth, cuts = made(np.random.default_rng(given.seed), given.made)
    for aspect in ASPECTS:
        canvas = canvas_for(SIZE, aspect)
        effect = planned(facts, len(truth), Fraction(RATE), SIZE, canvas)
        result[f"made {aspect}"] = contenders(effect, truth, cuts, SIZE, canvas, RATE)
        told(f"made, {given.made} shots, {aspect}", result[f"made {aspect}"])
    for film in given.films:
        known, every = asked(film, given.weights, given.models), asked(film, given.weights, given.models, 60)["objects"]
        size = (known["objects"].width, known["objects"].height)
        cuts = [one.frame for one in known["shots"].boundaries if one.score >= 0.5]
        for aspect in ASPECTS:
            canvas = canvas_for(size, aspect)
            for wide in ("bars", "crop"):
                effect = planned(known, known["shots"].frames, known["shots"].rate, size, canvas, wide=wide)
                meant = tracked(effect, cuts, size, canvas)
                anew = seen_anew(effect, every, known["objects"], cuts, size, float(known["shots"].rate))
                for kind, boxes in (("as tracked", meant), ("seen anew", anew)):
                    rows = contenders(effect, boxes, cuts, size, canvas, float(known["shots"].rate))
                    rows = {f"ours, {wide}": rows.pop("ours"), **(rows if wide == "bars" else {})}
                    result.setdefault(f"{film.name} {aspect} {kind}", {}).update(rows)
        for title in (f"{film.name} {aspect} {kind}" for aspect in ASPECTS for kind in ("as tracked", "seen anew")):
            told(title, result[title])
    if given.json:
        given.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
