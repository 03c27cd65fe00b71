"""Words laid over what a network of letters hears: against every possible way, on made sound, and the road to a user's own network."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import ctc, transcript, word_times
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.words import Heard
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import TranscriptOptions
from hypothesis import given, settings
from hypothesis import strategies as st

ALPHABET = {"|": 1, "A": 2, "B": 3, "C": 4, "'": 5}
FREE = (-1e9, 1e9)


def letters(hear=None, step=0.02, numbers=ALPHABET):
    return ctc.Letters(hear, dict(numbers), 0, numbers.get("|"), step)


def written(text: str) -> np.ndarray:
    """Log probabilities of a network that is sure of one character a frame; "-" is the blank."""
    rows = np.full((len(text), 6), 0.01)
    for frame, char in enumerate(text):
        rows[frame, 0 if char == "-" else ALPHABET[char]] = 0.95
    return np.log(rows / rows.sum(1, keepdims=True))


def test_a_word_begins_with_its_first_letter_and_ends_with_its_last():
    heard = written("--A-BB--|---C-AA-----")
    first, second = ctc.align(heard, [(2, 3), (4, 2)], [FREE, FREE], letters())
    assert first == pytest.approx((0.04, 0.12 + ctc.HELD)) and second == pytest.approx((0.24, 0.32 + ctc.HELD))


def test_a_word_never_reaches_into_the_next_one():
    first, second = ctc.align(written("A|B-"), [(2,), (3,)], [FREE, FREE], letters())
    assert first == pytest.approx((0.0, 0.04)) and second == pytest.approx((0.04, 0.08))


def test_double_letters_need_a_blank_between_them():
    heard = written("-AA-A--")
    (word,) = ctc.align(heard, [(2, 2)], [FREE], letters(numbers={"A": 2}))
    assert word[0] == pytest.approx(0.02) and word[1] == pytest.approx(0.14)
    assert ctc.align(written("AA"), [(2, 2)], [FREE], letters(numbers={"A": 2})) == []


def test_where_a_word_is_expected_goes_before_where_it_is_also_written():
    heard = written("--A----A--")
    (free,) = ctc.align(heard, [(2,)], [FREE], letters())
    (late,) = ctc.align(heard, [(2,)], [(0.12, 0.2)], letters())
    assert free[0] in (pytest.approx(0.04), pytest.approx(0.14)) and late[0] == pytest.approx(0.14)


def test_too_short_a_sound_gives_nothing():
    assert ctc.align(written("A"), [(2, 3)], [FREE], letters()) == [] == ctc.align(written("-"), [], [], letters())


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3), st.integers(0, 2**31))
def test_the_way_is_the_likeliest_of_all(count, seed):
    random = np.random.default_rng(seed)
    states = np.zeros(2 * count + 1, int)
    states[1::2] = random.integers(1, 3, count)
    frames = 2 * count + 1
    scores = random.normal(size=(frames, len(states))).astype(np.float32)

    def allowed(way):
        if way[0] > 1 or way[-1] < len(states) - 2:
            return False
        steps = itertools.pairwise(way)
        return all(two - one in (0, 1) or (two - one == 2 and two % 2 and states[one] != states[two]) for one, two in steps)

    ways = [way for way in itertools.product(range(len(states)), repeat=frames) if allowed(way)] if frames <= 5 else None
    path = ctc._path(scores, states)
    assert allowed(tuple(path))
    if ways is not None:
        best = max(sum(scores[frame, state] for frame, state in enumerate(way)) for way in ways)
        assert sum(scores[frame, state] for frame, state in enumerate(path)) == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize(
    "text, ways",
    [
        (" Cab,", [(4, 2, 3)]), ("\u00e1b", [(2, 3)]), ("c\u2019a", [(4, 5, 2)]), ("'cab'", [(4, 2, 3)]),
        ("\u2014", []), ("1945", []), ("xa", []),
    ],
)
def test_words_in_the_letters_of_the_network(text, ways):
    assert letters().ways(text) == ways


def test_times_of_a_recogniser_are_put_right():
    """Two words of noise with a pause before, between and after; the network hears each where it is, the recogniser did not."""
    random = np.random.default_rng(3)
    sound = 0.001 * random.normal(size=3 * 16000).astype(np.float32)
    for start, end in ((0.5, 1.0), (1.8, 2.4)):
        sound[int(start * 16000) : int(end * 16000)] += 0.2 * random.normal(size=int(end * 16000) - int(start * 16000))
    heard = written("-" * 25 + "A" * 5 + "-" * 15 + "B" * 5 + "-" * 20 + "|" + "-" * 19 + "C" * 30 + "-" * 30)
    words = [Heard(" ab", Fraction(1, 10), Fraction(3, 2), 0.9), Heard(" c", Fraction(3, 2), Fraction(3), 0.9)]
    found = word_times.refine(words, sound, letters(lambda samples: heard))
    times = [(float(word.start), float(word.end)) for word in found]
    assert times[0] == pytest.approx((0.5, 1.0), abs=0.03) and times[1] == pytest.approx((1.8, 2.4), abs=0.03)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A network with weights by chance, in the layout of the Hub."""
    from transformers import Wav2Vec2Config, Wav2Vec2ForCTC

    where = tmp_path_factory.mktemp("ctc")
    tokens = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ'"]
    config = Wav2Vec2Config(
        vocab_size=len(tokens), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, conv_dim=(8,) * 7,
        num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2, pad_token_id=0,
    )  # fmt: skip
    Wav2Vec2ForCTC(config).save_pretrained(where)
    (where / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
    return where


def test_a_network_in_a_folder_gives_every_word_a_time(folder, media_folder, models_folder):
    path = str(media_folder / "two_cities.wav")
    told = []
    runtime = Runtime(models_folder, lambda fraction, step, deadline=60.0: None, told.append, lambda: None)
    found = transcript.run(path, TranscriptOptions(aligner=str(folder)), media.probe(path), None, runtime)
    assert len(found.words) > 100 and not told
    assert all(word.start <= word.end for word in found.words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found.words))


@pytest.mark.parametrize("samples", [1, 100, 399, 799, 800, 1600])
def test_a_sound_that_is_all_but_nothing_gives_times_by_pauses(folder, samples):
    """Networks of this kind fail on less than a window; what is between two parts that are heard again may be shorter."""
    sound = 0.1 * np.random.default_rng(1).normal(size=samples).astype(np.float32)
    end = Fraction(samples, 16000)
    (word,) = word_times.refine([Heard(" a", Fraction(0), end, 0.9)], sound, ctc.load(folder))
    assert 0 <= word.start <= word.end <= end + Fraction(1, 1000)


@pytest.mark.parametrize("config, code", [(None, MISSING_MODEL), ({"model_type": "bert"}, BAD_INPUT), ([], BAD_INPUT)])
def test_folders_that_hold_no_aligner_are_refused(tmp_path, config, code):
    if config is not None:
        (tmp_path / "config.json").write_text(json.dumps(config))
        (tmp_path / "vocab.json").write_text(json.dumps({"a": 1, "b": 2}))
    with pytest.raises(EditorError) as told:
        ctc.load(tmp_path)
    assert told.value.code == code and "Aligner empty" in told.value.remedy


def test_pickled_weights_are_not_read(folder, tmp_path):
    for name in ("config.json", "vocab.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"anything")
    with pytest.raises(EditorError, match="safetensors"):
        ctc.load(tmp_path)
