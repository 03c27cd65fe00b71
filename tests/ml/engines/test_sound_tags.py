"""The road to an AudioSet tagger, with one whose weights are by chance: it runs, and refuses in words what it cannot use."""

from __future__ import annotations

import json
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import sound_tags, sounds
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import SoundsOptions, Span


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    import torch
    from transformers import ASTConfig, ASTForAudioClassification

    made = tmp_path_factory.mktemp("ast")
    torch.manual_seed(3)
    labels = {0: "Speech", 1: "Music", 2: "Applause", 3: "Laughter"}
    config = ASTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, num_mel_bins=64, max_length=200,
        id2label=labels, label2id={name: number for number, name in labels.items()},
    )  # fmt: skip
    ASTForAudioClassification(config).save_pretrained(made)
    return made


@pytest.fixture(scope="module")
def noise(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("noise") / "noise.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(np.random.RandomState(1).randint(-3000, 3000, 9 * 16000).astype("<i2").tobytes())
    return path


def run(path: Path, options: SoundsOptions):
    return sounds.run(path, options, media.probe(path), None, Runtime(Path("none"), lambda *_: None, lambda _: None, lambda: None))


def test_it_runs_from_a_folder_and_events_lie_within_the_sound(folder, noise):
    facts = run(noise, SoundsOptions(0.01, str(folder)))
    assert facts.method == f"AST {folder.name}"
    assert {event.label for event in facts.events} == {"music", "applause", "laughter"}
    assert all(0 <= event.span.start < event.span.end <= 9 for event in facts.events)
    assert run(noise, SoundsOptions(1.0, str(folder))).events == ()


def test_events_are_where_the_chances_are():
    rows = np.full((10, 2), 0.05)
    rows[3:6, 1] = 0.9
    (event,) = sound_tags._events(rows, ("Speech", "Applause"), 0.5, Span(Fraction(100), Fraction(111)))
    assert event.label == "applause" and event.confidence == pytest.approx(0.9)
    assert (event.span.start, event.span.end) == (Fraction(207, 2), Fraction(213, 2))


@pytest.mark.parametrize("config, code", [(None, MISSING_MODEL), ({"model_type": "bert"}, BAD_INPUT)])
def test_folders_that_hold_no_tagger_are_refused(tmp_path, noise, config, code):
    if config is not None:
        (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(EditorError) as told:
        run(noise, SoundsOptions(0.5, str(tmp_path)))
    assert told.value.code == code and "Sound Model empty" in told.value.remedy


def test_pickled_weights_are_not_read(folder, noise, tmp_path):
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"anything")
    with pytest.raises(EditorError, match="safetensors"):
        run(noise, SoundsOptions(0.5, str(tmp_path)))


def test_no_folder(noise):
    with pytest.raises(EditorError) as told:
        run(noise, SoundsOptions(0.5, "/nowhere"))
    assert told.value.code == MISSING_MODEL
