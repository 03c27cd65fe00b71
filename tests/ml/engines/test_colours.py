"""Colours as facts: pixels as they are in the picture, from all over it, without bars; stills; parts that were asked for."""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.codec import from_json, to_json
from assistant_editor.ml.engines import colours
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, NO_STREAM, EditorError
from assistant_editor.ml.facts import Colours, ColoursOptions, Media, Span
from assistant_editor.timeline import requests

from tests.media_maker import make_film


def measured(path: Path, options: ColoursOptions | None = None, span: Span | None = None) -> Colours:
    runtime = Runtime(Path("none"), lambda *_: None, lambda _: None, lambda: None)
    consumer = colours.start(options or ColoursOptions(), media.probe(path), span, runtime)
    media.decode(path, [consumer], span)
    return consumer.finish()  # type: ignore[return-value]


def pixels(facts: Colours) -> np.ndarray:
    return np.frombuffer(base64.b64decode(facts.points), np.uint8).reshape(len(facts.seconds), facts.width, 3)


def test_pixels_are_those_of_the_picture() -> None:
    """No average: of two colours, nothing in between; each cell of the grid gives one, another place each time."""
    image = np.zeros((140, 240, 3), np.uint8)
    image[:, 120:] = (250, 100, 7)
    found = colours.spread(image, 3)
    assert {tuple(row) for row in found.tolist()} == {(0, 0, 0), (250, 100, 7)}
    assert (found[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.05)
    ramp = np.repeat(np.arange(240, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(140, axis=0)
    seen = {int(value) for number in range(60) for value in colours.spread(ramp, number)[:, 0]}
    assert len(seen) > 200


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (16, 9), (7, 400)])
def test_small_pictures_are_spread_too(size: tuple[int, int]) -> None:
    assert colours.spread(np.full((size[1], size[0], 3), 9, np.uint8), 5).shape == (colours.ACROSS * colours.DOWN, 3)


def test_the_mean_of_real_footage_is_met(media_folder: Path) -> None:
    import av

    facts = measured(media_folder / "bikes.mp4")
    assert len(facts.seconds) == 20 and facts.seconds[:3] == (0, Fraction(13, 25), 1)
    with av.open(str(media_folder / "bikes.mp4")) as film:
        wanted = [f.to_ndarray(format="rgb24") for i, f in enumerate(film.decode(video=0)) if i in facts.frames]
    for sample, picture in zip(pixels(facts), wanted, strict=True):
        inside = picture.reshape(-1, 3)
        assert np.abs(sample.mean(axis=0) - inside.mean(axis=0)).max() < 12
    assert np.abs(pixels(facts).mean(axis=(0, 1)) - np.mean([p.mean(axis=(0, 1)) for p in wanted], axis=0)).max() < 2
    assert from_json(Colours, to_json(facts)) == facts


def test_bars_are_no_colour_of_the_film(tmp_path: Path) -> None:
    def boxed(number: int, size: tuple[int, int]) -> np.ndarray:
        image = np.zeros((size[1], size[0], 3), np.uint8)
        ramp = np.linspace(90, 200, size[0]).astype(np.uint8)
        image[size[1] // 6 : -(size[1] // 6)] = ramp[None, :, None]
        return image

    film = make_film(tmp_path / "boxed.mp4", frames=20, size=(320, 240), picture=boxed)
    assert pixels(measured(film)).min() > 60


def test_only_what_was_asked_for_is_measured(media_folder: Path) -> None:
    span = Span(Fraction(2), Fraction(4))
    facts = measured(media_folder / "bikes.mp4", ColoursOptions(Fraction(4)), span)
    assert facts.span == span and all(2 <= moment < 4 for moment in facts.seconds) and len(facts.seconds) == 8
    other = measured(media_folder / "bikes.mp4", ColoursOptions(Fraction(4)), Span(Fraction(6), Fraction(7)))
    both = requests.by_engine({("m", "colours"): facts, ("m#1", "colours"): other})["colours"]["m"]
    assert isinstance(both, Colours) and both.seconds == facts.seconds + other.seconds
    assert np.array_equal(pixels(both), np.concatenate([pixels(facts), pixels(other)]))


def test_a_still_is_a_film_of_one_frame(tmp_path: Path) -> None:
    import cv2

    image = np.full((60, 80, 3), (30, 90, 200), np.uint8)
    cv2.imwrite(str(tmp_path / "still.png"), image[:, :, ::-1])
    facts = measured(tmp_path / "still.png")
    assert pixels(facts).shape == (1, 576, 3) and (pixels(facts) == (30, 90, 200)).all()


def test_what_cannot_be_measured_is_said(tmp_path: Path) -> None:
    runtime = Runtime(tmp_path, lambda *_: None, lambda _: None, lambda: None)
    with pytest.raises(EditorError) as none:
        colours.start(ColoursOptions(), Media(Fraction(1)), None, runtime)
    assert none.value.code == NO_STREAM
    film = make_film(tmp_path / "film.mp4", frames=5)
    with pytest.raises(EditorError) as bad:
        colours.start(ColoursOptions(Fraction(0)), media.probe(film), None, runtime)
    assert bad.value.code == BAD_INPUT
