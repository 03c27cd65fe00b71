"""`blender -b FILE.blend --command assistant_editor VERB …`: the same operators as the buttons, with exit codes and files.

Blender prints to stdout as it likes, so nothing here does: progress and errors go to stderr, results to `--json FILE`.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import bpy

from . import preferences
from .ml import errors
from .ml.errors import BAD_INPUT, DEFECT, USAGE, EditorError
from .ml.files import check_target, write_whole
from .operators import backend, status, subtitle_options, task
from .operators.desk import desk

EXIT_CODES = {
    0: "done",
    1: "a defect, or the backend failed",
    2: "wrong usage",
    3: "bad input",
    4: "backend or model missing",
    5: "cancelled",
    6: "done in part",
    7: "refused: the timeline is locked or changed",
}
_CODES = {
    errors.USAGE: 2, errors.BAD_INPUT: 3, errors.NO_STREAM: 3, errors.MISSING_BACKEND: 4, errors.MISSING_MODEL: 4, errors.NO_CONSENT: 4,
    errors.CANCELLED: 5, errors.LOCKED: 7, errors.STALE: 7,
}  # fmt: skip
VERBS = {
    "shots": "detect_shots", "scenes": "detect_scenes", "captions": "auto_captions", "auto-edit": "auto_edit", "analyse": "analyse",
    "stills": "save_stills", "thumbnails": "thumbnail_candidates",
}  # fmt: skip
HELP = {
    "shots": "find shots, and cut, mark or label",
    "scenes": "find scenes, and mark, colour or gather them",
    "captions": "write captions",
    "auto-edit": "shots and captions in one go",
    "analyse": "find everything out and keep it; the timeline stays as it is",
    "stills": "save pictures that stand for each shot, and a contact sheet",
    "thumbnails": "save the best pictures of everything, ranked, no two alike",
}
EDITS = {
    "text": "edit_caption", "accept": "accept_words", "split": "split_caption", "merge": "merge_captions", "shift": "shift_captions",
    "delete": "delete_captions", "replace": "replace_in_captions",
}  # fmt: skip
"""What `edit-captions` can do."""
UNCHANGED = {"analyse", "stills", "thumbnails"}
"""Verbs that leave the timeline as it is."""
OURS = {"names", "from_panel", "asked", "rna_type"}
"""Properties of the operators that are no options of a user."""
YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong instead of ending Blender."""

    def error(self, message: str) -> NoReturn:
        raise EditorError(f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.", USAGE)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise _Helped

    def print_help(self, file: Any = None) -> None:
        sys.stderr.write(self.format_help())


class _Helped(Exception):
    """The help was shown; nothing else is to be done."""


def parser() -> argparse.ArgumentParser:
    """The one description of the command line; `docs/reference.md` is made from it."""
    codes = "Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."
    top = _Parser("assistant_editor", description="Cut, caption and log the footage of a .blend.", epilog=codes)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=_Parser)
    for verb, told in HELP.items():
        one = verbs.add_parser(verb, help=told, description=told.capitalize() + ".", epilog=codes)
        one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a strip that is meant; may be repeated")
        one.add_argument(
            "--options", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
            help="options of the operator; what is not given comes from the scene's settings",
        )  # fmt: skip
        one.add_argument("--json", metavar="FILE", help="write the result there")
        if verb not in UNCHANGED:
            one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")
        if verb in ("captions", "auto-edit"):
            one.add_argument("--srt", metavar="FILE", help="write the captions as SubRip")
    one = verbs.add_parser("chapters", help="write the scenes that are marked as chapters", epilog=codes)
    one.add_argument("file", metavar="FILE", help="the text file to write")
    one.add_argument("--format", default="youtube", choices=("youtube", "ffmetadata"), help="for a video's description, or for FFmpeg")
    one.add_argument("--short", action="store_true", help="keep scenes of less than ten seconds; for FFmpeg only")
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
    one.add_argument("--json", metavar="FILE", help="for --in: write what was done there")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")
    one = verbs.add_parser("shot-list", help="list the shots; write them as a table or an edit decision list", epilog=codes)
    one.add_argument("--csv", metavar="FILE", help="write a table: comma-separated values, UTF-8")
    one.add_argument("--edl", metavar="FILE", help="write an edit decision list (CMX 3600)")
    one.add_argument("--json", metavar="FILE", help="write every shot and candidate there")
    one.add_argument("--candidates", action="store_true", help="for --csv: also boundaries that just missed the line")
    one.add_argument("--channel", type=int, default=0, metavar="N", help="for --edl: the channel; without it the one with the most shots")
    one.add_argument("--start", default="01:00:00:00", metavar="TIMECODE", help="for --edl: record timecode of the scene's first frame")
    one.add_argument("--non-drop", action="store_true", help="count every frame number also at 29.97 and 59.94")
    one = verbs.add_parser("caption-list", help="list the captions, the rules they break and their doubtful words", epilog=codes)
    one.add_argument("--json", metavar="FILE", help="write every caption there")
    one.add_argument("--flawed", action="store_true", help="only captions that are to be looked at")
    one = verbs.add_parser("edit-captions", help="correct, split, merge, shift, delete captions; find and replace in them", epilog=codes)
    one.add_argument("action", choices=tuple(EDITS), help="what is done")
    one.add_argument("--strip", action="append", default=[], metavar="NAME", help="a caption's strip; for shift and delete may be repeated")
    one.add_argument("--options", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="options of the operator")
    one.add_argument("--json", metavar="FILE", help="write every caption as it is then")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")
    one = verbs.add_parser("models", help="list, get, verify, remove models, or use a local file", epilog=codes)
    one.add_argument("action", nargs="?", default="list", choices=("list", "get", "verify", "remove", "use"))
    one.add_argument("name", nargs="?", default="", help="the model, as in the list")
    one.add_argument("file", nargs="?", default="", help="for use: a file of the model, its package or a folder")
    one.add_argument("--trust", action="store_true", help="for use: allow a model of your own, whose origin nobody can check")
    one.add_argument("--json", metavar="FILE", help="write the list there")
    one = verbs.add_parser("backend", help="show, install, test the backend, or use an environment of your own", epilog=codes)
    one.add_argument("action", nargs="?", default="status", choices=("status", "install", "test", "use"))
    one.add_argument("python", nargs="?", default="", help="for use and install: a Python")
    one.add_argument("--variant", default="auto", help="for install: which build of PyTorch")
    one.add_argument("--again", action="store_true", help="for install: also when a healthy one is there")
    one.add_argument("--json", metavar="FILE", help="write the status there")
    return top


def main(arguments: Sequence[str]) -> int:
    """Does what the arguments say. Returns one of `EXIT_CODES`."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)  # so that Ctrl+C cancels the job, not only Blender
    try:
        given = parser().parse_args(list(arguments))
        _check_files(given)
        runs = {"models": _models, "backend": _backend, "chapters": _chapters, "shot-list": _shot_list, "caption-list": _caption_list}
        return {**runs, "edit-captions": _edit_captions, "subtitles": _subtitles}.get(given.verb, _edit)(given)
    except _Helped:
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled.\n")
        return 5
    except EditorError as error:
        sys.stderr.write(f"Error: {error}\n")
        return _CODES.get(error.code, 1)


def _check_files(given: argparse.Namespace) -> None:
    """What cannot work is said before the work."""
    if "" in getattr(given, "strip", ()):
        raise EditorError("--strip needs the name of a strip.", "Leave it out to mean what is selected, else all.", USAGE)
    for name in ("json", "srt", "csv", "edl", "out", "save"):
        path = getattr(given, name, None)
        if path == "-":
            raise EditorError(f"--{name} needs a file: Blender writes on stdout too.", f"Name one, such as --{name} result.{name}.", USAGE)
        if path == "" and (name != "save" or not bpy.data.filepath):
            why, ending = (": this project was never saved", "blend") if name == "save" else ("", name)
            raise EditorError(f"--{name} needs a file{why}.", f"Name one, such as --{name} edit.{ending}.", USAGE)
        if path:
            check_target(bpy.path.abspath(path))


def _edit(given: argparse.Namespace) -> int:
    operator = getattr(bpy.ops.assistant_editor, VERBS[given.verb])
    options = _options(given.verb, operator, given.options)
    if given.strip:
        options["names"] = "\n".join(given.strip)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    _call(operator, options, lambda: desk.error)
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    for notice in outcome.notices:
        sys.stderr.write(f"{notice}\n")
    sys.stderr.write(f"{outcome.what}: {outcome.line}\n")
    if given.json:
        _write_json(given.json, outcome.to_json())
    if getattr(given, "srt", None):
        _call(bpy.ops.assistant_editor.export_srt, {"filepath": given.srt}, lambda: desk.error)
    if getattr(given, "save", None) is not None:
        _save(given.save)
    return 6 if outcome.partial else 0


def _chapters(given: argparse.Namespace) -> int:
    check_target(bpy.path.abspath(given.file))
    operator = bpy.ops.assistant_editor.export_chapters
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    _call(operator, {"filepath": given.file, "format": given.format, "short": given.short}, lambda: desk.error)
    sys.stderr.write(f"Written: {bpy.path.abspath(given.file)}\n")
    return 0


def _subtitles(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    if not (given.source or given.out):
        raise EditorError("Nothing was asked for.", "Give --in FILE, --out FILE, or both.", USAGE)
    if not ours.read_subtitles.poll():
        raise EditorError("This project has no sequencer.", "Open a .blend with one: blender -b FILE.blend …", BAD_INPUT)
    common = {"kind": given.kind, "looks": not given.plain}
    if given.source:
        pairs = [f"{key}={value}" for key, value in (("encoding", given.encoding), ("time", given.time))]
        options = {**_options("subtitles", ours.read_subtitles, pairs), **common, "filepath": given.source, "start": given.start}
        _call(ours.read_subtitles, options, lambda: desk.error)
        outcome = desk.outcome
        assert outcome is not None
        sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
        if given.json:
            _write_json(given.json, outcome.to_json())
    if given.out:
        options = {**common, "filepath": given.out, "format": given.format, "start": given.start}
        _call(ours.write_subtitles, options, lambda: desk.error)
        sys.stderr.write(f"Written: {bpy.path.abspath(given.out)}\n")
    if given.save is not None:
        _save(given.save)
    return 0


def _shot_list(given: argparse.Namespace) -> int:
    from .ml.codec import to_json
    from .operators.shelf import shelf

    ours = bpy.ops.assistant_editor
    if not ours.refresh_shots.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    _call(ours.refresh_shots, {}, lambda: desk.error)
    for row in bpy.context.window_manager.assistant_editor_shots.rows:
        number = f"{row.number:03}" if row.number else "  ?"
        sys.stderr.write(f"{number}  {row.shown_in}  {row.shown_out}  {row.transition:20}{row.confidence:5.0%}  {row.name}  {row.scene}\n")
    counts = {"timecode": "NON_DROP" if given.non_drop else "AUTO"}
    if given.csv:
        _call(ours.export_shot_csv, {"filepath": given.csv, "candidates": given.candidates, **counts}, lambda: desk.error)
    if given.edl:
        options = {"filepath": given.edl, "channel": given.channel, "record_start": given.start, **counts}
        _call(ours.export_edl, options, lambda: desk.error)
    if given.json:
        rows = [{"kind": row.kind, **to_json(row)} for row in shelf.rows]
        _write_json(given.json, {"schema": "assistant_editor.shots/1", "note": shelf.note, "shots": rows})
    if shelf.note:
        sys.stderr.write(f"{shelf.note}\n")
    return 6 if shelf.note else 0


def _caption_list(given: argparse.Namespace) -> int:
    from .ml.codec import to_json
    from .operators.caption_shelf import shelf

    ours = bpy.ops.assistant_editor
    if not ours.refresh_captions.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    _call(ours.refresh_captions, {}, lambda: desk.error)
    rows = [row for row in shelf.rows if row.flaws or not given.flawed]
    for row in rows:
        shown = shelf.clock.timecode(row.frames.start - shelf.zero)
        sys.stderr.write(f"{shown}  {row.name:20}{row.speed:6.1f}  {' | '.join(row.text.splitlines())}\n")
        for flaw in row.flaws:
            sys.stderr.write(f"{'':13}{flaw}\n")
    if given.json:
        captions = [{**to_json(row), "flaws": list(row.flaws)} for row in rows]
        counts = dict(shelf.counts)
        _write_json(given.json, {"schema": "assistant_editor.captions/1", "note": shelf.note, "counts": counts, "captions": captions})
    if shelf.note:
        sys.stderr.write(f"{shelf.note}\n")
    return 6 if shelf.note else 0


def _edit_captions(given: argparse.Namespace) -> int:
    from .operators.caption_shelf import shelf

    operator = getattr(bpy.ops.assistant_editor, EDITS[given.action])
    options = _options(f"edit-captions {given.action}", operator, given.options)
    if given.strip:
        several = "names" in {p.identifier for p in operator.get_rna_type().properties}
        if not several and (len(given.strip) > 1 or given.action == "replace"):
            raise EditorError(f"edit-captions {given.action} takes {'no' if given.action == 'replace' else 'one'} --strip.", "", USAGE)
        options["names" if several else "strip"] = "\n".join(given.strip)
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    shelf.clear()
    _call(operator, options, lambda: desk.error)
    sys.stderr.write(f"{shelf.said}\n")
    if given.json:
        given.flawed = False
        _caption_list(given)
    if given.save is not None:
        _save(given.save)
    return 0


def _options(verb: str, operator: Any, pairs: Sequence[str]) -> dict[str, Any]:
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


def _call(operator: Any, options: dict[str, Any], failed: Callable[[], EditorError | None]) -> None:
    """Calls an operator as a script does. Raises its error."""
    try:
        ended = operator("EXEC_DEFAULT", True, **options)
    except RuntimeError as reason:
        raise failed() or EditorError(str(reason).strip(), "Please report it.", DEFECT) from reason
    if ended != {"FINISHED"}:
        raise failed() or EditorError("The operator did not finish.", "Please report it.", DEFECT)


def _save(path: str) -> None:
    target = bpy.path.abspath(path) if path else bpy.data.filepath
    try:
        bpy.ops.wm.save_as_mainfile(filepath=target, check_existing=False)
    except RuntimeError as reason:
        raise EditorError(f"{target} cannot be saved: {str(reason).strip()}.", "Choose another file.", BAD_INPUT) from reason


def _write_json(path: str, value: Any) -> None:
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _models(given: argparse.Namespace) -> int:
    from .ml import models

    folder = preferences.places().models
    if given.action == "list":
        rows: list[dict[str, Any]] = [
            {"name": s.model.name, "state": s.state, "size": s.size or s.model.size, "licence": s.model.licence, "title": s.model.title}
            for s in models.status(folder)
        ]
        for row in rows:
            sys.stderr.write(f"{row['name']:32}{row['state']:12}{row['size'] / 1e6:8.0f} MB  {row['licence']:8}{row['title']}\n")
        if given.json:
            _write_json(given.json, {"schema": "assistant_editor.models/1", "folder": folder, "models": rows})
        return 0
    if not given.name:
        raise EditorError(f"models {given.action} needs the name of a model.", "`models list` shows them.", USAGE)
    ours = bpy.ops.assistant_editor
    operator = {"get": ours.get_model, "verify": ours.verify_model, "remove": ours.remove_model, "use": ours.use_local_model}[given.action]
    options = {"filepath": given.file, "trusted": given.trust} if given.action == "use" else {}
    _call(operator, {"model": given.name, **options}, lambda: task.failed)
    sys.stderr.write(status.status.messages.get("MODELS", (False, "Done."))[1] + "\n")
    return 0


def _backend(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    if given.action == "install":
        options = {"python": given.python, "variant": given.variant.upper(), "again": given.again}
        variants = [name for name, *_words in backend.variants()]
        if options["variant"] not in variants:
            raise EditorError(f"There is no variant {given.variant!r}.", f"There are {', '.join(variants).lower()}.", USAGE)
        _call(ours.build_backend, options, lambda: task.failed)
    elif given.action == "use":
        _call(ours.use_environment, {"python": given.python}, lambda: task.failed)
    elif given.action == "test":
        _call(ours.test_backend, {}, lambda: task.failed)
    if given.action in ("install", "use"):
        bpy.ops.wm.save_userpref()
    here, report = preferences.backend(bpy.context), status.status.test
    told = {
        "schema": "assistant_editor.backend/1",
        "python": here.python,
        "models": here.models,
        "cache": here.cache,
        "test": None if report is None else {"ok": report.ok, "summary": report.summary, "problems": list(report.problems)},
    }
    sys.stderr.write(f"Python: {here.python or 'not set up'}\nModels: {here.models}\nStored results: {here.cache}\n")
    if report is not None:
        sys.stderr.write(report.summary + "\n" + "".join(f"{problem}\n" for problem in report.problems))
    if given.json:
        _write_json(given.json, told)
    return 4 if not here.python or (report is not None and not report.ok) else 0
