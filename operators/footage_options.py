"""What is found out of footage, and by what, as options. A name in `FOOTAGE_ASKS` is an option the worker must know."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from . import caption_options, people_options

if TYPE_CHECKING:
    from ..ml.facts import Options
    from ..timeline.planners.logging import TagOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
TAG_BY = [
    ("none", "None", "Colours stay as they are; those of earlier runs go"),
    (
        "mood",
        "Mood",
        "Anger red, energy orange, joy yellow, calm green, sadness blue, tension violet, sweetness pink, dark brown, neutral grey",
    ),
    ("person", "Person", "Who is seen most; the one seen longest of all is blue"),
    ("object", "Object", "What is seen most; the thing seen longest of all is blue"),
    ("quality", "Quality", "Good pictures green, fair ones yellow, poor ones red"),
]
TRACKERS = [
    ("bytetrack", "ByteTrack", "By where things are from one look to the next; quick"),
    ("botsort", "BoT-SORT", "The movement of the camera is taken out first; for shots that are carried or panned"),
]


class FootageModels(people_options.PeopleAsks):
    object_model: StringProperty(
        name="Object Model", description="A YOLO checkpoint of the Models page, or a file. Empty: the smallest that is installed",
        default="", subtype="FILE_PATH", options=ONCE,
    )  # fmt: skip
    object_rate: FloatProperty(
        name="Looks a Second", description="How often things are looked for; up to four times as often where much moves",
        min=0.2, soft_max=12.0, max=60.0, default=3.0, precision=1, options=ONCE,
    )  # fmt: skip
    object_tracker: EnumProperty(
        name="Follow By", description="How things are followed through a shot", items=TRACKERS, default="bytetrack", options=ONCE
    )
    object_size: IntProperty(
        name="Picture Size", description="Pixels of the long side the network looks at; 0: what it was trained with. Twice as many: "
        "smaller things, in four times the time", min=0, soft_max=1920, max=4096, default=0, subtype="PIXEL", options=ONCE,
    )  # fmt: skip
    object_thorough: BoolProperty(
        name="Thorough Objects", description="Looks at every frame at three sizes and mirrored: more is found, in more than twice the time",
        default=False, options=ONCE,
    )  # fmt: skip
    concept_model: StringProperty(
        name="Image-Text Model",
        description="A folder with a CLIP or SigLIP model of the transformers library. Empty: things that ImageNet knows",
        default="", subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip
    concept_words: StringProperty(
        name="Also Look For", description="Words or phrases that are looked for too, separated by commas", default="", options=ONCE
    )
    beauty_model: StringProperty(
        name="Beauty Model", description="A folder or file with an aesthetic model. Empty: none", default="", subtype="FILE_PATH",
        options=ONCE,
    )  # fmt: skip


class FootageAsks(FootageModels):
    feeling_model: StringProperty(
        name="Feeling Model",
        description="A folder with a text classifier of the transformers library. Empty: the packaged one, for English",
        default="", subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip
    log_words: BoolProperty(
        name="Words", description="What is said, with the model of Captions, and how it feels", default=True, options=ONCE
    )
    log_voice: BoolProperty(
        name="Voice", description="How it is said: how loud, high, lively and fast, for the mood", default=True, options=ONCE
    )
    log_objects: BoolProperty(
        name="Objects", description="Which things and people are seen, followed through each shot", default=True, options=ONCE
    )
    log_faces: BoolProperty(
        name="Faces", description="Whose faces are seen, and their expressions. Nobody is known again unless you said so", default=True,
        options=ONCE,
    )  # fmt: skip
    log_pictures: BoolProperty(
        name="Picture", description="How good the picture is, its light and colours, and how the camera moves", default=True, options=ONCE
    )
    log_concepts: BoolProperty(
        name="Concepts", description="What happens and where, in the words of an image-text model where one is chosen", default=True,
        options=ONCE,
    )  # fmt: skip
    log_music: BoolProperty(
        name="Music and Sounds", description="Beats, loudness, and what is heard besides speech", default=True, options=ONCE
    )


class MoodProps:
    """What counts for the mood of a shot. Live."""

    mood_words: BoolProperty(name="Words", description="What is said counts for the mood", default=True, options=ONCE)
    mood_voice: BoolProperty(name="Voice", description="How it is said counts for the mood", default=True, options=ONCE)
    mood_picture: BoolProperty(name="Picture", description="Light and colours count for the mood", default=True, options=ONCE)
    mood_faces: BoolProperty(name="Faces", description="Expressions count for the mood", default=True, options=ONCE)
    mood_music: BoolProperty(name="Music", description="Music counts for the mood", default=True, options=ONCE)
    mood_rhythm: BoolProperty(name="Rhythm", description="Movement and the length of shots count for the mood", default=True, options=ONCE)


class TagProps(MoodProps):
    """Of Tag Shots. Live."""

    tag_color: EnumProperty(name="Colour", description="What the colour tags of strips go by", items=TAG_BY, default="mood", options=ONCE)
    tag_name: StringProperty(
        name="Strip Name",
        description="What strips are called; empty: as they are. May hold {number}, {mood}, {why}, {percent}, {person}, {people}, "
        "{object}, {objects}, {concept}, {concepts}, {quality}, {flaw}, {size}, {movement}, {place}, {light} and {words}",
        default="", options=ONCE,
    )  # fmt: skip
    tag_marker: StringProperty(
        name="Marker Name", description="What markers at the beginning of shots are called; empty: none. May hold what Strip Name may",
        default="", options=ONCE,
    )  # fmt: skip
    tag_least: FloatProperty(
        name="Least Sure", description="Moods that are less sure are left out", min=0.0, max=1.0, default=0.35, subtype="FACTOR",
        options=ONCE,
    )  # fmt: skip


TAG_OWN = ("tag_color", "tag_name", "tag_marker", "tag_least")


class FootageState(FootageAsks, TagProps):
    """All of them, for the scene's settings."""


MOOD_LIVE = ("mood_words", "mood_voice", "mood_picture", "mood_faces", "mood_music", "mood_rhythm")
LOGS = ("log_words", "log_voice", "log_objects", "log_faces", "log_pictures", "log_concepts", "log_music")
OBJECTS = ("object_model", "object_rate", "object_tracker", "object_size", "object_thorough")
SEEING = (*OBJECTS, "concept_model", "concept_words", "beauty_model", *people_options.PEOPLE_ASKS)
"""What engines of pictures are asked with."""
MODELS = ("feeling_model", *SEEING)
FOOTAGE_ASKS = (*LOGS, *MODELS)
TAG_LIVE = (*TAG_OWN, *MOOD_LIVE)
NAMES = (*FOOTAGE_ASKS, *TAG_LIVE)
BESIDE = {
    **dict.fromkeys(OBJECTS, lambda props: getattr(props, "log_objects", True)),
    "feeling_model": lambda props: getattr(props, "log_words", True),
    "concept_model": lambda props: getattr(props, "log_concepts", True),
    "concept_words": lambda props: getattr(props, "log_concepts", True),
    "beauty_model": lambda props: getattr(props, "log_pictures", True),
}
"""What is shown only beside certain other options. Analyse lacks these: its engines say what is looked for."""


def path(text: str) -> str:
    """A path as the worker knows it, a name of the model table as it is."""
    import bpy

    return str(bpy.path.abspath(text.strip())) if text.strip() else ""


def _shots(props: Any) -> "Options":
    from . import options

    return options.shots_task(props)


def _objects(props: Any) -> "Options":
    from fractions import Fraction

    from ..ml.facts import ObjectsOptions

    pace = Fraction(round(props.object_rate, 3)).limit_denominator(1000)
    return ObjectsOptions(
        model=path(props.object_model), per_second=pace, tracker=props.object_tracker, size=props.object_size,
        thorough=props.object_thorough,
    )  # fmt: skip


def _pictures(props: Any) -> "Options":
    from ..ml.facts import PicturesOptions

    return PicturesOptions(model=path(props.beauty_model))


def _concepts(props: Any) -> "Options":
    from ..ml.facts import ConceptsOptions

    words = "\n".join(word.strip() for word in props.concept_words.split(",") if word.strip())
    return ConceptsOptions(model=path(props.concept_model), concepts=words)


def _voice(_props: Any) -> "Options":
    from ..ml.facts import VoiceOptions

    return VoiceOptions()


def _loudness(_props: Any) -> "Options":
    from ..ml.facts import LoudnessOptions

    return LoudnessOptions()


def _beats(_props: Any) -> "Options":
    from ..ml.facts import BeatsOptions

    return BeatsOptions()


def _sounds(props: Any) -> "Options | None":
    from ..ml.facts import SoundsOptions
    from .voice_options import _there

    model = path(props.sound_model)
    return SoundsOptions(model=model) if model or _there("speech-music-noise") else None


PARTS: "dict[str, dict[str, Callable[[Any], Options | None]]]" = {
    "log_words": {"transcript": caption_options.transcript_task},
    "log_voice": {"voice": _voice},
    "log_objects": {"objects": _objects},
    "log_faces": {"faces": people_options.faces_task},
    "log_pictures": {"pictures": _pictures},
    "log_concepts": {"concepts": _concepts},
    "log_music": {"loudness": _loudness, "beats": _beats, "sounds": _sounds},
}
TASKS: "dict[str, Callable[[Any], Options | None]]" = {
    "shots": _shots,
    **{engine: task for part in PARTS.values() for engine, task in part.items()},
}
"""Engine -> what is asked of it, None where it cannot be had; whether or not its part is asked for."""


def wished(engine: str, task: "Callable[[Any], Options | None]") -> "Callable[[Any], Options | None]":
    """The task where the part that needs the engine is asked for."""
    part = next((name for name, engines in PARTS.items() if engine in engines), "")
    return lambda props: task(props) if not part or getattr(props, part) else None


def tags(props: Any) -> "TagOptions":
    """What Tag Shots writes."""
    from ..timeline.planners.logging import TagOptions

    return TagOptions(props.tag_color, props.tag_name, props.tag_marker, round(props.tag_least, 4))


def sources(props: Any) -> tuple[Any, ...]:
    """What counts for the mood."""
    from ..timeline.shot_log import SOURCES

    return tuple(source for source in SOURCES if getattr(props, f"mood_{source}"))


CLASSES: tuple[type, ...] = ()
