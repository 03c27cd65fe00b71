"""Pictures and texts in one space, by CLIP, SigLIP or SigLIP 2 from a folder the user names, run by transformers.

A. Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", ICML 2021; X. Zhai, B. Mustafa, A. Kolesnikov,
L. Beyer, "Sigmoid Loss for Language Image Pre-Training", ICCV 2023; M. Tschannen et al., "SigLIP 2", 2025. Only numbers are read from
the folder (safetensors), never code, and nothing from the network. No weights of this kind could be had while this was written: what is
tested is that networks of these kinds run as the library runs them, not how well they see.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..files import stamp
from ..protocol import ReadTexts
from .concept_words import BACKGROUND, PLACES, TEMPLATES, prompts_of
from .model_folder import ModelFolder, Wanted, opened
from .picture_preparing import Preparing, read
from .registry import Runtime

CLASSES = {"clip": "CLIPModel", "siglip": "SiglipModel", "siglip2": "Siglip2Model", "metaclip_2": "MetaClip2Model"}
"""The config's model_type -> class of the library."""
WANTED = Wanted(
    "an image-text model",
    "CLIP, SigLIP or SigLIP 2",
    tuple(CLASSES),
    "Choose a folder with a CLIP, SigLIP or SigLIP 2 model of the transformers library, as safetensors; or leave Image-Text Model empty.",
    "leave Image-Text Model empty",
)
LOADING, READING = 300.0, 120.0
BATCH = 32


@dataclass(frozen=True)
class ImageText:
    """A loaded model. `sigmoid`: it was trained to say of each pair whether it fits, with its own scale and bias."""

    name: str
    preparing: Preparing
    sigmoid: bool
    scale: float
    bias: float
    network: Any
    tokenizer: Any
    device: str
    longest: int

    def pictures(self, images: Sequence[Any]) -> Any:
        """float32 (images, width), unit vectors, of RGB pictures (height, width, 3) uint8 of one size."""
        import torch

        views = [self.preparing.views(image) for image in images]
        given = np.concatenate(views)
        with torch.inference_mode():
            if self.preparing.patch:
                squares = torch.from_numpy(self.preparing.squares(given)).to(self.device)
                shape = torch.tensor([[side // self.preparing.patch for side in given.shape[1:3]]] * len(given), device=self.device)
                seen = torch.ones(squares.shape[:2], dtype=torch.int64, device=self.device)
                answer = self.network.get_image_features(pixel_values=squares, pixel_attention_mask=seen, spatial_shapes=shape)
            else:
                answer = self.network.get_image_features(pixel_values=torch.from_numpy(self.preparing.numbers(given)).to(self.device))
        rows = _unit(_vectors(answer))
        return _unit(rows.reshape(len(images), len(views[0]), -1).mean(axis=1))

    def texts(self, texts: Sequence[str]) -> Any:
        """float32 (texts, width), unit vectors."""
        import torch

        rows = []
        for place in range(0, len(texts), BATCH):
            part = [self._plain(text) for text in texts[place : place + BATCH]]
            padding = "max_length" if self.sigmoid else True  # SigLIP was trained on texts filled up to their full length
            given = self.tokenizer(part, padding=padding, truncation=True, max_length=self.longest, return_tensors="pt")
            with torch.inference_mode():
                rows.append(_unit(_vectors(self.network.get_text_features(**given.to(self.device)))))
        return np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)

    def phrases(self, groups: Sequence[Sequence[str]]) -> Any:
        """float32 (groups, width): the mean of each group's vectors. Its product with a picture is the mean over its texts."""
        every = self.texts([text for group in groups for text in group])
        ends = np.cumsum([0, *map(len, groups)])
        return np.stack([every[start:end].mean(axis=0) for start, end in pairwise(ends)])

    def chances(self, pictures: Any, concepts: Any, background: Any) -> Any:
        """float64 (pictures, concepts): how likely each concept is in each picture, by rows of `pictures` and `phrases`.

        A model of sigmoids says it itself. CLIP only says which of several texts fits best: each concept is held against all texts of the
        background, so it is likely where it says more than that there is a picture of something.
        """
        logits = self.scale * np.asarray(pictures, np.float64) @ concepts.T + self.bias
        if self.sigmoid:
            return 1 / (1 + np.exp(-logits))
        others = self.scale * np.asarray(pictures, np.float64) @ background.T
        most = others.max(axis=1, keepdims=True)
        against = most + np.log(np.exp(others - most).sum(axis=1, keepdims=True))
        return 1 / (1 + np.exp(np.clip(against - logits, -60, 60)))

    def _plain(self, text: str) -> str:
        """SigLIP was trained on small letters without signs. Half of a surrogate pair is no sign that a tokenizer takes."""
        text = " ".join(text.encode("utf-8", "replace").decode().split())
        return re.sub(r"[^\w\s]", "", text.lower()).strip() if self.sigmoid else text


class Telling:
    """What the concepts' engine asks: pictures -> chances of each concept, and vectors."""

    def __init__(self, model: ImageText, own: Sequence[str]) -> None:
        self._model = model
        groups = {**prompts_of(own), **PLACES}
        self.concepts = tuple(groups)
        self.method = model.name
        self._phrases = model.phrases(list(groups.values()))
        self._background = model.phrases([(text,) for text in BACKGROUND])
        self.width = self._phrases.shape[1]

    def size(self, width: int, height: int) -> tuple[int, int]:
        return self._model.preparing.size(width, height)

    def tell(self, images: Sequence[Any]) -> tuple[Any, Any]:
        """(chances (images, concepts), unit vectors (images, width)). Indoor and outdoor add up to 1: one of them it is."""
        vectors = self._model.pictures(images)
        chances = self._model.chances(vectors, self._phrases, self._background)
        places = self._model.scale * np.asarray(vectors, np.float64) @ self._phrases[-len(PLACES) :].T
        chances[:, -len(PLACES) :] = np.exp(places - places.max(axis=1, keepdims=True))
        chances[:, -len(PLACES) :] /= chances[:, -len(PLACES) :].sum(axis=1, keepdims=True)
        return chances, vectors


_warm: tuple[Path, str, ImageText] | None = None


def load(path: str | Path) -> ImageText:
    """The model in a folder, kept until another one is asked for or the folder changes. Raises `EditorError` for one that is none."""
    global _warm
    folder = opened(path, WANTED)
    now = stamp(folder.path)
    if _warm is None or _warm[:2] != (folder.path, now):
        _warm = None  # two of them may not fit into memory
        _warm = (folder.path, now, _loaded(folder))
    return _warm[2]


def run(request: ReadTexts, runtime: Runtime) -> dict[str, Any]:
    """Where texts lie among pictures: `{"width": n, "vectors": base64 of float32 (texts, width)}`, unit vectors.

    A text is taken as it is and as the caption of a photograph, and the mean of both is its vector. Raises `EditorError` as `load` does,
    and CANCELLED.
    """
    runtime.progress(0.0, f"Loading {Path(request.model).name}", LOADING)
    model = load(request.model)
    rows = []
    for place in range(0, len(request.texts), BATCH):
        runtime.check()
        runtime.progress(place / len(request.texts), f"Reading with {model.name}", READING)
        rows.append(_unit(model.phrases([(text, TEMPLATES[0].format(text)) for text in request.texts[place : place + BATCH]])))
    vectors = np.concatenate(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)
    return {"width": vectors.shape[1], "vectors": base64.b64encode(vectors.tobytes()).decode()}


def _loaded(folder: ModelFolder) -> ImageText:
    from .transnetv2 import best_device

    network = folder.network(CLASSES[folder.kind], whole=True).requires_grad_(False)
    config, device = network.config, best_device()
    sight = config.vision_config
    own_proportions = folder.kind == "siglip2"
    table = folder.table("preprocessor_config.json", {})
    preparing = read(table, int(getattr(sight, "image_size", 224)), int(sight.patch_size), own_proportions, WANTED.remedy)
    sigmoid = hasattr(network, "logit_bias")
    bias = float(network.logit_bias) if sigmoid else 0.0
    tokenizer = folder.tokenizer()
    tokenizer.padding_side = "right"  # as all of them were trained; some of the library's classes fill up on the left unless told
    return ImageText(
        folder.name, preparing, sigmoid, float(network.logit_scale.exp()), bias, network.to(device), tokenizer, device,
        int(config.text_config.max_position_embeddings),
    )  # fmt: skip


def _vectors(answer: Any) -> Any:
    """Newer versions of the library answer with all that was reckoned."""
    return getattr(answer, "pooler_output", answer).float().cpu().numpy()


def _unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
