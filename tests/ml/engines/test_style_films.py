"""Films in another style: what a network makes of each frame, at the size and rate of the film, steadied; and what is refused.

The networks are made here and do one known thing each; what trained ones look like is not tested.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import style_files, styles
from assistant_editor.ml.codec import from_json
from assistant_editor.ml.engines import style_films
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.mattes import Grid
from assistant_editor.ml.protocol import Stylise
from assistant_editor.ml.styles import Styled, StyleOptions, StyleWanted

from tests import tiny_style
from tests.media_maker import make_film, number_of, numbered


def runtime(check: object = lambda: None) -> Runtime:
    return Runtime(Path("none"), lambda *_: None, lambda _: None, check)  # type: ignore[arg-type]


def frames_of(path: str) -> list[np.ndarray]:
    import av

    with av.open(path) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]


def made(folder: Path, film: Path, network: Path, grid: Grid | None = None, steady: float = 0.0) -> Styled:
    grid = grid or Grid(Fraction(24), Fraction(24), 1.0, 0, 12)
    wanted = StyleWanted(str(film), "m", str(folder / "out"), grid, StyleOptions(str(network), network.stat().st_size, steady))
    answer = style_films.run(Stylise("one", (wanted,)), runtime())
    found = from_json(Styled, answer["styles"][0])
    kept = styles.serving(style_files.stored(wanted.folder), "m", grid, wanted.options)
    assert kept == found and kept is not None
    return kept


def test_every_frame_is_painted_at_its_place(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=20)
    done = made(tmp_path, film, tiny_style.onnx(tmp_path / "turn.onnx"), Grid(Fraction(24), Fraction(24), 1.0, 3, 10))
    seen = frames_of(done.path)
    assert len(seen) == 10 and (done.width, done.height) == (320, 180) and done.method == "turn"
    assert [number_of(255 - picture) for picture in seen] == list(range(3, 13))


def test_a_rate_that_is_matched_repeats_pictures(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=12, rate=Fraction(12))
    done = made(tmp_path, film, tiny_style.onnx(tmp_path / "turn.onnx"), Grid(Fraction(24), Fraction(12), 0.5, 0, 20))
    grid = done.grid
    assert [number_of(255 - picture) for picture in frames_of(done.path)] == [grid.picture(place) for place in range(20)]


def test_how_white_is_written_is_found_out(tmp_path: Path) -> None:
    """A network that knows 0..1 alone answers no more than 1."""
    bytes_of = style_films.Network(tiny_style.onnx(tmp_path / "bytes.onnx"))
    assert np.abs(bytes_of(np.full((64, 64, 3), 55, np.uint8)) - 200 / 255).max() < 0.01
    shares = style_films.Network(tiny_style.sigmoid(tmp_path / "shares.onnx"))
    assert np.abs(shares(np.full((64, 64, 3), 255, np.uint8)) - 1 / (1 + np.exp(-1.0))).max() < 0.01


def test_pictures_are_steadied(tmp_path: Path) -> None:
    """A film of one picture with noise: what a network makes of the noise is evened out."""

    def noisy(number: int, size: tuple[int, int]) -> np.ndarray:
        rng = np.random.default_rng(number)
        return np.clip(numbered(7, size).astype(int) // 2 + 60 + rng.normal(0, 3, (size[1], size[0], 1)), 0, 255).astype(np.uint8)

    film = make_film(tmp_path / "film.mp4", frames=12, picture=noisy, options={"crf": "4"})
    network = tiny_style.onnx(tmp_path / "turn.onnx")

    def jumps(steady: float) -> float:
        seen = np.stack(frames_of(made(tmp_path, film, network, steady=steady).path)).astype(float)
        return float(np.abs(np.diff(seen, axis=0))[3:].mean())

    assert jumps(0.7) < 0.6 * jumps(0.0)


def test_what_is_no_style_network_is_said(tmp_path: Path) -> None:
    with pytest.raises(EditorError) as none:
        style_films.Network(tmp_path / "none.onnx")
    assert none.value.code == MISSING_MODEL
    (tmp_path / "bad.onnx").write_bytes(b"no network")
    with pytest.raises(EditorError) as bad:
        style_films.Network(tmp_path / "bad.onnx")
    assert bad.value.code == BAD_INPUT
    from tests import tiny_beauty

    judge = tiny_beauty.onnx(tmp_path / "judge.onnx", np.zeros((10, 3), np.float32), [0.0] * 10)
    with pytest.raises(EditorError, match="does not turn a picture"):
        style_films.Network(judge)


def test_cancelled_leaves_nothing_half(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", frames=20)
    asked = []

    def check() -> None:
        asked.append(1)
        if len(asked) > 6:
            raise EditorError("Cancelled.", "", CANCELLED)

    network = tiny_style.onnx(tmp_path / "turn.onnx")
    wanted = StyleWanted(str(film), "m", str(tmp_path / "out"), Grid(Fraction(24), Fraction(24), 1.0, 0, 20), StyleOptions(str(network)))
    with pytest.raises(EditorError) as ended:
        style_films.run(Stylise("one", (wanted,)), runtime(check))
    assert ended.value.code == CANCELLED
    assert not list((tmp_path / "out").iterdir())
