"""Trains what `ml/engines/feelings.py` adds to MiniLM: low-rank deltas of its layers, and two heads, stored as `feelings.npz`.

    python -m benchmarks.train_feelings --sst2 FILE --tweets TEXTS LABELS --ekman TRAIN DEV --models DIR [--out FILE] [...]

What is shipped was made by these, OMP_WAIT_POLICY=passive, bfloat16 on two cores with AVX-512, eight to twelve minutes each:

    ... --epochs 4 --rate 7e-4 --hidden 0 --emotional 0.5 --brief 1 --keep first.pt
    ... --epochs 3 --rate 4e-4 --heads first.pt --keep second.pt
    ... --epochs 3 --rate 5e-4 --hidden 0.15 --emotional 0.15 --brief 1 --heads second.pt --keep third.pt
    ... --join first.pt second.pt third.pt --out stage.npz

and, when there were lines of our own (`feelings_lines.tsv`, the three above had none; five to seven minutes each):

    ... --onward stage.npz --epochs 1 --rate 3e-4 --hidden 0.05 --emotional 0.4 --brief 0.25 --keep fourth.pt
    ... --onward stage.npz --epochs 1 --rate 4e-4 --seed 3 --hidden 0.1 --emotional 0.35 --brief 0.5 --keep fifth.pt
    ... --onward stage.npz --share 0.95 --join fourth.pt fifth.pt

E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022. Several sets teach one network at once: what a set does not
say is masked out of the loss. Whole sentences of SST-2 are held out with all their phrases, a quarter of the tweets, GoEmotions'
development set, and a fifth of our own lines. Half of each calibrates; the scores are of the other half, by the weights as they are stored
and the code that users run, beside VADER and a linear classifier on MiniLM's vectors as they were. Of a run the mean of the last steps is
kept, whatever it scores; that the mean of three runs is shipped, was decided by the held-out scores. Random numbers are seeded; with other
threads or another processor sums differ in their last bits.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import feelings_data as data
from benchmarks.feelings_data import NEGATIVE, POSITIVE, Row, Sets
from benchmarks.feelings_keeping import Onward, held_out, joined, report, store, stored_in
from benchmarks.feelings_network import Student, batches, losses
from ml.engines import feelings, minilm

RANK, JOINED = 32, 44
"""Of each delta, and of the mean of several networks'."""
TYPICAL = 45.0
"""Rows of a batch: sums of losses are divided by it, so that a row counts alike in any batch."""
AVERAGED = 0.998
"""What is stored is the mean of the weights over the last steps, each counting this much of the next (B. Polyak, A. Juditsky, 1992)."""
HELD_SENTENCES, HELD_TWEETS, SPLIT = 700, 500, 1
"""What is held out, and the seed that says which: the same for every run, or the mean of several would know it."""
SEEN = 6
"""How often an epoch sees a line of our own."""
WHOLE, WORD, TWEET, LEANING = 2.0, 0.5, 2.0, 0.3
"""What a whole sentence, a single word, a tweet, and the sentiment that an emotion stands for count beside a phrase."""


@dataclass(frozen=True)
class Course:
    """How it is taught. `rate` at its highest. Each epoch sees the shares `emotional` of the rows of emotions and `brief` of phrases of
    three words and less; `hidden` is the share of tokens masked: phrases of one sentence are not to be known by heart."""

    epochs: int
    rate: float
    seed: int
    emotional: float
    brief: float
    hidden: float

    def share(self, row: Row) -> float:
        """How likely an epoch sees it."""
        return 1.0 if row.ours else self.emotional if row.emotions else self.brief if row.binary and row.text.count(" ") < 3 else 1.0


def gather(sst2: Path, tweets: Sequence[Path], ekman: Sequence[Path]) -> Sets:
    found = data.read_sst2(sst2)
    phrases, held, sources = data.hold_out(found, HELD_SENTENCES, SPLIT)
    first = data.beginnings((words for words, _ in found), sources)
    learnt = []
    for words, label in phrases:
        sentence = words in sources and data.whole(words)
        weight = WHOLE if sentence else WORD if len(words) == 1 else 1.0
        learnt.append(Row(" ".join(words), POSITIVE if label else NEGATIVE, not sentence, weight=weight))
    rows = data.read_tweets(*tweets)
    random.Random(SPLIT).shuffle(rows)
    learnt += [Row(text, label, weight=TWEET) for text, label in rows[HELD_TWEETS:] * 2]
    for text, emotions in data.read_ekman(ekman[0]):
        learnt.append(Row(text, data.leaning(emotions), emotions=emotions, weight=LEANING))
    sentences = tuple(Row(" ".join(words), POSITIVE if label else NEGATIVE) for words, label in held)
    kept: list[tuple[Row, ...]] = []
    for ours in data.read_lines(data.LINES):
        kept.append(tuple(row for row in ours if data.held(row)))
        learnt += [row for row in ours if not data.held(row)] * SEEN
    return Sets(
        tuple(learnt),
        sentences,
        tuple(row for row in sentences if row.text.split()[0] in first),
        tuple(Row(text, label) for text, label in rows[:HELD_TWEETS]),
        tuple(Row(text, emotions=emotions) for text, emotions in data.read_ekman(ekman[1])),
        *kept,
    )


def varied(row: Row, chance: random.Random) -> Row:
    """The same said a little differently: SST-2's tokens as people write, now and then without a full stop."""
    text = data.natural(row.text) if not row.emotions and chance.random() < 0.5 else row.text
    return replace(row, text=text.rstrip(" .") or text if chance.random() < 0.15 else text)


def learn(student: Student, tokenizer: Any, sets: Sets, course: Course) -> None:
    """Prints the loss as it goes, and the held-out scores after each epoch."""
    chance = random.Random(course.seed)
    learnt = [parameter for parameter in student.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=course.rate, weight_decay=0.01, betas=(0.9, 0.98))
    begun, step, steps = time.monotonic(), 0, 0
    means = [parameter.detach().clone() for parameter in learnt]
    for epoch in range(course.epochs):
        rows = [varied(row, chance) for row in sets.learnt if chance.random() < course.share(row)]
        parts = list(batches(rows, tokenizer, chance, course.hidden))
        steps = steps or course.epochs * len(parts)
        student.train()
        running = 0.0
        for number, batch in enumerate(parts):
            part = min(1.0, step / steps)
            for group in optimiser.param_groups:
                group["lr"] = course.rate * min(part / 0.06, 1.0, (1 - part) / 0.94 + 0.01)
            loss = losses(batch, *student(batch.ids, batch.mask)) / TYPICAL
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            step += 1
            with torch.no_grad():
                for mean, parameter in zip(means, learnt, strict=True):
                    mean.lerp_(parameter, 1 - min(AVERAGED, step / (step + 10)))
            running += float(loss.detach())
            if number % 200 == 199:
                spent = time.monotonic() - begun
                print(f"epoch {epoch + 1} step {step}/{steps} loss {running / 200:.3f}, {spent / step:.2f} s a step", flush=True)
                running = 0.0
        print(f"epoch {epoch + 1}: {held_out(student, tokenizer, sets)}", flush=True)
    with torch.no_grad():
        for mean, parameter in zip(means, learnt, strict=True):
            parameter.copy_(mean)
    print(f"mean of the last steps: {held_out(student, tokenizer, sets)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sst2", type=Path, required=True)
    parser.add_argument("--tweets", type=Path, nargs=2, required=True, metavar=("TEXTS", "LABELS"))
    parser.add_argument("--ekman", type=Path, nargs=2, required=True, metavar=("TRAIN", "DEV"))
    parser.add_argument("--models", type=Path, required=True, help="the folder of installed models")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--emotional", type=float, default=0.3)
    parser.add_argument("--brief", type=float, default=0.25)
    parser.add_argument("--hidden", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="the weights as they were trained, for --heads and --join")
    parser.add_argument("--heads", type=Path, help="weights that were kept whose heads this begins with; its deltas begin anew")
    parser.add_argument("--onward", type=Path, help="stored weights from which this goes on; its deltas are added to theirs by --join")
    parser.add_argument("--share", type=float, default=1.0, help="how much of the way from there --join goes")
    parser.add_argument("--join", type=Path, nargs="+", help="the mean of weights that were kept, instead of learning")
    parser.add_argument("--out", type=Path, default=feelings.WEIGHTS)
    options = parser.parse_args()
    if options.onward and not options.join and not options.keep:
        parser.error("what goes --onward is kept with --keep, and stored by --join")
    torch.manual_seed(options.seed)
    sets = gather(options.sst2, options.tweets, options.ekman)
    print(f"{len(sets.learnt)} rows, held out {len(sets.sentences)} sentences, {len(sets.tweets)} tweets, {len(sets.ekman)} of Ekman's")
    reader = minilm.load(options.models)
    onward = Onward(stored_in(options.onward), options.share) if options.onward else None
    student = Student(reader.network, JOINED if options.join else RANK)
    if onward and not options.join:
        student.begin(feelings.unpacked(onward.stored), onward.stored)
    if options.heads:
        kept = torch.load(options.heads, weights_only=True)
        student.load_state_dict({name: value for name, value in kept.items() if "body" not in name}, strict=False)
    if options.join:
        joined(student, options.join, onward)
        print(f"joined: {held_out(student, reader.tokenizer, sets)}", flush=True)
    else:
        course = Course(options.epochs, options.rate, options.seed, options.emotional, options.brief, options.hidden)
        learn(student, reader.tokenizer, sets, course)
    if options.keep:
        torch.save(
            {name: value for name, value in student.state_dict().items() if name.endswith((".up", ".down")) or "body" not in name},
            options.keep,
        )
    if onward and not options.join:
        return 0
    store(student, reader.tokenizer, sets, options.out)
    report(options.out, options.models, sets)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
