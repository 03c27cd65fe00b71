"""J- and L-cuts carried out: planned on what stands, written, remembered in the scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..timeline.tags import put_splits, splits_of


def split(label: str, scene: Any, timeline: Any, asked: Any, found: Any, options: Any, job: Any) -> Any:
    """Makes them, and says what was done. Raises `EditorError` before the first change."""
    from ..timeline import requests, split_edits, split_ledger
    from ..timeline.meetings import meetings
    from ..timeline.outcome import Outcome
    from ..timeline.read import keeper
    from ..timeline.read_layout import read_layout
    from ..timeline.read_stack import stack
    from . import work

    layout, kept_by = read_layout(scene), keeper(scene)
    slabs = stack(scene, timeline).slabs
    ours = {slab.name for slab in slabs if slab.effect}
    strips = [strip for strip in timeline.strips if strip.name not in ours]
    covered = [slab.frames for slab in slabs if slab.effect == "transition"]
    meant = {strip.name for engine in asked.strips for strip in requests.still_there(timeline, asked.strips[engine], asked.others)}
    before = split_ledger.load(splits_of(kept_by))
    known = meetings(strips, found.get("shots", {}))
    done = split_edits.plan(layout, strips, found.get("transcript", {}), known, covered, before, meant, options)
    _write(scene, layout, done)
    failed, absent = work.sorted_out(job.failures if job else ())
    told = (*asked.left_out, *requests.warnings(timeline, found), *failed, *absent, *(job.notices if job else ()), *done.notices)
    return Outcome(label, (), {"updated": {"cut": len(done.rolls)}}, done.kept, notices=told, partial=bool(failed), told=_told(done))


def join(label: str, scene: Any, names: Sequence[str] = ()) -> Any:
    """Takes them back where they stand as they were made: of the strips with these `names`, else of the selected ones, else of all.

    Raises `EditorError(BAD_INPUT)` for a name that is not on the timeline.
    """
    from ..timeline import requests, split_edits, split_ledger
    from ..timeline.outcome import Outcome
    from ..timeline.read import keeper
    from ..timeline.read_layout import read_layout
    from . import work

    timeline, layout = work.look(scene), read_layout(scene)
    splits = split_ledger.load(splits_of(keeper(scene)))
    meant = requests.named(timeline, names) if names else [strip for strip in timeline.strips if strip.selected]
    done = split_edits.back(layout, timeline.strips, splits, {strip.name for strip in meant})
    _write(scene, layout, done)
    count = len(done.rolls)
    told = f"{count} {'cut is' if count == 1 else 'cuts are'} back" if count else "No J- or L-cut stands here"
    changed = f"; {done.kept} that you changed {'stays' if done.kept == 1 else 'stay'}" if done.kept else ""
    return Outcome(label, counts={"updated": {"cut": count}}, kept=done.kept, notices=done.notices, told=f"{told}{changed}.")


def _write(scene: Any, layout: Any, done: Any) -> None:
    from ..timeline import split_ledger
    from ..timeline.read import keeper
    from ..timeline.write_rolls import roll

    if done.rolls:
        roll(scene, layout, done.rolls)
    put_splits(keeper(scene), split_ledger.dump(done.splits))


def _told(done: Any) -> str:
    """In a sentence what stands now."""
    counts = [(done.shapes.count(shape), name) for shape, name in (("j", "J-cut"), ("l", "L-cut"))]
    stand = " and ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count)
    if stand and done.new < len(done.shapes):
        stand += f", {done.new} of them new"
    nothing = (
        "No cut between two who speak could be split" if done.notices else f"No {'other ' if done.kept else ''}cut between two who speak"
    )
    kept = f"; {done.kept} {'stays' if done.kept == 1 else 'stay'} as you changed {'it' if done.kept == 1 else 'them'}" if done.kept else ""
    return f"{stand or nothing}{kept}."


CLASSES: tuple[type, ...] = ()
