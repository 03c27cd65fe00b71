"""The modal job as far as it goes without a window's events: started, refused twice, cancelled, and gone with its file."""

from __future__ import annotations

import time
from pathlib import Path

import bpy
import pytest
from assistant_editor import preferences
from assistant_editor.operators import work
from assistant_editor.operators.desk import desk
from assistant_editor.panels.main import left
from assistant_editor.timeline.requests import Asked, Meant

from tests.blender.cutting_room import CuttingRoom


@pytest.fixture
def running(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """Detect Shots has started its job, as a press of its button does; a window's events are all that is missing."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))
    room.lay(talkie)
    desk.claim("Detect Shots")
    desk.job = work.job(preferences.backend(bpy.context), work.look(room.scene), Asked({"shots": (Meant("film"),)}, {"shots": {}}))
    desk.job.start()
    assert desk.running
    return room


def ended(job) -> str:
    deadline = time.monotonic() + 30
    while job.poll() == "running" and time.monotonic() < deadline:
        time.sleep(0.01)
    return job.state


def test_a_second_start_says_so_and_disturbs_nothing(running: CuttingRoom) -> None:
    job = desk.job
    with pytest.raises(RuntimeError, match=r"Detect Shots is still running\. Wait for it, or press Cancel"):
        running.run("auto_captions")
    assert desk.job is job and desk.running
    assert ended(job) == "done"


def test_the_cancel_button_ends_it(running: CuttingRoom) -> None:
    job = desk.job
    assert bpy.ops.assistant_editor.cancel_job() == {"FINISHED"}
    assert ended(job) == "cancelled"
    desk.show()
    assert not bpy.ops.assistant_editor.cancel_job.poll()


def test_another_file_ends_it(running: CuttingRoom) -> None:
    job = desk.job
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    assert not desk.running
    assert ended(job) == "cancelled"


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, ""), (2.0, ", a few seconds left"), (42.4, ", 42 s left"), (125.0, ", 2 min 05 s left")]
)
def test_time_left_in_words(seconds, words) -> None:
    assert left(seconds) == words
