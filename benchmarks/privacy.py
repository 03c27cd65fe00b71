"""How much of a face is still to be seen after Anonymise. Runs inside a bpy module; the worker makes films and looks at the renders.

    python3 dev.py bench privacy [--people DIR] [--film FILE ...] [--faces FILE] [--every N] [--keep DIR] [--json FILE]
    python3 dev.py bench privacy --labelled FILE ... [--objects FILE] [--json FILE]
    python3 dev.py bench privacy --except [--people DIR] [--labelled FILE ...] [--every N] [--json FILE]

The film is made of photographs (two of the package ultralytics; `--people DIR`: yours, one face each): ten seconds in which they move,
grow, turn upside down, pass behind pillars, go out of focus, into the dark and out of the picture, so where each is in every frame is
known. It is anonymised through the operator and rendered, and every frame is looked at: how much of each face's ellipse lies bare, and
whether a network that had no part in the plan (MTCNN) still finds a face there. The naive way in the same run: a box wherever YuNet, as
its authors use it, sees a face in that very frame. `--film`: other films, of which nothing is known but what MTCNN finds before and after.
`--faces`: a YuNet file where that model is not installed; `--keep`: the renders stay there.
`--labelled`: nothing of that, but films of packages with boxes drawn by eye (`privacy_labels.json`): what of each box is still to be
seen, by what Anonymise was told to cover; `--objects`: a YOLO checkpoint, for heads, people and things.
`--except`: each person of the made film is excepted in turn, and each of the labelled films with one person, side by side in one timeline.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import privacy_except, privacy_labelled  # noqa: E402
from benchmarks.inside_blender import EXTENSION, install  # noqa: E402

METHODS = ("cover", "blur", "pixelate")


def part(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


def worker(*arguments: Any) -> str:
    """What the other half of this benchmark says, in the worker's Python."""
    call = [os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"], ROOT / "benchmarks" / "privacy_films.py", *arguments]
    done = subprocess.run([str(one) for one in call], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:] or f"privacy_films.py ended with {done.returncode}.")
    return done.stdout


def laid(film: Path, size: tuple[int, int], rate: int, frames: int) -> Any:
    """A new scene with the film, shown in the window."""
    import bpy

    scene = bpy.data.scenes.new("bench")
    bpy.context.window_manager.windows[0].scene = scene
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = *size, 100
    scene.render.fps, scene.render.fps_base = rate, 1.0
    scene.view_settings.view_transform = "Standard"
    scene.frame_start, scene.frame_end = 1, frames
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.compression = 5
    editor = scene.sequence_editor_create()
    if bpy.app.version >= (5, 0):
        bpy.context.workspace.sequencer_scene = scene
    editor.strips.new_movie(name="film", filepath=str(film), channel=1, frame_start=1)
    return scene


def labelled(films: Sequence[Path], objects: Path | None) -> dict[str, dict[str, Any]]:
    """Mode -> film -> what `privacy_labelled.scored` says of it."""
    import bpy

    found: dict[str, dict[str, Any]] = {}
    for film in films:
        labels = privacy_labelled.known(film)
        facts = json.loads(worker("describe", film.parent, "--film", film))
        for mode in privacy_labelled.modes(objects is not None):
            options, kinds = privacy_labelled.MODES[mode]
            scene = laid(film, tuple(labels["size"]), facts["rate"], facts["frames"])
            scene.assistant_editor.object_model = str(objects.resolve()) if objects else ""
            if bpy.ops.assistant_editor.anonymise("EXEC_DEFAULT", privacy_method="cover", **options) != {"FINISHED"}:
                raise SystemExit(str(part("operators.desk").desk.error))
            for strip in scene.sequence_editor.strips:
                if strip.type == "COLOR":
                    strip.color = privacy_labelled.INK
            found.setdefault(mode, {})[film.name] = privacy_labelled.scored(labels["frames"], kinds, partial(picture, scene))
            print(film.name, mode, part("operators.desk").desk.outcome.line, flush=True)
            bpy.data.scenes.remove(scene)
    return found


def but_one(folder: Path, given: Sequence[Any], films: Sequence[Path], every: int) -> list[dict[str, Any]]:
    """Rows of `privacy_except.excepted`, for the made film and for the others one after the other in a timeline."""
    facts = json.loads(worker("make", folder, *given))
    scene = laid(Path(facts["film"]), tuple(facts["size"]), facts["rate"], facts["frames"])
    truth = privacy_except.of_made(json.loads((folder / "labels.json").read_text()))
    found = one_by_one("made", scene, truth, every)
    if films:
        labels = [privacy_labelled.known(film) for film in films]
        size = tuple(max(one["size"][side] for one in labels) for side in (0, 1))
        scene, frame, truth = None, 1, {}
        for film, one in zip(films, labels, strict=True):
            count = json.loads(worker("describe", film.parent, "--film", film))["frames"]
            if scene is None:
                scene = laid(film, size, 25, frame + count)
            else:
                scene.sequence_editor.strips.new_movie(
                    name=film.stem, filepath=str(film), channel=1, frame_start=frame, fit_method="ORIGINAL"
                )
            aside = [(size[side] - one["size"][side]) / 2 for side in (0, 1)]
            for at, faces in privacy_except.of_labels(one, frame, film.stem).items():
                moved = [(face.who, (face.box[0] + aside[0], face.box[1] + aside[1], *face.box[2:])) for face in faces]
                truth[at] = [privacy_except.Face(who, box) for who, box in moved]
            frame += count
            scene.frame_end = frame
        found += one_by_one("labelled", scene, truth, 1)
    return found


def one_by_one(film: str, scene: Any, truth: Any, every: int) -> list[dict[str, Any]]:
    given = privacy_except.named(scene, truth)
    print(film, "named:", given, flush=True)
    names = sorted({face.who for faces in truth.values() for face in faces})
    rows = privacy_except.excepted(scene, truth, lambda frame: picture(scene, frame - 1), names, every)
    return [{"film": film, **row} for row in rows]


def picture(scene: Any, number: int) -> Any:
    """A frame of the film, counted from 0, as it is rendered: (height, width, 3), rows from above, 0..1."""
    import bpy
    import numpy as np

    with tempfile.TemporaryDirectory() as name:
        ((_frame, path),) = part("timeline.write_privacy_check").render_frames(scene, number + 1, 1, 1, Path(name))
        image = bpy.data.images.load(str(path))
        image.colorspace_settings.name = "Non-Color"
        flat = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(flat)
        wide, tall = image.size
        bpy.data.images.remove(image)
    return flat.reshape(tall, wide, -1)[::-1, :, :3]


def rendered(film: Path, folder: Path, size: tuple[int, int], rate: int, frames: int) -> dict[str, Any]:
    """Renders the film as it is and by every method into folders of PNGs; what the operator said, and seconds."""
    import bpy
    from addon_utils import check

    assert check(EXTENSION)[1]
    scene = laid(film, size, rate, frames)
    told: dict[str, Any] = {}

    def render(name: str) -> None:
        began = time.monotonic()
        scene.render.filepath = f"{folder / name}{os.sep}"
        bpy.ops.render.render(animation=True, scene=scene.name)
        told[f"{name} rendered"] = time.monotonic() - began

    render("plain")
    for method in METHODS:
        began = time.monotonic()
        if bpy.ops.assistant_editor.anonymise("EXEC_DEFAULT", privacy_method=method) != {"FINISHED"}:
            raise SystemExit(str(part("operators.desk").desk.error))
        told[f"{method} planned"] = time.monotonic() - began
        outcome = part("operators.desk").desk.outcome
        told[f"{method} said"] = [outcome.line, *outcome.notices]
        render(method)
    return told


def main(argv: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=Path, metavar="DIR")
    options.add_argument("--film", type=Path, nargs="+", default=[], metavar="FILE")
    options.add_argument("--faces", type=Path, metavar="FILE")
    options.add_argument("--every", type=int, default=5, metavar="N", help="MTCNN looks at every Nth frame")
    options.add_argument("--keep", type=Path, metavar="DIR")
    options.add_argument("--labelled", type=Path, nargs="+", default=[], metavar="FILE")
    options.add_argument("--except", dest="but", action="store_true")
    options.add_argument("--objects", type=Path, metavar="FILE")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args(argv)
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        os.environ.setdefault("ASSISTANT_EDITOR_CACHE", str(Path(name) / "cache"))
        if chosen.but:
            given = ["--people", chosen.people] if chosen.people else []
            rows = but_one(Path(name), given, chosen.labelled, chosen.every)
            print(privacy_except.table(rows))
            if chosen.json:
                chosen.json.write_text(json.dumps(rows), encoding="utf-8")
            return
        if chosen.labelled:
            boxes = labelled(chosen.labelled, chosen.objects)
            print(privacy_labelled.table(boxes))
            if chosen.json:
                chosen.json.write_text(json.dumps(boxes), encoding="utf-8")
            return
        given = [
            "--every",
            chosen.every,
            *(["--faces", chosen.faces] if chosen.faces else []),
            *(["--people", chosen.people] if chosen.people else []),
        ]
        found = {}
        for film in ["made", *chosen.film]:
            place = folder / Path(film).stem
            place.mkdir(parents=True, exist_ok=True)
            facts = json.loads(
                worker("make" if film == "made" else "describe", place, *given, *([] if film == "made" else ["--film", film]))
            )
            told = rendered(Path(facts["film"]), place, tuple(facts["size"]), facts["rate"], facts["frames"])
            rows = json.loads(worker("measure", place, *given))
            found[str(film)] = {"rows": rows, "told": told}
            print(f"\n{film}: {facts['frames']} frames. Anonymise said: {' '.join(told['cover said'])}")
            seconds = facts["frames"] / facts["rate"]
            took = [told["plain rendered"], told["cover planned"], *(told[f"{method} rendered"] for method in METHODS)]
            bare, planned, *covered = (one * 60 / seconds for one in took)
            ways = ", ".join(f"{method} {one:.0f} s" for method, one in zip(METHODS, covered, strict=True))
            print(f"a minute of it: rendered bare {bare:.0f} s; found and planned {planned:.0f} s; rendered {ways}")
            print(_table(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps(found), encoding="utf-8")


def _table(rows: list[dict[str, Any]]) -> str:
    heads = list(rows[0])
    body = [[str(row[head]) for head in heads] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in [heads, ["---"] * len(heads), *body])


if __name__ == "__main__":
    main()
