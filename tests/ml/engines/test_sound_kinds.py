"""Speech, music and noise: features and network give the numbers of the published package."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.engines import sound_kinds
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.models import path_of

from tests.golden.make_sound_kinds import drawn

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "sound_kinds.json").read_text())


@pytest.fixture(scope="module")
def levels() -> np.ndarray:
    return sound_kinds.energies(drawn())[0]


def test_energies_are_those_of_the_published_package(levels):
    energy = sound_kinds.energies(drawn())[1]
    assert len(levels) == GOLDEN["frames"]
    assert np.abs(levels[GOLDEN["places"]] - np.array(GOLDEN["levels"])).max() < 1e-3
    assert energy[GOLDEN["places"]] == pytest.approx(GOLDEN["energy"], abs=1e-3)


def test_patches_are_those_of_the_published_package(levels):
    patches, finite = sound_kinds.patches_of(levels)
    assert np.flatnonzero(~finite).tolist() == [row for row in GOLDEN["silent"] if row < len(finite)] != []
    assert np.abs(patches[GOLDEN["rows"]].reshape(4, -1)[:, ::97] - np.array(GOLDEN["patches"])).max() < 1e-3


def test_chances_are_those_of_the_published_network(models_folder, levels):
    chances = sound_kinds.SoundKinds(path_of("speech-music-noise", models_folder)).hear(levels)
    assert len(chances) == len(levels) // 2
    assert np.abs(chances[GOLDEN["rows"]] - np.array(GOLDEN["chances"])).max() < 1e-3
    assert (chances[GOLDEN["silent"][0]] == 0.5).all()


@pytest.mark.parametrize("samples", [0, 100, 399, 400, 2000, 11000, 12000])
def test_sounds_of_any_length_give_a_row_every_20_ms(models_folder, samples):
    levels, energy = sound_kinds.energies(np.random.RandomState(1).uniform(-0.1, 0.1, samples))
    chances = sound_kinds.SoundKinds(path_of("speech-music-noise", models_folder)).hear(levels)
    assert len(levels) == len(energy) == max(0, (samples - 400) // 160 + 1)
    assert chances.shape == (len(levels) // 2, 3) and np.isfinite(chances).all()


def test_another_file_is_refused(tmp_path):
    (tmp_path / "other.hdf5").write_bytes(b"something else")
    with pytest.raises(EditorError) as told:
        sound_kinds.SoundKinds(tmp_path / "other.hdf5")
    assert told.value.code == BAD_INPUT
