"""Concepts of films: which frames are looked at, what a model of the user's and the packaged network say of them, and what is refused."""

from __future__ import annotations

import base64
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import concept_words, concepts, imagenet
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, NO_STREAM, EditorError
from assistant_editor.ml.facts import AudioStream, Concepts, ConceptsOptions, Media, Span
from assistant_editor.ml.protocol import Analyse, Result, Task
from assistant_editor.ml.schedule import analyse
from assistant_editor.timeline.concept_index import scores_of
from assistant_editor.timeline.concepts import concepts_in, how, place
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tiny_image_text
from tests.media_maker import make_film


def runtime(models: Path, check=lambda: None) -> Runtime:
    return Runtime(models, lambda *_: None, lambda _: None, check)


def told(path: Path, models: Path, options: ConceptsOptions | None = None, span: Span | None = None) -> Concepts:
    consumer = concepts.start(options or ConceptsOptions(), media.probe(path), span, runtime(models))
    media.decode(path, [consumer], span)
    return consumer.finish()


@pytest.fixture(scope="module")
def siglip(tmp_path_factory) -> Path:
    return tiny_image_text.make(tmp_path_factory.mktemp("models") / "siglip")


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", frames=60, size=(96, 54))


@pytest.fixture(scope="module")
def street(media_folder, models_folder) -> Concepts:
    """Ten seconds of a street, by the packaged network."""
    return told(media_folder / "bikes.mp4", models_folder)


def test_a_model_of_the_users_gives_scores_and_vectors(siglip, film):
    facts = told(film, Path("none"), ConceptsOptions(str(siglip), Fraction(4), "a red dog\nhug"))
    count = len(facts.seconds)
    rows = np.frombuffer(base64.b64decode(facts.vectors), np.int8).reshape(count, facts.width) / 127
    assert count >= 9 and facts.width == tiny_image_text.WIDTH and np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=0.05)
    assert facts.concepts == (*concept_words.FIXED, "a red dog", "indoor", "outdoor")
    assert scores_of(facts).shape == (count, len(facts.concepts)) and facts.method == siglip.name and not facts.warnings
    assert scores_of(facts)[:, -2:].sum(axis=1) == pytest.approx(1, abs=0.01)
    assert "image-text" not in how(facts)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=60), st.fractions(Fraction(1, 2), 40, max_denominator=7))
def test_the_first_frame_of_every_step_is_taken_whatever_the_rate(gaps, per_second):
    class Nothing:
        concepts, method, width = ("a", "indoor", "outdoor"), "nothing", 0

        def size(self, width, height):
            return width, height

        def tell(self, images):
            return np.full((len(images), 3), 0.5), np.zeros((len(images), 0))

    times = [Fraction(tick, 90) for tick in np.cumsum([0, *gaps]).tolist()]
    video = media_of(len(times)).video
    scoring = concepts._Scoring(Nothing(), ConceptsOptions("", per_second), video, None, runtime(Path("none")), [])
    for number, seconds in enumerate(times):
        if scoring.wants(number, seconds):
            scoring.take(number, seconds, np.zeros((2, 2, 3), np.uint8))
    facts = scoring.finish()
    steps = [seconds // (1 / per_second) for seconds in times]
    assert list(facts.frames) == [number for number, step in enumerate(steps) if number == 0 or step != steps[number - 1]]
    assert len(base64.b64decode(facts.scores)) == 3 * len(facts.frames)


def media_of(frames: int) -> Media:
    from assistant_editor.ml.facts import VideoStream

    return Media(Fraction(frames, 25), VideoStream(64, 36, Fraction(25), Fraction(0), Fraction(frames, 25), frames))


def test_a_span_is_all_that_is_looked_at(siglip, film):
    span = Span(Fraction(1), Fraction(2))
    facts = told(film, Path("none"), ConceptsOptions(str(siglip), Fraction(4)), span)
    assert facts.span == span and facts.seconds and all(span.holds(moment) for moment in facts.seconds)


def test_the_street_is_outside_and_full_of_vehicles(street):
    """Without a model of the user's: the packaged network, by ImageNet's classes."""
    assert street.width == 0 and street.vectors == "" and "no image-text model" in street.warnings[0]
    whole = Span(Fraction(0), Fraction(10))
    found = {seen.label: seen.confidence for seen in concepts_in(street, None, None, None, None, whole)}
    assert found["vehicle"] > 0.5 and found["car"] > 0.3 and "animal" not in found
    assert place(street, None, None, whole) == "outdoor"
    assert sum(place(street, None, None, Span(Fraction(n), Fraction(n + 1))) == "outdoor" for n in range(10)) >= 9
    assert "no image-text model" in how(street)


def test_photographs_of_cats_are_told_to_be_of_cats(fixtures_folder, models_folder):
    import cv2

    listed = json.loads((fixtures_folder / "images" / "instances.json").read_text())
    names = {one["id"]: one["name"] for one in listed["categories"]}
    cats = {one["image_id"] for one in listed["annotations"] if names[one["category_id"]] == "cat"}
    telling = imagenet.Telling(models_folder, ())
    column, right = telling.concepts.index("cat"), 0
    for entry in listed["images"]:
        image = cv2.imread(str(fixtures_folder / "images" / entry["file_name"]))[:, :, ::-1]
        size = telling.size(image.shape[1], image.shape[0])
        chances, _none = telling.tell([cv2.resize(image, size, interpolation=cv2.INTER_AREA)])
        right += (chances[0, column] >= 0.25) == (entry["id"] in cats)
    assert len(listed["images"]) >= 8 and right >= len(listed["images"]) - 1


def test_own_concepts_are_told_where_a_class_is_known_and_named_where_not(media_folder, models_folder):
    facts = told(media_folder / "bikes.mp4", models_folder, ConceptsOptions(concepts="old cars\na hug"), Span(Fraction(2), Fraction(4)))
    rows = scores_of(facts)
    assert np.array_equal(rows[:, facts.concepts.index("old cars")], rows[:, facts.concepts.index("car")])
    assert "a hug" not in facts.concepts and any("a hug" in warning for warning in facts.warnings)


class TestTable:
    def test_every_class_is_one_of_a_thousand_and_places_share_none(self):
        table = imagenet.table()
        assert len(table) > 100 and all(table.values())
        assert all(0 <= number < 1000 for classes in table.values() for number in classes)
        assert not set(table["indoor"]) & set(table["outdoor"])
        assert imagenet.hints() <= set(table)

    @pytest.mark.parametrize(
        "label, number", [("dog", 207), ("cat", 281), ("car", 817), ("mountains", 970), ("kitchen", 651), ("bread", 930)]
    )
    def test_classes_stand_where_imagenet_has_them(self, label, number):
        assert number in imagenet.table()[label]

    def test_a_hint_is_worth_half(self):
        labels, rows, unknown = imagenet.columns(("Pizzas", "love"))
        assert rows[labels.index("cooking")].max() == imagenet.HINT and rows[labels.index("cat")].max() == 1
        assert np.array_equal(rows[labels.index("Pizzas")], rows[labels.index("pizza")]) and unknown == ("love",)

    def test_what_is_spread_over_all_classes_is_nothing(self):
        """Two fifths of the classes are animals; a picture of none of them is no animal by that."""
        labels, rows, _unknown = imagenet.columns(())
        even = np.full((1, 1000), 0.001)
        assert imagenet.summed(even, rows).max() == 0
        cat = np.where(np.arange(1000) == 281, 0.6, 0.4 / 999)[None]
        told = dict(zip(labels, imagenet.summed(cat, rows)[0], strict=True))
        assert told["cat"] == told["animal"] == pytest.approx(0.6) and told["dog"] == 0

    def test_what_is_spread_over_all_classes_says_nothing_of_the_place(self):
        even = np.full((1, 1000), 0.001)
        assert imagenet.indoors(even)[0] == pytest.approx([0.5, 0.5])
        bed, alp = even.copy(), even.copy()
        bed[0, 564], alp[0, 970] = 0.8, 0.8
        assert imagenet.indoors(bed)[0, 0] > 0.85 and imagenet.indoors(alp)[0, 1] > 0.85


def test_a_second_run_comes_from_the_cache_until_the_folder_changes(siglip, film, tmp_path):
    import shutil

    folder = tmp_path / "model"
    shutil.copytree(siglip, folder)

    def run():
        events = []
        task = Task("concepts", {"model": str(folder), "per_second": "2"})
        analyse(Analyse("a", str(film), (task,)), Cache(tmp_path / "cache"), runtime(Path("none")), events.append)
        assert all(isinstance(event, Result) for event in events), events
        return events[0].cached

    assert [run(), run()] == [False, True]
    (folder / "README.md").write_text("changed")
    assert run() is False


@pytest.mark.parametrize(
    "options, code",
    [
        (ConceptsOptions(per_second=Fraction(0)), BAD_INPUT),
        (ConceptsOptions(), MISSING_MODEL),
        (ConceptsOptions("/nowhere"), MISSING_MODEL),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_remedy(options, code, tmp_path):
    with pytest.raises(EditorError) as raised:
        concepts.start(options, media_of(10), None, runtime(tmp_path))
    assert raised.value.code == code and raised.value.remedy


def test_sound_alone_has_nothing_to_see(tmp_path):
    sound = Media(Fraction(1), audio=AudioStream(48000, 1, Fraction(0), Fraction(1)))
    with pytest.raises(EditorError) as raised:
        concepts.start(ConceptsOptions(), sound, None, runtime(tmp_path))
    assert raised.value.code == NO_STREAM


@pytest.mark.parametrize("size, frames", [((2, 2), 1), ((16, 900), 3), ((1900, 16), 2)])
def test_odd_films(siglip, models_folder, tmp_path, size, frames):
    path = make_film(tmp_path / "odd.mp4", frames=frames, size=size)
    for options in (ConceptsOptions(str(siglip)), ConceptsOptions()):
        facts = told(path, models_folder, options)
        assert len(facts.seconds) == 1 and scores_of(facts).shape[0] == 1
