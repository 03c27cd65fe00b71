"""Pictures coded for high dynamic range, brought to what an ordinary screen would show: so that they are measured by the same measures.

ITU-R BT.2100: PQ's curve is that of SMPTE ST 2084, HLG's is inverted and shown on a screen of 1000 cd/m². White paper is 203 cd/m²
(ITU-R BT.2408); what is brighter is bent into the last part below white, so that it counts as bright and not as burnt out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

PAPER = 203.0
SCREEN = 1000.0
KNEE = 0.75
"""Of paper's brightness: darker is shown as it is."""
NARROWER = ((1.660491, -0.587641, -0.072850), (-0.124550, 1.132900, -0.008349), (-0.018151, -0.100579, 1.118730))
"""The primaries of BT.2020 to those of BT.709, of linear light (ITU-R BT.2087)."""


def ordinary(image: np.ndarray, transfer: Literal["", "pq", "hlg"]) -> np.ndarray:
    """RGB (height, width, 3) uint8 as coded to RGB uint8 as an ordinary screen shows it; the same array where it is coded for one."""
    import cv2
    import numpy as np

    if not transfer:
        return image
    linear = _light(transfer)[image]
    narrowed = cv2.transform(linear, np.array(NARROWER, np.float32))
    return (np.clip(_bent(narrowed), 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)


@lru_cache(2)
def _light(transfer: str) -> np.ndarray:
    """Float32 (256,): each code's light, 1 is paper."""
    import numpy as np

    code = np.arange(256) / 255
    if transfer == "pq":
        root = code ** (1 / 78.84375)
        nits = 10000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    else:
        scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12)
        nits = SCREEN * scene**1.2
    return (nits / PAPER).astype(np.float32)


def _bent(light: np.ndarray) -> np.ndarray:
    """Light of which 1 is paper, with what is above the knee bent so that it reaches 1 at infinity only."""
    import numpy as np

    over = np.maximum(light - KNEE, 0) / (1 - KNEE)
    return np.where(light <= KNEE, np.maximum(light, 0), KNEE + (1 - KNEE) * over / (1 + over))
