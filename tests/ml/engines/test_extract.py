"""Pictures out of films: the right frame, upright, in square pixels, whole or not at all, and over nobody's file."""

from __future__ import annotations

import errno
import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml import files
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import contact_sheet, extract
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, NO_SPACE, EditorError
from assistant_editor.ml.media import pictures_at
from assistant_editor.ml.protocol import Extract
from assistant_editor.ml.stills import THUMBNAIL_WIDTH, Cell, Picture, Sheet, thumbnail_path, thumbnails
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.media_maker import make_film, number_of

RATE = Fraction(24)


def runtime(check=lambda: None) -> Runtime:
    return Runtime(Path("unused"), lambda *_: None, lambda _: None, check)


def read(path: Path | str) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "numbered.mp4", 480, RATE, group=48)


@pytest.fixture(scope="module")
def moments_of_vfr() -> list[Fraction]:
    generator = np.random.RandomState(4)
    return [Fraction(int(tick), 90000) for tick in np.cumsum(generator.randint(900, 18000, 150)) - 900]


@pytest.fixture(scope="module")
def vfr(tmp_path_factory, moments_of_vfr) -> Path:
    start = moments_of_vfr[0]
    return make_film(
        tmp_path_factory.mktemp("vfr") / "vfr.mkv", 150, RATE, times=[moment - start for moment in moments_of_vfr], group=30
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 959), min_size=1, max_size=8, unique=True))
def test_the_frame_is_the_one_on_screen_at_that_moment_near_or_far_from_the_last(film, halves):
    halves = sorted(halves)
    moments = [Fraction(half, 48) for half in halves]
    seen = [number_of(image) for _moment, image in pictures_at(film, moments)]
    assert seen == [half // 2 for half in halves]


def test_variable_frame_rates_go_by_presentation_time_half_open(vfr, moments_of_vfr):
    begins = [Fraction(round((moment - moments_of_vfr[0]) * 1000), 1000) for moment in moments_of_vfr]  # Matroska counts milliseconds
    wanted = [(number, begins[number]) for number in range(0, 150, 7)]
    wanted += [(number, begins[number + 1] - Fraction(1, 2000)) for number in range(3, 149, 11)]
    wanted.sort(key=lambda item: item[1])
    seen = [number_of(image) for _moment, image in pictures_at(vfr, [moment for _number, moment in wanted])]
    assert seen == [number for number, _moment in wanted]


def test_before_the_beginning_is_the_first_frame_and_after_the_end_the_last(film):
    moments = [Fraction(-1), Fraction(20), Fraction(99)]
    assert [number_of(image) for _moment, image in pictures_at(film, moments)] == [0, 479, 479]


def test_frames_of_a_delayed_stream_count_from_its_own_first(tmp_path):
    film = make_film(tmp_path / "late.mkv", 60, RATE, start=Fraction(5))
    assert [number_of(image) for _moment, image in pictures_at(film, [Fraction(0), Fraction(1)])] == [0, 24]


def corners(number: int, size: tuple[int, int]) -> np.ndarray:
    """Red in the upper left corner, green in the upper right, blue in the lower left."""
    image = np.full((size[1], size[0], 3), 60, np.uint8)
    high, wide = size[1] // 3, size[0] // 3
    image[:high, :wide], image[:high, -wide:], image[-high:, :wide] = (220, 20, 20), (20, 220, 20), (20, 20, 220)
    return image


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("width", [0, 60])
def test_rotation_and_pixel_aspect_are_honoured(tmp_path, rotation, width):
    film = make_film(tmp_path / "turned.mp4", 3, RATE, (120, 60), rotation=rotation, pixel_aspect=Fraction(3, 2), picture=corners)
    ((_moment, image),) = pictures_at(film, [Fraction(0)], lambda _: width)
    full = (60, 180) if rotation in (0, 180) else (180, 60)
    assert image.shape[:2] == (full if not width or width >= full[1] else (round(full[0] * width / full[1]), width))
    order = ["red", "green", None, "blue"]  # clockwise from the upper left
    places = [order[(place - rotation // 90) % 4] for place in range(4)]
    height, across = image.shape[:2]
    spots = [(0.1, 0.1), (0.1, 0.9), (0.9, 0.9), (0.9, 0.1)]
    for name, (down, right) in zip(places, spots, strict=True):
        pixel = image[int(down * height), int(right * across)].astype(int)
        if name:
            assert pixel.argmax() == ["red", "green", "blue"].index(name) and pixel.max() > 150


def test_stills_are_saved_at_full_size_as_the_ending_says(film, tmp_path):
    pictures = (Picture(str(film), Fraction(3), str(tmp_path / "a.png")), Picture(str(film), Fraction(1), str(tmp_path / "deep/b.JPG")))
    answer = extract.run(Extract("1", pictures, quality=95), runtime())
    assert answer == {"files": [str(tmp_path / "deep/b.JPG"), str(tmp_path / "a.png")], "kept": 0}
    assert (tmp_path / "a.png").read_bytes()[1:4] == b"PNG" and (tmp_path / "deep/b.JPG").read_bytes()[:2] == b"\xff\xd8"
    assert number_of(read(tmp_path / "a.png")) == 72 and number_of(read(tmp_path / "deep/b.JPG")) == 24
    assert read(tmp_path / "a.png").shape == (180, 320, 3)


def test_jpeg_quality_is_obeyed(media_folder, tmp_path):
    for quality in (30, 95):
        picture = Picture(str(media_folder / "bikes.mp4"), Fraction(1), str(tmp_path / f"{quality}.jpg"))
        extract.run(Extract("1", (picture,), quality=quality), runtime())
    assert (tmp_path / "30.jpg").stat().st_size * 2 < (tmp_path / "95.jpg").stat().st_size


def test_nothing_is_overwritten_unless_the_user_says_so(film, tmp_path):
    pictures = tuple(Picture(str(film), Fraction(k), str(tmp_path / f"{k}.png")) for k in range(3))
    (tmp_path / "1.png").write_text("mine")
    with pytest.raises(EditorError) as caught:
        extract.run(Extract("1", pictures), runtime())
    assert caught.value.code == BAD_INPUT and "1.png" in caught.value.message and "Overwrite" in caught.value.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.png"], "nothing is written where a part is refused"
    assert extract.run(Extract("1", pictures, existing="keep"), runtime()) == {
        "files": [str(tmp_path / "0.png"), str(tmp_path / "2.png")],
        "kept": 1,
    }
    assert (tmp_path / "1.png").read_text() == "mine"
    extract.run(Extract("1", pictures, existing="replace"), runtime())
    assert number_of(read(tmp_path / "1.png")) == 24


def test_an_unknown_ending_and_doubled_names_are_refused_before_anything_is_written(film, tmp_path):
    for targets in (("a.png", "b.tiff"), ("a.png", "a.png")):
        pictures = tuple(Picture(str(film), Fraction(k), str(tmp_path / name)) for k, name in enumerate(targets))
        with pytest.raises(EditorError) as caught:
            extract.run(Extract("1", pictures), runtime())
        assert caught.value.code == BAD_INPUT and not list(tmp_path.iterdir())


def test_a_full_disk_is_one_clear_error_and_what_is_there_is_whole(film, tmp_path, monkeypatch):
    pictures = tuple(Picture(str(film), Fraction(k), str(tmp_path / f"{k}.png")) for k in range(5))
    real, count = files.Path.replace, iter(range(100))

    def full(self, target):
        if next(count) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(files.Path, "replace", full)
    with pytest.raises(EditorError) as caught:
        extract.run(Extract("1", pictures), runtime())
    assert caught.value.code == NO_SPACE and "2 of the pictures were written" in caught.value.message and caught.value.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.png", "1.png"]
    assert [number_of(read(tmp_path / f"{k}.png")) for k in range(2)] == [0, 24]


def test_cancelling_stops_between_two_pictures(film, tmp_path):
    pictures = tuple(Picture(str(film), Fraction(k), str(tmp_path / f"{k}.png")) for k in range(15))

    def cancelled():
        if (tmp_path / "3.png").exists():
            raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as caught:
        extract.run(Extract("1", pictures), runtime(cancelled))
    assert caught.value.code == CANCELLED and len(list(tmp_path.iterdir())) == 4


def test_a_contact_sheet_has_pages_and_shares_the_frames_of_the_stills(film, tmp_path, monkeypatch):
    decoded = []
    real = extract.pictures_at
    monkeypatch.setattr(extract, "pictures_at", lambda *given: (decoded.append(one[0]) or one for one in real(*given)))
    moments = [Fraction(k) for k in range(11)]
    cells = tuple(Cell(str(film), moment, (str(number), "1.0 s")) for number, moment in enumerate(moments, 1))
    pictures = tuple(Picture(str(film), moment, str(tmp_path / f"{moment}.png")) for moment in moments[:4])
    answer = extract.run(Extract("1", pictures, (Sheet(str(tmp_path / "sheet.png"), cells, 3, 2),)), runtime())
    assert [Path(name).name for name in answer["files"]] == ["0.png", "1.png", "2.png", "3.png", "sheet_1.png", "sheet_2.png"]
    assert decoded == moments
    page = read(tmp_path / "sheet_1.png")
    margin, pitch = contact_sheet.MARGIN, 180 + contact_sheet.caption_height(2) + contact_sheet.MARGIN
    for place in range(6):
        top, left = margin + place // 3 * pitch, margin + place % 3 * (320 + margin)
        assert number_of(page[top : top + 180, left : left + 320]) == 24 * place


def test_thumbnails_lie_in_the_cache_by_content_and_moment_and_are_made_once(film, tmp_path):
    wanted = [("12-abcdef", str(film), Fraction(7, 3)), ("12-abcdef", str(film), Fraction(5))]
    asked = thumbnails(tmp_path, wanted)
    assert [picture.width for picture in asked] == [THUMBNAIL_WIDTH] * 2
    extract.run(Extract("1", asked, existing="keep"), runtime())
    path = thumbnail_path(tmp_path, "12-abcdef", Fraction(7, 3))
    assert read(path).shape[1] == THUMBNAIL_WIDTH and number_of(read(path)) == 56
    assert thumbnails(tmp_path, wanted) == ()
    cache = Cache(tmp_path)
    assert cache.size() == sum(thumbnail_path(tmp_path, one[0], one[2]).stat().st_size for one in wanted)
    assert cache.clear() > 0 and not path.exists()


def test_a_film_without_pictures_is_said(media_folder, tmp_path):
    with pytest.raises(EditorError) as caught:
        extract.run(Extract("1", (Picture(str(media_folder / "two_cities.wav"), Fraction(0), str(tmp_path / "a.png")),)), runtime())
    assert caught.value.code == BAD_INPUT and "two_cities.wav" in caught.value.message


def test_the_worker_answers_the_request(film, tmp_path, worker_python, models_folder):
    from assistant_editor.ml.client import Backend, Job, close_all

    target = str(tmp_path / "a.png")
    request = Extract("x", (Picture(str(film), Fraction(2), target),))
    job = Job(Backend(worker_python, str(models_folder), str(tmp_path / "cache")), [request])
    try:
        assert job.wait() == "done", job.failures
        assert json.loads(json.dumps(job.results["x", "extract"])) == {"files": [target], "kept": 0}
        assert number_of(read(target)) == 48
    finally:
        close_all()


def test_small_pictures_are_forgotten_page_by_page(film, tmp_path, monkeypatch):
    held = []
    real = extract._Writer.take

    def take(self, *given):
        real(self, *given)
        held.append(len(self._small))

    monkeypatch.setattr(extract._Writer, "take", take)
    cells = tuple(Cell(str(film), Fraction(k, 4), (str(k),)) for k in range(60))
    extract.run(Extract("1", (), (Sheet(str(tmp_path / "sheet.png"), cells, 3, 2),)), runtime())
    assert len(list(tmp_path.iterdir())) == 10 and max(held) == 5
