"""What grading asks about which strips, and what its planner is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from ..timeline import compat
from . import effect_stage, grade_options, options

if TYPE_CHECKING:
    from ..ml.facts import Colours
    from ..ml.protocol import Analyse
    from ..ml.styles import Styled, StyleOptions
    from ..timeline.state import Timeline

REFERENCE, PAINTING = "reference", "styles"


def choose(timeline: Timeline, which: Any, names: Any) -> Any:
    """The movie strips that are meant, but for those that effects are made of."""
    from ..timeline import requests
    from ..timeline.plan import EFFECT_KINDS

    meant = requests.seen(timeline, which, names)
    return tuple(strip for strip in meant if strip.tag is None or strip.tag.kind not in EFFECT_KINDS)


def task(_props: Any) -> Any:
    from ..ml.facts import ColoursOptions

    return ColoursOptions()


def reference_of(timeline: Timeline, props: Any) -> tuple[str, Analyse | None]:
    """What is to be matched, by its name, and what is asked of the worker about it: ("", None) where nothing is to be matched.

    Raises `EditorError(BAD_INPUT)` when there is neither a strip nor a file of that name.
    """
    from ..ml.codec import to_json
    from ..ml.errors import BAD_INPUT, EditorError
    from ..ml.protocol import Analyse, Task

    if props.grade_do != "match":
        return "", None
    named = props.grade_reference.strip()
    tasks = (Task("colours", to_json(task(props))),)
    movies = [strip for strip in timeline.strips if strip.kind == "MOVIE" and strip.source is not None]
    strip = next((one for one in movies if one.name == named or (not named and one.active)), None)
    if strip is not None:
        return strip.name, Analyse(REFERENCE, strip.path, tasks, strip.visible)
    path = Path(bpy.path.abspath(named)) if named else None
    if path is not None and path.is_file():
        return path.name, Analyse(REFERENCE, str(path), tasks)
    told = f"There is no movie strip and no file {named!r}." if named else "There is nothing to match."
    raise EditorError(told, "Make the movie strip to be matched active, or choose a still as Reference.", BAD_INPUT)


def stored(wanted: Analyse | None) -> Colours | None:
    from ..ml.client import cached

    facts = cached(preferences.backend(bpy.context), wanted) if wanted is not None else None
    return facts["colours"] if facts else None  # type: ignore[return-value]


def style_of(props: Any) -> StyleOptions | None:
    """What is asked of the style network, None where none is chosen. Raises `EditorError(BAD_INPUT)` when there is no such file."""
    from ..ml.errors import BAD_INPUT, EditorError
    from ..ml.styles import StyleOptions

    if not props.grade_style.strip():
        return None
    path = Path(bpy.path.abspath(props.grade_style.strip()))
    if not path.is_file():
        raise EditorError(f"There is no style network {str(path)!r}.", "Choose an ONNX file, or leave Style empty.", BAD_INPUT)
    return StyleOptions(str(path), path.stat().st_size)


def folders(strips: Any) -> dict[str, str]:
    """Where films in another style are kept: in the project's folder; beside the medium while the project has none."""
    if bpy.data.filepath:
        return {strip.medium: bpy.path.abspath("//styles") for strip in strips}
    return {strip.medium: str(Path(strip.path).parent) for strip in strips}


def painted(strips: Any) -> list[Styled]:
    from ..ml.style_files import stored as kept

    return [one for folder in dict.fromkeys(folders(strips).values()) for one in kept(folder)]


def to_paint(timeline: Timeline, asked: Any, props: Any) -> list[Any]:
    """The request for the films that are still to be made, if any."""
    from ..ml.protocol import Stylise
    from ..timeline import requests, style_layers

    style = style_of(props)
    if style is None:
        return []
    strips = [one for one in requests.still_there(timeline, asked.strips.get("colours", ()), asked.others) if one.source is not None]
    named = reference_of(timeline, props)[0]
    strips = [one for one in strips if one.name != named]
    wanted = style_layers.wanted(strips, painted(strips), style, folders(strips))
    return [Stylise(PAINTING, wanted)] if wanted else []


def beside(found: Any, timeline: Timeline, planned: Any, props: Any) -> dict[str, Any]:
    """Besides the stage: `known`, all that the planner goes by."""
    from ..timeline import style_layers
    from ..timeline.planners import grade
    from ..timeline.read_stack import touched

    scene = bpy.data.scenes.get(timeline.scene) or compat.edited_scene(bpy.context)
    named, wanted = reference_of(timeline, props)
    marks = tuple(ref.frame for ref in timeline.markers if ref.tag is not None and ref.tag.kind == "scene")
    style = style_of(props)
    strips = [strip for strip in timeline.strips if strip.kind == "MOVIE" and strip.source is not None] if style else []
    known = grade.Known(
        found.get("colours", {}), found.get("shots", {}), stored(wanted), named, marks,
        _moods(scene) if props.grade_look == "mood" else (),
        style_layers.served(strips, painted(strips), style) if style else {},
        touched(scene, timeline, {"privacy", "cutout"}) if style else frozenset(),
        scene.sequencer_colorspace_settings.name, scene.view_settings.view_transform,
    )  # fmt: skip
    return {"stage": effect_stage.beside(found, timeline, planned, props)["stage"], "known": known}


def _moods(scene: Any) -> tuple[Any, ...]:
    from ..timeline.planners.grade import Mood
    from . import footage

    felt = ((shot, shot.logged.mood) for shot in footage.look(scene))
    return tuple(Mood(shot.strip, shot.frames, mood.label, mood.confidence) for shot, mood in felt if mood is not None)


def plan(_found: Any, strips: Any, props: Any, standing: Any, _rate: Any, _origins: Any, stage: Any, known: Any) -> Any:
    from ..timeline.planners import grade

    shots = options.shots_plan(compat.edited_scene(bpy.context).assistant_editor)
    return grade.plan(known, strips, grade_options.grade_plan(props, shots), stage, standing)


CLASSES: tuple[type, ...] = ()
