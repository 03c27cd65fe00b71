"""Transitions in Blender: seams, handles on numbered films, merged on a second run, taken away, and sound left as it is."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Ambience, AmbienceOptions, Boundary, Looks, Shots, ShotsOptions, Span, Voice, VoiceOptions
from assistant_editor.operators import options, split_options, transition_options
from assistant_editor.operators.desk import desk
from assistant_editor.operators.effect_preview import previews
from assistant_editor.timeline import compat, tags
from assistant_editor.timeline.planners.transitions import TransitionOptions
from assistant_editor.timeline.split_edits import SplitOptions
from assistant_editor.timeline.state import Tag
from assistant_editor.timeline.timebase import exact_rate

from tests.blender import effect_room, stage
from tests.blender.cutting_room import NO_PYTHON
from tests.blender.effect_room import Before, layers, picture, pictures, same_without_extension
from tests.blender.speech_bench import coded

CUT = 101
NAMES = {25: "rate-25-1.mp4", 30: "rate-30-1.mp4", 24: "rate-24-1.mp4"}


@pytest.fixture
def meet(room, films, tmp_path, monkeypatch):
    """Two numbered films that meet at frame 101, each with much more on both sides; their shots are known, and nobody is asked."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)

    def lay(rate=25, matched=False, boundaries=(), channel=2):
        first = stage.add_movie(room.scene, films / NAMES[25], 1 - 300, 2, "a")
        compat.set_left(first, 1)
        compat.set_right(first, CUT)
        if matched:
            second = next(s for s in stage.add_by_operator(room.scene, films / NAMES[rate], CUT - 200, 8) if s.type == "MOVIE")
            for sound in [s for s in room.strips if s.type == "SOUND"]:
                room.strips.remove(sound)
        else:
            second = stage.add_movie(room.scene, films / NAMES[rate], CUT - 200, 8, "b")
        second.name = "b"
        compat.set_left(room.strips["b"], CUT)
        compat.set_right(room.strips["b"], 201)
        room.strips["b"].channel = channel
        for film in {NAMES[25], NAMES[rate]}:
            own = exact_rate(float(film.split("-")[1]))
            found = tuple(Boundary(frame, frame / own, 0.9) for frame in boundaries)
            facts = Shots(Span(Fraction(0), 1200 / own), Fraction(0), own, 1200, "transnetv2", found)
            Cache(tmp_path / "cache").store("shots", fingerprint(str(films / film)), ShotsOptions(), facts, whole=True)
        room.select()
        return room

    return lay


def add(room, **more):
    return room.run("add_transitions", **{"transition_at": "cuts", "transition_way": "dissolve", "transition_direction": "left", **more})


def dress(room):
    """Everything a strip can have that makes its picture another one."""
    a, b = room.strips["a"], room.strips["b"]
    a.transform.scale_x = a.transform.scale_y = 0.8
    a.transform.offset_x, a.transform.rotation = 5.0, 0.1
    a.crop.min_x = 4
    b.color_multiply, b.use_flip_x = 0.7, True
    with compat.edited(room.scene):
        b.modifiers.new("light", "BRIGHT_CONTRAST").bright = 12.0
    for frame, angle in ((CUT - 60, 0.0), (CUT + 60, 0.5)):
        b.transform.rotation = angle
        b.transform.keyframe_insert("rotation", frame=frame)


CASES = {
    "plain": {}, "slow": {"rate": 30}, "matched": {"rate": 30, "matched": True}, "matched24": {"rate": 24, "matched": True},
    "apart": {"channel": 4}, "dressed": {},
}  # fmt: skip


@pytest.mark.parametrize("way", ["dissolve", "dip", "wipe", "push"])
@pytest.mark.parametrize("case", CASES)
def test_the_first_and_the_last_frame_are_the_strips_own(meet, case, way):
    room = meet(**CASES[case])
    if case == "dressed":
        dress(room)
    around = [CUT - 40, *range(CUT - 15, CUT + 16), CUT + 40]
    before = pictures(room, around)
    add(room, transition_way=way)
    written = layers(room, "transition")
    leads = {"wipe": "WIPE", "push": "ALPHA_OVER" if case != "dressed" else "CROSS"}
    assert [s.type for s in written] == (["COLOR"] if way == "dip" else ["MOVIE", "MOVIE", leads.get(way, "CROSS")])
    start, end = stage.extent(written[-1])
    assert (start, end) == (CUT - 12, CUT + 13) or way == "dip"
    after = pictures(room, around)
    same = [frame for frame in around if np.abs(after[frame] - before[frame]).max() <= 1 / 255 + 1e-6]
    assert {frame for frame in around if frame <= start or frame >= end - 1} <= set(same)
    assert not set(range(CUT - 8, CUT + 9)) <= set(same)


def test_the_dissolve_is_the_mixture_of_both(meet):
    room = meet()
    a = pictures(room, (CUT - 6, CUT + 6))
    add(room)
    cross = layers(room, "transition")[-1]
    start, end = stage.extent(cross)
    mixtures = pictures(room, (CUT - 6, CUT + 6))
    compat.remove_curves(room.scene, cross.name)
    for frame, mixed in mixtures.items():
        share = (frame - start) / (end - 1 - start)
        cross.effect_fader = 0.0
        first = picture(room, frame)
        cross.effect_fader = 1.0
        second = picture(room, frame)
        assert np.abs(mixed - (first + (second - first) * share)).max() <= 2 / 255
        assert np.array_equal(first if frame < CUT else second, a[frame])


@pytest.mark.parametrize("case", ["plain", "slow", "matched", "matched24"])
def test_every_picture_is_the_next_of_its_film_and_none_is_held(meet, case):
    room = meet(**CASES[case])
    add(room, transition_seconds=2.0)
    cross = layers(room, "transition")[-1]
    start, end = stage.extent(cross)
    compat.remove_curves(room.scene, cross.name)
    for fader, name in ((0.0, "a"), (1.0, "b")):
        cross.effect_fader = fader
        found = stage.shown(room.scene, start, end - 1)
        assert found == _alone(room, name, start, end)
        if case == "plain":
            assert len(set(found.values())) == len(found)


def _alone(room, name, start, end):
    """What the strip itself shows there, were it longer: Blender's word, not ours."""
    strip = room.strips[name]
    extent = stage.extent(strip)
    others = [one for one in room.strips if one.name != name and not one.mute]
    channel, strip.channel = strip.channel, 40
    for one in others:
        one.mute = True
    compat.set_left(strip, min(extent[0], start))
    compat.set_right(strip, max(extent[1], end))
    found = stage.shown(room.scene, start, end - 1)
    compat.set_left(strip, extent[0])
    compat.set_right(strip, extent[1])
    for one in others:
        one.mute = False
    strip.channel = channel
    return found


@pytest.mark.parametrize(("boundary", "frames"), [(404, (CUT - 21, CUT + 4)), (406, (CUT - 19, CUT + 6)), (400, (CUT - 25, CUT))])
def test_no_frame_of_another_shot(meet, boundary, frames):
    """Frame 101 shows picture 400 of the first film: its shot ends at the boundary."""
    room = meet(boundaries=(boundary, 100))
    add(room, transition_seconds=1.0)
    assert stage.extent(layers(room, "transition")[-1]) == frames


def test_a_second_run_changes_nothing_and_what_changed_is_copied_anew(meet):
    room = meet()
    add(room)
    before = room.dump()
    outcome = add(room)
    assert not room.changed_since(before), outcome.line
    room.strips["b"].color_multiply = 0.5
    for hidden in (True, False):
        for one in layers(room, "transition"):
            one.mute = hidden
        if hidden:
            plain = picture(room, CUT + 12)
    outcome = add(room)
    assert len(layers(room, "transition")) == 3, outcome.notices
    assert np.abs(picture(room, CUT + 12) - plain).max() <= 1 / 255 + 1e-6


def test_another_kind_replaces_it_and_removing_gives_everything_back(meet):
    room = meet()
    before = Before(room)
    add(room)
    add(room, transition_way="dip")
    assert [s.type for s in layers(room, "transition")] == ["COLOR"]
    add(room, transition_way="push")
    assert [s.type for s in layers(room, "transition")] == ["MOVIE", "MOVIE", "ALPHA_OVER"]
    room.run("remove_effects", kind="transition")
    assert not layers(room, "transition")
    before.is_back()


def test_it_is_one_step_back(meet):
    room = meet()
    bpy.ops.ed.undo_push(message="laid")
    before = room.dump()
    add(room)
    bpy.ops.ed.undo()
    assert not room.changed_since(before)


def test_it_renders_the_same_without_the_extension(meet):
    room = meet()
    dress(room)
    add(room, transition_way="push")
    same_without_extension(room, (CUT - 12, CUT - 3, CUT, CUT + 6, CUT + 12))


def test_what_lies_over_the_cut_stays_on_top(meet):
    room = meet()
    text = compat.new_text(room.strips, "title", 4, CUT - 30, CUT + 30)
    outcome = add(room)
    assert not layers(room, "transition") and any("'title'" in told for told in outcome.notices)
    text.channel = 6
    add(room)
    assert max(s.channel for s in layers(room, "transition")) == 5


def test_captions_of_ours_are_put_above(meet):
    room = meet()
    text = compat.new_text(room.strips, "caption", 3, CUT - 30, CUT + 30)
    tags.put_tag(text, Tag("", "1", "caption", 1.0, "said"))
    add(room)
    assert [s.channel for s in layers(room, "transition")] == [4, 5, 6]
    assert room.strips["caption"].channel == 7


def test_what_is_heard_stays_to_the_last_sample(meet, talkie, tmp_path):
    room = meet()
    stage.add_sound(room.scene, talkie, 1, 1, "sound")
    room.select()
    before = _mixed(room, tmp_path / "before.wav")
    add(room, transition_clear=False)
    assert layers(room, "transition")
    assert np.array_equal(before, _mixed(room, tmp_path / "after.wav"))


def _mixed(room, path):
    import aud

    room.scene.frame_start, room.scene.frame_end = 1, 200
    bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="S16")
    return aud.Sound(str(path)).data()


def test_the_command_line_adds_them_and_says_what_it_did(meet, tmp_path):
    room = meet()
    told = tmp_path / "told.json"
    given = ["transition_at=cuts", "transition_way=wipe", "transition_direction=up"]
    assert cli.main(["transitions", "--json", str(told), "--options", *given]) == 0
    result = json.loads(told.read_text(encoding="utf-8"))
    assert result["state"] == "done" and "1 transition" in result["summary"]
    assert [s.type for s in layers(room, "transition")] == ["MOVIE", "MOVIE", "WIPE"]


def test_what_is_covered_on_one_side_is_not_shown_beyond_it(meet):
    room = meet()
    cover = effect_room.layer("cover", "COLOR", 10, 30)
    effect_room.carry_out(room, effect_room.plan(room, "privacy", [effect_room.effect(room, "a", "privacy", layers=(cover,))]))
    before = pictures(room, (CUT - 3, CUT + 3))
    add(room)
    assert [s.type for s in layers(room, "transition")] == ["COLOR"]
    assert all(after.max() < before[frame].max() for frame, after in pictures(room, before).items())


@pytest.fixture
def scenic(meet, films, tmp_path, monkeypatch):
    """The two films with all that is asked for scenes, and with sound in which somebody speaks from frame 61 to 90 and from 121 on."""
    room = meet()
    stage.add_sound(room.scene, films / NAMES[25], 1 - 300, 1, "sound")
    compat.set_left(room.strips["sound"], 1)
    compat.set_right(room.strips["sound"], 201)
    room.select()
    cache, medium = Cache(tmp_path / "cache"), fingerprint(str(films / NAMES[25]))
    whole, rows = Span(Fraction(0), Fraction(48)), 4800
    spoken = np.zeros(rows, bool)
    for start, end in ((61, 91), (121, 180)):
        spoken[(start + 299) * 4 : (end + 299) * 4] = True
    levels = [np.where(spoken, loud, soft) for loud, soft in ((250, 0), (200, 100), (230, 0), (80, 0), (120, 0))]
    voice = Voice(whole, Fraction(0), Fraction(1, 100), "made", *map(coded, levels), -60.0)
    cache.store("voice", medium, VoiceOptions(), voice, whole=True)
    frames = tuple(range(0, 1200, 12))
    flat, black = tuple(0.5 for _ in frames), coded(np.full((len(frames), 4), 200))
    moments = tuple(Fraction(frame, 25) for frame in frames)
    looks = Looks(whole, Fraction(0), Fraction(25), frames, moments, flat, flat, flat, "made", 4, black)
    cache.store("looks", medium, options.looks_task(None), looks, whole=True)
    ambience = Ambience(whole, Fraction(0), Fraction(1, 2), "made", 1, coded(np.full((96, 1), 100)))
    cache.store("ambience", medium, AmbienceOptions(), ambience, whole=True)
    monkeypatch.setitem(desk.origins, medium, Fraction(0))
    return room


def test_where_a_scene_is_marked_and_only_in_the_pause(scenic):
    assert not layers(scenic, "transition") and "where a scene begins" in add(scenic, transition_at="scenes").notices[0]
    marker = scenic.scene.timeline_markers.new("Scene 02", frame=CUT)
    tags.put_tag(marker, Tag("", "1", "scene", 0.7, "it differs"))
    add(scenic, transition_at="scenes", transition_seconds=3.0)
    start, end = stage.extent(layers(scenic, "transition")[-1])
    assert 91 <= start <= 95 and 117 <= end <= 121
    add(scenic, transition_at="scenes", transition_seconds=3.0, transition_clear=False)
    assert stage.extent(layers(scenic, "transition")[-1]) == (CUT - 37, CUT + 38)


def test_a_preview_shows_it_and_changes_nothing(meet):
    room = meet()
    room.scene.frame_set(CUT + 2)
    settings = room.scene.assistant_editor
    settings.transition_at, settings.transition_way, settings.transition_direction = "cuts", "dissolve", "left"
    before = room.dump()
    assert bpy.ops.assistant_editor.preview_effects(kind="transition") <= {"FINISHED", "CANCELLED"}
    assert not room.changed_since(before) and not layers(room, "transition")
    shown = previews["transition"]
    assert shown.frame == CUT + 2 and "dissolve" in shown.told
    pixels = effect_room._loaded(Path(shown.path))
    add(room)
    assert np.abs(pixels - picture(room, CUT + 2)).max() <= 1 / 255 + 1e-6


def test_a_shot_that_is_left_out_has_none(meet):
    room = meet()
    add(room)
    settings = room.scene.assistant_editor
    settings.transition_at, settings.transition_way, settings.transition_direction = "cuts", "dissolve", "left"
    room.scene.frame_set(CUT + 20)
    room.run("leave_shot_out", kind="transition")
    add(room)
    assert not layers(room, "transition")


def test_the_options_are_the_planners_own(room):
    settings = room.scene.assistant_editor
    assert transition_options.transition_plan(settings) == TransitionOptions()
    assert split_options.split_plan(settings) == SplitOptions()


def test_other_runs_do_not_take_the_copies_for_films(meet):
    room = meet(boundaries=(250,))
    add(room)
    written = [s.name for s in layers(room, "transition")]
    outcome = room.run("detect_shots", strips="ALL")
    assert [s.name for s in layers(room, "transition")] == written
    assert not any(row["strip"] in written for row in outcome.edits if "strip" in row)
