"""Whisper by openai-whisper on PyTorch: float32 on the CPU, float16 on a CUDA device; one clip at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from .recognisers import FRAMES, LEAST, Asked, Decoded, heard, window, windowed
from .words import Heard

SAMPLES = 5
SEED = 20220921
HELD = 4
"""Encoded clips that are kept: some are decoded while those before them are aligned."""


class OpenAIWhisper:
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
        self._lock = Lock()
        """The model takes one clip at a time: what it attends to is caught by hooks, and its encoder is ours."""
        self._last: deque[tuple[Any, Any]] = deque(maxlen=HELD)
        self._model.encoder.forward = self._encoder

    def parts(self, clips: Sequence[Any]) -> list[tuple[int, ...]]:
        return [(place,) for place in range(len(clips))]

    def encode(self, clips: Sequence[Any], least: int = LEAST) -> list[tuple[Any, int]]:
        """(log-mel features in their window, frames of the clip) of each; encoded when first used, and rarely again."""
        import torch
        import whisper

        found = []
        for clip in clips:
            # A window of silence after the clip, as `whisper.transcribe` has it: the levels are relative to the loudest frame.
            features = whisper.log_mel_spectrogram(clip, self._model.dims.n_mels).numpy()[:, :FRAMES]
            mel = torch.from_numpy(windowed([features], window(features.shape[1], least))[0]).to(self._model.device)
            found.append((mel.half() if self._cuda else mel, features.shape[1]))
        return found

    def tell(self, encoded: list[tuple[Any, int]]) -> list[dict[str, float]]:
        with self._lock:
            return [dict(self._model.detect_language(mel)[1]) for mel, _ in encoded]

    def decode(
        self, encoded: list[tuple[Any, int]], places: Sequence[int], languages: Sequence[str], asked: Asked, temperature: float
    ) -> list[Decoded]:
        import torch
        import whisper

        said = []
        for place, language in zip(places, languages, strict=True):
            with self._lock, torch.random.fork_rng(enabled=temperature > 0):
                torch.manual_seed(SEED)
                result = whisper.decode(
                    self._model,
                    encoded[place][0],
                    language=language,
                    task=asked.task,
                    temperature=temperature,
                    best_of=SAMPLES if temperature else None,
                    prompt=asked.prompt.strip() or None,
                    without_timestamps=True,
                    fp16=self._cuda,
                )
            said.append(Decoded(result.text, tuple(result.tokens), float(result.avg_logprob), float(result.no_speech_prob)))
        return said

    def align(
        self, encoded: list[tuple[Any, int]], places: Sequence[int], languages: Sequence[str], asked: Asked, said: Sequence[Decoded]
    ) -> list[list[Heard]]:
        from whisper.timing import add_word_timestamps
        from whisper.tokenizer import get_tokenizer

        model = self._model
        answers = []
        for place, language, one in zip(places, languages, said, strict=True):
            mel, frames = encoded[place]
            tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language=language, task=asked.task)
            segment: dict[str, Any] = {"seek": 0, "start": 0.0, "end": frames / 100, "tokens": list(one.tokens)}
            with self._lock:
                add_word_timestamps(
                    segments=[segment], model=model, tokenizer=tokenizer, mel=mel, num_frames=frames, last_speech_timestamp=0.0
                )
            words = [(word["word"], word["start"], word["end"], word["probability"]) for word in segment["words"]]
            answers.append(heard(one, words, frames / 100))
        return answers

    def _encoder(self, mel: Any) -> Any:
        """`whisper.model.AudioEncoder.forward` for windows of any length, which keeps what it last gave: a clip is asked for often."""
        import torch.nn.functional as F

        for known, found in self._last:
            if known.shape == mel.shape and bool((known == mel).all()):
                return found
        encoder = self._model.encoder
        found = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        found = (found + encoder.positional_embedding[: found.shape[1]]).to(found.dtype)
        for block in encoder.blocks:
            found = block(found)
        found = encoder.ln_post(found)
        self._last.append((mel, found))
        return found
