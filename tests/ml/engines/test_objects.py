"""Things followed through films: made films with coloured boxes, whose places are known to the pixel, and untrained and real networks.

A detector that finds red and blue stands for the network where what is done with its boxes is tested; everything else is the real thing.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml import media, models
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import objects, yolo
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, NO_STREAM, EditorError
from assistant_editor.ml.facts import AudioStream, Media, ObjectsOptions, Span
from assistant_editor.ml.protocol import Analyse, Failed, Result, Task
from assistant_editor.ml.schedule import analyse

from tests.coloured_things import BLUE, RED, Colours, boxes, looked, painted, put_in_place, runtime
from tests.media_maker import make_film, scenes
from tests.tiny_yolo import network, saved


@pytest.fixture
def colours(monkeypatch, tmp_path) -> Path:
    return put_in_place(monkeypatch, tmp_path)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("aspect", [Fraction(1), Fraction(4, 3), Fraction(64, 45)])
def test_boxes_are_in_pixels_of_the_upright_picture_as_it_is_stored(tmp_path, colours, rotation, aspect):
    size, box = (320, 180), (40, 30, 80, 60)
    film = make_film(
        tmp_path / "film.mp4", 6, size=size, rotation=rotation, pixel_aspect=aspect, picture=painted((RED, lambda number: box))
    )
    facts = looked(film, colours)
    width, height = size if rotation in (0, 180) else size[::-1]
    assert (facts.width, facts.height) == (width, height)
    left, top, across, down = box
    turned = {
        0: box,
        90: (size[1] - top - down, left, down, across),
        180: (size[0] - left - across, size[1] - top - down, across, down),
        270: (top, size[0] - left - across, down, across),
    }[rotation]
    (track,) = facts.tracks
    assert track.label == "ball"
    assert np.abs(boxes(track)[:, :4] - turned).max() <= 3.5  # a pixel of the small picture that is looked at is two of the film's


def test_the_network_sees_square_pixels_of_the_size_it_was_trained_with(tmp_path, colours):
    film = make_film(tmp_path / "film.mp4", 2, size=(180, 160), pixel_aspect=Fraction(2), picture=painted())
    consumer = objects.start(ObjectsOptions(str(colours)), media.probe(film), None, runtime(tmp_path))
    assert consumer.size == (160, 71)
    consumer.close()
    larger = objects.start(ObjectsOptions(str(colours), size=640), media.probe(film), None, runtime(tmp_path))
    assert larger.size == (640, 284)  # enlarged too
    larger.close()


def test_a_thing_is_followed_across_the_picture_as_one(tmp_path, colours):
    film = make_film(tmp_path / "film.mp4", 72, picture=painted((RED, lambda number: (4 * number, 60, 50, 50))))
    facts = looked(film, colours)
    (track,) = facts.tracks
    rows = boxes(track)
    for sample, row in zip(track.samples, rows, strict=True):
        assert abs(row[0] - 4 * facts.frames[sample]) < 4 and abs(row[1] - 60) < 4
    assert len(track.samples) >= len(facts.seconds) - 1
    assert facts.span == Span(Fraction(0), Fraction(3)) and facts.rate == 24
    assert [facts.seconds[n] for n in range(len(facts.frames))] == [Fraction(frame, 24) for frame in facts.frames]


@pytest.mark.parametrize("tracker", ["bytetrack", "botsort"])
def test_things_that_pass_each_other_stay_themselves(tmp_path, colours, tracker):
    film = make_film(
        tmp_path / "film.mp4",
        72,
        picture=painted((RED, lambda number: (3 * number, 40, 40, 40)), (BLUE, lambda number: (250 - 3 * number, 100, 40, 40))),
    )
    facts = looked(film, colours, tracker=tracker)
    assert sorted(track.label for track in facts.tracks) == ["ball", "cube"]
    assert ("BoT-SORT" if tracker == "botsort" else "ByteTrack") in facts.method and "colours" in facts.method


def test_a_thing_that_was_hidden_for_a_moment_is_the_same_one(tmp_path, colours):
    film = make_film(tmp_path / "film.mp4", 96, picture=painted((RED, lambda number: None if 40 <= number < 60 else (100, 60, 60, 60))))
    (track,) = looked(film, colours).tracks
    assert max(np.diff(track.samples)) > 1


def test_more_frames_are_looked_at_where_more_moves(tmp_path, colours):
    still = looked(make_film(tmp_path / "still.mp4", 72, picture=painted((RED, lambda number: (100, 60, 60, 60)))), colours)
    moving = looked(make_film(tmp_path / "moving.mp4", 72, picture=painted((RED, lambda number: (8 * number % 300, 0, 120, 180)))), colours)
    assert len(still.frames) == 9  # three a second
    assert 18 <= len(moving.frames) <= 36
    all_of_it = looked(tmp_path / "still.mp4", colours, per_second=Fraction(1000))
    assert len(all_of_it.frames) == 72
    (track,) = all_of_it.tracks
    assert track.samples == tuple(range(72))


def test_no_track_crosses_a_cut(tmp_path, colours):
    """The same red box at the same place before and after the cut, as somebody might sit in two shots."""
    ground = scenes((36, 36), (320, 180))

    def picture(number, size):
        image = ground(number, size)
        image[..., 0] = np.minimum(image[..., 0], image[..., 1])  # nothing in the ground is red or blue
        image[..., 2] = np.minimum(image[..., 2], image[..., 1])
        image[60:120, 100:160] = RED
        return image

    facts = looked(make_film(tmp_path / "film.mp4", 72, picture=picture), colours)
    assert len(facts.tracks) == 2
    for track in facts.tracks:
        frames = [facts.frames[sample] for sample in track.samples]
        assert max(frames) < 36 or min(frames) >= 36


def test_a_thing_seen_once_counts_when_it_is_sure_or_the_shot_has_no_second_look(tmp_path, colours, monkeypatch):
    glimpse = make_film(
        tmp_path / "glimpse.mp4", 48, picture=painted((RED, lambda number: (100, 60, 60, 60) if 22 <= number < 26 else None))
    )
    (sure,) = looked(glimpse, colours).tracks
    assert len(sure.samples) == 1
    monkeypatch.setattr(Colours, "confidence", 0.4)
    assert looked(glimpse, colours).tracks == ()
    one = make_film(tmp_path / "one.mp4", 1, picture=painted((RED, lambda number: (100, 60, 60, 60))))
    assert len(looked(one, colours).tracks) == 1


def test_things_less_sure_than_asked_are_left_out(tmp_path, colours, monkeypatch):
    film = make_film(tmp_path / "film.mp4", 24, picture=painted((RED, lambda number: (100, 60, 60, 60))))
    monkeypatch.setattr(Colours, "confidence", 0.3)
    assert len(looked(film, colours).tracks) == 1
    assert looked(film, colours, confidence=0.35).tracks == ()


def test_a_part_of_a_film_counts_frames_from_its_beginning(tmp_path, colours):
    film = make_film(tmp_path / "film.mp4", 96, picture=painted((RED, lambda number: (number, 60, 60, 60))))
    span = Span(Fraction(2), Fraction(3))
    facts = looked(film, colours, span)
    assert facts.span == span and min(facts.frames) == 48 and max(facts.frames) < 72
    (track,) = facts.tracks
    assert abs(boxes(track)[0, 0] - 48) < 4


def test_all_of_it_by_the_scheduler_and_out_of_the_cache(tmp_path, colours):
    film = make_film(tmp_path / "film.mp4", 24, picture=painted((RED, lambda number: (100, 60, 60, 60))))
    request = Analyse("a", str(film), (Task("objects", {"model": str(colours)}),))
    answers: list[Result | Failed] = []
    for _ in range(2):
        analyse(request, Cache(tmp_path / "cache"), runtime(tmp_path), answers.append)
    first, again = answers
    assert isinstance(first, Result) and isinstance(again, Result) and again.cached and first.facts == again.facts


def test_cancelling_reaches_it(tmp_path, colours):
    def check() -> None:
        raise EditorError("Cancelled.", code=CANCELLED)

    film = make_film(tmp_path / "film.mp4", 24, picture=painted())
    consumer = objects.start(ObjectsOptions(str(colours)), media.probe(film), None, runtime(tmp_path, check))
    with pytest.raises(EditorError, match="Cancelled"):
        media.decode(film, [consumer], None, check)
    consumer.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (ObjectsOptions(per_second=Fraction(0)), "cannot be looked at"),
        (ObjectsOptions(confidence=0.0), "cannot be asked for"),
        (ObjectsOptions(confidence=1.0), "cannot be asked for"),
        (ObjectsOptions(size=9999), "cannot be looked at"),
        (ObjectsOptions(tracker="sort"), "no tracker"),  # type: ignore[arg-type]
        (ObjectsOptions(model="/no/such/file.pt"), "no file"),
        (ObjectsOptions(model="yolo99"), "no model 'yolo99'"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, options, said):
    film = make_film(tmp_path / "film.mp4", 2)
    with pytest.raises(EditorError, match=said) as caught:
        objects.start(options, media.probe(film), None, runtime(tmp_path))
    assert caught.value.code == BAD_INPUT and caught.value.remedy


def test_a_medium_without_pictures_and_a_machine_without_models_are_told_apart(tmp_path):
    sound = Media(Fraction(1), None, AudioStream(48000, 1, Fraction(0), Fraction(1)))
    with pytest.raises(EditorError, match="no pictures") as caught:
        objects.start(ObjectsOptions(), sound, None, runtime(tmp_path))
    assert caught.value.code == NO_STREAM
    with pytest.raises(EditorError, match="No model that finds things") as caught:
        objects.start(ObjectsOptions(), media.probe(make_film(tmp_path / "film.mp4", 2)), None, runtime(tmp_path))
    assert caught.value.code == MISSING_MODEL and "Models page" in caught.value.remedy


def test_the_smallest_model_that_is_installed_is_used_and_one_of_ones_own_by_its_name(tmp_path):
    folder = tmp_path / "models"
    small, large = saved(tmp_path / "Small One.pt", network()), saved(tmp_path / "large.pt", network(), more=bytes(500_000))
    models.adopt("yolo-own-large", folder, large)
    models.adopt(models.own_name(models.OWN_DETECTOR, small.stem), folder, small)
    assert objects.checkpoint("", folder) == folder / "yolo-own-small-one" / "small-one.pt"
    assert objects.checkpoint("yolo-own-large", folder).name == "large.pt"
    assert {one.model.task for one in models.status(folder) if one.installed} == {"objects"}
    (folder / "yolo-own-large" / "large.pt").write_bytes(b"another")
    with pytest.raises(EditorError, match="not the file it should be"):
        objects.checkpoint("yolo-own-large", folder)
    (tmp_path / "text.pt").write_text("weights")
    with pytest.raises(EditorError, match="no checkpoint of PyTorch"):
        models.adopt("yolo-own-text", folder, tmp_path / "text.pt")
    assert not (folder / "yolo-own-text").exists()


def test_the_tables_models_go_before_ones_own_and_those_for_all_things_before_poses(tmp_path, monkeypatch):
    def there(*sizes: tuple[str, int]):
        found = [models.Status(models.Model(name, "objects", name, "MIT", size, ()), "installed", size, tmp_path) for name, size in sizes]
        monkeypatch.setattr(models, "status", lambda folder: tuple(found))

    monkeypatch.setattr(models, "path_of", lambda name, folder: Path(name))
    there(("yolo-own-birds", 1), ("yolo11n-pose", 2), ("yolo11m", 5), ("yolo11s", 3))
    assert objects.checkpoint("", tmp_path) == Path("yolo11s")
    there(("yolo-own-birds", 4), ("yolo11n-pose", 2), ("yolo-own-cars", 3))
    assert objects.checkpoint("", tmp_path) == Path("yolo-own-cars")
    there(("yolo11n-pose", 2))
    assert objects.checkpoint("", tmp_path) == Path("yolo11n-pose")


@pytest.mark.parametrize("kind", ["yolo11", "yolo11-seg", "yolov8-pose", "yolo26"])
def test_untrained_networks_go_all_the_way(tmp_path, kind):
    path = saved(tmp_path / "tiny.pt", network(kind))
    facts = looked(
        make_film(tmp_path / "film.mp4", 12, picture=scenes((12,), (320, 180))), path, confidence=0.002, thorough=kind == "yolo26"
    )
    assert facts.tracks and "tiny at 160" in facts.method and ("thorough" in facts.method) == (kind == "yolo26")
    for track in facts.tracks:
        rows = boxes(track)
        assert len(rows) == len(track.samples) and (rows[:, :2] >= 0).all() and (rows[:, 0] + rows[:, 2] <= 320.01).all()
        assert track.label in {"ball", "cube", "star"}
        points = np.frombuffer(base64.b64decode(track.pose), "<f4")
        assert points.size == (len(rows) * 51 if kind.endswith("-pose") else 0)


@pytest.mark.parametrize(
    ("size", "codec", "pixels"),
    [
        ((2, 2), "libx264", "yuv420p"),
        ((321, 179), "ffv1", "bgra"),
        ((64, 64), "libx264", "yuv420p10le"),
        ((7680, 4320), "libx264", "yuv420p"),
    ],
    ids=["2x2", "odd with alpha", "10 bit", "8K"],
)
def test_strange_pictures_are_looked_at(tmp_path, size, codec, pixels):
    import av

    film = tmp_path / "film.mkv"
    with av.open(str(film), "w") as container:
        video = container.add_stream(codec, rate=24, options={"preset": "ultrafast"} if codec == "libx264" else {})
        video.width, video.height, video.pix_fmt = *size, pixels
        frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 128, np.uint8), format="rgb24")  # of a single colour
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
    facts = looked(film, saved(tmp_path / "tiny.pt", network()))
    assert (facts.width, facts.height) == size and len(facts.frames) == 1


@pytest.fixture(scope="module")
def real(fixtures_folder) -> Path:
    return fixtures_folder / "models" / "yolov8n.pt"


@pytest.mark.parametrize(("rotation", "aspect"), [(0, Fraction(1)), (90, Fraction(1)), (180, Fraction(2)), (270, Fraction(4, 3))])
def test_real_weights_find_the_same_people_however_the_film_is_stored(tmp_path, real, rotation, aspect):
    photograph = cv2.imread(str(Path(yolo.ultralytics().__file__).parent / "assets" / "bus.jpg"))[..., ::-1]
    quarters = rotation // 90
    upright = cv2.resize(photograph, (round(540 / aspect) // 2 * 2, 720) if quarters % 2 == 0 else (540, round(720 / aspect) // 2 * 2))
    stored = np.ascontiguousarray(np.rot90(upright, quarters))
    film = make_film(
        tmp_path / "film.mp4", 4, size=stored.shape[1::-1], rotation=rotation, pixel_aspect=aspect, picture=lambda number, size: stored
    )
    facts = looked(film, real)
    assert (facts.width, facts.height) == upright.shape[1::-1]
    whole = np.array([810 / facts.width, 1080 / facts.height] * 2)
    found = [(track.label, boxes(track)[0, :4] * whole) for track in facts.tracks if track.confidence > 0.5]
    assert sorted(label for label, _ in found) == ["bus", "person", "person", "person"]
    (expected,) = yolo.Detector(real).detect([np.ascontiguousarray(photograph)], 0.5)
    for left, top, right, bottom, _sure, number in expected:
        nearest = min(
            np.abs(box - (left, top, right - left, bottom - top)).max() for label, box in found if (label == "bus") == (number == 5)
        )
        assert nearest < 25  # of 810 x 1080 pixels; the film is smaller, and squeezed where its pixels are not square


def test_a_film_without_anything_in_it_has_nothing_in_it(tmp_path, real):
    film = make_film(tmp_path / "film.mp4", 24, picture=lambda number, size: np.full((size[1], size[0], 3), 60, np.uint8))
    facts = looked(film, real)
    assert facts.tracks == () and len(facts.frames) == 3
