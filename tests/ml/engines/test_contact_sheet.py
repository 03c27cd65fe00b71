import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml.engines.contact_sheet import MARGIN, THUMB_WIDTH, Moment, caption_height, compose, draw
from assistant_editor.ml.errors import EditorError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """20 frames at 20 a second; frame n is a flat grey of brightness 12 n."""
    import av

    path = tmp_path / "grey.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=20, options={"g": "12", "qp": "1"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 12 * index, np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_each_moment_has_its_place_in_the_order_given(film: Path) -> None:
    moments = [Moment(str(film), Fraction(index, 20), str(index)) for index in (15, 5, 19, 10, 0)]
    sheet = draw(moments)
    height = 48
    assert sheet.shape == (2 * (height + caption_height(1) + MARGIN) + MARGIN, 4 * (THUMB_WIDTH + MARGIN) + MARGIN, 3)
    for place, frame in enumerate((15, 5, 19, 10, 0)):
        top = MARGIN + place // 4 * (height + caption_height(1) + MARGIN)
        left = MARGIN + place % 4 * (THUMB_WIDTH + MARGIN)
        assert abs(sheet[top : top + height, left : left + 64].mean() - 12 * frame) < 5


def test_nothing_to_show_is_said() -> None:
    with pytest.raises(EditorError, match="no shot"):
        draw([])


def test_the_command_writes_a_picture(film: Path, tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.json", tmp_path / "sheet.png"
    spec.write_text(json.dumps([{"path": str(film), "seconds": "1/2", "label": "1  00:00:00:10"}]))
    subprocess.run([sys.executable, "-m", "ml.engines.contact_sheet", spec, out], cwd=ROOT, check=True)
    assert cv2.imread(str(out)).shape[1] == THUMB_WIDTH + 2 * MARGIN


def test_pictures_of_different_proportions_stand_in_one_grid_and_none_covers_another() -> None:
    wide, tall = np.full((90, THUMB_WIDTH, 3), 200, np.uint8), np.full((300, 170, 3), 100, np.uint8)
    sheet = compose([(wide, ("1", "a")), (tall, ("2",)), (wide, ("3",))], columns=2)
    pitch = 300 + caption_height(2) + MARGIN
    assert sheet.shape == (2 * pitch + MARGIN, 2 * (THUMB_WIDTH + MARGIN) + MARGIN, 3)
    assert (sheet == 200).all(axis=2).sum() == 2 * 90 * THUMB_WIDTH + 0
    assert (sheet[MARGIN : MARGIN + 300, THUMB_WIDTH + 2 * MARGIN :][:, :170] == 100).all()


def test_text_stays_below_its_own_picture_however_long_it_is() -> None:
    blank = np.full((50, THUMB_WIDTH, 3), 24, np.uint8)
    sheet = compose([(blank, ("W" * 200, "W" * 60)), (blank, ())], columns=2).astype(int)
    inked = (sheet != 24).any(axis=2)
    rows, columns = np.nonzero(inked)
    assert inked.sum() > 100
    assert columns.max() < MARGIN + THUMB_WIDTH and rows.min() >= MARGIN + 50 and rows.max() < MARGIN + 50 + caption_height(2)
