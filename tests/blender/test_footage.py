"""Log Footage in Blender: found by the worker, looked at from what is stored, never written."""

from __future__ import annotations

from pathlib import Path

import pytest
from assistant_editor.operators import footage
from assistant_editor.operators.desk import desk

from tests.blender.cutting_room import CuttingRoom

OFF = ("log_words", "log_music", "log_objects", "log_faces", "log_concepts")


@pytest.fixture
def logged(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))
    room.lay(talkie)
    return room


def test_footage_is_logged_and_the_timeline_stays_as_it_is(logged: CuttingRoom) -> None:
    for name in OFF:
        setattr(logged.scene.assistant_editor, name, False)
    before = logged.dump()
    assert not footage.look(logged.scene)[0].logged.quality, "nothing is known yet"
    outcome = logged.run("log_footage")
    shots = footage.look(logged.scene)
    print(shots, desk.outcome)
    assert shots
    assert not logged.changed_since(before)
