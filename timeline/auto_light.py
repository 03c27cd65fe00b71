"""Exposure and white balance by what a shot's colours say, as an ASC CDL: slope for the white, power for the exposure.

White: shades of grey (G. D. Finlayson and E. Trezzi, "Shades of gray and colour constancy", CIC 2004), the Minkowski mean of order 6 of
light that is neither black nor burnt out. Exposure: the log-average of light is brought towards middle grey (E. Reinhard et al.,
"Photographic tone reproduction for digital images", SIGGRAPH 2002). Both guess, so both go only part of the way, least where little is
to be done: a sunset stays warm, a night stays dark. Pure; colours are (n, 3) sRGB as coded, 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import oklab
from .native_colour import Balance

ORDER = 6
DARKEST, LIGHTEST = 0.02, 0.97
"""As coded: darker pixels are noise, lighter ones are burnt out."""
GREY = 0.18
DARKNESS = 0.002
CAST, STOPS = 0.15, 0.8
"""By how much (logarithm of a gain; stops) a shot may differ from grey, or from middle grey, for its own reasons."""
MOST_CAST, MOST_STOPS = 0.35, 1.5
CODED = 2.4
"""Light is about the 2.4th power of what is coded (less near black)."""
ROOM = 0.98
"""Where the lightest pixels may come to lie."""
FEW = 12
"""So many pixels tell nothing."""


@dataclass(frozen=True)
class Light:
    """`cast` are the logarithms of the gains of light that make it neutral, of mean 0; `stops` by which it is to be brighter."""

    cast: tuple[float, float, float]
    stops: float


def measured(colours: np.ndarray) -> Light:
    """What is to be done about a shot's light, with doubt already taken off."""
    lit = colours[(colours.max(axis=1) < LIGHTEST) & (colours.min(axis=1) > DARKEST)]
    light = oklab.light(lit if len(lit) >= FEW else colours)
    shades = np.maximum((light**ORDER).mean(axis=0), 1e-12) ** (1 / ORDER)
    cast = np.log(shades.mean() / shades)
    cast -= cast @ oklab.LUMA
    cast *= _believed(float(np.abs(cast).max()), CAST)
    cast *= min(1.0, MOST_CAST / max(1e-9, float(np.abs(cast).max())))
    average = float(np.exp(np.log(np.maximum(oklab.light(colours) @ oklab.LUMA, DARKNESS)).mean()))
    stops = float(np.log2(GREY / average))
    stops = float(np.clip(stops * _believed(abs(stops), STOPS), -MOST_STOPS, MOST_STOPS))
    red, green, blue = (float(value) for value in cast)
    return Light((red, green, blue), stops)


def _believed(size: float, doubt: float) -> float:
    """The share of a deviation that is taken for a fault: none of small ones, nearly all of large ones (James and Stein's shrinkage)."""
    return size**2 / (size**2 + doubt**2) if size else 0.0


def balanced(light: Light, colours: np.ndarray, exposure: float = 1.0, white: float = 1.0) -> Balance:
    """The balance that does the shares `exposure` and `white` of it, and burns nothing out."""
    slope = np.exp(np.asarray(light.cast) * white / CODED)
    lightest = float(np.quantile((colours * slope).max(axis=1), 0.99))
    slope /= max(1.0, lightest / max(ROOM, float(np.quantile(colours.max(axis=1), 0.99))))
    stops = light.stops * exposure
    wanted = 2 ** (stops / CODED)
    if stops > 0:
        # What is left below white is used first: then the picture gains light without losing contrast.
        gain = float(np.clip(ROOM / max(lightest, 1e-6), 1.0, wanted))
        slope, wanted = slope * gain, wanted / gain
    middle = float(np.clip(np.exp(np.log(np.maximum(colours * slope, 0.02)).mean()), 0.05, 0.9))
    power = float(np.clip(np.log(min(0.95, middle * wanted)) / np.log(middle), 0.5, 2.0))
    red, green, blue = (float(value) for value in slope)
    return Balance((red, green, blue), power=(power, power, power))
