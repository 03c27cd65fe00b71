"""`--save`: the whole project or none of it, nobody's work lost, versions kept as Blender keeps them."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import EditorError
from assistant_editor.operators import calling, saving

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A saved project with captions in a file beside it. It is left again afterwards."""
    monkeypatch.setattr(bpy.context.preferences.filepaths, "save_version", 2, raising=False)
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.sequence_editor_create()
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = bpy.context.scene
    (tmp_path / "in.srt").write_text(SRT, encoding="utf-8")
    path = tmp_path / "edit.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    yield path
    bpy.ops.wm.read_homefile(use_empty=True)


def captions_saved(*more: str) -> int:
    return cli.main(["subtitles", "--in", bpy.path.abspath("//in.srt"), "--save", *more])


def test_a_project_is_saved_and_the_older_ones_are_kept(project: Path) -> None:
    before = project.read_bytes()
    assert captions_saved() == 0
    assert saving.whole(project)
    assert project.with_name("edit.blend1").read_bytes() == before
    assert captions_saved() == 0
    assert project.with_name("edit.blend2").read_bytes() == before
    bpy.ops.wm.open_mainfile(filepath=str(project))
    assert len(bpy.context.scene.sequence_editor.strips_all) == 1
    assert not list(project.parent.glob(".*"))


def test_what_is_cut_off_is_told_and_never_takes_the_place_of_the_project(project: Path, monkeypatch, capfd) -> None:
    """Blender 5.2 writes half a file on a full disk, and tells of success."""
    before = project.read_bytes()
    real = saving.whole

    def cut_off(file: Path) -> bool:
        assert real(file)
        os.truncate(file, file.stat().st_size - 200)
        return real(file)

    monkeypatch.setattr(saving, "whole", cut_off)
    assert captions_saved() == 1
    assert "cannot be saved: the disk is full. Free some space" in capfd.readouterr().err
    assert project.read_bytes() == before
    assert sorted(path.name for path in project.parent.iterdir()) == ["edit.blend", "in.srt"]


@pytest.mark.parametrize("compress", [False, True])
def test_a_whole_file_is_told_from_one_that_is_cut_off(tmp_path: Path, compress: bool) -> None:
    path = tmp_path / "some.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True, compress=compress)
    assert saving.whole(path)
    os.truncate(path, path.stat().st_size - 100)
    assert not saving.whole(path)
    os.truncate(path, 0)
    assert not saving.whole(path)


def test_a_project_that_somebody_else_saved_meanwhile_is_left(project: Path, monkeypatch, capfd) -> None:
    real = saving.remember

    def somebody_else() -> None:
        real()
        project.write_bytes(b"their work")

    monkeypatch.setattr(saving, "remember", somebody_else)
    assert captions_saved() == 7
    assert "changed by another program" in capfd.readouterr().err
    assert project.read_bytes() == b"their work"
    assert captions_saved(str(project.with_name("other.blend"))) == 0


def test_a_link_stays_a_link(project: Path, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    there.mkdir()
    (there / "real.blend").write_bytes(b"")
    link = tmp_path / "link.blend"
    link.symlink_to(there / "real.blend")
    assert captions_saved(str(link)) == 0
    assert link.is_symlink()
    assert saving.whole(there / "real.blend")


def test_results_beside_the_project(project: Path) -> None:
    assert cli.main(["caption-list", "--json", "//list.json"]) == 0
    assert project.with_name("list.json").is_file()


def test_a_project_that_cannot_be_opened_is_said_to_be_missing(monkeypatch, capfd) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    monkeypatch.setattr(sys, "argv", ["blender", "-b", "/films/gone.blend", "--command", "assistant_editor", "shot-list"])
    assert cli.main(["shot-list"]) == 3
    assert "/films/gone.blend could not be opened" in capfd.readouterr().err


def test_a_plan_that_is_not_there_is_no_strip_to_relink(project: Path, capfd) -> None:
    assert captions_saved() == 0
    assert cli.main(["silences", "--apply", "nowhere.json"]) == 3
    told = capfd.readouterr().err
    assert "--dry-run --json" in told and "Relink" not in told
    assert cli.main(["silences", "--apply", ""]) == 2
    assert cli.main(["report", "-"]) == 2


def test_whoever_ends_a_pipeline_cancels(monkeypatch, project: Path) -> None:
    before = project.read_bytes()

    def ended(*_args, **_options) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    kept = signal.getsignal(signal.SIGTERM)
    monkeypatch.setitem(cli.caption_verbs.RUNS, "subtitles", ended)
    try:
        assert captions_saved() == 5
    finally:
        signal.signal(signal.SIGTERM, kept)
    assert project.read_bytes() == before


def test_an_interrupt_that_blender_made_a_text_of_is_one_again() -> None:
    class Interrupted(bpy.types.Operator):
        bl_idname = "assistant_editor.interrupted_test"
        bl_label = "Interrupted"

        def execute(self, context):
            raise KeyboardInterrupt

    bpy.utils.register_class(Interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            calling.call(bpy.ops.assistant_editor.interrupted_test, {}, lambda: EditorError("something old"))
    finally:
        bpy.utils.unregister_class(Interrupted)
