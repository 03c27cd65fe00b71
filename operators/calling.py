"""An operator called as a script calls it: options given as text, its error raised, results in files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import bpy

from ..ml.errors import DEFECT, USAGE, EditorError
from ..ml.files import write_whole

OURS = {"dry_run", "names", "from_panel", "asked", "rna_type", "filter_glob", "check_existing"}
"""Properties of the operators that are no options of a user."""
INTERRUPTED = re.compile(r"^KeyboardInterrupt\b", re.MULTILINE)
"""The last line of a traceback, whether or not Blender says after it where that was."""
ON_STDOUT = True
"""Where a file's path may stand: the result goes to stdout. Blender writes there too, but never a line that begins with a brace."""
YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def add_options(parser: Any) -> None:
    """Describes `--options` to a verb's parser."""
    parser.add_argument(
        "--options", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
        help="options of the operator; what is not given comes from the scene's settings",
    )  # fmt: skip


def add_json(parser: Any, told: str) -> None:
    """Describes `--json` to a verb's parser; `told`: what is written."""
    about = f"{told}; without a FILE on stdout, as the one line that begins with {{"
    parser.add_argument("--json", nargs="?", const=ON_STDOUT, metavar="FILE", help=about)


def options_of(verb: str, operator: Any, pairs: Sequence[str]) -> dict[str, Any]:
    """`key=value` as the operator's properties. Raises `EditorError(USAGE)` that lists what there is."""
    known = {p.identifier: p for p in operator.get_rna_type().properties if p.identifier not in OURS}
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise EditorError(f"--options {pair}: expected KEY=VALUE.", f"Known keys: {', '.join(sorted(known))}.", USAGE)
        if key not in known:
            raise EditorError(f"{verb} has no option {key!r}.", f"There are {', '.join(sorted(known))}.", USAGE)
        found[key] = _value(known[key], value)
    return found


def _value(known: Any, text: str) -> Any:
    kind, name = known.type, known.identifier
    if kind == "ENUM":
        names = [item.identifier for item in known.enum_items]
        if known.is_enum_flag:
            return _several(name, names, text)
        if text not in names:
            raise EditorError(f"{name} cannot be {text!r}.", f"There are {', '.join(names)}.", USAGE)
        return text
    if kind == "BOOLEAN":
        if text.lower() not in YES | NO:
            raise EditorError(f"{name} cannot be {text!r}.", "Write true or false.", USAGE)
        return text.lower() in YES
    if kind in {"INT", "FLOAT"}:
        return _numbers(known, text)
    return text


def _several(name: str, names: Sequence[str], text: str) -> set[str]:
    """Any of `names`, separated by commas; none for an empty text."""
    chosen = {part.strip() for part in text.split(",") if part.strip()}
    if not chosen <= set(names):
        wrong = min(chosen - set(names))
        raise EditorError(f"{name} cannot be {wrong!r}.", f"There are {', '.join(names)}; write several with commas.", USAGE)
    return chosen


def _numbers(known: Any, text: str) -> Any:
    """One number, or as many as the property holds, separated by commas; within its limits."""
    kind, count = (int, "a whole number") if known.type == "INT" else (float, "a number"), known.array_length
    parts = text.split(",")
    try:
        values = [kind[0](part) for part in parts]
    except ValueError as reason:
        raise EditorError(f"{known.identifier} cannot be {text!r}.", f"Write {kind[1]}.", USAGE) from reason
    if len(values) != max(1, count):
        raise EditorError(f"{known.identifier} needs {max(1, count)} numbers, separated by commas.", "", USAGE)
    if not all(known.hard_min <= value <= known.hard_max for value in values):
        raise EditorError(f"{known.identifier} must lie between {known.hard_min:g} and {known.hard_max:g}, not {text}.", "", USAGE)
    return values if count else values[0]


def call(operator: Any, options: dict[str, Any], failed: Callable[[], EditorError | None]) -> None:
    """Calls an operator as a script does. Raises its error, or `KeyboardInterrupt`, of which Blender makes a text."""
    try:
        ended = operator("EXEC_DEFAULT", True, **options)
    except RuntimeError as reason:
        if INTERRUPTED.search(str(reason)):
            raise KeyboardInterrupt from reason
        raise failed() or EditorError(str(reason).strip(), "Please report it.", DEFECT) from reason
    if ended != {"FINISHED"}:
        raise failed() or EditorError("The operator did not finish.", "Please report it.", DEFECT)


def write_json(path: str | bool, value: Any) -> None:
    """Into a file, or with `ON_STDOUT` as one line there."""
    if path is ON_STDOUT:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    assert isinstance(path, str)
    write_whole(bpy.path.abspath(path), json.dumps(value, ensure_ascii=False, indent=1) + "\n")
