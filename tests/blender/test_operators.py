"""What a user can do, end to end: real worker, real weights, real footage, the native timeline."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import bpy
import pytest
from assistant_editor.ml import model_table
from assistant_editor.ml.codec import to_json
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, MISSING_BACKEND, MISSING_MODEL, NO_STREAM
from assistant_editor.ml.facts import ShotsOptions, TranscriptOptions
from assistant_editor.operators import caption_options, footage_options, options
from assistant_editor.operators import job as job_module
from assistant_editor.operators.desk import desk
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.read import reasons_of
from assistant_editor.timeline.requests import Asked, Meant
from assistant_editor.timeline.tags import tag_of

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom

OPENING = "it was the best of times it was the worst of times"
BIKES_CUTS = [31, 77, 138, 188]
"""Where the street film's shots begin at 25 fps when it lies on frame 1, seen by eye."""


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def asked(engine: str, names: tuple[str, ...], **options: str) -> str:
    return json.dumps(to_json(Asked({engine: tuple(map(Meant, names))}, {engine: options})))


def test_shots_are_cut_where_they_begin_and_the_sound_with_them(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    outcome = room.run("detect_shots", names="film")
    assert room.cuts(1) == BIKES_CUTS
    assert room.cuts(2) == room.cuts(1)
    assert outcome.counts["added"] == {"cut": 4}
    assert not outcome.partial
    assert not room.tagged()
    for channel in (1, 2):
        pieces = sorted((strip for strip in room.strips if strip.channel == channel), key=lambda strip: stage.extent(strip))
        reasons = [reasons_of(room.scene, strip) for strip in pieces]
        assert not reasons[0] and [len(found) for found in reasons[1:]] == [1] * (len(pieces) - 1)
        assert all(tag.kind == "cut" and 0.5 <= tag.confidence <= 1 and "TransNetV2" in tag.reason for (tag,) in reasons[1:])


def test_a_second_run_changes_nothing(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.run("auto_edit")
    before = room.dump()
    outcome = room.run("auto_edit")
    assert not room.changed_since(before)
    assert not any(outcome.counts.values())
    assert outcome.line.startswith("Nothing to change")


def test_a_second_run_on_one_piece_leaves_its_neighbours(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.run("detect_shots")
    for piece in ("film", "film.001", "film.004"):
        before = room.dump()
        room.run("detect_shots", names=piece)
        assert room.cuts() == BIKES_CUTS, piece
        assert not room.changed_since(before)


def test_captions_are_what_is_heard(room: CuttingRoom, media_folder: Path) -> None:
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 3, "speech")
    room.run("auto_captions")
    told = words(" ".join(text for _start, _end, text in room.captions()))
    assert told[:12] == words(OPENING)
    ranges = [(start, end) for start, end, _text in room.captions()]
    assert all(end <= after for (_start, end), (after, _last) in itertools.pairwise(ranges))


def test_only_the_visible_part_is_captioned_where_it_is_heard(room: CuttingRoom, media_folder: Path) -> None:
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 3, "speech")
    room.run("auto_captions")
    whole = room.captions()
    for strip in [strip for strip in room.strips if strip.type == "TEXT"]:
        room.strips.remove(strip)
    bpy.ops.assistant_editor.reset_ledger()
    speech = room.strips["speech"]
    speech.frame_final_start, speech.frame_final_end = whole[2][0] - 4, whole[5][1]
    room.run("auto_captions")
    assert words(" ".join(text for *_frames, text in room.captions())) == words(" ".join(text for *_frames, text in whole[2:6]))
    assert all(abs(start - was) <= 1 for (start, *_), (was, *_) in zip(room.captions(), whole[2:6], strict=True))
    assert all(stage.extent(speech)[0] <= start < end <= stage.extent(speech)[1] for start, end, _text in room.captions())


def test_a_movie_without_a_sound_strip_speaks_for_itself(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie, sound=False)
    room.run("auto_captions")
    told = words(" ".join(text for *_frames, text in room.captions()))
    assert told[:6] == words(OPENING)[:6]


def test_auto_edit_is_one_undo_step(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    bpy.ops.ed.undo_push(message="laid out")
    before = room.dump()
    outcome = room.run("auto_edit")
    assert {"cut", "caption"} <= set(outcome.counts["added"])
    bpy.ops.ed.undo()
    assert not room.changed_since(before)
    assert desk.outcome is None
    bpy.ops.ed.redo()
    assert room.cuts(1) == BIKES_CUTS
    assert room.captions()


def test_the_redo_panel_plans_again_without_the_worker(room: CuttingRoom, talkie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.lay(talkie)
    room.run("analyse", names="film", detector="content")
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    was = asked("shots", ("film",), detector="content")
    bpy.ops.ed.undo_push(message="laid out")
    found = {}
    for sensitivity in (0.1, 0.5, 0.94):
        options = {"detector": "content", "sensitivity": sensitivity, "minimum_seconds": 0.0}
        room.run("detect_shots", from_panel=True, asked=was, names="film", **options)
        found[sensitivity] = set(room.cuts())
        assert room.scene.assistant_editor.sensitivity == pytest.approx(sensitivity)
        bpy.ops.ed.undo()
    assert found[0.1] <= found[0.5] <= found[0.94]
    assert len(found[0.1]) < len(found[0.94])


def test_the_redo_panel_loses_nothing_when_the_worker_would_be_needed(
    room: CuttingRoom, talkie: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    room.lay(talkie)
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))
    bpy.ops.ed.undo_push(message="laid out")
    room.run("detect_shots", names="film")
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    was = asked("shots", ("film",), detector="transnetv2")
    before = room.cuts()
    bpy.ops.ed.undo()
    assert not room.cuts()
    room.run("detect_shots", from_panel=True, asked=was, names="film", detector="content")
    assert room.cuts() == before
    assert "press Detect Shots" in desk.hint
    assert room.scene.assistant_editor.detector == "content", "the next press uses what was chosen"


def test_a_locked_partner_is_refused_by_name_and_nothing_changes(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.strips["sound"].lock = True
    before = room.dump()
    with pytest.raises(RuntimeError, match="'sound' is locked"):
        room.run("detect_shots", names="film")
    assert desk.error is not None and desk.error.code == LOCKED
    assert not room.changed_since(before)
    room.run("detect_shots", names="film", write_as="markers")
    assert [marker.frame for marker in room.scene.timeline_markers] == BIKES_CUTS


@pytest.mark.parametrize("write_as", ["markers", "both", "labels"])
def test_other_ways_to_write(room: CuttingRoom, talkie: Path, write_as: str) -> None:
    room.lay(talkie)
    outcome = room.run("detect_shots", write_as=write_as)
    kinds = {"markers": {"marker"}, "both": {"cut", "marker"}, "labels": {"label"}}[write_as]
    assert set(outcome.counts["added"]) == kinds
    assert [marker.frame for marker in room.scene.timeline_markers] == (BIKES_CUTS if "marker" in kinds else [])
    assert room.cuts() == (BIKES_CUTS if "cut" in kinds else [])


def test_what_is_not_given_comes_from_the_scene(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.scene.assistant_editor.write_as = "markers"
    room.scene.assistant_editor.marker_name = "S{number}"
    room.run("detect_shots")
    assert not room.cuts()
    assert [marker.name for marker in room.scene.timeline_markers] == ["S2", "S3", "S4", "S5"]
    room.run("detect_shots", write_as="cuts")
    assert room.cuts() == BIKES_CUTS
    assert room.scene.assistant_editor.write_as == "markers", "a script's call changes no settings"


def test_which_strips_are_meant(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    stage.add_movie(room.scene, talkie, 300, 1, "other")
    room.select("sound")
    room.run("detect_shots")
    assert room.cuts(1) == [*BIKES_CUTS, 300], "a chosen sound stands for its picture"
    room.select()
    with pytest.raises(RuntimeError, match="No movie strip is selected"):
        room.run("detect_shots", strips="SELECTED")
    room.run("detect_shots", strips="ALL")
    assert len(room.cuts(1)) == 9


def test_a_name_that_is_not_there_is_said(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    with pytest.raises(RuntimeError, match=r"named 'nobody'.*'film', 'sound'"):
        room.run("detect_shots", names="nobody")
    assert desk.error.code == BAD_INPUT


def test_a_muted_sound_is_not_heard(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.strips["sound"].mute = True
    with pytest.raises(RuntimeError, match="'sound' is muted"):
        room.run("auto_captions")
    assert not room.captions()


def test_a_missing_model_a_missing_backend_and_a_missing_file(
    room: CuttingRoom, talkie: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    room.lay(talkie)
    before = room.dump()
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    with monkeypatch.context() as only:
        only.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path))
        with pytest.raises(RuntimeError, match=r"(?i)transnet.*preferences"):
            room.run("detect_shots")
        assert desk.error.code == MISSING_MODEL
    with monkeypatch.context() as only:
        only.delenv("ASSISTANT_EDITOR_WORKER_PYTHON")
        with pytest.raises(RuntimeError, match=r"not set up.*preferences"):
            room.run("detect_shots")
        assert desk.error.code == MISSING_BACKEND
    assert not room.changed_since(before)
    stage.add_movie(room.scene, tmp_path / "gone.mp4", 400, 5, "gone")
    before = room.dump()
    with pytest.raises(RuntimeError, match=r"'gone' cannot be used.*gone\.mp4"):
        room.run("detect_shots", names="gone")
    assert desk.error.code == BAD_INPUT
    assert not room.changed_since(before)
    outcome = room.run("detect_shots", names="film\ngone")
    assert room.cuts() == BIKES_CUTS
    assert any("gone is left out" in notice for notice in outcome.notices)


def test_a_silent_film_is_cut_and_the_rest_is_said(room: CuttingRoom, media_folder: Path) -> None:
    room.lay(media_folder / "bikes.mp4", sound=False)
    outcome = room.run("auto_edit")
    assert room.cuts() == BIKES_CUTS
    assert not outcome.partial, "that a film has no sound is no failure"
    assert "bikes.mp4 has pictures but no sound." in outcome.notices
    facts = room.run("analyse")
    assert not facts.partial and any("no sound" in notice for notice in facts.notices)
    with pytest.raises(RuntimeError, match="but no sound"):
        room.run("auto_captions")
    assert desk.error.code == NO_STREAM
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 3, "speech")
    outcome = room.run("auto_captions", names="film\nspeech")
    assert room.captions() and not outcome.partial


def test_where_the_pictures_begin_is_nothing_found(
    room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A movie heard without a sound strip is probed too; when its words fail, that answer alone is no success."""
    room.lay(talkie, sound=False)
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    before = room.dump()
    for verb in ("auto_captions", "auto_edit", "analyse"):
        desk.origins.clear()
        with pytest.raises(RuntimeError, match="preferences"):
            room.run(verb)
        assert desk.error.code == MISSING_MODEL and desk.outcome is None
    assert not room.changed_since(before)


def test_pieces_of_a_strip_that_is_split_meanwhile_are_all_worked_on(
    room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And moved: what the editor does while the worker runs loses no shot."""
    room.lay(talkie)
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))

    class Busy:
        """The editor, as soon as the worker runs."""

        def __call__(self, job) -> None:
            if "film.001" in room.strips:
                return
            room.strips["film"].split(100, "SOFT")
            room.strips["sound"].split(100, "SOFT")
            for name in ("film.001", "sound.001"):
                start = "content_start" if hasattr(room.strips[name], "content_start") else "frame_start"
                setattr(room.strips[name], start, getattr(room.strips[name], start) + 500)

    monkeypatch.setattr(job_module, "Terminal", Busy)
    room.run("detect_shots", names="film")
    assert room.cuts(1) == [31, 77, 600, 638, 688]
    assert room.cuts(2) == room.cuts(1)


def test_speech_alone_is_captioned_by_auto_edit(room: CuttingRoom, media_folder: Path) -> None:
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 3, "speech")
    outcome = room.run("auto_edit")
    assert set(outcome.counts["added"]) == {"caption"}
    assert not outcome.partial
    assert any("no movie strip" in notice for notice in outcome.notices)


def test_analysed_once_edited_without_the_worker(room: CuttingRoom, talkie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.lay(talkie)
    before = room.dump()
    outcome = room.run("analyse")
    assert {row["engine"] for row in outcome.facts} == {"shots", "transcript"}
    assert not room.changed_since(before)
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    room.run("auto_edit")
    assert room.cuts() == BIKES_CUTS


def test_analysing_offers_what_the_worker_is_asked_and_no_more() -> None:
    offered = {prop.identifier for prop in bpy.ops.assistant_editor.analyse.get_rna_type().properties}
    asked = {*options.SHOT_ASKS, *caption_options.CAPTION_ASKS, *footage_options.SEEING, "engines"}
    assert offered == {*asked, "strips", "names", "asked", "from_panel", "rna_type"}


def test_captions_as_srt(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    room.scene.frame_start = 1
    with pytest.raises(RuntimeError, match="no captions here"):
        bpy.ops.assistant_editor.export_srt(filepath=str(tmp_path / "none.srt"))
    assert not (tmp_path / "none.srt").exists()
    room.run("auto_captions")
    target = tmp_path / "talk.srt"
    assert bpy.ops.assistant_editor.export_srt(filepath=str(target)) == {"FINISHED"}
    entries = target.read_text(encoding="utf-8").strip().split("\n\n")
    assert len(entries) == len(room.captions())
    number, times, *text = entries[0].splitlines()
    start, end, shown = room.captions()[0]
    assert number == "1"
    assert "\n".join(text) == shown
    assert [_seconds(stamp) for stamp in times.split(" --> ")] == [pytest.approx((start - 1) / 25), pytest.approx((end - 1) / 25)]
    assert desk.outcome is not None and desk.outcome.what == "Auto Captions" == desk.title, "what was done still holds"
    with pytest.raises(RuntimeError, match=r"There is no folder .*nowhere to write talk\.srt into"):
        bpy.ops.assistant_editor.export_srt(filepath=str(tmp_path / "nowhere" / "talk.srt"))


def _seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))


def test_the_options_begin_as_the_planners_do(room: CuttingRoom) -> None:
    settings = room.scene.assistant_editor
    assert options.shots_plan(settings) == ShotsPlanOptions()
    assert caption_options.captions_plan(settings) == CaptionOptions()
    assert options.shots_task(settings) == ShotsOptions()
    assert caption_options.transcript_task(settings) == TranscriptOptions()
    assert caption_options.SPEECH_SIZES == model_table.SPEECH_SIZES


def test_reset_forgets_and_leaves_the_timeline(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.run("detect_shots")
    before = room.dump()
    assert bpy.ops.assistant_editor.reset_ledger() == {"FINISHED"}
    assert not room.changed_since(before)


def test_a_copied_scene_remembers_what_was_deleted_and_goes_on(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.run("auto_edit")
    gone = min((strip for strip in room.strips if strip.type == "TEXT"), key=lambda strip: stage.extent(strip))
    room.strips.remove(gone)
    before, cuts = room.captions(), room.cuts()
    original = room.scene
    copy = original.copy()
    room.show(copy)
    room.run("auto_edit")
    assert (room.captions(), room.cuts()) == (before, cuts), "a copy doubles nothing and brings nothing back"
    room.run("auto_captions", max_characters=16)
    assert room.captions() != before
    assert all(len(line) <= 16 for *_frames, text in room.captions() for line in text.splitlines()), "what nobody touched follows"
    room.show(original)
    assert room.captions() == before, "the original is as it was"


def test_an_effect_on_a_caption_makes_it_the_editors(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    room.run("auto_captions")
    texts = sorted((strip for strip in room.strips if strip.type == "TEXT"), key=lambda strip: stage.extent(strip))
    glowing, muted = texts[0], texts[1]
    words = [strip.text.split() for strip in (glowing, muted)]
    muted.mute = True
    stage.add_effect(room.scene, "GLOW", "glow", 9, input1=glowing)
    room.run("auto_captions", max_characters=16)
    assert "glow" in room.strips and room.strips["glow"].input_1 is not None
    assert room.strips["glow"].input_1.text.split() == words[0]
    assert [strip.text.split() for strip in room.strips if strip.mute] == [words[1]]
    said = [word for *_frames, text in room.captions() for word in text.split()]
    assert said.count("best") == said.count("worst") == 1


def test_the_playhead_goes_to_what_is_uncertain(room: CuttingRoom, talkie: Path) -> None:
    room.lay(talkie)
    assert bpy.ops.assistant_editor.next_uncertain() == {"CANCELLED"}
    room.run("detect_shots", write_as="markers", detector="content", sensitivity=0.8, minimum_seconds=0.0)
    doubtful = sorted(m.frame for m in room.scene.timeline_markers if tag_of(m).confidence < 0.6)
    assert doubtful, "at this sensitivity weak boundaries are taken"
    room.scene.frame_current = 1
    visited = []
    for _ in doubtful:
        assert bpy.ops.assistant_editor.next_uncertain() == {"FINISHED"}
        visited.append(room.scene.frame_current)
    assert visited == doubtful
    bpy.ops.assistant_editor.next_uncertain()
    assert room.scene.frame_current == doubtful[0], "after the last comes the first"


def test_the_file_keeps_everything(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    room.scene.assistant_editor.sensitivity = 0.6
    room.run("auto_edit")
    path = tmp_path / "edit.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    bpy.ops.wm.open_mainfile(filepath=str(path))
    assert room.scene.assistant_editor.sensitivity == pytest.approx(0.6)
    before = room.dump()
    outcome = room.run("auto_edit")
    assert not any(outcome.counts.values())
    assert not room.changed_since(before)
