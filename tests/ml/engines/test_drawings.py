"""Drawings as pictures: what is painted where, and files that appear whole."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml.drawing import Area, Box, Drawing, Line, Plot, Words
from assistant_editor.ml.engines import drawings, extract
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, EditorError
from assistant_editor.ml.protocol import Extract, decode, encode

RED, BLUE = "#ff0000", "#0000ff"


def runtime(check=lambda: None) -> Runtime:
    return Runtime(Path(), lambda *_: None, lambda _: None, check)


def test_a_box_fills_its_pixels_and_no_others() -> None:
    picture = drawings.drawn(Drawing("x", 20, 10, (Box(4, 2, 6, 5, RED),)), 1)
    assert picture.shape == (10, 20, 3) and picture.dtype == np.uint8
    red = (picture == (255, 0, 0)).all(axis=2)
    assert np.argwhere(red).min(0).tolist() == [2, 4] and np.argwhere(red).max(0).tolist() == [6, 9] and red.sum() == 30
    assert (picture[~red] == 255).all()


def test_light_shines_through_and_later_shapes_lie_above() -> None:
    drawing = Drawing("x", 10, 10, (Box(0, 0, 10, 10, RED, 0.5),), (Area(((0, 5), (10, 5), (10, 10), (0, 10)), BLUE),))
    picture = drawings.drawn(drawing, 2)
    assert picture.shape == (20, 20, 3)
    assert picture[2, 2].tolist() == pytest.approx([255, 128, 128], abs=1) and picture[15, 2].tolist() == [0, 0, 255]


def test_what_reaches_beyond_the_picture_is_cut_off() -> None:
    picture = drawings.drawn(Drawing("x", 8, 8, (Box(-5, -5, 7, 7, RED), Box(50, 50, 5, 5, RED), Box(3, 3, 0, 2, RED))), 1)
    assert (picture == (255, 0, 0)).all(axis=2)[:2, :2].all() and (picture[4:, 4:] == 255).all()


def test_dashes_leave_holes_also_round_corners() -> None:
    def ink(dashed: bool) -> int:
        line = Line(((2, 20), (60, 20), (60, 70)), "#000000", 2, dashed)
        return int((drawings.drawn(Drawing("x", 80, 80, lines=(line,)), 1) < 128).all(axis=2).sum())

    assert 0.45 < ink(True) / ink(False) < 0.75


@pytest.mark.parametrize("text", ["Mood arc", "Größe ½", "東京", "םולש", ""])
def test_words_are_drawn_where_they_are_anchored(text: str) -> None:
    def columns(anchor: str) -> np.ndarray:
        drawing = Drawing("x", 300, 40, words=(Words(150, 25, text, 16, anchor=anchor),))
        return np.flatnonzero((drawings.drawn(drawing, 1) < 200).any(axis=(0, 2)))

    start, middle, end = columns("start"), columns("middle"), columns("end")
    if not text:
        assert not start.size
        return
    assert start.min() >= 149 and end.max() <= 151
    assert (middle.min() + middle.max()) / 2 == pytest.approx(150, abs=3)


def test_a_drawing_too_large_for_its_scale_is_scaled_by_less() -> None:
    assert drawings.drawn(Drawing("x", 5000, 10), 4).shape == (10, 5000, 3)


def test_plots_are_written_as_files_and_their_folder_is_made(tmp_path: Path) -> None:
    plot = Plot(str(tmp_path / "new" / "one.png"), Drawing("x", 30, 20, (Box(0, 0, 30, 20, BLUE),)))
    request = decode(encode(Extract("1", plots=(plot,))))
    assert extract.run(request, runtime()) == {"files": [plot.target], "kept": 0}
    read = cv2.imread(plot.target)
    assert read.shape == (40, 60, 3) and read[5, 5].tolist() == [255, 0, 0]
    with pytest.raises(EditorError, match="would be overwritten") as refused:
        extract.run(request, runtime())
    assert refused.value.code == BAD_INPUT
    assert extract.run(Extract("1", plots=(plot,), existing="keep"), runtime())["files"] == []
    assert extract.run(Extract("1", plots=(plot,), existing="replace"), runtime())["files"] == [plot.target]


def test_a_plot_that_is_no_picture_is_refused_and_a_cancel_is_heard(tmp_path: Path) -> None:
    with pytest.raises(EditorError, match="neither a PNG nor a JPEG"):
        extract.run(Extract("1", plots=(Plot(str(tmp_path / "a.svg"), Drawing("x", 9, 9)),)), runtime())

    def cancelled() -> None:
        raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError):
        extract.run(Extract("1", plots=(Plot(str(tmp_path / "a.png"), Drawing("x", 9, 9)),)), runtime(cancelled))
    assert not list(tmp_path.iterdir())
