"""Ducking and loudness in Blender: what is written, what is heard, what an editor's changes become."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import CANCELLED, STALE
from assistant_editor.operators import job, levels_match, levels_mix
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.layout import Cutout
from assistant_editor.timeline.planners.levels import MINUS
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import RippleOptions, cut_out
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write_layout import rearrange

from tests.blender.cutting_room import CuttingRoom
from tests.blender.sound_bench import LENGTH, RATE, TALK, SoundBench, level, talk, tone, voice
from tests.blender.test_stills import Manager, ticked


@pytest.fixture
def bench(room: CuttingRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoundBench:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    made = SoundBench(room, tmp_path, tmp_path / "cache")
    made.scene_of_talk_and_music()
    room.select()
    bpy.ops.ed.undo_push(message="laid out")
    return made


def test_music_goes_down_under_speech_and_only_there(bench: SoundBench) -> None:
    outcome = bench.room.run("duck_music", duck_amount=12.0)
    assert outcome.counts["added"] == {"volume": 1}
    music = bench.heard("music")
    for start, end in TALK:
        for moment in (start + 0.1, (start + end) / 2, end - 0.1):
            assert level(music, moment) == pytest.approx(-30.0, abs=0.5)
    for moment in (1.0, 9.5, 18.0):
        assert level(music, moment) == pytest.approx(-18.0, abs=0.5)
    # Down before the first word: look-ahead and attack are past, whatever Blender's delay.
    assert level(music, TALK[0][0], 0.05) == pytest.approx(-30.0, abs=0.5)
    assert level(music, TALK[0][0] - 0.7, 0.05) == pytest.approx(-18.0, abs=0.5)
    assert bench.fader("talk").points == ()


def test_a_ramp_is_few_keyframes_on_whole_frames(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    fader = bench.fader("music")
    assert len(fader.points) == 8 and set(fader.shapes) == {"LINEAR"}
    assert all(frame == int(frame) for frame, _value in fader.points)


def test_no_click_is_heard(bench: SoundBench) -> None:
    bench.room.run("duck_music", duck_attack=0.1)
    music = bench.heard("music").astype(float)
    # A click is a jump: the second difference of a 220 Hz sine at -18 dB is at most its own.
    bend = 10 ** (-18 / 20) * (2 * np.pi * 220 / RATE) ** 2
    inside = np.abs(np.diff(music[RATE : -2 * RATE], 2))
    assert inside.max() < 1.5 * bend + 1e-5


def test_a_second_run_changes_nothing_and_other_options_are_followed(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    before = bench.room.dump()
    outcome = bench.room.run("duck_music")
    assert not bench.room.changed_since(before) and not any(outcome.counts[what] for what in ("added", "updated", "removed"))
    outcome = bench.room.run("duck_music", duck_amount=6.0)
    assert outcome.counts["updated"] == {"volume": 1}
    assert level(bench.heard("music"), 5.5) == pytest.approx(-24.0, abs=0.5)
    bpy.ops.ed.undo()
    assert level(bench.heard("music"), 5.5) == pytest.approx(-30.0, abs=0.5)


def test_it_follows_the_talk_when_that_is_moved(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    compat.set_content_start(bench.room.strips["talk"], 1 + 25)
    bench.room.run("duck_music")
    music = bench.heard("music")
    assert level(music, 7.5) == pytest.approx(-30.0, abs=0.5) and level(music, 4.0) == pytest.approx(-18.0, abs=0.5)


def test_music_that_is_moved_or_trimmed_still_goes_down_under_the_talk(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    music = bench.room.strips["music"]
    compat.set_left(music, 126)
    compat.set_content_start(music, round(compat.content_start(music)) + 50)
    outcome = bench.room.run("duck_music")
    assert not outcome.kept
    heard = bench.heard("music")
    assert level(heard, 13.5) == pytest.approx(-30.0, abs=0.5) and level(heard, 10.0) == pytest.approx(-18.0, abs=0.5)


def test_what_the_editor_animated_is_left_alone_and_told(bench: SoundBench) -> None:
    music = bench.room.strips["music"]
    for frame, value in ((1, 1.0), (200, 0.3), (400, 0.8)):
        music.volume = value
        music.keyframe_insert("volume", frame=frame)
    before = bench.fader("music")
    outcome = bench.room.run("duck_music")
    assert bench.fader("music").points == before.points and bench.fader("music").shapes == before.shapes
    assert any("keyframes of your own" in told for told in outcome.notices)


def test_what_the_editor_changed_since_is_his(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    music = bench.room.strips["music"]
    music.volume = 0.6
    music.keyframe_insert("volume", frame=250)
    before = bench.fader("music").points
    outcome = bench.room.run("duck_music", duck_amount=20.0)
    assert bench.fader("music").points == before and outcome.kept == 1


def test_what_the_editor_took_away_stays_away(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    for frame, _value in bench.fader("music").points:
        bench.room.strips["music"].keyframe_delete("volume", frame=frame)
    bench.room.strips["music"].volume = 1.0
    for _ in range(2):
        bench.room.run("duck_music")
        assert bench.fader("music").points == ()


def test_fades_of_the_editor_go_on(bench: SoundBench) -> None:
    music = bench.room.strips["music"]
    for frame, value in ((1, 0.0), (26, 0.5), (476, 0.5), (501, 0.0)):
        music.volume = value
        music.keyframe_insert("volume", frame=frame)
    before = bench.fader("music")
    outcome = bench.room.run("duck_music")
    assert outcome.counts["added"] == {"volume": 1}
    heard = bench.heard("music")
    assert level(heard, 2.5) == pytest.approx(-24.0, abs=0.5) and level(heard, 5.5) == pytest.approx(-36.0, abs=0.5)
    assert level(heard, 0.2, 0.1) < -30 and level(heard, 19.8, 0.1) < -30
    bench.room.run("clear_levels")
    assert (bench.fader("music").points, bench.fader("music").shapes) == (before.points, before.shapes)


def test_cleared_the_volume_is_as_it_was(bench: SoundBench) -> None:
    bench.room.strips["music"].volume = 0.7
    before = bench.fader("music")
    bench.room.run("duck_music")
    assert len(bench.fader("music").points) == 8
    outcome = bench.room.run("clear_levels")
    assert outcome.counts["removed"] == {"volume": 1} and bench.fader("music") == before
    bench.room.run("duck_music")
    assert len(bench.fader("music").points) == 8


def test_locked_music_stays_as_it_is(bench: SoundBench) -> None:
    bench.room.strips["music"].lock = True
    before = bench.room.dump()
    outcome = bench.room.run("duck_music")
    assert not bench.room.changed_since(before) and any("locked" in told for told in outcome.notices)


def test_speech_on_every_strip_that_is_heard_counts(bench: SoundBench) -> None:
    bench.lay("second", tone(700, 3, -20.0), 3, frame=226, known=voice(((0.2, 2.0),), -100.0, 3))
    bench.lay("silent", tone(700, 3, -20.0) * 0.999, 4, frame=426, known=voice(((0.2, 2.0),), -100.0, 3)).mute = True
    bench.room.run("duck_music", duck_gap=0.2, duck_release=0.3)
    music = bench.heard("music")
    assert level(music, 10.0) == pytest.approx(-30.0, abs=0.5)
    assert level(music, 18.0) == pytest.approx(-18.0, abs=0.5)


def test_what_sounds_in_other_scenes_is_named(bench: SoundBench) -> None:
    other = bpy.data.scenes.new("stage inner")
    bench.room.strips.new_scene(name="inner", scene=other, channel=5, frame_start=1)
    outcome = bench.room.run("duck_music")
    assert any(told.startswith("'inner'") for told in outcome.notices) and level(bench.heard("music"), 5.5) < -29
    outcome = bench.room.run("match_loudness", loudness_target=-20.0)
    assert any(told.startswith("'inner'") for told in outcome.notices)


def test_music_is_chosen_by_channel_or_by_hand(bench: SoundBench) -> None:
    bench.room.run("duck_music", duck_music="channels", duck_channels="2")
    assert len(bench.fader("music").points) == 8
    bench.room.run("clear_levels")
    bench.room.select("music")
    bench.room.run("duck_music", duck_music="strips")
    assert len(bench.fader("music").points) == 8 and bench.fader("talk").points == ()
    with pytest.raises(RuntimeError, match="no channels"):
        bench.room.run("duck_music", duck_music="channels", duck_channels="two")


def test_a_split_strip_is_one_music_still(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    bench.room.strips["music"].split(frame=251, split_method="SOFT")
    outcome = bench.room.run("duck_music", duck_amount=6.0)
    assert not outcome.kept
    music = bench.heard("music", "music.001")
    assert level(music, 5.5) == pytest.approx(-24.0, abs=0.5) and level(music, 13.5) == pytest.approx(-24.0, abs=0.5)
    bench.room.run("clear_levels")
    assert bench.fader("music").points == () and bench.fader("music.001").points == ()


def test_what_is_cut_out_afterwards_takes_its_keyframes_along(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    bench.room.run("match_loudness", loudness_target=-20.0)
    gain = level(bench.heard("music"), 9.5) + 18.0
    layout = read_layout(bench.room.scene)
    cutout = Cutout(FrameRange(201, 251), ("talk",))  # from 8 s to 10 s: nobody speaks, and a fade of two frames at each side
    rearrange(bench.room.scene, layout, cut_out(layout, [cutout], "all", RippleOptions()), fade=80)
    pieces = [strip.name for strip in bench.room.strips if strip.name.startswith("music")]
    assert len(pieces) == 2
    outcome = bench.room.run("duck_music", duck_amount=6.0)
    assert not outcome.kept and not any("left as it is" in told for told in outcome.notices)
    heard = bench.heard(*pieces)
    assert level(heard, 5.5) == pytest.approx(-24.0 + gain, abs=0.5) and level(heard, 11.5) == pytest.approx(-24.0 + gain, abs=0.5)
    assert level(heard, 2.0) == pytest.approx(-18.0 + gain, abs=0.5)
    bench.room.run("clear_levels")
    heard = bench.heard(*pieces)
    assert level(heard, 5.5) == pytest.approx(-18.0, abs=0.5) and level(heard, 8.0, 0.02) < -22  # the fades of the join are not ours


def test_the_mix_is_as_loud_as_the_target(bench: SoundBench) -> None:
    target = -23.0
    outcome = bench.room.run("match_loudness", loudness_target=target)
    assert bench.report.after.integrated == pytest.approx(target, abs=0.2)
    bench.room.run("measure_loudness")
    assert bench.report.before.integrated == pytest.approx(target, abs=0.2)
    assert outcome.counts["added"] == {"volume": 2}
    assert bench.fader("talk").steady == pytest.approx(bench.fader("music").steady, rel=0.01)
    again = bench.room.dump()
    bench.room.run("match_loudness", loudness_target=target)
    assert not [change for change in bench.room.changed_since(again) if "/measured:" not in change]


def test_the_peak_limit_goes_before_the_target_and_says_so(bench: SoundBench) -> None:
    outcome = bench.room.run("match_loudness", loudness_target=-5.0, loudness_peak=-6.0)
    assert bench.report.after.true_peak == pytest.approx(-6.0, abs=0.15) and bench.report.after.integrated < -6
    assert any(f"peak limit of {MINUS}6.0 dBTP" in told for told in outcome.notices)


def test_peaks_beyond_full_scale_are_measured_and_brought_down(bench: SoundBench) -> None:
    bench.room.strips["music"].volume = 20.0  # 26 dB more: the sine's peak is at +8 dB
    bench.room.run("measure_loudness")
    assert bench.report.before.true_peak == pytest.approx(8.0, abs=0.8)
    bench.room.run("match_loudness", loudness_target=-5.0)
    assert bench.report.after.true_peak <= -0.9 and bench.room.scene.audio_volume == 1.0
    bench.room.run("measure_loudness")
    assert bench.report.before.true_peak <= -0.9


def test_ducking_stays_under_loudness_and_goes_without_it(bench: SoundBench) -> None:
    bench.room.run("duck_music")
    bench.room.run("match_loudness", loudness_target=-16.0)
    music = bench.heard("music")
    assert level(music, 9.5) - level(music, 5.5) == pytest.approx(12.0, abs=0.5)
    gain = level(music, 9.5) + 18.0
    bench.room.run("clear_levels", what="duck")
    fader = bench.fader("music")
    assert fader.points == () and 20 * np.log10(fader.steady) == pytest.approx(gain, abs=0.1)
    bench.room.run("clear_levels", what="level")
    assert bench.fader("music").steady == pytest.approx(1.0)


def test_each_strip_gets_a_gain_of_its_own(bench: SoundBench) -> None:
    bench.room.run("match_loudness", loudness_by="strips", loudness_target=-20.0, strips="ALL")
    rows = {row.strip: row for row in bench.report.rows}
    assert rows["talk"].after == pytest.approx(-20.0, abs=0.01) and rows["music"].before < -18
    for name in ("talk", "music"):
        for other in ("talk", "music"):
            bench.room.strips[other].mute = other != name
        bench.room.run("measure_loudness")
        assert bench.report.before.integrated == pytest.approx(-20.0, abs=0.2)


def test_speech_of_two_who_are_not_equally_loud_is_levelled_by_keyframes(room: CuttingRoom, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    bench = SoundBench(room, tmp_path, tmp_path / "cache")
    room.scene.frame_start, room.scene.frame_end = 1, LENGTH * 25
    bench.lay("talk", talk((-16.0, -28.0)), 1, known=voice(TALK, -100.0))
    bench.room.run("match_loudness", loudness_by="speech", loudness_target=-20.0, strips="ALL")
    heard = bench.heard()
    assert level(heard, 5.5) == pytest.approx(level(heard, 13.5), abs=0.2)
    assert bench.report.after.integrated == pytest.approx(-20.0, abs=0.2)
    assert len(bench.fader("talk").points) == 2


def test_a_plan_in_a_file_is_carried_out_on_the_timeline_it_was_made_for(bench: SoundBench, tmp_path: Path) -> None:
    plan = tmp_path / "duck.json"
    before = bench.room.dump()
    assert cli.main(["duck", "--dry-run", "--json", str(plan)]) == 0
    assert not bench.room.changed_since(before)
    data = json.loads(plan.read_text())
    assert data["schema"] == "assistant_editor.volumes/1" and len(data["edits"]) == 1
    assert cli.main(["duck", "--apply", str(plan)]) == 0
    assert level(bench.heard("music"), 5.5) == pytest.approx(-30.0, abs=0.5)
    assert cli.main(["duck", "--apply", str(plan)]) == 7
    assert cli.main(["duck", "--clear"]) == 0
    compat.set_content_start(bench.room.strips["talk"], 60)
    assert cli.main(["duck", "--apply", str(plan)]) == 7
    assert bench.fader("music").points == ()


def test_the_command_line_measures_and_matches(bench: SoundBench, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    assert cli.main(["loudness", "--measure", "--json", str(told)]) == 0
    measured = json.loads(told.read_text())["before"]["integrated"]
    plan, before = tmp_path / "plan.json", bench.room.dump()
    assert cli.main(["loudness", "--options", "loudness_target=-24", "--dry-run", "--json", str(plan)]) == 0
    assert not [change for change in bench.room.changed_since(before) if "/measured:" not in change]
    assert json.loads(plan.read_text())["loudness"]["after"]["integrated"] == pytest.approx(-24.0, abs=0.2)
    assert cli.main(["loudness", "--apply", str(plan)]) == 0
    assert cli.main(["loudness", "--measure", "--json", str(told)]) == 0
    assert json.loads(told.read_text())["before"]["integrated"] == pytest.approx(-24.0, abs=0.2)
    assert cli.main(["loudness", "--clear"]) == 0
    assert cli.main(["loudness", "--options", "loudness_target=-20", "--json", str(told)]) == 0
    data = json.loads(told.read_text())
    assert data["loudness"]["before"]["integrated"] == pytest.approx(measured, abs=0.01)
    assert data["loudness"]["after"]["integrated"] == pytest.approx(-20.0, abs=0.2)
    assert cli.main(["loudness", "--measure", "--dry-run"]) == 2


def test_the_redo_panel_reckons_another_target_from_what_was_heard(bench: SoundBench) -> None:
    bench.room.run("match_loudness", loudness_target=-23.0)
    bpy.ops.ed.undo()
    outcome = bench.room.run("match_loudness", from_panel=True, loudness_target=-16.0)
    assert bench.report.after.integrated == pytest.approx(-16.0, abs=0.1) and outcome.counts["added"] == {"volume": 2}
    assert bench.room.scene.assistant_editor.loudness_target == pytest.approx(-16.0)
    bench.room.run("measure_loudness")
    assert bench.report.before.integrated == pytest.approx(-16.0, abs=0.1)


def test_the_redo_panel_says_when_it_would_have_to_listen_anew(bench: SoundBench) -> None:
    bench.room.run("match_loudness", loudness_target=-23.0)
    bpy.ops.ed.undo()
    bench.room.run("match_loudness", from_panel=True, loudness_target=-20.0, loudness_by="speech")
    assert "Changed" in desk.hint and bench.report.after.integrated == pytest.approx(-20.0, abs=0.1)
    compat.set_content_start(bench.room.strips["talk"], 50)
    with pytest.raises(RuntimeError, match="no longer known"):
        bench.room.run("match_loudness", from_panel=True, loudness_target=-18.0)


class Pressed(levels_match.ASSISTANT_EDITOR_OT_match_loudness.__mro__[1], levels_mix.Listens):  # type: ignore[misc]
    """Match Loudness as a press of its button runs it, its window's events sent by hand."""

    bl_label = "Match Loudness"
    dry_run = False
    heard, wanted = levels_match.ASSISTANT_EDITOR_OT_match_loudness.heard, levels_match.ASSISTANT_EDITOR_OT_match_loudness.wanted
    _planned = levels_match.ASSISTANT_EDITOR_OT_match_loudness._planned
    _faders = levels_match.ASSISTANT_EDITOR_OT_match_loudness._faders
    _end_with = levels_match.ASSISTANT_EDITOR_OT_match_loudness._end_with

    def __init__(self) -> None:
        self.strips, self.names, self.from_panel, self.asked, self.reports = "ALL", "", False, "", []
        self.loudness_for, self.loudness_target, self.loudness_peak, self.loudness_by, self.loudness_most = "own", -20.0, -1.0, "mix", 20.0
        self.properties = SimpleNamespace(is_property_set=lambda name: True)

    def report(self, kinds: set[str], text: str) -> None:
        self.reports.append((kinds, text))


@pytest.fixture
def pressed(bench: SoundBench, monkeypatch: pytest.MonkeyPatch):
    """(the operator, its context, a function that sends one event)."""
    real, manager = bpy.context, Manager()
    context = SimpleNamespace(
        window_manager=manager, window=None, scene=bench.room.scene, workspace=real.workspace, preferences=real.preferences,
        sequencer_scene=bench.room.scene,
    )  # fmt: skip
    monkeypatch.setattr(levels_mix, "bpy", SimpleNamespace(context=context, app=bpy.app, ops=bpy.ops))
    monkeypatch.setattr(job, "bpy", SimpleNamespace(context=context, data=bpy.data))
    operator = Pressed()

    def send(kind: str) -> set[str]:
        return operator.modal(context, SimpleNamespace(type=kind, value="PRESS"))

    return operator, context, send


def test_behind_a_button_it_listens_from_tick_to_tick(pressed, bench: SoundBench) -> None:
    operator, context, send = pressed
    assert operator.invoke(context, None) == {"RUNNING_MODAL"}, operator.reports
    assert ticked(operator, send) == {"FINISHED"}, operator.reports
    assert bench.report.after.integrated == pytest.approx(-20.0, abs=0.2)
    assert context.window_manager.handlers == 1 and not context.window_manager.timers and not desk.running
    assert not list(bench.folder.parent.glob("mix-*.wav")) and not Path(operator._file).exists()


def test_escape_while_it_listens_changes_nothing(pressed, bench: SoundBench) -> None:
    operator, context, send = pressed
    before = bench.room.dump()
    assert operator.invoke(context, None) == {"RUNNING_MODAL"}
    send("ESC")
    assert ticked(operator, send) == {"CANCELLED"}
    assert desk.error.code == CANCELLED and not bench.room.changed_since(before)
    assert not context.window_manager.timers and not Path(operator._file).exists()


def test_what_was_changed_while_it_listened_is_not_written_over(pressed, bench: SoundBench) -> None:
    operator, _context, send = pressed
    operator.invoke(_context, None)
    bench.room.strips["music"].volume = 0.5
    assert ticked(operator, send) == {"CANCELLED"}
    assert desk.error.code == STALE and bench.fader("music").steady == 0.5 and bench.fader("talk").steady == 1.0


def test_nothing_to_hear_is_said(room: CuttingRoom, tmp_path: Path) -> None:
    bench = SoundBench(room, tmp_path, tmp_path / "cache")
    bench.lay("nothing", np.zeros(RATE), 1)
    with pytest.raises(RuntimeError, match="Nothing is heard"):
        bench.room.run("match_loudness")
    assert desk.error is not None
