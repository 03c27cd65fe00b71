"""What was last heard of beats, for the panel: tempo, how sure, and a small picture of how strong they are. Operators write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent

if TYPE_CHECKING:
    from ..timeline.beat_plan import Music

SIDE = 128
"""Pixels of the picture."""
SHOWN = 32
"""Beats in it: the ones that are strong in a row of so many."""
BEAT, DOWN, GROUND = (0.45, 0.62, 0.85, 1.0), (0.98, 0.75, 0.25, 1.0), (0.0, 0.0, 0.0, 0.0)
_previews: list[Any] = []


class Shown:
    """`scene` is the scene's session number; `icon` the number of the picture's icon, 0: none."""

    scene: int = 0
    music: tuple[Music, ...] = ()
    icon: int = 0

    def show(self, scene: Any, found: Any, strips: Any) -> None:
        """`found` are facts by medium, `strips` those they were heard in."""
        from ..timeline import beat_plan

        self.scene, self.music = scene.session_uid, beat_plan.heard(found, strips)
        longest = max(found.values(), key=lambda facts: len(facts.beats), default=None)
        self.icon = 0 if longest is None or bpy.app.background else _drawn(longest.beats)

    def clear(self) -> None:
        self.scene, self.music, self.icon = 0, (), 0


shown = Shown()


def pixels(beats: Any) -> Any:
    """A bar for each of the first beats that are not silent, those that begin a bar in another colour: floats (SIDE * SIDE * 4,)."""
    import numpy as np

    picture = np.empty((SIDE, SIDE, 4), np.float32)
    picture[:] = GROUND
    wide = SIDE // SHOWN
    for place, beat in enumerate(beats[:SHOWN]):
        high = max(2, round((0.1 + 0.9 * beat.strength) * SIDE))
        picture[:high, place * wide : place * wide + wide - 1] = DOWN if beat.downbeat else BEAT
    return picture.ravel()


def _drawn(beats: Any) -> int:
    from bpy.utils import previews

    if not _previews:
        _previews.append(previews.new())
    collection = _previews[0]
    collection.clear()
    image = collection.new("beats")
    image.image_size = (SIDE, SIDE)
    image.image_pixels_float.foreach_set(pixels(beats))
    return int(image.icon_id)


@persistent
def _on_load(*_: Any) -> None:
    shown.clear()


def register() -> None:
    bpy.app.handlers.load_pre.append(_on_load)


def unregister() -> None:
    bpy.app.handlers.load_pre.remove(_on_load)
    shown.clear()
    if _previews:
        from bpy.utils import previews

        previews.remove(_previews.pop())


CLASSES: tuple[type, ...] = ()
