"""The shot benchmark from end to end on a small made film, with every detector."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from benchmarks import curves, shots
from benchmarks import shots_detectors as detectors
from benchmarks.shots_scoring import Detection
from tests.film_maker import make_film
from tests.films.labels import write_labels
from tests.films.sources import video_shots


@pytest.fixture(scope="module")
def small(tmp_path_factory, media_folder):
    folder = tmp_path_factory.mktemp("films")
    made = make_film(3, folder / "a.mp4", video_shots(media_folder / "bikes.mp4", folder), 150, ["cut", "dissolve"], size=(160, 90))
    write_labels(folder / "shots.json", {"a.mp4": made})
    return folder, made


def test_the_whole_run(small, models_folder, tmp_path, capsys):
    folder, made = small
    out = tmp_path / "found.json"
    shots.main(["--data", str(folder), "--models", str(models_folder), "--out", str(out), "--light"])
    printed = capsys.readouterr().out
    for word in ("ours, hash", "PySceneDetect histogram", "decoding alone", "scaling 48x27", "Traps sprung", "a.mp4"):
        assert word in printed
    assert ("TransNetV2 package  " in printed) == (detectors.package_module() is not None)
    assert f"{made.frames} frames, {len(made.cuts)} hard cuts, {len(made.gradual)} gradual" in printed
    found = json.loads(out.read_text())["a.mp4"]
    assert set(found) == {"hard", "gradual", "seconds"} and found["seconds"] > 0
    assert len(set(found["hard"]) & set(made.cuts)) >= len(made.cuts) - 1
    assert cv2.imread(str(out.with_suffix(".png"))).std() > 10


@pytest.mark.parametrize("name", ["content", "adaptive", "hash", "histogram"])
def test_a_peer_replayed_at_its_own_threshold_gives_what_it_gave(small, name):
    """The curve's points come from the detector's numbers, not from running it again: they must agree where both are known."""
    own = {"content": 27.0, "adaptive": 3.0, "hash": 0.35, "histogram": 0.2}[name]
    done = detectors.theirs(name, small[0] / "a.mp4")
    assert done.at(own) == done.found and own in done.thresholds
    assert len(done.at(done.thresholds[0])) <= len(done.at(done.thresholds[-1]))


def test_the_packages_scenes_become_cuts_and_extents():
    class Network:
        @staticmethod
        def predictions_to_scenes(scores, threshold):
            assert threshold == 0.5
            return np.array([[0, 9], [10, 30], [36, 50]])

    package = object.__new__(detectors.Package)
    package._network = Network()
    scores = np.zeros(51, np.float32)
    scores[9], scores[30:36] = 0.8, 0.9
    found = package._detections(scores, 0.5)
    assert found == [Detection(10, pytest.approx(0.8)), Detection(36, pytest.approx(0.9), (31, 35))]


def test_curves_are_drawn_where_they_belong(tmp_path):
    curves.draw({"one": {"a": curves.Curve([(0.2, 1.0), (1.0, 0.2)], (0.5, 0.5))}, "two": {"b": curves.Curve([])}}, tmp_path / "a.png")
    image = cv2.imread(str(tmp_path / "a.png"))
    middle = image[curves.TOP + curves.SIDE // 2, curves.LEFT + curves.SIDE // 2]
    assert tuple(middle) == curves.COLOURS[0]
    assert (image == 255).all(axis=2).mean() > 0.8
