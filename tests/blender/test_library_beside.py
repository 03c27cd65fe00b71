"""Index Folder beside everything else: it gives way to a job at once, in the middle of a file too, and goes on by itself."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import bpy
import pytest
from assistant_editor import preferences
from assistant_editor.ml.errors import CANCELLED
from assistant_editor.ml.library import Library
from assistant_editor.operators import library_index, library_options, task, work
from assistant_editor.operators.desk import desk
from assistant_editor.operators.indexing import Indexing
from assistant_editor.operators.library_shelf import shelf
from assistant_editor.timeline.outcome import Outcome
from assistant_editor.timeline.requests import Asked, Meant

from tests.blender.cutting_room import CuttingRoom

LOGS = ("words", "voice", "objects", "faces", "pictures", "concepts", "music")


@pytest.fixture
def footage(room: CuttingRoom, tmp_path: Path, media_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Six copies of a film, of which shots alone are looked for, and a library and a cache of this test's own."""
    monkeypatch.setenv("ASSISTANT_EDITOR_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "footage"
    folder.mkdir()
    film = (media_folder / "bikes.mp4").read_bytes()
    for number in range(6):
        (folder / f"{number}.mp4").write_bytes(film + bytes([number]))
    settings = room.scene.assistant_editor
    settings.detector, settings.index_folder, settings.at_once = "hash", str(folder), 1
    for name in LOGS:
        setattr(settings, f"log_{name}", False)
    yield folder
    if shelf.indexing is not None:
        shelf.indexing.cancel()
        until(lambda: shelf.indexing is None)
    shelf.indexed = None


def until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    """Blender's timer does not run here: its work is done by hand."""
    end = time.monotonic() + seconds
    while not reached() and time.monotonic() < end:
        task._watch()
        time.sleep(0.01)
    assert reached()


def press() -> Indexing:
    """What a press of the button does; without a window there is none."""
    settings = bpy.context.scene.assistant_editor
    wish, folder = library_options.wish(settings, settings), preferences.library_folder()
    run = Indexing(preferences.backend(bpy.context), folder, [settings.index_folder], wish, library_options.endings(), 1, gives_way=True)
    library_index.begin(run)
    return run


def stands_still(run: Indexing, tmp_path: Path) -> bool:
    """It was told to, and what was on its way then has arrived and is written."""
    jobs = [job for _size, job in list(run._running.values())]
    if not jobs or not all(job is not None and job.state == "running" and job.paused for job in jobs):
        return False
    before = kept(tmp_path)
    time.sleep(0.4)
    return kept(tmp_path) == before and jobs == [job for _size, job in list(run._running.values())]


def told_before_searching() -> str:
    """What the library's panel says below the field in which is written what is looked for."""
    column = Mock()
    panel = bpy.types.ASSISTANT_EDITOR_PT_library
    panel._empty(panel, Mock(column=Mock(return_value=column)), 200)
    return " ".join(call.kwargs["text"] for call in column.label.call_args_list)


def kept(tmp_path: Path) -> int:
    with Library(tmp_path / "library") as library:
        return library.counts()[0]


def test_the_one_job_stays_free_and_the_panel_says_what_came_of_it(footage: Path, tmp_path: Path) -> None:
    run = press()
    assert not desk.running and run.gives_way and not bpy.ops.assistant_editor.index_folder.poll()
    shelf.counts = (0, 0, 0)  # as they were before the folder was indexed
    assert told_before_searching() == "What is indexed can be found at once, while this goes on."
    assert not bpy.ops.assistant_editor.forget_media.poll() and bpy.ops.assistant_editor.find.poll()
    until(lambda: shelf.indexing is None)
    assert isinstance(shelf.indexed, Outcome) and shelf.indexed.line == "6 new (36 shots)."
    assert desk.outcome is None and kept(tmp_path) == 6
    shelf.touch()
    assert told_before_searching() == "36 shots in 6 files."
    assert bpy.ops.assistant_editor.index_folder.poll() and not bpy.ops.assistant_editor.pause_indexing.poll()


def test_a_job_starts_at_once_and_indexing_goes_on_afterwards(footage: Path, room: CuttingRoom, talkie: Path, tmp_path: Path) -> None:
    room.lay(talkie)
    # Made before, so that not all six films are done by the time it starts.
    job = work.job(preferences.backend(bpy.context), work.look(room.scene), Asked({"shots": (Meant("film"),)}, {"shots": {}}))
    run = press()
    until(lambda: kept(tmp_path) >= 1)
    desk.claim("Detect Shots")
    desk.job = job
    job.start()
    assert desk.running and run.waiting
    until(lambda: stands_still(run, tmp_path))
    before = kept(tmp_path)
    began = time.monotonic()
    while desk.running and time.monotonic() - began < 0.5:
        time.sleep(0.05)  # nobody polls the job: it goes on running
    assert kept(tmp_path) == before and run.poll() == "running"
    assert job.wait() == "done"
    desk.show()
    assert not run.waiting
    until(lambda: shelf.indexing is None)
    assert kept(tmp_path) == 6


def test_pause_holds_it_until_it_is_pressed_again_and_cancel_ends_it_within_a_second(footage: Path, tmp_path: Path) -> None:
    run = press()
    until(lambda: kept(tmp_path) >= 1)
    bpy.ops.assistant_editor.pause_indexing()
    assert run.paused
    until(lambda: stands_still(run, tmp_path))
    before = kept(tmp_path)
    time.sleep(0.7)
    assert kept(tmp_path) == before < 6 and run.poll() == "running"
    bpy.ops.assistant_editor.pause_indexing()
    until(lambda: kept(tmp_path) > before)
    bpy.ops.assistant_editor.pause_indexing()
    asked = time.monotonic()
    bpy.ops.assistant_editor.cancel_indexing()
    until(lambda: shelf.indexing is None)
    assert time.monotonic() - asked < 1.5
    assert not isinstance(shelf.indexed, Outcome) and shelf.indexed is not None and shelf.indexed.code == CANCELLED
    again = press()
    until(lambda: shelf.indexing is None)
    assert again.tally.known >= 1 and again.tally.known + again.tally.new == 6


def test_another_file_does_not_end_it(footage: Path, tmp_path: Path) -> None:
    press()
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    assert shelf.indexing is not None
    until(lambda: shelf.indexing is None)
    assert kept(tmp_path) == 6


def test_a_folder_that_is_not_there_is_refused_before_anything_begins(footage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Mock()
    monkeypatch.setattr("assistant_editor.operators.indexing.Indexing", begun)
    with pytest.raises(RuntimeError, match=r"There is no folder .*nowhere"):
        bpy.ops.assistant_editor.index_folder(index_folder=str(footage / "nowhere"))
    assert not begun.called and shelf.indexing is None


def test_what_cannot_begin_says_so(footage: Path, room: CuttingRoom) -> None:
    room.scene.assistant_editor.index_folder = str(footage / "nowhere")
    press()
    until(lambda: shelf.indexing is None)
    assert not isinstance(shelf.indexed, Outcome) and "There is no folder" in str(shelf.indexed)
    assert library_index.NotIndexing.poll(bpy.context)
    shutil.rmtree(footage)
