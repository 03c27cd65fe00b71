"""Any timeline, any parts cut out of it: every picture that is kept looks as it did, and every curve gives what it gave."""

from __future__ import annotations

import random
from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor.timeline import compat
from assistant_editor.timeline.layout import Cutout, Item
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import cut_out, reorder
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write_layout import rearrange

from tests.blender import stage

FILM = "rate-24-1.mp4"
LAST = 240


def animate(chance, thing, name, start, end, low, high):
    for frame in sorted(chance.sample(range(start, end), 4)):
        setattr(thing, name, chance.uniform(low, high))
        thing.keyframe_insert(name, frame=frame)
    curve = compat.curves(bpy.data.scenes[thing.id_data.name])[-1]
    for key in curve.keyframe_points:
        key.interpolation = chance.choice(["BEZIER", "LINEAR", "CONSTANT", "BEZIER"])


def laid(films, seed):
    """Two films on each of two channels, some of which meet in a transition; effects, colours, texts and a meta strip over them."""
    chance = random.Random(seed)
    scene = stage.new_scene(Fraction(24))
    strips = scene.sequence_editor.strips
    scene.frame_start, scene.frame_end = 1, LAST
    at, before = 1, None
    for number in range(4):
        length = chance.randint(50, 80)
        channel = 1 + number % 2
        movie = stage.add_movie(scene, films / FILM, at - chance.randint(0, 30), channel, f"movie {number}")
        compat.set_left(movie, at)
        compat.set_right(movie, at + length)
        if before is not None and stage.extent(before)[1] - at > 3:
            cross = stage.add_effect(scene, "CROSS", f"cross {number}", 3, input1=before, input2=movie)
            if chance.random() < 0.7:
                cross.use_default_fade = False
                animate(chance, cross, "effect_fader", *stage.extent(cross), 0, 1)
        elif chance.random() < 0.7:
            bright = stage.add_effect(scene, "GAUSSIAN_BLUR", f"blur {number}", 4 + number, input1=movie)
            animate(chance, bright, "size_x", *stage.extent(bright), 0, 9)
        before, at = movie, at + length - chance.choice([0, 0, 8, 12])
    for number in range(3):
        start = chance.randint(1, 180)
        colour = stage.add_effect(scene, "COLOR", f"colour {number}", 10 + number, start, start + chance.randint(20, 60))
        colour.color = [chance.random() for _ in range(3)]
        colour.blend_alpha = 0.4
        animate(chance, colour, "blend_alpha", *stage.extent(colour), 0, 0.6)
    text = compat.new_text(strips, "text", 14, 30, 130)
    animate(chance, text, "blend_alpha", 30, 130, 0, 1)
    return scene, chance


def pictures(scene, first, last):
    """Every frame as it is rendered, (frames, height, width, 3)."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = f"{folder}/"
        scene.frame_start, scene.frame_end, scene.frame_step = first, last, 1
        bpy.ops.render.render(animation=True, scene=scene.name)
        found = []
        for file in sorted(Path(folder).glob("*.png")):
            image = bpy.data.images.load(str(file))
            pixels = np.empty(len(image.pixels), np.float32)
            image.pixels.foreach_get(pixels)
            found.append(pixels.reshape(stage.SIZE[1], stage.SIZE[0], -1)[:, :, :3])
            bpy.data.images.remove(image)
    return np.array(found)


def frames_kept(wanted):
    """Old frame -> new frame, by what the plan says."""
    found = {}
    for move in wanted.moves:
        for frame in range(max(1, move.frames.start), min(LAST + 1, move.frames.end)):
            found[frame] = move.start + frame - move.frames.start
    return found


@pytest.mark.parametrize(("seed", "mode"), [(0, "all"), (1, "copy"), (2, "order"), (3, "lift"), (4, "all"), (8, "order")])
def test_what_is_kept_looks_as_it_did(films, seed, mode):
    scene, chance = laid(films, seed)
    before = pictures(scene, 1, LAST)
    scene.frame_start, scene.frame_end = 1, LAST
    layout = read_layout(scene)
    assert len([item for item in layout.items if item.inputs]) >= 2 and len(compat.curves(scene)) > 4
    if mode == "order":
        edges = sorted(chance.sample(range(10, LAST - 10), 3))
        edges = [edge for edge in edges if not any(_within(item, edge) for item in layout.items)]
        ranges = [FrameRange(a, b) for a, b in zip([1, *edges], [*edges, LAST + 1], strict=True)]
        chance.shuffle(ranges)
        wanted = reorder(layout, ranges)
    else:
        starts = sorted(chance.sample(range(5, LAST - 20, 12), 7))
        gone = [FrameRange(a, a + chance.randint(1, 11)) for a in starts]
        wanted = cut_out(layout, [Cutout(frames, ()) for frames in gone], mode)
    rearrange(scene, layout, wanted)
    places = frames_kept(wanted)
    if mode == "lift":
        places = {frame: frame for frame in range(1, LAST + 1) if not any(frames.holds(frame) for frames in gone)}
    assert len(places) > 100
    after = pictures(scene, 1, max(places.values()))
    # A text stands once: where its parts come apart it keeps the longest.
    told = [part for piece in wanted.pieces if piece.item == "text" for part in piece.parts]
    silent = {n for n in range(30, 130) if told and n in places and not any(part.holds(n) for part in told)}
    assert mode in ("order", "lift") or not silent
    compared = [old for old in places if old not in silent]
    assert not [old for old in compared if np.abs(after[places[old] - 1] - before[old - 1]).max() > 3 / 255] and len(compared) > 100
    names = {strip.name for strip in scene.sequence_editor.strips}
    assert not [curve.data_path for curve in compat.curves(scene) if compat.strip_of(curve.data_path) not in names]
    assert len(compat.curves(scene)) == len({curve.data_path for curve in compat.curves(scene)})


def _within(item: Item, frame: int) -> bool:
    return bool(item.whole) and item.frames.start < frame < item.frames.end
