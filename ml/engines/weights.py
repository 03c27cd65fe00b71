"""Weights of a network out of a file that somebody else made: numbers alone, never code."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

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
