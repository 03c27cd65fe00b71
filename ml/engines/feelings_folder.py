"""What a text feels like by a text classifier of the user's: sentiment, emotions or both, from a folder, run by transformers.

Such models know languages that MiniLM does not (XLM-RoBERTa, say). What the folder's model does not tell, MiniLM does: emotions beside a
model of sentiment, neutral beside one that knows only negative and positive, for such a model calls plain statements negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import BAD_INPUT, EditorError
from ..facts import EXPRESSIONS
from ..files import stamp
from .feelings import NOTHING, SENTIMENTS, load, readable
from .model_folder import Wanted, opened

BATCH, LONGEST = 16, 256
"""Texts at once, and tokens of a text that are read."""
WANTED = Wanted(
    "a text classifier",
    "BERT, RoBERTa and their like",
    (
        "bert", "roberta", "xlm-roberta", "distilbert", "electra", "deberta", "deberta-v2", "albert", "camembert", "mpnet", "mobilebert",
        "modernbert", "xlnet", "ernie",
    ),
    "Choose a folder with a sentiment or emotion model of the transformers library, as safetensors; or leave Text Model empty.",
    "leave Text Model empty",
)  # fmt: skip
_SENTIMENT = {
    "negative": "negative", "neg": "negative", "very negative": "negative", "1 star": "negative", "2 stars": "negative",
    "neutral": "neutral", "neu": "neutral", "3 stars": "neutral",
    "positive": "positive", "pos": "positive", "very positive": "positive", "4 stars": "positive", "5 stars": "positive",
}  # fmt: skip
_EMOTION = {
    "anger": "anger", "annoyance": "anger", "disapproval": "anger", "disgust": "disgust", "fear": "fear", "nervousness": "fear",
    "joy": "joy", "happiness": "joy", "love": "joy", "admiration": "joy", "amusement": "joy", "approval": "joy", "caring": "joy",
    "desire": "joy", "excitement": "joy", "gratitude": "joy", "optimism": "joy", "pride": "joy", "relief": "joy",
    "sadness": "sadness", "disappointment": "sadness", "embarrassment": "sadness", "grief": "sadness", "remorse": "sadness",
    "surprise": "surprise", "realization": "surprise", "confusion": "surprise", "curiosity": "surprise", "neutral": "neutral",
}  # fmt: skip
"""What models call their classes → ours; GoEmotions' 28 as its authors group them under Ekman's."""

Answer = Callable[[Sequence[str], Callable[[], None]], list[tuple[float, ...]]]


def columns(labels: Sequence[str], words: Mapping[str, str], ours: Sequence[str]) -> list[int | None]:
    """For each of the model's classes which of `ours` it stands for, None for none."""
    found = [words.get(label.lower().replace("_", " ").strip()) for label in labels]
    return [None if name is None else list(ours).index(name) for name in found]


def shares(rows: Sequence[Sequence[float]], places: Sequence[int | None], count: int) -> list[tuple[float, ...]]:
    """The model's probabilities summed into ours, each row adding up to 1."""
    made = []
    for row in rows:
        sums = [0.0] * count
        for share, place in zip(row, places, strict=True):
            if place is not None:
                sums[place] += share
        whole = sum(sums)
        made.append(tuple(value / whole if whole > 0 else 1 / count for value in sums))
    return made


@lru_cache(1)
def _loaded(folder: Path, _stamp: str) -> tuple[Any, Any, tuple[str, ...], bool]:
    found = opened(folder, WANTED)
    network, tokenizer = found.network("AutoModelForSequenceClassification", whole=True), found.tokenizer()
    labels = tuple(str(network.config.id2label[number]) for number in range(network.config.num_labels))
    return network, tokenizer, labels, network.config.problem_type == "multi_label_classification"


def reader(folder: Path, models: Path) -> Answer:
    """A function that says of texts what `Feelings.read` says. Raises `EditorError`: MISSING_MODEL, BAD_INPUT for a model whose classes are
    neither sentiments nor emotions, MISSING_BACKEND; MISSING_MODEL also where MiniLM is needed beside it and not installed."""
    network, tokenizer, labels, several = _loaded(folder, stamp(folder))
    sentiment, emotion = columns(labels, _SENTIMENT, SENTIMENTS), columns(labels, _EMOTION, EXPRESSIONS)
    felt, moved = {place for place in sentiment if place is not None}, {place for place in emotion if place is not None}
    tells_sentiment, tells_emotion = {0, 2} <= felt, len(moved - {EXPRESSIONS.index("neutral")}) >= 2
    if not (tells_sentiment or tells_emotion):
        raise EditorError(f"{folder.name} tells neither sentiments nor emotions, but {', '.join(labels[:12])}.", WANTED.remedy, BAD_INPUT)
    beside = None if tells_sentiment and tells_emotion and 1 in felt else load(models)

    def read(texts: Sequence[str], check: Callable[[], None]) -> list[tuple[float, ...]]:
        rows = _probabilities(network, tokenizer, several, texts, check)
        others = beside.read(texts, check) if beside else [NOTHING] * len(texts)
        found = []
        for text, other, own, moods in zip(
            texts, others, shares(rows, sentiment, len(SENTIMENTS)), shares(rows, emotion, len(EXPRESSIONS)), strict=True
        ):
            three, seven = other[: len(SENTIMENTS)], other[len(SENTIMENTS) :]
            if tells_sentiment:
                three = own if 1 in felt else (own[0] * (1 - three[1]), three[1], own[2] * (1 - three[1]))
            found.append((*three, *(moods if tells_emotion else seven)) if readable(text) else NOTHING)
        return found

    return read


def _probabilities(network: Any, tokenizer: Any, several: bool, texts: Sequence[str], check: Callable[[], None]) -> list[list[float]]:
    import torch

    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    found: dict[int, list[float]] = {}
    for place in range(0, len(order), BATCH):
        check()
        part = order[place : place + BATCH]
        given = tokenizer([texts[number] for number in part], return_tensors="pt", padding=True, truncation=True, max_length=LONGEST)
        with torch.inference_mode():
            logits = network(**given).logits
        made = logits.sigmoid() if several else logits.softmax(-1)
        found.update(zip(part, made.tolist(), strict=True))
    return [found[number] for number in range(len(texts))]
