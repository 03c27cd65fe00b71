"""Beats on the timeline: exact frames, bars counted, the pulse and the bars put right."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.facts import Beat, Beats, Span
from assistant_editor.timeline.beat_grid import GridOptions, counted, ticks, wanted

from .paper import strip


def facts(count=16, tempo=120, meter=4, first=0, start=0, sure=0.9, length=600) -> Beats:
    """`first` is the number of the first downbeat."""
    step = Fraction(60, 1) / Fraction(tempo)
    beats = tuple(
        Beat(Fraction(start) + step * n, bool(meter) and n >= first and (n - first) % meter == 0, 0.5) for n in range(count)
    )
    return Beats(Span(Fraction(0), Fraction(length)), Fraction(0), "librosa", float(tempo), beats, sure, (), meter, 0.8)


def places(found) -> list[tuple[int, int]]:
    return [(beat.bar, beat.place) for beat in found]


def test_bars_are_counted_from_the_first_whole_one():
    found = counted(facts(10, first=2), GridOptions())
    assert places(found) == [(0, 3), (0, 4), (1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 3), (2, 4)]


def test_bars_of_three():
    assert places(counted(facts(5, meter=3), GridOptions())) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]


def test_music_without_bars_has_beats_only():
    found = counted(facts(5, meter=0), GridOptions())
    assert {beat.place for beat in found} == {0}
    assert len(wanted(found, GridOptions(at="downbeats"))) == 2, "every fourth from the first stands for a downbeat"


@pytest.mark.parametrize("shift", [1, 2, 3, -1])
def test_bars_that_begin_later_than_heard(shift):
    found = counted(facts(16), GridOptions(shift=shift))
    downs = [number for number, beat in enumerate(found) if beat.place == 1]
    assert downs == [number for number in range(16) if (number - shift) % 4 == 0]


def test_double_puts_a_beat_between_any_two_and_keeps_bars_as_many_beats_long():
    found = counted(facts(9, tempo=60), GridOptions(pulse="double"))
    assert [beat.seconds for beat in found] == [Fraction(n, 2) for n in range(17)]
    assert [number for number, beat in enumerate(found) if beat.place == 1] == [0, 4, 8, 12, 16]
    three = counted(facts(7, meter=3), GridOptions(pulse="double"))
    assert [number for number, beat in enumerate(three) if beat.place == 1] == [0, 3, 6, 9, 12]


def test_double_puts_nothing_into_a_pause():
    two = facts(4), facts(4, start=20)
    whole = Beats(two[0].span, Fraction(0), "librosa", 120.0, two[0].beats + two[1].beats, 0.9, (), 4, 0.8)
    assert not [beat for beat in counted(whole, GridOptions(pulse="double")) if Fraction(3, 2) < beat.seconds < 20]


def test_half_keeps_the_beats_that_begin_bars():
    found = counted(facts(16, first=1), GridOptions(pulse="half"))
    assert [beat.seconds for beat in found] == [Fraction(n, 2) for n in range(1, 16, 2)]
    assert [beat.place for beat in found] == [1, 2, 3, 4, 1, 2, 3, 4]


def test_every_n_beats_counts_from_the_first_downbeat():
    found = wanted(counted(facts(12, first=2), GridOptions()), GridOptions(at="every", every=3))
    assert [beat.seconds * 2 for beat in found] == [2, 5, 8, 11]
    assert [beat.seconds * 2 for beat in wanted(counted(facts(12, first=2), GridOptions()), GridOptions(at="every", every=8))] == [2, 10]


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)])
@pytest.mark.parametrize("tempo", [119, 127])
def test_two_hours_of_beats_do_not_drift(rate, tempo):
    music = strip("music", 1, round(7200 * rate), origin=1, kind="SOUND", rate=rate)
    step = Fraction(60, tempo)
    found, _ = ticks({"m": facts(int(7100 / step), tempo, length=7200)}, [music], GridOptions())
    assert len(found) == int(7100 / step)
    assert all(abs((tick.frame - 1) / rate - tick.moment) * rate * 2 <= 1 for tick in found)


def test_only_what_is_heard_through_the_strips_counts():
    trimmed = strip("part", 100, 150, origin=50, kind="SOUND")
    found, _ = ticks({"m": facts(40)}, [trimmed], GridOptions())
    assert found and all(100 <= tick.frame < 150 and 2 <= tick.moment < 4 for tick in found)
    muted = strip("part", 100, 150, origin=50, kind="SOUND", muted=True)
    assert ticks({"m": facts(40)}, [muted], GridOptions()) == ((), ())


def test_picture_and_sound_of_one_film_give_each_beat_once():
    both = [strip("film", 0, 100), strip("sound", 0, 100, kind="SOUND", channel=2)]
    found, _ = ticks({"m": facts(8)}, both, GridOptions())
    assert len(found) == 8 and {tick.strip for tick in found} == {"sound"}


def test_an_offset_moves_markers_and_not_what_they_are_about():
    music = strip("music", 0, 500, kind="SOUND")
    plain, _ = ticks({"m": facts(8)}, [music], GridOptions())
    early, _ = ticks({"m": facts(8)}, [music], GridOptions(offset=Fraction(-2, 25)))
    # The first one would stand before the strip, and is left out.
    assert [tick.frame for tick in early] == [tick.frame - 2 for tick in plain[1:]]
    assert [tick.moment for tick in early] == [tick.moment for tick in plain[1:]]


def test_music_that_is_not_sure_enough_is_left_alone_and_told():
    music = strip("talk", 0, 500, kind="SOUND")
    found, notices = ticks({"m": facts(8, sure=0.1)}, [music], GridOptions(least=0.2))
    assert not found and "talk" in notices[0] and "10%" in notices[0]


def test_names_tell_bars_and_beats():
    music = strip("music", 0, 500, kind="SOUND")
    found, _ = ticks({"m": facts(6)}, [music], GridOptions())
    assert [tick.name for tick in found] == ["Bar 1", "1.2", "1.3", "1.4", "Bar 2", "2.2"]
    assert ticks({"m": facts(2, meter=0)}, [music], GridOptions())[0][0].name == "Beat"
