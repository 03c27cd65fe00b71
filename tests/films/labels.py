"""What is known of a made film, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

KINDS = ("cut", "dissolve", "fade-in", "fade-out", "fade-through-black", "fade-through-white", "wipe")
TRAPS = (
    "flash", "flash-part", "muzzle", "strobe", "whip", "shake", "subtitle", "picture-in-picture", "title",
    "explosion", "exposure", "fast", "grain",
)  # fmt: skip
"""What happens inside one shot and is no boundary: photo flash of the whole picture and of a part, muzzle fire, strobe, whip pan,
camera shake, subtitles that pop, a small picture that pops and changes, text that pops on a black card, explosion, drifting
exposure, motion at several times its speed, heavy grain."""


@dataclass(frozen=True)
class Labels:
    """One film. Frames count from 0.

    `cuts`: first frame of each new shot after a hard cut. `gradual`: (first, last, kind) of each gradual transition, both
    frames blended, that is neither purely the old nor purely the new picture; a fade through a colour is one transition from
    the first frame of the old shot that is darkened (or brightened) to the last of the new one, the plain frames between
    included. `traps`: (first, last, what) of what is no boundary.
    """

    frames: int
    rate: Fraction
    cuts: tuple[int, ...]
    gradual: tuple[tuple[int, int, str], ...]
    traps: tuple[tuple[int, int, str], ...]
    seed: int = 0

    def counts(self) -> dict[str, int]:
        """How many transitions of each of `KINDS` the film has."""
        kinds = ["cut"] * len(self.cuts) + [kind for _, _, kind in self.gradual]
        return {kind: kinds.count(kind) for kind in KINDS}

    def entry(self) -> dict[str, object]:
        """As in a labels file: `not_cuts` holds the first frame of every trap, `traps` also how far it goes."""
        return {
            "fps": float(self.rate),
            "rate": str(self.rate),
            "frames": self.frames,
            "seed": self.seed,
            "hard_cuts": list(self.cuts),
            "gradual": [list(one) for one in self.gradual],
            "not_cuts": [[first, what] for first, _, what in self.traps],
            "traps": [list(one) for one in self.traps],
        }


def write_labels(path: Path, films: Mapping[str, Labels]) -> None:
    """A labels file for films of these names."""
    rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(labels.entry())}" for name, labels in films.items())
    path.write_text("{\n" + rows + "\n}\n", encoding="utf-8")
