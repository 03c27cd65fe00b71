"""What counts as clipped and as removed, that labels are where the sound says, and that auto-editor's way is computed as it is."""

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from benchmarks import silences
from benchmarks.silences_labels import RATE, Laid, Phrase, babble, laid, mixed, music, other_voices, stretches, with_noise
from benchmarks.silences_scoring import Score, clipped_words, inside, places, score, together
from benchmarks.timing_labels import Piece

CHANCE = np.random.default_rng(2)
PHRASE = Phrase(2.0, 4.0, ("aaa", "bbbb", "cc"), ((2.0, 2.8), (3.2, 4.0)))
SOUND = Laid(np.zeros(8 * RATE, np.float32), (PHRASE,), ((0.0, 2.0), (4.0, 8.0)))


def tone(seconds, level=0.2):
    return (level * CHANCE.standard_normal(int(seconds * RATE))).astype(np.float32)


def quiet(seconds):
    return np.zeros(int(seconds * RATE), np.float32)


def test_words_have_places_by_their_letters():
    assert places(PHRASE) == [pytest.approx(one) for one in ((2.0, 2 + 8 / 12), (2 + 8 / 12, 2 + 18 / 12), (2 + 18 / 12, 4.0))]


@pytest.mark.parametrize(
    "cuts, clipped",
    [
        ([], 0),
        ([(0.0, 2.0), (4.0, 8.0)], 0),
        ([(0.0, 2.009)], 0),  # a row's worth
        ([(0.0, 2.02)], 1),
        ([(3.97, 8.0)], 1),
        ([(2.8, 3.2)], 0),  # a hole between sounds is nobody's
        ([(2.75, 3.25)], 1),
        ([(2.5, 3.6)], 3),
        ([(0.0, 8.0)], 3),
        ([(2.1, 2.2), (3.9, 3.95)], 2),
    ],
)
def test_a_word_is_clipped_when_something_of_it_that_sounds_is_gone(cuts, clipped):
    assert clipped_words(PHRASE, cuts) == clipped
    assert score(SOUND, cuts, 30, 0.1, 0.1).clipped == clipped


def test_what_could_be_removed_are_the_whole_frames_between_the_paddings():
    # 0 to 2 s has padding at its end only, 4 to 8 s at its beginning: frames 0 to 46 of 25 a second, and 103 to 199.
    every = score(SOUND, [(0.0, 2.0), (4.0, 8.0)], 25, 0.1, 0.1)
    assert every.allowed == 47 + 97 and every.taken == every.allowed and every.removed == pytest.approx(6.0) and every.kept == 0
    one = score(SOUND, [(0.0, 1.0)], 25, 0.1, 0.1)
    assert (one.taken, one.kept, one.pauses, one.silence) == (25, 1, 2, 6.0)
    assert score(SOUND, [], 25, 0.1, 0.1).taken == 0


def test_scores_add_up():
    one, other = score(SOUND, [(0.0, 2.02)], 30, 0.1, 0.1), score(SOUND, [(4.0, 6.0)], 30, 0.1, 0.1)
    total = one + other
    assert total.words == 6 and total.clipped == 1 and total.taken == one.taken + other.taken and Score() + one == one


def test_cuts_that_overlap_count_once():
    assert together([(3.0, 4.0), (0.0, 1.0), (0.5, 2.0), (5.0, 5.0)]) == [(0.0, 2.0), (3.0, 4.0)]
    assert inside((0.5, 3.5), [(0.0, 1.0), (3.0, 9.0)]) == pytest.approx(1.0)


def test_silences_are_where_the_labels_say():
    pieces = [Piece(tone(1.0), "one two", "en"), Piece(np.concatenate([tone(0.5), quiet(0.3), tone(0.5)]), "three four", "en")]
    sound = laid(pieces, seed=3)
    for start, end in sound.silences:
        assert end - start >= 0.7 and not sound.samples[round(start * RATE) + 1 : round(end * RATE) - 1].any()
    assert sorted(word for phrase in sound.phrases for word in phrase.words) == ["four", "one", "three", "two"]
    broken = next(phrase for phrase in sound.phrases if phrase.words[0] == "three")
    assert len(broken.sounding) == 2 and broken.sounding[0][0] == broken.start and broken.sounding[1][1] == pytest.approx(broken.end)
    assert broken.sounding[0][1] == pytest.approx(broken.start + 0.5, abs=0.02)
    assert [phrase.words for phrase in laid(pieces, 3).phrases] == [phrase.words for phrase in sound.phrases]


def test_all_phrases_are_equally_loud_or_as_uneven_as_asked():
    def levels(uneven):
        sound = laid([Piece(tone(1.0, 0.01 * n), "a b", "en") for n in range(1, 9)], 5, uneven)
        parts = [sound.samples[int(one.start * RATE) : int(one.end * RATE)] for one in sound.phrases]
        return [10 * np.log10(np.mean(np.square(part))) for part in parts]

    assert np.ptp(levels(0.0)) < 0.2 and 4 < np.ptp(levels(12.0)) <= 12.2


def test_other_voices_are_higher_and_faster_or_lower_and_slower():
    now = np.arange(RATE) / RATE
    pieces = [Piece(np.sin(2 * np.pi * 200 * now).astype(np.float32), "a b", "en")] * 2
    slow, fast = other_voices(pieces)
    assert len(slow.samples) == int(RATE / 0.85) and len(fast.samples) == int(RATE / 1.2) and slow.text == "a b"
    assert np.sum(np.diff(np.sign(fast.samples)) > 0) == pytest.approx(200, abs=2)


def test_a_phrase_without_a_hole_sounds_all_along():
    assert stretches(tone(0.7)) == [(0.0, pytest.approx(0.7))]


@pytest.mark.parametrize("kind", ["white", "pink", "babble"])
@pytest.mark.parametrize("decibels", [20, 5])
def test_noise_is_as_loud_as_it_says(kind, decibels):
    sound = laid([Piece(tone(2.0, 0.05), "a b", "en"), Piece(tone(3.0, 0.05), "c d", "en")], 1)
    noisy = with_noise(sound, kind, decibels, 7)
    noise = noisy - sound.samples
    spoken = np.concatenate([sound.samples[int(a * RATE) : int(b * RATE)] for one in sound.phrases for a, b in one.sounding])
    assert 10 * np.log10(np.mean(spoken**2) / np.mean(noise**2)) == pytest.approx(decibels, abs=0.3)
    assert np.array_equal(noisy, with_noise(sound, kind, decibels, 7))


def test_noises_have_their_colours():
    sound = laid([Piece(tone(4.0), "a b", "en")], 1)

    def tilt(kind):
        power = np.abs(np.fft.rfft(with_noise(sound, kind, -40, 1))) ** 2
        return 10 * np.log10(power[len(power) // 80 : len(power) // 40].mean() / power[len(power) // 2 : -1].mean())

    assert abs(tilt("white")) < 1.5 and 12 < tilt("pink") < 19
    with pytest.raises(ValueError, match="no noise"):
        with_noise(sound, "brown", 10, 1)


def test_babble_and_music_never_pause():
    sound = laid([Piece(tone(2.0), "a b", "en"), Piece(tone(1.5), "c d", "en")], 1)
    for other in (babble(sound, np.random.default_rng(1)), music(len(sound.samples), 1)):
        parts = other[: len(other) // RATE * RATE].reshape(-1, RATE)
        power = np.mean(np.square(parts), axis=1)
        assert len(other) == len(sound.samples) and power.min() > 0.1 * power.max()
    assert np.abs(mixed(sound, music(len(sound.samples), 1), -20)).max() <= 0.991


def test_the_level_way_is_auto_editors():
    # 30 frames a second; loudest .5, so what reaches .02 stays.
    sound = np.concatenate([quiet(2.0), np.full(RATE, 0.5, np.float32), quiet(2.0), np.full(RATE, 0.03, np.float32), quiet(1.0)])
    stays = silences.by_level(sound)
    edges = (np.flatnonzero(np.diff(stays.astype(int))) + 1).tolist()
    assert len(stays) == 210 and edges == [60 - 6, 90 + 6, 150 - 6, 180 + 6]
    softer = np.where(sound == np.float32(0.03), np.float32(0.01), sound)
    assert (np.flatnonzero(np.diff(silences.by_level(softer).astype(int))) + 1).tolist() == [54, 96]


def test_clips_and_cuts_that_are_too_short_go():
    stays = np.array([0] * 10 + [1] * 2 + [0] * 10 + [1] * 9 + [0] * 5 + [1] * 9 + [0] * 10, bool)
    assert np.flatnonzero(np.diff(silences.cooked(stays).astype(int))).tolist() == [21, 44]


def test_the_bench_runs_on_the_packaged_reading(monkeypatch, tmp_path, media_folder):
    monkeypatch.setenv("ASSISTANT_EDITOR_TEST_MEDIA", str(media_folder))
    every = silences.packaged()
    assert len(every) == 17 and sum(len(piece.text.split()) for piece in every) == 119
    monkeypatch.setattr(silences, "conditions", lambda sound, seed, levels=(): {"white 20 dB": with_noise(sound, "white", 20, seed)})
    runtime = silences.Runtime(Path(), lambda *_: None, lambda _: None, lambda: None)
    ways = {"ours": silences.ours(silences.CUTTING, silences.Listener(runtime)), "theirs": silences.auto_editor(None)}
    rows = silences.measured([every], ways, 1, tmp_path)
    ours = [row for row in rows if row["contender"] == "ours"]
    assert [row["condition"] for row in ours] == ["white 20 dB", "uneven voices, white 20 dB"]
    for row in ours:
        assert row["words"] == 119 and row["clipped"] == 0 and row["taken"] >= 0.95 * row["allowed"] and row["kept"] == 0
    told = silences.table(rows)
    assert "| white 20 dB | 0 of 119, 9" in told and "an hour of material" in told


def test_speech_music_and_the_room_are_told_apart_in_real_speech(media_folder, models_folder, monkeypatch, tmp_path):
    """Music between phrases stays where the listener named it, or where any sound stays; the silent pauses go."""
    monkeypatch.setenv("ASSISTANT_EDITOR_TEST_MEDIA", str(media_folder))
    from assistant_editor.ml import media
    from assistant_editor.ml.engines import sounds, voicing
    from assistant_editor.ml.facts import SoundsOptions, VoiceOptions

    bed = music(20 * RATE, 1)
    bed *= 0.03 / np.sqrt(np.mean(bed**2))
    parts, played, empty = [], [], []
    for number, piece in enumerate(silences.packaged()[1:5]):
        parts.append(piece.samples)
        at = sum(map(len, parts)) / RATE
        parts.append(bed[: 4 * RATE] if number % 2 else np.zeros(3 * RATE))
        (played if number % 2 else empty).append((at, at + len(parts[-1]) / RATE))
    sound = np.concatenate(parts)
    path = tmp_path / "sound.wav"
    silences.media_write(path, sound + CHANCE.normal(0, 0.0008, len(sound)))
    runtime = silences.Runtime(models_folder, lambda *_: None, lambda _: None, lambda: None)
    probed = media.probe(str(path))
    voice = voicing.run(str(path), VoiceOptions(), probed, None, runtime)
    kinds = sounds.run(str(path), SoundsOptions(), probed, None, runtime)
    strip = silences.StripRef(
        "s", "SOUND", "", "m", 1, silences.FrameRange(0, int(len(sound) / RATE * 30)), silences.SourceMap(Fraction(0), Fraction(30))
    )

    def gone(keep, known):
        options = replace(silences.CUTTING, **keep)
        found = silences.silences.propose({"m": voice}, {}, {"m": kinds} if known else {}, [strip], options, Fraction(30))
        cuts = together([(one.frames.start / 30, one.frames.end / 30) for one in found.removals])
        return [[inside(span, cuts) / (span[1] - span[0]) for span in spans] for spans in (played, empty)]

    for keep, known in (({"keep_music": True}, True), ({"keep_sounds": True}, False)):
        music_gone, silence_gone = gone(keep, known)
        assert max(music_gone) < 0.15 and min(silence_gone) > 0.75, (keep, music_gone, silence_gone)
    assert min(gone({}, True)[0]) > 0.6
