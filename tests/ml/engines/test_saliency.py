from __future__ import annotations

from base64 import b64decode
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.engines.saliency import shares, standing_out, start
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import SALIENCY, Media, SaliencyOptions, Span, VideoStream

COLUMNS, ROWS = SALIENCY


def ground(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(90, 110, (ROWS, COLUMNS, 3)).astype(np.uint8)


def middle(row: np.ndarray) -> float:
    return float((row * (np.arange(len(row)) + 0.5)).sum() / row.sum())


@pytest.mark.parametrize("place", [(8, 8), (30, 50), (18, 32)])
def test_what_has_another_colour_stands_out(place: tuple[int, int]) -> None:
    image = ground()
    image[place[0] - 3 : place[0] + 3, place[1] - 3 : place[1] + 3] = (220, 40, 40)
    found = shares(standing_out(image, None)).astype(float)
    assert middle(found[:COLUMNS]) == pytest.approx(place[1], abs=4) and middle(found[COLUMNS:]) == pytest.approx(place[0], abs=4)


def test_what_moves_stands_out_from_what_does_not() -> None:
    first, second = ground(), ground()
    for image, left in ((first, 48), (second, 51)):
        image[10:20, left : left + 6] = 140
        image[10:20, 8:14] = 140
    still, moving = (shares(standing_out(first, after)).astype(float)[:COLUMNS] for after in (first, second))
    assert moving[44:60].sum() / moving.sum() > still[44:60].sum() / still.sum() + 0.1


def test_a_camera_that_pans_is_no_movement() -> None:
    wide = np.random.default_rng(3).integers(0, 255, (ROWS, COLUMNS + 3, 3)).astype(np.uint8)
    first, second = np.ascontiguousarray(wide[:, :-3]), np.ascontiguousarray(wide[:, 3:])
    alone, panned = (standing_out(first, after) for after in (None, second))
    assert np.abs(panned - alone).mean() < 0.1
    other = np.random.default_rng(4).integers(0, 255, first.shape).astype(np.uint8)
    assert np.abs(standing_out(first, other) - alone).mean() > np.abs(panned - alone).mean()


def test_an_empty_picture_has_nothing_that_stands_out() -> None:
    assert not shares(standing_out(np.zeros((ROWS, COLUMNS, 3), np.uint8), None)).any()


def test_a_few_frames_a_second_are_looked_at() -> None:
    media = Media(Fraction(2), VideoStream(640, 360, Fraction(25), Fraction(1, 2), Fraction(2), 50))
    looking = start(SaliencyOptions(), media, None, None)  # type: ignore[arg-type]
    for frame in range(50):
        if looking.wants(frame, Fraction(frame, 25)):  # type: ignore[attr-defined]
            looking.take(frame, Fraction(frame, 25), ground(frame))
    facts = looking.finish()
    assert facts.frames == (0, 9, 17, 25, 34, 42) and facts.span == Span(Fraction(0), Fraction(2)) and facts.origin == Fraction(1, 2)
    assert len(b64decode(facts.shares)) == 6 * (COLUMNS + ROWS)


def test_what_cannot_be_looked_at_is_refused() -> None:
    with pytest.raises(EditorError, match="no pictures"):
        start(SaliencyOptions(), Media(Fraction(1)), None, None)  # type: ignore[arg-type]
    media = Media(Fraction(1), VideoStream(64, 36, Fraction(25), Fraction(0), Fraction(1), 25))
    with pytest.raises(EditorError, match="more than 0"):
        start(SaliencyOptions(Fraction(0)), media, None, None)  # type: ignore[arg-type]
