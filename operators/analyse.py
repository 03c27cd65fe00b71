"""Analyse: find out everything now and change nothing, so that later runs are instant."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import StringProperty

from ..ml.errors import USAGE, EditorError
from . import caption_options, footage_options, log_footage, options, voice_options
from .job import JobOperator

if TYPE_CHECKING:
    from ..ml.facts import Options

USUAL = ("shots", "transcript", "speakers", "sounds")
"""What is found out where no engine is named."""


def _looks(props: Any) -> "Options":
    return options.looks_task(props)


def _ambience(_props: Any) -> "Options":
    from ..ml.facts import AmbienceOptions

    return AmbienceOptions()


def _speakers(props: Any) -> "Options | None":
    """Named, it is asked even where its weights are missing: then the worker says what is missing."""
    from ..ml.facts import SpeakersOptions

    return SpeakersOptions(props.speaker_count) if props.engines else voice_options.speakers_task(props)


def _sounds(props: Any) -> "Options | None":
    from ..ml.facts import SoundsOptions

    model = bpy.path.abspath(props.sound_model) if props.sound_model else ""
    return SoundsOptions(model=model) if props.engines else voice_options.sounds_task(props)


TASKS: "dict[str, Callable[[Any], Options | None]]" = {
    **footage_options.TASKS, "looks": _looks, "ambience": _ambience, "speakers": _speakers, "sounds": _sounds,
}  # fmt: skip


def engines_of(text: str) -> tuple[str, ...]:
    """The engines that are named, separated by commas. Raises `EditorError(USAGE)` that lists those there are."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in TASKS:
            raise EditorError(f"There is no engine {name!r}.", f"There are {', '.join(sorted(TASKS))}, or all.", USAGE)
    return names or USUAL


def _named(engine: str) -> "tuple[str, Callable[[Any], Options | None]]":
    def task(props: Any) -> "Options | None":
        every = props.engines.strip() == "all"
        return TASKS[engine](props) if every or engine in engines_of(props.engines) else None

    return engine, task


def _feature(base: Any, engines: Sequence[str]) -> Any:
    first, *others = (_named(engine) for engine in engines)
    return replace(base, engine=first[0], task=first[1], also=tuple(others))


class ASSISTANT_EDITOR_OT_analyse(
    options.ShotAsks, caption_options.CaptionAsks, footage_options.FootageModels, JobOperator, bpy.types.Operator
):  # fmt: skip
    """Find shots and words, or whatever engines are named, and keep it for later. The timeline stays as it is"""

    bl_idname = "assistant_editor.analyse"
    bl_label = "Analyse"
    bl_options = {"REGISTER"}
    features = (
        _feature(log_footage.PICTURES, ("shots", "looks", "objects", "faces", "pictures", "concepts")),
        _feature(log_footage.SOUND, ("transcript", "speakers", "sounds", "ambience", "voice", "loudness", "beats")),
    )
    asks = ("strips", "engines", *options.SHOT_ASKS, *caption_options.CAPTION_ASKS, *footage_options.SEEING)

    engines: StringProperty(
        name="Engines",
        description="What is found out, separated by commas: shots, looks, objects, faces, pictures, concepts, transcript, speakers, "
        "sounds, ambience, voice, loudness, beats; or all. Empty: shots and words, and speakers and sounds where they are switched on",
        default="", options={"SKIP_SAVE"},
    )  # fmt: skip

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from ..timeline.outcome import Outcome
        from . import work

        paths = {strip.medium: strip.path for strip in timeline.strips}
        failed, absent = work.sorted_out(job.failures if job else ())
        notices = (*asked.left_out, *failed, *absent, *(job.notices if job else ()))
        return self._tell(Outcome(self.bl_label, facts=work.facts_of(found, paths), notices=notices, partial=bool(failed)))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_analyse,)
