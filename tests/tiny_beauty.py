"""Aesthetic models small enough to be made in a test: an ONNX file, CLIP with a linear head, a classifier; weights chosen or by chance.

The ONNX file is written byte by byte (protocol buffers), so that no package is needed to make one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def onnx(path: Path, weight: np.ndarray, bias: Sequence[float], side: int = 224, last: bool = False, chances: bool = True) -> Path:
    """Writes a network that takes the mean of each colour, times `weight` (answers, 3), plus `bias`; then chances of them, if wished.

    `last`: it takes pictures with the channels last, as Keras does, else first, as PyTorch does.
    """
    count = len(weight)
    nodes = []
    taken = "picture"
    if last:
        nodes.append(_node("Transpose", [taken], "turned", _ints("perm", [0, 3, 1, 2])))
        taken = "turned"
    nodes += [
        _node("GlobalAveragePool", [taken], "mean"),
        _node("Flatten", ["mean"], "flat"),
        _node("Gemm", ["flat", "weight", "bias"], "answer" if not chances else "logits", _int("transB", 1)),
    ]
    if chances:
        nodes.append(_node("Softmax", ["logits"], "answer", _int("axis", 1)))
    shape = [1, side, side, 3] if last else [1, 3, side, side]
    graph = b"".join(_part(1, node) for node in nodes) + _part(2, b"judge")
    graph += _part(5, _tensor("weight", np.asarray(weight, np.float32))) + _part(5, _tensor("bias", np.asarray(bias, np.float32)))
    graph += _part(11, _value("picture", shape)) + _part(12, _value("answer", [1, count]))
    path.write_bytes(_number(1, 8) + _part(8, _part(1, b"") + _number(2, 13)) + _part(7, graph))
    return path


def clip(folder: Path, layers: Sequence[np.ndarray], biases: Sequence[np.ndarray], file: str = "head.safetensors") -> Path:
    """A tiny CLIP and, in a file beside it, a head of linear layers as LAION's predictors name them."""
    import torch
    from safetensors.torch import save_file

    from tests import tiny_image_text

    tiny_image_text.make(folder, "clip")
    if len(layers) == 1:
        numbers = {"weight": torch.tensor(layers[0]).float(), "bias": torch.tensor(biases[0]).float()}
    else:
        numbers = {f"layers.{2 * place}.weight": torch.tensor(matrix).float() for place, matrix in enumerate(layers)}
        numbers |= {f"layers.{2 * place}.bias": torch.tensor(shift).float() for place, shift in enumerate(biases)}
    if file.endswith(".safetensors"):
        save_file(numbers, folder / file)
    else:
        torch.save(numbers, folder / file)
    return folder


def classifier(folder: Path, labels: Sequence[str] = ("aesthetic", "not_aesthetic")) -> Path:
    """A tiny vision transformer that knows these labels, weights by chance."""
    import torch
    import transformers

    torch.manual_seed(3)
    config = transformers.ViTConfig(
        hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, image_size=32, patch_size=8,
        id2label=dict(enumerate(labels)), label2id={label: number for number, label in enumerate(labels)},
    )  # fmt: skip
    network = transformers.ViTForImageClassification(config)
    network.classifier.weight.data.normal_(0, 2)
    network.save_pretrained(folder)
    told = {"size": {"height": 32, "width": 32}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    (folder / "preprocessor_config.json").write_text(json.dumps(told))
    return folder


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(_number(1, size) for size in values.shape)
    return dims + _number(2, 1) + _part(8, name.encode()) + _part(9, values.astype("<f4").tobytes())


def _value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_part(1, _number(1, size)) for size in shape)
    return _part(1, name.encode()) + _part(2, _part(1, _number(1, 1) + _part(2, dims)))


def _node(kind: str, given: Sequence[str], answer: str, attribute: bytes = b"") -> bytes:
    names = b"".join(_part(1, name.encode()) for name in given)
    return (
        names
        + _part(2, answer.encode())
        + _part(3, answer.encode())
        + _part(4, kind.encode())
        + (_part(5, attribute) if attribute else b"")
    )


def _int(name: str, value: int) -> bytes:
    return _part(1, name.encode()) + _number(3, value) + _number(20, 2)


def _ints(name: str, values: Sequence[int]) -> bytes:
    return _part(1, name.encode()) + b"".join(_number(8, value) for value in values) + _number(20, 7)
