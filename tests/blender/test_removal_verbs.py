"""Cutting speech from the command line: plans that wait in files, what is accepted carried out, and exit codes that mean something."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.operators.removal_shelf import shelf
from assistant_editor.timeline import tags

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom
from tests.blender.speech_bench import SpeechBench


def pieces(speech: SpeechBench, channel: int = 1) -> list[tuple[int, int]]:
    return sorted(stage.extent(strip) for strip in speech.room.strips if strip.channel == channel)


def plan(speech: SpeechBench, folder: Path, *more: str, verb: str = "silences") -> tuple[Path, dict]:
    file = folder / "plan.json"
    assert cli.main([verb, "--dry-run", "--json", str(file), *more]) == 0
    return file, json.loads(file.read_text(encoding="utf-8"))


def test_a_dry_run_changes_nothing_and_says_all(speech: SpeechBench, tmp_path: Path, capfd) -> None:
    before = speech.room.dump()
    _file, told = plan(speech, tmp_path)
    assert not speech.room.changed_since(before)
    assert told["schema"] == "assistant_editor.removals/1" and told["scene"] == speech.room.name and told["rate"] == "25/1"
    assert told["options"]["silence_minimum"] == 0.5 and len(told["removals"]) == 3
    first = told["removals"][0]
    assert first["kind"] == "silence" and first["verdict"] == "open" and 0.5 < first["confidence"] <= 1 and first["reason"]
    assert first["before"] == "It was the best of times" and first["start"] == f"00:00:0{(first['frames']['start'] - 1) // 25}:" + (
        f"{(first['frames']['start'] - 1) % 25:02}"
    )
    assert told["saved_frames"] == sum(one["saved"] for one in told["removals"]) > 0
    assert "3 silences proposed" in capfd.readouterr().err
    _file, told = plan(speech, tmp_path, "--options", "silence_minimum=1.2")
    assert told["options"]["silence_minimum"] == 1.2 and len(told["removals"]) == 1


def test_a_plan_is_carried_out_as_it_was_edited(speech: SpeechBench, tmp_path: Path) -> None:
    whole = stage.extent(speech.room.strips["film"])
    file, told = plan(speech, tmp_path)
    told["removals"][0]["verdict"] = "accepted"
    told["removals"][0]["frames"] = {"start": 60, "end": 70}
    told["removals"][1]["verdict"] = "rejected"
    file.write_text(json.dumps(told), encoding="utf-8")
    result = tmp_path / "result.json"
    assert cli.main(["silences", "--apply", str(file), "--json", str(result)]) == 0
    assert pieces(speech) == pieces(speech, 2) == [(whole[0], 60), (60, whole[1] - 10)]
    done = json.loads(result.read_text(encoding="utf-8"))
    assert done["schema"] == "assistant_editor.result/1" and done["counts"]["removed"] == {"silence": 1}
    assert "00:00:00:10" in done["summary"]
    speech.call("find_silences")
    assert "rejected" in {row.verdict for row in speech.rows}, "what the plan rejects is kept"
    assert cli.main(["silences", "--apply", str(file)]) == 7, "the timeline is another now"


def test_the_sure_ones_are_cut_in_one_go_and_saved(speech: SpeechBench, tmp_path: Path) -> None:
    blend = tmp_path / "cut.blend"
    assert cli.main(["silences", "--accept-above", "0.5", "--save", str(blend)]) == 0
    was = pieces(speech)
    assert len(was) == 3
    name = speech.room.name
    bpy.ops.wm.open_mainfile(filepath=str(blend))
    speech.room.show(bpy.data.scenes[name])
    assert pieces(speech) == was


def test_without_a_word_nothing_is_cut_and_what_was_found_is_kept(speech: SpeechBench, tmp_path: Path, capfd) -> None:
    before = speech.room.dump()
    assert cli.main(["silences", "--json", str(tmp_path / "found.json")]) == 0
    assert not speech.room.changed_since(before) and "nothing was cut" in capfd.readouterr().err
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["summary"].startswith("3 silences proposed")
    assert tags.removals_of(speech.room.scene)[1]


def test_a_verb_leaves_what_another_one_proposed(speech: SpeechBench, tmp_path: Path) -> None:
    speech.call("find_silences")
    speech.call("accept_removals", above=0.0)
    assert cli.main(["fillers", "--accept-above", "0.3", "--options", "fill_unwritten=false", "fill_drawn=false"]) == 0
    assert len(pieces(speech)) == 2, "one um is gone, the accepted silences stand"
    assert [row.kind for row in speech.rows] == ["silence"] * 3
    assert cli.main(["takes", "--dry-run"]) == 0


def test_ways_to_close_up(speech: SpeechBench) -> None:
    whole = stage.extent(speech.room.strips["film"])
    assert cli.main(["silences", "--accept-above", "0", "--ripple", "lift"]) == 0
    assert pieces(speech)[-1][1] <= whole[1] and len(pieces(speech)) == 3 and pieces(speech)[1][0] > pieces(speech)[0][1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--apply", "x.json", "--dry-run"], "--apply and --dry-run cannot go together"),
        (["--apply", "x.json", "--strip", "film"], "--apply and --strip"),
        (["--apply", "x.json", "--options", "model=tiny.en"], "--apply and --options"),
        (["--dry-run", "--save", "x.blend"], "--dry-run and --save"),
        (["--accept-above", "3"], "between 0 and 1, not 3"),
        (["--accept-above", "much"], "invalid float"),
        (["--ripple", "wave"], "invalid choice: 'wave'"),
        (["--options", "loudness=3"], "no option 'loudness'"),
    ],
)
def test_wrong_usage(speech: SpeechBench, arguments: list[str], says: str, capfd) -> None:
    before = speech.room.dump()
    assert cli.main(["silences", *arguments]) == 2
    assert says in capfd.readouterr().err
    assert not speech.room.changed_since(before)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "There is no file"),
        ("{", "line 1, column 2"),
        ("[]", "no plan"),
        ('{"schema": "assistant_editor.removals/9"}', "version 9"),
    ],
)
def test_files_that_are_no_plan(speech: SpeechBench, tmp_path: Path, text: str | None, says: str, capfd) -> None:
    file = tmp_path / "plan.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert cli.main(["silences", "--apply", str(file)]) == 3
    assert says in capfd.readouterr().err


def test_a_field_that_does_not_fit_is_named(speech: SpeechBench, tmp_path: Path, capfd) -> None:
    file, told = plan(speech, tmp_path)
    told["removals"][2]["verdict"] = "perhaps"
    file.write_text(json.dumps(told), encoding="utf-8")
    assert cli.main(["silences", "--apply", str(file)]) == 3
    assert "removals[2].verdict" in capfd.readouterr().err


def test_a_locked_strip_is_refused(speech: SpeechBench, tmp_path: Path) -> None:
    file, _told = plan(speech, tmp_path)
    speech.room.strips["sound"].lock = True
    before = speech.room.dump()
    assert cli.main(["silences", "--apply", str(file), "--accept-above", "0"]) == 7
    assert not speech.room.changed_since(before)


def test_no_strips(room: CuttingRoom) -> None:
    shelf.clear()
    assert cli.main(["silences"]) == 3
