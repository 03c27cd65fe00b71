"""What each kind of effect costs, per minute of material, beside bare decoding of the same film in the same run.

    python3 dev.py bench effects [--film FILE] [--sound FILE] [--only LIST] [--frames N] [--json FILE]

Each operator runs in a Blender of its own, on a film laid as three strips out of order, with the voice `--sound` over it. `first`:
everything is found out anew, by a worker that has its models loaded (`cold`: before it had); `again`: nothing is asked, it is planned and
merged once more (the redo panel); `render`: what rendering takes with the effect, and `plain` without it, by so many frames spread over the
film. `decode` is reading all frames of the film and handing them to nobody. Kinds that are not there, or whose models are not installed,
are named. Where other programs run beside it, the seconds mean little: the ratios to decoding in the same run mean more.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

OPTIONS: dict[str, dict[str, Any]] = {
    "emphasis": {"emphasis_on": ["words", "jumps", "push", "ramps", "freeze"]},
    "transition": {"transition_at": "cuts"},
}
"""What is asked of an operator besides its defaults, so that it has something to do."""
DECODE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from ml import media
class Nobody:
    size = (16, 16)
    def wants(self, frame, seconds):
        return False
    def take(self, frame, seconds, image):
        raise AssertionError
best = 1e9
for _ in range(3):
    begun = time.perf_counter()
    media.decode(sys.argv[2], [Nobody()])
    best = min(best, time.perf_counter() - begun)
found = media.probe(sys.argv[2]).video
print(best, float(found.duration), found.width, found.height)
"""


def decoded(film: Path) -> tuple[float, float, int, int]:
    """(seconds that decoding takes, seconds the film lasts, width, height)."""
    python = os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"]
    told = subprocess.run([python, "-c", DECODE, str(ROOT), str(film)], capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1]), int(told[2]), int(told[3])


def one(kind: str, film: Path, sound: Path | None, size: tuple[int, int], frames: int) -> dict[str, Any]:
    """The measured seconds of one kind, in this Blender; {"missing": why} where it cannot be had."""
    from benchmarks.inside_blender import EXTENSION, install

    folder = Path(tempfile.mkdtemp(prefix="bench-effects-"))
    stored, project = folder / "cache", folder / "project"
    os.environ["ASSISTANT_EDITOR_CACHE"] = str(stored)
    stored.mkdir()
    project.mkdir()
    install()
    import importlib

    import bpy

    name = importlib.import_module(f"{EXTENSION}.operators.effect_stage").OPERATORS[kind]
    operator = getattr(bpy.ops.assistant_editor, name)
    try:
        operator.get_rna_type()
    except KeyError:
        return {"missing": "it is not there"}
    scene = laid(film, sound, size)
    desk = importlib.import_module(f"{EXTENSION}.operators.desk").desk
    options = {key: set(value) if isinstance(value, list) else value for key, value in OPTIONS.get(kind, {}).items()}
    bpy.ops.assistant_editor.test_backend()  # so that a worker is running, and torch was read from the disk once

    def run() -> None:
        operator("EXEC_DEFAULT", True, strips="ALL", **options)

    plain = rendered(scene, frames)
    blend = project / "film.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(blend), check_existing=False)
    try:
        cold = took(run)
    except RuntimeError as reason:
        return {"missing": str(desk.error or reason).strip()}
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    for kept in (stored, project):  # mattes are kept beside the project
        shutil.rmtree(kept)
        kept.mkdir()
    if bpy.app.version >= (5, 0, 0):
        bpy.context.workspace.sequencer_scene = bpy.context.window_manager.windows[0].scene
    first = took(run)
    done = desk.outcome
    again = took(run)
    shown = bpy.context.window_manager.windows[0].scene
    measured = rendered(shown, frames)
    shutil.rmtree(folder)
    return {
        "cold": cold,
        "first": first, "again": again, "plain": plain, "render": measured,
        "written": sum(done.counts["added"].values()) if done else 0, "notices": list(done.notices)[:4] if done else [],
    }  # fmt: skip


def laid(film: Path, sound: Path | None, size: tuple[int, int]) -> Any:
    """A scene with the thirds of the film out of order, so that there are cuts, and the voice over it."""
    import bpy

    scene = bpy.context.window_manager.windows[0].scene
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = *size, 100
    scene.render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard"
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    at = 1
    whole = 0
    for number, part in enumerate((2, 0, 1)):
        movie = strips.new_movie(name=f"film {number}", filepath=str(film), channel=2, frame_start=1)
        if not number:
            whole = movie.frame_final_duration
            scene.render.fps, scene.render.fps_base = round(movie.fps), float(round(movie.fps) / movie.fps)
        first, end = whole * part // 3, whole * (part + 1) // 3
        movie.frame_start = at - first
        movie.frame_offset_start, movie.frame_final_end = first, at + end - first
        at += end - first
    scene.frame_end = at - 1
    if bpy.app.version >= (5, 0, 0):
        bpy.context.workspace.sequencer_scene = scene
    if sound is not None:
        voice = strips.new_sound(name="voice", filepath=str(sound), channel=1, frame_start=1)
        voice.frame_final_end = min(voice.frame_final_end, at)
    return scene


def took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def rendered(scene: Any, frames: int) -> float:
    """Seconds that rendering all of the scene would take, by so many frames of it."""
    import bpy

    whole = scene.frame_end - scene.frame_start + 1
    places = sorted({scene.frame_start + whole * n // frames for n in range(frames)})
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = f"{folder}/frame.png"
        bpy.ops.render.render(write_still=True, scene=scene.name)  # the first one opens files
        spent = 0.0
        for place in places:
            scene.frame_set(place)
            spent += took(lambda: bpy.ops.render.render(write_still=True, scene=scene.name))
    return spent / len(places) * whole


def text(rows: dict[str, dict[str, Any]], decode: float, minutes: float) -> str:
    lines = [f"{'seconds a minute of film':<26}{'cold':>9}{'first':>9}{'x decode':>10}{'again':>9}{'render':>9}{'plain':>9}{'written':>9}"]
    lines.append(f"{'decode':<26}{'':>9}{decode / minutes:>9.2f}{1:>10.1f}")
    for kind, row in rows.items():
        if "missing" not in row:
            cold, first, again, render, plain = (row[name] / minutes for name in ("cold", "first", "again", "render", "plain"))
            shares = f"{cold:>9.2f}{first:>9.2f}{row['first'] / decode:>10.1f}{again:>9.2f}"
            lines.append(f"{kind:<26}{shares}{render:>9.1f}{plain:>9.1f}{row['written']:>9}")
    lines += [f"left out: {kind}: {row['missing']}" for kind, row in rows.items() if "missing" in row]
    lines += [f"{kind}: {notice}" for kind, row in rows.items() for notice in row.get("notices", ())]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    parser.add_argument("--film", type=Path, default=given / "bikes.mp4")
    parser.add_argument("--sound", type=Path, default=given / "two_cities.wav")
    parser.add_argument("--only", default="", help="kinds of effects, separated by commas")
    parser.add_argument("--frames", type=int, default=10, help="frames that are rendered")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--size", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sound = options.sound if options.sound.is_file() else None
    if options.one:
        width, height = map(int, options.size.split("x"))
        told = one(options.one, options.film, sound, (width, height), options.frames)
        Path(options.json).write_text(json.dumps(told), encoding="utf-8")
        return
    if not options.film.is_file():
        raise SystemExit(f"There is no film {options.film}: name one with --film.")
    kinds = [kind.strip() for kind in options.only.split(",") if kind.strip()] or list(all_kinds())
    if wrong := set(kinds) - set(all_kinds()):
        raise SystemExit(f"There is no kind {min(wrong)!r} of effect; there are {', '.join(all_kinds())}.")
    decode, seconds, width, height = decoded(options.film)
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            rows[kind] = apart(kind, options, Path(folder) / f"{kind}.json", f"{width}x{height}")
    print(text(rows, decode, seconds / 60))
    if options.json:
        figures = {"film": str(options.film), "seconds": seconds, "decode": decode, "kinds": rows}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def all_kinds() -> tuple[str, ...]:
    """The kinds of effects, in the order of `plan.EFFECT_KINDS`, read without Blender."""
    import ast

    tree = ast.parse((ROOT / "timeline" / "plan.py").read_text(encoding="utf-8"))
    named = next(node for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EffectKind")
    return tuple(part.value for part in ast.walk(named.value) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def apart(kind: str, options: argparse.Namespace, told: Path, size: str) -> dict[str, Any]:
    """One kind, measured in a process of its own: a defect of one is not the end of all."""
    call = [sys.executable, __file__, "--one", kind, "--film", options.film, "--sound", options.sound, "--size", size]
    done = subprocess.run([*map(str, call), "--frames", str(options.frames), "--json", str(told)], capture_output=True, text=True)
    if told.is_file():
        found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
        return found
    return {"missing": (done.stderr.strip().splitlines() or ["it failed"])[-1]}


if __name__ == "__main__":
    main()
