"""The scores that the benchmark prints are the textbook ones."""

from __future__ import annotations

import json
from itertools import combinations, permutations

import pytest
from assistant_editor.benchmarks import shots as bench
from assistant_editor.benchmarks.shots import Labels, Score, matched, score
from hypothesis import given, settings
from hypothesis import strategies as st

FRAMES = st.lists(st.integers(0, 12), max_size=5, unique=True)


def test_a_perfect_and_an_empty_result():
    labels = Labels((10, 20))
    assert score([10, 20], labels, 0) == Score(2, 0, 0)
    assert score([], labels, 2) == Score(0, 0, 2)
    assert (Score(2, 0, 0).f1, Score(0, 0, 2).f1, Score(0, 3, 0).f1) == (1.0, 0.0, 0.0)
    assert (Score().precision, Score().recall, Score().f1) == (1.0, 1.0, 1.0)


def test_precision_recall_and_f1():
    one = Score(right=6, wrong=2, missed=4)
    assert (one.precision, one.recall) == (0.75, 0.6)
    assert one.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert Score(1, 2, 3) + Score(10, 20, 30) == Score(11, 22, 33)


@pytest.mark.parametrize(("tolerance", "wanted"), [(0, Score(0, 1, 1)), (1, Score(0, 1, 1)), (2, Score(1, 0, 0))])
def test_tolerance_is_in_frames(tolerance, wanted):
    assert score([12], Labels((10,)), tolerance) == wanted


def test_a_cut_is_found_once_and_a_detection_counts_once():
    assert score([9, 10, 11], Labels((10,)), 2) == Score(1, 2, 0)
    assert score([10], Labels((9, 10, 11)), 2) == Score(1, 0, 2)


def test_detections_in_a_gradual_transition_count_neither_way():
    labels = Labels((1, 100), ((3, 57),))
    assert score([1, 30, 58, 100], labels, 0) == Score(2, 0, 0)
    assert score([1, 30, 70, 100], labels, 0) == Score(2, 1, 0)


@settings(max_examples=200)
@given(FRAMES, FRAMES, st.integers(0, 2))
def test_no_matching_has_more_pairs(found, wanted, tolerance):
    pairs = matched(found, wanted, tolerance)
    assert all(abs(one - other) <= tolerance for one, other in pairs)
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    few, many = sorted((found, wanted), key=len)
    best = max(
        size
        for size in range(len(few) + 1)
        for chosen in combinations(few, size)
        for others in permutations(many, size)
        if all(abs(one - other) <= tolerance for one, other in zip(chosen, others, strict=True))
    )
    assert len(pairs) == best


def test_labels_are_read_as_described(tmp_path):
    path = tmp_path / "shots.json"
    path.write_text(json.dumps({"a.mp4": {"fps": 24, "hard_cuts": [9, 4], "gradual": [[20, 30, "dissolve"]], "not_cuts": [7]}}))
    assert bench.read_labels(path) == {"a.mp4": Labels((4, 9), ((20, 30),))}


def test_the_table_on_a_joined_film(media_folder, models_folder, tmp_path, capsys):
    """End to end: a film whose cuts are known by construction, all four detectors, and the sum of what is printed."""
    film = tmp_path / "joined.mp4"
    labels = bench.joined_film(media_folder / "bikes.mp4", film)
    assert len(labels.cuts) >= 8
    table = bench.run({film: labels}, models_folder)
    printed = capsys.readouterr().out
    assert all(name in printed for name in table) and "decoding alone" in printed
    for tally in table.values():
        assert tally.frames == labels.cuts[-1] + bench.PIECE and tally.seconds > 0
        for one in tally.scores.values():
            assert one.right + one.missed == len(labels.cuts)
    assert table["TransNetV2 (ours)"].scores[0].recall > 0.5
