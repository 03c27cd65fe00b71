"""F-measure of beats, as mir_eval scores them (C. Raffel et al., "mir_eval", ISMIR 2014; S. Dixon, 2001). Standard library only.

Beats before `EARLIEST` seconds are left out on both sides; a beat is found when one that is claimed lies within `WINDOW` seconds of it,
and no claim counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence

EARLIEST = 5.0
WINDOW = 0.07


def f_measure(labels: Sequence[float], found: Sequence[float], earliest: float = EARLIEST, window: float = WINDOW) -> float:
    """0 to 1; 0 when either side has none. Both must be in order of time."""
    real = [seconds for seconds in labels if seconds >= earliest]
    said = [seconds for seconds in found if seconds >= earliest]
    if not real or not said:
        return 0.0
    return 2 * matched(real, said, window) / (len(real) + len(said))


def matched(real: Sequence[float], said: Sequence[float], window: float) -> int:
    """How many pairs can be made. Both are in order and all windows are alike, so taking the earliest that fits is the best there is."""
    pairs, at = 0, 0
    for seconds in real:
        # A hair beyond, for two numbers that differ by the window exactly.
        while at < len(said) and said[at] < seconds - window - 1e-9:
            at += 1
        if at < len(said) and said[at] <= seconds + window + 1e-9:
            pairs += 1
            at += 1
    return pairs
