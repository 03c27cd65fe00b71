"""How the networks of feelings are taught: what they see how often, and how fast they learn."""

from __future__ import annotations

import random
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks import feelings_data as data
from benchmarks.feelings_data import NEGATIVE, POSITIVE, Row, Sets
from benchmarks.feelings_keeping import held_out
from benchmarks.feelings_network import TOKENS, Student, batches, losses

RANK = 32
"""Of each delta."""
TYPICAL = 45.0 / TOKENS
"""Rows of a batch for each of its tokens: sums of losses are divided by it, so that a row counts alike in any batch."""
HELD_SENTENCES, HELD_TWEETS, SPLIT = 700, 500, 1
"""What is held out, and the seed that says which: the same for every run, or the mean of several would know it."""
SEEN = 6
"""How often an epoch sees a line of our own."""
WHOLE, WORD, TWEET, LEANING = 2.0, 0.5, 2.0, 0.3
"""What a whole sentence, a single word, a tweet, and the sentiment that an emotion stands for count beside a phrase."""
PRIOR = 0.55
"""What a review's own label adds to the logit of its side for each of its sentences, and takes from the other."""


@dataclass(frozen=True)
class Course:
    """How it is taught. `rate` at its highest. Each epoch sees the shares `emotional` of the rows of emotions, `brief` of phrases of three
    words and less, `short` of those of four and five, `ours` of our own lines, `reviews` of what only a teacher labels; `hidden` is the
    share of tokens masked: phrases of one sentence are not to be known by heart. What is stored is the mean of the weights over the last
    steps, each counting `averaged` of the next (B. Polyak, A. Juditsky, 1992)."""

    epochs: int
    rate: float
    seed: int
    emotional: float
    brief: float
    hidden: float
    short: float = 1.0
    ours: float = 1.0
    reviews: float = 1.0
    averaged: float = 0.998
    tokens: int = TOKENS

    def share(self, row: Row) -> float:
        """How likely an epoch sees it."""
        if row.ours:
            return self.ours
        if row.emotions:
            return self.emotional
        if row.sentiment is None:
            return self.reviews
        words = row.text.count(" ") + 1
        return 1.0 if not row.binary or words > 5 else self.brief if words < 4 else self.short


def add_texts(parser: ArgumentParser) -> None:
    parser.add_argument("--sst2", type=Path, required=True)
    parser.add_argument("--tweets", type=Path, nargs=2, required=True, metavar=("TEXTS", "LABELS"))
    parser.add_argument("--ekman", type=Path, nargs=2, required=True, metavar=("TRAIN", "DEV"))


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


def told(sets: Sets, answers: Sequence[Path]) -> Sets:
    """The same with what a teacher said, and with the sentences of reviews that it alone labels.

    `answers` hold `texts`, `logits` (n, 3), and `labels`: of a sentence of a review 0 or 1, what the review thinks; else -1.
    """
    said: dict[str, tuple[float, ...]] = {}
    reviews: list[str] = []
    for path in answers:
        with np.load(path, allow_pickle=False) as file:
            texts, logits, labels = file["texts"], file["logits"].astype(np.float32), file["labels"]
        side = np.array([1.0, 0.0, -1.0], np.float32)
        logits += PRIOR * np.where(labels < 0, 0, 1 - 2 * labels)[:, None] * side
        said |= zip(texts.tolist(), map(tuple, logits.tolist()), strict=True)
        reviews += texts[labels >= 0].tolist()
    known = tuple(replace(row, told=said.get(row.text, ())) for row in sets.learnt)
    return replace(sets, learnt=known + tuple(Row(text, told=said[text]) for text in reviews))


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
        parts = list(batches(rows, tokenizer, chance, course.hidden, course.tokens))
        steps = steps or course.epochs * len(parts)
        student.train()
        running = 0.0
        for number, batch in enumerate(parts):
            part = min(1.0, step / steps)
            for group in optimiser.param_groups:
                group["lr"] = course.rate * min(part / 0.06, 1.0, (1 - part) / 0.94 + 0.01)
            loss = losses(batch, *student(batch.ids, batch.mask)) / (TYPICAL * course.tokens)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            step += 1
            with torch.no_grad():
                for mean, parameter in zip(means, learnt, strict=True):
                    mean.lerp_(parameter, 1 - min(course.averaged, step / (step + 10)))
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
