"""Where shots begin: one consumer of frames for each detector, and what they share.

A detector gives every frame a score; `shot_scores` keeps the frames that may begin a shot. Deciding is the planner's.
"""

from __future__ import annotations

from array import array
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import BAD_INPUT, EditorError
from ..facts import Media, Shots, ShotsOptions, Span
from .registry import Consumer, Runtime
from .shot_scores import Track, peaks, place_of_cut

if TYPE_CHECKING:
    import numpy as np

LOADING = 300.0
PENDING = 2


def start(options: ShotsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Shots` of `span` (all of the film when None).

    Raises `EditorError`: BAD_INPUT when the medium has no pictures, MISSING_MODEL when the weights are not installed.
    """
    if media.video is None:
        raise EditorError("There are no pictures to find shots in.", "Choose a movie strip.", BAD_INPUT)
    track = Track(media, span, options.detector)
    if options.detector == "transnetv2":
        return _Neural(track, runtime)
    from .shots_light import Light

    runtime.progress(0.0, "Loading PySceneDetect", LOADING)
    return Light(track, options.detector, media.video)


class _Neural:
    """Feeds TransNetV2 with windows of 100 frames every 50, padded at both ends with the outermost frame as published.

    The network runs in a thread of its own beside the decoder; at most `PENDING` batches wait.
    """

    def __init__(self, track: Track, runtime: Runtime) -> None:
        from ..models import path_of

        path = path_of("transnetv2", runtime.models)
        runtime.progress(0.0, "Loading TransNetV2", LOADING)
        import numpy as np

        from . import transnetv2

        device = transnetv2.best_device()
        self._net = transnetv2
        self._network = transnetv2.load(path, device)
        self._batch = 1 if device == "cpu" else 16  # larger batches only lose to the cache of a CPU
        self.size = (transnetv2.WIDTH, transnetv2.HEIGHT)
        self._track, self._check = track, runtime.check
        self._window = np.empty((transnetv2.WINDOW, transnetv2.HEIGHT, transnetv2.WIDTH, 3), np.uint8)
        self._filled = 0
        self._ready: list[np.ndarray] = []
        self._pool = ThreadPoolExecutor(1, "shots")
        self._pending: deque[Future[np.ndarray]] = deque()
        self._scores, self._changes = array("f"), array("f")

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        if len(self._track):
            self._changes.append(_change(self._window[self._filled - 1], image))
        else:
            self._window[: self._net.EDGE] = image
            self._filled = self._net.EDGE
        self._track.add(frame, seconds)
        self._push(image)

    def finish(self) -> Shots:
        frames = len(self._track)
        if frames:
            last = self._window[self._filled - 1].copy()
            for _ in range(self._net.EDGE + -frames % self._net.STRIDE):
                self._push(last)
            self._submit()
        while self._pending:
            self._collect()
        self._pool.shutdown()
        del self._scores[frames:]
        found: dict[int, float] = {}
        for top in peaks(self._scores):
            place = place_of_cut(self._scores, self._changes, top)
            found[place] = max(found.get(place, 0.0), float(self._scores[top]))
        return self._track.facts(sorted(found.items()))

    def _push(self, image: np.ndarray) -> None:
        self._window[self._filled] = image
        self._filled += 1
        if self._filled < self._net.WINDOW:
            return
        self._ready.append(self._window.copy())
        self._window[: self._net.STRIDE] = self._window[self._net.STRIDE :]
        self._filled -= self._net.STRIDE
        if len(self._ready) == self._batch:
            self._submit()

    def _submit(self) -> None:
        if self._ready:
            self._pending.append(self._pool.submit(self._predict, self._ready))
            self._ready = []
        while len(self._pending) > PENDING:
            self._collect()

    def _predict(self, windows: list[np.ndarray]) -> np.ndarray:
        import numpy as np
        import torch

        scores: np.ndarray = self._net.predict(self._network, torch.from_numpy(np.stack(windows)))[0].reshape(-1).numpy()
        return scores

    def _collect(self) -> None:
        result = self._pending.popleft()
        while not wait((result,), timeout=0.1).done:
            self._check()
        self._scores.extend(result.result().tolist())


def _change(before: np.ndarray, after: np.ndarray) -> float:
    """Mean absolute difference of two pictures, 0..255."""
    import numpy as np

    return float(np.mean(np.maximum(before, after) - np.minimum(before, after)))

