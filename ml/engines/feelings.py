"""What a text feels like: three sentiments with neutral, and Ekman's emotions, in one pass of MiniLM.

Low-rank deltas (E. Hu et al., "LoRA", ICLR 2022) and two linear heads, trained by this project (`benchmarks/train_feelings.py`), lie in
`feelings.npz` beside this file; the deltas are added to MiniLM's layers when it is loaded. Probabilities are calibrated by a
temperature for each head (C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017), which the stored heads hold already.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BAD_INPUT, EditorError
from ..facts import EXPRESSIONS
from . import minilm
from .english import SMALL, english

if TYPE_CHECKING:
    import numpy as np

WEIGHTS = Path(__file__).with_name("feelings.npz")
SENTIMENTS = ("negative", "neutral", "positive")
HEADS = ("sentiment", "emotion")
NOTHING = (0.0, 1.0, 0.0, *(float(name == "neutral") for name in EXPRESSIONS))
"""What a text without a word or a picture in it feels like."""
DOUBT = 0.5
"""How far a text that is not English is drawn towards equal shares: MiniLM was trained on English."""
_JOINERS = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


def plain(text: str) -> str:
    """`text` as the network reads it: spaces as one, emoji by their Unicode names, for its vocabulary has none."""
    signs = (f" {unicodedata.name(sign, '').lower()} " if unicodedata.category(sign) == "So" else sign for sign in _JOINERS.sub("", text))
    return " ".join("".join(signs).split())


def readable(text: str) -> bool:
    """Whether there is anything in it that can feel like something: a letter, a digit or an emoji."""
    return any(sign.isalnum() for sign in plain(text))


def unpacked(stored: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Names of MiniLM's layers → what is added to their weights, float32 (out, in): `up` (out, rank) · `scale` · `down` (rank, in)."""
    import numpy as np

    names = [name.removesuffix(".up") for name in stored if name.endswith(".up")]
    return {
        name: (stored[f"{name}.up"].astype(np.float32) * stored[f"{name}.scale"]) @ stored[f"{name}.down"].astype(np.float32)
        for name in names
    }


def packed(up: np.ndarray, down: np.ndarray) -> dict[str, np.ndarray]:
    """A delta `up` (out, rank) · `down` (rank, in) as int8 of one scale a rank: what `unpacked` reads."""
    import numpy as np

    tall, wide = (np.maximum(np.abs(part).max(axis, keepdims=True), 1e-12) / 127 for part, axis in ((up, 0), (down, 1)))
    return {
        "up": np.round(up / tall).astype(np.int8),
        "scale": (tall.ravel() * wide.ravel()).astype(np.float32),
        "down": np.round(down / wide).astype(np.int8),
    }


class Feelings:
    """MiniLM with the deltas, and the heads."""

    def __init__(self, reader: minilm.Reader, weights: Path) -> None:
        import numpy as np
        import torch

        self.reader = reader
        try:
            with np.load(weights, allow_pickle=False) as file:
                stored = {name: file[name] for name in file.files}
            with torch.no_grad():
                for name, delta in unpacked(stored).items():
                    reader.network.get_submodule(name).weight += torch.from_numpy(delta)
            self._heads = [
                tuple(torch.from_numpy(stored[f"{head}.{part}"].astype(np.float32)) for part in ("weight", "bias")) for head in HEADS
            ]
        except (OSError, ValueError, KeyError, AttributeError, RuntimeError) as reason:
            raise EditorError(
                f"{weights.name} holds no weights that fit MiniLM.", "Install the extension again.", BAD_INPUT, repr(reason)[:500]
            ) from reason

    def read(self, texts: Sequence[str], check: Callable[[], None]) -> list[tuple[float, ...]]:
        """[negative, neutral, positive, *EXPRESSIONS] of each text, each three and seven shares that add up to 1.

        A text in parts has the mean of its parts; one in another language is drawn towards equal shares by `DOUBT`.
        """
        rows = minilm.read(self.reader, [plain(text) for text in texts], self._shares, check)
        return [_row(text, row) for text, row in zip(texts, rows.tolist(), strict=True)]

    def _shares(self, pooled: Any) -> Any:
        import torch

        return torch.cat([torch.softmax(pooled @ weight.T + bias, -1) for weight, bias in self._heads], -1)


def _row(text: str, row: Sequence[float]) -> tuple[float, ...]:
    if not row or not readable(text):
        return NOTHING
    if english(text):
        return tuple(row)
    few = len(SENTIMENTS)
    equal = [1 / few] * few + [1 / len(EXPRESSIONS)] * len(EXPRESSIONS)
    return tuple(share * (1 - DOUBT) + other * DOUBT for share, other in zip(row, equal, strict=True))


@lru_cache(1)
def load(models: Path, weights: Path = WEIGHTS) -> Feelings:
    """Kept for the next request. Raises `EditorError` as `minilm.load`, and BAD_INPUT for weights that do not fit."""
    return Feelings(minilm.load(models), weights)


@lru_cache(1)
def version() -> str:
    """Other weights, or others that count as English, give other feelings: what the cache knows them by."""
    return hashlib.sha256(WEIGHTS.read_bytes() + " ".join(sorted(SMALL)).encode()).hexdigest()[:16]
