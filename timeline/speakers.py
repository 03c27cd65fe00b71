"""Who is who: voices of several media known again by what they sound like, their names, and which words they say. Pure.

A voice is a unit vector (`Speakers.voices`). Two vectors of one person have a mean cosine of .88, in 20 of 21 pairs more than .81; of two
people in different recordings .52, never more than .76 (measured with the GE2E encoder on nine voices, docs/accuracy.md). Within one
recording nobody is two speakers, so there each name is given once, to the most alike.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

import numpy as np

from ..ml.codec import from_json, to_json
from ..ml.errors import DEFECT, EditorError
from ..ml.facts import Speakers

SAME = 0.8
"""Cosine from which two voices count as one person."""
SCHEMA = "assistant_editor.people/1"
Voice = tuple[str, int]
"""A medium and the number of a speaker in it."""


@dataclass(frozen=True)
class Person:
    """`given`: the voices (`key`) to which the editor gave this name. `sound`: base64 of a float16 unit vector, "" when not kept."""

    name: str
    given: tuple[str, ...] = ()
    sound: str = ""


@dataclass(frozen=True)
class People:
    """Everybody the editor has named."""

    persons: tuple[Person, ...] = ()


def load(text: str) -> People:
    """Raises `EditorError` for text that is none of `dump`'s."""
    if not text:
        return People()
    try:
        data = json.loads(text)
        if data.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        return from_json(People, data)
    except (ValueError, KeyError, TypeError, AttributeError, EditorError) as reason:
        raise EditorError(
            "The speakers' names of this scene cannot be read.", "Press Forget Voices, and name them again.", DEFECT, repr(reason)
        ) from reason


def dump(people: People) -> str:
    return json.dumps({"schema": SCHEMA, **to_json(people)}) if people.persons else ""


def vectors(facts: Speakers) -> Any:
    """float32 (speakers, width), rows of length one."""
    return np.frombuffer(b64decode(facts.voices), "<f4").reshape(-1, facts.width)


def key(facts: Speakers, number: int) -> str:
    """Tells one speaker of these very facts from all others, without saying what he sounds like."""
    return f"{sha256(facts.voices.encode()).hexdigest()[:20]}/{number}"


def named(facts: Mapping[str, Speakers], people: People) -> dict[Voice, str]:
    """What every speaker of these media is called: the name he was given, else the number of the voice, the same in all media."""
    known = {medium: vectors(one) for medium, one in facts.items()}
    given = {voice: person.name for person in people.persons for voice in person.given}
    names: dict[Voice, str] = {}
    for medium, one in facts.items():
        for number in range(len(known[medium])):
            name = given.get(key(one, number))
            if name is not None:
                names[medium, number] = name
    kept = [(person.name, _sound(person)) for person in people.persons if person.sound]
    _match(known, kept, names)
    _number(known, names, {person.name for person in people.persons})
    return names


def _match(known: Mapping[str, Any], kept: Sequence[tuple[str, Any]], names: dict[Voice, str]) -> None:
    """Adds the names of voices that sound like somebody who is known; in each medium the most alike first."""
    for medium, voices in known.items():
        pairs = [
            (float(voice @ sound), number, name)
            for number, voice in enumerate(voices)
            for name, sound in kept
            if len(sound) == len(voice)
        ]
        for alike, number, name in sorted(pairs, reverse=True):
            if alike >= SAME and (medium, number) not in names and name not in _used(medium, names):
                names[medium, number] = name


def _number(known: Mapping[str, Any], names: dict[Voice, str], taken: set[str]) -> None:
    """Names for everybody else: "Speaker 1" and so on, one for a voice in whatever media it is heard."""
    strangers: list[tuple[str, Any]] = []
    count = 0
    for medium, voices in known.items():
        _match({medium: voices}, strangers, names)
        for number, voice in enumerate(voices):
            if (medium, number) not in names:
                count += 1
                while f"Speaker {count}" in taken:
                    count += 1
                names[medium, number] = f"Speaker {count}"
                strangers.append((names[medium, number], voice))


def _used(medium: str, names: Mapping[Voice, str]) -> set[str]:
    return {name for (where, _number), name in names.items() if where == medium}


def rename(people: People, facts: Mapping[str, Speakers], before: str, after: str, keep_sound: bool) -> People:
    """Everybody who is called `before` is called `after` from now on. Several voices may bear one name: they are one person then.

    `keep_sound`: what he sounds like is kept too, so that he is known again in other media.
    """
    after = after.strip()
    names = named(facts, people)
    voices = [voice for voice, name in names.items() if name == before]
    if not after or after == before or not voices:
        return people
    there = next((person for person in people.persons if person.name == after), Person(after))
    old = next((person for person in people.persons if person.name == before), Person(before))
    given = tuple(dict.fromkeys((*there.given, *old.given, *(key(facts[medium], number) for medium, number in voices))))
    sounds = [vectors(facts[medium])[number] for medium, number in voices]
    sound = _packed(sounds) if keep_sound else ""
    person = Person(after, given, sound or there.sound or old.sound)
    return People((*(one for one in people.persons if one.name not in (before, after)), person))


def forgotten(people: People, sounds_only: bool) -> People:
    """Without what anybody sounds like; without names too, unless `sounds_only`."""
    return People(tuple(replace(person, sound="") for person in people.persons)) if sounds_only else People()


def talk(facts: Mapping[str, Speakers], names: Mapping[Voice, str], shown: Mapping[str, Sequence[Any]]) -> dict[str, Fraction]:
    """Seconds each name is heard, most first. `shown`: the spans of each medium that stand on the timeline, apart from each other."""
    total: dict[str, Fraction] = {}
    for medium, one in facts.items():
        for turn in one.turns:
            name = names.get((medium, turn.speaker), "")
            heard = sum((turn.span.overlap(span) for span in shown.get(medium, ())), Fraction(0))
            if name and heard:
                total[name] = total.get(name, Fraction(0)) + heard
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _sound(person: Person) -> Any:
    return np.frombuffer(b64decode(person.sound), "<f2").astype(np.float32)


def _packed(voices: Sequence[Any]) -> str:
    mean = np.mean(voices, axis=0)
    return b64encode((mean / max(float(np.linalg.norm(mean)), 1e-9)).astype("<f2").tobytes()).decode()


def joined(parts: Sequence[Speakers]) -> tuple[tuple[Any, ...], str]:
    """(turns, voices) of parts of one medium that lie apart, speakers known again from part to part."""
    known = {str(place): vectors(part) for place, part in enumerate(parts)}
    names: dict[Voice, str] = {}
    _number(known, names, set())
    order = list(dict.fromkeys(names[str(place), turn.speaker] for place, part in enumerate(parts) for turn in part.turns))
    turns = [replace(turn, speaker=order.index(names[str(place), turn.speaker])) for place, part in enumerate(parts) for turn in part.turns]
    rows = []
    for name in order:
        same = [known[place][number] for (place, number), other in names.items() if other == name]
        mean = np.mean(same, axis=0)
        rows.append(mean / max(float(np.linalg.norm(mean)), 1e-9))
    packed = b64encode(np.stack(rows).astype("<f4").tobytes()).decode() if rows else ""
    return tuple(sorted(turns, key=lambda turn: turn.span.start)), packed
