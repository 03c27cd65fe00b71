"""Whisper by CTranslate2, as faster-whisper packs it: int8 on the CPU, float16 on a CUDA device; clips go through it in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .recognisers import FRAMES, LEAST, Asked, Decoded, heard, window, windowed
from .words import Heard

BEAM = 5
SAMPLES = 5
"""Texts drawn above a temperature of 0, of which the likeliest is taken (openai-whisper's `best_of`)."""
SEED = 20220921
STEP = 250
"""Frames in which windows differ: clips of about one length are decoded together, and none pays for the longest."""
PREPENDED, APPENDED = "\"'\u201c\u00bf([{-", "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001"
"""Marks that belong to the word after them and before them (openai-whisper's)."""


@dataclass(frozen=True)
class Encoded:
    """`features`: (bands, frames) of each clip; `parts`: places of clips with windows of one length, and what they are encoded as."""

    features: tuple[Any, ...]
    parts: tuple[tuple[tuple[int, ...], Any], ...]


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
        return Encoded(features, tuple(self._parts(features, range(len(features)), least)))

    def tell(self, encoded: Encoded) -> list[dict[str, float]]:
        told: dict[int, dict[str, float]] = {}
        for places, view in encoded.parts:
            for place, found in zip(places, self._model.model.detect_language(view), strict=True):
                told[place] = {token[2:-2]: chance for token, chance in found}
        return [told[place] for place in range(len(encoded.features))]

    def decode(self, encoded: Encoded, places: Sequence[int], languages: Sequence[str], asked: Asked, temperature: float) -> list[Decoded]:
        tongue = dict(zip(places, languages, strict=True))
        said: dict[int, Decoded] = {}
        for part, view in self._chosen(encoded, places):
            said |= zip(part, self._decode(view, [tongue[place] for place in part], asked, temperature), strict=True)
        return [said[place] for place in places]

    def _decode(self, view: Any, languages: Sequence[str], asked: Asked, temperature: float) -> list[Decoded]:
        import ctranslate2
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizers = [self._tokenizer(language, asked.task) for language in languages]
        search: dict[str, Any] = {"beam_size": BEAM}
        if temperature > 0:
            ctranslate2.set_random_seed(SEED)
            search = {"beam_size": 1, "num_hypotheses": SAMPLES, "sampling_topk": 0, "sampling_temperature": temperature}
        found = self._model.model.generate(
            view,
            [self._prompt(tokenizer, asked.prompt) for tokenizer in tokenizers],
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
        tongue, texts = dict(zip(places, languages, strict=True)), dict(zip(places, said, strict=True))
        answers: dict[int, list[Heard]] = {}
        for language in dict.fromkeys(languages):  # one start sequence for all that are aligned together
            tokenizer = self._tokenizer(language, asked.task)
            for part, view in self._chosen(encoded, [place for place in places if tongue[place] == language]):
                frames = [encoded.features[place].shape[1] for place in part]
                segments = [
                    [{"seek": 0, "start": 0.0, "end": count / 100, "tokens": list(texts[place].tokens)}]
                    for place, count in zip(part, frames, strict=True)
                ]
                self._model.add_word_timestamps(segments, tokenizer, view, frames, PREPENDED, APPENDED, 0.0)
                for place, count, (segment,) in zip(part, frames, segments, strict=True):
                    words = [(word["word"], word["start"], word["end"], word["probability"]) for word in segment["words"]]
                    answers[place] = heard(texts[place], words, count / 100)
        return [answers[place] for place in places]

    def _parts(self, features: Sequence[Any], places: Sequence[int], least: int) -> Iterator[tuple[tuple[int, ...], Any]]:
        lengths = {place: -(-window(features[place].shape[1], least) // STEP) * STEP for place in places}
        for length in sorted(set(lengths.values())):
            part = tuple(place for place in places if lengths[place] == length)
            yield part, self._model.encode(windowed([features[place] for place in part], length))

    def _chosen(self, encoded: Encoded, places: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Any]]:
        """The parts of those clips alone: what CTranslate2 has encoded cannot be taken apart, so broken parts are encoded again."""
        wanted = set(places)
        for part, view in encoded.parts:
            left = [place for place in part if place in wanted]
            if len(left) == len(part):
                yield part, view
            elif left:
                yield from self._parts(encoded.features, left, LEAST)

    def _tokenizer(self, language: str, task: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(self._model.hf_tokenizer, self._model.model.is_multilingual, task=task, language=language)

    def _prompt(self, tokenizer: Any, text: str) -> list[int]:
        before = tokenizer.encode(" " + text.strip()) if text.strip() else []
        return [int(token) for token in self._model.get_prompt(tokenizer, before, without_timestamps=True)]


