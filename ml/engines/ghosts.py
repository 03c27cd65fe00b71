"""Words that a recogniser made up: how they are told from words that somebody says. Pure.

Whisper was trained on subtitles of the web. On silence, noise and music it writes what often stood there ("Thanks for watching!"),
and it may fall into a loop. Nothing is judged by its text alone: what the sound supports stays, whatever it says. A text that looks
wrong is a reason to listen again; only words that the voice detector, their times and the recogniser's doubt speak against are dropped.
Thresholds without another source are those of Radford et al. 2022, section 4.5.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .voice import HOP, RATE, SILENCE
from .words import CLOSING, SENTENCE_ENDS, Heard

REPEATING = 2.4
"""Above this zlib ratio the text repeats itself."""
UNLIKELY = -1.0
"""Below this mean log probability a decoding has failed."""
NOBODY = 0.6
"""Above this chance of no speech a failed decoding is silence."""
LOOP = 4
"""So many times the same words in a row are a loop, of a single word twice as many."""
_LONGEST_ROUND = 12
FASTEST = 40.0
"""Letters a second that nobody can speak."""
SLOWEST = 2.5
"""Letters a second below which a stock phrase was stretched over something else."""
_LEAST_VOICE, _SOME_VOICE = 0.2, 0.5
"""Shares of a time in which the detector hears a voice."""
_DOUBTFUL = 0.35
"""Mean confidence of words that the recogniser itself hardly believes."""

def _plain(text: str) -> str:
    """Letters, digits and single blanks, in small letters: as the phrases below are written."""
    sounded = "".join(letter for letter in text if letter.isalnum() or letter.isspace() or unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", sounded).casefold().split())


def _stock() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = Path(__file__).with_name("ghosts.txt").read_text(encoding="utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    whole = frozenset(_plain(phrase) for phrase in phrases if not phrase.endswith("…"))
    return whole, tuple(_plain(phrase) for phrase in phrases if phrase.endswith("…"))


PHRASES, BEGINNINGS = _stock()
"""Stock phrases, and beginnings of such, as `_plain` gives them."""


@dataclass(frozen=True)
class Dropped:
    """Words that were not taken up, from `start` to `end` seconds, and why, as the user reads it."""

    text: str
    start: float
    end: float
    reason: str


def ratio(text: str) -> float:
    """How many times smaller zlib makes the text: above `REPEATING` it goes in circles."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def loops(words: Sequence[str]) -> list[tuple[int, int, int]]:
    """(first word, words in a round, rounds) of every run in which the same words follow each other too often."""
    plain = [_plain(word) for word in words]
    found, place = [], 0
    while place < len(plain):
        best = (0, 0)
        for length in range(1, min(_LONGEST_ROUND, (len(plain) - place) // LOOP) + 1):
            rounds = 1
            while plain[place + rounds * length : place + (rounds + 1) * length] == plain[place : place + length]:
                rounds += 1
            if rounds >= (2 * LOOP if length == 1 else LOOP) and rounds * length > best[0] * best[1]:
                best = (length, rounds)
        if best[0]:
            found.append((place, *best))
        place += max(1, best[0] * best[1])
    return found


def suspicious(text: str, log_probability: float) -> bool:
    """Whether a clip should be heard again: the text goes in circles, or the recogniser did not believe it."""
    pieces = text.split()
    if len(pieces) < len(text) / 15:  # a script without blanks
        pieces = list(text)
    return ratio(text) > REPEATING or log_probability < UNLIKELY or bool(loops(pieces))


def is_silence(log_probability: float, no_speech: float) -> bool:
    """Whisper's own rule: it doubts that anybody speaks, and its text is unlikely."""
    return no_speech > NOBODY and log_probability < UNLIKELY


def voice_share(chance: Any, start: float, end: float) -> float:
    """The share of `start` to `end` (seconds) in which a voice is heard; `chance`: the detector's, one for each hop. A hop at least."""
    first = max(0, int(start * RATE / HOP))
    heard = chance[first : max(first + 1, -int(-end * RATE // HOP))]
    return float((heard >= SILENCE).mean()) if len(heard) else 0.0


def sift(words: Sequence[Heard], chance: Any) -> tuple[list[Heard], list[Dropped]]:
    """The words of one clip that the sound leaves room for, and those that it does not. Times count from the clip's start."""
    kept, dropped = _rounds(words, chance)
    sentences: list[list[Heard]] = []
    for word in kept:
        if not sentences or sentences[-1][-1].text.rstrip(CLOSING).endswith(tuple(SENTENCE_ENDS)):
            sentences.append([])
        sentences[-1].append(word)
    real: list[Heard] = []
    for sentence in sentences:
        reason = _doubt(sentence, chance)
        if reason:
            dropped.append(_dropped(sentence, reason))
        else:
            real += sentence
    return real, dropped


def _doubt(sentence: Sequence[Heard], chance: Any) -> str:
    """Why nobody says this sentence; "" where somebody may."""
    text = _plain("".join(word.text for word in sentence))
    if not text:
        return "it has no words"
    start, end = float(sentence[0].start), float(sentence[-1].end)
    share = voice_share(chance, start - 0.1, end + 0.1)
    confidence = sum(word.confidence for word in sentence) / len(sentence)
    no_speech = max(word.no_speech for word in sentence)
    pace = len(text.replace(" ", "")) / max(end - start, 0.02)
    doubts = (share < _SOME_VOICE) + (no_speech > NOBODY) + (confidence < _DOUBTFUL) + (not SLOWEST <= pace <= FASTEST)
    if text in PHRASES or text.startswith(BEGINNINGS):
        return "it is often written where nobody speaks" if share < _LEAST_VOICE or doubts >= 2 else ""
    return "nobody is heard there" if (share < _LEAST_VOICE and doubts >= 2) or doubts >= 3 else ""


def _rounds(words: Sequence[Heard], chance: Any) -> tuple[list[Heard], list[Dropped]]:
    """Without the rounds of a loop, after its first, for which there is no time or no voice."""
    gone: set[int] = set()
    dropped = []
    for first, length, rounds in loops([word.text for word in words]):
        made_up = []
        for turn in range(1, rounds):
            places = range(first + turn * length, first + (turn + 1) * length)
            start, end = float(words[places[0]].start), float(words[places[-1]].end)
            letters = sum(len(_plain(words[place].text)) for place in places)
            if letters > FASTEST * (end - start) or voice_share(chance, start, end) < _LEAST_VOICE:
                made_up += list(places)
        if made_up:
            gone.update(made_up)
            dropped.append(_dropped([words[place] for place in made_up], "it goes in circles, and there is no sound for it"))
    return [word for place, word in enumerate(words) if place not in gone], dropped


def _dropped(words: Sequence[Heard], reason: str) -> Dropped:
    return Dropped("".join(word.text for word in words).strip(), float(words[0].start), float(words[-1].end), reason)
