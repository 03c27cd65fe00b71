"""Save Stills: pictures that stand for the shots. Thumbnail Candidates: the best few of a film, ranked."""

from pathlib import Path
from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..timeline import compat
from . import icons, options
from .job import HIDDEN
from .save_pictures import Candidate, SavesPictures
from .still_options import StillProps, ThumbnailProps


class ASSISTANT_EDITOR_OT_save_stills(options.ShotLine, StillProps, SavesPictures, bpy.types.Operator):
    """Save pictures that stand for each shot: sharp, well exposed, calm and typical of it, never in a transition"""

    bl_idname = "assistant_editor.save_stills"
    bl_label = "Save Stills"

    def stills(self, rows: Any, looks: Any, boundaries: Any) -> Any:
        from ..timeline.planners import stills

        return stills.choose(rows, looks, boundaries, self.per_shot, self._faces, self._grades)

    def files(self, stills: Any, folder: str, clock: Any, zero: int) -> Any:
        from ..timeline import still_files

        sheet = still_files.sheet(stills, str(Path(folder) / f"contact_sheet.{self.still_format}"), clock, zero)
        return still_files.pictures(stills, folder, self.still_format), (sheet,)


class ASSISTANT_EDITOR_OT_thumbnail_candidates(options.ShotLine, ThumbnailProps, SavesPictures, bpy.types.Operator):
    """Save the best pictures of everything chosen, ranked, no two alike, to choose a thumbnail from"""

    bl_idname = "assistant_editor.thumbnail_candidates"
    bl_label = "Thumbnail Candidates"
    noun = "thumbnail"

    def stills(self, rows: Any, looks: Any, boundaries: Any) -> Any:
        from ..timeline.planners import stills

        return stills.thumbnails(rows, looks, boundaries, self.candidates, self._faces, self._grades)

    def files(self, stills: Any, folder: str, clock: Any, zero: int) -> Any:
        from ..timeline import still_files

        sheet = still_files.sheet(stills, str(Path(folder) / f"thumbnails.{self.still_format}"), clock, zero, by_rank=True)
        return still_files.ranked(stills, folder, self.still_format), (sheet,)

    def extras(self, stills: Any, backend: Any) -> tuple[Any, ...]:
        from ..ml.stills import thumbnails

        return thumbnails(backend.cache, ((still.shot.medium, still.shot.path, still.seconds) for still in stills))

    def saved(self, stills: Any, backend: Any) -> None:
        from ..ml.stills import thumbnail_path
        from ..timeline.still_files import frame_of

        ranked[:] = [
            Candidate(icons.icon_of(thumbnail_path(backend.cache, still.shot.medium, still.seconds)), f"{still.score:.0%}", frame_of(still))
            for still in stills
        ]


class ASSISTANT_EDITOR_OT_go_to_frame(bpy.types.Operator):
    """Move the playhead to where this picture stands on the timeline"""

    bl_idname = "assistant_editor.go_to_frame"
    bl_label = "Go to Frame"

    frame: bpy.props.IntProperty(name="Frame", description="The timeline frame to go to", options=HIDDEN)

    def execute(self, context: bpy.types.Context) -> set[str]:
        compat.edited_scene(context).frame_current = self.frame
        return {"FINISHED"}


ranked: list[Candidate] = []
"""What the last run of Thumbnail Candidates saved, the best first."""


@persistent
def _on_load(*_: Any) -> None:
    """Another file has other frames."""
    ranked.clear()


def register() -> None:
    bpy.app.handlers.load_pre.append(_on_load)


def unregister() -> None:
    bpy.app.handlers.load_pre.remove(_on_load)
    ranked.clear()


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_save_stills, ASSISTANT_EDITOR_OT_thumbnail_candidates, ASSISTANT_EDITOR_OT_go_to_frame,
)  # fmt: skip
