"""The command line's verb for people: found, named, told as lines and as JSON, and forgotten."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, EditorError
from .calling import add_json, add_options, call, options_of, write_json
from .desk import desk

SCHEMA = "assistant_editor.people/1"


def add_to(verbs: Any, codes: str) -> None:
    """Describes it to the command line's parser; `codes` is what its exit codes mean."""
    told = "find faces, and tell who is seen, how long and where"
    one = verbs.add_parser("people", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a strip that is meant; may be repeated")
    add_options(one)
    one.add_argument("--known", action="store_true", help="ask nobody: tell what is stored")
    one.add_argument("--name", action="append", default=[], metavar="OLD=NEW", help="what somebody is called from now on; may be repeated")
    consent = one.add_mutually_exclusive_group()
    consent.add_argument("--allow", action="store_true", help="from now on people may be known by their faces on this computer")
    consent.add_argument("--switch-off", action="store_true", help="from now on nobody is known by face")
    consent.add_argument("--forget", action="store_true", help="forget everyone and every face that is stored, and do nothing else")
    add_json(one, "write everybody there")


def run(given: argparse.Namespace) -> int:
    """Finds faces and tells who is seen."""
    from .people_shelf import shelf

    ours = bpy.ops.assistant_editor
    options = options_of("people", ours.find_faces, given.options)
    names = [name.partition("=") for name in given.name]
    if any(not new.strip() for _old, _sign, new in names):
        raise EditorError("--name takes OLD=NEW.", 'For example --name "Person 1=Anna".', BAD_INPUT)
    if not ours.find_faces.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    if given.forget:
        call(ours.forget_people, {}, lambda: desk.error)
        return 0
    if given.allow or given.switch_off:
        call(ours.know_people, {"allow": given.allow}, lambda: desk.error)
    notices, partial = _found(given, options)
    for old, _sign, new in names:
        call(ours.name_person, {"person": old, "name": new}, lambda: desk.error)
    for row in shelf.rows:
        where = ", ".join(f"{one.start}–{one.end}" for one in row.ranges)  # noqa: RUF001  a range
        sys.stderr.write(f"{row.name}  {shelf.clock.timecode(row.frames)}  {where}\n")
    sys.stderr.write("".join(f"{told}\n" for told in (*notices, shelf.note) if told))
    if given.json:
        rows = [_row(row) for row in shelf.rows]
        write_json(given.json, {"schema": SCHEMA, "notices": list(notices), "faces": shelf.faces, "people": rows})
    return 6 if partial else 0


def _found(given: argparse.Namespace, options: dict[str, Any]) -> tuple[tuple[str, ...], bool]:
    """(what is to be told, whether a part of what was asked failed)."""
    ours = bpy.ops.assistant_editor
    if given.known:
        call(ours.list_people, {}, lambda: desk.error)
        return (), False
    meant = {"names": "\n".join(given.strip)} if given.strip else {}
    call(ours.find_faces, {**options, **meant}, lambda: desk.error)
    if desk.outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    return (*desk.outcome.notices, f"{desk.outcome.what}: {desk.outcome.line}"), desk.outcome.partial


def _row(row: Any) -> dict[str, Any]:
    ranges = [{"start": one.start, "end": one.end} for one in row.ranges]
    return {"name": row.name, "named": row.named, "frames": row.frames, "appearances": ranges, "strips": list(row.strips)}


RUNS = {"people": run}
CLASSES: tuple[type, ...] = ()
