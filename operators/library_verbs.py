"""The command line's verbs for the library: index a folder, find shots, forget. None of them needs a .blend with strips."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import bpy

from ..ml.codec import to_json
from ..ml.errors import DEFECT, USAGE, EditorError
from .calling import add_json, add_options, call, options_of, write_json
from .desk import desk
from .library_shelf import place_of, shelf


def add_to(verbs: Any, codes: str) -> None:
    """Describes them to the command line's parser; `codes` is what its exit codes mean."""
    told = "look into every film, picture and sound of a folder, and keep what is found in the library"
    one = verbs.add_parser("index", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("folder", metavar="DIR", help="the folder; what is below it belongs to it")
    add_options(one)
    add_json(one, "write the result there, with every file that cannot be read")
    told = "search the library in plain words"
    one = verbs.add_parser("find", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("query", metavar="WORDS", help='for example: "a dog outside, longer than 3 seconds"')
    one.add_argument("--most", type=int, default=50, metavar="N", help="list at most so many shots")
    one.add_argument("--words-only", action="store_true", help="do not ask the backend what the words mean")
    add_json(one, "write the hits there")
    told = "take a file, a folder or everything out of the library"
    one = verbs.add_parser("forget", help=told, description=told.capitalize() + "; the files themselves stay.", epilog=codes)
    one.add_argument("path", nargs="?", default="", metavar="PATH", help="the file or folder")
    one.add_argument("--everything", action="store_true", help="forget all media")


def _index(given: argparse.Namespace) -> int:
    operator = bpy.ops.assistant_editor.index_folder
    folder = os.path.abspath(bpy.path.abspath(given.folder))  # noqa: PTH100  as paths are kept
    call(operator, {**options_of("index", operator, given.options), "index_folder": folder}, lambda: desk.error)
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
    if given.json:
        tally = shelf.tally
        assert tally is not None
        counts = {name: getattr(tally, name) for name in ("new", "again", "known", "moved", "copies", "shots")}
        unreadable = [{"path": path, "problem": problem} for path, problem in tally.unreadable]
        told = {"folder": folder, "told": outcome.line, **counts, "unreadable": unreadable, "notices": tally.notices}
        write_json(given.json, {"schema": "assistant_editor.index/1", **told})
    return 6 if outcome.partial else 0


def _find(given: argparse.Namespace) -> int:
    if not 1 <= given.most <= 1000:
        raise EditorError("--most must lie between 1 and 1000.", "", USAGE)
    call(
        bpy.ops.assistant_editor.find,
        {"query": given.query, "most": given.most, "by_meaning": not given.words_only},
        lambda: desk.error,
    )
    found = shelf.found
    if found is None:
        raise EditorError("The operator said nothing of what it found.", "Please report it.", DEFECT)
    sys.stderr.write("".join(f"{told}\n" for told in found.told))
    for hit, row in zip(shelf.hits(), shelf.group.rows, strict=True):
        sys.stderr.write(f"{hit.score:4.0%}  {row.shown_in:>9}  {row.shown_length:>8}  {row.name}  {row.reasons}  {row.said}\n")
    sys.stderr.write(f"{found.total} {'shot' if found.total == 1 else 'shots'}: {', '.join(found.understood) or given.query}\n")
    if given.json:
        write_json(given.json, result(given.query))
    return 0


def result(query: str) -> dict[str, Any]:
    """What was found, as files tell it."""
    found = shelf.found
    assert found is not None
    hits = []
    for hit in shelf.hits():
        shot = shelf.known[hit.shot]
        said = shelf.passages.get(-1 if hit.passage is None else hit.passage)
        hits.append({
            "score": hit.score, "path": place_of(shot), "reasons": list(hit.reasons), "missing": list(hit.missing),
            "said": None if said is None else {"span": to_json(said[0]), "text": said[1]}, "shot": to_json(shot),
        })  # fmt: skip
    return {
        "schema": "assistant_editor.find/1", "query": query, "understood": list(found.understood), "told": list(found.told),
        "total": found.total, "hits": hits,
    }  # fmt: skip


def _forget(given: argparse.Namespace) -> int:
    if bool(given.path) == given.everything:
        raise EditorError("forget needs a file or folder, or --everything.", "Name one of them.", USAGE)
    path = os.path.abspath(bpy.path.abspath(given.path)) if given.path else ""  # noqa: PTH100
    call(bpy.ops.assistant_editor.forget_media, {"path": path, "everything": given.everything}, lambda: desk.error)
    return 0


RUNS = {"index": _index, "find": _find, "forget": _forget}
