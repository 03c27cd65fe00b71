"""Whisper by CTranslate2, as faster-whisper packs it: int8 on the CPU, float16 on a CUDA device.

On a processor clips are encoded one by one, since the encoder's attention of several clips falls out of its caches, and decoded some
together, since every step of the decoder reads all its weights, for however many. Two workers of CTranslate2 share the clips: each works
on its own without waiting at every product for the other (165 s of speech with tiny.en on two cores: 3.2 s in one batch, 2.5 s with clips
encoded one by one, 2.0 s with two workers as well).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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
WORKERS = 2
"""Of CTranslate2 on a processor; they share the model's weights and the threads that there are."""
PREPENDED, APPENDED = "\"'\u201c\u00bf([{-", "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001"
"""Marks that belong to the word after them and before them (openai-whisper's)."""


@dataclass(frozen=True)
class Encoded:
    """`frames` of each clip without what fills its window; `found`: (positions, values) that each is encoded as; `parts`: places of
    clips with windows of one length, which are decoded together."""

    frames: tuple[int, ...]
    found: tuple[Any, ...]
    parts: tuple[tuple[int, ...], ...]


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
        self._pool = ThreadPoolExecutor(self._workers)
        # A batch is what cannot be interrupted: fewer clips where each takes long.
        self.clips_at_once = 8 if cuda or size.startswith(("tiny", "base")) else 2

    def encode(self, clips: Sequence[Any], least: int = LEAST) -> Encoded:
        features = [self._model.feature_extractor(clip)[..., :-1][:, :FRAMES] for clip in clips]
        windows = [window(one.shape[1], least) for one in features]
        parts = tuple(together(windows, self._workers))
        found: dict[int, Any] = {}
        for part in parts:
            length = max(windows[place] for place in part)
            rows = windowed([features[place] for place in part], length)
            several = [rows[first : first + self._rows] for first in range(0, len(part), self._rows)]
            found |= zip(part, [one for view in self._pool.map(self._encode, several) for one in view], strict=True)
        return Encoded(tuple(one.shape[1] for one in features), tuple(found[place] for place in range(len(clips))), parts)

    def _encode(self, rows: Any) -> Any:
        return np.array(self._model.model.encode(_storage(rows), to_cpu=True))

    def tell(self, encoded: Encoded) -> list[dict[str, float]]:
        told: dict[int, dict[str, float]] = {}
        for part, view in self._chosen(encoded, range(len(encoded.found))):
            for place, found in zip(part, self._model.model.detect_language(view), strict=True):
                told[place] = {token[2:-2]: chance for token, chance in found}
        return [told[place] for place in range(len(encoded.found))]

    def decode(self, encoded: Encoded, places: Sequence[int], languages: Sequence[str], asked: Asked, temperature: float) -> list[Decoded]:
        tongue = dict(zip(places, languages, strict=True))
        said: dict[int, Decoded] = {}
        for found in self._pool.map(partial(self._decode, tongue, asked, temperature), *zip(*self._chosen(encoded, places), strict=True)):
            said |= found
        return [said[place] for place in places]

    def _decode(self, tongue: Mapping[int, str], asked: Asked, temperature: float, part: Sequence[int], view: Any) -> dict[int, Decoded]:
        import ctranslate2
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizers = [self._tokenizer(tongue[place], asked.task) for place in part]
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
        said = {}
        for place, tokenizer, one in zip(part, tokenizers, found, strict=True):
            tokens = tuple(one.sequences_ids[0])
            # The score is the mean over the tokens; openai-whisper counts the end as one more.
            mean = one.scores[0] * len(tokens) / (len(tokens) + 1)
            said[place] = Decoded(tokenizer.decode(tokens), tokens, float(mean), float(one.no_speech_prob))
        return said

    def align(
        self, encoded: Encoded, places: Sequence[int], languages: Sequence[str], asked: Asked, said: Sequence[Decoded]
    ) -> list[list[Heard]]:
        tongue, texts = dict(zip(places, languages, strict=True)), dict(zip(places, said, strict=True))
        answers: dict[int, list[Heard]] = {}
        for language in dict.fromkeys(languages):  # one start sequence for all that are aligned together
            tokenizer = self._tokenizer(language, asked.task)
            parts = self._chosen(encoded, [place for place in places if tongue[place] == language])
            work = partial(self._align, encoded, tokenizer, texts)
            for found in self._pool.map(work, *zip(*parts, strict=True)):
                answers |= found
        return [answers[place] for place in places]

    def _align(
        self, encoded: Encoded, tokenizer: Any, texts: Mapping[int, Decoded], part: Sequence[int], view: Any
    ) -> dict[int, list[Heard]]:
        frames = [encoded.frames[place] for place in part]
        segments: list[list[dict[str, Any]]] = [
            [{"seek": 0, "start": 0.0, "end": count / 100, "tokens": list(texts[place].tokens)}]
            for place, count in zip(part, frames, strict=True)
        ]
        self._model.add_word_timestamps(segments, tokenizer, view, frames, PREPENDED, APPENDED, 0.0)
        answers = {}
        for place, count, (segment,) in zip(part, frames, segments, strict=True):
            words = [(word["word"], word["start"], word["end"], word["probability"]) for word in segment["words"]]
            answers[place] = heard(texts[place], words, count / 100)
        return answers

    @staticmethod
    def _chosen(encoded: Encoded, places: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Any]]:
        """The parts of those clips alone, each with what they are encoded as."""
        wanted = set(places)
        for part in encoded.parts:
            chosen = tuple(place for place in part if place in wanted)
            if chosen:
                yield chosen, _storage(np.stack([encoded.found[place] for place in chosen]))

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


def _on_cpu(where: Path) -> Any:
    from faster_whisper import WhisperModel

    threads = int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    return WhisperModel(
        str(where), device="cpu", compute_type="int8", cpu_threads=max(1, threads // WORKERS), num_workers=WORKERS, local_files_only=True
    )


def _storage(values: Any) -> Any:
    from faster_whisper.transcribe import get_ctranslate2_storage

    return get_ctranslate2_storage(values)
