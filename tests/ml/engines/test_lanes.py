"""What is heard side by side: in order, the same every time, and nothing begun that nobody waits for."""

from __future__ import annotations

import threading
import time

import pytest
from assistant_editor.ml.engines.hearing import Hearing
from assistant_editor.ml.engines.lanes import Lanes
from assistant_editor.ml.engines.languages import Tally
from assistant_editor.ml.engines.prompts import Prompt
from assistant_editor.ml.errors import CANCELLED, EditorError

from .test_hearing import Scripted, clip, texts

LONG = "enough is said here for clips of three seconds"


def heard(recogniser, batches, timed=lambda words, samples, language: words, check=lambda: None, fixed="en"):
    found = Hearing(recogniser, "transcribe", Tally(fixed), Prompt(), timed, check)
    return found, Lanes(found).heard(batches)


class Apart(Scripted):
    """Every clip is a part of its own, so that they pass each other."""

    def parts(self, clips):
        return [(place,) for place in reversed(range(len(clips)))]


def test_words_come_in_the_order_of_the_sound_whatever_is_done_first():
    """Short clips are done long before the long ones that stand before them."""

    def says(seconds, temperature, prompt):
        time.sleep(0.03 * (seconds > 2))
        return f"so much is said in {round(seconds)} seconds", -0.2

    batches = [[clip(1 + (n + batch) % 3, start=40 * batch + 10 * n) for n in range(4)] for batch in range(5)]
    _, answers = heard(Apart(says), batches)
    answers = list(answers)
    assert [len(one) for one in answers] == [4] * 5
    assert [words[0].start for one in answers for words in one] == [10 * n for n in range(20)]
    lengths = [[1 + (n + batch) % 3 for n in range(4)] for batch in range(5)]
    assert [texts(one) for one in answers] == [[f"so much is said in {seconds} seconds" for seconds in batch] for batch in lengths]


def test_the_next_clips_are_decoded_while_words_get_their_times():
    """The times of the first clips are held back until the next ones are decoded; with one after the other this would never end."""
    decoded = threading.Event()

    def says(seconds, temperature, prompt):
        if seconds > 2:
            decoded.set()
        return LONG, -0.2

    def timed(words, samples, language):
        assert decoded.wait(10)
        return words

    _, answers = heard(Scripted(says), [[clip(1)], [clip(3, start=10)]], timed)
    assert [texts(one) for one in answers] == [[LONG]] * 2


def test_the_words_of_one_part_get_their_times_while_another_is_decoded():
    timed_first = threading.Event()

    def says(seconds, temperature, prompt):
        assert seconds < 2 or timed_first.wait(10)
        return LONG, -0.2

    def timed(words, samples, language):
        timed_first.set()
        return words

    _, answers = heard(Apart(says), [[clip(1), clip(3, start=10)]], timed)
    assert texts(next(answers)) == [LONG] * 2


def test_languages_do_not_depend_on_which_part_is_done_first():
    """A doubtful clip takes the main language, which grows clip by clip in the order of the sound."""

    def told(seconds):
        return {"de": 0.99, "en": 0.01} if seconds > 2 else {"de": 0.45, "en": 0.55}

    for slow in (1, 3):

        def says(seconds, temperature, prompt, slow=slow):
            time.sleep(0.02 * (round(seconds) == slow))
            return "so viel wurde gesagt", -0.2

        batches = [[clip(3, start=20 * n), clip(1, start=20 * n + 10)] for n in range(4)]
        found, answers = heard(Apart(says, told, ("en", "de")), batches, fixed="")
        assert {word.language for one in answers for words in one for word in words} == {"de"}
        assert found.tally.main == "de"


def test_a_cancel_ends_it_at_once_and_what_has_not_begun_is_never_done():
    """Decoding would take half a minute."""
    going, cancelled = threading.Event(), threading.Event()

    def says(seconds, temperature, prompt):
        going.set()
        cancelled.wait(30)
        return "good day", -0.2

    def check():
        if going.is_set():
            raise EditorError("Cancelled.", code=CANCELLED)

    recogniser = Apart(says)
    _, answers = heard(recogniser, [[clip(1, start=10 * n) for n in range(40)]], check=check)
    begun = time.monotonic()
    with pytest.raises(EditorError, match="Cancelled"):
        next(answers)
    assert time.monotonic() - begun < 10
    cancelled.set()
    time.sleep(0.1)
    assert len(recogniser.tries) < 40


def test_what_a_recogniser_raises_is_raised():
    def says(seconds, temperature, prompt):
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        list(heard(Scripted(says), [[clip(1)]])[1])


def test_nothing_to_hear_is_nothing():
    assert list(heard(Scripted(lambda *_: ("good day", -0.2)), [])[1]) == []


def test_what_is_done_is_told_as_it_grows_to_all_there_is():
    """Exactly, in whichever order they end: a sum of seconds would stop a rounding error before all of it."""
    told = []
    found = Hearing(
        Apart(lambda *_: (LONG, -0.2)), "transcribe", Tally("en"), Prompt(), lambda words, samples, language: words, lambda: None
    )
    batches = [[clip(1 + n % 3, start=10 * n)] for n in range(6)]
    assert len(list(Lanes(found, told.append).heard(batches))) == 6
    assert told == sorted(told) and told[-1] == sum(len(one.samples) for batch in batches for one in batch) and len(told) > 1


def test_the_parts_of_a_clip_in_two_languages_leave_nothing_else_to_decode():
    """As many languages in every clip: none of the batch is decoded whole."""
    from .test_hearing import TestLanguages

    script = TestLanguages()
    script.probes = 0
    recogniser = Scripted(lambda *_: ("so many words were said in this part of it all my friends", -0.2), script.told, ("en", "de"))
    _, answers = heard(recogniser, [[TestLanguages.LONG, TestLanguages.LONG]], fixed="")
    assert [{word.language for word in words} for words in next(answers)] == [{"en", "de"}] * 2
