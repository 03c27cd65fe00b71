"""Forget: a file, a folder, or everything, out of the library. Files themselves are never touched."""

from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from .. import preferences
from ..ml.errors import USAGE, EditorError
from .guard import Guarded
from .library_index import NotIndexing
from .library_shelf import shelf


class ASSISTANT_EDITOR_OT_forget_media(NotIndexing, Guarded, bpy.types.Operator):
    """Take a file, a folder or everything out of the library. The files themselves stay, and so does the timeline"""

    bl_idname = "assistant_editor.forget_media"
    bl_label = "Forget"
    changes = False

    path: StringProperty(name="File or Folder", description="What is to be forgotten", subtype="FILE_PATH", options={"SKIP_SAVE"})
    everything: BoolProperty(name="Everything", description="Forget all media", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        what = "Everything" if self.everything else self.path or "Nothing"
        told = f"{what} is taken out of the library. The files themselves stay."
        return context.window_manager.invoke_confirm(self, event, message=told, confirm_text="Forget", icon="WARNING")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._forget, context)

    def _forget(self, context: bpy.types.Context) -> None:
        import os

        from ..ml.library import Library

        path = os.path.abspath(bpy.path.abspath(self.path)) if self.path else ""  # noqa: PTH100  as paths are kept
        if not path and not self.everything:
            raise EditorError("Nothing to forget was named.", "Name a file or a folder, or choose Everything.", USAGE)
        with Library(preferences.library_folder()) as library:
            media = [medium for _path, medium, _problem in library.places()]
            count = library.forget_all() if self.everything else library.forget(path)
            left = {medium for _path, medium, _problem in library.places()}
        _remove_pictures({medium for medium in media if medium} - left)
        shelf.clear()
        shelf.fill()
        shelf.count()
        self.report({"INFO"}, f"{count} {'file is' if count == 1 else 'files are'} forgotten." if count else "Nothing of it was known.")


def _remove_pictures(media: set[str]) -> None:
    """Small pictures of what was forgotten."""
    from fractions import Fraction

    from ..ml.stills import thumbnail_path

    cache = preferences.backend(bpy.context).cache
    for medium in media:
        for picture in thumbnail_path(cache, medium, Fraction(0)).parent.glob(f"{medium}.*.png"):
            picture.unlink(missing_ok=True)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_forget_media,)
