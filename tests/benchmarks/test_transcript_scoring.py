"""The transcript benchmark's own arithmetic."""

from __future__ import annotations

import json
import re
import shutil

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


def test_a_long_file_is_the_reading_over_and_over(media_folder, tmp_path):
    reading = bench.Clip(str(media_folder / "beckett.wav"), "en", "Ever tried.")
    length = len(media.samples(reading.path))
    found = bench.repeated(reading, 2.5 * length / bench.RATE / 60, tmp_path)
    assert found.text == "Ever tried. Ever tried. Ever tried." and found.seconds == pytest.approx(3 * length / bench.RATE)
    assert len(media.samples(found.path)) == 3 * length


def manifest(folder, entries):
    path = folder / "manifest.json"
    path.write_text(entries if isinstance(entries, str) else json.dumps(entries))
    return path


@pytest.mark.parametrize(
    ("entries", "words"),
    [("[{", "is not JSON"), ("{}", "must hold a list"), ("[]", "must hold a list")],
)
def test_what_is_no_manifest_stops(tmp_path, entries, words):
    with pytest.raises(SystemExit, match=words):
        bench.read_manifest(manifest(tmp_path, entries))
    with pytest.raises(SystemExit, match=r"nowhere\.json cannot be read"):
        bench.read_manifest(tmp_path / "nowhere.json")


def test_one_bad_entry_is_named_and_does_not_stop_the_others(tmp_path, media_folder):
    shutil.copyfile(media_folder / "beckett.wav", tmp_path / "good.wav")
    shutil.copyfile(media_folder / "bikes.mp4", tmp_path / "mute.mp4")
    (tmp_path / "broken.wav").write_bytes(b"no sound at all")
    entries = [
        {"file": "absent.wav", "text": "x"},
        {"file": "mute.mp4", "text": "x"},
        {"file": "broken.wav", "text": "x"},
        {"text": "x"},
        "x",
        {"file": "good.wav", "text": 3},
        {"file": "good.wav", "text": "Ever tried", "language": "en-GB"},
    ]
    clips = bench.read_manifest(manifest(tmp_path, entries))
    assert [bool(clip.error) for clip in clips] == [True] * 6 + [False]
    for number, clip in enumerate(clips[:-1], 1):
        assert clip.error.startswith(f"entry {number} ")
    assert re.search("no such file", clips[0].error) and re.search("no sound", clips[1].error)
    assert clips[-1].language == "en" and clips[-1].seconds > 5


def test_ours_alone_writes_words_with_times_and_confidence(tmp_path, media_folder, models_folder):
    shutil.copyfile(media_folder / "beckett.wav", tmp_path / "good.wav")
    said = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
    entries = [{"file": name, "text": said, "language": "en"} for name in ("good.wav", "absent.wav")]
    asked = manifest(tmp_path, entries)
    out = tmp_path / "out.json"
    options = ["--manifest", asked, "--out", out, "--only-ours", "--model", "tiny.en", "--folder", models_folder]
    assert bench.main([str(option) for option in options]) == 0
    found = json.loads(out.read_text())
    assert set(found) == {"good.wav", "absent.wav"} and "no such file" in found["absent.wav"]["error"]
    good = found["good.wav"]
    assert bench.compare(said, good["text"], "en").rate <= 0.1 and good["seconds"] > 0
    assert " ".join(word for word, *_ in good["words"]).split() == good["text"].split()
    assert all(0 <= start < end and 0 <= confidence <= 1 for _, start, end, confidence in good["words"])


def test_characters_are_counted_without_words():
    assert bench.compare("a fine day", "a fine way", "en", characters=True) == bench.Errors(10, 1, 0, 0)
    assert bench.compare("", "abc", "en", characters=True) == bench.Errors(0, 0, 0, 3)
