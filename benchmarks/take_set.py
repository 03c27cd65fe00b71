# ruff: noqa: RUF001  Speech sounds have letters of their own.
"""Sessions in which lines are said several times, and which take is which: labelled by construction. For `benchmarks/takes.py`.

A session is what comes out of a camera that was left running: lines said once, lines said two to four times (broken off, with a filler
or a beginning said again in the middle, too soft, or as they should be), sometimes with "one more time" between takes, sometimes with
another line between them, and lines that are much alike and not the same. All of it follows from a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from benchmarks.emphasis_speech import stretched
from benchmarks.filler_set import lowest, pause, room
from benchmarks.filler_voices import RATE

Kind = Literal["fluent", "broken", "stumbled", "soft"]
FAULTS: tuple[Kind, ...] = ("broken", "stumbled", "broken", "soft", "stumbled")
SPOKEN = {
    "Welcome back to the workshop, today we are going to build a simple bookshelf.":
        "wˈɛlkʌm bˈæk tə ðə wˈɜːkʃɑːp, tədˈeɪ wiː ɑːɹ ɡˌoʊɪŋ tə bˈɪld ɐ sˈɪmpəl bˈʊkʃɛlf.",
    "First of all, measure the wall twice and write the numbers down.":
        "fˈɜːst ʌv ˈɔːl, mˈɛʒɚ ðə wˈɔːl twˈaɪs ænd ɹˈaɪt ðə nˈʌmbɚz dˈaʊn.",
    "You will need four boards of pine and a box of wooden screws.":
        "juː wɪl nˈiːd fˈɔːɹ bˈɔːɹdz ʌv pˈaɪn ænd ɐ bˈɑːks ʌv wˈʊdən skɹˈuːz.",
    "Click the red button in the corner to save your project.":
        "klˈɪk ðə ɹˈɛd bˈʌtən ɪn ðə kˈɔːɹnɚ tə sˈeɪv jʊɹ pɹˈɑːdʒɛkt.",
    "Click the green button in the corner to open your project.":
        "klˈɪk ðə ɡɹˈiːn bˈʌtən ɪn ðə kˈɔːɹnɚ tʊ ˈoʊpən jʊɹ pɹˈɑːdʒɛkt.",
    "The company was founded in nineteen eighty two by two brothers from Bristol.":
        "ðə kˈʌmpəni wʌz fˈaʊndɪd ɪn nˈaɪntiːn ˈeɪti tˈuː baɪ tˈuː bɹˈʌðɚz fɹʌm bɹˈɪstəl.",
    "The company was sold in two thousand and six to a bank from London.":
        "ðə kˈʌmpəni wʌz sˈoʊld ɪn tˈuː θˈaʊzənd ænd sˈɪks tʊ ɐ bˈæŋk fɹʌm lˈʌndən.",
    "My grandmother kept a small garden behind the house, with roses along the wall.":
        "maɪ ɡɹˈændmʌðɚ kˈɛpt ɐ smˈɔːl ɡˈɑːɹdən bɪhˌaɪnd ðə hˈaʊs, wɪð ɹˈoʊzɪz ɐlˈɔŋ ðə wˈɔːl.",
    "If the paint is still wet, wait another hour before you turn the board.":
        "ɪf ðə pˈeɪnt ɪz stˈɪl wˈɛt, wˈeɪt ɐnˈʌðɚ ˈaʊɚ bɪfˌɔːɹ juː tˈɜːn ðə bˈɔːɹd.",
    "We walked along the river until it was too dark to see the path.":
        "wiː wˈɔːkt ɐlˈɔŋ ðə ɹˈɪvɚ ʌntˈɪl ɪt wʌz tˈuː dˈɑːɹk tə sˈiː ðə pˈæθ.",
    "In the morning the fog had lifted and we could see the whole valley.":
        "ɪn ðə mˈɔːɹnɪŋ ðə fˈɑːɡ hæd lˈɪftɪd ænd wiː kʊd sˈiː ðə hˈoʊl vˈæli.",
    "The second chapter is about rivers, and about the people who live beside them.":
        "ðə sˈɛkənd tʃˈæptɚ ɪz ɐbˌaʊt ɹˈɪvɚz, ænd ɐbˌaʊt ðə pˈiːpəl hˌuː lˈɪv bɪsˈaɪd ðˌɛm.",
    "The third chapter is about forests, and about the animals that live in them.":
        "ðə θˈɜːd tʃˈæptɚ ɪz ɐbˌaʊt fˈɔːɹɪsts, ænd ɐbˌaʊt ðɪ ˈænɪməlz ðæt lˈɪv ɪn ðˌɛm.",
    "Please remember to switch the power off before you open the case.":
        "plˈiːz ɹɪmˈɛmbɚ tə swˈɪtʃ ðə pˈaʊɚ ˈɔf bɪfˌɔːɹ juː ˈoʊpən ðə kˈeɪs.",
    "I never thought that I would miss the noise of the city.":
        "aɪ nˈɛvɚ θˈɔːt ðæt aɪ wʊd mˈɪs ðə nˈɔɪz ʌv ðə sˈɪti.",
    "That is all for this week, thank you very much for watching.":
        "ðæt ɪz ˈɔːl fɔːɹ ðɪs wˈiːk, θˈæŋk juː vˈɛɹi mˈʌtʃ fɔːɹ wˈɑːtʃɪŋ.",
}  # fmt: skip
"""Lines, written for this, with their speech sounds. Those of buttons, the company and chapters are alike and not the same."""
CHATTER = ("sˈɑːɹi, lˈɛt mˌiː dˈuː ðæt ɐɡˈɛn.", "wˈʌn mˈɔːɹ tˈaɪm.", "nˈoʊ, wˈeɪt, ðæt wʌz ɹˈɔŋ.")
TEMPI = 0.9, 1.12
"""Times as long as usual a take is."""
HIGHER = 1.0
"""Semitones that a take of a recording is higher or lower at most."""
SOFTER = 14.0
"""Decibels that a take is softer that was said too far from the microphone."""
BREAK = 0.4, 0.75
"""The share of a line that is said before it is broken off."""
PAUSES = 0.9, 2.2
"""Seconds between takes."""
ANNOUNCED, LATER = 0.3, 0.2
"""The share of takes after which somebody says that there will be another, and of lines whose last take comes after the next line."""

Say = Callable[[float, int], Any]
"""How slowly, a seed -> how a line sounds."""
Speak = Callable[[str, float, int], Any]
"""Speech sounds, how slowly, a seed -> how they sound."""


@dataclass(frozen=True)
class Line:
    """`say` gives it anew each time."""

    text: str
    say: Say


@dataclass(frozen=True)
class Label:
    """A take of line `line`, in seconds."""

    line: int
    kind: Kind
    start: float
    end: float


@dataclass(frozen=True)
class Session:
    samples: Any
    labels: tuple[Label, ...]


def lines_said_by(speak: Speak) -> list[Line]:
    """The written lines, each take of them spoken anew."""

    def line(text: str, sounds: str) -> Line:
        return Line(text, lambda slow, seed: speak(sounds, slow, seed))

    return [line(text, sounds) for text, sounds in SPOKEN.items()]


def lines_recorded(pieces: Sequence[tuple[str, Any]]) -> list[Line]:
    """Recorded lines (text, sound), each take of them the recording at another tempo and pitch."""

    def line(text: str, samples: Any) -> Line:
        return Line(text, lambda slow, seed: changed(samples, slow, float(np.random.default_rng(seed).uniform(-HIGHER, HIGHER))))

    return [line(text, samples) for text, samples in pieces]


def changed(samples: Any, slow: float, semitones: float) -> Any:
    """So many times as long and semitones higher."""
    factor = 2 ** (semitones / 12)
    longer = stretched(np.asarray(samples, np.float32), slow * factor)
    at = np.arange(0, len(longer) - 1, factor)
    return np.interp(at, np.arange(len(longer)), longer).astype(np.float32)


def session(lines: Sequence[Line], um: Say, chatter: Sequence[Say], seed: int) -> Session:
    """All lines in their order, with takes. `um` is a filler, `chatter` what is said between takes."""
    chance = np.random.default_rng(seed)
    order = _order(len(lines), chance)
    tone = chance.normal(0, 10 ** (-66 / 20), RATE).astype(np.float32)
    parts, labels, at = [pause(tone, 1.0, chance)], [], RATE

    def put(sound: Any) -> None:
        nonlocal at
        parts.append(sound)
        at += len(sound)

    for line, kind, again in order:
        sound = take(lines[line], kind, um, chance)
        labels.append(Label(line, kind, at / RATE, (at + len(sound)) / RATE))
        put(sound)
        put(pause(tone, float(chance.uniform(*PAUSES)), chance))
        if again and chance.random() < ANNOUNCED:
            put(_level(chatter[int(chance.integers(len(chatter)))](1.0, int(chance.integers(1 << 30)))))
            put(pause(tone, float(chance.uniform(*PAUSES)), chance))
    sound = np.concatenate(parts)
    return Session((sound + chance.normal(0, 10 ** (-66 / 20), len(sound))).astype(np.float32), tuple(labels))


def _order(count: int, chance: Any) -> list[tuple[int, Kind, bool]]:
    """(line, kind, whether another take of it follows at once): a third of the lines once, of the others one take or two fluent."""
    found: list[tuple[int, Kind, bool]] = []
    waiting: list[tuple[int, Kind, bool]] = []
    for line in range(count):
        if chance.random() < 1 / 3:
            found.append((line, "fluent", False))
        else:
            bad: list[Kind] = [FAULTS[int(chance.integers(len(FAULTS)))] for _ in range(int(chance.integers(1, 3)))]
            good: list[Kind] = ["fluent"] * int(chance.integers(1, 3))
            # Mostly the good take is the last one; now and then somebody tries once more and fails.
            kinds = [*bad, *good] if chance.random() < 0.7 else [*bad[1:], *good, bad[0]]
            said = [(line, kind, number + 1 < len(kinds)) for number, kind in enumerate(kinds)]
            if chance.random() < LATER and line + 1 < count:
                found += [*said[:-2], (*said[-2][:2], False)]
                waiting.append(said[-1])
                continue
            found += said
        found += waiting
        waiting = []
    return found + waiting


def take(line: Line, kind: Kind, um: Say, chance: Any) -> Any:
    """How a line sounds this time."""
    sound = _level(line.say(float(chance.uniform(*TEMPI)), int(chance.integers(1 << 30)))) * 10 ** (float(chance.uniform(-1.5, 1.5)) / 20)
    if kind == "soft":
        return (sound * 10 ** (-SOFTER / 20)).astype(np.float32)
    if kind == "fluent":
        return sound.astype(np.float32)
    seconds = len(sound) / RATE
    place = seconds * float(chance.uniform(*BREAK))
    cut = lowest(sound, place - 0.1, place + 0.1)
    if kind == "broken":
        return _ended(sound[:cut])
    between = pause(room(sound), float(chance.uniform(0.15, 0.4)), chance)
    if chance.random() < 0.5:  # a beginning said again
        return np.concatenate([_ended(sound[:cut]), between, sound]).astype(np.float32)
    filler = _level(um(1.4, int(chance.integers(1 << 30))))
    return np.concatenate([_ended(sound[:cut]), between, filler, between, sound[cut:]]).astype(np.float32)


def _level(sound: Any) -> Any:
    return np.asarray(sound, np.float32) / (np.sqrt(np.mean(np.square(sound))) + 1e-9) * 0.05


def _ended(sound: Any) -> Any:
    """Faded out over 20 ms."""
    found = np.array(sound, np.float32)
    length = min(len(found), RATE // 50)
    found[len(found) - length :] *= np.linspace(1, 0, length, dtype=np.float32)
    return found
