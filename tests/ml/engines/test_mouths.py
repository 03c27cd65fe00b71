"""How much mouths move: in made pictures, and in photographs whose mouths were moved."""

from __future__ import annotations

from base64 import b64decode
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import mouths
from assistant_editor.ml.engines.face_align import mean_face, similarity
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import MISSING_MODEL, EditorError
from assistant_editor.ml.facts import Media, MouthsOptions
from assistant_editor.ml.models import adopt, path_of

from tests.media_maker import make_film
from tests.talking_faces import RATE, Portrait, Said, film

EYES, NOSE, CORNERS = [(130, 90), (170, 90)], (150, 112), [(133, 132), (167, 132)]
MARKS = np.array([*EYES, NOSE, *CORNERS], float)
WAY = similarity(MARKS, mean_face(mouths.SIDE))


def drawn(opened: float, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """(240, 320) uint8: a face with a mouth, moved by `shift` pixels."""
    image = np.full((240, 320), 120, np.uint8)
    cv2.ellipse(image, (150, 110), (48, 62), 0, 0, 360, 190, -1, cv2.LINE_AA)
    for eye in EYES:
        cv2.circle(image, eye, 6, 40, -1, cv2.LINE_AA)
    cv2.circle(image, NOSE, 4, 150, -1, cv2.LINE_AA)
    cv2.ellipse(image, (150, 132), (17, max(1, round(9 * opened))), 0, 0, 360, 60, -1, cv2.LINE_AA)
    return np.asarray(cv2.warpAffine(image, np.array([[1, 0, shift[0]], [0, 1, shift[1]]], float), (320, 240), borderValue=120))


def test_a_mouth_that_opens_and_shuts_counts_and_a_head_that_moves_hardly_does() -> None:
    speaks = mouths.moved(drawn(0.1), drawn(0.9), drawn(0.1), WAY)
    nods = mouths.moved(drawn(0.1, (-2, -1)), drawn(0.1), drawn(0.1, (2.5, 1)), WAY)
    smiles = mouths.moved(drawn(0.2), drawn(0.5), drawn(0.8), WAY)
    assert speaks and nods and smiles
    assert speaks[0] > 5 * nods[0] and speaks[0] > 4 * smiles[0] and speaks[0] > 4 * speaks[1]
    scale = float(np.hypot(*WAY[:, 0]))
    assert np.allclose(nods[2] / scale, (2.5, 1), atol=0.3)


def test_another_picture_is_not_the_same_face() -> None:
    other = np.roll(drawn(0.1), (30, 60), (0, 1))
    assert mouths.moved(drawn(0.1), drawn(0.1), other, WAY) is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fixtures_folder: Path) -> Path:
    found = tmp_path_factory.mktemp("models")
    adopt(mouths.FINDER, found, fixtures_folder / "models" / "face_detection_yunet.onnx")
    return found


def started(options: MouthsOptions, path: Path, folder: Path):
    return mouths.start(options, media.probe(path), None, Runtime(folder, lambda *_: None, lambda _: None, lambda: None))


def portraits(folder: Path) -> list[Portrait]:
    """The two faces of a photograph that ultralytics brings along."""
    from assistant_editor.ml.engines.yolo import ultralytics

    photograph = cv2.imread(str(Path(ultralytics().__file__).parent / "assets" / "zidane.jpg"))[..., ::-1]
    finder, found = mouths.Finder(path_of(mouths.FINDER, folder), 0.6), []
    for rows, columns in ((slice(0, 460), slice(760, 1150)), (slice(130, 640), slice(400, 780))):
        part = np.ascontiguousarray(photograph[rows, columns])
        found.append(Portrait(part, finder.find(part)[0][4:14].reshape(5, 2).astype(float)))
    return found


def test_of_two_photographs_that_sway_the_one_that_speaks_moves_its_mouth(tmp_path: Path, folder: Path) -> None:
    """The left one speaks in the first half, the right one never; opening and shutting four times a second."""
    opened, seconds = 0.5 - 0.5 * np.cos(2 * np.pi * 4 * np.arange(6 * RATE) / RATE), 6
    path = tmp_path / "film.mp4"
    film(path, portraits(folder), [Said(0, 0.0, 3.0)], [opened, opened], 5, seconds)
    consumer = started(MouthsOptions(), path, folder)
    media.decode(path, [consumer])
    facts = consumer.finish()
    assert len(facts.seconds) == 8 * seconds and facts.picture == (640, 360)
    rows = np.frombuffer(b64decode(facts.rows), "<f4").reshape(-1, 7)
    moments, left = np.array([float(one) for one in facts.seconds])[rows[:, 0].astype(int)], rows[:, 1] < 320
    assert np.abs(left.mean() - 0.5) < 0.1 and len(rows) > 80
    moves = rows[:, 5] / np.sqrt(rows[:, 6])
    during, besides = moves[left & (moments < 2.8)], moves[left & (moments > 3.2)]
    assert (during[:, None] > besides).mean() > 0.85
    assert abs((moves[~left & (moments < 2.8)][:, None] > moves[~left & (moments > 3.2)]).mean() - 0.5) < 0.3


def test_what_cannot_be_looked_at_is_refused(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", 3)
    with pytest.raises(EditorError) as caught:
        started(MouthsOptions(), path, tmp_path)
    assert caught.value.code == MISSING_MODEL and caught.value.remedy
    with pytest.raises(EditorError, match="no pictures"):
        mouths.start(MouthsOptions(), Media(Fraction(1), None, None), None, Runtime(tmp_path, lambda *_: None, print, lambda: None))
