"""From values a frame to what is said of a shot: rows made by hand, each wrong in one way."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import CAMERA_VALUES, PICTURE_VALUES, Pictures, Span
from assistant_editor.timeline import picture_values

GOOD = {
    "sharpness": 0.5, "exposure": 0.95, "brightness": 0.45, "contrast": 0.4, "saturation": 0.3, "warmth": 0.05, "noise": 0.04,
    "black": 0.01, "white": 0.0, "motion": 0.01, "focus": 0.7, "balance": 0.8, "thirds": 0.7,
    "horizon": float("nan"), "aesthetic": float("nan"),
}  # fmt: skip
STILL = {"pan": 0.0, "tilt": 0.0, "zoom": 0.0, "roll": 0.0, "shake": 0.0005, "certainty": 0.9}


def facts(frames: int = 8, camera: dict | None = None, step: Fraction = Fraction(1, 2), **changed) -> Pictures:
    """`frames` good samples of a still camera but for what is changed: a number for all, or one each."""
    values = {name: np.broadcast_to(changed.get(name, good), frames) for name, good in GOOD.items()}
    moves = {name: np.broadcast_to((camera or {}).get(name, still), frames) for name, still in STILL.items()}
    table = np.stack([values[name] for name in PICTURE_VALUES], axis=1).astype(np.float16)
    ways = np.stack([moves[name] for name in CAMERA_VALUES], axis=1).astype(np.float16)
    seconds = tuple(number * step for number in range(frames))
    return Pictures(
        Span(Fraction(0), frames * step), Fraction(0), Fraction(25), "test", tuple(int(s * 25) for s in seconds), seconds,
        b64encode(table.tobytes()).decode(), b64encode(ways.tobytes()).decode(),
    )  # fmt: skip


def of(pictures: Pictures) -> picture_values.Summary:
    return picture_values.summary(pictures, pictures.span)


def moved(**camera) -> str:
    pictures = facts(camera=camera)
    return picture_values.movement(pictures, pictures.span)


def test_a_good_shot_has_a_high_grade_and_no_flaws():
    found = of(facts())
    assert found.flaws == () and found.grade > 0.8 and found.samples == 8
    assert [name for name, _share in found.quality] == [name for name in picture_values.WEIGHTS if name not in ("faces", "beauty")]


@pytest.mark.parametrize(
    ("flaw", "changed", "camera"),
    [
        (picture_values.BLACK_SCREEN, {"brightness": 0.01, "contrast": 0.005, "sharpness": float("nan"), "exposure": 0.0}, {}),
        (picture_values.PLAIN, {"brightness": 0.6, "contrast": 0.005, "sharpness": float("nan")}, {}),
        (picture_values.UNFOCUSED, {"sharpness": 0.1}, {}),
        (picture_values.HUNT, {"sharpness": [0.5, 0.5, 0.3, 0.15, 0.3, 0.5, 0.5, 0.5]}, {}),
        (picture_values.DARK, {"brightness": 0.05, "exposure": 0.3, "contrast": 0.12}, {}),
        (picture_values.BRIGHT, {"brightness": 0.92, "white": 0.4, "exposure": 0.3}, {}),
        (picture_values.BURNT, {"white": 0.12, "exposure": 0.8}, {}),
        (picture_values.FLAT, {"contrast": 0.07}, {}),
        (picture_values.NOISY, {"noise": 0.5}, {}),
        (picture_values.SHAKY, {}, {"shake": 0.012}),
        (picture_values.CARRIED, {"sharpness": 0.1}, {"pan": [0.6, -0.5, 0.7, -0.6] * 2, "shake": 0.03}),
        (picture_values.TILTED, {"horizon": 4.0}, {}),
    ],
)
def test_each_flaw_is_named_alone_and_costs(flaw, changed, camera):
    found = of(facts(camera=camera, **changed))
    assert flaw in found.flaws and set(found.flaws) <= {flaw, picture_values.SHAKY}
    assert found.grade < of(facts()).grade


def test_a_fade_at_the_end_is_no_fault():
    ends = {"brightness": [0.02, 0.2, *[0.45] * 5, 0.03], "contrast": [0.01, 0.1, *[0.4] * 5, 0.01], "exposure": [0, 0.5, *[0.95] * 5, 0]}
    found = of(facts(**ends))
    assert found.flaws == () and found.samples == 5
    assert found.best is not None and Fraction(1, 2) < found.best < Fraction(7, 2)


def test_a_part_is_judged_by_its_own_samples_and_one_too_short_by_the_sample_that_lasts_into_it():
    pictures = facts(sharpness=[0.5] * 4 + [0.1] * 4)
    assert picture_values.summary(pictures, Span(Fraction(0), Fraction(2))).flaws == ()
    assert picture_values.summary(pictures, Span(Fraction(2), Fraction(4))).flaws == (picture_values.UNFOCUSED,)
    assert picture_values.summary(pictures, Span(Fraction(21, 10), Fraction(22, 10))).flaws == (picture_values.UNFOCUSED,)


def test_values_that_nobody_knows_are_no_flaws(recwarn):
    pictures = facts(camera=dict.fromkeys(STILL, float("nan")), **dict.fromkeys(GOOD, float("nan")))
    found = of(pictures)
    assert found.flaws == () and picture_values.movement(pictures, pictures.span) == "" and not recwarn.list
    assert np.isfinite(picture_values.grades(pictures)).all() and found.grade == 0 and found.quality == ()


def test_nothing_looked_at_says_nothing():
    pictures = facts(0)
    span = Span(Fraction(0), Fraction(1))
    found = picture_values.summary(pictures, span)
    assert found.flaws == () and found.grade == 0 and found.best is None and found.samples == 0
    assert picture_values.movement(pictures, span) == "" and picture_values.light(pictures, span) == ""
    assert len(picture_values.grades(pictures)) == 0


def test_the_grade_of_beauty_counts_where_it_is_known():
    assert of(facts(aesthetic=0.95)).grade > of(facts(aesthetic=0.2)).grade
    assert ("beauty", pytest.approx(0.95, abs=0.01)) in of(facts(aesthetic=0.95)).quality


def test_grades_fall_where_the_frame_is_bad():
    grades = picture_values.grades(facts(sharpness=[0.5, 0.1, 0.5, 0.5], frames=4))
    assert len(grades) == 4 and grades[1] == grades.min() and grades[1] < 0.8 * grades[0]


@pytest.mark.parametrize(
    ("camera", "meant"),
    [
        ({}, "static"), ({"pan": 0.1}, "pan right"), ({"pan": -0.1}, "pan left"), ({"tilt": 0.1}, "tilt down"), ({"tilt": -0.1}, "tilt up"),
        ({"zoom": 0.2}, "zoom in"), ({"zoom": -0.2}, "zoom out"), ({"pan": 0.1, "tilt": 0.09}, "moving"),
        ({"shake": 0.006, "pan": [0.03, -0.03] * 4}, "handheld"), ({"pan": [0.1, -0.1] * 4}, "moving"), ({"certainty": 0.1}, ""),
        ({"pan": float("nan"), "certainty": 0.0}, ""), ({"pan": 0.1, "shake": 0.004}, "pan right"),
    ],
)  # fmt: skip
def test_movement(camera, meant):
    assert moved(**camera) == meant


def test_a_slow_move_over_a_long_shot_is_one():
    slow = facts(60, camera={"zoom": 0.029})
    assert picture_values.movement(slow, slow.span) == "zoom in"
    assert picture_values.movement(slow, Span(Fraction(0), Fraction(3))) == "static"
    a_third_larger = facts(20, camera={"zoom": 0.0285})
    assert picture_values.movement(a_third_larger, a_third_larger.span) == "zoom in"
    hardly_larger = facts(20, camera={"zoom": 0.015})
    assert picture_values.movement(hardly_larger, hardly_larger.span) == "static"
    wandering = facts(60, camera={"pan": [0.02, -0.02] * 30, "shake": 0.003})
    assert picture_values.movement(wandering, wandering.span) == "handheld"


@pytest.mark.parametrize("camera", [{"pan": 0.7}, {"tilt": -0.5}, {"zoom": 0.9}], ids=str)
def test_a_fast_move_blurs_and_is_neither_out_of_focus_nor_carried_about(camera):
    assert of(facts(sharpness=[0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5], camera=camera)).flaws == ()


@pytest.mark.parametrize(("bright", "meant"), [(0.1, "night"), (0.28, ""), (0.5, "day")])
def test_light(bright, meant):
    pictures = facts(brightness=bright)
    assert picture_values.light(pictures, pictures.span) == meant


def test_faces_make_the_composition_theirs():
    from tests.timeline.test_composition import face, faces

    pictures = facts()
    plain = picture_values.summary(pictures, pictures.span)
    good = picture_values.summary(pictures, pictures.span, faces(face(1 / 3, 0.25, 0.25)))
    bad = picture_values.summary(pictures, pictures.span, faces(face(0.06, -0.08, 0.2)))
    assert dict(good.quality)["composition"] > dict(plain.quality)["composition"] > dict(bad.quality)["composition"]
    assert dict(good.quality)["faces"] > 0.9 and "faces" not in dict(plain.quality) and bad.flaws == (picture_values.CUT_OFF,)
    assert good.grade > bad.grade


def test_any_moment_has_the_worth_of_the_sample_near_it():
    pictures = facts(sharpness=[0.5, 0.1, 0.5, 0.5], frames=4)
    found = picture_values.grades(pictures)
    moments = [Fraction(0), Fraction(3, 10), Fraction(1, 2), Fraction(14, 10), Fraction(30)]
    assert picture_values.worth(pictures, moments) == pytest.approx([found[0], found[1], found[1], found[3], np.median(found)])
    assert picture_values.worth(facts(0), moments) == (0.5,) * 5
