"""The scores of `bench mood`, against sums done by hand, and how labels are understood."""

from __future__ import annotations

import json

import pytest

from benchmarks import mood
from benchmarks.mood_scoring import Scores, accuracy, calibration_error, interval, macro_f1, scores


def test_macro_f1_by_hand():
    truth, said = ["a", "a", "a", "b"], ["a", "a", "b", "b"]
    assert macro_f1(truth, said) == pytest.approx((2 * 2 / 5 + 2 * 1 / 3) / 2)
    assert macro_f1(truth, ["c"] * 4) == 0 and macro_f1([], []) == 0
    assert accuracy(truth, said) == 0.75


def test_calibration_error_by_hand():
    assert calibration_error([1, 1, 0, 0], [1, 1, 1, 1], [0.99] * 4) == pytest.approx(0.49)
    assert calibration_error([1, 0], [1, 0], [1.0, 1.0]) == 0
    two_bins = calibration_error([1, 1, 1, 1], [1, 0, 1, 1], [0.5, 0.5, 0.9, 0.9])
    assert two_bins == pytest.approx((abs(1 - 1.0) + abs(2 - 1.8)) / 4)
    assert scores([1], [1]).calibration is None


def test_interval_by_hand():
    """The textbook's example of 8 of 10; and of nothing nothing is known."""
    assert interval(Scores(10, 0.8, 0.8)) == pytest.approx((0.4902, 0.9433), abs=5e-4)
    low, high = interval(Scores(700, 0.9, 0.9))
    assert 0.87 < low < 0.9 < high < 0.925


@pytest.mark.parametrize(
    "labels, kind, names",
    [
        ([0, 1], "two", ["negative", "positive"]),
        ([0, 1, 2], "three", ["negative", "neutral", "positive"]),
        ([-1, 0, 1], "three", ["negative", "neutral", "positive"]),
        (["1", "0"], "two", ["positive", "negative"]),
        (["POS", "Negative"], "two", ["positive", "negative"]),
        (["neu", "pos"], "three", ["neutral", "positive"]),
        (["anger", "neutral"], "emotions", ["anger", "neutral"]),
    ],
)
def test_labels(labels, kind, names):
    assert mood.understood(labels) == (kind, names)


@pytest.mark.parametrize("labels", [[0, 3], ["good"], [-1, 2]])
def test_labels_that_mean_nothing(labels):
    with pytest.raises(ValueError, match="label"):
        mood.understood(labels)


def said(negative, neutral, positive):
    return mood.told("I love it.", (negative, neutral, positive, 0, 0, 0, 1, 0, 0, 0))


def test_of_two_classes_neutral_is_no_answer():
    plain = said(0.1, 0.7, 0.2)
    assert plain["label"] == "neutral" and plain["binary"] == "positive" and plain["emotion"] == "joy"
    found = mood.ours("two", [plain], ["positive"])
    assert found.accuracy == 1 and found.calibration == pytest.approx(1 / 3)
    assert mood.ours("three", [plain], ["positive"]).accuracy == 0
    assert mood.ours("emotions", [plain], ["joy"]).accuracy == 1


def test_vader_beside():
    texts, truth = ["I love it.", "I hate it.", "It is nine."], ["positive", "negative", "neutral"]
    assert mood.vader("three", texts, truth).accuracy == 1 and mood.vader("two", texts[:2], truth[:2]).accuracy == 1


def test_the_whole_bench(tmp_path, monkeypatch, capsys):
    texts = {"films": ["a masterpiece .", "a complete waste of time ."], "talk": ["The train leaves at nine."]}
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    (tmp_path / "labels.json").write_text(json.dumps({"films": [1, 0]}))
    monkeypatch.setattr("sys.argv", ["mood", *(f"--{name}={tmp_path / name}.json" for name in ("texts", "labels", "out", "json"))])
    assert mood.main() == 0
    out = json.loads((tmp_path / "out.json").read_text())
    assert [len(out[name]) for name in texts] == [2, 1]
    assert [one["binary"] for one in out["films"]] == ["positive", "negative"]
    assert {"label", "negative", "neutral", "positive", "emotion"} <= set(out["talk"][0])
    scored = json.loads((tmp_path / "json.json").read_text())
    assert scored["films"]["ours"]["accuracy"] == 1 and scored["films"]["vader"] is not None
    assert "VADER" in capsys.readouterr().out


def test_labels_of_other_texts_are_refused(tmp_path, monkeypatch):
    (tmp_path / "texts.json").write_text(json.dumps({"a": ["fine"]}))
    (tmp_path / "labels.json").write_text(json.dumps({"a": [1, 0]}))
    monkeypatch.setattr("sys.argv", ["mood", *(f"--{name}={tmp_path / name}.json" for name in ("texts", "labels"))])
    with pytest.raises(SystemExit, match="2 for 1"):
        mood.main()
