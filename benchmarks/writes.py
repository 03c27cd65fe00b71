"""What writing costs: `timeline.write.apply` beside the bare data API doing the same edits, in one run. Runs inside a bpy module.

    python benchmarks/writes.py [--sizes 100 1000] [--repeat 3]

Both sides end with the same strips, texts and looks. The bare side is the quickest order of calls that was found: left to
right, going on with the half a split returns, under names that are free; it neither checks, nor tags, nor keeps a ledger.
Every call of the data API that adds or splits a strip takes time in proportion to the strips there are, so both grow with
the square of the number of edits.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.inside_blender import EXTENSION, install

SIZES = (100, 1_000, 5_000, 10_000)
STEP = 8
"""Frames from one edit to the next."""


def _film(folder: Path) -> Path:
    """A film of a few frames, rendered by Blender itself; handles stretch it."""
    import bpy

    scene = bpy.data.scenes.new("film")
    compat = _module("timeline.compat")
    compat.new_text(scene.sequence_editor_create().strips, "title", 1, 1, 9)
    render = scene.render
    render.resolution_x, render.resolution_y, scene.frame_start, scene.frame_end = 32, 32, 1, 8
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "VIDEO"
    render.image_settings.file_format = "FFMPEG"
    render.ffmpeg.format, render.ffmpeg.codec = "MPEG4", "H264"
    render.filepath = str(folder / "film.mp4")
    render.use_file_extension = False
    bpy.ops.render.render(animation=True, scene=scene.name)
    bpy.data.scenes.remove(scene)
    return folder / "film.mp4"


def _module(name: str) -> Any:
    import importlib

    return importlib.import_module(f"{EXTENSION}.{name}")


def _scene(film: Path, length: int) -> Any:
    """Picture and a second picture over the same range: what a movie and its sound cost."""
    import bpy

    compat = _module("timeline.compat")
    scene = bpy.data.scenes.new("bench")
    strips = scene.sequence_editor_create().strips
    for channel, name in ((1, "picture"), (2, "partner")):
        compat.set_right(strips.new_movie(name=name, filepath=str(film), channel=channel, frame_start=1), length + 1)
    return scene


def _bare_cuts(scene: Any, frames: list[int]) -> None:
    picture, partner = scene.sequence_editor.strips["picture"], scene.sequence_editor.strips["partner"]
    for frame in frames:
        picture = picture.split(frame=frame, split_method="SOFT")
        partner = partner.split(frame=frame, split_method="SOFT")


def _bare_captions(scene: Any, frames: list[int]) -> None:
    compat, write, plan = _module("timeline.compat"), _module("timeline.write"), _module("timeline.plan")
    style, strips, height = plan.CaptionStyle(), scene.sequence_editor.strips, scene.render.resolution_y
    for number, frame in enumerate(frames):
        strip = compat.new_text(strips, f"Caption {number}", 3, frame, frame + STEP)
        strip.select = False
        strip.text = f"Caption number {number}"
        write.dress(strip, style, height)


def _changes(timeline: Any, kind: str, frames: list[int]) -> Any:
    plan, facts, changes, timebase = (_module(f"{m}") for m in ("timeline.plan", "ml.facts", "timeline.changes", "timeline.timebase"))
    ledger = _module("timeline.ledger")
    why = plan.Why(0.9, "the picture changes at once")
    adds, records = [], []
    for number, frame in enumerate(frames):
        seconds = Fraction(frame, 24)
        if kind == "cuts":
            identity = plan.Identity("film", "cut", seconds, seconds)
            edit = plan.Cut(identity, why, "picture", frame, ("partner",))
        else:
            identity = plan.Identity("film", "caption", seconds, seconds + 1)
            words = tuple(facts.Word(text, seconds, seconds + 1, 0.9) for text in (" Caption", " number", f" {number}"))
            edit = plan.Caption(identity, why, timebase.FrameRange(frame, frame + STEP), f"Caption number {number}", words)
        adds.append(changes.Add(str(number), edit))
        records.append(ledger.Record(str(number), identity, start=frame, end=frame))
    return changes.Changes(adds=tuple(adds), ledger=ledger.dump(ledger.Ledger(timeline.stamp, len(frames), tuple(records))))


def _timed(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(film: Path, kind: str, size: int, repeat: int) -> dict[str, Any]:
    """CPU seconds of the quickest of `repeat` runs of each side, taken in turns: other programs then matter least."""
    import bpy

    read, write = _module("timeline.read"), _module("timeline.write")
    frames = [1 + STEP * (number + 1) for number in range(size)]
    bare, ours = [], []
    for _run in range(repeat):
        scene = _scene(film, STEP * (size + 2))
        work = _bare_cuts if kind == "cuts" else _bare_captions
        bare.append(_timed(lambda work=work, scene=scene: work(scene, frames)))
        count = len(scene.sequence_editor.strips)
        bpy.data.scenes.remove(scene)
        scene = _scene(film, STEP * (size + 2))
        timeline = read.read(scene, lambda path: path)
        changes = _changes(timeline, kind, frames)
        ours.append(_timed(lambda scene=scene, timeline=timeline, changes=changes: write.apply(scene, timeline, changes)))
        if len(scene.sequence_editor.strips) != count:
            raise RuntimeError(f"{len(scene.sequence_editor.strips)} strips instead of {count}")
        bpy.data.scenes.remove(scene)
    return {"kind": kind, "size": size, "bare_seconds": min(bare), "apply_seconds": min(ours), "ratio": min(ours) / min(bare)}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--kinds", nargs="+", choices=["cuts", "captions"], default=["cuts", "captions"])
    parser.add_argument("--repeat", type=int, default=3, help="runs of each side up to 1 000 edits; above there is one")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args(argv)
    install()
    import bpy

    with tempfile.TemporaryDirectory() as folder:
        film = _film(Path(folder))
        print(f"Blender {bpy.app.version_string}: CPU seconds to write, bare data API beside apply()")
        print(f"{'edits':>16}  {'bare':>8}  {'apply':>8}  {'ratio':>6}")
        rows = []
        for kind in options.kinds:
            for size in options.sizes:
                row = measure(film, kind, size, options.repeat if size <= 1_000 else 1)
                rows.append(row)
                print(f"{size:>7} {kind:<8}  {row['bare_seconds']:>8.3f}  {row['apply_seconds']:>8.3f}  {row['ratio']:>6.2f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps({"blender": bpy.app.version_string, "rows": rows}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
