import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.script import cast, take_words
from assistant_editor.timeline.script_report import report
from assistant_editor.timeline.script_text import Line, parse, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import speak, strip, transcript

FOUNTAIN = """Title: A Whale
Author: nobody

INT. HOUSE - DAY

A man walks in. It SLAMS.

WILL (V.O.)
(softly)
Call me Ishmael, some years ago.
Never mind how long [[a note]] precisely.

EDWARD ^
I *never* told anybody (beat) about that whale.

> THE END <

/* he never
says this */

CUT TO:

@McAvoy
Enough!
"""


def heard_as(*said):
    """The words of each text, a second apart."""
    start, utterances = Fraction(0), []
    for text in said:
        utterances.append(speak(text, start))
        start = utterances[-1][-1].end + 1
    return utterances


def taken(script, *said):
    return take_words(script, {"m": transcript(*heard_as(*said))})


def texts(found, medium="m"):
    return [utterance.text for utterance in found.transcripts[medium].utterances]


def told(found):
    return [(d.kind, d.heard, d.script) for d in found.differences]


def test_a_screenplay_speaks_only_its_dialogue():
    assert parse(FOUNTAIN) == (
        Line("Call me Ishmael, some years ago. Never mind how long precisely.", "WILL", 9),
        Line("I never told anybody about that whale.", "EDWARD", 14),
        Line("Enough!", "McAvoy", 24),
    )


def test_lines_that_begin_with_a_name():
    script = "ANNA: Where is it?\nBob Miller (off): On the table.\n[door]\nUnder the book: the red one.\nANNA: Thanks.\n"
    assert [(line.speaker, line.text) for line in parse(script)] == [
        ("ANNA", "Where is it?"),
        ("Bob Miller", "On the table."),
        ("Bob Miller", "Under the book: the red one."),
        ("ANNA", "Thanks."),
    ]


@pytest.mark.parametrize("text", ["THE CHILD ALMOST HURT\n\nTHE SMALL DOG", "He said: come in.\nI went (slowly) in.", "One line only"])
def test_plain_text_is_spoken_as_it_stands(text):
    assert [line.text for line in parse(text)] == [row for row in text.split("\n") if row]


def test_words_come_from_the_script_and_times_from_the_sound():
    found = taken(FOUNTAIN, "Call me fishmail some years ago", "never mind how long precisely um I never told anybody about that well")
    assert texts(found)[:2] == ["Call me Ishmael, some years ago.", "Never mind how long precisely. um"]
    assert texts(found)[2:] == ["I never told anybody about that whale."]
    assert told(found) == [
        ("changed", "fishmail", "Ishmael,"), ("added", "um", ""), ("changed", "well", "whale."), ("missing", "", "Enough!"),
    ]  # fmt: skip
    heard = speak("Call me fishmail some years ago")
    assert [(w.start, w.end) for w in found.transcripts["m"].words[:6]] == [(w.start, w.end) for w in heard]
    assert found.turns[0].start == 0
    assert [turn.speaker for turn in found.turns] == ["WILL", "WILL", "EDWARD"]
    said, names = cast(found)
    assert [turn.speaker for turn in said["m"].turns] == [0, 0, 1] and names == {("m", 0): "WILL", ("m", 1): "EDWARD"}
    assert cast(taken("Plain text without names.", "plain text without names")) == ({}, {})


def test_what_was_never_said_is_left_out_and_what_was_improvised_stays():
    script = "One two three four five six.\nSeven eight nine ten eleven twelve.\nThirteen fourteen fifteen sixteen."
    found = taken(script, "one two three four five six", "let me just say something else here", "thirteen fourteen fifteen sixteen")
    assert texts(found) == ["One two three four five six.", "let me just say something else here", "Thirteen fourteen fifteen sixteen."]
    assert told(found) == [
        ("added", "let me just say something else here", ""), ("missing", "", "Seven eight nine ten eleven twelve."),
    ]  # fmt: skip
    assert found.found == pytest.approx(10 / 16)


def test_a_second_take_finds_its_words_too():
    script = "It was the best of times, my friend.\nAnd then everything went wrong at once."
    takes = ("it was the beast of times my friend", "it was the best of thymes my friend")
    found = taken(script, *takes, "and then everything went wrong at once")
    assert texts(found) == [*["It was the best of times, my friend."] * 2, "And then everything went wrong at once."]
    assert not [d for d in found.differences if d.kind != "changed"]


def test_another_sound_is_left_alone():
    strange = transcript(speak("Completely different matters are discussed over here by other people entirely", 0))
    own = transcript(speak("it was the beast of times", 0))
    found = take_words("It was the best of times.", {"a": own, "b": strange})
    assert found.strange == ("b",) and found.transcripts["b"] is strange and texts(found, "a") == ["It was the best of times."]
    none = take_words("It was the best of times.", {"b": strange})
    assert none.transcripts == {"b": strange} and not none.differences


def test_scripts_without_spaces():
    found = taken("今日は良い天気です。\n明日は雨でしょう。", "今日は良い電気です", "明日は雨でしょう")
    assert texts(found) == ["今日は良い天気です。", "明日は雨でしょう。"]
    assert told(found) == [("changed", "電", "天")]


def test_dashes_and_numbers_belong_to_words():
    found = taken("— Well — said 3 men … maybe!", "well said three men maybe")
    assert texts(found) == ["— Well — said 3 men … maybe!"]
    assert told(found) == [("changed", "three", "3")]


def test_the_report_names_frames():
    found = taken("Call me Ishmael, some years ago.\nNever.", "call me fishmail some years ago um well then")
    strips = [strip("s", 0, 1000, kind="SOUND")]
    notices, text = report(found, strips, "whale.txt")
    assert len(notices) == 1 and notices[0].startswith("3 differences between the script “whale.txt”")
    (changed, added, missing) = text.splitlines()[2:5]
    assert changed.endswith("heard “fishmail”, script “Ishmael,” (line 1)") and changed.startswith("frame ")
    assert added.endswith("not in the script: “um well then”") and missing == "line 2: never said: “Never.”"
    assert report(found, [replace(strips[0], medium="other")], "w")[1].splitlines()[2:3] == [missing]


VOCABULARY = [f"{a}{b}{c}" for a in ("bra", "kel", "mon", "tur", "vis") for b in ("o", "e", "i", "u") for c in ("dan", "lip", "ster")]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_nothing_said_is_lost_and_times_stay_in_order(seed):
    chance = random.Random(seed)
    lines = [" ".join(chance.choice(VOCABULARY) for _ in range(chance.randint(1, 12))) + "." for _ in range(chance.randint(1, 12))]
    said = []
    for line in lines:
        kept = [word for word in line.split() if chance.random() > 0.1]
        kept = [word[1:] if chance.random() < 0.1 else word for word in kept]
        if chance.random() < 0.2:
            kept.insert(0, "zzz")
        if kept and chance.random() > 0.1:
            said.append(" ".join(kept))
    if not said:
        return
    found = taken("\n".join(lines), *said)
    words = found.transcripts["m"].words
    assert all(one.end <= other.start for one, other in pairwise(words)) and all(word.start < word.end for word in words)
    for utterance in heard_as(*said):  # wherever somebody spoke, a caption has words
        assert any(word.start < utterance[-1].end and utterance[0].start < word.end for word in words)
    now = " ".join(texts(found)).replace(".", "").split()
    listed = [word for difference in found.differences if difference.kind == "changed" for word in difference.heard.split()]
    assert now.count("zzz") + listed.count("zzz") >= sum(text.startswith("zzz") for text in said)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_encoding(encoding):
    text = "Über den Fluß \u2014 “hinüber”\nund zurück.\n" * 3
    assert plain(text.replace("\n", "\r\n").encode(encoding), "a.txt") == text


@pytest.mark.parametrize(("data", "why"), [(b"", "spoken"), (b"\n[door]\n", "spoken"), (b"%PDF-1", "PDF"), (bytes(range(32)) * 9, "text")])
def test_what_is_no_script(data, why):
    with pytest.raises(EditorError, match=why):
        plain(data, "a.txt")


def test_twenty_thousand_words_leave_nothing_out():
    chance = random.Random(3)
    lines = [" ".join(chance.choice(VOCABULARY) + str(chance.randint(0, 40)) for _ in range(10)) for _ in range(400)]
    utterances = [speak(line, 20 * number) for number, line in enumerate(lines)]
    found = take_words("\n".join(lines[:200]) + "\nleft out here\n" + "\n".join(lines[200:]), {"m": transcript(*utterances)})
    assert told(found) == [("missing", "", "left out here")]
    assert Fraction(found.found).limit_denominator(10**6) == Fraction(4000, 4003).limit_denominator(10**6)
