"""How clips of speech become words that can be trusted: the language of each, the tries, and what is listened to again.

A clip is encoded once and decoded as often as needed (Radford et al. 2022, section 4.5: the same at rising temperature where a text
goes in circles or is unlikely). Beyond the paper: a clip that still fails is heard in halves; speech that the voice detector found and no
word covers is heard by itself, for Whisper may stop in the middle of a window; a window of several languages is heard in parts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from . import ghosts, languages
from .ghosts import Dropped
from .languages import Tally
from .prompts import Prompt
from .recognisers import FRAMES, Asked, Decoded, Recogniser
from .voice import HOP, RATE, Clip, speech
from .words import Heard, whole

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MISSED = 0.5
"""Seconds of speech that no word covers, after which that place is heard by itself."""
SLACK = 0.3
"""Seconds before and after a word that may still be its own: times from attention are no better."""
DEEPEST = 3
"""How often a clip may be taken apart."""
HALVES = 6.0
"""Seconds of the shortest clip that is heard in halves."""
UNSURE = -0.6
"""Mean log probability below which a clip's language is looked at closer."""
PROBE = 5 * RATE // HOP
"""Hops of a stretch that its language is told from."""


@dataclass(frozen=True)
class _Piece:
    """Words of a stretch and its samples, from whose beginning they count; it begins `start` seconds into the sound."""

    words: list[Heard]
    samples: Any
    language: str
    start: Fraction


@dataclass
class Hearing:
    """One sound's way through a recogniser. `check` raises when the user has cancelled. `tally` and `dropped` fill up."""

    recogniser: Recogniser
    task: str
    tally: Tally
    prompt: Prompt
    timed: Callable[[list[Heard], Any, str], list[Heard]]
    """Words of a clip, its samples and its language -> the same words with better times."""
    check: Callable[[], None]
    dropped: list[Dropped] = field(default_factory=list)
    _timing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    """One thread that gives words their times while the next clips are decoded. Two would only wait for each other: much is Python's."""

    def words(self, clips: Sequence[Clip], given: Sequence[str] | None = None, depth: int = 0) -> list[list[Heard]]:
        """The words of each clip, in seconds of the whole sound. `given`: languages, where they are known."""
        return self.begun(clips, given, depth)()

    def begun(self, clips: Sequence[Clip], given: Sequence[str] | None = None, depth: int = 0) -> Callable[[], list[list[Heard]]]:
        """What `words` gives, to be called for once other clips are begun: the clips are decoded, their words' times are on the way."""
        if not clips:
            return list
        self.check()
        encoded = self.recogniser.encode([clip.samples for clip in clips])
        split: dict[int, list[tuple[Clip, str]]] = {}
        spoken = list(given) if given is not None else self._languages(clips, encoded, split)
        places = [place for place in range(len(clips)) if place not in split]
        said = self._decoded(encoded, clips, {place: spoken[place] for place in places}, self.prompt)
        unsure = [place for place in places if given is None and said[place].log_probability < UNSURE]
        if unsure and not self.tally.fixed and len(self.recogniser.languages) > 1:
            for place in unsure:
                self._look_closer(place, clips[place], split)
            places = [place for place in places if place not in split]
        answers: list[list[Heard]] = [[] for _ in clips]
        for place, parts in split.items():
            answers[place] = self._in_parts([clip for clip, _ in parts], [language for _, language in parts], depth)
        self._prove(encoded, clips, places, spoken, said)
        aligned = [place for place in places if said[place].text.strip()]
        tongues = [spoken[place] for place in aligned]
        times = self.recogniser.align(encoded, aligned, tongues, self._asked(), [said[place] for place in aligned]) if aligned else []
        heard = dict(zip(aligned, times, strict=True))
        pieces = {place: self._judged(clips[place], spoken[place], said[place], heard.get(place, []), depth) for place in places}
        timed = {place: [self._timing.submit(self._placed, piece) for piece in own] for place, own in pieces.items()}

        def ended() -> list[list[Heard]]:
            for place, own in timed.items():
                answers[place] = [word for piece in own for word in piece.result()]
            return answers

        return ended

    def _placed(self, piece: _Piece | list[Heard]) -> list[Heard]:
        """Words in seconds of the whole sound, with the times that the stretch has for them; those that have theirs stay."""
        if isinstance(piece, list):
            return piece
        words = self.timed(piece.words, piece.samples, piece.language)
        return [replace(word, start=piece.start + word.start, end=piece.start + word.end) for word in words]

    def _in_parts(self, parts: Sequence[Clip], spoken: Sequence[str], depth: int) -> list[Heard]:
        return [word for words in self.words(parts, spoken, depth + 1) for word in words]

    def _asked(self, prompt: str = "") -> Asked:
        return Asked(self.task, prompt)

    def _languages(self, clips: Sequence[Clip], encoded: Any, split: dict[int, list[tuple[Clip, str]]]) -> list[str]:
        if self.tally.fixed:
            return [self.tally.fixed] * len(clips)
        told = self.recogniser.tell(encoded)
        main = self.tally.main or languages.usual([(chances, clip.spoken) for chances, clip in zip(told, clips, strict=True)])
        chosen = []
        for place, (clip, chances) in enumerate(zip(clips, told, strict=True)):
            if chances.get(main, 0.0) < languages.CERTAIN and self._look_closer(place, clip, split):
                chosen.append("")
                continue
            language, chance = self.tally.choose(chances, main)
            chosen.append(language)
            self.tally.add(language, chance, clip.spoken)
        return chosen

    def _look_closer(self, place: int, clip: Clip, split: dict[int, list[tuple[Clip, str]]]) -> bool:
        """Whether several languages are spoken in the clip; then its parts go into `split`."""
        ranges = languages.stretches(clip.chance)
        if len(ranges) < 2:
            return False
        self.check()
        probes = [clip.part(first, min(end, first + PROBE)).samples for first, end in ranges]
        found: list[str] = []
        sure: list[float] = []
        for chances in self.recogniser.tell(self.recogniser.encode(probes, least=PROBE * HOP * 100 // RATE)):
            language, chance = self.tally.choose(chances, found[-1] if found else "")
            found.append(language)
            sure.append(chance)
        if len(set(found)) < 2:
            return False
        for language, chance, (first, end) in zip(found, sure, ranges, strict=True):
            self.tally.add(language, chance, (end - first) * HOP / RATE)
        split[place] = [(clip.part(*span), language) for span, language in languages.runs(ranges, found)]
        return True

    def _decoded(self, encoded: Any, clips: Sequence[Clip], spoken: Mapping[int, str], prompt: Prompt) -> dict[int, Decoded]:
        """The best text of each place in `spoken`: the first try that does not look wrong, else the likeliest that does not repeat itself.

        What looks wrong in a short window is tried again in the one that Whisper was trained on, then at rising temperature.
        """
        asked = self._asked(prompt.text)
        left = list(spoken)
        first = self.recogniser.decode(encoded, left, [spoken[place] for place in left], asked, 0.0)
        tries = {place: [one] for place, one in zip(left, first, strict=True)}
        doubtful = left = [place for place in left if _wrong(tries[place][-1])]
        wide = self.recogniser.encode([clips[place].samples for place in left], least=FRAMES) if left else None
        for temperature in TEMPERATURES:
            if not left:
                break
            self.check()
            rows = [doubtful.index(place) for place in left]
            again = self.recogniser.decode(wide, rows, [spoken[place] for place in left], asked, temperature)
            for place, one in zip(left, again, strict=True):
                tries[place].append(one)
            left = [place for place in left if _wrong(tries[place][-1])]
        return {place: _best(found) for place, found in tries.items()}

    def _prove(self, encoded: Any, clips: Sequence[Clip], places: Sequence[int], spoken: Sequence[str], said: dict[int, Decoded]) -> None:
        """Where the prompt may have put words into the recogniser's mouth, what it says without the prompt counts."""
        doubtful = [place for place in places if self.prompt.echoed(said[place].text)]
        if not doubtful:
            return
        plain = self._decoded(encoded, clips, {place: spoken[place] for place in doubtful}, Prompt())
        for place in doubtful:
            if self.prompt.invented(said[place].text, plain[place].text):
                said[place] = plain[place]

    def _judged(self, clip: Clip, language: str, said: Decoded, words: Sequence[Heard], depth: int) -> list[_Piece | list[Heard]]:
        """The words of one clip that stand, and those of the parts that had to be heard again, in their order."""
        if _wrong(said) and depth < DEEPEST and clip.seconds >= HALVES:
            middle = _quietest(clip.chance)
            parts = [clip.part(0, middle), clip.part(middle, len(clip.chance))]
            return [self._in_parts(parts, [language] * 2, depth)]
        start = Fraction(clip.start, RATE)
        if ghosts.is_silence(said.log_probability, said.no_speech):
            if said.text.strip():
                self.dropped.append(Dropped(said.text.strip(), float(start), float(start) + clip.seconds, "nobody is heard there"))
            return []
        end = Fraction(len(clip.samples), RATE)
        inside = [replace(word, start=min(word.start, end), end=min(word.end, end), language=language) for word in whole(words)]
        real, dropped = ghosts.sift(inside, clip.chance)
        self.dropped += [replace(one, start=float(start) + one.start, end=float(start) + one.end) for one in dropped]
        return list(self._pieces(clip, language, real, depth))

    def _pieces(self, clip: Clip, language: str, real: Sequence[Heard], depth: int) -> Iterator[_Piece | list[Heard]]:
        """The clip's words stretch by stretch; between them what is heard where somebody speaks and no word was."""
        gaps = missed(real, clip.chance) if real and depth < DEEPEST else []
        edges = [0, *(edge for gap in gaps for edge in gap), len(clip.chance)]
        for number, (first, last) in enumerate(pairwise(edges)):
            part = clip.part(first, last)
            if number % 2:
                yield self._in_parts([part], [language], DEEPEST)
                continue
            offset, length = Fraction(first * HOP, RATE), Fraction((last - first) * HOP, RATE)
            own = [replace(word, start=max(word.start - offset, Fraction(0))) for word in real if _part(word, edges) == number]
            own = [replace(word, end=min(word.end - offset, length)) for word in own]
            yield _Piece(own, part.samples, language, Fraction(clip.start, RATE) + offset)


def missed(words: Sequence[Heard], chance: Any) -> list[tuple[int, int]]:
    """Half-open ranges of hops, in order, in which somebody speaks for `MISSED` seconds and no word is; times count from the clip's start.

    Where the text stops early, its last word is stretched over the rest: a word counts no longer than it can be said.
    """
    hops = RATE / HOP
    said = [(float(word.start), min(float(word.end), float(word.start) + _longest(word))) for word in words]
    edges = [0.0, *(edge for start, end in said for edge in (start - SLACK, end + SLACK)), len(chance) / hops]
    regions = speech(chance)
    found: list[tuple[int, int]] = []
    for place, (before, after) in enumerate(zip(edges[0::2], edges[1::2], strict=True)):
        first, last = max(0, int(before * hops)), min(len(chance), int(after * hops))
        # Speech that begins after the word before did is not that word's.
        own = int((said[place - 1][0] + SLACK) * hops) if place else 0
        spoken = [(start if start > own else max(first, start), min(last, end)) for start, end in regions if start < last and first < end]
        if sum(end - start for start, end in spoken) / hops >= MISSED:
            pad = int(SLACK * hops)
            found.append((max(own, spoken[0][0] - pad, found[-1][1] if found else 0), min(last, spoken[-1][1] + pad)))
    return found


def _longest(word: Heard) -> float:
    """Seconds that nobody exceeds for a word of so many letters, in a script of words or of syllables."""
    return 1.0 + 0.12 * len(word.text.strip())


def _part(word: Heard, edges: Sequence[int]) -> int:
    """Between which edges (hops) a word is, told by its first third, for a stretched word's end says nothing.

    Odd parts are heard again, so a word that reaches into one belongs to the part before it. No word is outside.
    """
    hop = int((word.start + min(word.end - word.start, Fraction(1)) / 3) * RATE / HOP)
    part = min(max(bisect_right(edges, hop) - 1, 0), len(edges) - 2)
    return part - part % 2


def _wrong(said: Decoded) -> bool:
    return ghosts.suspicious(said.text, said.log_probability) and not ghosts.is_silence(said.log_probability, said.no_speech)


def _best(tries: Sequence[Decoded]) -> Decoded:
    if not _wrong(tries[-1]):
        return tries[-1]
    straight = [one for one in tries if not ghosts.suspicious(one.text, 0.0)]
    return max(straight or tries, key=lambda one: one.log_probability)


def _quietest(chance: Any) -> int:
    """The hop in the middle half at which somebody speaks least likely: in a pause, where there is one; else near the middle."""
    first, last = len(chance) // 4, len(chance) - len(chance) // 4
    off_middle = np.abs(np.arange(len(chance)) - len(chance) / 2) / len(chance)
    return first + int(np.argmin((np.convolve(chance, np.ones(9) / 9, "same") + 0.01 * off_middle)[first:last]))
