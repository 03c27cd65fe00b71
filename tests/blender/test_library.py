"""The library in Blender: a folder indexed, searched, hits put on the timeline to the frame, previewed, forgotten."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import fingerprint
from assistant_editor.ml.errors import BAD_INPUT, STALE
from assistant_editor.ml.facts import Span
from assistant_editor.ml.library import Label, Library, Passage, Place, Record, Shot
from assistant_editor.operators import library_follow, library_options
from assistant_editor.operators.desk import desk
from assistant_editor.operators.indexing import Indexing
from assistant_editor.operators.library_shelf import shelf
from assistant_editor.timeline import compat, write_media
from assistant_editor.timeline.outcome import Outcome

from tests.blender import make_coded, stage
from tests.blender.cutting_room import CuttingRoom

LIGHT = ["detector=hash", "log_words=false", "log_voice=false", "log_objects=false", "log_faces=false", "log_pictures=false",
         "log_concepts=false", "log_music=false"]  # fmt: skip
"""Shots alone, without a network."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's library lies."""
    monkeypatch.setenv("ASSISTANT_EDITOR_LIBRARY", str(tmp_path / "library"))
    yield tmp_path / "library"
    shelf.clear()
    shelf.fill()


@pytest.fixture
def footage(tmp_path: Path, media_folder: Path) -> Path:
    folder = tmp_path / "footage"
    (folder / "deep" / ".hidden").mkdir(parents=True)
    shutil.copy(media_folder / "bikes.mp4", folder / "deep" / "street.mp4")
    shutil.copy(media_folder / "bikes.mp4", folder / "deep" / ".hidden" / "unseen.mp4")
    (folder / "broken.mov").write_bytes(b"no film at all" * 300)
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "notes.txt").write_text("no film")
    return folder


def keep(folder: Path, film: Path, *shots: Shot) -> None:
    """A library that holds this film."""
    with Library(folder) as library:
        library.at([Place(str(film), fingerprint(film), 1, 1)])
        library.put(Record(fingerprint(film), "s", 9.0), shots)


def index(footage: Path, out: Path, *options: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["index", str(footage), "--json", str(out), "--options", *LIGHT, *options])
    return code, json.loads(out.read_text(encoding="utf-8"))


def test_a_folder_is_indexed_once_and_moved_files_are_known_by_content(
    room: CuttingRoom, folder: Path, footage: Path, tmp_path: Path
) -> None:
    code, told = index(footage, tmp_path / "told.json")
    assert code == 6 and told["told"] == "1 new (6 shots), 2 cannot be read."
    assert {Path(row["path"]).name: row["problem"] for row in told["unreadable"]}.keys() == {"broken.mov", "empty.mp4"}
    with Library(folder) as library:
        assert library.counts() == (1, 6, 2)
        shots = library.shots(range(6))
    assert shots[0].span.start == 0 and all(shot.paths == (str(footage / "deep" / "street.mp4"),) for shot in shots.values())

    assert index(footage, tmp_path / "told.json")[1]["told"] == "1 known already, 2 cannot be read."
    (footage / "deep" / "street.mp4").rename(footage / "town.mp4")
    assert index(footage, tmp_path / "told.json")[1]["told"] == "1 moved, 2 cannot be read."
    shutil.copy(footage / "town.mp4", footage / "copy.mp4")
    assert index(footage, tmp_path / "told.json")[1]["told"] == "1 known already, 1 copies, 2 cannot be read."
    with Library(folder) as library:
        assert library.counts() == (1, 6, 2)
        assert library.shots([0])[0].paths == (str(footage / "copy.mp4"), str(footage / "town.mp4"))
    told = index(footage, tmp_path / "told.json", "detector=content")[1]["told"]
    assert "1 looked into anew" in told or "2 looked into anew" in told, "with other options it is another question"


def test_a_run_that_is_cancelled_keeps_what_it_has_and_goes_on(room: CuttingRoom, folder: Path, media_folder: Path, tmp_path: Path) -> None:
    footage = tmp_path / "many"
    footage.mkdir()
    film = (media_folder / "bikes.mp4").read_bytes()
    for number in range(6):
        (footage / f"{number}.mp4").write_bytes(film + bytes([number]))
    settings = room.scene.assistant_editor
    settings.detector = "hash"
    for name in ("words", "voice", "objects", "faces", "pictures", "concepts", "music"):
        setattr(settings, f"log_{name}", False)
    from assistant_editor import preferences

    def run() -> Indexing:
        wish = library_options.wish(settings, settings)
        return Indexing(preferences.backend(bpy.context), str(folder), [str(footage)], wish, library_options.endings(), 2)

    job = run()
    job.start()
    while job.poll() == "running":
        with Library(folder) as library:
            if library.counts()[0] >= 2:
                begun = time.monotonic()
                job.cancel()
                break
        time.sleep(0.02)
    while job.poll() == "running":
        time.sleep(0.02)
    assert job.state == "cancelled" and time.monotonic() - begun < 3
    time.sleep(0.3)
    with Library(folder) as library:
        kept = library.counts()[0]
        assert 2 <= kept < 6
    again = run()
    assert again.wait() == "done" and again.tally.known == kept and again.tally.new == 6 - kept
    assert run().wait() == "done"


def test_a_missing_folder_and_a_missing_backend_are_said(
    room: CuttingRoom, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["index", str(tmp_path / "nowhere"), "--options", *LIGHT]) == 3
    footage = tmp_path / "footage"
    footage.mkdir()
    (footage / "a.mp4").write_bytes(b"x" * 100)
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", "/nonexistent/python")
    assert cli.main(["index", str(footage), "--options", *LIGHT]) == 4
    with Library(folder) as library:
        assert library.counts() == (0, 0, 0), "what fails for every file says nothing of this one"


def test_find_by_words_needs_no_backend_and_says_so(
    folder: Path, films: Path, room: CuttingRoom, tmp_path: Path, monkeypatch: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    film = films / make_coded.name_of(Fraction(25))
    said = Passage(Span(Fraction(1), Fraction(2)), "We choose to go.", b"\x7f\x00")
    dog = Label("object", "dog", 1.0, 0.5, 0.9, 0.8)
    with Library(folder) as library:
        library.at([Place(str(film), "m", 1, 1)])
        shots = (Shot(Span(Fraction(0), Fraction(2)), place="outdoor", labels=(dog,), passages=(said,), more='{"still": "1"}'),)
        library.put(Record("m", "s", 2.0, meaning="meaning/2"), shots)
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", "/nonexistent/python")
    out = tmp_path / "found.json"
    assert cli.main(["find", 'a dog outside, says "we choose"', "--json", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    (hit,) = found["hits"]
    assert hit["path"] == str(film) and hit["said"]["text"] == "We choose to go." and hit["missing"] == []
    assert any(told.startswith("By words alone") for told in found["told"])
    capfd.readouterr()
    assert cli.main(["find", 'a dog outside, says "we choose"', "--json"]) == 0
    (line,) = [line for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    assert json.loads(line) == json.loads(out.read_text(encoding="utf-8"))
    assert cli.main(["find", "a dog", "--words-only", "--json", str(out)]) == 0
    assert not json.loads(out.read_text(encoding="utf-8"))["told"]
    row = shelf.group.rows[0]
    assert (row.name, row.shown_in, row.shown_length) == (film.name, "0:00.0", "2.0 s") and "dog" in row.reasons
    assert cli.main(["find", ""]) == 2


@pytest.mark.parametrize(("media", "scene"), [("25", "25"), ("30", "25"), ("24", "30000/1001"), ("24000/1001", "24")])
def test_a_hit_is_added_to_the_frame_at_the_playhead(folder: Path, films: Path, room: CuttingRoom, media: str, scene: str) -> None:
    film = films / make_coded.name_of(Fraction(media))
    rate = Fraction(media)
    keep(folder, film, Shot(Span(Fraction(30) / rate, Fraction(50) / rate)))
    room.show(stage.new_scene(Fraction(scene)))
    room.scene.frame_current = 12
    bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0)
    movie = next(strip for strip in room.strips if strip.type == "MOVIE")
    start, end = stage.extent(movie)
    assert start == 12 and abs((end - start) - 20 / rate * Fraction(scene)) <= 1
    assert room.scene.frame_current == end
    room.scene.frame_end = 60
    seen = stage.shown(room.scene, 10, end + 1)
    assert (seen[11], seen[end]) == (-1, -1) and seen[12] == 30 and 48 <= seen[end - 1] <= 49


def test_what_stands_already_is_left_alone_and_the_hit_is_seen(folder: Path, talkie: Path, room: CuttingRoom) -> None:
    keep(folder, talkie, Shot(Span(Fraction(2), Fraction(4))))
    room.lay(talkie)
    room.strips["film"].lock = True
    room.scene.sequence_editor.channels[3].lock = True
    stage.add_movie(room.scene, talkie, 20, 5, "above")
    before = room.dump()["strips"] if "strips" in room.dump() else room.dump()
    room.scene.frame_current = 30
    names = {strip.name for strip in room.strips}
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0, go_on_after=False)
    new = {strip.name: strip for strip in room.strips if strip.name not in names}
    assert sorted((strip.type, strip.channel, *stage.extent(strip)) for strip in new.values()) == [
        ("MOVIE", 7, 30, 80),
        ("SOUND", 6, 30, 80),
    ]
    assert {strip.name for strip in room.strips if strip.select} == set(new) and room.scene.frame_current == 30
    if compat.TELLS_CONNECTIONS:
        assert all(compat.connections(strip) for strip in new.values())
    bpy.ops.ed.undo()
    after = room.dump()["strips"] if "strips" in room.dump() else room.dump()
    assert {strip.name for strip in room.strips} == names and after == before


def test_a_sound_alone_is_added_too_and_a_missing_file_is_said(folder: Path, media_folder: Path, room: CuttingRoom, tmp_path: Path) -> None:
    speech = tmp_path / "speech.wav"
    shutil.copy(media_folder / "two_cities.wav", speech)
    keep(folder, speech, Shot(Span(Fraction(1), Fraction(3))))
    room.scene.frame_current = 5
    bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0)
    (strip,) = room.strips
    assert (strip.type, strip.channel, *stage.extent(strip)) == ("SOUND", 1, 5, 55)
    ref = next(ref for ref in stage.reading(room.scene).strips)
    assert ref.source is not None and ref.source.seconds(5) == 1
    speech.unlink()
    with pytest.raises(RuntimeError, match=r"is not there.*index the folder"):
        bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0)
    assert desk.error is not None and desk.error.code == BAD_INPUT and len(room.strips) == 1
    with pytest.raises(RuntimeError, match="no longer in the library"):
        bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=7)
    assert desk.error is not None and desk.error.code == STALE


def test_a_preview_is_a_scene_of_its_own_and_its_range_is_what_is_added(folder: Path, films: Path, room: CuttingRoom) -> None:
    rate = Fraction(30)
    film = films / make_coded.name_of(rate)
    keep(folder, film, Shot(Span(Fraction(30) / rate, Fraction(50) / rate)))
    room.scene.frame_current = 3
    edit = room.scene.name
    bpy.ops.assistant_editor.preview_hit("EXEC_DEFAULT", True, shot=0)
    shown = compat.edited_scene(bpy.context)
    assert shown.name != edit and compat.played(shown) == (31, 51) and shown.frame_current == 31
    assert stage.shown(shown, 31, 50) == {frame: frame - 1 for frame in range(31, 51)}
    shown.frame_preview_start, shown.frame_preview_end = 41, 45
    bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0)
    assert compat.edited_scene(bpy.context).name == edit and not any(write_media.PREVIEW in scene for scene in bpy.data.scenes)
    movie = next(strip for strip in room.strips if strip.type == "MOVIE")
    start, end = stage.extent(movie)
    assert start == 3 and stage.shown(room.scene, 3, 3) == {3: 40} and 4 <= end - start <= 5

    bpy.ops.assistant_editor.preview_hit("EXEC_DEFAULT", True, shot=0)
    bpy.ops.assistant_editor.preview_hit("EXEC_DEFAULT", True, shot=0)
    assert sum(write_media.PREVIEW in scene for scene in bpy.data.scenes) == 1
    bpy.ops.assistant_editor.leave_preview("EXEC_DEFAULT", True)
    assert compat.edited_scene(bpy.context).name == edit and not any(write_media.PREVIEW in scene for scene in bpy.data.scenes)


def test_undo_leaves_a_preview_and_redo_shows_it_again(folder: Path, films: Path, room: CuttingRoom) -> None:
    film = films / make_coded.name_of(Fraction(25))
    keep(folder, film, Shot(Span(Fraction(1), Fraction(2))))
    edit = room.scene.name
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.assistant_editor.preview_hit("EXEC_DEFAULT", True, shot=0)
    assert compat.edited_scene(bpy.context).name != edit
    bpy.ops.ed.undo()
    assert compat.edited_scene(bpy.context).name == edit and not any(write_media.PREVIEW in scene for scene in bpy.data.scenes)
    bpy.ops.ed.redo()
    assert write_media.PREVIEW in compat.edited_scene(bpy.context)
    bpy.ops.assistant_editor.leave_preview("EXEC_DEFAULT", True)
    assert compat.edited_scene(bpy.context).name == edit


def test_a_hit_that_stands_on_the_timeline_is_gone_to(folder: Path, talkie: Path, room: CuttingRoom) -> None:
    keep(folder, talkie, Shot(Span(Fraction(2), Fraction(4)), more='{"still": "3"}'))
    room.lay(talkie, frame=11)
    bpy.ops.assistant_editor.find("EXEC_DEFAULT", True, query="longer than 1 second", by_meaning=False)
    bpy.ops.assistant_editor.go_to_hit("EXEC_DEFAULT", True)
    assert room.scene.frame_current == 11 + 50


def test_logs_follow_into_the_library_where_the_scene_says_so(folder: Path, media_folder: Path, room: CuttingRoom) -> None:
    stage.add_movie(room.scene, media_folder / "bikes.mp4", 1, 1, "film")
    settings = room.scene.assistant_editor
    settings.detector = "hash"
    for name in ("words", "voice", "objects", "faces", "pictures", "concepts", "music"):
        setattr(settings, f"log_{name}", False)
    settings.library_follows = False
    room.run("log_footage")
    assert not (folder / "library.sqlite").exists()
    settings.library_follows = True
    room.run("log_footage")
    with Library(folder) as library:
        assert library.counts() == (1, 6, 0) and library.record(fingerprint(media_folder / "bikes.mp4")) is not None
    library_follow.follow(Outcome("Detect Shots"))


def test_forgetting_takes_shots_hits_and_pictures_along(folder: Path, talkie: Path, room: CuttingRoom) -> None:
    from assistant_editor import preferences
    from assistant_editor.ml.stills import thumbnail_path

    keep(folder, talkie, Shot(Span(Fraction(2), Fraction(4)), more='{"still": "3"}'))
    picture = thumbnail_path(preferences.backend(bpy.context).cache, fingerprint(talkie), Fraction(3))
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(b"")
    bpy.ops.assistant_editor.find("EXEC_DEFAULT", True, query="longer than 1 second", by_meaning=False)
    assert len(shelf.group.rows) == 1
    assert cli.main(["forget"]) == 2 and cli.main(["forget", str(talkie.parent), "--everything"]) == 2
    assert cli.main(["forget", str(talkie.parent)]) == 0
    assert not len(shelf.group.rows) and not picture.exists() and talkie.exists()
    with Library(folder) as library:
        assert library.counts() == (0, 0, 0)
