"""Does the sound click where its cut was moved? Real speech, in random pieces, mixed down by Blender; used by `benchmarks/transitions.py`.

The pieces are of one reading, with words of Whisper; `split_edits` moves the sound's cuts. A click is a jump: the largest second difference
of the samples from 2 ms before a cut to 45 ms after it (Blender ends a strip within a block of its mixer), in decibels of full scale. What
the voice itself does there counts too. Before: the same cuts where they were; naive: the sound's cut half a second earlier.
"""

from __future__ import annotations

import importlib
import random
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inside_blender import EXTENSION, ROOT

RATE, PIECES, EARLIER = 25, 8, 12
MOST = 1.5


def clicks(folder: Path, speech: Path, python: str, count: int) -> dict[str, tuple[int, float, float]]:
    """(moved cuts, median, worst of the jumps in decibels) before, by ours and naively."""
    import bpy

    pictures, film = folder / "pictures.mp4", folder / "talk.mp4"
    given = f'{{"path": "{pictures.as_posix()}", "frames": 1100, "rate": "{RATE}", "size": [64, 32], "options": {{"preset": "ultrafast"}}}}'
    subprocess.run([python, ROOT / "tests" / "media_maker.py", given], check=True)
    subprocess.run([python, ROOT / "tests" / "blender" / "make_talkie.py", pictures, speech, film], check=True)
    jumps: dict[str, list[float]] = {"before": [], "ours": [], "naive": []}
    for number in range(count):
        _measure(film, folder, random.Random(number), jumps)
    bpy.context.window_manager.windows[0].scene = bpy.data.scenes[0]
    return {who: (len(row), float(np.median(row)), max(row)) for who, row in jumps.items() if row}


def _measure(film: Path, folder: Path, dice: random.Random, jumps: dict[str, list[float]]) -> None:
    import bpy

    from benchmarks.transitions import new_scene

    compat = importlib.import_module(f"{EXTENSION}.timeline.compat")
    scene = new_scene()
    strips = scene.sequence_editor.strips
    at = 1
    for number in range(PIECES):
        length, first = dice.randint(40, 90), dice.randint(20, 900)
        for kind, make, channel in (("", strips.new_movie, 2), (" s", strips.new_sound, 1)):
            strip = make(name=f"p{number}{kind}", filepath=str(film), channel=20 * channel + number, frame_start=at - first)
            compat.set_left(strip, at)
            compat.set_right(strip, at + length)
            strip.channel, strip.select = channel, False
        at += length
    names = [f"p{number} s" for number in range(PIECES)]

    def cuts() -> list[int]:
        return [compat.left(strips[name]) for name in names[1:]]

    was, before = cuts(), _mixed(scene, folder, at - 1)
    bpy.ops.assistant_editor.split_edits(split_moves="sound", split_seconds=MOST)
    now, ours = cuts(), _mixed(scene, folder, at - 1)
    bpy.ops.assistant_editor.join_split_edits()
    if cuts() != was:
        raise RuntimeError("not every cut came back")
    for one, other in pairwise(names):
        cut = compat.left(strips[other]) - EARLIER
        compat.set_right(strips[one], cut)
        compat.set_left(strips[other], cut)
    naive = _mixed(scene, folder, at - 1)
    for old, new in zip(was, now, strict=True):
        if old != new:
            for who, samples, cut in (("before", before, old), ("ours", ours, new), ("naive", naive, old - EARLIER)):
                jumps[who].append(_jump(*samples, cut))
    bpy.data.scenes.remove(scene)


def _mixed(scene: Any, folder: Path, last: int) -> tuple[np.ndarray, float]:
    import aud
    import bpy

    scene.frame_start, scene.frame_end = 1, last
    path = str(folder / "mixed.wav")
    bpy.ops.sound.mixdown(filepath=path, container="WAV", codec="PCM", format="S24")
    sound = aud.Sound(path)
    return sound.data()[:, 0], sound.specs[0]


def _jump(samples: np.ndarray, rate: float, cut: int) -> float:
    at = round((cut - 1) / RATE * rate)
    part = samples[max(0, at - round(0.002 * rate)) : at + round(0.045 * rate)]
    return float(20 * np.log10(np.abs(np.diff(part, 2)).max() + 1e-9))
