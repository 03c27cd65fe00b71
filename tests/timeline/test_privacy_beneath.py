"""Whether something else lies under a cover than when it was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assistant_editor.timeline.privacy_beneath import Lid, Slab, changed, digests, dump, load, told
from assistant_editor.timeline.timebase import FrameRange

LID = Lid("1", 5, FrameRange(10, 60))
FILM = Slab("film", 1, FrameRange(1, 101), 1.0, "a")
INSET = Slab("inset", 2, FrameRange(40, 80), 40.0, "b")
ABOVE = Slab("above", 9, FrameRange(50, 55), 50.0, "c")
ALL = (FILM, INSET, ABOVE)


def moved(one: Slab, frames: int) -> Slab:
    return replace(one, frames=FrameRange(one.frames.start + frames, one.frames.end + frames), starts=one.starts + frames)


KEPT = digests([LID], ALL)


def test_nothing_changed_or_all_moved_together_or_only_what_is_elsewhere() -> None:
    assert changed(KEPT, [LID], ALL) == ()
    together = [moved(one, 30) for one in ALL]
    assert changed(KEPT, [replace(LID, frames=FrameRange(40, 90))], together) == ()
    assert changed(KEPT, [LID], (*ALL, Slab("late", 3, FrameRange(60, 99), 60.0, "d"))) == ()
    assert changed(KEPT, [LID], (replace(FILM, frames=FrameRange(5, 70)), INSET, ABOVE)) == (), "trimmed outside of the cover"
    assert changed(KEPT, [LID], (FILM, replace(INSET, name="renamed"), ABOVE)) == ()


def test_a_strip_that_was_only_split_is_no_change() -> None:
    halves = replace(FILM, frames=FrameRange(1, 30)), replace(FILM, name="film.001", frames=FrameRange(30, 101))
    assert changed(KEPT, [LID], (*halves, INSET, ABOVE)) == ()


@pytest.mark.parametrize(
    "strips",
    [
        (moved(FILM, 3), INSET, ABOVE),
        (replace(FILM, frames=FrameRange(12, 101)), INSET, ABOVE),
        (replace(FILM, starts=4.0), INSET, ABOVE),
        (replace(FILM, lies="turned"), INSET, ABOVE),
        (FILM, ABOVE),
        (*ALL, Slab("new", 3, FrameRange(20, 25), 20.0, "d")),
        (FILM, INSET, replace(ABOVE, channel=4)),
        (replace(FILM, channel=3), INSET, ABOVE),
    ],
)
def test_whatever_shows_other_pictures_under_or_over_it_is_told(strips: tuple[Slab, ...]) -> None:
    assert changed(KEPT, [LID], strips) == (LID.frames,)
    assert "10 to 59" in told(changed(KEPT, [LID], strips))


def test_many_covers_and_strips_each_count_only_for_each_other() -> None:
    lids = [Lid(str(number), 5, FrameRange(number * 10, number * 10 + 10)) for number in range(40)]
    slabs = [Slab(f"shot {number}", 1, FrameRange(number * 10, number * 10 + 10), number * 10.0, number) for number in range(40)]
    long = Slab("long", 2, FrameRange(0, 400), 0.0, "long")
    kept = digests(lids, [*slabs, long])
    assert kept == {lid.record: digests([lid], [*slabs, long])[lid.record] for lid in lids}
    assert changed(kept, lids, [*slabs[:7], replace(slabs[7], lies="x"), *slabs[8:], long]) == (lids[7].frames,)
    assert len(changed(kept, lids, slabs)) == 40


def test_a_cover_of_which_nothing_was_kept_is_not_accused() -> None:
    assert changed({}, [LID], ALL) == () and told(()) == ""


def test_it_is_stored_and_what_cannot_be_read_only_warns_no_more() -> None:
    assert load(dump(KEPT)) == KEPT and dump({}) == "" and load("") == {}
    assert load('{"version": 1, "beneath": {"1": "x"}}') == {}, "an older digest says nothing about pictures"
    for text in ("nonsense", "[]", '{"version": 9, "beneath": {"1": "x"}}', '{"version": 2}', '{"version": 2, "beneath": 3}'):
        assert load(text) == {}
