"""What is measured of pictures: real photographs spoilt by known amounts, and films of every awkward kind."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.codec import from_json
from assistant_editor.ml.engines import picture_light, picture_quality, picture_shape, pictures
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, NO_STREAM, EditorError
from assistant_editor.ml.facts import PICTURE_VALUES, Media, Pictures, PicturesOptions, Span, VideoStream
from assistant_editor.ml.protocol import Analyse, Failed, Result, Task
from assistant_editor.ml.schedule import analyse
from assistant_editor.timeline import picture_values
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import camera_maker
from tests.camera_maker import Take
from tests.media_maker import make_film


def runtime(models: Path = Path("none")) -> Runtime:
    return Runtime(models, lambda *_: None, lambda _: None, lambda: None)


def looked(path: Path, options: PicturesOptions | None = None, span: Span | None = None) -> Pictures:
    consumer = pictures.start(options or PicturesOptions(), media.probe(path), span, runtime())
    media.decode(path, [consumer], span)
    return consumer.finish()


def whole(facts: Pictures) -> picture_values.Summary:
    return picture_values.summary(facts, facts.span)


def values(image: np.ndarray, alpha: bool = False) -> dict[str, float]:
    return dict(zip(PICTURE_VALUES, pictures.measured(image, alpha), strict=True))


@pytest.fixture(scope="module")
def bikes(media_folder) -> Path:
    return media_folder / "bikes.mp4"


@pytest.fixture(scope="module")
def real(bikes) -> np.ndarray:
    ((_moment, image),) = media.pictures_at(bikes, [Fraction(9)])
    return image


def shown(image: np.ndarray):
    """A film's `picture`: always the same, at the size that is asked."""
    return lambda _number, size: cv2.resize(image, size, interpolation=cv2.INTER_AREA)


# Which frames


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=60), st.fractions(Fraction(1, 2), 20, max_denominator=7))
def test_the_first_frame_of_every_step_is_measured_whatever_the_rate(gaps, per_second):
    times = [Fraction(tick, 90) for tick in np.cumsum([0, *gaps]).tolist()]
    known = Media(Fraction(9), VideoStream(64, 36, Fraction(25), Fraction(0), Fraction(9), len(times)))
    consumer = pictures.start(PicturesOptions(per_second), known, None, runtime())
    taken = []
    for number, seconds in enumerate(times):
        if consumer.wants(number, seconds):
            consumer.take(number, seconds, np.zeros((36, 64, 3), np.uint8))
            taken.append(number)
    facts = consumer.finish()
    steps = [seconds // (1 / per_second) for seconds in times]
    wanted = [number for number, step in enumerate(steps) if number == 0 or step > steps[number - 1]]
    assert list(facts.frames) == wanted and list(facts.seconds) == [times[number] for number in wanted]
    assert {*wanted, *(number + 1 for number in wanted if number + 1 < len(times))} <= set(taken)
    close = [after for before, after in itertools.pairwise(taken) if times[after] - times[before] < pictures.FOLLOWED]
    assert {number - 1 for number in close} <= {*wanted, *(n - 1 for n in wanted)}, "no more often than the camera needs"
    assert picture_values.rows(facts).shape == (len(wanted), len(PICTURE_VALUES))


def test_a_part_keeps_its_span_and_tells_what_the_whole_tells(bikes):
    span = Span(Fraction(7), Fraction(9))
    part, every = looked(bikes, span=span), looked(bikes)
    assert part.span == span and part.seconds == tuple(s for s in every.seconds if span.holds(s))
    first = every.seconds.index(part.seconds[0])
    # The sample at the part's end lacks its follower.
    a, b = picture_values.rows(part)[:-1], picture_values.rows(every)[first : first + len(part.seconds) - 1]
    assert np.allclose(a, b, equal_nan=True)


def test_what_cannot_be_measured_is_refused():
    for known, options, code in (
        (Media(Fraction(1)), PicturesOptions(), NO_STREAM),
        (Media(Fraction(1), VideoStream(8, 8, Fraction(1), Fraction(0), Fraction(1), 1)), PicturesOptions(Fraction(0)), BAD_INPUT),
    ):
        with pytest.raises(EditorError) as caught:
            pictures.start(options, known, None, runtime())
        assert caught.value.code == code


# What is measured


def test_sharpness_and_focus_fall_with_blur_in_noise_too(real):
    for sigma in (0, 6):
        row = [values(camera_maker.noisy(camera_maker.blurred(real, blur), sigma, 1)) for blur in (0, 1, 2, 4)]
        sharp, focus = [one["sharpness"] for one in row], [one["focus"] for one in row]
        assert sharp == sorted(sharp, reverse=True) and sharp[0] > picture_values.SOFT + 0.15 > sharp[2], (sigma, sharp)
        assert focus[0] > 0.5 > 0.2 > focus[2] >= focus[3], (sigma, focus)


def test_a_sharp_subject_before_a_soft_background_is_sharp_and_little_is_in_focus(real):
    soft = camera_maker.blurred(real, 8)
    height, width = real.shape[:2]
    soft[height // 4 : -height // 4, width // 2 - 60 : width // 2 + 60] = real[
        height // 4 : -height // 4, width // 2 - 60 : width // 2 + 60
    ]
    found, all_of_it = values(soft), values(real)
    assert found["sharpness"] > 0.8 * all_of_it["sharpness"] and found["focus"] < 0.6 * all_of_it["focus"]
    assert picture_quality.sharpness(picture_quality.luma(soft)) < 0.6 * picture_quality.sharpness(picture_quality.luma(real))


@pytest.mark.parametrize("sigma", [2, 5, 10, 20])
def test_noise_is_measured_in_grey_levels(real, sigma):
    even = camera_maker.blurred(real, 1)
    assert picture_quality.noise(picture_quality.luma(camera_maker.noisy(even, sigma, 3))) == pytest.approx(sigma, rel=0.12)
    assert picture_quality.noise(picture_quality.luma(even)) < 0.5


def test_light_and_colour(real):
    plain = {name: values(np.full((90, 160, 3), colour, np.uint8)) for name, colour in
             (("grey", 128), ("orange", (230, 140, 40)), ("blue", (40, 90, 220)), ("black", 0), ("white", 255))}  # fmt: skip
    assert plain["grey"]["warmth"] == pytest.approx(0, abs=0.03) and plain["grey"]["saturation"] < 0.01
    assert plain["orange"]["warmth"] > 0.8 and plain["blue"]["warmth"] < -0.8
    assert plain["black"]["black"] == 1 and plain["white"]["white"] == 1 and plain["grey"]["exposure"] == 1
    grey = cv2.cvtColor(cv2.cvtColor(real, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert values(grey)["saturation"] < 0.01 < values(real)["saturation"]
    row = [values(camera_maker.exposed(real, stops)) for stops in (-4, -2, 0, 1, 3)]
    bright = [one["brightness"] for one in row]
    assert bright == sorted(bright) and row[0]["exposure"] < row[2]["exposure"] > row[4]["exposure"] and row[4]["white"] > 0.2


def test_weight_and_thirds():
    def spot(across: float, down: float) -> dict[str, float]:
        image = np.full((180, 320, 3), 60, np.uint8)
        cv2.circle(image, (round(across * 320), round(down * 180)), 22, (230, 60, 40), -1)
        return values(image)

    middle, third, side = spot(0.5, 0.5), spot(1 / 3, 1 / 3), spot(0.06, 0.9)
    assert middle["balance"] > 0.9 > third["balance"] and side["balance"] < 0.4
    assert third["thirds"] > 0.9 and middle["thirds"] < 0.4 and side["thirds"] < 0.2


@pytest.mark.parametrize("lean", [-9.0, -2.5, 0.0, 4.0, 11.0])
def test_the_horizon_leans_by_so_many_degrees(real, lean):
    scene = np.zeros((900, 1200, 3), np.uint8)
    scene[:450] = (150, 180, 220)
    scene[450:] = cv2.resize(real, (1200, 450)) // 2
    view = camera_maker.seen(scene, (0, 0, 0, np.radians(-lean)), (480, 270))
    assert values(camera_maker.noisy(view, 2, 1))["horizon"] == pytest.approx(lean, abs=0.5)


def test_no_horizon_in_rails_slopes_and_clouds(real):
    rails = np.full((270, 480, 3), 120, np.uint8)
    for place in range(20, 270, 40):
        cv2.line(rails, (0, place), (479, place + 20), (40, 40, 40), 3)
    slope = np.zeros((270, 480, 3), np.uint8)
    cv2.fillPoly(slope, [np.array([[0, 0], [480, 270], [0, 270]])], (200, 200, 200))
    clouds = cv2.resize(np.random.RandomState(1).randint(100, 200, (5, 9, 3)).astype(np.uint8), (480, 270), interpolation=cv2.INTER_CUBIC)
    assert all(np.isnan(values(image)["horizon"]) for image in (rails, slope, clouds))


# Bars, light, transparency


@pytest.mark.parametrize("bars", [(45, 45, 0, 0), (0, 0, 60, 60), (30, 30, 40, 40)], ids=["letterbox", "pillarbox", "windowbox"])
def test_bars_are_no_part_of_the_picture(real, bars, tmp_path):
    top, bottom, left, right = bars

    def framed(number, size, stops=0.0):
        image = cv2.resize(
            camera_maker.exposed(real, stops), (size[0] - left - right, size[1] - top - bottom), interpolation=cv2.INTER_AREA
        )
        return cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(0, 0, 0))

    inner = (480 - left - right, 270 - top - bottom)
    boxed = looked(make_film(tmp_path / "boxed.mp4", 30, Fraction(25), (480, 270), picture=framed))
    plain = looked(make_film(tmp_path / "plain.mp4", 30, Fraction(25), inner, picture=shown(real)))
    one, other = picture_values.rows(boxed)[0], picture_values.rows(plain)[0]
    names = [PICTURE_VALUES.index(name) for name in ("exposure", "brightness", "contrast", "black", "balance", "thirds", "warmth")]
    assert one[names] == pytest.approx(other[names], abs=0.05)
    assert whole(boxed).flaws == whole(plain).flaws == ()


def test_bars_stay_known_where_the_picture_is_too_dark_to_show_them(real):
    bright = np.zeros((200, 320), np.uint8)
    bright[30:170] = cv2.resize(picture_quality.luma(real), (320, 140))
    dark = (bright // 20).astype(np.uint8)
    found = picture_shape.bars(bright)
    assert found[:2] == (30, 30) and picture_shape.bars(dark) == picture_shape.NONE and picture_shape.bars(dark, found) == found
    full = cv2.resize(picture_quality.luma(real), (320, 200))
    assert picture_shape.bars(full, found) == picture_shape.NONE, "the next shot fills the frame"


def test_a_night_scene_has_no_bars(real):
    night = cv2.resize(picture_quality.luma(real), (320, 180)) // 3
    night[:60] = 2
    for number in range(320):
        night[: 40 + number % 40, number] = 2
    assert picture_shape.bars(night) == picture_shape.NONE and picture_shape.bars(np.zeros((90, 160), np.uint8)) == picture_shape.NONE


def coded(image: np.ndarray, transfer: str) -> np.ndarray:
    """An ordinary picture as it is in a film of high dynamic range: white paper at 203 cd/m², the primaries of BT.2020; float 0..1."""
    light = np.clip((image / 255.0) ** 2.2 @ np.linalg.inv(np.array(picture_light.NARROWER)).T, 0, None)
    if transfer == "pq":
        power = (light * 203 / 10000) ** 0.1593017578125
        return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    scene = (light * 203 / 1000) ** (1 / 1.2)
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-6)) + 0.55991073)


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_high_dynamic_range_is_measured_as_it_is_shown(real, transfer, tmp_path):
    import av

    image = cv2.resize(real, (320, 180), interpolation=cv2.INTER_AREA)
    path = tmp_path / f"{transfer}.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv444p10le"
        stream.codec_context.color_trc, stream.codec_context.color_primaries = {"pq": 16, "hlg": 18}[transfer], 9
        deep = np.round(coded(image, transfer) * 65535).astype(np.uint16)
        for number in range(26):
            frame = av.VideoFrame.from_ndarray(deep, format="rgb48le")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert media.probe(path).video.transfer == transfer
    facts = looked(path)
    seen, meant = picture_values.rows(facts)[0], pictures.measured(image)
    names = [PICTURE_VALUES.index(name) for name in ("exposure", "brightness", "contrast", "saturation", "warmth")]
    assert seen[names] == pytest.approx(meant[names], abs=0.03)
    raw = pictures.measured(next(image for _moment, image in media.pictures_at(path, [Fraction(0)])))
    assert np.abs(raw[names] - meant[names]).max() > 0.06, "as coded it would look wrong"
    assert whole(facts).flaws == ()


def test_transparent_parts_are_not_black(real, tmp_path):
    import av

    image = cv2.resize(real, (320, 180), interpolation=cv2.INTER_AREA)
    clear = np.zeros((180, 320, 4), np.uint8)
    cv2.circle(clear, (160, 90), 60, (0, 0, 0, 255), -1)
    clear[..., :3] = image * (clear[..., 3:] > 0)
    path = tmp_path / "title.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("qtrle", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "argb"
        for number in range(26):
            frame = av.VideoFrame.from_ndarray(clear, format="rgba")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert media.probe(path).video.alpha
    found = dict(zip(PICTURE_VALUES, picture_values.rows(looked(path))[0], strict=True))
    assert found["black"] < 0.05 and found["exposure"] > 0.9 and found["brightness"] > 0.25
    assert values(clear[..., :3])["black"] > 0.6


# Awkward films


@pytest.mark.parametrize("size", [(16, 16), (98, 54), (2, 2), (1000, 6)], ids=str)
def test_odd_and_tiny_sizes(real, size, tmp_path):
    facts = looked(make_film(tmp_path / "small.mkv", 30, Fraction(25), size, picture=shown(real), codec="ffv1"))
    assert len(facts.frames) == 3 and picture_values.rows(facts)[0][PICTURE_VALUES.index("brightness")] > 0.2
    whole(facts)


def test_one_frame_and_none(real, tmp_path):
    facts = looked(make_film(tmp_path / "one.mkv", 1, Fraction(25), (320, 180), picture=shown(real), codec="ffv1"))
    found = whole(facts)
    assert len(facts.frames) == 1 and found.flaws == () and found.grade > 0.6 and found.best == 0
    assert picture_values.movement(facts, facts.span) == ""
    known = Media(Fraction(1), VideoStream(64, 36, Fraction(25), Fraction(0), Fraction(1), 0))
    nothing = pictures.start(PicturesOptions(), known, Span(Fraction(1), Fraction(1)), runtime()).finish()
    assert nothing.frames == () and picture_values.rows(nothing).shape == (0, len(PICTURE_VALUES))


def test_eight_thousand_wide(real, tmp_path):
    path = make_film(tmp_path / "8k.mp4", 1, Fraction(25), (7680, 4320), picture=shown(real), options={"preset": "ultrafast"})
    facts = looked(path)
    assert pictures.start(PicturesOptions(), media.probe(path), None, runtime()).size == (960, 540) and len(facts.frames) == 1


def test_a_turned_and_a_squeezed_film_move_as_they_are_seen(real, tmp_path):
    frames = camera_maker.filmed([real], Take(pan=0.2, frames=40), (256, 144))
    turned = make_film(
        tmp_path / "turned.mp4",
        40,
        Fraction(25),
        (144, 256),
        rotation=90,
        picture=lambda number, _: np.ascontiguousarray(np.rot90(frames[number])),
    )
    squeezed = make_film(
        tmp_path / "squeezed.mp4", 40, Fraction(25), (128, 144), pixel_aspect=Fraction(2),
        picture=lambda number, size: cv2.resize(frames[number], size, interpolation=cv2.INTER_AREA),
    )  # fmt: skip
    for path in (turned, squeezed):
        facts = looked(path)
        assert picture_values.movement(facts, facts.span) == "pan right", path.name
        assert np.nanmedian(picture_values.camera_rows(facts)[:, 0]) == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("fault", list(camera_maker.FAULTS))
def test_what_is_wrong_is_named_and_nothing_else(real, fault, tmp_path):
    images = camera_maker.filmed([real], Take(shake=0.0015, seed=3, fault=fault), (384, 216))
    facts = looked(make_film(tmp_path / "bad.mp4", 75, Fraction(25), (384, 216), picture=lambda number, _: images[number]))
    assert whole(facts).flaws == (fault,)


@pytest.mark.parametrize(("shake", "meant"), [(0.003, ()), (0.016, (picture_values.SHAKY,)), (0.06, (picture_values.CARRIED,))])
def test_how_much_a_camera_may_shake(real, shake, meant, tmp_path):
    images = camera_maker.filmed([real], Take(shake=shake, seed=6), (384, 216))
    facts = looked(make_film(tmp_path / "shaken.mp4", 75, Fraction(25), (384, 216), picture=lambda number, _: images[number]))
    assert whole(facts).flaws == meant


def test_a_fade_from_black_is_no_fault(real, tmp_path):
    def fading(number, size):
        return (cv2.resize(real, size) * min(1.0, number / 25)).astype(np.uint8)

    facts = looked(make_film(tmp_path / "fade.mp4", 75, Fraction(25), (384, 216), picture=fading))
    assert whole(facts).flaws == () and whole(facts).best >= Fraction(1, 2)


def test_the_real_film_is_told_right(bikes):
    """Shots as they are seen: from above a bus, a taxi with little in focus, a man on a bicycle, railings, a bicycle at a wall."""
    facts = looked(bikes)
    spans = {"railings": Span(Fraction(11, 2), Fraction(7)), "wall": Span(Fraction(15, 2), Fraction(10))}
    for span in spans.values():
        found = picture_values.summary(facts, span)
        assert not {"out of focus", "focus hunt", "too dark", "noisy", "shaky"} & set(found.flaws) and found.grade > 0.8
        assert picture_values.light(facts, span) == "day"
    taxi = picture_values.summary(facts, Span(Fraction(3, 2), Fraction(3)))
    assert taxi.values["focus"] < 0.4 < picture_values.summary(facts, spans["wall"]).values["focus"]


def test_a_model_that_cannot_be_had_is_told_and_the_answer_not_kept(bikes, tmp_path):
    options = {"model": str(tmp_path / "nothing.onnx")}
    cache = Cache(tmp_path / "cache")
    told: list[Result | Failed] = []
    for _again in range(2):
        analyse(Analyse("film", str(bikes), (Task("pictures", options),), Span(Fraction(0), Fraction(1))), cache, runtime(), told.append)
    assert [(type(one), one.cached) for one in told] == [(Result, False)] * 2
    facts = from_json(Pictures, told[0].facts)
    assert facts.provisional and "nothing.onnx" in facts.warnings[0] and "Beauty Model" in facts.warnings[0]
    assert np.isnan(picture_values.rows(facts)[:, PICTURE_VALUES.index("aesthetic")]).all()


def test_beauty_is_told_by_the_model_that_is_named(bikes, tmp_path):
    from tests import tiny_beauty

    model = tiny_beauty.onnx(tmp_path / "red.onnx", np.array([[2.0, 0, 0]]), [5.5], chances=False)
    facts = looked(bikes, PicturesOptions(model=str(model)), Span(Fraction(8), Fraction(10)))
    marks = picture_values.rows(facts)[:, PICTURE_VALUES.index("aesthetic")]
    assert np.isfinite(marks).all() and facts.method.endswith("red") and not facts.provisional
    assert dict(picture_values.summary(facts, facts.span).quality)["beauty"] == pytest.approx(float(np.median(marks)), abs=0.01)
