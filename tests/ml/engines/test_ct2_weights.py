"""Whisper's weights in either layout: the same numbers, exactly, both ways; damaged files are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from assistant_editor.ml import models
from assistant_editor.ml.engines import convert, ct2_weights
from assistant_editor.ml.errors import BAD_INPUT, EditorError


@pytest.fixture(scope="module")
def packaged(models_folder):
    return models.path_of("whisper-tiny.en", models_folder)


@pytest.fixture(scope="module")
def variables(packaged):
    return ct2_weights.read(packaged / "model.bin")


def test_the_sizes_of_tiny(variables):
    assert ct2_weights.dimensions(variables) == ct2_weights.Dimensions(80, 1500, 384, 6, 4, 51864, 448, 384, 6, 4)


def test_there_and_back_gives_the_same_numbers(variables):
    state = ct2_weights.to_openai(variables)
    again, aliases = ct2_weights.from_openai(state, ct2_weights.dimensions(variables))
    assert set(variables) <= set(again) and aliases == {"decoder/projection/weight": "decoder/embeddings/weight"}
    for name, array in variables.items():
        assert again[name].dtype == array.dtype and np.array_equal(again[name], array), name


def test_the_key_has_no_bias_to_lose(variables):
    width = 384
    for name, array in variables.items():
        if name.endswith("self_attention/linear_0/bias"):
            assert not array[width : 2 * width].any()
        if "/attention/linear_1/bias" in name:
            assert not array[:width].any()


def test_int8_is_scaled_back(variables):
    weight = variables["encoder/layer_0/ffn/linear_0/weight"].astype(np.float32)
    scale = 127 / np.abs(weight).max(axis=1)
    stored = {
        **variables,
        "encoder/layer_0/ffn/linear_0/weight": np.round(weight * scale[:, None]).astype(np.int8),
        "encoder/layer_0/ffn/linear_0/weight_scale": scale,
    }
    back = ct2_weights.to_openai(stored)["encoder.blocks.0.mlp.0.weight"]
    assert np.abs(back - weight).max() <= (0.5 / scale).max() * 1.001
    del stored["encoder/layer_0/ffn/linear_0/weight_scale"]
    with pytest.raises(EditorError, match="cannot be scaled back"):
        ct2_weights.to_openai(stored)


def test_a_written_file_is_the_packaged_one(variables, packaged, tmp_path):
    ct2_weights.write(tmp_path / "model.bin", variables, {"decoder/projection/weight": "decoder/embeddings/weight"})
    assert (tmp_path / "model.bin").read_bytes() == (packaged / "model.bin").read_bytes()


@pytest.mark.parametrize("keep", [0, 3, 20, 400, 1_000_000])
def test_a_file_cut_short_is_refused(packaged, tmp_path, keep):
    with (packaged / "model.bin").open("rb") as stream:
        (tmp_path / "model.bin").write_bytes(stream.read(keep))
    with pytest.raises(EditorError) as caught:
        ct2_weights.read(tmp_path / "model.bin")
    assert caught.value.code == BAD_INPUT and "model.bin" in str(caught.value)


def test_another_kind_of_file_is_refused(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"\x80\x04" + bytes(1000))
    with pytest.raises(EditorError, match=r"model\.bin"):
        ct2_weights.read(tmp_path / "model.bin")


def test_openai_whisper_loads_what_was_made_and_it_converts_back(models_folder, packaged, tmp_path, worker_python):
    """The real route: no network is needed when the other layout is here."""
    (tmp_path / "whisper-tiny.en").symlink_to(packaged, target_is_directory=True)
    made = models.fetch("openai-whisper-tiny.en", tmp_path, consent=False, python=worker_python)
    import whisper

    assert whisper.load_model(str(made), device="cpu").dims.n_vocab == 51864
    assert models.path_of("openai-whisper-tiny.en", tmp_path) == made
    named = made.rename(made.with_name("tiny.en.pt"))
    folder = tmp_path / "back"
    folder.mkdir()
    assert convert.main(["ctranslate2", str(named), str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.json",
        "preprocessor_config.json",
    }
    mine, theirs = (json.loads((place / "config.json").read_text()) for place in (folder, packaged))
    for key in ("alignment_heads", "suppress_ids", "suppress_ids_begin"):
        assert mine[key] == theirs[key]
    mine, theirs = (json.loads((place / "tokenizer.json").read_text(encoding="utf-8")) for place in (folder, packaged))
    assert [" ".join(merge) for merge in mine["model"]["merges"]] == theirs["model"]["merges"]
    shared = {key: number for key, number in theirs["model"]["vocab"].items() if key != "<|endoftext|>"}
    assert mine["model"]["vocab"] == shared

    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

    loaded = WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)
    tokenizer = Tokenizer(loaded.hf_tokenizer, False)
    text = " Ça, naïve coöperation \u4f60\u597d 12,5 %!"
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert (tokenizer.sot, tokenizer.eot, tokenizer.no_timestamps) == (50257, 50256, 50362)


def test_the_vocabulary_of_many_languages_is_the_packaged_one(models_folder):
    from whisper.tokenizer import get_tokenizer

    packaged = models.path_of("whisper-base", models_folder)
    tokenizer = get_tokenizer(True, num_languages=99)
    tokens = convert.vocabulary(tokenizer)
    assert tokens == json.loads((packaged / "vocabulary.json").read_text(encoding="utf-8"))
    theirs = json.loads((packaged / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    mine = convert.huggingface(tokenizer, tokens)["model"]
    assert mine["merges"] == theirs["merges"] and mine["vocab"] == theirs["vocab"]
    sizes = ct2_weights.dimensions(ct2_weights.read(packaged / "model.bin"))
    from whisper import _ALIGNMENT_HEADS

    assert convert.config(tokenizer, sizes, _ALIGNMENT_HEADS["base"]) == json.loads((packaged / "config.json").read_text())
