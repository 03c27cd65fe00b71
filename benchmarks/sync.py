"""Does picture or sound drift when a timeline is cut a thousand times? Measured on what Blender renders and mixes down. Runs inside bpy.

    python benchmarks/sync.py [--cuts 1000] [--media 24000/1001 24 …] [--scene 24000/1001 24 …] [--matched | --unmatched] [--json FILE]

The film carries the number of each of its pictures and a burst of tone every 0.4 s. Parts of a few frames are cut out all over it,
everything closes up, and the scene is rendered and mixed down. A picture drifts by the difference between the number that is shown and
the nearest to where its frame was in the film before; a burst by where it is found (cross-correlation, to the sample) beside where it
was, moved up by what was cut out before it. Both in frames of the scene. Films are made by the worker's Python, which has PyAV.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.inside_blender import EXTENSION, ROOT, install

RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "60"))
SIZE = (64, 32)
BITS = 16
SAMPLES = 48000
STEP = Fraction(2, 5)
"""Seconds from one burst to the next."""
BURST = Fraction(3, 50)
PITCHES = 16
_NEAREST = Fraction(501, 1000)
"""Blender shows the picture whose number is nearest to the place. Where two are, which one depends in 5.2 on whether it was reading
on or began to read there."""


@dataclass(frozen=True)
class Row:
    """One pair of rates: how far, in frames of the scene, pictures and bursts are from where they ought to be at most."""

    media_rate: str
    scene_rate: str
    matched: bool
    cuts: int
    pictures: int
    picture_drift: int
    bursts: int
    sound_drift: float


def _module(name: str) -> Any:
    import importlib

    return importlib.import_module(f"{EXTENSION}.{name}")


def pitch_of(burst: int) -> float:
    return 900.0 + 130.0 * (burst % PITCHES)


def make(folder: Path, rate: Fraction, seconds: float, python: str) -> Path:
    """The film; made once a folder. Raises `subprocess.CalledProcessError`."""
    path = folder / f"coded-{rate.numerator}-{rate.denominator}-{round(seconds)}.mov"
    if not path.is_file():
        tones = [[float(n * STEP), float(BURST), pitch_of(n)] for n in range(1, math.ceil(seconds / STEP))]
        sound = {"seconds": seconds, "tones": tones, "layout": "mono", "codec": "pcm_s16le", "rate": SAMPLES}
        given = {"path": str(path), "frames": math.ceil(seconds * rate), "rate": str(rate), "size": SIZE, "sound": sound,
                 "options": {"crf": "16", "preset": "ultrafast"}}  # fmt: skip
        subprocess.run([python, ROOT / "tests" / "media_maker.py", json.dumps(given)], check=True)
    return path


def new_scene(rate: Fraction) -> Any:
    import bpy

    scene = bpy.data.scenes.new("sync")
    render = scene.render
    render.fps, render.fps_base = round(rate), float(round(rate) / rate)
    render.resolution_x, render.resolution_y, render.resolution_percentage = *SIZE, 100
    render.image_settings.file_format = "PNG"
    render.image_settings.compression = 0
    render.dither_intensity = 0
    scene.view_settings.view_transform = "Standard"
    scene.sequence_editor_create()
    return scene


@contextmanager
def _sequencer(scene: Any) -> Iterator[None]:
    """An area made a sequencer for the moment: the operator that adds movies asks for one."""
    import bpy

    window = bpy.context.window_manager.windows[0]
    area = max(window.screen.areas, key=lambda area: area.width * area.height)
    kind, shown = area.type, window.scene
    area.type, window.scene = "SEQUENCE_EDITOR", scene
    region = next(region for region in area.regions if region.type == "WINDOW")
    try:
        with bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region, scene=scene):
            if bpy.app.version >= (5, 0, 0):
                window.workspace.sequencer_scene = scene
            yield
    finally:
        area.type, window.scene = kind, shown


def lay(scene: Any, film: Path, matched: bool) -> None:
    """Picture and sound by Blender's operator, as an editor adds them, with the picture's rate matched to the scene's or not."""
    import bpy

    still = {"move_strips": False} if bpy.app.version >= (5, 0, 0) else {}
    with _sequencer(scene):
        bpy.ops.sequencer.movie_strip_add(
            filepath=str(film), frame_start=1, channel=1, use_framerate=False, adjust_playback_rate=matched, set_view_transform=False,
            **still,
        )  # fmt: skip


def parts(cuts: int, last: int) -> list[tuple[int, int]]:
    """What is cut out: parts of one to three frames, with seven to nine between them."""
    found, at = [], 9
    for number in range(cuts):
        end = at + 1 + number % 3
        if end >= last:
            break
        found.append((at, end))
        at = end + 7 + number * 5 % 3
    return found


def shown(scene: Any, last: int, step: int) -> dict[int, int]:
    """The number of the picture at every `step`th frame, rendered in order."""
    import bpy

    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = f"{folder}/"
        scene.frame_start, scene.frame_end, scene.frame_step = 1, last, step
        bpy.ops.render.render(animation=True, scene=scene.name)
        found = {}
        for file in sorted(Path(folder).glob("*.png")):
            image = bpy.data.images.load(str(file))
            pixels = np.empty(len(image.pixels), np.float32)
            image.pixels.foreach_get(pixels)
            bpy.data.images.remove(image)
            found[int(file.stem)] = _number(pixels.reshape(SIZE[1], SIZE[0], -1)[::-1, :, 0])
        return found


def _number(picture: np.ndarray) -> int:
    centres = ((np.arange(BITS) + 0.5) * SIZE[0] / BITS).astype(int)
    upper, lower = picture[SIZE[1] // 4, centres] > 0.5, picture[SIZE[1] * 3 // 4, centres] > 0.5
    return -1 if (upper == lower).any() else int("".join("1" if bit else "0" for bit in upper), 2)


def heard(scene: Any, last: int) -> np.ndarray:
    """The scene's sound from its first frame to `last`."""
    import aud

    scene.frame_start, scene.frame_end, scene.frame_step = 1, last, 1
    with tempfile.TemporaryDirectory() as folder:
        _module("timeline.mixdown").mixdown(scene, f"{folder}/mix.wav")
        return aud.Sound(f"{folder}/mix.wav").data()[:, 0].copy()


def lag(wave: np.ndarray, start: float, burst: int, reach: int) -> float | None:
    """By how many samples a burst comes later than `start`, None where it is not heard within `reach` samples."""
    clock = np.arange(int(BURST * SAMPLES)) / SAMPLES
    model = np.exp(2j * math.pi * pitch_of(burst) * clock)
    first = math.floor(start) - reach
    part = wave[max(0, first) : first + 2 * reach + len(model)]
    if first < 0 or len(part) < 2 * reach + len(model):
        return None
    size = 1 << (len(part) - 1).bit_length()
    match = np.abs(np.fft.ifft(np.fft.fft(part, size) * np.conj(np.fft.fft(model, size))))[: len(part) - len(model) + 1]
    best = int(match.argmax())
    if match[best] < 0.1 * len(model):
        return None
    return best + first - start


def measure(film: Path, media_rate: Fraction, scene_rate: Fraction, matched: bool, cuts: int, fade: int = 0, every: int = 7) -> Row:
    """Cuts, renders and compares. Raises `RuntimeError` when what is there is not what was cut."""
    import aud
    import bpy

    read, layouts, writing, ripple, values, time = (
        _module(f"timeline.{name}") for name in ("read", "read_layout", "write_layout", "ripple", "layout", "timebase")
    )
    scene = new_scene(scene_rate)
    lay(scene, film, matched)
    before = {ref.kind: ref for ref in read.read(scene, lambda path: path).strips}
    movie, sound = before["MOVIE"], before["SOUND"]
    if movie.source is None or sound.source is None:
        raise RuntimeError(movie.unmapped or sound.unmapped)
    gone = parts(cuts, min(movie.frames.end, sound.frames.end) - 12)
    layout = layouts.read_layout(scene)
    wanted = ripple.cut_out(layout, [values.Cutout(time.FrameRange(*frames), ()) for frames in gone], "all")
    writing.rearrange(scene, layout, wanted, fade)
    kept = _kept(gone, min(movie.frames.end, sound.frames.end))
    last = sum(end - start for start, end, _shift in kept)
    drifts = []
    olds = {start - shift + n: start + n for start, end, shift in kept for n in range(end - start)}
    for frame, number in shown(scene, last, every).items():
        # Blender hides whether rates are matched, and short films do not betray it: here it is known.
        place = movie.source.seconds(olds[frame]) * media_rate if matched else Fraction(olds[frame] - 1)
        step = media_rate / scene_rate if matched else Fraction(1)
        as_known = matched and number == movie.source.picture(olds[frame])  # Blender's own rounding, in single precision
        drifts.append(0 if as_known else math.ceil(max(Fraction(0), abs(number - place) - _NEAREST) / step))
    wave = heard(scene, last)
    there = math.floor((Fraction(len(aud.Sound(str(film)).data()), SAMPLES) - BURST) / STEP)
    a_frame = SAMPLES / scene_rate
    lags = []
    for start, end, shift in kept:
        for burst in range(math.ceil(sound.source.seconds(start) / STEP), math.floor(sound.source.seconds(end) / STEP) + 1):
            begins = sound.source.frame(burst * STEP)
            if not 1 <= burst < there or begins < start + 1 or begins + BURST * scene_rate > end - 1:
                continue
            late = lag(wave, float((begins - shift - 1) * a_frame), burst, int(1.5 * a_frame))
            if late is None:
                raise RuntimeError(f"burst {burst} is not heard")
            lags.append(late / float(a_frame))
    bpy.data.scenes.remove(scene)
    if not lags or not drifts:
        raise RuntimeError("nothing was measured")
    return Row(
        str(media_rate), str(scene_rate), matched, len(gone), len(drifts), max(map(abs, drifts)), len(lags), round(max(map(abs, lags)), 4)
    )


def _kept(gone: list[tuple[int, int]], last: int) -> list[tuple[int, int, int]]:
    """(first frame, frame after the last, by how much it moves up) of every part that stays."""
    found, at, shift = [], 1, 0
    for start, end in [*gone, (last, last)]:
        found.append((at, start, shift))
        at, shift = end, shift + end - start
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--media", nargs="+", type=Fraction, default=list(RATES), help="rates of the films")
    parser.add_argument("--scene", nargs="+", type=Fraction, default=list(RATES), help="rates of the scenes")
    parser.add_argument("--fade", type=int, default=0, help="milliseconds over which sounds come and go at joins")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--matched", action="store_true", help="only films whose rate is matched to the scene's")
    which.add_argument("--unmatched", action="store_true", help="only films that are not")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args(argv)
    install()
    import bpy

    python = os.environ.get("ASSISTANT_EDITOR_WORKER_PYTHON", sys.executable)
    sides = [True] if options.matched else [False] if options.unmatched else [True, False]
    rows = []
    print(f"Blender {bpy.app.version_string}: largest drift in frames of the scene, {options.cuts} cuts")
    print(f"{'media':>12} {'scene':>12} {'rate':>9} {'cuts':>6} {'pictures':>9} {'drift':>6} {'bursts':>7} {'drift':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for media_rate in options.media:
            for scene_rate in options.scene:
                for matched in sides:
                    # Whatever the rates, the film is to be long enough for all the cuts.
                    seconds = float(options.cuts * Fraction(21, 2) / min(media_rate, *options.scene)) + 4
                    film = make(Path(folder), media_rate, seconds, python)
                    row = measure(film, media_rate, scene_rate, matched, options.cuts, options.fade)
                    rows.append(row)
                    kind = "matched" if matched else "as it is"
                    print(
                        f"{row.media_rate:>12} {row.scene_rate:>12} {kind:>9} {row.cuts:>6} {row.pictures:>9} {row.picture_drift:>6} "
                        f"{row.bursts:>7} {row.sound_drift:>8.4f}",
                        flush=True,
                    )
    if options.json:
        rows_of = [asdict(row) for row in rows]
        options.json.write_text(json.dumps({"blender": bpy.app.version_string, "rows": rows_of}, indent=1), encoding="utf-8")
    return int(any(row.picture_drift or row.sound_drift > 0.5 for row in rows))


if __name__ == "__main__":
    sys.exit(main())
