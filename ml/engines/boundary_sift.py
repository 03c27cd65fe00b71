"""The first stage of the cascade: which blocks of a film may hold a boundary, judged by the cheap signs of change alone.

A cascade spends the costly classifier only where a cheap one cannot say no: P. Viola and M. Jones, "Rapid Object Detection using
a Boosted Cascade of Simple Features", CVPR 2001. Its line is drawn for recall: what it spares holds no transition, or hardly ever.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from . import boundary_signs
from .boundary_head import OUTPUTS, Block

WEIGHTS = Path(__file__).with_name("boundary_sift.npz")
INPUTS = boundary_signs.COUNT
WIDE = 24
DILATIONS = (1, 2, 4, 8)
LINE = 0.05
"""A block is spared when no frame of it is a transition with this probability, and no change in it is as large as:"""
STEP, STANDS_OUT, WIDE_STEP = 8.0, 3.0, 20.0
"""mean grey levels from one frame to the next, so many times the usual ones around; or any such step;"""
LAG, SLOW = 12, 32.0
"""the same over so many frames. What the network has never seen must not be spared either."""
NEAR, MOVING, LIKELY = 6, 3.0, 0.3
"""Frames on both sides of a border, the mean grey levels between them that say the picture is changing there, and the chance of a
transition near it, for it to go on beyond."""


class Network(nn.Module):
    """Signs (batch, time, `INPUTS`) to the same (batch, time, `OUTPUTS`) logits as the head's."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = nn.Linear(INPUTS, WIDE)
        self.blocks = nn.ModuleList([Block(WIDE, dilation) for dilation in DILATIONS])
        self.out = nn.Conv1d(WIDE, OUTPUTS, 1)
        self.middle: Tensor
        self.spread: Tensor
        self.register_buffer("middle", torch.zeros(INPUTS))
        self.register_buffer("spread", torch.ones(INPUTS))

    def forward(self, signs: Tensor) -> Tensor:
        x = functional.relu(self.plain((signs - self.middle) / self.spread)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        read: Tensor = self.out(x).transpose(1, 2)
        return read


class Sift:
    """Says of a block of frames whether the network has to look at it."""

    def __init__(self) -> None:
        self._network = Network()
        with np.load(WEIGHTS, allow_pickle=False) as stored:
            self._network.load_state_dict({name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files})
        self._network.eval().requires_grad_(False)

    @torch.inference_mode()
    def chances(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, 27, 48, 3) uint8 to two (n,): how likely each frame is the first of a shot or within a transition; and within one alone."""
        logits = self._network(torch.from_numpy(boundary_signs.signs(frames))[None])[0]
        within = 1 - torch.softmax(logits[:, 3:], 1)[:, 0]
        return torch.maximum(torch.sigmoid(logits[:, 0]), within).numpy(), within.numpy()

    def eventful(self, frames: np.ndarray, edge: int, block: int, before: bool) -> list[bool]:
        """For each block of these frames without the `edge` frames at both ends, which are context: may a boundary lie in it?

        A block beside such a one counts too where the picture changes across their border: a slow transition may begin or end
        there. `before` says whether one lies before the first. The last block's answer does not know what comes after it.
        """
        chances, within = self.chances(frames)
        small = boundary_signs.coarse(frames.astype(np.float32))
        starts = range(edge, len(frames) - edge, block)
        alone = [before, *(self._alone(chances, small, start, min(start + block, len(frames) - edge)) for start in starts), False]
        across = [self._goes_on(within, small, start) for start in (*starts, len(frames) - edge)]
        return [alone[n] or (alone[n - 1] and across[n - 1]) or (alone[n + 1] and across[n]) for n in range(1, len(alone) - 1)]

    def _goes_on(self, within: np.ndarray, small: np.ndarray, border: int) -> bool:
        """Whether a transition may go on across the border before this frame."""
        near = within[border - LAG : border + LAG].max() >= LIKELY
        return bool(near and float(np.abs(small[border + NEAR] - small[border - NEAR]).mean()) >= MOVING)

    def _alone(self, chances: np.ndarray, small: np.ndarray, start: int, end: int) -> bool:
        steps = _changes(small[start - LAG : end + LAG], 1)
        # Also the step into the next block: the network marks the frame before it.
        step = float(steps[LAG - 1 : len(steps) - LAG + 1].max(initial=0.0))
        jumps = step >= WIDE_STEP or step >= max(STEP, STANDS_OUT * float(np.median(steps)))
        slow = float(_changes(small[start:end], LAG).max(initial=0.0)) >= SLOW
        return jumps or slow or bool(chances[start : end + 1].max() >= LINE)


def _changes(small: np.ndarray, lag: int) -> np.ndarray:
    """Mean difference of each two pictures `lag` frames apart, in grey levels."""
    return np.asarray(np.abs(small[lag:] - small[:-lag]).mean((1, 2, 3)))
