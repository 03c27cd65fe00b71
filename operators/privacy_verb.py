"""`anonymise --check`: the same check as the button, with an exit code and a file."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, USAGE, EditorError
from ..timeline import compat
from .calling import call, options_of, write_json
from .desk import desk


def add_check(parser: Any) -> None:
    """Describes it to the verb's parser."""
    parser.add_argument(
        "--check", action="store_true",
        help="write nothing: render what stands and list the faces another network still sees; exit code 6 where it sees any, or "
        "pictures under covers were changed (--options privacy_every=N strips=ALL)",
    )  # fmt: skip


def check(given: argparse.Namespace) -> int:
    """Looks, and says what is still seen: 0 nothing, 6 something."""
    from . import privacy_found
    from .privacy_shelf import shelf

    if given.save is not None:
        raise EditorError("--check and --save cannot go together.", "A check changes nothing.", USAGE)
    operator = bpy.ops.assistant_editor.check_cover
    options = options_of("anonymise --check", operator, given.options)
    if given.strip:
        options["names"] = "\n".join(given.strip)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    call(operator, options, lambda: desk.error)
    outcome: Any = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    for find in shelf.finds:
        best, (first, last) = find.surest, find.frames
        left, bottom, right, top = best.box
        place = f"{left:.0f}, {bottom:.0f} to {right:.0f}, {top:.0f}"
        sys.stderr.write(f"frames {first} to {last}, {best.sure:.0%} sure at {best.frame}: {place}  {best.strip} {find.word}\n")
    sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
    if given.json:
        write_json(given.json, privacy_found.as_json(compat.edited_scene(bpy.context), shelf))
    return 6 if outcome.partial else 0


CLASSES: tuple[type, ...] = ()
