"""What becomes of a network that `train_feelings.py` has taught: calibrated, stored, joined with others, scored beside baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks import feelings_data as data
from benchmarks import mood_scoring
from benchmarks.feelings_data import NEGATIVE, NEUTRAL, POSITIVE, Row, Sets
from benchmarks.feelings_network import PLACES, SCALE, Student, said
from ml.engines import feelings, minilm

BASELINE = 8000
"""Rows that the linear baseline learns from."""


def held_out(student: Student, tokenizer: Any, sets: Sets) -> str:
    """How far the network is, in a line."""
    rows, logits, _ = said(student, tokenizer, sets.sentences)
    truth = [row.sentiment for row in rows]
    binary = np.where(logits[:, POSITIVE] > logits[:, NEGATIVE], POSITIVE, NEGATIVE).tolist()
    two, three = mood_scoring.accuracy(truth, binary), mood_scoring.accuracy(truth, logits.argmax(1).tolist())
    rows, logits, _ = said(student, tokenizer, sets.tweets)
    tweets = mood_scoring.macro_f1([row.sentiment for row in rows], logits.argmax(1).tolist())
    rows, _, logits = said(student, tokenizer, [row for row in sets.ekman if len(row.emotions) == 1])
    ekman = mood_scoring.macro_f1([PLACES[row.emotions[0]] for row in rows], logits.argmax(1).tolist())
    told = f"SST-2 sentences {two:.4f} (of three classes {three:.4f}), tweets macro-F1 {tweets:.4f}, Ekman macro-F1 {ekman:.4f}"
    rows, logits, _ = said(student, tokenizer, sets.reviews)
    two = mood_scoring.accuracy([row.sentiment for row in rows], ((logits[:, POSITIVE] > logits[:, NEGATIVE]) * POSITIVE).tolist())
    rows, logits, seven = said(student, tokenizer, sets.spoken)
    three = mood_scoring.macro_f1([row.sentiment for row in rows], logits.argmax(1).tolist())
    ekman = mood_scoring.macro_f1([PLACES[row.emotions[0]] for row in rows], seven.argmax(1).tolist())
    return f"{told}, our reviews {two:.4f}, our spoken lines macro-F1 {three:.4f}, emotions {ekman:.4f}"


def temperature(logits: np.ndarray, truth: Sequence[int]) -> float:
    """What logits are divided by so that these classes are likeliest."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(5.0), 200))
    made, wanted = torch.from_numpy(logits), torch.tensor(truth)
    return float(min(grid, key=lambda divisor: float(functional.cross_entropy(made / divisor, wanted))))


def halves(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Row]]:
    """(what calibrates, what is scored): every other row."""
    return rows[::2], rows[1::2]


def leaning(rows: Sequence[Row]) -> list[Row]:
    """Rows of one emotion with the sentiment that it stands for, where it stands for one."""
    found = [replace(row, sentiment=data.leaning(row.emotions)) for row in rows if len(row.emotions) == 1]
    return [row for row in found if row.sentiment is not None]


def calibrated(student: Student, tokenizer: Any, sets: Sets) -> tuple[float, float]:
    """(what sentiments' logits are divided by, what is added to neutral's after that), so that sentiments are likeliest.

    Tweets, comments, spoken lines and sentences count alike; of sentences, negative and positive are compared alone. Whether a text leans
    to the one or the other stays as it was learnt: C. Guo et al., ICML 2017, and an offset of one class.
    """
    parts = []
    for rows, two in ((sets.sentences, True), (sets.tweets, False), (leaning(sets.ekman), False), (sets.spoken, False)):
        found, logits, _ = said(student, tokenizer, halves(rows)[0])
        parts.append((torch.from_numpy(logits), torch.tensor([row.sentiment for row in found]), two))
    slope, offset = torch.ones((), requires_grad=True), torch.zeros((), requires_grad=True)
    solver = torch.optim.LBFGS([slope, offset], max_iter=200, line_search_fn="strong_wolfe")

    def wrong() -> Tensor:
        solver.zero_grad()
        loss = torch.zeros(())
        for logits, truth, two in parts:
            made = logits * slope + offset * torch.eye(3)[NEUTRAL]
            told, known = (made[:, [NEGATIVE, POSITIVE]], truth // 2) if two else (made, truth)
            loss = loss + functional.cross_entropy(told, known)
        loss.backward()
        return loss

    solver.step(wrong)
    return 1 / float(slope.detach()), float(offset.detach())


def store(student: Student, tokenizer: Any, sets: Sets, path: Path) -> None:
    """The deltas as int8, the calibrated heads as float16."""
    ekman, _, seven = said(student, tokenizer, [row for row in halves(sets.ekman)[0] if len(row.emotions) == 1])
    warm = temperature(seven, [PLACES[row.emotions[0]] for row in ekman])
    cool, offset = calibrated(student, tokenizer, sets)
    print(f"temperatures: emotions {warm:.3f}, sentiments {cool:.3f}; added to neutral {offset:.3f}", flush=True)
    neutral = offset * torch.eye(3)[NEUTRAL]
    heads = {
        "sentiment": (student.sentiment.weight / cool, student.sentiment.bias / cool + neutral),
        "emotion": (student.emotion.weight / warm, student.emotion.bias / warm),
    }
    stored: dict[str, np.ndarray] = {}
    for name, delta in student.deltas.items():
        up, down = (SCALE * delta.up).detach().numpy(), delta.down.detach().numpy()
        stored |= {f"{name}.{part}": value for part, value in feelings.packed(up, down).items()}
    for head, values in heads.items():
        for part, value in zip(("weight", "bias"), values, strict=True):
            stored[f"{head}.{part}"] = value.detach().numpy().astype(np.float16)
    np.savez_compressed(path, allow_pickle=False, **stored)
    print(f"{path.name}: {path.stat().st_size} bytes", flush=True)


def stored_in(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@dataclass(frozen=True)
class Onward:
    """Stored weights that networks went on from, and how much of the way from there to their mean is gone: M. Wortsman et al., "Robust
    fine-tuning of zero-shot models", CVPR 2022. What they lost of what was known before comes back sooner than what they learnt goes."""

    stored: Mapping[str, np.ndarray]
    share: float

    def heads(self, name: str, mean: Tensor) -> Tensor:
        return torch.from_numpy(self.stored[name].astype(np.float32)).lerp(mean, self.share)


def joined(student: Student, files: Sequence[Path], onward: Onward | None) -> None:
    """Gives the student the mean of networks that were kept: M. Wortsman et al., "Model soups", ICML 2022. Of the mean of the deltas, on
    top of those they went on from, the largest singular values stay, as many as the student's rank."""
    kept = [torch.load(file, weights_only=True) for file in files]
    begun = feelings.unpacked(onward.stored) if onward else {}
    with torch.no_grad():
        for name, delta in student.deltas.items():
            whole = torch.stack([SCALE * one[f"body.{name}.up"] @ one[f"body.{name}.down"] for one in kept]).mean(0)
            if onward:
                whole = onward.share * whole + torch.from_numpy(begun[name])
            left, sizes, right = torch.linalg.svd(whole, full_matrices=False)
            root = sizes[: delta.up.shape[1]].sqrt()
            delta.up.copy_(left[:, : len(root)] * root / SCALE)
            delta.down.copy_(root[:, None] * right[: len(root)])
        for head in ("sentiment", "emotion"):
            for part, value in getattr(student, head).named_parameters():
                mean = torch.stack([one[f"{head}.{part}"] for one in kept]).mean(0)
                value.copy_(onward.heads(f"{head}.{part}", mean) if onward else mean)


def report(path: Path, installed: Path, sets: Sets) -> None:
    """The held-out scores of what is stored, and those of two baselines."""
    network = feelings.Feelings(minilm.load(installed), path)

    def rows_of(rows: Sequence[Row]) -> np.ndarray:
        return np.array(network.read([row.text for row in rows], lambda: None))

    parts = {"sentences": halves(sets.sentences)[1], "tweets": halves(sets.tweets)[1], "our spoken lines": halves(sets.spoken)[1]}
    parts |= {"all sentences": sets.sentences, "all sentences that surely begin": sets.begun, "all tweets": sets.tweets}
    for name, rows in parts.items():
        found, truth = rows_of(rows)[:, :3], [row.sentiment for row in rows]
        if "sentences" in name:
            two = found[:, [NEGATIVE, POSITIVE]] / found[:, [NEGATIVE, POSITIVE]].sum(1, keepdims=True)
            told = mood_scoring.scores(truth, (two.argmax(1) * POSITIVE).tolist(), two.max(1).tolist())
            low, high = mood_scoring.interval(told)
            print(f"{name}, negative or positive: {told}, accuracy from {low:.3f} to {high:.3f}", flush=True)
        print(f"{name}, three classes: {mood_scoring.scores(truth, found.argmax(1).tolist(), found.max(1).tolist())}", flush=True)
    rows = [row for row in halves(sets.ekman)[1] if len(row.emotions) == 1]
    found, truth = rows_of(rows)[:, 3:], [PLACES[row.emotions[0]] for row in rows]
    print(f"Ekman: {mood_scoring.scores(truth, found.argmax(1).tolist(), found.max(1).tolist())}")
    print(f"Ekman, linear on MiniLM's own vectors: {mood_scoring.scores(truth, linear(installed, sets, rows))}")
    unseen = data.read_lines(data.UNSEEN)[1]
    for name, rows in (("our reviews", sets.reviews), ("all our spoken lines", sets.spoken), ("spoken lines written apart", unseen)):
        two = name == "our reviews"
        found = rows_of(rows)[:, :3]
        given = np.where(found[:, POSITIVE] > found[:, NEGATIVE], POSITIVE, NEGATIVE) if two else found.argmax(1)
        print(f"{name}: {mood_scoring.scores([row.sentiment for row in rows], given.tolist(), found.max(1).tolist())}")
        print(f"{name}, VADER: {mood_scoring.scores([row.sentiment for row in rows], vader(rows, two))}")
    for name, rows in (("all our spoken lines", sets.spoken), ("spoken lines written apart", unseen)):
        found, truth = rows_of(rows)[:, 3:], [PLACES[row.emotions[0]] for row in rows]
        print(f"{name}, emotions: {mood_scoring.scores(truth, found.argmax(1).tolist(), found.max(1).tolist())}")
    print(f"all tweets, VADER: {mood_scoring.scores([row.sentiment for row in sets.tweets], vader(sets.tweets))}")


def linear(installed: Path, sets: Sets, rows: Sequence[Row]) -> list[int]:
    """What logistic regression on unchanged vectors says of `rows`: the baseline of emotions."""
    from sklearn.linear_model import LogisticRegression

    from ml.engines import sentences

    learnt = [row for row in sets.learnt if len(row.emotions) == 1][:BASELINE]
    vectors = [sentences.vectors(installed, [row.text for row in part], lambda: None) for part in (learnt, rows)]
    fitted = LogisticRegression(max_iter=300, class_weight="balanced").fit(vectors[0], [PLACES[row.emotions[0]] for row in learnt])
    return [int(number) for number in fitted.predict(vectors[1])]


def vader(rows: Sequence[Row], two: bool = False) -> list[int]:
    """VADER's own three classes, or the side it leans to."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    compound = [analyser.polarity_scores(row.text)["compound"] for row in rows]
    if two:
        return [POSITIVE if one > 0 else NEGATIVE for one in compound]
    return [POSITIVE if one >= 0.05 else NEGATIVE if one <= -0.05 else NEUTRAL for one in compound]
