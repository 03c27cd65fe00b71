"""Beats and downbeats measured on music whose beats are known by construction, beside librosa's tracker as it comes.

    python3 dev.py bench beats [--seeds 10,11,12] [--seconds 40] [--json FILE]

Every kind of `tests.music_maker` is played once with each seed. F-measure with mir_eval's definition (70 ms, the first five seconds left
out). librosa's tracker gives no downbeats: beside ours stands every fourth of its beats, from the best of the four, which it could not
know.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.beats_scoring import f_measure
from ml import media, models
from ml.engines import beats
from ml.engines.registry import Runtime
from ml.errors import EditorError
from ml.facts import BeatsOptions
from tests.music_maker import KINDS, RATE, Kind, Music, make, save

Found = tuple[list[float], list[float]]
"""Beats and downbeats, seconds."""
Way = Callable[[Path, Music], Found]


def ours(options: BeatsOptions, folder: Path) -> Way:
    """The engine, as the worker runs it."""
    runtime = Runtime(folder, lambda *_: None, lambda _: None, lambda: None)

    def find(path: Path, _music: Music) -> Found:
        facts = beats.run(path, options, media.probe(path), None, runtime)
        return [float(beat.seconds) for beat in facts.beats], [float(beat.seconds) for beat in facts.beats if beat.downbeat]

    return find


def bare(_path: Path, music: Music) -> Found:
    """`librosa.beat.beat_track` with nothing set."""
    import librosa

    _, found = librosa.beat.beat_track(y=music.samples, sr=RATE, units="time")
    seconds = [float(one) for one in found]
    labels = downs(music)
    return seconds, max((seconds[first::4] for first in range(4)), key=lambda some: f_measure(labels, some))


def downs(music: Music) -> list[float]:
    return [seconds for seconds, place in music.beats if place == 1]


def measure(
    kind: Kind, seeds: Sequence[int], seconds: float, ways: dict[str, Way], taken: dict[str, float]
) -> dict[str, tuple[float, float]]:
    """Mean F of beats and of downbeats of one kind, by way; adds to the seconds each has `taken`."""
    scores: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            music = make(kind, seed, seconds)
            path = Path(folder) / f"{seed}.wav"
            save(music.samples, path)
            for name, way in ways.items():
                started = time.perf_counter()
                found, first = way(path, music)
                taken[name] += time.perf_counter() - started
                scores[name].append((f_measure([at for at, _ in music.beats], found), f_measure(downs(music), first)))
    return {name: (mean(beat for beat, _ in rows), mean(down for _, down in rows)) for name, rows in scores.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="10,11,12,13", help="which pieces; those that the tracker was made with are 1 to 4")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = Path(os.environ.get("ASSISTANT_EDITOR_MODELS", "models"))
    ways: dict[str, Way] = {"librosa as it comes": bare, "ours": ours(BeatsOptions(), folder)}
    try:
        models.path_of(beats.MODEL, folder)
        ways["ours, BeatNet"] = ours(BeatsOptions("neural"), folder)
    except EditorError as missing:
        print(f"Without the network: {missing.message}")
    seeds = [int(seed) for seed in options.seeds.split(",")]
    make_ready(ways)
    taken = dict.fromkeys(ways, 0.0)
    table = {kind.name: measure(kind, seeds, options.seconds, ways, taken) for kind in KINDS}
    table["mean"] = {name: (mean(row[name][0] for row in table.values()), mean(row[name][1] for row in table.values())) for name in ways}
    print("| beats / downbeats, F | " + " | ".join(ways) + " |")
    print("|---|" + "---|" * len(ways))
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(f"{row[way][0]:.2f} / {row[way][1]:.2f}" for way in ways) + " |")
    music = len(KINDS) * len(seeds) * options.seconds
    for name in ways:
        print(f"{name}: {taken[name] / music * 3600:.1f} s for an hour of music")
    if options.json:
        options.json.write_text(json.dumps({"seeds": seeds, "scores": table, "seconds": taken}, indent=1), encoding="utf-8")
    return 0


def make_ready(ways: dict[str, Way]) -> None:
    """Compiles and loads what the first call would, so that it is in nobody's time."""
    with tempfile.TemporaryDirectory() as folder:
        music = make(KINDS[0], 0, 8.0)
        save(music.samples, Path(folder) / "ready.wav")
        for way in ways.values():
            way(Path(folder) / "ready.wav", music)


if __name__ == "__main__":
    sys.exit(main())
