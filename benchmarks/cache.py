"""What the cache saves: the same request to a cold worker, to a warm one, and answered from the cache, in one run."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ml.client import Backend, Job, close_all
from ml.codec import to_json
from ml.facts import ENGINES, ShotsOptions, TranscriptOptions
from ml.protocol import Analyse, Task

OPTIONS = {"shots": ShotsOptions(), "transcript": TranscriptOptions()}


def timed(backend: Backend, request: Analyse) -> float:
    """Seconds until every fact is there. Raises SystemExit when the job fails: a benchmark of a failure means nothing."""
    begun = time.perf_counter()
    job = Job(backend, [request])
    job.start()
    job.wait()
    seconds = time.perf_counter() - begun
    if job.state != "done" or job.failures:
        sys.exit(f"bench cache: {request.path}: {'; '.join(failure.message for failure in job.failures) or job.state}")
    return seconds


def main(argv: list[str] | None = None) -> None:
    media = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, action="append", help="media to analyse (default: the packaged film and speech)")
    options = parser.parse_args(argv)
    jobs = [(file, tuple(ENGINES)) for file in options.file or ()] or [
        (media / "bikes.mp4", ("shots",)),
        (media / "two_cities.wav", ("transcript",)),
    ]
    print(f"{'medium':<20}{'engines':<20}{'cold, s':>10}{'warm, s':>10}{'cached, s':>11}{'warm/cached':>13}")
    for file, engines in jobs:
        request = Analyse("bench", str(file), tuple(Task(name, to_json(OPTIONS[name])) for name in engines))
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            settings = {"python": os.environ.get("ASSISTANT_EDITOR_WORKER_PYTHON", sys.executable)}
            settings["models"] = os.environ.get("ASSISTANT_EDITOR_MODELS", "")
            cold = timed(Backend(cache=first, **settings), request)
            close_all()
            warm_up = Backend(cache=second, **settings)
            timed(warm_up, request)
            for stored in Path(second).rglob("*"):
                if stored.is_file():
                    stored.unlink()
            warm = timed(warm_up, request)
            cached = timed(warm_up, request)
            close_all()
        print(f"{file.name:<20}{','.join(engines):<20}{cold:>10.2f}{warm:>10.2f}{cached:>11.4f}{warm / cached:>13.0f}")


if __name__ == "__main__":
    main()
