"""What the preferences show, as last looked up. Drawing reads it; only tasks write it. `look` is the one look-up."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import bpy

from ..ml.errors import CANCELLED, EditorError
from .task import Task, redraw

if TYPE_CHECKING:
    from ..ml import backend, models


@dataclass(frozen=True)
class Places:
    """Folders as the preferences name them. `own` is Blender's Python, `named` the user's, `existing` his own environment's."""

    backend: str
    models: str
    cache: str
    own: str
    named: str
    existing: str


@dataclass(frozen=True)
class Look:
    """One look at everything there is."""

    places: Places
    interpreters: tuple[backend.Interpreter, ...] = ()
    sensible: str = "cpu"
    environment: backend.Environment | None = None
    outdated: bool = False
    python: str = ""
    models: tuple[models.Status, ...] = ()
    cache_bytes: int = 0


@dataclass
class Status:
    """`messages` (page -> (is an error, text)) hold what the last action on a page said; `test` the last self-test."""

    seen: Look | None = None
    test: backend.SelfTestReport | None = None
    messages: dict[str, tuple[bool, str]] = field(default_factory=dict)
    looking: bool = False
    wanted: tuple[Places, bool] | None = None
    """What changed while a look was under way: it is looked at next."""


status = Status()


def look(places: Places, interpreters: tuple[backend.Interpreter, ...] | None = None) -> Look:
    """Runs every Python it finds unless told which there are, reads the folders. About a second; no bpy."""
    from ..ml import backend, models
    from ..ml.cache import Cache

    found = backend.find_interpreters(places.named, places.own) if interpreters is None else interpreters
    sensible = backend.sensible().name if status.seen is None or interpreters is None else status.seen.sensible
    return Look(
        places=places,
        interpreters=found,
        sensible=sensible,
        environment=backend.current(places.backend),
        outdated=backend.outdated(places.backend),
        python=places.existing or backend.python_of(places.backend) or "",
        models=models.status(places.models),
        cache_bytes=Cache(places.cache).size() if Path(places.cache).is_dir() else 0,
    )


def look_again(places: Places, pythons: bool = False) -> None:
    """Starts a look beside Blender, after the one that is under way; not where there is no window to show it in.

    `pythons`: search for interpreters again too, which is slower.
    """
    if bpy.app.background:
        return
    if status.looking:
        status.wanted = (places, pythons or (status.wanted is not None and status.wanted[1]))
        return
    status.looking = True
    known = None if pythons or status.seen is None else status.seen.interpreters

    def fail(error: EditorError) -> None:
        status.messages["BACKEND"] = (True, str(error))
        _seen(Look(places))

    Task("", "Looking", lambda task: look(places, known), _seen, fail).start()


def _seen(found: Look) -> None:
    status.seen, status.looking = found, False
    wanted, status.wanted = status.wanted, None
    if wanted is not None:
        look_again(*wanted)
    redraw()


def say(page: str, text: str, error: bool = False) -> None:
    status.messages[page] = (error, text)


def say_failed(page: str, error: EditorError) -> None:
    """Shows what went wrong; the detail behind it goes to Blender's console."""
    if error.code == CANCELLED:
        say(page, "Stopped. Nothing was left behind.")
        return
    say(page, str(error), error=True)
    if error.detail:
        sys.stderr.write(error.detail.rstrip() + "\n")


def forget() -> None:
    """As if Blender had just been started."""
    status.seen, status.test, status.looking, status.wanted = None, None, False, None
    status.messages.clear()


CLASSES: tuple[type, ...] = ()
