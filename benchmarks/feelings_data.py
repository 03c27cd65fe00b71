"""What `train_feelings.py` learns from and is measured on: whole sentences of SST-2 are held out with all their phrases.

SST-2 (R. Socher et al., EMNLP 2013) gives phrases of one sentence as rows of their own, so rows drawn at random say nothing of sentences
never seen. Tweeteval's sentiment (F. Barbieri et al., 2020) has three classes; GoEmotions (D. Demszky et al., ACL 2020) Ekman's emotions.
"""

from __future__ import annotations

import csv
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

NEGATIVE, NEUTRAL, POSITIVE = range(3)
SENTIMENTS = ("negative", "neutral", "positive")
LINES, EACH, OURS = Path(__file__).with_name("feelings_lines.tsv"), 5, 2.0
"""Lines of our own; of so many one is held out; what the others count beside a phrase."""
UNSEEN = Path(__file__).with_name("feelings_unseen.tsv")
"""Lines of our own that were written apart from those, none of which is ever learnt from."""
EKMAN = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
"""GoEmotions' own order of Ekman's emotions, as its files number them."""
ENDINGS = (".", "!", "?", "...", "'", "''")
SHARED = 6
"""A row that shares this many words in a row with a sentence that is held out is not learnt from."""
REVIEWS = "imdb"
"""Whose reviews teach. Those of Rotten Tomatoes never do: SST was made of them, the sentences it tests with as well."""
SHORTEST, LONGEST = 4, 40
"""Words of a sentence of a review."""


@dataclass(frozen=True)
class Row:
    """A text and what is known of it. `sentiment` is one of the three classes, or None; `binary`: whether neutral was a choice of whoever
    labelled it; `emotions` are indexes into `EKMAN`; `weight` says how much it counts; `ours`: written for this, seen in every epoch;
    `told`: what a larger network says of the three classes, as logits."""

    text: str
    sentiment: int | None = None
    binary: bool = False
    emotions: tuple[int, ...] = ()
    weight: float = 1.0
    ours: bool = False
    told: tuple[float, ...] = ()


@dataclass(frozen=True)
class Sets:
    """Rows to learn from, and sets that are held out; `begun`: the sentences that surely have their beginning; `reviews` and `spoken` are
    lines of our own."""

    learnt: tuple[Row, ...]
    sentences: tuple[Row, ...]
    begun: tuple[Row, ...]
    tweets: tuple[Row, ...]
    ekman: tuple[Row, ...]
    reviews: tuple[Row, ...]
    spoken: tuple[Row, ...]


Words = tuple[str, ...]
Labelled = tuple[Words, int]


def read_sst2(path: Path) -> list[Labelled]:
    """Phrases as words, and 0 or 1, every phrase once; those that are labelled both ways are left out."""
    labels: dict[Words, set[int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        text, _, label = line.rpartition("\t")
        labels.setdefault(tuple(text.split()), set()).add(int(label))
    return [(words, min(given)) for words, given in labels.items() if len(given) == 1 and words]


def runs(words: Words, length: int) -> Iterable[Words]:
    """Every run of so many words."""
    return (words[start : start + length] for start in range(len(words) - length + 1))


def maximal(phrases: Iterable[Words]) -> list[Words]:
    """The phrases that are not part of a longer one, longest first: the source sentences, as far as the rows hold them."""
    inside: set[Words] = set()
    found = []
    for words in sorted(set(phrases), key=lambda words: (-len(words), words)):
        if words in inside:
            continue
        found.append(words)
        inside.update(run for length in range(1, len(words) + 1) for run in runs(words, length))
    return found


def whole(words: Words) -> bool:
    return len(words) >= 5 and words[-1] in ENDINGS


def beginnings(rows: Iterable[Words], sources: set[Words]) -> set[str]:
    """The words with which a source starts more often than the end of a longer one does.

    Where a whole sentence is not among the rows, its end ("is a joy .") looks like one. How ends start is known from those whose sentence
    is there. No label and no score has a say in it.
    """
    whole_rows = [words for words in rows if whole(words)]
    wholes = Counter(words[0] for words in whole_rows if words in sources)
    ends = Counter(words[0] for words in whole_rows if words not in sources)
    return {word for word, count in wholes.items() if count * ends.total() > ends[word] * wholes.total()}


def hold_out(rows: Sequence[Labelled], count: int, seed: int) -> tuple[list[Labelled], list[Labelled], set[Words]]:
    """(rows to learn from, whole sentences held out, all source sentences).

    Nothing that lies in a sentence held out, and nothing that shares `SHARED` words in a row with one, is learnt from.
    """
    sources = maximal(words for words, _ in rows)
    kept = set(random.Random(seed).sample(sorted(words for words in sources if whole(words)), count))
    inside = {run for words in kept for length in range(1, len(words) + 1) for run in runs(words, length)}
    learnt = [(words, label) for words, label in rows if words not in inside and not any(run in inside for run in runs(words, SHARED))]
    return learnt, [(words, label) for words, label in rows if words in kept], set(sources)


def natural(text: str) -> str:
    """SST-2's text as people write it: words and marks together again, brackets as brackets."""
    text = text.replace("-lrb-", "(").replace("-rrb-", ")").replace("``", '"').replace("''", '"')
    text = re.sub(r"\b(ca|wo|do|does|did|is|are|was|were|has|have|had|would|could|should) n't\b", r"\1n't", text)
    text = re.sub(r" ('(?:s|re|ve|ll|d|m|t))\b", r"\1", text)
    return re.sub(r"\( ", "(", re.sub(r" ([.,;:!?)])", r"\1", text))


def read_tweets(texts: Path, labels: Path) -> list[tuple[str, int]]:
    """Texts and their class: negative, neutral, positive."""
    lines = texts.read_text(encoding="utf-8").split("\n")
    numbers = labels.read_text(encoding="utf-8").split()
    return [(text.strip(), int(number)) for text, number in zip(lines, numbers, strict=False)]


def read_ekman(path: Path) -> list[tuple[str, tuple[int, ...]]]:
    """Texts and the emotions that people saw in them."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.count("\t") >= 2)
    return [(row[0], tuple(int(number) for number in row[1].split(","))) for row in rows]


def split(review: str) -> list[str]:
    """The sentences of a review that are neither short nor long."""
    lines = re.sub(r"(?:<br\s*/?>\s*)+", "\n", review).split("\n")
    found = [text.strip() for line in lines for text in re.split(r"(?<=[.!?])[\"')]*\s+(?=[A-Z\"'(])", line.strip())]
    return [text for text in found if SHORTEST <= len(text.split()) <= LONGEST]


def tokenised(text: str) -> Words:
    """As SST-2 parts words."""
    return tuple(re.findall(r"n't|'[a-z]+|[a-z0-9]+|[^\sa-z0-9]", text.lower().replace("n't", " n't")))


def read_reviews(path: Path, held: Iterable[Words], seed: int) -> list[tuple[str, int]]:
    """Sentences of reviews, and 0 or 1, what their review thinks of the film.

    At first, in any order, what says most of it: of each review the first, the last two and one between. Then all others, in any order.
    None shares `SHARED` words in a row with what is `held`. The file has the columns text, label and source.
    """
    inside = {run for words in held for run in runs(words, SHARED)}
    chance = random.Random(seed)
    csv.field_size_limit(2**24)
    first, others = set(), set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["source"] != REVIEWS:
                continue
            texts = split(row["text"])
            label = int(row["label"])
            chosen = texts[:1] + texts[1:][-2:] + ([chance.choice(texts[1:-2])] if texts[1:-2] else [])
            fit = {text for text in texts if not any(run in inside for run in runs(tokenised(text), SHARED))}
            first |= {(text, label) for text in chosen if text in fit}
            others |= {(text, label) for text in fit}
    found: list[tuple[str, int]] = []
    for part in (first, others - first):
        rows = sorted(part)
        chance.shuffle(rows)
        found += rows
    return found


def read_lines(path: Path) -> tuple[list[Row], list[Row]]:
    """(reviews, spoken lines) of our own: a sentiment, an emotion where it is something said, and the text, between tabs."""
    reviews, spoken = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        sentiment, emotion, text = line.split("\t")
        number = SENTIMENTS.index(sentiment)
        if emotion:
            spoken.append(Row(text, number, emotions=(EKMAN.index(emotion),), weight=OURS, ours=True))
        else:
            reviews.append(Row(text, number, binary=True, weight=OURS, ours=True))
    return reviews, spoken


def held(row: Row) -> bool:
    """Whether a line of our own is held out: by its text alone, so that lines that are added later change nothing."""
    return not zlib.crc32(row.text.encode()) % EACH


LEANING = {EKMAN.index(name): POSITIVE if name == "joy" else NEGATIVE for name in ("anger", "disgust", "fear", "joy", "sadness")}
LEANING[EKMAN.index("neutral")] = NEUTRAL


def leaning(emotions: tuple[int, ...]) -> int | None:
    """The sentiment that emotions stand for; None where they disagree, and for surprise, which is either."""
    found = {LEANING.get(emotion) for emotion in emotions}
    return found.pop() if len(found) == 1 else None
