"""A text file of the user's choosing: how it is named, checked and written, the same for captions, chapters and the shot list."""

from pathlib import Path
from typing import Any, ClassVar

import bpy
from bpy.props import BoolProperty, StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .guard import Guarded


class Export(Guarded):
    """Base of the operators that write one. A subclass says what it is called where nothing is named, and what it holds."""

    changes = False
    ending: ClassVar[str] = ""
    unsaved: ClassVar[str] = ""
    """The file's name in a project that was never saved; else it is the project's, and lies beside it."""
    addition: ClassVar[str] = ""
    """What the project's name is followed by."""

    filepath: StringProperty(name="File", description="The file to write", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        base = Path(bpy.data.filepath or self.unsaved)
        self.filepath = self.filepath or str(base.with_name(f"{base.stem}{self.addition}{self.ending}"))
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._write, context)

    def _write(self, context: bpy.types.Context) -> None:
        from ..ml.files import check_target, write_whole

        if not self.filepath:
            raise EditorError("No file was named.", f"Give filepath the {self.ending} file to write.", BAD_INPUT)
        path = bpy.path.abspath(self.filepath)
        check_target(path)
        write_whole(path, self.text(compat.edited_scene(context)))
        self.report({"INFO"}, f"Written: {path}")  # type: ignore[attr-defined]

    def text(self, scene: Any) -> str | bytes:
        """What the file holds. Raises `EditorError` where there is nothing to write."""
        raise AssertionError(f"{type(self).__name__} says what it writes")


CLASSES: tuple[type, ...] = ()
