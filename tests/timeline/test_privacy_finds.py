"""What a check still sees, found again in its film; and the editor's word on it, heeded by the planner, remembered by later checks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.timeline import privacy_finds
from assistant_editor.timeline.effect_choices import dump, load
from assistant_editor.timeline.picture_way import Lens, Moving
from assistant_editor.timeline.planners.privacy import Known, PrivacyOptions, plan
from assistant_editor.timeline.privacy_finds import Look, as_choice, finds, said_of, trails, with_word
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef, Timeline
from assistant_editor.timeline.timebase import FrameRange, SourceMap

CANVAS, RATE, EVERY = (640, 360), Fraction(25), 5
BETWEEN = EVERY / RATE


def strip(name: str = "film", start: int = 1, channel: int = 1, medium: str = "medium", **more) -> StripRef:
    source = SourceMap(Fraction(start), RATE, Fraction(0), RATE, 1.0)
    return StripRef(name, "MOVIE", "film.mp4", medium, channel, FrameRange(start, start + 100), source, **more)


def line(*strips: StripRef) -> Timeline:
    return Timeline("scene", "stamp", RATE, FrameRange(1, 101), strips)


def stage(pose: Pose = Pose(), names: tuple[str, ...] = ("film",), choices: tuple[Choice, ...] = ()) -> Stage:  # noqa: B008
    return Stage(CANVAS, RATE, {name: Shown(CANVAS, pose) for name in names}, choices)


def look(frame: int, *boxes: tuple[float, float, float, float]) -> Look:
    """Boxes as left, top, width, height in pixels of the frame."""
    return Look(frame, tuple((x / 640, y / 360, (x + w) / 640, (y + h) / 360, 0.9) for x, y, w, h in boxes))


def found(*looks: Look, where: Stage | None = None, moving: Moving = Moving(), strips=()) -> tuple:  # noqa: B008
    return finds(looks, EVERY, line(*(strips or (strip(),))), where or stage(), moving)


def test_one_face_at_several_looks_is_one_find_and_two_are_two() -> None:
    rows = found(look(1, (100, 100, 40, 50)), look(6, (110, 100, 40, 50), (400, 50, 30, 40)), look(11, (120, 104, 40, 50)))
    assert [(one.frames, len(one.sights)) for one in rows] == [((1, 11), 3), ((6, 6), 1)]
    assert rows[0].sights[0].box == pytest.approx((100.0, 210.0, 140.0, 260.0))
    assert rows[0].sights[1].seconds == Fraction(1, 5) and rows[0].surest.strip == "film"
    assert np.allclose(rows[0].sights[0].place, (100 / 640, 100 / 360, 140 / 640, 150 / 360))


def test_a_face_that_is_far_away_or_of_another_size_is_another() -> None:
    rows = found(look(1, (100, 100, 40, 50)), look(6, (500, 100, 40, 50)), look(11, (500, 60, 120, 150)))
    assert len(rows) == 3


def test_it_is_found_again_under_transforms_and_lenses() -> None:
    pose = Pose(offset=(30.0, -20.0), scale=(1.5, 1.5), rotation=0.2, mirrored=(True, False))
    plain, where = stage(), stage(pose)
    lens = Lens("zoom", 5, FrameRange(1, 101), (1, (Pose(scale=(1.2, 1.2)),)))
    for moving in (Moving(), Moving(lenses=(lens,))):
        corner = np.array(plain.shown["film"].on_canvas(0.4, 0.45, CANVAS))
        x, y = Shown(CANVAS, pose).on_canvas(0.4, 0.45, CANVAS)
        if moving.lenses:
            x, y = (CANVAS[0] / 2 + (x - CANVAS[0] / 2) * 1.2, CANVAS[1] / 2 + (y - CANVAS[1] / 2) * 1.2)
        (find,) = found(look(3, (x - 2, 360 - y - 2, 4, 4)), where=where, moving=moving)
        place = np.array(find.surest.place)
        middle = (place[:2] + place[2:]) / 2
        assert np.allclose(middle, (0.4, 0.45), atol=1e-6), corner


def test_the_topmost_film_that_is_seen_there_is_meant() -> None:
    small = Shown(CANVAS, Pose(offset=(160.0, 90.0), scale=(0.5, 0.5)))
    below, above, muted = strip(), strip("inset", channel=2, medium="other"), strip("muted", channel=3, medium="third", muted=True)
    where = Stage(CANVAS, RATE, {"film": Shown(CANVAS), "inset": small, "muted": Shown(CANVAS)})
    inside, outside = found(look(3, (400, 50, 40, 40), (50, 250, 40, 40)), where=where, strips=(below, above, muted))
    assert {inside.surest.strip, outside.surest.strip} == {"inset", "film"}
    blind = found(look(3, (400, 50, 40, 40)), where=where, strips=(below, replace(above, source=None)))
    assert blind[0].surest.medium == "" and as_choice(blind[0], "cover", BETWEEN) is None


def test_what_was_said_is_stored_and_remembered_by_later_checks() -> None:
    (find,) = found(look(1, (100, 100, 40, 50)), look(6, (110, 100, 40, 50)))
    for word in ("cover", "visible"):
        choices = load(dump(with_word((), find, word, BETWEEN)))
        assert len(choices) == 1 and choices[0].what == word
        (again,) = found(look(6, (112, 101, 40, 50)), where=stage(choices=choices))
        assert again.word == word
        (elsewhere,) = found(look(6, (300, 101, 40, 50)), where=stage(choices=choices))
        (later,) = found(look(31, (112, 101, 40, 50)), where=stage(choices=choices))
        assert elsewhere.word == later.word == ""
        assert with_word(choices, find, "", BETWEEN) == ()
    other = Choice("privacy", "medium", choices[0].span, "leave")
    assert with_word((other, *choices), find, "cover", BETWEEN)[0] == other, "what was said of the shot stays"
    assert said_of(find, (other,)) == ""


def test_what_is_to_be_covered_too_is_covered_between_looks_and_not_over_a_cut() -> None:
    rows = found(look(11, (100, 100, 40, 50)), look(16, (150, 100, 40, 50)), look(31, (400, 200, 40, 50)))
    choices: tuple[Choice, ...] = ()
    for one in rows:
        choices = with_word(choices, one, "cover", BETWEEN)
    result = plan(Known(), (strip(),), PrivacyOptions(hold=Fraction(0)), stage(choices=choices), Moving(), (strip(),))
    (effect,) = result.effects
    assert effect.layers and any("not sure" in told for told in result.notices)
    marks = [(mark.frame, mark.box) for mark in effect.marks]
    for frame, x in ((11, 100), (13, 120), (16, 150), (17, 150), (20, 150)):  # a fifth of a second after it was seen last, too
        assert any(at == frame and box[0] <= x and box[2] >= x + 40 and box[1] <= 210 and box[3] >= 260 for at, box in marks), frame
    assert not any(at > 45 for at, _box in marks)
    parts = trails(choices[:1], "medium", [0.5])
    assert [one.span for one, _between in parts] == [(0.4, 0.4), (0.6, 0.6)]
    assert trails(choices, "another medium") == ()


@pytest.mark.parametrize("value", ["", "[]", '["1/5"]', '["1/5",["a",0,0,1,1,1]]', '["1/5",["1",0,0,1,1]]', '["1/0",["1",0,0,1,1,1]]'])
def test_what_cannot_be_read_is_said_and_not_forgotten_in_silence(value: str) -> None:
    (find,) = found(look(1, (100, 100, 40, 50)))
    choice = replace(as_choice(find, "cover", BETWEEN), value=value)
    with pytest.raises(EditorError) as caught:
        trails((choice,), "medium")
    assert caught.value.code == BAD_INPUT and "Reset" in caught.value.remedy
    assert privacy_finds.trails((), "medium") == ()
