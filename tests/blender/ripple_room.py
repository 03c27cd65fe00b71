"""One timeline with everything on it that an editor lays, what is cut out of it, and where all of it is to stand then.

The expectations are worked out here by hand, frame by frame; nothing of the ripple planner is asked for them.
"""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor.ml.facts import Span, Word
from assistant_editor.operators import work
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat, removal_plan
from assistant_editor.timeline.merge import merge
from assistant_editor.timeline.plan import Caption, Identity, Plan, Why
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write import apply

from benchmarks import sync
from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

RATE = Fraction(25)
LAST = 300
GONE = ((51, 76), (136, 176), (205, 212))
"""What is cut out of the film, and of what is named beside it."""
BESIDE = (("wide", "mic"), ("close", "mic"), ())
MODES = ("all", "selected", "lift", "copy")
LASTING = {"hidden", "title", "look", "picture"}
"""What shows the same all along: it gets shorter, and is not split."""
TIED = {"film", "sound", "wide", "close", "cross", "glow", "mic"}
"""What is cut alone where not everything is."""
LOCKED = {"music", "keep out", "logo"}
CHANNELS = {
    "film": 1, "sound": 2, "wide": 3, "close": 4, "cross": 5, "glow": 6, "mic": 7, "music": 8, "keep out": 9, "logo": 9,
    "hidden": 10, "spare": 11, "meta": 12, "slow": 13, "title": 14, "look": 15, "picture": 16, "caption": 17, "speed": 18,
}  # fmt: skip
CAPTIONS = ((5, 40, "One two", (10, 30)), (40, 90, "Three four five", (42, 60, 80)), (140, 170, "Six seven", (142, 155)),
            (170, 200, "Eight nine", (171, 182)), (215, 245, "Ten", (220,)))  # fmt: skip
"""Frames, text, and the frames at which its words begin."""


def make_films(folder: Path, python: str) -> dict[str, Path]:
    """Films whose pictures carry their numbers and whose sound a burst every 0.4 s, and a picture."""
    films = {"film": sync.make(folder, RATE, 13.0, python), "wide": sync.make(folder, Fraction(30), 13.0, python)}
    given = {"path": str(folder / "music.mov"), "frames": 25, "rate": "25", "size": sync.SIZE,
             "sound": {"seconds": 16.0, "tones": [[0, 16, 220]], "layout": "mono", "codec": "pcm_s16le"}}  # fmt: skip
    subprocess.run([python, sync.ROOT / "tests" / "media_maker.py", json.dumps(given)], check=True)
    image = bpy.data.images.new("logo", *stage.SIZE)
    image.filepath_raw, image.file_format = str(folder / "logo.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return {**films, "music": folder / "music.mov", "logo": folder / "logo.png"}


def only(scene: Any, channel: int) -> None:
    """Nothing but this channel is seen and heard."""
    for number, one in enumerate(scene.sequence_editor.channels):
        one.mute = number != channel


def connect(scene: Any, *names: str) -> None:
    """By Blender's own operator, as Ctrl+Alt+C does it."""
    for strip in scene.sequence_editor.strips:
        strip.select = strip.name in names
    with stage.sequencer(scene):
        assert bpy.ops.sequencer.connect() == {"FINISHED"}
    for strip in scene.sequence_editor.strips:
        strip.select = False


def _animate(thing: Any, name: str, *keys: tuple[int, float], shape: str = "BEZIER") -> None:
    for frame, value in keys:
        setattr(thing, name, value)
        assert thing.keyframe_insert(name, frame=frame)
    curve = next(one for one in reversed(compat.curves(thing.id_data)) if one.data_path.endswith(name))
    for key in curve.keyframe_points:
        key.interpolation = shape


def lay(room: CuttingRoom, films: dict[str, Path]) -> None:
    """Everything; the last step of undo is the timeline as it then is."""
    scene = room.scene
    strips = scene.sequence_editor.strips

    def cut(strip: Any, start: int, end: int) -> Any:
        compat.set_left(strip, start)
        compat.set_right(strip, end)
        return strip

    film = cut(stage.add_movie(scene, films["film"], 1, 1, "film"), 1, 251)
    sound = cut(stage.add_sound(scene, films["film"], 1, 2, "sound"), 1, 251)
    wide = cut(stage.add_movie(scene, films["wide"], -20, 3, "wide"), 1, 131)
    close = cut(stage.add_movie(scene, films["wide"], 90, 4, "close"), 121, 251)
    cross = stage.add_effect(scene, "CROSS", "cross", 5, input1=wide, input2=close)
    cross.use_default_fade = False
    glow = stage.add_effect(scene, "GLOW", "glow", 6, input1=film)
    mic = cut(stage.add_sound(scene, films["wide"], 7, 7, "mic"), 7, 251)
    music = cut(stage.add_sound(scene, films["music"], 1, 8, "music"), 1, 321)
    stage.add_effect(scene, "COLOR", "keep out", 9, 20, 240)
    hidden = stage.add_effect(scene, "COLOR", "hidden", 10, 30, 230)
    cut(stage.add_movie(scene, films["wide"], 20, 11, "spare"), 40, 201).mute = hidden.mute = True
    inner = cut(stage.add_movie(scene, films["wide"], 45, 12, "inner"), 60, 181)
    over = stage.add_effect(scene, "COLOR", "inner colour", 13, 60, 181)
    over.blend_alpha = 0.2
    title = compat.new_text(strips, "title", 14, 45, 101)
    title.text = "By hand"
    look = stage.add_effect(scene, "ADJUSTMENT", "look", 15, 1, 251)
    picture = cut(strips.new_image(name="picture", filepath=str(films["logo"]), channel=16, frame_start=20), 20, 221)
    logo = compat.new_text(strips, "logo", 9, 245, 290)

    _animate(glow, "blend_alpha", (1, 0.0), (120, 1.0), (250, 0.3))
    _animate(cross, "effect_fader", (121, 0.0), (125, 0.7), (130, 1.0))
    _animate(film, "color_saturation", (1, 0.2), (100, 0.9), (160, 0.4), (250, 0.8), shape="LINEAR")
    _animate(sound, "volume", (1, 1.5), (60, 1.1), (150, 1.8), (250, 1.3))
    _animate(mic, "pan", (10, -1.0), (240, 0.0), shape="LINEAR")
    _animate(music, "volume", (1, 0.0), (40, 1.0))
    _animate(inner, "color_saturation", (70, 0.1), (170, 0.9))
    _animate(title, "blend_alpha", (45, 0.0), (55, 1.0), (90, 1.0), (100, 0.0))
    _animate(picture.transform, "scale_x", (20, 1.0), (220, 2.0))
    _animate(hidden, "blend_alpha", (30, 0.0), (229, 1.0), shape="CONSTANT")
    _animate(look, "blend_alpha", (1, 0.0), (200, 0.4))
    scene["place"] = 0.0
    _animate_scene(scene, (1, 0.0), (66, 3.0), (150, -2.0), (290, 1.0))
    music.lock = True
    logo.text = "Stays"
    scene.sequence_editor.channels[9].lock = True
    connect(scene, "film", "sound")
    for name in ("inner", "inner colour"):
        strips[name].select = True
    with stage.sequencer(scene):
        assert bpy.ops.sequencer.meta_make() == {"FINISHED"}
    meta = next(strip for strip in strips if strip.type == "META")
    meta.name = "meta"
    if meta.channel != 12:
        meta.channel = 12
    slow = cut(stage.add_movie(scene, films["wide"], 250, 13, "slow"), 261, 301)
    speed = stage.add_effect(scene, "SPEED", "speed", 18, input1=slow)
    speed.speed_control, speed.speed_factor = "MULTIPLY", 0.5
    assert over.name == "inner colour" and stage.extent(meta) == (60, 181)

    for frame, name in ((20, "a"), (60, "inside"), (65, "camera inside"), (100, "b"), (220, "camera"), (270, "end")):
        scene.timeline_markers.new(name, frame=frame)
        if name.startswith("camera"):
            scene.timeline_markers[-1].camera = _camera(scene, name)
    scene.frame_start, scene.frame_end = 1, LAST
    scene.frame_set(100)
    _caption(room)
    room.select()
    bpy.ops.ed.undo_push(message="laid out")


def _animate_scene(scene: Any, *keys: tuple[int, float]) -> None:
    for frame, value in keys:
        scene["place"] = value
        scene.keyframe_insert('["place"]', frame=frame)


def _camera(scene: Any, name: str) -> Any:
    camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    scene.collection.objects.link(camera)
    return camera


def _caption(room: CuttingRoom) -> None:
    """Captions as Auto Captions writes them: its writer, a ledger, and words that know when they are said."""
    timeline = work.look(room.scene)
    film = timeline.strip("film")
    found = []
    for start, end, text, begins in CAPTIONS:
        words = tuple(
            Word(f" {word}", film.source.seconds(at), film.source.seconds(at + 5), 0.9)
            for word, at in zip(text.split(), begins, strict=True)
        )
        identity = Identity(film.medium, "caption", words[0].start, words[-1].end)
        found.append(Caption(identity, Why(0.9, "a test"), FrameRange(start, end), text, words, strip="sound"))
    apply(room.scene, timeline, merge(timeline, Plan(tuple(found), (), ((film.medium, "caption"),))))



def plan_of(room: CuttingRoom, folder: Path, gone: tuple[tuple[int, int], ...] = GONE) -> Path:
    """A plan in a file that cuts these frames out of the film, made for the timeline as it is."""
    layout, timeline = read_layout(room.scene), work.look(room.scene)
    film = timeline.strip("film")
    rows = tuple(
        removal_plan.PlannedRemoval(
            "silence", "film", FrameRange(*frames), "open", 0.9, "Nobody speaks", film.medium,
            Span(film.source.seconds(frames[0]), film.source.seconds(frames[1])), beside=beside,
        )
        for frames, beside in zip(gone, BESIDE, strict=False)
    )  # fmt: skip
    file = folder / "plan.json"
    file.write_text(json.dumps(removal_plan.write(removal_plan.RemovalPlan(RATE, rows), layout, timeline)), encoding="utf-8")
    return file


def apply_plan(room: CuttingRoom, folder: Path, mode: str, fade: float = 0.0) -> Any:
    return room.run("apply_removals", plan=str(plan_of(room, folder)), above=0.0, ripple=mode, crossfade_ms=fade)


def refused(room: CuttingRoom, folder: Path, mode: str, code: str, match: str) -> None:
    before, plan = room.dump(), plan_of(room, folder)
    with pytest.raises(RuntimeError, match=match):
        room.run("apply_removals", plan=str(plan), above=0.0, ripple=mode)
    assert desk.error is not None and desk.error.code == code
    assert not room.changed_since(before)


def gone(frame: int) -> bool:
    return any(start <= frame < end for start, end in GONE)


def closed(frame: int) -> int:
    """Where a frame stands, or the next that is left, once all has moved up."""
    return frame - sum(max(0, min(frame, end) - start) for start, end in GONE)


@dataclass(frozen=True)
class Fate:
    """What is to become of an item in a mode: whether it is cut, and moves up."""

    cut: bool
    moves: bool

    def __call__(self, frame: int) -> int | None:
        """Where an old frame stands, None where it is gone."""
        if self.cut and gone(frame):
            return None
        return closed(frame) if self.moves else frame


def fate(name: str, mode: str) -> Fate:
    if name in LOCKED:
        return Fate(False, False)
    if mode in ("all", "copy"):
        return Fate(True, True)
    return Fate(name in TIED, name in TIED and mode == "selected")


def runs(frames: tuple[int, int], name: str, mode: str) -> list[tuple[int, int]]:
    """Where the pieces of a strip are to stand."""
    where = fate(name, mode)
    found: list[tuple[int, int]] = []
    before = None
    for frame in range(*frames):
        place = where(frame)
        if place is not None:
            if found and before == frame - 1 and found[-1][1] == place:
                found[-1] = (found[-1][0], place + 1)
            else:
                found.append((place, place + 1))
            before = frame
    if name in LASTING and found and where.moves:
        return [(found[0][0], found[-1][1])]
    return found


def by_channel(scene: Any) -> dict[int, list[Any]]:
    """The strips that are not muted copies, in order of time."""
    found = defaultdict(list)
    for strip in sorted(scene.sequence_editor.strips, key=compat.left):
        found[strip.channel].append(strip)
    return found


def played(room: CuttingRoom) -> dict[int, dict[int, Fraction]]:
    """{channel: {timeline frame: seconds of the medium}} of every movie and sound, by the exact map of its strip."""
    found: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for strip in work.look(room.scene).strips:
        if strip.source is not None:
            for frame in range(strip.frames.start, strip.frames.end):
                assert frame not in found[strip.channel]
                found[strip.channel][frame] = strip.source.seconds(frame)
    return found


def animated(scene: Any) -> dict[tuple[int, str], dict[int, float]]:
    """{(channel, what is animated): {timeline frame: its value}}, over the frames of the strips the curves belong to."""
    found: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
    for strip in scene.sequence_editor.strips_all:
        for curve in compat.curves(scene):
            if compat.strip_of(curve.data_path) == strip.name:
                path = curve.data_path.rpartition("]")[2]
                outer = next((one for one in scene.sequence_editor.strips if one.type == "META" and strip in list(one.strips)), strip)
                for frame in range(*stage.extent(outer)):
                    found[outer.channel, path][frame] = curve.evaluate(frame)
    return found
