"""Folders with models: what is wrong with one is said, whatever it is."""

from __future__ import annotations

import json
import shutil

import pytest
from assistant_editor.ml.engines.model_folder import PICKLED, SAFE, Wanted, opened
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError

from tests import tiny_image_text

WANTED = Wanted("an image-text model", "CLIP or SigLIP", ("clip", "siglip"), "Choose another folder.", "leave it empty")


@pytest.fixture(scope="module")
def siglip(tmp_path_factory):
    return tiny_image_text.make(tmp_path_factory.mktemp("folder") / "siglip")


@pytest.mark.parametrize(
    "files, code, words",
    [
        ({}, MISSING_MODEL, "config.json cannot be read"),
        ({"config.json": "nonsense"}, MISSING_MODEL, "config.json cannot be read"),
        ({"config.json": "[1]"}, BAD_INPUT, "no table"),
        ({"config.json": "{}"}, BAD_INPUT, "''"),
        ({"config.json": '{"model_type": "bert"}'}, BAD_INPUT, "'bert', not an image-text model"),
        ({"config.json": '{"model_type": "clip"}'}, MISSING_MODEL, "model.safetensors"),
        ({"config.json": '{"model_type": "clip"}', "pytorch_model.bin": "x"}, MISSING_MODEL, "model.safetensors"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, files, code, words):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(EditorError) as told:
        opened(tmp_path, WANTED)
    assert told.value.code == code and words in str(told.value) and "another folder" in told.value.remedy


@pytest.mark.parametrize("path", ["", "/nowhere/at/all"])
def test_no_folder(path):
    with pytest.raises(EditorError, match="There is no folder") as told:
        opened(path, WANTED)
    assert told.value.code == MISSING_MODEL


def test_state_dicts_are_taken_only_where_they_are_allowed(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "clip"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    allowed = Wanted(WANTED.what, WANTED.called, WANTED.kinds, WANTED.remedy, weights=(*SAFE, *PICKLED))
    assert opened(tmp_path, allowed).kind == "clip"


def test_damaged_weights_and_weights_of_another_size_are_refused(siglip, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(siglip, folder)
    (folder / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(EditorError, match="cannot be loaded") as told:
        opened(folder, WANTED).network("SiglipModel")
    assert told.value.code == BAD_INPUT and told.value.detail


def test_weights_that_lack_a_part_are_refused_where_all_are_needed(siglip, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "half"
    shutil.copytree(siglip, folder)
    kept = {name: value for name, value in load_file(siglip / "model.safetensors").items() if name.startswith("vision_model")}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})
    assert opened(folder, WANTED).network("SiglipModel").training is False
    with pytest.raises(EditorError, match="lacks"):
        opened(folder, WANTED).network("SiglipModel", whole=True)


def test_a_tokenizer_that_is_not_there_is_refused(siglip, tmp_path):
    folder = tmp_path / "mute"
    shutil.copytree(siglip, folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)
    with pytest.raises(EditorError, match="cannot be loaded"):
        opened(folder, WANTED).tokenizer()


def test_a_tokenizer_that_wants_another_library_is_read_from_its_file(siglip, tmp_path):
    """SigLIP's own class needs sentencepiece and its file; tokenizer.json says the same."""
    folder = tmp_path / "slow"
    shutil.copytree(siglip, folder)
    said = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps({**said, "tokenizer_class": "SiglipTokenizer"}))
    words = opened(folder, WANTED).tokenizer()("a photo of two people", padding="max_length", max_length=8, truncation=True)
    assert words["input_ids"] == [4, 5, 6, 11, 12, 2, 0, 0]


def test_code_in_a_folder_is_never_run(siglip, tmp_path):
    folder = tmp_path / "coded"
    shutil.copytree(siglip, folder)
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    for name, table in (
        ("config.json", {"AutoModel": "evil.Evil"}),
        ("tokenizer_config.json", {"AutoTokenizer": ["evil.Evil", "evil.Evil"]}),
    ):
        said = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**said, "auto_map": table, "tokenizer_class": "Evil"}))
    found = opened(folder, WANTED)
    found.network("SiglipModel")
    assert found.tokenizer()("night")["input_ids"] == [15, 2]
    assert not (tmp_path / "ran").exists()
