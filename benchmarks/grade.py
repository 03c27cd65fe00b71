"""Grading, measured on renders: how near a shot comes to what a better camera saw, how alike a scene's shots are, whether it flickers.

    python benchmarks/grade.py [--each 3] [--json FILE]     inside a bpy module; the worker makes the films and measures their colours

Real shots are filmed once more by a camera that is set wrongly by a known amount (exposure, cast, contrast, saturation, black); another
moment of the same shot, or another shot, is the reference. So the truth is known for every pixel. Beside it, in the same run, on the same
pictures: Reinhard's transfer (E. Reinhard et al., "Color transfer between images", 2001: mean and deviation in l-alpha-beta), baked into
the pixels, once for the clip and once frame by frame; for the balance, grey world and a fixed exposure, baked. ΔE is CIEDE2000.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.ciede2000 import far, lab
from benchmarks.inside_blender import EXTENSION, install

ROOT = Path(__file__).resolve().parent.parent
LENGTH = 12
STREET = ((2, 16), (34, 58), (85, 115), (140, 170), (191, 220))
BUNNY = ((210, 260), (300, 350), (400, 440), (570, 740), (850, 950), (1160, 1310))
"""(a moment, another one) of each shot, as seen by eye; none of both lies near a cut."""
CONES = np.array([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
ALPHA_BETA = np.diag([3**-0.5, 6**-0.5, 2**-0.5]) @ np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]])


def media() -> list[tuple[str, Path, tuple[tuple[int, int], ...]]]:
    street = Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]) / "bikes.mp4"
    found: list[tuple[str, Path, tuple[tuple[int, int], ...]]] = [("street", street, STREET)]
    fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", ROOT.parent / "shared" / "fixtures"))
    bunny = fixtures / "video" / "big_buck_bunny_60s.mp4"
    return [*found, ("bunny", bunny, BUNNY)] if bunny.is_file() else found


def cameras(count: int, seed: int) -> list[dict[str, Any]]:
    """Wrong settings, drawn."""
    rng = np.random.default_rng(seed)
    return [
        {
            "stops": rng.uniform(-1.2, 0.7), "cast": rng.normal(0, 0.14, 3).tolist(), "contrast": rng.uniform(-0.3, 0.3),
            "saturation": rng.uniform(0.7, 1.3), "lift": rng.uniform(0, 0.05),
        }
        for _ in range(count)
    ]  # fmt: skip


def films(each: int) -> dict[str, tuple[str, list[list[Any]]]]:
    """Name → (footage, shots) of every film that is made."""
    made: dict[str, tuple[str, list[list[Any]]]] = {}
    for name, path, moments in media():
        for number, (one, other) in enumerate(moments):
            made[f"{name}-{number}-hero"] = str(path), [[one, LENGTH, {}]]
            made[f"{name}-{number}-truth"] = str(path), [[other, LENGTH, {}]]
            for take, camera in enumerate(cameras(each, 100 * number + len(name))):
                made[f"{name}-{number}-bad-{take}"] = str(path), [[other, LENGTH, camera]]
    return made


def make(folder: Path, each: int) -> None:
    """Runs in the worker's Python, which has PyAV."""
    from tests import grade_maker

    for name, (footage, shots) in films(each).items():
        grade_maker.make(Path(footage), folder / f"{name}.mp4", [(first, count, change) for first, count, change in shots])


def part(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


class Suite:
    """A scene with films, each on a channel of its own; what is seen through one of them alone."""

    def __init__(self, folder: Path, names: Sequence[str], starts: Sequence[int] = ()) -> None:
        import bpy

        self.bpy, self.folder = bpy, folder
        for scene in [scene for scene in bpy.data.scenes if scene.name.startswith("suite")]:
            bpy.data.scenes.remove(scene)
        self.scene = scene = bpy.data.scenes.new("suite")
        window = bpy.context.window_manager.windows[0]
        window.scene = scene
        if hasattr(window.workspace, "sequencer_scene"):
            window.workspace.sequencer_scene = scene
        self.strips = scene.sequence_editor_create().strips
        for channel, name in enumerate(names, 1):
            start = starts[channel - 1] if starts else 1
            self.strips.new_movie(name=name, filepath=str(folder / f"{name}.mp4"), channel=1 if starts else channel, frame_start=start)
        render, size = scene.render, self.strips[names[0]].elements[0]
        render.resolution_x, render.resolution_y, render.resolution_percentage = size.orig_width, size.orig_height, 50
        render.image_settings.file_format, render.dither_intensity = "PNG", 0
        scene.view_settings.view_transform = "Standard"

    def run(self, name: str, **options: Any) -> Any:
        self.bpy.ops.assistant_editor.grade(names=name, detector="adaptive", **options)
        return part("operators.desk").desk.outcome

    def frames(self, name: str, start: int = 1) -> np.ndarray:
        """(frames, pixels, 3) of sRGB, 0..1."""
        for strip in self.strips:
            strip.mute = strip.name != name
        shown = [self._frame(start + number) for number in range(LENGTH)]
        for strip in self.strips:
            strip.mute = False
        return np.stack(shown)

    def _frame(self, number: int) -> np.ndarray:
        self.scene.frame_set(number)
        self.scene.render.filepath = str(self.folder / "frame.png")
        self.bpy.ops.render.render(write_still=True, scene=self.scene.name)
        image = self.bpy.data.images.load(self.scene.render.filepath)
        pixels = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(pixels)
        width, height = image.size
        self.bpy.data.images.remove(image)
        return pixels.reshape(width * height, -1)[:, :3].astype(np.float64)


def reinhard(colours: np.ndarray, source: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) with the mean and deviation of the reference in l-alpha-beta."""

    def there(coded: np.ndarray) -> np.ndarray:
        light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
        return np.log10(np.maximum(light @ CONES.T, 1e-4)) @ ALPHA_BETA.T

    own, wanted = there(source.reshape(-1, 3)), there(reference.reshape(-1, 3))
    moved = (there(colours) - own.mean(0)) * (wanted.std(0) / np.maximum(own.std(0), 1e-6)) + wanted.mean(0)
    light = np.clip(10 ** (moved @ np.linalg.inv(ALPHA_BETA).T) @ np.linalg.inv(CONES).T, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)


def grey_world(clip: np.ndarray) -> np.ndarray:
    """Every channel's mean made equal, and the log-average brought to middle grey."""
    light = np.where(clip <= 0.04045, clip / 12.92, ((clip + 0.055) / 1.055) ** 2.4)
    mean = light.reshape(-1, 3).mean(0)
    light = light * mean.mean() / mean
    light = light * 0.18 / np.exp(np.log(np.maximum(light @ (0.2126, 0.7152, 0.0722), 0.002)).mean())
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055)


def flicker(made: np.ndarray, truth: np.ndarray) -> float:
    """How far the picture's mean colour jumps from frame to frame where the truth does not, in units of L*a*b*."""
    error = lab(made).mean(axis=1) - lab(truth).mean(axis=1)
    return float(np.linalg.norm(error[1:-1] - (error[:-2] + error[2:]) / 2, axis=1).mean())


Row = dict[str, float]


def case(folder: Path, bad: str, truth: str, hero: str, method: str) -> Row:
    suite = Suite(folder, [bad, truth, hero])
    plain, right, reference = suite.frames(bad), suite.frames(truth), suite.frames(hero)
    suite.run(bad, grade_do=method, **({"grade_reference": hero} if method == "match" else {}))
    made = suite.frames(bad)
    rows = {"before": plain, "ours": made}
    if method == "match":
        rows |= {"Reinhard": reinhard(plain, plain, reference)}
        rows |= {"Reinhard by frame": np.stack([reinhard(frame, frame, reference) for frame in plain])}
    else:
        rows |= {"grey world": grey_world(plain), "grey world by frame": np.stack([grey_world(frame) for frame in plain])}
    found = {name: far(frames, right) for name, frames in rows.items()}
    return {**found, **{f"flicker {name}": flicker(frames, right) for name, frames in rows.items()}}


def scene(folder: Path, name: str, number: int, each: int) -> Row:
    """Takes of one moment by cameras that were set otherwise: how far they are apart, on average over pairs."""
    takes = [f"{name}-{number}-bad-{take}" for take in range(each)]
    starts = [1 + LENGTH * place for place in range(each)]
    found: Row = {}
    for told, options in (("before", None), ("each by itself", {"grade_together": False}), ("ours", {"grade_together": True})):
        suite = Suite(folder, takes, starts)
        if options is not None:
            suite.run("\n".join(takes), grade_do="balance", **options)
        shots = [suite.frames(take, start)[LENGTH // 2] for take, start in zip(takes, starts, strict=True)]
        found[told] = float(np.mean([far(one, other) for i, one in enumerate(shots) for other in shots[i + 1 :]]))
    return found


def table(head: str, rows: Sequence[Row], columns: Sequence[str]) -> str:
    lines = [f"| {head} | mean | median | worst |", "| --- | --- | --- | --- |"]
    for name in columns:
        values = np.array([row[name] for row in rows])
        lines.append(f"| {name} | {values.mean():.2f} | {np.median(values):.2f} | {values.max():.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--each", type=int, default=3, help="wrong cameras for each shot")
    options.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    if chosen.make:
        make(chosen.make, chosen.each)
        return
    install()
    found: dict[str, list[Row]] = {"same shot": [], "other shot": [], "balance": [], "scene": []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        worker = [os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"], str(Path(__file__).resolve()), "--make", place, "--each", str(chosen.each)]
        subprocess.run(worker, check=True, cwd=ROOT)
        for name, _path, moments in media():
            for number in range(len(moments)):
                other = f"{name}-{(number + 1) % len(moments)}-hero"
                for take in range(chosen.each):
                    bad, truth = f"{name}-{number}-bad-{take}", f"{name}-{number}-truth"
                    found["same shot"].append(case(folder, bad, truth, f"{name}-{number}-hero", "match"))
                    if not take:
                        found["other shot"].append(case(folder, bad, truth, other, "match"))
                    found["balance"].append(case(folder, bad, truth, other, "balance"))
                found["scene"].append(scene(folder, name, number, chosen.each))
    told: Callable[[str], list[str]] = lambda group: [name for name in found[group][0] if not name.startswith("flicker")]  # noqa: E731
    for group, head in (("same shot", "Match to another moment of the shot, ΔE00 to the truth"),
                        ("other shot", "Match to another shot, ΔE00 to the truth"),
                        ("balance", "Balance without a reference, ΔE00 to the truth"),
                        ("scene", "Takes of one scene, ΔE00 between them")):  # fmt: skip
        sys.stdout.write(table(f"{head} ({len(found[group])})", found[group], told(group)) + "\n")
    moving = [name for name in found["same shot"][0] if name.startswith("flicker")]
    sys.stdout.write(table("Jumps of the mean colour, L*a*b*", found["same shot"], moving) + "\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
