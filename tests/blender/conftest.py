"""Films whose pictures carry their number, a film that talks, and a scene to cut in; made once per run by the worker's Python."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import ShotsOptions
from assistant_editor.operators import shelf
from assistant_editor.operators.desk import desk
from assistant_editor.operators.removal_shelf import shelf as removal_shelf

from tests import shaky_film
from tests.blender import ripple_room
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.blender.shot_bench import Bench, facts
from tests.blender.speech_bench import SpeechBench, store


@pytest.fixture(scope="session")
def films(worker_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    script = Path(__file__).with_name("make_coded.py")
    done = subprocess.run([worker_python, str(script), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def talkie(worker_python: str, media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street film with the speech as its own sound: real shots and real words in one file."""
    target = tmp_path_factory.mktemp("talkie") / "talkie.mp4"
    script = Path(__file__).with_name("make_talkie.py")
    sources = [str(media_folder / "bikes.mp4"), str(media_folder / "two_cities.wav")]
    done = subprocess.run([worker_python, str(script), *sources, str(target)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="session")
def shaken(worker_python: str, media_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two shots, shaken by known amounts."""
    film = tmp_path_factory.mktemp("shaken") / "shaken.mp4"
    done = subprocess.run([worker_python, shaky_film.__file__, str(media_folder / "bikes.mp4"), str(film)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stored results shared by the tests that do not mind: the real networks then run once a session."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture
def room(worker_python: str, models_folder: Path, results_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CuttingRoom]:
    """An empty scene at 25 fps in the window, and a backend that works."""
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", worker_python)
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(models_folder))
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(results_folder))
    yield CuttingRoom()
    desk.cancel()
    desk.show()


@pytest.fixture
def bench(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The room with a film whose boundaries are stored, and no worker to ask for more."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    Cache(tmp_path / "cache").store("shots", fingerprint(str(talkie)), ShotsOptions(), facts(), whole=True)
    group = bpy.context.window_manager.assistant_editor_shots
    shelf.shelf.clear()
    group.active = 0
    room.lay(talkie)
    bpy.ops.ed.undo_push(message="laid out")
    yield Bench(room, talkie, tmp_path / "cache")
    shelf.shelf.clear()
    bpy.context.window_manager.assistant_editor_shots.rows.clear()  # asked for again: a test may have opened a file


@pytest.fixture
def speech(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechBench]:
    """The room with a film of which is stored what is said in it, and no worker to ask for more."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    group = bpy.context.window_manager.assistant_editor_removals
    removal_shelf.clear()
    removal_shelf.fill()
    group.active, group.show = 0, "ALL"
    room.lay(talkie)
    store(tmp_path / "cache", talkie, room.scene.assistant_editor)
    bpy.ops.ed.undo_push(message="laid out")
    yield SpeechBench(room, talkie, tmp_path / "cache")
    removal_shelf.clear()
    bpy.context.window_manager.assistant_editor_removals.rows.clear()  # asked for again: a test may have opened a file


@pytest.fixture(scope="session")
def ripple_films(worker_python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return ripple_room.make_films(tmp_path_factory.mktemp("ripples"), worker_python)


@pytest.fixture
def full(room: CuttingRoom, ripple_films: dict[str, Path]) -> CuttingRoom:
    """The room with everything on its timeline that an editor lays."""
    ripple_room.lay(room, ripple_films)
    return room
