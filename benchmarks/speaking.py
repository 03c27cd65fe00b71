# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""Whether the face that speaks is told from one that listens, on real pictures of faces. Needs YuNet.

    python3 dev.py bench speaking [--people DIR] [--films 12] [--seed 0] [--json FILE]
    python3 dev.py bench speaking --talking FILE --listening FILE ...

Faces of photographs (two of the package ultralytics; `--people DIR`: yours, one face each) side by side, their mouths moved by how loud
recorded speech is (`tests/talking_faces.py`): heads sway and nod, listeners smile. Faces and mouths are looked at by the worker's own
engines in the film as it was encoded; who is heard when is given. By turns: both speak. Alone: one speaks, the other listens. Unseen:
one of the two voices is nobody's who is seen. "right", "wrong": the share of what is said that is given to the face it is of, or to
another (an unseen voice is given right to nobody); the rest is given to nobody.

`--talking FILE --listening FILE ...` (real films of one face each): the one that talks beside every ten seconds of each of the others, to
and fro where it is shorter, and one voice all the time; and two that listen beside each other, whose voice is nobody's.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import media
from assistant_editor.ml.engines import registry
from assistant_editor.ml.engines.face_finder import Finder
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Faces, FacesOptions, Mouths, MouthsOptions, Span, Speakers, Turn
from assistant_editor.ml.models import path_of
from assistant_editor.timeline.reframe_speaking import speaking
from assistant_editor.timeline.seen import boxes

from benchmarks.privacy_films import people
from tests.media_maker import make_film
from tests.talking_faces import SIZE, Portrait, Said, film, openings, turns

SECONDS, LONG = 14.0, 700
KINDS = {"by turns": 2, "alone": 1, "unseen": 2}


AROUND = 1.6
"""How much of a face's size is cut out with it at each side."""


def portraits(folder: Path | None, models: Path) -> list[Portrait]:
    """The largest face of each photograph; of the package's, those whose boxes are known."""
    finder = Finder(path_of("yunet", models), 0.6)
    found = []
    for picture in [_around(face.picture, face.box) for face in people(None, finder.find)] if folder is None else _read(folder):
        rows = finder.find(picture)
        if len(rows):
            found.append(Portrait(picture, rows[0][4:14].reshape(5, 2).astype(np.float64)))
    if len(found) < 2:
        raise SystemExit("Two photographs with a face each are needed.")
    return found


def _around(picture: Any, box: Sequence[float]) -> Any:
    left, top, wide, tall = box
    rows, columns = (
        slice(max(0, int(top - AROUND * tall)), int(top + tall * (1 + AROUND))),
        slice(max(0, int(left - AROUND * wide)), int(left + wide * (1 + AROUND))),
    )
    return np.ascontiguousarray(picture[rows, columns])


def _read(folder: Path) -> list[Any]:
    found = []
    for path in sorted(folder.iterdir()):
        image = cv2.imread(str(path)) if path.suffix.lower() in (".jpg", ".jpeg", ".png") else None
        if image is not None:
            scale = min(1.0, LONG / max(image.shape[:2]))
            found.append(np.ascontiguousarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[..., ::-1]))
    return found


def looked(path: Path, models: Path) -> tuple[Faces, Mouths]:
    """As Reframe asks for them."""
    runtime = Runtime(models, lambda *_: None, print, lambda: None)
    asked = {"faces": FacesOptions(expression=False), "mouths": MouthsOptions()}
    consumers = [registry.module(name).start(options, media.probe(path), None, runtime) for name, options in asked.items()]
    media.decode(path, consumers)
    faces, mouths = (consumer.finish() for consumer in consumers)
    return faces, mouths


def score(faces: Faces, mouths: Mouths, said: Sequence[Said], of: dict[int, int]) -> dict[str, float]:
    """Seconds given to the right face and to a wrong one, and all. `of`: voice -> its face's place from the left; none: it is not seen."""
    voices = tuple(Turn(Span(Fraction(one.start), Fraction(one.end)), one.who, 1.0) for one in said)
    heard = Speakers(Span(Fraction(0), Fraction(SECONDS)), Fraction(0), "given", voices, 0, "")
    tracks = sorted(range(len(faces.tracks)), key=lambda number: -len(faces.tracks[number].samples))[:2]
    given = speaking(mouths, faces, tracks, heard, 0.0, SECONDS)
    where = {track: int(boxes(faces.tracks[track])[:, 0].mean() > faces.picture[0] / 2) for track in tracks}
    told = {"right": 0.0, "wrong": 0.0, "all": 0.0}
    for one in said:
        long, face = one.end - one.start, where[given[one.who]] if one.who in given else None
        told["all"] += long
        if face == of.get(one.who):
            told["right"] += long
        elif face is not None:
            told["wrong"] += long
    return told


def run(given: argparse.Namespace, models: Path) -> dict[str, dict[str, float]]:
    faces, sounds = portraits(given.people, models), sorted(Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]).glob("*.wav"))
    voices = [openings(media.samples(path), 16000) for path in sounds]
    told: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.films):
            rng = np.random.RandomState(given.seed + number)
            kind = list(KINDS)[number % len(KINDS)]
            shown = [faces[place] for place in rng.choice(len(faces), 2, replace=False)]
            said = turns(rng, SECONDS, KINDS[kind])
            mouths = [np.roll(voices[rng.randint(len(voices))], -int(rng.randint(2000))) for _ in shown]
            drawn = [one for one in said if one.who == 0] if kind == "unseen" else said
            path = Path(folder) / f"{number}.mp4"
            film(path, shown, drawn, mouths, given.seed + number, SECONDS)
            row = told.setdefault(kind, {"films": 0.0, "right": 0.0, "wrong": 0.0, "all": 0.0})
            found = score(*looked(path, models), said, {0: 0} if kind != "by turns" else {0: 0, 1: 1})
            for name, value in {**found, "films": 1.0}.items():
                row[name] += value
            print(number, kind, flush=True)
    return told


def real(talking: Path, listening: Sequence[Path], models: Path) -> dict[str, dict[str, float]]:
    """The same of films that are real, by kind."""
    finder = Finder(path_of("yunet", models), 0.6)
    told: dict[str, dict[str, float]] = {}
    speaks, others = _closely(talking, finder), [_closely(path, finder) for path in listening]
    parts = [other[start : start + 250] for other in others for start in range(0, max(1, len(other) - 125), 250)]
    pairs = [("talks", [speaks, part], {0: 0}) for part in parts]
    pairs += [("nobody talks", [one, other], {}) for one in others[:1] for other in parts[1:]]
    said = [Said(0, 0.0, 10.0)]
    for kind, sides, of in pairs:
        with tempfile.TemporaryDirectory() as folder:
            rows = [[side[_to_and_fro(number, len(side))] for side in sides] for number in range(250)]
            path = make_film(
                Path(folder) / "real.mp4", 250, Fraction(25), SIZE, picture=lambda number, _size, rows=rows: np.hstack(rows[number])
            )
            found = score(*looked(path, models), said, of)
        row = told.setdefault(kind, {"films": 0.0, "right": 0.0, "wrong": 0.0, "all": 0.0})
        for name, value in {**found, "films": 1.0}.items():
            row[name] += value
    return told


def _closely(path: Path, finder: Finder) -> list[Any]:
    """Every picture of a film, the half of SIZE around its face."""
    pictures = _pictures(path)
    scale = SIZE[1] / pictures[0].shape[0]
    pictures = [
        cv2.resize(one, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC) for one in pictures
    ]
    face = finder.find(pictures[0])[0]
    left = int(np.clip(face[0] + face[2] / 2 - SIZE[0] / 4, 0, pictures[0].shape[1] - SIZE[0] // 2))
    return [np.ascontiguousarray(one[: SIZE[1], left : left + SIZE[0] // 2]) for one in pictures]


def _pictures(path: Path) -> list[Any]:
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def _to_and_fro(number: int, count: int) -> int:
    place = number % (2 * count - 2)
    return place if place < count else 2 * count - 2 - place


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=Path, metavar="DIR")
    parser.add_argument("--films", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--talking", type=Path, metavar="FILE")
    parser.add_argument("--listening", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    models = Path(os.environ["ASSISTANT_EDITOR_MODELS"])
    told = real(given.talking, given.listening, models) if given.talking else run(given, models)
    print(f"{'':14} {'films':>6} {'right':>6} {'wrong':>6}")
    for name, row in sorted(told.items()):
        print(f"{name:14} {row['films']:6.0f} {row['right'] / row['all']:6.2f} {row['wrong'] / row['all']:6.2f}")
    if given.json:
        given.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
