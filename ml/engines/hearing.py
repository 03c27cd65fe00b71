"""How clips of speech become words that can be trusted: the language of each, the tries, and what is listened to again.

A clip is encoded once and decoded as often as needed (Radford et al. 2022, section 4.5: the same at rising temperature where a text
goes in circles or is unlikely). Beyond the paper: a clip that still fails is heard in halves; speech that the voice detector found and no
word covers is heard by itself, for Whisper may stop in the middle of a window; a window of several languages is heard in parts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from . import ghosts
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
class Part:
    """Clips that go through a recogniser together. `spoken`: the language of each place of `clips` that is to be heard, as it is known.

    `encoded`, `told` (how likely each language is, for each clip) and `said` (by place) are filled in on the way.
    """

    clips: Sequence[Clip]
    spoken: dict[int, str]
    encoded: Any = None
    told: Sequence[Mapping[str, float]] = ()
    said: dict[int, Decoded] = field(default_factory=dict)


@dataclass
class Hearing:
    """One sound's way through a recogniser. `check` raises when the user has cancelled. `tally` and `dropped` fill up.

    `encode`, `decode`, `ended` and `inside` may be called from several threads at once, each for parts of its own; `tally` is the
    caller's alone.
    """

    recogniser: Recogniser
    task: str
    tally: Tally
    prompt: Prompt
    timed: Callable[[list[Heard], Any, str], list[Heard]]
    """Words of a clip, its samples and its language -> the same words with better times."""
    check: Callable[[], None]
    dropped: list[Dropped] = field(default_factory=list)

    def parts(self, clips: Sequence[Clip]) -> list[tuple[int, ...]]:
        """Places of clips that are best heard together, every place once; what takes longest first."""
        return list(self.recogniser.parts([clip.samples for clip in clips]))

    def encode(self, part: Part) -> None:
        """And tells the languages, where there are several."""
        part.encoded = self.recogniser.encode([clip.samples for clip in part.clips])
        if not self.tally.fixed:
            part.told = self.recogniser.tell(part.encoded)

    def told(self, sounds: Sequence[Any]) -> list[dict[str, float]]:
        """How likely each language is in each of these short sounds."""
        return self.recogniser.tell(self.recogniser.encode(sounds, least=PROBE * HOP * 100 // RATE))

    def decode(self, part: Part) -> None:
        """What its clips say, where their languages are known."""
        if part.encoded is None:
            self.encode(part)
        part.said = self._decoded(part.encoded, part.clips, part.spoken, self.prompt)
        self._prove(part)

    def ended(self, part: Part, place: int, depth: int = 0) -> list[Heard]:
        """The words of one clip of a decoded part, with their times, in seconds of the whole sound."""
        said, language = part.said[place], part.spoken[place]
        found: list[list[Heard]] = [[]]
        if said.text.strip():
            found = self.recogniser.align(part.encoded, [place], [language], self._asked(), [said])
        pieces = self._judged(part.clips[place], language, said, found[0], depth)
        return [word for piece in pieces for word in self._placed(piece)]

    def inside(self, clips: Sequence[Clip], spoken: Sequence[str], depth: int) -> list[Heard]:
        """The words of clips whose languages are known, `depth` times taken out of others, on this thread alone."""
        self.check()
        answers: list[list[Heard]] = [[] for _ in clips]
        for places in self.parts(clips):
            part = Part([clips[place] for place in places], dict(enumerate(spoken[place] for place in places)))
            self.decode(part)
            for row, place in enumerate(places):
                answers[place] = self.ended(part, row, depth)
        return [word for words in answers for word in words]

    def _placed(self, piece: _Piece | list[Heard]) -> list[Heard]:
        """Words in seconds of the whole sound, with the times that the stretch has for them; those that have theirs stay."""
        if isinstance(piece, list):
            return piece
        words = self.timed(piece.words, piece.samples, piece.language)
        return [replace(word, start=piece.start + word.start, end=piece.start + word.end) for word in words]

    def _asked(self, prompt: str = "") -> Asked:
        return Asked(self.task, prompt)

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

    def _prove(self, part: Part) -> None:
        """Where the prompt may have put words into the recogniser's mouth, what it says without the prompt counts."""
        doubtful = [place for place, said in part.said.items() if self.prompt.echoed(said.text)]
        if not doubtful:
            return
        plain = self._decoded(part.encoded, part.clips, {place: part.spoken[place] for place in doubtful}, Prompt())
        for place in doubtful:
            if self.prompt.invented(part.said[place].text, plain[place].text):
                part.said[place] = plain[place]

    def _judged(self, clip: Clip, language: str, said: Decoded, words: Sequence[Heard], depth: int) -> list[_Piece | list[Heard]]:
        """The words of one clip that stand, and those of the parts that had to be heard again, in their order."""
        if _wrong(said) and depth < DEEPEST and clip.seconds >= HALVES:
            middle = _quietest(clip.chance)
            parts = [clip.part(0, middle), clip.part(middle, len(clip.chance))]
            return [self.inside(parts, [language] * 2, depth + 1)]
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
                yield self.inside([part], [language], DEEPEST + 1)
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
