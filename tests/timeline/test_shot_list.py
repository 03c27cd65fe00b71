"""The shot list: what stands, what is only known, what is uncertain; as rows, as a table, as an edit decision list."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Boundary, Shots, Span, Transition
from assistant_editor.timeline import edl, ledger, shot_csv, shot_list
from assistant_editor.timeline.corrections import Correction, Corrections, Redetected, dump, say
from assistant_editor.timeline.ledger import Ledger, Record
from assistant_editor.timeline.merge import merge, standing
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.planners.shots import ShotsPlanOptions, plan
from assistant_editor.timeline.timecode import Clock

from .paper import RATE, apply, strip, timeline


def boundary(seconds: float, score: float, kind: str = "") -> Boundary:
    moment = Fraction(seconds).limit_denominator(100)
    frame = int(moment * RATE)
    through = Transition(kind, frame - 5, frame + 4, Span(moment - Fraction(1, 5), moment + Fraction(1, 5))) if kind else None
    return Boundary(frame, moment, score, through)


def shots(*boundaries: Boundary) -> dict[str, Shots]:
    return {"m": Shots(Span(Fraction(0), Fraction(40)), Fraction(0), RATE, 1000, "transnetv2", boundaries)}


FACTS = shots(boundary(2, 0.95), boundary(4, 0.55, "dissolve"), boundary(6, 0.45), boundary(8, 0.2), boundary(9, 0.9))


def rows(line, facts=FACTS, **options):
    return shot_list.rows(line, facts, ShotsPlanOptions(**options), standing(line))


def film(*pieces: tuple[int, int], **more):
    """A film of ten seconds, at the start of the timeline, in these pieces."""
    names = ["film", *(f"film.{n:03}" for n in range(1, len(pieces)))]
    return timeline(*(strip(name, start, end, **more) for name, (start, end) in zip(names, pieces, strict=True)))


def run(line, facts=FACTS, **options):
    return apply(line, merge(line, plan(facts, line.strips, ShotsPlanOptions(**options), standing(line), line.rate)))


def short(found) -> list[tuple[int, str, int, int, str]]:
    return [(row.number, row.state, row.frames.start, row.frames.end, row.kind) for row in found]


def test_shots_that_are_only_known_are_listed_with_those_that_are_cut() -> None:
    assert short(rows(film((0, 50), (50, 250)))) == [
        (1, "start", 0, 50, ""),
        (2, "cut", 50, 100, "cut"),
        (3, "found", 100, 225, "dissolve"),
        (0, "candidate", 150, 225, "cut"),
        (4, "found", 225, 250, "cut"),
    ]


def test_a_transition_that_was_cut_out_begins_the_shot_after_it() -> None:
    line = run(film((0, 250)), gradual="out")
    assert short(rows(line)) == [
        (1, "start", 0, 50, ""),
        (2, "cut", 50, 95, "cut"),
        (3, "cut", 105, 225, "dissolve"),
        (0, "candidate", 150, 225, "cut"),
        (4, "cut", 225, 250, "cut"),
    ]
    found = rows(line)
    assert (found[2].gap, found[2].confidence, found[2].moment) == (10, 0.55, 4)
    assert shot_list.following(found, found[1]) is found[2]


def test_a_fade_in_that_was_cut_out_leaves_one_shot() -> None:
    fade = Boundary(0, Fraction(0), 0.9, Transition("fade_in", 0, 9, Span(Fraction(0), Fraction(10) / RATE)))
    line = run(film((0, 250)), shots(fade), gradual="out")
    assert short(rows(line, shots(fade))) == [(1, "start", 10, 250, "")]


def test_a_cut_of_the_editors_own_is_a_shot_he_is_sure_of() -> None:
    own = rows(film((0, 33), (33, 250)))[1]
    assert (own.state, own.kind, own.moment, own.confidence, own.uncertain) == ("cut", "cut", None, 1.0, False)


def test_a_cut_that_no_run_would_make_any_more_still_stands() -> None:
    found = rows(film((0, 200), (200, 250)), sensitivity=0.2)
    assert [(row.state, row.frames.start, row.confidence) for row in found if row.state == "cut"] == [("cut", 200, 0.2)]


def test_strips_without_facts_are_listed_as_they_stand() -> None:
    line = timeline(strip("film", 0, 250), strip("other", 20, 90, medium="n", channel=3), strip("voice", 0, 50, kind="SOUND", channel=2))
    assert [(row.number, row.strip) for row in rows(line, {})] == [(1, "film"), (2, "other")]
    lost = timeline(replace(strip("film", 0, 250), source=None, medium="", unmapped="its file is missing"))
    (row,) = rows(lost, {})
    assert (row.number, row.source, row.key[0]) == (1, None, "")


def test_what_is_uncertain_lies_within_the_band_and_the_least_certain_comes_first() -> None:
    facts = shots(boundary(2, 0.52), boundary(4, 0.64), boundary(6, 0.44), boundary(8, 0.3), boundary(9, 0.7))
    found = rows(film((0, 250)), facts)
    order = shot_list.stepping(found)
    assert [(row.frames.start, row.confidence) for row in order] == [(50, 0.52), (150, 0.44), (100, 0.64)]
    wide = shot_list.rows(film((0, 250)), facts, ShotsPlanOptions(), standing(film((0, 250))), shot_list.Doubt(0.25, 0.5))
    assert [row.confidence for row in shot_list.stepping(wide, shot_list.Doubt(0.25, 0.5))] == [0.44, 0.3, 0.52, 0.64, 0.7]


def test_a_candidate_too_near_to_a_shot_that_stands_is_none() -> None:
    facts = shots(boundary(2, 0.95), boundary(2.2, 0.45), boundary(5, 0.4), boundary(5.2, 0.45))
    assert [row.frames.start for row in rows(film((0, 250)), facts) if row.state == "candidate"] == [130]


def test_what_the_editor_said_is_no_longer_uncertain() -> None:
    line = film((0, 250))
    for said, expected in (("boundary", [50, 100, 150, 225]), ("no boundary", [50, 100, 225])):
        words = say(Corrections(), Correction("m", Fraction(6), said, 150))
        found = rows(replace(line, corrections=dump(words)))
        assert [row.frames.start for row in found if row.number > 1] == expected
        assert 150 not in [row.frames.start for row in shot_list.stepping(found)]


def test_a_boundary_set_by_hand_is_a_row() -> None:
    words = say(Corrections(), Correction("m", Fraction(3), "boundary", 75))
    row = next(row for row in rows(replace(film((0, 250)), corrections=dump(words))) if row.frames.start == 75)
    assert (row.moment, row.picture, row.confidence, row.uncertain) == (3, 75, 1.0, False)


def test_a_part_with_its_own_sensitivity_has_its_own_line() -> None:
    words = Corrections((), (Redetected("m", Span(Fraction(7), Fraction(10)), 0.85),))
    found = rows(replace(film((0, 250)), corrections=dump(words)))
    assert [(row.frames.start, row.uncertain) for row in found if row.frames.start in (200, 225)] == [(200, True), (225, False)]


def test_a_cut_that_was_joined_again_by_hand_is_no_candidate() -> None:
    line = run(film((0, 250)))
    assert [row.state for row in rows(line)] == ["start", "cut", "cut", "candidate", "cut"]
    joined = replace(line, strips=film((0, 250)).strips)
    assert [row.frames.start for row in rows(joined)] == [0, 150]


def test_shots_are_found_by_frame_and_followed() -> None:
    found = rows(film((0, 50), (50, 250)))
    assert [shot_list.at(found, frame).number for frame in (0, 49, 50, 160, 249)] == [1, 1, 2, 3, 4]
    assert shot_list.at(found, 250) is None
    assert shot_list.following(found, found[0]) is found[1]
    assert shot_list.following(found, found[2]) is found[4]
    assert shot_list.following(found, found[4]) is None


def test_the_shot_on_screen_is_the_highest_that_is_not_muted() -> None:
    line = timeline(strip("low", 0, 250), strip("high", 0, 250, channel=4), strip("off", 0, 250, channel=6, muted=True))
    found = rows(line, {})
    assert shot_list.at(found, 10).strip == "high"
    assert shot_list.at(found, 10, "low").strip == "low"


def test_shots_belong_to_scenes_that_were_written() -> None:
    moments = [(Fraction(0), "Kitchen"), (Fraction(4), "Street")]
    records = tuple(Record(str(n), Identity("m", "scene", at, at), name=name) for n, (at, name) in enumerate(moments, 1))
    line = replace(film((0, 250)), ledger=ledger.dump(Ledger("scene-a", 9, records)))
    assert [row.scene for row in rows(line)] == ["Kitchen", "Kitchen", "Street", "Street", "Street"]


def table(found, clock=Clock(RATE), zero=0):  # noqa: B008
    return list(csv.DictReader(io.StringIO(shot_csv.csv(found, clock, zero), newline="")))


def test_the_table_is_read_back_as_it_was() -> None:
    odd = [replace(row, strip='the "best", of\nthem', scene="Küche, früh") for row in rows(film((0, 50), (50, 250)))]
    text = shot_csv.csv(odd, Clock(RATE), 0)
    assert text.count("\r\n") == 6 and text.startswith("number,state,")
    back = table(odd)
    assert [line["number"] for line in back] == ["1", "2", "3", "", "4"]
    assert {line["strip"] for line in back} == {'the "best", of\nthem'} and {line["scene"] for line in back} == {"Küche, früh"}
    third = back[2]
    assert (third["in"], third["out"], third["length"], third["frames"]) == ("00:00:04:00", "00:00:09:00", "00:00:05:00", "125")
    assert (third["transition"], third["transition_first"], third["transition_last"]) == ("dissolve", "95", "104")
    assert (third["source_in"], third["source_in_seconds"], third["source_out_seconds"]) == ("00:00:04:00", "4.000000", "9.000000")
    assert (third["confidence"], third["uncertain"], third["file"]) == ("0.550", "yes", "/m")


def test_source_times_follow_trims_and_places() -> None:
    line = timeline(strip("film", 1000, 1100, origin=900))
    (row,) = rows(line, {})
    (told,) = table([row], zero=1000)
    assert (told["in"], told["source_in"], told["source_out"]) == ("00:00:00:00", "00:00:04:00", "00:00:08:00")


EVENT = re.compile(r"(\d{3,}) {2}(\S+) +V {5}C {8}(\S+) (\S+) (\S+) (\S+)")


def events(text: str) -> list[tuple[str, ...]]:
    return [found.groups() for line in text.splitlines() if (found := EVENT.fullmatch(line))]


def test_the_list_has_an_event_for_every_shot_and_none_for_a_candidate() -> None:
    text, left_out = edl.edl(rows(film((0, 50), (50, 250))), Clock(RATE), 0, "Film\none", start=90000)
    assert text.splitlines()[:3] == ["TITLE: Film one", "FCM: NON-DROP FRAME", ""]
    assert events(text) == [
        ("001", "M", "00:00:00:00", "00:00:02:00", "01:00:00:00", "01:00:02:00"),
        ("002", "M", "00:00:02:00", "00:00:04:00", "01:00:02:00", "01:00:04:00"),
        ("003", "M", "00:00:04:00", "00:00:09:00", "01:00:04:00", "01:00:09:00"),
        ("004", "M", "00:00:09:00", "00:00:10:00", "01:00:09:00", "01:00:10:00"),
    ]
    assert text.count("* FROM CLIP NAME: m\n") == 4
    assert "* BEGINS WITH: DISSOLVE, PICTURES 95 TO 104 OF THE CLIP" in text
    assert not left_out


def test_a_film_of_another_rate_has_equally_long_sides() -> None:
    """A 24 fps film, once frame for frame and once at its own speed, in a scene of 25."""
    for rate, start in ((Fraction(24), "00:00:00:20"), (Fraction(25), "00:00:00:20")):
        line = timeline(strip("film", 20, 120, rate=rate))
        clock = Clock(RATE)
        (event,) = events(edl.edl(rows(line, {}), clock, 0, "t")[0])
        assert event[2] == start
        assert clock.frames(event[3]) - clock.frames(event[2]) == clock.frames(event[5]) - clock.frames(event[4]) == 100


def test_what_an_edl_cannot_hold_is_said() -> None:
    line = timeline(
        strip("low", 0, 50), strip("low.001", 50, 80), strip("high", 0, 80, channel=4, medium="n"), strip("off", 90, 99, muted=True),
        replace(strip("lost", 100, 120), source=None),
    )  # fmt: skip
    text, left_out = edl.edl(rows(line, {}), Clock(RATE), 0, "t")
    assert len(events(text)) == 2
    assert [told.split(" left out")[0] for told in left_out] == ["1 shot is", "1 shot is", "1 shot is"]
    assert "channel 1" in left_out[-1]
    assert len(events(edl.edl(rows(line, {}), Clock(RATE), 0, "t", channel=4)[0])) == 1
    with pytest.raises(EditorError, match="no shots"):
        edl.edl(rows(line, {}), Clock(RATE), 0, "t", channel=9)


def test_record_times_go_round_after_a_day_and_drop_frame_is_said() -> None:
    ntsc = Fraction(30000, 1001)
    clock = Clock(ntsc)
    line = timeline(strip("film", -10, 20, origin=-10, rate=ntsc), rate=ntsc)
    text, _ = edl.edl(rows(line, {}), clock, 0, "t")
    assert "FCM: DROP FRAME" in text
    assert events(text)[0][4:] == ("23:59:59;20", "00:00:00;20")


def test_reels_are_short_and_told_apart() -> None:
    media = [("a", "/x/My holiday film.mov"), ("b", r"C:\y\my_holiday_2.mov"), ("c", "/z/ü.mov"), ("d", "/ax.mov"), ("a", "/x.mov")]
    assert edl.reel_names(media) == {"a": "MYHOLIDA", "b": "MYHOLID2", "c": "REEL", "d": "AX2"}
