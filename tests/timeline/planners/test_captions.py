from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.facts import Word
from assistant_editor.timeline.planners.captions import plan
from assistant_editor.timeline.planners.lines import columns
from assistant_editor.timeline.planners.spacing import Free, Pace, Wish, space
from assistant_editor.timeline.standing import Claim, Standing
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import RATE, USUAL, saying, speak, split, strip, timeline, transcript

TEXT = transcript(speak("Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse,", 1))


def captions(spoken, *strips, standing=None, rate=RATE, origins=None, **options):
    media = spoken if isinstance(spoken, dict) else {"m": spoken}
    return plan(media, strips, saying(**options), standing or Standing(), rate, origins)


def sound(start=0, end=1000, **more):
    return strip("s", start, end, kind="SOUND", **more)


def texts(found):
    return [edit.text for edit in found.edits]


def words_of(found):
    return [word.text for edit in found.edits for word in edit.words]


@st.composite
def spoken(draw):
    """Any words: overlapping, without length, far apart, without spaces, very long."""
    at, utterances = Fraction(0), []
    for _ in range(draw(st.integers(1, 5))):
        words = []
        for _ in range(draw(st.integers(1, 20))):
            text = draw(
                st.sampled_from([" a", " the", " word", " Stop.", " comma,", "'t", " incomprehensibilities", "今日", "。", " x" * 3])
            )
            start = at + Fraction(draw(st.integers(0, 150)), 100)
            words.append(Word(text, start, start + Fraction(draw(st.integers(0, 200)), 100), 0.5))
            at = words[-1].start
        utterances.append(words)
    return transcript(*utterances)


class TestWords:
    @settings(deadline=None, max_examples=150)
    @given(spoken(), st.integers(6, 42), st.integers(1, 3), st.integers(0, 5))
    def test_none_is_lost_added_or_reordered_and_captions_never_overlap(self, said, limit, lines, gap):
        found = captions(said, sound(0, 100_000), max_characters=limit, max_lines=lines, gap_frames=gap)
        assert words_of(found) == [word.text for word in said.words]
        bare = ["".join(edit.text.split()) for edit in found.edits]
        assert "".join(bare) == "".join("".join(word.text for word in said.words).split())
        assert all(a.frames.end <= b.frames.start for a, b in pairwise(found.edits))
        assert all(edit.frames.length >= 1 for edit in found.edits)

    @settings(deadline=None, max_examples=100)
    @given(spoken(), st.lists(st.integers(1, 5000), max_size=8, unique=True))
    def test_cutting_the_strip_changes_nothing(self, said, cuts):
        whole = timeline(sound(0, 5001))
        pieces = whole
        for frame in sorted(cuts):
            pieces = split(pieces, next(r.name for r in pieces.strips if r.frames.start < frame < r.frames.end), frame)
        one, many = captions(said, *whole.strips), captions(said, *pieces.strips)
        assert [(e.frames, e.text) for e in one.edits] == [(e.frames, e.text) for e in many.edits]

    @settings(deadline=None, max_examples=100)
    @given(spoken(), st.integers(1, 2000))
    def test_a_word_belongs_to_the_piece_that_holds_its_middle(self, said, frame):
        left, right = sound(0, frame), strip("t", frame + 500, 6000, origin=500, kind="SOUND")
        found = captions(said, left, right)
        assert sorted(words_of(found)) == sorted(word.text for word in said.words)
        middle = Fraction(frame) / RATE
        for edit in found.edits:
            for word in edit.words:
                assert (edit.strip == "s") == ((word.start + word.end) / 2 < middle)

    def test_words_outside_the_trim_are_not_heard(self):
        found = captions(TEXT, sound(30, 60))
        assert words_of(found) == [w.text for w in TEXT.words if Fraction(30, 25) <= (w.start + w.end) / 2 < Fraction(60, 25)]

    def test_muted_strips_are_not_heard(self):
        found = captions(TEXT, sound(muted=True))
        assert not found.edits and found.notices == ("s is muted: its words are not captioned.",)

    def test_a_movie_and_its_sound_are_heard_once(self):
        movie = strip("a", 0, 1000, channel=2)
        assert captions(TEXT, movie, sound()).edits == captions(TEXT, sound()).edits
        assert not captions(TEXT, movie, sound(muted=True)).edits
        assert texts(captions(TEXT, movie)) == texts(captions(TEXT, sound()))

    def test_where_the_sound_was_cut_short_a_movie_is_silent_however_its_pictures_are_cut(self):
        short, movie = sound(0, 60), strip("a", 0, 1000, channel=2)
        alone = captions(TEXT, short)
        assert words_of(alone) == [w.text for w in TEXT.words if (w.start + w.end) / 2 < Fraction(60, 25)]
        assert captions(TEXT, movie, short).edits == alone.edits
        cut = split(timeline(movie, short), "a", 80)
        assert captions(TEXT, *cut.strips).edits == alone.edits
        apart = replace(movie, source=replace(movie.source, origin=Fraction(400)))
        assert captions(TEXT, apart, short).edits == alone.edits

    def test_a_movie_without_a_sound_strip_counts_from_its_pictures(self):
        late = replace(TEXT, origin=Fraction(1, 2))
        movie = strip("a", 0, 1000)
        plain, shifted = captions(late, movie), captions(late, movie, origins={"m": Fraction(0)})
        assert shifted.edits[0].frames.start == plain.edits[0].frames.start + 13

    def test_a_medium_nobody_listened_to_is_named(self):
        assert captions({}, sound()).notices == ("s is left out: its words are not known.",)


class TestDivision:
    def test_captions_end_with_sentences_and_pauses(self):
        said = transcript(speak("This is the first sentence. And here is another one", 0) + speak("after a long pause.", 8))
        assert [t.replace("\n", " ") for t in texts(captions(said, sound()))] == [
            "This is the first sentence.", "And here is another one", "after a long pause.",
        ]  # fmt: skip

    def test_utterances_are_kept_apart(self):
        said = transcript(speak("one two three four five", 0), speak("six seven eight nine ten", Fraction(3, 2)))
        assert texts(captions(said, sound())) == ["one two three four five", "six seven eight nine ten"]

    @settings(deadline=None, max_examples=100)
    @given(
        st.lists(st.sampled_from(["a", "the", "garden", "walked,", "into", "Stop.", "house", "I"]), min_size=1, max_size=80),
        st.integers(12, 42),
        st.integers(1, 3),
    )
    def test_limits(self, said, limit, lines):
        found = captions(transcript(speak(" ".join(said))), sound(0, 5000), max_characters=limit, max_lines=lines)
        for edit in found.edits:
            rows = edit.text.split("\n")
            assert len(rows) <= lines and all(columns(row) <= limit for row in rows)
            assert edit.words[-1].end - edit.words[0].start <= 7

    def test_a_caption_does_not_end_with_an_article_where_that_can_be_helped(self):
        said = transcript(
            speak("we went down to the sea and then we looked at the boats in the old harbour of the town until the evening came")
        )
        for edit in captions(said, sound()).edits[:-1]:
            assert edit.words[-1].text.strip() not in {"the", "of", "to", "at", "in", "and"}


    @pytest.mark.parametrize(
        ("said", "ends"),
        [
            ("I thought about the letter for days before I wrote a long answer that nobody ever read", ["before", "that"]),
            ("Wir gingen gestern lange durch den Wald und fanden dann ein Haus das dort niemand kannte", ["und", "das"]),
            ("Nous avons cherché la petite maison dont il parlait toujours quand nous étions là", ["dont", "quand"]),
        ],
    )
    def test_a_caption_ends_before_a_clause_rather_than_when_it_is_full(self, said, ends):
        found = captions(transcript(speak(said)), sound(), max_lines=1)
        assert len(found.edits) == len(ends) + 1
        assert {edit.words[0].text.strip() for edit in found.edits[1:]} >= set(ends)

    def test_a_hesitation_is_a_place_to_end(self):
        def second(pause):
            words = speak("red green blue yellow black") + speak("white brown grey orange pink", Fraction(3, 2) + Fraction(pause, 10))
            return captions(transcript(words), sound(), max_characters=42, max_lines=1).edits[1].words[0].text

        assert second(4) == " white" != second(0)


class TestTimes:
    def test_frames_are_the_nearest_to_the_words(self):
        said = transcript(speak("one two three four", Fraction(101, 100)))
        (edit,) = captions(said, sound(), rate=RATE).edits
        assert edit.frames == FrameRange(25, 55)

    @pytest.mark.parametrize("rate", [Fraction(24000, 1001), 24, 25, Fraction(30000, 1001), 30, 50, Fraction(60000, 1001), 60])
    def test_in_every_scene_rate(self, rate):
        rate = Fraction(rate)
        found = captions(TEXT, sound(0, 5000, rate=rate), rate=rate)
        for edit in found.edits:
            assert abs(edit.frames.start / rate - edit.words[0].start) <= Fraction(1, 2) / rate
            assert edit.frames.end / rate >= edit.words[-1].end - 3 / rate

    def test_a_short_caption_stays_a_while(self):
        (edit,) = captions(transcript(speak("No!", 2)), sound()).edits
        assert edit.frames == FrameRange(50, 75)

    def test_but_not_beyond_its_strip(self):
        (edit,) = captions(transcript(speak("No!", 2)), sound(0, 60)).edits
        assert edit.frames == FrameRange(50, 60)

    def test_two_frames_lie_between_captions(self):
        first, second = captions(
            transcript(speak("One two three four five.") + speak("Six seven eight nine.", Fraction(3, 2))), sound()
        ).edits
        assert second.frames.start - first.frames.end == 2

    def test_two_who_speak_at_once_do_not_overlap(self):
        other = transcript(speak("I was talking about something else all the time.", Fraction(6, 5)))
        found = captions({"m": TEXT, "n": other}, sound(), strip("t", 0, 1000, kind="SOUND", medium="n", channel=3))
        assert all(a.frames.end <= b.frames.start for a, b in pairwise(found.edits))
        assert sorted(words_of(found)) == sorted(word.text for word in (*TEXT.words, *other.words))

    @settings(deadline=None, max_examples=300)
    @given(
        st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40), st.integers(0, 60)), max_size=25),
        st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=6),
        st.integers(0, 5),
        st.integers(0, 25),
        st.lists(st.integers(0, 400), max_size=5, unique=True),
    )
    def test_space(self, wishes, stands, gap, minimum, cuts):
        wishes = [Wish(start, start + length, readable, 0, 1000) for start, length, readable in wishes]
        stands = [FrameRange(start, start + length) for start, length in stands if length]
        rules = replace(USUAL, minimum_seconds=Fraction(minimum) / RATE, gap_frames=gap, cut_seconds=Fraction(1, 2))
        ranges = space(wishes, Pace.of(rules, RATE, sorted(cuts)), Free(stands, gap))
        assert all(a.end <= b.start for a, b in pairwise(sorted(ranges)))
        assert all(part.length >= 1 for part in ranges)
        assert not any(part.overlaps(other) for part in ranges for other in stands)
        if len(wishes) == 1 and not stands and not cuts:
            (wish,) = wishes
            wanted = max(wish.spoken, wish.start + max(minimum, wish.readable))
            if wanted <= wish.spoken + 37:
                assert (ranges[0].start, ranges[0].end) == (wish.start, wanted)
            else:
                (shown,) = ranges  # begins a little earlier where that helps, and ends as soon as it was said and can be read
                assert wish.start - 3 <= shown.start <= wish.start
                latest = max(wish.spoken + 37, shown.start + minimum)
                assert shown.end == min(max(wish.spoken, shown.start + max(minimum, wish.readable)), latest)


class TestClaims:
    def identity(self, first, last):
        return captions(TEXT, sound()).edits[0].identity.__class__("m", "caption", TEXT.words[first].start, TEXT.words[last].end)

    def test_words_taken_away_stay_away(self):
        gone = Claim(self.identity(3, 5), ("s",), "deleted", "1")
        assert words_of(captions(TEXT, sound(), standing=Standing((gone,)))) == [
            w.text for i, w in enumerate(TEXT.words) if not 3 <= i <= 5
        ]

    def test_but_only_at_the_place_that_is_meant(self):
        gone = Claim(self.identity(3, 5), ("t",), "deleted", "1")
        assert len(words_of(captions(TEXT, sound(), standing=Standing((gone,))))) == len(TEXT.words)

    def test_words_kept_by_the_editor_are_one_caption_with_his_text(self):
        kept = Claim(self.identity(3, 5), ("s",), "kept", "1", frozenset({"text"}), FrameRange(40, 60), "mine")
        found = captions(TEXT, sound(), standing=Standing((kept,)))
        (mine,) = [edit for edit in found.edits if edit.text == "mine"]
        assert mine.identity == kept.identity and [w.text for w in mine.words] == [w.text for w in TEXT.words[3:6]]
        assert words_of(found) == [word.text for word in TEXT.words]

    def test_what_stands_is_not_covered(self):
        stands = Claim(self.identity(0, 0), (), "kept", "", frozenset(), FrameRange(40, 90), "elsewhere")
        found = captions(TEXT, sound(), standing=Standing((stands,)))
        assert not any(edit.frames.overlaps(FrameRange(40, 90)) for edit in found.edits)
        assert len(words_of(found)) == len(TEXT.words)


def test_a_shortest_time_above_the_longest_wins_and_is_said():
    found = captions(TEXT, sound(), minimum_seconds=Fraction(3), maximum_seconds=Fraction(2))
    assert found.edits == captions(TEXT, sound(), minimum_seconds=Fraction(3), maximum_seconds=Fraction(3)).edits
    assert found.notices[0] == "Shortest (3 s) is more than Longest (2 s): captions stay at most 3 s."
    same = captions(TEXT, sound(), minimum_seconds=Fraction(2), maximum_seconds=Fraction(2))
    assert not any("Shortest" in notice for notice in same.notices)


def test_each_caption_says_how_sure_and_why():
    words = speak("best of times", confidence=0.9)
    words[1] = replace(words[1], confidence=0.43)
    (edit,) = captions(transcript(words), sound()).edits
    assert edit.why.confidence == pytest.approx(0.7433)
    assert edit.why.reason == "heard by faster-whisper tiny.en, least sure of “of” (43 %)"
