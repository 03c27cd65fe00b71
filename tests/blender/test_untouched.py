"""What a write must leave alone: everything that is not in the plan, to the last property RNA shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assistant_editor.ml.errors import LOCKED, STALE, EditorError
from assistant_editor.timeline import compat, texts, write
from assistant_editor.timeline.changes import Changes, Remove
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

FILM = "rate-24-1.mp4"


@pytest.fixture
def scene(films):
    """A scene with a bit of everything: animation, modifiers, effects, text, markers, a meta strip, odd selections."""
    scene = stage.new_scene()
    movie, sound = stage.add_by_operator(scene, films / FILM)
    movie.name, sound.name = "movie", "sound"
    other = stage.add_movie(scene, films / "rate-30-1.mp4", frame=1, channel=6, name="other")
    other.keyframe_insert("blend_alpha", frame=10)
    other.transform.offset_x = 17
    other["note"] = {"deep": [1, 2, 3]}
    if compat.TELLS_CONNECTIONS or not stage.NEW:
        other.modifiers.new("bright", "BRIGHT_CONTRAST")
    glow = stage.add_effect(scene, "GLOW", "glow", 7, input1=other)
    title = stage.add_effect(scene, "TEXT", "title", 9, 30, 90)
    title.text, title.font_size = "By hand", 33
    color = stage.add_effect(scene, "COLOR", "color", 8, 100, 200)
    color.lock = True
    scene.sequence_editor.channels[12].lock = True
    scene.sequence_editor.channels[12].name = "keep out"
    mark = scene.timeline_markers.new("by hand", frame=55)
    mark.select = True
    for strip in scene.sequence_editor.strips_all:
        strip.select = strip.name in ("glow", "title")
    glow.select_left_handle = True
    scene.sequence_editor.active_strip = title
    scene.frame_start, scene.frame_end = 3, 777
    scene.frame_set(123)
    return scene


def expected(lines, *allowed):
    return [line for line in lines if not line.startswith(allowed)]


def test_everything_else_stays(scene):
    before = dump_scene(scene)
    timeline = stage.reading(scene)
    adds = (*stage.cuts(timeline, "movie", [100, 300]), *stage.captions([(20, 60), (60, 110)]), stage.marker(100))
    written = apply(scene, timeline, stage.changes(*adds))
    assert (written.cuts, written.captions, written.markers) == (2, 2, 1)
    after = dump_scene(scene)
    new = set(after["strips"]) - set(before["strips"])
    assert len(new) == 2 * 2 + 2
    assert set(after["top"]) - set(before["top"]) == new
    assert len(after["markers"]) == len(before["markers"]) + 1
    assert after["markers"].pop()["frame"] == 100
    for name in new:
        strip = after["strips"].pop(name)
        assert strip["select"] is False
    after["top"] = before["top"]
    left = expected(differences(before, after), *(f"/strips/{n}/{p}" for n in ("movie", "sound") for p in (*compat.TIMES, "connections")))
    assert left == []


def test_nothing_to_do_touches_nothing(scene):
    before = dump_scene(scene)
    apply(scene, stage.reading(scene), Changes())
    assert differences(before, dump_scene(scene)) == []
    assert not scene.is_property_set("assistant_editor_ledger")


def test_cut_strips_stay_what_they_were(films):
    scene = stage.new_scene()
    movie = stage.add_movie(scene, films / FILM)
    movie.transform.scale_x, movie.crop.min_x, movie.color_tag, movie["mine"] = 1.5, 4, "COLOR_02", "kept"
    movie.keyframe_insert("blend_alpha", frame=10)
    timeline = stage.reading(scene)
    apply(scene, timeline, stage.changes(*stage.cuts(timeline, "movie", [100])))
    left, right = sorted(scene.sequence_editor.strips, key=lambda strip: stage.extent(strip)[0])
    for strip in (left, right):
        assert (strip.transform.scale_x, strip.crop.min_x, strip.color_tag, strip["mine"]) == (1.5, 4, "COLOR_02", "kept")
    assert len(compat.curves(scene)) == 2


REFUSALS = {
    "strip locked": lambda scene: setattr(scene.sequence_editor.strips["movie"], "lock", True),
    "partner locked": lambda scene: setattr(scene.sequence_editor.strips["sound"], "lock", True),
    "channel locked": lambda scene: setattr(scene.sequence_editor.channels[scene.sequence_editor.strips["sound"].channel], "lock", True),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_locks_are_refused_before_the_first_write(scene, refusal):
    timeline = stage.reading(scene)
    REFUSALS[refusal](scene)
    before = dump_scene(scene)
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, stage.changes(*stage.cuts(timeline, "movie", [100]), *stage.captions([(5, 9)]), stage.marker(3)))
    assert caught.value.code == LOCKED
    assert ("'movie'" if refusal == "strip locked" else "'sound'") in caught.value.message
    assert differences(before, dump_scene(scene)) == []


def test_a_locked_effect_input_is_refused(scene, films):
    movie = scene.sequence_editor.strips["movie"]
    base = stage.add_movie(scene, films / FILM, channel=10, name="base")
    stage.add_effect(scene, "CROSS", "cross", 11, input1=movie, input2=base)
    base.lock = True
    timeline = stage.reading(scene)
    before = dump_scene(scene)
    with pytest.raises(EditorError, match="'base'"):
        apply(scene, timeline, stage.changes(*stage.cuts(timeline, "movie", [100])))
    assert differences(before, dump_scene(scene)) == []


def test_a_connection_blender_hides_to_a_locked_strip_is_refused(scene, films):
    odd = stage.add_effect(scene, "COLOR", "tied", 20, 50, 150)
    for strip in scene.sequence_editor.strips_all:
        strip.select = strip.name in ("movie", "sound", "tied")
    with stage.sequencer(scene):
        stage.bpy.ops.sequencer.connect()
    odd.lock = True
    timeline = stage.reading(scene)
    before = dump_scene(scene)
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, stage.changes(*stage.captions([(1, 5)]), *stage.cuts(timeline, "movie", [100])))
    assert caught.value.code == LOCKED and "'tied'" in caught.value.message
    assert differences(before, dump_scene(scene)) == []


def test_a_locked_caption_is_not_taken_away(scene):
    apply(scene, stage.reading(scene), stage.changes(*stage.captions([(5, 9)]), stage.marker(3)))
    own = next(ref for ref in stage.reading(scene).captions if ref.tag)
    scene.sequence_editor.channels[own.channel].lock = True
    timeline = stage.reading(scene)
    before = dump_scene(scene)
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, Changes(adds=(stage.marker(4),), removes=(Remove("t0", "caption", own.name),), ledger=timeline.ledger))
    assert caught.value.code == LOCKED and repr(own.name) in caught.value.message
    assert differences(before, dump_scene(scene)) == []


STALE_BY = {
    "moved": lambda scene: compat.set_content_start(scene.sequence_editor.strips["movie"], 40),
    "trimmed": lambda scene: compat.set_right(scene.sequence_editor.strips["sound"], 600),
    "gone": lambda scene: scene.sequence_editor.strips.remove(scene.sequence_editor.strips["movie"]),
    "cut": lambda scene: scene.sequence_editor.strips["movie"].split(frame=50, split_method="SOFT"),
    "rate": lambda scene: setattr(scene.render, "fps", 25),
    "renamed": lambda scene: setattr(scene.sequence_editor.strips["sound"], "name", "else"),
}


@pytest.mark.parametrize("change", STALE_BY)
def test_a_changed_timeline_is_refused_before_the_first_write(scene, change):
    timeline = stage.reading(scene)
    STALE_BY[change](scene)
    before = dump_scene(scene)
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, stage.changes(*stage.cuts(timeline, "movie", [100]), stage.marker(3)))
    assert caught.value.code == STALE
    assert differences(before, dump_scene(scene)) == []


def test_a_change_elsewhere_is_no_obstacle(scene):
    timeline = stage.reading(scene)
    scene.sequence_editor.strips["title"].text = "Later words"
    scene.sequence_editor.strips["movie"].select = True
    assert apply(scene, timeline, stage.changes(*stage.cuts(timeline, "movie", [100]))).cuts == 1


def test_another_run_in_between_is_refused(scene):
    timeline = stage.reading(scene)
    apply(scene, timeline, stage.changes(stage.marker(9)))
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, stage.changes(stage.marker(10)))
    assert caught.value.code == STALE


def test_a_changed_caption_or_marker_is_refused(scene):
    apply(scene, stage.reading(scene), stage.changes(*stage.captions([(5, 9)]), stage.marker(3)))
    timeline = stage.reading(scene)
    own = next(ref for ref in timeline.captions if ref.tag)
    number = next(ref.index for ref in timeline.markers if ref.tag)
    scene.sequence_editor.strips[own.name].text = "the editor's"
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, Changes(removes=(Remove("t0", "caption", own.name),), ledger=timeline.ledger))
    assert caught.value.code == STALE
    scene.timeline_markers[number].frame = 99
    with pytest.raises(EditorError):
        apply(scene, timeline, Changes(removes=(Remove("m3", "marker", str(number)),), ledger=timeline.ledger))


def many(count=200, style=None):
    """Captions with gaps between some, more than are made one by one."""
    ranges = [(10 + 6 * i, 16 + 6 * i - i % 3) for i in range(count)]
    return stage.captions(ranges, style) if style else stage.captions(ranges)


def test_many_captions_are_the_same_strips_as_few(scene, monkeypatch):
    before, timeline = dump_scene(scene), stage.reading(scene)
    made = {}
    for way in ("mould", "divided", "one by one"):
        monkeypatch.setattr(texts, "_SOME", 0 if way == "mould" else 1000)
        if way == "one by one":
            monkeypatch.setattr(texts, "runs", lambda ranges, _standing: [range(n, n + 1) for n in range(len(ranges))])
        written = apply(scene, timeline, stage.changes(*many()))
        assert written.captions == len(written.names) == 200
        after = dump_scene(scene)
        rows = [after["strips"].pop(name) for name in written.names]
        assert [(row.pop("name"), row["text"]) for row in rows] == [(name, f"Caption number {i}") for i, name in enumerate(written.names)]
        assert [stage.extent(scene.sequence_editor.strips[name]) for name in written.names] == [
            (add.edit.frames.start, add.edit.frames.end) for add in many()
        ]
        after["top"] = before["top"]
        assert differences(before, after) == []
        made[way] = rows
        for name in written.names:
            scene.sequence_editor.strips.remove(scene.sequence_editor.strips[name])
        scene.property_unset("assistant_editor_ledger")
        timeline = stage.reading(scene)
    assert differences({"all": made["mould"]}, {"all": made["one by one"]}) == []
    assert differences({"all": made["divided"]}, {"all": made["one by one"]}) == []


def test_captions_between_what_stands_in_their_channel_leave_it_alone(scene):
    """Their channel is the one of earlier captions, and strips of the editor stand in it, one of them locked."""
    first = apply(scene, stage.reading(scene), stage.changes(*stage.captions([(10, 20)])))
    (channel,) = first.channels
    titles = [stage.add_effect(scene, "TEXT", f"title {frame}", channel, frame, frame + 4).name for frame in (40, 47)]
    before = dump_scene(scene)
    wanted = [(20, 30), (30, 38), (44, 47), (60, 70), (72, 99), (200, 205), (230, 240)]
    written = apply(scene, stage.reading(scene), stage.changes(*[replace(a, record=f"n{a.record}") for a in stage.captions(wanted)]))
    assert written.channels == (channel,)
    assert [stage.extent(scene.sequence_editor.strips[name]) for name in written.names] == wanted
    after = dump_scene(scene)
    for name in written.names:
        del after["strips"][name]
    after["top"] = before["top"]
    assert differences(before, after) == [] and all(name in after["strips"] for name in titles)


def test_many_captions_of_two_looks_and_channels(scene):
    other = CaptionStyle(font_size=0.1, outline=False)
    adds = (*many(130), *[replace(add, record=f"x{add.record}") for add in many(90, other)])
    written = apply(scene, stage.reading(scene), stage.changes(*adds))
    assert len(written.channels) == 2 and written.captions == 220
    refs = {ref.tag.record: ref for ref in stage.reading(scene).captions if ref.tag}
    assert {add.record: (add.edit.text, add.edit.frames) for add in adds} == {key: (ref.text, ref.frames) for key, ref in refs.items()}
    looks = {ref.style for key, ref in refs.items() if key.startswith("x")}
    assert len(looks) == 1 and not looks & {ref.style for key, ref in refs.items() if not key.startswith("x")}


def test_many_captions_inside_an_open_meta_strip(films):
    scene = stage.new_scene()
    stage.add_movie(scene, films / FILM)
    stage.add_movie(scene, films / FILM, channel=4, name="outside")
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = strip.name == "movie"
        stage.bpy.ops.sequencer.meta_make()
        meta = next(strip for strip in scene.sequence_editor.strips if strip.type == "META")
        scene.sequence_editor.active_strip = meta
        stage.bpy.ops.sequencer.meta_toggle()
        extent = stage.extent(meta)
        apply(scene, stage.reading(scene), stage.changes(*many()))
        assert [s.type for s in meta.strips].count("TEXT") == 200 and len(meta.strips) == 201
        assert sorted(s.type for s in scene.sequence_editor.strips) == ["META", "MOVIE"]
        assert stage.extent(meta) == extent
        stage.bpy.ops.sequencer.meta_toggle()


@pytest.mark.parametrize("fails_at", range(8))
@pytest.mark.parametrize("way", ["mould", "divided"])
def test_many_captions_that_fail_half_way_leave_nothing(scene, monkeypatch, way, fails_at):
    timeline, before = stage.reading(scene), dump_scene(scene)
    step, some = ("set_content_start", 0) if way == "mould" else ("set_right", 1000)
    monkeypatch.setattr(texts, "_SOME", some)
    calls, real = [], getattr(compat, step)

    def fail(*given):
        calls.append(given)
        if len(calls) == fails_at * (25 if way == "mould" else 16) + 1:
            raise RuntimeError("disk on fire")
        real(*given)

    monkeypatch.setattr(compat, step, fail)
    with pytest.raises(EditorError, match="Nothing was changed"):
        apply(scene, timeline, stage.changes(*stage.cuts(timeline, "movie", [100, 300]), *many()))
    assert differences(before, dump_scene(scene)) == []


@pytest.mark.parametrize("fails_at", ["dress", "put_ledger"])
def test_a_defect_half_way_is_taken_back(scene, monkeypatch, fails_at):
    timeline = stage.reading(scene)
    before = dump_scene(scene)

    def fail(*_anything, **_named):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(texts if fails_at == "dress" else write, fails_at, fail)
    adds = (*stage.cuts(timeline, "movie", [100, 300, 301]), *stage.captions([(5, 9), (9, 20)]), stage.marker(3))
    with pytest.raises(EditorError, match="Nothing was changed") as caught:
        apply(scene, timeline, stage.changes(*adds))
    assert "disk on fire" in caught.value.message and "Traceback" in caught.value.detail
    assert differences(before, dump_scene(scene)) == []
