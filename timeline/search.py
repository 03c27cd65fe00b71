"""A search carried out: wishes, words and meanings -> ranked shots, each with its reasons. Pure.

Every wish gives each shot a strength, 0 where it is not met. What must be (a name, a length, a file, a quotation) or must not be is a
condition; of other wishes one may be missed where there are several, since engines miss things: such shots come last, and what
they miss is said. A shot's score is the mean of its strengths. Words are found by full-text search (BM25, S. Robertson and H. Zaragoza,
Found. Trends Inf. Retr. 3(4), 2009), meanings by the cosine of sentence vectors; pictures by the cosine with what an image-text model
makes of the wording, measured against all other shots, for these cosines lie close together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from .search_query import INFINITE, Query, Test, Wish
from .search_words import STOP

SURE = 0.25
"""An unwanted thing that is less sure does not count."""
PARTLY = 0.6
"""What a score is worth where a wish is missed."""
HEARSAY = 0.5
"""What a thing is worth that is not seen, but named by the file or talked about."""
NEAR, ALIKE = 0.2, 0.7
"""Cosine of two sentences from which one is like the other at all, and from which it says the same."""
STANDING_OUT, CLEAR = 1.5, 4.0
"""By how many standard deviations a picture lies above all others until it counts, and counts in full."""
BLOCK = 2048
"""Vectors compared at once: what fits into a processor's cache."""
POOL = 400
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


Listed = tuple[str, str]
"""Numbers of shots, and as many strengths in thousandths, both separated by commas; "" for none."""


class Shelf(Protocol):
    """What is asked of a library; `ml.library.Library` answers."""

    def extent(self) -> int: ...
    def labelled(self, kind: str, label: str) -> Listed: ...
    def valued(self, column: str, value: str) -> Listed: ...
    def mood(self, value: str) -> Listed: ...
    def between(self, column: str, least: float, most: float) -> Listed: ...
    def in_files(self, text: str) -> Listed: ...
    def all_shots(self) -> Listed: ...
    def said(self, match: str, most: int = ...) -> list[tuple[int, int, float]]: ...
    def holding(self, text: str, most: int = ...) -> list[tuple[int, int, float]]: ...
    def about(self, match: str, most: int = ...) -> list[tuple[int, float]]: ...
    def passages(self, numbers: Sequence[int]) -> Mapping[int, tuple[Any, str]]: ...
    def shots_of_passages(self, passages: Sequence[int]) -> Mapping[int, int]: ...
    def vectors(self, kind: str, space: str) -> bytes: ...
    def values(self, column: str, numbers: Sequence[int]) -> Mapping[int, float]: ...


@dataclass(frozen=True)
class Sought:
    """Where the wording of a search lies in a space of meaning: `vector` float32 (width,), a unit vector, compared with what the
    library has of "passage" or "shot" there."""

    kind: Literal["passage", "shot"]
    space: str
    vector: Any


@dataclass(frozen=True)
class Hit:
    """A shot. `score` 0..1; `reasons` in words; `missing` are wishes it does not meet; `passage` is the sentence that was looked for."""

    shot: int
    score: float
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()
    passage: int | None = None


@dataclass(frozen=True)
class Found:
    """`hits`, the best first, of `total`; `understood` is how the wording was read, `told` what the user should know of it."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    understood: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass
class _Column:
    """A wish as strengths of all shots, float32 (shots,); `passages` are the sentences that meet it."""

    meant: str
    strengths: Any
    must: bool = False
    shown: bool = True
    passages: Mapping[int, int] | None = None


def find(query: Query, shelf: Shelf, sought: Sequence[Sought] = (), most: int = 50) -> Found:
    """The best `most` shots for `query`. `sought` are its `meaning` and `scene`, where somebody has read them."""
    size = shelf.extent()
    if not query or not size:
        return Found(understood=_understood(query), told=("Nothing is in the library yet.",) if not size else ())
    columns, told = _columns(query, shelf, sought, size)
    allowed = np.ones(size, bool)
    if not columns:
        allowed[:] = False
        allowed[_numbers(shelf.all_shots()[0])] = True
    for wish in query.wishes:
        if wish.unwanted:
            allowed &= _strengths(wish, shelf, size) < SURE
    for column in columns:
        if column.must:
            allowed &= column.strengths > 0
    soft = [column for column in columns if not column.must]
    met = sum((column.strengths > 0).astype(np.int32) for column in soft) if soft else np.zeros(size, np.int32)
    allowed &= met >= (len(soft) - 1 if len(soft) > 1 else len(soft))
    total = sum(column.strengths for column in columns) if columns else np.ones(size, np.float32)
    scores = total / max(1, len(columns))
    scores = np.where(met < len(soft), scores * PARTLY, scores)
    for one in sought:
        if one.kind == "shot" and query.scene and not any(column.meant.startswith("looks like") for column in columns):
            scores = scores + np.where(allowed, 0.1 * _pictures(one, shelf, size), 0)
    numbers = np.flatnonzero(allowed)
    best = _best(numbers, scores[numbers], query, shelf)[:most]
    hits = tuple(_hit(int(number), float(min(1.0, scores[number])), columns) for number in best)
    return Found(hits, len(numbers), _understood(query), tuple(told))


def _best(numbers: Any, scores: Any, query: Query, shelf: Shelf) -> Any:
    """The shots in the order that is asked for; those that score alike, the better picture first."""
    if query.order not in ("longest", "shortest") and len(numbers) > POOL:
        best = np.sort(np.argpartition(-scores, POOL)[:POOL])
        numbers, scores = numbers[best], scores[best]
    by = dict(zip(numbers.tolist(), scores.tolist(), strict=True))
    listed = sorted(by, key=lambda number: (-by[number], number))
    grades = shelf.values("grade", listed[:POOL])
    if query.order == "grade":
        return sorted(listed, key=lambda number: (-round(by[number], 1), -grades.get(number, 0.0), number))
    if query.order:
        seconds = shelf.values("seconds", listed)
        sign = -1 if query.order == "longest" else 1
        return sorted(listed, key=lambda number: (sign * seconds.get(number, 0.0), number))
    return sorted(listed, key=lambda number: (-round(by[number], 3), -grades.get(number, 0.0), number))


def _columns(query: Query, shelf: Shelf, sought: Sequence[Sought], size: int) -> tuple[list[_Column], list[str]]:
    """What is wished for, as strengths, and what to say of words that nobody understood."""
    told: list[str] = []
    meaning = next((one for one in sought if one.kind == "passage"), None)
    columns = [_wished(wish, shelf, size, told) for wish in query.wishes if not wish.unwanted]
    for phrase in query.phrases:
        column = _quoted(phrase, shelf, size)
        if not column.passages and meaning is not None and query.meaning:
            told.append(f"Nobody says “{phrase}”: sentences that mean the like are listed.")
            column = _meant(f"means “{phrase}”", meaning, shelf, size)
        columns.append(column)
    if query.spoken:
        columns.append(_worded(f"“{query.spoken}” is said", query.spoken, shelf, size, meaning, about=False, must=True))
    if query.topic:
        columns.append(_worded(f"about “{query.topic}”", query.topic, shelf, size, meaning, about=False))
    if query.rest:
        column = _worded(f"“{query.rest}”", query.rest, shelf, size, None if query.topic else meaning, about=True)
        for one in sought:
            if one.kind == "shot":
                column.strengths = np.maximum(column.strengths, _pictures(one, shelf, size))
                column.meant = f"looks like “{query.rest}”" if not column.passages else column.meant
        told.append(
            f"“{query.rest}” is looked for as it is written: nothing in the library is called so."
            if column.strengths.any()
            else f"“{query.rest}” was not understood, and is said nowhere."
        )
        if column.strengths.any() or not columns:
            columns.append(column)
    return columns, told


def _wished(wish: Wish, shelf: Shelf, size: int, told: list[str]) -> _Column:
    """A wish as strengths. What is seen nowhere in the library may still be named by a file or a folder, or be talked about."""
    column = _Column(wish.meant, _strengths(wish, shelf, size), wish.must)
    if wish.must or column.strengths.any() or not any(test.kind in ("object", "concept") for test in wish.tests):
        return column
    words = _worded(f"“{wish.asked}”", wish.asked, shelf, size, None, about=True)
    if not words.strengths.any():
        told.append(f"Nothing in the library shows “{wish.asked}”.")
        return column
    words.strengths *= HEARSAY
    told.append(f"Nothing in the library shows “{wish.asked}”: it is looked for in what is said and in the names of files.")
    return words


def _strengths(wish: Wish, shelf: Shelf, size: int) -> Any:
    """Float32 (size,): how well each shot meets the wish."""
    strengths = np.zeros(size, np.float32)
    for test in wish.tests:
        numbers, thousandths = _rows(test, shelf)
        if numbers:
            _raise(strengths, _numbers(numbers), _numbers(thousandths).astype(np.float32) * np.float32(test.weight / 1000))
    return strengths


def _rows(test: Test, shelf: Shelf) -> Listed:
    if test.what == "label":
        return shelf.labelled(test.kind, test.value)
    if test.what == "mood":
        return shelf.mood(test.value)
    if test.what in ("seconds", "grade", "faces"):
        return shelf.between(test.what, max(test.least, 0.0), min(test.most, 1e9) if test.most != INFINITE else 1e9)
    if test.what == "file":
        return shelf.in_files(test.value)
    return shelf.valued(test.what, test.value)


def _raise(strengths: Any, numbers: Any, values: Any) -> None:
    """Raises the strengths of these shots to these values where they are less."""
    inside = numbers < len(strengths)  # another process may be adding shots
    np.maximum.at(strengths, numbers[inside], values[inside])  # a shot may be there several times


def _raise_rows(strengths: Any, rows: Sequence[tuple[int, float]]) -> None:
    if rows:
        _raise(strengths, np.array([row[0] for row in rows]), np.array([row[1] for row in rows], np.float32))


def _numbers(listed: str) -> Any:
    return np.fromstring(listed, np.int64, sep=",")


def tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _match(text: str, how: str) -> str:
    """`text` for FTS5: as a phrase (how " "), all of its words ("AND"), or any of them ("OR")."""
    listed = tokens(text)
    return '"' + " ".join(listed) + '"' if how == " " else f" {how} ".join(f'"{word}"' for word in listed)


def _quoted(phrase: str, shelf: Shelf, size: int) -> _Column:
    """What is said word for word. The index knows stems; so those that have other forms come after the exact ones."""
    column = _Column(f"“{phrase}” is said", np.zeros(size, np.float32), must=True)
    rows = shelf.holding(phrase) if _WITHOUT_SPACES.search(phrase) else shelf.said(_match(phrase, " ")) if tokens(phrase) else []
    texts = shelf.passages([row[0] for row in rows[:POOL]])
    wanted = " ".join(tokens(phrase))
    exact = {number for number, (_span, text) in texts.items() if wanted in " ".join(tokens(text))}
    column.passages = {}
    for passage, shot, _rank in sorted(rows, key=lambda row: row[0] not in exact):
        column.passages.setdefault(shot, passage)
    _raise_rows(column.strengths, [(shot, 1.0 if passage in exact else 0.7) for passage, shot, _rank in rows])
    return column


def _worded(meant: str, text: str, shelf: Shelf, size: int, meaning: Sought | None, *, about: bool, must: bool = False) -> _Column:
    """Words wherever they are: all of them in a sentence, some of them, in what a shot is about, or sentences that mean the like."""
    column = _Column(meant, np.zeros(size, np.float32), must)
    passages: dict[int, tuple[float, int]] = {}

    def say(rows: Iterable[tuple[int, int, float]]) -> None:
        for passage, shot, strength in rows:
            passages[shot] = max(passages.get(shot, (0.0, 0)), (strength, passage))

    listed = tokens(text)
    telling = [word for word in listed if word not in STOP] or listed
    if listed:
        whole = shelf.said(_match(text if must else " ".join(telling), "AND"))
        say((passage, shot, 1.0 - 0.1 * place / len(whole)) for place, (passage, shot, _rank) in enumerate(whole))
        if len(listed) > 1 and not must:
            some = shelf.said(_match(" ".join(telling), "OR"), 500)
            top = min((rank for _passage, _shot, rank in some), default=-1.0) or -1.0
            say((passage, shot, 0.5 * max(0.0, rank / top)) for passage, shot, rank in some)
        if about:
            _raise_rows(column.strengths, [(shot, 0.9) for shot, _rank in shelf.about(_match(" ".join(telling), "AND"))])
    if _WITHOUT_SPACES.search(text):
        say((passage, shot, 1.0) for passage, shot, _rank in shelf.holding(text))
    if meaning is not None and not (must and passages):
        near = _meant(meant, meaning, shelf, size)
        say((passage, shot, float(near.strengths[shot])) for shot, passage in (near.passages or {}).items())
    _raise_rows(column.strengths, [(shot, strength) for shot, (strength, _passage) in passages.items()])
    column.passages = {shot: passage for shot, (_strength, passage) in passages.items()}
    return column


def _meant(meant: str, sought: Sought, shelf: Shelf, size: int) -> _Column:
    """Sentences that mean the like of what was written."""
    column = _Column(meant, np.zeros(size, np.float32))
    cosines = _cosines(sought, shelf)
    near = np.flatnonzero(cosines >= NEAR)
    near = near[np.argsort(-cosines[near], kind="stable")][:POOL]
    shots = shelf.shots_of_passages(near.tolist())
    column.passages = {}
    rows = []
    for passage in near.tolist():
        if passage in shots:
            column.passages.setdefault(shots[passage], passage)
            rows.append((shots[passage], float(np.clip((cosines[passage] - NEAR) / (ALIKE - NEAR), 0.05, 1.0))))
    _raise_rows(column.strengths, rows)
    return column


def _pictures(sought: Sought, shelf: Shelf, size: int) -> Any:
    """Float32 (size,): how far each picture stands out among all by its likeness to the wording, 0..1."""
    cosines = _cosines(sought, shelf)
    there = cosines != 0
    strengths = np.zeros(size, np.float32)
    if there.sum() > 1 and (deviation := float(cosines[there].std())) > 0:
        above = (cosines - float(cosines[there].mean())) / deviation
        found = np.clip((above - STANDING_OUT) / (CLEAR - STANDING_OUT), 0, 1) * there
        strengths[: min(size, len(found))] = found[:size]
    return strengths


def _cosines(sought: Sought, shelf: Shelf) -> Any:
    """Float32 (vectors,): the cosine of each kept vector (signed bytes, unit length times 127) with the wording's."""
    vector = np.asarray(sought.vector, np.float32)
    rows = np.frombuffer(shelf.vectors(sought.kind, sought.space), np.int8).reshape(-1, len(vector))
    scaled = vector / np.float32(127)
    found = np.empty(len(rows), np.float32)
    # Not `@`: a second thread of BLAS waits more than it helps on so little (twenty times the processor's time on two busy cores).
    for start in range(0, len(rows), BLOCK):
        found[start : start + BLOCK] = np.einsum("ij,j->i", rows[start : start + BLOCK].astype(np.float32), scaled)
    return found


def _hit(number: int, score: float, columns: Sequence[_Column]) -> Hit:
    met = [column for column in columns if column.strengths[number] > 0]
    reasons = tuple(f"{column.meant} {column.strengths[number]:.0%}" if column.strengths[number] < 1 else column.meant for column in met)
    missing = tuple(column.meant for column in columns if column.strengths[number] <= 0)
    passage = next((column.passages[number] for column in met if column.passages and number in column.passages), None)
    return Hit(number, round(score, 4), reasons, missing, passage)


def _understood(query: Query) -> tuple[str, ...]:
    """How the wording was read, part by part."""
    parts = [f"without {wish.meant}" if wish.unwanted else wish.meant for wish in query.wishes]
    parts += [f"“{phrase}” is said" for phrase in query.phrases]
    parts += [f"“{query.spoken}” is said"] if query.spoken else []
    parts += [f"about “{query.topic}”"] if query.topic else []
    parts += [{"grade": "best first", "longest": "longest first", "shortest": "shortest first"}[query.order]] if query.order else []
    return tuple(dict.fromkeys(parts))
