"""`blender -b FILE.blend --command assistant_editor VERB …`: the same operators as the buttons, with exit codes and files.

Blender prints to stdout as it likes: progress and errors go to stderr, results to `--json FILE`, or with `--json` alone to stdout as one
line that begins with a brace.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

import bpy

from . import preferences
from .ml import errors
from .ml.errors import BAD_INPUT, DEFECT, USAGE, EditorError
from .ml.files import check_target, shown
from .operators import (
    backend,
    beat_verbs,
    caption_verbs,
    footage_verbs,
    level_verbs,
    library_verbs,
    people_verbs,
    privacy_verb,
    removal_verbs,
    report_verb,
    saving,
    status,
    task,
    text_verbs,
)
from .operators.calling import ON_STDOUT, add_json, add_options, call, options_of, write_json
from .operators.desk import desk

EXIT_CODES = {
    0: "done",
    1: "a defect, the backend failed, or memory or disk did not suffice",
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
    "stills": "save_stills", "thumbnails": "thumbnail_candidates", "translate": "translate_captions",
    "tag": "tag_shots", "reframe": "reframe", "grade": "grade", "emphasis": "emphasise",
    "anonymise": "anonymise", "cutout": "cut_out", "attach": "attach", "stabilise": "stabilise",
    "transitions": "add_transitions", "split-edits": "split_edits", "join-split-edits": "join_split_edits",
    "remove-effects": "remove_effects",
}  # fmt: skip
HELP = {
    "shots": "find shots, and cut, mark or label",
    "scenes": "find scenes, and mark, colour or gather them",
    "captions": "write captions",
    "auto-edit": "shots and captions in one go",
    "analyse": "find everything out and keep it; the timeline stays as it is",
    "stills": "save pictures that stand for each shot, and a contact sheet",
    "thumbnails": "save the best pictures of everything, ranked, no two alike",
    "translate": "write the captions in another language beside them",
    "tag": "colour and name strips, and set markers, by mood, people, things or quality",
    "reframe": "show films in a frame of another shape, with a camera that keeps the subject of every shot inside",
    "emphasis": "zoom in on stressed words, jump cuts and long shots, ramp the speed to beats, freeze frames",
    "anonymise": "cover faces, number plates, people or things wherever they may be seen",
    "cutout": "cut people or things out: blur or replace what is behind them, or put a text there",
    "attach": "attach a name, an arrow, an emoji, glasses, an image or a strip to what is seen: it goes along",
    "stabilise": "take the shake out of films, and never show their edges",
    "transitions": "lay dissolves, dips, wipes or pushes over the cuts where scenes change, clear of speech",
    "split-edits": "make J- and L-cuts between people who speak, by their words",
    "join-split-edits": "put picture and sound of J- and L-cuts back to one frame",
    "grade": "set exposure and white balance, match colours to a strip or still, or give a look",
    "remove-effects": "take effects away again, of a kind or all: every property is what it was before",
}
UNCHANGED = {"analyse", "stills", "thumbnails"}
"""Verbs that leave the timeline as it is."""


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
        add_options(one)
        add_json(one, "write the result there")
        if verb not in UNCHANGED:
            one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")
        if verb == "analyse":
            one.add_argument("--engines", default="", metavar="LIST", help="what is found out, separated by commas, or all")
        if verb == "anonymise":
            privacy_verb.add_check(one)
        if verb == "cutout":
            about = "of what is to be cut out, in shares of the frame from its lower left corner; may be repeated"
            one.add_argument("--at", action="append", default=[], metavar="X,Y", help=f"a point {about}")
            one.add_argument("--not-at", action="append", default=[], metavar="X,Y", help="a point beside it; may be repeated")
            one.add_argument("--frame", type=int, metavar="N", help="for --at: the frame that shows it; without it that at the playhead")
        if verb in ("captions", "auto-edit"):
            one.add_argument("--srt", metavar="FILE", help="write the captions as SubRip")
    one = verbs.add_parser("chapters", help="write the scenes that are marked as chapters", epilog=codes)
    one.add_argument("file", metavar="FILE", help="the text file to write")
    one.add_argument("--format", default="youtube", choices=("youtube", "ffmetadata"), help="for a video's description, or for FFmpeg")
    one.add_argument("--short", action="store_true", help="keep scenes of less than ten seconds; for FFmpeg only")
    one = verbs.add_parser("shot-list", help="list the shots; write them as a table or an edit decision list", epilog=codes)
    one.add_argument("--csv", metavar="FILE", help="write a table: comma-separated values, UTF-8")
    one.add_argument("--edl", metavar="FILE", help="write an edit decision list (CMX 3600)")
    add_json(one, "write every shot and candidate there")
    one.add_argument("--candidates", action="store_true", help="for --csv: also boundaries that just missed the line")
    one.add_argument("--channel", type=int, default=0, metavar="N", help="for --edl: the channel; without it the one with the most shots")
    one.add_argument("--start", default="01:00:00:00", metavar="TIMECODE", help="for --edl: record timecode of the scene's first frame")
    one.add_argument("--non-drop", action="store_true", help="count every frame number also at 29.97 and 59.94")
    footage_verbs.add_to(verbs, codes)
    people_verbs.add_to(verbs, codes)
    caption_verbs.add_to(verbs, codes)
    removal_verbs.add_to(verbs, codes)
    text_verbs.add_to(verbs, codes)
    level_verbs.add_to(verbs, codes)
    beat_verbs.add_to(verbs, codes)
    library_verbs.add_to(verbs, codes)
    report_verb.add_to(verbs, codes)
    one = verbs.add_parser("models", help="list, get, verify, remove models, or use a local file", epilog=codes)
    one.add_argument("action", nargs="?", default="list", choices=("list", "get", "verify", "remove", "use"))
    one.add_argument("name", nargs="?", default="", help="the model, as in the list")
    one.add_argument("file", nargs="?", default="", help="for use: a file of the model, its package or a folder")
    one.add_argument("--trust", action="store_true", help="for use: allow a model of your own, whose origin nobody can check")
    add_json(one, "write the list there")
    one = verbs.add_parser("backend", help="show, install, test the backend, or use an environment of your own", epilog=codes)
    one.add_argument("action", nargs="?", default="status", choices=("status", "install", "test", "use"))
    one.add_argument("python", nargs="?", default="", help="for use and install: a Python")
    one.add_argument("--variant", default="auto", help="for install: which build of PyTorch")
    one.add_argument("--again", action="store_true", help="for install: also when a healthy one is there")
    add_json(one, "write the status there")
    return top


def main(arguments: Sequence[str]) -> int:
    """Does what the arguments say. Returns one of `EXIT_CODES`."""
    if threading.current_thread() is threading.main_thread():
        for told in (signal.SIGINT, signal.SIGTERM):  # so that Ctrl+C, or who runs a pipeline, cancels the job, not only Blender
            signal.signal(told, signal.default_int_handler)
    try:
        given = parser().parse_args(list(arguments))
        _check_opened(sys.argv)
        saving.remember()
        _check_files(given)
        runs = {"models": _models, "backend": _backend, "chapters": _chapters, "shot-list": _shot_list}
        runs |= {**caption_verbs.RUNS, **removal_verbs.RUNS, **text_verbs.RUNS, **level_verbs.RUNS, **beat_verbs.RUNS, **report_verb.RUNS}
        runs |= library_verbs.RUNS
        runs |= {**footage_verbs.RUNS, **people_verbs.RUNS}
        return runs.get(given.verb, _edit)(given)
    except _Helped:
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled.\n")
        return 5
    except EditorError as error:
        sys.stderr.write(f"Error: {error}\n")
        return _CODES.get(error.code, 1)


def _check_opened(line: Sequence[str]) -> None:
    """Blender goes on with an empty project where the one that its command line names cannot be opened."""
    before = line[: next((place for place, word in enumerate(line) if word in ("-c", "--command")), 0)]
    named = [word for word in before if not word.startswith("-") and word.lower().endswith(".blend")]
    if named and not bpy.data.filepath:
        raise EditorError(f"{shown(named[-1])} could not be opened.", "Check the path, and what Blender says of it on stdout.", BAD_INPUT)


def _check_files(given: argparse.Namespace) -> None:
    """What cannot work is said before the work."""
    if "" in getattr(given, "strip", ()):
        raise EditorError("--strip needs the name of a strip.", "Leave it out to mean what is selected, else all.", USAGE)
    for name, what in (("apply", "a plan that was written with --dry-run --json"), ("script", "the edited text")):
        if getattr(given, name, None) == "":
            raise EditorError(f"--{name} needs a file.", f"Name {what}.", USAGE)
    if given.verb in ("chapters", "report") and given.file in ("", "-"):
        raise EditorError(f"{given.verb} needs a file: Blender writes on stdout too.", "Name the one to write.", USAGE)
    for name in ("json", "srt", "csv", "edl", "out", "export", "save"):
        path = getattr(given, name, None)
        if path is ON_STDOUT:
            continue
        if path == "-":
            raise EditorError(f"--{name} needs a file: Blender writes on stdout too.", f"Name one, such as --{name} result.{name}.", USAGE)
        if path == "" and (name != "save" or not bpy.data.filepath):
            why = ": this project was never saved" if name == "save" else ""
            ending = {"save": "blend", "out": "srt", "export": "txt"}.get(name, name)
            raise EditorError(f"--{name} needs a file{why}.", f"Name one, such as --{name} edit.{ending}.", USAGE)
        if path:
            check_target(bpy.path.abspath(path))


def _edit(given: argparse.Namespace) -> int:
    if getattr(given, "check", False):
        return privacy_verb.check(given)
    operator = getattr(bpy.ops.assistant_editor, VERBS[given.verb])
    options = options_of(given.verb, operator, given.options)
    if given.strip:
        options["names"] = "\n".join(given.strip)
    if getattr(given, "engines", ""):
        options["engines"] = given.engines
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    _pick(given)
    call(operator, options, lambda: desk.error)
    outcome = desk.outcome
    if outcome is None:
        raise EditorError("The operator said nothing of what it did.", "Please report it.", DEFECT)
    for notice in outcome.notices:
        sys.stderr.write(f"{notice}\n")
    sys.stderr.write(f"{outcome.what}: {outcome.line}\n")
    if given.json:
        write_json(given.json, outcome.to_json())
    if getattr(given, "srt", None):
        call(bpy.ops.assistant_editor.export_srt, {"filepath": given.srt}, lambda: desk.error)
    if getattr(given, "save", None) is not None:
        saving.save(given.save)
    return 6 if outcome.partial else 0


def _pick(given: argparse.Namespace) -> None:
    """What `cutout --at` says is kept as a click is."""
    if not (getattr(given, "at", ()) or getattr(given, "not_at", ())):
        return
    points = {"at": " ".join(given.at), "not_at": " ".join(given.not_at), "names": "\n".join(given.strip)}
    frame = {} if given.frame is None else {"frame": given.frame}
    call(bpy.ops.assistant_editor.pick_cut_out, {**points, **frame}, lambda: desk.error)


def _chapters(given: argparse.Namespace) -> int:
    check_target(bpy.path.abspath(given.file))
    operator = bpy.ops.assistant_editor.export_chapters
    if not operator.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    call(operator, {"filepath": given.file, "format": given.format, "short": given.short}, lambda: desk.error)
    sys.stderr.write(f"Written: {bpy.path.abspath(given.file)}\n")
    return 0


def _shot_list(given: argparse.Namespace) -> int:
    from .ml.codec import to_json
    from .operators.shelf import shelf

    ours = bpy.ops.assistant_editor
    if not ours.refresh_shots.poll():
        raise EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)
    call(ours.refresh_shots, {}, lambda: desk.error)
    for row in bpy.context.window_manager.assistant_editor_shots.rows:
        number = f"{row.number:03}" if row.number else "  ?"
        sys.stderr.write(f"{number}  {row.shown_in}  {row.shown_out}  {row.transition:20}{row.confidence:5.0%}  {row.name}  {row.scene}\n")
    counts = {"timecode": "NON_DROP" if given.non_drop else "AUTO"}
    if given.csv:
        call(ours.export_shot_csv, {"filepath": given.csv, "candidates": given.candidates, **counts}, lambda: desk.error)
    if given.edl:
        options = {"filepath": given.edl, "channel": given.channel, "record_start": given.start, **counts}
        call(ours.export_edl, options, lambda: desk.error)
    if given.json:
        rows = [{"kind": row.kind, **to_json(row)} for row in shelf.rows]
        write_json(given.json, {"schema": "assistant_editor.shots/1", "note": shelf.note, "shots": rows})
    if shelf.note:
        sys.stderr.write(f"{shelf.note}\n")
    return 6 if shelf.note else 0


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
            write_json(given.json, {"schema": "assistant_editor.models/1", "folder": folder, "models": rows})
        return 0
    if not given.name:
        raise EditorError(f"models {given.action} needs the name of a model.", "`models list` shows them.", USAGE)
    ours = bpy.ops.assistant_editor
    operator = {"get": ours.get_model, "verify": ours.verify_model, "remove": ours.remove_model, "use": ours.use_local_model}[given.action]
    options = {"filepath": given.file, "trusted": given.trust} if given.action == "use" else {}
    call(operator, {"model": given.name, **options}, lambda: task.failed)
    sys.stderr.write(status.status.messages.get("MODELS", (False, "Done."))[1] + "\n")
    return 0


def _backend(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    if given.action == "install":
        options = {"python": given.python, "variant": given.variant.upper(), "again": given.again}
        variants = [name for name, *_words in backend.variants()]
        if options["variant"] not in variants:
            raise EditorError(f"There is no variant {given.variant!r}.", f"There are {', '.join(variants).lower()}.", USAGE)
        call(ours.build_backend, options, lambda: task.failed)
    elif given.action == "use":
        call(ours.use_environment, {"python": given.python}, lambda: task.failed)
    elif given.action == "test":
        call(ours.test_backend, {}, lambda: task.failed)
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
        write_json(given.json, told)
    return 4 if not here.python or (report is not None and not report.ok) else 0
