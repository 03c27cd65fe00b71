"""Cut-outs on paper: which strips get which layers, where the matte lies, what is left out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml import mattes
from assistant_editor.ml.facts import Boundary, Shots, Span
from assistant_editor.ml.mattes import Grid, Line, Matte, MatteOptions
from assistant_editor.timeline.cutout_layers import CutoutOptions
from assistant_editor.timeline.picture_way import Moving
from assistant_editor.timeline.planners.cutout import plan
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

RATE = Fraction(25)
CANVAS = (640, 360)
BOX = ((0.25, 0.5), (0.5, 0.5), (0.5, 1.0), (0.25, 1.0))


def film(start=11, end=61, begins=0, **more):
    source = SourceMap(Fraction(start - begins), RATE, Fraction(0), RATE, 1.0)
    content = Span(Fraction(0), Fraction(40))
    return StripRef("film", "MOVIE", "/walk.mp4", "medium", 2, FrameRange(start, end), source, content, **more)


def matte(first=0, frames=1000, **more):
    given = {"lines": (Line(((5, BOX), (15, BOX))),), **more}
    return Matte("walk.matte.mkv", "medium", mattes.digest(MatteOptions()), Grid(RATE, RATE, 1.0, first, frames), 320, 180, "made", **given)


def stage(choices=(), **more):
    others = {"other": Shown((640.0, 360.0))}
    return Stage(CANVAS, RATE, {"film": Shown((320.0, 180.0), **more), **others}, tuple(choices))


def shots(*frames):
    rows = tuple(Boundary(frame, frame / RATE, 0.9) for frame in frames)
    return {"shots": {"medium": Shots(Span(Fraction(0), Fraction(40)), Fraction(0), RATE, 1000, "made", rows)}}


def planned(behind="transparent", of=None, found=None, where=None, made=None, moving=None, unmirrored=False, **options):
    known = {"film": made or matte()} if made is not False else {}
    asked = CutoutOptions(behind, **options)
    return plan(found or shots(), [of or film()], asked, where or stage(), known, moving, unmirrored=unmirrored)


def settings(layer):
    return {one.path: one.value for one in layer.settings}


def test_the_strip_itself_is_masked_where_the_rest_becomes_transparent() -> None:
    (effect,) = planned().effects
    assert [(one.type, one.mask) for one in effect.modifiers] == [("MASK", "Matte")] and settings(effect) == {"blend_type": "ALPHA_OVER"}
    (layer,) = effect.layers
    assert (layer.type, layer.file, layer.first, layer.muted, layer.frames) == ("MOVIE", "walk.matte.mkv", 0, True, FrameRange(11, 61))
    assert effect.identity.span == Span(Fraction(0), Fraction(2)) and effect.frames == film().frames


@pytest.mark.parametrize(
    ("behind", "types", "more"),
    [
        ("blur", ["MOVIE", "ADJUSTMENT", "GAUSSIAN_BLUR"], {}),
        ("colour", ["MOVIE", "COLOR"], {}),
        ("text", ["MOVIE", "TEXT"], {"text": "Hello"}),
        ("strip", ["MOVIE", "GAUSSIAN_BLUR"], {"strip": "other"}),
    ],
)
def test_whatever_is_behind_lies_above_with_the_matte_turned(behind, types, more) -> None:
    (effect,) = planned(behind, **more).effects
    assert [layer.type for layer in effect.layers] == types and not effect.modifiers and not effect.settings
    assert [one.points for one in effect.layers[0].modifiers] == [(((0.0, 1.0), (1.0, 0.0)),)]
    assert [(one.type, one.mask) for one in effect.layers[-1].modifiers] == [("MASK", "Matte")]
    assert settings(effect.layers[-1])["blend_type"] == "ALPHA_OVER"


def test_strength_is_how_much_of_the_rest_goes() -> None:
    (half,) = planned(strength=0.4).effects
    assert [one.points for one in half.layers[0].modifiers] == [(((0.0, pytest.approx(0.6)), (1.0, 1.0)),)]
    (colour,) = planned("colour", strength=0.4).effects
    assert colour.layers[0].modifiers[0].points == (((0.0, 0.4), (1.0, 0.0)),)
    (weak,), (strong,) = planned("blur", strength=0.2).effects, planned("blur").effects
    assert settings(weak.layers[-1])["size_x"] == pytest.approx(0.2 * settings(strong.layers[-1])["size_x"])
    assert weak.layers[0].modifiers[0].points == (((0.0, 1.0), (1.0, 0.0)),)


def test_a_trimmed_strip_begins_within_the_film_and_one_that_is_held_later() -> None:
    (effect,) = planned(of=film(begins=30), made=matte(20)).effects
    assert effect.layers[0].first == 10
    (late,) = planned(of=film(begins=-10)).effects
    assert late.layers[0].first == 0 and late.layers[0].frames == FrameRange(21, 61)


def test_shots_left_out_are_whole_in_a_strip_that_is_masked() -> None:
    left = Choice("cutout", "medium", Span(Fraction(20, 25), Fraction(30, 25)), "leave")
    (effect,) = planned(found=shots(20, 30), where=stage([left])).effects
    bright = effect.layers[0].modifiers[0]
    assert bright.type == "BRIGHT_CONTRAST"
    assert [(key.frame, key.value, key.ease) for key in bright.curves[0].keys] == [
        (11, 0.0, "CONSTANT"), (31, 100.0, "CONSTANT"), (41, 0.0, "CONSTANT"),
    ]  # fmt: skip


def test_shots_left_out_have_no_layers_where_these_are_all_there_is() -> None:
    left = Choice("cutout", "medium", Span(Fraction(20, 25), Fraction(30, 25)), "leave")
    effects = planned("blur", found=shots(20, 30), where=stage([left])).effects
    assert [effect.frames for effect in effects] == [FrameRange(11, 31), FrameRange(41, 61)]
    assert [effect.layers[0].first for effect in effects] == [0, 30]
    every = Choice("cutout", "medium", Span(Fraction(0), Fraction(40)), "leave")
    assert planned("blur", where=stage([every])).effects == () == planned(where=stage([every])).effects


POSE = Pose((5.0, -3.0), (2.0, 1.5), 0.25, (0.4, 0.6), (4.0, 6.0, 0.0, 8.0), (True, False))


def test_the_matte_lies_as_the_picture_lies() -> None:
    made = replace(matte(), width=160, height=90)
    (effect,) = planned(where=stage(pose=POSE), made=made).effects
    told = settings(effect.layers[0])
    assert told["transform.offset_x"] == 5.0 and told["transform.rotation"] == 0.25 and told["transform.origin"] == (0.4, 0.6)
    assert (told["transform.scale_x"], told["transform.scale_y"]) == (4.0, 3.0), "it is half as large"
    assert (told["crop.min_x"], told["crop.max_x"], told["crop.max_y"]) == (2, 3, 4) and "crop.min_y" not in told
    assert told["use_flip_x"] is True and "use_flip_y" not in told


def test_a_mirrored_picture_is_masked_before_it_is_mirrored_in_newer_blenders() -> None:
    where = stage(pose=POSE)
    assert "use_flip_x" not in settings(planned(where=where, unmirrored=True).effects[0].layers[0])
    assert "use_flip_x" in settings(planned("blur", where=where, unmirrored=True).effects[0].layers[0])


def test_the_matte_goes_along_with_a_picture_that_moves() -> None:
    poses = tuple(Pose((float(min(number, 20)), 0.0)) for number in range(60))
    (effect,) = planned(moving=Moving({"film": (11, poses)})).effects
    (curve,) = effect.layers[0].curves
    assert curve.path == "transform.offset_x" and [(key.frame, key.value) for key in curve.keys] == [(11, 0.0), (31, 20.0), (60, 20.0)]


def test_outlines_become_masks_that_are_there_while_they_are_seen() -> None:
    (effect,) = planned("blur", outlines=True, made=matte(first=3), of=film(begins=3)).effects
    (shape,) = effect.shapes
    assert (effect.layers[0].type, effect.layers[0].shape, effect.layers[0].muted) == ("MASK", shape.name, True)
    (outline,) = shape.outlines
    assert [frame for frame, _ in outline.steps] == [15, 16, 26, 27]
    assert len({len(points) for _, points in outline.steps}) == 1
    assert len(set(outline.steps[0][1])) == 1 and len(set(outline.steps[-1][1])) == 1, "before and after it is a point"
    # A picture of half the frame's size, in its middle: the lower half of a quarter of it.
    assert outline.steps[1][1][0] == pytest.approx((0.25 + 0.25 / 2, 0.5)) and outline.steps[1][1][2] == pytest.approx((0.5, 0.25))


@pytest.mark.parametrize(
    ("told", "given"),
    [
        ("no matte film", {"made": False}),
        ("other proportions", {"made": replace(matte(), width=180, height=320)}),
        ("a driver moves it", {"moving": Moving(driven=frozenset({"film"}))}),
        ("its crop is animated", {"where": stage(keyed=frozenset({"crop.min_x"}))}),
        ("no text", {"behind": "text"}),
        ("no strip is named", {"behind": "strip"}),
        ("no strip 'gone'", {"behind": "strip", "strip_name": "gone"}),
        ("behind itself", {"behind": "strip", "strip_name": "film"}),
        ("large enough to be outlined", {"outlines": True, "made": matte(lines=())}),
        ("nothing that could be", {"made": matte(blank=((0, 1000),))}),
    ],
)
def test_what_cannot_be_done_is_said(told, given) -> None:
    name = given.pop("strip_name", "") if "strip_name" in given else ""
    done = plan(
        shots(), [film()], CutoutOptions(given.get("behind", "transparent"), name, outlines=given.get("outlines", False)),
        given.get("where") or stage(), {} if given.get("made") is False else {"film": given.get("made", matte())}, given.get("moving"),
    )  # fmt: skip
    assert not done.effects and len(done.notices) == 1 and told in done.notices[0] and "'film'" in done.notices[0]
    assert done.media == (("medium", "cutout"),), "what an earlier run wrote is this plan's concern all the same"


def test_frames_without_anybody_make_it_less_sure() -> None:
    (sure,), (unsure,) = planned().effects, planned(made=matte(blank=((0, 30),))).effects
    assert sure.why.confidence > 0.6 > unsure.why.confidence and "60%" in unsure.why.reason


def test_shots_without_anything_to_cut_out_stay_as_they_are() -> None:
    """The film is seen from frame 11 to 60; nothing is seen in its second shot, nor in what the strip does not show."""
    made = matte(blank=((20, 35), (60, 900)))
    effects = planned("blur", found=shots(20, 35), made=made).effects
    assert [effect.frames for effect in effects] == [FrameRange(11, 31), FrameRange(46, 61)]
    (whole,) = planned("blur", found=shots(), made=made).effects
    assert whole.frames == FrameRange(11, 61), "a shot in which somebody is seen some of the time is cut out as a whole"
    done = plan(shots(20), [film()], CutoutOptions("blur"), stage(), {"film": matte(blank=((0, 50),))})
    assert not done.effects and "nothing that could be was seen" in done.notices[0]
