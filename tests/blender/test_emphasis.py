"""Emphasise in Blender: zooms measured on renders, ramps and freezes read off numbered films, merged, taken away, played without us."""

from __future__ import annotations

from fractions import Fraction

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import fingerprint
from assistant_editor.ml.facts import Impact, Impacts, ImpactsOptions, Shots, ShotsOptions, Span
from assistant_editor.operators import effect_preview
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.tags import tag_of

from tests.blender import effect_room, stage
from tests.blender.cutting_room import NO_PYTHON
from tests.blender.effect_room import Before, layers, picture, same_without_extension
from tests.blender.emphasis_room import RATE, Bench, hidden, point, where


@pytest.fixture
def bench(room, films, tmp_path, monkeypatch) -> Bench:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    return Bench(room, films, tmp_path)


def test_a_stressed_word_is_zoomed_in_on_while_its_phrase_lasts(bench):
    bench.speech(12)
    hidden(bench.lay("film", 1, 0, 500))
    point(bench.room, 8, 4)
    before = Before(bench.room)
    outcome = bench.run("words", emphasis_amount=0.5, emphasis_ease=0.2)
    (zoom,) = layers(bench.room, "emphasis")
    start = 1 + int(Fraction(50 * 12 + 10, 100) * RATE + Fraction(1, 2))
    assert zoom.type == "ADJUSTMENT" and stage.extent(zoom)[0] == start - 5
    assert "louder, higher and longer" in tag_of(zoom).reason and "word12" in tag_of(zoom).reason
    plain, full = where(bench.room, start - 6), where(bench.room, start + 3)
    assert plain == pytest.approx((8, 4, 4), abs=0.3)
    assert full[:2] == pytest.approx((12, 6), abs=0.4) and full[2] == pytest.approx(6, abs=0.3)
    rising = [where(bench.room, frame)[2] for frame in range(start - 5, start + 1)]
    steps = np.diff(rising)
    assert rising[0] == pytest.approx(4, abs=0.2) and (steps > -0.05).all() and steps[0] < steps[2] > steps[4], "it eases in"
    end = stage.extent(zoom)[1]
    assert where(bench.room, end)[2] == pytest.approx(4, abs=0.2) and end - start <= 2.5 * RATE + 5
    again = bench.run("words", emphasis_amount=0.5, emphasis_ease=0.2)
    assert not any(again.counts[what] for what in ("added", "updated", "removed")), "a second run changes nothing"
    assert len(layers(bench.room, "emphasis")) == 1 and outcome.counts["added"]
    same_without_extension(bench.room, [start - 3, start + 3])
    bpy.ops.assistant_editor.remove_effects("EXEC_DEFAULT", True, kind="emphasis")
    before.is_back()


def test_words_of_a_voice_over_are_found_too(bench, films):
    """The picture is of another file than the voice."""
    bench.speech(12)
    other = films / "rate-24-1.mp4"
    movie = stage.add_movie(bench.room.scene, other, 1, 2, "picture")
    compat.set_right(movie, 501)
    bench.room.select("picture")
    bench.run("words")
    (zoom,) = layers(bench.room, "emphasis")
    assert "word12" in tag_of(zoom).reason and tag_of(zoom).identity.medium == fingerprint(str(other))


def test_less_sensitive_takes_fewer_words(bench):
    bench.speech(12)
    bench.lay("film", 1, 0, 500)
    counts = []
    for sensitivity in (1.0, 0.5, 0.0):
        bench.run("words", emphasis_sensitivity=sensitivity, emphasis_most=30)
        counts.append(len(layers(bench.room, "emphasis")))
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[1] == 1


def test_a_face_at_the_edge_stays_inside(bench):
    bench.speech(12)
    bench.face(48, 2, 12, 12)
    hidden(bench.lay("film", 1, 0, 500))
    spot = point(bench.room, 54 - 32, 16 - 8)
    bench.run("words", emphasis_amount=0.9, emphasis_ease=0.0)
    (zoom,) = layers(bench.room, "emphasis")
    frame = stage.extent(zoom)[0] + 2
    x, y, wide = where(bench.room, frame)
    scale = wide / 4
    assert 1.3 < scale <= 1.95
    assert x + 6 * scale <= 32.5 and y + 6 * scale <= 16.5, "the face's box is inside the frame"
    assert spot.transform.offset_x == 54 - 32


def test_jump_cuts_alternate_between_two_sizes(bench):
    bench.shots(600)
    pieces = [("a", 1, 0, 50), ("b", 51, 80, 130), ("c", 101, 160, 210), ("other shot", 151, 700, 750), ("goes on", 201, 750, 800)]
    for name, start, first, last in pieces:
        hidden(bench.lay(name, start, first, last))
    point(bench.room, 8, 4)
    bench.run("jumps", emphasis_amount=0.5)
    sizes = {name: round(where(bench.room, start + 20)[2] / 4, 1) for name, start, _first, _last in pieces}
    assert sizes == {"a": 1.0, "b": 1.5, "c": 1.0, "other shot": 1.0, "goes on": 1.0}
    assert [round(where(bench.room, frame)[2] / 4, 1) for frame in (50, 51, 100, 101)] == [1.0, 1.5, 1.5, 1.0], "on the cut, to the frame"


def test_long_shots_are_pushed_into_slowly(bench):
    bench.shots(100)
    hidden(bench.lay("film", 1, 0, 350))
    point(bench.room, 8, 4)
    bench.run("push", emphasis_amount=0.2, emphasis_long=8.0)
    (push,) = layers(bench.room, "emphasis")
    assert stage.extent(push) == (101, 351), "the short shot is left alone"
    sizes = [where(bench.room, frame)[2] / 4 for frame in (101, 160, 225, 290, 350)]
    assert sizes == sorted(sizes) and sizes[0] == pytest.approx(1, abs=0.03) and sizes[-1] == pytest.approx(1.2, abs=0.03)


def test_an_impact_lands_on_a_beat_and_sound_stays(bench):
    bench.shots()
    bench.impacts(57)
    bench.music()
    sound = stage.add_sound(bench.room.scene, bench.film, 1, 3, "sound")
    bench.lay("film", 1, 0, 200)
    kept = stage.extent(sound), stage.extent(bench.room.strips["film"])
    bench.shown(1, 200)  # Blender tells how much it keeps of what was rendered
    before = Before(bench.room)
    bench.run("ramps")
    (speed,) = layers(bench.room, "emphasis")
    assert speed.type == "SPEED" and stage.extent(speed) == (1, 201)
    shown = bench.shown(1, 200)
    beats = [1 + round((Fraction(2, 5) + Fraction(n, 2)) * RATE) for n in range(17)]
    landed = next(frame for frame, number in shown.items() if number == 57)
    assert landed in beats and landed != 58, f"picture 57 is shown at {landed}"
    numbers = [shown[frame] for frame in range(1, 201)]
    steps = np.diff(numbers)
    assert (steps >= 0).all() and steps.max() <= 3, "time never runs back, and never jumps"
    assert numbers[0] == 0 and numbers[-1] == 199 and shown[180] == 179, "in time at both ends, and away from the ramp"
    assert (stage.extent(sound), stage.extent(bench.room.strips["film"])) == kept
    same_without_extension(bench.room, [landed, landed + 5])
    again = bench.run("ramps")
    assert not any(again.counts[what] for what in ("added", "updated", "removed"))
    assert again.unchanged == 1, "its own speed strip is no obstacle"
    other = bench.run("ramps", emphasis_fastest=1.2)
    assert other.counts["updated"] == {"emphasis": 1} and len(layers(bench.room, "emphasis")) == 1
    with pytest.raises(RuntimeError, match="speed effect"):
        bench.room.run("detect_shots")
    bpy.ops.assistant_editor.remove_effects("EXEC_DEFAULT", True, kind="emphasis")
    before.is_back()


@pytest.mark.parametrize("rate", [30, 24])
def test_ramps_count_the_timelines_frames_also_of_other_rates(bench, films, rate):
    """A film whose rate is matched to the scene's: what is on the beat is the picture of that moment."""
    bench.film = films / f"rate-{rate}-1.mp4"
    moment = Fraction(57, RATE)
    whole = Span(Fraction(0), Fraction(1200, rate))
    bench.store("shots", ShotsOptions(), Shots(whole, Fraction(0), Fraction(rate), 1200, "transnetv2", ()))
    impact = Impact(round(moment * rate), Fraction(round(moment * rate), rate), 0.9)
    bench.store("impacts", ImpactsOptions(), Impacts(whole, Fraction(0), Fraction(rate), "test", (impact,)))
    bench.music()
    strip = next(s for s in stage.add_by_operator(bench.room.scene, bench.film, 1, 2) if s.type == "MOVIE")
    compat.set_right(strip, 201)
    bench.room.select(strip.name)
    plain = bench.shown(50, 66)
    at = next(frame for frame, number in plain.items() if number >= impact.frame)
    bench.run("ramps")
    shown = bench.shown(40, 76)
    beats = {1 + round((Fraction(2, 5) + Fraction(n, 2)) * RATE) for n in range(17)}
    assert any(abs(shown[frame] - plain[at]) <= 1 for frame in beats if frame in shown)


def test_the_picture_is_held_at_a_marker_and_catches_up(bench):
    bench.shots()
    bench.impacts()
    bench.lay("film", 1, 0, 200)
    bench.room.scene.timeline_markers.new("Freeze here", frame=81)
    bench.run("freeze", emphasis_hold=1.0)
    shown = bench.shown(1, 200)
    assert [shown[frame] for frame in range(76, 82)] == [75, 76, 77, 78, 79, 80], "not touched before"
    assert {shown[frame] for frame in range(81, 106)} == {80}
    caught = [shown[frame] for frame in range(106, 132)]
    assert (np.diff(caught) >= 0).all() and shown[131] == 130 and shown[200] == 199
    bench.room.scene.timeline_markers.clear()


def test_without_markers_the_strongest_impact_is_held(bench):
    bench.shots()
    bench.impacts(90, strength=0.95)
    bench.lay("film", 1, 0, 200)
    bench.run("freeze", emphasis_hold=0.4)
    shown = bench.shown(88, 112)
    assert {shown[frame] for frame in range(91, 101)} == {90} and shown[90] == 89


def test_zooms_lie_above_the_speed_strip(bench):
    bench.shots()
    bench.impacts()
    bench.speech(12)
    bench.lay("film", 1, 0, 500)
    bench.room.scene.timeline_markers.new("freeze", frame=301)
    bench.run("freeze", "words", emphasis_amount=0.5, emphasis_ease=0.0)
    speed, zoom = layers(bench.room, "emphasis")
    assert (speed.type, zoom.type) == ("SPEED", "ADJUSTMENT") and zoom.channel > speed.channel
    word = 1 + int(Fraction(50 * 12 + 10, 100) * RATE + Fraction(1, 2))
    enlarged, before = picture(bench.room, word + 2), picture(bench.room, word - 3)
    zoom.mute = True
    assert not np.allclose(enlarged, picture(bench.room, word + 2), atol=0.1), "the speed strip is enlarged"
    assert np.allclose(before, picture(bench.room, word - 3), atol=0.01), "one strip has all zooms, and is still between them"
    zoom.mute = False
    bench.room.scene.timeline_markers.clear()


def test_titles_right_above_are_not_enlarged(bench):
    """No channel is free below them: then the strip itself is zoomed, on top of how it stands."""
    bench.shots(100)
    film = bench.lay("film", 1, 0, 400, channel=1)
    film.transform.scale_x = film.transform.scale_y = 0.75
    film.transform.offset_x = 6.0
    text = stage.add_effect(bench.room.scene, "TEXT", "said", 2, 1, 401)
    text.text, text.blend_alpha = "x", 0.0
    plain = picture(bench.room, 350)
    before = Before(bench.room)
    bench.run("push", emphasis_amount=0.2, emphasis_long=8.0)
    assert not layers(bench.room, "emphasis")
    enlarged = picture(bench.room, 400)
    assert film.transform.scale_x == pytest.approx(0.9, abs=0.01) and film.transform.offset_x == pytest.approx(7.2, abs=0.05)
    assert not np.allclose(plain, enlarged, atol=0.1)
    picture(bench.room, 50)
    assert film.transform.scale_x == pytest.approx(0.75), "the shot before is left as it stands"
    again = bench.run("push", emphasis_amount=0.2, emphasis_long=8.0)
    assert not any(again.counts[what] for what in ("added", "updated", "removed"))
    bpy.ops.assistant_editor.remove_effects("EXEC_DEFAULT", True, kind="emphasis")
    before.is_back()


def test_a_strip_that_feeds_another_effect_keeps_its_speed(bench):
    bench.shots()
    bench.impacts(90)
    film = bench.lay("film", 1, 0, 200)
    stage.add_effect(bench.room.scene, "GAUSSIAN_BLUR", "mine", 5, 1, 201, input1=film)
    outcome = bench.run("freeze")
    assert not layers(bench.room, "emphasis")
    assert any("'mine'" in notice for notice in outcome.notices)


def test_what_the_editor_changed_or_deleted_stays_so(bench):
    bench.shots(100, 400)
    bench.lay("film", 1, 0, 700)
    bench.run("push", emphasis_long=8.0)
    first, second = layers(bench.room, "emphasis")
    first.transform.rotation = 0.2
    bench.room.strips.remove(second)
    bench.run("push", emphasis_long=8.0, emphasis_amount=0.4)
    (left,) = layers(bench.room, "emphasis")
    assert left.transform.rotation == pytest.approx(0.2), "changed: kept; deleted: not made again"


def test_a_preview_writes_nothing_and_a_shot_is_left_out(bench):
    bench.shots(100, 400)
    bench.lay("film", 1, 0, 700)
    settings = bench.room.scene.assistant_editor
    settings.emphasis_on, settings.emphasis_long = {"push"}, 8.0
    bench.room.scene.frame_set(300)
    picture(bench.room, 300)
    before = Before(bench.room)
    bpy.ops.assistant_editor.preview_effects("EXEC_DEFAULT", True, kind="emphasis")
    before.is_back()
    assert "a shot of 12 s" in effect_preview.previews["emphasis"].told
    bench.run("push", emphasis_long=8.0)
    assert len(layers(bench.room, "emphasis")) == 2
    bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", True, kind="emphasis")
    assert [stage.extent(one) for one in layers(bench.room, "emphasis")] == [(401, 701)]


def test_one_undo_step(bench):
    bench.shots(100, 400)
    bench.lay("film", 1, 0, 700)
    bpy.ops.ed.undo_push(message="laid out")
    bench.run("push", emphasis_long=8.0)
    assert len(layers(bench.room, "emphasis")) == 2
    bpy.ops.ed.undo()
    assert not layers(bench.room, "emphasis")


def test_the_verb(bench, tmp_path):
    bench.shots()
    bench.lay("film", 1, 0, 500)
    told = tmp_path / "told.json"
    given = ["emphasis", "--options", "emphasis_on=push,jumps", "emphasis_long=8", "--json", str(told)]
    assert cli.main(given) == 0 and told.is_file() and len(layers(bench.room, "emphasis")) == 1
    assert cli.main(["emphasis", "--options", "emphasis_on=pull"]) == 2


def test_nothing_to_do_is_said(bench):
    bench.shots()
    bench.lay("film", 1, 0, 100)
    outcome = bench.run("push")
    assert any("long enough" in notice for notice in outcome.notices) and desk.error is None
    assert effect_room.layers(bench.room) == []
