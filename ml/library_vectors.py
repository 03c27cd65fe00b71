"""Vectors of the library: signed bytes, `ROWS` to a row of the table, in the order of the numbers of what they belong to.

So all of a space is one stretch of memory when it is searched, read in a few rows; and a write changes one row of the table.
What has no vector is zeros there, which are like nothing. Read once, a space is kept; only rows that were written since are read again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

ROWS = 1024
_lock = threading.Lock()
_cached: dict[tuple[Path, str], tuple[dict[int, int], dict[int, bytes], bytes]] = {}
"""(file, space) -> (page -> when it was written, page -> its bytes, all of them)."""


def store(connection: sqlite3.Connection, space: str, vectors: Mapping[int, bytes]) -> None:
    """Keeps a vector for each number, within the caller's transaction. All of a space are of one width; another one begins it anew."""
    if not vectors:
        return
    width = len(next(iter(vectors.values())))
    known = connection.execute("SELECT id, width FROM spaces WHERE name = ?", (space,)).fetchone()
    if known is not None and known[1] != width:
        connection.execute("DELETE FROM vectors WHERE space = ?", (known[0],))
        connection.execute("UPDATE spaces SET width = ? WHERE id = ?", (width, known[0]))
    elif known is None:
        connection.execute("INSERT INTO spaces (name, width) VALUES (?, ?)", (space, width))
    (number,) = connection.execute("SELECT id FROM spaces WHERE name = ?", (space,)).fetchone()
    _patch(connection, number, width, vectors)


def erase(connection: sqlite3.Connection, kind: str, numbers: Iterable[int]) -> None:
    """Blanks the vectors of these, in every space of their kind ("shot", "passage")."""
    numbers = list(numbers)
    for space, width in connection.execute("SELECT id, width FROM spaces WHERE name GLOB ?", (f"{kind}/*",)).fetchall():
        _patch(connection, space, width, dict.fromkeys(numbers, bytes(width)), only_there=True)


def _patch(connection: sqlite3.Connection, space: int, width: int, vectors: Mapping[int, bytes], only_there: bool = False) -> None:
    pages: dict[int, list[tuple[int, bytes]]] = {}
    for number, vector in vectors.items():
        pages.setdefault(number // ROWS, []).append((number % ROWS * width, vector))
    if not pages:
        return
    connection.execute("UPDATE writes SET count = count + 1")
    (now,) = connection.execute("SELECT count FROM writes").fetchone()
    for page, wanted in pages.items():
        found = connection.execute("SELECT data FROM vectors WHERE space = ? AND page = ?", (space, page)).fetchone()
        if found is None and only_there:
            continue
        data = bytearray(found[0]) if found is not None else bytearray(ROWS * width)
        for place, vector in wanted:
            data[place : place + width] = vector
        connection.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", (space, page, now, bytes(data)))


def spaces(connection: sqlite3.Connection, kind: str) -> dict[str, int]:
    """The spaces that vectors of this kind lie in, by name, and how wide they are."""
    rows = connection.execute("SELECT name, width FROM spaces WHERE name GLOB ?", (f"{kind}/*",)).fetchall()
    return {name.partition("/")[2]: width for name, width in rows}


def some(connection: sqlite3.Connection, space: str, numbers: Iterable[int]) -> dict[int, bytes]:
    """The vectors of these numbers in a space, without reading all of it; those that have none are left out."""
    known = connection.execute("SELECT id, width FROM spaces WHERE name = ?", (space,)).fetchone()
    found: dict[int, bytes] = {}
    pages: dict[int, bytes] = {}
    for number in numbers if known is not None else ():
        page, place = divmod(number, ROWS)
        if page not in pages:
            row = connection.execute("SELECT data FROM vectors WHERE space = ? AND page = ?", (known[0], page)).fetchone()
            pages[page] = row[0] if row is not None else b""
        vector = pages[page][place * known[1] : (place + 1) * known[1]]
        if any(vector):
            found[number] = vector
    return found


def load(connection: sqlite3.Connection, path: Path, space: str) -> bytes:
    """Every vector of a space, one after the other by number; missing ones are zeros. Kept until the next call."""
    known = connection.execute("SELECT id, width FROM spaces WHERE name = ?", (space,)).fetchone()
    if known is None:
        return b""
    with _lock:
        when, pages, whole = _cached.get((path, space), ({}, {}, b""))
        now = dict(connection.execute("SELECT page, changed FROM vectors WHERE space = ?", (known[0],)).fetchall())
        if now != when:
            changed = [page for page in now if when.get(page) != now[page]]
            pages = {page: data for page, data in pages.items() if page in now}
            for page in changed:
                (pages[page],) = connection.execute("SELECT data FROM vectors WHERE space = ? AND page = ?", (known[0], page)).fetchone()
            blank = bytes(ROWS * known[1])
            whole = b"".join(pages.get(page, blank) for page in range(max(now, default=-1) + 1))
            _cached[path, space] = (now, pages, whole)
        return whole


def forget_cached(path: Path) -> None:
    with _lock:
        for key in [key for key in _cached if key[0] == path]:
            del _cached[key]
