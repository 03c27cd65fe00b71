"""What texts feel like, by the weights that are shipped."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.engines import feelings
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import EXPRESSIONS
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from benchmarks.spoken_lines import lines


@pytest.fixture(scope="module")
def network(models_folder) -> feelings.Feelings:
    return feelings.load(models_folder)


def read(network: feelings.Feelings, *texts: str) -> np.ndarray:
    return np.array(network.read(texts, lambda: None))


def label(row: np.ndarray) -> str:
    return feelings.SENTIMENTS[int(row[:3].argmax())]


def test_what_is_shipped_is_small_and_holds_numbers_alone():
    assert feelings.WEIGHTS.stat().st_size < 2_000_000
    with zipfile.ZipFile(feelings.WEIGHTS) as file:
        assert all(name.endswith(".npy") for name in file.namelist())
    with np.load(feelings.WEIGHTS, allow_pickle=False) as stored:
        assert all(np.isfinite(stored[name].astype(np.float64)).all() for name in stored.files)


NUMBERS = st.floats(-4, 4, width=32)


@given(arrays.arrays(np.float32, (7, 3), elements=NUMBERS), arrays.arrays(np.float32, (3, 5), elements=NUMBERS))
def test_a_delta_comes_back_as_it_was_stored(up, down):
    stored = {f"layer.{name}": value for name, value in feelings.packed(up, down).items()}
    made = feelings.unpacked(stored)
    assert list(made) == ["layer"] and made["layer"].shape == (7, 5)
    steps = np.abs(up).max(0) / 127, np.abs(down).max(1) / 127
    most = (np.abs(up) @ steps[1][:, None] + (steps[0] * np.abs(down).sum(1)).sum() + (steps[0] * steps[1]).sum()) / 2 + 1e-4
    assert (np.abs(made["layer"] - up @ down) <= most).all()


def test_rows_are_shares(network):
    rows = read(network, "I love you.", "No.", "?", "", "Das ist ein schöner Tag, und ich bin froh.")
    assert rows.shape == (5, 3 + len(EXPRESSIONS)) and (rows >= 0).all()
    assert np.allclose(rows[:, :3].sum(1), 1, atol=1e-4) and np.allclose(rows[:, 3:].sum(1), 1, atol=1e-4)


def test_lines_that_people_say(network):
    texts, labels = lines()
    said = [label(row) for row in read(network, *texts)]
    assert sum(one == other for one, other in zip(said, labels, strict=True)) >= 48, list(zip(texts, labels, said, strict=True))


def test_of_two_classes_the_likelier_counts(network):
    good = read(network, "an utterly charming film .", "a gorgeous, witty, seductive movie.", "one of the year 's best films .")
    bad = read(network, "a dull, unfunny mess.", "it 's not very good either .", "i ca n't recommend it .")
    assert (good[:, 2] > good[:, 0]).all() and (bad[:, 0] > bad[:, 2]).all()


def test_emotions(network):
    texts = {
        "joy": "I'm so happy for you!",
        "anger": "I hate you, you ruined everything!",
        "sadness": "I miss him so much, I've been crying.",
        "fear": "I'm terrified of the dark.",
        "surprise": "Wow, I did not expect that at all!",
        "neutral": "The meeting is on Tuesday.",
    }
    rows = read(network, *texts.values())
    said = [EXPRESSIONS[int(row[3:].argmax())] for row in rows]
    assert sum(one == other for one, other in zip(said, texts, strict=True)) >= 5, said


def test_nothing_feels_like_nothing(network):
    assert [tuple(row) for row in read(network, "", " ", "...", "\u2026 ?!")] == [feelings.NOTHING] * 4


def test_emoji_are_read_by_their_names(network):
    assert feelings.plain("fine \U0001f44d\U0001f3fd") == "fine thumbs up sign"
    glad, sad = read(network, "See you tomorrow \U0001f60d\U0001f60d", "See you tomorrow \U0001f62d\U0001f494")
    assert glad[2] - glad[0] > sad[2] - sad[0]
    assert label(read(network, "\U0001f60d")[0]) == "positive"


def test_other_languages_count_half(network):
    foreign, english = "Ich liebe dich, und das ist der schönste Tag.", "I love you, and this is the most beautiful day."
    rows = read(network, foreign, english)
    assert rows[0, :3].max() <= 2 / 3 + 1e-6 < rows[1, 2]


def test_a_long_text_is_read_to_its_end(network):
    long = "This is a wonderful, lovely, joyful day. " * 40
    turned = long + "But everything after that was horrible, ugly and sad. " * 80
    first, both = read(network, long, turned)
    assert first[2] > 0.8 and both[0] > first[0] + 0.2 and both[2] < first[2] - 0.2


def test_order_and_company_do_not_matter(network):
    texts, _labels = lines()
    alone = np.array([network.read([text], lambda: None)[0] for text in texts[:6]])
    assert np.allclose(alone, read(network, *texts)[:6], atol=1e-3)


def test_cancelled_between_batches(network):
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as told:
        network.read(["so it goes on and on " * 20] * 40, check)
    assert told.value.code == CANCELLED and len(calls) == 2


def test_without_the_model_it_is_named(tmp_path):
    with pytest.raises(EditorError) as told:
        feelings.load(tmp_path)
    assert told.value.code == MISSING_MODEL and told.value.remedy


@pytest.mark.parametrize("stored", [{}, {"encoder.nowhere.up": np.zeros((4, 2), np.int8)}, None])
def test_weights_that_do_not_fit_are_refused(tmp_path, models_folder, stored):
    path = Path(tmp_path / "feelings.npz")
    if stored is None:
        path.write_bytes(b"nonsense")
    else:
        np.savez(path, **stored)
    with pytest.raises(EditorError) as told:
        feelings.load(models_folder, path)
    assert told.value.code == BAD_INPUT
