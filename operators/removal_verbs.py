"""The command line's verbs for cutting speech: look for something, accept, apply; or write a plan, and apply it later."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, USAGE, EditorError
from ..timeline import compat
from . import removal_files, removal_options
from .calling import add_json, add_options, call, options_of, write_json
from .desk import desk
from .removal_shelf import shelf
from .saving import save
from .speech_search import SEARCHES

HELP = {
    "silences": "find pauses in speech; cut out, shorten or speed up what is accepted",
    "fillers": "find um, uh, repeated words and false starts; cut out what is accepted",
    "takes": "find lines said several times; keep the best of each and cut out the others that are accepted",
}


def add_to(verbs: Any, codes: str) -> None:
    """Describes them to the command line's parser; `codes` is what its exit codes mean."""
    modes = [name for name, *_words in removal_options.RIPPLE]
    for verb, told in HELP.items():
        one = verbs.add_parser(verb, help=told, description=told.capitalize() + ".", epilog=codes)
        one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a strip that is meant; may be repeated")
        add_options(one)
        one.add_argument("--accept-above", type=float, metavar="X", help="accept what is open from this confidence on, 0 to 1")
        one.add_argument("--dry-run", action="store_true", help="change nothing: with --json write the plan there")
        one.add_argument("--apply", metavar="PLAN", help="look for nothing: carry out what is accepted in this plan")
        one.add_argument("--ripple", choices=modes, help="what follows when something is cut out")
        add_json(one, "write the plan there (--dry-run), else the result")
        one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")


def run(given: argparse.Namespace) -> int:
    """Looks for what the verb names, or takes a plan, and carries out what is accepted."""
    ours, search = bpy.ops.assistant_editor, SEARCHES[given.verb]
    operator = getattr(ours, f"find_{search.name}")
    _check(given)
    options = options_of(given.verb, operator, given.options)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    shelf.clear()
    partial = False
    if given.apply is None:
        if given.strip:
            options["names"] = "\n".join(given.strip)
        call(operator, options, lambda: desk.error)
        partial = _tell().partial
        if given.accept_above is not None:
            call(ours.accept_removals, {"above": given.accept_above, "what": search.name}, lambda: desk.error)
        _list(search)
        if given.dry_run:
            if given.json:
                write_json(given.json, removal_files.as_plan(compat.edited_scene(bpy.context), search))
            return 6 if partial else 0
    partial = _carry_out(given, search) or partial
    if given.save is not None:
        save(given.save)
    return 6 if partial else 0


def _check(given: argparse.Namespace) -> None:
    """What cannot work is said before the work."""
    if given.apply is not None and (given.dry_run or given.strip or given.options):
        what = "--dry-run" if given.dry_run else "--strip" if given.strip else "--options"
        raise EditorError(f"--apply and {what} cannot go together.", "A plan says what is meant.", USAGE)
    if given.dry_run and given.save is not None:
        raise EditorError("--dry-run and --save cannot go together.", "A dry run changes nothing.", USAGE)
    if given.accept_above is not None and not 0 <= given.accept_above <= 1:
        raise EditorError(f"--accept-above must lie between 0 and 1, not {given.accept_above:g}.", "", USAGE)


def _carry_out(given: argparse.Namespace, search: Any) -> bool:
    """Applies the plan, or what is accepted of this search. Whether a part of it failed."""
    how: dict[str, Any] = {"ripple": given.ripple} if given.ripple else {}
    if given.apply is not None:
        how["plan"] = given.apply
        if given.accept_above is not None:
            how["above"] = given.accept_above
    else:
        how["what"] = search.name
        if not any(row.verdict == "accepted" and row.removal.kind in search.kinds for row in shelf.rows):
            sys.stderr.write("Nothing is accepted, so nothing was cut. --accept-above X accepts; so does the review list.\n")
            if given.json:
                write_json(given.json, desk.outcome.to_json())  # type: ignore[union-attr]
            return False
    call(bpy.ops.assistant_editor.apply_removals, how, lambda: desk.error)
    outcome = _tell()
    if given.json:
        write_json(given.json, outcome.to_json())
    return bool(outcome.partial)


def _list(search: Any) -> None:
    for row in shelf.rows:
        one = row.removal
        if one.kind in search.kinds:
            shown = shelf.clock.timecode(row.frames.start - shelf.known.timeline.frames.start)
            said = f"{row.before} [{one.text or one.kind}] {row.after}"
            sys.stderr.write(f"{row.number:4}  {shown}  {row.verdict:9}{one.why.confidence:5.0%} {row.frames.length:5} frames  {said}\n")


def _tell() -> Any:
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
    return outcome


RUNS = dict.fromkeys(HELP, run)
