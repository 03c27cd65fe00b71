"""Style networks small enough to be made in a test: one that turns colours by a matrix, as a real ONNX file.

The file is written byte by byte (protocol buffers), so that no package is needed to make one. What they do is known exactly; they are
networks in form alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.tiny_beauty import _ints, _node, _number, _part, _tensor, _value

INVERTED = ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, -1.0))


def onnx(path: Path, matrix: Sequence[Sequence[float]] = INVERTED, bias: float = 255.0, side: int = 224) -> Path:
    """Writes a network of one 1x1 convolution: every pixel times `matrix` plus `bias`. `side` is what it says its pictures' is."""
    attributes = b"".join(_part(5, _ints(name, values)) for name, values in (("kernel_shape", [1, 1]), ("strides", [1, 1])))
    node = _node("Conv", ["picture", "weight", "bias"], "answer") + attributes
    weight = np.asarray(matrix, np.float32).reshape(3, 3, 1, 1)
    graph = _part(1, node) + _part(2, b"style") + _part(5, _tensor("weight", weight))
    graph += _part(5, _tensor("bias", np.full(3, bias, np.float32)))
    graph += _part(11, _value("picture", [1, 3, side, side])) + _part(12, _value("answer", [1, 3, side, side]))
    path.write_bytes(_number(1, 8) + _part(8, _part(1, b"") + _number(2, 13)) + _part(7, graph))
    return path


def sigmoid(path: Path, side: int = 224) -> Path:
    """Writes a network that gives the logistic function of what it is given: within 0..1, whatever that is."""
    graph = _part(1, _node("Sigmoid", ["picture"], "answer")) + _part(2, b"style")
    graph += _part(11, _value("picture", [1, 3, side, side])) + _part(12, _value("answer", [1, 3, side, side]))
    path.write_bytes(_number(1, 8) + _part(8, _part(1, b"") + _number(2, 13)) + _part(7, graph))
    return path
