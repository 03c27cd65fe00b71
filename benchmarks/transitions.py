"""Transitions, and J- and L-cuts, measured on what Blender renders, beside what an editor gets who does not look. Runs inside bpy.

    python benchmarks/transitions.py [--timelines 16] [--seed 0] [--speech FILE] [--json FILE]

Timelines are made at random: pieces of films whose pictures carry their number, at four rates, matched to the scene's or not, whose shots
are known by construction; some pieces are scaled, turned, coloured, mirrored or animated; somebody speaks at random times. Ours are
written by the planner and the writer. Naive: a cross dissolve of one second over the middle of every cut, with Blender's own fade.

Seams: how much the first and last frame of each transition, and those beside it, differ from what is seen there without, in 1/255;
where the cut itself is its first or last frame, only those beside it can be compared.
Handles: of the pictures a transition shows of either film, decoded from renders, those that are held and those of another shot.
Speech: transitions that begin, end or run while somebody speaks.
J- and L-cuts: on dialogues made at random, for takes with words beyond their ends; naive: the sound's cut half a second earlier. With
--speech (the packaged reading, where it is there) also whether the sound clicks where its cut was moved.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.inside_blender import EXTENSION, ROOT, install
from benchmarks.split_clicks import clicks
from benchmarks.split_edits import dialogues

RATES = (Fraction(24), Fraction(25), Fraction(30), Fraction(30000, 1001))
SCENE = Fraction(25)
SIZE, BITS, PICTURES = (64, 32), 16, 900
NAIVE = 25


def _module(name: str) -> Any:
    import importlib

    return importlib.import_module(f"{EXTENSION}.{name}")


def films(folder: Path, python: str) -> dict[Fraction, Path]:
    found = {}
    for rate in RATES:
        path = folder / f"coded-{rate.numerator}-{rate.denominator}.mp4"
        given = {"path": str(path), "frames": PICTURES, "rate": str(rate), "size": SIZE, "options": {"crf": "16", "preset": "ultrafast"}}
        subprocess.run([python, ROOT / "tests" / "media_maker.py", json.dumps(given)], check=True)
        found[rate] = path
    return found


def new_scene() -> Any:
    import bpy

    scene = bpy.data.scenes.new("transitions")
    render = scene.render
    render.fps, render.fps_base = round(SCENE), 1.0
    render.resolution_x, render.resolution_y, render.resolution_percentage = *SIZE, 100
    render.image_settings.file_format, render.image_settings.compression, render.dither_intensity = "PNG", 0, 0
    scene.view_settings.view_transform = "Standard"
    scene.sequence_editor_create()
    bpy.context.window_manager.windows[0].scene = scene
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = scene
    return scene


def lay(scene: Any, known: dict[Fraction, Path], dice: random.Random, dressed: bool) -> dict[str, list[int]]:
    """Pieces of films one after the other; the boundaries of each film's shots by its path, in pictures."""
    from benchmarks.sync import lay as lay_matched  # the operator that matches rates needs an area

    compat = _module("timeline.compat")
    shots = {str(path): sorted(dice.sample(range(40, PICTURES - 40), 12)) for path in known.values()}
    at = 1
    for number in range(dice.randint(4, 7)):
        rate = dice.choice(RATES)
        path, matched = known[rate], dice.random() < 0.5
        bounds = [0, *shots[str(path)], PICTURES]
        place = dice.randrange(len(bounds) - 1)
        first, last = bounds[place], bounds[place + 1]
        frames = max(12, int((last - first) * (SCENE / rate if matched else 1)))
        length = dice.randint(12, max(12, frames - dice.choice((0, 2, 10, 30))))
        head = dice.randint(0, max(0, frames - length))
        begins = round(first * (SCENE / rate if matched else 1)) + head
        strips = scene.sequence_editor.strips
        if matched:
            before = {strip.name for strip in strips}
            lay_matched(scene, path, True)
            strip = next(one for one in strips if one.name not in before and one.type == "MOVIE")
            for sound in [one for one in strips if one.type == "SOUND"]:
                strips.remove(sound)
        else:
            strip = strips.new_movie(name=f"piece {number}", filepath=str(path), channel=20 + number, frame_start=1)
        strip.channel = 20 + number
        compat.set_content_start(strip, at - begins)
        compat.set_left(strip, at)
        compat.set_right(strip, at + length)
        strip.channel, strip.name, strip.select = 2, f"piece {number}", False
        if dressed:
            dress(scene, strip, dice)
        at += length
    return shots


def dress(scene: Any, strip: Any, dice: random.Random) -> None:
    compat = _module("timeline.compat")
    strip.transform.scale_x = strip.transform.scale_y = dice.uniform(0.7, 1.6)
    strip.transform.offset_x, strip.use_flip_x = dice.uniform(-6, 6), dice.random() < 0.5
    strip.color_multiply = dice.uniform(0.6, 1.2)
    if dice.random() < 0.5:
        with compat.edited(scene):
            strip.modifiers.new("light", "BRIGHT_CONTRAST").bright = dice.uniform(-20, 20)
    if dice.random() < 0.5:
        for frame, angle in ((compat.left(strip), 0.0), (compat.right(strip), dice.uniform(-0.4, 0.4))):
            strip.transform.rotation = angle
            strip.transform.keyframe_insert("rotation", frame=frame)


def rendered(scene: Any, frames: list[int]) -> dict[int, np.ndarray]:
    import bpy

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for frame in frames:
            scene.render.filepath, scene.frame_start, scene.frame_end = f"{folder}/{frame}-", frame, frame
            bpy.ops.render.render(animation=True, scene=scene.name)
            image = bpy.data.images.load(str(next(Path(folder).glob(f"{frame}-*.png"))))
            pixels = np.empty(len(image.pixels), np.float32)
            image.pixels.foreach_get(pixels)
            bpy.data.images.remove(image)
            found[frame] = np.rint(pixels.reshape(SIZE[1], SIZE[0], -1)[::-1, :, :3] * 255)
    return found


def number_of(picture: np.ndarray) -> int:
    """As `tests/blender/stage.py` reads it."""
    height, width = picture.shape[:2]
    centres = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    upper, lower = picture[height // 4, centres, 0] > 127, picture[height * 3 // 4, centres, 0] > 127
    return -1 if (upper == lower).any() else int("".join("1" if bit else "0" for bit in upper), 2)


class Ground:
    """One timeline, as the planner sees it."""

    def __init__(self, scene: Any, shots: dict[str, list[int]], known: dict[Fraction, Path], dice: random.Random):
        facts, heard = _module("ml.facts"), _module("timeline.heard_speech")
        self.scene, self.shots = scene, shots
        self.line = _module("timeline.read").read(scene, str)
        rates = {str(path): rate for rate, path in known.items()}
        self.facts = {
            path: facts.Shots(
                facts.Span(Fraction(0), PICTURES / rates[path]), Fraction(0), rates[path], PICTURES, "made",
                tuple(facts.Boundary(at, at / rates[path], 1.0) for at in bounds),
            )
            for path, bounds in shots.items()
        }  # fmt: skip
        ranges = _module("timeline.timebase").FrameRange
        end = max(strip.frames.end for strip in self.line.strips)
        spoken = [ranges(start, start + dice.randint(8, 40)) for start in (dice.randrange(1, end) for _ in range(end // 60))]
        self.speech = heard.Speech(heard.joined(spoken, 8))
        self.meetings = _module("timeline.meetings").meetings(self.line.strips, self.facts)

    def ours(self, way: str) -> Any:
        planner = _module("timeline.planners.transitions")
        known = planner.Known(self.facts, {}, self.speech)
        options = planner.TransitionOptions(at="cuts", way=way)
        stage = _module("operators.effect_stage").stage_of(self.scene, self.line, "transition")
        stack = _module("timeline.read_stack").stack(self.scene, self.line)
        return planner.plan(known, self.line.strips, options, stage, stack)

    def naive(self) -> Any:
        effect, plan = _module("timeline.effect"), _module("timeline.plan")
        frames = _module("timeline.timebase").FrameRange
        found = []
        for one in self.meetings:
            where = frames(one.frame - NAIVE // 2, one.frame - NAIVE // 2 + NAIVE)
            copies = tuple(effect.Layer(name, "COPY", where, (strip.name,)) for name, strip in (("out", one.left), ("in", one.right)))
            cross = effect.Layer("cross", "CROSS", where, ("out", "in"), (effect.Setting("blend_type", "REPLACE"),))
            about = plan.Identity(one.right.medium, "transition", one.right.visible.start, one.right.visible.end)
            found.append(effect.Effect(about, plan.Why(1.0, ""), one.right.name, where, layers=(*copies, cross)))
        return plan.Plan(effects=tuple(found), media=tuple((path, "transition") for path in self.shots))

    def write(self, planned: Any) -> None:
        work, asked = _module("operators.work"), _module("timeline.requests").Asked
        work.carry_out(self.scene, _module("timeline.read").read(self.scene, str), planned, "bench", asked(), (), ())

    def remove(self) -> None:
        self.write(_module("timeline.plan").Plan(media=tuple((path, "transition") for path in self.shots)))

    def seam(self, planned: Any, score: Counter[str]) -> list[float]:
        cuts = {strip.frames.start for strip in self.line.strips}
        at = set()
        for one in planned.effects:
            at |= {one.frames.start - 1, one.frames.end}
            # At a cut that it only touches, a transition shows there what comes next of one film; the other film is seen without it.
            at |= ({one.frames.start} - cuts) | ({one.frames.end - 1} - {cut - 1 for cut in cuts})
        end = max(strip.frames.end for strip in self.line.strips)
        frames = [frame for frame in sorted(at) if 1 <= frame < end]
        before = rendered(self.scene, frames)
        self.write(planned)
        after = rendered(self.scene, frames)
        worst = [float(np.abs(after[frame] - before[frame]).max()) for frame in frames]
        score["seam frames"] += len(frames)
        score["seam frames off"] += sum(difference > 1 for difference in worst)
        return worst

    def handles(self, planned: Any, score: Counter[str]) -> None:
        """Decodes what each copy shows, one input of its effect after the other; called when `planned` is written."""
        compat = _module("timeline.compat")
        owners = {strip.name: strip for strip in self.line.strips}
        for one in planned.effects:
            if len(one.layers) < 3:
                continue
            cross = next(s for s in self.scene.sequence_editor.strips if s.type == "CROSS" and compat.left(s) == one.frames.start)
            fade = cross.use_default_fade
            compat.remove_curves(self.scene, cross.name)
            cross.use_default_fade = False
            for fader, layer in zip((0.0, 1.0), one.layers, strict=False):
                cross.effect_fader = fader
                strip = owners[layer.inputs[0]]
                shown = rendered(self.scene, list(range(one.frames.start, one.frames.end)))
                beyond = [frame for frame in shown if not strip.frames.holds(frame)]
                numbers = {frame: number_of(shown[frame]) for frame in beyond}
                bounds = [0, *self.shots[strip.path], PICTURES]
                edge = strip.frames.end - 1 if fader == 0.0 else strip.frames.start
                own = max(at for at in bounds if at <= strip.source.picture(edge))
                last = next(at for at in bounds if at > own)
                score["pictures"] += len(beyond)
                score["held"] += sum(not 0 <= strip.source.picture(frame) < PICTURES for frame in beyond)
                score["another shot"] += sum(not own <= numbers[frame] < last for frame in beyond)
            cross.use_default_fade = fade

    def spoken(self, planned: Any) -> int:
        return sum(any(one.frames.overlaps(talk) for talk in self.speech.frames) for one in planned.effects)


def run(count: int, seed: int, python: str) -> dict[str, Any]:
    import bpy

    scores: dict[str, Counter[str]] = {"ours": Counter(), "naive": Counter()}
    worst: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        known = films(Path(folder), python)
        for number in range(count):
            for who in ("ours", "naive"):
                dice = random.Random(f"{seed} {number}")
                dressed = number % 2 == 1
                scene = new_scene()
                ground = Ground(scene, lay(scene, known, dice, dressed), known, dice)
                way = dice.choice(("dissolve", "wipe", "push")) if dressed else "dissolve"
                planned = ground.ours(way) if who == "ours" else ground.naive()
                score = scores[who]
                score["cuts"] += len(ground.meetings)
                score["transitions"] += len(planned.effects)
                score["dips"] += sum(len(one.layers) == 1 for one in planned.effects)
                score["in speech"] += ground.spoken(planned)
                worst[who] = max([worst.get(who, 0.0), *ground.seam(planned, score)])
                if not dressed:
                    ground.handles(planned, score)
                bpy.data.scenes.remove(scene)
    return {who: {**score, "worst seam": worst[who]} for who, score in scores.items()}


def told(found: dict[str, Any]) -> str:
    rows = ["cuts", "transitions", "dips", "in speech", "seam frames", "seam frames off", "worst seam", "pictures", "held", "another shot"]
    width = max(map(len, rows))
    lines = [f"{'':{width}}  {'ours':>8}  {'naive':>8}"]
    lines += [f"{row:{width}}  {found['ours'].get(row, 0):8g}  {found['naive'].get(row, 0):8g}" for row in rows]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--timelines", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speech", type=Path, default=Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "")) / "two_cities.wav")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    install()
    found = run(given.timelines, given.seed, os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"])
    print(told(found))
    talks = dialogues(given.timelines * 10, given.seed)
    print("\n".join(f"{name}: {value:g}" if not math.isnan(value) else f"{name}: -" for name, value in talks.items()))
    jumps = {}
    if given.speech.is_file():
        with tempfile.TemporaryDirectory() as folder:
            jumps = clicks(Path(folder), given.speech, os.environ["ASSISTANT_EDITOR_WORKER_PYTHON"], given.timelines)
        for who, (count, middle, worst) in jumps.items():
            print(f"jump at {count} moved cuts of the sound, {who}: median {middle:.1f} dB, worst {worst:.1f} dB")
    if given.json:
        given.json.write_text(json.dumps({"transitions": found, "split edits": talks, "clicks": jumps}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
