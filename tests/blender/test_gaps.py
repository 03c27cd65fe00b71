"""Transitions cut out of a real timeline, and put back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import bpy
import pytest
from assistant_editor.ml.errors import DEFECT, LOCKED, STALE, EditorError
from assistant_editor.ml.facts import Boundary, Shots, Span, Transition
from assistant_editor.timeline import compat, ledger, merge, write
from assistant_editor.timeline.planners import shots as planner
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.reasons import next_uncertain
from assistant_editor.timeline.write import apply

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

FILM = "rate-24-1.mp4"


def change(kind, first, last, score=0.9, rate=24):
    frame = {"fade_in": first, "fade_out": last + 1}.get(kind, (first + last + 1) // 2)
    if kind == "cut":
        return Boundary(first, Fraction(first, rate), score)
    span = Span(Fraction(first, rate), Fraction(last + 1, rate))
    return Boundary(frame, Fraction(frame, rate), score, Transition(kind, first, last, span))


FOUND = (change("cut", 99, 99), change("dissolve", 200, 229), change("wipe", 300, 309, 0.55), change("cut", 500, 500))
"""By the numbers of pictures: the strips begin at frame 1, so one less than on the timeline."""
CUT_OUT = [(1, 100), (100, 201), (231, 301), (311, 501), (501, 1201)]


@pytest.fixture
def scene(films):
    scene = stage.new_scene()
    movie, sound = stage.add_by_operator(scene, films / FILM)
    movie.name, sound.name = "movie", "sound"
    stage.add_movie(scene, films / "rate-30-1.mp4", channel=6, name="bystander")
    return scene


def wished(timeline, found=FOUND, rate=24, medium=FILM, **options):
    facts = Shots(Span(Fraction(0), Fraction(50)), Fraction(0), Fraction(rate), 1200, "transnetv2", found)
    paths = {ref.medium for ref in timeline.strips if ref.path.endswith(medium)}
    strips = [ref for ref in timeline.strips if ref.medium in paths]
    chosen = ShotsPlanOptions(**{"gradual": "out", **options})
    return merge.merge(timeline, planner.plan(dict.fromkeys(paths, facts), strips, chosen, merge.standing(timeline), timeline.rate))


def run(scene, found=FOUND, **options):
    timeline = stage.reading(scene)
    return apply(scene, timeline, wished(timeline, found, **options))


def extents(scene, kind="MOVIE", channel=0):
    channels = {channel} if channel else {strip.channel for strip in scene.sequence_editor.strips} - {6}
    return sorted(stage.extent(strip) for strip in scene.sequence_editor.strips if strip.type == kind and strip.channel in channels)


def test_picture_and_sound_are_cut_out_and_nothing_moves(scene):
    before = dump_scene(scene)
    written = run(scene)
    assert (written.cuts, written.gaps, written.notices) == (2, 2, ())
    assert extents(scene) == extents(scene, "SOUND") == CUT_OUT
    after = dump_scene(scene)
    new = set(after["strips"]) - set(before["strips"])
    assert len(new) == 8
    for name in new:
        after["strips"].pop(name)
    after["top"] = before["top"]
    own = tuple(f"/strips/{name}/{what}" for name in ("movie", "sound") for what in (*compat.TIMES, "connections"))
    assert [line for line in differences(before, after) if not line.startswith(own)] == []
    again = stage.reading(scene)
    assert not wished(again) and wished(again).ledger == again.ledger


def test_every_picture_that_is_left_is_shown_where_it_was(scene):
    scene.sequence_editor.strips.remove(scene.sequence_editor.strips["bystander"])
    before = stage.shown(scene, 196, 236)
    run(scene)
    after = stage.shown(scene, 196, 236)
    assert after == {frame: -1 if 201 <= frame < 231 else number for frame, number in before.items()}
    run(scene, gradual="keep")
    assert stage.shown(scene, 196, 236) == before


@pytest.mark.parametrize("chosen", ["keep", "ends", "middle"])
def test_put_back_the_scene_is_as_if_it_had_never_been(films, chosen):
    """F9 from one choice to another: nothing is left of the one before."""

    def made(*choices):
        scene = stage.new_scene()
        movie, sound = stage.add_by_operator(scene, films / FILM)
        movie.name, sound.name = "movie", "sound"
        for choice in choices:
            run(scene, gradual=choice, write="both", marker_name="{kind}")
        assert not wished(stage.reading(scene), gradual=choices[-1], write="both", marker_name="{kind}")
        dumped = dump_scene(scene)
        bpy.data.scenes.remove(scene)
        strips = {}
        for row in dumped["strips"].values():
            for numbered in ("name", "connections", "sound"):
                row.pop(numbered, None)
            strips[f"{row['type']} {row.get('left_handle', row['frame_final_start'])}"] = row
        return {"markers": {f"{m['frame']} {m['name']}": m for m in dumped["markers"]}, "strips": strips}

    fresh = made(chosen)
    assert differences(fresh, made("out", chosen)) == []
    assert differences(fresh, made("out", "middle", "out", chosen)) == []


def test_fades_at_both_ends_of_a_strip(films):
    scene = stage.new_scene()
    movie, sound = stage.add_by_operator(scene, films / FILM)
    names = {movie.name, sound.name}
    before = dump_scene(scene)
    fades = (change("fade_in", 0, 23), change("fade_out", 1176, 1199))
    assert run(scene, fades).gaps == 2
    assert extents(scene) == extents(scene, "SOUND") == [(25, 1177)]
    assert {strip.name for strip in scene.sequence_editor.strips} == names
    assert not wished(stage.reading(scene), fades)
    run(scene, fades, gradual="middle")
    assert differences(before, dump_scene(scene)) == []


def test_a_film_whose_rate_is_matched(films):
    scene = stage.new_scene()
    stage.add_by_operator(scene, films / "rate-30-1.mp4")
    before = stage.shown(scene, 150, 200)
    dissolve = (change("dissolve", 200, 229, rate=30),)
    timeline = stage.reading(scene)
    apply(scene, timeline, wished(timeline, dissolve, 30, "rate-30-1.mp4"))
    after = stage.shown(scene, 150, 200)
    taken = {frame: number for frame, number in before.items() if after[frame] != number}
    assert set(taken.values()) == {number for number in before.values() if 200 <= number <= 229}
    assert not wished(stage.reading(scene), dissolve, 30, "rate-30-1.mp4")


@pytest.mark.parametrize("held", ["movie", "sound", "channel"])
def test_a_lock_is_refused_before_the_first_write(scene, held):
    changes = wished(stage.reading(scene))
    if held == "channel":
        scene.sequence_editor.channels[scene.sequence_editor.strips["sound"].channel].lock = True
    else:
        scene.sequence_editor.strips[held].lock = True
    before = dump_scene(scene)
    with pytest.raises(EditorError) as caught:
        apply(scene, stage.reading(scene), changes)
    assert caught.value.code == LOCKED and ("'movie'" if held == "movie" else "'sound'") in caught.value.message
    assert differences(before, dump_scene(scene)) == []


def test_what_feeds_an_effect_is_left_whole_and_said(scene):
    strips = scene.sequence_editor.strips
    stage.add_effect(scene, "GLOW", "glow", 9, input1=strips["movie"])
    written = run(scene, FOUND[1:2])
    assert written.gaps == 0 and extents(scene) == [(1, 1201)]
    assert written.notices == ("Frame 201 of 'movie' is not cut out: 'glow' uses 'movie'.",)
    assert len(written.left_out) == 1 and not ledger.load(stage.reading(scene).ledger).records


def test_sound_at_another_speed_is_left_whole_and_said(scene):
    changes = wished(stage.reading(scene), FOUND[1:2])
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = strip.name == "sound"
        scene.sequence_editor.active_strip = scene.sequence_editor.strips["sound"]
        bpy.ops.sequencer.retiming_key_add(timeline_frame=600)
    timeline = stage.reading(scene)
    written = apply(scene, timeline, changes)
    assert written.gaps == 0 and extents(scene) == extents(scene, "SOUND") == [(1, 1201)]
    assert written.notices == ("Frame 201 of 'movie' is not cut out: as to 'sound', it is retimed.",)


def test_a_gap_that_was_filled_since_it_was_read_is_refused(scene, films):
    run(scene)
    timeline = stage.reading(scene)
    changes = wished(timeline, gradual="keep")
    stage.add_movie(scene, films / "rate-30-1.mp4", 210, scene.sequence_editor.strips["movie"].channel, "insert")
    compat.set_right(scene.sequence_editor.strips["insert"], 220)
    before = dump_scene(scene)
    with pytest.raises(EditorError) as caught:
        apply(scene, timeline, changes)
    assert caught.value.code == STALE
    assert differences(before, dump_scene(scene)) == []
    now = wished(stage.reading(scene), gradual="keep")
    assert now.kept == 1, "what he put there is his, and the gap with it"
    apply(scene, stage.reading(scene), now)
    assert (100, 201) in extents(scene) and (231, 501) in extents(scene)


def test_a_side_that_was_changed_keeps_the_gap(scene):
    run(scene, FOUND[1:2])
    right = next(strip for strip in scene.sequence_editor.strips if strip.type == "MOVIE" and stage.extent(strip)[0] == 231)
    right.transform.offset_x = 20
    written = run(scene, FOUND[1:2], gradual="middle")
    assert any("The gap at frame 201 stays" in notice for notice in written.notices)
    assert extents(scene) == [(1, 201), (231, 1201)]
    assert [record.identity.kind for record in ledger.load(stage.reading(scene).ledger).records if record.state == "live"] == ["gap"]


def test_animation_is_kept_on_both_sides(scene):
    movie = scene.sequence_editor.strips["movie"]
    for frame, value in ((150, 0.0), (280, 1.0)):
        movie.blend_alpha = value
        movie.keyframe_insert("blend_alpha", frame=frame)
    run(scene, FOUND[1:2])
    curves = compat.curves(scene)
    assert [[tuple(point.co) for point in curve.keyframe_points] for curve in curves] == [[(150.0, 0.0), (280.0, 1.0)]] * 2


@pytest.mark.parametrize("fails_at", ["put_ledger", "set_left"])
def test_a_defect_half_way_is_taken_back(scene, monkeypatch, fails_at):
    timeline = stage.reading(scene)
    before, calls = dump_scene(scene), []
    home, real = (write, None) if fails_at == "put_ledger" else (compat, compat.set_left)

    def fail(*given):
        calls.append(given)
        if real is None or len(calls) == 3:
            raise RuntimeError("disk on fire")
        real(*given)

    monkeypatch.setattr(home, fails_at, fail)
    found = (change("fade_in", 0, 23), *FOUND, change("fade_out", 1176, 1199))
    with pytest.raises(EditorError, match="Nothing was changed") as caught:
        apply(scene, timeline, wished(timeline, found))
    assert caught.value.code == DEFECT and "disk on fire" in caught.value.message
    assert differences(before, dump_scene(scene)) == []


def test_inside_an_open_meta_strip(films):
    scene = stage.new_scene()
    stage.add_movie(scene, films / FILM)
    with stage.sequencer(scene):
        for strip in scene.sequence_editor.strips:
            strip.select = True
        bpy.ops.sequencer.meta_make()
        meta = next(strip for strip in scene.sequence_editor.strips if strip.type == "META")
        scene.sequence_editor.active_strip = meta
        bpy.ops.sequencer.meta_toggle()
        extent = stage.extent(meta)
        run(scene)
        assert sorted(stage.extent(strip) for strip in meta.strips) == CUT_OUT
        run(scene, gradual="keep")
        assert sorted(stage.extent(strip) for strip in meta.strips) == [(1, 100), (100, 501), (501, 1201)]
        assert stage.extent(meta) == extent
        bpy.ops.sequencer.meta_toggle()


def test_the_active_strip_and_the_selection_stay(scene):
    strips = scene.sequence_editor.strips
    for strip in strips:
        strip.select = strip.name == "sound"
    scene.sequence_editor.active_strip = strips["movie"]
    scene.frame_set(210)
    run(scene)
    assert scene.sequence_editor.active_strip.name == "movie" and scene.frame_current == 210
    assert all(strip.select == (strip.type == "SOUND") for strip in scene.sequence_editor.strips)
    scene.sequence_editor.active_strip = next(s for s in strips if s.type == "MOVIE" and stage.extent(s)[0] == 231)
    run(scene, gradual="keep")
    assert stage.extent(scene.sequence_editor.active_strip) == (100, 501), "what it became part of"


def test_an_uncertain_gap_is_found(scene):
    run(scene)
    found = next_uncertain(stage.reading(scene), 1)
    assert found is not None and found[0] == 301 and "wipe from frame 300 to 309" in found[1].reason


def test_cuts_beside_gaps_in_one_run(scene):
    """Everything at once, from nothing and from something else."""
    more = tuple(sorted((*FOUND, *(change("cut", frame, frame) for frame in (150, 260, 290, 700))), key=lambda one: one.frame))
    run(scene, more)
    expected = [(1, 100), (100, 151), (151, 201), (231, 261), (261, 291), (291, 301), (311, 501), (501, 701), (701, 1201)]
    quick = {"minimum_seconds": Fraction(1, 10)}
    run(scene, more, **quick)
    assert extents(scene) == extents(scene, "SOUND") == expected
    run(scene, tuple(replace(one, score=0.1) for one in more))
    assert extents(scene) == extents(scene, "SOUND") == [(1, 1201)]
