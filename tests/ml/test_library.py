"""The library's file: what is kept comes back, whatever else happens to it. Runs in Blender's Python too."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest
from assistant_editor.ml import library_file, library_vectors
from assistant_editor.ml.errors import BAD_INPUT, NO_SPACE, STALE, EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.ml.library import Label, Library, Passage, Place, Record, Shot, forget_people
from assistant_editor.ml.library_schema import STEPS

ROOT = Path(__file__).resolve().parents[2]


def span(start: float, end: float) -> Span:
    return Span(Fraction(start), Fraction(end))


def shot(start: float = 0, label: str = "dog", said: str = "", who: str = "", vector: bytes = b"", **more: object) -> Shot:
    labels = [Label("object", label, 1.0, 0.5, 0.9, 0.8)] + ([Label("person", who, 1.0, 0.5, 0.9, 0.8)] if who else [])
    passages = (Passage(span(start, start + 1), said, vector),) if said else ()
    return Shot(span(start, start + 2), labels=tuple(labels), passages=passages, about=label, **more)  # type: ignore[arg-type]


def fill(library: Library, medium: str, path: str, *shots: Shot, **record: object) -> None:
    library.at([Place(path, medium, 10, 20)])
    library.put(Record(medium, "s", 9.0, **record), shots)  # type: ignore[arg-type]


def labels_of(library: Library) -> list[str]:
    return sorted(label for known in library.shots(range(library.extent())).values() for _kind, label, *_rest in known.labels)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    one = shot(
        0.5, "dog", "We choose to go.", "Anna", b"\x01\x02", size="close-up", mood="sad", certainty=0.7, grade=0.8, faces=2, more='{"a": 1}'
    )
    with Library(tmp_path) as library:
        fill(library, "m", "/films/walk.mp4", one, meaning="m/2", missing="faces")
    with Library(tmp_path) as library:
        (known,) = library.shots([0]).values()
        assert (known.medium, known.paths, known.span) == ("m", ("/films/walk.mp4",), span(0.5, 2.5))
        assert (known.size, known.mood, known.certainty, known.grade, known.faces) == ("close-up", "sad", 0.7, 0.8, 2)
        assert (known.more, known.missing) == ('{"a": 1}', "faces")
        assert known.labels == (("object", "dog", 1.0, 0.5, 0.9), ("person", "Anna", 1.0, 0.5, 0.9))
        assert known.passages == ((span(0.5, 1.5), "We choose to go."),)
        assert library.vectors("passage", "m/2")[:3] == b"\x01\x02\x00" and library.counts() == (1, 1, 0)


def test_a_whole_medium_replaces_what_was_known_and_parts_replace_what_they_overlap(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "m", "/a.mp4", shot(0, "dog"), shot(2, "cat"), shot(4, "cow"), whole=False)
        fill(library, "m", "/a.mp4", shot(2, "car"), whole=False)
        assert labels_of(library) == ["car", "cow", "dog"]
        fill(library, "m", "/a.mp4", shot(0, "bus"))
        assert labels_of(library) == ["bus"] and library.names() == {"object": ("bus",)}


def test_numbers_are_used_again_so_that_vectors_stay_close_together(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", *(shot(n, said="x", vector=b"\x01") for n in range(5)), meaning="m")
        fill(library, "b", "/b.mp4", shot(0, said="y", vector=b"\x02"), meaning="m")
        library.forget("/a.mp4")
        assert library.vectors("passage", "m")[:6] == b"\x00\x00\x00\x00\x00\x02"
        fill(library, "c", "/c.mp4", *(shot(n, said="z", vector=b"\x03") for n in range(7)), meaning="m")
        assert library.extent() == 8 and library.vectors("passage", "m")[:8] == b"\x03" * 5 + b"\x02\x03\x03"


def test_vectors_of_many_pages_and_of_another_width(tmp_path: Path) -> None:
    count = 2 * library_vectors.ROWS + 7
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", *(shot(n, said="x", vector=bytes([n % 251, 1])) for n in range(count)), meaning="m")
        assert library.vectors("passage", "m")[: 2 * count] == b"".join(bytes([n % 251, 1]) for n in range(count))
        fill(library, "b", "/b.mp4", shot(0, said="x", vector=b"\x05\x06\x07"), meaning="m")
        assert library.spaces("passage") == {"m": 3} and library.vectors("passage", "m")[count * 3 :][:3] == b"\x05\x06\x07"


def test_what_sentences_mean_is_known_again(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        count = library_vectors.ROWS + 3
        fill(library, "a", "/a.mp4", *(shot(n, said=f"Sentence {n}.", vector=bytes([1 + n % 200, 9])) for n in range(count)), meaning="m")
        fill(library, "b", "/b.mp4", shot(0, said="Unread."), meaning="m")
        assert library.meanings("a", "m") == {f"Sentence {n}.": bytes([1 + n % 200, 9]) for n in range(count)}
        assert library.meanings("b", "m") == library.meanings("a", "another") == library.meanings("c", "m") == {}


def test_a_moved_file_is_at_its_new_place_and_is_found_by_its_new_name(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "m", "/films/holiday.mp4", shot())
        library.gone(["/films/holiday.mp4"])
        assert library.shots([0])[0].paths == ("/films/holiday.mp4",), "a disk may only be unplugged"
        library.at([Place("/else/beach.mp4", "m", 10, 20)])
        library.gone(["/films/holiday.mp4"])
        assert library.shots([0])[0].paths == ("/else/beach.mp4",)
        assert library.about("beach") and not library.about("holiday")


def test_forgetting_a_folder_forgets_what_lies_nowhere_else(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/films/x/a.mp4", shot(0, "dog"))
        fill(library, "b", "/films/x/b.mp4", shot(0, "cat"))
        fill(library, "c", "/films/xyz/c.mp4", shot(0, "cow"))
        library.at([Place("/copy/b.mp4", "b", 10, 20)])
        assert library.forget("/films/x") == 1
        assert labels_of(library) == ["cat", "cow"] and [path for path, *_rest in library.places()] == ["/copy/b.mp4", "/films/xyz/c.mp4"]


def test_nothing_that_was_forgotten_is_left_in_the_file(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(
            library,
            "a",
            "/films/verysecretname.mp4",
            shot(0, "dog", "Nobody may hear sesquipedalian.", "Rumpelstiltskin", b"\x41" * 64),
            meaning="m",
        )
        fill(library, "b", "/b.mp4", shot(0, "cat"))
        library.forget("/films/verysecretname.mp4")
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir()).lower()
    for secret in (b"verysecretname", b"sesquipedalian", b"rumpelstiltskin", b"a" * 64):
        assert secret not in left, secret


def test_forgetting_people_leaves_everything_else_and_nothing_of_them(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", shot(0, "dog", who="Rumpelstiltskin"))
    (tmp_path / "library.damaged-1.sqlite").write_bytes(b"Rumpelstiltskin")
    assert forget_people(tmp_path) == 1
    assert not any(b"Rumpelstiltskin" in path.read_bytes() for path in tmp_path.iterdir())
    with Library(tmp_path) as library:
        assert library.names() == {"object": ("dog",)} and labels_of(library) == ["dog"]
    assert forget_people(tmp_path / "nowhere") == 0 and not (tmp_path / "nowhere").exists()


def test_a_person_who_is_renamed_or_joined_is_one(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", shot(0, who="Ann"), shot(2, who="Anna"), shot(4, who="Bea"))
        library.rename_person("Ann", "Anna")
        library.rename_person("Bea", "Beatrice")
        library.rename_person("Nobody", "Somebody")
        assert library.names()["person"] == ("Anna", "Beatrice") and library.labelled("person", "Anna") == ("0,1", "800,800")


def test_everything_can_be_forgotten(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", shot(0, said="hello", vector=b"\x01", who="Ann"), meaning="m")
        library.at([Place("/bad.mp4", "", 1, 2, "It is broken.")])
        assert library.counts() == (1, 1, 1)
        assert library.forget_all() == 1
        assert library.counts() == (0, 0, 0) and not library.names() and not library.places() and not library.said('"hello"')
        fill(library, "a", "/a.mp4", shot())
        assert library.extent() == 1


def test_a_library_of_an_earlier_format_is_brought_to_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", shot(0, "dog"))
    newer = (*STEPS, ("ALTER TABLE media ADD COLUMN note TEXT NOT NULL DEFAULT 'none'", "CREATE INDEX media_note ON media (note)"))
    monkeypatch.setattr(library_file, "STEPS", newer)
    with Library(tmp_path) as library:
        assert labels_of(library) == ["dog"]
        assert library.connection.execute("SELECT note FROM media").fetchall() == [("none",)]
        assert library.connection.execute("PRAGMA user_version").fetchone() == (len(newer),)


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", shot(0, "dog"))
    monkeypatch.setattr(library_file, "STEPS", (*STEPS, ("CREATE TABLE half (id INTEGER)", "CREATE TABLE media (id INTEGER)")))
    with pytest.raises(EditorError):
        Library(tmp_path)
    monkeypatch.undo()
    with Library(tmp_path) as library:
        assert labels_of(library) == ["dog"]
        assert not library.connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall()


def test_a_newer_library_and_another_programs_file_are_refused_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_file, "STEPS", (*STEPS, ("CREATE TABLE later (id INTEGER)",)))
    Library(tmp_path).close()
    monkeypatch.undo()
    before = (tmp_path / library_file.NAME).read_bytes()
    with pytest.raises(EditorError, match="newer version") as newer:
        Library(tmp_path)
    assert newer.value.code == BAD_INPUT and (tmp_path / library_file.NAME).read_bytes() == before
    other = tmp_path / "other"
    other.mkdir()
    connection = sqlite3.connect(other / library_file.NAME)
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    with pytest.raises(EditorError, match="another program"):
        Library(other)
    assert not library_file.asides(other)


@pytest.mark.parametrize("how", ["no database at all", "torn in the middle", "cut off"])
def test_a_damaged_library_is_put_aside_and_said(tmp_path: Path, how: str) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", *(shot(n, f"thing {n}", f"Sentence number {n}.") for n in range(300)))
    path = tmp_path / library_file.NAME
    whole = path.read_bytes()
    broken = {
        "no database at all": b"no database " * 1000,
        "torn in the middle": whole[:8192] + os.urandom(len(whole) - 8192),
        "cut off": whole[: len(whole) // 2],
    }[how]
    path.write_bytes(broken)
    try:
        with Library(tmp_path) as library:
            told = " ".join(library.notices)
            library.check()
    except EditorError as error:
        assert error.code == STALE
        told = str(error)
    assert "damaged-1" in told and "ndex your folders again" in told
    (aside,) = library_file.asides(tmp_path)
    assert aside.read_bytes() == broken
    with Library(tmp_path) as library:
        assert library.counts() == (0, 0, 0) and not library.notices


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        fill(library, "a", "/a.mp4", shot(0, "dog", "Kept."))
        pages = library.connection.execute("PRAGMA page_count").fetchone()[0]
        library.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(EditorError, match="is full") as told:
            fill(library, "a", "/a.mp4", *(shot(n, f"thing {n}", "Word " * 200) for n in range(200)))
        assert told.value.code == NO_SPACE
        assert labels_of(library) == ["dog"] and library.said('"kept"')
    with Library(tmp_path) as library:
        library.check()
        assert labels_of(library) == ["dog"]


_WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from fractions import Fraction
from ml.facts import Span
from ml.library import Label, Library, Passage, Place, Record, Shot
with Library(sys.argv[2]) as library:
    for number in range(int(sys.argv[3]), int(sys.argv[3]) + int(sys.argv[4])):
        spans = [Span(Fraction(n), Fraction(n + 1)) for n in range(20)]
        labels = (Label("object", f"thing {number}", 1, 1, 1, 1),)
        shots = [Shot(one, labels=labels, passages=(Passage(one, f"said {number}", b"ab"),)) for one in spans]
        library.at([Place(f"/{number}.mp4", f"m{number}", 1, 2)])
        library.put(Record(f"m{number}", "s", 20.0, meaning="m"), shots)
        print(number, flush=True)
"""


def _write(folder: Path, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(ROOT), str(folder), str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_several_processes_write_and_read_at_once(tmp_path: Path) -> None:
    writers = [_write(tmp_path, first, 8) for first in (0, 100, 200)]
    seen = 0
    with Library(tmp_path) as library:
        while any(writer.poll() is None for writer in writers):
            media, _shots, _unread = library.counts()
            assert media >= seen
            seen = media
            time.sleep(0.01)
        for writer in writers:
            writer.communicate()
            assert writer.returncode == 0
        assert library.counts() == (24, 480, 0)
        library.check()
        assert sorted(library.shots(range(480))) == list(range(480)) and library.vectors("passage", "m")[:960] == b"ab" * 480


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
def test_many_that_make_a_library_at_once_all_have_it(tmp_path: Path) -> None:
    refused: list[EditorError] = []

    def make(folder: Path, start: threading.Barrier) -> None:
        start.wait()
        try:
            library_file.opened(folder)[0].close()
        except EditorError as error:
            refused.append(error)

    for number in range(60):
        start = threading.Barrier(6)
        makers = [threading.Thread(target=make, args=(tmp_path / str(number), start)) for _ in range(6)]
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join()
    assert not refused


def test_a_writer_that_is_killed_leaves_whole_media_only(tmp_path: Path) -> None:
    writer = _write(tmp_path, 0, 10_000)
    assert writer.stdout is not None
    done = 0
    for _ in range(6):
        done = int(writer.stdout.readline())
    writer.kill()
    writer.communicate()
    with Library(tmp_path) as library:
        library.check()
        media, shots, _unread = library.counts()
        assert media > done and shots == 20 * media
        fill(library, "after", "/after.mp4", shot())
        assert library.counts()[0] == media + 1


def test_who_waits_too_long_is_told_that_another_process_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_file, "PATIENCE", 0.05)
    with Library(tmp_path) as library, Library(tmp_path) as other:
        library.connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(EditorError, match="in use by another Blender") as told:
            fill(other, "a", "/a.mp4", shot())
        assert told.value.code == STALE and other.counts() == (0, 0, 0)
        library.connection.execute("ROLLBACK")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EditorError, match="cannot be made") as told:
        Library(tmp_path / "file" / "below")
    assert told.value.code == BAD_INPUT
