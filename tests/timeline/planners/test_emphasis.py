"""Emphasis planned on paper: jump cuts by framing, pushes where the camera stands still, ramps, freezes, what is left out."""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Boundary, Faces, FaceTrack, Impact, Impacts, Looks, Shots, Span
from assistant_editor.timeline.beat_grid import Tick
from assistant_editor.timeline.jump_cuts import close_ones, jump_cuts
from assistant_editor.timeline.planners.emphasis import EmphasisOptions, plan
from assistant_editor.timeline.stage import Choice, Shown, Stage
from assistant_editor.timeline.state import CaptionRef, MarkerRef, StripRef, Timeline
from assistant_editor.timeline.timebase import FrameRange, SourceMap

RATE = Fraction(25)
CANVAS = (640, 360)


def film(name, start, first, length=100, medium="film", channel=2, **more):
    """The frames of a medium from `first` on, from frame `start` on."""
    source = SourceMap(Fraction(start - first), RATE, Fraction(0), RATE, 1.0)
    return StripRef(name, "MOVIE", f"/{medium}", medium, channel, FrameRange(start, start + length), source, **more)


def shots(*frames):
    found = tuple(Boundary(frame, Fraction(frame, 25), 0.9) for frame in frames)
    return Shots(Span(Fraction(0), Fraction(1000)), Fraction(0), RATE, 25000, "made", found)


def impacts(*rows):
    found = tuple(Impact(frame, Fraction(frame, 25), strength) for frame, strength in rows)
    return Impacts(Span(Fraction(0), Fraction(1000)), Fraction(0), RATE, "made", found)


def looks(*colours):
    """Two looks a second; each colour a second of them."""
    seconds = tuple(Fraction(n, 2) for n in range(2 * len(colours)))
    rows = np.full((len(seconds), 8), 128, np.uint8)
    for number in range(len(seconds)):
        rows[number, colours[number // 2]] = 255
    data = base64.b64encode(rows.tobytes()).decode()
    zeros = (0.0,) * len(seconds)
    return Looks(Span(Fraction(0), Fraction(len(colours))), Fraction(0), RATE, (), seconds, zeros, zeros, zeros, "colour", 8, data)


def faces(*heights):
    """One face a second long, in the middle, of these heights of the picture."""
    seconds = tuple(Fraction(n, 4) for n in range(4 * len(heights)))
    tracks = []
    for number, height in enumerate(heights):
        rows = np.tile(np.array([320 - height * 180, 180 - height * 180, height * 360, height * 360, 0.9], "<f4"), (4, 1))
        samples = tuple(range(4 * number, 4 * number + 4))
        tracks.append(FaceTrack(0.9, samples, base64.b64encode(rows.tobytes()).decode(), "", samples[0]))
    return Faces(Span(Fraction(0), Fraction(len(heights))), Fraction(0), RATE, "made", (640, 360), (), seconds, 0, tuple(tracks))


def timeline(*strips, captions=(), markers=(), more=()):
    occupied = tuple((one.channel, one.frames) for one in (*strips, *captions)) + tuple(more)
    return Timeline("scene", "s", RATE, FrameRange(1, 5000), tuple(strips), tuple(captions), tuple(markers), occupied, size=CANVAS)


def planned(strips, on, found=None, captions=(), markers=(), ticks=(), choices=(), shown=None, **options):
    line = timeline(*strips, captions=captions, markers=markers)
    stage = Stage(CANVAS, RATE, shown or {one.name: Shown((640.0, 360.0)) for one in strips}, tuple(choices))
    return plan(found or {}, strips, EmphasisOptions(on=frozenset(on), **options), stage, line, (), ticks)


def beats(*frames):
    return [Tick(frame, Fraction(frame, 25), "song", "music", 1, 1, 0.8, 0.9) for frame in frames]


def test_pieces_of_one_shot_jump_and_every_second_one_is_close():
    pieces = [film("a", 1, 0), film("b", 101, 150), film("c", 201, 300), film("d", 301, 500)]
    pairs = jump_cuts(pieces, {"film": shots(450)}, {}, {})
    assert [(one.name, two.name) for one, two in pairs] == [("a", "b"), ("b", "c")]
    assert [one.name for one in close_ones(pairs)] == ["b"]


@pytest.mark.parametrize(
    "after",
    [
        film("b", 101, 100),
        film("b", 101, 101),
        film("b", 102, 150),
        film("b", 101, 150, channel=3),
        film("b", 101, 150, medium="other"),
    ],
    ids=["goes on", "a frame of rounding", "a gap", "another channel", "another medium"],
)
def test_no_jump(after):
    assert not jump_cuts([film("a", 1, 0), after], {"film": shots(), "other": shots()}, {}, {})


def test_over_a_cut_the_framing_is_told_by_how_it_looks():
    """0..4 s, a cut, and then the same again or something else."""
    pair = [film("a", 1, 0), film("b", 101, 200)]
    known = {"film": shots(150)}
    assert not jump_cuts(pair, known, {}, {})
    assert jump_cuts(pair, known, {"film": looks(0, 0, 0, 0, 3, 3, 3, 3, 0, 0, 0, 0)}, {})
    assert not jump_cuts(pair, known, {"film": looks(0, 0, 0, 0, 3, 3, 3, 3, 5, 5, 5, 5)}, {})


def test_a_face_of_another_size_is_another_framing():
    pair = [film("a", 1, 0), film("b", 101, 200)]
    same, closer = faces(*[0.3] * 12), faces(*[0.3] * 8, *[0.5] * 4)
    assert jump_cuts(pair, {"film": shots()}, {}, {"film": same})
    assert not jump_cuts(pair, {"film": shots()}, {}, {"film": closer})


def test_close_pieces_are_one_effect_each_and_a_shot_left_out_stays():
    pieces = [film("a", 1, 0), film("b", 101, 150), film("c", 201, 300)]
    (close,) = planned(pieces, ["jumps"], {"shots": {"film": shots()}}).effects
    assert (close.strip, close.frames, close.layers[0].type) == ("b", FrameRange(101, 201), "ADJUSTMENT")
    assert close.identity.span == Span(Fraction(6), Fraction(10)) and close.marks[0].kind == "crop"
    left = Choice("emphasis", "film", Span(Fraction(6), Fraction(10)), "leave")
    assert not [one for one in planned(pieces, ["jumps"], {"shots": {"film": shots()}}, choices=[left]).effects if one.strip == "b"]
    weak = Choice("emphasis", "film", Span(Fraction(6), Fraction(10)), "strength", "50")
    (half,) = planned(pieces, ["jumps"], {"shots": {"film": shots()}}, choices=[weak], amount=0.2).effects
    assert half.layers[0].settings[0].value == pytest.approx(1.1)


def test_only_long_shots_are_pushed_into_by_no_more_than_two_percent_a_second():
    one = film("a", 1, 0, 700)
    done = planned([one], ["push"], {"shots": {"film": shots(100, 500)}}, amount=0.5).effects
    assert [effect.frames for effect in done] == [FrameRange(101, 501), FrameRange(501, 701)]
    assert done[0].layers[0].curves[0].keys[-1].value == pytest.approx(1.32)


def test_ramps_and_freezes_are_one_effect_a_strip_with_zooms_above():
    one = film("a", 1, 0, 400)
    found = {"shots": {"film": shots()}, "impacts": {"film": impacts((57, 0.9), (90, 0.2))}}
    done = planned([one], ["ramps", "push"], found, ticks=beats(*range(11, 401, 12))).effects
    (effect,) = done
    assert [layer.type for layer in effect.layers] == ["SPEED", "ADJUSTMENT"] and effect.frames == one.frames
    assert "1 of its moments on beats: an impact on a beat" in effect.why.reason
    assert effect.identity.span == one.visible


def test_cuts_inside_a_strip_land_on_beats():
    found = {"shots": {"film": shots(57)}, "impacts": {}}
    (effect,) = planned([film("a", 1, 0, 400)], ["ramps"], found, ticks=beats(*range(11, 401, 12))).effects
    assert "a cut on a beat" in effect.why.reason
    assert (59.0, 57.0) in [(key.frame, key.value) for key in effect.layers[0].curves[0].keys]


def test_markers_say_where_it_freezes_and_else_only_a_strong_impact_does():
    one = film("a", 1, 0, 400)
    found = {"impacts": {"film": impacts((57, 0.4), (90, 0.9))}}
    (marked,) = planned([one], ["freeze"], found, markers=[MarkerRef(0, "FREEZE!", 200)]).effects
    assert [key.frame for key in marked.layers[0].curves[0].keys] == [1, 200, 225, 250, 401]
    (struck,) = planned([one], ["freeze"], found).effects
    assert struck.layers[0].curves[0].keys[1].frame == 91
    assert not planned([one], ["freeze"], {"impacts": {"film": impacts((57, 0.4))}}).effects


def test_what_seems_to_stop_at_a_cut_is_no_impact():
    found = {"impacts": {"film": impacts((90, 0.9))}, "shots": {"film": shots(91)}}
    assert not planned([film("a", 1, 0, 400)], ["freeze"], found).effects


def test_locked_and_used_strips_keep_their_speed_and_that_is_said():
    found = {"impacts": {"film": impacts((90, 0.9))}}
    for strip in (film("a", 1, 0, 400, held="'a' is locked"), film("a", 1, 0, 400, feeds=("blur",))):
        done = planned([strip], ["freeze"], found)
        assert not done.effects and "stays as it is" in done.notices[0]


def test_under_titles_of_the_editors_the_strip_itself_is_zoomed():
    one = film("a", 1, 0, 400)
    caption = CaptionRef("said", "x", 3, FrameRange(50, 90), "")
    done = planned([one], ["push"], {"shots": {"film": shots()}}, captions=[caption])
    assert not done.effects[0].layers and len(done.effects[0].curves) == 4
    high = CaptionRef("said", "x", 4, FrameRange(50, 90), "")
    assert planned([one], ["push"], {"shots": {"film": shots()}}, captions=[high]).effects[0].layers
    keyed = {"a": Shown((640.0, 360.0), keyed=frozenset({"transform.scale_x"}))}
    told = planned([one], ["push"], {"shots": {"film": shots()}}, captions=[caption], shown=keyed)
    assert told.effects[0].layers, "what he keys is his; that the title is enlarged too is said by whoever writes"


def test_it_speaks_for_its_media_also_where_nothing_is_found():
    done = planned([film("a", 1, 0, 100)], ["push"], {"shots": {"film": shots()}})
    assert done.media == (("film", "emphasis"),) and done.strips == ("a",) and not done.effects and done.notices
