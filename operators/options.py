"""Every option of shots and captions, declared once: the scene's settings and the operators share these properties.

Defaults are the planners' own (a test compares them): Blender reads these at start-up, and planners are not needed before a run.
A name in `*_ASKS` is an option the worker must know: changing it needs a new look at the medium. All others are live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, FloatVectorProperty, IntProperty, StringProperty

if TYPE_CHECKING:
    from ..ml.facts import AmbienceOptions, LooksOptions, ShotsOptions, TranscriptOptions
    from ..timeline.planners.captions import CaptionOptions
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
SPEECH_ENGINES = [
    ("faster-whisper", "faster-whisper", "Whisper run by CTranslate2: quicker, less memory"),
    ("openai-whisper", "openai-whisper", "The publisher's own implementation"),
]
TASKS = [
    ("transcribe", "Transcribe", "Captions in the language that is spoken"),
    ("translate", "Translate to English", "English captions, whatever is spoken. Needs a model of several languages"),
]
SPEECH_SIZES = (
    "tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium", "large-v1", "large-v2", "large-v3", "large-v3-turbo",
)  # fmt: skip
"""Those of the model table, which is not read at start-up; a test compares."""
MODELS = [(size, size, "English only" if size.endswith(".en") else "99 languages") for size in SPEECH_SIZES]


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
}
"""What is shown only beside certain other options."""
SHOT_ASKS = ("detector", "thorough")
SHOT_LIVE = ("write_as", "gradual", "sensitivity", "minimum_seconds", "marker_name", "label_name")


def shots_task(props: Any) -> ShotsOptions:
    from ..ml.facts import ShotsOptions

    return ShotsOptions(props.detector, props.detector == "transnetv2" and props.thorough)


def looks_task(_props: Any) -> LooksOptions:
    """By colour alone where the network's weights are not installed: then what was found is right, and kept."""
    import bpy

    from .. import preferences
    from ..ml.facts import LooksOptions
    from ..ml.models import installed

    there = installed("efficientnet-lite0", preferences.backend(bpy.context).models)
    return LooksOptions(descriptor="network" if there else "colour")


def shots_plan(props: Any) -> ShotsPlanOptions:
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


def ambience_task(props: Any) -> AmbienceOptions | None:
    from ..ml.facts import AmbienceOptions

    return AmbienceOptions() if props.use_sound else None


def scenes_plan(props: Any) -> ScenesPlanOptions:
    from fractions import Fraction

    from ..timeline.planners.scenes import ScenesPlanOptions
    from ..timeline.planners.shots import ShotsPlanOptions

    line = ShotsPlanOptions(sensitivity=props.sensitivity, minimum_seconds=Fraction(props.minimum_seconds).limit_denominator(1000))
    return ScenesPlanOptions(props.write_scenes, props.granularity, props.use_sound, props.scene_name, line)


class CaptionAsks:
    engine: EnumProperty(
        name="Engine",
        description="Which implementation of Whisper listens",
        items=SPEECH_ENGINES, default="faster-whisper", options=ONCE,
    )  # fmt: skip
    model: EnumProperty(name="Model", description="Larger is more accurate and slower", items=MODELS, default="tiny.en", options=ONCE)
    language: StringProperty(
        name="Language",
        description="What is spoken: a code such as en, de or fr, or auto to have it recognised",
        default="auto", options=ONCE
    )
    task: EnumProperty(name="Task", description="What is written", items=TASKS, default="transcribe", options=ONCE)


class CaptionProps(CaptionAsks):
    max_characters: IntProperty(
        name="Line Length", description="Characters a line holds at most; a wide East Asian character counts as two",
        min=8, soft_max=80, max=200, default=42, options=ONCE,
    )  # fmt: skip
    max_lines: IntProperty(
        name="Lines",
        description="Lines a caption has at most",
        min=1, max=6, default=2, options=ONCE,
    )  # fmt: skip
    caption_minimum: FloatProperty(
        name="Shortest", description="Seconds a caption stays at least, where there is room",
        min=0.1, max=10.0, default=1.0, unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    caption_maximum: FloatProperty(
        name="Longest",
        description="Seconds a caption stays at most",
        min=1.0, max=60.0, default=7.0, unit="TIME_ABSOLUTE", options=ONCE
    )
    pause_seconds: FloatProperty(
        name="Pause", description="Seconds of silence that always begin a new caption",
        min=0.1, max=10.0, default=0.7, unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    gap_frames: IntProperty(
        name="Gap",
        description="Frames between two captions that follow each other",
        min=0, max=100, default=2, options=ONCE
    )
    font_size: FloatProperty(
        name="Size", description="Size of the letters, as a share of the picture's height",
        min=0.01, max=0.5, default=0.055, precision=3, options=ONCE,
    )  # fmt: skip
    position: FloatVectorProperty(
        name="Place", description="Where the caption stands: shares of the picture's width and height, from the lower left",
        size=2, min=0.0, max=1.0, default=(0.5, 0.07), options=ONCE,
    )  # fmt: skip
    color: FloatVectorProperty(
        name="Colour",
        description="Colour of the letters",
        size=4, min=0.0, max=1.0, default=(1.0, 1.0, 1.0, 1.0), subtype="COLOR_GAMMA", options=ONCE
    )
    outline: BoolProperty(name="Outline", description="Dark edge around the letters", default=True, options=ONCE)
    shadow: BoolProperty(name="Shadow", description="Shadow behind the letters", default=False, options=ONCE)
    box: BoolProperty(name="Box", description="Dark box behind the letters", default=False, options=ONCE)


CAPTION_ASKS = ("engine", "model", "language", "task")
CAPTION_LINES = ("max_characters", "max_lines")
CAPTION_TIMES = ("caption_minimum", "caption_maximum", "pause_seconds", "gap_frames")
CAPTION_LOOK = ("font_size", "position", "color", "outline", "shadow", "box")
CAPTION_LIVE = (*CAPTION_LINES, *CAPTION_TIMES, *CAPTION_LOOK)
FOLDED = {"Caption Times": CAPTION_TIMES, "Caption Look": CAPTION_LOOK}
"""What is seldom changed, and closed until asked for."""


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


def transcript_task(props: Any) -> TranscriptOptions:
    from ..ml.facts import TranscriptOptions

    return TranscriptOptions(props.engine, props.model, props.language.strip().lower() or "auto", props.task)


def captions_plan(props: Any) -> CaptionOptions:
    from fractions import Fraction

    from ..timeline.plan import CaptionStyle
    from ..timeline.planners.captions import CaptionOptions

    def exact(seconds: float) -> Fraction:
        return Fraction(seconds).limit_denominator(1000)

    return CaptionOptions(
        max_characters=props.max_characters,
        max_lines=props.max_lines,
        minimum_seconds=exact(props.caption_minimum),
        maximum_seconds=exact(props.caption_maximum),
        pause_seconds=exact(props.pause_seconds),
        gap_frames=props.gap_frames,
        style=CaptionStyle(
            round(props.font_size, 6), tuple(round(part, 6) for part in props.position), tuple(round(part, 6) for part in props.color),
            props.outline, props.shadow, props.box,
        ),
    )  # fmt: skip
