"""Which shots an editor means: by mood, people, things, concepts, words, how they are framed, how good and how long they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import get_args

from ..ml.errors import USAGE, EditorError
from .shot_log import MOODS, Light, Movement, Place, Placed, Seen, Size

VOCABULARIES: dict[str, tuple[str, ...]] = {
    "mood": MOODS,
    "size": tuple(word for word in get_args(Size) if word),
    "movement": tuple(word for word in get_args(Movement) if word),
    "place": tuple(word for word in get_args(Place) if word),
    "light": tuple(word for word in get_args(Light) if word),
}
"""The conditions whose words are known beforehand."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


@dataclass(frozen=True)
class Query:
    """Each text holds alternatives between commas, of which one must fit; upper and lower case are the same, `*` stands for anything.
    "": no condition. `words` are said one after the other. `quality` 0..1 and `seconds` are (least, most), None: no condition.

    `every`: all conditions must hold, else any. `other`: what does not fit is meant instead.
    """

    mood: str = ""
    person: str = ""
    object: str = ""
    concept: str = ""
    size: str = ""
    movement: str = ""
    place: str = ""
    light: str = ""
    flaw: str = ""
    words: str = ""
    quality: tuple[float, float] | None = None
    seconds: tuple[float, float] | None = None
    every: bool = True
    other: bool = False


def chosen(placed: Iterable[Placed], query: Query, rate: Fraction) -> tuple[Placed, ...]:
    """The shots that are meant, in their order. What is not known of a shot fits no condition.

    Raises `EditorError(USAGE)` where no condition is given, or one asks for a word that does not exist.
    """
    tests = _tests(query, rate)
    if not tests:
        raise EditorError("No condition is given.", "Fill in at least one: a mood, a person, an object …", USAGE)
    fits = all if query.every else any
    return tuple(shot for shot in placed if fits(test(shot) for test in tests) != query.other)


def told(query: Query) -> str:
    """The conditions in words, for a report: "mood sad, person Anna"."""
    parts = [f"{one.name} {value}" for one in fields(query) if isinstance(value := getattr(query, one.name), str) and value.strip()]
    if query.quality is not None:
        parts.append(f"quality {query.quality[0]:.0%} to {query.quality[1]:.0%}")
    if query.seconds is not None:
        least, most = query.seconds
        parts.append(f"{least:g} s or longer" if most == float("inf") else f"{least:g} to {most:g} s")
    return ("not: " if query.other else "") + (", " if query.every else " or ").join(parts)


def counted(query: Query, shots: int, strips: int, mixed: int) -> str:
    """What was found, in sentences. `mixed`: how many of the strips hold other shots too."""
    if not shots:
        return f"No shot fits: {told(query)}."
    found = f"{shots} shot{'' if shots == 1 else 's'} in {strips} strip{'' if strips == 1 else 's'}: {told(query)}."
    if mixed:
        found += f" {mixed} of these strips {'holds' if mixed == 1 else 'hold'} other shots too; Detect Shots cuts them."
    return found


def labels(placed: Sequence[Placed], condition: str) -> list[str]:
    """What a condition could ask for among these shots, the most frequent first; words are not listed."""
    counted: dict[str, int] = {}
    for shot in placed:
        for label in dict.fromkeys(_labels(shot, condition)):
            counted[label] = counted.get(label, 0) + 1
    return sorted(counted, key=lambda label: (-counted[label], label))


def _labels(shot: Placed, condition: str) -> Sequence[str]:
    log = shot.logged
    seen: dict[str, Sequence[Seen]] = {"person": log.people, "object": log.objects, "concept": log.concepts}
    if condition in seen:
        return [one.label for one in seen[condition]]
    if condition == "mood":
        return [log.mood.label] if log.mood else []
    if condition == "flaw":
        return log.flaws
    value = {"size": log.size, "movement": log.movement, "place": log.place, "light": log.light}.get(condition, "")
    return [value] if value else []


def _tests(query: Query, rate: Fraction) -> list[Callable[[Placed], bool]]:
    tests: list[Callable[[Placed], bool]] = []
    for name in ("mood", "person", "object", "concept", "size", "movement", "place", "light", "flaw"):
        wanted = alternatives(getattr(query, name))
        if wanted:
            _refuse_unknown(name, wanted)
            tests.append(lambda shot, name=name, wanted=wanted: _fits(shot, name, wanted))  # type: ignore[misc]
    phrases = [_spelt(phrase) for phrase in alternatives(query.words)]
    if phrases:
        tests.append(lambda shot: any(_says(_spelt(shot.logged.words), phrase) for phrase in phrases))
    if query.quality is not None:
        least, most = query.quality
        tests.append(lambda shot: bool(shot.logged.quality or shot.logged.grade) and least <= shot.logged.grade <= most)
    if query.seconds is not None:
        shortest, longest = query.seconds
        tests.append(lambda shot: shortest <= float(shot.frames.length / rate) <= longest)
    return tests


def alternatives(text: str) -> list[str]:
    """What stands between commas, in small letters."""
    return [part for one in text.split(",") if (part := " ".join(one.split()).casefold())]


def _refuse_unknown(name: str, wanted: Sequence[str]) -> None:
    known = VOCABULARIES.get(name)
    for word in wanted:
        if known is not None and not any(fnmatchcase(one, word) for one in known):
            raise EditorError(f"There is no {name} {word!r}.", f"There are {', '.join(known)}.", USAGE)


def _fits(shot: Placed, name: str, wanted: Sequence[str]) -> bool:
    if name == "person" and "*" in wanted and shot.logged.faces:
        return True  # somebody, whoever it is
    return any(fnmatchcase(label.casefold(), one) for label in _labels(shot, name) for one in wanted)


def _spelt(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace(_APOSTROPHE, "'"))


def _says(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether the words hold the phrase, in one piece."""
    return bool(phrase) and any(words[at : at + len(phrase)] == list(phrase) for at in range(len(words) - len(phrase) + 1))
