"""Whisper by CTranslate2, as faster-whisper packs it: int8 on the CPU, float16 on a CUDA device; clips go through it in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .recognisers import FRAMES, LEAST, Asked, Decoded, heard, window, windowed
from .words import Heard

BEAM = 5
SAMPLES = 5
"""Texts drawn above a temperature of 0, of which the likeliest is taken (openai-whisper's `best_of`)."""
SEED = 20220921
PREPENDED, APPENDED = "\"'\u201c\u00bf([{-", "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001"
"""Marks that belong to the word after them and before them (openai-whisper's)."""


@dataclass(frozen=True)
class Encoded:
    """`features`: (bands, frames) of each clip; `view`: all of them, encoded in windows of `length` frames."""

    features: tuple[Any, ...]
    view: Any
    length: int


class FasterWhisper:
    def __init__(self, where: Path, size: str, notice: Callable[[str], None]) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel

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
        self.languages = tuple(self._model.supported_languages)
        # A batch is what cannot be interrupted: fewer clips where each takes long.
        self.clips_at_once = 8 if cuda or size.startswith(("tiny", "base")) else 2

    def encode(self, clips: Sequence[Any], least: int = LEAST) -> Encoded:
        features = tuple(self._model.feature_extractor(clip)[..., :-1][:, :FRAMES] for clip in clips)
        return self._encoded(features, least)

    def tell(self, encoded: Encoded) -> list[dict[str, float]]:
        return [{token[2:-2]: chance for token, chance in found} for found in self._model.model.detect_language(encoded.view)]

    def decode(self, encoded: Encoded, places: Sequence[int], languages: Sequence[str], asked: Asked, temperature: float) -> list[Decoded]:
        import ctranslate2
        from faster_whisper.transcribe import get_suppressed_tokens

        encoded = self._chosen(encoded, places)
        tokenizers = [self._tokenizer(language, asked.task) for language in languages]
        prompts = [self._prompt(tokenizer, asked.prompt) for tokenizer in tokenizers]
        search: dict[str, Any] = {"beam_size": BEAM}
        if temperature > 0:
            ctranslate2.set_random_seed(SEED)
            search = {"beam_size": 1, "num_hypotheses": SAMPLES, "sampling_topk": 0, "sampling_temperature": temperature}
        found = self._model.model.generate(
            encoded.view,
            prompts,
            max_length=self._model.max_length,
            suppress_tokens=get_suppressed_tokens(tokenizers[0], [-1]),
            return_scores=True,
            return_no_speech_prob=True,
            **search,
        )
        said = []
        for tokenizer, one in zip(tokenizers, found, strict=True):
            tokens = tuple(one.sequences_ids[0])
            # The score is the mean over the tokens; openai-whisper counts the end as one more.
            mean = one.scores[0] * len(tokens) / (len(tokens) + 1)
            said.append(Decoded(tokenizer.decode(tokens), tokens, float(mean), float(one.no_speech_prob)))
        return said

    def align(
        self, encoded: Encoded, places: Sequence[int], languages: Sequence[str], asked: Asked, said: Sequence[Decoded]
    ) -> list[list[Heard]]:
        answers: list[list[Heard]] = [[] for _ in places]
        for language in dict.fromkeys(languages):  # one start sequence for all that are aligned together
            group = [place for place, one in enumerate(languages) if one == language]
            part = self._chosen(encoded, [places[place] for place in group])
            tokenizer = self._tokenizer(language, asked.task)
            frames = [one.shape[1] for one in part.features]
            segments = [
                [{"seek": 0, "start": 0.0, "end": count / 100, "tokens": list(said[place].tokens)}]
                for place, count in zip(group, frames, strict=True)
            ]
            self._model.add_word_timestamps(segments, tokenizer, part.view, frames, PREPENDED, APPENDED, 0.0)
            for place, count, (segment,) in zip(group, frames, segments, strict=True):
                words = [(word["word"], word["start"], word["end"], word["probability"]) for word in segment["words"]]
                answers[place] = heard(said[place], words, count / 100)
        return answers

    def _encoded(self, features: tuple[Any, ...], least: int = LEAST) -> Encoded:
        length = window(max(one.shape[1] for one in features), least)
        return Encoded(features, self._model.encode(windowed(features, length)), length)

    def _chosen(self, encoded: Encoded, places: Sequence[int]) -> Encoded:
        """Those clips alone: what CTranslate2 has encoded cannot be taken apart, so they are encoded again."""
        if list(places) == list(range(len(encoded.features))):
            return encoded
        return self._encoded(tuple(encoded.features[place] for place in places))

    def _tokenizer(self, language: str, task: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(self._model.hf_tokenizer, self._model.model.is_multilingual, task=task, language=language)

    def _prompt(self, tokenizer: Any, text: str) -> list[int]:
        before = tokenizer.encode(" " + text.strip()) if text.strip() else []
        return [int(token) for token in self._model.get_prompt(tokenizer, before, without_timestamps=True)]


