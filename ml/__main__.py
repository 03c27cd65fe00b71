"""`python -m ml analyse FILE…` for pipelines; `--worker` for the add-on, which alone uses it."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code; see `pipeline.EXIT_CODES`."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["--worker"]:
        return _worker(arguments[1:])
    import os

    from .pipeline import run

    # As the add-on's worker has it (`workers.environment`); read when NumPy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return run(arguments)


def _worker(arguments: Sequence[str]) -> int:
    import argparse
    from pathlib import Path

    from .worker import Settings, serve

    parser = argparse.ArgumentParser(prog="ml --worker")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--cache-limit", type=int, required=True)
    parser.add_argument("--online", action="store_true")
    given = parser.parse_args(arguments)
    return serve(Settings(given.models, given.cache, given.cache_limit, given.online, given.parent))


if __name__ == "__main__":
    sys.exit(main())
