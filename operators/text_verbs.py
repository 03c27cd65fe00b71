"""The command line's verbs for editing by text: the transcript out, the edited text in, and all hits of a phrase as a new scene."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, USAGE, EditorError
from ..ml.files import write_whole
from ..timeline import compat
from . import removal_options, text_files, text_plans, transcribed
from .calling import add_json, call, options_of, write_json
from .desk import desk
from .saving import save
from .transcript_shelf import shelf

NO_STRIPS = EditorError("This project has no strips.", "Open a .blend with strips in its sequencer: blender -b FILE.blend …", BAD_INPUT)


def add_to(verbs: Any, codes: str) -> None:
    """Describes them to the command line's parser; `codes` is what its exit codes mean."""
    told = "write what is said as a text, and make the timeline follow an edited one"
    one = verbs.add_parser("text-edit", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("--export", metavar="FILE", help="write the transcript there, one sentence a line")
    one.add_argument("--script", metavar="FILE", help="the edited text: what is deleted is cut, what is moved is moved")
    one.add_argument("--apply", metavar="PLAN", help="carry out this plan; refused when the timeline has changed since it was made")
    one.add_argument("--dry-run", action="store_true", help="change nothing: with --json write the plan there")
    one.add_argument("--ripple", choices=[name for name, *_ in removal_options.RIPPLE], help="what follows when something is cut out")
    one.add_argument(
        "--options", nargs="+", action="extend", default=[], metavar="KEY=VALUE",
        help="options of the operator apply_text; what is not given comes from the scene's settings",
    )  # fmt: skip
    add_json(one, "write the plan there (--dry-run), else the result")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")
    told = "put everything that is said with these words into a new scene"
    one = verbs.add_parser("super-cut", help=told, description=told.capitalize() + ".", epilog=codes)
    one.add_argument("words", metavar="WORDS", help="words or a phrase; a word that ends with * stands for all that begin so")
    one.add_argument("--options", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="options of the operator super_cut")
    add_json(one, "write where it is said there")
    one.add_argument("--save", nargs="?", const="", metavar="FILE", help="save the .blend afterwards, under its name or another")


def _known(scene: Any) -> Any:
    """What is said; found out first where it is not known."""
    known = transcribed.look(scene)
    if known.missing:  # all by name: what is selected may be others
        names = "\n".join(strip.name for strip in known.timeline.strips if strip.tag is None)
        call(bpy.ops.assistant_editor.transcribe, {"names": names}, lambda: desk.error)
    return transcribed.needed(scene)


def text_edit(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    _check(given)
    options = options_of("text-edit", ours.apply_text, given.options)
    if {"plan", "script"} & options.keys():
        raise EditorError("plan and script are no options here.", "Give --script FILE or --apply PLAN.", USAGE)
    if not ours.apply_text.poll():
        raise NO_STRIPS
    if given.ripple:
        options["ripple"] = given.ripple
    scene = compat.edited_scene(bpy.context)
    known = _known(scene)
    for told in known.spoken.notices:
        sys.stderr.write(f"{told}\n")
    if given.export:
        write_whole(bpy.path.abspath(given.export), text_files.document(known, head=True))
        sys.stderr.write(f"Written: {bpy.path.abspath(given.export)}\n")
    if given.dry_run:
        call(ours.check_text, {**options, "script": given.script}, lambda: desk.error)
        plan = shelf.checked
        sys.stderr.write("".join(f"{told}\n" for told in (*plan.notices, f"Would do: {plan.line}.")))
        if given.json:
            write_json(given.json, _plan_json(scene, plan, options))
    elif given.script or given.apply:
        source = {"plan": given.apply} if given.apply else {"script": given.script}
        call(ours.apply_text, {**options, **source}, lambda: desk.error)
        outcome = desk.outcome
        assert outcome is not None
        sys.stderr.write("".join(f"{told}\n" for told in (*outcome.notices, f"{outcome.what}: {outcome.line}")))
        if given.json:
            write_json(given.json, outcome.to_json())
    if given.save is not None:
        save(given.save)
    return 6 if known.missing else 0


def _check(given: argparse.Namespace) -> None:
    """What cannot work is said before the work."""
    if not (given.export or given.script or given.apply):
        raise EditorError("Nothing was asked for.", "Give --export FILE, --script FILE or --apply PLAN.", USAGE)
    if given.script and given.apply:
        raise EditorError("--script and --apply cannot go together.", "A plan says what is meant.", USAGE)
    if given.dry_run and (given.apply or not given.script):
        raise EditorError("--dry-run needs --script FILE.", "It tells what the edited text would do.", USAGE)
    if given.dry_run and given.save is not None:
        raise EditorError("--dry-run and --save cannot go together.", "A dry run changes nothing.", USAGE)
    if given.apply and given.options:
        raise EditorError("--apply and --options cannot go together.", "A plan says what is meant.", USAGE)


def _plan_json(scene: Any, plan: Any, options: dict[str, Any]) -> dict[str, Any]:
    from ..timeline.read_layout import read_layout

    class Chosen:
        """The options of the call, else the scene's."""

        def __getattr__(self, name: str) -> Any:
            return options.get(name, getattr(scene.assistant_editor, name))

    return text_plans.as_json(transcribed.look(scene), read_layout(scene), plan, Chosen())


def super_cut(given: argparse.Namespace) -> int:
    ours = bpy.ops.assistant_editor
    options = options_of("super-cut", ours.super_cut, given.options)
    if not ours.super_cut.poll():
        raise NO_STRIPS
    scene = compat.edited_scene(bpy.context)
    known = _known(scene)
    shelf.refresh(scene)
    call(ours.super_cut, {"open": False, **options, "search": given.words}, lambda: desk.error)
    from ..timeline.text_search import hits
    from ..timeline.text_words import plain

    found = known.spoken
    rows = [found.words[first:last] for first, last in hits(found, given.words)]
    said = [{"text": plain(words), "strip": words[0].strip, "frames": [words[0].frames.start, words[-1].frames.end]} for words in rows]
    sys.stderr.write("".join(f"{row['frames'][0]:8}  {row['strip']:20}  {row['text']}\n" for row in said))
    if given.json:
        write_json(given.json, {"schema": "assistant_editor.super-cut/1", "words": given.words, "hits": said})
    if given.save is not None:
        save(given.save)
    return 6 if known.missing else 0


RUNS = {"text-edit": text_edit, "super-cut": super_cut}
