"""The overlay's arrays: what stands where, that zooming out loses nothing that could be seen, and that colours can be told apart."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from assistant_editor.timeline import footage_colours as colours
from assistant_editor.timeline.footage_lanes import HEIGHTS, LEVELS, UNHEARD, UNSEEN, Lanes, fitted, lanes
from assistant_editor.timeline.shot_log import MOODS, Mood, leaning
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.logged_shots import RATE, film, mood, seen, shot


def painted(found: Lanes, level: int, frame: float, height: float) -> tuple[int, ...] | None:
    """The colour of what is drawn last at a point of the overlay."""
    shapes, colour = found.shapes(level), None
    corners = shapes.corners.reshape(-1, 4, 2)
    for number, (lower_left, upper_left, lower_right, upper_right) in enumerate(corners.tolist()):
        if lower_left[0] <= frame < lower_right[0]:
            share = (frame - lower_left[0]) / (lower_right[0] - lower_left[0])
            low = lower_left[1] + share * (lower_right[1] - lower_left[1])
            high = upper_left[1] + share * (upper_right[1] - upper_left[1])
            if low <= height <= high:
                colour = tuple(int(value) for value in shapes.rgba[4 * number])
    return colour


def centre(found: Lanes, lane: str) -> float:
    return sum(found.shown[lane]) / 2


def test_the_lanes_that_are_shown_share_the_whole_height() -> None:
    found = lanes(film(5), RATE, shown=("quality", "mood", "no such lane"))
    assert list(found.shown) == ["mood", "quality"]
    assert found.shown["mood"][1] == 1.0 and found.shown["quality"][0] == pytest.approx(0.0)
    assert found.shown["mood"][0] == pytest.approx(found.shown["quality"][1])
    assert lanes(film(5), RATE, shown=()).shapes(0).starts.size == 0


def test_each_lane_shows_what_is_known() -> None:
    placed = [
        shot(1, 100, 200, mood=mood("happy"), people=(seen("Anna"),), faces=2, objects=(seen("dog"),), grade=0.9),
        shot(2, 200, 300, mood=mood("sad"), faces=3, grade=0.1, flaws=("out of focus",)),
    ]
    found = lanes(placed, RATE, [FrameRange(120, 150)], [(210, True, 1.0), (222, False, 0.5)])
    assert found.zero == 100
    high, low = found.shown["mood"][1], found.shown["mood"][0]
    upper, lower = low + 0.7 * (high - low), low + 0.3 * (high - low)
    solid = (*colours.rgb(colours.of_mood("happy")), 255)
    assert painted(found, 0, 50, upper) == solid, "pleasant: above the middle"
    assert painted(found, 0, 50, lower) == (*solid[:3], 64), "below it only the tint"
    assert painted(found, 0, 150, lower) == (*colours.rgb(colours.of_mood("sad")), 255)
    assert painted(found, 0, 50, centre(found, "faces")) == (*colours.rgb(colours.of_rank(0)), 255)
    assert painted(found, 0, 150, centre(found, "faces")) == (*colours.rgb(colours.FACES), 255), "faces of nobody known"
    assert painted(found, 0, 30, centre(found, "speech")) and not painted(found, 0, 60, centre(found, "speech"))
    assert painted(found, 0, 110.2, centre(found, "beats")) == (*colours.rgb(colours.DOWNBEAT), 255)
    low, high = found.shown["quality"]
    assert painted(found, 0, 50, low + 0.5 * (high - low)) == (*colours.rgb(colours.GOOD), 255)
    assert painted(found, 0, 150, low + 0.5 * (high - low)) is None, "a bad picture is a low bar"
    assert painted(found, 0, 150, high - 0.14 * (high - low)) == (0xD5, 0x5E, 0x00, 255), "and its flaw a mark"


def test_the_curve_of_moods_has_no_jump_where_two_shots_meet() -> None:
    found = lanes([shot(1, 0, 100, mood=mood("happy")), shot(2, 100, 140, mood=mood("sad"))], RATE, shown=("mood",))
    curve = found.rows[1]
    assert curve.y[1, 2:] == pytest.approx(curve.y[2, :2]) and curve.x[1, 1] == curve.x[2, 0]
    apart = lanes([shot(1, 0, 100, mood=mood("happy")), shot(2, 120, 140, mood=mood("sad"))], RATE, shown=("mood",)).rows[1]
    assert apart.y[1, 2:] != pytest.approx(apart.y[2, :2]), "over a gap nothing is joined"


def test_a_slight_feeling_is_seen() -> None:
    def high(valence: float) -> float:
        curve = lanes([shot(1, 0, 100, mood=Mood(valence, 0.0, "neutral", 0.5))], RATE, shown=("mood",)).rows[1].y[0]
        return float(curve.max() + curve.min()) / 2 - HEIGHTS["mood"] / 2

    slight, strong = high(0.09) - high(0.0), high(1.0) - high(0.0)
    assert slight == pytest.approx(0.3 * strong) and high(-0.09) - high(0.0) == pytest.approx(-slight)


def test_words_stand_where_they_have_room() -> None:
    placed = [
        shot(1, 0, 100, people=tuple(seen(name) for name in ("Ben", "Anna", "Cleo", "Dora", "Emil"))),
        shot(2, 100, 110, people=(seen("Ben"),)),
    ]
    found = lanes(placed, RATE, shown=("faces",))
    assert [name.text for _, name in found.names(0, 200, 1.0)] == ["Ben, Anna, Cleo +2"]
    assert [name.text for _, name in found.names(0, 200, 0.1)] == ["Ben, Anna, Cleo +2", "Ben"]
    assert found.names(0, 200, 10.0) == [] and found.names(105, 200, 0.1)[0][1].text == "Ben"


def test_a_lane_that_nobody_looked_at_says_so_and_one_without_anything_is_empty() -> None:
    placed = [
        shot(1, 0, 100, objects=(seen("dog"),), missing=("faces",)),
        shot(2, 100, 200, missing=("faces", "objects", "transcript", "voice")),
        shot(3, 200, 300, missing=("objects", "transcript", "pictures", "beats")),
        shot(4, 400, 500, mood=mood("sad"), missing=("objects",)),
        shot(5, 500, 600),
    ]
    found = lanes(placed, RATE, [FrameRange(210, 290)])
    told = {"speech": UNHEARD, "beats": UNHEARD}
    unknown = [(lane, name.start, name.end) for lane, name in found.names(0, 600, 0.1) if name.text == told.get(lane, UNSEEN)]
    assert {lane: [frames for here, *frames in unknown if here == lane] for lane in HEIGHTS} == {
        "mood": [[0, 300]], "faces": [[0, 200]], "objects": [[100, 300], [400, 500]], "speech": [[100, 200]], "beats": [[200, 300]],
        "quality": [[200, 300]],
    }  # fmt: skip
    assert painted(found, 0, 150, centre(found, "faces")) == (128, 128, 128, 40)
    assert painted(found, 0, 550, centre(found, "faces")) is None and painted(found, 0, 250, centre(found, "faces")) is None
    assert painted(found, 0, 250, centre(found, "speech")) not in (None, (128, 128, 128, 40))


@pytest.mark.parametrize(
    ("text", "room", "told"),
    [
        ("happy 70%", 9, "happy 70%"),
        ("happy 70%", 8, "happy 7…"),
        ("happy 70%", 7, "happy…"),
        ("Anna, Ben", 6, "Anna…"),
        ("Anna, Ben", 4, "Ann…"),
        ("Anna, Ben", 3, ""),
        ("", 0, ""),
    ],
)
def test_words_end_in_dots_where_they_have_no_room(text: str, room: int, told: str) -> None:
    assert fitted(text, room, len) == told


@given(st.integers(1, 80), st.integers(0, 30), st.integers(LEVELS[0], 12))
def test_no_shape_is_narrower_than_a_pixel_and_none_leaves_its_lane(shots: int, seed: int, level: int) -> None:
    placed = film(shots, seed)
    found = lanes(placed, RATE, [one.frames for one in placed[::3]], [(one.frames.start, True, 0.5) for one in placed])
    shapes = found.shapes(level)
    corners = shapes.corners.reshape(-1, 4, 2)
    assert (corners[:, 2, 0] - corners[:, 0, 0] >= 2.0**level * 0.999).all()
    assert corners[:, :, 1].min() >= 0 and corners[:, :, 1].max() <= 1
    assert (np.diff(shapes.starts) >= 0).all() and (np.diff(shapes.reach) >= 0).all()


@given(st.integers(2, 60), st.integers(0, 10), st.floats(0, 3000), st.floats(1, 2000))
def test_what_may_be_seen_is_in_the_range_that_is_drawn(shots: int, seed: int, first: float, length: float) -> None:
    found = lanes(film(shots, seed), RATE)
    shapes = found.shapes(0)
    begin, count = shapes.within(first, first + length)
    corners = shapes.corners.reshape(-1, 4, 2)
    visible = np.flatnonzero((corners[:, 2, 0] > first) & (corners[:, 0, 0] < first + length))
    assert not visible.size or (visible[0] >= begin and visible[-1] < begin + count)


def test_ten_thousand_shots_in_a_window_are_no_more_shapes_than_it_has_pixels() -> None:
    placed = film(10_000)
    found = lanes(placed, RATE, shown=("mood", "quality"))
    wide = placed[-1].frames.end / 1500
    level = found.level(wide)
    assert 2.0**level <= wide < 2.0 ** (level + 1)
    assert len(found.shapes(level).starts) <= 2 * 1500 * len(found.rows) < len(found.shapes(0).starts)
    assert found.shapes(level) is found.shapes(level), "made once"


def test_zoomed_out_the_longest_gives_the_colour_and_heights_are_means() -> None:
    placed = [shot(1, 0, 30, mood=mood("happy")), shot(2, 30, 40, mood=mood("sad")), shot(3, 1024, 1100, mood=mood("calm"))]
    found = lanes(placed, RATE, shown=("mood",))
    ground = found.shapes(8).rgba.reshape(-1, 4, 4)[:, 0]
    assert tuple(ground[0][:3]) == colours.rgb(colours.of_mood("happy"))


def test_zoomed_out_speech_is_as_high_as_the_share_of_time_it_takes() -> None:
    said = [FrameRange(frame, frame + 2) for frame in range(0, 4096, 8)]
    found = lanes([shot(1, 0, 4096)], RATE, said, shown=("speech",))
    near, far = (found.shapes(level).corners.reshape(-1, 4, 2)[:, :, 1] for level in (0, 8))
    full = float(near[0, 1] - near[0, 0])
    assert len(near) == 512 and len(far) == 16
    assert far[:, 1] - far[:, 0] == pytest.approx(full * 0.25, rel=0.05)


def test_beats_too_close_leave_the_bars_and_then_nothing() -> None:
    beats = [(frame, number % 4 == 0, 0.5) for number, frame in enumerate(range(0, 4000, 10))]
    found = lanes([shot(1, 0, 4000)], RATE, beats=beats, shown=("beats",))
    assert [len(found.shapes(level).starts) for level in (0, 3, 6)] == [400, 100, 0]


def _linear(part: int) -> float:
    value = part / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB."""


def _lab(colour: str, sight: str) -> tuple[float, float, float]:
    linear = [_linear(part) for part in colours.rgb(colour)]
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in SIGHTS[sight])
    x, y, z = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHTS)
def test_any_two_moods_can_be_told_apart(sight: str) -> None:
    assert set(colours.MOOD_COLOURS) == set(MOODS)
    for one, other in itertools.combinations(MOODS, 2):
        apart = math.dist(_lab(colours.of_mood(one), sight), _lab(colours.of_mood(other), sight))
        assert apart >= 20, f"{one} and {other}: {apart:.0f}"


def test_every_mood_stands_out_from_a_dark_timeline() -> None:
    def light(colour: str) -> float:
        red, green, blue = (_linear(part) for part in colours.rgb(colour))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05

    assert all(light(colours.of_mood(one)) / light("#1c1c1c") >= 3 for one in MOODS)
    assert set(HEIGHTS) == {"mood", "faces", "objects", "speech", "beats", "quality"}


@pytest.mark.parametrize(
    ("valence", "arousal", "told"),
    [
        (0.2, 0.1, "rather pleasant"),
        (-0.1, 0.05, "rather unpleasant"),
        (0.05, 0.3, "rather excited"),
        (0.1, -0.2, "rather calm"),
        (0.07, -0.07, ""),
    ],
)
def test_a_neutral_shot_is_named_with_where_it_leans(valence: float, arousal: float, told: str) -> None:
    assert leaning("neutral", valence, arousal) == told and leaning("sad", valence, arousal) == ""
    plain = Mood(valence, arousal, "neutral", 0.4)
    found = lanes([shot(1, 1, 200, mood=plain), shot(2, 200, 400, mood=mood("sad"))], RATE, shown=("mood",))
    assert [name.text for _, name in found.names(0, 400, 0.5)] == [told or "neutral 40%", "sad 70%"]
