# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""How well shots are grouped into scenes, and how long it takes, beside peers that get the same shots.

    python benchmarks/scenes.py --footage FILM [--films N --seed N --colour --shots true|adaptive|transnetv2]
    python benchmarks/scenes.py --cost                     what a plan of 300 and 2 000 shots costs

There is no labelled film of scenes to ship, so films are made of known scenes (`tests/scene_maker.py`): real shots, two or three
setups a scene to and fro, each scene with its own light and its own sound. They are easier than real films in that a place looks
like nothing else, and harder in that five shots serve all scenes.
"""

from __future__ import annotations

import argparse
import base64
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml.client import Backend, Job
from assistant_editor.ml.facts import Boundary, Looks, Shots, Span, Transition
from assistant_editor.ml.protocol import Analyse, Task
from assistant_editor.timeline.plan import Marker
from assistant_editor.timeline.planners import grouping, scenes
from assistant_editor.timeline.standing import Standing
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from benchmarks.scenes_scoring import Score, score
from tests import scene_maker

Grouping = Callable[[Any], list[int]]


def facts_of(film: Path, backend: Backend, detector: str, descriptor: str) -> dict[str, Any]:
    """Engine -> facts, from our own worker."""
    tasks = [Task("looks", {"descriptor": descriptor}), Task("ambience")]
    if detector != "true":
        tasks.append(Task("shots", {"detector": detector}))
    job = Job(backend, [Analyse("film", str(film), tuple(tasks))])
    job.wait()
    if job.failures:
        raise SystemExit("; ".join(failure.message for failure in job.failures))
    return {engine: facts for (_id, engine), facts in job.results.items()}


def true_shots(told: dict[str, Any]) -> Shots:
    """The labels as facts: so that grouping is scored by itself."""
    rate, length = Fraction(told["rate"]), told["frames"]

    def boundary(frame: int) -> Boundary:
        first, last = frame - scene_maker.FADE, frame + scene_maker.FADE - 1
        faded = Transition("fade_black", first, last, Span(first / rate, (last + 1) / rate)) if frame in told["fades"] else None
        return Boundary(frame, frame / rate, 1.0, faded)

    return Shots(Span(Fraction(0), length / rate), Fraction(0), rate, length, "labels", tuple(map(boundary, told["cuts"])))


def ours(known: dict[str, Any], shots: Shots, sound: bool, granularity: float = 0.5) -> list[int]:
    """First frames of the scenes, by the planner itself."""
    rate = shots.rate
    strip = StripRef("film", "MOVIE", "film", "m", 1, FrameRange(0, shots.frames), SourceMap(Fraction(0), rate, Fraction(0), rate, 1.0))
    evidence = scenes.Evidence({"m": shots}, {"m": known["looks"]}, {"m": known["ambience"]} if sound else {})
    options = replace(scenes.ScenesPlanOptions(), granularity=granularity)
    planned = scenes.plan(evidence, [strip], options, Standing(), rate)
    return [edit.frame for edit in planned.edits if isinstance(edit, Marker)]


def plain_distances(known: dict[str, Any], shots: Shots) -> tuple[Any, list[int]]:
    """The bare cosine distances of the same descriptors, and the shots' first frames."""
    starts = [0, *(b.frame for b in shots.boundaries if b.score >= 0.5)]
    looks = known["looks"]
    rows = np.frombuffer(base64.b64decode(looks.descriptors), np.uint8).reshape(-1, looks.width).astype(float) - 128
    at = np.array(looks.frames)
    ends = [*starts[1:], shots.frames]
    means = []
    for start, end in zip(starts, ends, strict=True):
        inside = rows[(at >= start) & (at < end)]
        means.append(inside.mean(axis=0) if len(inside) else rows[np.abs(at - (start + end) / 2).argmin()])
    unit = np.array(means) / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return np.clip(1 - unit @ unit.T, 0, 1), starts


def elbow(apart: Any) -> int:
    """The number of scenes as the 2016 paper estimates it: the elbow of the logarithm of the singular values, first half."""
    values = np.linalg.svd(apart, compute_uv=False)
    curve = np.log(np.maximum(values[: max(2, len(values) // 2)], 1e-12))
    line = np.linspace(curve[0], curve[-1], len(curve))
    return max(1, int(np.argmax(line - curve)))


def published(apart: Any, count: int) -> list[int]:
    """Optimal sequential grouping into `count` scenes with the additive cost."""
    n = len(apart)
    sums = np.zeros((n + 1, n + 1))
    sums[1:, 1:] = apart.cumsum(0).cumsum(1)
    least, came = np.full((count + 1, n + 1), np.inf), np.zeros((count + 1, n + 1), int)
    least[0, 0] = 0
    diagonal = np.diagonal(sums)
    for end in range(1, n + 1):
        cost = least[:count, :end] + (diagonal[end] - 2 * sums[:end, end] + diagonal[:end])
        came[1:, end] = cost.argmin(axis=1)
        least[1:, end] = cost.min(axis=1)
    found, end = [], n
    for k in range(count, 0, -1):
        end = int(came[k, end])
        found.append(end)
    return found[::-1]


def neighbours(apart: Any) -> list[int]:
    """A new scene wherever a shot differs from the one before by more than a threshold (least error) of all such differences."""
    steps = np.diagonal(apart, 1)
    return [0, *(np.flatnonzero(steps > grouping.parting(steps)) + 1).tolist()]


def evenly(n: int, count: int) -> list[int]:
    return sorted({i * n // count for i in range(min(n, count))})


def pyscenedetect(film: Path) -> dict[str, list[int]]:
    """What PySceneDetect calls scenes: by its content detector, and by fades to black alone. First frames."""
    import scenedetect

    found = {}
    for name, detector in (("content", scenedetect.ContentDetector()), ("threshold", scenedetect.ThresholdDetector())):
        rows = scenedetect.detect(str(film), detector)
        found[f"PySceneDetect {name}"] = [0, *(row[0].frame_num for row in rows[1:])]
    return found


def scored(film: Path, told: dict[str, Any], known: dict[str, Any], peers: bool) -> dict[str, Score]:
    shots = known.get("shots") or true_shots(told)
    found = {"ours": ours(known, shots, True), "ours, pictures only": ours(known, shots, False)}
    if peers:
        apart, starts = plain_distances(known, shots)
        n, there = len(starts), len(told["scenes"])
        groups = {
            "sequential grouping, additive, elbow": published(apart, min(n, elbow(apart))),
            "sequential grouping, additive, true number": published(apart, min(n, there)),
            "neighbours over a threshold": neighbours(apart),
            "even parts, true number": evenly(n, there),
            "every shot a scene": list(range(n)),
            "one scene": [0],
        }
        found |= {name: [starts[i] for i in firsts] for name, firsts in groups.items()}
        found |= pyscenedetect(film)
    return {name: score(told["scenes"], firsts, told["frames"]) for name, firsts in found.items()}


def table(rows: dict[str, list[Score]]) -> str:
    lines = ["| grouping | F | coverage | overflow | edit distance | boundary F1 | scenes found / there |", "|---|---|---|---|---|---|---|"]
    for name, scores in rows.items():
        mean = [float(np.mean([getattr(one, field) for one in scores])) for field in ("f", "coverage", "overflow", "edits", "boundary_f1")]
        counts = f"{sum(one.found for one in scores)} / {sum(one.there for one in scores)}"
        lines.append(f"| {name} | " + " | ".join(f"{value:.2f}" for value in mean) + f" | {counts} |")
    return "\n".join(lines)


def cost(count: int) -> float:
    """Milliseconds in which the whole plan of `count` made-up shots, cut already, is made; best of three."""
    random, rate, each = np.random.default_rng(1), Fraction(25), 4
    rows = np.repeat(random.normal(0, 1, (count // 7 + 1, 160)), 7, axis=0)[:count] + random.normal(0, 0.6, (count, 160))
    rows = np.repeat(np.round(rows / np.abs(rows).max(axis=1, keepdims=True) * 127 + 128).astype(np.uint8), each, axis=0)
    at = tuple(range(6, 12 * each * count, 12))
    ones, whole = (1.0,) * len(at), Span(Fraction(0), Fraction(12 * each * count, 25))
    data = base64.b64encode(rows.tobytes()).decode()
    looks = Looks(whole, Fraction(0), rate, at, tuple(frame / rate for frame in at), ones, ones, ones, "made", 160, data)
    starts = range(0, 12 * each * count, 12 * each)
    shots = Shots(whole, Fraction(0), rate, 12 * each * count, "made", tuple(Boundary(f, f / rate, 1.0) for f in starts[1:]))
    source = SourceMap(Fraction(0), rate, Fraction(0), rate, 1.0)
    strips = [StripRef(f"film {f}", "MOVIE", "film", "m", 1, FrameRange(f, f + 12 * each), source) for f in starts]
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        scenes.plan(scenes.Evidence({"m": shots}, {"m": looks}), strips, scenes.ScenesPlanOptions(granularity=0.7), Standing(), rate)
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--footage", type=Path, help="the street film (default: bikes.mp4 of ASSISTANT_EDITOR_TEST_MEDIA)")
    parser.add_argument("--films", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--colour", action="store_true", help="descriptors of colour alone, as without the network's weights")
    parser.add_argument("--shots", choices=["true", "adaptive", "transnetv2"], default="true", help="whose shots are grouped")
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--cost", action="store_true", help="only what planning costs")
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("ASSISTANT_EDITOR_MODELS", "models")))
    options = parser.parse_args(argv)
    for count in (300, 2000) if options.cost or not options.only_ours else ():
        print(f"planning the scenes of {count} shots: {cost(count):.0f} ms")
    if options.cost:
        return
    footage = options.footage or Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "")) / "bikes.mp4"
    rows: dict[str, list[Score]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        backend = Backend(sys.executable, str(options.models), str(Path(scratch) / "cache"))
        for seed in range(options.seed, options.seed + options.films):
            film = Path(scratch) / f"{seed}.mp4"
            told = scene_maker.make(footage, film, seed, scenes=3 + seed % 5)
            known = facts_of(film, backend, options.shots, "colour" if options.colour else "network")
            for name, found in scored(film, told, known, not options.only_ours).items():
                rows.setdefault(name, []).append(found)
    told = "colour" if options.colour else "network and colour"
    print(f"\n{options.films} films from seed {options.seed}, shots: {options.shots}, descriptors: {told}")
    print(table(rows))


if __name__ == "__main__":
    main()
