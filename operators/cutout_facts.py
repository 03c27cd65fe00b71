"""What Cut Out is told besides facts: which matte films there are, which are to be made, and how strips lie that move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..timeline import compat
from . import cutout_options, effect_stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..ml.mattes import Pick, Wanted
    from ..ml.protocol import CutOut
    from ..timeline.plan import Plan
    from ..timeline.state import StripRef, Timeline
    from .feature import Found


def choose(timeline: Timeline, which: Any, names: Any) -> tuple[StripRef, ...]:
    """Films, but for those that effects laid."""
    from ..ml.errors import BAD_INPUT, EditorError
    from ..timeline import requests

    found = tuple(strip for strip in requests.seen(timeline, which, names) if not _layer(strip))
    if not found:
        raise EditorError("Only layers of effects are chosen.", "Choose the film itself.", BAD_INPUT)
    return found


def _layer(strip: StripRef) -> bool:
    from ..timeline.plan import EFFECT_KINDS

    return strip.tag is not None and strip.tag.kind in EFFECT_KINDS


def plan(
    found: Found, strips: Any, props: Any, standing: Any, _rate: Any, _origins: Any, *, stage: Any, timeline: Timeline, mattes: Any,
    moving: Any, unmirrored: bool,
) -> Plan:  # fmt: skip
    from ..timeline.planners import cutout

    return cutout.plan(found, strips, cutout_options.cutout_plan(props), stage, mattes, moving, standing.corrections, unmirrored)


def beside(found: Found, timeline: Timeline, planned: Plan, operator: Any) -> dict[str, Any]:
    """What all effects are told, the matte film that serves each strip, and how strips lie whose transform is keyed."""
    from ..timeline.cutout_wanted import served
    from ..timeline.read_poses import moving

    more = effect_stage.beside(found, timeline, planned, operator)
    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    strips = [strip for strip in timeline.strips if strip.kind == "MOVIE" and not _layer(strip)]
    mattes: dict[str, Any] = {}
    clicked = picks(scene, found, operator)
    for followed, group in _by_followed(found, strips, operator, clicked).items():
        mattes |= served(group, _stored(operator, group), cutout_options.matte_options(operator, followed), clicked)
    return {**more, "mattes": mattes, "moving": moving(scene, "cutout"), "unmirrored": compat.MASKED_UNMIRRORED}


def wanted(scene: Any, asked: Any, found: Found, operator: Any, failures: Any = ()) -> tuple[Wanted, ...]:
    """The matte films that are still to be made. Raises the `EditorError` of what failed where nothing can be cut out for it."""
    from ..ml.errors import EditorError
    from ..timeline import cutout_wanted, requests
    from . import work

    timeline = work.look(scene)
    strips = [one for one in requests.still_there(timeline, asked.strips.get("shots", ()), asked.others) if not _layer(one)]
    made: list[Wanted] = []
    clicked = picks(scene, found, operator)
    groups = _by_followed(found, strips, operator, clicked)
    if not groups and failures:
        why = next((one for one in failures if one.engine == "objects"), failures[0])
        raise EditorError(why.message, why.remedy, why.code, why.detail)
    for followed, group in groups.items():
        made += cutout_wanted.wanted(
            group, _stored(operator, group), cutout_options.matte_options(operator, followed), cutout_options.folders(operator, group),
            found.get("objects", {}), found.get("shots", {}), cutout_options.words(operator), clicked,
        )  # fmt: skip
    return tuple(made)


def picks(scene: Any, found: Found, operator: Any) -> dict[str, tuple[Pick, ...]]:
    """What was clicked on in each medium."""
    from ..timeline import cutout_picks
    from ..timeline.effect_choices import load
    from ..timeline.read import keeper
    from ..timeline.tags import choices_of
    from .footage_options import path

    said = load(choices_of(keeper(scene)))
    return cutout_picks.picks(said, found.get("shots", {}), found.get("objects", {}), path(operator.cutout_clicker))


def request(name: str, wanted: tuple[Wanted, ...]) -> CutOut:
    from ..ml.protocol import CutOut

    return CutOut(name, wanted)


def tidy(wanted: tuple[Wanted, ...]) -> None:
    """After a run was cancelled: a worker that did not stop in time was killed, and could not tidy up."""
    from ..ml import matte_files

    for one in wanted:
        matte_files.tidy(one)


def _by_followed(found: Found, strips: Any, operator: Any, clicked: Mapping[str, tuple[Pick, ...]]) -> dict[bool, list[Any]]:
    """Strips in whose media it is known where things are, and the others; without those of which nothing can be cut out.

    Where nothing can be but what was clicked on, it is as if things were known, and were nowhere.
    """
    groups: dict[bool, list[Any]] = {}
    for strip in strips:
        followed = strip.medium in found.get("objects", {})
        if cutout_options.possible(operator, followed):
            groups.setdefault(followed, []).append(strip)
        elif clicked.get(strip.medium):
            groups.setdefault(True, []).append(strip)
    return groups


def _stored(operator: Any, strips: Any) -> list[Any]:
    from ..ml.matte_files import stored

    places = cutout_options.folders(operator, strips)
    return [matte for folder in dict.fromkeys(places.values()) for matte in stored(folder)]


CLASSES: tuple[type, ...] = ()
