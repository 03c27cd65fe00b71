"""The merge, rule by rule, on a paper timeline."""

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import merge
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.plan import CaptionStyle, Plan
from assistant_editor.timeline.planners import captions as captions_planner
from assistant_editor.timeline.planners import shots as shots_planner
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.survey import Survey
from assistant_editor.timeline.timebase import FrameRange
from paper import RATE, Editor, apply, saying, shots, speak, split, strip, timeline, transcript

SHOTS = {"m": shots((50, 0.9), (100, 0.6), (150, 0.4), (200, 0.95))}
TEXT = transcript(
    speak("One two three four five six seven.", 1),
    speak("Eight nine ten eleven twelve thirteen fourteen.", 4),
    speak("Fifteen sixteen seventeen eighteen nineteen twenty.", 8),
)
WORDS = {"m": TEXT}


def detect(line, facts=SHOTS, strips=None, **options):
    plan = shots_planner.plan(facts, strips or line.strips, ShotsPlanOptions(**options), merge.standing(line), line.rate)
    return merge.merge(line, plan)


def caption(line, facts=WORDS, strips=None, **options):
    plan = captions_planner.plan(facts, strips or line.strips, saying(**options), merge.standing(line), line.rate)
    return merge.merge(line, plan)


def movie(**more):
    return timeline(strip("a", 0, 300, **more), strip("s", 0, 300, kind="SOUND", channel=2))


def sound():
    return timeline(strip("s", 0, 400, kind="SOUND"))


def edges(line, kind="MOVIE"):
    return [ref.frames.start for ref in line.strips if ref.kind == kind][1:]


def texts(line):
    return [ref.text.replace("\n", " ") for ref in line.captions]


class TestCuts:
    def test_pictures_and_sound_are_cut_at_the_same_frames(self):
        line = apply(movie(), detect(movie()))
        assert edges(line) == edges(line, "SOUND") == [50, 100, 200]

    @pytest.mark.parametrize("write", ["cuts", "markers", "both", "labels"])
    def test_a_second_run_changes_nothing(self, write):
        line = apply(movie(), detect(movie(), write=write))
        again = detect(line, write=write)
        assert not again
        assert again.ledger == line.ledger

    def test_a_lower_sensitivity_takes_back_what_nobody_touched(self):
        line = apply(movie(), detect(movie(), sensitivity=0.7))
        assert edges(line) == [50, 100, 150, 200]
        line = apply(line, detect(line, sensitivity=0.2))
        assert edges(line) == edges(line, "SOUND") == [50, 200]
        assert len({ref.name for ref in line.strips}) == 6

    def test_a_cut_joined_by_hand_stays_joined(self):
        line = apply(movie(), detect(movie()))
        first, second, *_ = [ref.name for ref in line.strips if ref.kind == "MOVIE"]
        line = Editor(line).remove_strips(second)
        line = Editor(line).trim(first, 0, 100)
        changes = detect(line)
        assert not changes
        assert any("joined again" in notice for notice in changes.notices)
        line = apply(line, changes)
        assert 50 not in edges(apply(line, detect(line, sensitivity=0.9)))

    def test_reset_forgets_that_it_was_joined(self):
        line = apply(movie(), detect(movie()))
        first, second, *_ = [ref.name for ref in line.strips if ref.kind == "MOVIE"]
        line = Editor(Editor(line).remove_strips(second)).trim(first, 0, 100)
        line = replace(line, ledger=merge.reset(line))
        assert edges(apply(line, detect(line))) == [50, 100, 200]

    def test_an_unwanted_cut_stays_where_the_editor_used_it(self):
        line = apply(movie(), detect(movie()))
        names = [ref.name for ref in line.strips if ref.kind == "MOVIE"]
        line = Editor(line).rename(names[2], "the good one")
        changes = detect(line, sensitivity=0.1)
        assert changes.kept == 1
        after = apply(line, changes)
        assert edges(after) == [50, 100, 200] and names[2] not in {ref.name for ref in after.strips}

    def test_sound_is_joined_with_a_picture_that_was_cut_once_more(self):
        line = apply(movie(), detect(movie()))
        line = split(line, "a", 20)
        line = apply(line, detect(line, sensitivity=0.0))
        assert edges(line) == [20] and edges(line, "SOUND") == []
        assert not detect(line, sensitivity=0.0)

    def test_another_copy_of_the_medium_is_cut_on_its_own(self):
        line = apply(movie(), detect(movie()))
        fresh = strip("b", 1000, 1300, origin=1000)
        line = timeline(*line.strips, fresh, ledger=line.ledger)
        after = apply(line, detect(line))
        assert edges(after) == [50, 100, 200, 1000, 1050, 1100, 1200]

    def test_a_run_for_one_copy_leaves_the_other_alone(self):
        two = timeline(strip("a", 0, 300), strip("b", 1000, 1300, origin=1000))
        line = apply(two, detect(two))
        only = [ref for ref in line.strips if ref.frames.start < 500]
        after = apply(line, detect(line, strips=only, sensitivity=0.1))
        assert edges(after) == [50, 200, 1000, 1050, 1100, 1200]

    def test_another_detector_moves_the_cut_by_a_frame(self):
        line = apply(movie(), detect(movie()))
        other = {"m": shots((51, 0.9), (100, 0.6), (200, 0.95), detector="content")}
        line = apply(line, detect(line, other))
        assert edges(line) == edges(line, "SOUND") == [51, 100, 200]
        assert not detect(line, other)

    def test_a_cut_of_the_editors_own_is_not_ours_to_take_back(self):
        line = split(movie(), "a", 50)
        line = apply(line, detect(line))
        assert edges(line) == [50, 100, 200]
        assert edges(apply(line, detect(line, sensitivity=0.0))) == [50]


class TestMarkers:
    def test_a_moved_and_a_renamed_marker_are_kept_field_by_field(self):
        line = apply(movie(), detect(movie(), write="markers"))
        assert [marker.frame for marker in line.markers] == [50, 100, 200]
        line = Editor(line).edit_marker(0, frame=55)
        line = Editor(line).edit_marker(1, name="Here")
        changes = detect(line, write="markers", marker_name="Cut {percent}")
        after = apply(line, changes)
        assert [(marker.frame, marker.name) for marker in after.markers] == [(55, "Cut 90"), (100, "Here"), (200, "Cut 95")]
        assert changes.kept == 2

    def test_a_deleted_marker_stays_deleted(self):
        line = apply(movie(), detect(movie(), write="markers"))
        line = Editor(line).delete_marker(1)
        for sensitivity in (0.5, 0.9, 0.5):
            line = apply(line, detect(line, write="markers", sensitivity=sensitivity))
            assert 100 not in [marker.frame for marker in line.markers]

    def test_markers_follow_their_strip(self):
        line = apply(movie(), detect(movie(), write="markers"))
        line = Editor(line).ripple(0, 40, markers=False)
        line = apply(line, detect(line, write="markers"))
        assert [marker.frame for marker in line.markers] == [90, 140, 240]

    def test_markers_that_moved_with_their_strip_are_not_touched(self):
        line = apply(movie(), detect(movie(), write="markers"))
        assert not detect(Editor(line).ripple(0, 40), write="markers")

    def test_cuts_instead_of_markers(self):
        line = apply(movie(), detect(movie(), write="markers"))
        line = apply(line, detect(line, write="cuts"))
        assert not line.markers and edges(line) == [50, 100, 200]


class TestLabels:
    def cut(self):
        line = movie()
        for frame in (50, 100, 200):
            line = split(line, next(r.name for r in line.strips if r.kind == "MOVIE" and r.frames.start < frame < r.frames.end), frame)
        return line

    def names(self, line):
        return [ref.name for ref in line.strips if ref.kind == "MOVIE"]

    def test_pieces_are_named_and_cuts_left_alone(self):
        line = self.cut()
        line = apply(line, detect(line, write="labels"))
        assert self.names(line) == ["Shot 001", "Shot 002", "Shot 003", "Shot 004"]
        assert not detect(line, write="labels")
        line = apply(movie(), detect(movie()))
        assert edges(apply(line, detect(line, write="labels"))) == [50, 100, 200]

    def test_labels_no_plan_wants_are_given_back(self):
        line = self.cut()
        before = self.names(line)
        line = apply(line, detect(line, write="labels"))
        nothing = Plan(media=(("m", "label"),), strips=tuple(ref.name for ref in line.strips))
        assert self.names(apply(line, merge.merge(line, nothing))) == before

    def test_pieces_of_one_shot_are_joined_with_the_next_in_one_run(self):
        """A label shared by several pieces is numbered by Blender; that is no renaming by the editor."""
        line = apply(movie(), detect(movie(), sensitivity=0.7))
        line = apply(line, detect(line, write="labels", sensitivity=0.2))
        assert any(ref.name.endswith(".001") for ref in line.strips)
        line = apply(line, detect(line, sensitivity=0.0))
        assert edges(line) == []

    def test_a_name_the_editor_gave_is_kept(self):
        line = self.cut()
        line = apply(line, detect(line, write="labels"))
        line = Editor(line).rename("Shot 002", "the good one")
        line = apply(line, detect(line, write="labels", label_name="S{number}"))
        assert self.names(line) == ["S1", "the good one", "S3", "S4"]


class TestCaptions:
    def line(self):
        return apply(sound(), caption(sound()))

    def test_what_is_written(self):
        assert texts(self.line()) == [utterance.text for utterance in TEXT.utterances]

    def test_a_second_run_changes_nothing(self):
        changes = caption(self.line())
        assert not changes and changes.ledger == self.line().ledger and changes.unchanged == 3

    def test_other_options_lead_where_a_fresh_run_leads(self):
        line = apply(self.line(), caption(self.line(), max_characters=20, max_lines=1, style=CaptionStyle(box=True)))
        fresh = apply(sound(), caption(sound(), max_characters=20, max_lines=1, style=CaptionStyle(box=True)))
        assert [(c.frames, c.text, c.style) for c in line.captions] == [(c.frames, c.text, c.style) for c in fresh.captions]

    def test_new_text_is_dressed_anew_but_not_what_the_editor_restyled(self):
        """The size of the letters follows the longest line, so a new text may need another."""
        line = self.line()
        changes = caption(line, max_characters=20)
        retyped = [update for update in changes.updates if "text" in update.fields]
        assert retyped and all("style" in update.fields for update in retyped)
        assert not any("style" in update.fields for update in changes.updates if update not in retyped)
        for shown in line.captions:
            line = Editor(line).edit_caption(shown.name, style="the editor's")
        changes = caption(line, max_characters=20)
        assert any("text" in update.fields for update in changes.updates)
        assert not any("style" in update.fields for update in changes.updates)

    def test_a_retyped_caption_keeps_its_text_and_follows_in_the_rest(self):
        line = self.line()
        line = Editor(line).edit_caption(line.captions[0].name, text="1 2 3")
        line = Editor(line).ripple(0, 30, captions=False)
        after = apply(line, caption(line, style=CaptionStyle(box=True), max_characters=15, max_lines=1))
        mine = [c for c in after.captions if c.text == "1 2 3"]
        assert len(mine) == 1 and "box=True" in mine[0].style
        assert mine[0].frames.start == line.captions[0].frames.start + 30
        assert "One" not in " ".join(texts(after))
        assert not caption(after, style=CaptionStyle(box=True), max_characters=15, max_lines=1)

    def test_a_retimed_caption_keeps_its_frames_and_nothing_overlaps_it(self):
        line = self.line()
        first = line.captions[0]
        line = Editor(line).edit_caption(first.name, frames=FrameRange(first.frames.start, first.frames.end + 60))
        after = apply(line, caption(line))
        assert after.captions[0].frames == FrameRange(first.frames.start, first.frames.end + 60)
        assert all(a.frames.end <= b.frames.start for a, b in zip(after.captions, after.captions[1:], strict=False))
        assert texts(after) == texts(line)
        assert not caption(after)

    def test_a_split_caption_is_not_written_again(self):
        line = self.line()
        first = line.captions[0]
        line = Editor(line).split_caption(first.name, first.frames.start + 20)
        changes = caption(line, max_characters=18)
        after = apply(line, changes)
        assert sum("One" in text for text in texts(after)) == 2
        assert changes.kept == 1

    def test_pieces_drawn_over_each_other_are_the_editors_too(self):
        line = apply(sound(), caption(sound()))
        first = line.captions[0]
        line = Editor(line).split_caption(first.name, first.frames.start + 10)
        line = Editor(line).edit_caption(first.name, frames=first.frames)
        pieces = [ref for ref in line.captions if ref.tag.record == first.tag.record]
        after = apply(line, caption(line, max_characters=12))
        assert [ref for ref in after.captions if ref.tag.record == first.tag.record] == pieces

    def test_a_piece_moved_away_is_no_copy(self):
        line = apply(sound(), caption(sound()))
        first = line.captions[0]
        line = Editor(line).split_caption(first.name, first.frames.start + 10)
        late = next(ref for ref in line.captions if ref.name != first.name and ref.tag.record == first.tag.record)
        line = Editor(line).edit_caption(late.name, frames=late.frames.moved(500))
        pieces = [ref for ref in line.captions if ref.tag.record == first.tag.record]
        after = apply(line, caption(line, max_characters=12))
        assert [ref for ref in after.captions if ref.tag.record == first.tag.record] == pieces

    def test_a_restyled_caption_keeps_its_look(self):
        line = self.line()
        line = Editor(line).edit_caption(line.captions[1].name, style="mine")
        after = apply(line, caption(line, style=CaptionStyle(box=True)))
        assert [c.style == "mine" for c in after.captions] == [False, True, False]

    def test_a_deleted_caption_stays_deleted(self):
        line = self.line()
        line = Editor(line).delete_caption(line.captions[1].name)
        for limit in (42, 18, 30, 42):
            line = apply(line, caption(line, max_characters=limit))
            assert "Eight" not in " ".join(texts(line)) and "fourteen" not in " ".join(texts(line))
            assert "seven." in " ".join(texts(line)) and "Fifteen" in " ".join(texts(line))

    def test_captions_follow_a_strip_that_moved(self):
        line = self.line()
        moved = Editor(line).ripple(0, 77, captions=False)
        after = apply(moved, caption(moved))
        assert [c.frames.start for c in after.captions] == [c.frames.start + 77 for c in line.captions]

    def test_captions_that_moved_with_their_strip_are_not_touched(self):
        assert not caption(Editor(self.line()).ripple(0, 77))

    def test_a_duplicate_with_its_captions_gets_records_of_its_own(self):
        line = Editor(self.line()).duplicate(1000)
        after = apply(line, caption(line))
        assert [(c.frames, c.text) for c in after.captions] == [(c.frames, c.text) for c in line.captions]
        assert len({c.tag.record for c in after.captions}) == 6
        assert not caption(after)

    def test_a_duplicate_without_captions_is_captioned(self):
        line = Editor(self.line()).duplicate(1000, captions=False)
        after = apply(line, caption(line))
        assert texts(after) == [u.text for u in TEXT.utterances] * 2

    def test_pasted_into_another_scene_nothing_doubles(self):
        other = timeline(stamp="scene-b")
        line = Editor(self.line()).paste_into(other)
        changes = caption(line)
        assert not changes and changes.kept == 3

    def test_pasted_things_without_an_identity_are_recognised_by_their_words(self):
        line = Editor(self.line()).paste_into(timeline(stamp="scene-b"))
        line = replace(line, captions=tuple(replace(c, tag=replace(c.tag, identity=None)) for c in line.captions))
        assert not caption(line)

    def test_after_a_reset_what_stands_is_the_editors(self):
        line = self.line()
        line = Editor(line).delete_caption(line.captions[1].name)
        line = replace(line, ledger=merge.reset(line))
        after = apply(line, caption(line, style=CaptionStyle(box=True)))
        assert texts(after) == [u.text for u in TEXT.utterances]
        assert [("box=True" in c.style) for c in after.captions] == [False, True, False]
        assert not caption(after, style=CaptionStyle(box=True))

    def test_a_muted_strip_loses_its_captions(self):
        line = self.line()
        muted = replace(line, strips=tuple(replace(ref, muted=True) for ref in line.strips))
        assert not apply(muted, caption(muted)).captions

    def test_cutting_the_strip_changes_no_caption(self):
        line = self.line()
        for frame in (33, 110, 111, 240):
            line = split(line, next(r.name for r in line.strips if r.frames.start < frame < r.frames.end), frame)
        assert not caption(line)

    def test_a_strip_taken_away_takes_its_captions(self):
        line = Editor(self.line()).duplicate(1000, captions=False)
        line = apply(line, caption(line))
        line = Editor(line).remove_strips("s")
        after = apply(line, caption(line))
        assert [c.frames.start >= 1000 for c in after.captions] == [True] * 3

    def test_another_transcript_replaces_only_what_nobody_touched(self):
        line = self.line()
        line = Editor(line).edit_caption(line.captions[1].name, text="mine")
        other = {"m": transcript(speak("uno due tre quattro", 1), speak("cinque sei sette", 4), speak("otto nove dieci", 8))}
        after = apply(line, caption(line, other))
        assert texts(after) == ["uno due tre quattro", "mine", "otto nove dieci"]

    def test_run_for_one_strip_leaves_other_strips_captions(self):
        both = timeline(strip("s", 0, 400, kind="SOUND"), strip("t", 500, 900, origin=500, kind="SOUND"))
        line = apply(both, caption(both))
        only = [line.strip("t")]
        changes = caption(line, strips=only, style=CaptionStyle(box=True))
        after = apply(line, changes)
        assert [("box=True" in c.style) for c in after.captions] == [False] * 3 + [True] * 3


class TestLedger:
    def test_a_damaged_ledger_is_reported_and_never_replaced(self):
        line = replace(sound(), ledger='{"version": 1, "records": [')
        for call in (lambda: merge.standing(line), lambda: caption(line)):
            with pytest.raises(EditorError) as caught:
                call()
            assert "Reset" in caught.value.remedy

    def test_reset_works_on_a_damaged_ledger_and_goes_on_counting(self):
        line = apply(sound(), caption(sound()))
        text = merge.reset(replace(line, ledger="garbage"))
        assert load(text).next == 4 and not load(text).records

    def test_a_copied_scene_starts_its_own(self):
        line = apply(sound(), caption(sound()))
        copy = replace(line, stamp="scene-b")
        changes = caption(copy)
        assert not changes and changes.kept == 3
        more = Editor(copy).duplicate(1000, captions=False)
        assert load(caption(more).ledger).scene == "scene-b"


def test_auto_edit_is_one_merge():
    line = movie()
    standing = merge.standing(line)
    plan = shots_planner.plan(SHOTS, line.strips, ShotsPlanOptions(), standing, RATE)
    plan += captions_planner.plan(WORDS, line.strips, saying(), standing, RATE)
    line = apply(line, merge.merge(line, plan))
    standing = merge.standing(line)
    again = shots_planner.plan(SHOTS, line.strips, ShotsPlanOptions(), standing, RATE)
    again += captions_planner.plan(WORDS, line.strips, saying(), standing, Fraction(25))
    assert edges(line) == [50, 100, 200] and len(line.captions) == 3
    assert not merge.merge(line, again)


class TestReplacedAndOutOfSight:
    """A new export under the old name, and strips that can no longer be read."""

    @staticmethod
    def replaced(line, medium="n"):
        return replace(line, strips=tuple(replace(ref, medium=medium, path=f"/{medium}") for ref in line.strips))

    def test_a_new_export_in_the_old_place_keeps_everything(self):
        line = apply(sound(), caption(sound()))
        first, second, third = [ref.name for ref in line.captions]
        line = Editor(line).edit_caption(first, text="Mine.")
        line = Editor(line).delete_caption(second)
        new = self.replaced(line)
        changes = caption(new, {"n": TEXT})
        assert not changes and changes.kept == 1
        assert [ref.name for ref in apply(new, changes).captions] == [first, third]

    def test_its_untouched_captions_follow_new_words(self):
        line = apply(sound(), caption(sound()))
        other = transcript(speak("One two three.", 1), speak("Eight nine.", 4), speak("Fifteen.", 8))
        line = apply(self.replaced(line), caption(self.replaced(line), {"n": other}))
        assert texts(line) == ["One two three.", "Eight nine.", "Fifteen."]

    def test_markers_and_cuts_of_a_new_export_are_not_doubled(self):
        line = apply(movie(), detect(movie(), write="both"))
        assert not detect(self.replaced(line), {"n": SHOTS["m"]}, write="both")

    def test_another_film_at_another_place_is_no_new_export(self):
        line = apply(sound(), caption(sound()))
        line = Editor(line).delete_caption(line.captions[0].name)
        other = timeline(strip("s", 37, 437, origin=37, kind="SOUND", medium="n"))
        line = replace(line, strips=other.strips)
        assert len(apply(line, caption(line, {"n": TEXT})).captions) >= 3

    def test_what_a_strip_out_of_sight_carried_stays(self):
        line = apply(movie(), detect(movie(), write="both"))
        line = apply(line, caption(line))
        hidden = replace(line, strips=tuple(replace(ref, source=None, unmapped="it is retimed") for ref in line.strips))
        for changes in (detect(hidden, write="both"), caption(hidden), detect(hidden, write="markers", sensitivity=0.1)):
            assert not changes.removes
            after = apply(hidden, changes)
            assert (after.captions, after.markers) == (hidden.captions, hidden.markers)
        back = replace(apply(hidden, detect(hidden, write="both")), strips=line.strips)
        assert not detect(back, write="both")


def test_a_reading_is_surveyed_once(monkeypatch):
    """It is most of the cost of a run, and planners and merge need the same."""
    made = []
    monkeypatch.setattr(merge, "Survey", lambda line: made.append(line) or Survey(line))
    line = apply(movie(), detect(movie()))
    detect(line)
    assert sum(one is line for one in made) == 1
    detect(replace(line))
    assert len(made) == 3
