"""From an edited text to cuts and orders: what stays is whole, what goes is gone, and the text reads as it was edited."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from assistant_editor.timeline import merge
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.planners.captions import plan as plan_captions
from assistant_editor.timeline.text_changes import changes
from assistant_editor.timeline.text_edit import TextOptions, plan, selection, shifted
from assistant_editor.timeline.text_words import spoken
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.paper import RATE, USUAL, apply, strip, timeline
from tests.timeline.spoken_lines import length, told, transcript
from tests.timeline.test_text_changes import speeches

LINES = ("So um we went home.", "It was raining.", "Nobody was there.")


def extent(found):
    return FrameRange(1, max(word.heard.end for word in found.words))


def planned(found, text, **more):
    return plan(found, changes(found.lines, text), extent(found), **more)


def playing(found, result):
    """The old frames that play, in order."""
    if result.order:
        return [frame for part in result.order for frame in range(part.start, part.end)]
    gone = {frame for cutout in result.cutouts for frame in range(cutout.frames.start, cutout.frames.end)}
    whole = extent(found)
    return [frame for frame in range(whole.start, whole.end) if frame not in gone]


def heard_in(found, frames):
    """The words whose middle plays, in the order in which they do."""
    middles = sorted(((word.start + word.end) / 2, number) for number, word in enumerate(found.words))
    by_frame = {}
    for middle, number in middles:
        by_frame.setdefault(int(middle), []).append(number)
    return [number for frame in frames for number in by_frame.get(frame, [])]


def whole(found, frames, numbers):
    """The words of `numbers` of which a frame is missing, or comes apart from the rest."""
    where = {frame: place for place, frame in enumerate(frames)}
    broken = []
    for number in numbers:
        word = found.words[number]
        inside = range(int(word.start), -(-word.end.numerator // word.end.denominator))
        places = [where.get(frame) for frame in inside]
        if None in places or places != list(range(places[0], places[0] + len(places))):
            broken.append(word.text)
    return broken


def test_a_word_goes_with_half_the_pause_on_each_side():
    found = told("One two.", "Three four.", pause=20)
    result = planned(found, "One two.\nfour.")
    # The pause before is 20 frames and goes by half; there is none behind.
    assert [cutout.frames for cutout in result.cutouts] == [FrameRange(41, 61)]
    assert result.cutouts[0].strips == ("sound",) and result.words == 1 and not result.order


def test_enough_of_a_pause_stays():
    found = told("One two.", "Three.", "Four five.", pause=4)
    result = planned(found, "One two.\nFour five.", options=TextOptions(pause_seconds=Fraction(6, 25)))
    gap = found.words[3].start - found.words[1].end - result.cutouts[0].frames.length
    assert gap == 6


def test_a_long_pause_stays_but_for_its_edges():
    found = told("One two.", "Three.", "Four five.", pause=200)
    result = planned(found, "One two.\n\n\nFour five.")
    word = found.words[2]
    assert [cutout.frames for cutout in result.cutouts] == [FrameRange(int(word.start) - 25, int(word.end) + 25)]
    both = planned(found, "One two.")
    assert len(both.cutouts) == 2 and both.words == 3


def test_lines_in_another_order_are_ranges_of_the_old_timeline():
    found = told(*LINES)
    result = planned(found, "\n".join([LINES[2], LINES[0], LINES[1]]))
    frames = playing(found, result)
    assert sorted(frames) == list(range(extent(found).start, extent(found).end))
    assert heard_in(found, frames) == [8, 9, 10, 0, 1, 2, 3, 4, 5, 6, 7]
    assert result.moved == 1 and not result.cutouts and "1 line moved" in result.line


def test_moved_and_cut_at_once():
    found = told(*LINES)
    result = planned(found, "It was.\nSo we went home.")
    frames = playing(found, result)
    assert [found.words[n].text for n in heard_in(found, frames)] == ["It", "was", "So", "we", "went", "home."]
    assert result.words == 5


def test_who_speaks_at_the_same_time_is_not_cut():
    facts, other = transcript(LINES), transcript(["Alpha beta gamma delta."], first=50)
    line = timeline(
        strip("sound", 1, 1 + length(facts), origin=1, kind="SOUND"),
        strip("second", 1, 1 + length(other), origin=1, kind="SOUND", medium="n", channel=2),
    )
    found = spoken(line, {"m": facts, "n": other})
    text = "\n".join(one.text.replace("went home.", "") for one in found.lines)
    result = planned(found, text)
    assert not result.cutouts and any("Somebody else speaks" in told for told in result.notices)
    alone = planned(found, text, alone=True)
    assert [cutout.strips for cutout in alone.cutouts] == [("sound",)] and alone.words == 2
    moved = planned(found, "\n".join(one.text for one in reversed(found.lines)))
    frames = playing(found, moved)
    assert not whole(found, frames, range(len(found.words)))
    assert any("stay together" in told for told in moved.notices)


def test_nothing_is_moved_where_only_some_strips_change():
    found = told(*LINES)
    result = planned(found, "\n".join(reversed(LINES)), alone=True)
    assert not result.order and "choose to move all channels" in " ".join(result.notices)


def test_corrections_go_to_the_captions_that_show_them():
    facts = transcript(LINES)
    line = timeline(strip("sound", 1, 1 + length(facts), origin=1, kind="SOUND"))
    captions = plan_captions({"m": facts}, line.strips, CaptionOptions(rules=USUAL, style=CaptionStyle()), merge.standing(line), RATE)
    line = apply(line, merge.merge(line, captions))
    found = spoken(line, {"m": facts})
    result = planned(found, "\n".join(one.text for one in found.lines).replace("raining", "reigning"))
    (name, first, last, new), = result.corrections
    text = "".join(next(ref.text for ref in line.captions if ref.name == name).split())
    assert (text[first:last], new) == ("raining.", "reigning.") and result.corrected == 1 and not result.cutouts
    bare = planned(told(*LINES), "\n".join(LINES).replace("raining", "reigning"))
    assert not bare and "No caption shows" in bare.notices[0]


def test_what_nobody_says_is_told():
    result = planned(told(*LINES), "\n".join([*LINES, "Something quite new."]))
    assert not result and result.notices == ("Line 4: nobody says “Something quite new.”.",)


def test_words_of_a_list_cut_kept_and_moved():
    found = told(*LINES)
    cut = plan(found, selection(found, 1, 3), extent(found))
    assert heard_in(found, playing(found, cut)) == [0, 3, 4, 5, 6, 7, 8, 9, 10]
    kept = plan(found, selection(found, 5, 8, keep=True), extent(found))
    assert heard_in(found, playing(found, kept)) == [5, 6, 7]
    back = plan(found, shifted(found, 5, 8, 0), extent(found))
    assert heard_in(found, playing(found, back)) == [5, 6, 7, 0, 1, 2, 3, 4, 8, 9, 10]
    on = plan(found, shifted(found, 0, 5, 8), extent(found))
    assert heard_in(found, playing(found, on)) == [5, 6, 7, 0, 1, 2, 3, 4, 8, 9, 10]


def test_two_strips_of_one_film_are_cut_each_for_itself():
    facts = transcript(LINES)
    end = 1 + length(facts)
    line = timeline(
        strip("a", 1, end, origin=1, kind="SOUND"), strip("b", end, 2 * end - 1, origin=end, kind="SOUND"),
    )  # fmt: skip
    found = spoken(line, {"m": facts})
    rows = [one.text for one in found.lines]
    result = planned(found, "\n".join([*rows[:4], *rows[5:]]))
    assert [cutout.strips for cutout in result.cutouts] == [("b",)]
    assert heard_in(found, playing(found, result)) == [n for n in range(22) if n not in range(16, 19)]


@settings(max_examples=40, deadline=None)
@given(speeches(), st.integers(0, 10_000), st.integers(3, 14), st.integers(0, 30))
def test_any_deletions_and_moves_play_as_they_read(lines, seed, frames, pause):
    """What plays then says the text that was edited, and no word that stays lost a frame."""
    found = told(*lines, frames=frames, pause=pause)
    chance = random.Random(seed)
    rows = [[word.text for word in line.words if chance.random() > 0.3] for line in found.lines]
    chance.shuffle(rows)
    text = "\n".join(" ".join(row) for row in rows)
    edits = changes(found.lines, text)
    result = plan(found, edits, extent(found))
    playing_now = playing(found, result)
    numbers = [n for first, last in edits.order for n in range(first, last)]
    assert heard_in(found, playing_now) == numbers
    if not result.order:
        assert not whole(found, playing_now, numbers)


@settings(max_examples=30, deadline=None)
@given(speeches(), st.integers(0, 10_000), st.fractions(Fraction(1, 10), Fraction(2, 5), max_denominator=997))
def test_no_word_that_stays_is_clipped_wherever_words_lie_between_frames(lines, seed, seconds):
    facts = transcript(lines)
    stretched = replace(facts, utterances=tuple(
        replace(said, words=tuple(replace(word, start=word.start * seconds * 3, end=word.end * seconds * 3) for word in said.words))
        for said in facts.utterances
    ))  # fmt: skip
    line = timeline(strip("sound", 1, 4000, origin=1, kind="SOUND"))
    found = spoken(line, {"m": stretched})
    chance = random.Random(seed)
    rows = [" ".join(word.text for word in one.words if chance.random() > 0.3) for one in found.lines]
    edits = changes(found.lines, "\n".join(rows))
    frames = playing(found, plan(found, edits, extent(found)))
    assert not whole(found, frames, [n for first, last in edits.order for n in range(first, last)])
