"""How people stand in the frame: faces put where the craft's rules want them, and where they do not."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Faces, FaceTrack, Span
from assistant_editor.timeline import composition
from assistant_editor.timeline.composition import framing

WIDTH, HEIGHT = 1600, 900
SPAN = Span(Fraction(0), Fraction(4))
SECONDS = tuple(Fraction(number, 2) for number in range(8))


def faces(*tracks: FaceTrack) -> Faces:
    return Faces(SPAN, Fraction(0), Fraction(25), "test", (WIDTH, HEIGHT), tuple(range(8)), SECONDS, 0, tracks)


def face(across: float, top: float, tall: float, turned: float = 0.0, sure: float = 0.95, samples=range(8)) -> FaceTrack:
    """A face whose middle is at `across`, box from `top`, `tall`: shares of the frame. `turned` 0..1: how far the nose leaves the eyes."""
    height = tall * HEIGHT
    wide, left = 0.75 * height, across * WIDTH - 0.375 * height
    eye = top * HEIGHT + 0.4 * height
    middle = left + wide / 2
    points = [(middle - 0.2 * wide, eye), (middle + 0.2 * wide, eye), (middle + turned * 0.4 * wide, eye + 0.2 * height),
              (middle - 0.15 * wide, eye + 0.4 * height), (middle + 0.15 * wide, eye + 0.4 * height)]  # fmt: skip
    count = len(samples)
    boxes = np.tile(np.array([left, top * HEIGHT, wide, height, sure], np.float32), (count, 1))
    marks = np.tile(np.array(points, np.float32).reshape(1, 10), (count, 1))
    return FaceTrack(sure, tuple(samples), b64encode(boxes.tobytes()).decode(), b64encode(marks.tobytes()).decode(), 0)


def test_a_face_at_the_third_stands_well_and_is_seen():
    found = framing(faces(face(1 / 3, 0.25, 0.25)), SPAN)
    assert found is not None and found.placed > 0.95 and found.visible > 0.9 and found.flaws == () and found.often == 1
    assert found.headroom == pytest.approx(0.25 - 0.35 * 0.25, abs=0.01)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (face(0.08, 0.25, 0.25), face(0.5, 0.25, 0.25)),
        (face(0.5, 0.7, 0.2), face(0.5, 0.3, 0.2)),
        (face(0.5, 0.0, 0.1), face(0.5, 0.3, 0.1)),
    ],
    ids=["at the side", "low", "high"],
)
def test_faces_elsewhere_stand_worse(worse, better):
    assert framing(faces(worse), SPAN).placed < 0.8 * framing(faces(better), SPAN).placed


LESS = {
    "profile": face(0.5, 0.3, 0.25, turned=0.9), "tiny": face(0.5, 0.3, 0.02), "half outside": face(0.99, 0.3, 0.25),
    "doubtful": face(0.5, 0.3, 0.25, sure=0.6),
}  # fmt: skip


@pytest.mark.parametrize("other", LESS.values(), ids=LESS)
def test_faces_that_are_seen_less(other):
    assert framing(faces(other), SPAN).visible < 0.75 * framing(faces(face(0.5, 0.3, 0.25)), SPAN).visible


def test_cut_heads_and_too_much_air_are_named():
    assert framing(faces(face(0.5, -0.08, 0.2)), SPAN).flaws == (composition.CUT_OFF,)
    assert framing(faces(face(0.5, 0.6, 0.2)), SPAN).flaws == (composition.HEADROOM,)
    assert framing(faces(face(0.5, -0.08, 0.5)), SPAN).flaws == (), "close shots cut the head"
    assert framing(faces(face(0.5, 0.6, 0.03)), SPAN).flaws == (), "people far away"


def test_the_largest_face_counts_and_nobody_is_nothing():
    several = framing(faces(face(0.5, 0.3, 0.25), face(0.1, 0.7, 0.05)), SPAN)
    assert several == framing(faces(face(0.5, 0.3, 0.25)), SPAN)
    assert framing(faces(), SPAN) is None and framing(faces(face(0.5, 0.3, 0.2)), Span(Fraction(5), Fraction(6))) is None
    seldom = framing(faces(face(0.5, -0.08, 0.2, samples=[3])), SPAN)
    assert seldom.often == 0.125 and seldom.flaws == (), "one look with a cut head says nothing about the shot"


def test_a_thousand_faces_are_read():
    crowd = [face(0.01 * (number % 100), 0.02 * (number // 100) + 0.4, 0.015) for number in range(1000)]
    found = framing(faces(*crowd), SPAN)
    assert found is not None and found.visible < 0.6
