"""What is kept of a medium: sentences in the pictures' time, meanings read once, people only with consent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from assistant_editor.ml.facts import EXPRESSIONS, Boundary, Faces, FaceTrack, Shots, ShotsOptions, Span, Transcript, Utterance, Word
from assistant_editor.ml.library import Library, Place
from assistant_editor.ml.protocol import Failed, ReadTexts
from assistant_editor.operators.library_keep import Wish, keep
from assistant_editor.timeline import persons
from assistant_editor.timeline.search import Sought, find
from assistant_editor.timeline.search_query import parse

SPAN = Span(Fraction(0), Fraction(8))
LATER = Fraction(1, 2)
"""The sound's stream begins this much after the pictures'."""
SHOTS = Shots(SPAN, Fraction(0), Fraction(25), 200, "hash", (Boundary(100, Fraction(4), 0.9),))
NEUTRAL = [0.1, 0.8, 0.1, *(1 / len(EXPRESSIONS) for _ in EXPRESSIONS)]


def words(*said: tuple[str, float]) -> Transcript:
    listed = tuple(
        Word(f" {word}", Fraction(start) + Fraction(number, 4), Fraction(start) + Fraction(number + 1, 4), 0.9)
        for text, start in said
        for number, word in enumerate(text.split())
    )
    return Transcript(SPAN, LATER, "en", 0.9, "faster-whisper", "tiny.en", "transcribe", (Utterance(listed),))


FOUND = {"shots": SHOTS, "transcript": words(("We choose to go.", 1), ("My dog sleeps.", 5))}


class Worker:
    """Answers `ReadTexts` with vectors that say which text it was, and remembers what it was asked."""

    def __init__(self, broken: bool = False) -> None:
        self.asked: list[ReadTexts] = []
        self.broken = broken

    def __call__(self, requests: Sequence[ReadTexts]) -> Any:
        self.asked += requests
        self.failures = [Failed("meaning", "The model of sentences is not installed.")] if self.broken else []
        self.results: dict[tuple[str, str], Any] = {}
        for one in requests:
            if one.what == "feelings":
                self.results[one.id, "read"] = {"rows": [NEUTRAL for _ in one.texts]}
            elif not self.broken:
                rows = np.array([[len(text), 1.0, 2.0] for text in one.texts], np.float32)
                rows /= np.linalg.norm(rows, axis=1, keepdims=True)
                self.results[one.id, "read"] = {"width": 3, "vectors": b64encode(rows.tobytes()).decode()}
        return self


@pytest.fixture
def wish(tmp_path: Path) -> Wish:
    (tmp_path / "models").mkdir()
    return Wish((("shots", ShotsOptions()),), (), str(tmp_path / "models"))


def kept(tmp_path: Path, wish: Wish, found: Any, worker: Worker, **more: Any) -> Library:
    library = Library(tmp_path / "library")
    library.at([Place("/film.mp4", "m", 1, 1)])
    keep(library, wish, "m", "/film.mp4", found, more.pop("missing", ()), worker, **more)
    return library


def test_sentences_are_kept_in_the_time_of_the_pictures_each_in_its_shot(tmp_path: Path, wish: Wish) -> None:
    worker = Worker()
    with kept(tmp_path, wish, FOUND, worker) as library:
        first, second = library.shots([0, 1]).values()
        assert (first.span, second.span) == (Span(Fraction(0), Fraction(4)), Span(Fraction(4), Fraction(8)))
        assert first.passages == ((Span(1 + LATER, 2 + LATER), "We choose to go."),)
        assert [text for _span, text in second.passages] == ["My dog sleeps."]
        assert wish.holds(library.record("m")) and [one.what for one in worker.asked] == ["feelings", "meaning"]
        near = np.array([len("My dog sleeps."), 1.0, 2.0]) / np.linalg.norm([len("My dog sleeps."), 1.0, 2.0])
        (space,) = library.spaces("passage")
        found = find(parse("about zzz", library.names()), library, [Sought("passage", space, near)])
        assert found.hits[0].shot in (0, 1) and found.hits[0].score > 0.9


def test_what_was_read_before_is_not_read_again(tmp_path: Path, wish: Wish) -> None:
    worker = Worker()
    kept(tmp_path, wish, FOUND, worker).close()
    again = replace(wish, feeling_model="/another")
    more = {**FOUND, "transcript": words(("We choose to go.", 1), ("A new sentence.", 5))}
    with kept(tmp_path, again, more, worker) as library:
        assert worker.asked[2].texts == ("We choose to go.", "A new sentence.") and worker.asked[3].texts == ("A new sentence.",)
        assert len(library.meanings("m", "meaning/3")) == 2
        assert again.holds(library.record("m")) and not wish.holds(library.record("m"))


def test_what_could_not_be_found_out_is_tried_again_once_a_model_is_installed(tmp_path: Path, wish: Wish) -> None:
    with kept(tmp_path, wish, FOUND, Worker(broken=True), missing=["objects"]) as library:
        assert library.shots([0])[0].missing == "meaning objects" and wish.holds(library.record("m"))
        (Path(wish.models) / "yolo").mkdir()
        assert not replace(wish).holds(library.record("m"))


def test_parts_are_no_whole(tmp_path: Path, wish: Wish) -> None:
    with kept(tmp_path, wish, FOUND, Worker(), spans=[Span(Fraction(0), Fraction(3))]) as library:
        assert library.counts()[1] == 1 and not wish.holds(library.record("m"))


def test_people_are_kept_by_name_and_only_with_consent(tmp_path: Path, wish: Wish) -> None:
    def coded(*values: float) -> str:
        return b64encode(np.array(values, np.float32).tobytes()).decode()

    def track(first: int, vector: tuple[float, ...]) -> FaceTrack:
        samples = (first, first + 1)
        shares = b64encode(bytes([0, 0, 0, 255, 0, 0, 0] * 2)).decode()
        return FaceTrack(0.9, samples, coded(*(10, 10, 80, 80, 0.9) * 2), coded(*(20.0,) * 20), first, coded(*vector), shares)

    anna, other = track(1, (1.0, 0.0, 0.0)), track(5, (0.0, 1.0, 0.0))
    seconds = tuple(Fraction(n) for n in range(8))
    faces = Faces(SPAN, Fraction(0), Fraction(25), "made", (320, 240), tuple(range(0, 200, 25)), seconds, 3, (anna, other))
    found = {**FOUND, "faces": faces}
    register = persons.Register(consent=True)
    stranger = persons.known({"m": faces}, register).of(anna)
    register = persons.rename(register, {"m": faces}, stranger, "Anna")
    with kept(tmp_path, wish, found, Worker()) as library:
        assert "person" not in library.names() and library.names()["expression"] == ("joy",)
        assert library.shots([0])[0].faces == 1
    with kept(tmp_path, replace(wish, register=persons.dump(register)), found, Worker()) as library:
        assert library.names()["person"] == ("Anna",), "whom nobody named is a number in this film alone"
        assert [hit.shot for hit in find(parse("Anna smiling", library.names()), library).hits] in ([0], [1])
