"""The colours of moods, people, things and quality: the same on the timeline, in plots and in reports. Pure.

The moods' ten were searched for by computer under the names' hues: any two differ by at least 20 in CIELAB for normal sight and for
protanopia, deuteranopia and tritanopia (simulated after Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", 2009), and each stands out from a dark timeline by 3 to 1 at least (WCAG 2.1). The others are
those of Okabe and Ito ("Color Universal Design", 2008).
"""

from __future__ import annotations

from functools import lru_cache

MOOD_COLOURS = {
    "happy": "#F1A43A", "sweet": "#F769B1", "funny": "#FFDA0E", "energetic": "#14B86A", "tense": "#9C12FF",
    "angry": "#C1330B", "sad": "#0377D1", "dark": "#696969", "calm": "#9DD4FB", "neutral": "#E6E6E6",
}  # fmt: skip
RANKED = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2", "#D55E00")
"""Of what is counted, the most frequent first; `OTHER` for all that follow."""
OTHER = "#9A9A9A"
FACES, SPEECH, BEAT, DOWNBEAT = "#56B4E9", "#E8E8E8", "#7FA8D8", "#F1A43A"
GOOD, FAIR, POOR = "#009E73", "#F0E442", "#D55E00"
GOOD_FROM, FAIR_FROM = 0.6, 0.35
INK, FAINT, GRID = "#222222", "#5A5A5A", "#DDDDDD"


def of_mood(label: str) -> str:
    """The colour of a mood, that of neutral where it has none of its own."""
    return MOOD_COLOURS.get(label, MOOD_COLOURS["neutral"])


def of_rank(rank: int) -> str:
    """The colour of the nth most frequent, 0 being the first."""
    return RANKED[rank] if 0 <= rank < len(RANKED) else OTHER


def of_grade(grade: float) -> str:
    """The colour of a picture's quality, 0..1."""
    return GOOD if grade >= GOOD_FROM else FAIR if grade >= FAIR_FROM else POOR


@lru_cache(maxsize=64)
def rgb(colour: str) -> tuple[int, int, int]:
    """ "#rrggbb" as numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
