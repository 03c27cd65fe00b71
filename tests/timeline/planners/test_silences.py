"""Silences: never a word, never what another one says, only what is seen, and once."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.facts import SoundEvent, Sounds, Span
from assistant_editor.timeline import pauses
from assistant_editor.timeline.planners import silences
from assistant_editor.timeline.planners.silences import PRESETS, SilenceOptions
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.voicing import CLEAR, decode
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.paper import strip
from tests.timeline.said import HEARD, voice, words

RATE = Fraction(25)
PLAIN = SilenceOptions(keep_breaths=False, keep_music=False, keep_sounds=False)
TALK = ("room", 2.0), ("speech", 2.0), ("room", 3.0), ("speech", 2.0), ("room", 2.0)
"""Eleven seconds: words from 2 to 4 and from 7 to 9."""


def sound(name="strip", start=0, end=275, **more):
    return strip(name, start, end, kind="SOUND", **more)


def proposed(*parts, strips=None, options=PLAIN, said=None, sounds=None, rate=RATE, **more):
    voices = {"m": voice(*parts)}
    transcripts = {"m": said} if said else {}
    heard = {"m": sounds} if sounds else {}
    return silences.propose(voices, transcripts, heard, strips or [sound()], options, rate, **more)


def events(*told: tuple[str, float, float]) -> Sounds:
    found = tuple(SoundEvent(Span(Fraction(str(a)), Fraction(str(b))), label, 0.9) for label, a, b in told)
    return Sounds(Span(Fraction(0), Fraction(60)), Fraction(0), "test", found)


def frames(found) -> list[tuple[int, int]]:
    return [(one.frames.start, one.frames.end) for one in found.removals]


def near(found, *wanted: tuple[float, float]) -> None:
    """The removals, in seconds at 25 frames, give or take a frame and a row."""
    told = [(one.frames.start / 25, one.frames.end / 25) for one in found.removals]
    assert len(told) == len(wanted), told
    for (start, end), (first, last) in zip(told, wanted, strict=True):
        assert first - 0.01 <= start <= first + 0.08 and last - 0.08 <= end <= last + 0.01, told


def test_pauses_go_but_for_the_padding():
    found = proposed(*TALK)
    near(found, (0.0, 1.9), (4.15, 6.9), (9.15, 11.0))
    assert not found.notices
    one = found.removals[1]
    assert (one.kind, one.medium, one.strip, one.way, one.keep, one.speed, one.text) == ("silence", "m", "strip", "remove", 0, 1, "")
    assert one.span == Span(Fraction(one.frames.start, 25), Fraction(one.frames.end, 25))
    assert one.why.confidence > 0.85
    assert "nobody speaks for 2.7 s" in one.why.reason and "as quiet as the room (-60 dB)" in one.why.reason


def test_frames_are_rounded_towards_the_pause():
    for rate in (Fraction(24), Fraction(30000, 1001), Fraction(60)):
        found = proposed(*TALK, strips=[sound(end=math.floor(11 * rate), rate=rate)], rate=rate)
        one = found.removals[1]
        assert one.frames.start / rate >= Fraction("4.14") and one.frames.end / rate <= Fraction("6.91")


def test_a_pause_that_is_too_short_stays():
    assert len(proposed(*TALK, options=replace(PLAIN, minimum=Fraction("2.5"))).removals) == 1
    assert not proposed(*TALK, options=replace(PLAIN, minimum=Fraction(4))).removals
    # No more than its padding is no pause to cut.
    assert not proposed(*TALK, options=replace(PLAIN, before=Fraction(2), after=Fraction(2))).removals


def test_what_is_seen_of_a_pause_counts():
    trimmed = [sound(start=100 + 105, end=100 + 170, origin=100)]  # 4.2 to 6.8 s: all of it is pause
    found = proposed(*TALK, strips=trimmed)
    assert frames(found) == [(205, 270)]
    assert found.removals[0].why.confidence <= 0.4 and "all of this strip" in found.removals[0].why.reason
    begins = [sound(start=0, end=140, origin=-165)]  # 6.6 to 12.2 s: 0.4 s of a pause, too little
    near(proposed(*TALK, strips=begins), (9.15 - 6.6, 11.0 - 6.6))


def test_a_pause_that_a_cut_runs_through_is_one_pause():
    pieces = [sound("a", 0, 110), sound("b", 110, 275)]  # cut at 4.4 s: each side alone would be too short or padded twice
    found = proposed(*TALK, strips=pieces, options=replace(PLAIN, minimum=Fraction("2.5")))
    assert [one.strip for one in found.removals] == ["a", "b"]
    near(found, (4.15, 4.4), (4.4, 6.9))


def test_the_same_medium_twice_is_cut_twice():
    found = proposed(*TALK, strips=[sound("a", 0, 275), sound("b", 300, 575, origin=300)])
    assert [one.strip for one in found.removals] == ["a"] * 3 + ["b"] * 3
    assert frames(found)[3:] == [(a + 300, b + 300) for a, b in frames(found)[:3]]
    assert [one.span for one in found.removals[:3]] == [one.span for one in found.removals[3:]]


def test_picture_and_sound_of_a_file_are_one_proposal_heard_through_the_sound():
    film = strip("film", 0, 275, partners=("sound",))
    found = proposed(*TALK, strips=[film, sound("sound", channel=2, partners=("film",))])
    assert {one.strip for one in found.removals} == {"sound"} and len(found.removals) == 3
    assert {one.strip for one in proposed(*TALK, strips=[film]).removals} == {"film"}


def test_a_movies_pictures_may_begin_later_than_its_sound():
    film = strip("film", 0, 275)
    later = proposed(*TALK, strips=[film], origins={"m": Fraction(1)})  # at frame 0 one second has been heard
    near(later, (0.0, 0.9), (3.15, 5.9), (8.15, 10.0))


def test_what_cannot_be_cut_is_said_and_left():
    retimed = replace(sound("fast"), source=None, unmapped="it is retimed")
    found = proposed(*TALK, strips=[retimed])
    assert not found.removals and found.notices == ("fast is left out: it is retimed.",)
    found = proposed(*TALK, strips=[sound(muted=True)])
    assert not found.removals and found.notices == ("strip is left out: it is muted.",)
    found = proposed(*TALK, strips=[sound(held="it is locked")])
    assert not found.removals and found.notices == ("strip is not cut: it is locked.",)


def test_many_strips_of_one_kind_are_told_of_in_one_sentence():
    retimed = [replace(sound(f"p{number}", number * 100, number * 100 + 50), source=None, unmapped="it is retimed") for number in range(3)]
    found = proposed(*TALK, strips=retimed)
    assert found.notices == ("Each of 3 strips (p0, p1 …) is left out: it is retimed.",)
    assert proposed(*TALK, strips=retimed[:2]).notices == ("Each of 2 strips (p0, p1) is left out: it is retimed.",)


def test_sound_is_not_cut_where_its_picture_is_locked():
    film = strip("film", 0, 275, partners=("sound",), held="channel 1 is locked")
    found = proposed(*TALK, strips=[film, sound("sound", channel=2, partners=("film",))])
    assert not found.removals and found.notices == ("film is not cut: channel 1 is locked.",)


def test_where_nobody_speaks_at_all_nothing_is_silence():
    found = proposed(("room", 5.0), ("laughter", 3.0))
    assert not found.removals and found.notices == ("strip is left as it is: nobody speaks there.",)


def two(first, second, **more):
    strips = [sound("a", medium="m", channel=1), sound("b", medium="n", channel=2)]
    return silences.propose({"m": voice(*first), "n": voice(*second)}, {}, {}, strips, replace(PLAIN, **more), RATE)


def test_nothing_that_one_says_goes_for_the_silence_of_another():
    other = ("room", 4.5), ("speech", 1.5), ("room", 5.0)
    found = two(TALK, other)
    # a is silent from 4 to 7 s, b speaks from 4.5 to 6 s: what is left between their paddings is nothing, or a pause too short.
    for one in found.removals:
        for start, end in ((2, 4), (7, 9), (4.5, 6)):
            assert one.frames.end / 25 <= start - 0.09 or one.frames.start / 25 >= end + 0.14
    assert frames(found)[0][0] == 0 and frames(found)[-1][1] == 275
    # Where both pause it is one proposal, and who else is silent there is cut along.
    assert len({one.frames for one in found.removals}) == len(found.removals)
    assert [one.beside for one in (found.removals[0], found.removals[-1])] == [("a",), ("a",)] or all(one.beside for one in found.removals)


def test_strips_that_pause_together_are_one_proposal():
    found = two(TALK, TALK)
    assert len(found.removals) == 3 and all(one.strip == "a" and one.beside == ("b",) for one in found.removals)


def test_a_part_of_a_pause_that_another_leaves_must_be_a_pause_itself():
    other = ("room", 4.4), ("speech", 2.5), ("room", 4.1)
    assert not [one for one in two(TALK, other).removals if 100 < one.frames.start < 175]


def test_the_words_of_a_muted_or_silent_neighbour_hold_nothing_up():
    strips = [sound("a"), sound("music", medium="n", channel=2)]
    found = silences.propose({"m": voice(*TALK), "n": voice(("laughter", 11.0))}, {}, {}, strips, PLAIN, RATE)
    assert len(found.removals) == 3 and all(one.strip == "a" for one in found.removals)


def test_a_word_is_never_cut_whatever_the_level_says():
    found = proposed(*TALK, said=words(("so", 5.0, 5.4)))
    near(found, (0.0, 1.9), (4.15, 4.9), (5.55, 6.9), (9.15, 11.0))
    assert "no word was heard" in found.removals[0].why.reason


def test_a_word_that_slipped_over_a_pause_holds_only_what_is_heard_of_it():
    # Nobody says "so" for 4.4 s; 0.3 s around what is heard of it stay, and the padding.
    near(proposed(*TALK, said=words(("so", 2.5, 6.9))), (0.0, 1.9), (4.45, 6.9), (9.15, 11.0))
    near(proposed(*TALK, said=words(("so", 4.5, 5.7))), (0.0, 1.9), (5.85, 6.9), (9.15, 11.0))


def believed(facts, word) -> bool:
    """Whether a word counts whatever is heard of it: in no room in which others may be talking."""
    rows = decode(facts)
    first, end = rows.rows(word)
    below = (rows.loudest - rows.room[0])[first : max(end, first + 1)]
    return bool(((below < CLEAR) | (below > pauses.QUIET)).all())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_word_and_none_of_its_padding_is_ever_cut(data):
    kinds = st.sampled_from(["room", "speech", "breath", "laughter", "murmur", "nothing", "soft", "whisper", "click"])
    parts = data.draw(st.lists(st.tuples(kinds, st.integers(5, 200).map(lambda rows: rows / 100)), min_size=1, max_size=8))
    length = sum(seconds for _, seconds in parts)
    starts = data.draw(st.lists(st.integers(0, max(0, int(length * 1000) - 50)), max_size=5, unique=True))
    said = [(f"w{at}", at / 1000, min(length, at / 1000 + 0.2)) for at in sorted(starts)]
    rate = data.draw(st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(60)]))
    name = data.draw(st.sampled_from(sorted(PRESETS)))
    shift = data.draw(st.integers(-30, 30))
    there = sound(start=shift, end=shift + max(1, math.floor(length * rate)), origin=shift, rate=rate)
    found = proposed(*parts, strips=[there], said=words(*said) if said else None, options=PRESETS[name], rate=rate)
    options = PRESETS[name]
    end = there.frames.start
    for one in found.removals:
        assert there.frames.start <= one.frames.start < one.frames.end <= there.frames.end and one.frames.start >= end
        end = one.frames.end
        assert 0 <= one.why.confidence <= 1 and one.keep < one.frames.length
        cut = Span(there.source.seconds(one.frames.start), there.source.seconds(one.frames.end))
        assert cut == one.span
        for _, first, last in said:
            word = Span(Fraction(str(first)) - options.before, Fraction(str(last)) + options.after)
            assert cut.overlap(word) == 0 or not believed(voice(*parts), Span(Fraction(str(first)), Fraction(str(last))))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_word_of_any_strip_is_cut_for_the_silence_of_another(data):
    kinds = st.sampled_from(["room", "speech", "breath", "nothing", "laughter"])
    options = replace(PRESETS[data.draw(st.sampled_from(sorted(PRESETS)))], way="remove")
    voices, said, strips = {}, {}, []
    for medium in "mn"[: data.draw(st.integers(1, 2))]:
        parts = [("speech", 0.3), *data.draw(st.lists(st.tuples(kinds, st.integers(20, 200).map(lambda rows: rows / 100)), max_size=6))]
        length = sum(seconds for _, seconds in parts)
        voices[medium] = voice(*parts)
        starts = data.draw(st.lists(st.integers(0, int(length * 100)), max_size=3, unique=True))
        said[medium] = words(*((f"w{at}", at / 100, at / 100 + 0.15) for at in sorted(starts)))
        for number in range(data.draw(st.integers(1, 2))):
            origin = data.draw(st.integers(0, 60)) + 300 * number
            first = data.draw(st.integers(0, int(length * 25) - 1))
            last = data.draw(st.integers(first + 1, int(length * 25)))
            there = sound(f"{medium}{number}", origin + first, origin + last, origin=origin, medium=medium, channel=len(strips) + 1)
            strips.append(replace(there, held=data.draw(st.sampled_from(["", "", "it is locked"]))))
    found = silences.propose(voices, said, {}, strips, options, RATE)
    for one in found.removals:
        by_name = {strip.name: strip for strip in strips}
        assert not any(by_name[name].held for name in (one.strip, *one.beside))
        for ref in strips:
            for word in said[ref.medium].words:
                first = max(Fraction(ref.frames.start), ref.source.frame(word.start - options.before))
                last = min(Fraction(ref.frames.end), ref.source.frame(word.end + options.after))
                seen = ref.source.frame(word.start) < ref.frames.end and ref.source.frame(word.end) > ref.frames.start
                clear = last <= one.frames.start or one.frames.end <= first or last <= first
                assert clear or not seen or not believed(voices[ref.medium], Span(word.start, word.end))


def test_a_breath_belongs_to_speech_where_breaths_stay():
    parts = ("room", 2.0), ("speech", 2.0), ("room", 3.0), ("breath", 0.4), ("room", 0.2), ("speech", 2.0), ("room", 2.0)
    kept = proposed(*parts, options=replace(PLAIN, keep_breaths=True))
    near(kept, (0.0, 1.9), (4.15, 6.9), (9.75, 11.0))
    near(proposed(*parts), (0.0, 1.9), (4.15, 7.5), (9.75, 11.0))


def test_a_breath_in_the_middle_of_a_pause_is_no_reason_to_keep_it():
    parts = ("room", 2.0), ("speech", 2.0), ("room", 1.5), ("breath", 0.4), ("room", 1.5), ("speech", 2.0)
    near(proposed(*parts, options=replace(PLAIN, keep_breaths=True)), (0.0, 1.9), (4.15, 7.3))


def test_laughter_stays_where_sounds_stay_and_clicks_never_do():
    laughing = ("room", 2.0), ("speech", 2.0), ("room", 2.0), ("laughter", 1.5), ("room", 2.0), ("speech", 1.0)
    options = replace(PLAIN, keep_sounds=True)
    found = proposed(*laughing, options=options)
    near(found, (0.0, 1.9), (4.15, 5.9), (7.8, 9.4))
    assert found.notices == ("1 pause has other sounds in it: they stay.",)
    # What is no pause anyway is not told of.
    assert not proposed(*laughing, options=replace(options, minimum=Fraction(6))).notices
    without = proposed(*laughing)
    near(without, (0.0, 1.9), (4.15, 9.4))
    assert without.removals[1].why.confidence < without.removals[0].why.confidence
    assert "dB above the room" in without.removals[1].why.reason
    clicking = ("room", 2.0), ("speech", 2.0), ("room", 2.0), ("click", 0.04), ("room", 2.0), ("speech", 1.0)
    near(proposed(*clicking, options=options), (0.0, 1.9), (4.15, 7.94))


def test_a_sound_that_was_named_stays_too():
    named = events(("applause", 5.0, 6.0), ("noise", 9.0, 11.0), ("speech", 0.0, 2.0))
    options = replace(PLAIN, keep_sounds=True)
    near(proposed(*TALK, options=options, sounds=named), (0.0, 1.9), (4.15, 5.0), (6.0, 6.9), (9.15, 11.0))


def test_music_stays_where_it_is_heard():
    music = events(("music", 4.5, 6.5))
    found = proposed(*TALK, options=replace(PLAIN, keep_music=True), sounds=music)
    near(found, (0.0, 1.9), (9.15, 11.0))
    assert found.notices == ("1 pause has music in it: the music stays.",)
    near(proposed(*TALK, sounds=music), (0.0, 1.9), (4.15, 6.9), (9.15, 11.0))


def test_a_shortened_pause_is_as_long_as_was_asked_padding_included():
    options = replace(PLAIN, way="shorten", keep=Fraction(1))
    one = next(one for one in proposed(*TALK, options=options).removals if one.frames.start > 50)
    assert one.way == "shorten"
    pause = 3.0 - (one.frames.length - one.keep) / 25
    assert pause == pytest.approx(1.0, abs=0.09)
    # Nothing needs to go of a pause that is no longer than what stays.
    assert not proposed(*TALK, options=replace(options, keep=Fraction(4))).removals
    # Less than the padding cannot stay: then it is cut out.
    assert {one.keep for one in proposed(*TALK, options=replace(options, keep=Fraction(1, 10))).removals} == {0}


def pieces_after(found, strips):
    """The strips as they are once the removals have been carried out."""
    left, shift = [], 0
    (one,) = strips
    at = one.frames.start
    for removal in found.removals:
        half = removal.keep // 2
        left.append((at, removal.frames.start + removal.keep - half))
        at = removal.frames.end - half
    left.append((at, one.frames.end))
    made = []
    for number, (start, end) in enumerate(left):
        if end > start:
            shift = sum(ref.frames.length for ref in made)
            made.append(sound(f"p{number}", shift, shift + end - start, origin=shift - start))
    return made


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_second_run_finds_nothing_more(name):
    options = replace(PRESETS[name], way="shorten" if PRESETS[name].way == "speed" else PRESETS[name].way, keep=Fraction(1, 2))
    parts = ("room", 2.0), ("speech", 2.0), ("room", 3.0), ("speech", 1.0), ("room", 0.9), ("speech", 1.0), ("room", 2.0)
    strips = [sound(end=297)]
    found = proposed(*parts, strips=strips, options=options)
    assert found.removals
    again = proposed(*parts, strips=pieces_after(found, strips), options=options)
    assert frames(again) == []


def test_a_pause_can_be_played_faster_or_muted():
    fast = proposed(*TALK, options=replace(PLAIN, way="speed", speed=Fraction(3)))
    assert {(one.way, one.speed, one.keep) for one in fast.removals} == {("speed", Fraction(3), 0)}
    assert frames(fast) == frames(proposed(*TALK))
    assert {(one.way, one.speed) for one in proposed(*TALK, options=replace(PLAIN, way="mute")).removals} == {("mute", Fraction(1))}


def test_an_offset_lets_more_or_less_count_as_sound():
    laughing = ("room", 2.0), ("speech", 2.0), ("room", 2.0), ("laughter", 1.5), ("room", 2.0), ("speech", 1.0)
    options = replace(PLAIN, keep_sounds=True)
    assert len(proposed(*laughing, options=options).removals) == 3
    assert len(proposed(*laughing, options=replace(options, offset=40.0)).removals) == 2


def test_where_the_detector_doubts_so_does_the_proposal(monkeypatch):
    monkeypatch.setitem(HEARD, "mumble", (0.33, -58.0, 0.2, 0.0, 0.5))
    found = proposed(("room", 2.0), ("speech", 2.0), ("mumble", 2.0), ("speech", 2.0), ("room", 2.0))
    doubtful = next(one for one in found.removals if 90 < one.frames.start < 160)
    assert doubtful.why.confidence < 0.7 and "not quite sure" in doubtful.why.reason


def test_presets_differ_as_they_say():
    parts = []
    for pause in (0.3, 0.6, 1.2, 2.0) * 3:
        parts += [("speech", 1.0), ("room", pause)]
    parts.append(("speech", 1.0))
    end = math.floor(sum(seconds for _, seconds in parts) * 25)
    found = {name: proposed(*parts, strips=[sound(end=end)], options=options) for name, options in PRESETS.items()}
    count = {name: len(one.removals) for name, one in found.items()}
    assert count == {"short": 12, "vlog": 9, "podcast": 6, "tutorial": 6, "interview": 3}
    assert {name: {one.way for one in told.removals} for name, told in found.items()} == {
        "short": {"remove"}, "vlog": {"remove"}, "podcast": {"shorten"}, "tutorial": {"speed"}, "interview": {"shorten"},
    }  # fmt: skip


def test_nothing_asked_nothing_proposed():
    assert silences.propose({}, {}, {}, [], PLAIN, RATE) == silences.Proposals()
    other = silences.propose({"m": voice(*TALK)}, {}, {}, [sound(medium="x")], PLAIN, RATE)
    assert not other.removals


def test_ranges_subtract():
    taken = [FrameRange(2, 4), FrameRange(6, 8), FrameRange(20, 30)]
    assert silences._minus([FrameRange(0, 10), FrameRange(25, 40)], taken) == [
        FrameRange(0, 2), FrameRange(4, 6), FrameRange(8, 10), FrameRange(30, 40)
    ]  # fmt: skip
    assert silences._minus([FrameRange(2, 4)], taken) == []
