"""The command line's verbs for loudness: duck music, match and measure loudness; or write the plan of it, and apply that later."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, USAGE, EditorError
from . import levels_files
from .calling import add_json, add_options, call, options_of, write_json
from .desk import desk
from .levels_desk import as_json, report_of
from .saving import save

OPERATORS = {"duck": "duck_music", "loudness": "match_loudness"}
HELP = {
    "duck": "lower music while somebody speaks",
    "loudness": "measure the mix, and bring it, each strip or all speech to a loudness (EBU R 128)",
}
SCHEMA = "assistant_editor.loudness/1"


def add_to(verbs: Any, codes: str) -> None:
    """Describes them to the command line's parser; `codes` is what its exit codes mean."""
    for verb, told in HELP.items():
        one = verbs.add_parser(verb, help=told, description=told.capitalize() + ".", epilog=codes)
        meant = "a strip that is music" if verb == "duck" else "a strip that is meant, for loudness_by=strips and speech"
        one.add_argument("--strip", action="append", default=[], metavar="NAME", help=f"{meant}; may be repeated")
        add_options(one)
        if verb == "loudness":
            one.add_argument("--measure", action="store_true", help="measure only")
        one.add_argument("--dry-run", action="store_true", help="change nothing: with --json write the plan there")
        one.add_argument("--apply", metavar="PLAN", help="carry out a plan that was written with --dry-run --json")
        one.add_argument("--clear", action="store_true", help="take away what earlier runs wrote")
        add_json(one, "write the plan there (--dry-run), else the result")
        one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")


def run(given: argparse.Namespace) -> int:
    """Does what the verb names, or what a plan says."""
    ours = bpy.ops.assistant_editor
    operator = getattr(ours, OPERATORS[given.verb])
    measure = getattr(given, "measure", False)
    _check(given, measure)
    options = options_of(given.verb, operator, given.options)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    if measure:
        call(ours.measure_loudness, {}, lambda: desk.error)
    elif given.apply is not None:
        call(ours.apply_levels, {"filepath": given.apply}, lambda: desk.error)
    elif given.clear:
        call(ours.clear_levels, {"what": "duck" if given.verb == "duck" else "level"}, lambda: desk.error)
    else:
        if given.strip:
            options["names"] = "\n".join(given.strip)
        call(operator, {**options, "dry_run": given.dry_run}, lambda: desk.error)
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
    if given.json:
        write_json(given.json, _result(given, outcome, measure))
    if given.save is not None:
        save(given.save)
    return 6 if outcome.partial else 0


def _check(given: argparse.Namespace, measure: bool) -> None:
    """What cannot work is said before the work."""
    asked = [flag for flag, on in (("--measure", measure), ("--apply", given.apply is not None), ("--clear", given.clear)) if on]
    asked += ["--dry-run"] if given.dry_run else []
    if len(asked) > 1:
        raise EditorError(f"{asked[0]} and {asked[1]} cannot go together.", "Use one of them.", USAGE)
    if asked and asked[0] != "--dry-run" and (given.strip or given.options):
        raise EditorError(f"{asked[0]} takes neither --strip nor --options.", "", USAGE)
    if given.save is not None and asked and asked[0] in {"--measure", "--dry-run"}:
        raise EditorError(f"{asked[0]} and --save cannot go together.", f"{asked[0]} changes nothing.", USAGE)


def _result(given: argparse.Namespace, outcome: Any, measure: bool) -> dict[str, Any]:
    if given.dry_run:
        return dict(levels_files.latest)
    report = report_of(bpy.context.scene) if given.verb == "loudness" and given.apply is None and not given.clear else None
    told = as_json(report) if report is not None else {}
    return {"schema": SCHEMA, **told} if measure else {**outcome.to_json(), **({"loudness": told} if told else {})}


RUNS = dict.fromkeys(HELP, run)
