"""What writing costs: `timeline.write.apply` and, for parts cut out and closed up, `timeline.write_layout.rearrange`, beside the bare
data API doing the same edits, in one run. Runs inside a bpy module.

    python benchmarks/writes.py [--sizes 100 1000] [--repeat 3]

Operators read the timeline, plan and write in one call; the reading and planning are not counted here, the checks are. Both sides
end with the same strips, texts and looks. The bare side is the quickest order of calls that was found: left to right, going on
with the half a split returns, under names that are free; it neither checks, nor tags, nor keeps a ledger.
Every call of the data API that adds or splits a strip takes time in proportion to the strips there are, so both grow with
the square of the number of edits.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.inside_blender import EXTENSION, install

SIZES = (100, 1_000, 5_000, 10_000)
SIDES = ("bare", "apply")
STEP, GAP = 8, 2
"""Frames from one edit to the next, and between one caption and the next."""


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


def _bare_parts(scene: Any, frames: list[int]) -> None:
    """Two frames cut out of every eight and closed up: split twice, remove what is between, and move all that is left once."""
    compat, strips = _module("timeline.compat"), scene.sequence_editor.strips
    kept = []
    for name in ("picture", "partner"):
        piece = strips[name]
        for number, frame in enumerate(frames):
            gone = piece.split(frame=frame, split_method="SOFT")
            piece = gone.split(frame=frame + GAP, split_method="SOFT")
            strips.remove(gone)
            kept.append((piece, GAP * (number + 1)))
    for piece, shift in kept:
        compat.move(piece, -shift)


def _parts(scene: Any, frames: list[int]) -> Callable[[], Any]:
    """The same by a plan that is made beforehand, with checks, markers and keyframes."""
    read, write, ripple, layout, timebase = (
        _module(f"timeline.{name}") for name in ("read_layout", "write_layout", "ripple", "layout", "timebase")
    )
    found = read.read_layout(scene)
    cutouts = [layout.Cutout(timebase.FrameRange(frame, frame + GAP), ()) for frame in frames]
    return partial(write.rearrange, scene, found, ripple.cut_out(found, cutouts, "all"))


def _bare_captions(scene: Any, frames: list[int]) -> None:
    compat, texts, plan = _module("timeline.compat"), _module("timeline.texts"), _module("timeline.plan")
    style, strips = plan.CaptionStyle(), scene.sequence_editor.strips
    size = style.font_size * scene.render.resolution_y
    for number, frame in enumerate(frames):
        strip = compat.new_text(strips, f"Caption {number}", 3, frame, frame + STEP - GAP)
        strip.select = False
        strip.text = _text(number)
        texts.dress(strip, style, size)


def _changes(timeline: Any, kind: str, frames: list[int]) -> Any:
    """What the merge makes of a plan of that many edits, its ledger included."""
    plan, facts, merge, timebase = (_module(m) for m in ("timeline.plan", "ml.facts", "timeline.merge", "timeline.timebase"))
    why, (medium,) = plan.Why(0.9, "the picture changes at once"), {ref.medium for ref in timeline.strips}
    edits = []
    for number, frame in enumerate(frames):
        seconds = Fraction(frame, 24)
        if kind == "cuts":
            edits.append(plan.Cut(plan.Identity(medium, "cut", seconds, seconds), why, "picture", frame, ("partner",)))
        else:
            text, step = _text(number), Fraction(STEP - GAP, 24 * 10)
            words = [facts.Word(f" {word}", seconds + n * step, seconds + (n + 1) * step, 0.9) for n, word in enumerate(text.split())]
            identity = plan.Identity(medium, "caption", seconds, words[-1].end)
            edits.append(plan.Caption(identity, why, timebase.FrameRange(frame, frame + STEP - GAP), text, tuple(words), strip="picture"))
    return merge.merge(timeline, plan.Plan(tuple(edits), (), ((medium, kind.rstrip("s")),)))


def _text(number: int) -> str:
    return f"This is caption number {number} of\nso many that were said"


def one(film: Path, kind: str, size: int, side: str) -> float:
    """CPU seconds of one side, in the process that calls this.

    Both sides have the same plan in memory: that alone makes splits 5 to 10 % slower.
    """
    import bpy

    read, write = _module("timeline.read"), _module("timeline.write")
    frames = [1 + STEP * (number + 1) for number in range(size)]
    scene = _scene(film, STEP * (size + 2))
    standing = len(scene.sequence_editor.strips)
    bare = {"cuts": _bare_cuts, "captions": _bare_captions, "parts": _bare_parts}[kind]
    if kind == "parts":
        ours = _parts(scene, frames)
    else:
        timeline = read.read(scene, lambda path: "film")
        ours = partial(write.apply, scene, timeline, _changes(timeline, kind, frames), fresh=True)
    work: Callable[[], Any] = partial(bare, scene, frames) if side == "bare" else ours
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    made = len(scene.sequence_editor.strips) - standing
    if made != size * (1 if kind == "captions" else 2):
        raise RuntimeError(f"{made} new strips for {size} {kind}")
    bpy.data.scenes.remove(scene)
    return seconds


def measure(film: Path, kind: str, size: int, repeat: int) -> dict[str, Any]:
    """The median of `repeat` runs of each side, taken in turns, each in a process of its own.

    Within one process the second run would be slower: the strips of the first leave their memory scattered, and walking
    through a list of strips is most of the work.
    """
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    for _run in range(repeat):
        for side in SIDES:
            command = [sys.executable, __file__, "--one", side, "--film", str(film), "--kinds", kind, "--sizes", str(size)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds[side].append(float(done.stdout.split()[-1]))
    bare, ours = (statistics.median(seconds[side]) for side in SIDES)
    return {"kind": kind, "size": size, "bare_seconds": bare, "apply_seconds": ours, "ratio": ours / bare}


def _repeats(size: int) -> int:
    return 7 if size <= 1_000 else 3


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--kinds", nargs="+", choices=["cuts", "captions", "parts"], default=["cuts", "captions", "parts"])
    parser.add_argument("--repeat", type=int, help="runs of each side (default: 7 up to 1 000 edits, 3 above)")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    parser.add_argument("--one", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--film", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    install()
    import bpy

    if options.one:
        for _run in range(5):
            one(options.film, options.kinds[0], 20, options.one)
        print(one(options.film, options.kinds[0], options.sizes[0], options.one))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        film = _film(Path(folder))
        print(f"Blender {bpy.app.version_string}: CPU seconds to write, bare data API beside apply()")
        print(f"{'edits':>16}  {'bare':>8}  {'apply':>8}  {'ratio':>6}  {'more':>9}")
        rows = []
        for kind in options.kinds:
            for size in options.sizes:
                row = measure(film, kind, size, options.repeat or _repeats(size))
                rows.append(row)
                bare, ours = row["bare_seconds"], row["apply_seconds"]
                print(f"{size:>7} {kind:<8}  {bare:>8.4f}  {ours:>8.4f}  {row['ratio']:>6.2f}  {(ours - bare) * 1e3:>6.1f} ms", flush=True)
    if options.json:
        options.json.write_text(json.dumps({"blender": bpy.app.version_string, "rows": rows}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
