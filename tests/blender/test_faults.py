"""Whatever happens to the worker: the timeline stays byte for byte, one sentence says what and what to do, and the next job works."""

from __future__ import annotations

from pathlib import Path

import pytest
from assistant_editor.ml.errors import CANCELLED, WORKER_DIED, WORKER_GARBAGE, WORKER_HUNG
from assistant_editor.operators import job as job_module
from assistant_editor.operators.desk import desk

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
