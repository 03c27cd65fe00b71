"""Where music goes down, to the frame, for speech that is known to the row."""

from __future__ import annotations

import base64
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.errors import USAGE, EditorError
from assistant_editor.ml.facts import SoundEvent, Sounds, Span, Transcript, Utterance, Voice, Word
from assistant_editor.timeline.faders import Fader
from assistant_editor.timeline.planners import ducking
from assistant_editor.timeline.planners.ducking import DuckOptions, Heard
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.paper import strip

RATE = Fraction(25)
OPTIONS = DuckOptions(
    12.0, Fraction(2, 5), Fraction(4, 5), Fraction(1, 5), Fraction(2, 5), Fraction(1), "strips"
)  # 10 frames down, 20 up, 5 ahead, 10 after, 25 at least
LOW = OPTIONS.factor


def voice(*parts, seconds=40, level=-20.0):
    spoken = np.zeros(seconds * 100, bool)
    for start, end in parts:
        spoken[round(start * 100) : round(end * 100)] = True
    quiet = round((level + 100) / 0.4)
    rows = [np.where(spoken, loud, soft) for loud, soft in ((250, 0), (200, quiet), (230, 0), (80, 0), (120, 0))]
    data = [base64.b64encode(row.astype(np.uint8).tobytes()).decode() for row in rows]
    return Voice(Span(Fraction(0), Fraction(seconds)), Fraction(0), Fraction(1, 100), "made", *data, -60.0)


def said(start, end):
    """Words without a pause, so that speech is known to the frame."""
    words = tuple(Word(" word", Fraction(n, 2), Fraction(n + 1, 2), 0.9) for n in range(2 * start, 2 * end))
    return Transcript(Span(Fraction(0), Fraction(40)), Fraction(0), "en", 1.0, "e", "m", "transcribe", (Utterance(words),))


def heard(voices=None, transcripts=None, sounds=None):
    return Heard(voices or {}, transcripts or {}, sounds or {})


def talk(start=1, end=1001, origin=1, medium="talk", name="talk", **more):
    return strip(name, start, end, origin=origin, kind="SOUND", medium=medium, channel=3, **{"volume": Fader(1.0), **more})


def music(start=1, end=1001, origin=1, name="music", **more):
    return strip(name, start, end, origin=origin, kind="SOUND", medium="song", channel=2, **{"volume": Fader(1.0), **more})


def planned(*strips, known=None, options=OPTIONS, meant=("music",)):
    known = known or heard({"song": voice()}, {"talk": said(8, 12)})
    return ducking.plan(known, strips, meant, options, RATE)


def points(plan, name="music"):
    return next((edit.points for edit in plan.edits if edit.strip == name), ())


def test_the_ramps_stand_on_their_frames():
    # Speech from 8 s to 12 s: frames 201 to 301.
    assert points(planned(music(), talk())) == ((1, 1.0), (186, 1.0), (196, pytest.approx(LOW, abs=1e-5)),
                                                (311, pytest.approx(LOW, abs=1e-5)), (331, 1.0), (1001, 1.0))  # fmt: skip


def test_music_that_would_be_up_too_briefly_stays_down():
    near = heard({"talk": voice((8, 12), (14, 16)), "song": voice()})
    assert len(points(planned(music(), talk(), known=near))) == 6
    far = heard({"talk": voice((8, 12), (20, 22)), "song": voice()})
    assert len(points(planned(music(), talk(), known=far))) == 10


def test_speech_counts_where_the_strip_plays_it():
    moved = talk(101, 1101, origin=101)
    assert points(planned(music(), moved))[1][0] == 286
    trimmed = talk(1, 251)  # the second half of the speech is cut away
    assert [frame for frame, _ in points(planned(music(), trimmed))] == [1, 186, 196, 261, 281, 1001]
    assert not points(planned(music(), talk(400, 900)))


def test_muted_and_silent_speech_is_none():
    assert not points(planned(music(), talk(muted=True)))
    assert not points(planned(music(), talk(volume=Fader(0.0))))


def test_everybody_who_is_heard_counts():
    two = talk(401, 801, origin=401, medium="guest", name="guest")
    known = heard({"talk": voice((8, 12)), "guest": voice((2, 4)), "song": voice()})
    assert len(points(planned(music(), talk(), two, known=known))) == 10


def test_a_voice_goes_before_the_words():
    known = heard({"song": voice(), "talk": voice((20, 24), level=-100.0)}, {"talk": said(8, 12)})
    down = points(planned(music(), talk(), known=known))[1][0]
    assert abs(down - 486) <= 1  # levels are smoothed over 50 ms


def test_speech_that_nobody_looked_for_is_said():
    plan = planned(music(), talk(), known=heard({"song": voice()}))
    assert not plan.edits and "Whether somebody speaks in 'talk' is not known" in plan.notices[0]


def test_music_that_begins_or_ends_under_speech_is_down_at_once():
    late = music(250, 700)
    assert points(planned(late, talk()))[0] == (250, pytest.approx(LOW, abs=1e-5))
    early = music(1, 250)
    assert points(planned(early, talk()))[-1] == (250, pytest.approx(LOW, abs=1e-5))


def test_a_fade_that_speech_reaches_into_is_lowered_as_a_whole():
    fading = Fader(1.0, ((901.0, 1.0), (1001.0, 0.0)), ("LINEAR", "LINEAR"))
    known = heard({"talk": voice((38, 39)), "song": voice()})  # frames 951 to 976
    found = points(planned(music(volume=fading), talk(), known=known))
    assert [frame for frame, _factor in found] == [1, 886, 896, 1001]


def test_nothing_is_lowered_where_nobody_speaks():
    plan = planned(music(), talk(), known=heard({"talk": voice(), "song": voice()}))
    assert not plan.edits and plan.layers == ("duck",) and set(plan.strips) == {"music", "talk"}


def test_music_is_found_by_what_is_heard():
    auto = replace(OPTIONS, music_by="auto")
    span = Span(Fraction(0), Fraction(40))
    song, quiet = Sounds(span, Fraction(0), "m", (SoundEvent(span, "music", 0.9),)), Sounds(span, Fraction(0), "m", ())
    both = {"talk": voice((8, 12)), "song": voice((1, 5))}  # somebody sings
    known = heard(both, sounds={"song": song, "talk": quiet})
    assert [edit.strip for edit in planned(music(), talk(), known=known, options=auto, meant=()).edits] == ["music"]
    # Without what tells music: sound all along, and no speech.
    known = heard({"talk": voice((8, 12), level=-100.0), "song": voice()})
    assert [edit.strip for edit in planned(music(), talk(), known=known, options=auto, meant=()).edits] == ["music"]
    known = heard({"talk": voice((8, 30)), "song": voice((1, 20))})
    plan = planned(music(), talk(), known=known, options=auto, meant=())
    assert not plan.edits and any("No music was found" in told for told in plan.notices)


def test_channels_name_music():
    options = replace(OPTIONS, music_by="channels", channels=(2,))
    assert [edit.strip for edit in planned(music(), talk(), options=options, meant=()).edits] == ["music"]
    assert ducking.channels_of("1, 4-6;9") == (1, 4, 5, 6, 9)
    for bad in ("", "two", "1-", "-3", "1,,2"):
        with pytest.raises(EditorError) as error:
            ducking.channels_of(bad)
        assert error.value.code == USAGE


@pytest.mark.parametrize("about", [{"held": "strip 'music' is locked"}, {"volume": Fader(1.0, held="a driver sets it")}])
def test_music_that_must_not_be_touched_is_told_and_is_no_speech(about):
    known = heard({"talk": voice((8, 12)), "song": voice((1, 20))})
    plan = planned(music(**about), talk(), known=known)
    assert not plan.edits and "'music' is not lowered" in plan.notices[0]


spans = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 120)), max_size=8)
seconds = st.fractions(0, 2, max_denominator=20)


@given(spans, seconds, seconds, seconds, seconds, seconds, st.floats(1, 36), st.sampled_from([Fraction(24), Fraction(30000, 1001), RATE]))
def test_whatever_is_asked_speech_is_over_lowered_music_and_ramps_do_not_meet(spoken, attack, release, ahead, hold, gap, amount, rate):
    options = DuckOptions(amount, attack, release, ahead, hold, gap, "strips")
    parts = [FrameRange(1 + start, 1 + start + length) for start, length in spoken]
    low = ducking.lowered(parts, options, rate)
    frames = FrameRange(1, 1001)
    found = ducking.envelope(low, frames, options, rate)
    curve = tuple((Fraction(frame), factor) for frame, factor in found)
    assert [frame for frame, _ in found] == sorted({frame for frame, _ in found})
    assert len(found) <= 4 * len(low) + 2
    for part in parts:
        for frame in (part.start, part.end):
            if frame <= 1001 and curve:
                assert ducking.faders.at(curve, frame) == pytest.approx(options.factor, rel=0.02)
    if not parts:
        assert not found
