"""A search in plain language ("close-ups of Anna, smiling, outside") -> what is wished for. Pure.

Lengths, files and what is said are told by their wording; all else by the longest phrase that the tables (`search_words`), the library's
own labels or the names of people know. What is left over is looked for as words and by its meaning, and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from . import search_words as words

What = Literal["label", "size", "movement", "place", "light", "mood", "seconds", "grade", "faces", "file"]
Order = Literal["", "grade", "longest", "shortest"]
INFINITE = float("inf")
SHORT, LONG = 3.0, 10.0
"""Seconds of what is called a short or a long shot."""
FINE, POOR = 0.6, 0.35
"""Grades from which a picture is called good, and up to which it is called bad."""


@dataclass(frozen=True)
class Test:
    """One way to meet a wish. A "label" is of `kind` and `value`, other words are `value`s; numbers lie from `least` to `most`.

    `weight` 0..1: a sign of another thing counts less.
    """

    what: What
    value: str = ""
    kind: str = ""
    least: float = -INFINITE
    most: float = INFINITE
    weight: float = 1.0


@dataclass(frozen=True)
class Wish:
    """What a shot is to have, met by the best of its `tests`. `asked` is how it was written, `meant` how it was understood.

    `must`: nothing else will do. `unwanted`: a shot is to be without it.
    """

    asked: str
    meant: str
    tests: tuple[Test, ...]
    must: bool = False
    unwanted: bool = False


@dataclass(frozen=True)
class Query:
    """`phrases` are to be said word for word, `spoken` are words to be said, `topic` is what is talked about, `rest` what no table knew.

    `scene` is what the picture is to show, in words for an image-text model; "" where nothing of the kind is asked for.
    """

    text: str
    wishes: tuple[Wish, ...] = ()
    phrases: tuple[str, ...] = ()
    spoken: str = ""
    topic: str = ""
    rest: str = ""
    scene: str = ""
    order: Order = ""

    @property
    def meaning(self) -> str:
        """What is to be read for its meaning, "" where nothing is."""
        return self.topic or self.rest or " ".join(self.phrases) or self.spoken

    def __bool__(self) -> bool:
        return bool(self.wishes or self.phrases or self.spoken or self.topic or self.rest or self.order)


_QUOTED = re.compile(r'(?:\b(?:says?|saying|said|mentions?|mentioning)\b[\s:,]*)?["“”„«»]([^"“”„«»]+)["“”„«»]', re.IGNORECASE)
_UNIT = r"\s*(milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|min|m|hours?|h)\b"
_NUMBER = r"(\d+(?:[.,]\d+)?|" + "|".join(words.NUMBERS) + r"|half a|a)"
_FACTORS = {"ms": 0.001, "mi": 60.0, "m": 60.0, "h": 3600.0, "s": 1.0}
_LENGTHS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), way)
    for pattern, way in (
        (rf"\b(?:between|from)\s+{_NUMBER}(?:{_UNIT})?\s+(?:and|to)\s+{_NUMBER}{_UNIT}(?:\s+long)?", "between"),
        (rf"\b{_NUMBER}\s*(?:-|\u2013|to)\s*{_NUMBER}{_UNIT}(?:\s+long)?", "range"),
        (
            rf"(?:\b(?:longer|more|greater)\s+than|\bover|\babove|\bat\s+least|\bminimum(?:\s+of)?|>=?)\s*{_NUMBER}{_UNIT}(?:\s+long)?",
            "least",
        ),
        (
            rf"(?:\b(?:shorter|less|fewer)\s+than|\bunder|\bbelow|\bat\s+most|\bup\s+to|\bmaximum(?:\s+of)?|<=?)\s*{_NUMBER}{_UNIT}(?:\s+long)?",
            "most",
        ),
        (rf"\b(?:about|around|roughly|ca\.?)\s+{_NUMBER}{_UNIT}(?:\s+long)?", "about"),
        (rf"\b{_NUMBER}{_UNIT}\s+long\b", "about"),
    )
)
_FILE = re.compile(r"\b(?:in|from|of)?\s*(?:the\s+)?(?:file|folder|reel)s?\s*[:=]?\s+([^\s,;]+)", re.IGNORECASE)
_MEDIUM = re.compile(
    r"\b(?:in|from|of)?\s*([\w\-]+\.(?:mp4|mov|mkv|avi|mxf|webm|m4v|mpg|mpeg|mts|wav|mp3|flac|m4a|ogg|aac))\b", re.IGNORECASE
)
_TALK = re.compile(
    r"\b(?:(?:talk|speak|chat|sing)(?:s|ing|ed)?\s+(?:about|of)|discuss(?:es|ing|ed)?|about|on the subject of|regarding)\s+"
    r"([^,;]+?)(?=[,;]|\s+(?:in|at|with|while|outside|inside|longer|shorter|from)\b|$)",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:says?|saying|said|mentions?|mentioning)\s+([^,;]+)", re.IGNORECASE)
_PEOPLE = re.compile(rf"\b(\d+|{'|'.join(words.NUMBERS)})\s+(?:people|persons?|faces|men|women|children|kids)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_POSSESSIVE = re.compile("['\u2019]s$")
_LONGEST = 5


@dataclass
class _Reading:
    """The text, from which whatever was understood is taken out. `wishes` come with the place at which they were written."""

    left: str
    wishes: list[tuple[int, Wish]] = field(default_factory=list)

    def take(self, start: int, end: int) -> None:
        self.left = self.left[:start] + " " * (end - start) + self.left[end:]

    def add(self, at: int, wish: Wish) -> None:
        self.wishes.append((at, wish))


def parse(text: str, known: Mapping[str, Sequence[str]]) -> Query:
    """What `text` asks for. `known`: kind of label -> the library's labels of that kind; those of kind "person" are names."""
    reading = _Reading(text)
    phrases = tuple(" ".join(found.group(1).split()) for found in _each(reading, _QUOTED))
    _lengths(reading)
    for pattern in (_FILE, _MEDIUM):
        for found in _each(reading, pattern):
            name = found.group(1)
            reading.add(found.start(), Wish(name, f"in {name}", (Test("file", name),), must=True))
    topic = " ".join(found.group(1).strip() for found in _each(reading, _TALK))
    spoken = " ".join(found.group(1).strip() for found in _each(reading, _SAYS))
    scene = reading.left
    for found in _each(reading, _PEOPLE):
        reading.add(found.start(), _several(found.group(0), _number(found.group(1))))
    order, rest = _by_tables(reading, known)
    wishes = tuple(wish for _at, wish in sorted(reading.wishes, key=lambda item: item[0]))
    return Query(text.strip(), wishes, phrases, spoken, topic, rest, _shown(scene, wishes, known, rest), order)


def _each(reading: _Reading, pattern: re.Pattern[str]) -> Iterable[re.Match[str]]:
    """Every match, taken out of what is left to read."""
    found = list(pattern.finditer(reading.left))
    for match in found:
        reading.take(*match.span())
    return [match for match in found if match.group(1).strip()]


def _number(text: str) -> float:
    lowered = text.lower()
    if lowered in ("a", "half a"):
        return 1.0 if lowered == "a" else 0.5
    return float(words.NUMBERS[lowered]) if lowered in words.NUMBERS else float(lowered.replace(",", "."))


def _seconds(number: str, unit: str) -> float:
    lowered = unit.lower()
    return _number(number) * next(factor for begins, factor in _FACTORS.items() if lowered.startswith(begins))


def _lengths(reading: _Reading) -> None:
    for pattern, way in _LENGTHS:
        for found in _each(reading, pattern):
            groups = found.groups()
            least, most = 0.0, INFINITE
            if way in ("between", "range"):
                first, unit = (groups[0], groups[1] or groups[3]) if way == "between" else (groups[0], groups[2])
                least, most = _seconds(first, unit), _seconds(groups[-2], groups[-1])
            elif way == "least":
                least = _seconds(groups[0], groups[1])
            elif way == "most":
                most = _seconds(groups[0], groups[1])
            else:
                middle = _seconds(groups[0], groups[1])
                least, most = middle * 0.75, middle * 1.25
            asked = " ".join(found.group(0).split())
            reading.add(found.start(), Wish(asked, asked, (Test("seconds", least=least, most=most),), must=True))


def _several(asked: str, count: float) -> Wish:
    tests = [Test("faces", least=count, most=count)]
    if count == 2:
        tests.append(Test("label", "two people", "concept"))
    elif count >= 3:
        tests += [Test("faces", least=count + 1, weight=0.5), Test("label", "group" if count < 8 else "crowd", "concept", weight=0.7)]
    return Wish(asked, asked.lower(), tuple(tests))


def _by_tables(reading: _Reading, known: Mapping[str, Sequence[str]]) -> tuple[Order, str]:
    """Phrases the tables know, the longest first; the order that is asked for, and the words that are left over."""
    table = _table(tuple((kind, tuple(labels)) for kind, labels in sorted(known.items())))
    found = [(match.group(0), match.start()) for match in _WORD.finditer(reading.left.replace("-", " "))]
    order: Order = ""
    unwanted, either, after_wish, rest, at = False, False, False, [], 0
    while at < len(found):
        word, where = found[at]
        lowered = word.casefold()
        size, wish = _longest(found, at, table)
        if wish is None and lowered in words.NOT:
            unwanted = True
        elif wish is None and lowered == "or":
            either = after_wish
        elif wish is None and lowered in ("longest", "shortest"):
            order = "longest" if lowered == "longest" else "shortest"
        elif wish is None:
            if lowered not in words.STOP:
                rest.append(word)
                unwanted = either = after_wish = False
        else:
            if wish.meant == "best":
                order = "grade"
            if either and not unwanted:
                before_at, before = reading.wishes.pop()
                joined = replace(before, asked=f"{before.asked} or {wish.asked}", meant=f"{before.meant} or {wish.meant}")
                reading.add(before_at, replace(joined, tests=(*before.tests, *wish.tests), must=before.must and wish.must))
            else:
                reading.add(where, replace(wish, unwanted=unwanted != wish.unwanted, must=wish.must and not unwanted))
            after_wish, unwanted, either = not (unwanted or wish.must), False, False
        at += max(1, size)
    return order, " ".join(rest)


def _longest(found: Sequence[tuple[str, int]], at: int, table: Mapping[tuple[str, ...], tuple[Wish, bool]]) -> tuple[int, Wish | None]:
    """How many words, and what they mean, of the longest phrase that begins here."""
    for size in range(min(_LONGEST, len(found) - at), 0, -1):
        written = [word for word, _where in found[at : at + size]]
        key = tuple(words.stem(_POSSESSIVE.sub("", word.casefold())) for word in written)
        entry = table.get(key)
        if entry is not None and (not entry[1] or written[0][:1].isupper()):
            asked = " ".join(written)
            return size, replace(entry[0], asked=asked)
        if entry is not None and (other := table.get((*key, ""))) is not None:
            return size, replace(other[0], asked=" ".join(written))
    return 0, None


@lru_cache(maxsize=8)
def _table(known: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[tuple[str, ...], tuple[Wish, bool]]:
    """Stems of a phrase -> what it means, and whether only with a capital: a name that is a word too ("Rose", "Will")."""
    table: dict[tuple[str, ...], tuple[Wish, bool]] = {}

    def put(phrase: str, meant: str, *tests: Test, must: bool = False, unwanted: bool = False, only_new: bool = False) -> None:
        key = words.stems(phrase)
        if key in table and not only_new:
            old = table[key][0]
            table[key] = (replace(old, tests=tuple(dict.fromkeys((*old.tests, *tests)))), False)
        elif key and key not in table:
            table[key] = (Wish(phrase, meant, tests, must, unwanted), False)

    for phrase, size in words.entries(words.SIZES):
        put(phrase, size, *_sizes(size))
    for phrase, sizes in words.SEVERAL_SIZES.items():
        put(phrase, phrase, *(Test("size", size) for size in sizes))
    for phrase, mood in words.entries(words.MOODS):
        face = words.FACE_OF_MOOD.get(mood)
        kin = (Test("mood", other, weight=weight) for other, weight in words.KIN.get(mood, {}).items())
        put(phrase, mood, Test("mood", mood), *kin, *([Test("label", face, "expression", weight=0.7)] if face else []))
    for phrase, face in words.entries(words.FACES):
        put(phrase, f"{face} in a face", Test("label", face, "expression"))
    put("dark", "dark", Test("light", "night", weight=0.6), Test("label", "too dark", "flaw", weight=0.6))
    for column, several in (("place", words.PLACES), ("light", words.LIGHTS), ("movement", words.MOVEMENTS)):
        for phrase, value in words.entries(several):
            put(phrase, value, Test(column, value))  # type: ignore[arg-type]
    for phrase, movements in words.SEVERAL_MOVEMENTS.items():
        put(phrase, phrase, *(Test("movement", movement) for movement in movements))
    for phrase, flaw in words.entries(words.FLAWS):
        put(phrase, flaw, Test("label", flaw, "flaw"), only_new=True)
    for name in words.CLASSES:
        put(name, name, Test("label", name, "object"), only_new=True)
    for phrase, thing in words.entries(words.THINGS):
        put(phrase, thing, Test("label", thing, "object"), only_new=True)
    for phrase, things in words.KINDS_OF_THINGS.items():
        put(phrase, phrase, Test("label", phrase, "concept"), *(Test("label", thing, "object") for thing in things))
    for phrase, concept in words.entries(words.CONCEPTS):
        put(phrase, concept, Test("label", concept, "concept"))
    for listed, meant, test in (
        (words.GOOD, "good picture", Test("grade", least=FINE)), (words.BEST, "best", Test("grade", least=FINE)),
        (words.BAD, "bad picture", Test("grade", least=0.0, most=POOR)), (words.ALONE, "one face", Test("faces", least=1, most=1)),
    ):  # fmt: skip
        for phrase in listed.split(","):
            put(phrase, meant, test, only_new=True)
    for phrase in words.EMPTY.split(","):
        put(phrase, "people", Test("label", "person", "object"), Test("faces", least=1), unwanted=True)
    put("short", "short", Test("seconds", least=0.0, most=SHORT), must=True)
    put("long", "long", Test("seconds", least=LONG), must=True)
    _own_labels(table, put, known)
    return table


def _own_labels(table: dict[tuple[str, ...], tuple[Wish, bool]], put: object, known: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """What the library itself calls things, and the names of people."""
    for kind, labels in known:
        for label in labels:
            if kind != "person":
                key = words.stems(label)
                test = Test("label", label, kind)
                old = table.get(key)
                if old is None and key:
                    table[key] = (Wish(label, label, (test,)), False)
                elif old is not None and test not in old[0].tests:
                    table[key] = (replace(old[0], tests=(*old[0].tests, test)), old[1])
    people = next((labels for kind, labels in known if kind == "person"), ())
    firsts: dict[tuple[str, ...], list[str]] = {}
    for name in people:
        firsts.setdefault(words.stems(name), []).append(name)
        if len(words.stems(name)) > 1 and not name.rpartition(" ")[2].isdigit():
            firsts.setdefault(words.stems(name)[:1], []).append(name)
    for key, names in firsts.items():
        wish = Wish(names[0], " or ".join(names), tuple(Test("label", name, "person") for name in names), must=True)
        if key and (key in table or key[0] in words.STOP) and len(key) == 1:
            if key in table:
                table[(*key, "")] = table[key]
            table[key] = (wish, True)
        elif key:
            table[key] = (wish, False)


def _sizes(size: str) -> list[Test]:
    """The size that is meant, and those beside it for less."""
    place = words.ORDER.index(size)
    beside = [words.ORDER[other] for other in (place - 1, place + 1) if 0 <= other < len(words.ORDER)]
    return [Test("size", size), *(Test("size", other, weight=0.4) for other in beside)]


def _shown(text: str, wishes: Sequence[Wish], known: Mapping[str, Sequence[str]], rest: str) -> str:
    """What a picture is to show, for an image-text model: without names, which it does not know."""
    visual = rest or any(
        test.what in ("label", "place", "light") and test.kind not in ("person", "flaw") for w in wishes for test in w.tests
    )
    if not visual or any(wish.unwanted for wish in wishes):
        return ""
    for name in known.get("person", ()):
        text = re.sub(rf"\b{re.escape(name)}\b", "a person", text, flags=re.IGNORECASE)
    return " ".join(text.replace(",", " ").split())
