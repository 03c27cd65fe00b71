# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""What planning and merging cost on a long timeline, Blender's own writing apart: the first run, a repeat, other options.

    python benchmarks/replan.py [--cuts N --words N]

The film is made up: random shots and sentences from a fixed seed, cut in picture and sound as the writer would. The redo
panel undoes first, so its cost is that of a first run. Below it: parts cut out of everything, and put in another order.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml.facts import Boundary, Shots, Span, Transcript, Utterance, Word
from assistant_editor.timeline.caption_rules import PRESETS
from assistant_editor.timeline.changes import Changes
from assistant_editor.timeline.layout import Cutout, Item, Layout, Ripple
from assistant_editor.timeline.ledger import with_styles
from assistant_editor.timeline.merge import merge, standing
from assistant_editor.timeline.plan import Caption, Cut, Plan
from assistant_editor.timeline.planners import captions, shots
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.ripple import cut_out, reorder
from assistant_editor.timeline.state import CaptionRef, StripRef, Tag, Timeline
from assistant_editor.timeline.timebase import FrameRange, SourceMap

RATE = Fraction(30000, 1001)
MEDIUM, STAMP = "film", "benchmark"
FILMS = ((1500, 9000), (5000, 10000))
"""(cuts, words): an hour of film, and 10 002 pieces."""


def film(cuts: int, words: int, seed: int = 1) -> tuple[Shots, Transcript]:
    """Facts of a made-up film: `cuts` boundaries with scores from 0.2 up, `words` in sentences with pauses."""
    chance = random.Random(seed)
    frame, boundaries = 0, []
    for _ in range(cuts):
        frame += chance.randint(20, 120)
        boundaries.append(Boundary(frame, frame / RATE, chance.uniform(0.2, 1.0)))
    frames = frame + 100
    pace = float(frames / RATE) / words
    said, utterances, at = [], [], Fraction(0)
    for number in range(words):
        length = Fraction(round(1000 * pace * chance.uniform(0.3, 0.8)), 1000)
        ending = chance.choices(("", ",", "."), (82, 9, 9))[0]
        said.append(Word(" " + "abcdefghijklm"[: chance.randint(1, 12)] + ending, at, at + length, chance.uniform(0.3, 1.0)))
        at = Fraction(round(1000 * pace * (number + 1)), 1000)
        if ending == ".":
            utterances.append(Utterance(tuple(said)))
            said = []
    utterances.append(Utterance(tuple(said)))
    whole = Span(Fraction(0), frames / RATE)
    return (
        Shots(whole, Fraction(0), RATE, frames, "transnetv2", tuple(boundaries)),
        Transcript(whole, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", tuple(utterances)),
    )


def uncut(frames: int) -> Timeline:
    """The whole film and its sound, and nothing else."""
    source = SourceMap(Fraction(1), RATE, Fraction(0))
    extent = FrameRange(1, frames + 1)
    movie = StripRef("film", "MOVIE", "/film", MEDIUM, 2, extent, replace(source, pictures=RATE, step=1.0), partners=("sound",))
    sound = StripRef("sound", "SOUND", "/film", MEDIUM, 1, extent, source, partners=("film",))
    return Timeline("Scene", STAMP, RATE, extent, (sound, movie))


def written(timeline: Timeline, changes: Changes) -> Timeline:
    """What the writer makes of a first run's `changes`."""
    places: list[tuple[int, Tag | None]] = []
    texts, styles = [], {}
    for add in changes.adds:
        edit = add.edit
        words = edit.words if isinstance(edit, Caption) else ()
        tag = Tag(STAMP, add.record, edit.identity.kind, edit.why.confidence, edit.why.reason, words, edit.identity)
        if isinstance(edit, Cut):
            places.append((edit.frame, tag))
        elif isinstance(edit, Caption):
            texts.append(CaptionRef(f"Caption {add.record}", edit.text, 3, edit.frames, "plain", "", tag))
            styles[add.record] = "plain"
    strips = []
    whole = timeline.strips[0].frames
    edges = [(whole.start, None), *sorted(places, key=_frame), (whole.end, None)]
    for number, ((start, cut_by), (end, _)) in enumerate(pairwise(edges)):
        names = {ref.name: f"{ref.name}.{number:03}" if number else ref.name for ref in timeline.strips}
        for ref in timeline.strips:
            partners = tuple(names[name] for name in ref.partners)
            strips.append(replace(ref, name=names[ref.name], frames=FrameRange(start, end), partners=partners, tag=cut_by))
    return replace(timeline, strips=tuple(strips), captions=tuple(texts), ledger=with_styles(changes.ledger, styles))


def _frame(place: tuple[int, Tag | None]) -> int:
    return place[0]


def rerun(
    timeline: Timeline, facts: tuple[Shots, Transcript], cutting: ShotsPlanOptions, saying: CaptionOptions
) -> tuple[Changes, list[float]]:
    """One run as an operator makes it, and the seconds of the processor its parts took: what stands, the two plans, the merge."""
    timeline = replace(timeline)  # a new reading: nothing is known of it yet
    clock = [time.process_time()]

    def lap() -> None:
        clock.append(time.process_time())

    stands = standing(timeline)
    lap()
    plan: Plan = shots.plan({MEDIUM: facts[0]}, timeline.strips, cutting, stands, timeline.rate)
    lap()
    plan += captions.plan({MEDIUM: facts[1]}, timeline.strips, saying, stands, timeline.rate)
    lap()
    changes = merge(timeline, plan)
    lap()
    return changes, [after - before for before, after in pairwise(clock)]


def best_of(times: int, run: Callable[[], tuple[Changes, list[float]]]) -> tuple[Changes, list[float]]:
    """The changes, and the quickest of some runs."""
    runs = [run() for _ in range(times)]
    return min(runs, key=lambda one: sum(one[1]))


def laid(strips: int) -> Layout:
    """So many strips of a hundred frames, half of them pictures, half their sounds."""
    items = []
    for number in range(strips // 2):
        frames, names = FrameRange(1 + 100 * number, 101 + 100 * number), (f"movie {number}", f"sound {number}")
        items.append(Item(names[0], "MOVIE", 2, frames, frames, partners=names[1:]))
        items.append(Item(names[1], "SOUND", 1, frames, frames, partners=names[:1], sounds=True))
    return Layout("Scene", RATE, FrameRange(1, 1 + 50 * strips), tuple(items))


def rippled(count: int, times: int) -> dict[str, float]:
    """Seconds of the processor to cut as many parts out of so many strips, by ripple mode, and to put as many in another order."""
    layout = laid(count)
    parts = [Cutout(FrameRange(21 + 50 * number, 31 + 50 * number), (f"sound {number // 2}",)) for number in range(count)]
    order = [FrameRange(1 + 50 * number, 51 + 50 * number) for number in reversed(range(count))]
    modes: tuple[Ripple, ...] = ("all", "selected", "lift", "copy")
    runs: dict[str, Callable[[], object]] = {mode: partial(cut_out, layout, parts, mode) for mode in modes}
    runs["order"] = partial(reorder, layout, order)

    def seconds(run: Callable[[], object]) -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return {name: min(seconds(run) for _ in range(times)) for name, run in runs.items()}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int)
    parser.add_argument("--words", type=int)
    parser.add_argument("--times", type=int, default=3, help="runs of which the quickest counts (default 3)")
    options = parser.parse_args(argv)
    films = [(options.cuts or 1500, options.words or 9000)] if options.cuts or options.words else FILMS
    columns = ("standing", "shots", "captions", "merge", "in all, ms", "adds", "updates", "removes")
    print(f"{'film':<22}{'run':<16}" + "".join(f"{column:>12}" for column in columns))
    for cuts, words in films:
        facts = film(cuts, words)
        start = uncut(facts[0].frames)
        usual = (ShotsPlanOptions(sensitivity=1.0, minimum_seconds=Fraction(0)), CaptionOptions())
        narrow = CaptionOptions(replace(PRESETS["netflix"], max_characters=32))
        other = (ShotsPlanOptions(sensitivity=0.6, minimum_seconds=Fraction(1)), narrow)
        line = written(start, rerun(start, facts, *usual)[0])
        for name, timeline, wanted in (("first", start, usual), ("repeat", line, usual), ("other options", line, other)):
            changes, seconds = best_of(options.times, lambda timeline=timeline, wanted=wanted, facts=facts: rerun(timeline, facts, *wanted))
            row = [round(1000 * part) for part in (*seconds, sum(seconds))]
            row += [len(changes.adds), len(changes.updates), len(changes.removes)]
            print(f"{f'{cuts} cuts {words} words':<22}{name:<16}" + "".join(f"{value:>12}" for value in row))
    print(f"\n{'parts of strips, ms':<22}" + "".join(f"{name:>12}" for name in ("all", "selected", "lift", "copy", "order")))
    for count in (1000, 10_000):
        print(f"{f'{count} of {count}':<22}" + "".join(f"{round(1000 * took):>12}" for took in rippled(count, options.times).values()))


if __name__ == "__main__":
    main()
