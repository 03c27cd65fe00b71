"""How long it will still take, from how fast it went lately."""

from __future__ import annotations

from collections import deque

WINDOW = 20.0
"""Seconds of the past that count: long enough to be calm, short enough to forget the loading of a model."""
PATIENCE = 2.0
"""Seconds before the first guess."""


class Eta:
    """Fed with the fraction done and the time it was heard (seconds on any one clock)."""

    def __init__(self) -> None:
        self._heard: deque[tuple[float, float]] = deque()

    def update(self, fraction: float, now: float) -> None:
        if self._heard and fraction < self._heard[-1][1]:
            self._heard.clear()
        self._heard.append((now, fraction))
        while len(self._heard) > 2 and now - self._heard[1][0] >= WINDOW:
            self._heard.popleft()

    def left(self, now: float) -> float | None:
        """Seconds until 1.0 is reached; None while there is nothing to go by."""
        if not self._heard:
            return None
        (first, at_first), (last, at_last) = self._heard[0], self._heard[-1]
        if last - first < PATIENCE or at_last <= at_first:
            return None
        rate = (at_last - at_first) / (last - first)
        return max(0.0, (1.0 - at_last) / rate - (now - last))
