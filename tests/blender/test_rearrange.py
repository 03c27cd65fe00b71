"""Rearrangements written to real timelines: what stays shows what it showed, wherever it stands now."""

from __future__ import annotations

from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor.ml.errors import BAD_INPUT, DEFECT, LOCKED, STALE, EditorError
from assistant_editor.timeline import compat, tags, volume
from assistant_editor.timeline.layout import Cutout, Piece, Rearrangement
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import RippleOptions, cut_out, reorder
from assistant_editor.timeline.stepping import Steps
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write import HalfWritten
from assistant_editor.timeline.write_layout import rearrange

from tests.blender import stage
from tests.blender.dump import differences, dump_scene
from tests.blender.test_gaps import change
from tests.blender.test_gaps import run as run_shots

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


def connected(scene, *names):
    for strip in scene.sequence_editor.strips:
        strip.select = strip.name in names
    with stage.sequencer(scene):
        bpy.ops.sequencer.connect()
    for strip in scene.sequence_editor.strips:
        strip.select = False


def test_connected_strips_stay_connected(scene):
    connected(scene, "movie", "sound")
    before = stage.shown(scene, 1, 400)
    told = cut(scene, (50, 100), (200, 210))
    assert [row[:3] for row in seats(scene)] == [(c, a, b) for c in (1, 2) for a, b in ((1, 50), (50, 150), (150, 341))]
    kept = [n for n in range(1, 401) if not (50 <= n < 100 or 200 <= n < 210)]
    assert list(stage.shown(scene, 1, 340).values()) == [before[n] for n in kept]
    assert told.cuts == 2, "one call cuts both"
    movies = [s for s in scene.sequence_editor.strips if s.type == "MOVIE"]
    movies[1].split(frame=stage.extent(movies[1])[0] + 5, split_method="SOFT")
    assert [row[1:3] for row in seats(scene, "MOVIE")] == [row[1:3] for row in seats(scene, "SOUND")]


def test_a_connected_strip_further_on_keeps_its_name(scene, films):
    later = stage.add_movie(scene, films / FILM, 501, 3, "later")
    later.blend_alpha = 0.5
    later.keyframe_insert("blend_alpha", frame=520)
    connected(scene, "movie", "later")
    cut(scene, (50, 100))
    assert ("later" in scene.sequence_editor.strips) and stage.extent(scene.sequence_editor.strips["later"]) == (451, 1651)
    assert [tuple(key.co) for c in compat.curves(scene) for key in c.keyframe_points] == [(470.0, 0.5)]


def refused(scene, code, *ranges, match="", **more):
    before = dump_scene(scene)
    with pytest.raises(EditorError, match=match) as caught:
        cut(scene, *ranges, **more)
    assert caught.value.code == code
    assert differences(before, dump_scene(scene)) == []


def test_a_locked_partner_forbids_all(scene):
    scene.sequence_editor.strips["sound"].lock = True
    refused(scene, LOCKED, (50, 100), match="locked")


def test_a_locked_strip_that_is_connected_forbids_all(scene):
    stage.add_effect(scene, "COLOR", "colour", 3, 30, 300)
    connected(scene, "movie", "colour")
    scene.sequence_editor.channels[3].lock = True
    refused(scene, LOCKED, (50, 100), match="lock")


def test_what_is_locked_stays(scene):
    stage.add_effect(scene, "COLOR", "colour", 3, 30, 300).lock = True
    told = cut(scene, (50, 100))
    assert stage.extent(scene.sequence_editor.strips["colour"]) == (30, 300)
    assert [row[:3] for row in seats(scene, "MOVIE")] == [(1, 1, 50), (1, 50, 351)] and "colour" in " ".join(told.notices)


def test_a_scene_that_has_changed_is_refused(scene):
    layout = read_layout(scene)
    wanted = cut_out(layout, [Cutout(FrameRange(50, 100), ())], "all")
    compat.set_right(scene.sequence_editor.strips["sound"], 390)
    before = dump_scene(scene)
    with pytest.raises(EditorError, match="'sound' has changed") as caught:
        rearrange(scene, layout, wanted)
    assert caught.value.code == STALE and differences(before, dump_scene(scene)) == []


@pytest.mark.parametrize(
    ("pieces", "code", "match"),
    [
        ([Piece("movie", FrameRange(1, 50), 1, 2)], BAD_INPUT, "stand over each other"),
        ([Piece("movie", FrameRange(1, 50), 1, 1), Piece("movie", FrameRange(40, 60), 60, 1)], DEFECT, "stand twice"),
        ([Piece("movie", FrameRange(1, 500), 1, 1)], DEFECT, "reach"),
        ([Piece("nobody", FrameRange(1, 50), 1, 1)], DEFECT, "nobody"),
        ([Piece("movie", FrameRange(1, 50), 1, 1, more=(FrameRange(60, 70),))], DEFECT, "more than one"),
    ],
)
def test_what_makes_no_sense_is_refused(scene, pieces, code, match):
    layout, before = read_layout(scene), dump_scene(scene)
    with pytest.raises(EditorError, match=match) as caught:
        rearrange(scene, layout, Rearrangement(tuple(pieces)))
    assert caught.value.code == code and differences(before, dump_scene(scene)) == []


def test_a_refusal_while_splitting_is_taken_back(scene, monkeypatch):
    from assistant_editor.timeline import write_pieces

    before, split, count = dump_scene(scene), write_pieces.Slicer.split, []

    def refuses(self, item, frame):
        count.append(frame)
        if len(count) > 2:
            raise RuntimeError("Strip is locked.")
        split(self, item, frame)

    monkeypatch.setattr(write_pieces.Slicer, "split", refuses)
    with pytest.raises(EditorError, match="half-way") as caught:
        cut(scene, (50, 100), (200, 210))
    assert caught.value.code == LOCKED and "Nothing was changed" in caught.value.remedy
    assert differences(before, dump_scene(scene)) == []


@pytest.mark.parametrize("inside", [False, True])
def test_meta_strips(scene, inside):
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = True
        bpy.ops.sequencer.meta_make()
        meta = next(strip for strip in scene.sequence_editor.strips if strip.type == "META")
        inner = meta.strips["movie"]
        inner.blend_alpha = 0.5
        for frame in (60, 150, 300):
            inner.keyframe_insert("blend_alpha", frame=frame)
            inner.blend_alpha += 0.1
        if inside:
            scene.sequence_editor.active_strip = meta
            bpy.ops.sequencer.meta_toggle()
        before = stage.shown(scene, 1, 400)
        scene.frame_start, scene.frame_end = 1, 400
        scene.timeline_markers.new("here", frame=300)
        told = cut(scene, (50, 100), (200, 210))
        stays = (400, 300) if inside else (340, 240)
        assert (scene.frame_end, scene.timeline_markers[0].frame) == stays and inside == any("meta strip" in n for n in told.notices)
        if inside:
            assert sorted(stage.extent(strip) for strip in meta.strips if strip.type == "MOVIE") == [(1, 50), (50, 150), (150, 341)]
            bpy.ops.sequencer.meta_toggle()
        else:
            assert [row[1:3] for row in seats(scene)] == [(1, 50), (50, 150), (150, 341)]
    kept = [n for n in range(1, 401) if not (50 <= n < 100 or 200 <= n < 210)]
    assert list(stage.shown(scene, 1, 340).values()) == [before[n] for n in kept]


def test_selection_active_strip_playhead_and_markers(scene):
    strips = scene.sequence_editor.strips
    for strip in strips:
        strip.select = strip.name == "sound"
    scene.sequence_editor.active_strip = strips["movie"]
    for frame, name in ((20, "a"), (60, "gone"), (150, "b")):
        scene.timeline_markers.new(name, frame=frame)
    scene.frame_set(120)
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 30, 130
    cut(scene, (50, 100))
    assert scene.sequence_editor.active_strip.name == "movie" and scene.frame_current == 70
    assert all(strip.select == (strip.type == "SOUND") for strip in strips)
    assert [(m.frame, m.name) for m in scene.timeline_markers] == [(20, "a"), (100, "b")]
    assert (scene.frame_preview_start, scene.frame_preview_end) == (30, 80)
    scene.frame_set(60)
    cut(scene, (40, 100))
    assert scene.frame_current == 40


def test_keyframes_of_the_scene_go_along_and_play_what_they_played(scene):
    scene["place"] = 0.0
    shapes = ("BEZIER", "LINEAR", "CONSTANT", "BOUNCE", "BEZIER", "SINE", "BEZIER")
    for number, shape in enumerate(shapes):
        scene["place"] = (number * 7 % 5) - 2.0
        scene.keyframe_insert('["place"]', frame=1 + number * 60)
        compat.curves(scene)[0].keyframe_points[-1].interpolation = shape
    curve = compat.curves(scene)[0]
    expected = {frame: curve.evaluate(frame) for frame in range(-20, 450)}
    cut(scene, (50, 100), (200, 210), (301, 330))
    gone = {*range(50, 100), *range(200, 210), *range(301, 330)}
    kept = [frame for frame in range(-20, 450) if frame not in gone]
    curve = compat.curves(scene)[0]
    found = [curve.evaluate(frame) for frame in range(-20, 450 - len(gone))]
    assert found == pytest.approx([expected[frame] for frame in kept], abs=1e-4)


def faster(scene, *ranges, speed=2, **more):
    layout = read_layout(scene)
    wanted = cut_out(layout, [Cutout(FrameRange(*frames), (), speed=Fraction(speed)) for frames in ranges], "all")
    return rearrange(scene, layout, wanted, **more)


def test_parts_played_faster(scene):
    strips = scene.sequence_editor.strips
    text = compat.new_text(strips, "text", 3, 40, 140)
    text.blend_alpha = 0.0
    text.keyframe_insert("blend_alpha", frame=40)
    text.blend_alpha = 1.0
    text.keyframe_insert("blend_alpha", frame=139)
    glow = stage.add_effect(scene, "GLOW", "glow", 5, input1=strips["movie"])
    for frame in (1, 400):
        glow.blend_alpha = frame / 400
        glow.keyframe_insert("blend_alpha", frame=frame)
    for curve in compat.curves(scene):
        for key in curve.keyframe_points:
            key.interpolation = "LINEAR"
    for strip in strips:
        strip.select = strip.name == "sound"
    scene.sequence_editor.active_strip = strips["movie"]
    faster(scene, (101, 161), (200, 231))
    assert [row[1:3] for row in seats(scene, "MOVIE")] == [(1, 101), (101, 131), (131, 170), (170, 186), (186, 356)]
    assert [row[1:3] for row in seats(scene, "SOUND")] == [row[1:3] for row in seats(scene, "MOVIE")]
    for strip in strips:
        strip.mute = strip.type in ("TEXT", "GLOW")
    shown = stage.shown(scene, 1, 355)
    old = {frame: frame if frame < 101 else 101 + (frame - 101) * 2 if frame < 131 else frame + 30 for frame in range(1, 170)}
    old |= {frame: 200 + Fraction(31, 16) * (frame - 170) if frame < 186 else frame + 45 for frame in range(170, 356)}
    assert all(abs(shown[frame] + 1 - old[frame]) <= (frame in range(170, 186)) for frame in shown)
    # A text has a frame for each that is left of what it stands over: of what is faster the first ones.
    assert [(s.name, stage.extent(s)) for s in strips if s.type == "TEXT"] == [("text", (40, 121))]
    curve = next(c for c in compat.curves(scene) if '"text"' in c.data_path)
    assert [curve.evaluate(frame) for frame in range(40, 121)] == pytest.approx([(frame - 40) / 99 for frame in range(40, 121)], abs=1e-4)
    for strip in [s for s in strips if s.type == "GLOW"]:
        curve = next(c for c in compat.curves(scene) if f'"{strip.name}"' in c.data_path)
        for frame in range(*stage.extent(strip)):
            assert curve.evaluate(frame) == pytest.approx(float(old[frame]) / 400, abs=1e-4)
    assert scene.sequence_editor.active_strip.name == "movie" and all(s.select == (s.type == "SOUND") for s in strips)


def test_where_something_is_retimed_already_nothing_is_played_faster(scene):
    strips = scene.sequence_editor.strips
    with stage.sequencer(scene):
        for strip in strips:
            strip.select = strip.name == "sound"
        scene.sequence_editor.active_strip = strips["sound"]
        bpy.ops.sequencer.retiming_segment_speed_set(speed=100.0)
        compat.set_right(strips["sound"], 401)
    assert len(strips["sound"].retiming_keys)
    told = faster(scene, (101, 161))
    assert any("retimed already" in notice for notice in told.notices)
    assert not any(len(s.retiming_keys) for s in strips if s.type == "MOVIE")
    assert [row[1:3] for row in seats(scene, "SOUND")] == [row[1:3] for row in seats(scene, "MOVIE")] == [(1, 401)]


def test_what_fails_later_can_only_be_undone(scene, monkeypatch):
    def fails(strip, frames):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(compat, "move", fails)
    with pytest.raises(HalfWritten, match="on fire") as caught:
        cut(scene, (50, 100))
    assert "Ctrl+Z" in caught.value.remedy


def test_music_in_a_meta_strip_and_in_a_scene_is_faded(scene):
    inner = stage.new_scene()
    compat.new_text(inner.sequence_editor.strips, "inner", 1, 1, 400)
    inner.frame_end = 399
    scene.sequence_editor.strips.new_scene(name="beside", scene=inner, channel=3, frame_start=1)
    compat.set_right(scene.sequence_editor.strips["beside"], 301)
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = strip.name in ("movie", "sound")
        bpy.ops.sequencer.meta_make()
    meta = next(strip.name for strip in scene.sequence_editor.strips if strip.type == "META")
    told = cut(scene, (50, 100), fade=100)
    assert told.joins == 1
    with_volume = [name for name in (meta, "beside") if hasattr(scene.sequence_editor.strips[name], "volume")]
    assert with_volume, "the scene at least"
    for name in with_volume:
        assert volume.points(scene, name) == ((48.0, 1.0), (50.0, pytest.approx(0.001)))
    assert len([notice for notice in told.notices if "no volume" in notice]) == 4 - 2 * len(with_volume)


def test_a_driver_is_told_of(scene):
    scene.sequence_editor.strips["movie"].driver_add("blend_alpha")
    assert any("driver" in notice and "'movie'" in notice for notice in cut(scene, (50, 100)).notices)


def test_tags_stay_with_what_they_were_put_on(scene):
    tags.put_tag_text(scene.sequence_editor.strips["movie"], '["s","r","label",0.5,"why",[],null]')
    text = compat.new_text(scene.sequence_editor.strips, "text", 3, 20, 120)
    tags.put_tag_text(text, '["s","t","caption",0.5,"why",[],null]')
    cut(scene, (50, 100))
    tagged = sorted((strip.type, stage.extent(strip)) for strip in scene.sequence_editor.strips if tags.tag_of(strip))
    assert tagged == [("MOVIE", (1, 50)), ("TEXT", (20, 70))]


def test_an_image_sequence_played_faster(scene, tmp_path):
    for name in ("movie", "sound"):
        scene.sequence_editor.strips.remove(scene.sequence_editor.strips[name])
    for number in range(120):
        image = bpy.data.images.new("coded", *stage.SIZE)
        bits = [(number >> (stage.BITS - 1 - place)) & 1 for place in range(stage.BITS)]
        row = np.repeat(np.array(bits, np.float32), stage.SIZE[0] // stage.BITS)
        pixels = np.ones((stage.SIZE[1], stage.SIZE[0], 4), np.float32)
        pixels[: stage.SIZE[1] // 2, :, :3] = (1 - row)[None, :, None]
        pixels[stage.SIZE[1] // 2 :, :, :3] = row[None, :, None]
        image.pixels.foreach_set(pixels.ravel())
        image.filepath_raw, image.file_format = str(tmp_path / f"{number:04}.png"), "PNG"
        image.save()
        bpy.data.images.remove(image)
    strip = scene.sequence_editor.strips.new_image(name="pictures", filepath=str(tmp_path / "0000.png"), channel=1, frame_start=1)
    for number in range(1, 120):
        strip.elements.append(f"{number:04}.png")
    compat.set_right(strip, 121)
    assert not read_layout(scene).items[0].lasting
    told = faster(scene, (31, 71))
    assert [row[1:3] for row in seats(scene)] == [(1, 31), (31, 51), (51, 101)] and not told.notices
    shown = stage.shown(scene, 1, 100)
    assert all(shown[frame] + 1 == (frame if frame < 31 else 31 + (frame - 31) * 2 if frame < 51 else frame + 20) for frame in shown)


def test_a_text_that_is_connected_is_one_again(scene):
    compat.new_text(scene.sequence_editor.strips, "text", 3, 20, 120).text = "Said"
    connected(scene, "movie", "text")
    cut(scene, (50, 60), (80, 90))
    assert [(s.name, stage.extent(s)) for s in scene.sequence_editor.strips if s.type == "TEXT"] == [("text", (20, 100))]
    assert [row[1:3] for row in seats(scene, "MOVIE")] == [(1, 50), (50, 70), (70, 381)]


def test_steps_of_a_highlight_stay_at_their_words(scene):
    text = compat.new_text(scene.sequence_editor.strips, "text", 3, 20, 120)
    Steps(scene).put(text, "min_x", [(20, 0), (45, 7), (55, 9), (70, 30), (100, 50)])
    cut(scene, (50, 60), (95, 110))
    curve = compat.curves(scene)[0]
    found = [curve.evaluate(frame) for frame in range(20, 95)]
    kept = [frame for frame in range(20, 120) if not (50 <= frame < 60 or 95 <= frame < 110)]
    steps = {20: 0, 45: 7, 55: 9, 70: 30, 100: 50}
    assert found == [next(value for at, value in reversed(steps.items()) if at <= frame) for frame in kept]


def test_a_second_run_after_parts_were_cut_out_changes_nothing(scene):
    shots = [change("cut", frame, frame) for frame in (40, 130, 260, 333)]
    run_shots(scene, shots)
    cut(scene, (100, 150), (200, 210))
    before = seats(scene)
    assert len(before) == 2 * 6
    run_shots(scene, shots)
    assert seats(scene) == before
