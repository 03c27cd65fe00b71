"""What can be asked of the library. Every answer names shots by their numbers, which start at 0 and lie close together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from . import library_file, library_vectors
from .facts import Span

COLUMNS = ("size", "movement", "place", "light", "mood")
NUMBERS = ("seconds", "grade", "faces", "certainty", "valence", "arousal")
_SHOWN = ("size", "movement", "place", "light", "mood", "certainty", "valence", "arousal", "grade", "faces", "more", "missing")
_MANY = 900
"""Numbers asked for at once: SQLite takes a limited number of them."""
Listed = tuple[str, str]
"""Numbers of shots, and as many strengths in thousandths, both separated by commas; "" for none."""


@dataclass(frozen=True)
class Known:
    """A shot as it is kept, to be shown. `paths` are all places of its file; `labels` (kind, label, seconds, prominence, confidence)."""

    number: int
    medium: str
    paths: tuple[str, ...]
    span: Span
    size: str
    movement: str
    place: str
    light: str
    mood: str
    certainty: float
    valence: float
    arousal: float
    grade: float
    faces: int
    more: str
    missing: str
    labels: tuple[tuple[str, str, float, float, float], ...]
    passages: tuple[tuple[Span, str], ...]


class Lookup:
    """The reading half of `library.Library`."""

    connection: sqlite3.Connection
    path: Path

    def names(self) -> dict[str, tuple[str, ...]]:
        """Kind of label -> every label of it, in order of the alphabet."""
        found: dict[str, list[str]] = {}
        for kind, label in self._all("SELECT kind, label FROM names ORDER BY kind, label"):
            found.setdefault(kind, []).append(label)
        return {kind: tuple(labels) for kind, labels in found.items()}

    def extent(self) -> int:
        """One more than the largest number of a shot."""
        return int(self._one("SELECT coalesce(max(id), -1) + 1 FROM shots")[0])

    def counts(self) -> tuple[int, int, int]:
        """How many media, shots, and files that cannot be read."""
        return (
            int(self._one("SELECT count(*) FROM media")[0]),
            int(self._one("SELECT count(*) FROM shots")[0]),
            int(self._one("SELECT count(*) FROM places WHERE problem != ''")[0]),
        )

    def labelled(self, kind: str, label: str) -> Listed:
        """Those with this label, and how strongly."""
        return self._listed(
            "CAST(1000 * strength AS INTEGER)",
            "shot",
            "labels WHERE name = (SELECT id FROM names WHERE kind = ? AND label = ?)",
            kind,
            label,
        )

    def valued(self, column: str, value: str) -> Listed:
        """The shots one of whose `COLUMNS` has this value."""
        return self._listed("1000", "id", f"shots WHERE {COLUMNS[COLUMNS.index(column)]} = ?", value)

    def mood(self, value: str) -> Listed:
        """The shots of this mood, the surer the more."""
        return self._listed("CAST(500 + 500 * certainty AS INTEGER)", "id", "shots WHERE mood = ?", value)

    def between(self, column: str, least: float, most: float) -> Listed:
        """The shots one of whose `NUMBERS` is at least and at most this."""
        return self._listed("1000", "id", f"shots WHERE {NUMBERS[NUMBERS.index(column)]} BETWEEN ? AND ?", least, most)

    def in_files(self, text: str) -> Listed:
        """The shots of files whose path holds this, whatever its capitals."""
        tables = "places JOIN media ON media.medium = places.medium JOIN shots ON shots.media = media.id"
        return self._listed("1000", "shots.id", f"{tables} WHERE instr(lower(places.path), lower(?)) > 0", text)

    def all_shots(self) -> Listed:
        return self._listed("1000", "id", "shots")

    def values(self, column: str, numbers: Sequence[int]) -> dict[int, float]:
        """What one of the `NUMBERS` is of these shots."""
        return dict(self._many(f"SELECT id, {NUMBERS[NUMBERS.index(column)]} FROM shots WHERE id IN ({{}})", numbers))

    def said(self, match: str, most: int = 5000) -> list[tuple[int, int, float]]:
        """(passage, shot, bm25: the less the better) of sentences that match, the best first. `match` is FTS5's language."""
        return self._all(
            "SELECT said.rowid, passages.shot, said.rank FROM said JOIN passages ON passages.id = said.rowid WHERE said MATCH ?"
            " ORDER BY said.rank LIMIT ?", match, most,
        )  # fmt: skip

    def holding(self, text: str, most: int = 5000) -> list[tuple[int, int, float]]:
        """As `said`, for scripts without spaces between words: sentences that hold this text."""
        return self._all(
            "SELECT said.rowid, passages.shot, -1.0 FROM said JOIN passages ON passages.id = said.rowid WHERE instr(said.text, ?) LIMIT ?",
            text, most,
        )  # fmt: skip

    def about(self, match: str, most: int = 5000) -> list[tuple[int, float]]:
        """(shot, bm25) of those whose labels, flaws or files have these words, the best first."""
        return self._all("SELECT rowid, rank FROM about WHERE about MATCH ? ORDER BY rank LIMIT ?", match, most)

    def spaces(self, kind: str) -> dict[str, int]:
        """The spaces that vectors of "shot" or "passage" lie in, by name, and how wide they are."""
        with self._explained():
            return library_vectors.spaces(self.connection, kind)

    def vectors(self, kind: str, space: str) -> bytes:
        """Every vector of a space, by number of shot or passage, signed bytes; zeros where there is none."""
        with self._explained():
            return library_vectors.load(self.connection, self.path, f"{kind}/{space}")

    def meanings(self, medium: str, space: str) -> dict[str, bytes]:
        """Sentence -> vector, of what is kept of a medium."""
        rows = self._all(
            "SELECT passages.id, said.text FROM media JOIN shots ON shots.media = media.id JOIN passages ON passages.shot = shots.id"
            " JOIN said ON said.rowid = passages.id WHERE media.medium = ? ORDER BY passages.id", medium,
        )  # fmt: skip
        with self._explained():
            vectors = library_vectors.some(self.connection, f"passage/{space}", [number for number, _text in rows])
        return {text: vectors[number] for number, text in rows if number in vectors}

    def shots_of_passages(self, passages: Sequence[int]) -> dict[int, int]:
        return dict(self._many("SELECT id, shot FROM passages WHERE id IN ({})", passages))

    def passages(self, numbers: Sequence[int]) -> dict[int, tuple[Span, str]]:
        """What is said in these passages, and when."""
        rows = self._many(
            "SELECT passages.id, start, end, said.text FROM passages JOIN said ON said.rowid = passages.id WHERE passages.id IN ({})",
            numbers,
        )
        return {number: (_span(start, end), text) for number, start, end, text in rows}

    def shots(self, numbers: Sequence[int]) -> dict[int, Known]:
        """These shots with all that is known of them. Those that were forgotten meanwhile are left out."""
        labels: dict[int, list[tuple[str, str, float, float, float]]] = {}
        for shot, *label in self._many(
            "SELECT labels.shot, names.kind, names.label, seconds, prominence, confidence FROM labels JOIN names ON names.id = labels.name"
            " WHERE labels.shot IN ({}) ORDER BY labels.shot, names.kind, seconds DESC, names.label", numbers,
        ):  # fmt: skip
            labels.setdefault(shot, []).append(tuple(label))
        passages: dict[int, list[tuple[Span, str]]] = {}
        for shot, start, end, text in self._many(
            "SELECT passages.shot, start, end, said.text FROM passages JOIN said ON said.rowid = passages.id"
            " WHERE passages.shot IN ({}) ORDER BY passages.id", numbers,
        ):  # fmt: skip
            passages.setdefault(shot, []).append((_span(start, end), text))
        paths: dict[str, list[str]] = {}
        rows = self._many(
            "SELECT shots.id, media.medium, start, end, size, movement, place, light, mood, certainty, valence, arousal, grade, faces,"
            " more, missing FROM shots JOIN media ON media.id = shots.media WHERE shots.id IN ({})", numbers,
        )  # fmt: skip
        for medium in {row[1] for row in rows}:
            paths[medium] = self.places_of(medium)
        found = {}
        for number, medium, start, end, *values in rows:
            said = sorted(passages.get(number, ()), key=lambda passage: passage[0].start)
            found[number] = Known(
                number=number, medium=medium, paths=tuple(paths[medium]), span=_span(start, end), labels=tuple(labels.get(number, ())),
                passages=tuple(said), **dict(zip(_SHOWN, values, strict=True)),
            )  # fmt: skip
        return found

    def place(self, path: str) -> tuple[str, int, int, str] | None:
        """(medium, size, changed, problem) of a file that was looked at."""
        row = self._one("SELECT medium, size, changed, problem FROM places WHERE path = ?", path)
        return None if row is None else (row[0], row[1], row[2], row[3])

    def record(self, medium: str) -> tuple[str, bool] | None:
        """(signature, whether all of it is known) of a medium."""
        row = self._one("SELECT signature, whole FROM media WHERE medium = ?", medium)
        return None if row is None else (row[0], bool(row[1]))

    def places(self, folder: str = "") -> list[tuple[str, str, str]]:
        """(path, medium, problem) of every file below a folder, or of all."""
        if not folder:
            return self._all("SELECT path, medium, problem FROM places ORDER BY path")
        low, high = below(folder)
        return self._all("SELECT path, medium, problem FROM places WHERE path >= ? AND path < ? ORDER BY path", low, high)

    def _listed(self, strength: str, number: str, rows: str, *values: Any) -> Listed:
        """One text for all rows: a hundred thousand of them take a third of the time that rows do."""
        found = self._one(f"SELECT group_concat({number}), group_concat({strength}) FROM {rows}", *values)
        return found[0] or "", found[1] or ""

    def places_of(self, medium: str) -> list[str]:
        """Where the files of a medium are or were."""
        return [path for (path,) in self._all("SELECT path FROM places WHERE medium = ? ORDER BY path", medium)]

    def _many(self, statement: str, numbers: Sequence[int]) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(numbers), _MANY):
            part = numbers[start : start + _MANY]
            rows += self._all(statement.format(", ".join("?" * len(part))), *part)
        return rows

    def _all(self, statement: str, *values: Any) -> list[Any]:
        with self._explained():
            return self.connection.execute(statement, values).fetchall()

    def _one(self, statement: str, *values: Any) -> Any:
        with self._explained():
            return self.connection.execute(statement, values).fetchone()

    def _run(self, statement: str, *values: Any) -> None:
        self.connection.execute(statement, values)

    def _explained(self) -> AbstractContextManager[None]:
        return library_file.explained(self.connection, self.path)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._explained(), library_file.transaction(self.connection):
            yield


def exact(seconds: Fraction) -> str:
    return f"{seconds.numerator}/{seconds.denominator}"


def below(folder: str) -> tuple[str, str]:
    """From which path on, and up to which, files lie below a folder."""
    cut = folder.rstrip("/\\")
    separator = "\\" if "\\" in folder and "/" not in folder else "/"
    return cut + separator, cut + chr(ord(separator) + 1)


def _span(start: str, end: str) -> Span:
    return Span(Fraction(start), Fraction(end))
