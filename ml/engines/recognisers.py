"""The two engines that turn clips of speech into words: faster-whisper (CTranslate2) and openai-whisper (PyTorch).

Both hear the same clips and decode them alike: no time tokens, times from the attention to the sound (dynamic time warping),
more tries at rising temperature where the first looks wrong. Only the search differs, each has its library's own default: a beam
of 5 in CTranslate2, where it costs little; the likeliest token in PyTorch, where a beam doubles the time on a processor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import BAD_INPUT, EditorError
from .voice import RATE
from .words import Heard, spread, whole

BEAM = 5
REPEATING = 2.4
"""Above this zlib ratio the text is a loop (openai-whisper's threshold)."""
UNLIKELY = -1.0
"""Below this mean log probability a decoding has failed (openai-whisper's threshold)."""
TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
NOBODY = 0.6
"""Above this chance of no speech a failed decoding is silence (openai-whisper's threshold)."""


class Recogniser(Protocol):
    """A loaded model. `languages`: the codes it knows. `clips_at_once`: how many clips `hear` should be given."""

    languages: tuple[str, ...]
    clips_at_once: int

    def language(self, samples: Any) -> dict[str, float]:
        """Language code -> probability for one clip. Multilingual models only."""

    def hear(self, clips: Sequence[Any], language: str, task: str) -> list[list[Heard]]:
        """The words of each clip (float32 mono at 16 kHz), seconds counted from the clip's start."""


_warm: tuple[tuple[str, str], Recogniser] | None = None


def load(engine: str, where: Path, size: str, notice: Callable[[str], None]) -> Recogniser:
    """The recogniser, kept until another one is asked for. `where`: the verified model; `size`: its name, which tells its build."""
    global _warm
    key = (engine, str(where))
    if _warm is None or _warm[0] != key:
        _warm = None  # the old one's memory goes before the new one comes
        kinds: dict[str, Callable[[Path, str, Callable[[str], None]], Recogniser]]
        kinds = {"faster-whisper": FasterWhisper, "openai-whisper": OpenAIWhisper}
        _warm = (key, kinds[engine](where, size, notice))
    return _warm[1]


class FasterWhisper:
    """int8 on the CPU, float16 on a CUDA device; clips go through the encoder in batches."""

    def __init__(self, where: Path, size: str, notice: Callable[[str], None]) -> None:
        import ctranslate2
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        cuda = ctranslate2.get_cuda_device_count() > 0
        try:
            self._model = WhisperModel(
                str(where), device="cuda" if cuda else "cpu", compute_type="float16" if cuda else "int8", local_files_only=True
            )
        except (RuntimeError, ValueError) as reason:
            if not cuda:
                raise
            notice(f"The graphics card could not be used for speech ({reason}); the processor is used instead.")
            self._model = WhisperModel(str(where), device="cpu", compute_type="int8", local_files_only=True)
        self._batched = BatchedInferencePipeline(self._model)
        self.languages = tuple(self._model.supported_languages)
        # A batch is what cannot be interrupted: fewer clips where each takes long.
        self.clips_at_once = 8 if cuda or size.startswith(("tiny", "base")) else 2

    def language(self, samples: Any) -> dict[str, float]:
        return dict(self._model.detect_language(samples)[2])

    def hear(self, clips: Sequence[Any], language: str, task: str) -> list[list[Heard]]:
        starts = np.cumsum([0, *(len(clip) for clip in clips)])
        parts = [{"start": first / RATE, "end": last / RATE} for first, last in pairwise(starts)]
        segments, _ = self._batched.transcribe(
            np.concatenate(clips),
            language=language,
            task=task,
            beam_size=BEAM,
            word_timestamps=True,
            without_timestamps=True,
            clip_timestamps=parts,
            batch_size=self.clips_at_once,
        )
        heard: list[list[Heard]] = [[] for _ in clips]
        failed: set[int] = set()
        for segment in segments:
            place = min(range(len(clips)), key=lambda index: abs(int(parts[index]["start"] * 100) - segment.seek))
            if _failed(segment.compression_ratio, segment.avg_logprob):
                failed.add(place)
            heard[place] += _heard(_plain(segment), starts[place] / RATE)
        for place in failed:
            heard[place] = self._again(clips[place], language, task)
        return [whole(words) for words in heard]

    def _again(self, clip: Any, language: str, task: str) -> list[Heard]:
        """One clip alone, with the rising temperatures that the batched way lacks."""
        segments, _ = self._model.transcribe(
            clip,
            language=language,
            task=task,
            beam_size=BEAM,
            word_timestamps=True,
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return [word for segment in segments for word in _heard(_plain(segment), 0.0)]


class OpenAIWhisper:
    """float32 on the CPU, float16 on a CUDA device; one clip at a time."""

    clips_at_once = 1

    def __init__(self, where: Path, size: str, notice: Callable[[str], None]) -> None:
        import torch
        import whisper
        from whisper.tokenizer import LANGUAGES

        self._cuda = torch.cuda.is_available()
        self._model = whisper.load_model(str(where), device="cuda" if self._cuda else "cpu")
        heads = whisper._ALIGNMENT_HEADS.get(size)
        if heads is not None:
            self._model.set_alignment_heads(heads)
        codes = tuple(LANGUAGES)
        self.languages = codes[: self._model.num_languages] if self._model.is_multilingual else ("en",)

    def language(self, samples: Any) -> dict[str, float]:
        import whisper

        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples), self._model.dims.n_mels).to(self._model.device)
        _, chances = self._model.detect_language(mel)
        return dict(chances)

    def hear(self, clips: Sequence[Any], language: str, task: str) -> list[list[Heard]]:
        return [whole(self._hear_one(clip, language, task)) for clip in clips]

    def _hear_one(self, clip: Any, language: str, task: str) -> list[Heard]:
        """`whisper.transcribe` for one window. That function itself hears the silence after the last word again, and invents words."""
        import whisper
        from whisper.audio import N_FRAMES, N_SAMPLES
        from whisper.timing import add_word_timestamps
        from whisper.tokenizer import get_tokenizer

        model = self._model
        mel = whisper.log_mel_spectrogram(clip, model.dims.n_mels, padding=N_SAMPLES)
        frames = min(mel.shape[-1] - N_FRAMES, N_FRAMES)
        mel = whisper.pad_or_trim(mel[:, :frames], N_FRAMES).to(model.device)
        for temperature in TEMPERATURES:
            result = whisper.decode(
                model,
                mel,
                language=language,
                task=task,
                temperature=temperature,
                best_of=5 if temperature else None,
                without_timestamps=True,
                fp16=self._cuda,
            )
            if not _failed(result.compression_ratio, result.avg_logprob) or result.no_speech_prob > NOBODY:
                break
        tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language=language, task=task)
        segment = {
            "seek": 0,
            "start": 0.0,
            "end": len(clip) / RATE,
            "text": result.text,
            "tokens": result.tokens,
            "avg_logprob": result.avg_logprob,
            "no_speech_prob": result.no_speech_prob,
        }
        mel = mel.half() if self._cuda else mel
        add_word_timestamps(segments=[segment], model=model, tokenizer=tokenizer, mel=mel, num_frames=frames, last_speech_timestamp=0.0)
        return _heard(segment, 0.0)


def _failed(ratio: float, log_probability: float) -> bool:
    return ratio > REPEATING or log_probability < UNLIKELY


def out_of_memory(reason: Exception, size: str) -> EditorError | None:
    """What to tell the user when a recogniser ran out of memory; None when that is not what happened."""
    if isinstance(reason, MemoryError) or "out of memory" in str(reason).lower():
        return EditorError(f"Whisper {size} does not fit into the memory.", "Choose a smaller model.", BAD_INPUT, str(reason))
    return None


def _plain(segment: Any) -> dict[str, Any]:
    words = [{"word": word.word, "start": word.start, "end": word.end, "probability": word.probability} for word in segment.words or ()]
    return {
        "text": segment.text,
        "start": segment.start,
        "end": segment.end,
        "avg_logprob": segment.avg_logprob,
        "no_speech_prob": segment.no_speech_prob,
        "words": words,
    }


def _heard(segment: dict[str, Any], offset: float) -> list[Heard]:
    """The segment's words less `offset` seconds; none where the model itself doubts that anybody spoke."""
    doubt = float(segment["no_speech_prob"])
    if doubt > NOBODY and segment["avg_logprob"] < UNLIKELY:
        return []

    def seconds(value: float) -> Fraction:
        return Fraction(round((float(value) - offset) * 1000), 1000)

    words = segment.get("words") or []
    if "".join(word["word"] for word in words).split() != segment["text"].split():
        return spread(segment["text"], seconds(segment["start"]), seconds(segment["end"]), doubt)
    return [Heard(word["word"], seconds(word["start"]), seconds(word["end"]), float(word["probability"]), doubt) for word in words]
