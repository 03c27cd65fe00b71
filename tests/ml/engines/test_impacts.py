"""Impacts: made films in which things stop, bounce or are cut at known frames."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.engines import impacts
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Impacts, ImpactsOptions, Media, VideoStream

SIZE = (192, 108)


def world(seed: int) -> np.ndarray:
    """A ground with detail at several sizes, (height, width, 3)."""
    chance = np.random.default_rng(seed)
    picture = np.zeros((SIZE[1], SIZE[0]))
    for cell in (4, 12, 36):
        coarse = chance.uniform(0, 1, (SIZE[1] // cell + 2, SIZE[0] // cell + 2))
        picture += np.kron(coarse, np.ones((cell, cell)))[: SIZE[1], : SIZE[0]]
    return np.repeat((picture / 3 * 120 + 40)[..., None], 3, axis=2).astype(np.uint8)


def ball(places: list[float], ground: np.ndarray, seed: int = 9, noise: float = 0.0) -> list[np.ndarray]:
    """A patch of its own pattern whose lower edge is at these heights, on the ground."""
    import cv2

    patch = np.zeros((SIZE[1], SIZE[0], 4), np.float32)
    patch[:40, 70:110, :3], patch[:40, 70:110, 3] = world(seed)[:40, :40] / 2 + 120, 1
    chance = np.random.default_rng(seed)
    images = []
    for place in places:
        moved = cv2.warpAffine(patch, np.array([[1, 0, 0], [0, 1, place - 40]], np.float32), SIZE)
        image = ground * (1 - moved[..., 3:]) + moved[..., :3]
        images.append(np.clip(image + (chance.normal(0, noise, image.shape) if noise else 0), 0, 255).astype(np.uint8))
    return images


def watched(images: list[np.ndarray], tmp_path, rate: int = 25, per_second: int = 30) -> Impacts:
    """As the decoder hands them on: scaled to the size that was asked for."""
    import cv2

    video = VideoStream(*SIZE, Fraction(rate), Fraction(0), Fraction(len(images), rate), len(images))
    known = Media(Fraction(len(images), rate), video)
    runtime = Runtime(tmp_path, lambda *_: None, lambda _: None, lambda: None)
    consumer = impacts.start(ImpactsOptions(Fraction(per_second)), known, None, runtime)
    for number, image in enumerate(images):
        if consumer.wants(number, Fraction(number, rate)):
            consumer.take(number, Fraction(number, rate), cv2.resize(image, consumer.size, interpolation=cv2.INTER_AREA))
    return consumer.finish()


def bouncing(count: int, every: int) -> tuple[list[float], list[int]]:
    """(heights of a ball that falls and is thrown back, the frames in which it is lowest)."""
    heights = [100 - 50 * (1 - (2 * ((frame % every) / every) - 1) ** 2) for frame in range(count)]
    return heights, list(range(every, count - 2, every))


@pytest.mark.parametrize("noise", [0.0, 4.0], ids=["clean", "noise"])
@pytest.mark.parametrize("every", [14, 21])
def test_bounces_are_found_where_they_are(every, noise, tmp_path):
    heights, lowest = bouncing(130, every)
    found = watched(ball(heights, world(1), noise=noise), tmp_path)
    strong = [impact.frame for impact in found.impacts if impact.strength >= 0.4]
    assert len(strong) <= len(lowest) + 1
    for frame in lowest:
        assert any(abs(one - frame) <= 1 for one in strong), f"the bounce at {frame} is not among {strong}"
    assert all(impact.seconds == Fraction(impact.frame, 25) for impact in found.impacts)


def test_a_sudden_stop_is_found(tmp_path):
    heights = [50 + 2.5 * min(frame, 18) for frame in range(60)]
    found = watched(ball(heights, world(2)), tmp_path)
    best = max(found.impacts, key=lambda impact: impact.strength)
    assert abs(best.frame - 18) <= 1


def test_slow_steady_motion_has_none(tmp_path):
    found = watched(ball([50 + 0.8 * frame for frame in range(60)], world(3)), tmp_path)
    assert all(impact.strength < 0.4 for impact in found.impacts)


def test_a_still_picture_has_none(tmp_path):
    assert watched([world(4)] * 40, tmp_path).impacts == ()


def test_a_cut_is_no_impact(tmp_path):
    heights, lowest = bouncing(40, 16)
    images = ball(heights, world(1)) + [world(5)] * 40
    found = watched(images, tmp_path)
    assert not [impact for impact in found.impacts if 38 <= impact.frame <= 42]
    assert any(abs(impact.frame - lowest[0]) <= 1 for impact in found.impacts)


def test_of_fast_films_every_second_frame(tmp_path):
    heights, lowest = bouncing(120, 40)
    found = watched(ball(heights, world(1)), tmp_path, rate=60)
    assert found.impacts and all(impact.frame % 2 == 0 for impact in found.impacts)
    assert any(abs(impact.frame - lowest[0]) <= 2 for impact in found.impacts)


def test_no_pictures(tmp_path):
    with pytest.raises(EditorError):
        impacts.start(ImpactsOptions(), Media(Fraction(1)), None, Runtime(tmp_path, print, print, print))
