"""The transcript benchmark's own arithmetic."""

from __future__ import annotations

import json

import pytest
from assistant_editor.benchmarks import transcript as bench
from assistant_editor.ml import media


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("a fine day", "A fine day.", (3, 0, 0, 0)),
        ("We'll go, won't we?", "we will go will not we", (6, 0, 0, 0)),
        ("the small dog", "the dog", (3, 0, 1, 0)),
        ("the small dog", "the very small dog", (3, 0, 0, 1)),
        ("the small dog", "the tall dog", (3, 1, 0, 0)),
        ("the small dog", "", (3, 0, 3, 0)),
        ("", "invented", (0, 0, 0, 1)),
    ],
)
def test_words_are_compared_as_whisper_spells_them(said, heard, errors):
    assert bench.compare(said, heard, "en") == bench.Errors(*errors)


def test_other_languages_keep_their_letters():
    assert bench.compare("Eaux et forêts!", "eaux et forêts", "fr").rate == 0
    assert bench.compare("Straße", "Strasse", "de").rate == 1


def test_rates_weigh_words_not_clips():
    total = bench.Errors(9, 0, 0, 0) + bench.Errors(1, 1, 0, 0)
    assert total.rate == 0.1
    assert bench.Errors(0, 0, 0, 1).rate == 1.0 and bench.Errors().rate == 0.0


def test_joined_clips_hold_every_sound_and_word(media_folder, tmp_path):
    one = bench.Clip(str(media_folder / "beckett.wav"), "en", "first")
    two = bench.Clip(str(media_folder / "beckett.wav"), "en", "second")
    other = bench.Clip(str(media_folder / "beckett.wav"), "de", "allein")
    (found,) = bench.joined([one, other, two], tmp_path)
    assert (found.language, found.text) == ("en", "first second")
    length = len(media.samples(one.path)) + int(bench.PAUSE * bench.RATE)
    assert abs(len(media.samples(found.path)) - 2 * length) <= 2


def test_a_label_without_its_file_stops(tmp_path):
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps([{"file": "absent.wav", "language": "en", "text": "x"}]))
    with pytest.raises(SystemExit, match=r"absent\.wav"):
        bench.read_labels(tmp_path, labels)
