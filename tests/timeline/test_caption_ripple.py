"""Captions after words were cut out or moved: what they say, and that later runs take it for what was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assistant_editor.timeline import ledger as ledgers
from assistant_editor.timeline import merge
from assistant_editor.timeline.caption_edits import CaptionEdits
from assistant_editor.timeline.caption_list import words_of
from assistant_editor.timeline.caption_ripple import corrected, rippled
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.planners.captions import plan as plan_captions
from assistant_editor.timeline.state import Timeline
from assistant_editor.timeline.survey import Survey
from assistant_editor.timeline.text_changes import changes
from assistant_editor.timeline.text_edit import plan
from assistant_editor.timeline.text_words import spoken
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import RATE, USUAL, Editor, apply, refreshed, strip, timeline
from tests.timeline.rippling import kept, rearranged
from tests.timeline.spoken_lines import length, transcript

LINES = ("So um we went to the market.", "It was raining there.", "Nobody said a word.")
FACTS = transcript(LINES, pause=30)


def captioned(line: Timeline) -> Timeline:
    options = CaptionOptions(rules=USUAL, style=CaptionStyle())
    return apply(line, merge.merge(line, plan_captions({"m": FACTS}, line.strips, options, merge.standing(line), RATE)))


@pytest.fixture
def line() -> Timeline:
    end = 1 + length(FACTS)
    return captioned(timeline(strip("film", 1, end, origin=1), strip("sound", 1, end, origin=1, kind="SOUND", channel=2)))


def carried(line: Timeline, edits: CaptionEdits) -> Timeline:
    """As the writer does it."""
    captions = {ref.name: ref for ref in line.captions}
    for becomes in edits.strips:
        if not becomes.pieces:
            del captions[becomes.name]
            continue
        (piece,) = becomes.pieces
        captions[becomes.name] = replace(captions[becomes.name], text=piece.text, tag=piece.tag or captions[becomes.name].tag)
    return refreshed(replace(line, captions=tuple(captions.values()), ledger=edits.ledger))


def edited(line: Timeline, text: str, **more):
    """The timeline after its text was edited, before and after its captions were seen to."""
    found = spoken(line, {"m": FACTS})
    extent = FrameRange(1, max(ref.frames.end for ref in line.strips))
    result = plan(found, changes(found.lines, text), extent)
    order = list(result.order) or kept(extent, [cutout.frames for cutout in result.cutouts])
    after, became = rearranged(line, order)
    by_caption: dict[str, list[tuple[int, int, str]]] = {}
    for name, first, last, new in result.corrections:
        by_caption.setdefault(name, []).append((first, last, new))
    return carried(after, rippled(line, after, became, by_caption))


def texts(line: Timeline) -> list[str]:
    return [ref.text.replace("\n", " ") for ref in line.captions]


def pinned(line: Timeline) -> set[str]:
    return {field for entry in Survey(line).captions for field in (entry.fixed if entry.things else ())}


def test_words_that_were_cut_out_leave_their_captions(line):
    after = edited(line, "So we went to the market.\nIt was there.\nNobody said a word.")
    assert texts(after) == ["So we went to the market.", "It was there.", "Nobody said a word."]
    assert " ".join(word.text.strip() for word in words_of(after.captions[0])) == "So we went to the market."
    assert not pinned(after)


def test_a_later_run_changes_nothing_there_and_keeps_following(line):
    after = edited(line, "So we went to the market.\nNobody said a word.")
    again = captioned(after)
    assert texts(again) == texts(after) == ["So we went to the market.", "Nobody said a word."]
    assert [entry.state for entry in Survey(again).captions if entry.things] == ["written", "written"]


def test_a_caption_that_goes_with_its_words_may_come_back_with_them(line):
    after = edited(line, "So um we went to the market.\nNobody said a word.")
    assert len(ledgers.load(after.ledger).records) == 2
    end = max(ref.frames.end for ref in line.strips)
    more = strip("again", end, end + length(FACTS), origin=end, kind="SOUND", channel=2)
    again = captioned(replace(after, strips=(*after.strips, more)))
    assert texts(again)[-3:] == list(LINES)


def test_lines_that_were_moved_take_their_captions_along(line):
    after = edited(line, "\n".join([LINES[2], LINES[0], LINES[1]]))
    assert texts(after) == [LINES[2], LINES[0], LINES[1]]
    assert texts(captioned(after)) == [LINES[2], LINES[0], LINES[1]]


def test_half_a_caption_moved_is_a_caption_of_its_own(line):
    after = edited(line, "So um we went to the market.\nNobody said a word.\nraining there.\nIt was")
    assert sorted(texts(after)) == sorted(["So um we went to the market.", "Nobody said a word.", "raining there.", "It was"])
    records = ledgers.load(after.ledger).records
    assert len({record.id for record in records}) == len(records) == 4
    assert not pinned(after)


def test_corrections_stay_the_editors(line):
    after = edited(line, "So we went to the market.\nIt was reigning there.\nNobody said a word.")
    assert texts(after) == ["So we went to the market.", "It was reigning there.", "Nobody said a word."]
    assert texts(captioned(after)) == texts(after)
    assert pinned(after) == {"text"}


def test_what_the_editor_had_written_stays_his(line):
    first = line.captions[0]
    line = Editor(line).edit_caption(first.name, text="So erm we WENT to the market.")
    after = edited(line, "So we WENT to the market.\nIt was raining there.\nNobody said a word.")
    assert texts(after)[0] == "So we WENT to the market."
    assert texts(captioned(after))[0] == "So we WENT to the market."


def test_the_mark_of_who_speaks_stays(line):
    records = ledgers.load(line.ledger)
    named = replace(records, records=tuple(replace(record, speaker="Anna") for record in records.records))
    line = replace(line, ledger=ledgers.dump(named))
    line = Editor(line).edit_caption(line.captions[0].name, text="ANNA: So um we went\nto the market.")
    after = edited(line, "Anna: we went to the market.\nIt was raining there.\nNobody said a word.")
    assert after.captions[0].text == "ANNA: we went\nto the market."


def test_locked_captions_and_ones_own_texts_stay(line):
    held = line.captions[0].name
    line = replace(line, captions=tuple(replace(ref, held="it is locked") if ref.name == held else ref for ref in line.captions))
    after = edited(line, "We went.\nIt was raining there.\nNobody said a word.")
    assert texts(after)[0] == LINES[0]


def test_what_nothing_was_done_to_is_left_alone(line):
    edits = rippled(line, line, {})
    assert not edits and edits.ledger == line.ledger


def test_a_muted_copy_has_no_caption(line):
    ref = line.captions[0]
    copy = replace(ref, name="copy", muted=True, channel=30)
    after = replace(line, captions=(*line.captions, copy))
    edits = rippled(line, after, {ref.name: (ref.name, "copy")})
    assert [(one.name, one.pieces) for one in edits.strips] == [("copy", ())]


@pytest.mark.parametrize(
    ("mends", "said"),
    [
        ([(0, 3, "")], "two\nthree four"),
        ([(3, 6, "")], "One\nthree four"),
        ([(6, 11, ""), (11, 15, "")], "One two"),
        ([(3, 11, "2 3")], "One 2 3 four"),
        ([(11, 15, "five six")], "One two\nthree five six"),
    ],
)
def test_a_text_is_mended_where_it_is_wrong(mends, said):
    assert corrected("One two\nthree four", mends) == said
