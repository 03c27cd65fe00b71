"""PySceneDetect's detectors decide on our frames what they decide by themselves."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import scenedetect
from assistant_editor.ml import media
from assistant_editor.ml.engines import shots
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.shots_light import score_of
from assistant_editor.ml.facts import Shots, ShotsOptions
from assistant_editor.tests.media_maker import make_film, scenes
from hypothesis import given
from hypothesis import strategies as st

DETECTORS = {
    "adaptive": scenedetect.AdaptiveDetector,
    "content": scenedetect.ContentDetector,
    "hash": scenedetect.HashDetector,
}
IDLE = Runtime(Path(), lambda *_: None, lambda _: None, lambda: None)


class Recorder:
    """Keeps the frames that a consumer of this size gets."""

    def __init__(self, size):
        self.size, self.images = size, []

    def take(self, frame, seconds, image):
        self.images.append(image.copy())


def found(path: Path, detector: str) -> tuple[Shots, list[np.ndarray]]:
    consumer = shots.start(ShotsOptions(detector), media.probe(path), None, IDLE)
    recorder = Recorder(consumer.size)
    media.decode(path, [consumer, recorder])
    return consumer.finish(), recorder.images


def kept(facts: Shots) -> list[int]:
    return [boundary.frame for boundary in facts.boundaries if boundary.score >= 0.5]


@pytest.mark.parametrize("detector", DETECTORS)
def test_real_footage_is_cut_where_scenedetect_cuts_it(media_folder, detector):
    path = media_folder / "bikes.mp4"
    facts, _ = found(path, detector)
    theirs = scenedetect.detect(str(path), DETECTORS[detector](min_scene_len=0))
    assert kept(facts) == [start.frame_num for start, _ in theirs][1:]
    assert all(boundary.seconds == Fraction(boundary.frame, 25) for boundary in facts.boundaries)


@pytest.mark.parametrize("detector", DETECTORS)
def test_scores_of_half_are_the_detectors_own_decisions(media_folder, detector):
    facts, images = found(media_folder / "bikes.mp4", detector)
    judge = DETECTORS[detector](min_scene_len=0)
    theirs = []
    for number, image in enumerate(images):
        cuts = judge.process_frame(scenedetect.FrameTimecode(number, 25.0), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        theirs += [cut.frame_num for cut in cuts]
    assert kept(facts) == theirs and theirs
    assert any(boundary.score < 0.5 for boundary in facts.boundaries), "weaker candidates are facts too"


@pytest.mark.parametrize("detector", DETECTORS)
def test_hard_cuts_are_exact(tmp_path, detector):
    path = make_film(tmp_path / "cuts.mp4", 70, Fraction(30000, 1001), picture=scenes((17, 23, 30), (320, 180)))
    facts, _ = found(path, detector)
    assert kept(facts) == [17, 40]
    assert [boundary.seconds for boundary in facts.boundaries if boundary.score >= 0.5] == [Fraction(n * 1001, 30000) for n in (17, 40)]


@pytest.mark.parametrize(("size", "wanted"), [((1920, 1080), (256, 144)), ((200, 100), (200, 100)), ((1080, 1920), (144, 256))])
def test_frames_come_at_the_size_scenedetect_would_use(tmp_path, size, wanted):
    path = make_film(tmp_path / "size.mp4", 3, size=size)
    assert shots.start(ShotsOptions("content"), media.probe(path), None, IDLE).size == wanted


@given(st.floats(0, 300), st.floats(0, 300), st.sampled_from([27.0, 3.0, 15.0, 0.35]))
def test_a_score_rises_with_its_measure_and_is_half_at_the_threshold(one, other, threshold):
    low, high = sorted((one, other))
    assert 0 <= score_of(low, threshold) <= score_of(high, threshold) <= 1
    assert (score_of(one, threshold) >= 0.5) == (one >= threshold)
    assert score_of(threshold, threshold) == 0.5 > score_of(math.nextafter(threshold, 0), threshold)
