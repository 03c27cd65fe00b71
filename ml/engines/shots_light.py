"""PySceneDetect's detectors, run on our frames, with their own measure of each frame turned into a score.

B. Castellano, PySceneDetect (BSD 3-Clause), https://www.scenedetect.com. Each measure `m` has a published threshold; its score is
1 / (1 + (threshold / m)^3): .5 at the threshold, rising with the measure, near 0 for ordinary motion. A frame is kept at .5
exactly when the detector itself, without a minimum length, cuts there.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import cv2
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode, HashDetector, StatsManager
from scenedetect.scene_manager import compute_downscale_factor

from ..facts import Shots, VideoStream
from ..media import displayed_size
from .beside import Beside
from .shot_scores import THRESHOLD, Found, Track, local_maxima

if TYPE_CHECKING:
    import numpy as np

BATCH = 16
STEEPNESS = 3
NEGLIGIBLE = 1000
CONTENT_THRESHOLD = 27.0
ADAPTIVE_THRESHOLD = 3.0
ADAPTIVE_CONTENT = 15.0
HASH_THRESHOLD = 0.35


def score_of(measure: float, threshold: float) -> float:
    """0..1, rising with `measure`, at least .5 exactly when `measure` is at least `threshold`."""
    if measure < threshold / NEGLIGIBLE:
        return 0.0
    score = 1 / (1 + (threshold / measure) ** STEEPNESS)
    return max(score, THRESHOLD) if measure >= threshold else min(score, math.nextafter(THRESHOLD, 0))


class _Measures(StatsManager):
    """Keeps what a detector reports of each frame only until it is turned into a score."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: dict[int, dict[str, float]] = {}

    def set_metrics(self, timecode: int | FrameTimecode, metric_kv_dict: dict[str, Any]) -> None:
        frame = timecode if isinstance(timecode, int) else timecode.frame_num
        self.latest.setdefault(frame, {}).update(metric_kv_dict)


class _Quick:
    """The frame score of a content detector without edges, of RGB frames, by OpenCV alone: the same numbers in a tenth of the time."""

    _last: np.ndarray | None = None

    def _calculate_frame_score(self, timecode: FrameTimecode, frame_img: np.ndarray) -> float:
        colours = cv2.cvtColor(frame_img, cv2.COLOR_RGB2HSV)
        last, self._last = self._last, colours
        if last is None:
            return 0.0
        hue, saturation, value, _ = cv2.sumElems(cv2.absdiff(colours, last))
        pixels = float(colours.shape[0] * colours.shape[1])
        score = (hue / pixels + saturation / pixels + value / pixels) / 3
        self.stats_manager.set_metrics(timecode, {ContentDetector.FRAME_SCORE_KEY: score})  # type: ignore[attr-defined]
        return score


class _Content(_Quick, ContentDetector):
    pass


class _Adaptive(_Quick, AdaptiveDetector):
    pass


class Light:
    """A consumer for one of PySceneDetect's detectors, at the size its own scene manager would use.

    The detector works on batches of frames, on a thread of its own beside the decoder.
    """

    def __init__(self, track: Track, detector: str, video: VideoStream, check: Callable[[], None]) -> None:
        self._track = track
        self._swapped = False
        """Whether the detector wants blue first."""
        self._batches = Beside[None]("shots", check, lambda _: None)
        if detector == "content":
            self._detector: Any = _Content(CONTENT_THRESHOLD, min_scene_len=0)
            self._limits = {ContentDetector.FRAME_SCORE_KEY: CONTENT_THRESHOLD}
        elif detector == "adaptive":
            self._detector = _Adaptive(ADAPTIVE_THRESHOLD, min_scene_len=0, min_content_val=ADAPTIVE_CONTENT)
            ratio = next(key for key in self._detector.get_metrics() if key.startswith("adaptive_ratio"))
            self._limits = {ratio: ADAPTIVE_THRESHOLD, ContentDetector.FRAME_SCORE_KEY: ADAPTIVE_CONTENT}
        else:
            self._detector = HashDetector(HASH_THRESHOLD, min_scene_len=0)
            self._swapped = True
            self._limits = dict.fromkeys(self._detector.get_metrics(), HASH_THRESHOLD)
        self._measures = _Measures()
        self._detector.stats_manager = self._measures
        self._rate = video.rate
        # PySceneDetect looks at the stored pixels; the pixel aspect changes no measure.
        width, height = displayed_size(video) if video.rotation else (video.width, video.height)
        factor = compute_downscale_factor(max(width, height))
        self.size = (max(1, round(width / factor)), max(1, round(height / factor)))
        self._batch: list[tuple[int, np.ndarray]] = []
        self._scores = array("d")  # in single precision a score just below .5 would become .5

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        place = len(self._track)
        self._track.add(frame, seconds)
        self._scores.append(0.0)
        self._batch.append((place, image))
        if len(self._batch) == BATCH:
            self._submit()

    def finish(self) -> Shots:
        self._submit()
        self._batches.finish()
        return self._track.shots([Found(place, float(self._scores[place])) for place in local_maxima(self._scores)])

    def close(self) -> None:
        self._batches.close()

    def _submit(self) -> None:
        self._batches.add(self._measure, self._batch)
        self._batch = []

    def _measure(self, batch: list[tuple[int, np.ndarray]]) -> None:
        for place, image in batch:
            picture = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if self._swapped else image
            self._detector.process_frame(FrameTimecode(place, self._rate), picture)
            for known, measures in list(self._measures.latest.items()):
                if all(key in measures for key in self._limits):
                    self._scores[known] = min(score_of(measures[key], limit) for key, limit in self._limits.items())
                if known < place - self._detector.event_buffer_length:
                    del self._measures.latest[known]
