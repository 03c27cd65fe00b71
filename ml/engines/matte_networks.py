"""Edges of mattes drawn by a network of the user's in place of the guided filters: ViTMatte, or a portrait network in an ONNX file.

J. Yao, X. Wang, S. Yang, B. Wang, "ViTMatte: Boosting image matting with pretrained plain vision transformers", 2024, from a folder of the
transformers library: it is given the picture and a trimap, which says what surely belongs to the thing, what surely does not, and where it
is to be told: within reach of the edge of what was drawn. Portrait networks (Z. Ke et al., "MODNet", 2022, and their like), run by OpenCV,
are given the picture alone and draw people; what is far from what was drawn is left out. No weights of either kind could be had while this
was written: what is tested is that such networks run, not how well they see.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..errors import BAD_INPUT, MISSING_MODEL, EditorError
from ..files import shown, stamp
from .matte_edges import REACH, WORKING, enlarged, functions, near_edge, refined, working_size
from .model_folder import Wanted, opened
from .segment_anything import DEVIATION, MEAN

WANTED = Wanted(
    "a matting network",
    "ViTMatte",
    ("vitmatte",),
    "Choose a folder with a ViTMatte model of the transformers library, as safetensors, or an ONNX file of a portrait matting network; "
    "or leave Matting Model empty.",
    "leave Matting Model empty",
)
SIDE = 1024
"""Long side in pixels of what ViTMatte is given at most."""
MULTIPLE = 32
SIDES = (512, 256)
"""Sides tried of networks that take one size only."""
SCALES = ((0.5, 0.5), (0.0, 1.0), (MEAN, DEVIATION), (0.0, 1 / 255))
"""(mean, deviation) by which colours of 0..1 may be meant to be given: no ONNX file says it."""
_warm: tuple[str, str, Any] | None = None


def load(path: str) -> Any:
    """What draws the matte of a picture: `(image (height, width, 3) uint8, drawn float32 0..1) -> uint8 (height, width)`.

    Raises `EditorError`: MISSING_MODEL where there is none, BAD_INPUT for a folder or file that holds no such network.
    """
    global _warm
    place = Path(path)
    now = stamp(place) if place.is_dir() else str(place.stat().st_mtime_ns) if place.is_file() else ""
    if _warm is None or _warm[:2] != (path, now):
        _warm = None  # two of them may not fit into memory
        _warm = (path, now, ViTMatte(place) if place.is_dir() else Portrait(place))
    return _warm[2]


class ViTMatte:
    def __init__(self, folder: Path) -> None:
        from .transnetv2 import best_device

        found = opened(folder, WANTED)
        self.name, self._device = found.name, best_device()
        self._network = found.network("VitMatteForImageMatting", whole=True).requires_grad_(False).to(self._device)
        table = found.table("preprocessor_config.json", {})
        self._mean, self._deviation = (np.array(table.get(key, (0.5,) * 3), np.float32) for key in ("image_mean", "image_std"))

    def __call__(self, image: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        size = working_size(image, SIDE)
        solid = cv2.resize(drawn, size, interpolation=cv2.INTER_LINEAR) > 0.5
        near = near_edge(solid.astype(np.float32), max(2, round(REACH * max(size))))
        if not near.any():
            return refined(image, drawn)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        alpha = self._alpha(small, np.where(near, 0.5, solid).astype(np.float32))
        return _spread(image, small, np.where(near, alpha, solid).astype(np.float32), solid, near)

    def _alpha(self, small: np.ndarray, trimap: np.ndarray) -> np.ndarray:
        """The part around what is to be told alone is looked at."""
        import torch

        height, width = trimap.shape
        rows, columns = np.flatnonzero((trimap == 0.5).any(axis=1)), np.flatnonzero((trimap == 0.5).any(axis=0))
        top, left = max(0, int(rows[0]) - MULTIPLE), max(0, int(columns[0]) - MULTIPLE)
        bottom, right = min(height, int(rows[-1]) + 1 + MULTIPLE), min(width, int(columns[-1]) + 1 + MULTIPLE)
        shown_part = (small[top:bottom, left:right].astype(np.float32) / 255 - self._mean) / self._deviation
        given = np.dstack([shown_part, trimap[top:bottom, left:right]])
        down, across = -given.shape[0] % MULTIPLE, -given.shape[1] % MULTIPLE
        given = np.pad(given, ((0, down), (0, across), (0, 0)))
        with torch.inference_mode():
            answer = self._network(pixel_values=torch.from_numpy(given.transpose(2, 0, 1)[None].copy()).to(self._device))
        out = np.zeros(trimap.shape, np.float32)
        out[top:bottom, left:right] = answer.alphas[0, 0].float().cpu().numpy()[: bottom - top, : right - left]
        return out


class Portrait:
    """An ONNX file that takes a picture (1, 3, height, width) and gives a matte (1, 1, height, width) of 0..1."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise EditorError(f"There is no matting network at {shown(path)}.", WANTED.remedy, MISSING_MODEL)
        self.name = path.stem
        try:
            self._network = cv2.dnn.readNetFromONNX(str(path))
        except cv2.error as reason:
            why = str(reason)[:500]
            raise EditorError(f"{path.name} is no ONNX network that OpenCV can run.", WANTED.remedy, BAD_INPUT, why) from reason
        self._fixed = self._form(path.name)
        self._scale: Any = None

    def __call__(self, image: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        size = working_size(image, WORKING)
        solid = cv2.resize(drawn, size, interpolation=cv2.INTER_LINEAR) > 0.5
        if not solid.any():
            return np.zeros(image.shape[:2], np.uint8)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        if self._scale is None:
            # Of the ways in which colours may be meant, that by which the network sees what was drawn.
            tries = [self._alpha(small, scale) for scale in SCALES]
            self._scale = SCALES[int(np.argmin([np.abs(one - solid).mean() for one in tries]))]
        alpha = self._alpha(small, self._scale)
        near = near_edge(solid.astype(np.float32), max(2, round(REACH * max(size))))
        return _spread(image, small, np.where(near, alpha, solid).astype(np.float32), solid, near)

    def _alpha(self, small: np.ndarray, scale: Any) -> np.ndarray:
        height, width = small.shape[:2]
        size = (self._fixed,) * 2 if self._fixed else tuple(max(MULTIPLE, round(side / MULTIPLE) * MULTIPLE) for side in (width, height))
        given = cv2.resize(small, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        mean, deviation = (np.asarray(one, np.float32) for one in scale)
        found = self._answer(((given - mean) / deviation).transpose(2, 0, 1)[None])
        return np.clip(cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR), 0.0, 1.0)

    def _answer(self, given: np.ndarray) -> np.ndarray:
        self._network.setInput(np.ascontiguousarray(given, np.float32))
        answer = np.asarray(self._network.forward(), np.float32)
        if answer.ndim != 4 or answer.shape[1] != 1 or not np.isfinite(answer).all():
            raise ValueError(f"it answers {answer.shape}")
        return np.ascontiguousarray(answer[0, 0])

    def _form(self, name: str) -> int:
        """The one side it takes, 0: any."""
        reasons = []
        for fixed, size in ((0, (96, 128)), *((side, (side, side)) for side in SIDES)):
            try:
                answer = self._answer(np.random.default_rng(1).random((1, 3, *size), np.float32))
            except (cv2.error, ValueError) as reason:
                reasons.append(str(reason)[:300])
                continue
            if answer.shape == size:
                return fixed
            reasons.append(f"a picture of {size} becomes a matte of {answer.shape}")
        raise EditorError(f"{name} does not turn a picture into its matte.", WANTED.remedy, BAD_INPUT, "; ".join(reasons))


def _spread(image: np.ndarray, small: np.ndarray, alpha: np.ndarray, solid: np.ndarray, near: np.ndarray) -> np.ndarray:
    """A small matte at the picture's full size: between its points the picture's colours tell it (He and Sun 2015)."""
    lines = functions(small.astype(np.float32) / 255, alpha, 1, 1e-5)
    whole = slice(0, small.shape[0]), slice(0, small.shape[1])
    return enlarged(image, lines, whole, solid.astype(np.float32), near, 1.0, alpha)
