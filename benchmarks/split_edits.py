"""J- and L-cuts against word times, beside the sound's cut put half a second earlier everywhere; used by `benchmarks/transitions.py`.

Dialogues are made at random: takes with words of a fifth to three fifths of a second, in sentences; beyond what is seen of a take more is
said in it (that was cut out). One cut in five breaks a word. What counts is what is heard: a word is heard if its middle is, and broken if
the sound's cut goes through it, more than a frame from its ends.
"""

from __future__ import annotations

import importlib
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

from benchmarks.inside_blender import EXTENSION

RATE = Fraction(25)
AHEAD, TAIL = 200, 200
EARLIER = 12


def _module(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


def take(dice: random.Random) -> tuple[list[tuple[int, int]], int, int]:
    """(words in frames of the take, first and last frame shown, plus one)."""
    words, at = [], dice.randint(5, 20)
    while at < AHEAD + TAIL + 100:
        for _ in range(dice.randint(2, 7)):
            length = dice.randint(5, 15)
            words.append((at, at + length))
            at += length + dice.randint(1, 3)
        at += dice.randint(10, 40)
    pauses = [(one[1], other[0]) for one, other in pairwise(words) if other[0] - one[1] >= 10]
    first = dice.choice([gap for gap in pauses if gap[0] < AHEAD])
    last = dice.choice([gap for gap in pauses if gap[0] > first[1] + 75])
    return words, dice.randint(first[0] + 2, first[1] - 2), dice.randint(last[0] + 2, last[1] - 2)


def dialogues(count: int, seed: int) -> dict[str, float]:
    """Shares of cuts, seconds, and words a hundred cuts, by what they are."""
    state, base, facts = _module("timeline.state"), _module("timeline.timebase"), _module("ml.facts")
    score: dict[str, float] = dict.fromkeys(("cuts", "split", "overlap", "off"), 0.0)
    words_of = {who: {"broken": 0, "lost": 0, "added": 0} for who in ("before", "ours", "naive")}
    for number in range(count):
        dice = random.Random(f"{seed} {number}")
        strips, spoken, transcripts, at = [], {}, {}, 1
        for index in range(3):
            words, first, last = take(dice)
            if dice.random() < 0.2:
                broken = dice.choice([word for word in words if last - 40 < word[0] < last] or words)
                last = max(first + 60, sum(broken) // 2)
            name, frames = f"t{index}", base.FrameRange(at, at + last - first)
            origin = Fraction(at - first)
            whole = facts.Span(Fraction(0), Fraction(words[-1][1] + 20) / RATE)
            movie = base.SourceMap(origin, RATE, Fraction(0), RATE, 1.0)
            strips.append(state.StripRef(name, "MOVIE", name, name, 2, frames, movie, whole, partners=(f"{name} s",)))
            strips.append(state.StripRef(f"{name} s", "SOUND", name, name, 1, frames, base.SourceMap(origin, RATE), partners=(name,)))
            told = tuple(facts.Word(f" w{start}", start / RATE, end / RATE, 1.0) for start, end in words)
            said = facts.Utterance(told)
            transcripts[name] = facts.Transcript(whole, Fraction(0), "en", 1.0, "made", "", "transcribe", (said,))
            spoken[name] = [(origin + start, origin + end) for start, end in words]
            at += last - first
        done = _planned(strips, transcripts)
        score["cuts"] += 2
        score["split"] += len(done.shapes)
        seen = [float(one / RATE) for one in done.overlaps if one]
        score["overlap"] += sum(seen)
        score["off"] += sum(abs(one - 0.6) for one in seen)
        score["moved pictures"] = score.get("moved pictures", 0) + len(seen)
        before = {one.name: one.frames for one in strips if one.kind == "SOUND"}
        ours, naive = dict(before), dict(before)
        for roll in done.rolls:
            _roll(ours, roll.before, roll.after, roll.to)
        for one, other in pairwise(list(before)):
            _roll(naive, (one,), (other,), before[other].start - EARLIER)
        for who, frames in (("before", before), ("ours", ours), ("naive", naive)):
            _count(words_of[who], before, frames, spoken)
    cuts, moved = score["cuts"], max(1.0, score.get("moved pictures", 0.0))
    found = {
        "cuts between two who speak": cuts, "of them J- or L-cuts": score["split"] / cuts,
        "seconds of speech over the other's picture (wanted .6)": score["overlap"] / moved,
        "seconds off what was wanted": score["off"] / moved,
    }  # fmt: skip
    for who, counts in words_of.items():
        found |= {f"words {what} in a hundred cuts, {who}": 100 * amount / cuts for what, amount in counts.items()}
    return found


def _planned(strips: list[Any], transcripts: dict[str, Any]) -> Any:
    layouts, facts = _module("timeline.layout"), _module("ml.facts")
    edits, base = _module("timeline.split_edits"), _module("timeline.timebase")
    items = []
    whole = {one.medium: one.content for one in strips if one.content}
    for one in strips:
        start = int(one.source.origin)
        content = base.FrameRange(start, start + int(whole[one.medium].end * RATE))
        items.append(layouts.Item(one.name, one.kind, one.channel, one.frames, content))
    layout = layouts.Layout("Scene", RATE, base.FrameRange(1, 9999), tuple(items))
    shots = {medium: facts.Shots(span, Fraction(0), RATE, 9999, "made", ()) for medium, span in whole.items()}
    met = _module("timeline.meetings").meetings(strips, shots)
    return edits.plan(layout, tuple(strips), transcripts, met, (), (), (), edits.SplitOptions())


def _roll(frames: dict[str, Any], before: tuple[str, ...], after: tuple[str, ...], to: int) -> None:
    kind = _module("timeline.timebase").FrameRange
    for name in before:
        if name in frames:
            frames[name] = kind(frames[name].start, to)
    for name in after:
        if name in frames:
            frames[name] = kind(to, frames[name].end)


def _count(counts: dict[str, int], before: dict[str, Any], frames: dict[str, Any], spoken: dict[str, Any]) -> None:
    first, last = min(one.start for one in frames.values()), max(one.end for one in frames.values())
    for name, now in frames.items():
        was = before[name]
        for start, end in spoken[name.removesuffix(" s")]:
            middle = (start + end) / 2
            counts["broken"] += any(start + 1 < cut < end - 1 for cut in {now.start, now.end} - {first, last})
            counts["lost"] += (was.start < middle <= was.end) and not now.start < middle <= now.end
            counts["added"] += (now.start < middle <= now.end) and not was.start < middle <= was.end
