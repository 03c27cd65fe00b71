"""Concepts of shots out of facts made by hand: every rule where it applies, and where it must not."""

from __future__ import annotations

import base64
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import PICTURE_VALUES, Pictures, SoundEvent, Sounds, Span
from assistant_editor.timeline import concept_rules
from assistant_editor.timeline.concept_index import inside, lasting, rows_of, scores_of, spoken
from assistant_editor.timeline.concept_places import outdoors
from assistant_editor.timeline.concepts import concepts_in, how, place
from assistant_editor.timeline.requests import PART, by_engine
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.concepts_seen import coded, concepts, face, faces, moments, objects, track, transcript

SHOT = Span(Fraction(0), Fraction(4))
STANDING = (100, 100, 80, 200)


def told(given=None, things=None, looks=None, words=None, sounds=None, span=SHOT, origin=None):
    return {seen.label: seen for seen in concepts_in(given, things, looks, words, sounds, span, origin)}


def sounds(*events: tuple[str, float, float], origin: Fraction = Fraction(0)) -> Sounds:
    made = (SoundEvent(Span(Fraction(start), Fraction(end)), label, 0.9) for label, start, end in events)
    return Sounds(Span(Fraction(0), Fraction(60)), origin, "made", tuple(made))


class TestThings:
    def test_what_is_sure_keeps_the_confidence_it_was_seen_with(self):
        found = told(things=objects(8, track("cat", *[STANDING] * 8, sure=0.8)))
        assert set(found) == {"animal", "pet", "cat"} and found["animal"].confidence == pytest.approx(0.8)
        assert found["animal"].seconds == 4 and found["animal"].prominence == 1

    def test_what_is_seen_in_a_part_of_the_shot_lasts_so_long(self):
        found = told(things=objects(8, track("dog", *[STANDING] * 3, first=2)))
        assert found["animal"].seconds == pytest.approx(1.5) and found["animal"].prominence == pytest.approx(0.375)

    def test_one_sight_of_many_is_half_as_sure(self):
        assert told(things=objects(8, track("dog", STANDING)))["animal"].confidence == pytest.approx(0.45)
        assert told(things=objects(1, track("dog", STANDING)), span=Span(Fraction(0), Fraction(1, 2)))[
            "animal"
        ].confidence == pytest.approx(0.9)

    @pytest.mark.parametrize("count, label, none", [(2, "two people", "group"), (4, "group", "two people"), (9, "crowd", "group")])
    def test_people_are_counted_at_the_same_moment(self, count, label, none):
        people = [track("person", *[(60 * number, 50, 40, 100)] * 8) for number in range(count)]
        found = told(things=objects(8, *people))
        assert label in found and none not in found
        one_by_one = [track("person", STANDING, first=number) for number in range(min(count, 8))]
        assert not {"two people", "group", "crowd"} & set(told(things=objects(8, *one_by_one)))

    def test_somebody_who_is_seen_twice_whole_and_in_part_is_one(self):
        whole, part, child = (100, 20, 290, 254), (103, 33, 196, 241), (200, 150, 80, 120)
        assert not {"two people", "group"} & set(told(things=objects(4, track("person", *[whole] * 4), track("person", *[part] * 4))))
        assert "two people" in told(things=objects(4, track("person", *[whole] * 4), track("person", *[child] * 4)))

    def test_a_thing_that_says_something_only_beside_others(self):
        racket = track("tennis racket", *[STANDING] * 8)
        assert "sport" not in told(things=objects(8, racket))
        assert told(things=objects(8, racket, track("person", *[STANDING] * 8)))["sport"].confidence == pytest.approx(0.65, abs=0.01)

    def test_what_is_outside_of_the_shot_does_not_count(self):
        things = objects(20, track("dog", *[STANDING] * 4, first=12))
        assert told(things=things) == {} and "animal" in told(things=things, span=Span(Fraction(6), Fraction(8)))


class TestPeople:
    def pair(self, apart: float, height: float = 200, count: int = 8, poses=(None, None)):
        one, other = (100, 100, 100, 200), (100 + apart, 100 + 200 - height, 100 * height / 200, height)
        return objects(
            count, track("person", *[one] * count, pose=poses[0] and [poses[0]] * count),
            track("person", *[other] * count, pose=poses[1] and [poses[1]] * count),
        )  # fmt: skip

    def test_boxes_that_overlap_are_no_hug_by_themselves(self):
        assert "hug" not in told(things=self.pair(30))

    def trunk(self, left: float, wrist: tuple[float, float]):
        return {5: (left + 70, 130), 6: (left + 30, 130), 11: (left + 65, 210), 12: (left + 35, 210), 9: wrist, 10: (left + 30, 220)}

    def test_an_arm_around_a_body_is(self):
        around = (self.trunk(100, (185, 160)), self.trunk(130, (175, 230)))
        hanging = (self.trunk(100, (170, 330)), self.trunk(130, (240, 330)))
        assert told(things=self.pair(30, poses=around))["hug"].confidence == pytest.approx(0.495)
        assert "hug" not in told(things=self.pair(30, poses=hanging))

    def test_nor_are_people_who_are_apart_or_at_different_distances(self):
        around = (self.trunk(100, (185, 160)), self.trunk(130, (175, 230)))
        assert "hug" not in told(things=self.pair(90, poses=around))
        assert "hug" not in told(things=self.pair(30, height=100, poses=around))

    def test_words_and_an_arm_together_are_surer(self):
        things = self.pair(30, poses=(self.trunk(100, (185, 160)), self.trunk(130, (175, 230))))
        both = told(things=things, words=transcript("come here and hug me"))["hug"]
        assert both.confidence > told(things=things)["hug"].confidence

    def test_a_kiss_is_two_faces_turned_to_each_other(self):
        left, right = [(200, 100, 60, 80)] * 8, [(250, 104, 60, 80)] * 8
        near = faces(8, face(*left, turned=0.3), face(*right, turned=-0.3))
        assert told(looks=near)["kiss"].confidence == pytest.approx(0.495)
        assert "kiss" not in told(looks=faces(8, face(*left), face(*right)))
        assert "kiss" not in told(looks=faces(8, face(*left, turned=-0.3), face(*right, turned=0.3)))
        assert "kiss" not in told(looks=faces(8, face(*left, turned=0.3), face(*[(330, 104, 60, 80)] * 8, turned=-0.3)))
        assert "kiss" not in told(looks=faces(8, face(*left, turned=0.3), face(*[(250, 104, 25, 30)] * 8, turned=-0.3)))

    def swinging(self, far: float):
        rows = []
        for number in range(8):
            wrist = (170 + far * (number % 2), 140)
            rows.append({5: (170, 130), 6: (130, 130), 11: (165, 210), 12: (135, 210), 9: wrist, 10: (130, 220)})
        other = [self.trunk(130, (200, 330))] * 8
        return objects(8, track("person", *[(100, 100, 100, 200)] * 8, pose=rows), track("person", *[(130, 100, 100, 200)] * 8, pose=other))

    def test_a_fight_is_a_fist_that_moves_fast_beside_somebody(self):
        assert told(things=self.swinging(150))["fight"].confidence == pytest.approx(0.36)
        assert "fight" not in told(things=self.swinging(30))

    def running(self, speed: float, camera: float):
        """People run to the right by `speed`, the picture moves to the right by `camera` pixels a sample; a bench stands still."""

        def boxes(left, step):
            return [(left + step * number, 100, 60, 120) for number in range(8)]

        people = [track("person", *boxes(left, speed - camera)) for left in (50, 180)]
        return objects(8, *people, track("bench", *boxes(500, -camera)))

    def test_a_chase_is_two_who_run_past_what_stands_still_whatever_the_camera_does(self):
        chances = [
            told(things=self.running(*moving), words=transcript("chase him chase")).get("chase") for moving in ((60, 0), (60, 60), (60, 90))
        ]
        assert all(chance is not None and chance.confidence > 0.5 for chance in chances)
        still = told(things=self.running(0, 60), words=transcript("chase him chase")).get("chase")
        assert still.confidence < 0.4, "only what is said"

    def test_without_anything_that_stands_still_nobody_knows(self):
        things = self.running(60, 0)
        assert "chase" not in told(things=replace(things, tracks=things.tracks[:2]))


class TestFaces:
    @pytest.mark.parametrize("height, labels", [(140, {"close-up", "portrait"}), (80, {"portrait"}), (30, set())])
    def test_close_ups_by_the_height_of_a_face(self, height, labels):
        assert set(told(looks=faces(8, face(*[(200, 50, 0.8 * height, height)] * 8)))) == labels

    def test_two_who_are_seen_while_words_are_said_talk(self):
        two = faces(8, face(*[(100, 50, 50, 70)] * 8), face(*[(400, 50, 50, 70)] * 8))
        words = transcript("one two three four five")
        assert "conversation" in told(looks=two, words=words) and "conversation" not in told(looks=two)
        assert "interview" in told(looks=faces(8, face(*[(100, 50, 50, 70)] * 8)), words=words)

    def test_smiles(self):
        smiling = told(looks=faces(8, face(*[(100, 50, 50, 40)] * 8, joy=0.8)))
        assert smiling["smile"].confidence == pytest.approx(0.72, abs=0.01)
        assert "smile" not in told(looks=faces(8, face(*[(100, 50, 50, 40)] * 8, joy=0.2)))


class TestWords:
    def test_one_mention_is_too_little_and_two_are_not(self):
        assert told(words=transcript("the war was long")) == {}
        assert told(words=transcript("war and soldiers everywhere"))["war"].confidence == pytest.approx(0.342)

    def test_a_hundred_mentions_are_no_proof(self):
        assert told(words=transcript("war " * 8))["war"].confidence <= concept_rules.SAID_MOST

    @pytest.mark.parametrize(
        "text, language, concept",
        [("Wir feiern Geburtstag, Geburtstag!", "de", "birthday"), ("La neige, la neige.", "fr", "snow"), ("¡Fuego, fuego!", "es", "fire"),
         ("Il mare, il mare", "it", "sea"), ("He hugged her, hugging", "en", "hug")],
    )  # fmt: skip
    def test_languages(self, text, language, concept):
        assert concept in told(words=transcript(text, language=language))

    def test_the_same_letters_in_another_language_say_nothing(self):
        assert told(words=transcript("a brand new brand", language="en")) == {}
        assert told(words=transcript("war war", language="de")) == {}
        assert told(words=transcript("guerra guerra", language="xx")) == {}

    def test_words_are_those_of_the_shot_where_picture_and_sound_begin_apart(self):
        words = transcript("war soldiers", start=10.0)
        here = Span(Fraction(10), Fraction(11))
        assert "war" in told(words=words, span=here)
        late = transcript("war soldiers", start=10.0, origin=Fraction(1))
        dog = objects(40, track("dog", *[STANDING] * 40))
        assert "war" not in told(things=dog, words=late, span=here)
        assert "war" in told(things=dog, words=late, span=Span(Fraction(11), Fraction(12)))
        assert "war" in told(words=late, span=Span(Fraction(11), Fraction(12)), origin=Fraction(0))


class TestSounds:
    def test_laughter_is_heard(self):
        found = told(sounds=sounds(("laughter", 1, 3)))
        assert found["laughter"].confidence == pytest.approx(0.81) and found["laughter"].seconds == 2

    def test_what_is_heard_elsewhere_is_not(self):
        assert told(sounds=sounds(("laughter", 5, 6))) == {}
        assert "laughter" in told(sounds=sounds(("laughter", 5, 6), origin=Fraction(-2)), things=objects(8), span=SHOT)

    def test_cheers_and_a_word_make_a_celebration(self):
        cheers = told(sounds=sounds(("cheering", 0, 4)))["celebration"].confidence
        assert told(sounds=sounds(("cheering", 0, 4)), words=transcript("congratulations hooray"))["celebration"].confidence > cheers


class TestModel:
    ROWS = [{"hug": 0.8, "dog": 0.02, "indoor": 0.9, "outdoor": 0.1}] * 4 + [{"hug": 0.05, "dog": 0.02, "indoor": 0.9, "outdoor": 0.1}] * 4

    def test_a_shot_is_as_sure_as_its_better_half_and_lasts_as_long_as_it_is_seen(self):
        found = told(concepts(self.ROWS, width=4))
        assert set(found) == {"hug"} and found["hug"].confidence == pytest.approx(0.8, abs=0.01)
        assert found["hug"].seconds == pytest.approx(2) and found["hug"].prominence == pytest.approx(0.5)

    def test_what_boxes_say_gives_way_to_a_model_and_adds_nothing(self):
        cat = objects(8, track("cat", *[STANDING] * 8))
        rows = [{"animal": 0.02, "pet": 0.9}] * 8
        assert "animal" not in told(concepts(rows, width=4), cat)
        assert told(concepts(rows, width=4), cat)["pet"].confidence == pytest.approx(0.9, abs=0.01)
        assert told(concepts(rows), cat)["animal"].confidence > 0.85, "the network of classes is not asked of each by itself"

    def test_a_doubtful_model_is_believed_sooner_than_a_rule(self):
        rows = [{"hug": 0.15}] * 8
        assert "hug" in told(concepts(rows, width=4)) and told(concepts(rows)) == {}

    def test_words_and_sounds_count_beside_a_model(self):
        heard = told(concepts([{"laughter": 0.5}] * 8, width=4), sounds=sounds(("laughter", 0, 4)))
        assert heard["laughter"].confidence == pytest.approx(1 - 0.5 * 0.19, abs=0.01)

    def test_how_it_is_told_is_said(self):
        assert (
            "objects" in how(None)
            and "no image-text model" in how(concepts([{"a": 0.1}]))
            and "no image" not in how(concepts([{"a": 0.1}], 4))
        )


class TestPlace:
    def pictures(self, warmth: float) -> Pictures:
        rows = np.zeros((8, len(PICTURE_VALUES)), np.float16)
        rows[:, PICTURE_VALUES.index("warmth")] = warmth
        return Pictures(SHOT, Fraction(0), Fraction(24), "made", tuple(range(8)), moments(8), coded(rows, np.float16), "")

    @pytest.mark.parametrize("inner, expected", [(0.95, "indoor"), (0.7, "indoor"), (0.55, ""), (0.45, ""), (0.1, "outdoor")])
    def test_by_a_model(self, inner, expected):
        assert place(concepts([{"indoor": inner, "outdoor": 1 - inner}] * 8), None, None, SHOT) == expected

    @pytest.mark.parametrize(
        "label, expected", [("traffic light", "outdoor"), ("toilet", "indoor"), ("person", ""), ("chair", ""), ("laptop", "indoor")]
    )
    def test_by_things(self, label, expected):
        assert place(None, objects(8, track(label, *[STANDING] * 8)), None, SHOT) == expected

    def test_a_car_seen_through_a_kitchens_window_does_not_decide(self):
        kitchen = [track(label, *[STANDING] * 8) for label in ("oven", "sink", "refrigerator")]
        assert place(None, objects(8, *kitchen, track("car", *[STANDING] * 8, sure=0.4)), None, SHOT) == "indoor"

    def test_ten_chairs_say_no_more_than_one(self):
        many = objects(8, *[track("chair", *[STANDING] * 8) for _ in range(10)])
        assert outdoors(None, many, None, SHOT) == pytest.approx(outdoors(None, objects(8, track("chair", *[STANDING] * 8)), None, SHOT))

    def test_light_never_decides_alone_and_tips_the_scales(self):
        laptop = objects(8, track("laptop", *[STANDING] * 8, sure=0.6))
        assert place(None, None, self.pictures(0.9), SHOT) == "" == place(None, laptop, self.pictures(0.0), SHOT)
        assert place(None, laptop, self.pictures(0.9), SHOT) == "indoor"

    def test_nothing_known(self):
        assert place(None, None, None, SHOT) == "" == place(concepts([{"hug": 1.0}] * 8), objects(8), self.pictures(float("nan")), SHOT)


def test_nothing_known_is_nothing_told():
    assert told() == {} == told(concepts([]), objects(0), faces(0), transcript(""), sounds())
    assert told(objects and None, objects(8), span=Span(Fraction(2), Fraction(2))) == {}


def test_the_surest_comes_first_and_ties_are_in_order_of_the_alphabet():
    things = objects(
        8, track("cat", *[STANDING] * 8, sure=0.5), track("bus", *[STANDING] * 8, sure=0.9), track("apple", *[STANDING] * 8, sure=0.9)
    )
    found = concepts_in(None, things, None, None, None, SHOT)
    assert [seen.label for seen in found][:2] == ["vehicle", "food"] and list(found) == sorted(
        found, key=lambda one: (-one.confidence, one.label)
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 40), max_size=30), st.integers(0, 100), st.integers(0, 60))
def test_samples_of_a_span(gaps, start, length):
    seconds = tuple(Fraction(int(tick), 10) for tick in np.cumsum([0, *gaps]))
    span = Span(Fraction(start, 10), Fraction(start + length, 10))
    found = inside(seconds, span).tolist()
    exact = [number for number, moment in enumerate(seconds) if span.holds(moment)]
    assert found == exact if exact else len(found) <= 1
    weights = lasting(seconds, set(exact), span.end)
    assert all(weight >= 0 for weight in weights.values()) and sum(weights.values()) <= float(span.length) + 1e-9


def test_facts_are_indexed_once_for_all_shots_and_equal_ones_give_the_same():
    things, words = objects(8, track("person", *[STANDING] * 8)), transcript("war soldiers")
    assert rows_of(things) is rows_of(things) and spoken(words) is spoken(words)
    others = [objects(8, track("dog", *[STANDING] * 8)) for _ in range(6)]
    assert [set(told(things=other)) for other in (*others, things)] == [{"animal", "pet", "dog"}] * 6 + [set()]
    assert told(things=replace(things)) == told(things=things)


def test_parts_of_a_film_that_lie_apart_are_joined():
    first = concepts([{"hug": 0.8, "indoor": 0.9, "outdoor": 0.1}] * 4, width=3)
    late = replace(
        concepts([{"hug": 0.1, "indoor": 0.2, "outdoor": 0.8}] * 4, width=3),
        span=Span(Fraction(50), Fraction(52)), seconds=tuple(50 + moment for moment in moments(4)),
    )  # fmt: skip
    joined = by_engine({("medium", "concepts"): first, (f"medium{PART}1", "concepts"): late})["concepts"]["medium"]
    assert joined.span == Span(Fraction(0), Fraction(52)) and len(joined.seconds) == 8 and scores_of(joined).shape == (8, 3)
    assert place(joined, None, None, Span(Fraction(0), Fraction(2))) == "indoor"
    assert place(joined, None, None, Span(Fraction(50), Fraction(52))) == "outdoor"
    assert len(base64.b64decode(joined.vectors)) == 8 * 3
