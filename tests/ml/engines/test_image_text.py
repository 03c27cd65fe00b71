"""Image-text models with weights by chance: they answer what the library itself answers, whatever the kind and the picture's size."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
import torch
from assistant_editor.ml.engines import image_text
from assistant_editor.ml.engines.concept_words import BACKGROUND, FIXED, PLACES, TEMPLATES, own_concepts, prompts_of
from assistant_editor.ml.engines.picture_preparing import Preparing, read
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.protocol import ReadTexts

from tests import tiny_image_text

KINDS = ("clip", "siglip", "siglip2")
TEXTS = ["a photo of two people hugging", "night street", "a dog"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return {kind: tiny_image_text.make(tmp_path_factory.mktemp("models") / kind, kind) for kind in KINDS}


def picture(width: int, height: int, seed: int = 1) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(np.uint8)


def runtime(check=lambda: None) -> Runtime:
    from pathlib import Path

    return Runtime(Path("none"), lambda *_: None, lambda _: None, check)


@pytest.mark.parametrize("kind, size", [("clip", (32, 32)), ("siglip", (32, 32)), ("siglip2", (40, 32))])
def test_chances_are_the_librarys_own(models, kind, size):
    """Pictures of the very size the network wants, so that nothing is scaled; texts one by one, so that nothing is averaged."""
    pytest.importorskip("PIL")
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
    from transformers.models.siglip2.image_processing_pil_siglip2 import Siglip2ImageProcessorPil

    processor = {"clip": CLIPImageProcessorPil, "siglip": SiglipImageProcessorPil, "siglip2": Siglip2ImageProcessorPil}[kind]
    model, image = image_text.load(models[kind]), picture(*size)
    assert model.preparing.size(*size) == size
    given = processor.from_pretrained(models[kind])(images=image, return_tensors="pt")
    words = model.tokenizer(TEXTS, padding="max_length" if kind != "clip" else True, max_length=24, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        logits = model.network(**given, **words).logits_per_image.numpy()[0]
    background = model.phrases([(text,) for text in BACKGROUND])
    found = model.chances(model.pictures([image]), model.texts(TEXTS), background)[0]
    if kind == "clip":
        others = model.scale * model.pictures([image]) @ background.T
        wanted = [np.exp(one) / (np.exp(one) + np.exp(others).sum()) for one in logits]
    else:
        wanted = 1 / (1 + np.exp(-logits))
    assert found == pytest.approx(wanted, abs=1e-4)
    assert np.ptp(wanted) > 1e-4, "the texts must differ"


def test_siglip_2_asks_for_the_size_the_library_asks_for():
    pytest.importorskip("PIL")
    from transformers.models.siglip2.image_processing_pil_siglip2 import get_image_size_for_max_num_patches

    preparing = Preparing((224, 224), False, (0.5,) * 3, (0.5,) * 3, 16, 256)
    for width, height in ((1920, 1080), (1080, 1920), (640, 480), (100, 100), (4000, 50), (1, 1), (7680, 4320)):
        tall, wide = get_image_size_for_max_num_patches(height, width, 16, 256)
        assert preparing.size(width, height) == (wide, tall)


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_are_unit_vectors_of_one_width_for_pictures_of_any_size(models, kind):
    model = image_text.load(models[kind])
    texts = model.texts(TEXTS)
    assert np.linalg.norm(texts, axis=1) == pytest.approx(1, abs=1e-5)
    for size in ((320, 180), (180, 320), (33, 31), (2, 2), (900, 20)):
        rows = model.pictures([picture(*size), picture(*size, seed=2)])
        assert rows.shape == (2, texts.shape[1]) and np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
        assert not np.allclose(rows[0], rows[1])


def test_wide_pictures_are_seen_to_their_edges_by_a_model_of_middle_squares():
    preparing = Preparing((32, 32), True, (0.5,) * 3, (0.5,) * 3)
    image = np.zeros((180, 320, 3), np.uint8)
    image[:, :20], image[:, -20:] = (255, 0, 0), (0, 0, 255)
    views = preparing.views(image)
    assert views.shape == (2, 32, 32, 3)
    assert views[0][:, 0].mean(axis=0)[0] > 200 and views[1][:, -1].mean(axis=0)[2] > 200
    assert preparing.views(image[:, :190]).shape[0] == 1 and preparing.views(image.transpose(1, 0, 2)).shape[0] == 2


@pytest.mark.parametrize(
    "table, side, crop",
    [
        ({}, (224, 224), False), ({"size": 384}, (384, 384), False), ({"size": {"height": 256, "width": 320}}, (256, 320), False),
        ({"size": {"shortest_edge": 336}, "do_center_crop": True, "crop_size": {"height": 300, "width": 300}}, (300, 300), True),
        ({"size": {"shortest_edge": 240}, "do_center_crop": True}, (224, 224), True),
        ({"size": {"shortest_edge": 240}, "do_center_crop": True, "crop_size": 200}, (200, 200), True),
    ],
)  # fmt: skip
def test_every_way_in_which_sizes_are_written(table, side, crop):
    found = read(table, 224, 16, False, "")
    assert (found.side, found.crop) == (side, crop)


@pytest.mark.parametrize(
    "table",
    [
        {"size": "large"},
        {"image_mean": [1]},
        {"image_std": [0, 0, 0]},
        {"size": {"height": 0, "width": 9}},
        {"size": 10**6},
        {"image_mean": 3},
    ],
)
def test_tables_that_make_no_sense_are_refused(table):
    with pytest.raises(EditorError) as told:
        read(table, 224, 16, False, "Choose another.")
    assert told.value.code == BAD_INPUT and "preprocessor_config" in told.value.message


def test_patches_are_cut_as_the_library_cuts_them():
    pytest.importorskip("PIL")
    from transformers.models.siglip2.image_processing_pil_siglip2 import convert_image_to_patches

    preparing = Preparing((224, 224), False, (0.1, 0.2, 0.3), (0.5, 0.6, 0.7), 8, 20)
    views = picture(40, 24)[None]
    assert np.array_equal(preparing.squares(views)[0], convert_image_to_patches(preparing.numbers(views)[0], 8))


def test_siglip_reads_small_letters_without_signs_and_clip_as_it_is_written(models):
    siglip, clip = image_text.load(models["siglip"]), None
    assert np.array_equal(*siglip.texts(["Two people, hugging!", "two people hugging"]))
    clip = image_text.load(models["clip"])
    assert not np.array_equal(*clip.texts(["two people, hugging", "two people hugging"]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["", "  ", "!?", "a\ud800b", "word " * 500, "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "\x00"])
def test_odd_texts_have_a_vector_too(models, kind, text):
    rows = image_text.load(models[kind]).texts([text, "night"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("kind", ["siglip", "siglip2"])
def test_texts_of_siglip_end_and_are_filled_up_on_the_right_whatever_the_folder_says(kind, tmp_path):
    folder = tiny_image_text.make(tmp_path / kind, kind)
    said = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps({**said, "tokenizer_class": "GemmaTokenizer", "padding_side": "left"}))
    words = image_text.load(folder).tokenizer(["night"], padding="max_length", max_length=6)["input_ids"][0]
    assert words[-3:] == [0, 0, 0] and 2 in words[:3]


def test_clip_holds_a_concept_against_the_background():
    model = image_text.ImageText("m", Preparing((1, 1), False, (0,) * 3, (1,) * 3), False, 100.0, 0.0, None, None, "cpu", 1)
    image, background = np.array([[1.0, 0.0]]), np.array([[0.5, 0.1], [0.4, 0.3]])
    chances = model.chances(image, np.array([[0.6, 0.8], [0.5, 0.5], [0.4, 0.2]]), background)[0]
    assert chances == pytest.approx([1.0, 0.5, 0.0], abs=1e-3)
    assert model.chances(image, np.array([[0.51, 0.0]]), background[:1])[0, 0] == pytest.approx(1 / (1 + np.exp(-1)))


def test_a_model_that_is_certain_gives_no_warnings_and_no_nan():
    model = image_text.ImageText("m", Preparing((1, 1), False, (0,) * 3, (1,) * 3), False, 1e4, 0.0, None, None, "cpu", 1)
    chances = model.chances(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([[0.0, 1.0]]))
    assert chances.tolist() == [[1.0, pytest.approx(0, abs=1e-20)]]


def test_places_add_up_to_one_and_own_concepts_are_scored(models):
    telling = image_text.Telling(image_text.load(models["siglip"]), own_concepts("a red dog\n\n  hug \na  red dog\nindoor"))
    chances, vectors = telling.tell([picture(64, 36), picture(64, 36, 3)])
    assert telling.concepts == (*FIXED, "a red dog", "indoor", "outdoor")
    assert chances.shape == (2, len(telling.concepts)) and chances[:, -2:].sum(axis=1) == pytest.approx(1)
    assert vectors.shape == (2, telling.width)
    assert not np.allclose(chances[0], chances[1])


def test_every_concept_is_asked_for_in_every_template():
    prompts = prompts_of(("a red dog",))
    assert prompts["a red dog"] == tuple(template.format("a red dog") for template in TEMPLATES)
    assert len(prompts["kiss"]) == 2 * len(TEMPLATES) and not set(prompts) & set(PLACES)


def test_texts_are_read_for_search(models):
    answer = image_text.run(ReadTexts("r", tuple(TEXTS) * 20, "picture", str(models["siglip"])), runtime())
    rows = np.frombuffer(base64.b64decode(answer["vectors"]), np.float32).reshape(60, answer["width"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.allclose(rows[:3], rows[3:6], atol=1e-6) and not np.allclose(rows[0], rows[1])
    assert image_text.run(ReadTexts("r", (), "picture", str(models["siglip"])), runtime())["vectors"] == ""


def test_cancel_is_heard_between_texts(models):
    def check() -> None:
        raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as told:
        image_text.run(ReadTexts("r", ("a", "b"), "picture", str(models["siglip"])), runtime(check))
    assert told.value.code == CANCELLED


def test_no_folder_is_said_and_a_changed_one_is_read_again(models, tmp_path):
    with pytest.raises(EditorError) as told:
        image_text.run(ReadTexts("r", ("a",), "picture", ""), runtime())
    assert told.value.code == MISSING_MODEL and "Image-Text Model empty" in told.value.remedy
    folder = tiny_image_text.make(tmp_path / "one")
    first = image_text.load(folder)
    assert image_text.load(folder) is first
    tiny_image_text.make(folder, seed=7)
    assert not np.allclose(image_text.load(folder).texts(["night"]), first.texts(["night"]))
