"""The true peak of a sound: how high the wave between its samples goes (ITU-R BS.1770-4, annex 2).

Four times as many samples by the annex's own filter of 48 taps. A stretch whose samples are so low that the filter could not
lift them above what was found already is passed over; the answer is the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PHASES = np.array([
    [0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
     0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500],
    [-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
     0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375],
])  # fmt: skip
"""Two of the annex's four filters; the other two are these turned round."""
FILTERS = np.concatenate([PHASES, PHASES[::-1, ::-1]])
TAPS = FILTERS.shape[1]
MOST = float(np.abs(FILTERS).sum(axis=1).max())
"""No filter makes more than this of samples of 1."""
STRETCH = 4096


class TruePeak:
    """Takes float32 (channels, samples) in pieces of any length."""

    def __init__(self, channels: int) -> None:
        self._before = np.zeros((channels, TAPS - 1), np.float32)
        self._highest = 0.0

    def take(self, samples: Any) -> None:
        held = np.concatenate([self._before, samples], axis=1)
        self._before = held[:, -(TAPS - 1) :].copy()
        self._look(held)

    def level(self) -> float | None:
        """Decibels above full scale, None when there was nothing but silence."""
        self._look(np.pad(self._before, ((0, 0), (0, TAPS - 1))))
        return 20 * float(np.log10(self._highest)) if self._highest > 0 else None

    def _look(self, held: Any) -> None:
        high = np.abs(held)
        self._highest = max(self._highest, float(high.max(initial=0.0)))
        for start in range(0, held.shape[1] - TAPS + 1, STRETCH):
            stop = min(start + STRETCH + TAPS - 1, held.shape[1])
            for channel in np.flatnonzero(high[:, start:stop].max(axis=1) * MOST > self._highest):
                windows = np.lib.stride_tricks.sliding_window_view(held[channel, start:stop], TAPS)
                self._highest = max(self._highest, float(np.abs(windows @ FILTERS.T.astype(np.float32)).max()))
