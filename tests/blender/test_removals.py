"""Cutting speech as a user does it: looked for, reviewed, trimmed, applied, taken back. What is said is known, the planners are real."""

from __future__ import annotations

import importlib
import json
from fractions import Fraction
from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.codec import to_json
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, STALE, USAGE
from assistant_editor.operators import keys, removal_files, removal_overlay
from assistant_editor.operators.desk import desk
from assistant_editor.operators.removal_shelf import shelf
from assistant_editor.operators.speech_search import SEARCHES
from assistant_editor.timeline import proposals, removals, tags

from tests.blender import stage
from tests.blender.speech_bench import SpeechBench, store, transcript

GAPS = [("silence", 51, 76), ("silence", 136, 176), ("silence", 226, 251)]
"""What nobody speaks in, before its edges are padded."""


def silences(speech: SpeechBench) -> list[tuple[str, int, int, str]]:
    speech.call("find_silences")
    return speech.brief()


def inside(found: list[tuple[str, int, int, str]]) -> bool:
    """Whether each proposal lies within its pause, and takes most of it."""
    return len(found) == len(GAPS) and all(
        kind == one[0] and one[1] <= start < end <= one[2] and (end - start) * 2 > one[2] - one[1]
        for (kind, start, end, _verdict), one in zip(found, GAPS, strict=True)
    )


def accepted(speech: SpeechBench) -> list[tuple[str, int, int, str]]:
    silences(speech)
    speech.call("accept_removals", above=0.0)
    bpy.ops.ed.undo_push(message="accepted")
    return speech.brief()


def standing(speech: SpeechBench, channel: int) -> list[tuple[int, int]]:
    return sorted(stage.extent(strip) for strip in speech.room.strips if strip.channel == channel)


def left(found: list[tuple[str, int, int, str]], whole: tuple[int, int], *, close: bool) -> list[tuple[int, int]]:
    """Where the pieces stand once this is cut out."""
    pieces, start, shift = [], whole[0], 0
    for _kind, first, last, _verdict in [*found, ("", whole[1], whole[1], "")]:
        if first > start:
            pieces.append((start - shift, first - shift))
        start, shift = last, shift + (last - first if close else 0)
    return pieces


def test_what_is_found_is_proposed_and_nothing_is_cut(speech: SpeechBench) -> None:
    before = speech.room.dump()
    found = silences(speech)
    assert inside(found) and {verdict for *_rest, verdict in found} == {"open"}
    assert not speech.room.changed_since(before)
    first = speech.rows[0]
    assert (first.before, first.after) == ("It was the best of times", "It was um the worst of")
    assert desk.outcome.line.startswith("3 silences proposed: 00:00:0")
    assert first.reason and 0.5 < first.confidence <= 1 and first.saved == first.frame_out - first.frame_in


def test_searches_add_to_each_other_and_a_second_one_replaces_its_own(speech: SpeechBench) -> None:
    silences(speech)
    outcome = speech.call("find_fillers", fill_unwritten=False, fill_drawn=False)
    assert [row.kind for row in speech.rows] == ["silence", "filler", "silence", "silence"] and "1 filler" in outcome.line
    um = speech.rows[1]
    assert um.text == "um" and um.before.endswith("It was") and um.after.startswith("the worst")
    assert 124 - 48 <= um.frame_in < um.frame_out <= 136
    silences(speech)
    assert len(speech.rows) == 4


def test_what_is_said_is_kept_for_later_runs_and_reset_forgets_it(speech: SpeechBench) -> None:
    silences(speech)
    speech.call("judge_removal", number=1, verdict="rejected")
    speech.call("judge_removal", number=2, verdict="accepted")
    assert [row.verdict for row in speech.rows] == ["rejected", "accepted", "open"]
    assert [verdict for *_rest, verdict in silences(speech)] == ["rejected", "accepted", "open"]
    speech.call("reset_ledger")
    assert tags.removals_of(speech.room.scene) == ("", "")
    assert speech.look() == []
    assert [verdict for *_rest, verdict in silences(speech)] == ["open"] * 3


def test_undo_takes_a_verdict_back_and_leaves_the_one_before(speech: SpeechBench) -> None:
    silences(speech)
    bpy.ops.ed.undo_push(message="found")
    speech.call("judge_removal", number=1, verdict="accepted")
    speech.call("judge_removal", number=3, verdict="rejected")
    bpy.ops.ed.undo()
    assert [row[3] for row in speech.look()] == ["accepted", "open", "open"]
    bpy.ops.ed.undo()
    assert [row[3] for row in speech.look()] == ["open", "open", "open"]
    bpy.ops.ed.redo()
    assert [row[3] for row in speech.look()] == ["accepted", "open", "open"]


def test_a_saved_file_holds_what_was_looked_for_and_said(speech: SpeechBench, tmp_path: Path) -> None:
    silences(speech)
    speech.call("judge_removal", number=2, verdict="accepted")
    speech.call("trim_removal", number=2, first=2, last=-3)
    was = speech.brief()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "cut.blend"))
    assert speech.brief() == was, "saving empties the list for the moment only"
    name = speech.room.scene.name
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "cut.blend"))
    assert not shelf.rows
    speech.room.show(bpy.data.scenes[name])
    assert speech.look() == was


def test_another_take_than_the_best_is_used_by_one_button(speech: SpeechBench) -> None:
    line = "We walk along the quiet river"
    store(speech.cache, speech.film, speech.settings, transcript(f"{line} | {line} | It was the age of wisdom"))
    outcome = speech.call("find_takes")
    assert outcome.line.startswith("1 take proposed") and [row.verdict for row in speech.rows] == ["open", "rejected"]
    speech.call("use_take", number=1)
    assert [row.verdict for row in speech.rows] == ["rejected", "accepted"]
    speech.call("apply_removals")
    kept = [round(start) for start, _end in standing(speech, 1)]
    assert len(kept) == 2 and kept[0] == 1, "the second is gone, the first is whole"
    assert standing(speech, 1)[0][1] > 51


def test_an_option_is_live_and_nobody_is_asked(speech: SpeechBench) -> None:
    silences(speech)
    speech.settings.silence_minimum = 1.2
    assert [row[:2] for row in speech.look()] == [("silence", speech.rows[0].frame_in)] and len(speech.rows) == 1
    speech.settings.silence_minimum = 0.5
    assert inside(speech.look())


def test_the_redo_panel_plans_anew_and_the_scene_remembers_it(speech: SpeechBench) -> None:
    silences(speech)
    speech.call("judge_removal", number=2, verdict="accepted")
    operator = speech.call("find_silences", silence_minimum=1.2)
    assert "1 silence proposed" in operator.line and speech.settings.silence_minimum == pytest.approx(1.2)
    assert [row.verdict for row in speech.rows] == ["accepted"]


def test_accept_all_above_and_reject_the_rest(speech: SpeechBench) -> None:
    silences(speech)
    line = sorted(row.confidence for row in speech.rows)[1]
    speech.call("judge_removal", number=1, verdict="rejected")
    speech.call("accept_removals", above=0.0, what="fillers")
    assert shelf.counts["accepted"] == 0
    speech.call("accept_removals", above=round(line, 3) - 0.001)
    assert shelf.counts["accepted"] >= 1 and speech.rows[0].verdict == "rejected"
    speech.call("reject_removals")
    assert shelf.counts["open"] == 0
    speech.call("reject_removals", accepted_too=True)
    assert shelf.counts == {"open": 0, "accepted": 0, "rejected": 3}


def test_the_scenes_line_holds_where_none_is_given(speech: SpeechBench) -> None:
    silences(speech)
    speech.settings.accept_line = 1.0
    speech.call("accept_removals")
    assert shelf.counts["accepted"] == sum(row.confidence >= 1.0 for row in speech.rows)
    speech.settings.accept_line = 0.0
    speech.call("accept_removals")
    assert shelf.counts["accepted"] == 3


def test_trimming_by_frames_milliseconds_and_typing(speech: SpeechBench) -> None:
    start, end = silences(speech)[1][1:3]
    group = bpy.context.window_manager.assistant_editor_removals
    group.active = 1
    assert (group.frame_in, group.frame_out) == (start, end)
    speech.call("trim_removal", first=2, last=-1)
    assert (speech.rows[1].frame_in, speech.rows[1].frame_out, speech.rows[1].trimmed) == (start + 2, end - 1, True)
    speech.call("trim_removal", first=-80, last=80, unit="MS")
    assert (speech.rows[1].frame_in, speech.rows[1].frame_out) == (start, end + 1)
    group.frame_out = end - 4
    assert (speech.rows[1].frame_out, speech.rows[1].saved) == (end - 4, end - 4 - start)
    speech.refused("trim_removal", BAD_INPUT, "cannot be cut", number=2, first=1000)
    group.frame_in = end + 100
    assert group.frame_in == start and speech.rows[1].frame_in == start and desk.error.code == BAD_INPUT
    assert [row[1:3] for row in silences(speech)][1] == (start, end - 4), "a later run keeps it"


def test_a_trimmed_part_is_what_is_cut(speech: SpeechBench) -> None:
    start = silences(speech)[1][1]
    speech.call("trim_removal", number=2, first=3, last=-3)
    speech.call("judge_removal", number=2, verdict="accepted")
    speech.call("apply_removals")
    whole = stage.extent(speech.room.strips["film"])[0]
    assert standing(speech, 1)[:2] == [(whole, start + 3), (start + 3, standing(speech, 1)[1][1])]


def test_choosing_and_stepping_move_the_playhead(speech: SpeechBench) -> None:
    found = silences(speech)
    group, scene = bpy.context.window_manager.assistant_editor_removals, speech.room.scene
    group.active = 2
    assert scene.frame_current == found[2][1]
    speech.call("step_removal")
    assert scene.frame_current == found[0][1]
    speech.call("judge_removal", verdict="accepted", go_on=True)
    assert scene.frame_current == found[1][1] and group.active == 1
    speech.call("step_removal", way="PREVIOUS")
    assert scene.frame_current == found[2][1]
    speech.call("reject_removals")
    before = scene.frame_current
    speech.call("step_removal")
    assert scene.frame_current == before


def test_there_must_be_something_to_judge(speech: SpeechBench) -> None:
    speech.refused("judge_removal", USAGE, "Nothing is proposed")
    silences(speech)
    speech.refused("judge_removal", USAGE, "no removal 9", number=9)
    speech.refused("apply_removals", USAGE, "Nothing is accepted")


def test_playing_needs_a_window(speech: SpeechBench) -> None:
    silences(speech)
    speech.refused("play_removal", USAGE, "no window to play in", number=1)


def test_without_a_window_nothing_is_drawn_over_the_timeline() -> None:
    assert bpy.app.background and not removal_overlay._handle


def test_the_overlay_shows_what_is_seen_in_the_channels_that_are_cut(speech: SpeechBench) -> None:
    found = silences(speech)
    speech.call("judge_removal", number=1, verdict="accepted")
    first, second = found[0], found[1]
    shapes = removal_overlay.quads(shelf.bands, 0, second[1] + 1)
    assert {verdict: len(corners) for verdict, corners in shapes.items()} == {"accepted": 8, "open": 8}
    assert shapes["accepted"][:4] == [
        (first[1], 1.05), (first[2], 1.05), (first[2], 1.95), (first[1], 1.95),
    ]  # fmt: skip
    assert {int(y) for _x, y in shapes["open"]} == {1, 2}
    assert not removal_overlay.quads(shelf.bands, 1000, 2000)


def test_markers_come_go_and_follow(speech: SpeechBench) -> None:
    scene = speech.room.scene
    scene.timeline_markers.new("mine", frame=20)
    found = silences(speech)

    def ours() -> list[tuple[str, int]]:
        return [(marker.name, marker.frame) for marker in scene.timeline_markers if marker.name != "mine"]

    speech.call("mark_removals")
    assert ours() == [("Silence (?)", row[1]) for row in found]
    speech.call("judge_removal", number=1, verdict="accepted")
    assert ours()[0] == ("Silence (cut)", found[0][1])
    speech.call("apply_removals")
    assert len(ours()) == 2 and ours()[0][1] == found[1][1] - (found[0][2] - found[0][1])
    speech.call("mark_removals")
    assert not ours() and [marker.frame for marker in scene.timeline_markers] == [20]


def test_applying_cuts_picture_and_sound_alike_and_closes_up(speech: SpeechBench) -> None:
    found = accepted(speech)
    film, sound = (stage.extent(speech.room.strips[name]) for name in ("film", "sound"))
    before = speech.room.dump()
    outcome = speech.call("apply_removals")
    assert standing(speech, 1) == left(found, film, close=True) and standing(speech, 2) == left(found, sound, close=True)
    saved = sum(end - start for _kind, start, end, _verdict in found)
    assert outcome.counts == {"removed": {"silence": 3}}
    assert outcome.line == f"3 removals: 00:00:{saved // 25:02}:{saved % 25:02} saved."
    assert not speech.look(), "what was cut out is no longer listed"
    bpy.ops.ed.undo()
    assert not speech.room.changed_since(before)
    assert [row[3] for row in speech.look()] == ["accepted"] * 3


def test_pictures_and_sound_stay_together(speech: SpeechBench) -> None:
    accepted(speech)
    speech.call("apply_removals")
    timeline = stage.reading(speech.room.scene)
    by_channel = {
        channel: [(strip.frames, strip.source.seconds(strip.frames.start)) for strip in timeline.strips if strip.channel == channel]
        for channel in (1, 2)
    }
    assert len(by_channel[1]) >= 3
    for (frames, seconds), (other, heard) in zip(by_channel[1], by_channel[2], strict=True):
        assert frames == other and abs(seconds - heard) < Fraction(1, 50)


@pytest.mark.parametrize("ripple", ["selected", "lift", "copy"])
def test_each_way_to_close_up(speech: SpeechBench, ripple: str) -> None:
    stage.add_effect(speech.room.scene, "COLOR", "beside", 5, 1, 200)
    found = accepted(speech)
    film = stage.extent(speech.room.strips["film"])
    outcome = speech.call("apply_removals", ripple=ripple)
    assert standing(speech, 1) == left(found, film, close=ripple != "lift")
    assert standing(speech, 2) == standing(speech, 1)
    beside = stage.extent(speech.room.strips["beside"])
    gone = sum(min(end, 200) - start for _kind, start, end, _verdict in found if start < 200)
    assert beside == ((1, 200 - gone) if ripple == "copy" else (1, 200))
    copies = [strip for strip in speech.room.strips if strip.mute]
    assert bool(copies) == (ripple == "copy")
    if ripple == "copy":
        assert sorted({stage.extent(strip)[1] - stage.extent(strip)[0] for strip in copies if strip.type == "SOUND"}) == sorted(
            {end - start for _kind, start, end, _verdict in found}
        )
        assert not speech.look(), "a muted copy is not heard"
    assert ("00:00:00:00 saved" in outcome.line) == (ripple == "lift")


def test_what_stays_stays(speech: SpeechBench) -> None:
    stage.add_effect(speech.room.scene, "COLOR", "music", 5, 1, 240)
    found = accepted(speech)
    speech.call("apply_removals", fixed_channels="5")
    assert stage.extent(speech.room.strips["music"]) == (1, 240)
    assert standing(speech, 1)[-1][1] < found[-1][2]
    assert speech.settings.fixed_channels == "5"


def test_channels_are_numbers(speech: SpeechBench) -> None:
    accepted(speech)
    speech.refused("apply_removals", USAGE, "are no channels", fixed_channels="music")


@pytest.mark.parametrize("what", ["strip", "channel"])
def test_what_is_locked_is_refused_before_anything(speech: SpeechBench, what: str) -> None:
    accepted(speech)
    if what == "strip":
        speech.room.strips["film"].lock = True
    else:
        speech.room.scene.sequence_editor.channels[2].lock = True
    speech.refused("apply_removals", LOCKED, "locked")


def test_a_timeline_changed_since_is_planned_anew_before_it_is_cut(speech: SpeechBench) -> None:
    found = accepted(speech)
    for strip in speech.room.strips:
        stage.compat.move(strip, 10)
    speech.call("apply_removals")
    assert standing(speech, 1)[0] == (11, found[0][1] + 10)


def test_muting_leaves_everything_where_it_is(speech: SpeechBench) -> None:
    speech.settings.silence_way = "mute"
    found = silences(speech)
    speech.call("judge_removal", number=2, verdict="accepted")
    film, sound = (stage.extent(speech.room.strips[name]) for name in ("film", "sound"))
    outcome = speech.call("apply_removals")
    assert "00:00:00:00 saved" in outcome.line
    pieces = sorted((stage.extent(strip), strip.mute) for strip in speech.room.strips if strip.channel == 2)
    assert pieces == [((sound[0], found[1][1]), False), (found[1][1:3], True), ((found[1][2], sound[1]), False)]
    assert standing(speech, 1) == [film]
    assert [row[1] for row in speech.look()] == [found[0][1], found[2][1]], "what is muted is not heard"


@pytest.mark.parametrize("takes_to", ["same", "copy"])
def test_takes_that_are_not_used_go_or_stay_muted(speech: SpeechBench, takes_to: str) -> None:
    line = "We all walk down to the river now"
    store(speech.cache, speech.film, speech.settings, transcript(" | ".join([line] * 3)))
    speech.call("find_takes", take_least=0.0)
    assert [(row.kind, row.verdict) for row in speech.rows] == [("take", "open"), ("take", "open"), ("take", "rejected")]
    assert len({row.group for row in speech.rows}) == 1
    assert all(row.text.startswith("We all walk") and row.reason for row in speech.rows)
    speech.call("accept_removals", above=0.0)
    whole, lengths = stage.extent(speech.room.strips["film"]), [row.frame_out - row.frame_in for row in speech.rows[:2]]
    speech.call("apply_removals", takes_to=takes_to)
    played = [stage.extent(strip) for strip in speech.room.strips if not strip.mute and strip.type == "MOVIE"]
    muted = [strip for strip in speech.room.strips if strip.mute]
    assert sum(end - start for start, end in played) == whole[1] - whole[0] - sum(lengths)
    kept = sum(stage.extent(strip)[1] - stage.extent(strip)[0] for strip in muted if strip.type == "SOUND")
    assert kept == (sum(lengths) if takes_to == "copy" else 0)
    assert not {strip.channel for strip in muted} & {1, 2} and not speech.look()


def test_a_row_that_is_no_longer_there_is_not_taken_for_another(speech: SpeechBench) -> None:
    silences(speech)
    speech.settings.silence_minimum = 1.2
    speech.refused("judge_removal", STALE, "no longer proposed", number=1)
    assert len(speech.rows) == 1 and tags.removals_of(speech.room.scene)[0] == ""
    speech.settings.silence_minimum = 0.5
    speech.call("judge_removal", number=1)
    assert [row.verdict for row in speech.rows] == ["open", "accepted", "open"], "the one that was number 1 in the list that was seen"


def test_what_is_no_longer_stored_is_said(speech: SpeechBench) -> None:
    silences(speech)
    for file in speech.cache.rglob("*"):
        if file.is_file():
            file.unlink()
    shelf.stale = True
    assert speech.look() == [] and "no longer stored" in shelf.note


def test_damaged_choices_are_told_and_not_replaced(speech: SpeechBench) -> None:
    silences(speech)
    tags.put_removals(speech.room.scene, said='{"version":9}')
    speech.refused("judge_removal", BAD_INPUT, "cannot be read", number=1)
    assert tags.removals_of(speech.room.scene)[0] == '{"version":9}'


def test_choices_of_thousands_are_kept_in_one_line() -> None:
    from assistant_editor.ml.facts import Span

    said = tuple(removals.Said("silence", "m", Span(Fraction(n), Fraction(n + 1, 1)), "accepted") for n in range(3000))
    assert removals.load(removals.dump(said)) == said and "\n" not in removals.dump(said)


def test_every_key_calls_something_that_is_there() -> None:
    for name, _held, options in keys.REMOVAL_KEYS:
        known = getattr(bpy.ops.assistant_editor, name).get_rna_type().properties
        assert set(options) <= set(known.keys())


def test_names_of_modules_are_as_the_table_has_them() -> None:
    operators = importlib.import_module("assistant_editor.operators")
    assert {"removals", "removal_apply", "removal_overlay"} <= {module.__name__.rpartition(".")[2] for module in operators.MODULES}


def test_a_plan_is_stale_when_strips_have_moved(speech: SpeechBench, tmp_path: Path) -> None:
    silences(speech)
    data = removal_files.as_plan(speech.room.scene, SEARCHES["silences"])
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    speech.refused("apply_removals", USAGE, "Nothing is accepted", plan=str(file))
    stage.compat.set_left(speech.room.strips["film"], 5)
    speech.refused("apply_removals", STALE, "has changed", plan=str(file), above=0.0)


def test_what_is_shortened_keeps_its_ends(speech: SpeechBench) -> None:
    found = accepted(speech)
    speech.settings.silence_rules = "podcast"
    assert speech.look() and {row.way for row in speech.rows} == {"shorten"}
    speech.call("accept_removals", above=0.0)
    whole = stage.extent(speech.room.strips["film"])
    saved = shelf.saved_frames
    assert 0 < saved < sum(end - start for _kind, start, end, _verdict in found)
    speech.call("apply_removals")
    assert standing(speech, 1)[-1][1] == whole[1] - saved and standing(speech, 1) == standing(speech, 2)
    assert not [row for row in speech.look() if row[3] == "accepted"]


def test_what_is_played_faster_takes_less_time(speech: SpeechBench) -> None:
    silences(speech)
    speech.settings.silence_rules = "tutorial"
    assert {row[0] for row in speech.look()} == {"silence"} and {row.way for row in speech.rows} == {"speed"}
    speech.call("accept_removals", above=0.0)
    whole, saved = stage.extent(speech.room.strips["film"]), shelf.saved_frames
    outcome = speech.call("apply_removals")
    ends = standing(speech, 1)[-1][1]
    assert saved > 0 and abs(ends - (whole[1] - saved)) <= 2, outcome.notices
    assert standing(speech, 1) == standing(speech, 2)


def test_the_redo_panel_replans_from_what_is_stored(speech: SpeechBench) -> None:
    silences(speech)
    asked = json.dumps(to_json(proposals.load_sought(tags.removals_of(speech.room.scene)[1])["silences"].asked))
    for minimum, count in ((1.2, 1), (0.4, 3)):
        speech.call("find_silences", from_panel=True, asked=asked, silence_minimum=minimum)
        assert len(speech.rows) == count and speech.settings.silence_minimum == pytest.approx(minimum)
    speech.call("find_silences", from_panel=True, asked=asked, model="base.en")
    assert "Changed: press Find Silences" in desk.hint and len(speech.rows) == 3


@pytest.mark.parametrize("what", ["strip", "channel"])
def test_what_is_locked_is_not_muted_either(speech: SpeechBench, what: str) -> None:
    speech.settings.silence_way = "mute"
    accepted(speech)
    if what == "strip":
        speech.room.strips["sound"].lock = True
    else:
        speech.room.scene.sequence_editor.channels[2].lock = True
    speech.refused("apply_removals", LOCKED, "locked")


def test_a_plan_mutes_nothing_that_was_locked_since(speech: SpeechBench, tmp_path: Path) -> None:
    speech.settings.silence_way = "mute"
    silences(speech)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(removal_files.as_plan(speech.room.scene, SEARCHES["silences"])), encoding="utf-8")
    speech.room.scene.sequence_editor.channels[2].lock = True
    speech.refused("apply_removals", LOCKED, "locked", plan=str(file), above=0.0)
