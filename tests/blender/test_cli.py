"""The command line: the same operators, files that are whole, and exit codes that mean something."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.operators import job as job_module
from assistant_editor.operators.calling import options_of
from assistant_editor.operators.caption_verbs import EDITS

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom


def test_one_command_cuts_captions_saves_and_tells(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch, capfd) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    room.lay(talkie)
    files = {name: str(tmp_path / name) for name in ("edit.blend", "result.json", "edit.srt")}
    arguments = ["auto-edit", "--strip", "film", "--strip", "sound", "--options", "sensitivity=0.5", "max_characters=32"]
    arguments += ["--save", files["edit.blend"], "--json", files["result.json"], "--srt", files["edit.srt"]]
    assert cli.main(arguments) == 0
    told = json.loads(Path(files["result.json"]).read_text(encoding="utf-8"))
    assert told["schema"] == "assistant_editor.result/1"
    assert told["state"] == "done"
    cuts = sorted(row["frame"] for row in told["edits"] if row["kind"] == "cut")
    assert cuts == room.cuts()
    assert all(0 <= row["confidence"] <= 1 and row["reason"] and row["status"] == "added" for row in told["edits"])
    captions = sorted((row["frames"]["start"], row["frames"]["end"], row["text"]) for row in told["edits"] if row["kind"] == "caption")
    assert captions == room.captions()
    assert max(len(line) for *_frames, text in captions for line in text.splitlines()) <= 32
    assert told["counts"]["added"] == {"cut": len(cuts), "caption": len(captions)}
    assert Path(files["edit.srt"]).read_text(encoding="utf-8").startswith("1\n00:00:")
    assert not list(tmp_path.glob("*.part"))
    bpy.ops.wm.open_mainfile(filepath=files["edit.blend"])
    assert room.cuts() == cuts
    captured = capfd.readouterr()
    assert "Auto Edit:" in captured.err
    assert "%" in captured.err


def test_again_says_that_everything_stands(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    assert cli.main(["shots"]) == 0
    target = tmp_path / "again.json"
    assert cli.main(["shots", "--json", str(target)]) == 0
    told = json.loads(target.read_text(encoding="utf-8"))
    assert {row["status"] for row in told["edits"]} == {"standing"}
    assert told["counts"]["added"] == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required: VERB"),
        (["dance"], "invalid choice: 'dance'.*shots.*captions"),
        (["shots", "--strip", ""], "--strip needs the name of a strip"),
        (["shots", "--json", ""], "--json needs a file"),
        (["shots", "--options", "sensitivity"], "expected KEY=VALUE.*sensitivity"),
        (["shots", "--options", "sharpness=1"], "no option 'sharpness'.*detector.*sensitivity"),
        (["shots", "--options", "detector=eye"], "cannot be 'eye'.*transnetv2, adaptive, content, hash"),
        (["shots", "--options", "sensitivity=2"], r"between 0 and 0\.95"),
        (["shots", "--options", "sensitivity=much"], "cannot be 'much'.*a number"),
        (["captions", "--options", "position=0.5"], "needs 2 numbers"),
        (["captions", "--options", "box=perhaps"], "true or false"),
        (["shots", "--json", "-"], "needs a file"),
        (["shots", "--wrong"], "--wrong"),
        (["models", "get"], "name of a model"),
        (["backend", "install", "--variant", "abacus"], "no variant 'abacus'.*auto, cpu"),
    ],
)
def test_wrong_usage_says_what_there_is(room: CuttingRoom, talkie: Path, capfd, arguments, says) -> None:
    import re

    room.lay(talkie)
    before = room.dump()
    assert cli.main(arguments) == 2
    assert re.search(says, capfd.readouterr().err.replace("\n", " "))
    assert not room.changed_since(before)


def test_help_is_no_error(room: CuttingRoom, capfd) -> None:
    assert cli.main(["--help"]) == 0
    assert cli.main(["shots", "--help"]) == 0
    assert "7 refused" in capfd.readouterr().err


def test_bad_input(room: CuttingRoom, talkie: Path, tmp_path: Path, capfd) -> None:
    assert cli.main(["shots"]) == 3
    room.lay(talkie)
    assert cli.main(["shots", "--strip", "nobody"]) == 3
    stage.add_movie(room.scene, tmp_path / "gone.mp4", 400, 5, "gone")
    assert cli.main(["shots", "--strip", "gone"]) == 3
    assert "gone.mp4" in capfd.readouterr().err
    assert cli.main(["shots", "--json", str(tmp_path / "nowhere" / "x.json")]) == 3


@pytest.mark.parametrize("option", ["--json", "--save", "--srt"])
def test_where_nothing_can_be_written_is_said_before_the_work(room: CuttingRoom, talkie: Path, tmp_path: Path, capfd, option) -> None:
    room.lay(talkie)
    before = room.dump()
    assert cli.main(["auto-edit", option, str(tmp_path / "nowhere" / "file")]) == 3
    assert "no folder" in capfd.readouterr().err
    assert cli.main(["auto-edit", option, str(tmp_path)]) == 3
    assert "is a folder" in capfd.readouterr().err
    assert not room.changed_since(before)


def test_backend_or_model_missing(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch, capfd) -> None:
    room.lay(talkie)
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    with monkeypatch.context() as only:
        only.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path))
        assert cli.main(["shots"]) == 4
    with monkeypatch.context() as only:
        only.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
        assert cli.main(["shots"]) == 4
    with monkeypatch.context() as only:
        only.delenv("ASSISTANT_EDITOR_WORKER_PYTHON")
        assert cli.main(["shots"]) == 4
        assert cli.main(["backend"]) == 4
    assert "Traceback" not in capfd.readouterr().err
    assert not room.cuts()


def test_ctrl_c_cancels(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch) -> None:
    room.lay(talkie)
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))
    before = room.dump()

    class Impatient:
        def __call__(self, job) -> None:
            if job.step.startswith("Opening"):
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(job_module, "Terminal", Impatient)
    assert cli.main(["shots"]) == 5
    assert not room.changed_since(before)


def test_done_in_part(room: CuttingRoom, talkie: Path, models_folder: Path, tmp_path: Path, monkeypatch) -> None:
    """Without a speech model the film is cut all the same."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "transnetv2").symlink_to(models_folder / "transnetv2", target_is_directory=True)
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    room.lay(talkie)
    target = tmp_path / "part.json"
    assert cli.main(["auto-edit", "--json", str(target)]) == 6
    assert json.loads(target.read_text(encoding="utf-8"))["state"] == "partial"
    assert room.cuts()


def test_an_unreadable_film_beside_a_good_one_is_done_in_part(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    stage.add_movie(room.scene, tmp_path / "gone.mp4", 400, 5, "gone")
    room.select()
    target = tmp_path / "part.json"
    assert cli.main(["auto-edit", "--json", str(target)]) == 6
    told = json.loads(target.read_text(encoding="utf-8"))
    assert [notice for notice in told["notices"] if "gone.mp4" in notice]
    assert room.cuts() and room.captions()


def test_a_silent_film_is_done_for_shots_and_bad_input_for_captions(room: CuttingRoom, media_folder: Path, tmp_path: Path) -> None:
    room.lay(media_folder / "bikes.mp4", sound=False)
    target = tmp_path / "silent.json"
    assert cli.main(["auto-edit", "--json", str(target)]) == 0
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["state"] == "done"
    assert "bikes.mp4 has pictures but no sound." in told["notices"]
    assert cli.main(["captions"]) == 3


def test_locked_is_refused(room: CuttingRoom, talkie: Path, capfd) -> None:
    room.lay(talkie)
    room.strips["sound"].lock = True
    assert cli.main(["shots", "--strip", "film"]) == 7
    assert "'sound' is locked" in capfd.readouterr().err


def test_models_and_backend_are_told(room: CuttingRoom, worker_python: str, tmp_path: Path, capfd) -> None:
    assert cli.main(["models", "--json", str(tmp_path / "models.json")]) == 0
    rows = {row["name"]: row for row in json.loads((tmp_path / "models.json").read_text(encoding="utf-8"))["models"]}
    assert rows["transnetv2"]["state"] == "installed"
    assert rows["transnetv2"]["licence"] == "MIT"
    assert cli.main(["models", "verify", "transnetv2"]) == 0
    assert cli.main(["models", "verify", "whisper-gigantic"]) == 3
    assert cli.main(["backend", "--json", str(tmp_path / "backend.json")]) == 0
    assert json.loads((tmp_path / "backend.json").read_text(encoding="utf-8"))["python"] == worker_python


def test_analyse_writes_facts(room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    target = tmp_path / "facts.json"
    assert cli.main(["analyse", "--json", str(target)]) == 0
    facts = json.loads(target.read_text(encoding="utf-8"))["facts"]
    assert {row["engine"] for row in facts} == {"shots", "transcript"}
    assert all(row["path"] == str(talkie) for row in facts)
    assert not room.cuts()


def test_subtitles_in_and_out(room: CuttingRoom, tmp_path: Path, capfd) -> None:
    source = tmp_path / "in.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i>\n", encoding="utf-8")
    files = {name: str(tmp_path / name) for name in ("out.ttml", "result.json", "edit.blend")}
    arguments = ["--in", str(source), "--out", files["out.ttml"], "--json", files["result.json"], "--save", files["edit.blend"]]
    assert cli.main(["subtitles", *arguments]) == 0
    assert room.captions() == [(26, 51, "Hello")]
    assert 'begin="25f" end="50f"' in Path(files["out.ttml"]).read_text(encoding="utf-8")
    assert json.loads(Path(files["result.json"]).read_text(encoding="utf-8"))["counts"]["added"] == {"caption": 1}
    assert Path(files["edit.blend"]).stat().st_size
    assert cli.main(["subtitles", "--in", str(source), "--encoding", "klingon"]) == 2
    assert cli.main(["subtitles"]) == 2
    assert cli.main(["subtitles", "--in", str(tmp_path / "none.srt")]) == 3
    assert cli.main(["subtitles", "--out", str(tmp_path / "a.docx")]) == 3
    assert cli.main(["subtitles", "--out", str(tmp_path / "nowhere" / "a.srt")]) == 3
    assert "Traceback" not in capfd.readouterr().err


README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"--command assistant_editor ([^\n`]+)", README) + re.findall(r"`(captions --options [^`]+)`", README)


@pytest.mark.parametrize("line", SHOWN)
def test_commands_of_the_readme_are_understood(line: str) -> None:
    given = cli.parser().parse_args(shlex.split(line))
    pairs = getattr(given, "options", [])
    if pairs:
        name = EDITS[given.action] if given.verb == "edit-captions" else cli.VERBS[given.verb]
        assert len(options_of(given.verb, getattr(bpy.ops.assistant_editor, name), pairs)) == len(pairs)


@pytest.mark.parametrize(("name", "arguments"), re.findall(r"bpy\.ops\.assistant_editor\.(\w+)\(([^)]*)\)", README))
def test_calls_of_the_readme_name_what_there_is(name: str, arguments: str) -> None:
    known = {p.identifier for p in getattr(bpy.ops.assistant_editor, name).get_rna_type().properties}
    assert set(re.findall(r"(\w+)=", arguments)) <= known
