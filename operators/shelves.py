"""Lists of what stands on the timeline, kept for panels and scripts: made anew a moment after something changed, never while drawing.

Kept at the window manager, which no undo touches and no file is to hold.
"""

from __future__ import annotations

from typing import Any, ClassVar

import bpy
from bpy.app.handlers import persistent

from ..ml.errors import EditorError
from .desk import desk, redraw

WAIT = 0.4
"""Seconds the timeline is left alone before a list is made anew."""


class Shelf:
    """`rows` are the list's values, each with a `key`. `scene` is the session number of the scene they are of, `seen` what it looked
    like then.

    `note` says what keeps the list from being whole, and `stale` that the timeline has changed since. `quiet` while a row is
    chosen, or text filled in, by nobody's hand.
    """

    group_name: ClassVar[str]
    """The window manager's property: it has `rows` and `active`."""

    def __init__(self) -> None:
        self.quiet = False
        self._handlers: list[tuple[str, Any]] = []
        self.clear()

    def clear(self) -> None:
        self.rows: tuple[Any, ...] = ()
        self.scene, self.seen, self.note, self.stale, self.asked_for = 0, "", "", False, False
        self._gone: Any = None
        self._instead: Any = None

    def make(self, scene: Any) -> None:
        """Sets `rows`, and `note` where something is missing. Raises `EditorError` when the timeline cannot be read."""
        raise AssertionError(f"{type(self).__name__} says how its list is made")

    def fill(self) -> None:
        """Shows the rows in the window manager's property."""
        raise AssertionError(f"{type(self).__name__} says how its list is shown")

    def empty(self) -> None:
        """Takes the rows out of that property."""
        self.group.rows.clear()

    def digest(self, scene: Any) -> str:
        """Another text whenever the list may have to be another."""
        raise AssertionError(f"{type(self).__name__} says what its list is made of")

    @property
    def group(self) -> Any:
        return getattr(bpy.context.window_manager, self.group_name)

    def chosen(self) -> Any:
        """The chosen row, None without one."""
        return self.rows[self.group.active] if 0 <= self.group.active < len(self.rows) else None

    def choose(self, key: Any) -> None:
        """Chooses the row with this key, without moving the playhead; another only if the present one is past the end."""
        number = next((n for n, row in enumerate(self.rows) if row.key == key), min(self.group.active, max(0, len(self.rows) - 1)))
        was, self.quiet = self.quiet, True
        try:
            self.group.active = number
        finally:
            self.quiet = was

    def refresh(self, scene: Any) -> None:
        """Makes the list anew. Raises `EditorError` when the timeline cannot be read; the list is empty then."""
        key = self._key()
        self.rows, self.note, self.stale = (), "", False
        self.scene, self.seen, self.asked_for = scene.session_uid, self.digest(scene), True
        try:
            self.make(scene)
        except EditorError as error:
            self.note = str(error)
            raise
        finally:
            self.fill()
        self._keep(key)

    def _key(self) -> Any:
        """Of the chosen row, None without one."""
        chosen = self.chosen()
        return chosen.key if chosen is not None else None

    def _keep(self, key: Any) -> None:
        """Chooses the row that was chosen. One that had gone is chosen again when it comes back, as by Ctrl+Z, unless the editor has
        chosen another since."""
        keys = [row.key for row in self.rows]
        if key != self._instead:
            self._gone = None
        elif self._gone is not None and self._gone in keys:
            key, self._gone = self._gone, None
        self.choose(key)
        if key is not None and key not in keys:
            self._gone, self._instead = key, self._key()

    def outdated(self, scene: Any) -> bool:
        """Whether the list is of another scene, or anything it shows may have changed since."""
        return self.stale or self.scene != scene.session_uid or self.seen != self.digest(scene)

    def up_to_date(self, scene: Any) -> None:
        """Makes the list anew if it may have to be another."""
        if self.outdated(scene):
            self.refresh(scene)

    def touch(self, *_: Any) -> None:
        """Something may have changed: looked at once things are quiet. Costs nothing where no list was made.

        Panels call it when they are drawn: of most edits in the sequencer Blender tells nobody else (5.2), but it draws anew.
        """
        if self.asked_for and not bpy.app.background:
            if bpy.app.timers.is_registered(self._look):
                bpy.app.timers.unregister(self._look)
            bpy.app.timers.register(self._look, first_interval=WAIT)

    def look_again(self) -> float | None:
        """What the timer does; when to do it again."""
        if desk.running:
            return WAIT
        scene = next((scene for scene in bpy.data.scenes if scene.session_uid == self.scene), None)
        if scene is None or not self.asked_for:
            return None
        before = self.rows, self.note, self.stale, self.seen
        try:
            self.up_to_date(scene)
        except EditorError as error:
            self.note = str(error)
        if (self.rows, self.note, self.stale, self.seen) != before:  # more may be drawn than the rows: who is muted, lanes
            redraw()
        return None

    def register(self) -> None:
        """From now on the list follows runs, and opening and saving files."""
        self._look = self.look_again  # one object: Blender knows timers by it

        def on_run(*_: Any) -> None:
            """New facts may be known, though nothing on the timeline changed."""
            self.stale = True
            self.touch()

        @persistent
        def on_load(*_: Any) -> None:
            self.clear()
            self.fill()

        @persistent
        def before_saving(*_: Any) -> None:
            """The list is made from what the file holds: it is not saved with it."""
            self.empty()

        @persistent
        def after_saving(*_: Any) -> None:
            self.fill()

        self._on_run = on_run
        desk.listeners.append(on_run)
        self._handlers = [("load_post", on_load), ("save_pre", before_saving), ("save_post", after_saving)]
        for name, handler in self._handlers:
            getattr(bpy.app.handlers, name).append(handler)

    def unregister(self) -> None:
        for name, handler in self._handlers:
            getattr(bpy.app.handlers, name).remove(handler)
        desk.listeners.remove(self._on_run)
        if bpy.app.timers.is_registered(self._look):
            bpy.app.timers.unregister(self._look)
        self.clear()


class Quiet(Shelf):
    """A shelf Blender shows no list of, hence no row of it is chosen. It is kept for panels that draw from it (`follow`)."""

    def chosen(self) -> Any:
        return None

    def _keep(self, key: Any) -> None:
        pass

    def fill(self) -> None:
        pass

    def empty(self) -> None:
        pass

    def forget(self) -> None:
        """Takes away what was made of another scene."""
        self.rows = ()

    def follow(self, scene: Any) -> None:
        """Somebody looks at this scene: from now on it is kept for it. Panels and the overlay call it when they are drawn."""
        if self.scene != scene.session_uid or not self.asked_for:
            self.scene, self.asked_for, self.stale = scene.session_uid, True, True
            self.forget()
        elif self.stale and not bpy.app.background and bpy.app.timers.is_registered(self._look):
            return  # it is to be made anew anyway: drawing on and on, as in playback, must not put that off
        self.touch()


CLASSES: tuple[type, ...] = ()
