"""Smart reframe as options, and what is asked for it. The shape of the frame and what the camera does are live."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty

if TYPE_CHECKING:
    from ..ml.facts import FacesOptions, MouthsOptions, ObjectsOptions, SaliencyOptions, SpeakersOptions
    from ..timeline.planners.reframe import ReframeOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
ASPECTS = [
    ("9:16", "9:16 Upright", "Phones: stories, reels, shorts"),
    ("4:5", "4:5 Portrait", "Feeds"),
    ("1:1", "1:1 Square", "As wide as high"),
    ("16:9", "16:9 Wide", "Television, computers"),
    ("21:9", "21:9 Cinema", "Wider than a screen"),
    ("scene", "As the Scene", "The frame as it is: strips that do not fill it are made to"),
]
WHERE = [
    ("new", "New Scene", "A copy of this scene is reframed; this one stays as it is"),
    ("here", "This Scene", "The frame of this scene takes the new shape"),
]
CAMERAS = [
    ("auto", "By Shot", "Held where that shows the subject, else panned evenly, else following"),
    ("hold", "Hold", "The camera stands still in every shot"),
    ("pan", "Pan", "The camera moves evenly from the first place of a shot to the last"),
    ("follow", "Follow", "The camera goes with the subject, as smoothly as it can"),
]
FOLLOWS = [
    ("auto", "Whatever Counts", "People and faces first, then animals, vehicles, other things; what stands out where nothing is known"),
    ("people", "People", "Persons and faces alone"),
    ("speaker", "Who Speaks", "The face of whoever is heard, where that can be told; else people"),
    ("things", "Things", "Everything but people"),
    ("salient", "What Stands Out", "By drawing, colour and movement, whatever it is"),
    ("middle", "The Middle", "The middle of the picture, in every shot"),
]
WIDE = [
    (
        "bars",
        "Show All",
        "All of it is shown, with bars above and below; of a person whose face is known head and shoulders fill it",
    ),
    ("crop", "Fill", "The frame is always filled: of a thing that is wider its middle is shown"),
]


class ReframeProps:
    reframe_aspect: EnumProperty(name="Frame", description="The shape of the frame", items=ASPECTS, default="9:16", options=ONCE)
    reframe_where: EnumProperty(name="In", description="Where it is written", items=WHERE, default="new", options=ONCE)
    reframe_follow: EnumProperty(name="Subject", description="What the frame is about", items=FOLLOWS, default="auto", options=ONCE)
    reframe_camera: EnumProperty(name="Camera", description="How the camera moves", items=CAMERAS, default="auto", options=ONCE)
    reframe_close: FloatProperty(
        name="Closeness", description="0: as much of the picture as fills the frame; 1: as near as the subject still fits",
        min=0.0, max=1.0, default=0.0, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    reframe_speed: FloatProperty(
        name="Fastest Move", description="Frame widths a second: faster the camera never moves, even where it loses the subject",
        min=0.05, soft_max=4.0, max=10.0, default=2.0, precision=2, options=ONCE,
    )  # fmt: skip
    reframe_split: BoolProperty(
        name="Split Screen", description="Two who speak by turns and do not fit together are shown one above the other", default=True,
        options=ONCE,
    )  # fmt: skip
    reframe_wide: EnumProperty(
        name="Too Wide", description="What becomes of a subject that is wider than the frame", items=WIDE, default="bars", options=ONCE
    )


LIVE = (
    "reframe_aspect", "reframe_where", "reframe_follow", "reframe_camera", "reframe_close", "reframe_speed", "reframe_split",
    "reframe_wide",
)  # fmt: skip
NAMES = LIVE
BESIDE = {
    "reframe_camera": lambda props: props.reframe_follow != "middle",
    "reframe_close": lambda props: props.reframe_follow not in ("salient", "middle"),
    "reframe_speed": lambda props: props.reframe_camera != "hold" and props.reframe_follow != "middle",
    "reframe_split": lambda props: props.reframe_follow in ("auto", "people", "speaker"),
    "reframe_wide": lambda props: props.reframe_follow not in ("salient", "middle"),
}
"""What is shown only beside certain other options."""


def _settings() -> Any:
    import bpy

    from ..timeline import compat

    return compat.edited_scene(bpy.context).assistant_editor


def _installed(task: str) -> bool:
    import bpy

    from .. import preferences
    from ..ml.models import status

    states = status(preferences.backend(bpy.context).models)
    return any(one.model.task == task and one.state in ("installed", "unverified") for one in states)


def objects_task(props: Any) -> "ObjectsOptions | None":
    """As Log Footage asks, so that what is stored serves both. None where no model is installed."""
    from ..ml.facts import ObjectsOptions
    from .footage_options import path

    model = path(_settings().object_model)
    wanted = props.reframe_follow not in ("salient", "middle") and (model or _installed("objects"))
    return ObjectsOptions(model=model) if wanted else None


def faces_task(props: Any) -> "FacesOptions | None":
    from . import people_options
    from .voice_options import _there

    wanted = props.reframe_follow not in ("salient", "middle", "things") and _there("yunet")
    return people_options.faces_task(_settings()) if wanted else None


def saliency_task(props: Any) -> "SaliencyOptions | None":
    from ..ml.facts import SaliencyOptions

    return SaliencyOptions() if props.reframe_follow != "middle" else None


def speakers_task(props: Any) -> "SpeakersOptions | None":
    """Who speaks when is found out where it is asked for; elsewhere it serves where it is known."""
    from ..ml.facts import SpeakersOptions
    from .voice_options import _there

    return SpeakersOptions(_settings().speaker_count) if props.reframe_follow == "speaker" and _there("ge2e-speakers") else None


def mouths_task(props: Any) -> "MouthsOptions | None":
    """Where voices may be told apart, mouths tell whose they are."""
    from ..ml.facts import MouthsOptions

    heard = props.reframe_follow == "speaker" or (props.reframe_follow in ("auto", "people") and _settings().speakers)
    return MouthsOptions() if heard and faces_task(props) is not None else None


def speakers_known(settings: Any) -> "SpeakersOptions":
    from ..ml.facts import SpeakersOptions

    return SpeakersOptions(settings.speaker_count)


def absent(props: Any) -> tuple[str, ...]:
    """What cannot be had on this machine, in sentences."""
    from .voice_options import _there

    told = []
    lacking = "{}: the model for it is not installed. Get {} on the Models page of the preferences."
    if props.reframe_follow not in ("salient", "middle"):
        if objects_task(props) is None:
            told.append(lacking.format("Persons and things are not found", "yolo11n"))
        if props.reframe_follow != "things" and not _there("yunet"):
            told.append(lacking.format("Faces are not found", "yunet"))
    if props.reframe_follow == "speaker" and not _there("ge2e-speakers"):
        told.append(lacking.format("Speakers are not told apart", "ge2e-speakers"))
    return tuple(told)


def reframe_plan(props: Any) -> "ReframeOptions":
    from ..timeline.planners.reframe import ReframeOptions

    return ReframeOptions(
        props.reframe_camera, props.reframe_follow, round(props.reframe_close, 4), round(props.reframe_speed, 4), props.reframe_split,
        props.reframe_wide, _settings().sensitivity,
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
