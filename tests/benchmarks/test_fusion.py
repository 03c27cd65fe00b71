"""The bench of fused moods: films are what their moods say, sentences are read with their labels, scores count what they say they count."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.facts import EXPRESSIONS
from assistant_editor.timeline import shot_log
from assistant_editor.timeline.feelings import Feeling

from benchmarks import fusion, mood_voices
from benchmarks.mood_films import EMOTION, MOODS, Film, film


def read(texts: Sequence[str], wrong: bool = False) -> list[Feeling]:
    """As the lines are labelled, but not quite sure; where some are to be `wrong`, a third of them as the next emotion."""
    emotions = {text: emotion for emotion, lines in fusion.spoken().items() for text in lines}
    names = list(fusion.spoken())
    rows = []
    for text in texts:
        emotion = emotions[text]
        if wrong and len(text) % 3 == 0:
            emotion = names[(names.index(emotion) + 1) % len(names)]
        shares = [0.8 if name == emotion else 0.2 / 6 for name in EXPRESSIONS]
        bad, good = emotion in ("anger", "fear", "sadness"), emotion == "joy"
        rows.append(Feeling(0.7 * bad + 0.1, 0.8 - 0.7 * (bad + good), 0.7 * good + 0.1, tuple(shares)))
    return rows


@pytest.fixture(scope="module")
def films() -> list[Film]:
    chance = np.random.default_rng(3)
    return [film(chance, fusion.spoken(), 40) for _number in range(6)]


def test_a_film_is_made_of_shots_whose_facts_cover_them(films: list[Film]) -> None:
    for one in films:
        assert len(one.spans) == len(one.moods) == len(one.texts) == 40 and set(one.moods) <= set(MOODS)
        assert all(left.end == right.start for left, right in pairwise(one.spans))
        assert {facts.span for facts in one.found.values()} == {one.found["shots"].span}
        assert all(text in fusion.spoken()[EMOTION.get(mood, "neutral")] for mood, text in zip(one.moods, one.texts, strict=True))


def test_the_same_seed_makes_the_same_film() -> None:
    one, other = (film(np.random.default_rng(9), fusion.spoken(), 5) for _again in range(2))
    assert one.found == other.found and one.moods == other.moods


def test_more_sources_tell_more_and_none_tells_nothing(films: list[Film]) -> None:
    lines = [text for texts in fusion.spoken().values() for text in texts]
    felt = dict(zip(lines, read(lines, wrong=True), strict=True))

    def accuracy(*sources: shot_log.Source) -> float:
        rows = fusion.together(films, felt, sources)
        assert len(rows) == 240 and all(0 <= sure <= 1 for _mood, _said, sure in rows)
        return sum(mood == said for mood, said, _sure in rows) / len(rows)

    chance = max(sum(mood == name for one in films for mood in one.moods) / 240 for name in MOODS)
    assert accuracy(*shot_log.SOURCES) > accuracy("words") > chance
    assert accuracy() == sum(mood == "neutral" for one in films for mood in one.moods) / 240


def test_single_sentences_are_told_by_their_words() -> None:
    rows = fusion.alone(fusion.spoken(), read)
    assert len(rows) == 50 and all(mood == said for mood, said, _sure in rows)


def test_texts_with_several_labels_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text("Well done!\t3\tab12\nOh no.\t5,2\tcd34\nA table.\t4\tef56\n", encoding="utf-8")
    assert fusion.texts_of(path) == {"joy": ["Well done!"], "neutral": ["A table."]}


def test_speech_is_made_faster_and_louder() -> None:
    tone = np.sin(np.arange(16000) / 10)
    quick = mood_voices.changed(tone, 2.0, 6.0)
    assert len(quick) == pytest.approx(8000, abs=2) and np.abs(quick).max() == pytest.approx(2.0, rel=0.01)


def test_real_speech_made_more_excited_is_told_so(media_folder: Path, models_folder: Path) -> None:
    found = mood_voices.ordered(media_folder / "two_cities.wav", models_folder)
    assert found.pairs > 10 and found.right > 0.75 * found.pairs
    assert found.excited > found.usual > found.weary
