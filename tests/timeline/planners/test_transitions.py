"""Transitions by rule: where, how long, out of which frames of the media."""

from __future__ import annotations

import base64
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Beats, Boundary, Pictures, Shots, Span, Transcript, Transition, Utterance, Word
from assistant_editor.timeline.heard_speech import Speech, joined, speech
from assistant_editor.timeline.planners.transitions import Known, TransitionOptions, plan
from assistant_editor.timeline.stack import Slab, Stack
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = Fraction(25)
CANVAS = (640, 360)


def film(name, start, end, *, begins=0, length=1000, medium=None, channel=2, rate=RATE, **more):
    """A movie strip over start..end whose content begins `begins` frames of the medium before its first frame."""
    source = SourceMap(Fraction(start - begins), RATE, Fraction(0), rate, float(rate / RATE)) if rate != RATE else SourceMap(
        Fraction(start - begins), RATE, Fraction(0), RATE, 1.0)  # fmt: skip
    content = Span(Fraction(0), Fraction(length) / rate)
    return StripRef(name, "MOVIE", f"/{name}", medium or name, channel, FrameRange(start, end), source, content, **more)


def shots(*frames, gradual=(), rate=RATE):
    rows = [Boundary(frame, Fraction(frame) / rate, 0.9) for frame in frames]
    for first, last in gradual:
        span = Span(Fraction(first) / rate, Fraction(last + 1) / rate)
        rows.append(Boundary((first + last) // 2, Fraction(first + last, 2) / rate, 0.9, Transition("dissolve", first, last, span)))
    return Shots(Span(Fraction(0), Fraction(1000)), Fraction(0), rate, 25000, "made", tuple(sorted(rows, key=lambda b: b.frame)))


def two(**right):
    """Two films that meet at frame 201, each with a hundred frames more on both sides."""
    return film("a", 1, 201, begins=100, length=400), film("b", 201, 401, begins=100, length=400, **right)


def stage(*strips, **shown):
    return Stage(CANVAS, RATE, {one.name: shown.get(one.name, Shown((640.0, 360.0), look=f"{one.name} looks")) for one in strips})


def stack(*strips, more=(), held=()):
    return Stack((*(Slab(one.name, one.channel, one.frames) for one in strips), *more), held)


def planned(strips, options=None, *, known=None, scenes=(201,), where=None, on=None, **facts):
    found = known or Known({one.medium: shots() for one in strips}, dict.fromkeys(scenes, 0.8), **facts)
    return plan(found, strips, options or TransitionOptions(way="dissolve"), where or stage(*strips), on or stack(*strips))


def window(done):
    (one,) = done.effects
    return one.frames


def test_a_scene_change_gets_a_dissolve_in_its_middle_as_long_as_a_quarter_of_the_shots():
    done = planned(two())
    (one,) = done.effects
    assert one.frames == FrameRange(176, 226)  # 200 frames a shot, 50 of them
    out, into, cross = one.layers
    assert [layer.type for layer in one.layers] == ["COPY", "COPY", "CROSS"]
    assert (out.inputs, into.inputs, cross.inputs) == (("a",), ("b",), ("out", "in"))
    assert (out.look, into.look) == ("a looks", "b looks")
    (fader,) = cross.curves
    assert [(key.frame, key.value, key.ease) for key in fader.keys] == [(176, 0.0, "LINEAR"), (225, 1.0, "LINEAR")]
    assert (one.identity.medium, one.identity.span) == ("b", Span(Fraction(4), Fraction(5))) and one.strip == "b"
    assert one.why.confidence == 0.8 and "50 frames" in one.why.reason
    assert set(done.media) == {("a", "transition"), ("b", "transition")} and not done.notices


def test_only_cuts_where_a_scene_begins_unless_every_cut_is_asked_for():
    strips = two()
    none = planned(strips, scenes=())
    assert not none.effects and "No two strips meet where a scene begins" in none.notices[0]
    assert planned(strips, TransitionOptions(at="cuts", way="dissolve"), scenes=()).effects
    assert planned(strips, scenes=(202,)).effects  # a frame beside
    assert not planned(strips, scenes=(204,)).effects


@pytest.mark.parametrize(
    ("seconds", "strength", "frames"), [(Fraction(0), 0.5, 25), (Fraction(0), 1.5, 75), (Fraction(1), 1.0, 25), (Fraction(1), 2.0, 50)]
)
def test_length_follows_strength_and_seconds(seconds, strength, frames):
    assert window(planned(two(), TransitionOptions(way="dissolve", seconds=seconds, strength=strength))).length == frames


def test_length_is_of_beats_where_music_has_them():
    beats = Beats(Span(Fraction(0), Fraction(99)), Fraction(0), "made", 100.0, (), 0.9)  # 15 frames a beat
    assert window(planned(two(), beats={"music": beats})).length == 45
    assert window(planned(two(), beats={"music": replace(beats, confidence=0.2)})).length == 50


def test_handles_end_where_the_medium_ends():
    strips = film("a", 1, 201, begins=0, length=206), film("b", 201, 401, begins=3, length=400)
    assert window(planned(strips)) == FrameRange(198, 207)  # three pictures before the first of b, six after the last of a


def test_handles_end_where_another_shot_of_the_medium_begins():
    strips = two()
    known = Known({"a": shots(310), "b": shots(90)}, {201: 1.0})
    assert window(planned(strips, known=known)) == FrameRange(191, 211)


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_a_boundary_at_the_cut_leaves_no_handle_even_if_it_is_missed_by_two_frames(off):
    strips = two()
    known = Known({"a": shots(300 + off), "b": shots(100 + off)}, {201: 1.0})
    (one,) = planned(strips, known=known).effects
    assert [layer.type for layer in one.layers] == ["COLOR"] and "no more pictures" in one.why.reason
    leave = planned(strips, TransitionOptions(way="dissolve", lacking="leave"), known=known)
    assert not leave.effects and leave.notices == ("The cut at frame 201 stays as it is: the media have no more pictures there.",)


def test_one_sided_handles_put_it_beside_the_cut():
    strips = film("a", 1, 201, begins=0, length=200), film("b", 201, 401, begins=100, length=400)
    assert window(planned(strips)) == FrameRange(151, 201)
    strips = film("a", 1, 201, begins=0, length=400), film("b", 201, 401, begins=0, length=400)
    assert window(planned(strips)) == FrameRange(201, 251)


def test_a_dip_is_full_at_the_cut_and_needs_no_handles():
    strips = film("a", 1, 201, length=200), film("b", 201, 401, length=200)
    (one,) = planned(strips, TransitionOptions(way="dip", color="white")).effects
    (layer,) = one.layers
    assert one.frames == FrameRange(176, 226) and layer.type == "COLOR"
    (curve,) = layer.curves
    assert [(key.frame, key.value) for key in curve.keys] == [(176, 0.0), (200, 1.0), (201, 1.0), (225, 0.0)]
    assert any(one.path == "color" and one.value == (1.0, 1.0, 1.0) for one in layer.settings)


def test_never_inside_speech():
    strips = two()
    across = planned(strips, speech=Speech((FrameRange(150, 260),)))
    assert not across.effects and "somebody speaks there" in across.notices[0]
    beside = planned(strips, speech=Speech((FrameRange(100, 195), FrameRange(210, 260))))
    assert window(beside) == FrameRange(195, 210)
    unheard = planned(strips, speech=Speech((), (FrameRange(1, 401),)))
    assert not unheard.effects and "nobody has listened" in unheard.notices[0]
    anyway = planned(strips, TransitionOptions(way="dissolve", clear=False), speech=Speech((FrameRange(150, 260),)))
    assert window(anyway).length == 50


def test_a_shot_that_goes_on_gets_none_and_a_transition_of_the_film_is_enough():
    strips = film("a", 1, 201, medium="m"), film("b", 201, 401, begins=200, medium="m")
    through = planned(strips, known=Known({"m": shots()}, {201: 1.0}))
    assert not through.effects and "one shot goes on" in through.notices[0]
    gradual = planned(strips, known=Known({"m": shots(gradual=[(190, 210)])}, {201: 1.0}))
    assert not gradual.effects and "a transition of its own" in gradual.notices[0]


def test_what_lies_over_the_cut_must_stay_above():
    strips = two()
    caption = Slab("caption", 4, FrameRange(150, 260))
    done = planned(strips, on=stack(*strips, more=[caption]))
    assert not done.effects and "3 channels must be free between them and 'caption'" in done.notices[0]
    assert planned(strips, on=stack(*strips, more=[replace(caption, channel=6)])).effects
    assert not planned(strips, on=stack(*strips, more=[replace(caption, channel=6)], held=(4,))).effects
    assert planned(strips, on=stack(*strips, more=[replace(caption, effect="transition")])).effects  # what an earlier run wrote
    assert planned(strips, on=stack(*strips, more=[replace(caption, gives_way=True)])).effects  # the writer puts it above
    assert planned(strips, TransitionOptions(way="dip"), on=stack(*strips, more=[caption])).effects  # needs one channel


def test_nobody_hidden_is_shown_beyond_the_cut():
    strips = two()
    hidden = Slab("faces", 9, FrameRange(1, 201), effect="privacy")
    (one,) = planned(strips, on=stack(*strips, more=[hidden])).effects
    assert [layer.type for layer in one.layers] == ["COLOR"] and "hidden" in one.why.reason
    (one,) = planned(strips, on=replace(stack(*strips), hidden=frozenset({"b"}))).effects
    assert [layer.type for layer in one.layers] == ["COLOR"]


def test_strips_that_do_not_fill_the_frame_over_others():
    strips = two()
    small = stage(*strips, a=Shown((640.0, 360.0), Pose(scale=(0.5, 0.5))))
    below = Slab("background", 1, FrameRange(1, 401))
    assert planned(strips, where=small).effects[0].layers[0].type == "COPY"
    (one,) = planned(strips, where=small, on=stack(*strips, more=[below])).effects
    assert one.layers[0].type == "COLOR"
    assert planned(strips, on=stack(*strips, more=[below])).effects[0].layers[0].type == "COPY"


@pytest.mark.parametrize("what", ["feeds", "held", "fades", "left"])
def test_what_is_the_editors_stays(what):
    a, b = two()
    strips, where = (a, b), stage(a, b)
    if what == "feeds":
        strips = (replace(a, feeds=("glow",)), b)
    elif what == "held":
        strips = (a, replace(b, held="channel 2 is locked"))
    elif what == "fades":
        where = stage(a, b, b=Shown((640.0, 360.0), keyed=frozenset({"blend_alpha"})))
    else:
        where = replace(where, choices=(Choice("transition", "b", Span(Fraction(4), Fraction(12)), "leave"),))
    done = planned(strips, where=where)
    assert not done.effects and done.notices[0].startswith("The cut at frame 201 stays")


def camera(pan, tilt=0.0):
    rows = np.tile(np.array([pan, tilt, 0, 0, 0, 1], np.float16), (40, 1))
    moments = tuple(Fraction(n, 2) for n in range(40))
    span = Span(Fraction(0), Fraction(20))
    return Pictures(span, Fraction(0), RATE, "made", tuple(range(40)), moments, "", base64.b64encode(rows.tobytes()).decode())


@pytest.mark.parametrize(
    ("one", "other", "way", "path", "travel"),
    [
        (camera(0.3), camera(0.2), "ALPHA_OVER", "transform.offset_x", -640.0),
        (camera(-0.3), camera(-0.2), "ALPHA_OVER", "transform.offset_x", 640.0),
        (camera(0.0, 0.3), camera(0.0, 0.2), "ALPHA_OVER", "transform.offset_y", 360.0),
        (camera(0.3), camera(-0.2), "CROSS", "", 0.0),
        (camera(0.3), camera(0.01), "CROSS", "", 0.0),
    ],
)
def test_a_push_goes_with_both_cameras(one, other, way, path, travel):
    a, b = two()
    (effect,) = planned((a, b), TransitionOptions(), pictures={"a": one, "b": other}).effects
    assert effect.layers[2].type == way
    if path:
        (out,), (into,) = effect.layers[0].curves, effect.layers[1].curves
        assert out.path == into.path == path
        assert [(key.value, key.slope) for key in out.keys] == [(0.0, 0.0), (travel, 0.0)]
        assert [(key.value, key.slope) for key in into.keys] == [(-travel, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize(("direction", "travel"), [("left", -800.0), ("right", 800.0), ("up", 540.0), ("down", -540.0)])
def test_a_push_goes_as_far_as_pictures_reach_beyond_the_frame(direction, travel):
    a, b = two()
    where = stage(a, b, b=Shown((640.0, 360.0), Pose(scale=(1.5, 2.0))))  # 160 pixels to the left and right, 180 above and below
    (effect,) = planned((a, b), TransitionOptions(way="push", direction=direction), where=where).effects
    assert [layer.curves[0].keys[end].value for layer, end in zip(effect.layers, (1, 0), strict=False)] == [travel, -travel]


def test_what_somebody_else_moves_is_not_pushed():
    a, b = two()
    where = stage(a, b, a=Shown((640.0, 360.0), Pose(offset=(-10.0, 0.0))))
    (out, _into, _push) = planned((a, b), TransitionOptions(way="push"), where=where).effects[0].layers
    assert [key.value for key in out.curves[0].keys] == [-10.0, -650.0]
    where = stage(a, b, a=Shown((640.0, 360.0), keyed=frozenset({"transform.scale_x"})))
    assert planned((a, b), TransitionOptions(way="push"), where=where).effects[0].layers[2].type == "CROSS"


def test_wipes_go_where_they_are_told():
    for direction in ("left", "right", "up", "down"):
        (effect,) = planned(two(), TransitionOptions(way="wipe", direction=direction)).effects
        assert effect.layers[2].type == "WIPE" and "wipe" in effect.why.reason


times = st.integers(min_value=6, max_value=400)


@settings(max_examples=150, deadline=None)
@given(
    lengths=st.lists(times, min_size=2, max_size=5), heads=st.lists(st.integers(0, 60), min_size=5, max_size=5),
    tails=st.lists(st.integers(0, 60), min_size=5, max_size=5), way=st.sampled_from(["dissolve", "dip", "wipe", "push", "auto"]),
    talk=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 80)), max_size=4), strength=st.sampled_from([0.25, 1.0, 2.0]),
    rate=st.sampled_from([RATE, Fraction(30), Fraction(24000, 1001)]),
)  # fmt: skip
def test_whatever_stands_every_frame_is_of_its_medium_and_out_of_speech(lengths, heads, tails, way, talk, strength, rate):
    strips, at = [], 1
    for number, length in enumerate(lengths):
        head, tail = heads[number], tails[number]
        pictures = math.ceil((head + length + tail) * rate / RATE)
        strips.append(film(f"s{number}", at, at + length, begins=head, length=pictures, rate=rate))
        at += length
    spoken = Speech(joined([FrameRange(start, start + long) for start, long in talk], 0))
    scenes = {one.frames.start: 1.0 for one in strips}
    known = Known({one.medium: shots() for one in strips}, scenes, spoken)
    done = plan(known, strips, TransitionOptions(way=way, strength=strength), stage(*strips), stack(*strips))
    ends = 0
    for effect in done.effects:
        assert not any(one.overlaps(effect.frames) for one in spoken.frames)
        assert effect.frames.length >= 2 and effect.frames.start >= ends
        ends = effect.frames.end
        for layer in effect.layers:
            assert layer.frames == effect.frames
            if layer.type == "COPY":
                strip = next(one for one in strips if one.name == layer.inputs[0])
                shown = [strip.source.picture(frame) for frame in range(layer.frames.start, layer.frames.end)]
                assert shown[0] >= 0 and shown[-1] < strip.content.end * rate


def test_sound_that_nobody_can_place_counts_as_unknown():
    frames = FrameRange(1, 401)
    retimed = StripRef("s", "SOUND", "/s", "s", 1, frames, None, unmapped="it is retimed")
    assert speech([retimed], {}, {}, RATE).unknown == (frames,)
    assert not speech([replace(retimed, muted=True)], {}, {}, RATE).unknown


def test_words_of_one_sentence_are_one_stretch():
    times = (Fraction(1), Fraction(2)), (Fraction(23, 10), Fraction(3)), (Fraction(4), Fraction(5))
    words = [Word(" word", start, end, 1.0) for start, end in times]
    told = Transcript(Span(Fraction(0), Fraction(9)), Fraction(0), "en", 1.0, "made", "", "transcribe", (Utterance(tuple(words)),))
    sound = StripRef("s", "SOUND", "/s", "s", 1, FrameRange(1, 201), SourceMap(Fraction(1), RATE))
    found = speech([sound], {"s": told}, {}, RATE)
    assert found.frames == (FrameRange(23, 79), FrameRange(98, 129))
    assert found.free(50) is None and found.free(90) == FrameRange(79, 98) and not found.unknown
