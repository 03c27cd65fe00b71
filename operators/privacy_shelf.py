"""What Check Cover found, as panels and scripts see it: `window_manager.assistant_editor_cover`; and whether covers are out of date.

Covers are compared with what lies under them when a run, a check or a save asks, never while drawing.
"""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import CollectionProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..timeline import compat
from .desk import desk
from .guard import excuse

if TYPE_CHECKING:
    from ..timeline.privacy_finds import Find


class ASSISTANT_EDITOR_PG_cover_find(bpy.types.PropertyGroup):
    """A row of the list: what may be a face that is still seen; `name` is the strip's. See `timeline.privacy_finds.Find`."""

    number: IntProperty(name="Number")
    frame: IntProperty(name="Frame", description="Where it is seen most surely")
    last: IntProperty(name="Last", description="The last frame that was looked at in which it is seen")
    looks: IntProperty(name="Looks", description="At how many of the frames that were looked at it was seen")
    shown_in: StringProperty(name="In")
    sure: FloatProperty(name="Sure", min=0.0, max=1.0, subtype="FACTOR")
    word: StringProperty(name="Word", description="What you said of it: cover, visible, or nothing yet")


def _chosen(group: Any, context: bpy.types.Context) -> None:
    if not shelf.quiet and 0 <= group.active < len(group.rows):
        compat.edited_scene(context).frame_current = group.rows[group.active].frame


class ASSISTANT_EDITOR_PG_cover_finds(bpy.types.PropertyGroup):
    rows: CollectionProperty(type=ASSISTANT_EDITOR_PG_cover_find)
    active: IntProperty(name="Find", description="Choose one to go to it", update=_chosen, options={"SKIP_SAVE"})


class CoverShelf:
    """`scene`: the session number of the scene that was looked at; `seen`: what its timeline looked like then. `finds` are the rows,
    `every` frames lie between two looks, `looked` frames were looked at. `bare`: a sentence on covers under which pictures were changed,
    of the scene `bare_in`."""

    quiet = False

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.scene, self.seen, self.every, self.looked = 0, "", 1, 0
        self.finds: tuple[Find, ...] = ()
        self.bare, self.bare_in = "", 0

    @property
    def group(self) -> Any:
        return bpy.context.window_manager.assistant_editor_cover

    def show(self, scene: Any, finds: "tuple[Find, ...]", every: int, looked: int) -> None:
        from ..timeline.glance import glance

        self.scene, self.seen, self.every, self.looked, self.finds = scene.session_uid, glance(scene), every, looked, finds
        self.fill(scene)

    def fill(self, scene: Any) -> None:
        """Shows the finds in the window manager's list; the chosen one stays chosen."""
        from fractions import Fraction

        from ..timeline.timecode import Clock

        clock = Clock(Fraction(scene.render.fps) / Fraction(scene.render.fps_base).limit_denominator(1001))
        was, self.quiet = self.quiet, True
        try:
            active = self.group.active
            self.group.rows.clear()
            for number, find in enumerate(self.finds, 1):
                row, best = self.group.rows.add(), find.surest
                row.name, row.number, row.frame, row.last, row.looks = best.strip, number, best.frame, find.frames[1], len(find.sights)
                row.shown_in, row.sure, row.word = clock.timecode(best.frame - scene.frame_start), best.sure, find.word
            self.group.active = min(active, max(0, len(self.finds) - 1))
        finally:
            self.quiet = was

    def look_beneath(self, scene: Any) -> str:
        """Compares covers with what lies under them now. What the editor has to know of it, "" for nothing."""
        from ..timeline import privacy_beneath
        from ..timeline.read import keeper
        from ..timeline.read_privacy import covers
        from ..timeline.tags import beneath_of

        text = beneath_of(keeper(scene)) if compat.open_sequence(scene) is not None else ""
        self.bare = privacy_beneath.told(privacy_beneath.changed(privacy_beneath.load(text), *covers(scene))) if text else ""
        self.bare_in = scene.session_uid
        return self.bare


shelf = CoverShelf()


def keep_beneath(scene: Any, strips: Any) -> None:
    """Keeps what lies under the covers of these strips, just written, and forgets covers that are gone."""
    from ..timeline import privacy_beneath
    from ..timeline.effect_ledger import load
    from ..timeline.read import keeper
    from ..timeline.read_effects import effects_text
    from ..timeline.read_privacy import covers
    from ..timeline.tags import beneath_of, put_beneath

    kept_by = keeper(scene)
    lids, slabs = covers(scene)
    now = privacy_beneath.digests(lids, slabs)
    before = privacy_beneath.load(beneath_of(kept_by))
    ours = {one.id for one in load(effects_text(scene)).records if one.identity.kind == "privacy" and one.strip in strips}
    kept = {record: known if record in ours else before.get(record, known) for record, known in now.items()}
    put_beneath(kept_by, privacy_beneath.dump(kept))


def _after_a_run(_outcome: Any) -> None:
    _look()


@persistent
def _on_save(*_: Any) -> None:
    _look()


def _look() -> None:
    """A warning that cannot be made must not end what asked for it: why is said in the console."""
    import sys

    scene = compat.edited_scene(bpy.context)
    try:
        if scene is not None:
            shelf.look_beneath(scene)
    except Exception as reason:  # noqa: BLE001
        error = excuse(reason)
        sys.stderr.write(f"Covers could not be compared with what lies under them: {error}\n{error.detail}\n")


@persistent
def _on_change(*_: Any) -> None:
    """Another file, or a step of undo: what was found may be of what is no longer there."""
    shelf.bare, shelf.bare_in = "", 0


@persistent
def _on_load(*_: Any) -> None:
    shelf.forget()
    if hasattr(bpy.types.WindowManager, "assistant_editor_cover"):
        shelf.group.rows.clear()


HANDLERS = (("save_pre", _on_save), ("load_pre", _on_load), ("undo_post", _on_change), ("redo_post", _on_change))
CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PG_cover_find, ASSISTANT_EDITOR_PG_cover_finds)


def register() -> None:
    bpy.types.WindowManager.assistant_editor_cover = PointerProperty(type=ASSISTANT_EDITOR_PG_cover_finds)
    desk.listeners.append(_after_a_run)
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
    desk.listeners.remove(_after_a_run)
    shelf.forget()
    del bpy.types.WindowManager.assistant_editor_cover
