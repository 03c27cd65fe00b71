"""YOLO networks of ultralytics, run by lines of our own: pictures in, boxes out.

Only ultralytics' layers, its suppression of double boxes and its trackers are used. Its own way to predict wants torchvision, which is
no part of this environment; it also fetches files, installs packages, writes settings into the user's home and tells its maker of
runs. None of that is reached from here.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import importlib.metadata
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MISSING_BACKEND, EditorError
from .boxes import MOST, OVERLAP, POSE, inside, mirrored, moved, united

if TYPE_CHECKING:
    import numpy as np

PARTS = ("ultralytics.nn.tasks", "ultralytics.trackers.bot_sort", "ultralytics.trackers.byte_tracker", "ultralytics.utils.nms")
EDGE = 114
"""The grey around a picture that the networks were trained with."""
LOOKS = ((1.0, False), (0.83, True), (0.67, False))
"""(share of the size, mirrored) of the looks at a picture when it is looked at thoroughly, as ultralytics' own augmentation has them."""


class _Torchvision(importlib.metadata.Distribution):
    """ultralytics asks for torchvision's version when it is imported, and for nothing else of it that is used here.

    It is told the one that goes with this torch, since it warns of any other.
    """

    def read_text(self, filename: str) -> str | None:
        import torch

        minor = int(torch.__version__.split(".")[1])
        return f"Name: torchvision\nVersion: 0.{minor + 15}.0\n" if filename == "METADATA" else None

    def locate_file(self, path: Any) -> Any:
        return Path(path)


class _Finder(importlib.metadata.DistributionFinder):
    def find_spec(self, _name: str, _path: Any = None, _target: Any = None) -> importlib.machinery.ModuleSpec | None:
        return None

    def find_distributions(self, context: Any = None) -> Iterator[importlib.metadata.Distribution]:
        return iter([_Torchvision()] if getattr(context, "name", None) == "torchvision" else [])


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Whatever ultralytics sets for the whole process when it is imported is set back. Its settings go to a folder that goes."""
    import cv2
    import numpy
    import torch

    printing: Any = torch.set_printoptions
    environment, threads, save = dict(os.environ), cv2.getNumThreads(), torch.save
    printed = numpy.get_printoptions()
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="assistant-editor-") as scratch:
        os.environ |= {"YOLO_CONFIG_DIR": scratch, "YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false", "YOLO_VERBOSE": "false"}
        finder = _Finder()
        sys.meta_path.append(finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            os.environ.clear()
            os.environ |= environment
            cv2.setNumThreads(threads)
            torch.save = save
            numpy.set_printoptions(**printed)
            printing(profile="default")


def ultralytics() -> Any:
    """The package, imported. Raises `EditorError(MISSING_BACKEND)` where it is not installed."""
    if any(part not in sys.modules for part in PARTS):
        try:
            with _as_it_was():
                for part in PARTS:
                    importlib.import_module(part)
        except ImportError as reason:
            raise EditorError(
                f"Things in pictures cannot be found: {reason.name or 'ultralytics'} is not installed in the backend.",
                "Install the backend again in the preferences.",
                MISSING_BACKEND,
                repr(reason),
            ) from reason
    return sys.modules["ultralytics"]


class Detector:
    """One checkpoint, loaded. `names`: its words for what it finds, by class number; `kind`: "detect", "segment" or "pose"; `size`: the
    long side of the picture it looks at. Raises `EditorError` when the file is no such checkpoint."""

    def __init__(self, path: Path, size: int = 0) -> None:
        import torch

        from .yolo_file import read

        ultralytics()
        network, self.kind = read(path)
        self.device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        self._half = self.device == "cuda"
        stored = getattr(network, "names", None) or {}
        named = dict(stored) if isinstance(stored, dict) else dict(enumerate(stored))
        head = network.model[-1]
        self.names = tuple(str(named.get(number, f"class {number}")) for number in range(int(head.nc)))
        self._points = tuple(getattr(head, "kpt_shape", (0, 0)))
        self.stride = max(32, int(float(max(getattr(network, "stride", torch.tensor([32.0]))))))
        self.size = -(-(size or trained_size(network)) // self.stride) * self.stride
        self._ending = bool(getattr(network, "end2end", False))
        network = network.fuse(verbose=False).to(self.device)
        self._network = (network.half() if self._half else network).eval().to(memory_format=torch.channels_last)

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) in which a picture of these proportions is looked at, enlarged too: within `size` x `size`."""
        scale = self.size / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def detect(self, images: Sequence[np.ndarray], confidence: float, thorough: bool = False) -> list[np.ndarray]:
        """What is seen in pictures (height, width, 3) uint8 RGB of one size, in square pixels.

        For each, float32 (things, 6 or 6 + 51): left, top, right, bottom in its pixels, confidence, class, for poses x, y and confidence
        of 17 points; the surest first. `thorough` looks three times, at three sizes and mirrored, in more than twice the time.
        """
        height, width = images[0].shape[:2]
        looks = [self._look(images, share, turned, confidence) for share, turned in (LOOKS if thorough else LOOKS[:1])]
        kept = [united(views) for views in zip(*looks, strict=True)] if thorough else looks[0]
        return [inside(rows, width, height) for rows in kept]

    def _look(self, images: Sequence[np.ndarray], share: float, turned: bool, confidence: float) -> list[np.ndarray]:
        """One pass over the network, boxes in pixels of the pictures."""
        import torch
        from ultralytics.utils.nms import non_max_suppression

        height, width = images[0].shape[:2]
        scale = self.size * share / max(width, height)
        inner = max(1, round(width * scale)), max(1, round(height * scale))
        outer = [-(-side // self.stride) * self.stride for side in inner]
        left, top = (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2
        with torch.inference_mode():
            batch = torch.full((len(images), 3, outer[1], outer[0]), EDGE, dtype=torch.uint8)
            for number, image in enumerate(images):
                batch[number, :, top : top + inner[1], left : left + inner[0]] = torch.from_numpy(_resized(image, inner)).permute(2, 0, 1)
            batch = batch.flip(3) if turned else batch
            given = batch.to(self.device).to(torch.float16 if self._half else torch.float32).div_(255)
            raw = self._network(given.contiguous(memory_format=torch.channels_last))
            while not isinstance(raw, torch.Tensor):
                raw = raw[0]  # beside it lie what training looks at, and what outlines are made of
            raw, kinds = raw.float().cpu(), len(self.names)  # one box after the other: a card would wait for each
            found = non_max_suppression(raw, confidence, OVERLAP, max_det=MOST, nc=kinds, max_time_img=1e9, end2end=self._ending)
        rows = [self._plain(one.numpy()) for one in found]
        if turned:
            rows = [mirrored(one, outer[0]) for one in rows]
        return [moved(one, left, top, width / inner[0], height / inner[1]) for one in rows]

    def _plain(self, rows: np.ndarray) -> np.ndarray:
        """Six columns, and for poses 51 more. What outlines are made of is left out."""
        import numpy as np

        if self.kind != "pose" or self._points[0] * 3 != POSE:
            return rows[:, :6]
        if self._points[1] == 3:
            return rows[:, : 6 + POSE]
        points = rows[:, 6 : 6 + 34].reshape(-1, 17, 2)
        sure = np.concatenate([points, np.ones((*points.shape[:2], 1), points.dtype)], axis=2)
        return np.concatenate([rows[:, :6], sure.reshape(-1, POSE)], axis=1)


def trained_size(network: Any) -> int:
    """The long side of the pictures the network was trained with, as far as its file says so."""
    given = getattr(network, "args", None) or {}
    size = given.get("imgsz") if isinstance(given, dict) else getattr(given, "imgsz", None)
    size = max(size, default=0) if isinstance(size, (list, tuple)) else size
    return int(size) if isinstance(size, (int, float)) and 32 <= size <= 4096 else 640


def _resized(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    import cv2
    import numpy as np

    return np.ascontiguousarray(image if image.shape[1::-1] == size else cv2.resize(image, size, interpolation=cv2.INTER_LINEAR))
