"""The command line's verbs for captions as they stand: their list, what an editor does to them, subtitle files."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.codec import to_json
from ..ml.errors import BAD_INPUT, USAGE, EditorError
from . import subtitle_options
from .calling import add_json, call, options_of, write_json
from .caption_shelf import shelf
from .desk import desk
from .saving import save

EDITS = {
    "text": "edit_caption", "accept": "accept_words", "split": "split_caption", "merge": "merge_captions", "shift": "shift_captions",
    "delete": "delete_captions", "replace": "replace_in_captions",
}  # fmt: skip
"""What `edit-captions` can do."""


def add_to(verbs: Any, codes: str) -> None:
    """Describes them to the command line's parser; `codes` is what its exit codes mean."""
    one = verbs.add_parser("subtitles", help="read a subtitle file as captions, or write captions as one", epilog=codes)
    one.add_argument("--in", dest="source", metavar="FILE", help="read this file, merged with what was read before")
    one.add_argument("--out", metavar="FILE", help="write this file, after reading")
    formats = [name for name, *_words in subtitle_options.FORMATS]
    one.add_argument("--format", default="auto", choices=formats, help="for --out; without it the file's ending says")
    one.add_argument("--kind", default="caption", choices=("caption", "translation"), help="which texts are meant")
    one.add_argument("--start", default="", metavar="TIMECODE", help="what the files' clocks show at the scene's first frame")
    one.add_argument("--time", default="auto", choices=("auto", "scene", "strip"), help="for --in: what the file's times count from")
    one.add_argument("--encoding", default="auto", help="for --in: such as cp1252; without it, it is found out")
    one.add_argument("--plain", action="store_true", help="without italics, colours, places and styles")
    add_json(one, "for --in: write what was done there")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")
    one = verbs.add_parser("caption-list", help="list the captions, the rules they break and their doubtful words", epilog=codes)
    add_json(one, "write every caption there")
    one.add_argument("--flawed", action="store_true", help="only captions that are to be looked at")
    one = verbs.add_parser("edit-captions", help="correct, split, merge, shift, delete captions; find and replace in them", epilog=codes)
    one.add_argument("action", choices=tuple(EDITS), help="what is done")
    one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a caption's strip; for shift and delete may be repeated")
    one.add_argument("--options", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="options of the operator")
    add_json(one, "write every caption as it is then")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")


def subtitles(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    if not (given.source or given.out):
        raise EditorError("Nothing was asked for.", "Give --in FILE, --out FILE, or both.", USAGE)
    if not ours.read_subtitles.poll():
        raise EditorError("This project has no sequencer.", "Open a .blend with one: blender -b FILE.blend …", BAD_INPUT)
    common = {"kind": given.kind, "looks": not given.plain}
    if given.source:
        pairs = [f"{key}={value}" for key, value in (("encoding", given.encoding), ("time", given.time))]
        options = {**options_of("subtitles", ours.read_subtitles, pairs), **common, "filepath": given.source, "start": given.start}
        call(ours.read_subtitles, options, lambda: desk.error)
        outcome = desk.outcome
        assert outcome is not None
        sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
        if given.json:
            write_json(given.json, outcome.to_json())
    if given.out:
        options = {**common, "filepath": given.out, "format": given.format, "start": given.start}
        call(ours.write_subtitles, options, lambda: desk.error)
        sys.stderr.write(f"Written: {bpy.path.abspath(given.out)}\n")
    if given.save is not None:
        save(given.save)
    return 0


def caption_list(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    if not ours.refresh_captions.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    call(ours.refresh_captions, {}, lambda: desk.error)
    rows = [row for row in shelf.rows if row.flaws or not given.flawed]
    for row in rows:
        shown = shelf.clock.timecode(row.frames.start - shelf.zero)
        sys.stderr.write(f"{shown}  {row.name:20}{row.speed:6.1f}  {' | '.join(row.text.splitlines())}\n")
        for flaw in row.flaws:
            sys.stderr.write(f"{'':13}{flaw}\n")
    if given.json:
        captions = [{**to_json(row), "flaws": list(row.flaws)} for row in rows]
        counts = dict(shelf.counts)
        write_json(given.json, {"schema": "assistant_editor.captions/1", "note": shelf.note, "counts": counts, "captions": captions})
    if shelf.note:
        sys.stderr.write(f"{shelf.note}\n")
    return 6 if shelf.note else 0


def edit_captions(given: argparse.Namespace) -> int:
    operator = getattr(bpy.ops.assistant_editor, EDITS[given.action])
    options = options_of(f"edit-captions {given.action}", operator, given.options)
    if given.strip:
        several = "names" in {p.identifier for p in operator.get_rna_type().properties}
        if not several and (len(given.strip) > 1 or given.action == "replace"):
            raise EditorError(f"edit-captions {given.action} takes {'no' if given.action == 'replace' else 'one'} --strip.", "", USAGE)
        options["names" if several else "strip"] = "\n".join(given.strip)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    shelf.clear()
    call(operator, options, lambda: desk.error)
    sys.stderr.write(f"{shelf.said}\n")
    if given.json:
        given.flawed = False
        caption_list(given)
    if given.save is not None:
        save(given.save)
    return 0


RUNS = {"subtitles": subtitles, "caption-list": caption_list, "edit-captions": edit_captions}
