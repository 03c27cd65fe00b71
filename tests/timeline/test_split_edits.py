"""J- and L-cuts: which cut goes where by the words, and back again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Shots, Span, Transcript, Utterance, Word
from assistant_editor.timeline.layout import Item, Layout
from assistant_editor.timeline.meetings import meetings
from assistant_editor.timeline.split_edits import SplitOptions, back, plan
from assistant_editor.timeline.split_ledger import dump, load
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = Fraction(25)
AHEAD = 250
"""Frames of each film before what is seen of it."""


def takes(*lengths):
    """Films, each with its sound, that follow each other from frame 1 on, each with ten seconds more before and after."""
    strips, at = [], 1
    for number, length in enumerate(lengths):
        name, frames, origin = f"t{number}", FrameRange(at, at + length), Fraction(at - AHEAD)
        content = Span(Fraction(0), Fraction(length + 2 * AHEAD) / RATE)
        movie = SourceMap(origin, RATE, Fraction(0), RATE, 1.0)
        strips.append(StripRef(name, "MOVIE", name, name, 2, frames, movie, content, partners=(f"{name} s",)))
        strips.append(StripRef(f"{name} s", "SOUND", name, name, 1, frames, SourceMap(origin, RATE), partners=(name,)))
        at += length
    return tuple(strips)


def layout(strips):
    items = []
    for one in strips:
        at, length = int(one.source.origin), next(s for s in strips if s.medium == one.medium and s.content).content.end * RATE
        items.append(Item(one.name, one.kind, one.channel, one.frames, FrameRange(at, at + int(length)), held=one.held))
    return Layout("Scene", RATE, FrameRange(1, 2000), tuple(items))


def said(strips, **spoken):
    """Transcripts: `t0=[(text, start, end)]` in frames of the timeline."""
    found = {}
    for name, words in spoken.items():
        source = next(one for one in strips if one.name == name).source
        told = tuple(Word(text, source.seconds(Fraction(start)), source.seconds(Fraction(end)), 1.0) for text, start, end in words)
        found[name] = Transcript(Span(Fraction(0), Fraction(99)), Fraction(0), "en", 1.0, "made", "", "transcribe", (Utterance(told),))
    return found


def run(strips, words, splits=(), options=None, names=(), covered=()):
    shots = {one.medium: Shots(Span(Fraction(0), Fraction(99)), Fraction(0), RATE, 2000, "made", ()) for one in strips}
    return plan(layout(strips), strips, words, meetings(strips, shots), covered, splits, names, options or SplitOptions())


def carried_out(strips, done):
    frames = {one.name: one.frames for one in strips}
    for roll in done.rolls:
        for name in roll.before:
            frames[name] = FrameRange(frames[name].start, roll.to)
        for name in roll.after:
            frames[name] = FrameRange(roll.to, frames[name].end)
    return tuple(replace(one, frames=frames[one.name]) for one in strips)


def edges(strips, kind):
    return [one.frames.start for one in strips if one.kind == kind][1:]


QUIET = {"t0": [(" Well", 150, 165), (" then.", 170, 190)], "t1": [(" Fine,", 210, 222), (" thanks.", 226, 240)]}
ASKED = {**QUIET, "t0": [(" Ready", 150, 165), (" now?", 170, 190)]}


def test_the_next_one_is_heard_before_he_is_seen():
    strips = takes(200, 200)
    done = run(strips, said(strips, **QUIET))
    (roll,) = done.rolls
    assert (roll.frame, roll.before, roll.after) == (201, ("t0",), ("t1",))
    assert roll.to == 222 and done.shapes == ("j",)  # 15 frames wanted: the end of "Fine," is nearest
    assert done.overlaps == (12,)


def test_after_a_question_who_is_asked_is_seen():
    strips = takes(200, 200)
    done = run(strips, said(strips, **ASKED))
    assert done.shapes == ("l",) and done.rolls[0].to == 170 and done.overlaps == (20,)


@pytest.mark.parametrize(("shape", "seconds", "to"), [("l", Fraction(6, 5), 150), ("j", Fraction(6, 5), 240), ("j", Fraction(2, 5), 222)])
def test_shape_and_overlap_are_the_editors(shape, seconds, to):
    strips = takes(200, 200)
    assert run(strips, said(strips, **QUIET), options=SplitOptions(seconds, shape)).rolls[0].to == to


def test_the_sound_moves_within_the_pause_where_asked_or_where_there_is_no_picture():
    strips = takes(200, 200)
    (roll,) = run(strips, said(strips, **QUIET), options=SplitOptions(moves="sound")).rolls
    assert roll.before == ("t0 s",) and roll.to == 191
    (roll,) = run(strips, said(strips, **QUIET), options=SplitOptions(moves="sound", shape="l")).rolls
    assert roll.to == 209
    bare = tuple(replace(one, content=Span(Fraction(0), Fraction(450) / RATE)) if one.name == "t0" else one for one in strips)
    (roll,) = run(bare, said(bare, **QUIET), options=SplitOptions(shape="j")).rolls
    assert roll.before == ("t0 s",)


def test_a_word_that_the_cut_breaks_is_finished_by_the_sound():
    strips = takes(200, 200)
    words = said(strips, t0=[(" unbroken", 185, 207)], t1=[(" yes", 215, 230)])
    (roll,) = run(strips, words).rolls
    assert roll.before == ("t0 s",) and roll.to == 208
    begun = said(strips, t0=[(" so", 170, 180)], t1=[(" certainly", 194, 220)])
    (roll,) = run(strips, begun).rolls
    assert roll.after == ("t1 s",) and roll.to == 193


def test_of_a_word_of_which_only_a_part_is_heard_nothing_is_left():
    strips = takes(200, 200)
    words = said(strips, t0=[(" done", 150, 180), (" but", 196, 215)], t1=[(" yes", 215, 230)])
    (roll,) = run(strips, words).rolls
    assert roll.before == ("t0 s",) and roll.to == 195


def test_words_that_were_cut_out_stay_out():
    """In what is hidden of both takes somebody speaks: the sound's cut does not go there."""
    strips = takes(200, 200)
    words = {"t0": [*QUIET["t0"], (" besides", 203, 215)], "t1": [(" er", 192, 199), *QUIET["t1"]]}
    (roll,) = run(strips, said(strips, **words), options=SplitOptions(moves="sound", shape="l")).rolls or (None,)
    assert roll is None or 200 <= roll.to <= 202
    picture = run(strips, said(strips, **words), options=SplitOptions(moves="picture"))
    assert picture.rolls[0].before == ("t0",)


def test_two_who_speak_across_the_cut_stay():
    strips = takes(200, 200)
    done = run(strips, said(strips, t0=[(" over", 180, 212)], t1=[(" under", 190, 230)]))
    assert not done.rolls and done.notices == ("The cut at frame 201 stays as it is: both speak across it.",)


def test_where_one_is_silent_or_one_take_goes_on_nothing_happens():
    strips = takes(200, 200)
    assert not run(strips, said(strips, t0=QUIET["t0"])).rolls
    one, sound, other, its = takes(200, 200)
    same = (one, sound, *(replace(two, medium="t0", source=first.source) for two, first in ((other, one), (its, sound))))
    assert not run(same, {"t0": said(strips, t0=[*QUIET["t0"], (" on", 205, 220)])["t0"]}).rolls


def test_where_nobody_said_which_sound_belongs_to_a_picture_how_to_say_it_is_told():
    alone = tuple(replace(one, partners=()) for one in takes(200, 200, 100))
    done = run(alone, said(alone, **QUIET))
    assert not done.rolls and len(done.notices) == 1
    assert done.notices[0].startswith("The cuts at frames 201, 401 stay as they are") and "Connect Strips" in done.notices[0]
    assert "frame 201 " in run(alone, said(alone, **QUIET), names={"t0"}).notices[0]
    one, sound, other, its = alone[:4]
    music = (one, sound, other, replace(its, medium=sound.medium, source=sound.source))
    assert not run(music, {}).notices, "what is heard goes on over the cut"


def test_no_picture_is_moved_under_a_transition_and_no_locked_strip_at_all():
    strips = takes(200, 200)
    done = run(strips, said(strips, **QUIET), covered=[FrameRange(190, 212)], options=SplitOptions(moves="picture"))
    assert not done.rolls and "no more pictures" in done.notices[0]
    held = tuple(replace(one, held="channel 2 is locked") if one.kind == "MOVIE" else one for one in strips)
    assert run(held, said(held, **QUIET)).notices == ("The cut at frame 201 stays as it is: channel 2 is locked.",)


def test_a_second_run_changes_nothing_and_another_overlap_moves_on():
    strips = takes(200, 200)
    words = said(strips, **QUIET)
    first = run(strips, words)
    stood = carried_out(strips, first)
    again = run(stood, words, load(dump(first.splits)))
    assert not again.rolls and again.splits == first.splits and again.new == 0 and again.shapes == ("j",)
    more = run(stood, words, first.splits, SplitOptions(Fraction(6, 5)))
    assert [(one.frame, one.to) for one in more.rolls] == [(222, 240)]
    sound = run(stood, words, first.splits, SplitOptions(moves="sound"))
    assert edges(carried_out(stood, sound), "MOVIE") == [201] and edges(carried_out(stood, sound), "SOUND") == [191]


def test_what_the_editor_changed_or_undid_stays_so():
    strips = takes(200, 200)
    words = said(strips, **QUIET)
    first = run(strips, words)
    a, a_s, b, b_s = carried_out(strips, first)
    nudged = (replace(a, frames=FrameRange(1, 217)), a_s, replace(b, frames=FrameRange(217, 401)), b_s)
    done = run(nudged, words, first.splits)
    assert not done.rolls and done.kept == 1 and done.splits == first.splits
    undone = run(strips, words, first.splits)
    assert not undone.rolls and undone.splits[0].state == "left"
    assert not run(strips, words, undone.splits).rolls
    assert not back(layout(nudged), nudged, first.splits, ()).rolls


def test_taking_back_puts_every_cut_where_it_was():
    strips = takes(200, 200, 150)
    words = said(strips, t0=QUIET["t0"], t1=[*QUIET["t1"], (" Go", 380, 392)], t2=[(" Next.", 412, 430)])
    done = run(strips, words)
    stood = carried_out(strips, done)
    assert len(done.rolls) == 2
    some = back(layout(stood), stood, done.splits, {"t0"})
    assert len(some.rolls) == 1 and len(some.splits) == 1
    every = back(layout(stood), stood, done.splits, ())
    assert carried_out(stood, every) == strips and not every.splits


def test_a_moved_timeline_is_still_known():
    strips = takes(200, 200)
    first = run(strips, said(strips, **QUIET))
    moved = tuple(
        replace(one, frames=one.frames.moved(500), source=replace(one.source, origin=one.source.origin + 500))
        for one in carried_out(strips, first)
    )
    done = back(layout(moved), moved, first.splits, ())
    assert [(one.frame, one.to) for one in done.rolls] == [(722, 701)]


@pytest.mark.parametrize("text", ["{", '{"version":9,"splits":[]}', '{"version":1,"splits":[[1]]}'])
def test_a_damaged_record_is_said_and_not_replaced(text):
    with pytest.raises(EditorError, match="cannot be read"):
        load(text)


@settings(max_examples=120, deadline=None)
@given(
    lengths=st.lists(st.integers(80, 300), min_size=2, max_size=4),
    talk=st.lists(st.lists(st.tuples(st.integers(-40, 340), st.integers(3, 30)), max_size=12), min_size=4, max_size=4),
    seconds=st.sampled_from([Fraction(1, 5), Fraction(3, 5), Fraction(3, 2)]), shape=st.sampled_from(["auto", "j", "l"]),
    moves=st.sampled_from(["auto", "picture", "sound"]),
)  # fmt: skip
def test_whatever_is_said_no_word_is_lost_broken_or_added(lengths, talk, seconds, shape, moves):
    strips = takes(*lengths)
    spoken, at = {}, 1
    for number, length in enumerate(lengths):
        row, last = [], -(10**6)
        for start, long in sorted(talk[number]):
            if start >= last:
                row.append((f" w{start}", at + start, at + start + long))
                last = start + long + 2
        spoken[f"t{number}"] = row
        at += length
    words = said(strips, **spoken)
    done = run(strips, words, options=SplitOptions(seconds, shape, moves))
    stood = carried_out(strips, done)
    for before, after in zip(strips, stood, strict=True):
        assert after.source == before.source and after.frames.length >= 1
        if before.kind == "SOUND" and after.frames != before.frames:
            for text, start, end in spoken[before.medium]:
                middle = Fraction(start + end, 2)
                assert (before.frames.start < middle <= before.frames.end) == (after.frames.start < middle <= after.frames.end), text
    for kind in ("MOVIE", "SOUND"):
        row = [one.frames for one in stood if one.kind == kind]
        assert all(one.end == other.start for one, other in pairwise(row))
    assert carried_out(stood, back(layout(stood), stood, done.splits, ())) == strips
    again = run(stood, words, done.splits, SplitOptions(seconds, shape, moves))
    assert carried_out(stood, again) == stood
