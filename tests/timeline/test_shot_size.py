"""Shot sizes from boxes: figures of known heights, cut where the field's definitions cut them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Faces, FaceTrack, Objects, Span, Track
from assistant_editor.timeline import shot_size

WIDTH, HEIGHT = 1920, 1080
SECONDS = tuple(Fraction(number, 3) for number in range(9))
SPAN = Span(Fraction(0), Fraction(3))


def _packed(box, count) -> str:
    return b64encode(np.tile(np.array([*box, 0.9], np.float32), (count, 1)).tobytes()).decode()


def faces(*heights: float, samples=range(9)) -> Faces:
    tracks = tuple(FaceTrack(0.9, tuple(samples), _packed((800, 200, height * 0.75, height), len(samples)), "", 0) for height in heights)
    return Faces(SPAN, Fraction(0), Fraction(25), "test", (WIDTH, HEIGHT), tuple(range(9)), SECONDS, 0, tracks)


def persons(*boxes, label="person") -> Objects:
    tracks = tuple(Track(label, 0.9, tuple(range(9)), _packed(box, 9)) for box in boxes)
    return Objects(SPAN, Fraction(0), Fraction(25), "test", WIDTH, HEIGHT, tuple(range(9)), SECONDS, tracks)


def figure(heads_shown: float, standing: bool = True) -> tuple[float, float, float, float]:
    """The box of a standing figure when `heads_shown` heads of height fill the frame, half a head of air above it."""
    head = HEIGHT / heads_shown
    tall = min(7.5 * head, HEIGHT - 0.5 * head)
    wide = 1.9 * head
    return (WIDTH - wide) / 2, 0.5 * head, wide, tall


HEADS = [
    (1.1, "extreme close-up"), (1.7, "close-up"), (2.6, "medium close-up"), (4, "medium"), (6, "medium wide"), (9, "wide"),
    (30, "extreme wide"),
]  # fmt: skip


@pytest.mark.parametrize(("heads", "meant"), HEADS)
def test_by_the_face(heads, meant):
    assert shot_size.size(None, faces(HEIGHT / heads / shot_size.HEAD_OF_FACE), SPAN) == meant


@pytest.mark.parametrize(("heads", "meant"), HEADS[1:])
def test_by_the_figure_where_no_face_is_seen(heads, meant):
    assert shot_size.size(persons(figure(heads)), faces(), SPAN) == meant


def test_the_largest_counts_and_rare_faces_do_not():
    assert shot_size.size(None, faces(50, 300, 20), SPAN) == shot_size.size(None, faces(300), SPAN)
    assert shot_size.size(persons(figure(9)), faces(500, samples=[4]), SPAN) == "wide"


def test_a_portrait_to_the_chest_is_no_extreme_close_up():
    """A frame of 360 of a man from above his hair to his chest, and the box that YuNet gives him: it was measured."""
    assert shot_size.size(None, faces(0.606 * HEIGHT), SPAN) == "close-up"


def test_an_arm_that_comes_in_from_a_side_is_no_figure():
    from_the_right, from_the_left = (0.48 * WIDTH, 0.36 * HEIGHT, 0.52 * WIDTH, 0.31 * HEIGHT), (0, 0, 0.6 * WIDTH, 0.58 * HEIGHT)
    for arm in (from_the_right, from_the_left):
        assert shot_size.size(persons(arm), faces(), SPAN) == ""
        assert shot_size.size(persons(arm, (0, 500, 60, 200)), faces(), SPAN) == ""
    lying = (600, 800, 700, 150)
    assert shot_size.size(persons(lying), faces(), SPAN) == "extreme wide"


def test_nobody_has_no_size():
    assert shot_size.size(None, None, SPAN) == shot_size.size(persons((0, 0, 100, 100), label="dog"), faces(), SPAN) == ""
    assert shot_size.size(None, faces(300), Span(Fraction(5), Fraction(6))) == ""


@pytest.mark.parametrize(("heads", "meant"), HEADS[1:5])
def test_by_the_pose_where_the_frame_cuts_a_figure_with_arms_spread(heads, meant):
    """Its box is too wide to tell."""
    head = HEIGHT / heads
    joints = np.zeros((9, 17, 3), np.float32)
    joints[:, 1:3, 0] = WIDTH / 2 + np.array([-0.13, 0.13]) * head
    for points, down in (((1, 2), 1.0), ((5, 6), 1.95), ((11, 12), 4.5)):
        joints[:, points, 1] = down * head
        joints[:, points, 2] = 0.9 if down * head < HEIGHT else 0.1
    spread = Track(
        "person", 0.9, tuple(range(9)), _packed((0, 0.5 * head, WIDTH, HEIGHT - 0.5 * head), 9), b64encode(joints.tobytes()).decode()
    )
    seen = replace(persons(), tracks=(spread,))
    assert shot_size.size(seen, None, SPAN) == meant
