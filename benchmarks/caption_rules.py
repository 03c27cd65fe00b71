# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""Rules that captions break: ours, one strip a segment, and pysubs2's defaults, on the same transcripts, for each preset.

    python benchmarks/caption_rules.py [--transcripts FILE] [--minutes N] [--rate 24] [--json FILE]

FILE is JSON as `dev.py bench captions --out` writes it: {file: {"text": …, "words": [[word, start, end, confidence], …]}}, where
"segments" ([[start, end, text], …]) may say how the recogniser groups the words; without them a segment ends with a sentence or a
pause of half a second. Without a file transcripts are made up, from fixed seeds: calm, brisk and hasty talk, about 135, 180 and 245
words a minute.

Everybody gets the same segments and the same cuts (made up, one every four seconds on average) at the same frame rate. The plain
writer sets one strip a segment, with the segment's times and text. pysubs2 reads the segments as its documentation says
(`load_from_whisper`), writes SubRip and reads that again. Counted is what `timeline.caption_rules.problems` finds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml.facts import Span, Transcript, Utterance, Word
from assistant_editor.timeline.caption_rules import PRESETS, CaptionRules, Shown, problems
from assistant_editor.timeline.plan import Caption
from assistant_editor.timeline.planners import captions
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.planners.lines import ends_sentence
from assistant_editor.timeline.standing import Standing
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

RULES = ("characters", "lines", "words", "speed", "shortest", "longest", "gap", "overlap", "cut")
PAUSE = Fraction(1, 2)
PACES = {"calm": (0.28, 0.5), "brisk": (0.2, 0.36), "hasty": (0.12, 0.26)}
"""Seconds a made-up word takes, from and to."""


@dataclass(frozen=True)
class Count:
    """How many captions, which rules they break how often, and how many words are missing or too many."""

    captions: int = 0
    broken: tuple[tuple[str, int], ...] = ()
    lost: int = 0

    @property
    def all(self) -> int:
        return sum(number for _rule, number in self.broken)

    def __add__(self, other: Count) -> Count:
        broken = Counter(dict(self.broken))
        broken.update(dict(other.broken))
        return Count(self.captions + other.captions, tuple(sorted(broken.items())), self.lost + other.lost)


def transcript(utterances: Sequence[Sequence[Word]], language: str = "") -> Transcript:
    said = tuple(Utterance(tuple(words)) for words in utterances if words)
    end = max((word.end for utterance in said for word in utterance.words), default=Fraction(0))
    return Transcript(Span(Fraction(0), end), Fraction(0), language, 1.0, "given", "", "transcribe", said)


def given(entry: Mapping[str, Any]) -> Transcript:
    """One file's entry as a transcript. Words without spaces between them get some, where the text has some."""
    rows = entry["words"]
    spaced = any(str(word).startswith(" ") for word, *_rest in rows) or " " not in str(entry.get("text", "")).strip()
    exact = [(Fraction(start).limit_denominator(1000), Fraction(end).limit_denominator(1000)) for _word, start, end, *_rest in rows]
    words = [
        Word(str(row[0]) if spaced else f" {row[0]}", start, max(start, end), float(row[3]) if len(row) > 3 else 1.0)
        for row, (start, end) in zip(rows, exact, strict=True)
    ]
    return transcript(_grouped(words, entry.get("segments")), str(entry.get("language", "")))


def _grouped(words: Sequence[Word], segments: Sequence[Sequence[Any]] | None) -> list[list[Word]]:
    if segments:
        ends = [Fraction(end).limit_denominator(1000) for _start, end, *_rest in segments]
        groups: list[list[Word]] = [[] for _ in segments]
        for word in words:
            middle = (word.start + word.end) / 2
            groups[next((number for number, end in enumerate(ends) if middle < end), len(ends) - 1)].append(word)
        return groups
    groups = [[]]
    for number, word in enumerate(words):
        groups[-1].append(word)
        if number + 1 < len(words) and (ends_sentence(word.text) or words[number + 1].start - word.end >= PAUSE):
            groups.append([])
    return groups


def made_up(pace: str, minutes: float, seed: int = 1) -> Transcript:
    """Sentences of made-up words with pauses, at one of `PACES`."""
    chance = random.Random(f"{pace} {seed}")
    low, high = PACES[pace]
    at, said, words = Fraction(0), [], []
    while at < minutes * 60:
        length = chance.choice((1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 11))
        ending = chance.choices(("", ",", "."), (84, 8, 8))[0]
        seconds = Fraction(round(1000 * chance.uniform(low, high) * (0.4 + length / 8)), 1000)
        words.append(Word(" " + "etaoinshrdlu"[:length] + ending, at, at + seconds, 0.9))
        at += seconds
        if ending:
            at += Fraction(round(1000 * chance.choice((0, 0, 0.1, 0.3, 0.8, 2.0) if ending == "." else (0, 0, 0, 0.2))), 1000)
        if ending == "." or len(words) > 40:
            said.append(words)
            words = []
    return transcript([*said, words])


def cuts_for(said: Transcript, rate: Fraction, seed: int = 1) -> list[int]:
    chance = random.Random(seed)
    frames, at = [], 0.0
    while (at := at + chance.uniform(1.0, 7.0)) < float(said.span.end):
        frames.append(round(at * rate))
    return frames


def ours(said: Transcript, rules: CaptionRules, rate: Fraction, cuts: Sequence[int]) -> list[Shown]:
    high = int((said.span.end + 10) * rate)
    strip = StripRef("sound", "SOUND", "/sound", "m", 1, FrameRange(0, high), SourceMap(Fraction(0), rate))
    plan = captions.plan({"m": said}, [strip], CaptionOptions(rules), Standing(), rate, None, cuts)
    return [Shown(edit.frames, edit.text, said.language) for edit in plan.edits if isinstance(edit, Caption)]


def _segments(said: Transcript) -> list[dict[str, Any]]:
    return [{"start": float(u.words[0].start), "end": float(u.words[-1].end), "text": u.text} for u in said.utterances]


def plain(said: Transcript, rate: Fraction) -> list[Shown]:
    """One strip a segment, with its times and its text."""
    return [_strip(part["start"], part["end"], part["text"], rate, said.language) for part in _segments(said)]


def by_pysubs2(said: Transcript, rate: Fraction) -> list[Shown]:
    """The same by way of pysubs2."""
    import pysubs2

    file = pysubs2.SSAFile.from_string(pysubs2.load_from_whisper(_segments(said)).to_string("srt"))
    return [_strip(event.start / 1000, event.end / 1000, event.plaintext, rate, said.language) for event in file]


def _strip(start: float, end: float, text: str, rate: Fraction, language: str) -> Shown:
    first = round(start * rate)
    return Shown(FrameRange(first, max(first + 1, round(end * rate))), text, language)


def count(shown: Sequence[Shown], said: Transcript, rules: CaptionRules, rate: Fraction, cuts: Sequence[int]) -> Count:
    shown = sorted(shown, key=lambda one: one.frames)
    broken = Counter(problem.rule for here in problems(shown, rules, rate, cuts) for problem in here)
    bare = "".join("".join(one.text.split()) for one in shown)
    heard = "".join("".join(word.text.split()) for word in said.words)
    lost = 0 if bare == heard else sum((Counter(heard) - Counter(bare)).values()) or 1
    return Count(len(shown), tuple(sorted(broken.items())), lost)


def compare(transcripts: Mapping[str, Transcript], rate: Fraction) -> dict[str, dict[str, Count]]:
    """Preset -> writer -> what it breaks in all transcripts."""
    table: dict[str, dict[str, Count]] = {}
    for preset, rules in PRESETS.items():
        row: dict[str, Count] = {}
        for number, said in enumerate(transcripts.values()):
            cuts = cuts_for(said, rate, number)
            written = {"ours": ours(said, rules, rate, cuts), "one strip a segment": plain(said, rate), "pysubs2": by_pysubs2(said, rate)}
            for writer, shown in written.items():
                row[writer] = row.get(writer, Count()) + count(shown, said, rules, rate, cuts)
        table[preset] = row
    return table


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transcripts", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each made-up transcript (default 10)")
    parser.add_argument("--rate", type=Fraction, default=Fraction(24), help="frames a second (default 24)")
    parser.add_argument("--json", type=Path, help="write the counts there")
    options = parser.parse_args(argv)
    if options.transcripts:
        entries = json.loads(options.transcripts.read_text(encoding="utf-8"))
        sets = {"given": {name: given(entry) for name, entry in entries.items()}}
    else:
        sets = {pace: {pace: made_up(pace, options.minutes)} for pace in PACES}
    found = {}
    for name, transcripts in sets.items():
        found[name] = table = compare(transcripts, options.rate)
        words = sum(len(said.words) for said in transcripts.values())
        print(f"\n{name}: {len(transcripts)} transcript(s), {words} words, {float(options.rate):g} frames a second")
        print(f"{'rules':<18}{'writer':<22}{'captions':>9}{'broken':>8}" + "".join(f"{rule:>12}" for rule in RULES) + f"{'lost':>6}")
        for preset, row in table.items():
            for writer, counted in row.items():
                each = dict(counted.broken)
                numbers = "".join(f"{each.get(rule, 0):>12}" for rule in RULES)
                print(f"{preset:<18}{writer:<22}{counted.captions:>9}{counted.all:>8}{numbers}{counted.lost:>6}")
    if options.json:
        plain_numbers = {
            name: {preset: {writer: {"captions": c.captions, "broken": dict(c.broken), "lost": c.lost} for writer, c in row.items()}
                   for preset, row in table.items()}
            for name, table in found.items()
        }  # fmt: skip
        options.json.write_text(json.dumps(plain_numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
