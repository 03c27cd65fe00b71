# ruff: noqa: RUF001  Marks of other scripts.
"""Words said twice, and beginnings that are broken off and said again, found among words. Pure.

A stumble is a run of words that comes again at once (Shriberg 1994, "Preliminaries to a theory of speech disfluencies": reparandum,
perhaps a filler, repair). What is broken off goes, what is said in the end stays. Speech repeats itself on purpose too: whole sentences,
lists, refrains, "very very". What looks like that gets little confidence, and no words are ever cut out between two that stay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..ml.facts import Word
from .aligning import likeness

LONGEST = 12
"""Words of the longest beginning that is looked for."""
FAR = 2.0
"""Seconds of the longest pause before a beginning is said again."""
ABANDONED = 4
"""Words said after a beginning before it is said again, at most."""
_ENDS = ".?!。？！"
_BROKEN = ("-", "—", "–", "…", "...")
_CLOSING = "\"'”’)]» "


@dataclass(frozen=True)
class Stumble:
    """Words `first` up to but not including `last` are said again from `again` on, up to `end`. `kind` "repeat": as they are."""

    first: int
    last: int
    again: int
    end: int
    kind: str
    confidence: float
    reason: str


def stumbles(words: Sequence[Word], said: Sequence[str], fillers: Collection[int], doubles: Collection[str]) -> list[Stumble]:
    """Every stumble, in order, none over another. `said`: the words as `aligning.normal` gives them; `fillers`: places of words that
    are fillers, which are stepped over; `doubles`: words that may be said twice."""
    places = [place for place in range(len(words)) if place not in fillers and said[place]]
    texts = [said[place] for place in places]
    later = _later(texts)
    found: list[Stumble] = []
    here = 0
    while here < len(places) - 1:
        one = _stumble(words, places, texts, later, here, doubles)
        if one is None:
            here += 1
            continue
        found.append(one)
        while here < len(places) and places[here] < one.again:
            here += 1
    return found


def _later(texts: Sequence[str]) -> list[int]:
    """Where each word comes next; beyond the end where it does not."""
    seen: dict[str, int] = {}
    later = [len(texts)] * len(texts)
    for place in range(len(texts) - 1, -1, -1):
        later[place] = seen.get(texts[place], len(texts))
        seen[texts[place]] = place
    return later


def _stumble(
    words: Sequence[Word], places: Sequence[int], texts: Sequence[str], later: Sequence[int], here: int, doubles: Collection[str]
) -> Stumble | None:
    again = later[here]
    while again < len(texts) and again - here <= LONGEST + ABANDONED:
        count = 0
        while here + count < again and again + count < len(texts) and texts[here + count] == texts[again + count]:
            count += 1
        left = again - here - count
        if left <= ABANDONED and _near(words, places, again):
            if not left:
                return _repeated(words, places, texts, here, count, doubles)
            one = _begun_again(words, places, texts, here, count, left)
            if one is not None:
                return one
        again = later[again]
    return _cut_off(words, places, texts, here)


def _repeated(
    words: Sequence[Word], places: Sequence[int], texts: Sequence[str], here: int, count: int, doubles: Collection[str]
) -> Stumble:
    """The same words once more at once."""
    rounds = 2
    while texts[here : here + count] == texts[here + rounds * count : here + (rounds + 1) * count]:
        rounds += 1
    last = here + (rounds - 1) * count
    sure, told = _meant(words, places, texts, here, count, rounds, doubles)
    text = " ".join(words[place].text.strip() for place in places[here : here + count])
    often = "twice" if rounds == 2 else f"{rounds} times"
    end = places[last + count - 1] + 1
    return Stumble(places[here], places[last], places[last], end, "repeat", round(sure, 3), f"“{text}” is said {often} in a row{told}")


def _meant(
    words: Sequence[Word], places: Sequence[int], texts: Sequence[str], here: int, count: int, rounds: int, doubles: Collection[str]
) -> tuple[float, str]:
    """How likely the words are said again by mistake, and what speaks against it."""
    first_end = words[places[here + count - 1]]
    pause = float(words[places[here + count]].start - first_end.end)
    sentence = _ends_sentence(first_end.text)
    inner = [words[place].text for place in places[here : here + count - 1]]
    if any(map(_ends_sentence, inner)):
        return 0.2, "; a sentence ends in it"
    if any(text.isdecimal() for text in texts[here : here + count]):
        return 0.15, "; numbers often are"
    if count == 1 and texts[here] in doubles:
        return 0.2, "; such words are often said twice on purpose"
    if rounds > 3 or (rounds == 3 and count > 1) or (rounds == 3 and sentence):
        return 0.25, "; so often is mostly meant"
    if sentence and _begins_sentence(words, places, here):
        return 0.35, "; each time as a whole sentence"
    if count == 1:
        short = len(texts[here]) <= 4
        sure = 0.85 if short else 0.6
        return sure + (0.1 if pause > 0.1 else 0.0) - (0.25 if not short and first_end.text.rstrip(_CLOSING).endswith(",") else 0.0), ""
    return min(0.95, 0.75 + 0.05 * count + (0.05 if pause > 0.1 else 0.0)), ""


def _begun_again(
    words: Sequence[Word], places: Sequence[int], texts: Sequence[str], here: int, count: int, left: int
) -> Stumble | None:
    """A beginning, something else or a word broken off, and the same beginning with another end: "I wa- I want", "we go to, we went"."""
    again = here + count + left
    sure, told = _abandoned(words, places, texts, here, count, left)
    if sure <= 0:
        return None
    text = " ".join(words[place].text.strip() for place in places[here:again])
    reason = f"“{text}” is broken off and begun again{told}"
    return Stumble(places[here], places[again], places[again], places[again + count - 1] + 1, "restart", round(sure, 3), reason)


def _cut_off(words: Sequence[Word], places: Sequence[int], texts: Sequence[str], here: int) -> Stumble | None:
    """A word broken off before it is said: "wa- want"."""
    old, new = words[places[here]], words[places[here + 1]]
    if not broken(old.text) or texts[here] == texts[here + 1] or not texts[here + 1].startswith(texts[here]):
        return None
    reason = f"“{old.text.strip()}” is broken off before “{new.text.strip()}”"
    return Stumble(places[here], places[here + 1], places[here + 1], places[here + 1] + 1, "restart", 0.85, reason)


def _abandoned(words: Sequence[Word], places: Sequence[int], texts: Sequence[str], here: int, count: int, left: int) -> tuple[float, str]:
    """How likely the words between a beginning and its return were given up, and why. 0: they were not."""
    again = here + count + left
    last = words[places[again - 1]]
    if _ends_sentence(last.text):
        return 0.0, ""
    pause = float(words[places[again]].start - last.end)
    pieces = sum(len(texts[place]) for place in range(here, here + count))
    if broken(last.text):
        return (0.85 if count > 1 or left == 1 else 0.6), "; a word is broken off"
    follows = again + count
    if left == 1 and follows < len(texts):
        old, new = texts[again - 1], texts[follows]
        if len(old) < len(new) and new.startswith(old) and (count > 1 or len(old) > 1):
            return 0.75, f"; “{old}” begins “{words[places[follows]].text.strip()}”"
        if count > 1 and old != new and likeness(old, new) >= 0.6:
            return 0.6, "; nearly the same follows"
    if count >= 2 and left <= count and pieces >= 4:
        # Rhetoric goes on like that too ("it was the age of wisdom, it was the age of foolishness").
        return (0.3 if pause > 0.2 else 0.25), "; it may be meant"
    return 0.0, ""


def _near(words: Sequence[Word], places: Sequence[int], again: int) -> bool:
    return float(words[places[again]].start - words[places[again - 1]].end) <= FAR


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSING)
    return bare.endswith(tuple(_ENDS)) and not bare.endswith("...")


def _begins_sentence(words: Sequence[Word], places: Sequence[int], here: int) -> bool:
    return not here or _ends_sentence(words[places[here - 1]].text)


def broken(text: str) -> bool:
    """Whether a word is written as one that was not said to its end."""
    return text.rstrip(_CLOSING).endswith(_BROKEN)
