"""Timecode at every rate, against counting: the frames of a day are named one after the other, and only drop-frame leaves names out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.timecode import Clock, can_drop
from hypothesis import given
from hypothesis import strategies as st

NTSC = Fraction(30000, 1001)
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(50), Fraction(60000, 1001), Fraction(60)]


def counted(base: int, dropped: int, minutes: int) -> list[str]:
    """Every name of so many minutes, in order, by the rule of the standard: skip the first names of a minute, not of every tenth."""
    return [
        f"00:{minute:02}:{second:02}{';' if dropped else ':'}{frame:02}"
        for minute in range(minutes)
        for second in range(60)
        for frame in range(base)
        if not (dropped and minute % 10 and second == 0 and frame < dropped)
    ]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("drop", [True, False])
def test_frames_are_named_in_order(rate: Fraction, drop: bool) -> None:
    base = round(rate)
    dropped = {30: 2, 60: 4}[base] if drop and can_drop(rate) else 0
    names = counted(base, dropped, 21)
    clock = Clock(rate, drop)
    assert [clock.timecode(frame) for frame in range(len(names))] == names


@given(st.sampled_from(RATES), st.booleans(), st.integers(0, 24 * 3600 * 60 - 1))
def test_a_timecode_names_one_frame(rate: Fraction, drop: bool, frame: int) -> None:
    clock = Clock(rate, drop)
    frame %= clock.day
    assert clock.frames(clock.timecode(frame)) == frame


def test_drop_frame_keeps_up_with_the_clock() -> None:
    hour = round(3600 * NTSC)
    assert Clock(NTSC).timecode(hour) == "01:00:00;00"
    assert Clock(NTSC, drop=False).timecode(hour) == "00:59:56:12"
    assert Clock(NTSC).timecode(1800) == "00:01:00;02"
    assert Clock(NTSC).timecode(17982) == "00:10:00;00"
    assert Clock(Fraction(60000, 1001)).timecode(3600) == "00:01:00;04"


def test_a_day_ends_and_begins_again() -> None:
    for rate in RATES:
        clock = Clock(rate)
        last = clock.timecode(clock.day - 1)
        assert last.startswith("23:59:59") and int(last[-2:]) == clock.base - 1
        assert clock.timecode(clock.day)[:8] == "00:00:00"
        assert clock.wrapped(-1) == last
        assert clock.timecode(-1)[0] == "-"


def test_only_known_rates_drop() -> None:
    assert [can_drop(rate) for rate in RATES] == [False, False, False, True, False, False, True, False]
    assert Clock(Fraction(25), drop=True).timecode(1500) == "00:01:00:00"


@pytest.mark.parametrize("text", ["", "1:2:3", "00:00:00:25", "00:60:00:00", "24:00:00:00", "00:00:61:00", "aa:bb:cc:dd"])
def test_what_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(EditorError, match="no timecode"):
        Clock(Fraction(25)).frames(text)


def test_a_name_that_is_left_out_is_refused() -> None:
    with pytest.raises(EditorError, match="no timecode"):
        Clock(NTSC).frames("00:01:00;00")
    assert Clock(NTSC).frames("00:10:00;00") == 17982
