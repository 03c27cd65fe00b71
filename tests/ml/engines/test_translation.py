"""The road to a translation model, with one whose weights are by chance: texts go in and come out, cached, cancelled, refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import translation
from assistant_editor.ml.engines.languages_of_models import flores
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.protocol import Translate, decode, encode

from tests import tiny_marian

TEXTS = ("how are you", "", "it was the best of times", "how are you")


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return tiny_marian.make(tmp_path_factory.mktemp("marian"))


def run(model: Path, cache: Path, texts=TEXTS, check=lambda: None, told=lambda *_: None, target="fr") -> list[str]:
    runtime = Runtime(Path("none"), told, lambda _: None, check)
    return translation.run(Translate("t", tuple(texts), "en", target, str(model)), Cache(cache), runtime)["texts"]


def test_every_text_gets_one_in_its_place(model, tmp_path):
    steps = []
    texts = run(model, tmp_path, told=lambda fraction, step, _deadline: steps.append((fraction, step)))
    assert len(texts) == 4 and texts[1] == "" and texts[0] == texts[3] != ""
    assert steps[0][0] == 0 and steps[-1][0] == 1 and "Translating" in steps[-1][1]


def test_what_was_translated_before_needs_no_model(model, tmp_path, monkeypatch):
    first = run(model, tmp_path)

    def never(*_given):
        raise AssertionError("the model was loaded again")

    monkeypatch.setattr(translation, "load", never)
    assert run(model, tmp_path) == first
    with pytest.raises(AssertionError):
        run(model, tmp_path, ("something new",))
    with pytest.raises(AssertionError):
        run(model, tmp_path, target="de")


def test_a_changed_model_translates_anew(model, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    before = translation.keys_of(copy, "en", "fr", TEXTS)
    (copy / "config.json").write_text((copy / "config.json").read_text() + "\n")
    assert not set(before) & set(translation.keys_of(copy, "en", "fr", TEXTS))


def test_cancel_is_heard_within_a_sentence(model, tmp_path):
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 5:
            raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as told:
        run(model, tmp_path, ("how are you",), check)
    assert told.value.code == CANCELLED and len(calls) == 5


@pytest.mark.parametrize(
    "files, code",
    [
        ({}, MISSING_MODEL),
        ({"config.json": "nonsense"}, MISSING_MODEL),
        ({"config.json": json.dumps({"model_type": "marian"})}, MISSING_MODEL),
        ({"config.json": json.dumps({"model_type": "bert"}), "model.safetensors": ""}, BAD_INPUT),
        ({"config.json": json.dumps({"model_type": "marian"}), "model.safetensors": "damaged"}, BAD_INPUT),
    ],
)
def test_folders_that_hold_no_translator_are_refused(tmp_path, files, code):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(EditorError) as told:
        run(tmp_path, tmp_path / "cache")
    assert told.value.code == code and "MarianMT" in told.value.remedy


def test_no_folder_at_all(tmp_path):
    with pytest.raises(EditorError) as told:
        run(tmp_path / "nowhere", tmp_path)
    assert told.value.code == MISSING_MODEL


class _Tokenizer:
    """What is used of the tokenizers of many languages."""

    unk_token_id = 3
    src_lang = ""

    def __init__(self, tokens):
        self.tokens = tokens

    def convert_tokens_to_ids(self, name):
        return self.tokens.get(name, 3)


class TestLanguages:
    def test_nllb_names_are_found_from_short_codes(self):
        tokenizer = _Tokenizer({"eng_Latn": 10, "fra_Latn": 11})
        assert translation._languages(tokenizer, "m2m_100", "en", "fr", "nllb") == ("", 11)
        assert tokenizer.src_lang == "eng_Latn"

    def test_m2m_codes_are_used_as_they_are(self):
        tokenizer = _Tokenizer({})
        tokenizer.lang_code_to_token = {"en": "__en__", "fr": "__fr__"}
        tokenizer.get_lang_id = {"en": 5, "fr": 6}.__getitem__
        assert translation._languages(tokenizer, "m2m_100", "en", "fr", "m2m") == ("", 6)
        assert tokenizer.src_lang == "en"

    def test_a_marian_of_several_languages_is_told_which(self):
        tokenizer = _Tokenizer({})
        tokenizer.supported_language_codes = [">>fra<<", ">>deu<<"]
        assert translation._languages(tokenizer, "marian", "en", "de", "mul") == (">>deu<< ", None)
        with pytest.raises(EditorError, match="does not know the language 'ja'"):
            translation._languages(tokenizer, "marian", "en", "ja", "mul")

    def test_a_language_that_is_not_there_is_refused(self):
        with pytest.raises(EditorError) as told:
            translation._languages(_Tokenizer({"eng_Latn": 10}), "m2m_100", "en", "tlh", "nllb")
        assert told.value.code == BAD_INPUT

    def test_codes(self):
        assert [flores(code) for code in ("en", "de", "ja", "zh", "pt", "eng_Latn")] == [
            "eng_Latn", "deu_Latn", "jpn_Jpan", "zho_Hans", "por_Latn", "eng_Latn",
        ]  # fmt: skip


def test_the_message_goes_through_the_pipe():
    message = Translate("t", ("é", ""), "en", "fr", "/models/opus")
    assert decode(encode(message)) == message
