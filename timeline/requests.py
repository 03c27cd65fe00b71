"""Which strips a feature works on, and what to ask the worker about them. Pure: a reading goes in, values come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Literal

from ..ml.cache import spans_for
from ..ml.codec import to_json
from ..ml.errors import BAD_INPUT, LOCKED, EditorError
from ..ml.facts import ENGINES, Facts, Span
from ..ml.protocol import Analyse, Task
from .joined_facts import joined
from .plan import EFFECT_KINDS
from .state import StripKind, StripRef, Timeline

Which = Literal["AUTO", "SELECTED", "ACTIVE", "ALL"]
PART = "#"
"""Stands between a medium and the number of a part of it; no fingerprint holds it."""
NOUNS = {"MOVIE": "movie strip", "SOUND": "sound strip"}


@dataclass(frozen=True)
class Meant:
    """A strip as it stood when it was asked about. `span` is the part of its medium that it showed, None where nobody knows."""

    name: str
    kind: StripKind = "MOVIE"
    medium: str = ""
    span: Span | None = None


@dataclass(frozen=True)
class Asked:
    """What a run asks of the worker: for each engine the strips and the engine's options as JSON.

    `others` are the names that stood beside them: a name that is not among these came later, by splitting for example.
    `left_out` says in sentences which engine is not asked, and why.
    """

    strips: dict[str, tuple[Meant, ...]] = field(default_factory=dict)
    options: dict[str, dict] = field(default_factory=dict)  # type: ignore[type-arg]
    others: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def seen(timeline: Timeline, which: Which, names: Sequence[str]) -> tuple[StripRef, ...]:
    """The movie strips that are meant; a chosen sound strip stands for its picture.

    Raises `EditorError(BAD_INPUT)` when there are none, or a name is not on the timeline.
    """
    found = _meant(timeline, which, names)
    movies = _with_partners(timeline, found, "MOVIE")
    return tuple(movies) or _nothing(timeline, which, ("MOVIE",))


def pictured(timeline: Timeline, which: Which, names: Sequence[str]) -> tuple[StripRef, ...]:
    """As `seen`, and pictures that are no films too, where a feature has them read."""
    others = {one.ref.name: one.ref for one in timeline.pictures}
    films = [name for name in names if name not in others]
    if names:
        return (*(seen(timeline, which, films) if films else ()), *(others[name] for name in names if name in others))
    whole = replace(timeline, strips=(*timeline.strips, *others.values()), pictures=())
    meant = _meant(whole, which, ())
    movies = _with_partners(timeline, meant, "MOVIE")
    return (*movies, *(strip for strip in meant if strip.kind == "OTHER")) or _nothing(timeline, which, ("MOVIE",))


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


def sounds(timeline: Timeline) -> tuple[StripRef, ...]:
    """Every sound strip, in the timeline's order: what is heard, for pictures are silent without one."""
    return tuple(strip for strip in timeline.strips if strip.kind == "SOUND")


def sounds_meant(timeline: Timeline, which: Which, names: Sequence[str]) -> tuple[str, ...]:
    """The names of the sound strips that are meant; a chosen picture stands for its sound.

    Raises `EditorError(BAD_INPUT)` when there are none, or a name is not on the timeline.
    """
    found = _with_partners(timeline, _meant(timeline, which, names), "SOUND")
    return tuple(strip.name for strip in tuple(found) or _nothing(timeline, which, ("SOUND",)))


def listened(timeline: Timeline, names: Sequence[str]) -> tuple[StripRef, ...]:
    """The sound strips in which speech is looked for: all that are heard and known, but for those named as music.

    Raises `EditorError(BAD_INPUT)` when there are none, or a name is not on the timeline.
    """
    music = sounds_meant(timeline, "ALL", names) if names else ()
    known = [strip for strip in sounds(timeline) if strip.source is not None and strip.medium]
    found = tuple(strip for strip in known if not strip.muted and strip.name not in music)
    if not found:
        raise EditorError("There is no sound strip that could be speech.", "Add the strips with speech; unmute them.", BAD_INPUT)
    return found


def music(timeline: Timeline, which: Which, names: Sequence[str]) -> tuple[StripRef, ...]:
    """The strips in which beats are looked for: of those that are meant the sound strips without a picture, else all that is heard.

    Where `which` is AUTO and no such sound is selected or active, every sound strip without a picture is meant. Raises
    `EditorError(BAD_INPUT)` as `heard` does.
    """
    alone = {strip.name for strip in _without_picture(timeline)}
    found = tuple(strip for strip in _meant(timeline, which, names) if strip.name in alone)
    if not found and which == "AUTO" and not names:
        found = tuple(strip for strip in timeline.strips if strip.name in alone)
    return found or heard(timeline, which, names)


def _without_picture(timeline: Timeline) -> list[StripRef]:
    pictures = {name for strip in timeline.strips if strip.kind == "MOVIE" for name in strip.partners}
    films = {strip.medium for strip in timeline.strips if strip.kind == "MOVIE"}
    return [
        strip
        for strip in timeline.strips
        if strip.kind == "SOUND" and not strip.muted and strip.name not in pictures and strip.medium not in films
    ]


def _meant(timeline: Timeline, which: Which, names: Sequence[str]) -> list[StripRef]:
    if names:
        return named(timeline, names)
    every = [strip for strip in timeline.strips if strip.tag is None or strip.tag.kind not in EFFECT_KINDS]
    selected = [strip for strip in every if strip.selected]
    active = [strip for strip in every if strip.active]
    return {"SELECTED": selected, "ACTIVE": active, "ALL": every, "AUTO": selected or active or every}[which]


def named(timeline: Timeline, names: Sequence[str]) -> list[StripRef]:
    """The strips with these names. Raises `EditorError(BAD_INPUT)` when one is not on the timeline."""
    known = {strip.name: strip for strip in timeline.strips}
    missing = [name for name in names if name not in known]
    if missing:
        there = f"There are {_listed(timeline.strips)}." if known else "There are no movie or sound strips here."
        raise EditorError(f"There is no movie or sound strip named {missing[0]!r} in the open sequence.", there, BAD_INPUT)
    return [known[name] for name in names]


def _with_partners(timeline: Timeline, strips: Iterable[StripRef], kind: StripKind) -> list[StripRef]:
    """The strips of this kind among `strips` and their partners, in the timeline's order."""
    names = {name for strip in strips for name in (strip.name, *strip.partners)}
    return [strip for strip in timeline.strips if strip.name in names and strip.kind == kind]


def _nothing(timeline: Timeline, which: Which, kinds: Sequence[str]) -> tuple[StripRef, ...]:
    what = " or ".join(NOUNS[kind] for kind in kinds)
    every = timeline.strips
    if not any(strip.kind in kinds for strip in every):
        raise EditorError(f"There is no {what} here.", f"Add a {what} first.", BAD_INPUT)
    if which == "AUTO":  # as `_meant` takes it
        which = "SELECTED" if any(strip.selected for strip in every) else "ACTIVE" if any(strip.active for strip in every) else "ALL"
    where = {"SELECTED": f"No {what} is selected.", "ACTIVE": f"The active strip is no {what}."}.get(which, f"There is no {what} here.")
    raise EditorError(where, f"Select a {what} in the sequencer.", BAD_INPUT)


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


def still_there(timeline: Timeline, meant: Sequence[Meant], others: Sequence[str] = ()) -> tuple[StripRef, ...]:
    """What has become of the strips that were asked about, in the timeline's order.

    Those of the same name, and under names that are new since (`others` are not) every piece that shows a part of what one of
    them showed: the editor may have split, moved or renamed it meanwhile.
    """
    names = {one.name for one in meant}
    before = names.union(others)
    shown: dict[tuple[str, str], list[Span]] = {}
    for one in meant:
        if one.medium and one.span is not None:
            shown.setdefault((one.kind, one.medium), []).append(one.span)
    return tuple(
        strip
        for strip in (*timeline.strips, *timeline.beside)
        if strip.name in names
        or (
            strip.name not in before
            and strip.source is not None
            and any(span.covers(strip.visible) for span in shown.get((strip.kind, strip.medium), ()))
        )
    )


def with_partners(timeline: Timeline, strips: Sequence[StripRef]) -> tuple[StripRef, ...]:
    """`strips` and everything that is cut with them, in the timeline's order."""
    names = {name for strip in strips for name in (strip.name, *strip.partners)}
    return tuple(strip for strip in timeline.strips if strip.name in names)


def requests(timeline: Timeline, asked: Asked) -> tuple[Analyse, ...]:
    """What to ask about each medium, with every engine that is to run over it: one request, or more where strips lie far apart.

    A request's id is the medium's fingerprint, and for the second and later ones a number. Of pictures that are no films nobody is asked
    anything. Raises `EditorError(BAD_INPUT)` that says why when no strip can be asked about.
    """
    strips: dict[str, list[StripRef]] = {}
    tasks: dict[str, dict[str, Task]] = {}
    refused: list[str] = []
    unasked = False
    for engine, meant in asked.strips.items():
        for strip in still_there(timeline, meant, asked.others):
            if strip.kind == "OTHER":
                unasked = True
                continue
            if strip.source is None or not strip.medium:
                refused.append(f"{strip.name!r} cannot be used: {strip.unmapped}.")
                continue
            strips.setdefault(strip.medium, []).append(strip)
            tasks.setdefault(strip.medium, {})[engine] = Task(engine, asked.options[engine])
    if not strips and not unasked:
        why = " ".join(dict.fromkeys(refused)) or "The strips are no longer there."
        raise EditorError(why, "Choose other strips.", BAD_INPUT)
    wanted = []
    for medium, group in strips.items():
        spans = spans_for([strip.visible for strip in group], next((s.content for s in group if s.content is not None), None))
        for number, span in enumerate(spans):
            name = f"{medium}{PART}{number}" if number else medium
            wanted.append(Analyse(name, group[0].path, tuple(tasks[medium].values()), span))
    return tuple(wanted)


def shown(timeline: Timeline, asked: Asked, engine: str) -> tuple[Analyse, ...]:
    """One request without tasks for each medium, over no more than the strips asked about under `engine` show: to look things up with."""
    spans: dict[str, Span] = {}
    paths: dict[str, str] = {}
    for strip in still_there(timeline, asked.strips.get(engine, ()), asked.others):
        if strip.source is not None and strip.medium:
            here = spans.get(strip.medium, strip.visible)
            start, end = max(Fraction(0), min(here.start, strip.visible.start)), max(here.end, strip.visible.end)
            spans[strip.medium], paths[strip.medium] = Span(start, max(start, end)), strip.path
    return tuple(Analyse(medium, paths[medium], (), span) for medium, span in spans.items())


def unreadable(timeline: Timeline, asked: Asked) -> bool:
    """Whether a strip that was asked about has a file that cannot be read."""
    meant = {one.name for strips in asked.strips.values() for one in strips}
    return any(strip.name in meant and not strip.medium for strip in timeline.strips)


def warnings(timeline: Timeline, found: Mapping[str, Mapping[str, Facts]]) -> tuple[str, ...]:
    """What the engines had to say about the media, each once, with the names of the files that it was said of before it."""
    names = {strip.medium: PurePath(strip.path).name for strip in (*timeline.strips, *timeline.beside)}
    told: dict[str, dict[str, None]] = {}
    for by_medium in found.values():
        for medium, facts in by_medium.items():
            for text in facts.warnings:
                told.setdefault(text, {})[names.get(medium, "A medium")] = None
    return tuple(f"{_files(list(files))}: {text}" for text, files in told.items())


def _files(names: Sequence[str], limit: int = 3) -> str:
    if len(names) > limit:
        return f"{', '.join(names[: limit - 1])} and {len(names) - limit + 1} more"
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def medium_of(request: str) -> str:
    """The medium a request's id speaks of."""
    return request.partition(PART)[0]


def by_engine(results: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Facts]]:
    """A job's results, (request's id, engine) -> facts, as engine -> medium -> facts, the parts of a medium joined."""
    parts: dict[tuple[str, str], list[Any]] = {}
    for (request, engine), facts in results.items():
        parts.setdefault((engine, medium_of(request)), []).append(facts)
    found: dict[str, dict[str, Facts]] = {}
    for (engine, medium), several in parts.items():
        found.setdefault(engine, {})[medium] = several[0] if len(several) == 1 else joined(several)
    return found


def ask(timeline: Timeline, strips: Mapping[str, Sequence[StripRef]], options: Mapping[str, Any], left_out: Sequence[str] = ()) -> Asked:
    """`strips` of this reading and the engines' option values, by engine."""
    meant = {
        engine: tuple(Meant(strip.name, strip.kind, strip.medium, strip.visible if strip.source else None) for strip in group)
        for engine, group in strips.items()
    }
    media = {strip.medium for group in strips.values() for strip in group}
    others = tuple(strip.name for strip in timeline.strips if strip.medium in media)
    return Asked(meant, {engine: to_json(options[engine]) for engine in strips}, others, tuple(left_out))


def movies_heard(timeline: Timeline, asked: Asked) -> tuple[tuple[str, str], ...]:
    """(medium, path) of movies whose own sound is asked for: their words count from another zero than their pictures."""
    sounds = [one for engine, meant in asked.strips.items() if ENGINES[engine].stream == "audio" for one in meant]
    strips = still_there(timeline, sounds, asked.others)
    return tuple({s.medium: s.path for s in strips if s.kind == "MOVIE" and s.source is not None}.items())
