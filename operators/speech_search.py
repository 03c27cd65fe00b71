"""What is looked for in speech: the strips that are meant, what is asked of the worker, and the planner that proposes removals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import caption_options, filler_options, silence_options
from .feature import Feature

if TYPE_CHECKING:
    from ..timeline.removals import Proposals


@dataclass(frozen=True)
class Search:
    """`propose(found, strips, props, rate)` is the planner with the options that `props` holds, `live` their names, `noun` what is found.

    `kinds` are the kinds of removals it proposes (`removals.RemovalKind`). `absent(props)` says what was asked for and cannot be had here.
    """

    name: str
    noun: str
    kinds: tuple[str, ...]
    feature: Feature
    propose: Callable[[Any, Any, Any, Any], Proposals]
    live: tuple[str, ...]
    absent: Callable[[Any], tuple[str, ...]] = lambda props: ()


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.heard(timeline, which, names)


def _nothing(*_: Any, **_more: Any) -> Any:
    """A search proposes: it writes nothing, so it has no plan of edits."""
    from ..timeline.plan import Plan

    return Plan()


def voice_task(_props: Any) -> Any:
    from ..ml.facts import VoiceOptions

    return VoiceOptions()


def _silences(found: Any, strips: Any, props: Any, rate: Any) -> Proposals:
    from ..timeline.planners import silences

    options = silence_options.silences_plan(props)
    return silences.propose(found.get("voice", {}), found.get("transcript", {}), found.get("sounds", {}), strips, options, rate)


def _fillers(found: Any, strips: Any, props: Any, rate: Any) -> Proposals:
    from ..timeline.planners import fillers

    return fillers.propose(found.get("voice", {}), found.get("transcript", {}), strips, filler_options.fillers_plan(props), rate)


def _takes(found: Any, strips: Any, props: Any, rate: Any) -> Proposals:
    from ..timeline.planners import takes

    return takes.propose(found.get("transcript", {}), found.get("voice", {}), strips, filler_options.takes_plan(props), rate)


def _feature(words: Callable[[Any], Any], *more: Any) -> Feature:
    return Feature("voice", _choose, voice_task, _nothing, also=(("transcript", words), *more))


SEARCHES = {
    search.name: search
    for search in (
        Search(
            "silences", "silence", ("silence",), _feature(caption_options.transcript_task, ("sounds", silence_options.sounds_task)),
            _silences, silence_options.SILENCE_LIVE, silence_options.absent,
        ),
        Search("fillers", "filler", ("filler", "repeat"), _feature(filler_options.spoken_task), _fillers, filler_options.FILLER_LIVE),
        Search("takes", "take", ("take",), _feature(caption_options.transcript_task), _takes, filler_options.TAKE_LIVE),
    )
}  # fmt: skip
CLASSES: tuple[type, ...] = ()
