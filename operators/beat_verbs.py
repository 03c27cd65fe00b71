"""The command line's verb for beats: mark them, move cuts to them, cut strips to them; or write the plan of it, and apply that later."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.codec import to_json
from ..ml.errors import BAD_INPUT, DEFECT, USAGE, EditorError
from . import beat_files
from .beat_desk import shown
from .calling import add_json, add_options, call, options_of, write_json
from .desk import desk
from .saving import save

OPERATORS = {"mark": "find_beats", "snap": "snap_to_beats", "cut": "cut_to_beats"}


def add_to(verbs: Any, codes: str) -> None:
    """Describes it to the command line's parser; `codes` is what its exit codes mean."""
    told = "find the beats of music: mark them, move cuts to them, or cut strips to them"
    one = verbs.add_parser("beats", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("action", nargs="?", default="mark", choices=tuple(OPERATORS), help="what is done with the beats")
    one.add_argument(
        "--strip", action="append", default=[], metavar="NAME", help="mark: a strip that is music; else one that is cut; may be repeated"
    )
    one.add_argument("--music", default="", metavar="NAME", help="for snap and cut: the strip that is the music")
    add_options(one)
    one.add_argument("--dry-run", action="store_true", help="change nothing: with --json write the plan there")
    one.add_argument("--apply", metavar="PLAN", help="carry out a plan that was written with --dry-run --json")
    add_json(one, "write the plan there (--dry-run), else the result")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")


def run(given: argparse.Namespace) -> int:
    """Does what the action names, or what a plan says."""
    ours = bpy.ops.assistant_editor
    operator = getattr(ours, OPERATORS[given.action])
    _check(given)
    options = options_of(f"beats {given.action}", operator, given.options)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    if given.apply is not None:
        call(ours.apply_beats, {"filepath": given.apply}, lambda: desk.error)
    else:
        more = {"names": "\n".join(given.strip)} if given.strip else {}
        more |= {"beat_music": given.music} if given.music else {}
        call(operator, {**options, **more, "dry_run": given.dry_run}, lambda: desk.error)
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    for music in shown.music if given.apply is None else ():
        bars = f", bars of {music.meter} ({music.bar_confidence:.0%} sure)" if music.meter else ""
        sys.stderr.write(f"{music.strip}: {music.tempo:g} beats a minute, {music.beats} beats ({music.confidence:.0%} sure){bars}\n")
    sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
    if given.json:
        result = {**outcome.to_json(), "music": [to_json(music) for music in shown.music]} if given.apply is None else outcome.to_json()
        write_json(given.json, dict(beat_files.latest) if given.dry_run else result)
    if given.save is not None:
        save(given.save)
    return 6 if outcome.partial else 0


def _check(given: argparse.Namespace) -> None:
    """What cannot work is said before the work."""
    if given.apply is not None:
        also = [
            flag
            for flag, on in (("--dry-run", given.dry_run), ("--strip", given.strip), ("--music", given.music), ("--options", given.options))
            if on
        ]
        if also:
            raise EditorError(f"--apply and {also[0]} cannot go together.", "A plan says what is meant.", USAGE)
    if given.action == "mark" and given.music:
        raise EditorError("--music is for snap and cut.", "Name the music with --strip.", USAGE)
    if given.dry_run and given.save is not None:
        raise EditorError("--dry-run and --save cannot go together.", "A dry run changes nothing.", USAGE)


RUNS = {"beats": run}
