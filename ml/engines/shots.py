"""Where shots begin: one consumer of frames for each detector, and what they share.

A detector gives every frame a score; `candidates` keeps the frames that may begin a shot. Deciding is the planner's.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import BAD_INPUT, EditorError
from ..facts import Boundary, Media, Shots, ShotsOptions, Span
from .registry import Consumer, Runtime

if TYPE_CHECKING:
    import numpy as np

FLOOR = 0.05
THRESHOLD = 0.5
LOADING = 300.0
STANDS_OUT = 3.0
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


class Track:
    """The frames seen so far: the index of the first and the exact time of each, 16 bytes a frame."""

    def __init__(self, media: Media, span: Span | None, detector: str) -> None:
        assert media.video is not None
        self.video, self.span, self.detector = media.video, span, detector
        self.first = 0
        self._numerators, self._denominators = array("q"), array("q")

    def __len__(self) -> int:
        return len(self._numerators)

    def add(self, frame: int, seconds: Fraction) -> None:
        if not self._numerators:
            self.first = frame
        self._numerators.append(seconds.numerator)
        self._denominators.append(seconds.denominator)

    def seconds(self, place: int) -> Fraction:
        return Fraction(self._numerators[place], self._denominators[place])

    def facts(self, boundaries: Sequence[tuple[int, float]]) -> Shots:
        """The result, from (place of a shot's first frame among the frames seen, score) in order."""
        span = self.span
        if span is None:
            end = self.seconds(len(self) - 1) + 1 / self.video.rate if len(self) else Fraction(0)
            span = Span(Fraction(0), max(end, self.video.duration))
        found = tuple(Boundary(self.first + place, self.seconds(place), score) for place, score in boundaries if 0 < place < len(self))
        return Shots(span, self.video.start, self.video.rate, len(self), self.detector, found)


def peaks(scores: Sequence[float]) -> list[int]:
    """Places of the tops that stand for themselves, in order.

    Above the published threshold every run of scores is one transition, so each gives exactly one top. Elsewhere a top counts
    when the valleys that part it from higher ones are at most half as high as itself: a shoulder is no second cut.
    """
    return [top for top in _tops(scores) if _parted(scores, top, -1) and _parted(scores, top, 1)]


def _tops(scores: Sequence[float]) -> Iterator[int]:
    """Middles of the level stretches of at least `FLOOR` that are higher than what lies on both sides."""
    place = 0
    while place < len(scores):
        after = place + 1
        while after < len(scores) and scores[after] == scores[place]:
            after += 1
        rises = place == 0 or scores[place - 1] < scores[place]
        falls = after == len(scores) or scores[after] < scores[place]
        if rises and falls and scores[place] >= FLOOR:
            yield (place + after - 1) // 2
        place = after


def _parted(scores: Sequence[float], top: int, step: int) -> bool:
    """Whether a valley lies between `top` and the next higher score in this direction; of equal ones the first is the higher."""
    height = valley = scores[top]
    place = top + step
    while 0 <= place < len(scores):
        score = scores[place]
        valley = min(valley, score)
        if valley <= height / 2 or height > THRESHOLD >= valley:
            return True
        if score > height or (score == height and step < 0 and valley < height):
            return False
        place += step
    return True


def place_of_cut(scores: Sequence[float], changes: Sequence[float], top: int) -> int:
    """The first frame of the new shot, for the transition whose score is highest at `top`.

    A hard cut marks its last old frame. Where the score is broad, a change between neighbouring frames that stands out from
    all others nearby is the cut; without one the transition is gradual, and the middle of its highest part is taken.
    `changes[i]` is how much frame i + 1 differs from frame i.
    """
    half, plateau = scores[top] / 2, scores[top] * 0.9
    left, right = _run(scores, top, half)
    left, right = max(0, left - 1), min(len(changes) - 1, right + 1)
    near = sorted(changes[left : right + 1], reverse=True)
    if len(near) > 1 and near[0] > STANDS_OUT * max(near[1], 1e-9):
        return max(range(left, right + 1), key=changes.__getitem__) + 1
    left, right = _run(scores, top, plateau)
    return (left + right) // 2 + 1


def _run(scores: Sequence[float], top: int, level: float) -> tuple[int, int]:
    left = right = top
    while left > 0 and scores[left - 1] >= level:
        left -= 1
    while right + 1 < len(scores) and scores[right + 1] >= level:
        right += 1
    return left, right


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


def local_maxima(scores: Sequence[float]) -> list[int]:
    """Places that are at least `THRESHOLD`, each for itself, or a top of at least `FLOOR`."""
    return [
        place
        for place, score in enumerate(scores)
        if score >= THRESHOLD
        or (
            score >= FLOOR
            and (place == 0 or scores[place - 1] < score)
            and (place + 1 == len(scores) or scores[place + 1] <= score)
        )
    ]

