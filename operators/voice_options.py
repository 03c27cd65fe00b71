"""Speakers and sounds in captions as options."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from .presets import OWN, Presets, Values

if TYPE_CHECKING:
    from ..ml.facts import SoundsOptions, SpeakersOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
MARKS = [
    ("none", "None", "Captions do not say who speaks; looks may tell speakers by colours"),
    ("name", "Name", "The speaker's name before what he says, where the speaker changes"),
    ("hyphen", "Hyphen", "A hyphen where the speaker changes"),
]
NO_SPEAKERS = "Speakers are not told apart: the model for it is not installed. Get ge2e-speakers on the Models page of the preferences."
NO_SOUNDS = "Sounds are not described: the model for it is not installed. Get speech-music-noise on the Models page of the preferences."


AUDIENCES = [
    ("hearing", "Everybody", "What is said"),
    ("sdh", "Deaf and Hard of Hearing", "SDH: who speaks, by name, and what is heard besides"),
    (OWN, "Own", "As set below"),
]
_SETS: dict[str, Values] = {
    "hearing": {"speakers": False, "sounds": False, "speaker_mark": "none"},
    "sdh": {"speakers": True, "sounds": True, "speaker_mark": "name"},
}
PRESETS = Presets("audience", ("speakers", "sounds", "speaker_mark"), _SETS.get)


def _chosen(props: Any, _context: Any) -> None:
    PRESETS.chosen(props)


def _changed(props: Any, _context: Any) -> None:
    if hasattr(props, PRESETS.choice):
        PRESETS.changed(props)


class VoiceAsks:
    speakers: BoolProperty(
        name="Tell Speakers Apart", description="Find out who speaks when: no caption holds the words of two where that can be avoided",
        default=False, update=_changed, options=ONCE,
    )  # fmt: skip
    speaker_count: IntProperty(
        name="Speakers", description="How many there are; 0: as many as there seem to be", min=0, max=40, default=0, options=ONCE
    )
    sounds: BoolProperty(
        name="Describe Sounds", description="Captions such as [music] where something else than speech is heard",
        default=False, update=_changed, options=ONCE,
    )  # fmt: skip
    sound_model: StringProperty(
        name="Sound Model",
        description="A folder with an AudioSet tagger (AST, safetensors): applause, laughter and more. Empty: the packaged one, music only",
        default="", subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip


class VoiceProps(VoiceAsks):
    audience: EnumProperty(
        name="For", description="For whom captions are; changing one of the options it sets makes them your own",
        items=AUDIENCES, default="hearing", update=_chosen, options=ONCE,
    )  # fmt: skip
    speaker_mark: EnumProperty(
        name="Mark", description="How captions say who speaks", items=MARKS, default="none", update=_changed, options=ONCE
    )
    music_notes: BoolProperty(name="Notes", description="Music between notes (♪) instead of brackets", default=False, options=ONCE)


class TranslationProps:
    """Of Translate Captions."""

    translate_to: StringProperty(
        name="To", description="The language of the translation: a code such as fr, de or ja", default="", options=ONCE
    )
    translate_from: StringProperty(
        name="From", description="The language of the captions; empty: the one they were heard in", default="", options=ONCE
    )
    translation_model: StringProperty(
        name="Model",
        description="A folder with a translation model of the transformers library: MarianMT (opus-mt), M2M-100 or NLLB-200",
        default="", subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip


TRANSLATION = ("translate_to", "translate_from", "translation_model")


class VoiceState:
    """What the scene keeps of speakers. Not asked by any run."""

    people: StringProperty(name="People", description="The speakers' names, as JSON", default="", options={"HIDDEN"})
    keep_voices: BoolProperty(
        name="Know Voices Again",
        description="What named speakers sound like is kept in this scene, so that they are known in other media. Voices are personal data",
        default=False,
    )  # fmt: skip


VOICE_ASKS = ("speakers", "speaker_count", "sounds", "sound_model")
VOICE_LIVE = ("audience", "speaker_mark", "music_notes")
BESIDE = {
    "speaker_count": lambda props: props.speakers,
    "speaker_mark": lambda props: props.speakers or props.script,
    "sound_model": lambda props: props.sounds,
    "music_notes": lambda props: props.sounds,
}
"""What is shown only beside certain other options."""


def _there(model: str) -> bool:
    import bpy

    from .. import preferences
    from ..ml.models import installed

    return installed(model, preferences.backend(bpy.context).models)


def speakers_task(props: Any) -> "SpeakersOptions | None":
    """None where nobody asks, or the weights are not installed: then nothing is pretended."""
    from ..ml.facts import SpeakersOptions

    return SpeakersOptions(props.speaker_count) if props.speakers and _there("ge2e-speakers") else None


def sounds_task(props: Any) -> "SoundsOptions | None":
    import bpy

    from ..ml.facts import SoundsOptions

    model = bpy.path.abspath(props.sound_model) if props.sound_model else ""
    return SoundsOptions(model=model) if props.sounds and (model or _there("speech-music-noise")) else None


def absent(props: Any) -> tuple[str, ...]:
    """What was asked for and cannot be had on this machine, in sentences."""
    told = [NO_SPEAKERS] * (props.speakers and speakers_task(props) is None) + [NO_SOUNDS] * (props.sounds and sounds_task(props) is None)
    return tuple(told)


CLASSES: tuple[type, ...] = ()
