"""Ducking and loudness, measured on mixdowns. Runs inside a bpy module; the worker listens.

    python benchmarks/levels.py [--json FILE]

The packaged reading is cut into pieces and joined anew with silences, over drawn chords or in noise; so where it is heard is known to the
sample. How far the music is down while it is heard is measured on the mixdown of the music alone, every 20 ms. Loudness is
measured by the worker on mixdowns of what was written; its meter is shown test signals of EBU Tech 3341 first.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.inside_blender import EXTENSION, install

RATE, FPS = 48000, 25
PIECES = ((0.0, 6.0), (6.0, 9.5), (9.5, 16.0), (16.0, 24.0), (24.0, 33.0))
"""Seconds of the reading, and after each piece one of the silences."""
SILENCES = (0.8, 4.0, 1.5, 6.0, 2.0)
HEARD = -30.0
"""Decibels below the loudest 20 ms above which the reading counts as speech: breaths are softer."""
SOFT = 0.4
"""How loud the last two pieces are where two who are not equally loud are played."""
BLOCK = RATE // 50
SOFT_FROM = round((2 + sum(end - start for start, end in PIECES[:3]) + sum(SILENCES[:3])) * 50)
"""The 20 ms with which the softer pieces begin."""
_EDGES, _MIDDLE = (-36.0, 10.0), (-23.0, 60.0)
EBU = {
    1: ((-23.0, 20.0),), 3: (_EDGES, _MIDDLE, _EDGES), 4: ((-72.0, 10.0), _EDGES, _MIDDLE, _EDGES, (-72.0, 10.0)),
    5: ((-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)),
}  # fmt: skip
"""Test signals of EBU Tech 3341: (level, seconds) of a sine of 1 kHz on both sides. All are -23 LUFS."""


def part(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


def reading(path: Path) -> np.ndarray:
    """The packaged reading at `RATE`, (samples,), 12 dB louder than it is packaged."""
    import aud

    return aud.Sound(str(path)).resample(RATE, 3).rechannel(1).data()[:, 0] * np.float32(4)


def joined(speech: np.ndarray, soft: int = 0) -> np.ndarray:
    """The pieces and silences, the last `soft` pieces played softer."""
    rows = [np.zeros(2 * RATE, np.float32)]
    for number, ((start, end), silence) in enumerate(zip(PIECES, SILENCES, strict=True)):
        factor = SOFT if number >= len(PIECES) - soft else 1.0
        rows += [speech[int(start * RATE) : int(end * RATE)] * np.float32(factor), np.zeros(int(silence * RATE), np.float32)]
    return np.concatenate(rows)


def chords(seconds: float, peak: float = 0.25) -> np.ndarray:
    """Triads of four harmonics that change every two seconds."""
    moments = np.arange(round(seconds * RATE)) / RATE
    roots = np.array([220.0, 261.63, 174.61, 196.0])[(moments // 2).astype(int) % 4]
    phase = np.cumsum(roots) / RATE
    waves = [np.sin(2 * np.pi * phase * ratio * harmonic) / harmonic for ratio in (1, 1.25, 1.5) for harmonic in (1, 2, 3, 4)]
    drawn = np.sum(waves, axis=0)
    return (drawn * peak / np.abs(drawn).max()).astype(np.float32)


def loud(samples: np.ndarray) -> np.ndarray:
    """Decibels of every 20 ms."""
    blocks = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return 10 * np.log10(np.square(blocks.astype(np.float64)).mean(axis=1) + 1e-12)


def usual(levels: np.ndarray) -> float:
    """The level that three quarters of what is heard stay below, in decibels."""
    return float(np.percentile(levels[levels > levels.max() + HEARD], 75))


class Studio:
    """A scene with strips of these waves."""

    def __init__(self, folder: Path) -> None:
        import bpy

        self.folder = folder
        self.scene = scene = bpy.data.scenes.new("levels")
        scene.render.fps = FPS
        window = bpy.context.window_manager.windows[0]
        window.scene = scene
        if hasattr(bpy.context.workspace, "sequencer_scene"):
            bpy.context.workspace.sequencer_scene = scene
        self.strips = scene.sequence_editor_create().strips

    def lay(self, name: str, samples: np.ndarray, channel: int) -> None:
        path = self.folder / f"{name}-{self.scene.name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(np.repeat(np.rint(samples * 32767).astype("<i2"), 2).tobytes())
        self.strips.new_sound(name=name, filepath=str(path), channel=channel, frame_start=1)
        self.scene.frame_end = max(self.scene.frame_end if channel > 1 else 1, len(samples) * FPS // RATE)

    def run(self, operator: str, **options: Any) -> Any:
        import bpy

        getattr(bpy.ops.assistant_editor, operator)(**options)
        return part("operators.desk").desk.outcome

    def heard(self, *names: str) -> np.ndarray:
        import aud

        for strip in self.strips:
            strip.mute = bool(names) and strip.name not in names
        target = self.folder / "mix.wav"
        part("timeline.mixdown").mixdown(self.scene, str(target))
        for strip in self.strips:
            strip.mute = False
        return aud.Sound(str(target)).data()[:, 0]

    def measured(self) -> Any:
        self.run("measure_loudness")
        return part("operators.levels_desk").report_of(self.scene).before


def ducking(folder: Path, speech: np.ndarray) -> list[list[str]]:
    """A row for each amount and each noise under the speech."""
    rows = []
    for noise in (None, 20.0, 10.0, 5.0):
        talk = joined(speech)
        sounding = loud(talk) > loud(talk).max() + HEARD
        if noise is not None:
            power = np.square(talk[talk != 0]).mean() / 10 ** (noise / 10)
            talk = talk + np.random.default_rng(5).standard_normal(len(talk)).astype(np.float32) * np.sqrt(power)
        studio = Studio(folder)
        studio.lay("talk", talk, 1)
        studio.lay("music", chords(len(talk) / RATE), 2)
        before = loud(studio.heard("music"))
        for amount in (6.0, 12.0, 20.0):
            studio.run("duck_music", duck_amount=amount, names="music")
            down = before - loud(studio.heard("music"))
            count = min(len(down), len(sounding))
            under = down[:count][sounding[:count]]
            curve = part("timeline.volume").points(studio.scene, "music")
            where = "clean" if noise is None else f"{noise:.0f} dB"
            rows.append([where, f"{amount:.0f} dB", f"{np.median(under):.2f} dB", f"{(under > amount - 0.5).mean():.1%}",
                         f"{(down[:count] < 0.5).mean():.0%}", str(len(curve))])  # fmt: skip
    return rows


def loudness(folder: Path, speech: np.ndarray) -> list[list[str]]:
    """A row for each target and each way to reach it."""
    rows = []
    for by in ("mix", "strips", "speech"):
        for target in (-23.0, -16.0, -14.0):
            studio = Studio(folder)
            quiet = joined(speech, soft=2)
            studio.lay("talk", quiet, 1)
            studio.lay("music", chords(len(quiet) / RATE, 0.15), 2)
            before = studio.measured()
            outcome = studio.run("match_loudness", loudness_by=by, loudness_target=target, strips="ALL")
            limited = any("peak limit" in told for told in outcome.notices)
            after = studio.measured()
            talk = loud(studio.heard("talk"))
            apart = usual(talk[SOFT_FROM:]) - usual(talk[:SOFT_FROM])
            rows.append([by, f"{target:.0f}", f"{before.integrated:.2f}", f"{after.integrated:.2f}", f"{after.true_peak:.2f}",
                         "yes" if limited else "no", f"{apart:.1f} dB"])  # fmt: skip
    return rows


def meter(folder: Path) -> list[list[str]]:
    rows = []
    for number, signal in EBU.items():
        studio = Studio(folder)
        tones = [10 ** (level / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(length * RATE)) / RATE) for level, length in signal]
        studio.lay("tone", np.concatenate(tones), 1)
        measured = studio.measured()
        rows.append([str(number), "-23.0", f"{measured.integrated:.2f}"])
    return rows


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.setdefault("ASSISTANT_EDITOR_CACHE", str(folder / "cache"))
        speech = reading(Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]) / "two_cities.wav")
        found = {"meter": meter(folder), "ducking": ducking(folder, speech), "loudness": loudness(folder, speech)}
    print(table(["EBU Tech 3341", "is", "measured"], found["meter"]))
    print(table(["noise", "asked", "down under speech", "of speech within .5 dB", "up", "keyframes"], found["ducking"]))
    print(table(["match", "target", "before", "after", "true peak", "peak limited", "softer part"], found["loudness"]))
    if chosen.json:
        chosen.json.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
