"""Hard test films whose boundaries are known exactly, made from real footage by seeds.

    python -m tests.film_maker --out DIR --films 20 --seed 1          twenty films of about 1500 frames, and their shots.json
    python -m tests.film_maker --out DIR --each 200 --seed 1          as many as it takes for 200 transitions of every kind

Shots of real films and photographs under a moving camera are cut, cropped, mirrored, graded and sped up, and joined by hard
cuts, dissolves, fades and wipes, with things inside the shots that look like boundaries and are none (`films.labels.TRAPS`).
Neighbours never come from the same source shot, and always differ visibly. The same seed and sources give the same pictures.
What `films.sources.standard_sources` finds is used; `--video` and `--images` name more, `--only` leaves the standard out.
A hard cut to black before a
fade-in and a hard cut from black after a fade-out are labelled as hard cuts besides, as in the fixture film.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.films.labels import KINDS, TRAPS, Labels, write_labels
from tests.films.planning import CLEAR, FilmPlan, plan_film
from tests.films.rendering import encode
from tests.films.sources import SourceShot, photographs, standard_sources, video_shots

EACH_FRAMES = 3000
LONGEST_SHOT, LONGEST_OF_EACH = 200, 60
EACH_WEIGHTS = {**dict.fromkeys(KINDS, 1.0), "cut": 0.6}


def make_film(
    seed: int,
    target: Path,
    sources: Sequence[SourceShot],
    frames: int = 1500,
    kinds: Mapping[str, float] | Sequence[str] | None = None,
    traps: Sequence[str] = TRAPS,
    shots: tuple[int, int] = (CLEAR, LONGEST_SHOT),
    size: tuple[int, int] | None = None,
    lossless: bool = False,
) -> Labels:
    """Write one film and return its labels; see `films.planning.plan_film` for the arguments and errors."""
    plan = plan_film(seed, sources, frames, kinds, traps, shots, size)
    encode(plan, sources, target, lossless)
    return plan.labels()


def plans(seed: int, films: int, sources: Sequence[SourceShot], frames: int = 1500, shortest: int = CLEAR) -> Iterator[FilmPlan]:
    """Plans with seeds counted up from `seed`; `shortest` is the least number of unblended frames of a shot."""
    for number in range(films):
        yield plan_film(seed + number, sources, frames, shots=(shortest, LONGEST_SHOT))


def plans_with_each(seed: int, each: int, sources: Sequence[SourceShot], shortest: int = CLEAR) -> Iterator[FilmPlan]:
    """Plans of films with short shots until there are `each` transitions of every kind among them."""
    counts = dict.fromkeys(KINDS, 0)
    while min(counts.values()) < each:
        plan = plan_film(seed, sources, EACH_FRAMES, EACH_WEIGHTS, shots=(shortest, LONGEST_OF_EACH))
        counts = {kind: counts[kind] + count for kind, count in plan.labels().counts().items()}
        seed += 1
        yield plan


def write_films(made: Iterator[FilmPlan], sources: Sequence[SourceShot], folder: Path) -> dict[str, Labels]:
    """Encode every plan to `folder`, with a shots.json. Returns labels by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    known: dict[str, Labels] = {}
    for plan in made:
        name = f"made_{plan.seed:06d}.mp4"
        encode(plan, sources, folder / name)
        known[name] = plan.labels()
        write_labels(folder / "shots.json", known)
        counts = ", ".join(f"{count} {kind}" for kind, count in known[name].counts().items() if count)
        size = "x".join(map(str, plan.size))
        print(f"seed {plan.seed}: {name}, {known[name].frames} frames, {size}, {plan.rate} fps: {counts}", flush=True)  # noqa: T201
    return known


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--films", type=int, default=20)
    parser.add_argument("--frames", type=int, default=1500, help="about how long each film is")
    parser.add_argument("--each", type=int, help="instead of --films: until there are this many transitions of every kind")
    parser.add_argument("--shortest", type=int, default=CLEAR, help="least number of unblended frames of a shot")
    parser.add_argument("--video", type=Path, nargs="*", default=[], help="more films to take shots from: they may hold hard cuts only")
    parser.add_argument("--images", type=Path, nargs="*", default=[], help="more photographs")
    parser.add_argument("--only", action="store_true", help="nothing but what --video and --images name: footage nobody trained on")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        sources = ([] if options.only else standard_sources(Path(scratch))) + photographs(options.images)
        for video in options.video:
            sources += video_shots(video, Path(scratch))
        if options.each:
            made = plans_with_each(options.seed, options.each, sources, options.shortest)
        else:
            made = plans(options.seed, options.films, sources, options.frames, options.shortest)
        known = write_films(made, sources, options.out)
    totals = {kind: sum(labels.counts()[kind] for labels in known.values()) for kind in KINDS}
    print(f"{len(known)} films, {sum(labels.frames for labels in known.values())} frames, {totals}")  # noqa: T201


if __name__ == "__main__":
    main()
