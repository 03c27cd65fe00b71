"""Which moments stand for shots, and which for a whole film: properties over made-up looks."""

from __future__ import annotations

import base64
import itertools
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Boundary, Looks, Span, Transition
from assistant_editor.timeline import still_files
from assistant_editor.timeline.planners import stills
from assistant_editor.timeline.shot_list import Row
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.timecode import Clock
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = Fraction(25)


def rows_in(data: np.ndarray) -> str:
    """Base64 of float rows as the facts carry them."""
    data = data / np.maximum(np.abs(data).max(axis=1, keepdims=True), 1e-9)
    return base64.b64encode(np.round(data * 127 + 128).astype(np.uint8).tobytes()).decode()


def looks(frames, sharpness=None, exposure=None, motion=None, rows=None) -> Looks:
    count = len(frames)
    rows = np.ones((count, 4)) if rows is None else np.asarray(rows, float)
    return Looks(
        Span(Fraction(0), Fraction(10000)), Fraction(0), RATE, tuple(frames), tuple(Fraction(frame) / RATE for frame in frames),
        tuple(sharpness or [0.6] * count), tuple(exposure or [0.9] * count), tuple(motion or [0.0] * count),
        "made up", rows.shape[1], rows_in(rows),
    )  # fmt: skip


def shot(number: int, start: int, end: int, medium: str = "m", at: int = 1) -> Row:
    span = Span(start / RATE, end / RATE)
    return Row(number, "found", "film", 1, medium, f"/films/{medium}.mp4", FrameRange(start + at, end + at), span, RATE, span.start)


def dissolve(first: int, last: int) -> Boundary:
    span = Span(first / RATE, (last + 1) / RATE)
    middle = (first + last + 1) // 2
    return Boundary(middle, middle / RATE, 0.9, Transition("dissolve", first, last, span))


@st.composite
def films(draw):
    """Shots one after the other with transitions between some, and samples of any quality."""
    lengths = draw(st.lists(st.integers(1, 120), min_size=1, max_size=8))
    edges = np.cumsum([0, *lengths]).tolist()
    shots = [shot(number, start, end) for number, (start, end) in enumerate(itertools.pairwise(edges), 1)]
    boundaries = []
    for edge in edges[1:-1]:
        wide = draw(st.integers(0, 12))
        first, last = max(0, edge - wide), edge + wide - 1
        boundaries.append(dissolve(first, last) if wide and last > first else Boundary(edge, edge / RATE, 0.9))
    frames = list(range(draw(st.integers(0, 9)), edges[-1], draw(st.integers(1, 25))))
    share = st.floats(0, 1, width=32)
    columns = [draw(st.lists(share, min_size=len(frames), max_size=len(frames))) for _ in range(3)]
    generator = np.random.RandomState(draw(st.integers(0, 999)))
    return shots, looks(frames, *columns, rows=generator.randn(len(frames), 6)), boundaries


@settings(max_examples=120, deadline=None)
@given(films(), st.integers(1, 5))
def test_every_shot_has_a_still_inside_it_and_none_lies_in_a_transition_unless_it_is_all_there_is(film, count):
    shots, facts, boundaries = film
    found = stills.choose(shots, {"m": facts}, {"m": boundaries}, count)
    spans = [one.transition.span for one in boundaries if one.transition]
    for one in shots:
        mine = [still for still in found if still.shot == one]
        assert 1 <= len(mine) <= count
        assert [still.place for still in mine] == list(range(1, len(mine) + 1))
        assert [still.seconds for still in mine] == sorted({still.seconds for still in mine})
        for still in mine:
            assert one.source.holds(still.seconds) and 0 <= still.score <= 1 and still.reason
            covered = sum(one.source.overlap(span) for span in spans)
            if covered < one.source.length:  # the made-up transitions may overlap, so this says less than it could
                assert not any(span.holds(still.seconds) for span in spans)
            assert still.score == 0 or still.seconds in facts.seconds
            assert one.frames.holds(still_files.frame_of(still))
    assert found == stills.choose(shots, {"m": facts}, {"m": boundaries}, count)


@settings(max_examples=60, deadline=None)
@given(films(), st.integers(1, 12))
def test_thumbnails_are_ranked_unlike_each_other_and_no_more_than_asked(film, count):
    shots, facts, boundaries = film
    found = stills.thumbnails(shots, {"m": facts}, {"m": boundaries}, count)
    assert len(found) <= count and len({still.seconds for still in found}) == len(found)
    rows = np.frombuffer(base64.b64decode(facts.descriptors), np.uint8).reshape(-1, facts.width).astype(float) - 128
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    mine = [rows[facts.seconds.index(still.seconds)] for still in found]
    for place, row in enumerate(mine):
        assert all(float(row @ other) < stills.ALIKE + 1e-6 for other in mine[:place])
    if found:
        pool = stills.choose(shots, {"m": facts}, {"m": boundaries}, stills.A_SHOT)
        assert found[0].score == max(still.score for still in pool)


def only(shots, facts, boundaries=(), count=1, **more):
    return [int(still.seconds * RATE) for still in stills.choose(shots, {"m": facts}, {"m": boundaries}, count, **more)]


def test_the_sharp_one_wins():
    assert only([shot(1, 0, 100)], looks([10, 30, 50, 70], sharpness=[0.3, 0.3, 0.7, 0.3])) == [50]


def test_a_little_less_sharp_may_win_by_standing_still_but_a_blur_never_does():
    facts = looks([10, 30, 50], sharpness=[0.66, 0.7, 0.2], motion=[0.0, 0.2, 0.0])
    assert only([shot(1, 0, 100)], facts) == [10]
    assert only([shot(1, 0, 100)], facts, count=3) == [10, 30]


def test_black_white_and_flashes_are_left_out():
    facts = looks([10, 20, 30, 40, 50], sharpness=[0.9, 0.5, 0.9, 0.5, 0.9], exposure=[0.0, 0.9, 0.02, 0.85, 0.3])
    assert only([shot(1, 0, 100)], facts, count=5) == [20, 40]


def test_where_all_is_black_something_is_shown_all_the_same():
    assert only([shot(1, 0, 100)], looks([10, 50], exposure=[0.0, 0.01])) == [50]


def test_the_typical_frame_wins_over_the_one_that_differs():
    rows = [[1, 0, 0, 0], [1, 0.1, 0, 0], [0.2, 0, 1, 0], [1, 0, 0.1, 0]]
    assert only([shot(1, 0, 100)], looks([10, 30, 50, 70], sharpness=[0.6, 0.6, 0.63, 0.6], rows=rows))[0] != 50


def test_several_stills_are_spread_over_the_shot():
    frames = list(range(2, 98, 4))
    chosen = only([shot(1, 0, 100)], looks(frames), count=4)
    assert len(chosen) == 4 and min(after - before for before, after in itertools.pairwise(chosen)) >= 16


def test_faces_are_preferred_where_they_are_known():
    facts = looks([10, 30, 50])
    assert only([shot(1, 0, 100)], facts, faces={"m": [0.0, 1.0, 0.2]}) == [30]


def test_better_pictures_are_preferred_where_they_are_measured():
    facts = looks([10, 30, 50])
    assert only([shot(1, 0, 100)], facts, grades={"m": [0.5, 0.4, 0.9]}) == [50]
    assert only([shot(1, 0, 100)], looks([10, 30, 50], sharpness=[0.2, 0.6, 0.2]), grades={"m": [1.0, 0.9, 1.0]}) == [30]


def test_two_frames_are_kept_away_from_cuts_and_transitions():
    facts = looks([0, 1, 2, 98, 99], sharpness=[0.9, 0.9, 0.5, 0.9, 0.9])
    assert only([shot(1, 0, 100)], facts) == [2]


def test_a_transition_inside_a_shot_is_kept_away_from():
    facts = looks([30, 41, 50, 61, 62, 80], sharpness=[0.5, 0.9, 0.9, 0.9, 0.5, 0.5])
    assert only([shot(1, 0, 100)], facts, [dissolve(42, 59)], count=6) == [30, 62, 80]


def test_a_shot_nobody_looked_at_shows_the_middle_of_its_clear_part_and_says_so():
    (still,) = stills.choose([shot(1, 11, 21)], {"m": looks([0, 10, 25])}, {"m": [dissolve(7, 12)]})
    assert still.score == 0 and "short" in still.reason
    assert Fraction(15) / RATE <= still.seconds < Fraction(19) / RATE


def test_shots_without_looks_or_place_have_none():
    unknown = Row(3, "start", "other", 1, "m", "/films/m.mp4", FrameRange(1, 50))
    found = stills.choose([shot(1, 0, 100), shot(2, 0, 100, "elsewhere"), unknown], {"m": looks([50])}, {})
    assert [still.shot.number for still in found] == [1]


def test_films_described_in_different_ways_are_ranked_together():
    wide = looks([50], rows=np.ones((1, 9)))
    found = stills.thumbnails([shot(1, 0, 100), shot(2, 0, 100, "n")], {"m": looks([50]), "n": wide}, {}, 5)
    assert sorted(still.shot.number for still in found) == [1, 2]


def test_the_best_of_alike_ones_is_taken_and_unlike_ones_before_better_alike_ones():
    rows = [[1, 0, 0], [1, 0.05, 0], [0, 1, 0]]
    facts = looks([50, 150, 250], sharpness=[0.7, 0.68, 0.5], rows=rows)
    shots = [shot(1, 0, 100), shot(2, 100, 200), shot(3, 200, 300)]
    assert [still.shot.number for still in stills.thumbnails(shots, {"m": facts}, {}, 3)] == [1, 3]


# Files and words


def test_files_are_named_after_film_shot_and_place():
    facts = looks([20, 50, 80, 150])
    found = stills.choose([shot(1, 0, 100), shot(2, 100, 200)], {"m": facts}, {}, 3)
    names = [picture.target.replace("\\", "/") for picture in still_files.pictures(found, "/out", "jpg")]
    assert names == ["/out/m_001_1.jpg", "/out/m_001_2.jpg", "/out/m_001_3.jpg", "/out/m_002.jpg"]
    ranked = stills.thumbnails([shot(1, 0, 100), shot(2, 100, 200)], {"m": looks([50, 150], rows=[[1, 0], [0, 1]])}, {}, 9)
    assert [picture.target[-16:] for picture in still_files.ranked(ranked, "/out", "png")] == ["thumbnail_01.png", "thumbnail_02.png"]


@pytest.mark.parametrize("by_rank", [False, True])
def test_a_sheet_says_number_time_length_and_transition(by_rank):
    second = Row(
        2, "found", "film", 1, "m", "/films/m.mp4", FrameRange(126, 226), Span(Fraction(5), Fraction(9)), RATE, Fraction(5),
        transition=dissolve(120, 130).transition,
    )  # fmt: skip
    found = stills.choose([shot(1, 0, 125), second], {"m": looks([50, 175])}, {})
    sheet = still_files.sheet(found, "/out/contact_sheet.png", Clock(RATE), 1, by_rank)
    told = [cell.lines for cell in sheet.cells]
    if by_rank:
        assert told[1] == (f"2   {found[1].score:.0%}", "shot 2   00:00:07:00")
    else:
        assert told == [("1   00:00:00:00", "00:00:05:00   cut"), ("2   00:00:05:00", "00:00:04:00   dissolve")]


def test_rows_say_where_each_file_is_from():
    found = stills.choose([shot(1, 0, 100)], {"m": looks([50])}, {})
    (row,) = still_files.rows(found, ["/out/a.png"])
    assert (row["kind"], row["file"], row["shot"], row["frame"], row["strip"]) == ("still", "/out/a.png", 1, 51, "film")
    assert row["start"] == row["end"] == "2/1" and row["medium"] == "m" and 0 < row["confidence"] <= 1
