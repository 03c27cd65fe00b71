"""Fillers, stumbles and takes as options. Those of the planners are live; a verbatim hearing is asked of the worker."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

if TYPE_CHECKING:
    from ..ml.facts import TranscriptOptions
    from ..timeline.planners.fillers import FillerOptions
    from ..timeline.planners.takes import TakeOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
PREFER = [
    ("last", "Last", "Of takes that are about as good, the last one"),
    ("first", "First", "Of takes that are about as good, the first one"),
    ("longest", "Longest", "Of takes that are about as good, the one with most words"),
]


class VerbatimAsks:
    """Of Find Fillers."""

    verbatim: BoolProperty(
        name="Verbatim",
        description="Listen once more, for every um and every word said twice: more is found. Captions stay as they are",
        default=True, options=ONCE,
    )  # fmt: skip

    verbatim_model: StringProperty(
        name="Verbatim Model",
        description="A Whisper of your own that was trained to write every um: the name after whisper-own- on the Models page. "
        "Empty: the model that captions use",
        default="", options=ONCE,
    )  # fmt: skip


class FillerRules:
    """What counts as a filler."""

    fill_sounds: BoolProperty(name="Um and Uh", description="Sounds of thinking, written or not", default=True, options=ONCE)
    fill_phrases: BoolProperty(
        name="Phrases", description="Phrases such as “you know” that say nothing where they stand", default=True, options=ONCE
    )
    fill_repeats: BoolProperty(name="Words Twice", description="Words said again at once", default=True, options=ONCE)
    fill_restarts: BoolProperty(
        name="False Starts", description="Beginnings that are broken off and said again", default=True, options=ONCE
    )
    fill_drawn: BoolProperty(
        name="Drawn Out", description="Words drawn out for thinking: played faster, nothing of them is cut", default=True, options=ONCE
    )
    fill_unwritten: BoolProperty(
        name="Not Written", description="Where something is said that is not in the transcript, as stumbles often are",
        default=True, options=ONCE,
    )  # fmt: skip
    fill_languages: StringProperty(
        name="Languages", description="Whose fillers are looked for: codes separated by commas; empty: what is spoken", default="",
        options=ONCE,
    )  # fmt: skip
    fill_own: StringProperty(
        name="Own Phrases", description="Words and phrases that are fillers too, separated by commas", default="", options=ONCE
    )
    fill_pause: FloatProperty(
        name="Pause That Stays", description="Seconds of the pauses around a filler that stay; twice that after a sentence",
        min=0.0, max=2.0, default=0.15, precision=2, step=5, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", options=ONCE,
    )  # fmt: skip
    fill_least: FloatProperty(
        name="At Least", description="What is less likely to be a filler is not proposed",
        min=0.0, max=1.0, default=0.4, subtype="FACTOR", options=ONCE,
    )  # fmt: skip


class TakeRules:
    """What counts as another take of a line."""

    take_words: IntProperty(
        name="Words", description="Words a line has at least that is said again", min=2, max=100, default=5, options=ONCE
    )
    take_alike: FloatProperty(
        name="Alike", description="How much of a line must be said again, in the same order",
        min=0.4, max=1.0, default=0.7, subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    take_prefer: EnumProperty(name="Prefer", description="Which of several good takes is kept", items=PREFER, default="last", options=ONCE)
    take_minutes: FloatProperty(
        name="Within Minutes", description="Minutes from one take to the next in the same recording, at most; 0: any time",
        min=0.0, max=600.0, default=5.0, precision=1, options=ONCE,
    )  # fmt: skip
    take_across: BoolProperty(name="Across Files", description="Takes may be in several files", default=True, options=ONCE)
    take_least: FloatProperty(
        name="At Least", description="What is less likely to be another take is not proposed",
        min=0.0, max=1.0, default=0.4, subtype="FACTOR", options=ONCE,
    )  # fmt: skip


class FillerProps(VerbatimAsks, FillerRules, TakeRules):
    """All of them."""


KINDS = {
    "fill_sounds": "sounds", "fill_phrases": "phrases", "fill_repeats": "repeats", "fill_restarts": "restarts", "fill_drawn": "drawn",
    "fill_unwritten": "unwritten",
}  # fmt: skip
"""Property -> the planner's kind."""
FILLER_ASKS = ("verbatim", "verbatim_model")
FILLER_RULES = FILLER_LIVE = (*KINDS, "fill_languages", "fill_own", "fill_pause", "fill_least")
TAKE_RULES = TAKE_LIVE = ("take_words", "take_alike", "take_prefer", "take_minutes", "take_across", "take_least")
NAMES = (*FILLER_ASKS, *FILLER_LIVE, *TAKE_LIVE)
BESIDE = {"verbatim_model": lambda props: props.verbatim}
"""What is shown only beside certain other options."""
CLASSES: tuple[type, ...] = ()


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(part.split()) for part in text.replace(";", ",").split(",") if part.strip()))


def _exact(seconds: float) -> Any:
    from fractions import Fraction

    return Fraction(seconds).limit_denominator(1000)


def fillers_plan(props: Any) -> "FillerOptions":
    from ..timeline.planners.fillers import FillerOptions

    kinds: Any = tuple(kind for name, kind in KINDS.items() if getattr(props, name))
    languages = tuple(code.lower() for code in _parts(props.fill_languages))
    return FillerOptions(kinds, languages, _parts(props.fill_own), _exact(props.fill_pause), round(props.fill_least, 4))


def takes_plan(props: Any) -> "TakeOptions":
    from ..timeline.planners.takes import TakeOptions

    minutes = _exact(props.take_minutes)
    return TakeOptions(
        props.take_words, round(props.take_alike, 4), props.take_prefer, minutes * 60, props.take_across, round(props.take_least, 4)
    )  # fmt: skip


def spoken_task(props: Any) -> "TranscriptOptions":
    """What captions ask of the worker; with Verbatim, every word as it is said, by a model of the user's where one is named."""
    from dataclasses import replace

    from . import caption_options

    task = caption_options.transcript_task(props)
    if not props.verbatim:
        return task
    own = props.verbatim_model.strip().removeprefix("whisper-").removeprefix("own-")
    # Models of one's own are for CTranslate2.
    return replace(task, verbatim=True, engine="faster-whisper", model=f"own-{own}") if own else replace(task, verbatim=True)
