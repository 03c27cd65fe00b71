"""Shot boundaries beside PySceneDetect's detectors and TransNetV2's own package, in one run: accuracy, speed, curves.

    python benchmarks/shots.py --data DIR --labels FILE            labelled films; --format when it is not ours or not recognised
    python benchmarks/shots.py --data DIR --labels FILE --only-ours --out found.json
    python benchmarks/shots.py --generated 20 --seed 1             made films (tests/film_maker.py), labelled by construction
    python benchmarks/shots.py --each 200 --seed 1                 made films until there are 200 transitions of every kind

Without any of these the labelled fixture film is used where it is, else one film made from the packaged footage.
What is counted how is said in `shots_scoring.py`, what is run how in `shots_detectors.py`, file formats in `shots_labels.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import curves, shots_detectors
from benchmarks.shots_detectors import Nobody, Pictures, Run, decoding, light_size, ours, theirs
from benchmarks.shots_labels import Labels, film_of, read_labels
from benchmarks.shots_scoring import Detection, Score, hard_score, point_score, tally
from benchmarks.shots_table import Row, show
from ml.facts import Detector

PEERS = ("adaptive", "content", "hash", "histogram", "threshold")
OURS = "ours"
NETWORK_SIZE = (48, 27)
CURVE_TOLERANCE = 1
MANY = 30
"""Films; with more, the table of single films is left out unless it is asked for."""

Films = Mapping[Path, Labels]
Detect = Callable[[Path], Run]


def detectors(options: argparse.Namespace, scratch: Path) -> dict[str, Detect]:
    """Who is compared, by name. TransNetV2's package comes last: see `shots_detectors.Package`."""
    models: Path = options.models
    found: dict[str, Detect] = {OURS: lambda path: ours(path, models)}
    if options.thorough:
        found["ours, thorough"] = lambda path: ours(path, models, thorough=True)
    if options.light:
        lights: tuple[Detector, ...] = ("adaptive", "content", "hash")
        for light in lights:
            found[f"ours, {light}"] = lambda path, light=light: ours(path, models, light)
    if options.only_ours:
        return found
    for name in PEERS:
        found[f"PySceneDetect {name}"] = lambda path, name=name: theirs(name, path)
    module = shots_detectors.package_module()
    if module is None:
        print("TransNetV2's own package is not here (ASSISTANT_EDITOR_PEERS; `dev.py bench shots` gets it): left out.")
    else:
        package = shots_detectors.Package(module, models, scratch)
        package.close()
        found["TransNetV2 package"] = package.run
    return found


def warm_up(target: Path) -> Path:
    """Two seconds of noise, so that what loads and compiles at the first film is not timed at a labelled one."""
    random = np.random.default_rng(0)
    with av.open(str(target), "w") as writing:
        stream = writing.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for _ in range(60):
            writing.mux(stream.encode(av.VideoFrame.from_ndarray(random.integers(0, 255, (90, 160, 3), np.uint8), format="rgb24")))
        writing.mux(stream.encode(None))
    return target


def run(
    films: Films, who: Mapping[str, Detect], warm: Path, curve: Path | None = None
) -> tuple[dict[str, Row], dict[str, dict[str, Run]]]:
    """Every detector over every film, one detector after the other, each first over the film `warm`.

    Returns rows and runs by detector, runs by name of film.
    """
    rows: dict[str, Row] = {}
    runs: dict[str, dict[str, Run]] = {}
    for name, detect in who.items():
        detect(warm)  # libraries load and caches warm before anything is timed
        row = rows[name] = Row(typed=name.startswith(OURS))
        runs[name] = {}
        for path, labels in films.items():
            done = runs[name][path.name] = detect(path)
            row.films[path.name] = tally(done.found, labels)
            row.seconds += done.seconds
    if curve is not None:
        _plot(films, runs, curve)
    return rows, runs


def measure(films: Films, size: tuple[int, int]) -> dict[str, tuple[int, float]]:
    """Frames and seconds of decoding alone, and of decoding and scaling to what the network and the light detectors read."""
    wanted: dict[str, Callable[[Path], Any]] = {
        "decoding alone": lambda _path: Nobody(),
        f"decoding, scaling {size[0]}x{size[1]}": lambda _path: Pictures(size),
        "decoding, scaling as light": lambda path: Pictures(light_size(path)),
    }
    found = {}
    for name, consumer in wanted.items():
        each = [decoding(path, consumer(path)) for path in films]
        found[name] = (sum(frames for frames, _ in each), sum(seconds for _, seconds in each))
    return found


def _plot(films: Films, runs: Mapping[str, Mapping[str, Run]], target: Path) -> None:
    def curve(each: Mapping[str, Run], score: Callable[[list[Detection], Labels], Score]) -> curves.Curve:
        def pooled(found: Callable[[Run], list[Detection]]) -> tuple[float, float]:
            whole = sum((score(found(each[path.name]), labels) for path, labels in films.items()), Score())
            return whole.recall, whole.precision

        one = next(iter(each.values()))
        points = [pooled(lambda done, at=threshold: done.at(at) if done.at else []) for threshold in one.thresholds]
        return curves.Curve(points, pooled(lambda done: done.found))

    def hard(found: list[Detection], labels: Labels) -> Score:
        return hard_score([one.frame for one in found if one.kind == "cut"], labels, CURVE_TOLERANCE)

    def points(found: list[Detection], labels: Labels) -> Score:
        return point_score([one.frame for one in found], labels)

    curves.draw(
        {
            f"Hard cuts, at most {CURVE_TOLERANCE} frame away": {name: curve(each, hard) for name, each in runs.items()},
            "All boundaries as points": {name: curve(each, points) for name, each in runs.items()},
        },
        target,
    )
    print(f"Curves of precision over recall: {target}")


def write_found(runs: Mapping[str, Run], target: Path) -> None:
    """Our boundaries as JSON: {video: {hard: [...], gradual: [[first, last], ...], seconds: x}}."""
    entries = {
        name: {
            "hard": [one.frame for one in done.found if one.extent is None],
            "gradual": [list(one.extent) for one in done.found if one.extent is not None],
            "seconds": round(done.seconds, 3),
        }
        for name, done in runs.items()
    }
    target.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def labelled_films(data: Path, labels: Path, layout: str) -> dict[Path, Labels]:
    """Films of a folder with what is known of them. Labelled films that are not there are named and left out."""
    found: dict[Path, Labels] = {}
    missing = []
    for name, known in read_labels(labels, layout).items():
        film = film_of(name, data)
        if film is None:
            missing.append(name)
        else:
            found[film] = known
    if missing:
        print(f"Not in {data}, left out: {', '.join(missing[:5])}{f' and {len(missing) - 5} more' if len(missing) > 5 else ''}.")
    return found


def made_films(folder: Path, films: int, each: int, seed: int, shortest: int) -> dict[Path, Labels]:
    """Films made from the packaged footage and what fixtures there are, with their labels."""
    from tests import film_maker
    from tests.films.sources import standard_sources

    sources = standard_sources(folder)
    plans = film_maker.plans_with_each(seed, each, sources, shortest) if each else film_maker.plans(seed, films, sources, shortest=shortest)
    film_maker.write_films(plans, sources, folder)
    return labelled_films(folder, folder / "shots.json", "ours")


def chosen_films(options: argparse.Namespace, scratch: Path) -> dict[Path, Labels]:
    if options.generated or options.each:
        return made_films(scratch, options.generated, options.each, options.seed, options.shortest)
    data = options.data
    if data is None:
        fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", Path(__file__).resolve().parents[2] / "shared" / "fixtures"))
        data = fixtures / "video" if (fixtures / "video" / "shots.json").is_file() else None
    if data is not None:
        return labelled_films(data, options.labels or data / "shots.json", options.format)
    print("No labelled films are here: one made from the packaged footage is used instead.")
    return made_films(scratch, 1, 0, options.seed, options.shortest)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of labelled films")
    parser.add_argument("--labels", type=Path, help="their labels (default: shots.json in that folder)")
    parser.add_argument("--format", choices=["auto", "ours", "bbc", "rai", "clipshots", "autoshot"], default="auto")
    parser.add_argument("--generated", type=int, default=0, metavar="N", help="N made films instead")
    parser.add_argument("--each", type=int, default=0, metavar="N", help="made films with at least N transitions of every kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shortest", type=int, default=8, metavar="N", help="least frames of a shot in made films (PySceneDetect: 15)")
    parser.add_argument("--out", type=Path, help="write our boundaries as JSON")
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--thorough", action="store_true", help="also ours with the network on every frame")
    parser.add_argument("--light", action="store_true", help="also PySceneDetect's detectors as the extension runs them")
    parser.add_argument("--per-film", action="store_true", help=f"the table of single films also when there are more than {MANY}")
    parser.add_argument("--curves", type=Path, metavar="PNG", help="plot precision over recall (default: beside --out, else none)")
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("ASSISTANT_EDITOR_MODELS", "models")))
    options = parser.parse_args(argv)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        films = chosen_films(options, scratch)
        if not films:
            sys.exit("bench shots: none of the labelled films is there; --data names the folder they are in.")
        speeds = measure(films, NETWORK_SIZE)
        curve = options.curves or (options.out.with_suffix(".png") if options.out else None)
        rows, runs = run(films, detectors(options, scratch), warm_up(scratch / "warm.mp4"), curve)
        for row in rows.values():
            row.frames = speeds["decoding alone"][0]
        show(rows, {path.name: known for path, known in films.items()}, speeds, options.per_film or len(films) <= MANY)
        frames = speeds["decoding alone"][0]
        print(f"The network was spared {1 - sum(one.looked for one in runs[OURS].values()) / max(frames, 1):.0%} of the frames.")
        if options.out:
            write_found(runs[OURS], options.out)
            print(f"Our boundaries: {options.out}")


if __name__ == "__main__":
    main()
