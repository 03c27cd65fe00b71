"""The shot list end to end: what is listed, every correction as a user makes it, and that later runs keep to it."""

from __future__ import annotations

import csv
import importlib.util
import json
from fractions import Fraction
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.errors import LOCKED, MISSING_BACKEND, STALE, USAGE
from assistant_editor.ml.facts import Shots, ShotsOptions, Span
from assistant_editor.ml.stills import thumbnail_path
from assistant_editor.operators import icons, keys, pictures, shelf, shelves
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import tags

from tests.blender import stage
from tests.blender.shot_bench import CUTS, Bench, brief


def test_the_list_shows_what_is_known_before_anything_is_cut(bench: Bench) -> None:
    bench.call("refresh_shots")
    end = stage.extent(bench.room.strips["film"])[1]
    assert brief(bench) == [
        (1, "start", 1, 31), (2, "found", 31, 77), (3, "found", 77, 138), (0, "candidate", 101, 138), (4, "found", 138, 188),
        (5, "found", 188, end),
    ]  # fmt: skip
    third = bench.rows[2]
    assert (third.shown_in, third.shown_length, third.transition) == ("00:00:03:01", "00:00:02:11", "dissolve")
    assert third.confidence == pytest.approx(0.55) and third.uncertain
    assert not bench.room.cuts()


def test_the_list_shows_what_was_cut(bench: Bench) -> None:
    assert bench.detect() == CUTS
    bench.call("refresh_shots")
    assert [row.state for row in bench.rows] == ["start", "cut", "cut", "candidate", "cut", "cut"]
    assert not shelf.shelf.note


def test_a_film_that_was_not_looked_at_is_listed_and_said(bench: Bench, media_folder: Path) -> None:
    stage.add_movie(bench.room.scene, media_folder / "bikes.mp4", 400, 3, "other")
    bench.call("refresh_shots")
    assert brief(bench)[-1][:3] == (6, "start", 400)
    assert "Press Detect Shots" in shelf.shelf.note


def test_choosing_a_row_moves_the_playhead_and_is_no_step_of_undo(bench: Bench) -> None:
    bench.call("refresh_shots")
    bpy.ops.ed.undo_push(message="before")
    bench.choose(138)
    assert bench.room.scene.frame_current == 138
    bench.call("refresh_shots")
    assert bench.room.scene.frame_current == 138
    assert shelf.shelf.chosen().frames.start == 138


def test_undo_leaves_the_list_and_a_look_makes_it_right(bench: Bench) -> None:
    bench.detect()
    bench.call("refresh_shots")
    bpy.ops.ed.undo()
    assert not bench.room.cuts()
    shelf.up_to_date(bench.room.scene)
    assert [row.state for row in bench.rows][:2] == ["start", "found"]


def test_what_changed_is_noticed_and_what_did_not_costs_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.call("refresh_shots")
    made: list[int] = []
    was = shelf.refresh
    monkeypatch.setattr(shelf, "refresh", lambda scene: (made.append(1), was(scene)))
    shelf.up_to_date(bench.room.scene)
    assert not made
    bench.room.scene.assistant_editor.sensitivity = 0.7
    shelf.up_to_date(bench.room.scene)
    assert len(made) == 1 and [row.frame_in for row in bench.rows if row.number] == [1, 31, 77, 101, 138, 188]
    stage.compat.set_left(bench.room.strips["film"], 20)
    shelf.up_to_date(bench.room.scene)
    assert len(made) == 2 and bench.rows[0].frame_in == 20


def test_a_run_makes_the_list_stale(bench: Bench) -> None:
    bench.call("refresh_shots")
    bench.detect()
    assert shelf.shelf.stale
    shelf.up_to_date(bench.room.scene)
    assert not shelf.shelf.stale


def test_a_list_that_is_no_longer_stale_is_drawn_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bool] = []
    bench.detect()
    bench.call("refresh_shots")
    monkeypatch.setattr(shelves, "redraw", lambda: drawn.append(shelf.shelf.stale))
    shelf.shelf.stale = True
    shelf.shelf.look_again()
    assert drawn == [False], "though the rows are as they were"
    shelf.shelf.look_again()
    assert len(drawn) == 1


@pytest.mark.parametrize("undo", [True, False])
def test_merging_joins_and_no_later_run_cuts_there(bench: Bench, undo: bool) -> None:
    bench.detect()
    bench.call("refresh_shots")
    bench.choose(31)
    bpy.ops.ed.undo_push(message="cut")
    before = bench.room.dump()
    bench.room.scene.assistant_editor.minimum_seconds = 2.0
    outcome = bench.call("merge_shots")
    bench.room.scene.assistant_editor.minimum_seconds = 0.5
    assert outcome.counts["removed"] == {"cut": 1} and not outcome.notices
    assert bench.room.cuts(1) == bench.room.cuts(2) == [31, 138, 188]
    assert [row.frame_in for row in bench.rows if row.number] == [1, 31, 138, 188]
    if undo:
        bpy.ops.ed.undo()
        assert not bench.room.changed_since(before)
        assert not tags.corrections_of(bench.room.scene)
    else:
        assert bench.detect() == [31, 138, 188]
        assert bench.detect(sensitivity=0.91) == [31, 101, 138, 188, 211]


@pytest.mark.parametrize("chosen_since", [None, 138])
def test_a_row_that_went_is_chosen_again_when_undo_brings_it_back(bench: Bench, chosen_since: int | None) -> None:
    """Else the next key works on another shot than the one the editor had chosen."""
    bench.detect()
    bench.call("refresh_shots")
    bench.choose(77)
    bpy.ops.ed.undo_push(message="cut")
    bench.call("merge_shots", frame=40)
    shelf.up_to_date(bench.room.scene)
    assert shelf.shelf.chosen().frames.start != 77
    if chosen_since:
        bench.choose(31)
        bench.choose(chosen_since)
    bpy.ops.ed.undo()
    shelf.up_to_date(bench.room.scene)
    assert shelf.shelf.chosen().frames.start == (chosen_since or 77)


@pytest.mark.parametrize("name", ["refresh_shots", "step_uncertain"])
def test_a_look_leaves_what_the_last_run_said(bench: Bench, name: str) -> None:
    bench.detect()
    outcome = desk.outcome
    assert outcome is not None
    bench.call(name)
    assert desk.outcome is outcome and desk.title == "Detect Shots"


def test_a_look_leaves_an_error_and_its_remedy_but_not_its_own(bench: Bench) -> None:
    bench.call("refresh_shots")
    bench.refused("merge_shots", USAGE, "no shot at this frame", frame=900)
    error = desk.error
    bench.call("refresh_shots")
    assert desk.error is error
    desk.title = "Refresh Shot List"
    bench.call("refresh_shots")
    assert desk.error is None


def test_a_cut_of_the_users_own_is_merged_too(bench: Bench) -> None:
    bench.room.strips["film"].split(frame=60, split_method="SOFT")
    bench.room.strips["sound"].split(frame=60, split_method="SOFT")
    bench.call("merge_shots", frame=40)
    assert not bench.room.cuts(1) and not bench.room.cuts(2)
    bench.detect(sensitivity=0.95)
    assert 60 not in bench.room.cuts()


def test_pieces_that_differ_stay_apart_and_it_is_said(bench: Bench) -> None:
    bench.detect()
    piece = next(strip for strip in bench.room.strips if strip.type == "MOVIE" and stage.extent(strip)[0] == 77)
    piece.color_tag = "COLOR_01"
    outcome = bench.call("merge_shots", frame=40)
    assert bench.room.cuts() == CUTS
    assert any("stay apart" in notice for notice in outcome.notices)


def test_merging_the_last_shot_is_refused(bench: Bench) -> None:
    bench.detect()
    bench.refused("merge_shots", USAGE, "No shot goes on", frame=200)
    bench.refused("merge_shots", USAGE, "no shot at this frame", frame=900)
    shelf.shelf.clear()
    bench.refused("merge_shots", USAGE, "No shot is chosen")


def test_splitting_cuts_at_the_playhead_with_the_sound_and_only_there(bench: Bench) -> None:
    bench.detect(sensitivity=0.05)
    assert bench.room.cuts() == [31, 188]
    bench.room.scene.assistant_editor.sensitivity = 0.5
    bench.room.scene.frame_current = 112
    bench.call("split_shot")
    assert bench.room.cuts(1) == bench.room.cuts(2) == [31, 112, 188], "what a run at 0.5 would cut elsewhere stays uncut"
    assert bench.room.scene.frame_current == 112
    assert bench.detect() == [31, 77, 112, 138, 188]
    bench.refused("split_shot", USAGE, "begins with this picture", frame=112)
    bench.refused("split_shot", USAGE, "no film at this frame", frame=900)


def test_splitting_beside_a_cut_moves_it(bench: Bench) -> None:
    bench.detect()
    bench.call("split_shot", frame=79)
    assert bench.room.cuts(1) == bench.room.cuts(2) == [31, 79, 138, 188]
    assert bench.detect() == [31, 79, 138, 188]


def test_splitting_where_the_user_had_joined_by_hand(bench: Bench) -> None:
    bench.detect()
    for channel in (1, 2):
        left, right = (
            next(s for s in bench.room.strips if s.channel == channel and stage.extent(s)[side] == 77) for side in (1, 0)
        )
        end = stage.extent(right)[1]
        bench.room.strips.remove(right)
        stage.compat.set_right(left, end)
    assert bench.detect() == [31, 138, 188]
    bench.call("split_shot", frame=77)
    assert bench.room.cuts(1) == bench.room.cuts(2) == CUTS
    assert bench.detect() == CUTS


def test_splitting_a_film_of_another_rate_cuts_where_its_picture_begins(bench: Bench, films: Path) -> None:
    film = sorted(films.glob("*30*"))[0]
    scene = stage.new_scene(Fraction(25))
    bench.room.show(scene)
    stage.add_by_operator(scene, film)
    movie = next(strip for strip in bench.room.strips if strip.type == "MOVIE")
    span = Span(Fraction(0), Fraction(100))
    Cache(bench.cache).store("shots", fingerprint(str(film)), ShotsOptions(), Shots(span, Fraction(0), Fraction(30), 300, "t", ()), True)
    start = stage.extent(movie)[0]
    bench.call("split_shot", frame=start + 33)
    (cut,) = bench.room.cuts(movie.channel)
    assert cut == start + 33
    source = stage.reading(scene).strip(movie.name).source
    assert source.picture(cut) > source.picture(cut - 1), "a picture begins with the cut"


def test_an_uncertain_boundary_is_accepted(bench: Bench) -> None:
    bench.detect()
    bench.call("refresh_shots")
    bench.choose(101)
    bench.call("accept_boundary")
    assert bench.room.cuts(1) == bench.room.cuts(2) == [31, 77, 101, 138, 188]
    row = next(row for row in bench.rows if row.frame_in == 101)
    assert (row.state, row.uncertain, row.confidence) == ("cut", False, 1.0)
    assert bench.detect(sensitivity=0.2) == [31, 101, 138, 188]


def test_an_uncertain_boundary_is_refused(bench: Bench) -> None:
    bench.detect()
    bench.call("refuse_boundary", frame=77)
    assert bench.room.cuts() == [31, 138, 188]
    bench.call("refuse_boundary", frame=101)
    assert [row.frame_in for row in bench.rows if row.uncertain] == []
    assert bench.detect(sensitivity=0.8) == [31, 138, 188]
    bench.refused("refuse_boundary", USAGE, "strip begins here", frame=1)
    bench.refused("accept_boundary", USAGE, "nothing to accept", frame=1)
    bench.refused("accept_boundary", USAGE, "No shot begins", frame=2)


def test_accepting_what_is_cut_changes_nothing_but_the_doubt(bench: Bench) -> None:
    bench.detect()
    bench.call("accept_boundary", frame=77)
    assert bench.room.cuts() == CUTS
    assert bench.detect(sensitivity=0.3) == [31, 77, 138, 188]


def test_a_part_is_detected_again_at_its_own_sensitivity(bench: Bench) -> None:
    bench.detect()
    bench.call("redetect_shots", frame=200, part_sensitivity=0.95)
    assert bench.room.cuts(1) == bench.room.cuts(2) == [31, 77, 138, 188, 211]
    bench.call("redetect_shots", frame=31, end=180, part_sensitivity=0.08)
    assert bench.room.cuts() == [31, 188, 211]
    assert bench.detect(sensitivity=0.6) == [31, 188, 211]


def test_marks_are_corrected_as_cuts_are(bench: Bench) -> None:
    settings = bench.room.scene.assistant_editor
    settings.write_as = "markers"
    bench.detect()
    assert not bench.room.cuts()

    def marks() -> list[int]:
        return sorted(marker.frame for marker in bench.room.scene.timeline_markers)

    assert marks() == CUTS
    bench.call("refuse_boundary", frame=77)
    assert marks() == [31, 138, 188]
    bench.call("split_shot", frame=112)
    assert marks() == [31, 112, 138, 188] and not bench.room.cuts()
    bench.detect()
    assert marks() == [31, 112, 138, 188]


def test_reset_forgets_corrections(bench: Bench) -> None:
    bench.call("refuse_boundary", frame=77)
    bpy.ops.assistant_editor.reset_ledger()
    assert bench.detect() == CUTS


def test_a_locked_strip_is_refused_and_nothing_is_remembered(bench: Bench) -> None:
    bench.detect()
    next(strip for strip in bench.room.strips if strip.type == "SOUND" and stage.extent(strip)[0] == 77).lock = True
    bench.refused("split_shot", LOCKED, "locked", frame=112)
    assert not tags.corrections_of(bench.room.scene)
    bench.call("split_shot", frame=160)
    assert 160 in bench.room.cuts()


def test_without_stored_facts_the_button_to_press_is_named(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "nothing"))
    bench.refused("split_shot", STALE, "Press Detect Shots", frame=60)


def test_keys_step_through_what_is_uncertain_the_least_confident_first(bench: Bench) -> None:
    bench.room.scene.assistant_editor.doubt = 0.45
    bench.room.scene.frame_current = 5
    visited = []
    for way in ("NEXT", "NEXT", "NEXT", "PREVIOUS"):
        bench.call("step_uncertain", way=way)
        visited.append(bench.room.scene.frame_current)
    assert visited[:2] == [77, 101], "below the line of confidence, the least certain first"
    assert visited[2] == 211 and visited[3] == 101
    bench.room.scene.assistant_editor.doubt = 0.0
    bench.room.scene.frame_current = 5
    bench.call("step_uncertain")
    assert bench.room.scene.frame_current == 5


def test_the_table_is_written_whole(bench: Bench, tmp_path: Path) -> None:
    bench.detect()
    path = tmp_path / "shots.csv"
    bench.call("export_shot_csv", filepath=str(path))
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["in_frame"] for row in rows] == ["1", "31", "77", "138", "188"]
    assert rows[2]["file"] == str(bench.film) and rows[2]["source_in"] == "00:00:03:01" and rows[2]["in"] == "00:00:03:01"
    assert b"\r\n" in path.read_bytes()
    bench.call("export_shot_csv", filepath=str(path), candidates=True)
    assert path.read_text(encoding="utf-8").count("candidate") == 1
    bench.refused("export_shot_csv", "bad_input", "no folder", filepath=str(tmp_path / "not there" / "x.csv"))


def test_the_edit_decision_list_is_written_whole(bench: Bench, tmp_path: Path) -> None:
    bench.detect()
    path = tmp_path / "shots.edl"
    bench.call("export_edl", filepath=str(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"TITLE: {bench.room.name}"
    assert [line for line in lines if line.startswith("002")] == [
        "002  TALKIE   V     C        00:00:01:05 00:00:03:01 01:00:01:05 01:00:03:01"
    ]
    bench.call("export_edl", filepath=str(path), record_start="10:00:00:00")
    assert "10:00:01:05" in path.read_text(encoding="utf-8")
    bench.refused("export_edl", USAGE, "no timecode", filepath=str(path), record_start="ten")
    bench.refused("export_edl", "bad_input", "no shots", filepath=str(path), channel=9)


def test_one_command_lists_and_writes(bench: Bench, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bench.detect()
    files = {name: str(tmp_path / f"shots.{name}") for name in ("csv", "edl", "json")}
    arguments = [part for name, path in files.items() for part in (f"--{name}", path)]
    assert cli.main(["shot-list", *arguments, "--candidates", "--start", "02:00:00:00"]) == 0
    told = json.loads(Path(files["json"]).read_text(encoding="utf-8"))
    assert told["schema"] == "assistant_editor.shots/1"
    assert [row["frames"]["start"] for row in told["shots"]] == [1, 31, 77, 101, 138, 188]
    assert told["shots"][2]["kind"] == "dissolve" and told["shots"][2]["moment"] == "76/25"
    assert Path(files["csv"]).read_text(encoding="utf-8").count("\n") == 7
    assert "02:00:03:01" in Path(files["edl"]).read_text(encoding="utf-8")
    assert "003  00:00:03:01" in capfd.readouterr().err
    assert cli.main(["shot-list", "--edl", files["edl"], "--start", "noon"]) == 2
    assert cli.main(["shot-list", "--csv", str(tmp_path / "not there" / "x.csv")]) == 3


def test_a_list_with_something_unknown_is_done_in_part(bench: Bench, media_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stage.add_movie(bench.room.scene, media_folder / "bikes.mp4", 400, 3, "other")
    assert cli.main(["shot-list"]) == 6
    assert "Press Detect Shots" in capfd.readouterr().err


def test_every_shot_has_a_picture_once_it_was_asked_for(bench: Bench, worker_python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.call("refresh_shots")
    assert not pictures._icons and pictures.icon_of(shelf.shelf.rows[0]) == 0
    bench.refused("show_pictures", MISSING_BACKEND, "Python")
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", worker_python)
    bench.call("show_pictures")
    assert pictures._icons.keys() == {(row.medium, row.middle) for row in shelf.shelf.rows}
    first, candidate = (thumbnail_path(bench.cache, row.medium, row.middle) for row in (shelf.shelf.rows[0], shelf.shelf.rows[3]))
    assert tuple(icons._loaded[0][str(first)].image_size) == (192, 82), "in background Blender gives no icons, but knows the picture"
    assert first.read_bytes() != candidate.read_bytes()
    bench.refused("show_pictures", USAGE, "picture already")


HERE = (
    "Sequencer", "SequencerCommon", "Sequencer Channels", "Video Sequence Editor", "Markers", "Frames", "Screen", "Window", "View2D",
    "Animation", "Screen Editing", "User Interface", "Time Scrub", "View2D Buttons List",
)  # fmt: skip


@pytest.mark.parametrize("keymap", ["blender_default", "industry_compatible_data"])
def test_our_keys_shadow_none_of_blenders(keymap: str) -> None:
    path = next(
        found
        for folder in bpy.utils.preset_paths("keyconfig")
        if (found := Path(folder) / "keymap_data" / f"{keymap}.py").is_file()
    )
    spec = importlib.util.spec_from_file_location(keymap, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    maps = {name: content["items"] for name, _place, content in module.generate_keymaps(module.Params())}
    assert "Sequencer" in maps
    taken = [
        (name, item[0], item[1])
        for name in HERE
        for item in maps.get(name, ())
        if item[1].get("type") == keys.KEY
    ]
    assert not taken


def test_our_keys_come_and_go() -> None:
    keymap = bpy.context.window_manager.keyconfigs.addon.keymaps["Sequencer"]

    def ours() -> list[tuple[str, bool, bool, bool]]:
        return sorted(
            (item.idname, bool(item.shift), bool(item.ctrl), bool(item.alt)) for item in keymap.keymap_items if item.type == keys.KEY
        )

    before = ours()
    assert len(before) == len(keys.KEYS) == 4
    keys.unregister()
    assert not ours()
    keys.register()
    assert ours() == before
