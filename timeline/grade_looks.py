"""Looks, as Blender's own tools do them: a saturation and a balance each; and which mood has which look. Pure.

What goes with a mood follows what viewers were found to feel: brightness raises pleasure, saturation raises arousal (P. Valdez and A.
Mehrabian, "Effects of color on emotions", J. Exp. Psychol. Gen. 123(4), 1994); warm light for the pleasant and cold, low-key light for
the tense are conventions of the trade. The figures are ours, tried on renders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .native_colour import Balance, Triple


@dataclass(frozen=True)
class Look:
    """`name` is what the user reads."""

    name: str
    saturation: float
    balance: Balance

    def shared(self, strength: float) -> Look:
        """So much of it: 0 is nothing, 1 all."""
        balance = self.balance
        return Look(
            self.name, 1 + (self.saturation - 1) * strength,
            Balance(_to(balance.slope, strength), _times(balance.offset, strength), _to(balance.power, strength)),
        )  # fmt: skip


def _to(values: Triple, exponent: float) -> Triple:
    red, green, blue = (float(value) for value in np.asarray(values) ** exponent)
    return red, green, blue


def _times(values: Triple, factor: float) -> Triple:
    red, green, blue = (float(value) for value in np.asarray(values) * factor)
    return red, green, blue


LOOKS: Mapping[str, Look] = {
    "warm": Look("Bright and Warm", 1.12, Balance((1.07, 1.01, 0.95), (0.012, 0.004, -0.004), (0.90, 0.93, 0.97))),
    "cold": Look("Cold and Low-Key", 0.82, Balance((0.92, 0.97, 1.04), (-0.020, -0.012, 0.004), (1.22, 1.17, 1.08))),
    "vivid": Look("Vivid", 1.25, Balance((1.10, 1.09, 1.08), (-0.040, -0.036, -0.032), (0.95, 0.95, 0.95))),
    "muted": Look("Muted", 0.65, Balance((0.93, 0.95, 0.99), (0.018, 0.022, 0.030), (1.06, 1.04, 1.02))),
    "harsh": Look("Harsh and Red", 1.05, Balance((1.12, 0.99, 0.94), (-0.030, -0.040, -0.040), (1.02, 1.10, 1.12))),
    "soft": Look("Soft", 0.92, Balance((0.94, 0.95, 0.95), (0.040, 0.040, 0.038), (0.98, 0.97, 0.97))),
    "tender": Look("Tender", 0.95, Balance((1.01, 0.97, 0.97), (0.034, 0.022, 0.028), (0.90, 0.93, 0.93))),
    "playful": Look("Playful", 1.20, Balance((1.05, 1.04, 1.02), (0.000, 0.000, -0.004), (0.92, 0.93, 0.95))),
    "dark": Look("Dark", 0.80, Balance((0.97, 0.97, 1.00), (-0.012, -0.012, -0.008), (1.28, 1.27, 1.22))),
    "bleached": Look("Bleach Bypass", 0.45, Balance((1.16, 1.16, 1.15), (-0.070, -0.068, -0.064), (1.00, 1.00, 1.00))),
    "grey": Look("Black and White", 0.0, Balance((1.05, 1.05, 1.05), (-0.015, -0.015, -0.015), (1.00, 1.00, 1.00))),
}
OF_MOOD: Mapping[str, str] = {
    "happy": "warm", "energetic": "vivid", "sad": "muted", "angry": "harsh", "tense": "cold", "calm": "soft", "sweet": "tender",
    "funny": "playful", "dark": "dark", "neutral": "",
}  # fmt: skip
"""Every label of `moods.PLACES`; "" leaves the colours as they are."""
