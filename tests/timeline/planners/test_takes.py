"""Takes: the same line said again is found, and the best of it stays; what is said again on purpose has little confidence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.facts import Span, Transcript, Utterance, Word
from assistant_editor.timeline.planners import takes
from assistant_editor.timeline.planners.takes import TakeOptions
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.paper import strip
from tests.timeline.said import HEARD, voice

RATE = Fraction(25)
LINE = "Welcome to the show in which we talk about birds."
NEXT = "Today we look at owls and at their soft feathers."
TWO_CITIES = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was
the epoch of belief, it was the epoch of incredulity, it was the season of light, it was the season of darkness, it was the spring of
hope, it was the winter of despair, we had everything before us, we had nothing before us, we were all going direct to heaven, we were
all going direct the other way."""


def spoken(*lines: str, medium_seconds: float = 0.0) -> Transcript:
    """Lines of words of 0.25 s, 0.05 s apart, a second between lines; a bar in a line is a pause of 0.9 s."""
    at, said = Fraction(1), []
    for line in lines:
        words = []
        for text in line.split():
            if text == "|":
                at += Fraction(9, 10)
                continue
            words.append(Word(f" {text}", at, at + Fraction(1, 4), 0.9))
            at += Fraction(3, 10)
        said.append(Utterance(tuple(words)))
        at += 1
    end = max(at, Fraction(medium_seconds))
    return Transcript(Span(Fraction(0), end), Fraction(0), "en", 1.0, "test", "test", "transcribe", tuple(said))


def proposed(*lines, options=None, voices=None, strips=None, **more):
    transcripts = {"m": spoken(*lines)} if isinstance(lines[0], str) else lines[0]
    strips = strips or [
        strip(medium, 5000 * number, 5000 * number + int(one.span.end * 25), origin=5000 * number, kind="SOUND", medium=medium)
        for number, (medium, one) in enumerate(transcripts.items())
    ]
    return tuple(one for one in found(transcripts, voices or {}, strips, options or TakeOptions(), **more) if one.verdict == "open")


def found(transcripts, voices, strips, options, **more):
    return takes.propose(transcripts, voices, strips, options, RATE, **more).removals


def told(removals):
    return [one.text for one in removals]


def test_of_two_that_are_as_good_the_last_stays():
    (one,) = proposed(LINE, LINE, NEXT)
    assert (one.text, one.kind, one.strip, one.way) == (LINE, "take", "m", "remove") and one.frames.start < 30 and one.group
    assert one.why.confidence >= 0.9 and "take 1 of 2" in one.why.reason and "comes last" in one.why.reason
    assert one.span == Span(Fraction(one.frames.start, 25), Fraction(one.frames.end, 25))


def test_the_one_that_stays_is_listed_as_rejected_with_the_others():
    spoken_twice = spoken(LINE, LINE, NEXT)
    gone, best = found({"m": spoken_twice}, {}, [strip("m", 0, 400, kind="SOUND")], TakeOptions())
    assert (gone.verdict, best.verdict) == ("open", "rejected") and best.group == gone.group and best.text == LINE
    assert best.why.confidence == 0 and best.why.reason == "take 2 of 2, the best of them: it stays"
    assert best.frames.start > gone.frames.end - 25
    assert found({"m": spoken(LINE, NEXT)}, {}, [strip("m", 0, 400, kind="SOUND")], TakeOptions()) == ()


def test_lines_that_differ_in_a_word_each_time_are_not_the_same_line():
    told_of = ("red", "save"), ("green", "open")
    red, green = (f"Click the {colour} button in the corner to {what} your project." for colour, what in told_of)
    gone = proposed(red, red, green, green, NEXT)
    assert [one.text for one in gone] == [red, green] and len({one.group for one in gone}) == 2


def test_what_was_broken_off_belongs_to_what_comes_next():
    wisdom, foolish = (f"It was in the age of {what}." for what in ("great and certain wisdom", "long forgotten foolishness"))
    gone = proposed(wisdom, "It was in the age of", foolish, NEXT)
    assert told(gone) == ["It was in the age of"] and "take 1 of 2" in gone[0].why.reason


def test_a_beginning_said_again_makes_no_take_fuller():
    line = "The company was sold in two thousand and six to a bank."
    gone = proposed(f"The company was sold in {line}", line, line, NEXT)
    assert len(gone) == 2 and gone[0].text.startswith("The company was sold in The")


def test_what_is_said_between_takes_may_be_said_several_times_too():
    half, rest, sorry = "That is all for this week.", "Thank you very much for watching.", "Sorry, let me do that again."
    gone = proposed("No, wait, that was wrong.", half, sorry, half, rest, sorry, half, rest)
    assert gone and all(one.frames.length > 0 for one in gone)
    assert not any(one.frames.overlaps(other.frames) for one, other in pairwise(gone))
    assert gone[-1].frames.end <= 25 * 21.5  # the last take stays


def test_the_first_or_the_longest_where_that_is_preferred():
    (one,) = proposed(LINE, LINE, NEXT, options=TakeOptions(prefer="first"))
    assert one.frames.start > 80
    longer = LINE.replace("birds", "small birds")
    (one,) = proposed(longer, LINE, NEXT, options=TakeOptions(prefer="longest"))
    assert one.text == LINE


def test_a_whole_one_goes_before_a_later_one_that_is_broken_off():
    (one,) = proposed(LINE, "Welcome to the show in which we", NEXT)
    assert one.text == "Welcome to the show in which we" and "it is complete" in one.why.reason
    (one,) = proposed("Welcome to the show in which we t-", LINE, NEXT)
    assert one.text == "Welcome to the show in which we t-"


def test_a_fluent_one_goes_before_a_later_one_that_stumbles():
    (one,) = proposed(LINE, "Welcome to um the the show in uh which we um talk about birds.", NEXT)
    assert "um" in one.text and "no stumble" in one.why.reason
    (one,) = proposed(LINE, "Welcome to the show | in which | we talk about | birds and | birds.", NEXT, options=TakeOptions(alike=0.5))
    assert one.frames.start > 80 and "fewer pauses" in one.why.reason


def test_a_loud_one_goes_before_a_later_one_that_is_soft(monkeypatch):
    monkeypatch.setitem(HEARD, "far", (0.9, -45.0, 0.9, 120.0, 12.0))
    heard = voice(("room", 1.0), ("speech", 3.0), ("room", 1.0), ("far", 3.0), ("room", 1.0), ("speech", 4.0))
    (one,) = proposed(LINE, LINE, NEXT, voices={"m": heard})
    assert one.frames.start > 80 and "20 dB louder" in one.why.reason


def test_three_takes_share_a_group_and_other_lines_have_their_own():
    found = proposed(LINE, LINE, LINE, NEXT, NEXT)
    assert told(found) == [LINE, LINE, NEXT]
    assert found[0].group == found[1].group != found[2].group


def test_lines_that_follow_each_other_in_every_take_are_one():
    found = proposed(LINE, NEXT, LINE, NEXT, "That is all for today.")
    assert told(found) == [f"{LINE} {NEXT}"]


def test_what_only_announces_the_next_take_goes_along():
    (one,) = proposed(LINE, "Sorry, one more time.", LINE, NEXT)
    assert one.text == f"{LINE} Sorry, one more time." and one.why.confidence >= 0.9


def test_takes_may_be_in_several_files():
    transcripts = {"m": spoken(LINE), "n": spoken(LINE, NEXT)}
    (one,) = proposed(transcripts)
    assert one.strip == "m" and one.medium == "m"
    assert proposed(transcripts, options=TakeOptions(across=False)) == ()


def test_another_microphone_is_no_take_and_is_cut_along():
    one = spoken(LINE, LINE, NEXT)
    strips = [strip("a", 0, 400, kind="SOUND"), strip("b", 0, 400, kind="SOUND", medium="n", channel=2)]
    (found,) = proposed({"m": one, "n": one}, strips=strips)
    assert found.strip == "a" and found.beside == ("b",) and found.frames.start < 30
    assert proposed({"m": spoken(LINE, NEXT), "n": spoken(LINE, NEXT)}, strips=strips) == ()


def test_longer_ago_is_no_take():
    late = spoken(LINE, *[f"Something else number {n} is told here now." for n in "abcdefghijklmno"], LINE)
    assert not proposed({"m": late}, options=TakeOptions(within=Fraction(20), least=0.0))
    assert proposed({"m": late}, options=TakeOptions(within=Fraction(0), least=0.0))


def test_only_what_is_heard_counts():
    transcript = spoken(LINE, LINE, NEXT)
    cut = [strip("a", 0, 100, kind="SOUND")]
    assert proposed({"m": transcript}, strips=cut) == ()
    held = [strip("a", 0, 400, kind="SOUND", held="it is locked")]
    assert proposed({"m": transcript}, strips=held) == ()


def test_a_take_through_two_strips_goes_from_both():
    strips = [strip("a", 0, 60, kind="SOUND"), strip("b", 60, 400, kind="SOUND")]
    found = proposed({"m": spoken(LINE, LINE, NEXT)}, strips=strips)
    assert [one.strip for one in found] == ["a", "b"] and found[0].group == found[1].group
    assert found[0].frames.end == 60 == found[1].frames.start


def test_the_same_recording_twice_on_the_timeline_is_no_take():
    strips = [strip("a", 0, 150, kind="SOUND"), strip("b", 200, 350, origin=200, kind="SOUND", channel=2)]
    assert proposed({"m": spoken(LINE, NEXT)}, strips=strips) == ()


@pytest.mark.parametrize(
    "lines",
    [
        TWO_CITIES.replace(",", ", |").split(" | "),
        [TWO_CITIES],
        ["no no no no no no"],
        ["First we go to the market. Second we go to the harbour. Third we go to the station."],
        ["You know I love the summer rain in June.", "Walking down the alley with a smile upon my face and nothing else to do.",
         "You know I love the summer rain in June.", "Every single window has a story of its own to tell me when I pass it by.",
         "You know I love the summer rain in June.", "Someday I will find the words that I have never said to you before the end."],
        ["I have a dream that one day this nation will rise up.", "I have a dream that one day on the red hills we sit together."],
    ],
    ids=["anaphora in lines", "anaphora", "no no no", "list", "refrain", "dream"],
)  # fmt: skip
def test_what_is_said_again_on_purpose_has_little_confidence(lines):
    assert all(one.why.confidence < 0.5 for one in proposed(*lines, options=TakeOptions(least=0.0)))


def test_a_few_words_are_no_line():
    assert proposed("Yes we can.", "Yes we can.") == ()
    assert proposed("Yes we can.", "Yes we can.", options=TakeOptions(words=3))


TEXT = "the owl sees far at night while small mice hide under leaves and wait until dawn comes again over quiet hills"
WORDS = TEXT.split()


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9), min_size=1, max_size=8),
    st.lists(st.integers(0, 7), max_size=6),
    st.sampled_from(["last", "first", "longest"]),
)
def test_whatever_is_said_one_take_of_each_group_stays(lines, again, prefer):
    """Some lines come again at random: removals are whole words of the medium, and of no group all takes go."""
    said = [" ".join(line) + "." for line in lines]
    said += [said[number] for number in again if number < len(said)]
    transcript = spoken(*said)
    found = proposed({"m": transcript}, options=TakeOptions(least=0.0, prefer=prefer, within=Fraction(0)))
    frames = sorted((one.frames.start, one.frames.end) for one in found)
    assert all(before[1] <= after[0] for before, after in pairwise(frames))
    for one in found:
        assert 0 < one.why.confidence <= 0.95 and one.group and one.frames.length
        inside = [word for word in transcript.words if one.span.overlap(Span(word.start, word.end)) > 0]
        assert all(one.span.covers(Span(word.start, word.end)) or _half(one, word) for word in inside)
        assert "".join(word.text for word in inside).strip() == one.text
    kept = [word.text for word in transcript.words if not any(one.span.overlap(Span(word.start, word.end)) for one in found)]
    assert set(kept) == {word.text for word in transcript.words}


def _half(one, word):
    """Frames are rounded inwards: a word may stick out by less than a frame."""
    return one.span.overlap(Span(word.start, word.end)) > Fraction(1, 4) - Fraction(2, 25)


def test_takes_are_found_whatever_the_recogniser_heard_otherwise():
    (one,) = proposed("Welcome to the shore in which we talk about birds.", LINE, NEXT)
    assert "shore" in one.text and 0.4 <= one.why.confidence < 0.95


def test_names_are_misheard_and_abbreviations_end_no_sentence():
    first = "Mr. Quilder is the apostle of the middle classes and we're glad to welcome his gospel."
    (one,) = proposed(first, "Mr. Quilter is the apostle of the middle classes, and we are glad to welcome his gospel.", NEXT)
    assert one.text == first


def test_nine_thousand_words_are_grouped_at_once():
    lines = [" ".join(WORDS[(n * 7 + k * (n % 5 + 1)) % len(WORDS)] + str(n % 300) for k in range(10)) + "." for n in range(900)]
    found = proposed(*lines, options=TakeOptions(within=Fraction(0), least=0.0))
    assert sum(one.frames.length for one in found) > 20_000


def test_words_before_the_origin_of_pictures_are_shifted():
    transcript = spoken(LINE, LINE, NEXT)
    movie = [strip("film", 0, 500)]
    (plain,) = proposed({"m": transcript}, strips=movie)
    (later,) = proposed({"m": replace(transcript, origin=Fraction(1))}, strips=movie, origins={"m": Fraction(0)})
    assert later.frames.start - plain.frames.start == 25
