"""Captions in another language: standing captions become sentences, and translated sentences captions that are divided anew. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from ..ml.facts import Span, Transcript, Utterance, Word
from .caption_list import words_of
from .caption_rules import WIDE
from .plan import Caption, CaptionStyle, Kind, Plan, Why
from .planners import captions as planner
from .planners.captions import CaptionOptions
from .standing import Standing
from .state import CaptionRef, StripRef, Timeline
from .survey import Survey

ENDS = (".", "?", "!", "…", "。", "\uff1f", "\uff01", "؟", "।")
CLOSING = "\"'»”\u2019)]」』"
PAUSE = Fraction(2)
"""Seconds without a word that end a sentence, whatever its last sign."""
LONGEST = 400
"""Characters of a sentence: what never ends is translated in parts."""
RAISED = 2.5
"""Heights of a letter times lines by which a translation stands above the caption it translates."""
UNSPACED = WIDE | {"th"}
"""Languages written without spaces between words."""


@dataclass(frozen=True)
class Sentence:
    """What is said in a medium from the first to the last of `words`, as it stands in captions, corrections included."""

    medium: str
    words: tuple[Word, ...]
    speaker: str = ""

    @property
    def text(self) -> str:
        return " ".join("".join(word.text for word in self.words).split())


def sentences(timeline: Timeline, media: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """The sentences of all captions that stand and have words with times, in order; of `media` alone where any are named.

    Names and hyphens that say who speaks are left out. Raises `EditorError` when the ledger cannot be read.
    """
    said: dict[str, list[tuple[Word, str]]] = {}
    for entry in Survey(timeline).texts("caption"):
        if entry.copy or not entry.things or (media and entry.identity.medium not in media):
            continue
        speaker = entry.record.speaker if entry.record is not None else ""
        for thing in entry.things:
            assert isinstance(thing, CaptionRef)
            said.setdefault(entry.identity.medium, []).extend((word, speaker) for word in _plain(words_of(thing), speaker))
    found = []
    for medium, words in said.items():
        row = sorted({(word.start, word.end, word.text): (word, who) for word, who in words}.values(), key=lambda one: one[0].start)
        found += [
            Sentence(medium, tuple(word for word, _ in part), part[0][1]) for part in _parts(row)
        ]
    return tuple(one for one in found if any(sign.isalnum() for sign in one.text))


def _plain(words: Sequence[Word], speaker: str) -> list[Word]:
    """Without the mark that says who speaks. A mark is a part of the first word (`attribution.marked`)."""
    plain = list(words)
    mark = f"{speaker.upper()}: "
    if not plain:
        return plain
    first = plain[0].text
    space, rest = first[: len(first) - len(first.lstrip())], first.lstrip()
    if speaker and rest.startswith(mark):
        plain[0] = replace(plain[0], text=space + rest[len(mark) :])
    elif rest.startswith("-") and rest[1:2].isalnum():
        plain[0] = replace(plain[0], text=space + rest[1:])
    return plain


def _parts(row: Sequence[tuple[Word, str]]) -> list[list[tuple[Word, str]]]:
    parts: list[list[tuple[Word, str]]] = []
    length = 0
    for word, who in row:
        before = parts[-1][-1] if parts else None
        ended = before is None or before[0].text.rstrip(CLOSING + " ").endswith(ENDS) or before[1] != who
        if ended or word.start - before[0].end >= PAUSE or length + len(word.text) > LONGEST:  # type: ignore[index]
            parts.append([])
            length = 0
        parts[-1].append((word, who))
        length += len(word.text)
    return parts


def transcripts(
    known: Sequence[Sentence], texts: Sequence[str], origins: Mapping[str, Fraction], target: str, model: str
) -> dict[str, Transcript]:
    """The translated sentences by medium, every word with a time. `origins`: where each medium's sound begins in its container."""
    found = {}
    pairs = sorted(zip(known, texts, strict=True), key=lambda pair: (pair[0].medium, pair[0].words[0].start))
    for medium, group in groupby(pairs, key=lambda pair: pair[0].medium):
        utterances = [Utterance(words, 0.0, target) for sentence, text in group if (words := timed(sentence, text, target))]
        if utterances:
            span = Span(utterances[0].words[0].start, max(word.end for one in utterances for word in one.words))
            found[medium] = Transcript(
                span, origins.get(medium, Fraction(0)), target, 1.0, "transformers", model, "translate", tuple(utterances)
            )
    return found


def timed(sentence: Sentence, text: str, target: str) -> tuple[Word, ...]:
    """The words of a translation with times: each where as much of the sentence was said as of the translation came before it.

    Pauses between the sentence's words stay pauses: a word that would lie across one begins after it.
    """
    parts = _words(text, target)
    total = sum(len(part) for part in parts)
    if not total:
        return ()
    sure = sum(word.confidence for word in sentence.words) / len(sentence.words)
    words, done = [], 0
    for part in parts:
        start = _moment(sentence.words, Fraction(done, total), after=True)
        done += len(part)
        end = max(start, _moment(sentence.words, Fraction(done, total), after=False))
        words.append(Word(part, start, end, round(sure, 4)))
    return tuple(words)


def _words(text: str, target: str) -> list[str]:
    if target not in UNSPACED:
        return [f" {word}" for word in text.split()]
    parts: list[str] = []
    for sign in "".join(text.split(" ")) if target != "ko" else text:
        if parts and not sign.isalnum():
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _moment(words: Sequence[Word], share: Fraction, *, after: bool) -> Fraction:
    """When `share` of all that is said in `words` is said; at a pause after it, or before it."""
    spoken = sum((word.end - word.start for word in words), Fraction(0))
    if not spoken:
        return words[0].start
    left = share * spoken
    for word in words:
        length = word.end - word.start
        if left < length or (left == length and not after):
            return word.start + left
        left -= length
    return words[-1].end


def raised(style: CaptionStyle, lines: int) -> CaptionStyle:
    """`style` above captions of so many lines, below them where it stands at the top; it does not show what is being said."""
    x, y = style.position
    by = lines * RAISED / 2 * style.font_size
    return replace(style, position=(x, round(y - by if style.anchor == "top" else min(0.9, y + by), 4)), motion="none")


def plan(
    translated: Mapping[str, Transcript],
    strips: Sequence[StripRef],
    options: CaptionOptions,
    standing: Standing,
    rate: Fraction,
    origins: Mapping[str, Fraction] | None = None,
    cuts: Sequence[int] = (),
) -> Plan:
    """Captions of translated transcripts, of the kind "translation", divided by the rules for their language.

    What the editor changed or deleted of earlier translations is kept as with captions; captions are in nobody's way.
    """
    claims = tuple(
        replace(claim, identity=replace(claim.identity, kind="caption"))
        for claim in standing.claims
        if claim.identity.kind == "translation"
    )
    options = replace(options, rules=options.rules.translated())
    planned = planner.plan(translated, strips, options, replace(standing, claims=claims), rate, origins, cuts)
    edits = tuple(_as_translation(edit) for edit in planned.edits if isinstance(edit, Caption))
    kind: Kind = "translation"
    return replace(planned, edits=edits, media=tuple((medium, kind) for medium, _kind in planned.media))


def _as_translation(caption: Caption) -> Caption:
    reason = caption.why.reason.replace("heard by", "translated by", 1).split(", least sure")[0]
    reason = "; ".join([reason, *caption.why.reason.split("; ")[1:]])  # the rules it breaks
    return replace(caption, identity=replace(caption.identity, kind="translation"), why=Why(caption.why.confidence, reason))
