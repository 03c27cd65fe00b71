"""Every option of shots and scenes, declared once (captions: `caption_options`): the scene's settings and operators share these.

Defaults are the planners' own (a test compares them): Blender reads these at start-up, and planners are not needed before a run.
A name in `*_ASKS` is an option the worker must know: changing it needs a new look at the medium. All others are live.
"""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from . import (
    attach_options,
    beat_options,
    cutout_options,
    emphasis_options,
    filler_options,
    footage_options,
    grade_options,
    level_options,
    privacy_options,
    reframe_options,
    silence_options,
    transition_options,
)
from .caption_options import FOLDED
from .voice_options import BESIDE

if TYPE_CHECKING:
    from ..ml.facts import AmbienceOptions, LooksOptions, ShotsOptions
    from ..timeline.planners.scenes import ScenesPlanOptions
    from ..timeline.planners.shots import ShotsPlanOptions

ONCE = {"SKIP_SAVE"}
"""What is not given comes from the scene's settings, not from the operator's last run."""

DETECTORS = [
    ("transnetv2", "TransNetV2", "Neural network; finds hard cuts and gradual transitions. Needs its model"),
    ("adaptive", "Adaptive", "PySceneDetect: change of content against its surroundings; copes with camera movement. No model"),
    ("content", "Content", "PySceneDetect: change of colour and brightness from picture to picture. No model"),
    ("hash", "Hash", "PySceneDetect: perceptual hashes; very quick. No model"),
]
WRITE_AS = [
    ("cuts", "Cuts", "Split the strips, and the sound that belongs to them"),
    ("markers", "Markers", "Set timeline markers and leave the strips alone"),
    ("both", "Cuts and Markers", "Split the strips and set markers"),
    ("labels", "Labels", "Only name and colour the strips after the shots they show"),
]
WRITE_SCENES = [
    ("markers", "Markers", "A timeline marker where a scene begins"),
    ("tags", "Colours", "The strips of a scene get one colour; strips must be cut where scenes begin"),
    ("metas", "Meta Strips", "The strips of a scene and their sound go into one meta strip; strips must be cut where scenes begin"),
]
GRADUAL = [
    ("middle", "Middle", "One boundary: at the first frame of a fade-in, after the last of a fade-out, else in the middle"),
    ("ends", "Ends", "Markers where it begins and where it ends; the strips are not split there"),
    ("out", "Cut Out", "The frames of the transition are taken out, and out of the sound that belongs to them. "
     "A gap is left: nothing else moves. Where only markers are written, both ends are marked"),
    ("keep", "Leave Alone", "Nothing is written for it"),
]  # fmt: skip


class ShotAsks:
    detector: EnumProperty(name="Detector", description="How shots are found", items=DETECTORS, default="transnetv2", options=ONCE)
    thorough: BoolProperty(
        name="Thorough", description="TransNetV2 looks at every frame, also where cheap signs show that nothing changes. Slower",
        default=False, options=ONCE,
    )  # fmt: skip


class ShotLine(ShotAsks):
    """Which boundaries count."""

    sensitivity: FloatProperty(
        name="Sensitivity", description="Higher finds weaker boundaries; 0.5 is what the detector's authors recommend",
        min=0.0, max=0.95, default=0.5, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    minimum_seconds: FloatProperty(
        name="Shortest Shot", description="Seconds a shot lasts at least; the weaker of two boundaries that are closer is left out",
        min=0.0, soft_max=10.0, default=0.5, precision=2, step=10, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip


class ShotProps(ShotLine):
    write_as: EnumProperty(name="Write", description="What is written for each boundary", items=WRITE_AS, default="cuts", options=ONCE)
    gradual: EnumProperty(
        name="Transitions", description="What becomes of a dissolve, fade or wipe", items=GRADUAL, default="middle", options=ONCE,
    )  # fmt: skip
    marker_name: StringProperty(
        name="Marker Name",
        description="May hold {number}, {kind} (cut, dissolve, fade-in), {percent}, {frame}, {length} (of a transition) and {detector}",
        default="Shot {number:03} {kind} {percent}%", options=ONCE,
    )  # fmt: skip
    label_name: StringProperty(
        name="Label", description="May hold {number}, {kind}, {percent}, {frame}, {length} and {detector}",
        default="Shot {number:03}", options=ONCE,
    )  # fmt: skip


class ListProps:
    """Which boundaries the shot list calls uncertain. Not asked by any run."""

    doubt: FloatProperty(
        name="Doubt", description="Boundaries whose score lies this near to the line, kept or just missed, are uncertain",
        min=0.0, max=0.5, default=0.15, subtype="FACTOR",
    )  # fmt: skip
    confidence_line: FloatProperty(
        name="Look First Below", description="Uncertain boundaries with less confidence than this come first",
        min=0.0, max=1.0, default=0.6, subtype="FACTOR",
    )  # fmt: skip


LIST_LIVE = ("doubt", "confidence_line")
NAMES_FOR = {
    "marker_name": lambda props: props.write_as in ("markers", "both") or (props.write_as == "cuts" and props.gradual == "ends"),
    "label_name": lambda props: props.write_as == "labels",
    "thorough": lambda props: props.detector == "transnetv2",
    **BESIDE,
    **silence_options.BESIDE,
    **filler_options.BESIDE,
    **level_options.BESIDE,
    **beat_options.BESIDE,
    **footage_options.BESIDE,
    **attach_options.BESIDE,
    **reframe_options.BESIDE,
    **transition_options.BESIDE,
    **privacy_options.BESIDE,
    **grade_options.BESIDE,
    **emphasis_options.BESIDE,
    **cutout_options.BESIDE,
}
"""What is shown only beside certain other options."""
SHOT_ASKS = ("detector", "thorough")
SHOT_LIVE = ("write_as", "gradual", "sensitivity", "minimum_seconds", "marker_name", "label_name")


def shots_task(props: Any) -> "ShotsOptions":
    from ..ml.facts import ShotsOptions

    return ShotsOptions(props.detector, props.detector == "transnetv2" and props.thorough)


def looks_task(_props: Any) -> "LooksOptions":
    """By colour alone where the network's weights are not installed: then what was found is right, and kept."""
    import bpy

    from .. import preferences
    from ..ml.facts import LooksOptions
    from ..ml.models import installed

    there = installed("efficientnet-lite0", preferences.backend(bpy.context).models)
    return LooksOptions(descriptor="network" if there else "colour")


def shots_plan(props: Any) -> "ShotsPlanOptions":
    from fractions import Fraction

    from ..timeline.planners.shots import ShotsPlanOptions

    return ShotsPlanOptions(
        props.write_as, props.sensitivity, Fraction(props.minimum_seconds).limit_denominator(1000), props.marker_name, props.label_name,
        props.gradual,
    )  # fmt: skip


class SceneProps(ShotLine):
    write_scenes: EnumProperty(
        name="Write", description="What is written for each scene", items=WRITE_SCENES, default="markers", options=ONCE
    )
    granularity: FloatProperty(
        name="Granularity", description="0: one scene; 0.5: what the shots suggest; 1: each shot a scene. More never takes a boundary away",
        min=0.0, max=1.0, default=0.5, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    use_sound: BoolProperty(
        name="Listen", description="Compare what the places sound like too, where a film has sound", default=True, options=ONCE
    )
    scene_name: StringProperty(
        name="Name", description="May hold {number}, {shots} (how many), {length} (minutes:seconds) and {percent}",
        default="Scene {number:02}", options=ONCE,
    )  # fmt: skip


SCENE_ASKS = ("detector", "thorough", "use_sound")
SCENE_OWN = ("write_scenes", "granularity", "scene_name")
SCENE_LIVE = (*SCENE_OWN, "sensitivity", "minimum_seconds")


def ambience_task(props: Any) -> "AmbienceOptions | None":
    from ..ml.facts import AmbienceOptions

    return AmbienceOptions() if props.use_sound else None


def scenes_plan(props: Any) -> "ScenesPlanOptions":
    from fractions import Fraction

    from ..timeline.planners.scenes import ScenesPlanOptions
    from ..timeline.planners.shots import ShotsPlanOptions

    line = ShotsPlanOptions(sensitivity=props.sensitivity, minimum_seconds=Fraction(props.minimum_seconds).limit_denominator(1000))
    return ScenesPlanOptions(props.write_scenes, props.granularity, props.use_sound, props.scene_name, line)


def draw_options(layout: Any, props: Any, names: tuple[str, ...]) -> None:
    """Those of `names` that have an effect as things are; the seldom changed ones folded."""
    for name in names:
        if not any(name in folded for folded in FOLDED.values()) and (name not in NAMES_FOR or NAMES_FOR[name](props)):
            layout.prop(props, name)
    for title, folded in FOLDED.items():
        if set(folded) <= set(names):
            header, body = layout.panel(f"assistant_editor_{title}", default_closed=True)
            header.label(text=title)
            for name in folded if body else ():
                body.prop(props, name)
