"""How a picture is laid out: where bars frame it, where its weight lies, how its horizon leans. Everything takes uint8 pictures.

What people look at is not known here; "weight" is what stands out by its colour (R. Achanta, S. Hemami, F. Estrada and S. Süsstrunk,
"Frequency-tuned salient region detection", CVPR 2009). The rule of thirds after R. Datta, D. Joshi, J. Li and J. Z. Wang, "Studying
aesthetics in photographic images using a computational approach", ECCV 2006. Lines: R. Grompone von Gioi et al., "LSD: a fast line segment
detector with a false detection control", IEEE TPAMI 32, 2010.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Bars = tuple[int, int, int, int]
"""Rows and columns that are no picture: above, below, left, right."""
NONE: Bars = (0, 0, 0, 0)
BLACKNESS, PLAINNESS = 28, 4
"""Grey levels up to which a bar is black, and by which its pixels differ."""
STEP = 8
"""Grey levels from bar to picture along the whole edge, and from one side of a horizon to the other."""
ALONG = 0.5
LARGEST = 0.4
"""Shares: of an edge that is to be seen for it to be one; of the picture's side that a bar takes at most."""
SMALL = 160
POWER = 0.14
"""How far from a power point, in sides of the picture, its pull is down to exp(-1/2)."""
LEANING = 20.0
SPREAD = 2.0
"""Degrees: horizons lean less; lines differ by less and are the same."""
LONG = 0.45
"""Of the picture's width a horizon is to be seen over."""


def bars(grey: np.ndarray, before: Bars = NONE) -> Bars:
    """The black bars of letterbox or pillarbox in (height, width).

    Bars are black, plain, as wide on both sides, and end in a straight edge. `before`: those of the picture before, which hold while
    nothing is seen in them: so in a dark picture, whose edge cannot be seen, they are not lost.
    """
    top, bottom = _pair(grey)
    left, right = _pair(grey[top : grey.shape[0] - bottom].T) if top + bottom < grey.shape[0] else (0, 0)
    found = (top, bottom, left, right)
    if found == NONE and before != NONE and _black(grey, before):
        return before
    return found


def _pair(grey: np.ndarray) -> tuple[int, int]:
    """Rows of bars (above, below): both, or none."""
    import numpy as np

    rows, columns = grey.shape
    most = int(rows * LARGEST)
    if most < 1 or columns < 8:
        return 0, 0
    high = np.quantile(grey, 0.995, axis=1)
    low = np.quantile(grey, 0.005, axis=1)
    plain = (high <= BLACKNESS) & (high - low <= PLAINNESS)
    sides = []
    for line, view in ((plain, grey), (plain[::-1], grey[::-1])):
        depth = int(np.argmin(line)) if not line.all() else rows
        # A codec smears the last row of a bar, so the edge is looked for over the two rows that follow.
        if not 0 < depth <= most:
            return 0, 0
        beyond = view[depth : depth + 3].max(axis=0).astype(int)
        if np.mean(beyond - int(view[:depth].max()) >= STEP) < ALONG:
            return 0, 0
        sides.append(depth)
    return (sides[0], sides[1]) if abs(sides[0] - sides[1]) <= max(3, 0.03 * rows) else (0, 0)


def _black(grey: np.ndarray, known: Bars) -> bool:
    top, bottom, left, right = known
    height, width = grey.shape
    parts = (grey[:top], grey[height - bottom :], grey[:, :left], grey[:, width - right :])
    return all(not part.size or int(part.max()) <= BLACKNESS + PLAINNESS for part in parts)


def inside(image: np.ndarray, known: Bars) -> np.ndarray:
    """The picture without its bars, a view; a row or column more is left out, since an edge is half of each."""
    top, bottom, left, right = (depth + (depth > 0) for depth in known)
    return image[top : image.shape[0] - bottom, left : image.shape[1] - right]


def weight(image: np.ndarray) -> np.ndarray | None:
    """Where RGB (height, width, 3) has its weight: float32, about `SMALL` wide, sums to 1; None where nothing stands out."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    size = SMALL, max(8, min(SMALL * 3, round(SMALL * height / width)))
    lab = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB).astype(np.float32)
    apart = ((cv2.GaussianBlur(lab, (5, 5), 0) - lab.mean(axis=(0, 1))) ** 2).sum(axis=2)
    total = float(apart.sum())
    return apart / total if total > apart.size * 2 else None


def balance(weights: np.ndarray) -> float:
    """1: as much weight left as right; 0: all on one side."""
    import numpy as np

    across = weights.sum(axis=0)
    place = (np.arange(len(across)) + 0.5) / len(across)
    return 1 - abs(float(across[place < 0.5].sum() - across[place > 0.5].sum()))


def thirds(weights: np.ndarray) -> float:
    """0..1: how near the heaviest place lies to where lines at the thirds cross."""
    import cv2
    import numpy as np

    height, width = weights.shape
    heavy = cv2.GaussianBlur(weights, (0, 0), 0.06 * (width * height) ** 0.5)
    row, column = np.unravel_index(int(heavy.argmax()), heavy.shape)
    across, down = (float(column) + 0.5) / width, (float(row) + 0.5) / height
    away = min((across - x) ** 2 + (down - y) ** 2 for x in (1 / 3, 2 / 3) for y in (1 / 3, 2 / 3))
    return float(np.exp(-away / (2 * POWER**2)))


def horizon(grey: np.ndarray) -> float:
    """Degrees by which the horizon leans, clockwise; NaN where none is seen.

    A horizon is the longest straight line that is nearly level, over `LONG` of the width in one or several pieces, and parts the picture
    into a lighter and a darker side: rails, wires and shelves look alike above and below. Where upright lines agree with each other and
    not with it, it is an edge in perspective and none.
    """
    import numpy as np

    lines = _lines(grey)
    if not len(lines):
        return float("nan")
    found = _longest(lines[np.abs(lines[:, 0]) <= LEANING], grey.shape[1])
    upright = _agreed(lines, grey.shape[0])
    if found is None or (upright is not None and abs(upright - found[0]) > SPREAD) or not _parts(grey, *found):
        return float("nan")
    return found[0]


def _parts(grey: np.ndarray, angle: float, across: float, down: float) -> bool:
    """Whether what lies above the line through a point is by `STEP` lighter or darker than what lies below."""
    import numpy as np

    height, width = grey.shape
    turn = np.radians(angle)
    away = (np.arange(height)[:, None] - down) * np.cos(turn) - (np.arange(width) - across) * np.sin(turn)
    near, far = 0.015 * height, 0.12 * height
    above, below = grey[(away < -near) & (away > -far)], grey[(away > near) & (away < far)]
    return bool(len(above) and len(below) and abs(float(above.mean()) - float(below.mean())) >= STEP)


def _lines(grey: np.ndarray) -> np.ndarray:
    """(angle in degrees -90..90 clockwise from level, length, middle across, middle down) of every segment, float32 (n, 4)."""
    import cv2
    import numpy as np

    found = cv2.createLineSegmentDetector().detect(grey)[0]
    if found is None:
        return np.zeros((0, 4), np.float32)
    x1, y1, x2, y2 = found.reshape(-1, 4).T
    angle = (np.degrees(np.arctan2(y2 - y1, x2 - x1)) + 90) % 180 - 90
    lines = np.stack([angle, np.hypot(x2 - x1, y2 - y1), (x1 + x2) / 2, (y1 + y2) / 2], axis=1)
    return lines[lines[:, 1] >= 0.04 * max(grey.shape)].astype(np.float32)


def _longest(lines: np.ndarray, width: int) -> tuple[float, float, float] | None:
    """(angle, a point across and down) of the longest line, pieces of one line together; None below `LONG` of the width."""
    import numpy as np

    best, found = LONG * width, None
    for one in lines[np.argsort(-lines[:, 1])[:12]]:
        slope = np.tan(np.radians(one[0]))
        away = np.abs(lines[:, 3] - one[3] - slope * (lines[:, 2] - one[2]))
        same = (np.abs(lines[:, 0] - one[0]) <= SPREAD) & (away <= 0.012 * width)
        across = lines[same, 1].sum()
        if across > best:
            angle, x, y = np.average(lines[same][:, [0, 2, 3]], axis=0, weights=lines[same, 1])
            best, found = across, (float(angle), float(x), float(y))
    return found


def _agreed(lines: np.ndarray, height: int) -> float | None:
    """By how many degrees upright lines lean, clockwise; None where there are few or they differ."""
    import numpy as np

    lean = (lines[:, 0] % 180) - 90
    upright = np.abs(lean) <= LEANING
    if lines[upright, 1].sum() < height:
        return None
    middle = float(np.average(lean[upright], weights=lines[upright, 1]))
    near = upright & (np.abs(lean - middle) <= SPREAD)
    return float(np.average(lean[near], weights=lines[near, 1])) if lines[near, 1].sum() >= 0.6 * lines[upright, 1].sum() else None
