"""Weights of a network out of a file that somebody else made: numbers alone, never code."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import BAD_INPUT, EditorError

Network = TypeVar("Network", bound=nn.Module)


def loaded(network: Network, path: Path, name: str, part: str = "") -> Network:
    """`network`, on the CPU, with the state dict of this file. Raises `EditorError(BAD_INPUT)` when it holds none that fits; `name` is
    what the network is called there, `part` under which key the file keeps the state dict ("": it is nothing else)."""
    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
        network.load_state_dict(stored[part] if part else stored)
    except Exception as reason:
        raise EditorError(
            f"{path.name} holds no weights of {name} that can be used.",
            "Remove the model and get it again.",
            BAD_INPUT,
            repr(reason)[:500],
        ) from reason
    return network


def published(path: Path, sha256: str) -> bytes:
    """What stands in this file. Raises `EditorError(BAD_INPUT)` when it is not the one with this hash."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EditorError(f"{path.name} is not the file it should be.", "Remove the model and get it again.", BAD_INPUT)
    return data


def array(data: bytes, place: int, shape: tuple[int, ...]) -> Tensor:
    """float32 numbers of this shape that stand from byte `place` on: HDF5 keeps each array in one piece."""
    return torch.from_numpy(np.frombuffer(data, "<f4", int(np.prod(shape)), place).reshape(shape).copy())


def put(layer: nn.Module, **values: Tensor) -> None:
    """Gives a layer these of its parameters."""
    state = layer.state_dict()
    for name, value in values.items():
        state[name].copy_(value)


def put_norm(norm: nn.Module, data: bytes, size: int, *places: int) -> None:
    """Gives a batch normalisation of so many channels its scale, shift, mean and variance, which stand at these places."""
    parts = (array(data, place, (size,)) for place in places)
    put(norm, **dict(zip(("weight", "bias", "running_mean", "running_var"), parts, strict=True)))
