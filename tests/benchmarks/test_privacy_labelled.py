"""Boxes drawn by eye, and what of them counts as covered."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import privacy_except, privacy_labelled
from benchmarks.privacy_labelled import LABELS, MODES, core, covered, modes, scored, table

INK = np.array(privacy_labelled.INK)


def test_every_label_is_a_box_that_lies_in_its_picture() -> None:
    films = json.loads(LABELS.read_text(encoding="utf-8"))["films"]
    assert sum(len(film["frames"]) for film in films.values()) >= 40
    wanted = {kind for _options, kinds in MODES.values() for kind in kinds}
    for film in films.values():
        for rows in film["frames"].values():
            for kind, left, top, wide, tall, *rest in rows:
                assert kind in wanted and rest in ([], ["faint"])
                assert 0 <= left < left + wide <= film["size"][0] and 0 <= top < top + tall <= film["size"][1]


def test_another_version_of_a_film_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bikes.mp4").write_bytes(b"another")
    for name in ("bikes.mp4", "own.mp4"):
        (tmp_path / name).touch()
        with pytest.raises(SystemExit, match="none of the labelled films"):
            privacy_labelled.known(tmp_path / name)


def test_what_is_covered_and_what_is_bare() -> None:
    picture = np.full((100, 200, 3), 0.3)
    picture[20:60, 50:90] = INK
    assert covered(picture).sum() == 40 * 40
    inside = core((50, 20, 40, 40), (200, 100))
    assert inside.sum() == pytest.approx(np.pi * (20 * 0.85) ** 2, rel=0.02) and not (inside & ~covered(picture)).any()
    labels = {"3": [["face", 50, 20, 40, 40], ["face", 70, 20, 40, 40], ["head", 150, 20, 10, 10, "faint"], ["car", 0, 0, 9, 9]]}
    found = scored(labels, ("face", "head"), lambda number: picture)
    assert found["kinds"]["face"]["labels"] == 2 and found["kinds"]["face"]["bare"] == 1
    assert found["kinds"]["face"]["uncovered"] == pytest.approx(0.5, abs=0.03)
    assert found["kinds"]["head, faint"]["bare"] == 1 and "car" not in found["kinds"]
    assert found["changed"] == pytest.approx(0.08)
    assert "| Faces | face | 2 | 1 |" in table({"Faces": {"film": found}})


def test_without_an_object_model_only_faces_are_tried() -> None:
    assert list(modes(False)) == ["Faces", "Faces, Look Twice"] and set(modes(True)) == set(MODES)


def test_who_is_where_in_made_and_labelled_films() -> None:
    made = privacy_except.of_made([[{"face": 1, "box": [1, 2, 3, 4], "share": 0.4}]])
    assert made == {1: [privacy_except.Face("Ben", (1, 2, 3, 4), 0.4)]}
    labels = {"frames": {"5": [["face", 1, 2, 3, 4], ["head", 0, 0, 9, 9]]}}
    assert privacy_except.of_labels(labels, 10, "Ada", 2.0) == {15: [privacy_except.Face("Ada", (2.0, 4.0, 6.0, 8.0))]}
    row = {"film": "made", "excepted": "Ben", "faces": 4, "spared": 3, "others": 2, "others bare": 1}
    assert "| made | Ben | 4 | 75% | 2 | 1 |" in privacy_except.table([row])
