"""The caption list end to end: what is listed, every edit as a user makes it, and that later runs keep to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, STALE, USAGE
from assistant_editor.ml.facts import TranscriptOptions
from assistant_editor.operators import caption_shelf, dictionaries, keys, spelling, spoken, work
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.tags import tag_of
from assistant_editor.timeline.visual import visual

from tests.blender import stage
from tests.blender.caption_bench import SAID, CaptionBench, remember
from tests.blender.shot_bench import Bench

shelf = caption_shelf.shelf


@pytest.fixture
def desk_of_captions(bench: Bench) -> Iterator[CaptionBench]:
    remember(bench.cache, bench.film)
    shelf.clear()
    shelf.fill()
    group = bpy.context.window_manager.assistant_editor_captions
    group.active, group.search, group.show, group.find, group.regex = 0, "", "ALL", "", False
    yield CaptionBench(bench.room, bench.film, bench.cache)
    shelf.clear()
    shelf.fill()


@pytest.fixture
def bed(desk_of_captions: CaptionBench) -> CaptionBench:
    """Three captions, and the list of them."""
    bed = desk_of_captions
    bed.caption()
    assert bed.texts() == list(SAID)
    bed.call("refresh_captions")
    return bed


def refused(bed: CaptionBench, name: str, code: str, match: str, **options: Any) -> None:
    before = bed.room.dump()
    with pytest.raises(RuntimeError, match=match):
        bed.call(name, **options)
    assert desk.error is not None and desk.error.code == code
    assert not bed.room.changed_since(before)


def again(bed: CaptionBench, **options: Any) -> None:
    """Two more runs, which are to change nothing that the editor did."""
    bed.caption(**options)
    bed.caption(**options)


def tagged_words(bed: CaptionBench) -> dict[str, Any]:
    found = {}
    for strip in bed.room.strips:
        tag = tag_of(strip) if strip.type == "TEXT" else None
        found.update({word.text.strip(): word for word in tag.words} if tag is not None else {})
    return found


def test_the_list_shows_what_stands(bed: CaptionBench) -> None:
    first, _second, _third = bed.rows
    assert (first.shown.replace(" | ", " "), first.kind, first.doubtful) == (SAID[0], "caption", 1)
    assert first.frame_in == stage.extent(bed.room.strips[first.name])[0]
    assert first.characters == len(SAID[0]) and first.speed > 0
    assert [row.doubtful for row in bed.rows] == [1, 1, 0]
    assert bed.group.line_1 == bed.room.strips[first.name].text.split("\n")[0]
    bed.room.scene.assistant_editor.max_speed = 10.0
    bed.call("refresh_captions")
    assert bed.rows[0].problems == 1 and "characters a second" in " ".join(shelf.rows[0].flaws)


def test_ones_own_text_strips_are_listed_as_such(bed: CaptionBench) -> None:
    compat.new_text(bed.room.strips, "Title", 20, 10, 60).text = "My title"
    bed.call("refresh_captions")
    assert [(row.kind, row.shown) for row in bed.rows if row.kind != "caption"] == [("own", "My title")]


def test_a_change_of_text_is_noticed_and_nothing_else_costs(bed: CaptionBench, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, made = bed.room.scene, []
    was = shelf.make
    monkeypatch.setattr(shelf, "make", lambda scene: (made.append(1), was(scene)))
    shelf.up_to_date(scene)
    assert not made
    bed.room.strips[bed.name(0)].text = "Something else"
    shelf.up_to_date(scene)
    assert len(made) == 1 and bed.rows[0].shown == "Something else"
    scene.assistant_editor.word_line = 0.95
    shelf.up_to_date(scene)
    assert len(made) == 2 and bed.rows[2].doubtful == 4


def test_choosing_a_row_goes_there_and_shows_its_lines(bed: CaptionBench) -> None:
    bed.choose(1)
    assert bed.room.scene.frame_current == bed.rows[1].frame_in
    assert bed.group.line_1 == SAID[1]


@pytest.mark.parametrize("undo", [True, False])
def test_a_corrected_text_keeps_its_times_through_later_runs(bed: CaptionBench, undo: bool) -> None:
    before = tagged_words(bed)
    bpy.ops.ed.undo_push(message="captioned")
    stood = bed.room.dump()
    bed.call("edit_caption", text="One two tree four\nfive six seven.")
    assert bed.room.strips[bed.name(0)].text == "One two tree four\nfive six seven."
    assert bed.rows[0].shown == "One two tree four | five six seven." and bed.rows[0].doubtful == 0
    words = tagged_words(bed)
    assert (words["tree"].start, words["tree"].end) == (before["three"].start, before["three"].end) and words["tree"].confidence == 1.0
    if undo:
        bpy.ops.ed.undo()
        assert not bed.room.changed_since(stood)
        shelf.up_to_date(bed.room.scene)
        assert bed.rows[0].doubtful == 1
        return
    again(bed)
    assert bed.texts()[0] == "One two tree four five six seven."
    again(bed, font_size=0.08)
    assert bed.texts() == ["One two tree four five six seven.", *SAID[1:]]
    assert tagged_words(bed)["tree"].start == before["three"].start, "a new look keeps the corrected words"


def test_typing_into_a_row_is_one_step_of_undo(bed: CaptionBench) -> None:
    bpy.ops.ed.undo_push(message="captioned")
    bed.rows[1].shown = "Eight nine | ten eleven twelve."
    assert bed.room.strips[bed.name(1)].text == "Eight nine\nten eleven twelve."
    bpy.ops.ed.undo()
    assert bed.texts() == list(SAID)


def test_typing_a_line_keeps_the_other_lines(bed: CaptionBench) -> None:
    bed.choose(2)
    bed.group.line_2 = "and seventeen"
    assert bed.room.strips[bed.name(2)].text == f"{SAID[2]}\nand seventeen"
    bed.group.line_1 = ""
    assert bed.room.strips[bed.name(2)].text == "and seventeen"
    assert (bed.group.line_1, bed.group.line_2) == ("and seventeen", "")


def test_what_is_refused_leaves_the_row_as_it_stands(bed: CaptionBench) -> None:
    bed.room.strips[bed.name(0)].lock = True
    bed.rows[0].shown = "Nothing of this"
    assert desk.error is not None and desk.error.code == LOCKED
    assert bed.rows[0].shown.replace(" | ", " ") == SAID[0] and bed.texts() == list(SAID)


def test_what_was_typed_for_another_text_is_not_written(bed: CaptionBench) -> None:
    bed.room.strips[bed.name(0)].text = "Typed elsewhere"
    bed.rows[0].shown = "Meant for what stood before"
    assert bed.texts()[0] == "Typed elsewhere" == bed.rows[0].shown
    assert desk.error is not None and desk.error.code == STALE
    bed.rows[0].shown = "Meant for this"
    assert bed.texts()[0] == "Meant for this"


def test_a_bar_of_the_texts_own_is_no_line_break(bed: CaptionBench) -> None:
    bed.call("edit_caption", text="a|b\nc")
    assert bed.rows[0].shown == "a¦b | c"
    bed.rows[0].shown = "a¦b | d"
    assert bed.room.strips[bed.name(0)].text == "a|b\nd"


@pytest.mark.parametrize(
    ("typed", "stands"), [("Wow 👩‍👩‍👧🎉 yes", "Wow 👩‍👩‍👧🎉 yes"), ("be\x07ll\x00 \x1b[1m", "bell [1m"), ("a\r\nb\rc", "a\nb\nc")]
)
def test_emoji_stay_and_control_characters_go(bed: CaptionBench, typed: str, stands: str) -> None:
    bed.call("edit_caption", text=typed.replace("\x00", ""))
    assert bed.room.strips[bed.name(0)].text == stands
    again(bed)
    assert bed.room.strips[bed.name(0)].text == stands


def test_ten_thousand_characters_are_kept_or_refused_in_words(bed: CaptionBench) -> None:
    long = "word " * 2000
    if compat.TEXT_BYTES:
        refused(bed, "edit_caption", BAD_INPUT, "takes 9999 bytes; this Blender keeps 511", text=long)
        return
    bed.call("edit_caption", text=long)
    assert bed.room.strips[bed.name(0)].text == long.strip()
    assert {problem.rule for problem in shelf.rows[0].problems} >= {"characters", "speed"}
    bed.caption()
    assert bed.room.strips[bed.name(0)].text == long.strip()


def test_nothing_is_no_text(bed: CaptionBench) -> None:
    refused(bed, "edit_caption", BAD_INPUT, "needs text", text=" \n ")


def test_splitting_at_the_playhead_gives_each_half_its_words(bed: CaptionBench) -> None:
    start, end = stage.extent(bed.room.strips[bed.name(0)])
    before = tagged_words(bed)
    bpy.ops.ed.undo_push(message="captioned")
    stood = bed.room.dump()
    bed.room.scene.frame_current = start + 24
    bed.call("split_caption")
    assert bed.texts()[:2] == ["One two three four", "five six seven."]
    (left, right) = (stage.extent(bed.room.strips[bed.name(number)]) for number in (0, 1))
    assert (left[0], right[1]) == (start, end)
    assert right[0] == 1 + round(float(before["five"].start) * 25) and left[1] == right[0] - 2
    assert tagged_words(bed) == before
    assert [row.shown for row in bed.rows][:2] == ["One two three four", "five six seven."]
    bpy.ops.ed.undo()
    assert not bed.room.changed_since(stood)


def test_a_split_caption_stays_split(bed: CaptionBench) -> None:
    bed.call("split_caption", word=4)
    stands = bed.room.captions()
    again(bed)
    assert bed.room.captions() == stands
    again(bed, max_characters=20, font_size=0.08)
    assert bed.room.captions()[:2] == stands[:2]
    looks = {round(strip.font_size, 3) for strip in bed.room.strips if strip.type == "TEXT"}
    assert len(looks) == 1, "its look follows"
    words = " ".join(bed.texts()).split()
    assert words == " ".join(SAID).split()


def test_the_halves_look_as_the_whole_did(bed: CaptionBench) -> None:
    strip = bed.room.strips[bed.name(0)]
    strip.color = (1.0, 0.5, 0.25, 1.0)
    strip.select = False
    bed.call("split_caption", word=2)
    halves = [bed.room.strips[bed.name(number)] for number in (0, 1)]
    assert [tuple(half.color) for half in halves] == [(1.0, 0.5, 0.25, 1.0)] * 2
    assert halves[0].channel == halves[1].channel


def test_a_caption_is_split_where_the_playhead_is_whichever_is_chosen(bed: CaptionBench) -> None:
    bed.choose(0)
    bed.room.scene.frame_current = stage.extent(bed.room.strips[bed.name(1)])[0] + 20
    bed.call("split_caption")
    assert len(bed.texts()) == 4 and bed.texts()[0] == SAID[0]
    bed.room.scene.frame_current = 9000
    refused(bed, "split_caption", USAGE, "no caption at this frame")


def test_merged_captions_stay_merged(bed: CaptionBench) -> None:
    before = tagged_words(bed)
    first, second = (stage.extent(bed.room.strips[bed.name(number)]) for number in (0, 1))
    bpy.ops.ed.undo_push(message="captioned")
    stood = bed.room.dump()
    bed.call("merge_captions")
    assert bed.texts() == [f"{SAID[0]} {SAID[1]}", SAID[2]]
    assert stage.extent(bed.room.strips[bed.name(0)]) == (first[0], second[1])
    assert tagged_words(bed) == before
    stands = bed.room.captions()
    again(bed)
    again(bed, font_size=0.08)
    assert bed.room.captions() == stands
    bed.call("merge_captions", strip=bed.name(0))
    again(bed)
    assert bed.texts() == [" ".join(SAID)]
    refused(bed, "merge_captions", USAGE, "No caption follows", strip=bed.name(0))
    for _ in range(8):
        bpy.ops.ed.undo()
    assert not bed.room.changed_since(stood)


def test_split_and_merged_is_as_it_was(bed: CaptionBench) -> None:
    stands = bed.room.captions()
    bed.call("split_caption", word=3)
    bed.call("merge_captions", strip=bed.name(0))
    assert bed.room.captions() == stands


def test_an_effect_on_a_caption_is_not_taken_apart(bed: CaptionBench) -> None:
    strip = bed.room.strips[bed.name(0)]
    start, end = stage.extent(strip)
    kind = "TRANSFORM" if not stage.NEW else "GAUSSIAN_BLUR"
    stage.add_effect(bed.room.scene, kind, "effect", 25, start, end, **{"input1" if bpy.app.version >= (4, 4) else "seq1": strip})
    refused(bed, "split_caption", BAD_INPUT, "reads caption", word=2)
    refused(bed, "delete_captions", BAD_INPUT, "reads caption", names=strip.name)


def test_shifted_captions_stay_shifted(bed: CaptionBench) -> None:
    before = bed.room.captions()
    bpy.ops.ed.undo_push(message="captioned")
    bed.call("shift_captions", which="ALL", frames=5)
    stands = [(start + 5, end + 5, text) for start, end, text in before]
    assert bed.room.captions() == stands
    again(bed)
    assert bed.room.captions() == stands
    bed.room.scene.frame_current = stands[1][0]
    bed.call("shift_captions", which="AFTER", frames=-1)
    assert [start for start, _end, _text in bed.room.captions()] == [stands[0][0], stands[1][0] - 1, stands[2][0] - 1]


def test_a_shift_never_goes_over_anything(bed: CaptionBench) -> None:
    first, second = bed.name(0), bed.name(1)
    refused(bed, "shift_captions", USAGE, "would meet the next caption", names=first, frames=40)
    channel = bed.room.strips[first].channel
    bed.call("shift_captions", names=first, frames=40, overlap=True)
    assert bed.room.strips[first].channel != channel == bed.room.strips[second].channel
    end = stage.extent(bed.room.strips[bed.name(2)])[1]
    compat.new_text(bed.room.strips, "wall", channel, end + 4, end + 30).text = "x"
    stage.add_effect(bed.room.scene, "COLOR", "paint", channel, end + 40, end + 60)
    refused(bed, "shift_captions", USAGE, "would meet the next caption", names=bed.name(2), frames=8)
    refused(bed, "shift_captions", USAGE, "another strip", names="wall", frames=20, overlap=True)


def test_selected_captions_are_meant_else_the_chosen_one(bed: CaptionBench) -> None:
    before = bed.room.captions()
    bed.room.select(bed.name(2))
    bed.call("shift_captions", frames=4)
    assert [start for start, *_ in bed.room.captions()] == [before[0][0], before[1][0], before[2][0] + 4]
    bed.room.select()
    bed.choose(2)
    bed.call("shift_captions", frames=-4)
    assert bed.room.captions() == before


def test_deleted_captions_stay_deleted(bed: CaptionBench) -> None:
    bpy.ops.ed.undo_push(message="captioned")
    bed.call("delete_captions", names=bed.name(1))
    again(bed)
    again(bed, max_characters=30)
    assert bed.texts() == [SAID[0], SAID[2]]
    assert len(bed.rows) == 2


def test_replacing_keeps_times_and_stays(bed: CaptionBench) -> None:
    before = tagged_words(bed)
    bed.group.find, bed.group.replace = "teen", "TEEN"
    assert shelf.found == "4 in 1 caption"
    bed.group.whole = True
    assert shelf.found == "Nothing found"
    bed.group.whole = False
    bpy.ops.ed.undo_push(message="captioned")
    stood = bed.room.dump()
    bed.call("replace_in_captions")
    assert bed.texts()[2] == "ThirTEEN fourTEEN fifTEEN sixTEEN."
    words = tagged_words(bed)
    assert (words["fifTEEN"].start, words["fifTEEN"].end) == (before["fifteen"].start, before["fifteen"].end)
    bpy.ops.ed.undo()
    assert not bed.room.changed_since(stood)
    bed.call("replace_in_captions", find=r"(\w+) (\w+)", replace=r"\2 \1", regex=True)
    assert bed.texts()[1].startswith("nine Eight")
    bed.choose(0)
    bed.call("replace_in_captions", find="e", replace="E", chosen=True)
    assert "E" in bed.texts()[0] and "E" not in bed.texts()[1].replace("Eight", "")
    again(bed)
    assert bed.texts()[1].startswith("nine Eight")


def test_an_expression_that_cannot_be_read_is_explained(bed: CaptionBench) -> None:
    bed.group.regex = True
    bed.group.find = "("
    assert "no regular expression" in shelf.found
    refused(bed, "replace_in_captions", USAGE, "no regular expression")
    refused(bed, "replace_in_captions", USAGE, "cannot be put in", find="(a|e)", replace=r"\3", regex=True)
    refused(bed, "replace_in_captions", BAD_INPUT, "needs text", find=".", replace="", regex=True)


def test_a_locked_caption_is_refused_before_anything_is_written(bed: CaptionBench) -> None:
    bed.room.strips[bed.name(2)].lock = True
    refused(bed, "replace_in_captions", LOCKED, "is locked", find="e", replace="E")
    refused(bed, "shift_captions", LOCKED, "is locked", which="ALL", frames=3)
    refused(bed, "delete_captions", LOCKED, "is locked", which="ALL")
    bed.room.strips[bed.name(2)].lock = False
    sequence = bed.room.scene.sequence_editor
    sequence.channels[bed.room.strips[bed.name(0)].channel].lock = True
    refused(bed, "split_caption", LOCKED, "is locked", word=2)
    refused(bed, "merge_captions", LOCKED, "is locked", strip=bed.name(0))
    refused(bed, "edit_caption", LOCKED, "is locked", text="x")
    refused(bed, "accept_words", LOCKED, "is locked", strip=bed.name(0))


def test_who_is_meant_must_be_there(bed: CaptionBench) -> None:
    refused(bed, "edit_caption", STALE, "no caption 'nobody'", strip="nobody", text="x")
    refused(bed, "edit_caption", USAGE, "no caption at this frame", frame=9000, text="x")
    shelf.clear()
    refused(bed, "edit_caption", USAGE, "No caption is chosen", text="x")


def test_what_is_to_be_looked_at_is_gone_through_and_selected(bed: CaptionBench) -> None:
    scene = bed.room.scene
    scene.frame_current = 1
    visited = []
    for way in ("NEXT", "NEXT", "NEXT", "PREVIOUS"):
        bed.call("step_caption", way=way, what="DOUBT")
        visited.append(scene.frame_current)
        active = scene.sequence_editor.active_strip
        assert active.type == "TEXT" and [strip.name for strip in bed.room.strips if strip.select] == [active.name]
    starts = [row.frame_in for row in bed.rows]
    assert visited == [starts[0], starts[1], starts[0], starts[1]]
    bed.call("accept_words")
    bed.call("step_caption", what="DOUBT")
    assert scene.frame_current == starts[0]
    bed.call("accept_words")
    again(bed, font_size=0.08)
    shelf.refresh(scene)
    assert shelf.counts["doubtful"] == 0, "what was accepted stays accepted"
    scene.frame_current = 3
    bed.call("step_caption", what="DOUBT")
    assert scene.frame_current == 3


def test_the_list_is_searched_and_narrowed_without_being_worked_out_again(bed: CaptionBench) -> None:
    assert shelf.kept("", "ALL", 1 << 30) == []
    assert shelf.kept("TEN ELEVEN", "ALL", 4) == [0, 4, 0]
    assert shelf.kept("", "DOUBTS", 4) == [4, 4, 0]
    kept = shelf.kept("e", "DOUBTS", 4)
    assert shelf.kept("e", "DOUBTS", 4) is kept


ENGLISH = "one/S\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\nfourteen\nfifteen\n"


def test_words_no_dictionary_knows_are_marked_and_can_be_added(bed: CaptionBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = bed.room.scene.assistant_editor
    (tmp_path / "en_US.dic").write_text(f"12\n{ENGLISH}", encoding="utf-8")
    (tmp_path / "en_US.aff").write_text("SET UTF-8\nSFX S Y 1\nSFX S 0 s .\n", encoding="utf-8")
    monkeypatch.setenv("DICPATH", str(tmp_path))
    monkeypatch.setattr(spelling, "own_words", lambda: tmp_path / "words.txt")
    settings.spell_check = True
    bed.call("refresh_captions")
    assert [shelf.rows[n].misspelt for n in range(3)] == [(), ("eleven", "twelve"), ("Thirteen", "sixteen")]
    assert bed.rows[1].misspelt == 2 and not shelf.note
    bed.call("add_word", word="eleven")
    assert shelf.rows[1].misspelt == ("twelve",)
    bed.call("add_word", word="twelve")
    assert (tmp_path / "words.txt").read_text(encoding="utf-8") == "eleven\ntwelve\n"
    with pytest.raises(RuntimeError, match="One word"):
        bed.call("add_word", word="two words")
    settings.dictionary = str(tmp_path / "nothing.dic")
    shelf.up_to_date(bed.room.scene)
    assert "no dictionary" in shelf.note and not shelf.rows[2].misspelt
    settings.dictionary = "xx_XX"
    shelf.up_to_date(bed.room.scene)
    assert "There is no dictionary for 'xx_XX'" in shelf.note


def test_the_language_is_the_options_or_else_the_transcripts(bed: CaptionBench) -> None:
    settings = bed.room.scene.assistant_editor
    assert spoken.chosen(settings) == "en"
    settings.model = "base"
    assert spoken.chosen(settings) == "" and not spoken.languages(work.look(bed.room.scene), settings)
    remember(bed.cache, bed.film, TranscriptOptions(model="base"), "de")
    assert list(spoken.languages(work.look(bed.room.scene), settings).values()) == ["de"]
    settings.language = "FR"
    assert list(spoken.languages(work.look(bed.room.scene), settings).values()) == ["fr"]


def test_a_dictionary_is_found_by_name_and_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionaries, "_PLACES", {})
    for name in ("de_AT", "de_DE", "fr"):
        (tmp_path / f"{name}.dic").write_text("0\n", encoding="utf-8")
        (tmp_path / f"{name}.aff").write_text("SET UTF-8\n", encoding="utf-8")
    (tmp_path / "it.dic").write_text("0\n", encoding="utf-8")
    monkeypatch.setenv("DICPATH", str(tmp_path))
    assert sorted(dictionaries.installed()) == ["de_AT", "de_DE", "fr"], "one without its .aff file is none"
    assert [dictionaries.choose(*wanted).stem for wanted in (("", "de"), ("de-at", ""))] == ["de_DE", "de_AT"]
    assert dictionaries.choose(str(tmp_path / "fr.dic"), "de").stem == "fr"
    (tmp_path / "fr.aff").write_bytes(b"SET nonsense-8\n")
    with pytest.raises(Exception, match="cannot be read"):
        dictionaries.load(tmp_path / "fr.dic")


def test_ones_own_words_are_kept_in_the_extensions_folder() -> None:
    assert spelling.own_words().parent.is_dir() and spelling.own_words().name == "words.txt"


def test_five_thousand_captions(desk_of_captions: CaptionBench) -> None:
    bed = desk_of_captions
    bed.many(5000)
    bed.call("refresh_captions")
    assert len(bed.rows) == 5000 and shelf.counts["doubtful"] == 50
    assert len(shelf.kept("word3", "DOUBTS", 1)) == 5000
    assert shelf.kept("word3", "DOUBTS", 1) is shelf.kept("word3", "DOUBTS", 1)
    item = bed.group.rows[2500].as_pointer()
    bed.call("edit_caption", strip=bed.rows[2500].name, text="changed here")
    assert bed.group.rows[2500].shown == "changed here"
    assert bed.group.rows[2500].as_pointer() == item, "rows are changed in place"
    bed.room.scene.frame_current = bed.rows[2500].frame_in
    bed.call("shift_captions", which="AFTER", frames=3)
    assert bed.group.rows[2499].frame_in == 2499 * 50 + 1 and bed.group.rows[4999].frame_in == 4999 * 50 + 4
    bed.call("replace_in_captions", find="word6", replace="last")
    assert sum("last" in row.shown for row in bed.group.rows) == 4999


def test_our_keys_for_captions_shadow_none_of_blenders() -> None:
    from tests.blender.test_shot_list import test_our_keys_shadow_none_of_blenders as shadows

    for keymap in ("blender_default", "industry_compatible_data"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(keys, "KEY", keys.CAPTION_KEY)
            shadows(keymap)


def test_the_file_does_not_hold_the_list(bed: CaptionBench, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "captions.blend"), copy=True)
    assert len(bed.rows) == 3


def test_right_to_left_text_is_stored_as_it_is_seen_and_listed_as_it_is_read(bed: CaptionBench) -> None:
    text = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd\n\u05db\u05de\u05d5 \u05ea\u05de\u05d9\u05d3"
    bed.call("edit_caption", text=text)
    strip = bed.room.strips[bed.name(0)]
    assert strip.text == visual(text) != text
    assert shelf.rows[0].text == text and [word.text.strip() for word in shelf.rows[0].words] == text.split()
    bed.call("split_caption", strip=strip.name, word=2)
    assert [row.text for row in shelf.rows[:2]] == text.split("\n")
    again(bed)
    shelf.refresh(bed.room.scene)
    assert [row.text for row in shelf.rows[:2]] == text.split("\n")


def test_a_look_in_capitals_is_no_part_of_the_text(desk_of_captions: CaptionBench) -> None:
    bed = desk_of_captions
    bed.room.scene.assistant_editor.uppercase = True
    bed.caption()
    bed.call("refresh_captions")
    assert shelf.rows[0].text.replace("\n", " ") == SAID[0] and bed.texts()[0] == SAID[0].upper()
    bed.call("edit_caption", text="One two.")
    assert bed.texts()[0] == "ONE TWO." and shelf.rows[0].text == "One two."
    again(bed)
    shelf.refresh(bed.room.scene)
    assert shelf.rows[0].text == "One two."


def highlights(bed: CaptionBench) -> list[tuple[tuple[int, int], str]]:
    found = [strip for strip in bed.room.strips if strip.type == "TEXT" and (tag := tag_of(strip)) is not None and tag.kind == "highlight"]
    return sorted((stage.extent(strip), strip.text.replace("\n", " ")) for strip in found)


def test_highlights_go_along_with_their_captions(desk_of_captions: CaptionBench) -> None:
    bed = desk_of_captions
    bed.caption(motion="word")
    before = highlights(bed)
    assert [text for _frames, text in before] == list(SAID)
    bed.call("refresh_captions")
    captions = [row.name for row in bed.rows]
    assert len(captions) == 3, "highlights are no captions"
    bpy.ops.ed.undo_push(message="captioned")
    stood = bed.room.dump()
    bed.call("edit_caption", strip=captions[1], text="Eight nine tin eleven twelve.")
    assert highlights(bed)[1] == (before[1][0], "Eight nine tin eleven twelve.")
    bpy.ops.ed.undo()
    assert not bed.room.changed_since(stood), "one step"
    bed.call("shift_captions", names=captions[2], frames=4)
    assert highlights(bed)[2][0][0] == before[2][0][0] + 4
    bed.call("split_caption", strip=captions[0], word=3)
    assert [text for _frames, text in highlights(bed)][:2] == ["One two three", "four five six seven."]
    bed.call("merge_captions", strip=captions[0])
    assert [text for _frames, text in highlights(bed)] == list(SAID)
    bed.call("delete_captions", names=captions[1])
    assert [text for _frames, text in highlights(bed)] == [SAID[0], SAID[2]]
    again(bed, motion="word")
    assert [text for _frames, text in highlights(bed)] == [SAID[0], SAID[2]]
    place = highlights(bed)[0][0]
    next(strip for strip in bed.room.strips if stage.extent(strip) == place and strip.name.startswith("Highlight")).lock = True
    bed.call("edit_caption", strip=captions[0], text="One two tree four five six seven.")
    assert "tree" in bed.texts()[0] + bed.texts()[1] and highlights(bed)[0][1] == SAID[0]


def test_one_command_lists_and_others_edit(bed: CaptionBench, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "captions.json")
    assert cli.main(["caption-list", "--json", out]) == 0
    told = json.loads(Path(out).read_text(encoding="utf-8"))
    assert told["schema"] == "assistant_editor.captions/1" and told["counts"]["captions"] == 3
    assert [row["text"].replace("\n", " ") for row in told["captions"]] == list(SAID)
    assert told["captions"][0]["doubtful"][0]["text"].strip() == "three" and "30% confidence" in " ".join(told["captions"][0]["flaws"])
    assert "“nine” was heard with 30% confidence" in capfd.readouterr().err
    bed.room.scene.assistant_editor.word_line = 0.0
    bed.room.scene.assistant_editor.cut_seconds = 0.0
    assert cli.main(["caption-list", "--flawed", "--json", out]) == 0
    assert all(row["problems"] for row in json.loads(Path(out).read_text(encoding="utf-8"))["captions"])

    name = bed.name(0)
    assert cli.main(["edit-captions", "text", "--strip", name, "--options", "text=One two tree four five six seven.", "--json", out]) == 0
    assert "1 caption changed." in capfd.readouterr().err
    assert json.loads(Path(out).read_text(encoding="utf-8"))["captions"][0]["text"].startswith("One two tree")
    assert cli.main(["edit-captions", "split", "--strip", name, "--options", "word=3"]) == 0
    assert cli.main(["edit-captions", "merge", "--strip", name]) == 0
    assert cli.main(["edit-captions", "replace", "--options", "find=tree", "replace=three", "whole=yes"]) == 0
    assert bed.texts() == list(SAID)
    assert cli.main(["edit-captions", "shift", "--strip", bed.name(1), "--strip", bed.name(2), "--options", "frames=1"]) == 0
    assert cli.main(["edit-captions", "delete", "--strip", bed.name(2), "--save", str(tmp_path / "edited.blend")]) == 0
    assert bed.texts() == list(SAID[:2]) and (tmp_path / "edited.blend").is_file()
    assert cli.main(["edit-captions", "replace", "--options", "find=(", "regex=yes"]) == 2
    assert cli.main(["edit-captions", "merge"]) == 2
    assert cli.main(["edit-captions", "split", "--strip", "a", "--strip", "b"]) == 2
    bed.room.strips[bed.name(0)].lock = True
    assert cli.main(["edit-captions", "accept", "--strip", bed.name(0)]) == 7
