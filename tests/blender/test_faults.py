"""Whatever happens to the worker: the timeline stays byte for byte, one sentence says what and what to do, and the next job works."""

from __future__ import annotations

import subprocess
from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.errors import CANCELLED, WORKER_DIED, WORKER_GARBAGE, WORKER_HUNG
from assistant_editor.operators import job as job_module
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat, moving, texts, write, write_cuts, write_gaps, write_texts

from tests.blender.breakdown import Breakdown
from tests.blender.cutting_room import CuttingRoom
from tests.ml.faulty_worker import faulty

FAULTS = [
    (("killed_after", "Hello"), WORKER_DIED, "stopped unexpectedly"),
    (("killed_before", "Result"), WORKER_DIED, "stopped unexpectedly"),
    (("killed_before", "Done"), WORKER_DIED, "stopped unexpectedly"),
    (("segfault",), WORKER_DIED, "stopped unexpectedly"),
    (("garbage", "Result"), WORKER_GARBAGE, "not a message"),
    (("holds_gil", "1.0"), WORKER_HUNG, "no progress for 1 seconds"),
]


@pytest.fixture
def laid(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """A film with sound, and no stored results: every run needs the worker."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    room.lay(talkie)
    return room


@pytest.mark.parametrize(("fault", "code", "says"), FAULTS, ids=["-".join(fault) for fault, _code, _says in FAULTS])
def test_a_broken_worker_changes_nothing(laid, worker_python, tmp_path, monkeypatch, fault, code, says) -> None:
    before = laid.dump()
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", faulty(tmp_path, worker_python, *fault))
    with pytest.raises(RuntimeError, match=says):
        laid.run("detect_shots", detector="hash")
    assert desk.error is not None and desk.error.code == code and desk.error.remedy
    assert not laid.changed_since(before)
    assert not desk.running
    assert laid.run("detect_shots", detector="hash").counts["added"]["cut"] > 0


@pytest.mark.parametrize("step", ["Starting", "Opening", "Finding"])
def test_cancelled_at_any_stage(laid: CuttingRoom, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    before = laid.dump()

    class Impatient:
        def __call__(self, job) -> None:
            if job.step.startswith(step):
                desk.cancel()

    with monkeypatch.context() as only:
        only.setattr(job_module, "Terminal", Impatient)
        with pytest.raises(AssertionError):
            laid.run("detect_shots")
    assert desk.error is not None and desk.error.code == CANCELLED
    assert not laid.changed_since(before)
    assert laid.run("detect_shots", detector="hash").counts["added"]["cut"] > 0


def test_an_engine_that_fails_leaves_the_others_work(laid, models_folder, tmp_path, monkeypatch) -> None:
    """Without speech model: the film is cut all the same, and the model's name and remedy are said."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "transnetv2").symlink_to(models_folder / "transnetv2", target_is_directory=True)
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(models))
    outcome = laid.run("auto_edit")
    assert outcome.partial
    assert laid.cuts() and not laid.captions()
    assert any("tiny.en" in notice and "preferences" in notice for notice in outcome.notices)


def test_a_breakdown_anywhere_in_the_writer_leaves_nothing_or_one_undo_step(room, talkie, monkeypatch) -> None:
    room.lay(talkie)
    bpy.ops.ed.undo_push(message="laid out")
    room.run("auto_edit", detector="hash", write_as="both", sensitivity=0.4, minimum_seconds=0.0, max_characters=20, max_lines=1)
    assert room.captions()
    options = {"detector": "hash", "write_as": "both", "sensitivity": 0.9, "minimum_seconds": 1.0, "max_characters": 42}
    before = room.dump()
    breakdown = Breakdown(monkeypatch, write, write_cuts, write_gaps, write_texts, texts, moving, compat)
    whole = room.run("auto_edit", **options)
    assert all(whole.counts[what] for what in ("added", "updated", "removed")), whole.counts
    count = breakdown.lines
    bpy.ops.ed.undo()
    assert not room.changed_since(before)
    ends = {"taken back": 0, "undone": 0}
    for number in sorted({1, 2, 3, *range(4, count, max(1, count // 40)), count - 1, count}):
        breakdown.at = number
        with pytest.raises(RuntimeError, match="breakdown") as caught:
            room.run("auto_edit", **options)
        if "Press Ctrl+Z once to bring everything back" in str(caught.value):
            bpy.ops.ed.undo()
            ends["undone"] += 1
        else:
            assert "Nothing was changed" in str(caught.value)
            ends["taken back"] += 1
        assert not room.changed_since(before), f"line {number} of {count}"
    assert all(ends.values()), ends
    assert room.run("auto_edit", **options).counts == whole.counts


def test_no_room_for_stored_results_costs_no_result(laid: CuttingRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk that should hold the results is full: everything is written all the same, and the user is told once."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        folder.rmdir()
        folder.write_text("whoever may not mount a small disk meets one that is no folder")
    try:
        monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(folder))
        outcome = laid.run("auto_edit", detector="hash")
        assert laid.cuts() and laid.captions()
        (notice,) = [notice for notice in outcome.notices if "stored" in notice or "store" in notice]
        assert str(folder) in notice
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", str(folder)], check=True)
