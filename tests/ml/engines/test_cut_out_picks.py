"""What was clicked on: cut out of one picture, followed through its shot there and back, without weights and by untrained networks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import mattes
from assistant_editor.ml.engines import matte_clicking, matte_picks, segment_anything
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.ml.mattes import Clicks, Grid, MatteOptions, Pick, Region, Wanted

from tests import tiny_sam
from tests.matte_maker import Scene, film, frame
from tests.ml.engines.test_cut_outs import RATE, alike, grid, made, read

SIZE, FRAMES, SPEED = (256, 144), 12, 3.0
SCENE = Scene(5, SIZE, figure=(40, 60, 130), strands=0)
WHOLE = Span(Fraction(0), Fraction(100))
BODY, HEAD = (0.5, 0.75, True), (0.5, 0.38, True)


def truth(number: int) -> np.ndarray:
    return frame(SCENE, number, SPEED)[1] > 0.5


@pytest.fixture(scope="module")
def passing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A figure of known matte that moves to the right, three pixels a frame."""
    path = tmp_path_factory.mktemp("passing") / "passing.mkv"
    return film(path, (frame(SCENE, number, SPEED)[0] for number in range(FRAMES)))


def pick(number: int, *points: tuple[float, float, bool], span: Span = WHOLE, **more) -> Pick:
    return Pick(span, (Clicks(number / RATE, points),), **more)


def wanted(path: Path, folder: Path, *picks: Pick, frames: int = FRAMES, first: int = 0, **options) -> Wanted:
    return Wanted(str(path), "m", str(folder), grid(frames, first), MatteOptions(**options), (), picks)


@pytest.mark.parametrize("scene", [Scene(0, SIZE), SCENE, Scene(2, SIZE, (60, 50, 45), (160, 150, 120))], ids=lambda one: str(one.seed))
def test_two_clicks_are_enough_for_a_figure(scene: Scene) -> None:
    image, matte = frame(scene)
    found = matte_clicking.picked(image, (BODY, HEAD, (0.15, 0.3, False)))
    assert alike(found * 255, matte > 0.5) > 0.9 and np.array_equal(found, matte_clicking.picked(image, (BODY, HEAD, (0.15, 0.3, False))))


def test_a_box_that_is_known_says_how_large_it_is() -> None:
    image, matte = frame(SCENE)
    rows, columns = np.flatnonzero((matte > 0.5).any(axis=1)), np.flatnonzero((matte > 0.5).any(axis=0))
    box = (columns[0] / SIZE[0], rows[0] / SIZE[1], (columns[-1] + 1) / SIZE[0], (rows[-1] + 1) / SIZE[1])
    assert alike(matte_clicking.picked(image, (BODY,), box) * 255, matte > 0.5) > 0.93


def test_what_is_wrong_is_corrected_where_it_is_clicked() -> None:
    """Half a figure, and a corner that is none of it: a click each, and the rest stays."""
    image, matte = frame(SCENE)
    before = matte > 0.5
    before[: SIZE[1] // 2] = False
    before[:30, :30] = True
    found = matte_clicking.picked(image, (HEAD, (0.03, 0.05, False)), before=before)
    assert alike(found * 255, matte > 0.5) > 0.9 and not found[4:12, 4:12].any()


def test_it_is_followed_there_and_back(passing: Path, tmp_path: Path) -> None:
    """Clicked on in the middle, cut out in every frame; nothing of the network of people is asked."""
    at = 6
    shift = at * SPEED / SIZE[0]
    points = [(x + shift, y, belongs) for x, y, belongs in (BODY, HEAD)]
    told: list = []
    matte = made(wanted(passing, tmp_path, pick(at, *points)), tmp_path / "no models", told=told)
    frames = read(matte.path)
    assert len(frames) == FRAMES and matte.method == "by click, GrabCut" and matte.picks[0].clicks[0].seconds == Fraction(at, 25)
    assert [alike(shown, truth(number)) > 0.9 for number, shown in enumerate(frames)] == [True] * FRAMES
    assert [share for share, *_ in told] == sorted(share for share, *_ in told) and told[-1][0] == 1.0
    assert any("Following" in step for _, step, _ in told)


def test_a_film_that_does_not_show_the_click_is_followed_on_the_way(passing: Path, tmp_path: Path) -> None:
    matte = made(wanted(passing, tmp_path, pick(2, BODY, HEAD), frames=3, first=8), tmp_path)
    assert all(alike(shown, truth(8 + number)) > 0.9 for number, shown in enumerate(read(matte.path)))


def test_a_correction_counts_from_its_picture_on(passing: Path, tmp_path: Path) -> None:
    """From frame 5 on the head is none of it; the body stays."""
    shift = 5 * SPEED / SIZE[0]
    head = (HEAD[0] + shift, HEAD[1], False)
    clicks = Clicks(Fraction(0), (BODY, HEAD)), Clicks(Fraction(5, 25), (head,))
    frames = read(made(wanted(passing, tmp_path, Pick(WHOLE, clicks)), tmp_path).path)

    def at(number: int, point: tuple[float, float, bool]) -> int:
        return int(frames[number][round(point[1] * SIZE[1]), round((point[0] + number * SPEED / SIZE[0]) * SIZE[0])])

    assert [at(number, HEAD) for number in (2, 4, 6, 9)] == [255, 255, 0, 0]
    assert [at(number, (0.5, 0.9, True)) for number in (2, 4, 6, 9)] == [255] * 4


def test_in_other_shots_what_is_meant_anyway_is_cut_out(models_folder: Path, tmp_path: Path) -> None:
    """Two shots: something clicked on in the first, people in the second."""
    from tests.drawn_person import person

    shots = [frame(SCENE, number, SPEED)[0] for number in range(6)] + [person(SIZE, 0.5)[0]] * 5
    path = film(tmp_path / "both.mkv", iter(shots))
    matte = made(wanted(path, tmp_path / "mattes", pick(0, BODY, HEAD, span=Span(Fraction(0), Fraction(6, 25))), frames=11), models_folder)
    frames = read(matte.path)
    assert alike(frames[3], truth(3)) > 0.9 and alike(frames[9], person(SIZE, 0.5)[1]) > 0.9 and "; by click" in matte.method


def test_what_was_hidden_is_found_again_where_it_is_known_to_be(tmp_path: Path) -> None:
    """Something stands before it for three frames, and is none of it; then its box says where it is."""
    image, matte = frame(SCENE, 0)
    hidden = image.copy()
    hidden[:, SIZE[0] // 4 : 3 * SIZE[0] // 4] = (225, 220, 90)
    path = film(tmp_path / "gone.mkv", iter([image] * 4 + [hidden] * 3 + [image] * 3))
    rows, columns = np.flatnonzero((matte > 0.5).any(axis=1)), np.flatnonzero((matte > 0.5).any(axis=0))
    box = (columns[0] / SIZE[0], rows[0] / SIZE[1], (columns[-1] + 1) / SIZE[0], (rows[-1] + 1) / SIZE[1])
    region = Region((Fraction(0), Fraction(3, 25), Fraction(7, 25), Fraction(1)), (box,) * 4)
    found = matte_picks.followed(
        wanted(path, tmp_path / "mattes", pick(0, BODY, HEAD, region=region), frames=10), lambda: None, lambda _: None
    )
    assert alike(found.drawn(3) * 255, matte > 0.5) > 0.9
    assert alike(found.drawn(9) * 255, matte > 0.5) > 0.85


def test_what_comes_before_it_is_none_of_it() -> None:
    image, matte = frame(SCENE, 0)
    flow = matte_clicking.Flow()
    flow.look(image)
    partly = image.copy()
    start, middle = SIZE[0] // 3, SIZE[0] // 2
    partly[:, start:middle] = (225, 220, 90)
    carried = flow.carried(partly, matte > 0.5) > 0.5
    assert not carried[:, start + 6 : middle - 6].any()
    assert alike(carried[:, middle + 4 :] * 255, matte[:, middle + 4 :] > 0.5) > 0.9
    brighter = np.clip(image.astype(int) + 60, 0, 255).astype(np.uint8)
    assert alike((flow.carried(brighter, matte > 0.5) > 0.5) * 255, matte > 0.5) > 0.9


def test_following_can_be_cancelled(passing: Path, tmp_path: Path) -> None:
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) > 5:
            raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as caught:
        made(wanted(passing, tmp_path, pick(0, BODY)), tmp_path, check=check)
    assert caught.value.code == CANCELLED and not list(tmp_path.iterdir())


def test_backwards_a_film_is_read_a_chunk_at_a_time(passing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matte_picks, "CHUNK", 4)
    steps = list(matte_picks._read(wanted(passing, tmp_path), list(range(11)), True, 64, lambda: None))
    assert [number for number, _ in steps] == list(range(10, -1, -1)) and all(image.shape == (36, 64, 3) for _, image in steps)
    plain = dict(matte_picks._read(wanted(passing, tmp_path), list(range(11)), False, 64, lambda: None))
    assert all(np.array_equal(image, plain[number]) for number, image in steps)


@pytest.mark.parametrize("kind", segment_anything.CLASSES)
def test_networks_of_clicks_run_over_a_film(kind: str, passing: Path, tmp_path: Path) -> None:
    """Untrained: what they say is noise, of the picture's size, in every frame, and of each kind as the library runs it."""
    model = str(tiny_sam.saved(tmp_path / kind, kind))
    both = Pick(WHOLE, (Clicks(Fraction(4, 25), (BODY,)), Clicks(Fraction(6, 25), ((0.1, 0.1, False),))), model)
    matte = made(wanted(passing, tmp_path / "mattes", both, frames=7, edges=0.0), tmp_path)
    assert len(read(matte.path)) == 7 and matte.method == f"by click, {kind}"


def test_clicks_and_boxes_reach_the_network_where_they_are(tmp_path: Path) -> None:
    """SAM fills a picture up to its square, SAM 2 stretches it."""
    image = np.zeros((90, 160, 3), np.uint8)
    for kind, high in (("sam", tiny_sam.SIDE * 90 / 160), ("sam2", tiny_sam.SIDE)):
        network = segment_anything.follower(str(tiny_sam.saved(tmp_path / kind, kind)))._network
        points, labels = network.places(image, ((0.5, 0.5, True), (0.25, 1.0, False)), (0.0, 0.0, 1.0, 0.5))
        assert labels.tolist() == [[[2, 3, 1, 0]]]
        side = tiny_sam.SIDE
        assert points[0, 0].numpy() == pytest.approx(np.array([[0, 0], [side, high / 2], [side / 2, high / 2], [side / 4, high]]))
        told = np.zeros((side // 4, side // 4), np.float32)
        told[: round(high / 8)] = 9
        import torch

        drawn = network.drawn(torch.from_numpy(told), image)
        assert drawn.shape == (90, 160) and drawn[:35].min() > 0.9 and drawn[60:].max() < 0.6


def test_a_folder_without_such_a_network_is_refused(passing: Path, tmp_path: Path) -> None:
    for model, code in (("nowhere", MISSING_MODEL), ("other", BAD_INPUT)):
        if model == "other":
            (tmp_path / model).mkdir()
            (tmp_path / model / "config.json").write_text('{"model_type": "clip"}')
        with pytest.raises(EditorError) as caught:
            made(wanted(passing, tmp_path / "mattes", pick(0, BODY, model=str(tmp_path / model))), tmp_path)
        assert caught.value.code == code and "Click Model" in caught.value.remedy


def test_a_grid_and_a_pick_that_share_nothing() -> None:
    asked = Wanted("a.mp4", "m", ".", Grid(RATE, RATE, 1.0, 0, 10), picks=(pick(50, BODY, span=Span(Fraction(2), Fraction(3))),))
    assert not matte_picks.spared(asked) and not mattes.told(asked.picks, asked.grid)
    assert matte_picks._ways(asked.picks[0], asked.grid) == ([], [])
