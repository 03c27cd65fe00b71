"""Looks as data: inside the safe areas of every shape of picture, readable, distinct; captions keep clear of faces."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from assistant_editor.timeline.caption_looks import (
    LINE,
    PRESETS,
    SPEAKER_COLORS,
    Area,
    Color,
    band,
    fitted,
    placed,
    room,
    speaker_style,
    text_area,
)  # fmt: skip
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

ACTION_MARGIN = 0.035
"""Share of a side that lies outside the area safe for action, on each end (EBU R 95): boxes may go so far."""
SHAPES = [(1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350), (2048, 858), (720, 576), (608, 1080)]


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("size", SHAPES)
def test_a_looks_lines_stand_within_the_safe_area(name: str, size: tuple[int, int]) -> None:
    style, area = fitted(PRESETS[name], *size), text_area(*size)
    text = band(style, 2)
    assert area.bottom <= text.bottom and text.top <= area.top
    x, wide = style.position[0], room(style, *size)
    left = {"left": x, "center": x - wide / 2, "right": x - wide}[style.alignment]
    assert area.left - 1e-9 <= left and left + wide <= area.right + 1e-9
    assert wide >= 0.7, "a line of speech has room"
    if style.box:
        beyond = style.box_margin * size[0] / size[1]
        assert style.position[1] - beyond >= ACTION_MARGIN


@given(st.floats(0, 1), st.sampled_from(["left", "center", "right"]), st.sampled_from(SHAPES))
def test_a_line_beside_its_place_stays_in_the_frame(x: float, alignment: str, size: tuple[int, int]) -> None:
    wide = room(replace(CaptionStyle(), position=(x, 0.5), alignment=alignment), *size)
    left = {"left": x, "center": x - wide / 2, "right": x - wide}[alignment]
    area = text_area(*size)
    inside = area.left <= x <= area.right
    least, most = (area.left, area.right) if inside else (0.0, 1.0)
    assert 0.1 <= wide <= most - least
    assert wide == 0.1 or (left >= least - 1e-9 and left + wide <= most + 1e-9)
    if x == 0.5:
        assert wide == pytest.approx({"center": area.right - area.left}.get(alignment, (area.right - area.left) / 2))


def test_the_safe_areas_are_the_standards() -> None:
    assert text_area(1920, 1080) == Area(0.05, 0.05, 0.95, 0.95)
    upright = text_area(1080, 1920)
    assert upright.bottom >= 0.2 and 1 - upright.right >= 0.12 and upright.left == 1 - upright.right


def test_letters_are_as_large_against_the_shorter_side() -> None:
    style = CaptionStyle(font_size=0.06)
    assert fitted(style, 1920, 1080) == style
    assert fitted(style, 1080, 1920).font_size * 1920 == pytest.approx(0.06 * 1080)
    assert fitted(style, 1080, 1080).font_size == 0.06


def test_a_place_outside_is_brought_in_and_one_inside_stays() -> None:
    high = replace(CaptionStyle(), anchor="top", position=(0.5, 0.99))
    assert fitted(high, 1920, 1080).position == (0.5, 0.95)
    assert fitted(replace(CaptionStyle(), position=(0.3, 0.4)), 1080, 1920).position == (0.3, 0.4)


def linear(color: Color) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color[:3]]


def luminance(color: Color) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lab(color: Color) -> tuple[float, float, float]:
    """CIELAB of an sRGB colour under D65."""
    red, green, blue = linear(color)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, luminance(color), z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def test_speakers_colours_are_readable_on_black_and_told_apart() -> None:
    assert all((luminance(color) + 0.05) / 0.05 >= 7 for color in SPEAKER_COLORS), "WCAG's AAA contrast"
    for one, other in combinations(SPEAKER_COLORS, 2):
        assert sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5 >= 25, "ten times a just noticeable difference"


def test_the_first_four_speakers_have_the_bbcs_colours() -> None:
    styles = [speaker_style(CaptionStyle(), number) for number in range(4)]
    assert [style.color[:3] for style in styles] == [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0)]


@given(
    st.builds(tuple, st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4)),
    st.dictionaries(st.integers(0, 9), st.sampled_from([(1.0, 0.0, 0.0, 1.0), (1.0, 1.0, 0.0, 1.0)]), max_size=2),
)
def test_everybody_has_a_colour_of_his_own(color: Color, overrides: dict[int, Color]) -> None:
    style = CaptionStyle(color=color)
    colors = {number: speaker_style(style, number, overrides).color for number in range(6)}
    assert all(colors[number] == chosen for number, chosen in overrides.items() if number < 6)
    automatic = [look[:3] for number, look in colors.items() if number not in overrides]
    assert len(set(automatic)) == len(automatic)
    assert replace(speaker_style(style, 3, overrides), color=color) == style


FRAMES = FrameRange(100, 150)
LOW, HIGH = Area(0.3, 0.0, 0.6, 0.35), Area(0.3, 0.7, 0.6, 1.0)


def test_a_caption_goes_up_where_a_face_is_low() -> None:
    style = PRESETS["broadcast"]
    moved = placed(style, FRAMES, [(FrameRange(90, 120), LOW)])
    assert moved.anchor == "top" and band(moved).bottom > 0.7 and moved.position[0] == style.position[0]
    assert band(moved).top <= 0.95 and band(moved).top - band(moved).bottom == pytest.approx(2 * LINE * style.font_size)


def test_it_stays_where_the_top_is_no_better() -> None:
    style = PRESETS["broadcast"]
    assert placed(style, FRAMES, []) == style
    assert placed(style, FRAMES, [(FrameRange(150, 200), LOW)]) == style, "another time"
    assert placed(style, FRAMES, [(FRAMES, HIGH)]) == style
    assert placed(style, FRAMES, [(FRAMES, LOW), (FRAMES, HIGH)]) == style
    middle = replace(style, anchor="middle", position=(0.5, 0.2))
    assert placed(middle, FRAMES, [(FRAMES, LOW)]) == middle
