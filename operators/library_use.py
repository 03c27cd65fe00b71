"""A shot that was found: shown on the timeline or in a scene of its own, and added to the timeline."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, IntProperty

from .. import preferences
from ..ml.errors import BAD_INPUT, STALE, USAGE, EditorError
from ..timeline import compat
from .guard import Guarded, WhenFree
from .library_shelf import place_of, shelf
from .picture_files import is_picture

if TYPE_CHECKING:
    from ..ml.facts import Span
    from ..ml.library_lookup import Known


PICTURE_SECONDS = 4
"""How long a still picture is shown, unless its preview range says otherwise."""


class OnHit(WhenFree, Guarded):
    """Base: which shot of the library is meant. Without a number the chosen hit is."""

    changes = False

    shot: IntProperty(
        name="Shot", description="Its number in the library; -1: the one chosen in the list", default=-1, min=-1, options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._do, context)

    def _do(self, context: bpy.types.Context) -> None:
        raise AssertionError(f"{type(self).__name__} says what it does")

    def meant(self) -> "tuple[Known, str]":
        """The shot and its file. Raises `EditorError` where there is none."""
        from ..ml.library import Library

        if self.shot < 0:
            hit = shelf.chosen()
            if hit is None:
                raise EditorError("No shot is chosen.", "Search the library, and choose a shot.", USAGE)
            self.shot = hit.shot
        shot = shelf.known.get(self.shot)
        if shot is None:
            with Library(preferences.library_folder()) as library:
                shot = library.shots([self.shot]).get(self.shot)
        if shot is None:
            raise EditorError("This shot is no longer in the library.", "Search again.", STALE)
        path = place_of(shot)
        if not Path(path).is_file():
            raise EditorError(
                f"{path or 'Its file'} is not there.", "Connect its disk; or, if it was moved, index the folder it is in now.", BAD_INPUT
            )
        return shot, path

    def part(self, shot: "Known", only_what_is_said: bool) -> "Span":
        """From where to where it is meant."""
        hit = next((hit for hit in shelf.hits() if hit.shot == shot.number), None)
        if only_what_is_said and hit is not None and hit.passage is not None and hit.passage in shelf.passages:
            return shelf.passages[hit.passage][0]
        return shot.span


class ASSISTANT_EDITOR_OT_go_to_hit(OnHit, bpy.types.Operator):
    """Move the playhead to where this shot stands on the timeline, if it does"""

    bl_idname = "assistant_editor.go_to_hit"
    bl_label = "Go to It"

    def _do(self, context: bpy.types.Context) -> None:
        from ..timeline import write_media
        from ..timeline.inserting import standing
        from . import work

        scene = compat.edited_scene(context)
        hit = shelf.chosen() if self.shot < 0 else None
        shot = shelf.known.get(hit.shot if hit is not None else self.shot)
        if shot is None or compat.open_sequence(scene) is None:
            return
        if is_picture(place_of(shot)):
            frame = write_media.standing_picture(scene, place_of(shot), scene.frame_current)
        else:
            found = standing(work.look(scene), shot.medium, self.part(shot, True), scene.frame_current)
            frame = found[1] if found is not None else None
        if frame is not None:
            scene.frame_current = frame


class ASSISTANT_EDITOR_OT_preview_hit(OnHit, bpy.types.Operator):
    """Show this shot in a scene of its own. Its preview range can be changed there; Add to Timeline then takes that"""

    bl_idname = "assistant_editor.preview_hit"
    bl_label = "Preview"
    bl_options = {"REGISTER", "UNDO"}

    def _do(self, context: bpy.types.Context) -> None:
        from ..timeline import write_media

        shot, path = self.meant()
        scene = compat.edited_scene(context)
        if write_media.previewed(scene) is not None:
            scene = write_media.leave(context, scene)
        shown.edit = scene.name
        if is_picture(path):
            made = write_media.preview_picture(scene, path, _frames(scene, PICTURE_SECONDS))
        else:
            made = write_media.preview(scene, path, self.part(shot, scene.assistant_editor.only_what_is_said))
        compat.show_scene(context, made)


class ASSISTANT_EDITOR_OT_leave_preview(Guarded, bpy.types.Operator):
    """Go back to the scene that was edited before"""

    bl_idname = "assistant_editor.leave_preview"
    bl_label = "Back to the Edit"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._leave, context)

    def _leave(self, context: bpy.types.Context) -> None:
        from ..timeline import write_media

        scene = compat.edited_scene(context)
        if write_media.previewed(scene) is None:
            raise EditorError("No shot is being previewed.", "", USAGE)
        compat.show_scene(context, write_media.leave(context, scene))


class ASSISTANT_EDITOR_OT_add_hit(OnHit, bpy.types.Operator):
    """Put this shot or picture, with its sound, on the timeline at the playhead, in free channels. From a preview: the part chosen there"""

    bl_idname = "assistant_editor.add_hit"
    bl_label = "Add to Timeline"
    bl_options = {"REGISTER", "UNDO"}
    changes = True

    only_what_is_said: BoolProperty(name="Only What Is Said", description="The sentence alone, not the whole shot", options={"SKIP_SAVE"})
    go_on_after: BoolProperty(name="Go On After It", description="The playhead moves to its end", default=True, options={"SKIP_SAVE"})

    def _do(self, context: bpy.types.Context) -> None:
        from ..timeline import inserting, write_media

        shot, path = self.meant()
        scene = compat.edited_scene(context)
        chosen = write_media.previewed(scene)
        if chosen is not None:
            scene = write_media.leave(context, scene)
            compat.show_scene(context, scene)
        for name in ("only_what_is_said", "go_on_after"):
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(scene.assistant_editor, name))
        if is_picture(path):
            length = chosen[1].length if chosen is not None else _frames(scene, PICTURE_SECONDS)
            added = write_media.add_picture(scene, path, length, scene.frame_current)
        else:
            span = inserting.shown(*chosen[1:]) if chosen is not None else self.part(shot, self.only_what_is_said)
            added = write_media.add_part(scene, path, shot.medium, span, scene.frame_current)
        if self.go_on_after:
            scene.frame_current = added.frames.end
        self.report({"INFO"}, " ".join((f"{added.frames.length} frames of {Path(path).name} were added.", *added.told)))


def _frames(scene: Any, seconds: int) -> int:
    return max(1, round(seconds * compat.scene_fps(scene)))


class Shown:
    """The scene that was edited when a preview was made last, and whether there is one: windows forget both with undo."""

    edit: str = ""
    preview: bool = False


shown = Shown()


@persistent
def _before(*_: Any) -> None:
    from ..timeline import write_media

    shown.preview = bool(shown.edit) and any(write_media.PREVIEW in scene for scene in bpy.data.scenes)


@persistent
def _after(*_: Any) -> None:
    from ..timeline import write_media

    if shown.edit:
        write_media.show_again(bpy.context.window_manager.windows, shown.edit, shown.preview)


HANDLERS = (("undo_pre", _before), ("redo_pre", _before), ("undo_post", _after), ("redo_post", _after))


def register() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_go_to_hit, ASSISTANT_EDITOR_OT_preview_hit, ASSISTANT_EDITOR_OT_leave_preview, ASSISTANT_EDITOR_OT_add_hit,
)  # fmt: skip
