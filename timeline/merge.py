"""Ledger, what stands there now, and a new plan: what to write. A run is a merge, never an overwrite.

What the editor changed is kept, field by field; what he deleted stays deleted; nothing is doubled; what nobody touched
follows the plan. See `survey` for how records find what stands, and the modules named
`merge_*` for each kind of edit.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ..ml.errors import EditorError
from . import corrections
from .changes import Changes
from .draft import Draft
from .faders import Mix
from .gaps import GapEntry, gap_claims, gap_entries
from .joints import CutEntry, cut_claims, cut_entries
from .ledger import Ledger, dump, load
from .merge_cuts import merge_cuts
from .merge_gaps import cut_out, fill_gaps
from .merge_highlights import merge_highlights
from .merge_labels import labelled, merge_labels
from .merge_metas import merge_metas
from .merge_tagged import merge_markers, merge_texts
from .merge_volumes import layers_of, merge_volumes
from .plan import Plan
from .standing import Standing
from .state import Timeline
from .survey import Survey

__all__ = ["merge", "reset", "standing", "unlabelled", "volumes"]


_latest: list[tuple[Timeline, Survey, list[CutEntry], list[GapEntry]]] = []


def _surveyed(timeline: Timeline) -> tuple[Survey, list[CutEntry], list[GapEntry]]:
    """What is known of this very reading, worked out once: it is most of the work of `standing` and of `merge`."""
    if not _latest or _latest[0][0] is not timeline:
        survey = Survey(timeline)
        _latest[:] = [(timeline, survey, cut_entries(survey), gap_entries(survey))]
    return _latest[0][1:]


def standing(timeline: Timeline) -> Standing:
    """What the editor changed, deleted or said since the last run, for the planners.

    Raises `EditorError` for an unreadable ledger or unreadable corrections.
    """
    survey, cuts, gaps = _surveyed(timeline)
    return Standing(tuple(survey.claims() + cut_claims(cuts) + gap_claims(gaps)), corrections.load(timeline.corrections))


def merge(timeline: Timeline, plan: Plan) -> Changes:
    """What has to change so that the plan stands on the timeline and everything the editor did stays.

    `plan` must have been made with `standing(timeline)` of the same timeline. Raises `EditorError` for an unreadable ledger.
    """
    survey, cuts, gaps = _surveyed(timeline)
    draft = Draft(survey, plan)
    wanted = fill_gaps(draft, gaps)
    merge_cuts(draft, cuts)
    cut_out(draft, wanted)
    merge_markers(draft)
    merge_texts(draft)
    merge_highlights(draft)
    merge_labels(draft)
    merge_metas(draft)
    merge_volumes(draft)
    return draft.changes()


def volumes(timeline: Timeline) -> dict[str, Mix]:
    """The layers in force on the strips whose volume stands as it was written, by name. Raises `EditorError` for an unreadable ledger."""
    return layers_of(_surveyed(timeline)[0])


def unlabelled(timeline: Timeline) -> dict[str, tuple[str, str]]:
    """The name and colour tag that each labelled strip had before, by its name now. Raises `EditorError` for an unreadable ledger."""
    _entries, by_strip = labelled(_surveyed(timeline)[0])
    return {name: entry.record.before for name, entry in by_strip.items() if entry.record is not None and entry.record.before[0]}


def reset(timeline: Timeline) -> str:
    """The ledger's text after "Reset": nothing is remembered, and what stands counts as the editor's own.

    Works for an unreadable ledger too. Numbers go on from the highest in use, so that an old tag never meets a new record.
    """
    tags = [caption.tag for caption in timeline.captions]
    tags += [marker.tag for marker in timeline.markers]
    tags += [strip.tag for strip in timeline.strips]
    numbers = [int(tag.record) for tag in tags if tag is not None and tag.scene == timeline.stamp and tag.record.isdecimal()]
    following = max(numbers, default=0) + 1
    # Reset is the remedy for a ledger that cannot be read; then the tags alone say which numbers are in use.
    with suppress(EditorError):
        following = max(following, load(timeline.ledger, timeline.stamp).next)
    return dump(replace(Ledger(timeline.stamp), next=following))
