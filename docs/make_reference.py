"""Writes docs/reference.md from the code: operators, options, verbs, JSON, models. Run by `dev.py docs`; a test compares."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import sys
import typing
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = "bl_ext.user_default.assistant_editor"
INTERNAL = {"rna_type", "from_panel", "asked", "filter_glob", "check_existing"}
"""Of the program, and of Blender's file browser: no options of a user."""

HEAD = """# Reference

Made from the code by `python3 dev.py docs`; a test compares it with the code. Do not edit it by hand.

"""

ENVIRONMENT = {
    "ASSISTANT_EDITOR_WORKER_PYTHON": "the Python of the worker's environment, instead of what the preferences say",
    "ASSISTANT_EDITOR_MODELS": "the folder of models, instead of what the preferences say",
    "ASSISTANT_EDITOR_CACHE": "the folder of stored results, instead of what the preferences say",
}


def part(name: str) -> ModuleType:
    return importlib.import_module(f"{EXTENSION}.{name}")


def cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"
    yield ""


def default(known: Any) -> str:
    if known.type == "ENUM" and known.is_enum_flag:
        return f"`{','.join(sorted(known.default_flag))}`"
    if known.type == "ENUM":
        if not len(known.enum_items):
            return "–"  # what can be chosen depends on what is there
        return f"`{known.default or known.enum_items[0].identifier}`"
    if known.type == "STRING":
        return f"`{known.default}`" if known.default else "–"
    if known.type == "FLOAT":
        values = known.default_array if known.array_length else [known.default]
        return "`" + ", ".join(f"{value:.4g}" for value in values) + "`"
    return f"`{str(known.default).lower() if known.type == 'BOOLEAN' else known.default}`"


def values(known: Any) -> str:
    if known.type == "ENUM" and known.is_enum_flag:
        return "any of " + ", ".join(f"`{item.identifier}`" for item in known.enum_items)
    if known.type == "ENUM":
        return ", ".join(f"`{item.identifier}`" for item in known.enum_items)
    if known.type in {"INT", "FLOAT"}:
        if known.type == "INT" and (known.hard_min, known.hard_max) == (-(2**31), 2**31 - 1):
            return "whole number"
        limits = f"{known.hard_min:g} to {known.hard_max:g}" if known.hard_max < 1e30 else f"{known.hard_min:g} or more"
        return limits + (f", {known.array_length} of them" if known.array_length else "")
    return {"BOOLEAN": "true, false", "STRING": "text"}.get(known.type, known.type.lower())


def operators() -> Iterator[str]:
    import bpy

    yield "## Operators"
    yield ""
    yield "From a script an operator blocks and returns. What a call does not give comes from the scene's settings"
    yield "(`scene.assistant_editor`). *Live* options are re-planned in the redo panel (F9); the others ask the worker."
    yield ""
    for name in sorted(dir(bpy.ops.assistant_editor)):
        rna = getattr(bpy.ops.assistant_editor, name).get_rna_type()
        live = set(getattr(getattr(bpy.types, f"ASSISTANT_EDITOR_OT_{name}"), "live", ()))
        yield f"### `bpy.ops.assistant_editor.{name}`: {rna.name}"
        yield ""
        yield rna.description + "."
        yield ""
        known = [prop for prop in rna.properties if prop.identifier not in INTERNAL and not prop.is_readonly]
        if known:
            rows: list[tuple[object, ...]] = [
                (f"`{p.identifier}`", p.description or p.name, values(p), default(p), "yes" if p.identifier in live else "") for p in known
            ]
            yield from table(("option", "what it is", "values", "default", "live"), rows)


def command_line(title: str, command: str, parser: argparse.ArgumentParser, codes: dict[int, str]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"`{command} VERB …`"
    yield ""
    (verbs,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    told = {choice.dest: choice.help for choice in verbs._choices_actions}
    for verb, sub in verbs.choices.items():
        yield f"### `{verb}`: {told.get(verb, '')}"
        yield ""
        rows: list[tuple[object, ...]] = []
        for action in sub._actions:
            if action.dest == "help":
                continue
            name = ", ".join(action.option_strings) or action.dest.upper()
            metavar = " ".join(action.metavar) if isinstance(action.metavar, tuple) else action.metavar or ""
            shown = name if not action.option_strings else f"{name} {metavar}".strip()
            choices = f" ({', '.join(action.choices)})" if action.choices else ""
            rows.append((f"`{shown}`", (action.help or "") + choices))
        yield from table(("argument", "what it is"), rows)
    yield from table(("exit code", "meaning"), list(codes.items()))


def type_name(kind: Any) -> str:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Fraction:
        return 'fraction, as text: `"1001/30000"`'
    if dataclasses.is_dataclass(kind):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    if origin is dict:
        return "object"
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"list of {type_name(arguments[0])}"
    if origin is tuple:
        return f"list of {len(arguments)} × {type_name(arguments[0])}"
    if origin is typing.Literal:
        return " or ".join(f"`{value!r}`" for value in arguments)
    if type(None) in arguments:
        return " or ".join("null" if one is type(None) else type_name(one) for one in arguments)
    return {int: "whole number", float: "number", str: "text", bool: "true or false", dict: "object"}.get(kind, str(kind))


def summary(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def schemas() -> Iterator[str]:
    facts, plan, outcome, pipeline = part("ml.facts"), part("timeline.plan"), part("timeline.outcome"), part("ml.pipeline")
    yield "## JSON"
    yield ""
    yield "Every file names its schema and version; a change that a reader could stumble over raises the number."
    yield ""
    rows: list[tuple[object, ...]] = [
        (f"`{outcome.SCHEMA}`", "`--json` of the verbs that run an operator, inside Blender"),
        (f"`{pipeline.SCHEMA}`", "`python -m ml analyse`: per file its path, fingerprint, facts by engine, failures, notices"),
        ("`assistant_editor.media/1`", "`python -m ml probe`: per file a [Media](#media)"),
        ("`assistant_editor.shots/1`", "`shot-list --json`: `shots`, each a [Row](#row) with its `kind`, and `note`, what is missing"),
        (
            "`assistant_editor.captions/1`",
            "`caption-list --json`: `captions`, each a [CaptionRow](#captionrow) with its `flaws` in words, and `counts`, `note`",
        ),
        (
            "`assistant_editor.removals/1`",
            "`silences`, `fillers`, `takes` with `--dry-run --json`, read back by `--apply`: a [RemovalPlan](#removalplan) with "
            "`scene` and `timeline`, a digest: it is refused (exit code 7) once strips have come, gone, moved or play something else",
        ),
        (
            "`assistant_editor.beats/1`",
            "`beats` with `--dry-run --json`, read back by `--apply`: a [BeatPlan](#beatplan) with `scene` and `timeline`, a digest: it is "
            "refused (exit code 7) once strips have come, gone, moved or play something else",
        ),
        (
            "`assistant_editor.text-edit/1`",
            "`text-edit --dry-run --json`, read back by `--apply`: `plan`, a [TextPlan](#textplan), the `options` it was made with, `line` "
            "in words, `scene` and `timeline`, a digest: it is refused (exit code 7) once what plays or what is said has changed",
        ),
        (
            "`assistant_editor.cover/1`",
            "`anonymise --check --json`: `still_seen`, each its `frames`, `sure`, `strip`, `word` and `sights` (`box`: left, bottom, "
            "right, top in pixels of the `frame`, from its lower left corner); `looked_at` frames, `every` so many-th; `covers`: what was "
            "changed under them",
        ),
        ("`assistant_editor.super-cut/1`", "`super-cut --json`: `hits`, each its `text`, `strip` and `frames` where it was found"),
        (
            "`assistant_editor.volumes/1`",
            "`duck` and `loudness` with `--dry-run --json`, for `--apply`: `layers`, `strips`, `edits`, each a [Volume](#volume), and the"
            " digest of the `timeline` they were made for",
        ),
        ("`assistant_editor.loudness/1`", "`loudness --measure --json`: `before`, [Measured](#measured)"),
        (
            "`assistant_editor.report/1`",
            "`report --json`: `statistics`, a [Statistics](#statistics) without `seen`, and `shots`, each a [Placed](#placed); `notes`",
        ),
        (
            "`assistant_editor.index/1`",
            "`index --json`: what became of the files (`new`, `again`, `known`, `moved`, `copies`), `shots`, and `unreadable`, each"
            " `path` and `problem`",
        ),
        (
            "`assistant_editor.find/1`",
            "`find --json`: how the `query` was `understood`, what was `told`, `total`, and `hits`, the best first: `score`, `path`,"
            " `reasons`, `missing` wishes, what is `said` (`span`, `text`), and `shot`, a [Known](#known)",
        ),
        ("`assistant_editor.models/1`", "`models list`: name, state, size, licence"),
        ("`assistant_editor.backend/1`", "`backend`: the worker's Python, folders, self-test"),
    ]
    yield from table(("schema", "where"), rows)
    yield f"`{outcome.SCHEMA}` holds `what`, `state` (`done` or `partial`), `summary`, `counts` (added, updated, removed by kind;"
    yield "kept, unchanged, uncertain), `notices`, `facts` and `edits`. An edit has its `kind`, its `status` (`added`, `updated`,"
    yield "`standing`, `left_out`: Blender cannot make it), `confidence`, `reason`, `medium`, `start` and `end` (seconds in the"
    yield "medium), and the fields of its kind:"
    yield ""
    for kind in (plan.Cut, plan.Marker, plan.Caption, plan.Label, plan.Volume):
        yield from one_schema(kind, leave_out={"identity", "why", "style"})
    yield "A picture saved by `stills` or `thumbnails` is an edit of the kind `still`: its `file`, the `shot` it is of (its number in the"
    yield "shot list), its `place` among the shot's, the timeline's `frame` that shows it, and its `strip`."
    yield ""
    shown = (part("timeline.shot_list").Row, part("timeline.caption_list").CaptionRow, part("timeline.caption_rules").Problem)
    removals = part("timeline.removal_plan")
    levels = (part("timeline.faders").Fader, part("timeline.planners.levels").Measured, part("timeline.matching").Row)
    for kind in (*shown, *levels, part("timeline.timebase").FrameRange, removals.RemovalPlan, removals.PlannedRemoval):
        yield from one_schema(kind)
    by_text = (part("timeline.text_edit").TextPlan, part("timeline.layout").Cutout, part("timeline.text_changes").Unsaid)
    for kind in by_text:
        yield from one_schema(kind)
    counted = part("timeline.statistics")
    logged = part("timeline.shot_log")
    for kind in (logged.Placed, logged.Logged, logged.Seen, logged.Mood, logged.Contribution):
        yield from one_schema(kind)
    for kind in (counted.Statistics, counted.Share, counted.Rhythm, counted.Arc, counted.Sample):
        yield from one_schema(kind)
    yield from one_schema(part("ml.library_lookup").Known)
    beats = part("timeline.beat_plan")
    for kind in (beats.BeatPlan, beats.Music, part("timeline.beat_snap").Roll, part("timeline.layout").Piece):
        yield from one_schema(kind)
    for kind in (facts.Media, facts.VideoStream, facts.AudioStream, facts.Shots, facts.Boundary, facts.Transition, facts.Looks,
                 facts.Transcript, facts.Utterance,
                 facts.Word, facts.Span, facts.ShotsOptions, facts.LooksOptions, facts.TranscriptOptions):  # fmt: skip
        yield from one_schema(kind)


def one_schema(kind: Any, leave_out: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    yield f"### {kind.__name__}"
    yield ""
    yield summary(kind)
    yield ""
    hints = typing.get_type_hints(kind)
    fields = [field for field in dataclasses.fields(kind) if field.name not in leave_out]
    yield from table(("field", "type"), [(f"`{field.name}`", type_name(hints[field.name])) for field in fields])


def models() -> Iterator[str]:
    yield "## Models"
    yield ""
    rows: list[tuple[object, ...]] = [
        (f"`{model.name}`", model.title, model.licence, f"{model.size / 1e6:.0f} MB") for model in part("ml.model_table").MODELS
    ]
    yield from table(("name", "what it is", "licence", "size"), rows)


def reference() -> str:
    """The whole page. Needs the extension enabled."""
    cli, pipeline = part("cli"), part("ml.pipeline")
    lines = [HEAD, *operators()]
    lines += command_line("In Blender, without a window", "blender -b FILE.blend --command assistant_editor", cli.parser(), cli.EXIT_CODES)
    lines += command_line("Without Blender", "python -m ml", pipeline.parser(), pipeline.EXIT_CODES)
    lines += schemas()
    lines += models()
    lines += ["## Environment variables", "", *table(("variable", "meaning"), [(f"`{k}`", v) for k, v in ENVIRONMENT.items()])]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from inside_blender import install

    install()
    (ROOT / "docs" / "reference.md").write_text(reference(), encoding="utf-8")
    print("wrote docs/reference.md")
