"""What is known of every shot of a scene: logged from what is stored, by the scene's options. Nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import felt, footage_options, people_known
from . import stored as kept

if TYPE_CHECKING:
    from ..ml.facts import Span
    from ..timeline.planners.logging import Piece
    from ..timeline.shot_list import Row
    from ..timeline.shot_log import Logged, Placed
    from ..timeline.shot_sound import Sounding
    from ..timeline.state import StripRef, Timeline
    from ..timeline.timebase import FrameRange
    from .feature import Found

    Heard = tuple[Sounding, dict[str, Any]]


def look(scene: Any) -> tuple[Placed, ...]:
    """Every shot of the open sequence as far as it is known, in order of time. Raises `EditorError` when the timeline cannot be read."""
    from . import known

    found = known.look(scene)
    return placed(found.timeline, found.rows, scene.assistant_editor)


def placed(timeline: Timeline, rows: Sequence[Row], settings: Any, props: Any = None) -> tuple[Placed, ...]:
    """The same for rows of the shot list. `props` says what counts for the mood, where the scene's settings do not."""
    from ..timeline.shot_log import Placed

    persons, heard = people_known.here(timeline, settings), sounding(timeline, settings)
    by_medium: dict[str, list[Row]] = {}
    for row in rows:
        if row.number and row.source is not None and row.medium:
            by_medium.setdefault(row.medium, []).append(row)
    shots = []
    for medium, here in by_medium.items():
        where = [(row.frames, row.source) for row in here if row.source is not None]
        logged = logs(timeline, medium, here[0].path, where, settings, props, persons, heard)
        shots += [Placed(row.number, row.frames, row.strip, row.channel, one) for row, one in zip(here, logged, strict=True)]
    return tuple(sorted(shots, key=lambda shot: (shot.frames.start, shot.channel)))


def logs(
    timeline: Timeline, medium: str, path: str, where: Sequence[tuple[FrameRange, Span]], settings: Any, props: Any, persons: Any,
    heard: Heard, film: bool = True,
) -> tuple[Logged, ...]:  # fmt: skip
    """What is known of parts of one medium, each with the frames over which it stands. `film`: it has pictures."""
    from ..timeline.shot_log import log

    facts = stored(timeline, medium, settings)
    return log(
        facts,
        medium,
        path,
        [span for _frames, span in where],
        persons,
        heard[1] | felt.stored(facts, footage_options.path(settings.feeling_model)),
        sources=footage_options.sources(props or settings),
        under=[heard[0].under(frames, span.start, medium) for frames, span in where],
        film=film,
    )


def sounding(timeline: Timeline, settings: Any) -> Heard:
    """What is heard on the timeline, and how the sentences of all that feel."""
    from ..timeline.shot_sound import Sounding

    media = dict.fromkeys(strip.medium for strip in timeline.strips if strip.kind == "SOUND" and strip.medium)
    known = {medium: stored(timeline, medium, settings) for medium in media}
    feelings: dict[str, Any] = {}
    for facts in known.values():
        feelings |= felt.stored(facts, footage_options.path(settings.feeling_model))
    return Sounding(timeline.strips, known), feelings


def pieces(
    timeline: Timeline, strips: Sequence[StripRef], shots: Sequence[Placed], settings: Any, props: Any = None
) -> list[Piece]:  # fmt: skip
    """Each strip with what is known of all that is seen through it: as its one shot, else logged anew as a whole."""
    from ..timeline import merge
    from ..timeline.planners.logging import Piece

    before, persons = merge.unlabelled(timeline), people_known.here(timeline, settings)
    heard = sounding(timeline, settings)
    within: dict[str, list[Placed]] = {}
    for shot in shots:
        within.setdefault(shot.strip, []).append(shot)
    found = []
    for strip in strips:
        here = within.get(strip.name, [])
        if len(here) == 1:
            one = here[0].logged
        else:
            where = [(strip.frames, strip.visible)]
            one = logs(timeline, strip.medium, strip.path, where, settings, props, persons, heard, strip.kind == "MOVIE")[0]
        was = before.get(strip.name, (strip.name, strip.color_tag))
        found.append(Piece(strip, one, here[0].number if here else 0, len(here), was))
    return found


def stored(timeline: Timeline, medium: str, settings: Any) -> Mapping[str, Any]:
    """Engine -> facts of one medium, of those that are stored as the scene's options ask for them."""
    from ..ml.facts import ENGINES

    strips = [strip for strip in timeline.strips if strip.medium == medium and strip.source is not None]
    found = {}
    for engine, task in footage_options.TASKS.items():
        if (options := task(settings)) is not None:
            kind = "MOVIE" if ENGINES[engine].stream == "video" else "SOUND"
            meant = [strip for strip in strips if strip.kind == kind] or strips
            facts = kept.of_medium(timeline, meant, medium, engine, options)
            if facts is not None:
                found[engine] = facts
    return found


def by_medium(found: Found) -> dict[str, dict[str, Any]]:
    """What a job found, medium -> engine -> facts."""
    media: dict[str, dict[str, Any]] = {}
    for engine, facts in found.items():
        for medium, one in facts.items():
            media.setdefault(medium, {})[engine] = one
    return media


CLASSES: tuple[type, ...] = ()
