"""Options of Write Report, declared once: the scene's settings and the operator share them."""

from typing import Any

from bpy.props import BoolProperty, StringProperty

ONCE = {"SKIP_SAVE"}


class ReportProps:
    report_file: StringProperty(
        name="Report", description="The page that is written (HTML). // is the folder of the project", default="//report.html",
        subtype="FILE_PATH", options={*ONCE, "OUTPUT_PATH", "PATH_SUPPORTS_BLEND_RELATIVE"},
    )  # fmt: skip
    report_stills: BoolProperty(
        name="Stills", description="A picture of every shot, inside the page. Without it the page is small", default=True, options=ONCE
    )
    report_plots: BoolProperty(
        name="Plots as PNG", description="The charts also as pictures, in a folder beside the page", default=False, options=ONCE
    )
    report_overwrite: BoolProperty(
        name="Overwrite", description="Replace files that are no report of this extension. Reports are always replaced", default=False,
        options=ONCE,
    )  # fmt: skip


NAMES = ("report_file", "report_stills", "report_plots", "report_overwrite")


def path_of(props: Any) -> str:
    """Raises `EditorError(USAGE)` for a file beside a project that was never saved, or without a name."""
    import bpy

    from ..ml.errors import USAGE, EditorError

    named = props.report_file.strip()
    if not named or named.endswith(("/", "\\")):
        raise EditorError("The report has no file name.", "Name one, such as //report.html.", USAGE)
    if named.startswith("//") and not bpy.data.filepath:
        raise EditorError(f"{named} lies beside the project, which was never saved.", "Save it, or choose another file.", USAGE)
    return str(bpy.path.abspath(named))


CLASSES: tuple[type, ...] = ()
