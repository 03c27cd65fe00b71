"""Films of mattes made by the real network and by an untrained one that outlines: what they show, how they are written, and that nothing
half-written is left."""

from __future__ import annotations

import json
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from assistant_editor.ml import matte_files, mattes
from assistant_editor.ml.engines import cut_outs, matte_looking, yolo_outlines
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.selfie import SIDES, Segmenter
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.mattes import Grid, MatteOptions, Region, Wanted
from assistant_editor.ml.media import grey_film
from assistant_editor.ml.protocol import CutOut, decode, encode

from tests.drawn_person import person
from tests.matte_maker import film
from tests.tiny_yolo import network, saved

GOLDEN = Path(__file__).parents[2] / "golden" / "selfie.json"
SIZE = (320, 180)
RATE = Fraction(25)


def runtime(models: Path, check=lambda: None, told: list | None = None) -> Runtime:
    return Runtime(models, lambda *given: told.append(given) if told is not None else None, lambda _: None, check)


def grid(frames: int, first: int = 0, step: float = 1.0, rate: Fraction = RATE) -> Grid:
    return Grid(rate, RATE, step, first, frames)


def read(path: str | Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def alike(matte: np.ndarray, truth: np.ndarray) -> float:
    found = matte > 127
    return float((found & truth).sum() / max(1, (found | truth).sum()))


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames of somebody who walks to the right."""
    path = tmp_path_factory.mktemp("walk") / "walk.mkv"
    return film(path, (person(SIZE, 0.4 + 0.01 * number)[0] for number in range(12)))


def made(wanted: Wanted, models: Path, **more) -> mattes.Matte:
    request = decode(encode(CutOut("one", (wanted,))))  # as the worker gets it
    assert isinstance(request, CutOut)
    cut_outs.run(request, runtime(models, **more))
    (found,) = matte_files.stored(wanted.folder)
    return found


@pytest.mark.parametrize("name", SIDES)
def test_the_networks_say_what_mediapipe_makes_of_the_same_picture(models_folder: Path, name: str) -> None:
    picture, _ = person(SIDES[name])
    found = Segmenter(models_folder)._look(name, picture)
    assert np.abs(found[4::8, 4::8] - np.array(json.loads(GOLDEN.read_text())[name])).max() < 0.001


def test_a_person_is_cut_out_frame_by_frame(models_folder: Path, walk: Path, tmp_path: Path) -> None:
    matte = made(Wanted(str(walk), "m", str(tmp_path), grid(12)), models_folder)
    frames = read(matte.path)
    assert len(frames) == 12 and frames[0].shape == SIZE[::-1] == (matte.height, matte.width)
    for number, shown in enumerate(frames):
        assert alike(shown, person(SIZE, 0.4 + 0.01 * number)[1]) > 0.95
    assert matte.share == pytest.approx(np.mean(frames) / 255, abs=0.01) and not matte.blank
    assert len(matte.lines) == 1 and matte.lines[0].keys[0][0] == 0 and matte.lines[0].keys[-1][0] == 11


def test_little_people_are_looked_at_more_closely(models_folder: Path, tmp_path: Path) -> None:
    path = film(tmp_path / "far.mkv", (person((640, 360), 0.7, 0.4, 0.5)[0] for _ in range(4)))
    matte = made(Wanted(str(path), "m", str(tmp_path / "mattes"), grid(4)), models_folder)
    truth = person((640, 360), 0.7, 0.4, 0.5)[1]
    assert alike(read(matte.path)[-1], truth) > 0.93


def test_only_what_was_followed_is_cut_out(models_folder: Path, tmp_path: Path) -> None:
    """Of two people the one in the region; nobody where it has ended."""
    left, right = person(SIZE, 0.25, 0.55), person(SIZE, 0.75, 0.55)
    half = SIZE[0] // 2
    both = np.concatenate([left[0][:, :half], right[0][:, half:]], axis=1)
    path = film(tmp_path / "two.mkv", (both for _ in range(6)))
    region = Region((Fraction(0), Fraction(7, 50)), ((0.55, 0.1, 0.95, 1.0),) * 2)
    options = MatteOptions(steady=0.0, followed="person")
    matte = made(Wanted(str(path), "m", str(tmp_path / "mattes"), grid(6), options, (region,)), models_folder)
    frames = read(matte.path)
    truth = np.where(np.arange(SIZE[0]) >= half, right[1], False)
    for shown in frames[:4]:
        assert alike(shown, truth) > 0.9 and shown[:, : half - 20].max() == 0
    assert not frames[4].any() and not frames[5].any() and matte.blank == ((4, 6),)


def test_a_film_that_runs_at_another_rate_is_shown_as_blender_shows_it(models_folder: Path, walk: Path, tmp_path: Path) -> None:
    """At half the rate every picture stands twice, and none is looked at twice."""
    told: list = []
    matte = made(Wanted(str(walk), "m", str(tmp_path), grid(10, 2, 0.5, Fraction(50))), models_folder, told=told)
    frames = read(matte.path)
    pictures = [matte.grid.picture(2 + number) for number in range(10)]
    assert pictures == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    for number in range(1, 10):
        assert np.array_equal(frames[number], frames[number - 1]) == (pictures[number] == pictures[number - 1])
    assert told[-1][0] == 1.0 and [part for part, *_ in told] == sorted(part for part, *_ in told)


def test_cancelled_in_the_middle_nothing_is_left(models_folder: Path, walk: Path, tmp_path: Path) -> None:
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) > 12:
            assert list(tmp_path.iterdir()), "a draft is being written"
            raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as caught:
        made(Wanted(str(walk), "m", str(tmp_path), grid(12)), models_folder, check=check)
    assert caught.value.code == CANCELLED and not list(tmp_path.iterdir())


def test_a_film_that_ends_early_leaves_nothing(models_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "none.mkv").write_bytes(b"this is no film")
    with pytest.raises(EditorError) as caught:
        made(Wanted(str(tmp_path / "none.mkv"), "m", str(tmp_path / "mattes"), grid(3)), models_folder)
    assert caught.value.code == BAD_INPUT and not list((tmp_path / "mattes").iterdir())


def test_memory_does_not_grow_with_the_film(models_folder: Path, tmp_path: Path) -> None:
    peaks = []
    for count in (24, 120):  # all that may wait for each other does so in the shorter one, too
        path = film(tmp_path / f"{count}.mkv", (person(SIZE, 0.5)[0] for _ in range(count)))
        tracemalloc.start()
        made(Wanted(str(path), "m", str(tmp_path / str(count)), grid(count)), models_folder)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # A tenth of a frame for each frame more: keeping only their mattes would be a third. How many frames wait for each other at the fullest
    # moment is a matter of threads, and differs by four or five.
    assert peaks[1] - peaks[0] < 10 * SIZE[0] * SIZE[1] * 3


def test_without_the_network_it_is_said_how_to_get_it(walk: Path, tmp_path: Path) -> None:
    with pytest.raises(EditorError) as caught:
        made(Wanted(str(walk), "m", str(tmp_path / "mattes"), grid(3)), tmp_path / "nothing")
    assert caught.value.code == MISSING_MODEL and mattes.SELFIE in str(caught.value)


def test_a_grey_film_is_kept_to_the_value_and_appears_whole(tmp_path: Path) -> None:
    frames = [np.random.default_rng(seed).integers(0, 256, (24, 38)).astype(np.uint8) for seed in range(3)]
    with grey_film(tmp_path / "a.mkv", (38, 24), Fraction(30000, 1001)) as made_film:
        for frame in frames:
            made_film.add(frame)
            assert not (tmp_path / "a.mkv").exists()
    assert all(np.array_equal(one, other) for one, other in zip(read(tmp_path / "a.mkv"), frames, strict=True))
    with av.open(str(tmp_path / "a.mkv")) as container:
        assert container.streams.video[0].guessed_rate == Fraction(30000, 1001)
        assert all(packet.is_keyframe for packet in container.demux(video=0) if packet.size)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mkv"]


def test_numbers_become_outlines_as_ultralytics_own_lines_make_them() -> None:
    import torch

    network("yolo11-seg")  # imports ultralytics as the project does
    from ultralytics.utils import ops

    rng = np.random.default_rng(3)
    prototypes = rng.normal(0, 1, (32, 40, 40)).astype(np.float32)
    prototypes = np.stack([cv2.GaussianBlur(one, (0, 0), 3) for one in prototypes]) * 5
    boxes = np.array([[8, 12, 70, 90], [60, 40, 150, 150], [100, 4, 140, 60]], np.float32)
    rows = np.concatenate([boxes, np.full((3, 2), 0.5, np.float32), rng.normal(0, 1, (3, 32)).astype(np.float32)], axis=1)
    given = torch.from_numpy(prototypes), torch.from_numpy(rows[:, 6:]), torch.from_numpy(rows[:, :4])
    theirs = ops.process_mask(*given, (160, 160), upsample=True).amax(0).numpy() > 0
    found = yolo_outlines.painted(rows, prototypes, (160, 160)) > 0.5
    assert 0.1 < theirs.mean() < 0.6 and (found & theirs).sum() / (found | theirs).sum() > 0.93


def test_words_that_a_checkpoint_does_not_know_are_refused(tmp_path: Path) -> None:
    outliner = yolo_outlines.Outliner(saved(tmp_path / "tiny-seg.pt", network("yolo11-seg")))
    picture = np.random.default_rng(3).integers(0, 256, (90, 160, 3)).astype(np.uint8)
    assert outliner.outlined(picture, ("ball",), confidence=0.001).shape == (90, 160)
    with pytest.raises(EditorError) as caught:
        outliner.outlined(picture, ("person",))
    assert caught.value.code == BAD_INPUT and "ball" in caught.value.remedy


def test_a_checkpoint_that_only_finds_boxes_is_refused(walk: Path, tmp_path: Path) -> None:
    path = saved(tmp_path / "tiny.pt", network("yolo11"))
    with pytest.raises(EditorError) as caught:
        made(Wanted(str(walk), "m", str(tmp_path / "mattes"), grid(2), MatteOptions(network=str(path))), tmp_path)
    assert caught.value.code == BAD_INPUT and "outline" in caught.value.message


def test_a_checkpoint_that_outlines_makes_a_film(walk: Path, tmp_path: Path) -> None:
    path = saved(tmp_path / "tiny-seg.pt", network("yolo11-seg"))
    matte = made(Wanted(str(walk), "m", str(tmp_path / "mattes"), grid(3), MatteOptions(network=str(path))), tmp_path)
    assert len(read(matte.path)) == 3 and matte.method.startswith("tiny-seg")


def test_pieces_of_which_nothing_is_sure_are_left_out() -> None:
    seen = np.zeros((90, 160), np.float32)
    seen[10:40, 10:40], seen[10:40, 100:130], seen[60:61, 60:62] = 0.9, 0.5, 1.0
    kept = matte_looking.certain(seen)
    assert kept[20, 20] == np.float32(0.9) and not kept[:, 90:].any() and not kept[50:].any()


def test_a_followed_thing_is_between_the_looks_at_it_and_nowhere_else() -> None:
    region = Region((Fraction(1), Fraction(2)), ((0.0, 0.0, 0.2, 0.2), (0.4, 0.0, 0.6, 0.2)))
    assert matte_looking.boxes_at((region,), Fraction(3, 2))[0] == pytest.approx((0.2, 0.0, 0.4, 0.2))
    assert not matte_looking.boxes_at((region,), Fraction(1, 2)) and not matte_looking.boxes_at((region,), Fraction(5, 2))


def test_what_a_killed_worker_left_is_taken_away(models_folder: Path, walk: Path, tmp_path: Path) -> None:
    wanted = Wanted(str(walk), "m", str(tmp_path), grid(3))
    (tmp_path / f".{mattes.name_of(wanted)}.4711.part").write_bytes(b"half a film")
    (tmp_path / ".other.matte.mkv.4711.part").write_bytes(b"another's")
    made(wanted, models_folder)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == [".other.matte.mkv.4711.part"]


def test_where_nothing_moves_nobody_looks_twice(models_folder: Path) -> None:
    """A still picture with a camera's noise is looked at once; a small movement, or a cut, is looked at."""
    look = matte_looking.look(MatteOptions(), (), models_folder)
    calls: list[int] = []
    looked = look._segmenter._look
    look._segmenter._look = lambda *given: calls.append(1) or looked(*given)
    rng = np.random.default_rng(0)

    def noisy(x: float) -> np.ndarray:
        picture = person(SIZE, x)[0]
        return np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)

    first = noisy(0.5)
    drawn = look(first, first, Fraction(0), True)
    once = len(calls)
    for number in range(1, 6):
        picture = noisy(0.5)
        assert look(picture, picture, Fraction(number, 25), False) is drawn
    assert once and len(calls) == once
    moved = noisy(0.51)
    assert look(moved, moved, Fraction(6, 25), False) is not drawn and len(calls) > once
    twice = len(calls)
    look(moved, moved, Fraction(7, 25), True)
    assert len(calls) > twice
