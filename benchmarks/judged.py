"""What is said of every shot of a folder of films, on sheets to be judged by eye: three moments of each shot and, below them, every claim.

    python3 dev.py bench judged [--data DIR] [--out DIR] [--weights yolov8n.pt] [--model tiny.en]

DIR may hold photographs too: each counts as a shot that does not move. For each file a PNG is written, a row a shot (its beginning,
the still that was chosen, its end), and all that is said as `said.json`. `--weights` is a YOLO checkpoint: without it nothing is said of
things.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import schedule  # noqa: E402
from assistant_editor.ml.cache import Cache  # noqa: E402
from assistant_editor.ml.codec import from_json, to_json  # noqa: E402
from assistant_editor.ml.engines import texts  # noqa: E402
from assistant_editor.ml.engines.contact_sheet import THUMB_WIDTH, compose, encoded, narrowed  # noqa: E402
from assistant_editor.ml.engines.registry import Runtime  # noqa: E402
from assistant_editor.ml.errors import NO_STREAM, EditorError  # noqa: E402
from assistant_editor.ml.facts import ENGINES as FACTS  # noqa: E402
from assistant_editor.ml.facts import Facts  # noqa: E402
from assistant_editor.ml.media import pictures_at  # noqa: E402
from assistant_editor.ml.protocol import Analyse, Failed, ReadTexts, Result, Task  # noqa: E402
from assistant_editor.timeline.feelings import feelings  # noqa: E402
from assistant_editor.timeline.shot_card import mood_line, reasons, things  # noqa: E402
from assistant_editor.timeline.shot_log import Logged, leaning, log, texts_of  # noqa: E402

ENGINES = ("shots", "objects", "faces", "pictures", "concepts", "transcript", "voice", "loudness", "beats", "sounds")
ENDINGS = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".jpg", ".jpeg", ".png")
WORDS = 90
"""Letters of what is said that a line of a sheet has room for."""


def facts_of(path: Path, options: argparse.Namespace, runtime: Runtime, cache: Cache) -> dict[str, Facts]:
    """What every engine finds in a film; what it lacks the stream for is left out, and what fails is told."""
    asked = {"objects": {"model": str(options.weights.resolve())} if options.weights else None, "transcript": {"model": options.model}}
    found: dict[str, Facts] = {}

    def emit(event: Result | Failed) -> None:
        if isinstance(event, Failed):
            if event.code != NO_STREAM:
                print(f"{path.name}: {event.engine}: {event.message} {event.remedy}", file=sys.stderr)
        else:
            found[event.engine] = from_json(FACTS[event.engine].facts, event.facts)

    tasks = ((name, asked.get(name, {})) for name in ENGINES)
    wanted = tuple(Task(name, given) for name, given in tasks if given is not None)
    schedule.analyse(Analyse("judged", str(path), wanted), cache, runtime, emit)
    return found


def logged(path: Path, found: dict[str, Facts], runtime: Runtime, cache: Cache) -> tuple[Logged, ...]:
    """What is said of each shot, the feelings of its sentences among it."""
    sentences = texts_of(found)
    rows = texts.run(ReadTexts("judged", sentences, "feelings", ""), cache, runtime)["rows"] if sentences else []
    return log(found, path.name, str(path), feelings=dict(zip(sentences, feelings(rows), strict=True)))


def claims(shot: Logged) -> Iterator[str]:
    """Every claim about a shot, a line each."""
    if shot.mood is not None:
        leans = leaning(shot.mood.label, shot.mood.valence, shot.mood.arousal)
        yield f"mood: {mood_line(shot.mood)}{f' - {leans}' if leans else ''}"
        yield from (f"  {why}" for why in reasons(shot.mood))
    yield f"size: {shot.size or '-'}; camera: {shot.movement or '-'}; {shot.place or '-'}, {shot.light or '-'}; faces: {shot.faces}"
    yield f"flaws: {', '.join(shot.flaws) or '-'}; grade {shot.grade:.2f}"
    yield f"objects: {things(shot.objects, named=6) or '-'}"
    yield f"concepts: {', '.join(f'{one.label} {one.confidence:.2f}' for one in shot.concepts[:8]) or '-'}"
    if shot.words:
        yield f"words: {shot.words[:WORDS]}"


def sheet(path: Path, shots: tuple[Logged, ...]) -> bytes:
    """A PNG: a row a shot, its beginning, its still and its end, with the claims below."""
    moments = [(shot.span.start + shot.span.length / 20, shot.still, shot.span.end - shot.span.length / 10) for shot in shots]
    wanted = sorted({seconds for row in moments for seconds in row})
    pictures = {seconds: narrowed(image, THUMB_WIDTH) for seconds, image in pictures_at(str(path), wanted, lambda _: THUMB_WIDTH)}
    cells = []
    for number, (shot, row) in enumerate(zip(shots, moments, strict=True), 1):
        lines = [f"{path.name} {number}: {float(shot.span.start):.2f} to {float(shot.span.end):.2f} s", *claims(shot)]
        third = -(-len(lines) // 3)
        cells += [(pictures[seconds], lines[third * place : third * (place + 1)]) for place, seconds in enumerate(row)]
    return encoded(compose(cells, columns=3), ".png")


def main() -> None:
    given = argparse.ArgumentParser(prog="dev.py bench judged")
    given.add_argument("--data", type=Path, help="a folder of films and photographs (default: the packaged street film's)")
    given.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "judged")
    given.add_argument("--weights", type=Path)
    given.add_argument("--model", default="tiny.en")
    options = given.parse_args()
    folder = options.data or Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"])
    runtime = Runtime(Path(os.environ["ASSISTANT_EDITOR_MODELS"]), lambda *_: None, lambda _text: None, lambda: None)
    options.out.mkdir(parents=True, exist_ok=True)
    said: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as kept:
        cache = Cache(kept)
        for path in sorted(one for one in folder.iterdir() if one.suffix.lower() in ENDINGS):
            try:
                shots = logged(path, facts_of(path, options, runtime, cache), runtime, cache)
                (options.out / f"{path.name}.png").write_bytes(sheet(path, shots))
            except EditorError as error:
                print(f"{path.name}: {error}", file=sys.stderr)
                continue
            said[path.name] = to_json(shots)
            for number, shot in enumerate(shots, 1):
                print(f"{path.name} {number}: " + "; ".join(claims(shot)))
    (options.out / "said.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    print(f"The sheets are in {options.out}.")


if __name__ == "__main__":
    main()
