"""The command line's verb for what is known of shots: found out, told line by line, and written as JSON."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.codec import to_json
from ..ml.errors import BAD_INPUT, DEFECT, EditorError
from ..timeline import compat
from . import footage
from .calling import add_json, add_options, call, options_of, write_json
from .desk import desk

SCHEMA = "assistant_editor.log/1"


def add_to(verbs: Any, codes: str) -> None:
    """Describes it to the command line's parser; `codes` is what its exit codes mean."""
    told = "find out who and what is seen, what is said, how it feels and how good it is, shot by shot"
    one = verbs.add_parser("log", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a strip that is meant; may be repeated")
    add_options(one)
    one.add_argument("--known", action="store_true", help="ask nobody: tell what is stored")
    add_json(one, "write every shot there")


def run(given: argparse.Namespace) -> int:
    """Logs the footage and tells what is known of each shot."""
    from ..timeline import moods

    operator = bpy.ops.assistant_editor.log_footage
    options = options_of("log", operator, given.options)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    notices: tuple[str, ...] = ()
    partial, line = False, ""
    if not given.known:
        names = {"names": "\n".join(given.strip)} if given.strip else {}
        call(operator, {**options, **names}, lambda: desk.error)
        if desk.outcome is None:
            raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
        partial, notices, line = desk.outcome.partial, desk.outcome.notices, desk.outcome.line
    every = footage.look(compat.edited_scene(bpy.context))
    shots = [shot for shot in every if not given.strip or shot.strip in given.strip]
    rows = [{"mood_told": moods.told(shot.logged.mood) if shot.logged.mood else "", **to_json(shot)} for shot in shots]
    for shot in shots:
        sys.stderr.write(f"{shot.number:03}  {shot.frames.start}–{shot.frames.end}  {_line(shot.logged)}\n")  # noqa: RUF001  a range
    sys.stderr.write("".join(f"{told}\n" for told in (*notices, f"Log Footage: {line}" if line else "") if told))
    if given.json:
        write_json(given.json, {"schema": SCHEMA, "notices": list(notices), "shots": rows})
    return 6 if partial else 0


def _line(logged: Any) -> str:
    from ..timeline import moods

    parts = [moods.told(logged.mood) if logged.mood else "", logged.size, logged.movement, logged.place, logged.light]
    parts += [", ".join(one.label for one in several[:4]) for several in (logged.people, logged.objects, logged.concepts)]
    parts += [f"quality {logged.grade:.0%}" if logged.quality else "", ", ".join(logged.flaws), logged.words[:60]]
    return "; ".join(part for part in parts if part)


RUNS = {"log": run}
CLASSES: tuple[type, ...] = ()
