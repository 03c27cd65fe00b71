"""The benchmark of speed ramps: what counts as seen, and what a warp that does nothing would score."""

from __future__ import annotations

from assistant_editor.timeline.ramps import Event, Point, Warp, identity, to_beats

from benchmarks.emphasis_ramps import Landed, apart, first_seen, landed


def test_a_picture_is_first_seen_where_the_warp_puts_it():
    assert [first_seen(identity(100), picture) for picture in (1, 40, 99)] == [1, 40, 99]
    late = Warp((Point(0, 0.0), Point(50, 40.0), Point(100, 100.0)))
    assert first_seen(late, 40) in (49, 50)  # half a picture is rounded up
    assert first_seen(to_beats(200, [Event(60, 1.0, "")], [(70, 1.0)], 2.0, 25, 25), 60) == 70


def test_frames_from_the_nearest_beat():
    assert apart([10, 14, 30], [12, 30]) == (2, 2, 0)


def test_a_run_is_the_same_for_the_same_seed_and_moves_impacts_onto_beats():
    one, other = landed(12, 3), landed(12, 3)
    assert one == other != landed(12, 4)
    assert len(one.before) == len(one.after) >= 12
    before, after = (sum(not apart for apart in row) / len(row) for row in (one.before, one.after))
    assert after > before + 0.4 and sum(one.after) < sum(one.before)
    assert 1.0 < one.late < 4.0


def test_it_is_told_in_shares_and_frames():
    lines = Landed(2, (0, 5, 3, 4), (0, 0, 0, 4), 2.25).text.splitlines()
    assert lines[0] == "4 impacts in 2 strips"
    assert lines[1].startswith("before: 25% on a beat's frame, 3.0 frames off") and lines[2].startswith("after: 75% on a beat's frame, 1.0")
