# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""Searching the library: recall@5 on queries written for known footage, and how long answers take in libraries of many shots.

    python benchmarks/search.py [--recall | --latency] [--shots 1000 10000 100000] [--weights YOLO.pt]

Recall: the footage is indexed as Index Folder does it, the queries (`search_queries`) were written by people who looked at it and heard
it; recall@5 is the share of the moments they mean that the first five hits hold. Latency: libraries are made up from a fixed seed, with as
many labels and sentences a shot as real footage has; the first answer of a process reads from the disk what later ones have at hand.
What the backend takes to read a wording is told apart. No number here is asserted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")
if "assistant_editor.operators" not in sys.modules:
    # What indexes lies beside Blender's operators, whose package imports Blender.
    operators = ModuleType("assistant_editor.operators")
    operators.__path__ = [str(ROOT / "operators")]
    sys.modules["assistant_editor.operators"] = operators

import numpy as np
from assistant_editor.ml import facts
from assistant_editor.ml.client import Backend, Job, close_all
from assistant_editor.ml.facts import Span
from assistant_editor.ml.library import Label, Library, Passage, Place, Record, Shot
from assistant_editor.ml.protocol import ReadTexts
from assistant_editor.operators.indexing import Indexing
from assistant_editor.operators.library_keep import Wish
from assistant_editor.timeline.search import Sought, find
from assistant_editor.timeline.search_query import parse
from assistant_editor.timeline.search_words import CLASSES, MOODS, MOVEMENTS, SIZES
from assistant_editor.timeline.shelved import vectors_of
from assistant_editor.timeline.shot_log import SOURCES

from benchmarks.search_queries import FIXTURE_FILES, PACKAGED_FILES, QUERIES, Query

WORDS = [
    f"{first}{second}"
    for first in ("ba", "ke", "mi", "tor", "lun", "pes", "gra", "do")
    for second in ("la", "ne", "sti", "rum", "ko", "van")
]
PEOPLE = [f"{first} {last}" for first in ("Anna", "Ben", "Carla", "David", "Eva") for last in ("Adler", "Brook", "Cole", "Dorn", "Eden")]
ASKED = (
    "close-ups of Anna Adler, smiling, outside",
    "funny moments with a dog longer than 3 seconds",
    'says "bala kene"', "happy people outdoors",
    "talking about milan torrum", "wide shots of cars or trucks at night without people", "best shots of a person", "static shots, indoors",
    "a zorblax on a table", "sad close-ups of Ben, between 2 and 5 seconds",
)  # fmt: skip
MEANING, PICTURE = 384, 512


def made_shots(count: int, seed: int = 1) -> Iterator[tuple[Record, list[Shot]]]:
    """Media of 100 shots each: about six labels a shot, common things often, and 1.2 sentences of ten words."""
    rng, draw = random.Random(seed), np.random.default_rng(seed)
    weights = [1 / (place + 1) for place in range(len(CLASSES))]
    for number in range(0, count, 100):
        shots = []
        for place in range(min(100, count - number)):
            start = Fraction(place * 5)
            things = set(rng.choices(CLASSES, weights, k=4))
            labels = [Label("object", thing, 2.0, 0.3, rng.random(), rng.random()) for thing in sorted(things)]
            labels += [Label("concept", rng.choice(("street", "sport", "music", "laughter", "office")), 2.0, 0.3, 0.5, rng.random())]
            labels += (
                [Label("expression", rng.choice(("joy", "sadness", "fear")), 2.0, 1.0, 0.5, rng.random())] if rng.random() < 0.4 else []
            )
            labels += [Label("person", rng.choice(PEOPLE), 2.0, 0.3, 0.9, rng.random())] if rng.random() < 0.5 else []
            said = 1 + (rng.random() < 0.2)
            vectors = signed(draw, said, MEANING)
            passages = tuple(
                Passage(Span(start + n, start + n + 1), " ".join(rng.choices(WORDS, k=10)), vectors[n].tobytes()) for n in range(said)
            )
            shots.append(Shot(
                Span(start, start + Fraction(rng.randint(1, 80), 10)), rng.choice(list(SIZES)), rng.choice(list(MOVEMENTS)),
                rng.choice(("indoor", "outdoor")), rng.choice(("day", "night")), rng.choice(list(MOODS)), rng.random(), 0.0, 0.0,
                rng.random(),
                rng.randint(0, 3), ", ".join(label.label for label in labels), '{"still": "0/1"}', tuple(labels), passages,
                signed(draw, 1, PICTURE)[0].tobytes(),
            ))  # fmt: skip
        yield Record(f"m{number}", "s", 500.0, meaning=f"meaning/{MEANING}", pictures=f"made/{PICTURE}"), shots


def signed(draw: Any, count: int, width: int) -> Any:
    rows = draw.standard_normal((count, width))
    return np.round(rows / np.linalg.norm(rows, axis=1, keepdims=True) * 127).astype(np.int8)


def make_library(folder: Path, count: int) -> float:
    """Seconds it took."""
    begun = time.perf_counter()
    with Library(folder) as library:
        for record, shots in made_shots(count):
            library.at([Place(f"/footage/reel {record.medium}/clip {record.medium}.mp4", record.medium, 1, 1)])
            library.put(record, shots)
    return time.perf_counter() - begun


def ask_all(folder: Path, asked: Sequence[str] = ASKED) -> list[tuple[float, float]]:
    """Seconds of each query, and of the processor, from opening the library to hits that can be shown."""
    draw = np.random.default_rng(3)
    spaces = (("passage", f"meaning/{MEANING}", MEANING), ("shot", f"made/{PICTURE}", PICTURE))
    vectors = [Sought(kind, space, signed(draw, 1, width)[0].astype(np.float32) / 127) for kind, space, width in spaces]  # type: ignore[arg-type]
    taken = []
    for text in asked:
        begun, worked = time.perf_counter(), time.process_time()
        with Library(folder) as library:
            query = parse(text, library.names())
            sought = [one for one in vectors if (query.meaning if one.kind == "passage" else query.scene)]
            found = find(query, library, sought)
            library.shots([hit.shot for hit in found.hits])
        taken.append((time.perf_counter() - begun, time.process_time() - worked))
        if not found.hits and "zorblax" not in text:
            sys.exit(f"bench search: nothing was found for {text!r}, so its time means nothing")
    return taken


def latency(counts: Sequence[int]) -> None:
    """The processor's time says what the work is; on a busy machine the clock says more."""
    print(f"{'':>33}{'first in a process, ms':>24}{'later, ms':>18}{'processor, ms':>19}")
    print(f"{'shots':>8}{'made in, s':>12}{'on disk, MB':>13}", end="")
    print(f"{'median':>13}{'slowest':>11}{'median':>10}{'slowest':>8}{'median':>11}{'slowest':>8}")
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            seconds = make_library(Path(scratch), count)
            size = sum(path.stat().st_size for path in Path(scratch).iterdir()) / 1e6
            first = [_first(scratch, number) for number in range(len(ASKED))]
            ask_all(Path(scratch))
            later = [*ask_all(Path(scratch)), *ask_all(Path(scratch))]
        cells = [_two(first, 13, 11), _two([wall for wall, _work in later], 10, 8), _two([work for _wall, work in later], 11, 8)]
        print(f"{count:>8}{seconds:>12.1f}{size:>13.1f}" + "".join(cells))


def _first(folder: str, number: int) -> float:
    """Seconds of one query in a process of its own, without the process's start."""
    command = [sys.executable, __file__, "--ask", folder, "--number", str(number)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _two(seconds: Sequence[float], wide: int, other: int) -> str:
    """Median and slowest, in milliseconds."""
    return f"{1000 * statistics.median(seconds):>{wide}.0f}{1000 * max(seconds):>{other}.0f}"


def wish(weights: str, models: str) -> Wish:
    """What Index Folder looks for without further choices; objects by `weights` where there are some."""
    options: list[tuple[str, Any]] = [("shots", facts.ShotsOptions()), ("objects", facts.ObjectsOptions(model=weights))]
    options += [("faces", facts.FacesOptions()), ("pictures", facts.PicturesOptions()), ("concepts", facts.ConceptsOptions())]
    options += [("transcript", facts.TranscriptOptions()), ("voice", facts.VoiceOptions()), ("loudness", facts.LoudnessOptions())]
    options += [("beats", facts.BeatsOptions()), ("sounds", facts.SoundsOptions())]
    return Wish(tuple(one for one in options if one[0] in facts.ENGINES), SOURCES, models)


def recall(weights: str) -> None:
    media, fixtures = (
        Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", ".")),
        Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", ROOT.parent / "shared" / "fixtures")),
    )
    there = {name: media / path for name, path in PACKAGED_FILES.items() if (media / path).is_file()}
    there |= {name: fixtures / path for name, path in FIXTURE_FILES.items() if (fixtures / path).is_file()}
    weights = weights or str(fixtures / "models" / "yolov8n.pt")
    weights = weights if Path(weights).is_file() else ""
    backend_python = os.environ.get("ASSISTANT_EDITOR_WORKER_PYTHON", sys.executable)
    models = os.environ.get("ASSISTANT_EDITOR_MODELS", "")
    with tempfile.TemporaryDirectory() as scratch:
        footage = Path(scratch) / "footage"
        footage.mkdir()
        for name, path in there.items():
            shutil.copy(path, footage / name)
        backend = Backend(python=backend_python, models=models, cache=f"{scratch}/cache")
        endings = {Path(name).suffix for name in there}
        begun = time.perf_counter()
        run = Indexing(backend, f"{scratch}/library", [str(footage)], wish(weights, models), endings)
        if run.wait() != "done":
            sys.exit(f"bench search: {run.error or run.state}")
        print(f"{len(there)} files, {run.tally.shots} shots, indexed in {time.perf_counter() - begun:.0f} s")
        for told in run.tally.notices:
            print(f"  {told}")
        asked = [query for query in QUERIES if any(name in there for name, _start, _end in query.moments)]
        by_words, by_meaning, reading = [], [], []
        print(f"\n{'query':<58}{'words':>7}{'+meaning':>10}")
        with Library(f"{scratch}/library") as library:
            for query in asked:
                words = score(library, query, (), there)
                begun = time.perf_counter()
                sought = read(backend, library, query.text)
                reading += [time.perf_counter() - begun] if sought else []
                both = score(library, query, sought, there)
                by_words.append(words)
                by_meaning.append(both)
                print(f"{query.text:<58}{words:>7.2f}{both:>10.2f}")
        close_all()
    means = f"{statistics.mean(by_words):.2f} by words alone, {statistics.mean(by_meaning):.2f} with meaning"
    print(f"\nrecall@5 of {len(asked)} queries: {means}")
    if reading:
        print(
            f"a wording is read by a warm backend in {1000 * statistics.median(reading):.0f} ms (median of {len(reading)} that needed it)"
        )


def read(backend: Backend, library: Library, text: str) -> list[Sought]:
    query = parse(text, library.names())
    if not query.meaning:
        return []
    job = Job(backend, [ReadTexts("meaning", (query.meaning,), "meaning")])
    job.wait()
    answer = job.results.get(("meaning", "read"))
    vectors = vectors_of(answer) if isinstance(answer, dict) else ()
    return [Sought("passage", space, vector) for vector in vectors for space in library.spaces("passage")]


def score(library: Library, query: Query, sought: Sequence[Sought], there: Any) -> float:
    """The share of the moments that the first five hits hold; of more than five moments five are all there can be."""
    found = find(parse(query.text, library.names()), library, sought, 5)
    hits = []
    for hit in found.hits:
        shot = library.shots([hit.shot])[hit.shot]
        hits.append((Path(shot.paths[0]).name, float(shot.span.start), float(shot.span.end)))
    moments = [moment for moment in query.moments if moment[0] in there]
    held = sum(any(name == file and start < until and end > since for file, since, until in hits) for name, start, end in moments)
    return min(1.0, held / min(5, len(moments)))


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recall", action="store_true", help="recall alone")
    parser.add_argument("--latency", action="store_true", help="latency alone")
    parser.add_argument("--shots", type=int, nargs="+", default=[1000, 10_000, 100_000], help="sizes of the libraries that are made")
    parser.add_argument("--weights", default="", help="a YOLO checkpoint for objects (default: the fixtures')")
    parser.add_argument("--ask", metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.ask:
        print(ask_all(Path(options.ask), ASKED[options.number : options.number + 1])[0][0])
        return
    if not options.latency:
        recall(options.weights)
    if not options.recall:
        latency(options.shots)


if __name__ == "__main__":
    main()
