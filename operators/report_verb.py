"""The command line's verb for reports."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, EditorError
from .calling import add_json, call, write_json
from .desk import desk


def add_to(verbs: Any, codes: str) -> None:
    """Describes it to the command line's parser; `codes` is what its exit codes mean."""
    told = "write a page with screen times, mood arc, rhythm, charts and every shot"
    one = verbs.add_parser("report", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("file", metavar="FILE", help="the page to write (HTML)")
    one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a strip that is meant; may be repeated")
    one.add_argument("--no-stills", action="store_true", help="no pictures of the shots")
    one.add_argument("--plots", action="store_true", help="the charts as PNG too, in a folder beside the page")
    one.add_argument("--overwrite", action="store_true", help="replace files that are no report; reports are always replaced")
    add_json(one, "write the statistics and every shot there")


def run(given: argparse.Namespace) -> int:
    """Writes the report of what is known; nothing is looked at anew."""
    operator = bpy.ops.assistant_editor.write_report
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    options = {
        "report_file": given.file, "report_stills": not given.no_stills, "report_plots": given.plots,
        "report_overwrite": given.overwrite, "names": "\n".join(given.strip),
    }  # fmt: skip
    call(operator, options, lambda: desk.error)
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
    if given.json:
        from ..timeline.report import as_json
        from .footage_report import latest

        write_json(given.json, as_json(*latest))
    return 6 if outcome.partial else 0


RUNS = {"report": run}
CLASSES: tuple[type, ...] = ()
