"""Films for cut-outs, made by the worker's Python: `film` TARGET RATE FRAMES, `person` TARGET FRAMES, or `mattes` WANTED.json HOW.

A film is red on the left, green on the right, with a band below whose grey is the picture's number. Its mattes are a square that
moves, or (HOW "numbers") as grey all over as the picture's band.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SIZE = (64, 32)


def grey(number: int) -> int:
    return 20 + 4 * number


def square(number: int) -> tuple[slice, slice]:
    """Rows and columns of what is cut out of a picture."""
    return slice(6, 18), slice(4 + number, 24 + number)


def picture(number: int) -> np.ndarray:
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    image[:, : SIZE[0] // 2, 0], image[:, SIZE[0] // 2 :, 1] = 200, 200
    image[24:] = grey(number)
    return image


def matte(number: int, how: str) -> np.ndarray:
    if how == "numbers":
        return np.full(SIZE[::-1], grey(number), np.uint8)
    drawn = np.zeros(SIZE[::-1], np.uint8)
    drawn[square(number)] = 255
    return drawn


def main(what: str, *given: str) -> None:
    sys.path.insert(0, str(ROOT))
    package = ModuleType("assistant_editor")
    package.__path__ = [str(ROOT)]
    sys.modules["assistant_editor"] = package
    from assistant_editor.ml import matte_files, mattes
    from assistant_editor.ml.codec import from_json
    from assistant_editor.ml.engines.matte_lines import Tracing
    from assistant_editor.ml.files import write_whole
    from assistant_editor.ml.media import grey_film

    from tests.matte_maker import film

    if what == "film":
        film(Path(given[0]), (picture(number) for number in range(int(given[2]))), Fraction(given[1]))
    elif what == "person":
        from tests.drawn_person import person

        film(Path(given[0]), (person((320, 160), 0.45 + 0.005 * number)[0] for number in range(int(given[1]))))
    else:
        for one in json.loads(Path(given[0]).read_text()):
            wanted = from_json(mattes.Wanted, one)
            Path(wanted.folder).mkdir(exist_ok=True)
            target, tracing, grid = Path(wanted.folder) / mattes.name_of(wanted), Tracing(), wanted.grid
            with grey_film(target, SIZE, grid.rate) as made:
                for frame in range(grid.frames):
                    drawn = matte(grid.picture(grid.first + frame), given[1])
                    made.add(drawn)
                    tracing.take(frame, drawn, frame == 0)
            digest = mattes.digest(wanted.options)
            told = mattes.Matte(target.name, wanted.medium, digest, grid, *SIZE, "made", 0.15, tracing.lines(), folder=wanted.folder)
            write_whole(str(target.with_name(mattes.beside(target.name))), matte_files.dump(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
