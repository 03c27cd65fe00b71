"""The library's file: opened, migrated, and never lost. SQLite in WAL mode, so that several processes read while one writes.

A write is one transaction, and it is on the disk before it counts: a crash, a kill or a full disk leaves the file as it was before
that write. What is no library, or a newer one, is left alone; what is damaged is put aside under another name, and said.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import BAD_INPUT, DEFECT, NO_SPACE, STALE, EditorError
from .library_schema import STEPS

NAME = "library.sqlite"
MARK = 0x41454C31
"""`application_id` of our files ("AEL1"), by which another program's database is told from one of ours."""
PATIENCE = 15.0
"""Seconds another process is waited for."""
_PAGE = 8192
_FULL, _CORRUPT, _NO_DATABASE, _BUSY, _LOCKED, _READ_ONLY, _CANNOT_OPEN, _IO = 13, 11, 26, 5, 6, 8, 14, 10
_WORDS = {
    "malformed": _CORRUPT, "not a database": _NO_DATABASE, "is full": _FULL, "is locked": _BUSY, "readonly": _READ_ONLY,
    "unable to open": _CANNOT_OPEN, "disk I/O": _IO,
}  # fmt: skip
_AGAIN = "Index your folders again: what was found out about your media is stored apart from it, so that is quick."


def path_in(folder: str | Path) -> Path:
    return Path(folder) / NAME


def opened(folder: str | Path) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """A connection to the library below `folder`, made or migrated if need be, and what the user is to know about it.

    Raises `EditorError`: BAD_INPUT where the folder cannot be used or the file is somebody else's or a newer version's, NO_SPACE.
    """
    path = path_in(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        what = f"The library's folder {path.parent} cannot be made: {reason.strerror or reason}."
        raise EditorError(what, "Choose another folder in the preferences.", BAD_INPUT) from reason
    try:
        return _connect(path), ()
    except sqlite3.Error as reason:
        if not damaged(reason):
            raise told(reason, path) from reason
        aside = put_aside(path)
    try:
        return _connect(path), (f"The library was damaged. It is kept as {aside}, and a new one was begun. {_AGAIN}",)
    except sqlite3.Error as reason:
        raise told(reason, path) from reason


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves nothing legible in the file
        connection.execute("BEGIN")  # the three belong together: another process may be making the file
        version, mark, schema = (_pragma(connection, name) for name in ("user_version", "application_id", "schema_version"))
        connection.execute("COMMIT")
        if mark != MARK and (mark or version or schema):
            raise EditorError(f"{path} is a database of another program.", "Move it away, or choose another folder.", BAD_INPUT)
        if version > len(STEPS):
            what = f"The library {path} is a newer version's: its format is {version}, this one knows {len(STEPS)}."
            raise EditorError(what, "Update the extension. The library was left as it is.", BAD_INPUT)
        if not version:
            connection.execute(f"PRAGMA page_size = {_PAGE}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if version < len(STEPS):
            migrate(connection, STEPS)
        connection.execute("SELECT count(*) FROM media").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Asks for WAL; where the disk cannot (a network drive), the file stays as it is, and is as safe.

    SQLite does not wait here as it does elsewhere: two processes that make a library at once would each be in the other's way.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as reason:
            if _code(reason) != _BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def migrate(connection: sqlite3.Connection, steps: Sequence[Sequence[str]]) -> None:
    """Brings the file to the newest format, all of it or nothing; a new file goes the same way, from nothing."""
    with transaction(connection):
        done = _pragma(connection, "user_version")  # another process may have been first
        for step in steps[done:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute(f"PRAGMA application_id = {MARK}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check(connection: sqlite3.Connection) -> str:
    """What is wrong with the file, "" where nothing is. Reads all of it."""
    answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if answer == "ok" else answer


def damaged(reason: sqlite3.Error) -> bool:
    """Whether it is the file itself that is broken: nothing else is a reason to put it aside."""
    return _code(reason) in (_CORRUPT, _NO_DATABASE)


def _code(reason: sqlite3.Error) -> int:
    code = getattr(reason, "sqlite_errorcode", None)  # since Python 3.11
    if code is not None:
        return int(code) & 0xFF
    return next((number for words, number in _WORDS.items() if words in str(reason)), 0)


def put_aside(path: Path) -> Path:
    """Renames the file, and what belongs to it, to a name that is free. Raises `EditorError(BAD_INPUT)` when it cannot."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        for ending in ("", "-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
    except OSError as reason:
        what = f"The library {path} is damaged, and cannot be put aside: {reason.strerror or reason}."
        raise EditorError(what, "Close other Blenders, then move the file away.", BAD_INPUT) from reason
    return aside


def asides(folder: str | Path) -> tuple[Path, ...]:
    """The damaged libraries that were put aside."""
    path = path_in(folder)
    return tuple(sorted(path.parent.glob(f"{path.stem}.damaged-*")))


def told(reason: sqlite3.Error, path: Path) -> EditorError:
    """What went wrong, as a user is told it."""
    code = _code(reason)
    if "no such module" in str(reason):
        remedy = "Use Blender as blender.org builds it."
        return EditorError("The SQLite of this Blender has no full-text search (FTS5).", remedy, BAD_INPUT)
    if code == _FULL:
        return EditorError(f"The disk with the library {path} is full.", "Free some space. What is in the library is unharmed.", NO_SPACE)
    if code in (_BUSY, _LOCKED):
        return EditorError(f"The library {path} is in use by another Blender.", "Try again when it has finished.", STALE)
    if code in (_READ_ONLY, _CANNOT_OPEN, _IO):
        return EditorError(f"The library {path} cannot be used: {reason}.", "Check that its folder can be written to.", BAD_INPUT)
    return EditorError(f"The library {path} cannot be read: {reason}.", "Please report it.", DEFECT)


@contextmanager
def explained(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Whatever SQLite finds wrong inside leaves as `EditorError`; a damaged file is put aside before."""
    try:
        yield
    except sqlite3.Error as reason:
        if not damaged(reason):
            raise told(reason, path) from reason
        connection.close()
        aside = put_aside(path)
        raise was_damaged(aside, str(reason)) from reason


def was_damaged(aside: Path, detail: str) -> EditorError:
    return EditorError(f"The library is damaged, and was put aside as {aside}.", _AGAIN, STALE, detail)
