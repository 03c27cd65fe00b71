"""Concepts and places told of films and photographs, beside labels: by the packaged network, by things, by both, by a model of yours.

    python3 dev.py bench concepts [--labels FILE --data DIR] [--weights FILE] [--model FOLDER] [--out FILE]

The labels are `{"NAME.jpg": {"place": "indoor", "concepts": ["cat", "kitchen"]}, "NAME.mp4": …}`, by files of DIR; a concept that is named
anywhere counts everywhere, so name all that is there. Without them it is the packaged street film. `--weights` is a YOLO checkpoint: what
things say is told only with it. `--model` is a folder with a CLIP or SigLIP model. `--out` gets what was told of every file, as JSON.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.benchmarks import concepts_scoring  # noqa: E402
from assistant_editor.ml import media as reading  # noqa: E402
from assistant_editor.ml.engines import concepts as scored  # noqa: E402
from assistant_editor.ml.engines.registry import Runtime  # noqa: E402
from assistant_editor.ml.facts import Concepts, ConceptsOptions, Media, Objects, ObjectsOptions, VideoStream  # noqa: E402
from assistant_editor.timeline.concepts import concepts_in, place  # noqa: E402

FILMS = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v")
STREET = {"bikes.mp4": {"place": "outdoor", "concepts": ["vehicle", "car", "street", "cycling", "traffic"]}}


def found(engine: Any, options: Any, path: Path, runtime: Runtime) -> Any:
    """The facts of an engine of pictures about a film, or about a photograph as a film of one frame."""
    if path.suffix.lower() in FILMS:
        consumer = engine.start(options, reading.probe(path), None, runtime)
        reading.decode(path, [consumer], None)
        return consumer.finish()
    import cv2

    image = cv2.imread(str(path))
    if image is None:
        raise SystemExit(f"{path} is no picture that can be read.")
    height, width = image.shape[:2]
    second = Fraction(1)
    consumer = engine.start(options, Media(second, VideoStream(width, height, second, Fraction(0), second, 1)), None, runtime)
    consumer.wants(0, Fraction(0))
    consumer.take(0, Fraction(0), cv2.resize(image[:, :, ::-1], consumer.size, interpolation=cv2.INTER_AREA))
    return consumer.finish()


def told(concepts: Concepts | None, objects: Objects | None) -> dict[str, Any]:
    """What is said of a whole medium."""
    span = next(facts.span for facts in (concepts, objects) if facts is not None)
    seen = concepts_in(concepts, objects, None, None, None, span)
    return {"place": place(concepts, objects, None, span), "concepts": {one.label: one.confidence for one in seen}}


def main() -> None:
    given = argparse.ArgumentParser(prog="dev.py bench concepts")
    given.add_argument("--labels", type=Path)
    given.add_argument("--data", type=Path)
    given.add_argument("--weights", type=Path)
    given.add_argument("--model", type=Path)
    given.add_argument("--out", type=Path)
    options = given.parse_args()
    labels = json.loads(options.labels.read_text(encoding="utf-8")) if options.labels else STREET
    folder = options.data or (options.labels.parent if options.labels else Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]))
    runtime = Runtime(Path(os.environ["ASSISTANT_EDITOR_MODELS"]), lambda *_: None, lambda _text: None, lambda: None)
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for name in labels:
        for contender, answer in answers(folder / name, options, runtime).items():
            rows.setdefault(contender, {})[name] = answer
    print(f"{len(labels)} media, {len({one for label in labels.values() for one in label['concepts']})} concepts\n")
    print("| told by | place: right | wrong | not said | concepts: precision | recall | mean AP |\n|---|---|---|---|---|---|---|")
    for contender, by_name in rows.items():
        right, wrong, silent = concepts_scoring.places(
            [by_name[name]["place"] for name in labels], [labels[name]["place"] for name in labels]
        )
        listed = concepts_scoring.concepts([by_name[n]["concepts"] for n in labels], [one["concepts"] for one in labels.values()])
        print(f"| {contender} | {right} | {wrong} | {silent} | {listed.precision:.2f} | {listed.recall:.2f} | {listed.ap:.2f} |")
    if options.out:
        options.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def answers(path: Path, options: argparse.Namespace, runtime: Runtime) -> dict[str, dict[str, Any]]:
    network = found(scored, ConceptsOptions(), path, runtime)
    rows = {"ImageNet's classes": told(network, None)}
    things: Objects | None = None
    if options.weights:
        from assistant_editor.ml.engines import objects

        things = found(objects, ObjectsOptions(model=str(options.weights.resolve())), path, runtime)
        rows |= {"things": told(None, things), "both": told(network, things)}
    if options.model:
        model = found(scored, ConceptsOptions(model=str(options.model.resolve())), path, runtime)
        rows[options.model.name] = told(model, things)
    return rows


if __name__ == "__main__":
    main()
