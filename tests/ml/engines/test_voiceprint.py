"""The speaker encoder gives the numbers of the package its weights come from, and tells real voices apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.engines import voiceprint
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.models import path_of

from tests.golden.make_voiceprint import drawn

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "voiceprint.json").read_text())


@pytest.fixture(scope="module")
def network(models_folder) -> voiceprint.Voiceprints:
    return voiceprint.Voiceprints(path_of("ge2e-speakers", models_folder))


def test_spectra_are_those_of_the_published_package():
    samples = drawn()
    factor = voiceprint.gain(samples)
    mels = voiceprint.spectra(samples) * factor
    assert factor == pytest.approx(GOLDEN["gain"], rel=1e-4)
    assert len(mels) == GOLDEN["frames"]
    assert np.abs(mels[GOLDEN["rows"]] - np.array(GOLDEN["spectra"])).max() < 1e-6 * np.max(GOLDEN["spectra"])


def test_vectors_are_those_of_the_published_package(network):
    samples = drawn()
    mels = voiceprint.spectra(samples)[GOLDEN["start"] :][: voiceprint.FRAMES] * np.float32(voiceprint.gain(samples))
    (vector,) = network.describe(mels[None])
    assert np.abs(vector - np.array(GOLDEN["vector"])).max() < 1e-5
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_loud_speech_is_left_as_it_is_and_silence_divides_by_nothing():
    assert voiceprint.gain(np.full(1600, 0.5, np.float32)) == 1
    assert voiceprint.gain(np.zeros(1600, np.float32)) == 1
    assert voiceprint.gain(np.zeros(0, np.float32)) == 1
    assert voiceprint.spectra(np.zeros(16000, np.float32)).max() == 0


def test_nothing_to_describe_gives_no_rows(network):
    assert network.describe(np.zeros((0, 160, 40), np.float32)).shape == (0, voiceprint.WIDTH)


def test_a_file_that_holds_other_weights_is_refused_in_words(tmp_path):
    (tmp_path / "other.pt").write_bytes(b"not weights")
    with pytest.raises(EditorError) as told:
        voiceprint.Voiceprints(tmp_path / "other.pt")
    assert told.value.code == BAD_INPUT and "speaker encoder" in told.value.message
