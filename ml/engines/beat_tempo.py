"""Tempo as it changes, and the beats that follow it: librosa's autocorrelation of onset strength, and its beat tracker.

The tracker is D. P. W. Ellis, "Beat tracking by dynamic programming", Journal of New Music Research 36(1), 2007, given a tempo for every
moment instead of one for all. That tempo is the best way through local autocorrelations (P. Grosche, M. Müller, F. Kurth, ICASSP 2010),
where a change is the less likely the larger it is, and tempi near `USUAL` are the more likely ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .beat_sound import HOP, RATE

PER_SECOND = RATE / HOP
WINDOW = 8.0
"""Seconds that are compared with themselves."""
STEP = 43
"""Values of onset strength (half a second) from one tempo to the next."""
TEMPI = np.geomspace(50.0, 220.0, 120)
USUAL, WIDTH = 110.0, 0.9
"""Beats a minute, and octaves around them."""
EXPECTED = 0.15
"""Octaves around a tempo that somebody expects."""
CHANGE, MOST = 60.0, 12.0
"""What an octave's change of tempo costs, and what any change costs at most: music may go on in another tempo."""
EVERY = 172
"""Values of onset strength (two seconds) in which something sets in, if it is music."""
STIRRED = 0.06
"""How strongly, as a share of the loudest band: in music .3 or more, in a hum .006."""
BARS = ((1, 1.0), (2, 0.5), (4, 0.25))
"""A tempo is told by what comes again after one, two and four of its beats, and how much each counts."""


def combined(onsets: Any) -> Any:
    """Onset strength of all bands (frames, bands), each as important as the others: float32 (frames,)."""
    spread = onsets.std(axis=0)
    told = onsets[:, spread > 1e-9] / spread[spread > 1e-9]
    return told.mean(axis=1).astype(np.float32) if told.shape[1] else np.zeros(len(onsets), np.float32)


def stirred(onsets: Any, fullness: Any) -> float:
    """How much changes in what sounds, 0 to 1: next to nothing in a hum or a tone, whose rounding errors may be as regular as drums."""
    loudest = float(fullness.mean(axis=0).max(initial=0.0)) if len(fullness) else 0.0
    if not loudest:
        return 0.0
    # Where a tone begins and ends much changes, but only there.
    strongest = [onsets[first : first + EVERY].max(axis=0) for first in range(0, len(onsets), EVERY)]
    often = np.median(strongest, axis=0) - np.median(onsets, axis=0)
    return float(np.clip(often.max() / loudest / STIRRED, 0, 1))


def tempi(strength: Any, expected: float = 0.0) -> tuple[Any, float]:
    """(beats a minute at every frame, how regular the sound is: 0 to 1). `expected`: about how fast it is, 0: not known."""
    import librosa

    window = min(int(WINDOW * PER_SECOND), len(strength))
    padded = np.pad(strength - strength.mean(), (window // 2, window // 2 + STEP))
    pieces = librosa.util.frame(padded, frame_length=window, hop_length=STEP) * np.hanning(window)[:, None]
    alike = librosa.autocorrelate(pieces, axis=0)
    # A window tapers off: the longer the delay, the less of it is left to compare.
    alike /= np.maximum(librosa.autocorrelate(np.hanning(window)), 1e-3)[:, None]
    alike /= np.maximum(alike[0], 1e-9)
    delays = 60 * PER_SECOND / TEMPI
    score = sum(weight * _between(alike, delays * number) for number, weight in BARS) / sum(weight for _, weight in BARS)
    usual = -0.5 * np.square(np.log2(TEMPI / (expected or USUAL)) / (EXPECTED if expected else WIDTH))
    likely = np.log1p(1e3 * np.maximum(score, 0)) + usual[:, None]
    path = _best_way(likely)
    regular = float(np.mean(np.clip(score[path, np.arange(len(path))], 0, 1)))
    return np.interp(np.arange(len(strength)), np.arange(len(path)) * STEP, TEMPI[path]), regular


def beats(strength: Any, tempo: Any) -> Any:
    """Where beats are, in frames and fractions of them."""
    import librosa

    _, found = librosa.beat.beat_track(onset_envelope=strength, sr=RATE, hop_length=HOP, bpm=tempo, trim=False)
    return np.array([_peak(strength, int(frame)) for frame in found])


def _between(alike: Any, delays: Any) -> Any:
    """What `alike` says at delays between frames (delays, columns); 0 beyond its end."""
    low = np.floor(delays).astype(np.int64)
    there = low + 1 < len(alike)
    low = np.where(there, low, 0)
    share = (delays - low)[:, None]
    return np.where(there[:, None], alike[low] * (1 - share) + alike[np.minimum(low + 1, len(alike) - 1)] * share, 0.0)


def _best_way(likely: Any) -> Any:
    """The row to be in at each column (Viterbi)."""
    octaves = np.log2(TEMPI)
    change = -np.minimum(CHANGE * np.abs(octaves[:, None] - octaves[None, :]), MOST)
    score, back = likely[:, 0], []
    for column in range(1, likely.shape[1]):
        ways = score[:, None] + change
        best = ways.argmax(axis=0)
        back.append(best)
        score = ways[best, np.arange(len(best))] + likely[:, column]
    path = [int(score.argmax())]
    for best in reversed(back):
        path.append(int(best[path[-1]]))
    return np.array(path[::-1])


def _peak(strength: Any, frame: int, reach: int = 2) -> float:
    """The peak next to `frame`, between frames where its neighbours say so."""
    first = max(0, frame - reach)
    at = first + int(strength[first : frame + reach + 1].argmax())
    if not 0 < at < len(strength) - 1:
        return float(at)
    left, middle, right = (float(value) for value in strength[at - 1 : at + 2])
    bend = left - 2 * middle + right
    return at + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0)
