"""MiniLM, a small network that reads English sentences: texts in, the mean of its last layer out. Run by transformers.

W. Wang et al., "MiniLM: Deep Self-Attention Distillation", NeurIPS 2020, as trained for sentences (all-MiniLM-L6-v2, N. Reimers,
I. Gurevych, "Sentence-BERT", EMNLP 2019). `sentences` uses it as it is, `feelings` with deltas of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..models import path_of
from .model_folder import Wanted, opened

if TYPE_CHECKING:
    import numpy as np

MODEL = "all-minilm-l6-v2"
WIDTH = 384
WINDOW = 126
"""Tokens that are read at once, without the two that stand at the ends. A longer text is read in equal parts."""
TOKENS = 1024
"""Of a batch."""
WANTED = Wanted("the model of sentences", "MiniLM", ("bert",), "Remove the model and get it again.")


@dataclass(frozen=True)
class Reader:
    """A tokenizer and a network of transformers. One text may be several parts."""

    tokenizer: Any
    network: Any

    def parts(self, texts: Sequence[str]) -> list[tuple[int, list[int]]]:
        """(number of the text, tokens) of each part, the shortest first; an empty text has none."""
        found = []
        for number, ids in enumerate(self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]):
            count = -(-len(ids) // WINDOW)
            found += [(number, ids[part * len(ids) // count : (part + 1) * len(ids) // count]) for part in range(count)]
        return sorted(found, key=lambda one: len(one[1]))

    def batches(self, texts: Sequence[str]) -> Iterator[list[tuple[int, list[int]]]]:
        """Parts of about the same length together."""
        batch: list[tuple[int, list[int]]] = []
        for one in self.parts(texts):
            if batch and (len(batch) + 1) * (len(one[1]) + 2) > TOKENS:
                yield batch
                batch = []
            batch.append(one)
        if batch:
            yield batch

    def pooled(self, tokens: Sequence[Sequence[int]]) -> Any:
        """The mean of the last layer over each row of tokens: a tensor (rows, `WIDTH`)."""
        import torch

        first, last = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id
        width = max(len(row) for row in tokens) + 2
        ids = torch.zeros(len(tokens), width, dtype=torch.long)
        mask = torch.zeros(len(tokens), width, dtype=torch.long)
        for line, row in enumerate(tokens):
            ids[line, : len(row) + 2] = torch.tensor([first, *row, last])
            mask[line, : len(row) + 2] = 1
        states = self.network(input_ids=ids, attention_mask=mask).last_hidden_state
        shares = mask.unsqueeze(-1).to(states.dtype)
        return (states * shares).sum(1) / shares.sum(1)


def load(models: Path) -> Reader:
    """Raises `EditorError`: MISSING_MODEL where it is not installed, MISSING_BACKEND without transformers."""
    folder = opened(path_of(MODEL, models), WANTED)
    return Reader(folder.tokenizer(), folder.network("BertModel"))


def read(reader: Reader, texts: Sequence[str], answer: Callable[[Any], Any], check: Callable[[], None]) -> np.ndarray:
    """What `answer` makes of the means of each text's parts, averaged by their length: float32 (texts, …); zeros for an empty text.

    `answer` gets a tensor (rows, `WIDTH`) and returns one (rows, n). `check` is called before each batch.
    """
    import numpy as np
    import torch

    found: np.ndarray | None = None
    counted = np.zeros((len(texts), 1), np.float32)
    for batch in reader.batches(texts):
        check()
        with torch.inference_mode():
            made = answer(reader.pooled([tokens for _number, tokens in batch])).numpy()
        if found is None:
            found = np.zeros((len(texts), made.shape[1]), np.float32)
        for (number, tokens), row in zip(batch, made, strict=True):
            found[number] += row * len(tokens)
            counted[number] += len(tokens)
    if found is None:
        return np.zeros((len(texts), 0), np.float32)
    return found / np.maximum(counted, 1)
