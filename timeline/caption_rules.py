"""What a good caption is, as data: named sets of rules, and what of them a row of captions breaks. Pure.

Sources. Netflix Timed Text Style Guides: general requirements (5/6 to 7 s, 2 lines), English (42 characters, 20 a second, 17 for
children), other languages as in `GUIDES`, their sections for captions in the language that is spoken (SDH); Subtitle Timing Guidelines
(gaps of less than half a second closed down to 2 frames, half a second from a shot change, an out-time half a second after the sound
where there is room). BBC Subtitle Guidelines (section 3: 37 characters, 2 lines; 4: 160 to 180 words a minute, which is 15 characters
a second at 5 a word, and no gap of less than a second; 6: begin and end with shots, stay a while after a cut; the shortest and the
longest time and the second beside a cut are ours, the BBC gives no number). YouTube publishes none: 42 characters, 21 a second and
1 to 7 s are those of TED's volunteers, who subtitle for it. Karamitroglou, "A Proposed Set of Subtitling Standards in Europe" (1998),
for the pyramid and where lines break.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from .planners.lines import columns
from .timebase import FrameRange

Rule = Literal["characters", "lines", "words", "speed", "shortest", "longest", "gap", "overlap", "cut"]
Shape = Literal["even", "pyramid", "inverted"]


@dataclass(frozen=True)
class CaptionRules:
    """`max_characters` counts columns of a line (a wide East Asian character takes two); `max_words` of a caption, 0: any number.

    `max_speed`: characters a second, line breaks not counted, 0: any. Seconds become whole frames of the scene, rounded so that the
    rule is kept (`frames_of`). `gap_frames` lie between two captions at least; a gap up to `join_seconds` is closed down to that.
    `cut_seconds`: a caption that crosses a change of shot stays at least so long on both sides of it; one that begins or ends nearer
    to it goes to it. `lead_in`, `lead_out`: shown so long before and after it is said, where there is room.
    `shape` of two lines: even, the upper one shorter (pyramid), or the lower one (inverted). `guide` names whose rules these are,
    where other languages have other numbers ("" for one's own: they are the same in every language).
    """

    max_characters: int = 42
    max_lines: int = 2
    max_words: int = 0
    max_speed: Fraction = Fraction(20)
    minimum_seconds: Fraction = Fraction(5, 6)
    maximum_seconds: Fraction = Fraction(7)
    gap_frames: int = 2
    join_seconds: Fraction = Fraction(1, 2)
    cut_seconds: Fraction = Fraction(1, 2)
    lead_in: Fraction = Fraction(0)
    lead_out: Fraction = Fraction(0)
    shape: Shape = "even"
    guide: str = ""

    def shortest(self, rate: Fraction) -> int:
        """Frames a caption lasts at least: the nearest to `minimum_seconds`, as the guides count them (20 at 24, 25 at 29.97)."""
        return max(1, round(self.minimum_seconds * rate))

    def longest(self, rate: Fraction) -> int:
        return max(self.shortest(rate), int(self.maximum_seconds * rate))

    def beside_cut(self, rate: Fraction) -> int:
        """Frames on either side of a cut that a caption across it takes at least."""
        return round(self.cut_seconds * rate)

    def readable(self, text: str, rate: Fraction) -> int:
        """Frames that reading `text` takes at `max_speed`."""
        return -int(-characters(text) * rate // self.max_speed) if self.max_speed else 1

    def spoken(self, language: str) -> CaptionRules:
        """These rules as their guide has them for captions in a language (an ISO 639-1 code)."""
        guide = GUIDES.get(self.guide, {})
        line = guide.get(language, guide.get(""))
        return replace(self, max_characters=line[0], max_speed=Fraction(line[1])) if line else self

    def translated(self) -> CaptionRules:
        """These rules as their guide has them for translations, which are read at a slower pace."""
        guide = f"{self.guide}_translated"
        return replace(self, guide=guide) if guide in GUIDES else self


PRESETS: dict[str, CaptionRules] = {
    "netflix": CaptionRules(lead_out=Fraction(1, 2), shape="pyramid", guide="netflix"),
    "netflix_children": CaptionRules(max_speed=Fraction(17), lead_out=Fraction(1, 2), shape="pyramid", guide="netflix_children"),
    "bbc": CaptionRules(
        max_characters=37, max_speed=Fraction(15), minimum_seconds=Fraction(1), gap_frames=0, join_seconds=Fraction(1),
        cut_seconds=Fraction(1),
    ),
    "youtube": CaptionRules(max_speed=Fraction(21), minimum_seconds=Fraction(1), gap_frames=0, cut_seconds=Fraction(0)),
    "short": CaptionRules(
        max_characters=20, max_lines=1, max_words=3, max_speed=Fraction(0), minimum_seconds=Fraction(1, 5), maximum_seconds=Fraction(3),
        gap_frames=0, join_seconds=Fraction(3, 10), cut_seconds=Fraction(0),
    ),
}  # fmt: skip
"""By the name an option and the command line give them."""

GUIDES: dict[str, dict[str, tuple[int, int]]] = {
    "netflix": {"ja": (32, 14), "ko": (32, 28), "zh": (32, 22), "th": (35, 20), "ar": (42, 23), "hi": (42, 25)},
    "netflix_children": {"ja": (32, 14), "ko": (32, 22), "zh": (32, 18), "th": (35, 17), "ar": (42, 20), "hi": (42, 20)},
    "netflix_translated": {
        "": (42, 17), "en": (42, 20), "ja": (26, 8), "ko": (32, 24), "zh": (32, 18), "th": (35, 17), "ar": (42, 20), "hi": (42, 22),
    },
    "netflix_children_translated": {
        "": (42, 13), "en": (42, 17), "ja": (26, 8), "ko": (32, 18), "zh": (32, 14), "th": (35, 13), "ar": (42, 17), "hi": (42, 18),
    },
}  # fmt: skip
"""Guide -> language -> columns of a line, columns a second; "": all others, where they differ from the preset. Sixteen full-width
characters are 32. The first two are for captions in the language that is spoken, the others for translations."""
WIDE = {"ja", "ko", "zh"}
"""Languages whose guides count a full-width character as one, which takes two columns."""
_SCRIPTS = (
    ("ja", 0x3040, 0x30FF), ("ko", 0x1100, 0x11FF), ("ko", 0xAC00, 0xD7A3), ("th", 0x0E00, 0x0E7F), ("ar", 0x0600, 0x06FF),
    ("hi", 0x0900, 0x097F), ("zh", 0x3400, 0x4DBF), ("zh", 0x4E00, 0x9FFF), ("zh", 0x20000, 0x323AF),
)  # fmt: skip


@lru_cache(maxsize=65536)
def script(text: str) -> str:
    """The language of `GUIDES` that the letters of a text point to, "" for all others. Characters shared by Chinese and Japanese
    are taken for Chinese where no kana stand beside them."""
    if text.isascii():
        return ""
    found = {language for character in text for language, first, last in _SCRIPTS if first <= ord(character) <= last}
    return next((language for language, *_codes in _SCRIPTS if language in found), "")


SCRIPTED = frozenset(language for language, *_codes in _SCRIPTS)


def languages(texts: Sequence[str], declared: Sequence[str]) -> list[str]:
    """The languages that texts which belong together are written in, for `CaptionRules.spoken`.

    Letters go before what is declared (Japanese talk that was written down in English is English), but for characters that Chinese and
    Japanese share, and for words in Latin letters in between.
    """
    scripts = [script(text) for text in texts]
    kana = "ja" in scripts
    pairs = [("ja" if found == "zh" and (said == "ja" or (kana and said != "zh")) else found, said)
             for found, said in zip(scripts, declared, strict=True)]  # fmt: skip
    present = {found for found, _said in pairs}
    return [found or (said if said not in SCRIPTED or said in present else "") for found, said in pairs]


@dataclass(frozen=True)
class Shown:
    """A caption as it stands: all that rules speak of. `language` "" is told by its letters."""

    frames: FrameRange
    text: str
    language: str = ""


@dataclass(frozen=True)
class Problem:
    """A rule that a caption breaks: what was measured, what the rule allows, both in the rule's unit (see `told`)."""

    rule: Rule
    measured: float
    limit: float

    @property
    def told(self) -> str:
        """In words for the editor."""
        unit = {
            "characters": "{m:g} characters in a line, {l:g} allowed",
            "lines": "{m:g} lines, {l:g} allowed",
            "words": "{m:g} words, {l:g} allowed",
            "speed": "{m:.1f} characters a second, {l:g} allowed",
            "shortest": "{m:g} frames long, {l:g} at least",
            "longest": "{m:g} frames long, {l:g} at most",
            "gap": "{m:g} frames before the next, {l:g} at least",
            "overlap": "overlaps the next by {m:g} frames",
            "cut": "{m:g} frames beyond a cut, {l:g} at least or none",
        }[self.rule]
        return unit.format(m=self.measured, l=self.limit)


def characters(text: str) -> int:
    """What is read: every character of `text` but line breaks."""
    return sum(map(columns, text.split("\n")))


def problems(shown: Sequence[Shown], rules: CaptionRules, rate: Fraction, cuts: Sequence[int] = ()) -> tuple[tuple[Problem, ...], ...]:
    """For each caption (in order of start) the rules it breaks. `cuts`: first frames of shots, rising.

    Where it stands: a caption's own gap, overlap is with the next one.
    """
    written = languages([caption.text for caption in shown], [caption.language for caption in shown]) if rules.guide else [""] * len(shown)
    adapted = {language: rules.spoken(language) for language in set(written)}
    near, shortest, longest = rules.beside_cut(rate), rules.shortest(rate), rules.longest(rate)
    found = []
    for number, (caption, language) in enumerate(zip(shown, written, strict=True)):
        here = _of_text(caption, adapted[language], rate, 2 if rules.guide and language in WIDE else 1)
        start, end = caption.frames.start, caption.frames.end
        if end - start < shortest:
            here.append(Problem("shortest", end - start, shortest))
        if end - start > longest:
            here.append(Problem("longest", end - start, longest))
        if number + 1 < len(shown):
            gap = shown[number + 1].frames.start - end
            if gap < 0:
                here.append(Problem("overlap", -gap, 0))
            elif gap < rules.gap_frames:
                here.append(Problem("gap", gap, rules.gap_frames))
        for cut in cuts[bisect_right(cuts, start) : bisect_left(cuts, end)] if near else ():
            if min(cut - start, end - cut) < near:
                here.append(Problem("cut", min(cut - start, end - cut), near))
        found.append(tuple(here))
    return tuple(found)


def _of_text(caption: Shown, rules: CaptionRules, rate: Fraction, width: int) -> list[Problem]:
    """`width`: columns that count as a character."""
    rows = caption.text.split("\n")
    widest, words = max(map(columns, rows)), len(caption.text.split())
    found = []
    if widest > rules.max_characters:
        found.append(Problem("characters", widest / width, rules.max_characters / width))
    if len(rows) > rules.max_lines:
        found.append(Problem("lines", len(rows), rules.max_lines))
    if rules.max_words and words > rules.max_words:
        found.append(Problem("words", words, rules.max_words))
    if caption.frames.length < rules.readable(caption.text, rate):
        speed = characters(caption.text) * rate / max(1, caption.frames.length) / width
        found.append(Problem("speed", round(float(speed), 2), float(rules.max_speed) / width))
    return found
