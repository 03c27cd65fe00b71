"""A text classifier of the transformers library with any classes, whose weights know nothing: the road to one, not its knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

WORDS = "the train leaves at nine i love hate this so much we are happy sad".split()  # noqa: SIM905


def make(folder: Path, labels: Sequence[str], *, several: bool = False) -> Path:
    """`labels` are the classes; `several`: more than one may be true."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *WORDS]), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=6 + len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=300, id2label=dict(enumerate(labels)), label2id={label: number for number, label in enumerate(labels)},
        problem_type="multi_label_classification" if several else None,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
