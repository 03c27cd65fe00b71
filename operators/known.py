"""What is known of the shots of a scene without asking the worker, and one correction of it carried out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..ml.errors import STALE, EditorError
from ..ml.facts import Shots
from ..timeline import corrections, merge, requests, shot_list, tags
from ..timeline.corrected import Aim, corrected
from ..timeline.corrections import Corrections
from ..timeline.outcome import Outcome, outcome
from ..timeline.read import keeper
from ..timeline.requests import Asked
from ..timeline.shot_list import Doubt, Row
from ..timeline.state import StripRef, Timeline
from ..timeline.write import apply
from . import options, shots, stored, work
from .feature import Found


@dataclass(frozen=True)
class Known:
    """`asked` are the movie strips whose facts are stored, `found` these facts, `missing` the media without any."""

    timeline: Timeline
    asked: Asked
    found: Found
    missing: frozenset[str]
    rows: tuple[Row, ...]
    corrections: Corrections


def doubt_of(settings: Any) -> Doubt:
    return Doubt(round(settings.doubt, 4), round(settings.confidence_line, 4))


def look(scene: Any) -> Known:
    """Reads the timeline and the stored facts, by the scene's options. Raises `EditorError` when the timeline cannot be read."""
    timeline, settings = work.look(scene), scene.assistant_editor
    facts = stored_shots(timeline, settings)
    strips = [strip for strip in _movies(timeline) if strip.medium in facts]
    asked = requests.ask(timeline, {"shots": strips}, {"shots": options.shots_task(settings)})
    rows = shot_list.rows(timeline, facts, options.shots_plan(settings), merge.standing(timeline), doubt_of(settings))
    said = corrections.load(timeline.corrections)
    missing = frozenset(strip.medium for strip in _movies(timeline)) - facts.keys()
    return Known(timeline, asked, {"shots": facts}, missing, rows, said)


def _movies(timeline: Timeline) -> list[StripRef]:
    return [strip for strip in timeline.strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium]


def stored_shots(timeline: Timeline, settings: Any) -> dict[str, Shots]:
    """What is stored of the boundaries of each movie, by medium, as the scene's options ask for them. Nobody is asked."""
    return stored.movies(timeline, "shots", options.shots_task(settings))


def reach(row: Row, seconds: Fraction) -> tuple[Fraction, Fraction]:
    """From where to where a correction of this row's beginning is meant: over the whole of its transition."""
    if row.transition is None:
        return seconds, seconds
    return min(seconds, row.transition.span.start), max(seconds, row.transition.span.end)


def correct(scene: Any, known: Known, said: Corrections, aim: Aim, label: str) -> Outcome:
    """Carries out what these corrections change where they are meant, and keeps them.

    Raises `EditorError`: STALE when the medium's facts are not stored, LOCKED before anything is changed.
    """
    if aim.medium in known.missing:
        raise EditorError("What was found in this film is not stored.", "Press Detect Shots first.", STALE)
    settings = scene.assistant_editor

    def planned(timeline: Timeline) -> Any:
        return work.plan((shots.FEATURE,), timeline, known.asked, known.found, settings)

    done = corrected(known.timeline, said, aim, planned)
    written = apply(scene, known.timeline, done.changes)
    tags.put_corrections(keeper(scene), corrections.dump(said))
    told = outcome(label, done.plan, done.changes, written.notices, refused=(*written.undone, *written.left_out))
    return replace(told, uncertain=0)


CLASSES: tuple[type, ...] = ()
