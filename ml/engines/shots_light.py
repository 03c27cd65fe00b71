"""PySceneDetect's detectors, run on our frames, with their own measure of each frame turned into a score.

B. Castellano, PySceneDetect (BSD 3-Clause), https://www.scenedetect.com. Each measure `m` has a published threshold; its score is
1 / (1 + (threshold / m)^3): .5 at the threshold, rising with the measure, near 0 for ordinary motion. A frame is kept at .5
exactly when the detector itself, without a minimum length, cuts there.
"""

from __future__ import annotations

import math
from array import array
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import cv2
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode, HashDetector, StatsManager
from scenedetect.scene_manager import compute_downscale_factor

from ..facts import Shots, VideoStream
from ..media import displayed_size
from .shot_scores import THRESHOLD, Found, Track, local_maxima

if TYPE_CHECKING:
    import numpy as np

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


class _WithoutEdges:
    """A content detector that reports to a stats manager computes edges nobody reads here: half of its time."""

    def _calculate_frame_score(self, timecode: FrameTimecode, frame_img: np.ndarray) -> float:
        keeper, self.stats_manager = self.stats_manager, None  # type: ignore[has-type]
        try:
            score: float = super()._calculate_frame_score(timecode, frame_img)  # type: ignore[misc]
        finally:
            self.stats_manager = keeper
        keeper.set_metrics(timecode, {ContentDetector.FRAME_SCORE_KEY: score})
        return score


class _Content(_WithoutEdges, ContentDetector):
    pass


class _Adaptive(_WithoutEdges, AdaptiveDetector):
    pass


class Light:
    """A consumer for one of PySceneDetect's detectors, at the size its own scene manager would use."""

    def __init__(self, track: Track, detector: str, video: VideoStream) -> None:
        self._track = track
        if detector == "content":
            self._detector: Any = _Content(CONTENT_THRESHOLD, min_scene_len=0)
            self._limits = {ContentDetector.FRAME_SCORE_KEY: CONTENT_THRESHOLD}
        elif detector == "adaptive":
            self._detector = _Adaptive(ADAPTIVE_THRESHOLD, min_scene_len=0, min_content_val=ADAPTIVE_CONTENT)
            ratio = next(key for key in self._detector.get_metrics() if key.startswith("adaptive_ratio"))
            self._limits = {ratio: ADAPTIVE_THRESHOLD, ContentDetector.FRAME_SCORE_KEY: ADAPTIVE_CONTENT}
        else:
            self._detector = HashDetector(HASH_THRESHOLD, min_scene_len=0)
            self._limits = dict.fromkeys(self._detector.get_metrics(), HASH_THRESHOLD)
        self._measures = _Measures()
        self._detector.stats_manager = self._measures
        self._rate = video.rate
        # PySceneDetect looks at the stored pixels; the pixel aspect changes no measure.
        width, height = displayed_size(video) if video.rotation else (video.width, video.height)
        factor = compute_downscale_factor(max(width, height))
        self.size = (max(1, round(width / factor)), max(1, round(height / factor)))
        self._scores = array("d")  # in single precision a score just below .5 would become .5

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        place = len(self._track)
        self._track.add(frame, seconds)
        self._scores.append(0.0)
        self._detector.process_frame(FrameTimecode(place, self._rate), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        for known, measures in list(self._measures.latest.items()):
            if all(key in measures for key in self._limits):
                self._scores[known] = min(score_of(measures[key], limit) for key, limit in self._limits.items())
            if known < place - self._detector.event_buffer_length:
                del self._measures.latest[known]

    def finish(self) -> Shots:
        return self._track.shots([Found(place, float(self._scores[place])) for place in local_maxima(self._scores)])
