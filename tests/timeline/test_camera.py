"""Two effects that share a strip's transform: what is written shows the steadied picture through the camera that frames it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from assistant_editor.timeline import camera
from assistant_editor.timeline.camera import PATHS, Camera
from assistant_editor.timeline.effect import Curve, Key, Setting
from assistant_editor.timeline.stage import Pose, Shown
from assistant_editor.timeline.timebase import FrameRange

SIZE, CANVAS, LENGTH = (640.0, 360.0), (360, 640), 60
CENTRED = Pose((12.0, -7.0), (1.3, 1.3))
STRETCHED = Pose((-30.0, 4.0), (1.2, 0.9), origin=(0.3, 0.7), mirrored=(True, False))
POSES = pytest.mark.parametrize("pose", [CENTRED, STRETCHED], ids=["centred", "off its middle"])


def curve(path: str, rows: list[tuple[float, float, float, bool]]) -> Curve:
    return Curve(path, tuple(Key(frame, value, "CONSTANT" if held else "BEZIER", slope) for frame, value, slope, held in rows))


def shaken(pose: Pose, seed: int = 0) -> Camera:
    """Two shots: the cut is at frame 31."""
    chance = np.random.default_rng(seed)
    before = [*pose.offset, *pose.scale, pose.rotation]
    frames = [*range(1, 30, 3), 30, *range(31, LENGTH, 4), LENGTH]
    moves = chance.normal(0, 1, (len(frames), 4)) * (9, 9, 0.02, 0.03)
    rows: list[list[tuple[float, float, float, bool]]] = [[], [], [], [], []]
    for frame, (x, y, grown, turned) in zip(frames, moves, strict=True):
        grown = 1.08 + grown
        values = before[0] + x, before[1] + y, before[2] * grown, before[3] * grown, before[4] + turned
        slopes = chance.normal(0, 0.3), chance.normal(0, 0.3), 0.001 * before[2], 0.001 * before[3], 0.002
        for row, value, slope in zip(rows, values, slopes, strict=True):
            row.append((frame, value, slope, frame in (30, LENGTH)))
    return Camera(SIZE, pose, tuple(curve(path, row) for path, row in zip(PATHS, rows, strict=True)))


def framed(pose: Pose, **parts: Any) -> Camera:
    """Held in the first shot, a pan in the second; nearer there."""
    x = [(1, -100.0, 0.0, True), (31, 40.0, 1.5, False), (LENGTH, 83.5, 1.5, True)]
    grown = [(1, 1.8, True), (31, 2.4, True)]
    scales = [curve(path, [(f, v * s, 0.0, h) for f, v, h in grown]) for path, s in zip(PATHS[2:4], pose.scale, strict=True)]
    return Camera(SIZE, pose, (curve(PATHS[0], x), Curve(PATHS[1], (Key(0, 21.0, "CONSTANT"),)), *scales), **parts)


def seen(pose: Pose, values: Any, x: float, y: float) -> tuple[float, float]:
    """Where a point is in the frame while the strip lies so."""
    lies = replace(pose, offset=(values[0], values[1]), scale=(values[2], values[3]), rotation=values[4])
    return Shown(SIZE, lies).on_canvas(x, y, CANVAS)


def written(both: tuple[tuple[Setting, ...], tuple[Curve, ...]], pose: Pose) -> Camera:
    settings, curves = both
    return Camera(SIZE, pose, (*(Curve(one.path, (Key(0, float(one.value), "CONSTANT"),)) for one in settings), *curves))  # type: ignore[arg-type]


@POSES
def test_where_a_point_goes_in_the_steadied_picture(pose: Pose) -> None:
    steady = shaken(pose)
    for frame in (1, 8, 30, 31, 47):
        way = camera.steadied(steady, np.array([frame]))[0]
        for x, y in ((0.0, 0.0), (1.0, 0.0), (0.3, 0.8)):
            still = [*pose.offset, *pose.scale, pose.rotation]
            there = way[:, :2] @ (x, y) + way[:, 2]
            assert seen(pose, still, *there) == pytest.approx(seen(pose, steady.at([frame])[0], x, y), abs=1e-6)


@POSES
def test_the_frame_shows_the_steadied_picture_through_the_camera(pose: Pose) -> None:
    """In every frame, not at keyframes alone."""
    steady, frame_by = shaken(pose), framed(pose)
    both = written(camera.together(frame_by, steady), pose)
    frames = np.arange(1, LENGTH + 1)
    values, shown = both.at(frames), frame_by.at(frames)
    ways = camera.steadied(steady, frames)
    for row in range(LENGTH):
        for x, y in ((0.5, 0.5), (0.1, 0.9)):
            there = ways[row, :, :2] @ (x, y) + ways[row, :, 2]
            assert seen(pose, values[row], x, y) == pytest.approx(seen(pose, shown[row], *there), abs=1e-6), frames[row]


def test_nothing_is_lost_by_it_and_nothing_added_but_what_is_needed() -> None:
    steady, frame_by = shaken(CENTRED), framed(CENTRED)
    _settings, curves = camera.together(frame_by, steady)
    keys = {one.path: {key.frame for key in one.keys} for one in curves}
    own = {key.frame for one in steady.curves for key in one.keys}
    assert set(keys) == set(PATHS) and all(frames <= own for frames in keys.values())
    turning = next(one for one in curves if one.path == PATHS[4])
    assert [(key.frame, key.value) for key in turning.keys] == [(key.frame, key.value) for key in steady.curves[4].keys]


@POSES
def test_a_cut_stays_a_cut(pose: Pose) -> None:
    """Of another one's shots, too: one frame shows the one shot, the next the other."""
    steady = shaken(pose)
    frame_by = framed(pose)
    moved = [
        replace(one, keys=tuple(replace(key, frame=key.frame + 4 if key.frame == 31 else key.frame) for key in one.keys))
        for one in frame_by.curves
    ]
    later = replace(frame_by, curves=tuple(moved))
    both = written(camera.together(later, steady), pose)
    for frame in (29, 30, 31, 33, 34, 35, 36):
        way = camera.steadied(steady, np.array([frame]))[0]
        there = way[:, :2] @ (0.5, 0.5) + way[:, 2]
        wanted = seen(pose, later.at([frame])[0], *there)
        assert seen(pose, both.at([frame])[0], 0.5, 0.5) == pytest.approx(wanted, abs=1e-6), frame


def test_a_split_screen_is_not_steadied() -> None:
    steady, frame_by = shaken(CENTRED), framed(CENTRED, apart=(FrameRange(10, 20),))
    both = written(camera.together(frame_by, steady), CENTRED)
    frames = np.arange(10, 20)
    assert both.at(frames) == pytest.approx(frame_by.at(frames))
    assert both.at([9])[0, 4] == pytest.approx(steady.at([9])[0, 4]) and both.at([20])[0, 4] == pytest.approx(steady.at([20])[0, 4])


def test_alone_each_is_what_it_was_planned_to_be() -> None:
    settings, curves = camera.alone(framed(CENTRED))
    assert [one.path for one in settings] == [PATHS[1]] and {one.path for one in curves} == {PATHS[0], PATHS[2], PATHS[3]}
    assert camera.alone(shaken(CENTRED)) == ((), shaken(CENTRED).curves)


def test_boxes_and_what_is_always_filled() -> None:
    steady = shaken(CENTRED)
    frames = np.arange(1, LENGTH + 1)
    whole = camera.boxes(steady, frames, np.tile([0.0, 0.0, 1.0, 1.0], (LENGTH, 1)))
    left, right, bottom, top = camera.always_filled(steady, frames)
    assert (whole[:, 0] * SIZE[0] <= left + 1e-6).all() and (SIZE[0] - whole[:, 2] * SIZE[0] <= right + 1e-6).all()
    for x, y in ((left, top), (SIZE[0] - right, SIZE[1] - bottom)):
        for way in camera.steadied(steady, frames):
            back = np.linalg.solve(way[:, :2], np.array([x / SIZE[0], y / SIZE[1]]) - way[:, 2])
            assert (back >= -1e-6).all() and (back <= 1 + 1e-6).all()
    assert np.isnan(camera.boxes(steady, frames[:1], np.full((1, 4), np.nan))).all()
