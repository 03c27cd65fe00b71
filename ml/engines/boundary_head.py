"""A small network that reads TransNetV2's features and cheap signs of change, and says what happens at every frame.

Trained by this project on made films (`benchmarks/train_boundaries.py`); its weights lie beside this file. Dilated convolutions
in time with residual connections: F. Yu and V. Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", ICLR 2016.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from . import boundary_signs
from .transnetv2 import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS = Path(__file__).with_name("boundary_head.npz")
KINDS = ("", "dissolve", "dark", "white", "wipe")
"""What a frame belongs to: nothing, or a transition; fades to or from black are "dark"."""
INPUTS = boundary_signs.COUNT + 2
OUTPUTS = 3 + len(KINDS)
DEEP, WIDE = 48, 64
DILATIONS = (1, 2, 4, 8, 16, 32, 1)


class Block(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.normal = nn.GroupNorm(1, channels)
        self.reach = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        mixed: Tensor = self.mix(functional.relu(self.reach(self.normal(x))))
        return x + mixed


class Head(nn.Module):
    """Features (batch, time, 1024) and signs (batch, time, `INPUTS`) to (batch, time, `OUTPUTS`) logits.

    In this order: this is the first frame of a new shot after a hard cut; the first blended frame of a transition; its last
    one; then one of `KINDS` (a softmax). `middle` and `spread` of the signs and `scale` of the features are the training set's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.deep, self.plain = nn.Linear(FEATURES, DEEP), nn.Linear(INPUTS, WIDE)
        self.join = nn.Conv1d(DEEP + WIDE, WIDE, 1)
        self.blocks = nn.ModuleList([Block(WIDE, dilation) for dilation in DILATIONS])
        self.out = nn.Conv1d(WIDE, OUTPUTS, 1)
        self.middle: Tensor
        self.spread: Tensor
        self.scale: Tensor
        self.register_buffer("middle", torch.zeros(INPUTS))
        self.register_buffer("spread", torch.ones(INPUTS))
        self.register_buffer("scale", torch.ones(1))

    def forward(self, features: Tensor, given: Tensor) -> Tensor:
        seen = functional.dropout(features / self.scale, 0.3, self.training)
        deep = functional.relu(self.deep(seen))
        if self.training:
            deep = deep * (torch.rand(len(deep), 1, 1) > 0.15)  # so that the signs alone must do now and then
        plain = functional.relu(self.plain((given - self.middle) / self.spread))
        x = self.join(torch.cat([deep, plain], -1).transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        read: Tensor = self.out(x).transpose(1, 2)
        return read


def given(frames: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """(n, 27, 48, 3) uint8 frames and (2, n) probabilities of TransNetV2 to (n, `INPUTS`) float32: what the head reads beside features."""
    odds = np.log((scores.T + 1e-4) / (1 - scores.T + 1e-4)) / 4
    return np.concatenate([boundary_signs.signs(frames), odds], 1).astype(np.float32)


def load() -> Head:
    """The trained head."""
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        head = Head()
        head.load_state_dict({name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files})
    return head.eval().requires_grad_(False)


def save(state: Mapping[str, Tensor], target: Path = WEIGHTS) -> None:
    """Stores weights in half precision: a tenth of what differs between two trainings."""
    halves: dict[str, Any] = {name: value.numpy().astype(np.float16) for name, value in state.items()}
    np.savez_compressed(target, **halves)


@torch.inference_mode()
def read(head: Head, features: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """(n, `OUTPUTS`) float64: three probabilities (cut, begin, end), then the share of each of `KINDS`."""
    logits = head(torch.from_numpy(features.astype(np.float32))[None], torch.from_numpy(inputs)[None])[0].double()
    return torch.cat([torch.sigmoid(logits[:, :3]), torch.softmax(logits[:, 3:], 1)], 1).numpy()
