"""Things cut out by clicks with a network of the user's: SAM, SAM 2 and SAM 2 for films, from a folder of the transformers library.

A. Kirillov et al., "Segment Anything", 2023; N. Ravi et al., "SAM 2: Segment Anything in Images and Videos", 2024. That for films keeps a
memory of what it saw and follows a thing by itself; with the others what was found goes along by optical flow to the next picture, and its
box and innermost point are what is asked there. No weights of these kinds could be had while this was written: what is tested is that such
networks run, not how well they see.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ..files import stamp
from ..mattes import Point
from .matte_clicking import Box, Flow
from .model_folder import ModelFolder, Wanted, opened

CLASSES = {"sam": "SamModel", "sam2": "Sam2Model", "sam2_video": "Sam2VideoModel"}
"""The config's model_type -> class of the library."""
WANTED = Wanted(
    "a network that cuts things out by clicks",
    "SAM or SAM 2",
    tuple(CLASSES),
    "Choose a folder with a SAM or SAM 2 model of the transformers library, as safetensors; or leave Click Model empty.",
    "leave Click Model empty",
)
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SIDE = 640
"""Long side in pixels of the pictures that are taken, and of what is said of them."""
MEMORY = 32
"""Pictures of which the network for films keeps what it remembers: more than it looks back at."""
ONE = 1
_warm: tuple[Path, str, Any] | None = None


def follower(path: str) -> Any:
    """A `matte_picks.Follower`. Raises `EditorError` for a folder that holds none."""
    global _warm
    folder = opened(path, WANTED)
    now = stamp(folder.path)
    if _warm is None or _warm[:2] != (folder.path, now):
        _warm = None  # two of them may not fit into memory
        _warm = (folder.path, now, _Network(folder))
    return _Film(_warm[2]) if folder.kind == "sam2_video" else _Pictures(_warm[2])


class _Network:
    def __init__(self, folder: ModelFolder) -> None:
        from .transnetv2 import best_device

        self.name, self.kind, self.device = folder.name, folder.kind, best_device()
        self.network = folder.network(CLASSES[folder.kind], whole=True).requires_grad_(False).to(self.device)
        self.side = int(self.network.config.prompt_encoder_config.image_size)
        table = folder.table("preprocessor_config.json", {})
        self._mean, self._deviation = (
            np.array(table.get(key, usual), np.float32) for key, usual in (("image_mean", MEAN), ("image_std", DEVIATION))
        )

    def extent(self, image: np.ndarray) -> tuple[int, int]:
        """(width, height) that a picture has within the square the network looks at: SAM fills up what is left, SAM 2 stretches."""
        if self.kind != "sam":
            return self.side, self.side
        scale = self.side / max(image.shape[:2])
        return round(image.shape[1] * scale), round(image.shape[0] * scale)

    def pixels(self, image: np.ndarray) -> Any:
        import torch

        size = self.extent(image)
        shown = (cv2.resize(image, size, interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255 - self._mean) / self._deviation
        whole = np.zeros((self.side, self.side, 3), np.float32)
        whole[: size[1], : size[0]] = shown
        return torch.from_numpy(whole.transpose(2, 0, 1)[None].copy()).to(self.device)

    def places(self, image: np.ndarray, points: Sequence[Point], box: Box | None) -> tuple[Any, Any]:
        """(points (1, 1, n, 2), labels (1, 1, n)); the corners of a box are points of their own kind, 2 and 3."""
        import torch

        rows = [(x, y) for x, y, _ in points]
        labels = [int(belongs) for *_, belongs in points]
        if box is not None:
            rows, labels = [box[:2], box[2:], *rows], [2, 3, *labels]
        scaled = np.array(rows, np.float32).reshape(-1, 2) * np.array(self.extent(image), np.float32)
        return torch.from_numpy(scaled[None, None]).to(self.device), torch.tensor([[labels]], dtype=torch.int32, device=self.device)

    def drawn(self, logits: Any, image: np.ndarray) -> np.ndarray:
        """What numbers (height, width) of the square say of the picture: float32 of its size, 0..1."""
        found = logits.float().cpu().numpy()
        size = self.extent(image)
        found = found[: max(1, round(found.shape[0] * size[1] / self.side)), : max(1, round(found.shape[1] * size[0] / self.side))]
        whole = cv2.resize(np.ascontiguousarray(found), image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return np.asarray(1 / (1 + np.exp(-np.clip(whole, -30, 30))), np.float32)


class _Pictures:
    """Each picture by itself, asked by what was found in the one before."""

    side = SIDE

    def __init__(self, network: _Network) -> None:
        self._network, self.name = network, network.name
        self._flow = Flow()
        self._found: np.ndarray | None = None

    def take(self, image: np.ndarray, points: Sequence[Point], box: Box | None) -> np.ndarray:
        carried = None if self._found is None else self._flow.carried(image, self._found) > 0.5
        self._flow.look(image)
        first = carried is None
        if carried is not None and carried.any():
            points, box = (*points, _innermost(carried)), box or _around(carried)
        if not points and box is None:
            self._found = np.zeros(image.shape[:2], np.float32)
        else:
            self._found = self._asked(image, points, box, unsure=first and len(points) == 1 and box is None)
        return self._found

    def _asked(self, image: np.ndarray, points: Sequence[Point], box: Box | None, unsure: bool) -> np.ndarray:
        """`unsure`: of one click nobody knows whether it means a part or the whole, and the network says which it would be."""
        import torch

        network = self._network
        given: dict[str, Any] = {}
        if network.kind == "sam" and box is not None:
            given["input_boxes"] = network.places(image, (), box)[0].reshape(1, 1, 4)
            box = None
        if points or box is not None:
            given["input_points"], given["input_labels"] = network.places(image, points, box)
        with torch.inference_mode():
            answer = network.network(pixel_values=network.pixels(image), multimask_output=unsure, **given)
        best = int(answer.iou_scores[0, 0].argmax())
        return network.drawn(answer.pred_masks[0, 0, best], image)


class _Film:
    """One after the other, by the memory of SAM 2."""

    side = SIDE

    def __init__(self, network: _Network) -> None:
        import torch
        from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession

        self._network, self.name = network, network.name
        places = dict.fromkeys(("inference_device", "inference_state_device", "video_storage_device"), network.device)
        self._session = Sam2VideoInferenceSession(**places, dtype=torch.float32)
        self._thing = self._session.obj_id_to_idx(ONE)
        self._number = 0
        self._found: np.ndarray | None = None
        self._flow = Flow()

    def take(self, image: np.ndarray, points: Sequence[Point], box: Box | None) -> np.ndarray:
        import torch

        session, number = self._session, self._number
        session.video_height, session.video_width = image.shape[:2]
        if points:
            carried = None if self._found is None else self._flow.carried(image, self._found) > 0.5
            if carried is not None and carried.any():
                points = (*points, _innermost(carried))
            coords, labels = self._network.places(image, points, box if self._found is None else None)
            session.add_point_inputs(self._thing, number, {"point_coords": coords, "point_labels": labels})
            session.obj_with_new_inputs = [ONE]
        with torch.inference_mode():
            answer = self._network.network(inference_session=session, frame=self._network.pixels(image), frame_idx=number)
        self._forget(number)
        self._flow.look(image)
        self._number += 1
        self._found = self._network.drawn(answer.pred_masks[0, 0], image)
        return self._found

    def _forget(self, number: int) -> None:
        """Pictures that were looked at, and what is older than the network looks back at."""
        import torch

        assert self._session.processed_frames is not None
        self._session.processed_frames[number] = torch.zeros(0)  # the library counts them
        self._session.output_dict_per_obj[self._thing]["non_cond_frame_outputs"].pop(number - MEMORY, None)


def _innermost(mask: np.ndarray) -> Point:
    """The point of a mask that is farthest from its edge."""
    away = cv2.distanceTransform(cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(away.argmax()), away.shape)
    return (float(x) + 0.5) / mask.shape[1], (float(y) + 0.5) / mask.shape[0], True


def _around(mask: np.ndarray) -> Box:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return float(columns[0] / width), float(rows[0] / height), float((columns[-1] + 1) / width), float((rows[-1] + 1) / height)
