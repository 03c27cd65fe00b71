"""The caption list: every caption of a timeline with what an editor checks it for. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..ml.facts import Word
from .caption_rules import CaptionRules, Problem, Shown, characters, problems
from .ledger import load
from .realign import realign
from .state import CaptionRef, Timeline
from .timebase import FrameRange

CaptionKind = Literal["caption", "translation", "sound", "own"]
SPOKEN: frozenset[str] = frozenset({"caption", "sound", "own"})
"""Kinds that are read as one stream; translations are another."""


@dataclass(frozen=True)
class CaptionRow:
    """A caption as it stands. `kind` "own" is a text strip of the editor's, which no run wrote.

    `characters` and `speed` (characters a second) count what is read: no line breaks. `words` have the text as it is now and
    seconds of the medium; none where nobody knows when they are said. `doubtful` are those of little confidence. `misspelt` are
    words no dictionary knows. `problems` are the rules it breaks.
    """

    name: str
    kind: CaptionKind
    text: str
    channel: int
    frames: FrameRange
    speaker: str = ""
    characters: int = 0
    speed: float = 0.0
    words: tuple[Word, ...] = ()
    problems: tuple[Problem, ...] = ()
    doubtful: tuple[Word, ...] = ()
    misspelt: tuple[str, ...] = ()
    held: str = ""
    muted: bool = False

    @property
    def key(self) -> str:
        """What stays the same from one list to the next."""
        return self.name

    @property
    def flaws(self) -> tuple[str, ...]:
        """Everything there is to look at, in words for the editor."""
        doubts = (f"“{word.text.strip()}” was heard with {word.confidence:.0%} confidence" for word in self.doubtful)
        unknown = (f"“{word}” is not in the dictionary" for word in self.misspelt)
        return tuple(dict.fromkeys((*(problem.told for problem in self.problems), *doubts, *unknown)))


def kind_of(ref: CaptionRef) -> CaptionKind | None:
    """What a text strip is to the list; None for a strip that only adorns a caption, such as the word being spoken."""
    kind = "own" if ref.tag is None else ref.tag.kind
    return kind if kind in ("caption", "translation", "sound", "own") else None  # type: ignore[return-value]


def rows(
    timeline: Timeline,
    rules: CaptionRules,
    line: float = 0.0,
    cuts: Sequence[int] = (),
    *,
    unknown: Collection[str] = (),
    languages: Mapping[str, str] | None = None,
) -> tuple[CaptionRow, ...]:
    """Every caption in order of time. `line`: words with less confidence (0..1) are doubtful. `cuts`: first frames of shots, rising.

    `unknown` are words, as written, that no dictionary knows; `languages` what is spoken in each medium, where that is known. Text
    strips of the editor's own keep to the rules too where they stand in a channel with captions, or where there are no others;
    elsewhere they are titles.
    """
    speakers = speakers_of(timeline)
    found = [row for ref in timeline.captions if (row := _row(ref, timeline, line, unknown, speakers)) is not None]
    read = {ref.name for ref in ruled(timeline.captions) if not ref.muted}
    broken: dict[str, tuple[Problem, ...]] = {}
    about = {ref.name: ref.tag.identity.medium for ref in timeline.captions if languages and ref.tag and ref.tag.identity}
    for stream in (SPOKEN, frozenset({"translation"})):
        here = [row for row in found if row.kind in stream and row.name in read]
        spoken = languages if languages and stream is SPOKEN else {}
        shown = [Shown(row.frames, row.text, spoken.get(about.get(row.name, ""), "")) for row in here]
        told = problems(shown, rules, timeline.rate, cuts)
        broken.update({row.name: those for row, those in zip(here, told, strict=True) if those})
    return tuple(replace(row, problems=broken[row.name]) if row.name in broken else row for row in found)


def ruled(refs: Sequence[CaptionRef]) -> list[CaptionRef]:
    """The text strips that are captions: no titles of the editor's own, and none that only adorns."""
    kinds = [(ref, kind_of(ref)) for ref in refs]
    written = {ref.channel for ref, kind in kinds if kind not in ("own", None)}
    return [ref for ref, kind in kinds if kind is not None and (kind != "own" or not written or ref.channel in written)]


def words_of(ref: CaptionRef) -> tuple[Word, ...]:
    """The words of a caption as its text has them now, with the times they are said at."""
    said = ref.tag.words if ref.tag is not None else ()
    if not said or "".join([word.text for word in said]).split() == ref.text.split():
        return said
    return realign(said, ref.text)


def speakers_of(timeline: Timeline) -> dict[str, str]:
    """Who says the caption of a record, where the ledger knows it."""
    if '"speaker"' not in timeline.ledger:
        return {}
    return {record.id: record.speaker for record in load(timeline.ledger, timeline.stamp).records if record.speaker}


def _row(
    ref: CaptionRef, timeline: Timeline, line: float, unknown: Collection[str], speakers: Mapping[str, str]
) -> CaptionRow | None:
    kind = kind_of(ref)
    if kind is None:
        return None
    words, count = words_of(ref), characters(ref.text)
    return CaptionRow(
        ref.name,
        kind,
        ref.text,
        ref.channel,
        ref.frames,
        speakers.get(ref.tag.record, "") if ref.tag is not None and ref.tag.scene == timeline.stamp else "",
        count,
        round(float(count * timeline.rate / ref.frames.length), 1) if ref.frames.length else 0.0,
        words,
        doubtful=tuple(word for word in words if word.confidence < line),
        misspelt=tuple(word for word in dict.fromkeys(spelt(ref.text)) if word in unknown) if unknown else (),
        held=ref.held,
        muted=ref.muted,
    )


def spelt(text: str) -> list[str]:
    """The words of a text as a dictionary has them: from first to last letter, with the apostrophes and dashes inside them.

    Left out is what no dictionary has: numbers, addresses.
    """
    found = []
    for part in text.split():
        letters = [place for place, sign in enumerate(part) if unicodedata.category(sign)[0] in "LM"]
        if letters and not any(map(str.isdigit, part)) and "@" not in part and "/" not in part.strip("/"):
            found.append(part[letters[0] : letters[-1] + 1])
    return found


def stepping(found: Sequence[CaptionRow], what: Literal["problem", "doubt", "any"] = "any") -> tuple[CaptionRow, ...]:
    """The rows to look at, in order of time: those that break a rule or are misspelt, those with doubtful words, or both."""
    flawed: dict[str, Callable[[CaptionRow], bool]] = {
        "problem": lambda row: bool(row.problems or row.misspelt),
        "doubt": lambda row: bool(row.doubtful),
        "any": lambda row: bool(row.problems or row.misspelt or row.doubtful),
    }
    return tuple(filter(flawed[what], found))


def step(order: Sequence[CaptionRow], chosen: CaptionRow | None, frame: int, *, back: bool) -> CaptionRow | None:
    """The row of `order` (in order of time) after the chosen one, or after the playhead where none is; before it with `back`.

    Beyond the last the first comes again.
    """
    if not order:
        return None
    place = (chosen.frames.start, chosen.channel) if chosen is not None else (frame, -1 if not back else 129)
    if back:
        return next((row for row in reversed(order) if (row.frames.start, row.channel) < place), order[-1])
    return next((row for row in order if (row.frames.start, row.channel) > place), order[0])


def at(found: Sequence[CaptionRow], frame: int, name: str = "") -> CaptionRow | None:
    """The caption on screen at this frame: this strip's, else one that was written before an editor's own, the highest channel first."""
    here = [row for row in found if row.frames.holds(frame) and name in ("", row.name)]
    return max(here, key=lambda row: (not row.muted, row.kind == "caption", row.kind != "own", row.channel), default=None)


def searched(found: Sequence[CaptionRow], needle: str) -> tuple[bool, ...]:
    """For each row whether its text holds `needle`, or its speaker does, whatever the case and the line breaks."""
    wanted = " ".join(needle.casefold().split())
    return tuple(wanted in f"{' '.join(row.text.casefold().split())} {row.speaker.casefold()}" for row in found)


def counted(found: Sequence[CaptionRow]) -> Mapping[str, int]:
    """How many captions there are, break rules, have doubtful and misspelt words."""
    return {
        "captions": len(found),
        "problems": sum(bool(row.problems) for row in found),
        "doubtful": sum(bool(row.doubtful) for row in found),
        "misspelt": sum(bool(row.misspelt) for row in found),
    }
