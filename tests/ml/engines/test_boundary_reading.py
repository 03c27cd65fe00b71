"""From what is said of every frame to boundaries with their kinds and ends."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.ml.engines.boundary_head import KINDS, OUTPUTS
from assistant_editor.ml.engines.boundary_reading import boundaries
from assistant_editor.ml.engines.shot_scores import FLOOR, Found
from hypothesis import given, settings
from hypothesis import strategies as st

COUNT = 120


def nothing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """read, scores and frames of a film without boundaries: a picture that is neither plain nor black."""
    read = np.zeros((COUNT, OUTPUTS))
    read[:, :3], read[:, 3] = 0.001, 0.999
    stripes = np.where(np.arange(48)[:, None] % 8 < 4, 60, 180).astype(np.uint8)
    frames = np.broadcast_to(stripes, (COUNT, 27, 48, 3)).copy()
    return read, np.full((2, COUNT), 0.001), frames


def put(read: np.ndarray, kind: str, first: int, last: int, share: float) -> None:
    read[first : last + 1, 3] = 1 - share
    read[first : last + 1, 3 + KINDS.index(kind)] = share
    read[first, 1] = read[last, 2] = share


def another(frames: np.ndarray, since: int) -> None:
    """Another picture from this frame on."""
    frames[since:] = 255 - frames[since:, ::-1]
    frames[since:, :13] //= 3


def test_nothing_is_found_where_nothing_is():
    assert boundaries(*nothing()) == []


def test_a_cut_both_agree_on():
    read, scores, frames = nothing()
    read[50, 0], scores[0, 49] = 0.9, 0.9
    (cut,) = boundaries(read, scores, frames)
    assert (cut.place, cut.kind) == (50, None) and cut.score == pytest.approx(0.9)


def test_one_opinion_alone_is_a_candidate_at_most():
    read, scores, frames = nothing()
    scores[0, 49] = 0.97
    (cut,) = boundaries(read, scores, frames)
    assert cut.place == 50 and FLOOR <= cut.score < 0.5


def seen_for_a_moment(frames: np.ndarray, what: str, first: int, length: int) -> None:
    """Light over the picture, or another picture in its place, for `length` frames."""
    here = frames[first : first + length]
    if what == "flash":
        here[:] = here // 3 + 170
    elif what == "white":
        here[:] = (255, 252, 245)
    elif what == "part":
        here[:, 5:15, 10:30] = here[:, 5:15, 10:30] // 6 + 212
    elif what == "dark":
        here[:] = here // 3
    else:
        another(here, 0)


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("edge", ["comes", "goes"])
@pytest.mark.parametrize("what", ["flash", "white", "part", "dark", "another picture"])
def test_light_that_comes_and_goes_is_no_cut_and_another_picture_is(what, edge, length):
    read, scores, frames = nothing()
    seen_for_a_moment(frames, what, 50, length)
    place = 50 if edge == "comes" else 50 + length
    read[place, 0], scores[0, place - 1] = 0.9, 0.9
    (cut,) = boundaries(read, scores, frames)
    assert cut.place == place and cut.score == pytest.approx(0.9 if what == "another picture" else 0.45)


def test_light_that_stays_is_a_cut_where_both_say_so():
    read, scores, frames = nothing()
    seen_for_a_moment(frames, "flash", 50, COUNT - 50)
    read[50, 0], scores[0, 49] = 0.9, 0.9
    (cut,) = boundaries(read, scores, frames)
    assert cut.score == pytest.approx(0.9)


@pytest.mark.parametrize("kind", ["dissolve", "wipe"])
def test_a_gradual_transition_is_split_at_its_middle(kind):
    read, scores, frames = nothing()
    put(read, kind, 40, 59, 0.8)
    another(frames, 50)
    scores[0, 48:51] = 0.7
    read[50, 0] = 0.7
    (one,) = boundaries(read, scores, frames)
    assert (one.place, one.kind, one.first, one.last) == (50, kind, 40, 59) and one.score == pytest.approx(0.8)


def black(frames: np.ndarray, first: int, last: int) -> None:
    frames[first : last + 1] = 0


@pytest.mark.parametrize(
    ("before", "after", "kind", "place"), [(True, False, "fade_in", 40), (False, True, "fade_out", 60), (False, False, "fade_black", 50)]
)
def test_fades_are_named_by_what_lies_on_their_sides(before, after, kind, place):
    read, scores, frames = nothing()
    put(read, "dark", 40, 59, 0.9)
    blend = np.arange(1, 21) / 21
    slope = 1 - blend if after else blend if before else np.abs(2 * blend - 1)
    frames[40:60] = (frames[40:60] * slope[:, None, None, None]).astype(np.uint8)
    if before:
        black(frames, 20, 39)
    if after:
        black(frames, 60, 80)
    (one,) = boundaries(read, scores, frames)
    assert (one.kind, one.place, one.first, one.last) == (kind, place, 40, 59)


def test_a_fade_that_runs_to_the_end_of_the_film_is_a_fade_out():
    read, scores, frames = nothing()
    put(read, "dark", 100, COUNT - 1, 0.9)
    (one,) = boundaries(read, scores, frames)
    assert (one.kind, one.place, one.last) == ("fade_out", COUNT, COUNT - 1)


def test_cuts_inside_a_sure_transition_are_part_of_it():
    read, scores, frames = nothing()
    put(read, "wipe", 40, 59, 0.9)
    another(frames, 50)
    read[45, 0], scores[0, 44] = 0.9, 0.9
    assert [one.kind for one in boundaries(read, scores, frames)] == ["wipe"]


def test_a_wipe_that_leaves_half_of_the_picture_is_somebody_who_walks():
    read, scores, frames = nothing()
    put(read, "wipe", 40, 59, 0.9)
    frames[50:, :13] = 255 - frames[50:, :13]
    assert all(one.score < 0.5 for one in boundaries(read, scores, frames))


def test_a_dip_in_the_middle_parts_nothing_unless_one_ends_and_another_begins():
    read, scores, frames = nothing()
    put(read, "dissolve", 30, 69, 0.9)
    read[45:55, 3:5] = (0.9, 0.1)
    assert [(one.first, one.last) for one in boundaries(read, scores, frames)] == [(30, 69)]
    read[44, 2] = read[55, 1] = 0.9
    assert [(one.first, one.last) for one in boundaries(read, scores, frames)] == [(30, 44), (55, 69)]


def test_a_transition_without_ends_is_a_candidate_at_most():
    read, scores, frames = nothing()
    put(read, "dissolve", 30, 69, 0.9)
    read[30, 1] = read[69, 2] = 0
    (one,) = boundaries(read, scores, frames)
    assert FLOOR <= one.score < 0.5


@pytest.mark.parametrize(("first", "last"), [(2, 20), (100, 117)])
def test_no_shot_dissolves_where_only_one_is_seen(first, last):
    read, scores, frames = nothing()
    put(read, "dissolve", first, last, 0.9)
    assert [one.kind for one in boundaries(read, scores, frames)] == ["dissolve"]
    assert boundaries(read, scores, frames, opens=True, closes=True) == []


def test_a_blink_is_no_transition():
    read, scores, frames = nothing()
    put(read, "dissolve", 40, 41, 0.9)
    assert boundaries(read, scores, frames) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_read_gives_boundaries_in_order_and_inside(data):
    read, scores, frames = nothing()
    values = st.sampled_from([0.0, 0.04, 0.2, 0.5, 0.8, 1.0])
    read[:, 0] = data.draw(st.lists(values, min_size=COUNT, max_size=COUNT))
    scores[0] = data.draw(st.lists(values, min_size=COUNT, max_size=COUNT))
    for kind in KINDS[1:]:
        if data.draw(st.booleans()):
            first = data.draw(st.integers(0, COUNT - 1))
            put(read, kind, first, data.draw(st.integers(first, COUNT - 1)), data.draw(values))
    found = boundaries(read, scores, frames)
    assert [one.place for one in found] == sorted(one.place for one in found)
    for one in found:
        assert isinstance(one, Found) and FLOOR <= one.score <= 1
        if one.kind:
            assert 0 <= one.first <= one.last < COUNT and one.first <= one.place <= one.last + 1
        else:
            assert 0 < one.place < COUNT
