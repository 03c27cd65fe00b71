"""Edges, steadiness and outlines of mattes, on footage whose mattes are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from assistant_editor.ml.engines import matte_edges, matte_steady
from assistant_editor.ml.engines.matte_lines import Tracing

from tests.matte_maker import KINDS, Scene, coarse, flicker, frame, wrong


def edges(scene: Scene) -> np.ndarray:
    """((SAD, gradient error) as drawn, the same refined)."""
    image, truth = frame(scene)
    drawn = coarse(truth, scene.seed)
    return np.array([wrong(matte_edges.refined(image, drawn, strength), truth) for strength in (0.0, 1.0)])


@pytest.mark.parametrize("scene", KINDS, ids=lambda scene: f"scene {scene.seed}")
def test_edges_follow_the_picture(scene: Scene) -> None:
    """Also where figure and ground have nearly one colour."""
    plain, fine = edges(scene)
    assert fine[0] < plain[0] and fine[1] < plain[1]


def test_edges_are_much_better_on_average() -> None:
    plain, fine = np.mean([edges(scene) for scene in KINDS], axis=0)
    assert fine[0] < 0.8 * plain[0] and fine[1] < 0.8 * plain[1]


def test_hair_is_found_that_the_network_never_drew() -> None:
    image, truth = frame(KINDS[0])
    drawn = coarse(truth, 0)
    strands = (truth > 0.3) & (cv2.resize(drawn, truth.shape[::-1]) < 0.05)
    assert strands.sum() > 20
    near = cv2.dilate((cv2.resize(drawn, truth.shape[::-1]) > 0.5).astype(np.uint8), np.ones((15, 15))) > 0
    plain, fine = (matte_edges.refined(image, drawn, strength)[strands & near] for strength in (0.0, 1.0))
    assert plain.mean() < 12 and fine.mean() > 3 * plain.mean()


def test_what_is_far_from_an_edge_stays() -> None:
    image, truth = frame(KINDS[1])
    found = matte_edges.refined(image, coarse(truth, 1))
    inside = cv2.erode((truth > 0.99).astype(np.uint8), np.ones((41, 41))) > 0
    outside = cv2.dilate((truth > 0.01).astype(np.uint8), np.ones((61, 61))) == 0
    assert inside.sum() > 500 and outside.sum() > 500
    assert (found[inside] == 255).all() and (found[outside] == 0).all()


def test_nothing_and_everything_stay_so() -> None:
    image, _ = frame(KINDS[0])
    for value in (0.0, 1.0):
        assert (matte_edges.refined(image, np.full((64, 64), value, np.float32)) == round(255 * value)).all()


def test_a_guided_filter_of_one_colour_is_a_mean() -> None:
    """He et al.: where the guide is flat, what is left is the mean of the mean."""
    matte = np.random.default_rng(0).random((40, 60)).astype(np.float32)
    guide = np.full((40, 60, 3), 0.5, np.float32)
    found = matte_edges.filtered(guide, matte_edges.functions(guide, matte, 3, 1e-3))
    twice = cv2.blur(cv2.blur(matte, (7, 7), borderType=cv2.BORDER_REFLECT_101), (7, 7), borderType=cv2.BORDER_REFLECT_101)
    assert np.allclose(found, twice, atol=1e-4)


def test_a_guided_filter_gives_a_matte_back_that_is_linear_in_the_colours() -> None:
    rng = np.random.default_rng(1)
    guide = rng.random((50, 50, 3)).astype(np.float32)
    matte = np.clip(guide @ np.array([0.3, 0.5, 0.1], np.float32) + 0.05, 0, 1)
    found = matte_edges.filtered(guide, matte_edges.functions(guide, matte, 5, 1e-7))
    assert np.abs(found - matte).max() < 2e-3


def steadied(strength: float, speed: float, count: int = 12) -> tuple[float, float]:
    """(flicker, mean error) of mattes drawn anew each frame of a figure that moves by so many pixels a frame."""
    steady, mattes, truths = matte_steady.Steady(strength), [], []
    for number in range(count):
        image, truth = frame(Scene(4, strands=0), number, speed)
        steady.fresh(image)
        drawn = cv2.resize(coarse(truth, 100 + number), truth.shape[::-1])
        mattes.append(steady.take(image, drawn))
        truths.append(truth)
    return flicker(mattes, truths), float(np.mean([np.abs(one - two).mean() for one, two in zip(mattes, truths, strict=True)]))


@pytest.mark.parametrize(("speed", "share", "cost"), [(0.0, 0.35, 1.0), (1.0, 0.8, 1.1), (6.0, 1.0, 1.02)])
def test_mattes_flicker_less_and_what_moves_is_not_dragged_behind(speed: float, share: float, cost: float) -> None:
    """Four times less in a still picture; at a walk as much as is safe; where something runs the new matte alone counts."""
    plain, error = steadied(0.0, speed)
    calm, after = steadied(0.7, speed)
    assert calm < share * plain and after < cost * error


def test_nothing_of_one_shot_is_seen_in_the_next() -> None:
    steady = matte_steady.Steady(0.9)
    first, truth = frame(Scene(5))
    assert steady.fresh(first)
    steady.take(first, truth)
    second, _ = frame(Scene(6, figure=(30, 30, 200), ground=(220, 220, 60)))
    assert steady.fresh(second)
    assert not steady.take(second, np.zeros_like(truth)).any()
    assert not steady.fresh(frame(Scene(6, figure=(30, 30, 200), ground=(220, 220, 60)), 1)[0])


def ellipse(x: float, y: float, across: float = 60, down: float = 40, size: tuple[int, int] = (320, 180)) -> np.ndarray:
    drawn = np.zeros(size[::-1], np.uint8)
    cv2.ellipse(drawn, (int(x * 16), int(y * 16)), (int(across * 16), int(down * 16)), 20, 0, 360, 255, -1, cv2.LINE_AA, 4)
    return drawn


def rasterised(lines, at: int, size: tuple[int, int]) -> np.ndarray:
    """The lines as they stand at a frame, points straight between keyframes, filled."""
    drawn = np.zeros(size[::-1], np.uint8)
    for line in lines:
        frames = [key for key, _ in line.keys]
        if not frames[0] <= at <= frames[-1]:
            continue
        points = np.array([shape for _, shape in line.keys]).reshape(len(frames), -1)
        row = np.array([np.interp(at, frames, points[:, place]) for place in range(points.shape[1])]).reshape(-1, 2)
        cv2.fillPoly(drawn, [np.round((row * np.array(size) - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return drawn


def test_outlines_are_few_and_true() -> None:
    tracing, mattes = Tracing(), []
    for number in range(40):
        mattes.append(ellipse(90 + 3 * number, 90 + 20 * np.sin(number / 12), 50 + 0.4 * number))
        tracing.take(number, mattes[-1], number == 0)
    (line,) = tracing.lines()
    assert len(line.keys) <= 20 and len(line.keys[0][1]) <= 30
    for number, matte in enumerate(mattes):
        drawn = rasterised([line], number, (320, 180)) > 127
        both = (matte > 127) & drawn
        assert both.sum() / ((matte > 127) | drawn).sum() > 0.95


def test_a_still_outline_has_two_keyframes() -> None:
    tracing = Tracing()
    for number in range(30):
        tracing.take(number, ellipse(150, 90), number == 0)
    (line,) = tracing.lines()
    assert [key for key, _ in line.keys] == [0, 29]


def test_two_things_have_a_line_each_and_a_cut_begins_new_ones() -> None:
    tracing = Tracing()
    for number in range(12):
        both = np.maximum(ellipse(70, 60, 30, 25), ellipse(240, 120, 30, 25))
        tracing.take(number, both if number < 6 else ellipse(70, 60, 30, 25), number in (0, 6))
    lines = tracing.lines()
    assert sorted((line.keys[0][0], line.keys[-1][0]) for line in lines) == [(0, 5), (0, 5), (6, 11)]


def test_frames_that_were_left_out_hold_the_line() -> None:
    tracing = Tracing()
    for number in (0, 3, 6):
        tracing.take(number, ellipse(100 + number, 90), number == 0)
    (line,) = tracing.lines()
    assert (line.keys[0][0], line.keys[-1][0]) == (0, 6)


def test_specks_are_not_outlined() -> None:
    tracing = Tracing()
    for number in range(5):
        tracing.take(number, ellipse(100, 90, 3, 2), number == 0)
    assert tracing.lines() == ()


def test_flat_colours_do_no_harm() -> None:
    """A drawing, or a clipped sky: where nothing differs, nothing is divided by it."""
    image = np.full((120, 200, 3), 255, np.uint8)
    image[30:90, 60:140] = (40, 60, 130)
    truth = (image[..., 0] < 100).astype(np.float32)
    with np.errstate(all="raise"):
        plain, found = (matte_edges.refined(image, cv2.GaussianBlur(truth, (0, 0), 2.5), strength) for strength in (0.0, 1.0))
    assert np.abs(found / 255 - truth).mean() < 0.5 * np.abs(plain / 255 - truth).mean()


def test_what_moves_evenly_needs_hardly_more_keyframes_than_it_turns() -> None:
    tracing = Tracing()
    for number in range(50):
        tracing.take(number, ellipse(80 + 4 * min(number, 25) - 2 * max(0, number - 25), 90), number == 0)
    (line,) = tracing.lines()
    assert len(line.keys) <= 6


def test_of_two_things_now_the_one_and_now_the_other_is_larger() -> None:
    tracing = Tracing()
    for number in range(9):
        tracing.take(number, np.maximum(ellipse(70, 60, 20 + 3 * number, 25), ellipse(240, 120, 44 - 3 * number, 25)), number == 0)
    assert sorted(line.keys[-1][0] - line.keys[0][0] for line in tracing.lines()) == [8, 8]
