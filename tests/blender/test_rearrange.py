"""Rearrangements written to real timelines: what stays shows what it showed, wherever it stands now."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import bpy
import pytest
from assistant_editor.ml.errors import BAD_INPUT, DEFECT, LOCKED, STALE, EditorError
from assistant_editor.timeline import compat
from assistant_editor.timeline.layout import Join, Move, Piece, Rearrangement
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import RippleOptions, cut_out, reorder
from assistant_editor.timeline.layout import Cutout
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write_layout import rearrange

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

FILM = "rate-24-1.mp4"


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    movie, sound = stage.add_movie(scene, films / FILM), stage.add_sound(scene, films / FILM)
    for strip in (movie, sound):
        compat.set_right(strip, 401)
    scene.frame_start, scene.frame_end = 1, 400
    return scene


def seats(scene, kind=None):
    return sorted((s.channel, *stage.extent(s), s.name) for s in scene.sequence_editor.strips if kind in (None, s.type))


def cut(scene, *ranges, mode="all", strips=(), options=RippleOptions(), fade=0):  # noqa: B008
    layout = read_layout(scene)
    wanted = cut_out(layout, [Cutout(FrameRange(*frames), strips) for frames in ranges], mode, options)
    return rearrange(scene, layout, wanted, fade)


def test_parts_cut_out_close_up(scene):
    before = stage.shown(scene, 1, 400)
    told = cut(scene, (50, 100), (200, 210))
    assert [row[:3] for row in seats(scene)] == [(c, a, b) for c in (1, 2) for a, b in ((1, 50), (50, 150), (150, 341))]
    assert (scene.frame_start, scene.frame_end) == (1, 340)
    kept = [n for n in range(1, 401) if not (50 <= n < 100 or 200 <= n < 210)]
    assert list(stage.shown(scene, 1, 340).values()) == [before[n] for n in kept]
    assert told.cuts == 4 and len(told.names) == 6


def test_a_layout_says_all_that_stands(scene, films):
    strips = scene.sequence_editor.strips
    colour = stage.add_effect(scene, "COLOR", "colour", 3, 1, 101)
    stage.add_effect(scene, "GLOW", "glow", 4, input1=colour)
    second = stage.add_movie(scene, films / FILM, 381, 5, "second")
    stage.add_effect(scene, "CROSS", "cross", 6, input1=strips["movie"], input2=second)
    slow = stage.add_movie(scene, films / FILM, 2001, 1, "slow")
    stage.add_effect(scene, "SPEED", "speed", 2, input1=slow)
    strips["colour"].lock = True
    scene.timeline_markers.new("here", frame=7)
    compat.set_left(second, 391)
    found = read_layout(scene)
    items = {item.name: item for item in found.items}
    assert [item.name for item in found.items] == [strip.name for strip in strips]
    assert items["movie"].partners == ("sound",) and items["sound"].partners == ("movie",) and items["sound"].sounds
    assert items["colour"].lasting and items["colour"].held == "strip 'colour' is locked" and not items["movie"].lasting
    assert items["glow"].inputs == ("colour",) and items["cross"].inputs == ("movie", "second")
    assert "transition" in items["cross"].whole and "'speed'" in items["slow"].whole and not items["glow"].whole
    assert items["second"].frames == FrameRange(391, 1581) and items["second"].content == FrameRange(381, 1581)
    assert found.marks[0].frame == 7 and found.rate == 24


def test_strips_put_in_another_order(scene):
    before = stage.shown(scene, 1, 400)
    layout = read_layout(scene)
    ranges = [FrameRange(201, 401), FrameRange(101, 151), FrameRange(1, 101)]
    rearrange(scene, layout, reorder(layout, ranges))
    kept = [n for frames in ranges for n in range(frames.start, frames.end)]
    assert list(stage.shown(scene, 1, len(kept)).values()) == [before[n] for n in kept]
    assert [row[1:3] for row in seats(scene, "SOUND")] == [row[1:3] for row in seats(scene, "MOVIE")] == [(1, 201), (201, 251), (251, 351)]


def test_muted_copies_are_kept_above(scene):
    told = cut(scene, (50, 100), (200, 210), mode="copy")
    muted = [strip for strip in scene.sequence_editor.strips if strip.mute]
    assert sorted((s.type, *stage.extent(s)) for s in muted) == [
        ("MOVIE", 50, 100), ("MOVIE", 150, 160), ("SOUND", 50, 100), ("SOUND", 150, 160)]  # fmt: skip
    assert all(strip.channel > 2 for strip in muted)
    assert dict(told.became)["movie"][1] in {strip.name for strip in muted}
    for strip in scene.sequence_editor.strips:
        strip.mute = not strip.mute
    assert stage.shown(scene, 50, 52) == {50: 49, 51: 50, 52: 51}


def test_a_hole_is_left(scene):
    cut(scene, (50, 100), mode="lift")
    assert [row[:3] for row in seats(scene)] == [(c, a, b) for c in (1, 2) for a, b in ((1, 50), (100, 401))]


def test_a_transition_moves_with_its_strips_and_its_keyframes(scene, films):
    strips = scene.sequence_editor.strips
    second = stage.add_movie(scene, films / FILM, 381, 3, "second")
    cross = stage.add_effect(scene, "CROSS", "cross", 4, input1=strips["movie"], input2=second)
    cross.use_default_fade = False
    for frame, value in ((381, 0.0), (391, 0.8), (400, 1.0)):
        cross.effect_fader = value
        cross.keyframe_insert("effect_fader", frame=frame)
    stage.add_effect(scene, "COLOR", "beside", 4, 1, 51)
    curve = next(c for c in compat.curves(scene) if "cross" in c.data_path)
    expected = [curve.evaluate(frame) for frame in range(381, 401)]
    cut(scene, (100, 150), (500, 600))
    assert stage.extent(strips["cross"]) == (331, 351) and strips["cross"].channel == 4
    curve = next(c for c in compat.curves(scene) if '"cross"' in c.data_path)
    assert [curve.evaluate(frame - 50) for frame in range(381, 401)] == pytest.approx(expected, abs=1e-5)
    assert len([c for c in compat.curves(scene) if "cross" in c.data_path]) == 1
    assert sorted(s.name for s in strips if s.type == "CROSS") == ["cross"]


def test_a_transition_that_is_cut_out_goes(scene, films):
    strips = scene.sequence_editor.strips
    second = stage.add_movie(scene, films / FILM, 381, 3, "second")
    stage.add_effect(scene, "CROSS", "cross", 4, input1=strips["movie"], input2=second)
    cut(scene, (370, 410))
    assert not [s for s in strips if s.type == "CROSS"]
    assert [row[:3] for row in seats(scene, "MOVIE")] == [(1, 1, 370), (3, 370, 1541)]


def test_effects_on_what_is_split(scene):
    strips = scene.sequence_editor.strips
    glow = stage.add_effect(scene, "GLOW", "glow", 5, input1=strips["movie"])
    for frame, value in ((1, 0.0), (200, 1.0), (400, 0.25)):
        glow.blend_alpha = value
        glow.keyframe_insert("blend_alpha", frame=frame)
    curve = next(c for c in compat.curves(scene) if "glow" in c.data_path)
    expected = {frame: curve.evaluate(frame) for frame in range(1, 401)}
    cut(scene, (50, 100), (200, 210))
    assert [row[:3] for row in seats(scene, "GLOW")] == [(5, 1, 50), (5, 50, 150), (5, 150, 341)]
    for strip in [s for s in strips if s.type == "GLOW"]:
        start, end = stage.extent(strip)
        shift = {1: 0, 50: 50, 150: 60}[start]
        curve = next(c for c in compat.curves(scene) if f'"{strip.name}"' in c.data_path)
        found = [curve.evaluate(frame) for frame in range(start, end)]
        assert found == pytest.approx([expected[frame + shift] for frame in range(start, end)], abs=1e-5)
        assert strip.input_1.name.split(".")[0] == "movie" and stage.extent(strip.input_1) == (start, end)


def test_a_text_becomes_shorter_and_its_keyframes_stay_with_their_parts(scene):
    text = compat.new_text(scene.sequence_editor.strips, "text", 3, 20, 120)
    text.text = "Said"
    for frame, value, shape in ((20, 0.0, "LINEAR"), (30, 1.0, "BEZIER"), (110, 0.5, "BEZIER"), (119, 0.0, "LINEAR")):
        text.blend_alpha = value
        text.keyframe_insert("blend_alpha", frame=frame)
        next(c for c in compat.curves(scene)).keyframe_points[-1].interpolation = shape
    curve = next(c for c in compat.curves(scene))
    expected = {frame: curve.evaluate(frame) for frame in range(20, 120)}
    cut(scene, (10, 15), (50, 90), (95, 100))
    texts = [s for s in scene.sequence_editor.strips if s.type == "TEXT"]
    assert [stage.extent(s) for s in texts] == [(15, 70)]
    kept = [frame for frame in range(20, 120) if not (50 <= frame < 90 or 95 <= frame < 100)]
    curve = next(c for c in compat.curves(scene))
    assert [curve.evaluate(frame) for frame in range(15, 70)] == pytest.approx([expected[frame] for frame in kept], abs=1e-4)
