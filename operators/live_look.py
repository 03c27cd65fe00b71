"""Live: captions that were written change with the options of the look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..ml.errors import EditorError
from ..timeline import compat
from . import clear_faces, look_options
from .desk import desk, redraw

if TYPE_CHECKING:
    from ..timeline.ledger import Record
    from ..timeline.plan import CaptionStyle

MOST_AT_ONCE = 300
"""More captions than these would make a slider stumble."""
PAUSE = 0.4
"""Seconds without another change after which they follow."""
_waiting: list[str] = []
"""The name of the scene whose captions wait for that."""


def follow(settings: Any) -> None:
    """Gives the captions that were written the look the scene's `settings` have now: an option was changed, and Live is on.

    This happens within the change of the option, so that one step back undoes both. Where there are many captions it happens a
    moment after the last change, so that sliders stay quick; that makes no step of its own, for the same reason.
    """
    scene = settings.id_data
    if not getattr(settings, "live_look", False) or desk.running or compat.open_sequence(scene) is None:
        return
    if bpy.app.background or _texts(scene) <= MOST_AT_ONCE:
        _follow(scene, settings)
        return
    _waiting[:] = [scene.name]
    if bpy.app.timers.is_registered(_later):
        bpy.app.timers.unregister(_later)
    bpy.app.timers.register(_later, first_interval=PAUSE)


def _texts(scene: Any) -> int:
    from ..timeline import undress

    return undress.texts(scene)


def _later() -> None:
    scene = bpy.data.scenes.get(_waiting.pop()) if _waiting else None
    if scene is not None and scene.assistant_editor.live_look and not desk.running and compat.open_sequence(scene) is not None:
        _follow(scene, scene.assistant_editor)


def _follow(scene: Any, settings: Any) -> None:
    try:
        _restyle(scene, settings)
    except EditorError as reason:
        desk.show(error=reason)
    redraw()


def _restyle(scene: Any, settings: Any) -> None:
    from ..timeline import caption_looks, restyle
    from ..timeline.write import apply
    from . import work

    timeline, style = work.look(scene), look_options.caption_style(settings)
    looks = look_options.speaker_looks(settings)
    names = restyle.speakers(timeline) if settings.speaker_colors else ()

    clear = clear_faces.styles(timeline, settings, settings)

    def wanted(record: Record) -> CaptionStyle:
        worn = caption_looks.of_speaker(style, record.speaker, names, looks)
        return clear(worn, record) if clear is not None else worn

    apply(scene, timeline, restyle.restyled(timeline, wanted, by_hand=False), fresh=True)


def register() -> None:
    look_options.listeners.append(follow)


def unregister() -> None:
    look_options.listeners.remove(follow)
    _waiting.clear()
    if bpy.app.timers.is_registered(_later):
        bpy.app.timers.unregister(_later)


CLASSES: tuple[type, ...] = ()
