"""Boundaries of hard films with exact labels, by the real network: real transitions, and what only looks like one."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import shots
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Boundary, ShotsOptions

from tests.film_maker import EACH_WEIGHTS, make_film
from tests.films.labels import TRAPS, Labels
from tests.films.sources import SourceShot, standard_sources, video_shots

NEAR = 5
"""Frames an end of a gradual transition may be off."""


@pytest.fixture(scope="module")
def street(tmp_path_factory) -> list[SourceShot]:
    return video_shots(Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]) / "bikes.mp4", tmp_path_factory.mktemp("street"))


def found_in(film: Path, models: Path, thorough: bool = False) -> list[Boundary]:
    """The boundaries the engine itself would keep."""
    runtime = Runtime(models, lambda *_: None, lambda _: None, lambda: None)
    consumer = shots.start(ShotsOptions(thorough=thorough), media.probe(film), None, runtime)
    media.decode(film, [consumer])
    return [one for one in consumer.finish().boundaries if one.score >= 0.5]


def right_cuts(found: list[Boundary], labels: Labels) -> set[int]:
    return {one.frame for one in found if one.kind == "cut"} & set(labels.cuts)


def right_transitions(found: list[Boundary], labels: Labels) -> list[tuple[int, int, str]]:
    spans = [(one.transition.first, one.transition.last) for one in found if one.transition]
    return [
        wanted
        for wanted in labels.gradual
        if any(abs(first - wanted[0]) <= NEAR and abs(last - wanted[1]) <= NEAR for first, last in spans)
    ]


def test_transitions_of_all_kinds_are_found_with_their_ends(street, tmp_path, models_folder):
    labels = make_film(51, tmp_path / "film.mp4", street, 1500, EACH_WEIGHTS, shots=(12, 60), size=(192, 108))
    assert min(labels.counts().values()) >= 1, "the film must hold every kind"
    found = found_in(tmp_path / "film.mp4", models_folder)
    cuts, gradual = right_cuts(found, labels), right_transitions(found, labels)
    assert len(cuts) >= 0.9 * len(labels.cuts)
    assert len(gradual) >= 0.85 * len(labels.gradual)
    assert len(found) <= 1.1 * (len(labels.cuts) + len(labels.gradual))


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap not in ("title", "fast")])
def test_what_happens_inside_a_shot_is_no_boundary(street, tmp_path, models_folder, trap):
    labels = make_film(70, tmp_path / "film.mp4", street, 450, ["cut"], [trap], shots=(60, 120), size=(192, 108))
    assert sum(what == trap for _, _, what in labels.traps) >= 2
    found = found_in(tmp_path / "film.mp4", models_folder)
    assert right_cuts(found, labels) == set(labels.cuts)
    wrong = [(one.frame, one.kind) for one in found if one.frame not in labels.cuts]
    assert not wrong, [(first, last) for first, last, _ in labels.traps]


def test_fast_motion_is_no_boundary(tmp_path, models_folder):
    sources = [shot for shot in standard_sources(tmp_path) if len(shot.pictures) >= 150]
    if len(sources) < 2:
        pytest.skip("the packaged film has no shot that is long enough; the fixtures' film is not here")
    labels = make_film(71, tmp_path / "film.mp4", sources, 450, ["cut"], ["fast"], shots=(40, 60), size=(192, 108))
    assert any(what == "fast" for _, _, what in labels.traps)
    assert {one.frame for one in found_in(tmp_path / "film.mp4", models_folder)} == set(labels.cuts)


def test_a_film_that_people_edited(models_folder):
    folder = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", Path(__file__).resolve().parents[4] / "shared" / "fixtures")) / "video"
    if not (folder / "shots.json").is_file():
        pytest.skip("the fixtures' labelled film is not here")
    for name, known in json.loads((folder / "shots.json").read_text(encoding="utf-8")).items():
        found = found_in(folder / name, models_folder)
        assert {one.frame for one in found if one.kind == "cut"} == set(known["hard_cuts"])
        labels = Labels(known["frames"], Fraction(known["fps"]), (), tuple(map(tuple, known["gradual"])), ())
        assert right_transitions(found, labels) == list(labels.gradual)
        traps = set(known["not_cuts"])
        assert not [one for one in found if traps & set(range(one.frame - 2, one.frame + 3))]


def test_the_sift_loses_nothing_that_the_network_would_find(street, tmp_path, models_folder):
    labels = make_film(52, tmp_path / "film.mp4", street, 900, EACH_WEIGHTS, shots=(30, 120), size=(192, 108))
    quick, thorough = (found_in(tmp_path / "film.mp4", models_folder, thorough) for thorough in (False, True))
    assert right_cuts(quick, labels) == right_cuts(thorough, labels)
    assert len(right_transitions(quick, labels)) >= len(right_transitions(thorough, labels))


def test_ends_have_the_times_of_their_frames(street, tmp_path, models_folder):
    make_film(53, tmp_path / "film.mp4", street, 300, {"dissolve": 1.0}, [], shots=(30, 60), size=(192, 108))
    rate = media.probe(tmp_path / "film.mp4").video.rate
    for one in found_in(tmp_path / "film.mp4", models_folder):
        assert one.seconds == pytest.approx(one.frame / rate, abs=1e-4)
        if one.transition:
            span = one.transition.span
            assert span.start == pytest.approx(one.transition.first / rate, abs=1e-4)
            assert span.end == pytest.approx((one.transition.last + 1) / rate, abs=1e-4) and isinstance(span.end, Fraction)
