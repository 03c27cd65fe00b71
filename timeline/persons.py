"""Who is who: faces of several media told apart and known again, and what the editor says of them: names, joins, partings. Pure.

A face (`FaceTrack`) is described by a vector; those of one person lie nearer to each other than 1. Faces are grouped (`face_groups`), and
each group is the person of the register whose views it is nearest to, within the same bound, or a stranger with a number.
What the editor said of a face holds for that face, whatever its vector says.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, DEFECT, EditorError
from ..ml.facts import EXPRESSIONS, Faces, FaceTrack, Span
from .face_groups import SAME, distances, grouped
from .face_places import rows_in
from .seen import boxes, lasting, looks_in, prominence, together
from .shot_log import Seen

SCHEMA = "assistant_editor.faces/1"
KEPT, UNLIKE = 12, 0.35
"""Views of a person that are kept to know him by, and how unlike each other they are at least, in bounds."""
COMPARED = 60
"""Faces of a group that are compared with a person's views, those seen longest."""
STRANGER = "Person {}"


@dataclass(frozen=True)
class Person:
    """Somebody of whom the editor has said something. `number` is never given again; `name` "" is a stranger.

    `given`: the faces (`key`) he said are this one. `views`: base64 of float16 vectors, made by the network `known_by`.
    """

    number: int
    name: str = ""
    given: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    known_by: str = ""


@dataclass(frozen=True)
class Register:
    """`consent`: people may be known by their faces on this computer. `last`: the last number that was given."""

    consent: bool = False
    last: int = 0
    persons: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Persons:
    """What the faces of some media are called, by `key`. `named` are the names that the editor gave."""

    names: Mapping[str, str] = field(default_factory=dict)
    named: frozenset[str] = frozenset()

    def of(self, track: FaceTrack) -> str:
        """ "" for a face that cannot be known, unless the editor said whose it is."""
        return self.names.get(key(track), "")


def load(text: str) -> Register:
    """Raises `EditorError` for text that is none of `dump`'s."""
    if not text:
        return Register()
    try:
        data = json.loads(text)
        if data.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        return from_json(Register, data)
    except (ValueError, KeyError, TypeError, AttributeError, EditorError) as reason:
        raise EditorError(
            "The people this computer knows cannot be read.", "Press Forget Everyone, and name them again.", DEFECT, repr(reason)
        ) from reason


def dump(register: Register) -> str:
    return json.dumps({"schema": SCHEMA, **to_json(register)}) + "\n"


def key(track: FaceTrack) -> str:
    """Tells one face of these very facts from all others, without saying what it looks like."""
    return sha256((track.identity or f"{track.samples[0]} {track.boxes}").encode()).hexdigest()[:20]


def vector(track: FaceTrack) -> Any:
    """float32 (width,)."""
    return np.frombuffer(b64decode(track.identity), "<f4")


@dataclass(frozen=True)
class _Cast:
    """The faces of some media that can be known, as arrays: `together` are pairs of them that are seen at one time."""

    keys: tuple[str, ...]
    vectors: Any
    weights: Any
    together: tuple[tuple[int, int], ...]
    known_by: str


def _cast(facts: Mapping[str, Faces]) -> _Cast:
    """Those described by the network that described most of them."""
    by = [one.known_by for one in facts.values() for track in one.tracks if track.identity]
    network = max(dict.fromkeys(by), key=by.count) if by else ""
    keys: list[str] = []
    rows: list[Any] = []
    weights: list[float] = []
    together: set[tuple[int, int]] = set()
    for one in facts.values():
        if one.known_by != network:
            continue
        here: dict[int, list[int]] = {}
        for track in one.tracks:
            if not track.identity:
                continue
            for sample in track.samples:
                here.setdefault(sample, []).append(len(keys))
            keys.append(key(track))
            rows.append(vector(track))
            weights.append(float(len(track.samples)))
        for seen in here.values():
            together.update((one, other) for place, one in enumerate(seen) for other in seen[place + 1 :])
    vectors = np.stack(rows) if rows else np.zeros((0, 1), np.float32)
    return _Cast(tuple(keys), vectors, np.array(weights), tuple(sorted(together)), network)


def known(facts: Mapping[str, Faces], register: Register) -> Persons:
    """What every face of these media (medium -> facts) is called: a person's name, else "Person 1" and so on, the same in all media."""
    cast = _cast(facts)
    owner = {face: person.number for person in register.persons for face in person.given}
    whose = np.array([owner.get(face, 0) for face in cast.keys])
    free = np.flatnonzero(whose == 0)
    place = {int(face): row for row, face in enumerate(free)}
    pairs = [(place[one], place[other]) for one, other in cast.together if one in place and other in place]
    labels = grouped(cast.vectors[free], cast.weights[free], pairs)
    groups = [free[labels == label] for label in range(int(labels.max(initial=-1)) + 1)]
    _match(cast, groups, register, whose)
    told = {face: owner[face] for one in facts.values() for track in one.tracks if not track.identity and (face := key(track)) in owner}
    return _named(cast, groups, register, whose, told)


def _match(cast: _Cast, groups: Sequence[Any], register: Register, whose: Any) -> None:
    """Enters the register's persons for the groups that are theirs, the nearest first; nobody is seen twice at one time."""
    others: dict[int, set[int]] = {}
    for one, other in cast.together:
        others.setdefault(one, set()).add(other)
        others.setdefault(other, set()).add(one)
    pairs = []
    for person in register.persons:
        views = _views(person, cast)
        for place, group in enumerate(groups if views is not None else ()):
            longest = group[np.argsort(-cast.weights[group], kind="stable")[:COMPARED]]
            # To the nearest view: two looks of one person, with a beard and without, are both his.
            pairs.append((float(distances(cast.vectors[longest], views).min(axis=1).mean()), place, person.number))
    for far, place, number in sorted(pairs):
        if far > SAME:
            break
        barred = {int(whose[other]) for face in groups[place] for other in others.get(int(face), ())}
        if whose[groups[place][0]] == 0 and number not in barred:
            whose[groups[place]] = number


def _named(cast: _Cast, groups: Sequence[Any], register: Register, whose: Any, told: Mapping[str, int]) -> Persons:
    """Everybody takes a number in the order in which they are first seen, so that strangers keep theirs when others are named.

    `told`: whose the faces are that nobody described, as the editor said.
    """
    called = {person.number: person.name for person in register.persons if person.name}
    group_of = {int(face): number for number, group in enumerate(groups) for face in group}
    labels: dict[tuple[str, int], str] = {}
    names, count = {}, 0
    for face, identity in enumerate(cast.keys):
        number = int(whose[face])
        one = ("person", number) if number else ("group", group_of[face])
        if one not in labels:
            count += 1
            labels[one] = called.get(number) or STRANGER.format(count)
        names[identity] = labels[one]
    for identity, number in told.items():
        if ("person", number) not in labels:
            count += 1
            labels["person", number] = called.get(number) or STRANGER.format(count)
        names[identity] = labels["person", number]
    return Persons(names, frozenset(called.values()).intersection(names.values()))


def _views(person: Person, cast: _Cast) -> Any:
    """float32 (views, width); None where there are none that can be compared."""
    if not person.views or person.known_by != cast.known_by:
        return None
    return np.stack([np.frombuffer(b64decode(view), "<f2") for view in person.views]).astype(np.float32)


def rename(register: Register, facts: Mapping[str, Faces], before: str, after: str) -> Register:
    """Whoever is called `before` is called `after` from now on. Where somebody has that name already, the two are one person.

    Raises `EditorError(BAD_INPUT)` where nobody is called `before`, or the name is one that strangers have.
    """
    after = " ".join(after.split())
    persons = known(facts, register)
    faces = _faces_of(persons, before)
    if not after or after == before:
        return register
    if after in persons.names.values():
        return merge(register, facts, before, after)
    _refuse_strangers(after)
    old = _person(register, persons, before)
    elsewhere = next((one for one in register.persons if one.name == after), None)
    register, person = (register, elsewhere or old) if elsewhere or old else _new(register)
    assert person is not None
    given = tuple(dict.fromkeys((*person.given, *(old.given if old else ()), *sorted(faces))))
    return _put(register, facts, replace(person, name=after, given=given), (old,) if old is not None and old != person else ())


def merge(register: Register, facts: Mapping[str, Faces], one: str, other: str) -> Register:
    """The two are one person, called as `other` is, or as `one` is where only that is a name.

    Raises `EditorError(BAD_INPUT)` where nobody is called so.
    """
    persons = known(facts, register)
    faces = _faces_of(persons, one) | _faces_of(persons, other)
    if one == other:
        return register
    name = other if other in persons.named else one if one in persons.named else ""
    both = [person for person in (_person(register, persons, other), _person(register, persons, one)) if person is not None]
    register, person = (register, both[0]) if both else _new(register)
    given = tuple(dict.fromkeys((*(face for entry in both for face in entry.given), *sorted(faces))))
    return _put(register, facts, replace(person, name=name, given=given), both[1:])


def give(register: Register, facts: Mapping[str, Faces], name: str, faces: Iterable[str]) -> Register:
    """These faces (`key`) are `name`'s: somebody who is there already, or somebody new. For those too that nobody can know by themselves.

    Raises `EditorError(BAD_INPUT)` where none of them is in these facts, or the name is one that strangers have.
    """
    name, persons = " ".join(name.split()), known(facts, register)
    given = {key(track) for one in facts.values() for track in one.tracks}.intersection(faces)
    theirs = {face for face, called in persons.names.items() if called == name}
    if not given or not name:
        raise EditorError("No face is meant." if name else "No name is given.", "Go to where the face is seen, and type a name.", BAD_INPUT)
    if not theirs:
        _refuse_strangers(name)
    there = _person(register, persons, name) or next((one for one in register.persons if one.name == name), None)
    register, person = (register, there) if there else _new(register)
    called = "" if theirs and name not in persons.named else name
    return _put(register, facts, replace(person, name=called, given=tuple(dict.fromkeys((*person.given, *sorted(theirs | given))))), ())


def _refuse_strangers(name: str) -> None:
    if name.startswith(STRANGER.format("")) and name.split()[-1].isdigit():
        raise EditorError(f"{name!r} is what people without a name are called.", "Choose another name.", BAD_INPUT)


def split(register: Register, facts: Mapping[str, Faces], name: str, faces: Iterable[str]) -> Register:
    """These faces (`key`) are not `name` but somebody else, whom nobody has named yet.

    Raises `EditorError(BAD_INPUT)` where none of them, or all of them, are `name`'s.
    """
    persons = known(facts, register)
    every = _faces_of(persons, name)
    parted = every.intersection(faces)
    if not parted or parted == every:
        what = f"None of these faces is {name}'s." if not parted else f"Every face of {name} is meant: there is nobody to part them from."
        raise EditorError(what, "Choose the shots in which it is somebody else.", BAD_INPUT)
    old = _person(register, persons, name)
    if old is None:
        register, old = _new(register)
    register = _put(register, facts, replace(old, given=tuple(sorted((set(old.given) | every) - parted))), (), afresh=True)
    register, other = _new(register)
    return _put(register, facts, replace(other, given=tuple(sorted(parted))), ())


def _faces_of(persons: Persons, name: str) -> set[str]:
    faces = {face for face, called in persons.names.items() if called == name}
    if not faces:
        there = ", ".join(sorted(set(persons.names.values()))) or "nobody"
        raise EditorError(f"There is nobody called {name!r}.", f"There are: {there}.", BAD_INPUT)
    return faces


def _person(register: Register, persons: Persons, name: str) -> Person | None:
    """The entry that these facts' `name` stands for, None for a stranger of whom nothing was said."""
    if name in persons.named:
        return next((person for person in register.persons if person.name == name), None)
    faces = {face for face, called in persons.names.items() if called == name}
    return next((person for person in register.persons if not person.name and faces.intersection(person.given)), None)


def _new(register: Register) -> tuple[Register, Person]:
    return replace(register, last=register.last + 1), Person(register.last + 1)


def _put(register: Register, facts: Mapping[str, Faces], person: Person, gone: Sequence[Person], afresh: bool = False) -> Register:
    """With this entry as it is now, and views of the faces it was given; without those in `gone`, whose views it takes over."""
    cast = _cast(facts)
    theirs = [place for place, face in enumerate(cast.keys) if face in set(person.given)]
    theirs.sort(key=lambda place: -cast.weights[place])
    rows = [cast.vectors[place] for place in theirs]
    for one in (person, *gone):
        views = None if afresh else _views(one, cast)
        rows += [] if views is None else list(views)
    kept: list[Any] = []
    for row in rows:
        if len(kept) < KEPT and all(float(np.linalg.norm(row - other)) >= UNLIKE for other in kept):
            kept.append(row)
    person = replace(person, views=tuple(b64encode(row.astype("<f2").tobytes()).decode() for row in kept), known_by=cast.known_by)
    numbers = {person.number, *(one.number for one in gone)}
    others = [replace(one, given=tuple(face for face in one.given if face not in person.given)) for one in register.persons]
    return replace(register, persons=(*(one for one in others if one.number not in numbers), person))


def people_in(faces: Faces, span: Span, persons: Persons) -> tuple[Seen, ...]:
    """Everybody who is known or at least numbered and seen within `span`, those who fill the picture most for longest first."""
    within, spent = looks_in(faces.seconds, span), lasting(faces.seconds, span)
    tracks: dict[str, list[FaceTrack]] = {}
    for track in faces.tracks:
        if rows_in(track, within) and (name := persons.of(track)):
            tracks.setdefault(name, []).append(track)
    found = [together(name, faces.seconds, faces.picture, several, span, spent) for name, several in tracks.items()]
    there = [one for one in found if one is not None]
    return tuple(sorted(there, key=lambda one: (-one.seconds * one.prominence, one.label)))


def faces_in(faces: Faces, span: Span) -> int:
    """How many faces are seen at one time at most."""
    within = looks_in(faces.seconds, span)
    counts = np.zeros(len(within), np.int64)
    for track in faces.tracks:
        rows = rows_in(track, within)
        if rows:
            counts[np.array(track.samples[rows.start : rows.stop]) - within.start] += 1
    return int(counts.max(initial=0))


def expressions_in(faces: Faces, span: Span) -> Any:
    """Mean shares of `EXPRESSIONS` (7,) float64, adding up to 1; larger faces count for more. None where none was read."""
    within = looks_in(faces.seconds, span)
    total = np.zeros(len(EXPRESSIONS))
    for track in faces.tracks:
        rows = rows_in(track, within) if track.expressions else range(0)
        if rows:
            shares = np.frombuffer(b64decode(track.expressions), np.uint8).reshape(-1, len(EXPRESSIONS))[rows.start : rows.stop] / 255
            total += (shares * prominence(boxes(track)[rows.start : rows.stop], *faces.picture)[:, None]).sum(axis=0)
    return total / total.sum() if total.sum() > 0 else None
