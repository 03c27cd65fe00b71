"""The backend without Blender: `python -m ml analyse|probe|models`. JSON alone on stdout, progress on stderr."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TextIO

from .cache import DEFAULT_LIMIT, Cache, fingerprint
from .codec import to_json
from .errors import BAD_INPUT, CANCELLED, MISSING_BACKEND, MISSING_MODEL, NO_CONSENT, NO_STREAM, USAGE, EditorError
from .facts import ENGINES, Span
from .failures import explain
from .files import check_target, write_whole
from .protocol import VERSION, Analyse, Failed, Result, Task

SCHEMA = "assistant_editor.facts/1"
EXIT_CODES = {
    0: "done",
    1: "a defect, or the machine's resources (memory, disk) did not suffice",
    2: "wrong usage",
    3: "bad input",
    4: "backend or model missing",
    5: "cancelled",
    6: "done in part",
}
_CODES = {USAGE: 2, BAD_INPUT: 3, NO_STREAM: 3, MISSING_BACKEND: 4, MISSING_MODEL: 4, NO_CONSENT: 4, CANCELLED: 5}
_EPILOG = "Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."


class _Interrupt:
    """Ctrl+C once: stop at the next chance. Twice: stop now."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._handle)
        if hasattr(signal, "SIGTERM"):
            signal.signal(signal.SIGTERM, self._handle)

    def _handle(self, _number: int, _frame: Any) -> None:
        if self.asked:
            os._exit(5)
        self.asked = True

    def check(self) -> None:
        if self.asked:
            raise EditorError("Cancelled.", code=CANCELLED)


class _Meter:
    """Progress on stderr: one line rewritten on a terminal, else a line whenever the step or the tenth changes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._tty, self._shown = stream, stream.isatty(), ("", -1)
        self._drawn = 0.0

    def tell(self, fraction: float, step: str, deadline: float = 0.0) -> None:
        del deadline
        if self._tty and time.monotonic() - self._drawn > 0.1:
            self._drawn = time.monotonic()
            print(f"\r{fraction:6.1%}  {step[:100]}\033[K", end="", file=self._stream, flush=True)
        elif not self._tty and self._shown != (step, int(fraction * 10)):
            self._shown = (step, int(fraction * 10))
            print(f"{fraction:6.1%}  {step}", file=self._stream, flush=True)

    def say(self, text: str) -> None:
        print(f"\r\033[K{text}" if self._tty else text, file=self._stream, flush=True)


def run(arguments: Sequence[str]) -> int:
    """Does what the arguments say. Returns one of `EXIT_CODES`."""
    given = parser().parse_args(arguments)
    if given.json and _is_stdout(given.json):
        given.json = "-"
    out = _claim_stdout()
    meter, interrupt = _Meter(sys.stderr), _Interrupt()
    verbs: dict[str, Callable[..., int]] = {"analyse": _analyse, "probe": _probe, "models": _models}
    try:
        if given.json not in (None, "-"):
            check_target(given.json)
        return verbs[given.verb](given, out, meter, interrupt)
    except Exception as error:  # noqa: BLE001  whatever it was, the user is told and the code says which kind
        told = explain(error, "This command")
        meter.say(f"Error: {told}" + (f"\n{told.detail}" if told.detail else ""))
        return _CODES.get(told.code, 1)


def _is_stdout(where: str) -> bool:
    """Whether `where` is another name of stdout, such as /dev/stdout, which will mean stderr once stdout is claimed."""
    try:
        return os.path.samestat(Path(where).stat(), os.fstat(1))
    except (OSError, ValueError):
        return False


def _claim_stdout() -> TextIO:
    """Stdout for us alone: what libraries print goes to stderr."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    return out


def default_folder(kind: str) -> Path:
    """Where models and results lie when nothing is said: the user's data folder of this system."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "assistant_editor" / kind


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Finds out what is in media files.", epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=VERSION)
    verbs = parser.add_subparsers(dest="verb", required=True)
    folders = argparse.ArgumentParser(add_help=False)
    folders.add_argument("--models", type=Path, default=default_folder("models"), metavar="DIR", help="where the models lie")
    answer = argparse.ArgumentParser(add_help=False)
    answer.add_argument("--json", nargs="?", const="-", metavar="FILE", help="write the answer as JSON, to stdout when no file is named")

    analyse = verbs.add_parser("analyse", parents=[folders, answer], help="run engines over files", epilog=_EPILOG)
    analyse.add_argument("files", nargs="+", metavar="FILE")
    analyse.add_argument("--engines", default="shots,transcript", help="a list with commas, of " + ", ".join(sorted(ENGINES)))
    analyse.add_argument("--option", action="append", default=[], metavar="ENGINE.NAME=VALUE", help="such as shots.detector=content")
    analyse.add_argument("--cache", type=Path, default=default_folder("cache"), metavar="DIR", help="where results are kept")
    analyse.add_argument("--span", nargs=2, type=_seconds, metavar=("START", "END"), help="only these seconds, exact as in 1001/30000")

    probe = verbs.add_parser("probe", parents=[answer], help="what a file holds", epilog=_EPILOG)
    probe.add_argument("files", nargs="+", metavar="FILE")

    models = verbs.add_parser("models", parents=[folders, answer], help="list, get or verify models", epilog=_EPILOG)
    models.add_argument("action", nargs="?", choices=("list", "get", "verify", "remove"), default="list")
    models.add_argument("name", nargs="?", default="")
    models.add_argument("--yes", action="store_true", help="agree to the download and the model's licence")
    return parser


def _seconds(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None


def _tasks(engines: str, options: Sequence[str]) -> tuple[Task, ...]:
    """Raises `EditorError(USAGE)` for an engine that does not exist or an option that belongs to none of these."""
    names = [name.strip() for name in engines.split(",") if name.strip()]
    values: dict[str, dict[str, Any]] = {name: {} for name in names}
    unknown = [name for name in names if name not in ENGINES]
    if unknown or not names:
        raise EditorError(f"There is no engine {', '.join(unknown) or engines!r}.", f"Engines are: {', '.join(sorted(ENGINES))}.", USAGE)
    for option in options:
        left, equals, value = option.partition("=")
        engine, dot, name = left.partition(".")
        if not (equals and dot) or engine not in values:
            raise EditorError(f"{option!r} is no option of {' or '.join(names)}.", "Write it as shots.detector=content.", USAGE)
        values[engine][name] = value
    for name in names:
        _options(name, values[name])
    return tuple(Task(name, values[name]) for name in names)


def _options(engine: str, values: dict[str, Any]) -> None:
    from .codec import from_json

    try:
        from_json(ENGINES[engine].options, values)
    except EditorError as error:
        raise EditorError(error.message, "", USAGE) from error


def _analyse(given: argparse.Namespace, out: TextIO, meter: _Meter, interrupt: _Interrupt) -> int:
    tasks = _tasks(given.engines, given.option)
    if given.span and given.span[1] <= given.span[0]:
        raise EditorError("The span must end after it starts.", code=USAGE)
    span = Span(*given.span) if given.span else None
    cache = Cache(given.cache, DEFAULT_LIMIT)
    entries: list[dict[str, Any]] = []
    for path in given.files:
        entry = _one(Analyse(str(len(entries)), path, tasks, span), cache, given.models, meter, interrupt)
        entries.append(entry)
        if any(failure["code"] == CANCELLED for failure in entry["failures"]):
            break
    _answer({"schema": SCHEMA, "version": VERSION, "media": entries}, given.json, out, _summary)
    return _code_of(entries, [entry for entry in entries if entry["facts"]])


def _code_of(entries: Sequence[dict[str, Any]], answered: Sequence[dict[str, Any]]) -> int:
    """The exit code for these files, of which some were `answered`, at least in part."""
    failures = [failure for entry in entries for failure in entry["failures"]]
    if any(failure["code"] == CANCELLED for failure in failures):
        return 5
    if failures and answered:
        return 6
    return max((_CODES.get(failure["code"], 1) for failure in failures), default=0)


def _one(request: Analyse, cache: Cache, models: Path, meter: _Meter, interrupt: _Interrupt) -> dict[str, Any]:
    """What the engines said about one file, as the JSON of one entry of "media"."""
    from .engines.registry import Runtime
    from .failures import failed
    from .schedule import analyse

    entry: dict[str, Any] = {"path": request.path, "fingerprint": "", "facts": {}, "cached": [], "failures": [], "notices": []}

    def take(event: Result | Failed) -> None:
        if isinstance(event, Result):
            entry["facts"][event.engine] = event.facts
            entry["cached"] += [event.engine] * event.cached
            for warning in event.facts.get("warnings", []):
                meter.say(f"Warning: {Path(request.path).name}: {warning}")
        else:
            entry["failures"].append({key: value for key, value in to_json(event).items() if key != "id"})
            meter.say(f"Error: {event.message} {event.remedy}".rstrip())

    def notice(text: str) -> None:
        entry["notices"].append(text)
        meter.say(f"Note: {text}")

    try:
        entry["fingerprint"] = fingerprint(request.path)
        analyse(request, cache, Runtime(models, meter.tell, notice, interrupt.check), take)
    except Exception as error:  # noqa: BLE001  this file's failure; the others go on
        take(failed(request.id, error))
    return entry


def _summary(answer: dict[str, Any]) -> str:
    lines = []
    for entry in answer["media"]:
        for engine, facts in entry["facts"].items():
            rows = ("boundaries", "candidates"), ("utterances",) * 2, ("turns",) * 2, ("events",) * 2, ("frames",) * 2
            counts = [f"{len(facts[name])} {noun}" for name, noun in rows if isinstance(facts.get(name), list)]
            found = counts[0] if counts else "done"
            lines.append(f"{entry['path']}: {engine}: {found}")
    return "\n".join(lines)


def _probe(given: argparse.Namespace, out: TextIO, meter: _Meter, interrupt: _Interrupt) -> int:
    from .failures import failed
    from .media import probe

    entries: list[dict[str, Any]] = []
    for path in given.files:
        interrupt.check()
        entry: dict[str, Any] = {"path": path, "fingerprint": "", "media": None, "failures": []}
        entries.append(entry)
        try:
            entry |= {"fingerprint": fingerprint(path), "media": to_json(probe(path))}
        except Exception as error:  # noqa: BLE001  this file's failure; the others go on
            event = failed("", error)
            entry["failures"].append({key: value for key, value in to_json(event).items() if key != "id"})
            meter.say(f"Error: {event.message} {event.remedy}".rstrip())
    answer = {"schema": "assistant_editor.media/1", "version": VERSION, "media": entries}
    _answer(answer, given.json, out, lambda value: json.dumps(value["media"], indent=1))
    return _code_of(entries, [entry for entry in entries if entry["media"] is not None])


def _models(given: argparse.Namespace, out: TextIO, meter: _Meter, interrupt: _Interrupt) -> int:
    from . import models

    if given.action in ("get", "remove") and not given.name:
        raise EditorError(f"Which model? `models {given.action} NAME`.", "`models list` shows them.", USAGE)
    if given.action == "get":
        try:
            models.fetch(
                given.name,
                given.models,
                consent=given.yes,
                python=sys.executable,
                progress=lambda done, total, step: meter.tell(done / total if total else 0.0, step),
                cancelled=lambda: interrupt.asked,
            )
        except EditorError as error:
            if error.code == NO_CONSENT:
                error.remedy = f"Agree to the download and the model's licence: models get {given.name} --yes."
            raise
    elif given.action == "verify":
        there = [one.model.name for one in models.status(given.models) if one.state != "absent"]
        for name in [given.name] if given.name else there:
            meter.tell(0.0, f"Verifying {name}")
            models.verify(name, given.models)
    elif given.action == "remove":
        models.remove(given.name, given.models)
    entries = [
        {"name": one.model.name, "task": one.model.task, "title": one.model.title, "licence": one.model.licence, "state": one.state}
        | {"bytes": one.size, "path": str(one.path)}
        for one in models.status(given.models)
        if given.name in ("", one.model.name)
    ]
    answer = {"schema": "assistant_editor.models/1", "version": VERSION, "models": entries}
    _answer(answer, given.json, out, _model_lines)
    return 0


def _model_lines(answer: dict[str, Any]) -> str:
    return "\n".join(f"{one['name']:30} {one['state']:10} {one['licence']}" for one in answer["models"])


def _answer(answer: dict[str, Any], where: str | None, out: TextIO, words: Callable[[dict[str, Any]], str]) -> None:
    """The answer as JSON to the file or "-", or in words when JSON was not asked for."""
    if where in (None, "-"):
        text = words(answer) if where is None else json.dumps(answer, allow_nan=False)
        if text:
            print(text, file=out, flush=True)
        return
    write_whole(str(where), json.dumps(answer, indent=1, allow_nan=False) + "\n")
