"""Options of stills and thumbnails, declared once: the scene's settings and the operators share these properties."""

from typing import Any

from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

ONCE = {"SKIP_SAVE"}
FORMATS = [
    ("png", "PNG", "Exact; larger files"),
    ("jpg", "JPEG", "Smaller files, nearly exact"),
]


class FileProps:
    stills_folder: StringProperty(
        name="Folder", description="Where pictures are saved; it is made when it is not there. // is the folder of the project",
        default="//stills/", subtype="DIR_PATH", options={*ONCE, "OUTPUT_PATH", "PATH_SUPPORTS_BLEND_RELATIVE"},
    )  # fmt: skip
    still_format: EnumProperty(name="Format", description="What kind of files pictures are", items=FORMATS, default="png", options=ONCE)
    jpeg_quality: IntProperty(name="Quality", description="Of JPEG files", min=1, max=100, default=92, subtype="PERCENTAGE", options=ONCE)
    contact_sheet: BoolProperty(
        name="Contact Sheet", description="Also save all of them small on one picture, with their times", default=True, options=ONCE
    )
    overwrite: BoolProperty(
        name="Overwrite", description="Replace files of the same names. Off, nothing is saved where one is there",
        default=False, options=ONCE,
    )  # fmt: skip


class StillProps(FileProps):
    per_shot: IntProperty(
        name="Per Shot", description="Pictures of each shot; fewer where a shot is too short", min=1, max=20, default=1, options=ONCE
    )


class ThumbnailProps(FileProps):
    candidates: IntProperty(
        name="Candidates", description="Pictures to choose a thumbnail from; fewer where too many would be alike",
        min=1, max=100, default=8, options=ONCE,
    )  # fmt: skip


FILES = ("stills_folder", "still_format", "jpeg_quality", "contact_sheet", "overwrite")
NAMES = (*FILES, "per_shot", "candidates")


def folder_of(props: Any) -> str:
    """Raises `EditorError(USAGE)` for a folder beside a project that was never saved."""
    import bpy

    from ..ml.errors import USAGE, EditorError

    if props.stills_folder.startswith("//") and not bpy.data.filepath:
        raise EditorError(
            f"The folder {props.stills_folder} lies beside the project, which was never saved.", "Save it, or choose another folder.", USAGE
        )
    return bpy.path.abspath(props.stills_folder)


CLASSES: tuple[type, ...] = ()
