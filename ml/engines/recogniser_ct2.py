"""Whisper by CTranslate2, as faster-whisper packs it: int8 on the CPU, float16 on a CUDA device.

On a processor clips are encoded one by one, since the encoder's attention of several clips falls out of its caches, and decoded some
together, since every step of the decoder reads all its weights, for however many (13 clips with tiny.en, seconds of one processor: 4.1 one
by one, 3.2 in twos, 2.5 in fours, 2.2 in sevens). Two workers of CTranslate2 share the clips: each works on its own without waiting at
every product for the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .recognisers import FRAMES, LEAST, Asked, Decoded, heard, window, windowed
from .words import Heard

BEAM = 5
SAMPLES = 5
"""Texts drawn above a temperature of 0, of which the likeliest is taken (openai-whisper's `best_of`)."""
SEED = 20220921
SPREAD = 750
"""Frames by which windows that are decoded together may differ. The longest one's length holds for all; that costs the encoder less than
another round of the decoder."""
HOP = 160
"""Samples of a frame."""
WORKERS = 2
"""Of CTranslate2 on a processor; they share the model's weights and the threads that there are."""
PREPENDED, APPENDED = "\"'\u201c\u00bf([{-", "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001"
"""Marks that belong to the word after them and before them (openai-whisper's)."""


@dataclass(frozen=True)
class Encoded:
    """`frames` of each clip without what fills its window; `found`: what each is encoded as, float32 (positions, width)."""

    frames: tuple[int, ...]
    found: Any


class FasterWhisper:
    def __init__(self, where: Path, size: str, notice: Callable[[str], None]) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel

        cuda = ctranslate2.get_cuda_device_count() > 0
        try:
            self._model = WhisperModel(str(where), compute_type="float16", device="cuda", local_files_only=True) if cuda else _on_cpu(where)
        except (RuntimeError, ValueError) as reason:
            if not cuda:
                raise
            notice(f"The graphics card could not be used for speech ({reason}); the processor is used instead.")
            cuda, self._model = False, _on_cpu(where)
        self.languages = tuple(self._model.supported_languages)
        self._rows = 8 if cuda else 1
        """Clips that are encoded in one go."""
        self._workers = 1 if cuda else WORKERS
        # Parts of eight take a third less time than parts of two, and so much memory as larger models do not leave.
        self.clips_at_once = 8 if cuda else 16 if size.startswith(("tiny", "base")) else 2

    def parts(self, clips: Sequence[Any]) -> list[tuple[int, ...]]:
        return list(together([window(len(clip) // HOP) for clip in clips], self._workers))

    def encode(self, clips: Sequence[Any], least: int = LEAST) -> Encoded:
        features = [self._model.feature_extractor(clip)[..., :-1][:, :FRAMES] for clip in clips]
        rows = windowed(features, max(window(one.shape[1], least) for one in features))
        several = [rows[first : first + self._rows] for first in range(0, len(rows), self._rows)]
        views = [self._model.model.encode(_storage(one), to_cpu=True) for one in several]
        return Encoded(tuple(one.shape[1] for one in features), np.concatenate([np.array(view) for view in views]))

    def tell(self, encoded: Encoded) -> list[dict[str, float]]:
        told = self._model.model.detect_language(_storage(encoded.found))
        return [{token[2:-2]: chance for token, chance in found} for found in told]

    def decode(self, encoded: Encoded, places: Sequence[int], languages: Sequence[str], asked: Asked, temperature: float) -> list[Decoded]:
        import ctranslate2
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizers = [self._tokenizer(language, asked.task) for language in languages]
        search: dict[str, Any] = {"beam_size": BEAM}
        if temperature > 0:
            ctranslate2.set_random_seed(SEED)
            search = {"beam_size": 1, "num_hypotheses": SAMPLES, "sampling_topk": 0, "sampling_temperature": temperature}
        found = self._model.model.generate(
            _chosen(encoded, places),
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
        answers = []
        # One by one: the padding of shorter texts costs more than the company saves.
        for place, language, text in zip(places, languages, said, strict=True):
            frames = encoded.frames[place]
            segments: list[list[dict[str, Any]]] = [[{"seek": 0, "start": 0.0, "end": frames / 100, "tokens": list(text.tokens)}]]
            tokenizer = self._tokenizer(language, asked.task)
            self._model.add_word_timestamps(segments, tokenizer, _chosen(encoded, [place]), [frames], PREPENDED, APPENDED, 0.0)
            words = [(word["word"], word["start"], word["end"], word["probability"]) for word in segments[0][0]["words"]]
            answers.append(heard(text, words, frames / 100))
        return answers

    def _tokenizer(self, language: str, task: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(self._model.hf_tokenizer, self._model.model.is_multilingual, task=task, language=language)

    def _prompt(self, tokenizer: Any, text: str) -> list[int]:
        before = tokenizer.encode(" " + text.strip()) if text.strip() else []
        return [int(token) for token in self._model.get_prompt(tokenizer, before, without_timestamps=True)]


def together(windows: Sequence[int], workers: int) -> Iterator[tuple[int, ...]]:
    """Places of windows that differ by `SPREAD` at most, shared out among the workers by length; every place once. Pure."""
    left = sorted(range(len(windows)), key=lambda place: -windows[place])
    while left:
        alike = [place for place in left if windows[place] >= windows[left[0]] - SPREAD]
        left = left[len(alike) :]
        count = min(workers, len(alike))
        for share in range(count):
            yield tuple(sorted(alike[share * len(alike) // count : (share + 1) * len(alike) // count]))


def _chosen(encoded: Encoded, places: Sequence[int]) -> Any:
    """What those clips are encoded as, for CTranslate2."""
    return _storage(np.ascontiguousarray(encoded.found[list(places)]))


def _on_cpu(where: Path) -> Any:
    from faster_whisper import WhisperModel

    threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    return WhisperModel(
        str(where), device="cpu", compute_type="int8", cpu_threads=max(1, threads // WORKERS), num_workers=WORKERS, local_files_only=True
    )


def _storage(values: Any) -> Any:
    from faster_whisper.transcribe import get_ctranslate2_storage

    return get_ctranslate2_storage(values)
