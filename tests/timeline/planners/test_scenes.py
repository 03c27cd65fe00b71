"""Plans of scenes for made-up looks and sounds."""

from __future__ import annotations

import base64
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from assistant_editor.ml.errors import USAGE, EditorError
from assistant_editor.ml.facts import Ambience, Boundary, Looks, Shots, Span, Transition
from assistant_editor.timeline import merge
from assistant_editor.timeline.corrections import Correction, Corrections
from assistant_editor.timeline.plan import Gather, Label, Marker
from assistant_editor.timeline.planners import likeness, scenes
from assistant_editor.timeline.planners.scenes import COLORS, Evidence, ScenesPlanOptions
from assistant_editor.timeline.standing import Standing
from paper import RATE, Editor, apply, moved, refreshed, speak, split, strip, timeline, transcript

SHOT = 50
"""Frames of every shot here: two seconds."""
PLACES = (0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2)
"""Which place each shot shows."""


def looks(places=PLACES, *, per_shot=4, setups=2, medium_rate=RATE) -> Looks:
    """Every place looks its own way, from two sides in turn."""
    random = np.random.default_rng(7)
    base = random.normal(size=(max(places) + 1, 48))
    sides = base[:, None] + 0.7 * random.normal(size=(max(places) + 1, setups, 48))
    rows = np.repeat(np.array([sides[place, i % setups] for i, place in enumerate(places)]), per_shot, axis=0)
    rows = np.round(rows / np.abs(rows).max(axis=1, keepdims=True) * 127 + 128).astype(np.uint8)
    frames = tuple(SHOT * i + (2 * k + 1) * SHOT // (2 * per_shot) for i in range(len(places)) for k in range(per_shot))
    n = len(frames)
    seconds = tuple(frame / medium_rate for frame in frames)
    whole = Span(Fraction(0), len(places) * SHOT / medium_rate)
    data = base64.b64encode(rows.tobytes()).decode()
    return Looks(whole, Fraction(0), medium_rate, frames, seconds, (1.0,) * n, (1.0,) * n, (0.0,) * n, "made", 48, data)


def sounds(places=PLACES, level=40, origin=0) -> Ambience:
    random = np.random.default_rng(3)
    of = random.integers(level, level + 120, (max(places) + 1, 24))
    rows = np.repeat(np.array([of[place] for place in places]), 4, axis=0).astype(np.uint8)
    whole = Span(Fraction(0), Fraction(2 * len(places)))
    return Ambience(whole, Fraction(origin), Fraction(1, 2), "mel-24", 24, base64.b64encode(rows.tobytes()).decode())


def shots(places=PLACES, fades=(), scores=1.0, origin=0) -> Shots:
    def boundary(number):
        frame = number * SHOT
        faded = Transition("fade_black", frame - 5, frame + 4, Span((frame - 5) / RATE, (frame + 5) / RATE)) if number in fades else None
        return Boundary(frame, frame / RATE, scores, faded)

    frames = len(places) * SHOT
    found = tuple(map(boundary, range(1, len(places))))
    return Shots(Span(Fraction(0), frames / RATE), Fraction(origin), RATE, frames, "transnetv2", found)


def evidence(places=PLACES, **more) -> Evidence:
    return Evidence({"m": shots(places)}, {"m": looks(places)}, **more)


def film(places=PLACES):
    """The film from frame 1 on; its content begins there."""
    return strip("film", 1, len(places) * SHOT + 1, origin=1)


def planned(known=None, strips=None, standing=None, rate=RATE, **options):
    return scenes.plan(known or evidence(), strips or [film()], replace(ScenesPlanOptions(), **options), standing or Standing(), rate)


def starts(plan):
    return [edit.frame for edit in plan.edits]


BEGINS = [1, 4 * SHOT + 1, 9 * SHOT + 1]


class TestMarkers:
    def test_one_where_each_place_begins(self):
        found = planned()
        assert starts(found) == BEGINS
        assert [edit.name for edit in found.edits] == ["Scene 01", "Scene 02", "Scene 03"]
        assert all(isinstance(edit, Marker) and edit.identity.kind == "scene" for edit in found.edits)
        assert found.media == (("m", "scene"),) and found.strips == ("film",)
        assert found.edits[0].why.confidence == 1.0
        assert all(0.5 <= edit.why.confidence <= 1 and "differs" in edit.why.reason for edit in found.edits[1:])

    def test_names_tell_how_many_shots_and_how_long(self):
        assert [e.name for e in planned(name="{number} {shots} {length}").edits] == ["1 4 0:08", "2 5 0:10", "3 3 0:06"]

    @pytest.mark.parametrize("pattern", ["{place}", "{number", "{number:s}", "{0}", "{number.real}"])
    def test_a_pattern_that_cannot_be_filled_in_is_refused(self, pattern):
        with pytest.raises(EditorError) as caught:
            planned(name=pattern)
        assert caught.value.code == USAGE

    def test_shots_that_look_the_same_are_one_scene(self):
        assert starts(planned(evidence((0,) * 8), [film((0,) * 8)])) == [1]

    def test_more_granularity_only_adds(self):
        found = [set(starts(planned(granularity=step / 10))) for step in range(11)]
        assert all(fewer <= more for fewer, more in pairwise(found))
        assert found[0] == {1} and len(found[10]) == len(PLACES)

    def test_a_strip_that_shows_a_part_has_the_scenes_of_that_part(self):
        part = strip("film", 101, 351, origin=1)
        assert starts(planned(strips=[part])) == [101, 201]

    @pytest.mark.parametrize("rate", [Fraction(60), Fraction(30), Fraction(24000, 1001)])
    def test_at_another_rate_the_first_marker_is_still_found_again(self, rate):
        """The picture that stands at a strip's first frame may have been shown first before it."""
        for start in range(7, 20):
            part = strip("film", start, 500, origin=1, rate=rate)
            part = replace(part, source=replace(part.source, pictures=RATE, step=float(RATE / rate)))
            line = timeline(part, rate=rate)
            after = apply(line, merge.merge(line, planned(strips=line.strips, rate=rate)))
            changes = merge.merge(after, planned(strips=after.strips, rate=rate, standing=merge.standing(after)))
            assert after.markers and not changes and not changes.kept, start

    def test_what_the_editor_says_of_boundaries_holds(self):
        no = Corrections((Correction("m", Fraction(8), "no boundary", 200),))
        assert 4 * SHOT + 1 not in starts(planned(granularity=1.0, standing=Standing(corrections=no)))

    def test_weak_boundaries_are_no_shots(self):
        known = evidence()
        weak = Evidence({"m": shots(scores=0.3)}, known.looks)
        assert starts(planned(weak, granularity=1.0)) == [1]

    def test_a_medium_whose_looks_are_not_known_is_left_out_and_told(self):
        known = Evidence({"m": shots(), "n": shots()}, {"m": looks()})
        found = planned(known, [film(), strip("other", 2001, 2601, origin=2001, medium="n")])
        assert starts(found) == BEGINS and any("'other'" in notice or "other" in notice for notice in found.notices)

    def test_nothing_at_all_is_no_scene(self):
        assert planned(Evidence(), [film()]).edits == ()

    def test_scenes_go_on_from_one_file_to_the_next(self):
        """Rushes laid end to end: each its own file, two of each place."""
        places, strips, known_shots, known_looks = (0, 0, 1, 1), [], {}, {}
        whole = looks(places, setups=1)
        rows = base64.b64decode(whole.descriptors)
        for i in range(4):
            name = f"m{i}"
            part = slice(4 * i * 48, 4 * (i + 1) * 48)
            known_looks[name] = replace(
                whole, frames=whole.frames[:4], seconds=whole.seconds[:4], sharpness=(1.0,) * 4, exposure=(1.0,) * 4, motion=(0.0,) * 4,
                descriptors=base64.b64encode(rows[part]).decode(),
            )  # fmt: skip
            known_shots[name] = replace(shots((0,)), boundaries=())
            strips.append(strip(f"take{i}", 1 + i * SHOT, 1 + (i + 1) * SHOT, origin=1 + i * SHOT, medium=name))
        assert starts(planned(Evidence(known_shots, known_looks), strips)) == [1, 1 + 2 * SHOT]


class TestWhatElseSpeaks:
    def test_sound_parts_places_that_look_alike(self):
        alike = looks((0,) * len(PLACES), setups=1)
        known = Evidence({"m": shots()}, {"m": alike}, {"m": sounds()})
        assert starts(planned(known)) == BEGINS
        assert starts(planned(known, sound=False)) == [1]

    def test_sound_is_looked_up_in_its_own_time(self):
        """Sound that begins two seconds before the pictures: the same answer only if that is reckoned with."""
        late = Evidence({"m": shots(origin=2)}, {"m": looks((0,) * len(PLACES), setups=1)}, {"m": sounds((0, *PLACES))})
        assert starts(planned(late)) == BEGINS

    def test_silence_says_nothing(self):
        silent = replace(sounds(), levels=base64.b64encode(bytes(24 * 4 * len(PLACES))).decode())
        assert starts(planned(evidence(ambiences={"m": silent}))) == BEGINS

    def test_an_utterance_through_a_cut_forbids_a_scene_there(self):
        said = transcript(speak("so let us go", Fraction(73, 10)), speak("here we are", 12))
        found = planned(evidence(transcripts={"m": said}))
        assert BEGINS[1] not in starts(found) and BEGINS[2] in starts(found)
        assert BEGINS[1] not in starts(planned(evidence(transcripts={"m": said}), granularity=1.0))

    def test_words_that_end_before_the_cut_forbid_nothing(self):
        said = transcript(speak("so let us go", Fraction(6)), speak("here we are", 12))
        assert starts(planned(evidence(transcripts={"m": said}))) == BEGINS

    def test_a_fade_and_a_hole_part_what_is_otherwise_near(self):
        near, far = (likeness.Seen("m", Span(Fraction(2 * i), Fraction(2 * i + 2)), 2.0 * i + 1, p) for i, p in ((0, 0.0), (1, 0.0)))
        known = {"m": looks((0, 0), setups=1)}
        plain = likeness.distances([near, far], known, {}, {})[0, 1]
        faded = likeness.distances([near, replace(far, parted=likeness.FADED)], known, {}, {})[0, 1]
        assert plain < 0.01 and faded == pytest.approx(0.5, abs=0.01)

    def test_transitions_are_left_out_of_what_a_shot_looks_like(self):
        found, _ = scenes.found_shots({"m": shots(fades=(4,))}, [film()], ScenesPlanOptions().shots, Standing(), RATE)
        assert found[3].span.end == Fraction(195, 25) and found[4].span.start == Fraction(205, 25)
        assert found[3].frames.end == found[4].frames.start == 4 * SHOT + 1

    def test_a_shot_too_short_to_be_sampled_looks_like_what_is_nearest(self):
        few = looks(per_shot=1)
        pair = [likeness.Seen("m", Span(Fraction(a), Fraction(b)), 0.0) for a, b in ((0, 2), (Fraction(21, 10), Fraction(22, 10)))]
        rows, kinds = likeness._pictures(pair, {"m": few})
        assert rows.any(axis=1).all() and kinds.tolist() == [0, 0]


class TestMerge:
    def written(self, **options):
        line = timeline(film())
        return apply(line, merge.merge(line, planned(strips=line.strips, **options)))

    def again(self, line, **options):
        return merge.merge(line, planned(strips=line.strips, standing=merge.standing(line), **options))

    def test_the_same_again_changes_nothing(self):
        line = self.written()
        assert not self.again(line)

    def test_what_the_editor_did_is_kept(self):
        line = Editor(self.written()).edit_marker(1, name="The harbour")
        line = Editor(line).edit_marker(2, frame=line.markers[2].frame + 10)
        changes = self.again(line)
        assert not changes and changes.kept == 2
        line = Editor(line).delete_marker(1)
        assert not self.again(line).adds

    def test_less_granularity_takes_away_what_nobody_touched(self):
        line = Editor(self.written()).edit_marker(1, name="The harbour")
        after = apply(line, self.again(line, granularity=0.0))
        assert [marker.name for marker in after.markers] == ["Scene 01", "The harbour"]

    def test_markers_go_along_with_their_strip(self):
        line = self.written()
        line = refreshed(replace(line, strips=tuple(moved(ref, 30) for ref in line.strips)))
        after = apply(line, self.again(line))
        assert [marker.frame for marker in after.markers] == [frame + 30 for frame in BEGINS]


def cut(frames=None):
    """The film and its sound, cut at these frames, at every shot when not told."""
    line = timeline(film(), replace(film(), name="sound", kind="SOUND", channel=2))
    for frame in frames or [SHOT * i + 1 for i in range(1, len(PLACES))]:
        for name in [ref.name for ref in line.strips if ref.frames.start < frame < ref.frames.end]:
            line = split(line, name, frame)
    return refreshed(line)


class TestColours:
    def test_all_pieces_of_a_scene_and_no_names(self):
        line = cut()
        found = planned(strips=line.strips, write="tags")
        assert all(isinstance(edit, Label) and edit.name == edit.strip for edit in found.edits)
        assert [edit.color_tag for edit in found.edits] == [COLORS[place] for place in PLACES]
        assert found.media == (("m", "label"),) and not found.notices
        after = apply(line, merge.merge(line, found))
        assert not merge.merge(after, planned(strips=after.strips, write="tags", standing=merge.standing(after)))

    def test_neighbours_never_share_a_colour(self):
        found = planned(strips=cut().strips, write="tags", granularity=1.0)
        colors = [edit.color_tag for edit in found.edits]
        assert len(set(colors)) == len(COLORS) and all(one != other for one, other in pairwise(colors))

    def test_a_strip_that_holds_several_is_told(self):
        found = planned(write="tags")
        assert [edit.color_tag for edit in found.edits] == [COLORS[0]]
        assert "1 strip holds more than one scene" in found.notices[0]


class TestMetas:
    def test_pieces_and_their_sound(self):
        line = cut()
        found = planned(strips=line.strips, write="metas")
        assert [(edit.frames.start, edit.frames.end) for edit in found.edits] == [(1, 201), (201, 451), (451, 601)]
        assert all(isinstance(edit, Gather) for edit in found.edits)
        assert sorted(name for edit in found.edits for name in edit.strips) == sorted(ref.name for ref in line.strips)

    def test_a_scene_whose_bounds_are_not_cut_is_left_out(self):
        found = planned(strips=cut([201]).strips, write="metas")
        assert [edit.name for edit in found.edits] == ["Scene 01"]
        assert any("Scene 02 is not gathered" in notice for notice in found.notices)

    def test_uncut_footage_is_refused(self):
        with pytest.raises(EditorError, match="Detect Shots") as caught:
            planned(write="metas")
        assert caught.value.code == USAGE

    @pytest.mark.parametrize("obstacle", ["feeds", "beyond", "connected"])
    def test_what_cannot_come_along_keeps_a_scene_open(self, obstacle):
        line = cut()
        first = line.strips[0]
        spoiled = {
            "feeds": replace(first, feeds=("Cross",)),
            "beyond": replace(first, frames=replace(first.frames, start=1, end=first.frames.end), partners=("long",)),
            "connected": replace(first, partners=("title",)),
        }[obstacle]
        strips = [spoiled if ref is first else ref for ref in line.strips]
        if obstacle == "beyond":
            strips.append(strip("long", 1, 601, origin=1, kind="SOUND", channel=3))
        found = planned(strips=strips, write="metas")
        assert [edit.name for edit in found.edits] == ["Scene 02", "Scene 03"] and len(found.notices) == 1
