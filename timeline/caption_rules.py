"""What a good caption is, as data: named sets of rules, and what of them a row of captions breaks. Pure.

Sources: Netflix Timed Text Style Guides (English: 42 characters, 2 lines, 20 characters a second, 17 for children, 5/6 to 7 s, 2 frames
apart, half a second from a shot change); BBC Subtitle Guidelines (37 characters of teletext, 2 lines, about 160 to 180 words a minute);
Karamitroglou, "A Proposed Set of Subtitling Standards in Europe" (1998), for the pyramid and where lines break.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
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


PRESETS: dict[str, CaptionRules] = {
    "netflix": CaptionRules(guide="netflix"),
    "netflix_children": CaptionRules(max_speed=Fraction(17), guide="netflix_children"),
    "bbc": CaptionRules(max_characters=37, max_speed=Fraction(15), minimum_seconds=Fraction(1), gap_frames=1, cut_seconds=Fraction(1)),
    "youtube": CaptionRules(max_speed=Fraction(21), minimum_seconds=Fraction(1), gap_frames=0, cut_seconds=Fraction(0)),
    "short": CaptionRules(
        max_characters=20, max_lines=1, max_words=3, max_speed=Fraction(0), minimum_seconds=Fraction(1, 5), maximum_seconds=Fraction(3),
        gap_frames=0, join_seconds=Fraction(3, 10), cut_seconds=Fraction(0),
    ),
}  # fmt: skip
"""By the name an option and the command line give them."""


@dataclass(frozen=True)
class Shown:
    """A caption as it stands: all that rules speak of."""

    frames: FrameRange
    text: str


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
    near = rules.beside_cut(rate)
    found = []
    for number, caption in enumerate(shown):
        here = list(_of_text(caption, rules, rate))
        length = caption.frames.length
        if length < rules.shortest(rate):
            here.append(Problem("shortest", length, rules.shortest(rate)))
        if length > rules.longest(rate):
            here.append(Problem("longest", length, rules.longest(rate)))
        if number + 1 < len(shown):
            gap = shown[number + 1].frames.start - caption.frames.end
            if gap < 0:
                here.append(Problem("overlap", -gap, 0))
            elif gap < rules.gap_frames:
                here.append(Problem("gap", gap, rules.gap_frames))
        for cut in cuts[bisect_right(cuts, caption.frames.start) : bisect_left(cuts, caption.frames.end)] if near else ():
            beyond = min(cut - caption.frames.start, caption.frames.end - cut)
            if beyond < near:
                here.append(Problem("cut", beyond, near))
        found.append(tuple(here))
    return tuple(found)


def _of_text(caption: Shown, rules: CaptionRules, rate: Fraction) -> Sequence[Problem]:
    rows = caption.text.split("\n")
    widest, words = max(map(columns, rows)), len(caption.text.split())
    found = []
    if widest > rules.max_characters:
        found.append(Problem("characters", widest, rules.max_characters))
    if len(rows) > rules.max_lines:
        found.append(Problem("lines", len(rows), rules.max_lines))
    if rules.max_words and words > rules.max_words:
        found.append(Problem("words", words, rules.max_words))
    if caption.frames.length < rules.readable(caption.text, rate):
        speed = characters(caption.text) * rate / max(1, caption.frames.length)
        found.append(Problem("speed", round(float(speed), 2), float(rules.max_speed)))
    return found
