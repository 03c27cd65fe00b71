"""What a few frames a second show, in words: by an image-text model in a folder of the user's, else by the classes of ImageNet."""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from ..facts import Concepts, ConceptsOptions, Media, Span, VideoStream
from ..media import displayed_size
from .beside import Beside
from .concept_words import own_concepts
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

LOADING = 300.0
BATCH = 8
WITHOUT = "Concepts are told by things that ImageNet knows: no image-text model is chosen."
REMEDY = "Choose a folder with a CLIP or SigLIP model as Image-Text Model to have actions, people and words of your own told."


class Telling(Protocol):
    """A network that has been asked for `concepts`."""

    concepts: tuple[str, ...]
    method: str
    width: int

    def size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) at which it wants pictures of these proportions."""

    def tell(self, images: Sequence[Any]) -> tuple[Any, Any]:
        """Pictures of one size -> chances (images, concepts) 0..1 and vectors (images, width)."""


def start(options: ConceptsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Concepts` of `span` (all of the film when None).

    Raises `EditorError`: NO_STREAM without pictures, BAD_INPUT for a rate that is not above 0 or a folder that cannot be used,
    MISSING_MODEL where there is neither a folder nor the packaged network.
    """
    video = pictures_of(media, options.per_second)
    warnings: list[str] = []
    return _Scoring(_telling(options, runtime, warnings), options, video, span, runtime, warnings)


def _telling(options: ConceptsOptions, runtime: Runtime, warnings: list[str]) -> Telling:
    own = own_concepts(options.concepts)
    if options.model:
        from . import image_text

        runtime.progress(0.0, "Loading the image-text model", LOADING)
        return image_text.Telling(image_text.load(options.model), own)
    from . import imagenet

    runtime.progress(0.0, "Loading EfficientNet", LOADING)
    telling = imagenet.Telling(runtime.models, own)
    warnings.append(f"{WITHOUT} {REMEDY}")
    if telling.unknown:
        warnings.append(f"Nothing can be said of {', '.join(telling.unknown)} without an image-text model.")
    return telling


class _Scoring:
    """The network looks at batches of frames, on a thread of its own beside the decoder."""

    def __init__(
        self, telling: Telling, options: ConceptsOptions, video: VideoStream, span: Span | None, runtime: Runtime, warnings: list[str]
    ) -> None:
        self._telling, self._video, self._span, self._warnings = telling, video, span, warnings
        self.size = telling.size(*displayed_size(video))
        self._step = 1 / options.per_second
        self._next: Fraction | None = None
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._batch: list[np.ndarray] = []
        self._scores: list[bytes] = []
        self._vectors: list[bytes] = []
        self._told = Beside("concepts", runtime.check, self._keep)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """The first frame at or after each step's moment."""
        if self._next is not None and seconds < self._next:
            return False
        self._next = (seconds // self._step + 1) * self._step
        return True

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._frames.append(frame)
        self._seconds.append(seconds)
        self._batch.append(image)
        if len(self._batch) == BATCH:
            self._submit()

    def finish(self) -> Concepts:
        self._submit()
        self._told.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        return Concepts(
            span, self._video.start, self._video.rate, self._telling.method, tuple(self._frames), tuple(self._seconds),
            self._telling.width, base64.b64encode(b"".join(self._vectors)).decode(), self._telling.concepts,
            base64.b64encode(b"".join(self._scores)).decode(), tuple(self._warnings),
        )  # fmt: skip

    def close(self) -> None:
        self._told.close()

    def _submit(self) -> None:
        if self._batch:
            self._told.add(self._telling.tell, self._batch)
            self._batch = []

    def _keep(self, told: tuple[Any, Any]) -> None:
        import numpy as np

        chances, vectors = told
        self._scores.append(np.round(np.clip(chances, 0, 1) * 255).astype(np.uint8).tobytes())
        self._vectors.append(np.round(vectors * 127).astype(np.int8).tobytes())
