from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Boundary, Faces, FaceTrack, Objects, Shots, Span, Speakers, Track, Transition, Turn
from assistant_editor.timeline.corrections import Correction, Corrections
from assistant_editor.timeline.effect import Effect
from assistant_editor.timeline.planners.reframe import ReframeOptions, plan
from assistant_editor.timeline.reframe_parts import shot_ranges
from assistant_editor.timeline.reframe_window import View, canvas_for
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from tests import chase
from tests.moving_mouths import moving

RATE = Fraction(25)
SIZE = (640, 360)
SECONDS = 10
FRAMES = tuple(range(0, 250, 5))


def strip(name: str = "film", start: int = 1, length: int = 250, trim: int = 0, held: str = "") -> StripRef:
    source = SourceMap(Fraction(start), RATE, Fraction(trim) / RATE, RATE, 1.0)
    return StripRef(name, "MOVIE", "/film.mp4", "film", 1, FrameRange(start, start + length), source, held=held)


def stage(canvas: tuple[int, int] = (360, 640), size: tuple[int, int] = SIZE, choices: Sequence[Choice] = (), **pose: Any) -> Stage:
    return Stage(canvas, RATE, {"film": Shown(size, Pose(**pose)), "other": Shown(size)}, tuple(choices))


def rows(*columns: Any) -> str:
    table = np.column_stack([np.broadcast_to(np.asarray(column, np.float64), len(FRAMES)) for column in columns])
    return b64encode(table.astype("<f4").tobytes()).decode()


def thing(label: str, left: Any, top: Any, wide: float, tall: float) -> Track:
    return Track(label, 0.9, tuple(range(len(FRAMES))), rows(left, top, wide, tall, 0.9))


def face(left: Any, top: Any, size: float, aside: float = 0.0) -> FaceTrack:
    x, y = np.asarray(left) + size / 2, np.asarray(top) + size / 2
    points = [x - size / 4, y - 5, x + size / 4, y - 5, x + aside * size / 2, y, x - 8, y + 12, x + 8, y + 12]
    return FaceTrack(0.9, tuple(range(len(FRAMES))), rows(left, top, size, size, 0.9), rows(*points), 0)


def facts(things: Sequence[Track] = (), faces: Sequence[FaceTrack] = (), cuts: Sequence[int] = (), turns: Any = ()) -> dict[str, Any]:
    span, seconds = Span(Fraction(0), Fraction(SECONDS)), tuple(frame / RATE for frame in FRAMES)
    boundaries = tuple(Boundary(cut, cut / RATE, 0.99) for cut in cuts)
    said = tuple(Turn(Span(Fraction(a), Fraction(b)), who, 0.9) for who, a, b in turns)
    return {
        "shots": {"film": Shots(span, Fraction(0), RATE, 250, "test", boundaries)},
        "objects": {"film": Objects(span, Fraction(0), RATE, "test", *SIZE, FRAMES, seconds, tuple(things))},
        "faces": {"film": Faces(span, Fraction(0), RATE, "test", SIZE, FRAMES, seconds, 0, tuple(faces))},
        **({"speakers": {"film": Speakers(span, Fraction(0), "test", said, 0, "")}} if turns else {}),
    }


def effect(found: dict[str, Any], options: ReframeOptions = ReframeOptions(), where: Stage | None = None) -> Effect:  # noqa: B008
    return plan(found, [strip()], options, where or stage()).effects[0]


def values(one: Effect, path: str) -> list[float]:
    """The values a property has, of keyframes or of the setting."""
    keys = [[key.value for key in curve.keys] for curve in one.curves if curve.path == path]
    return keys[0] if keys else [setting.value for setting in one.settings if setting.path == path]  # type: ignore[misc]


def middle_of(value: float, scale: float, wide: int = SIZE[0]) -> float:
    """The place 0..1 of the picture that an offset brings into the middle of the frame."""
    return 0.5 - value / (wide * scale)


@pytest.mark.parametrize(
    "size, aspect, expected",
    [
        ((1920, 1080), "9:16", (1080, 1920)), ((1920, 1080), "1:1", (1080, 1080)), ((1920, 1080), "4:5", (1080, 1350)),
        ((1920, 1080), "21:9", (1920, 822)), ((1080, 1920), "16:9", (1920, 1080)), ((1920, 1080), "16:9", (1920, 1080)),
        ((1280, 720), "scene", (1280, 720)), ((1080, 1080), "9:16", (1080, 1920)),
    ],
)  # fmt: skip
def test_frames_have_the_shape_that_is_asked(size: tuple[int, int], aspect: str, expected: tuple[int, int]) -> None:
    assert canvas_for(size, aspect) == expected
    assert canvas_for(expected, aspect) == expected


@pytest.mark.parametrize("canvas", [(360, 640), (640, 360), (500, 500), (840, 360), (400, 500)])
def test_the_frame_is_always_filled(canvas: tuple[int, int]) -> None:
    """Whatever the shapes: no edge of the picture is seen, at any keyframe."""
    one = effect(facts([thing("person", np.linspace(20, 560, 50), 100, 50, 150)]), where=stage(canvas))
    scale = values(one, "transform.scale_x")[0]
    assert SIZE[0] * scale >= canvas[0] - 1e-6 and SIZE[1] * values(one, "transform.scale_y")[0] >= canvas[1] - 1e-6
    for path, side, frame in (("transform.offset_x", SIZE[0], canvas[0]), ("transform.offset_y", SIZE[1], canvas[1])):
        assert max(map(abs, values(one, path))) <= (side * scale - frame) / 2 + 0.03 * frame


def test_a_standing_person_is_held_without_a_keyframe() -> None:
    one = effect(facts([thing("person", 400, 100, 60, 200)]))
    assert not one.curves and "holds person 1" in one.why.reason
    middle = middle_of(values(one, "transform.offset_x")[0], 640 / 360)
    assert abs(middle - 430 / 640) < 0.05


def test_every_shot_has_its_own_place_and_nothing_drifts_over_a_cut() -> None:
    one = effect(facts(jumping(20, 20), cuts=[100]))
    keys = next(curve.keys for curve in one.curves if curve.path == "transform.offset_x")
    assert [(key.frame, key.ease) for key in keys] == [(1, "CONSTANT"), (101, "CONSTANT")]
    assert keys[0].value > 0 > keys[1].value


def jumping(last: int, first: int) -> list[Track]:
    """A person on the left up to a look, and one on the right from another look on."""
    found = []
    for left, looks in ((60, range(last)), (500, range(first, 50))):
        table = np.array([(left, 100, 60, 200, 0.9)] * len(looks), "<f4")
        found.append(Track("person", 0.9, tuple(looks), b64encode(table.tobytes()).decode()))
    return found


def test_in_a_dissolve_the_camera_glides() -> None:
    shots = facts()["shots"]["film"]
    span = Span(Fraction(90) / RATE, Fraction(110) / RATE)
    boundary = Boundary(100, Fraction(100) / RATE, 0.9, Transition("dissolve", 90, 109, span))
    shots = Shots(shots.span, shots.origin, shots.rate, shots.frames, "test", (boundary,))
    assert shot_ranges(shots, strip()) == [(FrameRange(1, 91), False), (FrameRange(111, 251), True)]
    found = facts(jumping(18, 22))
    one = effect({**found, "shots": {"film": shots}})
    keys = next(curve.keys for curve in one.curves if curve.path == "transform.offset_x")
    assert [(key.frame, key.ease, key.slope) for key in keys] == [(1, "CONSTANT", None), (90, "BEZIER", 0.0), (111, "CONSTANT", None)]


def test_a_boundary_the_editor_refused_is_none() -> None:
    shots = facts(cuts=[100])["shots"]["film"]
    refused = Corrections((Correction("film", Fraction(4), "no boundary", 100),))
    assert len(shot_ranges(shots, strip())) == 2 and len(shot_ranges(shots, strip(), refused)) == 1
    assert len(shot_ranges(shots, strip(), sensitivity=0.0)) == 1


def test_people_come_before_things_unless_the_option_says_otherwise() -> None:
    found = facts([thing("person", 60, 100, 50, 180), thing("car", 450, 150, 120, 90)])
    assert "person 1" in effect(found).why.reason
    assert "car 1" in effect(found, ReframeOptions(follow="things")).why.reason
    assert values(effect(found, ReframeOptions(follow="middle")), "transform.offset_x") == [0.0]


def test_two_who_fit_are_shown_together_and_two_who_do_not_are_not() -> None:
    near = facts([thing("person", 200, 100, 50, 180), thing("person", 300, 100, 50, 180)])
    assert "person 1 and person 2" in effect(near).why.reason
    apart = facts([thing("person", 50, 100, 70, 180), thing("person", 550, 100, 50, 180)])
    assert effect(apart).why.reason == "holds person 1"


def test_a_chosen_subject_goes_before_all() -> None:
    found = facts([thing("person", 60, 100, 80, 250), thing("dog", 500, 200, 60, 60)])
    span = Span(Fraction(0), Fraction(10))
    for value, expected in (("dog 1", 530 / 640), ("middle", 0.5), ("person 1", 100 / 640)):
        one = effect(found, where=stage(choices=[Choice("reframe", "film", span, "subject", value)]))
        place = middle_of(values(one, "transform.offset_x")[0], 640 / 360)
        assert abs(np.clip(expected, 0.159, 0.841) - place) < 0.08, value


def test_a_shot_that_is_left_out_keeps_the_editors_pose() -> None:
    found = facts([thing("person", 60, 100, 80, 250)], cuts=[100])
    leave = Choice("reframe", "film", Span(Fraction(0), Fraction(4)), "leave")
    one = effect(found, where=stage(choices=[leave], offset=(12.0, -3.0), scale=(0.7, 0.7)))
    for path, value in (("transform.offset_x", 12.0), ("transform.offset_y", -3.0), ("transform.scale_x", 0.7)):
        assert values(one, path)[0] == value
    both = [leave, Choice("reframe", "film", Span(Fraction(4), Fraction(10)), "leave")]
    assert not plan(found, [strip()], ReframeOptions(), stage(choices=both)).effects


def test_nearer_means_nearer_and_never_cuts_the_subject() -> None:
    found = facts([thing("person", 300, 120, 40, 120)])
    scales = [values(effect(found, ReframeOptions(close=close)), "transform.scale_y")[0] for close in (0.0, 0.5, 1.0)]
    assert scales[0] < scales[1] < scales[2]
    assert 120 * scales[2] <= 640 and 40 * scales[2] <= 360


def test_what_is_too_wide_is_cropped_or_has_bars() -> None:
    found = facts([thing("bus", 100, 100, 400, 200)])
    cropped, barred = (effect(found, ReframeOptions(wide=wide)) for wide in ("crop", "bars"))  # type: ignore[arg-type]
    assert 400 * values(cropped, "transform.scale_x")[0] > 360 >= 400 * values(barred, "transform.scale_x")[0]
    assert values(barred, "transform.offset_y") == [pytest.approx(0)]


def test_of_somebody_too_wide_whose_face_is_known_the_head_fills_the_frame() -> None:
    sitting = [thing("person", 300, 60, 330, 300)]
    wide, near = effect(facts(sitting)), effect(facts(sitting, [face(420, 80, 70)]))
    assert values(wide, "transform.scale_y")[0] < values(near, "transform.scale_y")[0] == pytest.approx(640 / 360)
    place = middle_of(values(near, "transform.offset_x")[0], 640 / 360)
    assert abs(place - 455 / 640) < 0.06


def test_somebody_who_looks_aside_has_room_before_him() -> None:
    place = []
    for aside in (-0.8, 0.0, 0.8):
        one = effect(facts(faces=[face(290, 120, 60, aside=aside)]))
        place.append(middle_of(values(one, "transform.offset_x")[0], 640 / 360))
    assert place[0] < place[1] < place[2]


def talking() -> dict[str, Any]:
    """Two faces far apart: the left one speaks, then the right one, and their mouths show it."""
    heads = {(60, 100, 80): lambda second: second < 5, (500, 100, 80): lambda second: second >= 5}
    found = facts(faces=[face(*place) for place in heads], turns=[(0, 0, 5), (1, 5, 10)])
    return {**found, "mouths": {"film": moving(SIZE, SECONDS, heads)}}


def test_two_who_speak_by_turns_share_the_frame() -> None:
    one = effect(talking())
    assert [layer.type for layer in one.layers] == ["COPY"] and one.layers[0].inputs == ("film",)
    crops = {setting.path: setting.value for setting in one.settings if setting.path.startswith("crop")}
    other = {curve.path: curve.keys[0].value for curve in one.layers[0].curves}
    assert crops["crop.max_x"] > crops["crop.min_x"] and other["crop.min_x"] > other["crop.max_x"]
    assert other["transform.offset_y"] < 0 < values(one, "transform.offset_y")[0]
    wide = (SIZE[0] - crops["crop.min_x"] - crops["crop.max_x"]) * values(one, "transform.scale_x")[0]
    tall = (SIZE[1] - crops["crop.min_y"] - crops["crop.max_y"]) * values(one, "transform.scale_y")[0]
    assert wide == pytest.approx(360, abs=4) and tall == pytest.approx(320, abs=4)


def test_without_a_split_the_camera_cuts_to_who_speaks() -> None:
    one = effect(talking(), ReframeOptions(split=False))
    keys = next(curve.keys for curve in one.curves if curve.path == "transform.offset_x")
    assert [(key.frame, key.ease) for key in keys] == [(1, "CONSTANT"), (126, "CONSTANT")] and not one.layers
    assert keys[0].value > 0 > keys[1].value


def test_where_no_mouth_moves_nobody_is_said_to_speak() -> None:
    still = facts(faces=[face(60, 100, 80), face(500, 100, 80)], turns=[(0, 0, 5), (1, 5, 10)])
    assert not effect(still).layers
    mouths = moving(SIZE, SECONDS, dict.fromkeys([(60, 100, 80), (500, 100, 80)], lambda _second: False))
    one = effect({**still, "mouths": {"film": mouths}})
    assert not one.layers and not one.curves


def test_sound_that_begins_later_is_counted_in_the_pictures_time() -> None:
    found = talking()
    said = found["speakers"]["film"]
    early = tuple(Turn(Span(max(Fraction(0), t.span.start - 1), t.span.end - 1), t.speaker, 0.9) for t in said.turns)
    found["speakers"]["film"] = Speakers(said.span, Fraction(1), "test", early, 0, "")
    keys = next(c.keys for c in effect(found, ReframeOptions(split=False)).curves if c.path == "transform.offset_x")
    assert keys[1].frame == 126


def test_a_trimmed_strip_shows_its_own_part() -> None:
    found = {engine: {"film": one["film"]} for engine, one in chase.facts().items()}
    late = plan(found, [strip(start=40, length=100, trim=50)], ReframeOptions(), stage((180, 320), chase.SIZE)).effects[0]
    assert late.identity.start == 2 and late.frames == FrameRange(40, 140)
    keys = next(curve.keys for curve in late.curves if curve.path == "transform.offset_x")
    assert keys[0].frame >= 40 and keys[-1].frame < 140 and 115 in [key.frame for key in keys]


def test_what_cannot_be_reframed_is_said() -> None:
    found = facts()
    where = stage()
    mixed = plan(found, [strip(), strip("other", held="'other' is locked")], ReframeOptions(), where)
    assert [one.strip for one in mixed.effects] == ["film"] and "'other' keeps its framing: it is locked." in mixed.notices
    for where in (stage(rotation=0.1), Stage((360, 640), RATE, {})):
        with pytest.raises(EditorError, match="keeps its framing"):
            plan(found, [strip()], ReframeOptions(), where)
    keyed = Stage((360, 640), RATE, {"film": Shown(SIZE, Pose(), frozenset({"transform.scale_x"}))})
    with pytest.raises(EditorError, match="animated"):
        plan(found, [strip()], ReframeOptions(), keyed)


def test_the_same_facts_give_the_same_plan() -> None:
    assert plan(talking(), [strip()], ReframeOptions(), stage()) == plan(talking(), [strip()], ReframeOptions(), stage())


def test_keyframes_are_few_and_the_thing_stays_inside() -> None:
    found = {engine: {"film": one["film"]} for engine, one in chase.facts().items()}
    where = stage((180, 320), chase.SIZE)
    one = plan(found, [strip()], ReframeOptions(), where).effects[0]
    assert sum(len(curve.keys) for curve in one.curves) / 10 <= 1.5 and one.why.confidence >= 0.97
    assert all(mark.box[0] >= 0 and mark.box[2] <= 180 for mark in one.marks)


def test_a_view_gives_back_what_lies_where() -> None:
    shown = Shown(SIZE, Pose(crop=(64, 0, 36, 0), mirrored=(True, False), origin=(0.3, 0.8)))
    view = View(shown, (360, 640))
    assert view.left == (0.0, pytest.approx(0.9)) and view.up == (pytest.approx(0.1), 1.0)
    window = view.window()
    assert window[0] * SIZE[0] / (window[1] * SIZE[1]) == pytest.approx(360 / 640)
    scale = view.scale(window)
    placed = Shown(SIZE, Pose((view.offset_x(0.4, scale[0]), view.offset_y(0.6, scale[1])), scale, 0.0, (0.3, 0.8), mirrored=(True, False)))
    assert placed.on_canvas(0.6, 0.4, (360, 640)) == pytest.approx((180, 320))
