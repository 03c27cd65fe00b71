"""The transcript engine on real speech with real weights, both recognisers."""

from __future__ import annotations

import wave
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import media, models
from assistant_editor.ml.engines import recognisers, transcript, voice
from assistant_editor.ml.engines.recogniser_torch import OpenAIWhisper
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import Span, TranscriptOptions

ENGINES = ("faster-whisper", "openai-whisper")
SAID = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was the epoch
of belief, it was the epoch of incredulity, it was the season of light, it was the season of darkness, it was the spring of hope, it was
the winter of despair, we had everything before us, we had nothing before us, we were all going direct to heaven, we were all going
direct the other way. In short, the period was so far like the present period that some of its noisiest authorities insisted on its being
received for good or for evil in the superlative degree of comparison only."""


def plain(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text.lower()).split()


class Watcher:
    """A runtime that writes everything down, and cancels once `after` steps were told."""

    def __init__(self, models_folder, after=None):
        self.told, self.notices, self.checks, self.after = [], [], 0, after
        self.runtime = Runtime(models_folder, lambda *news: self.told.append(news), self.notices.append, self.check)

    def check(self):
        self.checks += 1
        if self.after is not None and len(self.told) > self.after:
            raise EditorError("Cancelled.", code=CANCELLED)


def run(path, models_folder, span=None, watcher=None, **options):
    watcher = watcher or Watcher(models_folder)
    return transcript.run(str(path), TranscriptOptions(**options), media.probe(path), span, watcher.runtime)


def write(path, samples):
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, voice.RATE, 0, "NONE", ""))
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def speech(media_folder):
    return media_folder / "two_cities.wav"


@pytest.fixture(scope="module")
def models_folder(models_folder, worker_python):
    """With openai-whisper's layout made from the packaged one: no network is needed for it."""
    models.fetch("openai-whisper-tiny.en", models_folder, consent=False, python=worker_python)
    return models_folder


@pytest.fixture(scope="module")
def base(models_folder, worker_python):
    """The models folder, with the packaged multilingual model in both layouts."""
    models.fetch("openai-whisper-base", models_folder, consent=False, python=worker_python)
    return models_folder


@pytest.fixture(scope="module")
def whole(speech, models_folder):
    return {engine: run(speech, models_folder, engine=engine) for engine in ENGINES}


@pytest.mark.parametrize("engine", ENGINES)
def test_real_speech_gives_its_words(whole, engine):
    found = whole[engine]
    assert (found.engine, found.model, found.language, found.task) == (engine, "tiny.en", "en", "transcribe")
    assert plain("".join(word.text for word in found.words)) == plain(SAID)


def test_both_engines_hear_the_same_words_at_the_same_time(whole):
    first, second = (whole[engine].words for engine in ENGINES)
    assert [plain(word.text) for word in first] == [plain(word.text) for word in second]
    late = [abs(one.start - other.start) for one, other in zip(first, second, strict=True)]
    assert sorted(late)[len(late) * 9 // 10] <= Fraction(1, 10)


@pytest.mark.parametrize("engine", ENGINES)
def test_words_stand_in_order_within_the_medium(whole, engine, speech):
    words = whole[engine].words
    edges = [Fraction(0), *(edge for word in words for edge in (word.start, word.end)), media.probe(speech).audio.duration]
    assert edges == sorted(edges)
    assert all(word.start < word.end and (word.start * 1000).denominator == 1 and 0 <= word.confidence <= 1 for word in words)
    assert all(word.text.startswith(" ") for word in words)


@pytest.mark.parametrize("engine", ENGINES)
def test_words_lie_where_somebody_speaks(whole, engine, speech):
    """The middle of nearly every word is speech for the voice detector, which knows nothing of the words."""
    chance = voice.probabilities(media.samples(speech))
    middles = [int((word.start + word.end) / 2 * voice.RATE) // voice.HOP for word in whole[engine].words]
    assert np.mean([chance[max(0, hop - 3) : hop + 4].max() > 0.5 for hop in middles]) > 0.95


def test_a_span_cuts_no_word(speech, models_folder, whole):
    word = next(word for word in whole["faster-whisper"].words if plain(word.text) == ["foolishness"])
    cut = word.start + (word.end - word.start) / 3
    before = run(speech, models_folder, Span(Fraction(4), cut))
    after = run(speech, models_folder, Span(cut, Fraction(12)))
    assert "foolishness" not in plain("".join(one.text for one in before.words))
    assert plain(after.words[0].text) == ["foolishness"] and after.words[0].start == cut
    assert before.span == Span(Fraction(4), cut)
    assert all(before.span.start <= one.start and one.end <= before.span.end for one in before.words)
    assert plain(before.utterances[-1].text)[-2:] == ["age", "of"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["silence", "noise", "hum"])
def test_without_speech_no_words_are_invented(tmp_path, models_folder, engine, kind):
    steps = np.arange(voice.RATE * 6)
    sound = {
        "silence": np.zeros(len(steps)),
        "noise": np.random.default_rng(3).normal(0, 0.1, len(steps)),
        "hum": 0.3 * np.sin(steps * 2 * np.pi * 50 / voice.RATE),
    }[kind]
    found = run(write(tmp_path / f"{kind}.wav", sound), models_folder, engine=engine)
    assert found.utterances == () and "No speech was heard." in found.warnings


def test_speech_after_a_long_silence_keeps_its_time(tmp_path, models_folder, media_folder, whole):
    spoken = media.samples(media_folder / "beckett.wav")
    gap = 260  # longer than a stretch
    path = write(tmp_path / "late.wav", np.concatenate([spoken, np.zeros(gap * voice.RATE), spoken]))
    words = run(path, models_folder).words
    half = len(words) // 2
    assert plain("".join(word.text for word in words[:half])) == plain("".join(word.text for word in words[half:]))
    shift = Fraction(len(spoken), voice.RATE) + gap
    assert all(abs(second.start - first.start - shift) < Fraction(1, 4) for first, second in zip(words[:half], words[half:], strict=True))


def test_progress_rises_with_deadlines_and_cancel_is_asked(speech, models_folder):
    watcher = Watcher(models_folder)
    run(speech, models_folder, watcher=watcher)
    fractions = [fraction for fraction, _, _ in watcher.told]
    assert fractions == sorted(fractions) and fractions[0] >= 0 and fractions[-1] == 1.0
    assert all(deadline >= 60 for _, _, deadline in watcher.told)
    assert watcher.checks >= 3


@pytest.mark.parametrize("after", [0, 2])
def test_cancelled(speech, models_folder, after):
    with pytest.raises(EditorError) as caught:
        run(speech, models_folder, watcher=Watcher(models_folder, after))
    assert caught.value.code == CANCELLED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"language": "de"}, r"understands English only, not 'de'.*such as tiny"),
        ({"task": "translate"}, r"cannot translate.*such as tiny"),
        ({"model": "colossal"}, r"no model 'whisper-colossal'"),
    ],
)
def test_what_cannot_be_done_is_said(speech, models_folder, options, words):
    with pytest.raises(EditorError, match=words) as caught:
        run(speech, models_folder, **options)
    assert caught.value.code == BAD_INPUT


def test_an_unknown_language_lists_the_known(speech, base):
    with pytest.raises(EditorError, match=r"does not know the language 'klingon'.*auto or one of: af, ") as caught:
        run(speech, base, model="base", language="klingon")
    assert caught.value.code == BAD_INPUT


def test_a_missing_model_and_a_missing_sound(speech, models_folder, media_folder, tmp_path):
    with pytest.raises(EditorError, match="not installed") as caught:
        run(speech, tmp_path)
    assert caught.value.code == MISSING_MODEL
    with pytest.raises(EditorError, match=r"bikes\.mp4 has no sound"):
        run(media_folder / "bikes.mp4", models_folder)


def test_the_language_is_found(media_folder, base):
    found = run(media_folder / "beckett.wav", base, model="base")
    assert found.language == "en" and 0.5 < found.language_confidence <= 1
    assert plain("".join(word.text for word in found.words))[-2:] == ["fail", "better"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("file", "code"), [("consulat_fr.wav", "fr"), ("leichenhalle_de.wav", "de")])
def test_both_engines_tell_languages(fixtures_folder, base, engine, file, code):
    where = models.path_of(models.speech_model(engine, "base"), base)
    recogniser = recognisers.load(engine, where, "base", pytest.fail)
    (chances,) = recogniser.tell(recogniser.encode([media.samples(fixtures_folder / "speech" / file)]))
    assert max(chances, key=chances.__getitem__) == code and sum(chances.values()) == pytest.approx(1, abs=0.01)


def test_another_language_and_its_translation(fixtures_folder, base):
    path = fixtures_folder / "speech" / "consulat_fr.wav"
    found = run(path, base, model="base")
    assert found.language == "fr" and "conservateur" in plain(found.utterances[0].text)
    english = run(path, base, model="base", task="translate", language="fr")
    assert english.task == "translate" and plain(english.utterances[0].text)[:3] == ["under", "the", "consulate"]


def test_the_last_model_stays_warm(speech, models_folder):
    span = Span(Fraction(1), Fraction(3))
    run(speech, models_folder, span)
    first = recognisers._warm[1]
    run(speech, models_folder, span)
    assert recognisers._warm[1] is first
    run(speech, models_folder, span, engine="openai-whisper")
    assert isinstance(recognisers._warm[1], OpenAIWhisper)
