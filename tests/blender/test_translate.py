"""Translate Captions end to end: real captions, a real worker; the sentences were translated before, so no model is loaded."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import translation
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, STALE
from assistant_editor.operators import work
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import translating
from assistant_editor.timeline.tags import tag_of

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "opus-en-fr"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "marian"}))
    (folder / "model.safetensors").write_bytes(b"")
    return folder


@pytest.fixture
def talk(room: CuttingRoom, media_folder: Path) -> CuttingRoom:
    stage.add_sound(room.scene, media_folder / "dialogue.wav", 1, 3, "talk")
    room.run("auto_captions")
    return room


def of_kind(room: CuttingRoom, kind: str) -> list[object]:
    return sorted((s for s in room.strips if s.type == "TEXT" and (tag := tag_of(s)) and tag.kind == kind), key=stage.extent)


def remember(room: CuttingRoom, folder: Path, model: Path) -> list[str]:
    """Puts a translation of every sentence into the cache, word by word the same letters backwards."""
    texts = [sentence.text for sentence in translating.sentences(work.look(room.scene))]
    told = [" ".join(word[::-1] for word in text.split()) for text in texts]
    for key, text in zip(translation.keys_of(model, "en", "fr", texts), told, strict=True):
        assert Cache(folder).store_text(key, text) == ""
    return told


def test_sentences_become_captions_of_their_own_beside_those_that_stand(talk: CuttingRoom, results_folder: Path, model: Path) -> None:
    told = remember(talk, results_folder, model)
    before = [(s.name, s.text, stage.extent(s)) for s in of_kind(talk, "caption")]
    talk.run("translate_captions", translate_to="fr", translation_model=str(model))
    made = of_kind(talk, "translation")
    assert " ".join(" ".join(strip.text for strip in made).split()) == " ".join(told)
    assert [(s.name, s.text, stage.extent(s)) for s in of_kind(talk, "caption")] == before
    assert {s.channel for s in made}.isdisjoint({s.channel for s in of_kind(talk, "caption")})
    assert all(mine.location[1] > other.location[1] for mine in made for other in of_kind(talk, "caption"))
    again = talk.dump()
    talk.run("translate_captions")
    assert not talk.changed_since(again)


def test_the_command_line_translates(talk: CuttingRoom, results_folder: Path, model: Path, tmp_path: Path) -> None:
    told, target = remember(talk, results_folder, model), tmp_path / "done.json"
    options = ["--options", "translate_to=fr", f"translation_model={model}", "--json", str(target)]
    assert cli.main(["translate", *options]) == 0
    made = of_kind(talk, "translation")
    assert " ".join(" ".join(strip.text for strip in made).split()) == " ".join(told)
    assert json.loads(target.read_text(encoding="utf-8"))["counts"]["added"]["translation"] == len(made)
    assert cli.main(["translate", "--options", "translate_to=fr", "translation_model=/nowhere/opus"]) == 4


def test_translations_keep_to_the_pictures_cuts(talk: CuttingRoom, results_folder: Path, model: Path, films: Path) -> None:
    """A film that nobody looked for shots in: a cut lies where a piece of it begins."""
    remember(talk, results_folder, model)
    talk.run("translate_captions", translate_to="fr", translation_model=str(model))
    start, end = stage.extent(of_kind(talk, "translation")[0])
    cut = end - 4
    assert end - start > 16
    film = stage.add_movie(talk.scene, films / "rate-25-1.mp4", cut, 1, "film")
    assert stage.extent(film)[1] > end
    talk.run("translate_captions")
    across = [(cut - first, last - cut) for first, last in map(stage.extent, of_kind(talk, "translation")) if first < cut < last]
    assert all(min(sides) >= 12 for sides in across), "half a second on both sides, or none"


@pytest.mark.parametrize(
    "options, code, words",
    [
        ({"translate_to": "fr"}, BAD_INPUT, "none is chosen"),
        ({"translation_model": "x"}, BAD_INPUT, "No language"),
        ({"translate_to": "fr", "translation_model": "/nowhere/opus"}, MISSING_MODEL, "translation model"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(talk: CuttingRoom, options: dict[str, str], code: str, words: str) -> None:
    settings = talk.scene.assistant_editor
    settings.translate_to = settings.translation_model = ""
    before = talk.dump()
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.assistant_editor.translate_captions(**options)
    assert desk.error is not None and desk.error.code == code
    assert not talk.changed_since(before)


def test_without_captions_there_is_nothing_to_translate(room: CuttingRoom, media_folder: Path, model: Path) -> None:
    stage.add_sound(room.scene, media_folder / "dialogue.wav", 1, 3, "talk")
    with pytest.raises(RuntimeError, match="Auto Captions"):
        bpy.ops.assistant_editor.translate_captions(translate_to="fr", translation_model=str(model))
    assert desk.error is not None and desk.error.code == STALE
