"""The part of the facts that concerns a shot: nothing of it is lost, nothing far away is kept, and a log is the same by part and whole."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from assistant_editor.ml.facts import PICTURE_VALUES, Objects, Track
from assistant_editor.timeline import mood_sources, shot_parts
from assistant_editor.timeline.picture_values import movement, summary
from assistant_editor.timeline.shot_parts import Parts, Spans, Words

from .test_moods import coded, pictures
from .test_shot_log import heard, span, transcript


def objects(*spans: tuple[int, int], seconds: int = 100) -> Objects:
    """One look a second; a track over each span of looks."""
    moments = tuple(Fraction(second) for second in range(seconds))
    box = np.tile(np.array([10, 10, 50, 50, 0.9], np.float32), (1, 1))
    tracks = tuple(Track("dog", 0.9, tuple(range(first, end)), coded(np.repeat(box, end - first, axis=0))) for first, end in spans)
    return Objects(span(0, seconds), Fraction(0), Fraction(25), "made", 640, 360, tuple(range(seconds)), moments, tracks)


def test_tracks_that_touch_a_shot_are_kept_whole() -> None:
    facts = objects((0, 5), (4, 30), (40, 45), (90, 95))
    assert Parts(facts).within(span(10, 40)).tracks == facts.tracks[1:3]
    assert Parts(facts).within(span(60, 70)).tracks == ()
    assert Parts(objects()).within(span(0, 5)).tracks == ()


def test_sentences_and_sounds_are_cut_down_and_anything_else_is_whole() -> None:
    said, sounds = transcript((1, "one two"), (20, "three"), (40, "four")), heard((0, 3, "music"), (30, 60, "music"))
    assert [u.text for u in Parts(said).within(span(19, 21)).utterances] == ["three"]
    assert Parts(sounds).within(span(10, 12)).events == () and len(Parts(sounds).within(span(2, 35)).events) == 2
    looks = objects()
    assert Parts("anything").within(span(0, 1)) == "anything" and Parts(looks).within(span(0, 1)) == looks


def test_pictures_of_a_part_say_the_same_as_the_whole() -> None:
    chance = np.random.default_rng(4)
    columns = {name: list(chance.uniform(0.05, 0.9, 400)) for name in PICTURE_VALUES}
    facts = pictures(**columns)
    parts, whole = Parts(facts), mood_sources.measured(facts)
    assert whole is not None
    for start, end in ((0, 3), (3.2, 3.4), (50, 81.5), (199, 200)):
        here, shot = parts.within(span(start, end)), span(start, end)
        assert len(here.seconds) <= 2 * (end - start + 2 * shot_parts.MARGIN) + 4
        assert summary(here, shot) == summary(facts, shot) and movement(here, shot) == movement(facts, shot)
        known = mood_sources.measured(here)
        assert known is not None and np.array_equal(known.within(shot), whole.within(shot))


def test_words_lie_where_their_middle_does() -> None:
    words = Words(transcript((0, "one two three"), (9.9, "four")).words)
    assert (words.within(span(0, 0.4)), words.within(span(0.4, 10)), words.within(span(10, 11))) == ("one two", "three", "four")
    assert Words(()).within(span(0, 9)) == ""


def test_spans_that_touch_are_found_though_an_earlier_one_lasts_longer() -> None:
    events = heard((0, 50, "music"), (1, 2, "laughter"), (60, 61, "applause")).events
    assert [one.label for one in Spans(events).touching(span(40, 45))] == ["music"]
    assert [one.label for one in Spans(events).touching(span(1, 60))] == ["music", "laughter"]
    assert Spans(()).touching(span(0, 5)) == ()
