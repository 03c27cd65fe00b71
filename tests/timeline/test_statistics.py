"""Screen time, mood arc, rhythm and speech, against figures worked out by hand."""

from __future__ import annotations

import pytest
from assistant_editor.timeline.statistics import statistics
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.logged_shots import RATE, film, mood, seen, shot


def labels(shares):
    return [(share.label, round(share.seconds, 3), share.shots, share.frame) for share in shares]


def test_screen_time_is_counted_by_what_is_seen_of_each_shot() -> None:
    placed = [
        shot(1, 0, 100, people=(seen("Anna", 4.0), seen("Ben", 1.0))),
        shot(2, 50, 100, "over", 2, people=(seen("Ben", 2.0),), source=0),
        shot(3, 100, 150, people=(seen("Anna", 0.5),)),
    ]
    found = statistics(placed, RATE)
    assert labels(found.people) == [("Anna", 2.5, 2, 0), ("Ben", 2.5, 2, 0)]
    assert found.seconds == pytest.approx(6.0) and found.people[0].share == pytest.approx(2.5 / 6)


def test_one_thing_told_of_twice_is_not_seen_twice_as_long() -> None:
    found = statistics([shot(1, 0, 100, objects=(seen("dog", 3.0), seen("dog", 2.0), seen("dog", 9.0)))], RATE)
    assert labels(found.objects) == [("dog", 4.0, 1, 0)], "two dogs at once, and never longer than the shot"


def test_rhythm_of_shots_of_known_lengths() -> None:
    placed = [shot(1, 0, 25), shot(2, 25, 75), shot(3, 75, 200), shot(4, 300, 325)]
    rhythm = statistics(placed, RATE).rhythm
    assert rhythm is not None
    assert (rhythm.mean, rhythm.median, rhythm.shortest, rhythm.longest) == pytest.approx((2.25, 1.5, 1.0, 5.0))
    assert rhythm.cuts == 2, "a gap is no cut"
    assert rhythm.window == 10.0


def test_the_cutting_rate_of_a_steady_cut_is_steady() -> None:
    rhythm = statistics([shot(n, n * 50, n * 50 + 50) for n in range(60)], RATE).rhythm
    assert rhythm is not None
    middle = [sample.value for sample in rhythm.rate if 10 < sample.seconds < 110]
    assert all(value == pytest.approx(30, abs=6.1) for value in middle)
    assert sum(middle) / len(middle) == pytest.approx(30, abs=1)


def test_the_mood_arc_weighs_each_shot_by_its_length_and_leaves_out_what_is_not_known() -> None:
    placed = [shot(1, 0, 100, mood=mood("happy")), shot(2, 100, 250, mood=mood("sad")), shot(3, 250, 275)]
    arc = statistics(placed, RATE).arc
    assert arc.window == 10.0
    assert arc.valence[0].value == pytest.approx((4 * 0.7 + 1 * -0.7) / 5), "a window from 0 to 5 s: 4 s of one, 1 s of the other"
    assert arc.valence[-1].value == pytest.approx(-0.7)
    assert arc.arousal[0].value == pytest.approx((4 * 0.4 + 1 * -0.4) / 5)
    assert statistics([shot(1, 0, 100)], RATE).arc.valence == ()


def test_speech_is_counted_where_it_is_seen_and_once() -> None:
    placed = [shot(1, 0, 100), shot(2, 200, 300)]
    spoken = [FrameRange(50, 150), FrameRange(60, 70), FrameRange(210, 220), FrameRange(290, 400)]
    assert statistics(placed, RATE, spoken).speech == pytest.approx((50 + 10 + 10) / 200)
    assert statistics(placed, RATE, []).speech == 0.0
    assert statistics(placed, RATE).speech is None


def test_words_a_minute_and_what_nobody_looked_at() -> None:
    placed = [shot(1, 0, 250, words="one two three four five"), shot(2, 250, 500, missing=("faces",))]
    found = statistics(placed, RATE)
    assert found.words == pytest.approx(15.0) and found.missing == (("faces", 1),)
    assert statistics([shot(1, 0, 25, missing=("transcript",))], RATE).words is None


def test_nothing_at_all_has_no_figures() -> None:
    found = statistics([], RATE)
    assert found.rhythm is None and found.seconds == 0.0 and not found.people and found.grade is None


@given(st.integers(1, 60), st.integers(0, 50))
def test_shares_never_exceed_what_is_seen(shots: int, seed: int) -> None:
    placed = film(shots, seed)
    found = statistics(placed, RATE, [FrameRange(0, 10**6)])
    assert found.seconds == pytest.approx(sum(one.frames.length for one in placed) / 25)
    assert sum(share.seconds for share in found.moods) == pytest.approx(found.seconds)
    assert all(0 <= share.share <= 1.000001 for share in (*found.people, *found.objects, *found.moods))
    assert found.speech == pytest.approx(1.0) and found.rhythm is not None and found.rhythm.cuts == shots - 1
    assert all(-1 <= sample.value <= 1 for sample in found.arc.valence)
