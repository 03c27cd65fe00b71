"""Searching in plain language: how wordings are read, and which shots come first, over a real library."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.facts import Span
from assistant_editor.ml.library import Label, Library, Passage, Place, Record, Shot
from assistant_editor.timeline.search import Found, Sought, find
from assistant_editor.timeline.search_query import Query, parse
from assistant_editor.timeline.search_words import stem
from hypothesis import given, strategies

KNOWN = {
    "person": ("Anna Karenina", "Rose", "Bob"), "object": ("car", "dog", "person"), "concept": ("hug", "sunset", "two people"),
    "flaw": ("shaky",), "expression": ("joy",),
}  # fmt: skip


def meant(text: str) -> list[str]:
    """What every wish is understood as: "!" before what must be, "-" before what must not."""
    query = parse(text, KNOWN)
    return [("-" if wish.unwanted else "!" if wish.must else "") + wish.meant for wish in query.wishes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("close-ups of Anna, smiling, outside", ["close-up", "!Anna Karenina", "joy in a face", "outdoor"]),
        ("funny moments with a dog longer than 3 seconds", ["funny", "dog", "!longer than 3 seconds"]),
        ("wide shots of dogs or cats at night without people", ["wide", "dog or cat", "night", "-people"]),
        ("long shots", ["wide"]),
        ("long takes of a sunset", ["!long", "sunset"]),
        ("puppies", ["dog"]),
        ("a man hugging a woman", ["person", "hug", "person"]),
        ("not blurry, no dogs", ["-out of focus", "-dog"]),
        ("Rose, indoors", ["!Rose", "indoor"]),
        ("bob's car", ["!Bob", "car"]),
        ("anna karenina in her automobile", ["!Anna Karenina", "car"]),
        ("two people", ["two people"]),
        ("shaky handheld material", ["shaky", "handheld"]),
        ("panning left across vehicles", ["pan left", "vehicle"]),
        ("empty places at night", ["-people", "night"]),
        ("show me all the shots", []),
    ],
)  # fmt: skip
def test_wishes_are_understood(text: str, expected: list[str]) -> None:
    query = parse(text, KNOWN)
    read = meant(text)
    assert read == expected, query
    assert query.rest in ("", "across", "places")


def test_a_name_that_is_a_word_too_needs_its_capital() -> None:
    known = {"person": ("Sunny Smith", "Happy"), "object": (), "concept": ("sunny",)}
    assert [wish.meant for wish in parse("Happy outside", known).wishes] == ["Happy", "outdoor"]
    assert [wish.meant for wish in parse("happy moments outside", known).wishes] == ["happy", "outdoor"]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("longer than 3 seconds", 3, None), ("at least 1.5 s", 1.5, None), ("under two minutes", 0, 120), ("up to 500 ms", 0, 0.5),
        ("between 2 and 5 seconds", 2, 5), ("3-5 s", 3, 5), ("from 10 seconds to 2 minutes", 10, 120), ("about 4 seconds long", 3, 5),
        ("> 3s", 3, None), ("more than half a minute", 30, None), ("over 1,5 seconds", 1.5, None), ("10s long", 7.5, 12.5),
    ],
)  # fmt: skip
def test_lengths_are_understood_in_every_wording(text: str, least: float, most: float | None) -> None:
    query = parse(f"a dog {text}", KNOWN)
    (test,) = query.wishes[1].tests
    assert query.wishes[1].must and (test.what, test.least) == ("seconds", pytest.approx(least))
    assert test.most == (float("inf") if most is None else pytest.approx(most)) and not query.rest


def test_what_is_said_is_told_from_what_is_talked_about() -> None:
    assert parse('says "we choose to go"', KNOWN).phrases == ("we choose to go",)
    assert parse("“We choose”", KNOWN).phrases == ("We choose",)
    assert parse("Anna says hello world, outside", KNOWN).spoken == "hello world"
    query = parse("Anna talking about the fear of flying, indoors", KNOWN)
    assert query.topic == "the fear of flying" and [wish.meant for wish in query.wishes] == ["Anna Karenina", "indoor"]
    assert query.meaning == "the fear of flying"
    assert parse("about 3 seconds long", KNOWN).topic == ""


def test_files_are_told_by_their_names() -> None:
    for text in ("a dog in holiday.mp4", "a dog in the file holiday.mp4", "a dog from folder holiday.mp4"):
        wishes = parse(text, KNOWN).wishes
        assert sorted(wish.tests[0].what for wish in wishes) == ["file", "label"] and wishes[-1].tests[0].value == "holiday.mp4"


def test_what_no_table_knows_is_left_over_and_names_are_kept_from_the_image_text_model() -> None:
    query = parse("Anna with a zorblax outside", KNOWN)
    assert query.rest == "zorblax" and query.meaning == "zorblax"
    assert "Anna" not in parse("Anna Karenina with a zorblax outside", KNOWN).scene and "zorblax" in query.scene
    assert not parse("   ", KNOWN) and not parse("show me the shots", KNOWN)


def test_forms_of_a_word_have_one_stem() -> None:
    for several in ("dog dogs", "hug hugging hugged hugs", "dance dancing dances", "person people", "bus buses", "kiss kisses kissing",
                    "knife knives", "horse horses", "party parties", "up ups"):  # fmt: skip
        forms = several.split()
        assert len({stem(form) for form in forms}) == 1, forms
    assert len({stem(word) for word in ("cat", "car", "cap", "cup")}) == 4


@given(strategies.text(max_size=60))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    query = parse(text, KNOWN)
    assert isinstance(query, Query) and all(wish.tests for wish in query.wishes)


def label(kind: str, name: str, strength: float = 0.9) -> Label:
    return Label(kind, name, 1.0, 0.5, strength, strength)


def at(start: float, length: float = 2) -> Span:
    return Span(Fraction(start), Fraction(start) + Fraction(length))


def unit(*values: float) -> bytes:
    vector = np.array(values, float) / np.linalg.norm(values)
    return np.round(vector * 127).astype(np.int8).tobytes()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Two files. Numbers: 0 Anna smiling outside, close; 1 Anna indoors, wide; 2 a dog outside at night; 3 sad cat; 4 interview; 5 long."""
    says = "We choose to go to the moon."
    shots = [
        Shot(at(0), "close-up", place="outdoor", light="day", mood="happy", certainty=0.8, grade=0.9, faces=1,
             labels=(label("person", "Anna Karenina"), label("expression", "joy"), label("object", "person"))),
        Shot(at(2), "wide", place="indoor", labels=(label("person", "Anna Karenina", 0.6), label("object", "person")), grade=0.4),
        Shot(at(4, 5), "wide", place="outdoor", light="night", mood="funny", certainty=0.6, labels=(label("object", "dog", 0.8),)),
        Shot(at(9), "medium", mood="sad", certainty=0.7, labels=(label("object", "cat"), label("flaw", "shaky", 1.0))),
    ]  # fmt: skip
    dog = "My dog is afraid of planes."
    talk = [
        Shot(at(0, 20), faces=1, passages=(Passage(at(1), says, unit(1, 0, 0)), Passage(at(4), dog, unit(0, 1, 0.2)))),
        Shot(at(20, 30), passages=(Passage(at(21), "They were choosing a path.", unit(0.5, 0.5, 0.7)),)),
    ]  # fmt: skip
    with Library(tmp_path) as made:
        made.at([Place("/films/walk.mp4", "w", 1, 1), Place("/talks/moon speech.wav", "t", 1, 1)])
        made.put(Record("w", "s", 11.0), shots)
        made.put(Record("t", "s", 50.0, meaning="meaning/3"), talk)
        yield made


def search(library: Library, text: str, *sought: Sought) -> Found:
    return find(parse(text, library.names()), library, sought)


def numbers(found: Found) -> list[int]:
    return [hit.shot for hit in found.hits]


def test_shots_that_meet_every_wish_come_first_and_what_others_miss_is_said(library: Library) -> None:
    found = search(library, "close-ups of Anna, smiling, outside")
    assert numbers(found)[0] == 0 and not found.hits[0].missing and 1 not in numbers(found)
    found = search(library, "wide shots outside")
    assert numbers(found) == [2, 1, 0] or numbers(found) == [2, 0, 1]
    assert found.hits[0].missing == () and found.hits[1].missing and found.hits[0].score > found.hits[1].score
    assert found.understood == ("wide", "outdoor")


def test_names_lengths_files_and_quotations_are_conditions(library: Library) -> None:
    assert set(numbers(search(library, "Anna"))) == {0, 1}
    assert numbers(search(library, "longer than 4 seconds, outside")) == [2]
    assert set(numbers(search(library, "from speech.wav"))) == {4, 5}
    assert numbers(search(library, 'Anna says "we choose"')) == []
    assert set(numbers(search(library, "without people, outside"))) == {2}
    assert set(numbers(search(library, "not shaky"))) == {0, 1, 2, 4, 5}


def test_a_quotation_is_found_word_for_word_before_other_forms(library: Library) -> None:
    found = search(library, 'says "choose to go"')
    assert numbers(found) == [4] and found.hits[0].passage is not None
    assert library.passages([found.hits[0].passage])[found.hits[0].passage] == (at(1), "We choose to go to the moon.")
    found = search(library, '"choose"')
    assert numbers(found) == [4, 5] and found.hits[0].score > found.hits[1].score


def test_moods_that_are_near_count_for_less(library: Library) -> None:
    found = search(library, "happy")
    assert numbers(found) == [0, 2] and found.hits[0].score > found.hits[1].score


def test_what_is_meant_is_found_though_no_word_is_the_same(library: Library) -> None:
    flying = Sought("passage", "meaning/3", np.array([0, 1, 0.2]) / np.linalg.norm([0, 1, 0.2]))
    found = search(library, "talking about aviophobia", flying)
    assert numbers(found)[0] == 4 and library.passages([found.hits[0].passage or 0])[found.hits[0].passage or 0][1].startswith("My dog")
    assert not search(library, "talking about aviophobia").hits


def test_a_quotation_nobody_said_is_looked_for_by_its_meaning_and_that_is_said(library: Library) -> None:
    moon = Sought("passage", "meaning/3", np.array([1.0, 0, 0]))
    found = search(library, '"let us fly to the lunar surface"', moon)
    assert numbers(found)[0] == 4 and "Nobody says" in found.told[0]
    assert not search(library, '"let us fly to the lunar surface"').hits


def test_pictures_that_stand_out_are_found_by_an_image_text_model(tmp_path: Path) -> None:
    generator = np.random.default_rng(5)
    rows = [generator.normal(size=16) for _ in range(200)]
    rows[77] = np.eye(16)[3] * 5 + generator.normal(size=16) * 0.3
    with Library(tmp_path) as library:
        library.at([Place("/a.mp4", "a", 1, 1)])
        library.put(Record("a", "s", 400.0, pictures="clip/16"), [Shot(at(2 * n), picture=unit(*row)) for n, row in enumerate(rows)])
        found = search(library, "a zorblax", Sought("shot", "clip/16", np.eye(16)[3]))
        assert numbers(found)[0] == 77 and found.hits[0].reasons[0].startswith("looks like “zorblax”")
        assert not search(library, "a zorblax").hits


def test_what_is_seen_nowhere_is_looked_for_in_names_and_speech(library: Library) -> None:
    found = search(library, "airplane")
    assert numbers(found) == [] and "shows “airplane”" in found.told[0]
    found = search(library, "planes")
    assert numbers(found) == [4] and "looked for in what is said" in found.told[0]
    found = search(library, "zorblax")
    assert not found.hits and "not understood" in found.told[0]


def test_the_best_the_longest_and_the_shortest(library: Library) -> None:
    assert numbers(search(library, "best shots"))[0] == 0
    assert numbers(search(library, "the longest"))[:2] == [5, 4]
    assert numbers(search(library, "shortest shot of a dog or a person")) in ([0, 1, 2], [1, 0, 2])


def test_scripts_without_spaces_are_searched_too(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        library.at([Place("/a.mp4", "a", 1, 1)])
        library.put(Record("a", "s", 4.0), [Shot(at(0), passages=(Passage(at(0), "我们选择登月。"),)), Shot(at(2))])
        assert numbers(search(library, '"选择登月"')) == [0]


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        assert search(library, "a dog").told == ("Nothing is in the library yet.",)


PARTS = (
    "dog",
    "cat",
    "outside",
    "Anna",
    "happy",
    "without",
    "or",
    "wide",
    '"choose"',
    "longer than 3 seconds",
    "zorblax",
    "best",
    "about planes",
)


@given(strategies.lists(strategies.sampled_from(PARTS), max_size=6))
def test_whatever_is_asked_hits_meet_every_condition(words: list[str]) -> None:
    text = " ".join(words)
    query = parse(text, LIBRARY.names())
    found = find(query, LIBRARY)
    scores = [hit.score for hit in found.hits]
    assert len(found.hits) == len(set(numbers(found))) and all(0 <= score <= 1 for score in scores)
    for hit in found.hits:
        for wish in query.wishes:
            assert not (wish.must and wish.meant in hit.missing), text
        shot = LIBRARY.shots([hit.shot])[hit.shot]
        if "longer than 3 seconds" in text:
            assert shot.span.length >= 3
        assert len(hit.missing) <= 1


@pytest.fixture(autouse=True, scope="module")
def _one_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    global LIBRARY
    LIBRARY = Library(tmp_path_factory.mktemp("library"))
    LIBRARY.at([Place("/films/walk.mp4", "w", 1, 1)])
    kinds = [
        ("dog", "outdoor", "wide", "happy"),
        ("cat", "indoor", "close-up", "sad"),
        ("dog", "", "", ""),
        ("car", "outdoor", "wide", "calm"),
    ]
    shots = [
        Shot(at(4 * n, 1 + n % 4), size, place=place, mood=mood, certainty=0.5, grade=n / 20,
             labels=(label("object", thing, 0.3 + n / 40), *([label("person", "Anna")] if n % 3 == 0 else [])),
             passages=(Passage(at(4 * n, 1), "We choose planes." if n % 2 else "I rest."),))
        for n, (thing, place, size, mood) in enumerate(kinds * 4)
    ]  # fmt: skip
    LIBRARY.put(Record("w", "s", 64.0), shots)
    yield
    LIBRARY.close()


LIBRARY: Library
