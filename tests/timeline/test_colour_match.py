"""Transfers and their fits: what is made alike, what is left, and how near Blender's tools come."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.timeline import colour_match, native_colour, oklab
from assistant_editor.timeline.colour_match import Grade
from assistant_editor.timeline.native_colour import Balance


def picture(seed: int, count: int = 900) -> np.ndarray:
    """Colours of a made scene: sky, ground, something red, shaded at random."""
    rng = np.random.default_rng(seed)
    kinds = np.array([[0.55, 0.68, 0.85], [0.40, 0.36, 0.28], [0.62, 0.22, 0.18], [0.30, 0.42, 0.22]])
    which = rng.choice(4, count, p=[0.35, 0.4, 0.1, 0.15])
    return np.clip(kinds[which] * rng.uniform(0.3, 1.15, (count, 1)) + rng.normal(0, 0.02, (count, 3)), 0.01, 0.99)


def other_place(seed: int, count: int = 900) -> np.ndarray:
    """A room by lamplight: nearly all of it one wall."""
    rng = np.random.default_rng(seed)
    wall = rng.random((count, 1)) < 0.9
    return np.clip(np.where(wall, [0.45, 0.3, 0.14], [0.9, 0.85, 0.6]) + rng.normal(0, 0.03, (count, 3)), 0.01, 0.99)


def far(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance in Oklab, times 100."""
    return float(np.linalg.norm(oklab.from_srgb(one) - oklab.from_srgb(other), axis=1).mean() * 100)


CAMERA = Balance((0.72, 0.66, 0.52), (0.03, 0.02, 0.05), (1.1, 1.05, 1.0))


def test_a_transfer_undoes_what_another_camera_did() -> None:
    """Source and reference are other moments of one scene; the truth is what the first camera would have seen."""
    truth, reference = picture(1), picture(2)
    source = CAMERA.of(truth)
    made = colour_match.transferred(source, source, reference)
    assert far(source, truth) > 10
    assert far(made, truth) < 3


@pytest.mark.parametrize("fit", [colour_match.by_curves, colour_match.by_balance])
def test_native_tools_meet_what_they_could_have_made(fit: object) -> None:
    colours = picture(3)
    wanted = np.clip(Balance((1.2, 1.1, 0.9), (0.02, 0.0, -0.02), (0.9, 1.0, 1.1)).of(colours), 0, 1)
    grade = fit(colours, wanted)  # type: ignore[operator]
    assert far(colours, wanted) > 6 and far(grade.of(colours), wanted) < 1


def test_saturation_is_found() -> None:
    colours = picture(4)
    for factor in (0.6, 1.4):
        wanted = np.clip(native_colour.saturated(colours, factor), 0, 1)
        assert colour_match.by_balance(colours, wanted).saturation == pytest.approx(factor, abs=0.11)


def test_what_is_right_already_stays() -> None:
    colours = picture(5)
    assert far(colour_match.by_balance(colours, colours).of(colours), colours) < 0.3
    assert far(colour_match.transferred(colours, colours, colours), colours) < 0.01


def test_other_things_are_not_painted_over() -> None:
    """A full transfer would tint a street like a room by lamplight; a plain gain makes less of it."""
    street, lamplight = picture(6), other_place(6)
    assert colour_match.unlike(street, picture(7)) < 0.06 < 0.2 < colour_match.unlike(street, lamplight)
    gain = colour_match.transferred(street, street, lamplight)
    full = colour_match.transferred(street, street, lamplight, 1.0)
    assert far(gain, street) < far(full, street)


def test_unlike_does_not_mind_how_a_shot_was_exposed() -> None:
    one = picture(8)
    assert colour_match.unlike(one, CAMERA.of(picture(9))) < 0.1


def test_curves_rise_and_are_never_steep() -> None:
    rng = np.random.default_rng(10)
    grade = colour_match.by_curves(rng.random((300, 3)), rng.random((300, 3)))
    for points in grade.curves:
        rises = np.diff([height for _place, height in points])
        assert (rises >= 0).all() and (rises <= colour_match.STEEP / 6 + 1e-3).all()


def test_one_colour_alone_is_no_trouble() -> None:
    plain = np.full((50, 3), 0.5)
    for wanted in (np.full((50, 3), 0.6), plain):
        for fit in (colour_match.by_curves, colour_match.by_balance):
            assert far(fit(plain, wanted).of(plain), wanted) < 2
    assert np.isfinite(colour_match.transferred(plain, plain, picture(11))).all()
    assert Grade().nothing
