"""Shot boundaries beside PySceneDetect's detectors, through its own API, in one run: precision, recall, F1 and frames a second.

    python benchmarks/shots.py --data DIR --labels FILE

FILE is JSON: {"film.mp4": {"hard_cuts": [first frame of each new shot, ...], "gradual": [[first, last, "kind"], ...]}}; other
keys are ignored. Without labels a film is joined from the packaged footage, whose cuts are known because we made them.
Detections inside a labelled gradual transition count neither for nor against a detector: the labels say that something is there,
not which frame is right.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ml import media
from ml.engines import shots
from ml.engines.registry import Runtime
from ml.engines.shot_scores import THRESHOLD
from ml.facts import ShotsOptions

TOLERANCES = (0, 1, 2)
PIECE = 20
"""Frames in a piece of a joined film: more than PySceneDetect's shortest shot of 15, or its detectors could not find the cuts."""


@dataclass(frozen=True)
class Labels:
    """What is known of a film: the first frames of new shots, and the frames (first, last) of gradual transitions."""

    cuts: tuple[int, ...]
    gradual: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Score:
    """How many detections are right, how many are wrong, and how many cuts were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Right detections among all; 1 when nothing was detected, for then nothing was wrong."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Cuts found among all; 1 when there were none to find."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else 1.0


def matched(found: Sequence[int], wanted: Sequence[int], tolerance: int) -> list[tuple[int, int]]:
    """Pairs (found, wanted) at most `tolerance` frames apart, each used once, as many pairs as possible.

    Going through both in order and pairing whatever fits gives the largest number, since all tolerances are equal.
    """
    pairs = []
    rest = sorted(wanted)
    for one in sorted(found):
        while rest and rest[0] < one - tolerance:
            rest.pop(0)
        if rest and rest[0] <= one + tolerance:
            pairs.append((one, rest.pop(0)))
    return pairs


def score(found: Sequence[int], labels: Labels, tolerance: int) -> Score:
    """Detections against labels. One that matches no cut but lies in a gradual transition, widened by `tolerance`, is left out."""
    pairs = matched(found, labels.cuts, tolerance)
    right = {one for one, _ in pairs}
    wrong = [
        one
        for one in set(found) - right
        if not any(first - tolerance <= one <= last + 1 + tolerance for first, last in labels.gradual)
    ]
    return Score(len(pairs), len(wrong), len(labels.cuts) - len(pairs))


def read_labels(path: Path) -> dict[str, Labels]:
    """Labels by file name. Raises KeyError or ValueError where the file is not as described above."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Labels(tuple(sorted(entry["hard_cuts"])), tuple((first, last) for first, last, *_ in entry.get("gradual", [])))
        for name, entry in data.items()
    }


@dataclass
class Tally:
    """One detector over all films."""

    scores: dict[int, Score]
    frames: int = 0
    seconds: float = 0.0


class Nobody:
    """A consumer of pictures so small that only decoding is left to measure."""

    size = (2, 2)

    def take(self, *_: object) -> None:
        pass


def ours(path: Path, models: Path) -> tuple[list[int], float]:
    """Boundaries of TransNetV2 at the published threshold, and the seconds it took once the network was loaded."""
    runtime = Runtime(models, lambda *_: None, lambda text: print(text, file=sys.stderr), lambda: None)
    consumer = shots.start(ShotsOptions("transnetv2"), media.probe(path), None, runtime)
    begun = time.perf_counter()
    media.decode(path, [consumer])
    found = [boundary.frame for boundary in consumer.finish().boundaries if boundary.score >= THRESHOLD]
    return found, time.perf_counter() - begun


def theirs(name: str, path: Path) -> tuple[list[int], float]:
    """Boundaries of PySceneDetect's own detector at its defaults, and the seconds it took."""
    import scenedetect

    detector = {
        "adaptive": scenedetect.AdaptiveDetector,
        "content": scenedetect.ContentDetector,
        "hash": scenedetect.HashDetector,
    }[name]()
    begun = time.perf_counter()
    found = [start.frame_num for start, _ in scenedetect.detect(str(path), detector)][1:]
    return found, time.perf_counter() - begun


def joined_film(source: Path, target: Path) -> Labels:
    """A film of pieces of `source`, each from inside one of its shots, joined hard so that neighbours are from different shots.

    Returns its cuts. Where the shots of the source begin is measured on its pixels, not asked of a detector.
    """
    import av
    import numpy as np

    class Changes:
        size = (64, 36)

        def __init__(self) -> None:
            self.last: np.ndarray | None = None
            self.values: list[float] = []

        def take(self, _frame: int, _seconds: Fraction, image: np.ndarray) -> None:
            picture = image.astype(np.int16)
            self.values.append(0.0 if self.last is None else float(np.abs(picture - self.last).mean()))
            self.last = picture

    changes = Changes()
    media.decode(source, [changes])
    jumps = np.asarray(changes.values) > 6 * np.median(changes.values) + 10
    starts = [0, *np.flatnonzero(jumps).tolist(), len(jumps)]
    stretches = [(begin, end) for begin, end in pairwise(starts) if end - begin >= PIECE]
    order = [begin + PIECE * part for part in range(3) for begin, end in stretches if begin + PIECE * (part + 1) <= end]
    with av.open(str(source)) as reading, av.open(str(target), "w") as writing:
        pictures = [frame.to_ndarray(format="rgb24") for frame in reading.decode(video=0)]
        stream = writing.add_stream("libx264", rate=25, options={"crf": "20", "preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[0] // 2 * 2, pictures[0].shape[1] // 2 * 2
        stream.pix_fmt = "yuv420p"
        place, cuts = 0, []
        for begin in order:
            if place:
                cuts.append(place)
            for number in range(begin, begin + PIECE):
                writing.mux(stream.encode(av.VideoFrame.from_ndarray(pictures[number], format="rgb24")))
            place += PIECE
        writing.mux(stream.encode(None))
    return Labels(tuple(cuts))


def run(films: dict[Path, Labels], models: Path) -> dict[str, Tally]:
    """Every detector over every film, one after the other; prints the table and gives what it holds."""
    detectors: dict[str, Callable[[Path], tuple[list[int], float]]] = {
        "TransNetV2 (ours)": lambda path: ours(path, models),
        "PySceneDetect adaptive": lambda path: theirs("adaptive", path),
        "PySceneDetect content": lambda path: theirs("content", path),
        "PySceneDetect hash": lambda path: theirs("hash", path),
    }
    first = next(iter(films))
    for detect in detectors.values():
        detect(first)  # libraries load and caches warm before anything is timed
    table = {name: Tally({tolerance: Score() for tolerance in TOLERANCES}) for name in detectors}
    bare = Tally({})
    for path, labels in films.items():
        begun = time.perf_counter()
        frames = media.decode(path, [Nobody()]).frames
        bare.seconds, bare.frames = bare.seconds + time.perf_counter() - begun, bare.frames + frames
        for name, detect in detectors.items():
            found, seconds = detect(path)
            tally = table[name]
            tally.seconds, tally.frames = tally.seconds + seconds, tally.frames + frames
            for tolerance in TOLERANCES:
                tally.scores[tolerance] += score(found, labels, tolerance)
    show(table, bare, films)
    return table


def show(table: dict[str, Tally], bare: Tally, films: dict[Path, Labels]) -> None:
    """The table, widest tolerance last; precision, recall and F1 of each."""
    cuts = sum(len(labels.cuts) for labels in films.values())
    print(f"{len(films)} film(s), {bare.frames} frames, {cuts} hard cuts. A match is at most n frames away and used once.")
    print("Loading of the network is not timed; the rest is, decoding included.\n")
    print(f"{'':<24}" + "".join(f"{f'n = {tolerance}: P    R    F1':>24}" for tolerance in TOLERANCES) + f"{'frames/s':>10}")
    for name, tally in table.items():
        cells = "".join(f"{one.precision:>14.3f}{one.recall:>5.2f}{one.f1:>5.2f}" for one in tally.scores.values())
        print(f"{name:<24}{cells}{tally.frames / tally.seconds:>10.0f}")
    print(f"{'decoding alone':<24}{'':>72}{bare.frames / bare.seconds:>10.0f}")


def main(argv: list[str] | None = None) -> None:
    packaged = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder of labelled films")
    parser.add_argument("--labels", type=Path, help="their labels (default: shots.json in that folder)")
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("ASSISTANT_EDITOR_MODELS", "models")))
    options = parser.parse_args(argv)
    data = options.data
    if data is None:
        fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", Path(__file__).resolve().parents[2] / "shared" / "fixtures"))
        data = fixtures / "video" if (fixtures / "video" / "shots.json").is_file() else None
    with tempfile.TemporaryDirectory() as scratch:
        if data is not None:
            labels = read_labels(options.labels or data / "shots.json")
            films = {data / name: known for name, known in labels.items() if (data / name).is_file()}
        else:
            target = Path(scratch) / "joined.mp4"
            films = {target: joined_film(packaged / "bikes.mp4", target)}
            print("No labelled films are here: a film joined from the packaged footage is used instead.")
        if not films:
            sys.exit(f"bench shots: none of the labelled films is in {data}.")
        run(films, options.models)


if __name__ == "__main__":
    main()
