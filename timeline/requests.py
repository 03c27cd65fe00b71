"""Which strips a feature works on, and what to ask the worker about them. Pure: a reading goes in, values come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..ml.cache import span_for
from ..ml.codec import to_json
from ..ml.errors import BAD_INPUT, LOCKED, EditorError
from ..ml.facts import ENGINES, Facts
from ..ml.protocol import Analyse, Task
from .state import StripKind, StripRef, Timeline

Which = Literal["AUTO", "SELECTED", "ACTIVE", "ALL"]
NOUNS = {"MOVIE": "movie strip", "SOUND": "sound strip"}


@dataclass(frozen=True)
class Asked:
    """What a run asks of the worker: for each engine the names of the strips and the engine's options as JSON.

    `left_out` says in sentences which engine is not asked, and why.
    """

    strips: dict[str, tuple[str, ...]] = field(default_factory=dict)
    options: dict[str, dict] = field(default_factory=dict)  # type: ignore[type-arg]
    left_out: tuple[str, ...] = ()


def seen(timeline: Timeline, which: Which, names: Sequence[str]) -> tuple[StripRef, ...]:
    """The movie strips that are meant; a chosen sound strip stands for its picture.

    Raises `EditorError(BAD_INPUT)` when there are none, or a name is not on the timeline.
    """
    found = _meant(timeline, which, names)
    movies = _with_partners(timeline, found, "MOVIE")
    return tuple(movies) or _nothing(timeline, which, ("MOVIE",))


def heard(timeline: Timeline, which: Which, names: Sequence[str]) -> tuple[StripRef, ...]:
    """The strips whose sound is heard: chosen sound strips and the sound of chosen movies.

    Only where none of the chosen movies has a sound strip, the sound inside their own files is meant. Muted strips are not heard.
    Raises `EditorError(BAD_INPUT)` when nothing is left, or a name is not on the timeline.
    """
    found = _meant(timeline, which, names)
    sounds = _with_partners(timeline, found, "SOUND") or found
    audible = tuple(strip for strip in sounds if not strip.muted)
    if sounds and not audible:
        muted = "is muted" if len(sounds) == 1 else "are muted"
        raise EditorError(f"Nothing is heard: {_listed(sounds)} {muted}.", "Unmute what is to be captioned.", BAD_INPUT)
    return audible or _nothing(timeline, which, ("MOVIE", "SOUND"))


def _meant(timeline: Timeline, which: Which, names: Sequence[str]) -> list[StripRef]:
    if names:
        known = {strip.name: strip for strip in timeline.strips}
        missing = [name for name in names if name not in known]
        if missing:
            there = f"There are {_listed(timeline.strips)}." if known else "There are no movie or sound strips here."
            raise EditorError(f"There is no movie or sound strip named {missing[0]!r} in the open sequence.", there, BAD_INPUT)
        return [known[name] for name in names]
    selected = [strip for strip in timeline.strips if strip.selected]
    active = [strip for strip in timeline.strips if strip.active]
    every = list(timeline.strips)
    return {"SELECTED": selected, "ACTIVE": active, "ALL": every, "AUTO": selected or active or every}[which]


def _with_partners(timeline: Timeline, strips: Iterable[StripRef], kind: StripKind) -> list[StripRef]:
    """The strips of this kind among `strips` and their partners, in the timeline's order."""
    names = {name for strip in strips for name in (strip.name, *strip.partners)}
    return [strip for strip in timeline.strips if strip.name in names and strip.kind == kind]


def _nothing(timeline: Timeline, which: Which, kinds: Sequence[str]) -> tuple[StripRef, ...]:
    what = " or ".join(NOUNS[kind] for kind in kinds)
    where = {"SELECTED": f"No {what} is selected.", "ACTIVE": f"The active strip is no {what}."}.get(which, f"There is no {what} here.")
    remedy = f"Select a {what} in the sequencer." if any(s.kind in kinds for s in timeline.strips) else f"Add a {what} first."
    raise EditorError(where, remedy, BAD_INPUT)


def _listed(strips: Sequence[StripRef], limit: int = 8) -> str:
    names = ", ".join(repr(strip.name) for strip in strips[:limit])
    return names if len(strips) <= limit else f"{names} and {len(strips) - limit} more"


def refuse_held(timeline: Timeline, strips: Iterable[StripRef]) -> None:
    """Raises `EditorError(LOCKED)` that names every locked strip among these and those that are cut with them."""
    strips = list(strips)
    names = {name for strip in strips for name in (strip.name, *strip.partners)}
    held = [strip.held for strip in timeline.strips if strip.name in names and strip.held]
    if held:
        raise EditorError(f"Nothing was changed: {'; '.join(held)}.", "Unlock it, or choose other strips.", LOCKED)


def still_there(timeline: Timeline, names: Sequence[str]) -> tuple[StripRef, ...]:
    """The strips of this name that the timeline still has."""
    wanted = set(names)
    return tuple(strip for strip in timeline.strips if strip.name in wanted)


def with_partners(timeline: Timeline, strips: Sequence[StripRef]) -> tuple[StripRef, ...]:
    """`strips` and everything that is cut with them, in the timeline's order."""
    names = {name for strip in strips for name in (strip.name, *strip.partners)}
    return tuple(strip for strip in timeline.strips if strip.name in names)


def requests(timeline: Timeline, asked: Asked) -> tuple[Analyse, ...]:
    """One request a medium, with every engine that is to run over it. A request's id is the medium's fingerprint.

    Raises `EditorError(BAD_INPUT)` that says why when no strip can be asked about.
    """
    strips: dict[str, list[StripRef]] = {}
    tasks: dict[str, dict[str, Task]] = {}
    refused: list[str] = []
    for engine, names in asked.strips.items():
        for strip in still_there(timeline, names):
            if strip.source is None or not strip.medium:
                refused.append(f"{strip.name!r} cannot be used: {strip.unmapped}.")
                continue
            strips.setdefault(strip.medium, []).append(strip)
            tasks.setdefault(strip.medium, {})[engine] = Task(engine, asked.options[engine])
    if not strips:
        why = " ".join(dict.fromkeys(refused)) or "The strips are no longer there."
        raise EditorError(why, "Choose other strips.", BAD_INPUT)
    return tuple(
        Analyse(
            id=medium,
            path=group[0].path,
            tasks=tuple(tasks[medium].values()),
            span=span_for([strip.visible for strip in group], next((s.content for s in group if s.content is not None), None)),
        )
        for medium, group in strips.items()
    )


def by_engine(results: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Facts]]:
    """A job's results, (medium, engine) -> facts, as engine -> medium -> facts."""
    found: dict[str, dict[str, Facts]] = {}
    for (medium, engine), facts in results.items():
        found.setdefault(engine, {})[medium] = facts
    return found


def ask(strips: Mapping[str, Sequence[StripRef]], options: Mapping[str, Any], left_out: Sequence[str] = ()) -> Asked:
    """`strips` and the engines' option values, by engine."""
    names = {engine: tuple(strip.name for strip in group) for engine, group in strips.items()}
    return Asked(names, {engine: to_json(options[engine]) for engine in strips}, tuple(left_out))


def movies_heard(timeline: Timeline, asked: Asked) -> tuple[tuple[str, str], ...]:
    """(medium, path) of movies whose own sound is asked for: their words count from another zero than their pictures."""
    sounds = [name for engine, names in asked.strips.items() if ENGINES[engine].stream == "audio" for name in names]
    return tuple({s.medium: s.path for s in still_there(timeline, sounds) if s.kind == "MOVIE" and s.source is not None}.items())
