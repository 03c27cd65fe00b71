"""Everything that may be a face, in every frame: real faces moved, hidden, turned and blurred, and pictures that hold none."""

from __future__ import annotations

import importlib.util
from base64 import b64decode
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from assistant_editor.ml import media
from assistant_editor.ml.engines import mtcnn, sighting_pictures, sightings
from assistant_editor.ml.engines.face_finder import overlaps
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.sighting_tracks import Tracks, carried
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import Sightings, SightingsOptions
from assistant_editor.ml.models import adopt
from assistant_editor.ml.protocol import FindFaces

from tests.people_maker import CUTS, SIZE, Face, Seen, film


@pytest.fixture(scope="module")
def models(fixtures_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    adopt("yunet", folder, fixtures_folder / "models" / "face_detection_yunet.onnx")
    return folder


MEN = ((916, 98, 134, 180), (558, 262, 108, 165))
"""Left, top, width and height of the two faces in ultralytics' photograph."""


def photograph() -> np.ndarray:
    package = importlib.util.find_spec("ultralytics")
    if package is None or package.origin is None:
        pytest.skip("the photograph with faces comes with ultralytics, which is not installed")
    return np.asarray(cv2.cvtColor(cv2.imread(str(Path(package.origin).parent / "assets" / "zidane.jpg")), cv2.COLOR_BGR2RGB))


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[Seen]]]:
    """Ten seconds with the two men of ultralytics' photograph, and where their faces are in every frame."""
    picture = photograph()
    path = tmp_path_factory.mktemp("people") / "people.mp4"
    return path, film(path, [Face(picture, man) for man in MEN])


def runtime(models: Path) -> Runtime:
    return Runtime(models, lambda *_: None, lambda _: None, lambda: None)


def watched(path: Path, models: Path, finder: str = "yunet") -> Sightings:
    consumer = sightings.start(SightingsOptions(finder), media.probe(path), None, runtime(models))
    try:
        media.decode(path, [consumer], None, lambda: None, lambda *_: None)
        return consumer.finish()
    finally:
        consumer.close()


def boxes(facts: Sightings, frame: int) -> np.ndarray:
    """(n, 5) of this frame."""
    rows = []
    for track in facts.tracks:
        every = np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5)
        if track.first <= frame < track.first + len(every):
            rows.append(every[frame - track.first])
    return np.array(rows, np.float32).reshape(-1, 5)


def holds(rows: np.ndarray, seen: Seen) -> bool:
    """Whether one of the boxes lies on the middle of this face and is not another size."""
    left, top, wide, tall = seen.box
    middle = np.array([left + wide / 2, top + tall / 2])
    inside = ((rows[:, :2] <= middle) & (middle <= rows[:, :2] + rows[:, 2:4])).all(axis=1)
    return bool((inside & (rows[:, 2] > 0.4 * wide)).any())


def test_every_face_that_is_to_be_seen_is_followed_in_every_frame(people, models) -> None:
    path, labels = people
    facts = watched(path, models)
    assert facts.picture == SIZE and len(facts.frames) == len(labels) and facts.cuts == CUTS
    # Less than half a face, at an edge of the picture, is what the planner prolongs trails for.
    shown = [(number, face) for number, frame in enumerate(labels) for face in frame if face.share >= 0.55]
    missed, doubtful, unseen = [], [], []
    for number, face in shown:
        rows = boxes(facts, number)
        for told, least in ((missed, 0.0), (unseen, 1e-6), (doubtful, 0.9)):
            if not holds(rows[rows[:, 4] >= least], face):
                told.append((number, face.face))
    assert len(shown) > 350
    # What OpenCV's example would take for a face is missing in many frames, and what the network thought of at all in some.
    assert len(doubtful) > 100 and len(unseen) > 5
    assert not missed


def test_nothing_is_followed_across_a_cut(people, models) -> None:
    facts = watched(people[0], models)
    for track in facts.tracks:
        last = track.first + len(b64decode(track.boxes)) // 20 - 1
        assert not any(track.first < cut <= last for cut in facts.cuts)


def test_without_a_network_only_cuts_are_told(people, tmp_path) -> None:
    facts = watched(people[0], tmp_path, "none")
    assert facts.tracks == () and facts.cuts == CUTS


def test_a_network_that_is_not_there_is_named(people, tmp_path) -> None:
    with pytest.raises(EditorError) as caught:
        watched(people[0], tmp_path, "mtcnn")
    assert caught.value.code == MISSING_MODEL and "mtcnn-faces" in caught.value.remedy


def leaves(seed: int = 1) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 255, (60, 90)).astype(np.uint8)
    return cv2.resize(small, (480, 320), interpolation=cv2.INTER_CUBIC)


def moved(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    return cv2.warpAffine(picture, np.array([[1, 0, x], [0, 1, y]], float), picture.shape[::-1], borderMode=cv2.BORDER_REFLECT)


def test_a_box_goes_where_the_picture_goes() -> None:
    box = np.array([200.0, 120, 60, 70], np.float32)
    there = carried(leaves(), moved(leaves(), 7, -4), box[None])[0]
    assert np.allclose(there, np.add(box, (7, -4, 0, 0)), atol=1.5)
    assert carried(leaves(1), leaves(2), box[None])[0] is None


def test_it_is_followed_after_its_last_view_and_before_its_first() -> None:
    tracks = Tracks((2.0, 2.0), 480, 320)
    box = np.array([[200, 120, 60, 70, 0.9]], np.float32)
    for number in range(30):
        found = np.add(box, (2 * number, 0, 0, 0, 0)) if 10 <= number < 20 else np.zeros((0, 5), np.float32)
        tracks.add(Fraction(number, 25), moved(leaves(), 2 * number, 0), found.astype(np.float32), False)
    (track,) = tracks.finish()
    rows = np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5)
    assert track.first == 0 and len(rows) == 30
    assert [number for number in range(30) if rows[number, 4] > 0] == list(range(10, 20))
    assert np.allclose(rows[:, 0], 400 + 4 * np.arange(30), atol=8) and np.allclose(rows[:, 2], 120, atol=12)


def test_what_is_followed_stays_of_the_size_it_was_seen_in() -> None:
    tracks = Tracks((1.0, 1.0), 480, 320)
    for number in range(40):
        grown = cv2.warpAffine(leaves(), cv2.getRotationMatrix2D((240, 160), 0, 1.025**number), (480, 320), borderMode=cv2.BORDER_REFLECT)
        found = np.array([[210, 130, 60, 60, 0.9]], np.float32) if number == 0 else np.zeros((0, 5), np.float32)
        tracks.add(Fraction(number, 25), grown, found, False)
    rows = np.frombuffer(b64decode(tracks.finish()[0].boxes), "<f4").reshape(-1, 5)
    assert rows[-1, 2] > 80 and rows[:, 2].max() <= 90.1


def test_the_second_network_gives_boxes_of_the_picture_whatever_its_weights(tmp_path) -> None:
    torch.manual_seed(3)
    for network, name in ((mtcnn._First(), "pnet.pt"), (mtcnn._Second(), "rnet.pt"), (mtcnn._Third(), "onet.pt")):
        torch.save(network.state_dict(), tmp_path / name)
    finder = mtcnn.Finder(tmp_path)
    finder._first.conv4_1.bias.data += torch.tensor([-3.0, 3.0])
    finder._second.dense5_1.bias.data += torch.tensor([-9.0, 9.0])
    finder._third.dense6_1.bias.data += torch.tensor([-9.0, 9.0])
    picture = np.random.default_rng(1).integers(0, 255, (60, 90, 3)).astype(np.uint8)
    found = finder.find(picture)
    assert found.dtype == np.float32 and len(found)
    assert (found[:, :2] >= 0).all() and (found[:, 0] + found[:, 2] <= 90.01).all() and (found[:, 1] + found[:, 3] <= 60.01).all()
    meet = overlaps(found[:, :4], found[:, :4]) - np.eye(len(found))
    assert meet.max() <= 0.8


def test_the_second_network_finds_both_men_and_nothing_in_a_blank_picture(models_folder) -> None:
    finder = mtcnn.Finder(Path(models_folder) / sightings.SECOND)
    assert len(finder.find(np.full((120, 160, 3), 128, np.uint8))) == 0
    found = finder.find(photograph())
    meet = overlaps(np.array(MEN, np.float32), found[:, :4])
    assert (meet.max(axis=1) > 0.7).all() and (found[meet.argmax(axis=1), 4] > 0.9).all()


def test_faces_in_rendered_pictures_are_found_small_ones_too(models_folder: Path, tmp_path: Path) -> None:
    picture = photograph()
    small = cv2.resize(picture, None, fx=0.12, fy=0.12, interpolation=cv2.INTER_AREA)
    empty = np.full((270, 480, 3), 90, np.uint8)
    paths = []
    for name, image in (("large", picture), ("small", small), ("empty", empty)):
        paths.append(str(tmp_path / f"{name}.png"))
        cv2.imwrite(paths[-1], cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    large, tiny, none = sighting_pictures.run(FindFaces("1", tuple(paths)), runtime(models_folder))["pictures"]
    assert none == [] and len(large) >= 2
    height, width = picture.shape[:2]
    for left, top, wide, tall in MEN:
        middle = (left + wide / 2) / width, (top + tall / 2) / height
        assert any(row[0] < middle[0] < row[2] and row[1] < middle[1] < row[3] and row[4] > 0.7 for row in large)
    assert any(row[0] < (916 + 67) / width < row[2] for row in tiny), "sixteen pixels wide: it is looked at twice as large"


def test_a_rendered_picture_that_cannot_be_read_is_said(models_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EditorError) as caught:
        sighting_pictures.run(FindFaces("1", (str(tmp_path / "none.png"),)), runtime(models_folder))
    assert caught.value.code == BAD_INPUT
    with pytest.raises(EditorError) as caught:
        sighting_pictures.run(FindFaces("1", ()), runtime(tmp_path))
    assert caught.value.code == MISSING_MODEL
