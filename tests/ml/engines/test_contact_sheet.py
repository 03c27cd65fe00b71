import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml.engines.contact_sheet import CAPTION_HEIGHT, MARGIN, THUMB_WIDTH, Moment, draw, stills
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


def test_stills_are_the_frames_shown_at_those_moments(film: Path) -> None:
    wanted = [0, 1, 11, 12, 13, 19]
    seen = [picture.mean() for picture in stills(str(film), [Fraction(index, 20) for index in wanted])]
    assert np.allclose(seen, [12 * index for index in wanted], atol=5)


def test_a_moment_between_two_frames_shows_the_one_already_begun(film: Path) -> None:
    (picture,) = stills(str(film), [Fraction(7, 20) + Fraction(1, 50)])
    assert abs(picture.mean() - 84) < 5


def test_each_moment_has_its_place_in_the_order_given(film: Path) -> None:
    moments = [Moment(str(film), Fraction(index, 20), str(index)) for index in (15, 5, 19, 10, 0)]
    sheet = draw(moments)
    height = round(48 * THUMB_WIDTH / 64)
    assert sheet.shape == (2 * (height + CAPTION_HEIGHT + MARGIN) + MARGIN, 4 * (THUMB_WIDTH + MARGIN) + MARGIN, 3)
    for place, frame in enumerate((15, 5, 19, 10, 0)):
        top = MARGIN + place // 4 * (height + CAPTION_HEIGHT + MARGIN)
        left = MARGIN + place % 4 * (THUMB_WIDTH + MARGIN)
        assert abs(sheet[top : top + height, left : left + THUMB_WIDTH].mean() - 12 * frame) < 5


def test_nothing_to_show_is_said() -> None:
    with pytest.raises(EditorError, match="no shot"):
        draw([])


def test_the_command_writes_a_picture(film: Path, tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.json", tmp_path / "sheet.png"
    spec.write_text(json.dumps([{"path": str(film), "seconds": "1/2", "label": "1  00:00:00:10"}]))
    subprocess.run([sys.executable, "-m", "ml.engines.contact_sheet", spec, out], cwd=ROOT, check=True)
    assert cv2.imread(str(out)).shape[1] == THUMB_WIDTH + 2 * MARGIN
