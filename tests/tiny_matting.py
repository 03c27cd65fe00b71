"""Untrained matting networks, small enough for a test: a ViTMatte, and portrait networks as ONNX files that do one known thing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.tiny_beauty import _ints, _node, _number, _part, _tensor, _value


def vitmatte(folder: Path, seed: int = 0) -> Path:
    import torch
    import transformers as library

    torch.manual_seed(seed)
    backbone = library.VitDetConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, mlp_ratio=2, image_size=64, pretrain_image_size=64, patch_size=16,
        num_channels=4, out_features=["stage1"], use_relative_position_embeddings=False, window_size=0,
    )  # fmt: skip
    config = library.VitMatteConfig(
        backbone_config=backbone, hidden_size=16, convstream_hidden_sizes=[8, 8, 8], fusion_hidden_sizes=[16, 16, 8, 8]
    )
    library.VitMatteForImageMatting(config).save_pretrained(folder)
    return folder


def portrait(path: Path, matrix: tuple[float, float, float] = (40.0, 0.0, 0.0), bias: float = 0.0, side: int = 224) -> Path:
    """Writes a network whose matte is the logistic function of the colours times `matrix` plus `bias`."""
    attributes = b"".join(_part(5, _ints(name, values)) for name, values in (("kernel_shape", [1, 1]), ("strides", [1, 1])))
    nodes = (_node("Conv", ["picture", "weight", "bias"], "sum") + attributes, _node("Sigmoid", ["sum"], "matte"))
    graph = b"".join(_part(1, node) for node in nodes) + _part(2, b"matting")
    graph += _part(5, _tensor("weight", np.asarray(matrix, np.float32).reshape(1, 3, 1, 1)))
    graph += _part(5, _tensor("bias", np.array([bias], np.float32)))
    graph += _part(11, _value("picture", [1, 3, side, side])) + _part(12, _value("matte", [1, 1, side, side]))
    path.write_bytes(_number(1, 8) + _part(8, _part(1, b"") + _number(2, 13)) + _part(7, graph))
    return path
