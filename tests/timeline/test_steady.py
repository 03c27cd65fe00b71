"""Stabilising on paper: frames, paths, keyframes and what a planner makes of them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Boundary, Shots, Span, Steadiness
from assistant_editor.timeline import key_spline, requests, steady_path
from assistant_editor.timeline.corrections import Corrections
from assistant_editor.timeline.planners import stabilise
from assistant_editor.timeline.planners.stabilise import StabiliseOptions
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.steady_frame import EDGE, PATHS, Framing
from assistant_editor.timeline.timebase import FrameRange, SourceMap
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = Fraction(25)
CANVAS = (1920, 1080)
SEEN = Shown((1280, 720), Pose(scale=(1.5, 1.5)))

poses = st.builds(
    Pose,
    offset=st.tuples(st.floats(-300, 300), st.floats(-200, 200)),
    scale=st.floats(1.2, 2.5).map(lambda scale: (scale, scale)),
    rotation=st.floats(-0.5, 0.5),
    origin=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    crop=st.tuples(*[st.integers(0, 60).map(float)] * 4),
)


def shaken(frames: int, strength: float, seed: int = 1, pan: float = 0.0) -> np.ndarray:
    """Float64 (frames, 5): rows of `Steadiness.moves` of a hand: RMS `strength` in widths, and `pan` widths a frame."""
    random = np.random.RandomState(seed)
    moments = np.arange(frames) / 25
    waves = np.zeros((frames, 4))
    for column in (0, 1, 3):
        for pitch in (0.8, 1.7, 2.9, 4.3):
            waves[:, column] += np.sin(2 * np.pi * (pitch * moments + random.rand())) / pitch
    waves *= strength * np.array([1, 1, 0, 0.5])
    waves[:, 0] += pan * np.arange(frames)
    rows = np.column_stack([np.diff(waves, axis=0, prepend=waves[:1]), np.full(frames, 0.9)])
    rows[0] = 0
    return rows


def facts_of(rows: np.ndarray) -> Steadiness:
    seconds = tuple(Fraction(number) / RATE for number in range(len(rows)))
    span = Span(Fraction(0), Fraction(len(rows)) / RATE)
    packed = b64encode(rows.astype("<f4").tobytes()).decode()
    return Steadiness(span, Fraction(0), RATE, "made", 1280, 720, tuple(range(len(rows))), seconds, packed)


def strip_of(frames: int, start: int = 101) -> StripRef:
    source = SourceMap(Fraction(start), RATE, pictures=RATE, step=1.0)
    return StripRef("clip", "MOVIE", "clip.mp4", "m", 1, FrameRange(start, start + frames), source)


def planned(rows: np.ndarray, options: StabiliseOptions = StabiliseOptions(), stage: Stage | None = None, cuts: tuple[int, ...] = ()):  # noqa: B008
    stage = stage or Stage(CANVAS, RATE, {"clip": SEEN})
    shots = Shots(
        Span(Fraction(0), Fraction(len(rows)) / RATE), Fraction(0), RATE, len(rows), "made",
        tuple(Boundary(cut, cut / RATE, 0.9) for cut in cuts),
    )  # fmt: skip
    found = {"steadiness": {"m": facts_of(rows)}, "shots": {"m": shots}}
    return stabilise.plan(found, [strip_of(len(rows))], options, stage, Corrections())


def played(plan, frames: range) -> np.ndarray:
    """Float64 (frames, 5): the values of `PATHS`, read from the keyframes as Blender plays them."""
    (effect,) = plan.effects
    by_path = {curve.path: curve.keys for curve in effect.curves}
    return np.array([[value(by_path[path], frame) for path in PATHS] for frame in frames])


def value(keys, frame: float) -> float:
    before = max((key for key in keys if key.frame <= frame), key=lambda key: key.frame, default=keys[0])
    after = next((key for key in keys if key.frame > frame), None)
    if after is None or before.ease == "CONSTANT" or frame <= before.frame:
        return before.value
    assert before.ease == "BEZIER"
    length = after.frame - before.frame
    x = (frame - before.frame) / length
    ends = (before.value * (1 + 2 * x) + before.slope * length * x) * (1 - x) ** 2
    return ends + (after.value * (3 - 2 * x) - after.slope * length * (1 - x)) * x * x


@given(poses)
@settings(max_examples=60, deadline=None)
def test_channels_and_corrections_are_each_others_inverse(pose):
    framing = Framing(Shown((1280, 720), pose), CANVAS)
    if len(framing.seen) < 3:
        return
    wished = np.array([(0, 0, 0, 0), (12.0, -7.0, 0.02, 0.03), (-30.0, 4.0, -0.01, -0.05)])
    back = framing.corrections(framing.channels(wished, 1.1))
    back[:, 2] -= np.log(1.1)
    assert np.abs(back - wished).max() < 1e-6
    still = framing.channels(wished[:1], 1.0)[0]
    assert still == pytest.approx([*pose.offset, *pose.scale, pose.rotation])


@given(poses, st.floats(1.01, 1.3), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_within_the_walls_no_more_is_needed_than_was_spared(pose, zoom, seed):
    framing = Framing(Shown((1280, 720), pose), CANVAS)
    if len(framing.seen) < 3 or np.ptp(framing.seen, axis=0).min() < 200:
        return
    random = np.random.RandomState(seed)
    angle, factor = (random.rand(8) - 0.5) * 0.3 * (zoom - 1), (random.rand(8) - 0.5) * 0.3 * (zoom - 1)
    least, most = framing.walls(angle, factor, zoom)
    assert (least <= 0).all() and (most >= 0).all()
    if ((most - least) <= 0).any():
        return
    places = least + random.rand(8, 2) * (most - least)
    for place in (places, least, most):
        needed = framing.needed(np.column_stack([place, factor, angle]))
        assert needed.max() <= zoom + 1e-6


def test_points_go_where_stage_says_they_are_seen():
    pose = Pose((40.0, -25.0), (1.4, 1.4), 0.2, (0.3, 0.8))
    framing = Framing(Shown((1280, 720), pose), CANVAS)
    values = framing.channels(np.array([(9.0, -4.0, 0.03, 0.1)]), 1.05)[0]
    moved = Shown((1280, 720), Pose((values[0], values[1]), (values[2], values[3]), values[4], pose.origin))
    middle = np.array(Shown((1280, 720), pose).on_canvas(0.5, 0.5, CANVAS))
    turn = np.array([[np.cos(0.2), -np.sin(0.2)], [np.sin(0.2), np.cos(0.2)]])
    pivot = middle + turn @ framing.middle
    for x, y in ((0.1, 0.2), (0.9, 0.4)):
        here = turn.T @ (np.array(Shown((1280, 720), pose).on_canvas(x, y, CANVAS)) - pivot)
        grown = 1.05 * np.exp(0.03)
        own = np.array([[np.cos(0.1), -np.sin(0.1)], [np.sin(0.1), np.cos(0.1)]]) @ here * grown + np.array([9.0, -4.0])
        assert moved.on_canvas(x, y, CANVAS) == pytest.approx(tuple(pivot + turn @ own))


@pytest.mark.parametrize("method", ["l1", "gaussian"])
def test_shake_goes_and_a_pan_stays(method):
    plan = planned(shaken(200, 0.004, pan=0.002), StabiliseOptions(method))
    (effect,) = plan.effects
    frames = range(101, 301)
    values = played(plan, frames)
    camera = np.cumsum(shaken(200, 0.004, pan=0.002)[:, :2] * CANVAS[0] * [-1, 1], axis=0)
    path = camera + Framing(SEEN, CANVAS).corrections(values)[:, :2]
    left, was = (steady_path.trembling(np.diff(one, axis=0, prepend=one[:1]), 25.0) for one in (path, camera))
    assert was > 5 and left < 0.15 * was
    assert path[-1, 0] - path[0, 0] == pytest.approx(-0.002 * 199 * CANVAS[0], abs=0.1 * CANVAS[0]), "the pan is meant"
    assert effect.identity.span == Span(Fraction(0), Fraction(8)) and effect.frames == FrameRange(101, 301)


@given(st.integers(0, 1000), st.floats(0.002, 0.03), st.floats(0.02, 0.2), st.floats(0.2, 1), st.sampled_from(["l1", "gaussian"]), poses)
@settings(max_examples=25, deadline=None)
def test_no_edge_is_ever_seen_and_the_limit_is_kept(seed, strength, crop, much, method, pose):
    shown = Shown((1280, 720), pose)
    framing = Framing(shown, CANVAS)
    if len(framing.seen) < 3 or np.ptp(framing.seen, axis=0).min() < 200:
        return
    plan = planned(shaken(80, strength, seed), StabiliseOptions(method, much, crop), Stage(CANVAS, RATE, {"clip": shown}))
    if not plan.effects:
        return
    own = framing.corrections(played(plan, range(101, 181)))
    assert framing.needed(own).max() <= 1 + 1e-6
    assert np.exp(own[:, 2]).max() <= 1 + crop * 1.25 + 1e-6, "the enlargement, and what size trembled"


def test_nothing_goes_across_a_cut():
    rows = shaken(120, 0.006)
    whole, parted = planned(rows), planned(rows, cuts=(50,))
    alone = planned(np.concatenate([np.zeros((1, 5)), rows[51:]]))
    keys = parted.effects[0].curves[0].keys
    last = max((key for key in keys if key.frame < 151), key=lambda key: key.frame)
    assert last.frame == 150 and last.ease == "CONSTANT" and any(key.frame == 151 for key in keys)
    assert not any(key.frame == 151 and key.ease == "CONSTANT" for key in whole.effects[0].curves[0].keys)
    assert np.allclose(played(parted, range(151, 221)), played(alone, range(101, 171)), atol=0.01)


def test_a_frame_of_which_nothing_is_known_is_a_cut_and_longer_is_not():
    rows = shaken(120, 0.006)
    rows[50] = 0
    keys = planned(rows).effects[0].curves[0].keys
    assert any(key.frame == 150 and key.ease == "CONSTANT" for key in keys)
    rows[50:53] = 0
    keys = planned(rows).effects[0].curves[0].keys
    assert [key.frame for key in keys if key.ease == "CONSTANT"] == [220]


def test_steady_left_out_keyed_and_unseen_strips_are_left_alone_and_it_is_said():
    assert planned(shaken(100, 0.0001)).effects == () and "steady" in planned(shaken(100, 0.0001)).notices[0]
    keyed = Stage(CANVAS, RATE, {"clip": replace(SEEN, keyed=frozenset({"transform.offset_x"}))})
    told = planned(shaken(100, 0.006), stage=keyed)
    assert told.effects == () and "animated already" in told.notices[0] and told.media == (("m", "stabilise"),)
    away = Stage(CANVAS, RATE, {"clip": Shown((1280, 720), Pose(offset=(5000, 0)))})
    assert "not seen" in planned(shaken(100, 0.006), stage=away).notices[0]
    out = Stage(CANVAS, RATE, {"clip": SEEN}, (Choice("stabilise", "m", Span(Fraction(0), Fraction(2)), "leave"),))
    plan = planned(shaken(100, 0.006), stage=out, cuts=(50,))
    assert np.allclose(played(plan, range(101, 151)), [0, 0, 1.5, 1.5, 0]) and played(plan, range(151, 201))[:, 2].min() > 1.5


def test_a_small_picture_is_told_of():
    stage = Stage(CANVAS, RATE, {"clip": Shown((1280, 720))})
    plan = planned(shaken(100, 0.006), stage=stage)
    assert any("does not fill" in notice for notice in plan.notices)
    framing = Framing(stage.shown["clip"], CANVAS)
    assert framing.needed(framing.corrections(played(plan, range(101, 201)))).max() <= 1 + 1e-6


def test_a_frame_shown_twice_does_not_move():
    rows = shaken(60, 0.006)
    strip = strip_of(60)
    slow = replace(strip, frames=FrameRange(101, 221), source=SourceMap(Fraction(101), RATE * 2, pictures=RATE, step=0.5))
    found = {"steadiness": {"m": facts_of(rows)}, "shots": {}}
    plan = stabilise.plan(found, [slow], StabiliseOptions(turns=False, grows=False), Stage(CANVAS, RATE, {"clip": SEEN}), Corrections())
    (effect,) = plan.effects
    assert effect.frames == slow.frames and {curve.path for curve in effect.curves} == set(PATHS)


@given(st.integers(0, 1000), st.floats(0.1, 5), st.integers(1, 300))
@settings(max_examples=40, deadline=None)
def test_keyframes_miss_by_no_more_than_they_may(seed, tolerance, frames):
    random = np.random.RandomState(seed)
    path = np.cumsum(random.standard_normal((frames, 2)), axis=0)
    spline = key_spline.fitted(path, (tolerance, tolerance * 2))
    assert spline.places[0] == 0 and spline.places[-1] == frames - 1 and len(spline.played()) == frames
    assert (np.abs(spline.played() - path).max(axis=0) <= np.array([tolerance, tolerance * 2]) + 1e-9).all()


def test_what_goes_smoothly_needs_few_keyframes():
    moments = np.arange(250) / 25
    path = np.stack([300 * np.sin(moments), 40 * moments], axis=1)
    assert len(key_spline.fitted(path, (0.5, 0.5)).places) / 10 < 2.5
    assert len(key_spline.fitted(np.zeros((250, 2)), (0.5, 0.5)).places) == 2


def test_what_trembles_needs_hardly_more_keyframes_than_it_has_turns():
    moments = np.arange(250) / 25
    random = np.random.RandomState(3)
    pitches = np.linspace(0.7, 6, 12)
    waves = np.sin(2 * np.pi * (np.outer(moments, pitches) + random.rand(len(pitches)))) / pitches
    path = 15 * waves.sum(axis=1, keepdims=True)
    spline = key_spline.fitted(path, (0.5,))
    assert np.abs(spline.played() - path).max() <= 0.5 + 1e-9
    assert len(spline.places) / 10 < 12, "the fastest wave turns twelve times a second"


def test_long_paths_are_solved_in_parts_that_meet():
    steps = np.column_stack([shaken(2200, 0.004)[:, :2] * CANVAS[0], np.zeros((2200, 2))])
    framing = Framing(SEEN, CANVAS)
    found = steady_path.corrections(steps, framing, steady_path.Smoothing("l1", 1.0, 1.1, 25.0))
    path = np.cumsum(steps, axis=0) + found
    assert np.abs(np.diff(path[:, :2], n=2, axis=0)).max() < 1.0
    assert framing.needed(found).max() <= 1.1 + 1e-6


def test_the_edge_is_kept():
    framing = Framing(SEEN, CANVAS)
    assert framing.needed(np.zeros((1, 4)))[0] == pytest.approx(1 + EDGE / 540)


def test_parts_of_a_medium_become_one():
    rows = shaken(40, 0.006)
    whole = facts_of(rows)
    halves = [
        replace(
            whole, span=Span(Fraction(first) / RATE, Fraction(first + 20) / RATE), frames=whole.frames[first : first + 20],
            seconds=whole.seconds[first : first + 20], moves=b64encode(rows[first : first + 20].astype("<f4").tobytes()).decode(),
        )
        for first in (0, 20)
    ]  # fmt: skip
    found = requests.by_engine({("m", "steadiness"): halves[0], ("m#1", "steadiness"): halves[1]})
    assert found["steadiness"]["m"] == whole
