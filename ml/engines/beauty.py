"""How beautiful pictures are, by a model of the user's. Only numbers are read from its files, never code, and nothing from the network.

- A file `.onnx`, run by OpenCV: ten chances of the marks 1 to 10 (H. Talebi and P. Milanfar, "NIMA: Neural image assessment", IEEE
  TIP 27, 2018), or one mark. A file of the same name ending in `.json` may say what it was trained on: `size`, `mean` and `std` (of
  0..1), and the marks `lowest` and `highest`.
- A folder with a vision half of CLIP and a linear head on its vectors, in a file of its own or among its weights: LAION's aesthetic
  predictors (C. Schuhmann et al., "LAION-5B", NeurIPS 2022), marks from 1 to 10. Several linear layers are one.
- A folder with a classifier of pictures one of whose labels is "aesthetic" (or "beautiful", "good", "high").

No weights of these kinds could be had while this was written: what is tested is that such networks run, not how well they judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BAD_INPUT, MISSING_MODEL, EditorError
from ..files import shown
from .model_folder import ModelFolder, Wanted, opened
from .picture_preparing import Preparing, read
from .registry import Runtime

if TYPE_CHECKING:
    import numpy as np

VISION = {"clip": "CLIPModel", "clip_vision_model": "CLIPVisionModelWithProjection"}
CLASSIFIERS = ("vit", "beit", "swin", "swinv2", "convnext", "convnextv2", "dinov2", "resnet", "mobilenet_v2", "efficientnet", "deit")
REMEDY = (
    "Choose an ONNX file of a NIMA network, a folder with CLIP and an aesthetic head, or a folder with a classifier that knows the label"
    " “aesthetic”; or leave Beauty Model empty."
)
WANTED = Wanted("an aesthetic model", "CLIP or a classifier", (*VISION, *CLASSIFIERS), REMEDY, "leave Beauty Model empty")
HEADS = ("predictor.", "layers.", "head.", "")
GOOD = re.compile(r"aesthetic|beautiful|\bgood\b|high", re.IGNORECASE)
BAD = re.compile(r"\b(not|no|un|low|bad)[ _-]?", re.IGNORECASE)
LOADING = 300.0
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""What ImageNet's networks were trained on, channels first; those of Keras, channels last, on -1 to 1."""


@dataclass(frozen=True)
class Judge:
    """`name` of the model; `judge` takes RGB pictures (height, width, 3) uint8 of one size and gives float64 (pictures,), 0..1."""

    name: str
    judge: Callable[[Sequence[Any]], Any]


def load(path: str, runtime: Runtime) -> Judge:
    """The model that the user named. Raises `EditorError`: MISSING_MODEL where there is none, BAD_INPUT where it is none of this kind."""
    place = Path(path)
    runtime.progress(0.0, "Loading the aesthetic model", LOADING)
    if place.is_file() and place.suffix.lower() == ".onnx":
        return Judge(place.stem, _onnx(place))
    if not place.is_dir():
        raise EditorError(f"There is no aesthetic model at {shown(path)}.", REMEDY, MISSING_MODEL)
    folder = opened(place, WANTED)
    side = int(folder.config.get("image_size", 0) or folder.config.get("vision_config", {}).get("image_size", 224) or 224)
    preparing = read(folder.table("preprocessor_config.json", {}), side, 0, False, REMEDY)
    return Judge(folder.name, _clip(folder, preparing) if folder.kind in VISION else _classifier(folder, preparing))


def _mark(values: Any, lowest: float = 1.0, highest: float = 10.0) -> Any:
    import numpy as np

    return np.clip((np.asarray(values, np.float64) - lowest) / (highest - lowest), 0, 1)


def _onnx(path: Path) -> Callable[[Sequence[Any]], Any]:
    import cv2
    import numpy as np

    said = _said(path.with_suffix(".json"))
    try:
        network = cv2.dnn.readNetFromONNX(str(path))
    except cv2.error as reason:
        raise EditorError(f"{path.name} is no ONNX network that OpenCV can run.", REMEDY, BAD_INPUT, str(reason)[:500]) from reason
    side = int(said.get("size", 224))

    def given(images: Sequence[Any], last: bool) -> np.ndarray:
        mean, spread = (said.get("mean", (0.5,) * 3 if last else MEAN), said.get("std", (0.5,) * 3 if last else SPREAD))
        small = np.stack([cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in images]).astype(np.float32) / 255
        normal = (small - np.array(mean, np.float32)) / np.array(spread, np.float32)
        return np.ascontiguousarray(normal if last else normal.transpose(0, 3, 1, 2))

    def answered(images: Sequence[Any], last: bool) -> np.ndarray:
        rows = []
        for image in images:  # one by one: many of these files fix the number of pictures at one
            network.setInput(given([image], last))
            rows.append(np.asarray(network.forward(), np.float64).reshape(-1))
        return np.stack(rows)

    blank = [np.zeros((side, side, 3), np.uint8)]
    reasons = []
    for last in (False, True):
        try:
            count = answered(blank, last).shape[1]
        except (cv2.error, ValueError) as reason:
            reasons.append(str(reason)[:300])
            continue
        if count == 10:
            return lambda images: _mark(_mean_mark(answered(images, last)))
        if count == 1:
            return lambda images: _mark(answered(images, last)[:, 0], float(said.get("lowest", 1)), float(said.get("highest", 10)))
        reasons.append(f"{count} numbers a picture")
    raise EditorError(f"{path.name} gives neither ten chances nor one mark for a picture.", REMEDY, BAD_INPUT, "; ".join(reasons))


def _mean_mark(rows: Any) -> Any:
    """Ten chances a row, or the logits of them, to the mean mark."""
    import numpy as np

    if rows.min() < 0 or abs(rows.sum(axis=1) - 1).max() > 0.05:
        rows = np.exp(rows - rows.max(axis=1, keepdims=True))
    return (rows / rows.sum(axis=1, keepdims=True)) @ np.arange(1, 11)


def _said(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        sound = (
            isinstance(found, dict)
            and 16 <= int(found.get("size", 224)) <= 2048
            and float(found.get("highest", 10)) > float(found.get("lowest", 1))
        )
        sound = sound and all(len([float(value) for value in found.get(name, (1, 1, 1))]) == 3 for name in ("mean", "std"))
    except (OSError, ValueError, TypeError) as reason:
        raise EditorError(f"{path.name} cannot be read.", REMEDY, BAD_INPUT, repr(reason)) from reason
    if not sound or min(found.get("std", (1, 1, 1))) <= 0:
        raise EditorError(f"{path.name} makes no sense.", REMEDY, BAD_INPUT)
    return dict(found)


def _clip(folder: ModelFolder, preparing: Preparing) -> Callable[[Sequence[Any]], Any]:
    import numpy as np
    import torch

    network = folder.network(VISION[folder.kind])
    weight, bias = _head(folder, int(network.config.projection_dim))

    def judge(images: Sequence[Any]) -> Any:
        views = [preparing.views(image) for image in images]
        with torch.inference_mode():
            given = torch.from_numpy(preparing.numbers(np.concatenate(views)))
            vectors = _vectors(network, given).float().numpy()
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return _mark((unit @ weight.T + bias).reshape(len(images), -1).mean(axis=1))

    return judge


def _vectors(network: Any, given: Any) -> Any:
    """A CLIP of both halves is asked for the vectors of pictures alone; newer versions of the library answer with all that was reckoned."""
    if hasattr(network, "get_image_features"):
        answer = network.get_image_features(pixel_values=given)
        return getattr(answer, "pooler_output", answer)
    return network(pixel_values=given).image_embeds


def _head(folder: ModelFolder, width: int) -> tuple[Any, Any]:
    """(weight (1, width), bias (1,)) of the linear head, its layers multiplied out. Raises `EditorError(BAD_INPUT)` without one."""
    import numpy as np

    for numbers in _tables(folder):
        for prefix in HEADS:
            names = sorted((name for name in numbers if re.fullmatch(re.escape(prefix) + r"(?:\D*\d+\.)?weight", name)), key=_place)
            layers = [(numbers[name], numbers.get(name[: -len("weight")] + "bias")) for name in names]
            if not layers or layers[0][0].shape[-1] != width or layers[-1][0].shape[0] != 1 or any(w.ndim != 2 for w, _b in layers):
                continue
            weight, bias = np.eye(width), np.zeros(width)
            for matrix, shift in layers:
                if matrix.shape[1] != len(weight):
                    break
                weight, bias = matrix @ weight, matrix @ bias + (0 if shift is None else shift)
            else:
                return weight, bias
    raise EditorError(f"{shown(folder.path)} holds no linear aesthetic head for vectors of {width} numbers.", REMEDY, BAD_INPUT)


def _place(name: str) -> int:
    return int(next(iter(re.findall(r"\d+", name)), 0))


def _tables(folder: ModelFolder) -> Sequence[dict[str, Any]]:
    """What files of numbers the folder holds, the small ones first: a head is smaller than what it stands on."""
    import numpy as np
    import torch
    from safetensors.torch import load_file

    found = []
    for path in sorted(
        (*folder.path.glob("*.safetensors"), *folder.path.glob("*.pth"), *folder.path.glob("*.pt")), key=lambda p: p.stat().st_size
    ):
        try:
            numbers = load_file(path) if path.suffix == ".safetensors" else torch.load(path, map_location="cpu", weights_only=True)
            kept = {name: np.asarray(value.float().numpy(), np.float64) for name, value in numbers.items() if name.count(".") <= 2}
        except Exception as reason:
            raise EditorError(f"{path.name} holds no numbers that can be used.", REMEDY, BAD_INPUT, repr(reason)[:500]) from reason
        found.append(kept)
    return found


def _classifier(folder: ModelFolder, preparing: Preparing) -> Callable[[Sequence[Any]], Any]:
    import numpy as np
    import torch

    labels = {int(number): str(label) for number, label in dict(folder.config.get("id2label", {})).items()}
    good = [number for number, label in labels.items() if GOOD.search(label) and not BAD.search(label)]
    if len(good) != 1:
        told = ", ".join(list(labels.values())[:6]) or "none"
        raise EditorError(
            f"{folder.name} is a classifier without one label for beautiful pictures; its labels are: {told}.", REMEDY, BAD_INPUT
        )
    network = folder.network("AutoModelForImageClassification", whole=True)

    def judge(images: Sequence[Any]) -> Any:
        views = [preparing.views(image) for image in images]
        with torch.inference_mode():
            chances = network(pixel_values=torch.from_numpy(preparing.numbers(np.concatenate(views)))).logits.softmax(dim=1)[:, good[0]]
        return chances.double().numpy().reshape(len(images), -1).mean(axis=1)

    return judge
