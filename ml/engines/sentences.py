"""Where texts lie in the space of sentences: texts that mean alike lie close together. By MiniLM as it was published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import minilm

if TYPE_CHECKING:
    import numpy as np


@lru_cache(1)
def load(models: Path) -> minilm.Reader:
    """Kept for the next request: a search is a request of one text."""
    return minilm.load(models)


def vectors(models: Path, texts: Sequence[str], check: Callable[[], None]) -> np.ndarray:
    """Unit vectors, float32 (texts, `minilm.WIDTH`); zeros for a text in which nothing can be read. Raises as `minilm.load`."""
    import numpy as np

    found = minilm.read(load(models), texts, _as_it_is, check)
    if not found.size:
        return np.zeros((len(texts), minilm.WIDTH), np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    made: np.ndarray = found / np.where(lengths > 0, lengths, 1)
    return made.astype(np.float32)


def _as_it_is(pooled: Any) -> Any:
    from torch.nn import functional

    return functional.normalize(pooled)
