"""Editing by text end to end: the transcript listed and as a text, what its edits do to the timeline, and that one undo takes it back."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, STALE, USAGE
from assistant_editor.operators import text_edit, transcript_shelf, work
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.survey import Survey

from tests.blender import stage
from tests.blender.caption_bench import SAID, remember
from tests.blender.cutting_room import CuttingRoom
from tests.blender.shot_bench import Bench
from tests.blender.speech_bench import SpeechBench
from tests.blender.text_bench import TextBench

shelf = transcript_shelf.shelf


@pytest.fixture
def bed(bench: Bench) -> Iterator[TextBench]:
    """Ten seconds of film, three sentences of which are said: 7, 5 and 4 words of a quarter second each."""
    remember(bench.cache, bench.film)
    for text in list(bpy.data.texts):
        bpy.data.texts.remove(text)
    shelf.clear()
    shelf.fill()
    group = bpy.context.window_manager.assistant_editor_transcript
    group.search, group.active = "", 0
    bpy.ops.ed.undo_push(message="ready")
    yield TextBench(bench.room, bench.film, bench.cache)
    shelf.clear()
    shelf.fill()
    for text in list(bpy.data.texts):
        bpy.data.texts.remove(text)


def refused(bed: TextBench, name: str, code: str, match: str, **options: Any) -> None:
    before = bed.room.dump()
    with pytest.raises(RuntimeError, match=match):
        bed.call(name, **options)
    assert desk.error is not None and desk.error.code == code
    assert not bed.room.changed_since(before)


def test_the_transcript_is_listed(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    rows = bpy.context.window_manager.assistant_editor_transcript.rows
    assert (rows[0].frame_in, rows[0].words, rows[0].shown_in) == (13, 7, "00:00:00:12")
    bed.room.strips["sound"].mute = True
    assert bed.lines == []


def test_the_text_has_a_sentence_a_line(bed: TextBench) -> None:
    bed.call("transcript_to_text")
    assert bed.text.name == f"Transcript: {bed.room.scene.name}"
    assert [line for line in bed.text.as_string().splitlines() if line] == list(SAID)


def test_what_is_deleted_is_cut_picture_and_sound_together(bed: TextBench) -> None:
    before = stage.extent(bed.room.strips["film"])
    bed.write("One two four five six seven.", SAID[2])
    bed.call("check_text")
    assert shelf.checked.line.startswith("6 words cut") and bed.pieces("MOVIE") == [before]
    done = bed.call("apply_text")
    assert "6 words cut" in done.line and done.counts["removed"] == {"word": 6}
    assert bed.lines == ["One two four five six seven.", SAID[2]]
    assert bed.pieces("MOVIE") == bed.pieces("SOUND") and len(bed.pieces("MOVIE")) == 3
    assert bed.in_sync()
    assert [line for line in bed.text.as_string().splitlines() if line] == ["One two four five six seven.", SAID[2]]


def test_one_undo_takes_it_back(bed: TextBench) -> None:
    bed.caption()
    bed.write("One two.", SAID[2])
    bpy.ops.ed.undo_push(message="edited")
    before = bed.room.dump()
    edited = bed.text.as_string()
    bed.call("apply_text")
    assert bed.room.changed_since(before)
    bpy.ops.ed.undo()
    assert not bed.room.changed_since(before)
    assert bed.text.as_string() == edited


def test_lines_are_moved(bed: TextBench) -> None:
    bed.write(SAID[2], SAID[0], SAID[1])
    done = bed.call("apply_text")
    assert "1 line moved" in done.line
    assert bed.lines == [SAID[2], SAID[0], SAID[1]]
    assert bed.in_sync()
    assert sum(end - start for start, end in bed.pieces("MOVIE")) == 250


@pytest.mark.parametrize("seed", [5, 10, 14, 16, 17, 31])
def test_whatever_is_edited_plays_reads_and_goes_back(bed: TextBench, seed: int) -> None:
    """Twice in a row words are cut, lines shuffled and divided: sound, captions and ledger agree, and undo brings all of it back."""
    bed.caption()
    bpy.ops.ed.undo_push(message="captioned")
    before, chance = bed.room.dump(), random.Random(seed)
    for _ in range(2):
        rows = [[word for word in line.split() if chance.random() > 0.15] for line in bed.lines]
        chance.shuffle(rows)
        first = rows.pop()
        cut = chance.randrange(len(first) + 1)
        rows = [row for row in (first[:cut], *rows, first[cut:]) if row]
        bed.write(*(" ".join(row) for row in rows))
        bed.call("apply_text")
        wanted = [word for row in rows for word in row]
        assert " ".join(bed.lines).split() == wanted
        assert " ".join(bed.texts()).split() == wanted
        assert bed.in_sync()
        survey = Survey(work.look(bed.room.scene))
        assert {field for entry in survey.captions if entry.things for field in entry.fixed} <= {"text"}
    for _ in range(4):
        bpy.ops.ed.undo()
        if not [told for told in bed.room.changed_since(before) if not told.startswith("/data/texts")]:
            return
    raise AssertionError(bed.room.changed_since(before))


def test_captions_go_along_and_are_corrected(bed: TextBench) -> None:
    bed.caption()
    bed.write(SAID[1].replace("Eight", "Ate").replace(" ten", ""), SAID[0])
    done = bed.call("apply_text")
    assert done.counts["updated"] == {"caption": 1}
    assert bed.texts() == ["Ate nine eleven twelve.", SAID[0]]
    bed.caption()
    assert bed.texts() == ["Ate nine eleven twelve.", SAID[0]]
    assert bed.lines == ["Ate nine eleven twelve.", SAID[0]]


def test_corrections_alone_touch_nothing_but_captions(bed: TextBench) -> None:
    bed.caption()
    bed.room.strips["film"].lock = True
    before = bed.pieces("MOVIE"), bed.pieces("SOUND"), bed.pieces("TEXT")
    bed.write(SAID[0], SAID[1].replace("Eight", "Ate"), SAID[2])
    assert bed.call("apply_text").line == "1 correction."
    assert bed.texts() == [SAID[0], SAID[1].replace("Eight", "Ate"), SAID[2]]
    assert (bed.pieces("MOVIE"), bed.pieces("SOUND"), bed.pieces("TEXT")) == before


def test_words_nobody_said_are_told_and_nothing_is_made_up(bed: TextBench) -> None:
    bed.write(SAID[0], "Something else entirely here.", SAID[1], SAID[2])
    bed.call("check_text")
    assert shelf.checked.notices == ("Line 2: nobody says “Something else entirely here.”.",)
    refused(bed, "apply_text", BAD_INPUT, "Nothing would change")


def test_a_text_of_another_timeline_is_refused_and_kept(bed: TextBench) -> None:
    bed.write(SAID[0], SAID[2])
    compat.set_right(bed.room.strips["sound"], 100)
    refused(bed, "apply_text", STALE, "has changed since the text")
    bed.call("transcript_to_text")
    kept = next(text for text in bpy.data.texts if "(edited)" in text.name)
    assert kept.as_string().split("\n") == [SAID[0], SAID[2]]
    assert [line for line in bed.text.as_string().splitlines() if line] == [SAID[0], SAID[1].replace(" twelve.", "")]


def test_the_text_is_seen_from_its_beginning_or_where_it_was_edited(bed: TextBench) -> None:
    bed.call("transcript_to_text")
    assert bed.text.current_line_index == 0 and len(bed.text.lines) > 2
    bed.text.from_string("\n".join((SAID[0], SAID[2])))
    bed.text.cursor_set(1)
    bed.call("apply_text")
    assert bed.text.current_line_index == 1 and bed.text.as_string().split("\n")[0] == SAID[0]


def test_the_text_opens_in_an_editor_that_is_empty_and_takes_none_from_another() -> None:
    wanted, script = Mock(), Mock()

    def beside(*texts: object) -> list[object]:
        areas = [SimpleNamespace(type="TEXT_EDITOR", spaces=SimpleNamespace(active=SimpleNamespace(text=text))) for text in texts]
        context = SimpleNamespace(area=None, window=SimpleNamespace(screen=SimpleNamespace(areas=areas)))
        text_edit._open(context, wanted)
        return [area.spaces.active.text for area in areas]

    assert beside(script, None, None) == [script, wanted, None]
    assert beside(None, wanted) == [None, wanted] and beside(script) == [script] and beside() == []


def test_without_a_text_or_words_the_remedy_is_told(bed: TextBench) -> None:
    refused(bed, "apply_text", STALE, "Press Transcript to Text")
    bed.call("transcript_to_text")
    bed.text.from_string("\n\n")
    refused(bed, "apply_text", BAD_INPUT, "None of what is said is left")
    bed.room.scene.assistant_editor.model = "base"
    refused(bed, "transcript_to_text", STALE, "Press Transcribe")
    bed.call("refresh_transcript")
    assert "is not known" in shelf.note


def test_a_locked_strip_is_refused_before_anything_changes(bed: TextBench) -> None:
    bed.caption()
    bed.write("One two.", SAID[1].replace("Eight", "Ate"), SAID[2])
    bed.room.strips["film"].lock = True
    refused(bed, "apply_text", LOCKED, "film")
    bed.room.strips["film"].lock = False
    bed.room.strips[bed.name(1)].lock = True
    refused(bed, "apply_text", LOCKED, "locked")


@pytest.mark.parametrize("ripple", ["selected", "lift", "copy"])
def test_every_ripple_mode_cuts_the_words(bed: TextBench, ripple: str) -> None:
    bed.write(SAID[0], SAID[2])
    bed.call("apply_text", ripple=ripple)
    assert bed.lines == [SAID[0], SAID[2]]
    assert bed.in_sync()
    end = max(end for _start, end in bed.pieces("MOVIE"))
    assert end == 251 if ripple == "lift" else end < 251
    muted = [strip for strip in bed.room.strips if strip.mute]
    assert bool(muted) == (ripple == "copy")


def test_music_in_a_channel_that_stays_is_not_cut(bed: TextBench, media_folder: Path) -> None:
    stage.add_sound(bed.room.scene, media_folder / "beckett.wav", 1, 5, "music")
    before = stage.extent(bed.room.strips["music"])
    bed.write(SAID[0], SAID[2])
    bed.call("apply_text", fixed_channels="5")
    assert stage.extent(bed.room.strips["music"]) == before


def test_picked_words_are_cut_kept_and_moved(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    bed.call("pick_word", word=1)
    bed.call("pick_word", word=2, extend=True)
    assert bed.room.scene.frame_current == shelf.known.spoken.words[1].frames.start
    bed.call("cut_words")
    assert bed.lines[0] == "One four five six seven."
    group = bpy.context.window_manager.assistant_editor_transcript
    group.active = 2
    refused(bed, "move_words", USAGE, "are there already", where="BEFORE", first=5, last=10)
    group.active = 0
    bed.call("move_words", where="BEFORE", first=10, last=14)
    assert bed.lines == [SAID[2], "One four five six seven.", SAID[1]]
    group.active = 1
    bed.call("keep_words")
    assert bed.lines == ["One four five six seven."]
    assert bed.in_sync()


def test_moving_to_where_they_are_is_refused(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    refused(bed, "move_words", USAGE, "are there already", where="AFTER")
    refused(bed, "cut_words", USAGE, "no such words", first=4, last=99)


def test_words_picked_before_the_timeline_changed_are_the_same_or_refused(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    group = bpy.context.window_manager.assistant_editor_transcript
    bed.call("pick_word", word=8)
    compat.set_left(bed.room.strips["sound"], 60)
    bed.call("cut_words")
    assert bed.lines == [SAID[1].replace("nine ", ""), SAID[2]]
    bed.call("pick_word", word=0)
    compat.set_left(bed.room.strips["sound"], 120)
    refused(bed, "cut_words", STALE, "not as they were")
    group.active = 0
    bed.room.strips[shelf.rows[0].line.words[0].strip].mute = True
    refused(bed, "cut_words", STALE, "not as they were")


def test_words_are_marked_and_highlighted(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    bed.call("mark_words", first=7, last=12)
    bed.call("mark_words", first=0, last=3, kind="HIGHLIGHT")
    bed.call("mark_words", first=0, last=3, kind="HIGHLIGHT")
    marks = sorted((marker.frame, marker.name) for marker in bed.room.scene.timeline_markers)
    assert [name for _frame, name in marks] == ["Highlight: One two three", "Highlight ends", SAID[1]]
    first, last = shelf.known.spoken.words[0], shelf.known.spoken.words[2]
    assert (marks[0][0], marks[1][0]) == (first.frames.start, last.frames.end)


def test_what_is_looked_for_is_found_and_gone_to(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    group = bpy.context.window_manager.assistant_editor_transcript
    group.search = "t*"
    assert [row.hits for row in group.rows] == [2, 2, 1]
    assert shelf.kept(1) == [1, 1, 1]
    group.search = "nine ten"
    assert shelf.kept(1) == [0, 1, 0]
    bed.call("step_hit")
    assert (group.first, group.last, group.active) == (8, 10, 1)
    assert bed.room.scene.frame_current == shelf.known.spoken.words[8].frames.start
    group.search = "nobody says this"
    bed.call("step_hit")
    group.search = ""
    refused(bed, "step_hit", USAGE, "Nothing is looked for")


def test_a_line_that_the_search_hides_is_not_cut(bed: TextBench) -> None:
    bed.call("refresh_transcript")
    group = bpy.context.window_manager.assistant_editor_transcript
    group.active, group.search = 0, "nine ten"
    assert shelf.chosen_listed() is None
    refused(bed, "cut_words", USAGE, "No words are picked")
    group.active = 1
    assert shelf.chosen_listed() is shelf.rows[1] and shelf.picked() == (shelf.rows[1].first, shelf.rows[1].last)


def test_all_hits_become_a_scene_of_their_own(bed: TextBench) -> None:
    bed.caption()
    assert bed.lines == list(SAID)
    count = len(bpy.data.scenes)
    compat.new_text(bed.room.strips, "Title", 20, 10, 60).text = "My title"
    bed.room.strips["film"].lock = True
    bed.room.strips["film"].keyframe_insert("blend_alpha", frame=20)
    before = bed.room.dump()
    curves = [[tuple(key.co) for key in curve.keyframe_points] for curve in compat.curves(bed.room.scene)]
    group = bpy.context.window_manager.assistant_editor_transcript
    group.search = "t*"
    bed.call("super_cut", handles=3, open=False)
    assert [told for told in bed.room.changed_since(before) if not told.startswith(("/data/actions", "/data/scenes"))] == []
    assert len(bpy.data.scenes) == count + 1
    assert [[tuple(key.co) for key in curve.keyframe_points] for curve in compat.curves(bed.room.scene)] == curves
    made = next(scene for scene in bpy.data.scenes if "t*" in scene.name)
    strips = made.sequence_editor.strips
    assert {strip.type for strip in strips} == {"MOVIE", "SOUND"}
    # two three, ten to twelve, thirteen: handles that meet make one passage.
    pictures, sounds = (sorted(stage.extent(s) for s in strips if s.type == kind) for kind in ("MOVIE", "SOUND"))
    assert len(pictures) == 3 and pictures == sounds
    assert all(one[1] == other[0] for one, other in pairwise(pictures))
    heard = TextBench(bed.room, bed.film, bed.cache)
    heard.room.show(made)
    assert heard.in_sync()
    said = " ".join(heard.lines).lower()
    assert all(word in said for word in ("two three", "ten", "twelve", "thirteen"))
    bpy.data.scenes.remove(made)


def test_undone_the_window_edits_what_the_hits_were_taken_from(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    bpy.context.window_manager.assistant_editor_transcript.search = "two"
    name = bed.room.name
    bpy.ops.ed.undo_push(message="searched")
    bed.call("super_cut")
    assert "two" in compat.edited_scene(bpy.context).name
    for _ in range(2):
        assert bpy.ops.ed.undo() == {"FINISHED"}
        assert compat.edited_scene(bpy.context).name == name and not compat.edits_nothing(bpy.context)
        assert bpy.ops.ed.redo() == {"FINISHED"}
        compat.show_scene(bpy.context, next(scene for scene in bpy.data.scenes if "two" in scene.name))


def test_highlights_become_a_scene_too(bed: TextBench) -> None:
    assert bed.lines == list(SAID)
    refused(bed, "super_cut", USAGE, "Nothing is highlighted", what="HIGHLIGHTS")
    bed.call("mark_words", first=7, last=12, kind="HIGHLIGHT")
    bed.call("super_cut", what="HIGHLIGHTS", everything=True, open=False)
    made = next(scene for scene in bpy.data.scenes if "highlights" in scene.name)
    (picture,) = [stage.extent(strip) for strip in made.sequence_editor.strips if strip.type == "MOVIE"]
    words = shelf.known.spoken.words
    assert picture[1] - picture[0] == words[11].frames.end - words[7].frames.start
    bpy.data.scenes.remove(made)


def test_a_film_without_a_sound_strip_is_heard_itself(bed: TextBench) -> None:
    bed.room.strips.remove(bed.room.strips["sound"])
    bed.write(SAID[0], SAID[2])
    bed.call("apply_text")
    assert bed.lines == [SAID[0], SAID[2]] and len(bed.pieces("MOVIE")) == 2


def test_a_second_microphone_is_cut_along_and_says_nothing_twice(bed: TextBench, media_folder: Path) -> None:
    second = media_folder / "two_cities.wav"
    remember(bed.cache, second)
    stage.add_sound(bed.room.scene, second, 1, 5, "recorder")
    compat.set_right(bed.room.strips["recorder"], 251)
    assert bed.lines == list(SAID)
    bed.write(SAID[0], SAID[2])
    bed.call("apply_text")
    assert bed.lines == [SAID[0], SAID[2]]
    own, other = (
        sorted(stage.extent(strip) for strip in bed.room.strips if strip.channel == channel) for channel in (2, 5)
    )
    assert own == other and len(own) == 2


def test_words_that_are_shown_as_they_are_said_go_along(bed: TextBench) -> None:
    bed.caption(motion="word")
    before = sum(tag.kind == "highlight" for tag in bed.room.tagged().values())
    bed.write(SAID[0], SAID[2])
    bed.call("apply_text")
    tags = bed.room.tagged()
    over = {tag.identity.start for tag in tags.values() if tag.kind == "highlight"}
    assert 0 < sum(tag.kind == "highlight" for tag in tags.values()) < before
    assert over == {tag.identity.start for tag in tags.values() if tag.kind == "caption"}
    bed.caption(motion="word")
    assert {strip.name for strip in bed.room.strips if strip.type == "TEXT"} == set(tags)


def test_an_open_meta_strip_has_a_text_of_its_own(bed: TextBench) -> None:
    for strip in bed.room.strips:
        strip.select = True
    with stage.sequencer(bed.room.scene):
        bpy.ops.sequencer.meta_make()
    assert bed.lines == []
    editor = bed.room.scene.sequence_editor
    editor.display_stack(editor.strips[0])
    bed.write(SAID[0], SAID[2])
    assert ", " in bed.text.name
    bed.call("apply_text")
    assert bed.lines == [SAID[0], SAID[2]]
    refused(bed, "super_cut", USAGE, "A meta strip is open", search="one")


def test_what_is_not_known_is_found_out(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    target = tmp_path / "said.txt"
    assert cli.main(["text-edit", "--export", str(target)]) == 0
    assert "the best of times" in target.read_text(encoding="utf-8")


def test_a_silent_movie_beside_sound_leaves_nothing_undone(bed: TextBench, media_folder: Path, tmp_path: Path, capfd: Any) -> None:
    stage.add_movie(bed.room.scene, media_folder / "bikes.mp4", 1, 7, "b-roll")
    assert cli.main(["text-edit", "--export", str(tmp_path / "said.txt")]) == 0
    assert "left out" not in capfd.readouterr().err


def test_the_command_line_exports_plans_and_applies(bed: TextBench, tmp_path: Path, capfd: Any) -> None:
    script, plan, result = tmp_path / "said.txt", tmp_path / "plan.json", tmp_path / "result.json"
    assert cli.main(["text-edit", "--export", str(script)]) == 0
    text = script.read_text(encoding="utf-8")
    assert text.splitlines()[0].startswith("#") and SAID[1] in text
    script.write_text(text.replace(f"{SAID[1]}\n", ""), encoding="utf-8")
    before = bed.room.dump()
    assert cli.main(["text-edit", "--script", str(script), "--dry-run", "--json", str(plan)]) == 0
    assert not bed.room.changed_since(before)
    data = json.loads(plan.read_text(encoding="utf-8"))
    assert data["schema"] == "assistant_editor.text-edit/1" and data["plan"]["words"] == 5 and len(data["plan"]["cutouts"]) == 1
    channel = bed.room.strips["film"].channel
    bed.room.strips["film"].channel = 9
    assert cli.main(["text-edit", "--apply", str(plan)]) == 7
    bed.room.strips["film"].channel = channel
    assert cli.main(["text-edit", "--apply", str(plan), "--json", str(result)]) == 0
    assert bed.lines == [SAID[0], SAID[2]]
    assert json.loads(result.read_text(encoding="utf-8"))["counts"]["removed"] == {"word": 5}
    assert cli.main(["text-edit", "--script", str(script)]) == 7
    assert "has changed since" in capfd.readouterr().err


def test_the_command_line_says_what_cannot_be(bed: TextBench, tmp_path: Path) -> None:
    none = str(tmp_path / "none.txt")
    assert cli.main(["text-edit"]) == 2
    assert cli.main(["text-edit", "--script", none, "--apply", none]) == 2
    assert cli.main(["text-edit", "--dry-run"]) == 2
    assert cli.main(["text-edit", "--script", none, "--options", f"plan={none}"]) == 2
    assert cli.main(["text-edit", "--script", none]) == 3
    bad = tmp_path / "bad.json"
    bad.write_text('{"schema": "assistant_editor.removals/1"}', encoding="utf-8")
    assert cli.main(["text-edit", "--apply", str(bad)]) == 3


def test_the_command_line_makes_a_super_cut(bed: TextBench, tmp_path: Path) -> None:
    found = tmp_path / "hits.json"
    assert cli.main(["super-cut", "nine ten", "--json", str(found)]) == 0
    data = json.loads(found.read_text(encoding="utf-8"))
    assert [hit["text"] for hit in data["hits"]] == ["nine ten"]
    made = next(scene for scene in bpy.data.scenes if "nine ten" in scene.name)
    assert len(made.sequence_editor.strips) == 2
    name, saved = made.name, tmp_path / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(saved), copy=True)
    with bpy.data.libraries.load(str(saved)) as (there, _wanted):
        assert name in there.scenes, "what nothing uses is not saved"
    bpy.data.scenes.remove(made)
    assert cli.main(["super-cut", "nobody"]) == 2


def test_captions_say_what_is_left_after_removals_and_follow_later_runs(speech: SpeechBench) -> None:
    speech.call("auto_captions", names="sound")
    speech.call("find_silences")
    speech.call("find_fillers", fill_unwritten=False, fill_drawn=False)
    speech.call("accept_removals", above=0.0)
    speech.call("apply_removals")
    said = [text.replace("\n", " ") for _start, _end, text in speech.room.captions()]
    assert "um" not in " ".join(said).split() and " ".join(said).count("the worst of times") == 1
    survey = Survey(work.look(speech.room.scene))
    assert {field for entry in survey.captions if entry.things for field in entry.fixed} == set()
    before = len(speech.room.captions())
    speech.call("auto_captions", names="\n".join(s.name for s in speech.room.strips if s.type == "SOUND"))
    again = [text.replace("\n", " ") for _start, _end, text in speech.room.captions()]
    assert " ".join(again) == " ".join(said) and len(again) <= before
