"""The library: what is known of every shot of every medium that was indexed, on this computer, below the user's folder.

One SQLite file (`library_schema`): shots with what can be asked of them as columns, labels (what and who is seen), sentences that are said
(full-text search, FTS5), and vectors of meaning as rows of signed bytes. A medium is known by its content, so a file that was moved
is found again; it may lie in several places. Use a `Library` from the thread that opened it; any number of threads and
processes may have one open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from . import library_file
from .facts import Span
from .library_lookup import Lookup, below, exact
from .library_vectors import erase, forget_cached, store

PERSON = "person"
"""The kind of label that says who somebody is. Kept only with consent, and forgotten by one call."""


@dataclass(frozen=True)
class Label:
    """Something that a shot is said to have: `kind` "object", "person", "concept", "expression" or "sound". `strength` 0..1 ranks it."""

    kind: str
    label: str
    seconds: float
    prominence: float
    confidence: float
    strength: float


@dataclass(frozen=True)
class Passage:
    """A sentence that is said. `vector`: where it lies in `Record.meaning`, signed bytes, b"" where nobody read it."""

    span: Span
    text: str
    vector: bytes = b""


@dataclass(frozen=True)
class Shot:
    """A shot as it is kept. "" and -1: not known. `about` are words it can be found by, `more` is JSON that is only given back.

    `picture`: where it lies in `Record.pictures`, signed bytes.
    """

    span: Span
    size: str = ""
    movement: str = ""
    place: str = ""
    light: str = ""
    mood: str = ""
    certainty: float = 0.0
    valence: float = 0.0
    arousal: float = 0.0
    grade: float = -1.0
    faces: int = -1
    about: str = ""
    more: str = "{}"
    labels: tuple[Label, ...] = ()
    passages: tuple[Passage, ...] = ()
    picture: bytes = b""


@dataclass(frozen=True)
class Record:
    """A medium as it is kept. `signature` says how it was looked into: another one means that it is to be looked into anew.

    `whole`: all of it, and not only what stood on a timeline. `missing` names what could not be found out. `meaning` and `pictures`
    name the spaces that the vectors of its passages and shots lie in.
    """

    medium: str
    signature: str
    seconds: float
    whole: bool = True
    missing: str = ""
    meaning: str = ""
    pictures: str = ""


@dataclass(frozen=True)
class Place:
    """A file as it was when it was looked at. `changed` in nanoseconds. `problem` says why it cannot be read; then `medium` is ""."""

    path: str
    medium: str
    size: int
    changed: int
    problem: str = ""


class Library(Lookup):
    """The library below `folder`. `notices`: what the user is to know about opening it. Every method raises `EditorError` for what is
    wrong with the file, the disk or another process that does not let go."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.path = library_file.path_in(folder)
        self.connection, self.notices = library_file.opened(folder)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def check(self) -> None:
        """Reads the whole file. A damaged one is put aside, and raised."""
        with self._explained():
            if wrong := library_file.check(self.connection):
                self.connection.close()
                aside = library_file.put_aside(self.path)
                raise library_file.was_damaged(aside, wrong)

    def put(self, record: Record, shots: Sequence[Shot]) -> None:
        """Keeps a medium's shots, all or nothing. A whole medium replaces what was known of it; parts replace what they overlap."""
        with self._writing():
            known = self._one("SELECT id, signature, whole FROM media WHERE medium = ?", record.medium)
            if known is not None and (record.whole or known[1] != record.signature):
                self._remove(self._shots_of(known[0]))
            elif known is not None:
                self._remove(self._overlapping(known[0], shots))
            self._run(
                "INSERT INTO media (medium, signature, whole, seconds, missing) VALUES (?, ?, ?, ?, ?) ON CONFLICT (medium) DO UPDATE SET"
                " signature = excluded.signature, whole = excluded.whole, seconds = excluded.seconds, missing = excluded.missing",
                record.medium, record.signature, record.whole, record.seconds, record.missing,
            )  # fmt: skip
            media = self._one("SELECT id FROM media WHERE medium = ?", record.medium)[0]
            file = " ".join(_name_words(path) for path in self.places_of(record.medium))
            pictures, meanings = {}, {}
            for number, shot in zip(self._numbers("shot", len(shots)), shots, strict=True):
                self._add(number, media, shot, file)
                if shot.picture:
                    pictures[number] = shot.picture
                for passage_number, passage in zip(self._numbers("passage", len(shot.passages)), shot.passages, strict=True):
                    self._say(passage_number, number, passage)
                    if passage.vector:
                        meanings[passage_number] = passage.vector
            store(self.connection, f"shot/{record.pictures}", pictures)
            store(self.connection, f"passage/{record.meaning}", meanings)

    def at(self, places: Iterable[Place]) -> None:
        """Remembers where files are, or why they cannot be read."""
        with self._writing():
            for place in places:
                self._run(
                    "INSERT OR REPLACE INTO places (path, medium, size, changed, problem) VALUES (?, ?, ?, ?, ?)",
                    place.path, place.medium, place.size, place.changed, place.problem,
                )  # fmt: skip
                if place.medium:
                    self._name_anew(place.medium)

    def gone(self, paths: Iterable[str]) -> None:
        """These files are no longer there. What is known of their media stays: a disk may only be unplugged."""
        with self._writing():
            for path in paths:
                place = self._one("SELECT medium FROM places WHERE path = ?", path)
                others = self._one("SELECT count(*) FROM places WHERE medium = ? AND path != ?", place[0], path) if place else (0,)
                if place and (not place[0] or others[0]):
                    self._run("DELETE FROM places WHERE path = ?", path)
                    self._name_anew(place[0])

    def forget(self, path: str) -> int:
        """Forgets a file, or every file below a folder. Returns how many media are known no longer."""
        with self._writing():
            beside = below(path)
            self._run("DELETE FROM places WHERE path = ? OR (path >= ? AND path < ?)", path, *beside)
            lost = self._all("SELECT id FROM media WHERE NOT EXISTS (SELECT 1 FROM places WHERE places.medium = media.medium)")
            for (media,) in lost:
                self._remove(self._shots_of(media))
                self._run("DELETE FROM media WHERE id = ?", media)
        self._tidy()
        return len(lost)

    def forget_all(self) -> int:
        """Forgets everything, and removes damaged libraries that were put aside. Returns how many media were known."""
        with self._writing():
            count = int(self._one("SELECT count(*) FROM media")[0])
            for table in ("labels", "passages", "shots", "media", "places", "names", "vectors", "spaces", "free", "said", "about"):
                self._run(f"DELETE FROM {table}")
        self._tidy()
        for aside in library_file.asides(self.folder):
            aside.unlink(missing_ok=True)
        return count

    def forget_people(self) -> int:
        """Forgets who was seen where, and removes damaged libraries that were put aside: they hold it too. Returns how many names."""
        with self._writing():
            count = int(self._one("SELECT count(*) FROM names WHERE kind = ?", PERSON)[0])
            self._run("DELETE FROM labels WHERE name IN (SELECT id FROM names WHERE kind = ?)", PERSON)
            self._run("DELETE FROM names WHERE kind = ?", PERSON)
        self._tidy()
        for aside in library_file.asides(self.folder):
            aside.unlink(missing_ok=True)
        return count

    def rename_person(self, old: str, new: str) -> None:
        """Who was kept as `old` is `new` from now on; where both were kept they are one."""
        with self._writing():
            known = self._one("SELECT id FROM names WHERE kind = ? AND label = ?", PERSON, old)
            if known is not None and old != new:
                name = self._name(PERSON, new)
                self._run("UPDATE OR IGNORE labels SET name = ? WHERE name = ?", name, known[0])
                self._run("DELETE FROM labels WHERE name = ?", known[0])
                self._run("DELETE FROM names WHERE id = ?", known[0])

    def _add(self, number: int, media: int, shot: Shot, file: str) -> None:
        self._run(
            "INSERT INTO shots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            number, media, exact(shot.span.start), exact(shot.span.end), float(shot.span.length), shot.size, shot.movement, shot.place,
            shot.light, shot.mood, shot.certainty, shot.valence, shot.arousal, shot.grade, shot.faces, shot.more,
        )  # fmt: skip
        self._run("INSERT INTO about (rowid, text, file) VALUES (?, ?, ?)", number, shot.about, file)
        for one in shot.labels:
            name = self._name(one.kind, one.label)
            self._run(
                "INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?, ?, ?)",
                name, number, one.seconds, one.prominence, one.confidence, one.strength,
            )  # fmt: skip

    def _say(self, number: int, shot: int, passage: Passage) -> None:
        self._run("INSERT INTO passages VALUES (?, ?, ?, ?)", number, shot, exact(passage.span.start), exact(passage.span.end))
        self._run("INSERT INTO said (rowid, text) VALUES (?, ?)", number, passage.text)

    def _name(self, kind: str, label: str) -> int:
        self._run("INSERT OR IGNORE INTO names (kind, label) VALUES (?, ?)", kind, label)
        return int(self._one("SELECT id FROM names WHERE kind = ? AND label = ?", kind, label)[0])

    def _numbers(self, kind: str, count: int) -> list[int]:
        """Numbers nobody has, the smallest first. They count as taken."""
        found = [row[0] for row in self._all("SELECT number FROM free WHERE kind = ? ORDER BY number LIMIT ?", kind, count)]
        for number in found:
            self._run("DELETE FROM free WHERE kind = ? AND number = ?", kind, number)
        table = {"shot": "shots", "passage": "passages"}[kind]
        top = max(self._one(f"SELECT coalesce(max(id), -1) FROM {table}")[0], *found, -1)
        top = max(top, self._one("SELECT coalesce(max(number), -1) FROM free WHERE kind = ?", kind)[0])
        return [*found, *range(top + 1, top + 1 + count - len(found))]

    def _shots_of(self, media: int) -> list[int]:
        return [row[0] for row in self._all("SELECT id FROM shots WHERE media = ?", media)]

    def _overlapping(self, media: int, shots: Sequence[Shot]) -> list[int]:
        rows = self._all("SELECT id, start, end FROM shots WHERE media = ?", media)
        spans = [(number, Span(Fraction(start), Fraction(end))) for number, start, end in rows]
        return [number for number, span in spans if any(span.overlap(shot.span) for shot in shots)]

    def _remove(self, shots: Sequence[int]) -> None:
        passages = [row[0] for shot in shots for row in self._all("SELECT id FROM passages WHERE shot = ?", shot)]
        for kind, numbers in (("shot", shots), ("passage", passages)):
            erase(self.connection, kind, numbers)
            self.connection.executemany("INSERT INTO free VALUES (?, ?)", [(kind, number) for number in numbers])
        self.connection.executemany("DELETE FROM said WHERE rowid = ?", [(number,) for number in passages])
        self.connection.executemany("DELETE FROM about WHERE rowid = ?", [(number,) for number in shots])
        self.connection.executemany("DELETE FROM shots WHERE id = ?", [(number,) for number in shots])
        if shots:
            self._run("DELETE FROM names WHERE NOT EXISTS (SELECT 1 FROM labels WHERE labels.name = names.id)")

    def _name_anew(self, medium: str) -> None:
        """Files were moved: shots are found by what their files are called now."""
        file = " ".join(_name_words(path) for path in self.places_of(medium))
        for number, text in self._all(
            "SELECT about.rowid, about.text FROM shots JOIN media ON media.id = shots.media JOIN about ON about.rowid = shots.id"
            " WHERE media.medium = ? AND about.file != ?", medium, file,
        ):  # fmt: skip
            self._run("INSERT OR REPLACE INTO about (rowid, text, file) VALUES (?, ?, ?)", number, text, file)

    def _tidy(self) -> None:
        """What was forgotten is neither in the text index's segments nor in the journal any more."""
        forget_cached(self.path)
        with self._explained():
            for table in ("said", "about"):
                self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forget_people(folder: str | Path) -> int:
    """Forgets who was seen where in the library below `folder`. Returns how many names were kept; 0 where there is no library."""
    if not library_file.path_in(folder).exists() and not library_file.asides(folder):
        return 0
    with Library(folder) as library:
        return library.forget_people()


def _name_words(path: str) -> str:
    """A file's name and the two folders around it, without signs between words."""
    parts = path.replace("\\", "/").split("/")[-3:]
    words = "".join(sign if sign.isalnum() else " " for sign in " ".join(parts))
    return " ".join(words.split())
