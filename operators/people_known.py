"""Who this computer knows, and which faces are stored of a scene's films. Nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from . import stored
from .desk import desk

if TYPE_CHECKING:
    from ..ml.facts import Faces
    from ..timeline.persons import Persons, Register
    from ..timeline.state import Timeline

_read: dict[str, tuple[tuple[int, int], Register]] = {}
"""Folder -> (size and time of the register's file, what stands in it)."""


def register_now() -> Register:
    """The register as it stands. Raises `EditorError` when it cannot be read."""
    from ..ml import people
    from ..timeline import persons

    folder = preferences.people_folder()
    path = people.path_in(folder)
    try:
        facts = path.stat()
        stamp = facts.st_size, facts.st_mtime_ns
    except OSError:  # not there, or not to be looked at: reading it says which
        stamp = 0, 0
    if folder not in _read or _read[folder][0] != stamp:
        _read[folder] = stamp, persons.load(people.read(folder))
    return _read[folder][1]


def keep(register: Register) -> None:
    """Writes it. Raises `EditorError` when it cannot be written."""
    from ..ml import people
    from ..timeline import persons
    from ..timeline.outcome import Outcome

    people.write(preferences.people_folder(), persons.dump(register))
    _read.clear()
    for listener in desk.listeners:  # whatever shows names shows others now
        listener(Outcome("People"))


def consent() -> bool:
    """Whether people may be known by their faces on this computer. Not where the register cannot be read: the list of people says so."""
    from ..ml.errors import EditorError

    try:
        return register_now().consent
    except EditorError:
        return False


def faces(timeline: Timeline, settings: Any) -> dict[str, Faces]:
    """Medium -> its faces, of the movie strips whose faces are stored as the present options ask for them."""
    from . import people_options

    return stored.movies(timeline, "faces", people_options.faces_task(settings))


def persons_of(facts: Mapping[str, Faces]) -> Persons:
    """What these faces are called."""
    from ..timeline import persons

    return persons.known(facts, register_now())


def here(timeline: Timeline, settings: Any) -> Persons | None:
    """Who is seen in the scene's films, by name or number; None where nobody may be known."""
    return persons_of(faces(timeline, settings)) if consent() else None


def names() -> tuple[str, ...]:
    """Everybody's who was named; none where the register cannot be read, for it can be removed all the same."""
    from ..ml.errors import EditorError

    try:
        return tuple(person.name for person in register_now().persons if person.name)
    except EditorError:
        return ()


def rename_in_library(before: str, after: str) -> None:
    """Who was seen where bears the new name, where there is a library."""
    from ..ml import library, library_file

    folder = preferences.library_folder()
    if library_file.path_in(folder).exists():
        with library.Library(folder) as opened:
            opened.rename_person(before, after)


def forget() -> None:
    """Removes the register, every stored result about faces, and who was seen where from the library."""
    from ..ml import library, people
    from ..ml.cache import Cache

    people.forget(preferences.people_folder())
    Cache(preferences.backend(bpy.context).cache).forget("faces")
    library.forget_people(preferences.library_folder())
    _read.clear()
    stored.forget()


def unregister() -> None:
    _read.clear()


CLASSES: tuple[type, ...] = ()
