"""How near shot detection is to the time of decoding once the network costs nothing, as on a GPU: `python3 dev.py bench decode_bound`.

    python benchmarks/decode_bound.py [--film FILE ...] [--turns N] [--models DIR]

The film is read once with the network, and its answers are kept. Then, by turns, in the same run: decoding and scaling alone (to the
48x27 the network reads), and the whole engine, with what the network said handed to it again at once. What is left is decoding,
scaling, the sift, the head, and finding boundaries; a ratio of 1 by the clock means that nothing but the decoder is waited for.
Where there is a GPU, the engine runs with the real network on it as well. Boundaries must be the same each time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.shots_detectors import Pictures, Run, decoding, ours
from ml.engines import transnetv2
from ml.engines.shots_neural import Neural


def compare(film: Path, models: Path, turns: int) -> None:
    real = transnetv2.predict
    said: list[tuple[torch.Tensor, torch.Tensor]] = []

    def record(network: transnetv2.TransNetV2, windows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        said.append(real(network, windows))
        return said[-1]

    transnetv2.predict = record
    first: Run = ours(film, models)
    transnetv2.predict = real
    replayed, direct = [], []
    for _ in range(turns):
        frames, alone = decoding(film, Pictures(Neural.size))
        answers = iter(said)
        transnetv2.predict = lambda _network, _windows, answers=answers: next(answers)
        run = ours(film, models)
        transnetv2.predict = real
        if run.found != first.found:
            raise SystemExit(f"{film.name}: other boundaries with the same answers of the network.")
        replayed.append(run.seconds / alone)
        if torch.cuda.is_available():
            direct.append(ours(film, models).seconds / alone)
    told = f"{film.name}: {frames} frames, network shown {first.looked}; of decoding and scaling alone ({frames / alone:.0f} frames/s), "
    told += f"all but the network takes {_spread(replayed)} as long"
    print(told + (f"; all of it on the GPU {_spread(direct)}" if direct else ""))


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--film", type=Path, nargs="+", help="default: the packaged street film, and the fixture film where it is")
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("ASSISTANT_EDITOR_MODELS", "models")))
    options = parser.parse_args()
    fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", Path(__file__).resolve().parents[2] / "shared" / "fixtures"))
    media = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    given = options.film or [media / "bikes.mp4", fixtures / "video" / "big_buck_bunny_60s.mp4"]
    for film in given:
        if film.is_file() or options.film:
            compare(film, options.models, options.turns)


if __name__ == "__main__":
    main()
