"""From places among the frames seen to facts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.engines import shot_scores, shots
from assistant_editor.ml.engines.shot_scores import Found
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import AudioStream, Media, ShotsOptions, Span, VideoStream

FILM = Media(Fraction(4), VideoStream(640, 360, Fraction(25), Fraction(1, 2), Fraction(4), 100))


def test_facts_keep_exact_times_and_drop_what_is_no_beginning():
    track = shot_scores.Track(FILM, Span(Fraction(1), Fraction(2)), "hash")
    for number in range(25, 50):
        track.add(number, Fraction(number * 1001, 24000))
    facts = track.shots([Found(0, 0.9), Found(3, 0.6), Found(25, 0.9)])
    assert [(one.frame, one.seconds, one.score) for one in facts.boundaries] == [(28, Fraction(28 * 1001, 24000), 0.6)]
    assert (facts.origin, facts.frames, facts.span, facts.detector) == (Fraction(1, 2), 25, Span(Fraction(1), Fraction(2)), "hash")


def test_a_frame_that_could_not_be_decoded_keeps_its_number():
    track = shot_scores.Track(FILM, None, "hash")
    for number in (0, 1, 2, 6, 7):
        track.add(number, Fraction(number, 25))
    assert [one.frame for one in track.shots([Found(3, 0.9)]).boundaries] == [6]


def test_a_transition_has_exact_ends():
    track = shot_scores.Track(FILM, None, "transnetv2")
    for number in range(10):
        track.add(100 + number, Fraction(number * 1001, 24000))
    (one,) = track.shots([Found(5, 0.7, "wipe", 3, 6)]).boundaries
    assert (one.frame, one.kind, one.transition.first, one.transition.last) == (105, "wipe", 103, 106)
    assert one.transition.span == Span(Fraction(3 * 1001, 24000), Fraction(7 * 1001, 24000))


def test_a_transition_at_the_ends_of_the_film_is_kept():
    track = shot_scores.Track(FILM, None, "transnetv2")
    for number in range(10):
        track.add(number, Fraction(number, 25))
    opening, closing = track.shots([Found(0, 0.7, "fade_in", 0, 3), Found(10, 0.7, "fade_out", 6, 9)]).boundaries
    assert (opening.frame, opening.transition.span) == (0, Span(Fraction(0), Fraction(4, 25)))
    assert (closing.frame, closing.transition.span) == (9, Span(Fraction(6, 25), Fraction(10, 25)))


def test_a_whole_film_is_covered_to_its_declared_end():
    track = shot_scores.Track(FILM, None, "hash")
    track.add(0, Fraction(0))
    assert track.shots([]).span == Span(Fraction(0), Fraction(4))


def test_sound_alone_has_no_shots():
    with pytest.raises(EditorError, match="no pictures"):
        shots.start(ShotsOptions(), Media(Fraction(1), None, AudioStream(48000, 2, Fraction(0), Fraction(1))), None, None)
