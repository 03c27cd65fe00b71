"""What was clicked on, kept for its shot: which film is meant, where in it, and what was kept before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..ml.mattes import Point
    from ..timeline.picture_way import Way
    from ..timeline.stage import Stage
    from ..timeline.state import StripRef


def keep(scene: Any, operator: Any) -> str:
    """Keeps the operator's points, or forgets those of the shot. Says so. Raises `EditorError` as `meant` and `cutout_picks` do."""
    from ..ml.errors import USAGE, EditorError
    from ..timeline import cutout_picks, effect_choices
    from ..timeline.read import keeper
    from ..timeline.tags import choices_of, put_choices
    from . import known

    timeline, strip, stage, way = meant(scene, operator)
    kept_by = keeper(scene)
    said = effect_choices.load(choices_of(kept_by))
    if operator.forget:
        assert strip.source is not None
        shots = known.stored_shots(timeline, scene.assistant_editor).get(strip.medium)
        span = cutout_picks.shot_at(shots, strip.source.seconds(operator.frame))
        left = cutout_picks.without(said, strip.medium, span)
        if len(left) == len(said):
            raise EditorError(f"Nothing was picked in this shot of {strip.name!r}.", "Click on something first.", USAGE)
        put_choices(kept_by, effect_choices.dump(left))
        return f"What was picked in this shot of {strip.name!r} is forgotten."
    points = (*cutout_picks.read(operator.at, True), *cutout_picks.read(operator.not_at, False))
    said = effect_choices.chosen(said, cutout_picks.choice(strip, way, points, stage.canvas, operator.frame))
    put_choices(kept_by, effect_choices.dump(said))
    return f"{len(points)} {'point' if len(points) == 1 else 'points'} in {strip.name!r} at frame {operator.frame}."


def points_here(scene: Any, operator: Any) -> tuple[Point, ...]:
    """What was clicked on at this frame before, as points of the frame."""
    from ..timeline import cutout_picks

    _, strip, stage, way = meant(scene, operator)
    return cutout_picks.shown(strip, way, stage.choices, stage.canvas, operator.frame)


def meant(scene: Any, operator: Any) -> tuple[Any, StripRef, Stage, Way]:
    """(timeline, the film on top at the frame, how pictures lie, how its does). Raises `EditorError(USAGE)` where there is none."""
    from ..ml.errors import USAGE, EditorError
    from ..timeline.picture_way import Way
    from ..timeline.read_poses import moving
    from . import cutout_facts, effect_stage, work

    timeline = work.look(scene)
    names = [name for name in operator.names.splitlines() if name]
    here = [
        strip
        for strip in cutout_facts.choose(timeline, "ALL", names)
        if strip.kind == "MOVIE" and strip.frames.holds(operator.frame) and strip.source is not None and strip.medium and not strip.muted
    ]
    if not here:
        raise EditorError(f"No film is seen at frame {operator.frame}.", "Move the playhead onto one.", USAGE)
    strip = max(here, key=lambda one: one.channel)
    stage = effect_stage.stage_of(scene, timeline, "cutout")
    return timeline, strip, stage, Way(stage.shown[strip.name], stage.canvas, moving(scene, "cutout").poses.get(strip.name))


CLASSES: tuple[type, ...] = ()
