"""Every option of captions, declared once, as `options` does for shots."""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty, StringProperty

from .look_options import CAPTION_LOOK, LookProps, caption_style
from .people_options import ClearOfFaces
from .rule_options import CAPTION_OWN_RULES, CAPTION_RULES, RuleProps, caption_rules, exact
from .script_options import CAPTION_SCRIPT, ScriptProps
from .voice_options import VOICE_ASKS, VOICE_LIVE, VoiceAsks, VoiceProps

if TYPE_CHECKING:
    from ..ml.facts import TranscriptOptions
    from ..timeline.planners.captions import CaptionOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""

SPEECH_ENGINES = [
    ("faster-whisper", "faster-whisper", "Whisper run by CTranslate2: quicker, less memory"),
    ("openai-whisper", "openai-whisper", "The publisher's own implementation"),
]
TASKS = [
    ("transcribe", "Transcribe", "Captions in the language that is spoken"),
    ("translate", "Translate to English", "English captions, whatever is spoken. Needs a model of several languages"),
]
ALIGN = [
    ("auto", "From the Sound", "Moved to where each word is heard: more closely where the sounds of the language are installed"),
    ("engine", "From the Engine", "As the engine gives them: up to a fifth of a second off beside pauses"),
]
SPEECH_SIZES = (
    "tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium", "large-v1", "large-v2", "large-v3", "large-v3-turbo",
)  # fmt: skip
"""Those of the model table, which is not read at start-up; a test compares."""
MODELS = [(size, size, "English only" if size.endswith(".en") else "99 languages") for size in SPEECH_SIZES]


class CaptionAsks(VoiceAsks):
    engine: EnumProperty(
        name="Engine",
        description="Which implementation of Whisper listens",
        items=SPEECH_ENGINES, default="faster-whisper", options=ONCE,
    )  # fmt: skip
    model: EnumProperty(name="Model", description="Larger is more accurate and slower", items=MODELS, default="tiny.en", options=ONCE)
    language: StringProperty(
        name="Language",
        description="What is spoken: a code such as en, de or fr, or auto to have it recognised",
        default="auto",
        options=ONCE,
    )
    task: EnumProperty(name="Task", description="What is written", items=TASKS, default="transcribe", options=ONCE)
    vocabulary: StringProperty(
        name="Names and Terms",
        description="Names and terms, separated by commas: spelt like this where they are heard, never put where they are not",
        default="",
        options=ONCE,
    )
    prompt: StringProperty(
        name="Style",
        description="A sentence in the style that is wanted: its spelling and punctuation are followed",
        default="",
        options=ONCE,
    )
    align: EnumProperty(name="Word Times", description="Where the times of the words come from", items=ALIGN, default="auto", options=ONCE)
    align_model: StringProperty(
        name="Aligner",
        description="A folder with a CTC model of the transformers library, such as wav2vec2 (safetensors). Empty: the packaged sounds",
        default="", subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip


class CaptionProps(VoiceProps, CaptionAsks, ScriptProps, RuleProps, LookProps, ClearOfFaces):
    """Every option of captions."""


CAPTION_ASKS = ("engine", "model", "language", "task", "vocabulary", "prompt", "align", "align_model", *VOICE_ASKS)
CAPTION_LIVE = (*CAPTION_SCRIPT, *VOICE_LIVE, *CAPTION_RULES, *CAPTION_OWN_RULES, *CAPTION_LOOK, "clear_of_faces")
FOLDED = {"Caption Rules": CAPTION_OWN_RULES, "Caption Look": (*CAPTION_LOOK, "clear_of_faces")}
"""What is seldom changed, and closed until asked for."""


def transcript_task(props: Any) -> "TranscriptOptions":
    """Word times by pauses alone where the sounds of speech are not installed: once they are, they are asked for anew."""
    import bpy

    from .. import preferences
    from ..ml.facts import TranscriptOptions
    from ..ml.models import installed

    network = bpy.path.abspath(props.align_model) if props.align_model and props.align == "auto" else ""
    there = network or installed("sphinx-en-us", preferences.backend(bpy.context).models)
    language = props.language.strip().lower() or "auto"
    align: Any = "engine" if props.align == "engine" else "auto" if there else "pauses"
    return TranscriptOptions(
        props.engine, props.model, language, props.task, props.vocabulary.strip(), props.prompt.strip(), align, aligner=network
    )  # fmt: skip


def captions_plan(props: Any) -> "CaptionOptions":
    from ..timeline.planners.captions import CaptionOptions

    return CaptionOptions(
        rules=caption_rules(props),
        pause_seconds=exact(props.pause_seconds),
        style=caption_style(props),
    )


CLASSES: tuple[type, ...] = ()
