"""The network that `train_feelings.py` teaches: MiniLM with low-rank deltas and two heads; rows in batches, and what is wrong with answers.

E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.feelings_data import EKMAN, NEUTRAL, Row
from ml.facts import EXPRESSIONS

SCALE = 2.0
"""What a delta is multiplied by while it is learnt."""
TOKENS, MOST, LONGEST = 1024, 96, 64
"""Of a batch, rows of a batch, tokens of a text."""
EMOTION = 0.5
"""What an emotion counts beside a phrase's sentiment."""
TOLD, WARM = 0.5, 2.0
"""What the teacher's word counts where there is a label as well, and what both logits are divided by before they are compared: G. Hinton
et al., "Distilling the Knowledge in a Neural Network", 2015."""


class LowRank(nn.Module):
    """A layer that stays as it is, and a delta of low rank that is learnt."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.empty(rank, layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, given: Tensor) -> Tensor:
        delta = functional.linear(functional.linear(given, self.down.to(given.dtype)), SCALE * self.up.to(given.dtype))
        added: Tensor = self.layer(given) + delta
        return added


class Student(nn.Module):
    """MiniLM (or, to teach it, MPNet) with deltas, the mean of its last layer, and two linear heads: sentiments, and emotions in the order
    of `EXPRESSIONS`."""

    def __init__(self, body: Any, rank: int) -> None:
        super().__init__()
        self.body = body.to(torch.bfloat16).requires_grad_(False)
        self.body.set_attn_implementation("eager")  # the other's backward pass takes as long as all the rest, on a CPU
        for layer in self.body.encoder.layer:
            (layer.attention.self if hasattr(layer.attention, "self") else layer.attention.attn).dropout.p = 0.0
        self.deltas: dict[str, LowRank] = {}
        for name, layer in list(self.body.encoder.named_modules()):
            if isinstance(layer, nn.Linear):
                parent, _, last = name.rpartition(".")
                self.deltas[f"encoder.{name}"] = LowRank(layer, rank)
                setattr(self.body.encoder.get_submodule(parent), last, self.deltas[f"encoder.{name}"])
        self.sentiment = nn.Linear(self.body.config.hidden_size, 3)
        self.emotion = nn.Linear(self.body.config.hidden_size, len(EXPRESSIONS))

    def begin(self, deltas: Mapping[str, np.ndarray], stored: Mapping[str, np.ndarray]) -> None:
        """Goes on from what is stored: its deltas become the layers', which stay as they are, its heads are learnt further."""
        with torch.no_grad():
            for name, delta in deltas.items():
                self.deltas[name].layer.weight += torch.from_numpy(delta).to(torch.bfloat16)
            for head in ("sentiment", "emotion"):
                for part, value in getattr(self, head).named_parameters():
                    value.copy_(torch.from_numpy(stored[f"{head}.{part}"].astype(np.float32)))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        shares = mask.unsqueeze(-1).float()
        pooled = (states * shares).sum(1) / shares.sum(1)
        pooled = functional.dropout(pooled, 0.1, self.training)
        return self.sentiment(pooled), self.emotion(pooled)


def masked(ids: list[int], mask: int, share: float, chance: random.Random) -> list[int]:
    """Of a text of some length a few tokens are not to be seen: phrases of one sentence are not to be known by heart."""
    if len(ids) < 8:
        return ids
    return [ids[0], *(mask if chance.random() < share else number for number in ids[1:-1]), ids[-1]]


@dataclass(frozen=True)
class Batch:
    ids: Tensor
    mask: Tensor
    rows: tuple[Row, ...]


def batches(
    rows: Sequence[Row], tokenizer: Any, chance: random.Random | None, hidden: float = 0.0, tokens: int = TOKENS
) -> Iterator[Batch]:
    """Rows of about the same length together; in any order where `chance` is given, and with this share of tokens `hidden`."""
    ids = tokenizer([row.text for row in rows], truncation=True, max_length=LONGEST, add_special_tokens=True)["input_ids"]
    if chance and hidden:
        ids = [masked(row, tokenizer.mask_token_id, hidden, chance) for row in ids]
    order = list(range(len(rows)))
    if chance:
        chance.shuffle(order)
    order.sort(key=lambda place: len(ids[place]) + (chance.random() * 2 if chance else 0))
    parts: list[list[int]] = [[]]
    for place in order:
        longest = max([len(ids[place]), *(len(ids[other]) for other in parts[-1])])
        if parts[-1] and (longest * (len(parts[-1]) + 1) > tokens or len(parts[-1]) == MOST):
            parts.append([])
        parts[-1].append(place)
    if chance:
        chance.shuffle(parts)
    for part in parts:
        width = max(len(ids[place]) for place in part)
        padded = torch.zeros(len(part), width, dtype=torch.long)
        mask = torch.zeros(len(part), width, dtype=torch.long)
        for line, place in enumerate(part):
            padded[line, : len(ids[place])] = torch.tensor(ids[place])
            mask[line, : len(ids[place])] = 1
        yield Batch(padded, mask, tuple(rows[place] for place in part))


PLACES = tuple(EXPRESSIONS.index(name) for name in EKMAN)


def losses(batch: Batch, sentiment: Tensor, emotion: Tensor) -> Tensor:
    """The weighted sum of what is wrong, each row by what is known of it."""
    classes = torch.tensor([NEUTRAL if row.sentiment is None else row.sentiment for row in batch.rows])
    weights = torch.tensor([0.0 if row.sentiment is None else row.weight for row in batch.rows])
    binary = torch.tensor([row.binary for row in batch.rows])
    either = sentiment.clone()
    either[binary, NEUTRAL] = -1e4
    told = torch.tensor([row.told or (0.0,) * 3 for row in batch.rows])
    heard = torch.tensor([row.weight * (TOLD if row.sentiment is not None else 1.0) if row.told else 0.0 for row in batch.rows])
    weights = weights * torch.tensor([1 - TOLD if row.told else 1.0 for row in batch.rows])
    total = (weights * functional.cross_entropy(either, classes, reduction="none")).sum()
    apart = functional.kl_div(functional.log_softmax(sentiment / WARM, -1), functional.softmax(told / WARM, -1), reduction="none").sum(-1)
    total = total + WARM**2 * (heard * apart).sum()
    shares = torch.zeros(len(batch.rows), len(EXPRESSIONS))
    for line, row in enumerate(batch.rows):
        for number in row.emotions:
            shares[line, PLACES[number]] = 1 / len(row.emotions)
    return total - EMOTION * (shares * functional.log_softmax(emotion, -1)).sum()


def said(student: Student, tokenizer: Any, rows: Sequence[Row]) -> tuple[list[Row], np.ndarray, np.ndarray]:
    """(rows in the order of their length, sentiment (n, 3), emotions (n, 7)): logits."""
    student.eval()
    found: list[Row] = []
    sentiments, emotions = [], []
    with torch.inference_mode():
        for batch in batches(rows, tokenizer, None):
            sentiment, emotion = student(batch.ids, batch.mask)
            found += batch.rows
            sentiments.append(sentiment.numpy())
            emotions.append(emotion.numpy())
    return found, np.concatenate(sentiments), np.concatenate(emotions)
