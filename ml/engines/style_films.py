"""Films in another style, made by a network of the user's: the worker's answer to `Stylise`. One picture is held at a time.

The networks are image transformation networks (J. Johnson, A. Alahi and L. Fei-Fei, "Perceptual losses for real-time style transfer and
super-resolution", ECCV 2016) as the ONNX model zoo keeps them: a picture in, one of the same size out, channels first, 0..255 or 0..1.
Frame by frame they flicker; so each picture is drawn towards the one before, moved along with what it shows (`matte_steady`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ..codec import to_json
from ..errors import BAD_INPUT, MISSING_MODEL, EditorError
from ..files import check_target, make_folder, shown, write_whole
from ..media import colour_film, pictures_at
from ..protocol import Stylise
from ..style_files import beside, dump
from ..styles import Styled, StyleWanted, digest, name_of
from .cut_outs import DEADLINE, LOADING, moments
from .registry import Runtime

if TYPE_CHECKING:
    import numpy as np

REMEDY = "Choose an ONNX file of a style network that takes a picture and gives one (fast neural style)."
SIDE = 960
"""Long side in pixels of what a network is given at most; its picture is enlarged again."""
FIXED = 224
"""The size of networks that take one size only, where the file does not say another."""
MULTIPLE = 8
BLUR, STAYS = 9, 3.0
"""Over so many pixels' squares, a picture that changed by fewer grey levels than these stayed as it was."""


def run(request: Stylise, runtime: Runtime) -> dict[str, Any]:
    """`{"styles": [...]}`: what was made, as `Styled`s, in their order.

    Raises `EditorError`: MISSING_MODEL when there is no such file; BAD_INPUT when it is no network that OpenCV can run, a film cannot be
    read or the folder cannot be written; NO_SPACE; CANCELLED. Films that are done stay, each whole.
    """
    made, done = [], 0
    whole = sum(one.grid.frames for one in request.wanted)
    for wanted in request.wanted:
        name, before = PurePath(wanted.path).name, done
        runtime.progress(before / whole, f"Loading {PurePath(wanted.options.network).stem}", LOADING)
        network = Network(Path(wanted.options.network))

        def told(frames: int, name: str = name, before: int = before) -> None:
            runtime.progress((before + frames) / whole, f"Painting {name}", DEADLINE)

        made.append(_film(wanted, network, runtime, told))
        done += wanted.grid.frames
    return {"styles": [to_json(one) for one in made]}


def _film(wanted: StyleWanted, network: Network, runtime: Runtime, told: Any) -> Styled:
    make_folder(wanted.folder)
    target = Path(wanted.folder) / name_of(wanted)
    check_target(str(target))
    said = target.with_name(beside(target.name))
    said.unlink(missing_ok=True)  # what it says would be of another film from now on
    pictures = _pictures(wanted, network, runtime)
    first = next(pictures)
    size = first.shape[1], first.shape[0]
    with colour_film(target, size, wanted.grid.rate) as film:
        film.add(first)
        for picture in pictures:
            film.add(picture)
            told(film.frames)
    made = Styled(target.name, wanted.medium, digest(wanted.options), wanted.grid, *size, network.name, folder=wanted.folder)
    write_whole(str(said), dump(made))
    return made


def _pictures(wanted: StyleWanted, network: Network, runtime: Runtime) -> Iterator[np.ndarray]:
    """One (height, width, 3) uint8 RGB for each frame of the film; sides are even, as its codec wants."""
    import numpy as np

    grid = wanted.grid
    numbers = [grid.picture(grid.first + frame) for frame in range(grid.frames)]
    pictures = pictures_at(wanted.path, moments(numbers, grid), check=runtime.check, square=False)
    calm = Calm(wanted.options.steady)
    last: int | None = None
    drawn: np.ndarray | None = None
    for number in numbers:
        if number != last:
            _seconds, image = next(pictures)
            runtime.check()
            image = np.ascontiguousarray(image[: image.shape[0] & ~1, : image.shape[1] & ~1])
            drawn, last = calm.take(image, network(image)), number
        assert drawn is not None
        yield (np.clip(drawn, 0, 1) * 255 + 0.5).astype(np.uint8)


class Calm:
    """Takes the pictures of a film in order, with what was painted of each: where a picture stays, so does what was painted; where it
    moves, that moves along, as far as that can be told. `strength` 0..1: how much stays of the one before."""

    def __init__(self, strength: float) -> None:
        from .matte_steady import Steady

        self._strength = strength
        self._steady = Steady(strength)
        self._before: tuple[np.ndarray, np.ndarray] | None = None

    def take(self, image: np.ndarray, painted: np.ndarray) -> np.ndarray:
        """`image` (height, width, 3) uint8, `painted` the same size float32 0..1; float32."""
        import cv2
        import numpy as np

        if self._strength <= 0:
            return painted
        if self._steady.fresh(image):
            self._before = None
        drawn = self._steady.take(image, painted)
        grey = cv2.blur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32), (BLUR, BLUR))
        if self._before is not None:
            seen, shown_before = self._before
            still = np.clip(1.5 - np.abs(grey - seen) / STAYS, 0, 1)[..., None]
            drawn = drawn + self._strength * still * (shown_before - drawn)
        self._before = grey, drawn
        return drawn


class Network:
    """A style network in an ONNX file, run by OpenCV. Raises `EditorError` as `run` says."""

    def __init__(self, path: Path) -> None:
        import cv2

        if not path.is_file():
            raise EditorError(f"There is no style network at {shown(path)}.", REMEDY, MISSING_MODEL)
        self.name = path.stem
        try:
            self._network = cv2.dnn.readNetFromONNX(str(path))
        except cv2.error as reason:
            raise EditorError(f"{path.name} is no ONNX network that OpenCV can run.", REMEDY, BAD_INPUT, str(reason)[:500]) from reason
        self._fixed, self._range = self._form(path.name)

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """RGB (height, width, 3) uint8 → the same size in its style, float32 0..1."""
        import cv2

        height, width = image.shape[:2]
        scale = min(1.0, SIDE / max(height, width))
        across, down = (max(MULTIPLE, round(side * scale / MULTIPLE) * MULTIPLE) for side in (width, height))
        size = (self._fixed, self._fixed) if self._fixed else (across, down)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        return cv2.resize(self._painted(small, self._range), (width, height), interpolation=cv2.INTER_CUBIC)

    def _painted(self, image: np.ndarray, most: float) -> np.ndarray:
        """(height, width, 3) float32; `most` is how white is written."""
        import numpy as np

        self._network.setInput(np.ascontiguousarray(image.transpose(2, 0, 1)[None].astype(np.float32) * (most / 255)))
        answer = np.asarray(self._network.forward(), np.float32)
        if answer.ndim != 4 or answer.shape[1] != 3 or not np.isfinite(answer).all():
            raise ValueError(f"it answers {answer.shape}")
        return np.ascontiguousarray(answer[0].transpose(1, 2, 0) / np.float32(most))

    def _form(self, name: str) -> tuple[int, float]:
        """(the one size it takes, 0: any; how white is written): by how it answers noise."""
        import cv2
        import numpy as np

        reasons = []
        for fixed, shape in ((0, (96, 128)), (FIXED, (FIXED, FIXED))):
            noise = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
            try:
                answer = self._painted(noise, 255.0)
            except (cv2.error, ValueError) as reason:
                reasons.append(str(reason)[:300])
                continue
            if answer.shape[:2] != shape:
                reasons.append(f"a picture of {shape} becomes one of {answer.shape[:2]}")
                continue
            # One that writes white as 1 stays within 0..1 whatever it is given, which is next to nothing of 255.
            return fixed, 255.0 if float(np.abs(answer).max()) * 255 > 2 else 1.0
        raise EditorError(f"{name} does not turn a picture into a picture.", REMEDY, BAD_INPUT, "; ".join(reasons))
