"""BeatNet's network gives the numbers of its own package, whatever the blocks it hears."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.engines import beat_network
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.models import path_of

from tests.golden.make_beat_network import drawn

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "beat_network.json").read_text())


def heard(models_folder: Path, *blocks: np.ndarray) -> np.ndarray:
    listener = beat_network.Listener(path_of("beatnet", models_folder))
    return np.concatenate([*(listener.take(block) for block in blocks), listener.finish()])


def test_spectra_are_those_of_the_published_package():
    samples = np.concatenate([np.zeros(beat_network.FRAME // 2), drawn(), np.zeros(beat_network.FRAME)]).astype(np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(samples, beat_network.FRAME)[:: beat_network.HOP][: GOLDEN["frames"]]
    levels = beat_network.spectra(pieces, beat_network.bands())
    width = levels.shape[1]
    for row, features in zip(GOLDEN["rows"], GOLDEN["features"], strict=True):
        assert np.abs(levels[row] - features[:width]).max() < 1e-5
        if row:
            assert np.abs(np.maximum(levels[row] - levels[row - 1], 0) - features[width:]).max() < 1e-5


def test_chances_are_those_of_the_published_package(models_folder):
    chances = heard(models_folder, drawn())
    assert chances.shape == (GOLDEN["frames"], 2)
    assert np.abs(chances - np.array(GOLDEN["chances"])).max() < 1e-4


def test_blocks_of_any_length_give_the_same(models_folder):
    samples = drawn()
    cut = heard(models_folder, samples[:7], samples[7:20000], samples[20000:20441], samples[20441:])
    assert np.abs(cut - heard(models_folder, samples)).max() < 1e-5


def test_less_than_a_spectrum_and_nothing_at_all(models_folder):
    assert heard(models_folder).shape == (0, 2)
    assert heard(models_folder, np.zeros(10, np.float32)).shape == (1, 2)


def test_a_file_that_holds_other_weights_is_refused_in_words(tmp_path):
    (tmp_path / "other.pt").write_bytes(b"not weights")
    with pytest.raises(EditorError) as told:
        beat_network.Listener(tmp_path / "other.pt")
    assert told.value.code == BAD_INPUT and "BeatNet" in told.value.message
