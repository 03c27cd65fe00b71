"""Faces found, followed, described and read: on real photographs moved about as films, and on pictures that hold none."""

from __future__ import annotations

import importlib.util
import threading
from base64 import b64decode
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.codec import from_json
from assistant_editor.ml.engines import face_finder, face_views, faces
from assistant_editor.ml.engines.face_tracks import Tracks
from assistant_editor.ml.engines.face_views import View
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, NO_STREAM, EditorError
from assistant_editor.ml.facts import EXPRESSIONS, Faces, FacesOptions, FaceTrack, Media, Span, VideoStream
from assistant_editor.ml.models import adopt, path_of
from assistant_editor.ml.protocol import Analyse, Result, Task
from assistant_editor.ml.schedule import analyse
from assistant_editor.timeline import persons
from assistant_editor.timeline.requests import by_engine

from tests.media_maker import make_film

KNOWN = FacesOptions(identity=True)


@pytest.fixture(scope="module")
def models(models_folder, fixtures_folder, tmp_path_factory) -> Path:
    """The installed models and YuNet, which no package carries: from the fixtures, skipped where they are not."""
    folder = tmp_path_factory.mktemp("models")
    for name in (faces.KNOWING, faces.READING):
        (folder / name).symlink_to(path_of(name, models_folder).parent, target_is_directory=True)
    adopt(faces.FINDER, folder, fixtures_folder / "models" / "face_detection_yunet.onnx")
    return folder


@pytest.fixture(scope="module")
def photographs() -> dict[str, np.ndarray]:
    """The two photographs with faces that ultralytics ships, RGB: two men in "zidane", two passers-by in "bus"."""
    package = importlib.util.find_spec("ultralytics")
    if package is None or package.origin is None:
        pytest.skip("the photographs with faces come with ultralytics, which is not installed")
    folder = Path(package.origin).parent / "assets"
    return {name: cv2.cvtColor(cv2.imread(str(folder / f"{name}.jpg")), cv2.COLOR_BGR2RGB) for name in ("zidane", "bus")}


def runtime(models: Path, check=lambda: None) -> Runtime:
    return Runtime(models, lambda *_: None, lambda _: None, check)


def watched(path: Path, models: Path, options: FacesOptions | None = None, span: Span | None = None) -> Faces:
    consumer = faces.start(options or FacesOptions(), media.probe(path), span, runtime(models))
    try:
        media.decode(path, [consumer], span)
        return consumer.finish()
    finally:
        consumer.close()


def boxes(track: FaceTrack) -> np.ndarray:
    return np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5)


def middle(track: FaceTrack) -> tuple[float, float]:
    x, y = (boxes(track)[:, :2] + boxes(track)[:, 2:4] / 2).mean(axis=0)
    return float(x), float(y)


def cropped(image: np.ndarray, left: int, top: int, width: int, height: int, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(image[top : top + height, left : left + width], size, interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def film(photographs, tmp_path_factory) -> Path:
    """Six seconds: the two men, the camera going slowly to the right; two passers-by; the two men again, darker and closer."""

    def picture(number: int, size: tuple[int, int]) -> np.ndarray:
        if 48 <= number < 96:
            return cropped(photographs["bus"], 40, 330, 540, 304, size)
        if number < 48:
            return cropped(photographs["zidane"], number, 0, 1180, 664, size)
        return (cropped(photographs["zidane"], 380, 40, 880, 495, size) * 0.6).astype(np.uint8)

    return make_film(tmp_path_factory.mktemp("faces") / "film.mp4", 144, Fraction(24), (640, 360), picture=picture)


@pytest.fixture(scope="module")
def seen(film, models) -> Faces:
    return watched(film, models, KNOWN)


def within(facts: Faces, start: float, end: float) -> list[FaceTrack]:
    return [track for track in facts.tracks if start <= float(facts.seconds[track.samples[0]]) < end]


def test_every_shot_has_its_faces_where_they_are(seen):
    assert seen.picture == (640, 360) and len(seen.seconds) == 18 and not seen.warnings and not seen.provisional
    first, second, third = (within(seen, start, start + 2) for start in (0, 2, 4))
    assert len(seen.tracks) == len(first) + len(second) + len(third)
    for track in seen.tracks:  # nobody is followed across a cut
        assert {int(seen.seconds[sample] // 2) for sample in track.samples} == {int(seen.seconds[track.samples[0]] // 2)}
    right = max(first, key=lambda track: middle(track)[0] if boxes(track)[0, 3] > 60 and track.confidence > 0.85 else 0)
    x, y = middle(right)
    assert len(right.samples) == 6 and x == pytest.approx((984 - 20) * 640 / 1180, abs=15) and y == pytest.approx(192 * 640 / 1180, abs=12)
    lefts = sorted(middle(track) for track in second if track.confidence > 0.85)
    assert [x for x, _y in lefts] == [pytest.approx((134 - 40) * 640 / 540, abs=12), pytest.approx((287 - 40) * 640 / 540, abs=12)]


def test_a_moving_face_is_one_face_that_moves(seen):
    track = max(within(seen, 0, 2), key=lambda one: one.confidence)
    lefts = boxes(track)[:, 0]
    assert len(track.samples) == 6 and lefts[0] - lefts[-1] == pytest.approx(40 * 640 / 1180, abs=8)


def test_the_same_man_is_known_again_and_others_are_not_him(seen):
    who = persons.known({"film": seen}, persons.Register(True))
    names: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for track in seen.tracks:
        if track.identity and track.confidence > 0.85:
            names[int(seen.seconds[track.samples[0]] // 2)].append(who.of(track))
    assert set(names[0]) & set(names[2]) and not set(names[0] + names[2]) & set(names[1])
    assert len(set(names[1])) == 2  # the two passers-by


def test_expressions_add_up_and_only_for_views_that_can_be_read(seen):
    read = [(track, np.frombuffer(b64decode(track.expressions), np.uint8)) for track in seen.tracks if track.expressions]
    assert read and all(len(shares) == len(EXPRESSIONS) * len(track.samples) for track, shares in read)
    rows = np.concatenate([shares.reshape(-1, len(EXPRESSIONS)) for _track, shares in read]).astype(int).sum(axis=1)
    assert set(rows[rows < 250]) <= {0} and (rows > 250).sum() > 10


def test_nobody_is_described_unless_that_is_asked_for(film, models):
    facts = watched(film, models, FacesOptions(expression=False), Span(Fraction(0), Fraction(1)))
    assert facts.tracks and all(not track.identity and not track.expressions for track in facts.tracks)
    assert facts.known_by == "" and facts.method == "YuNet" and not facts.provisional and facts.span == Span(Fraction(0), Fraction(1))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_boxes_of_a_turned_film_lie_in_the_upright_picture(photographs, models, tmp_path, rotation):
    """As a telephone stores it, here with pixels that are twice as wide as high: boxes count the pixels that are stored."""

    def picture(number: int, size: tuple[int, int]) -> np.ndarray:
        upright = cropped(photographs["zidane"], 620, 0, 660, 660, (480, 480))
        return cv2.resize(np.ascontiguousarray(np.rot90(upright, rotation // 90)), size, interpolation=cv2.INTER_AREA)

    path = make_film(tmp_path / "turned.mp4", 4, Fraction(2), (240, 480), rotation=rotation, pixel_aspect=Fraction(2), picture=picture)
    facts = watched(path, models)
    across = 480 if rotation in (90, 270) else 240
    assert facts.picture == (across, 720 - across)
    track = max(facts.tracks, key=lambda one: one.confidence)
    x, y = middle(track)
    assert x / facts.picture[0] == pytest.approx((984 - 620) / 660, abs=0.04) and y / facts.picture[1] == pytest.approx(190 / 660, abs=0.04)


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_picture_of_one_colour_has_no_face(models, tmp_path, colour):
    plain = np.full((180, 322, 3), colour, np.uint8)
    path = make_film(tmp_path / "plain.mp4", 1, Fraction(24), (322, 180), picture=lambda number, size: plain)
    facts = watched(path, models, KNOWN)
    assert facts.tracks == () and len(facts.seconds) == 1 and persons.known({"a": facts}, persons.Register()).names == {}


def test_close_ups_and_tiny_faces_are_found_alike(photographs, models):
    finder = face_finder.Finder(path_of(faces.FINDER, models), 0.6)
    face = photographs["zidane"][60:320, 860:1120]
    filling = finder.find(cv2.resize(face, (1280, 1280), interpolation=cv2.INTER_CUBIC))
    assert len(filling) == 1 and filling[0, 3] > 600
    tiny = finder.find(cropped(photographs["zidane"], 0, 0, 1280, 720, (200, 112)))
    assert len(tiny) >= 1 and 15 < tiny[0, 3] < 40


def test_a_crowd_is_bounded_and_its_largest_are_kept(photographs, models):
    """A thousand faces of 24 pixels and one large one."""
    face = cropped(photographs["zidane"], 880, 60, 220, 260, (32, 38))
    crowd = np.tile(face, (25, 40, 1))[:720, :1280]
    crowd[200:460, 500:720] = photographs["zidane"][60:320, 880:1100]
    found = face_finder.Finder(path_of(faces.FINDER, models), 0.6).find(crowd)
    assert 50 < len(found) <= face_finder.MOST and found[0, 3] > 120
    views = [face_views.view(crowd, row, True, True) for row in found[: faces.KNOWN]]
    assert views[0].known is not None and all(view.known is None for view in views[1:])  # too small to be anybody


def test_landmarks_that_cannot_be_a_face_are_left_out():
    row = np.array([100, 100, 60, 80, 115, 130, 145, 130, 130, 145, 118, 160, 142, 160, 0.9], np.float32)
    bad = np.stack([row] * 5)
    bad[1, 0] = np.nan
    bad[2, :2] = -70  # its middle outside
    bad[3, 4:14] = np.tile([130, 140], 5)  # all landmarks in one place
    bad[4, 2:4] = 200, 20
    assert face_finder.plausible(bad, 640, 360).tolist() == [True, False, False, False, False]
    cut = face_finder.within(np.stack([row - np.array([130, 130, 0, 0] + [0] * 11, np.float32)]), 640, 360)
    assert cut[0, :4].tolist() == [0, 0, 30, 50]


def seen_at(left: float, look: int = 0, sure: float = 0.9, known: bool = False) -> View:
    small = np.random.RandomState(look).normal(size=64).astype(np.float32)
    box = np.array([left, 100.0, 50.0, 60.0], np.float32)
    upright = np.zeros((4, 4, 3), np.uint8) if known else None
    return View(box, np.zeros((5, 2), np.float32), sure, small / np.linalg.norm(small), sure, upright)


def followed(*samples: tuple[list[View], bool], step: Fraction = Fraction(1, 3), describe=None) -> list[tuple[int, ...]]:
    tracks = Tracks(describe, (1.0, 1.0))
    for number, (views, cut) in enumerate(samples):
        tracks.add(number, number * step, views, [None] * len(views), cut)
    return [track.samples for track in tracks.finish(step, len(samples))]


def test_faces_that_pass_each_other_keep_to_themselves():
    going = [([seen_at(100 + 40 * n, 1), seen_at(420 - 40 * n, 2)], False) for n in range(9)]
    assert followed(*going) == [tuple(range(9))] * 2


def test_a_face_out_of_sight_for_a_moment_is_the_same_and_later_another():
    here, nobody = ([seen_at(100, 1)], False), ([], False)
    assert followed(here, here, nobody, nobody, here, here) == [(0, 1, 4, 5)]
    assert followed(here, here, *[nobody] * 4, here, here) == [(0, 1), (6, 7)]


def test_over_a_cut_only_what_looks_the_same_goes_on():
    before, other, same = ([seen_at(100, 1)], False), ([seen_at(100, 2)], True), ([seen_at(100, 1)], True)
    assert followed(before, before, same, same) == [(0, 1, 2, 3)]
    assert followed(before, before, other, ([seen_at(100, 2)], False)) == [(0, 1), (2, 3)]


def test_a_glimpse_is_a_face_only_if_it_is_sure():
    nobody, doubtful, sure = ([], False), ([seen_at(100, 1, 0.65)], False), ([seen_at(100, 1, 0.9)], False)
    assert followed(nobody, doubtful, nobody) == [] and followed(nobody, sure, nobody) == [(1,)]
    assert followed(doubtful, step=Fraction(1, 3)) == [(0,)], "there is no second look in a film of one frame"
    assert followed(nobody, doubtful, nobody, step=Fraction(2)) == [(1,)], "nor where looks are far apart"


def test_only_a_few_good_views_of_a_long_shot_are_described():
    asked = []

    def describe(pictures: np.ndarray) -> np.ndarray:
        asked.append(len(pictures))
        return np.zeros(3, np.float32)

    followed(*[([seen_at(100, 1, known=True)], False)] * 300, describe=describe)
    assert asked == [4]


@pytest.mark.parametrize(("name", "lost"), [(faces.KNOWING, "known by face"), (faces.READING, "not read")])
def test_without_a_network_the_rest_is_found_and_the_remedy_is_named(film, models, tmp_path, name, lost):
    for other in {faces.FINDER, faces.KNOWING, faces.READING} - {name}:
        (tmp_path / other).symlink_to(models / other, target_is_directory=True)
    facts = watched(film, tmp_path, KNOWN, Span(Fraction(0), Fraction(1)))
    assert facts.tracks and facts.provisional and len(facts.warnings) == 1
    assert lost in facts.warnings[0] and f"models get {name}" in facts.warnings[0]


def test_without_the_detector_one_sentence_says_what_to_get(film, tmp_path):
    with pytest.raises(EditorError) as caught:
        faces.start(FacesOptions(), media.probe(film), None, runtime(tmp_path))
    assert caught.value.code == MISSING_MODEL and "models get yunet" in caught.value.remedy


def test_what_cannot_be_looked_at_is_refused(models):
    sound = Media(Fraction(3))
    film = Media(Fraction(3), VideoStream(64, 36, Fraction(24), Fraction(0), Fraction(3), 72))
    for options, medium, code in ((FacesOptions(), sound, NO_STREAM), (FacesOptions(per_second=Fraction(0)), film, BAD_INPUT)):
        with pytest.raises(EditorError) as caught:
            faces.start(options, medium, None, runtime(models))
        assert caught.value.code == code


def test_results_are_kept_and_parts_of_a_film_are_one(film, models, tmp_path):
    cache, answers = Cache(tmp_path), []
    task = Task("faces", {"per_second": "3", "expression": False})
    for number, span in enumerate((Span(Fraction(0), Fraction(1)), Span(Fraction(4), Fraction(6)))):
        analyse(Analyse(f"film{'#1' if number else ''}", str(film), (task,), span), cache, runtime(models), answers.append)
    again: list[Result] = []
    analyse(Analyse("film", str(film), (task,), Span(Fraction(4), Fraction(6))), cache, runtime(tmp_path / "no models"), again.append)
    assert again[0].cached
    parts = {(one.id, one.engine): from_json(Faces, one.facts) for one in answers}
    whole = by_engine(parts)["faces"]["film"]
    assert isinstance(whole, Faces) and whole.span == Span(Fraction(0), Fraction(6)) and len(whole.seconds) == 9
    assert len(whole.tracks) == sum(len(part.tracks) for part in parts.values())
    later = [track for track in whole.tracks if track.samples[0] >= 3]
    assert later and all(whole.seconds[track.portrait] >= 4 for track in later)


def test_cancelling_reaches_a_consumer_that_waits(film, models, monkeypatch):
    stopped, going_on = EditorError("Stopped.", code=CANCELLED), threading.Event()

    def check() -> None:
        raise stopped

    consumer = faces.start(FacesOptions(), media.probe(film), None, replace(runtime(models), check=check))
    monkeypatch.setattr(face_finder.Finder, "find", lambda self, image: going_on.wait(10))
    try:
        with pytest.raises(EditorError) as caught:
            media.decode(film, [consumer])
            consumer.finish()
        assert caught.value is stopped
    finally:
        going_on.set()
        consumer.close()
