"""Word times by a network that writes letters, such as wav2vec 2.0 (Baevski et al. 2020), from a folder of the user's.

The letters of a known text are laid over what the network hears by the likeliest way through the states of connectionist temporal
classification (Graves et al. 2006; the way itself: Viterbi 1967). Only numbers are read from the folder (safetensors), never code, and
nothing from the network. No weights of this kind could be had while this was written: the way is tested, not how well it hears.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BAD_INPUT, EditorError
from .model_folder import Wanted, opened
from .sphinx import RATE

KINDS = ("wav2vec2", "wav2vec2-conformer", "hubert", "wavlm", "data2vec-audio", "unispeech", "unispeech-sat")
"""Those that hear samples, and whose strides say how far apart their frames are."""
SHORTEST = RATE // 20
"""Samples below which these networks have nothing to look at."""
WANTED = Wanted(
    "an aligner",
    "wav2vec2 and its kin with CTC",
    KINDS,
    "Choose a folder with a CTC model of the transformers library, such as wav2vec2, as safetensors; or leave Aligner empty.",
    "leave Aligner empty",
)
HELD = 0.1
"""Seconds that a word's last letter may sound after the network has written it."""
OUTSIDE = -30.0
"""What each frame costs that a word lies outside its limits."""
_NEVER = np.float32(-1e30)


@dataclass(frozen=True)
class Letters:
    """A loaded network. `hear`: samples -> log probabilities (frames, letters); `step`: seconds from one frame to the next."""

    hear: Any
    numbers: dict[str, int]
    blank: int
    between: int | None
    step: float

    def ways(self, text: str) -> list[tuple[int, ...]]:
        """The numbers of a word's letters; empty where the network has none of them, or lacks one."""
        plain = "".join(char for char in text if char.isalpha() or char in "'\u2019").replace("\u2019", "'").strip("'")
        found: list[int] = []
        for char in plain:
            number = self._number(char)
            if number is None and char.isalpha():
                return []
            found += [] if number is None else [number]
        return [tuple(found)] if found else []

    def _number(self, char: str) -> int | None:
        bare = unicodedata.normalize("NFD", char)[0]
        for one in (char, char.upper(), char.lower(), bare, bare.upper(), bare.lower()):
            if one in self.numbers:
                return self.numbers[one]
        return None

    def align(self, words: Sequence[Any], samples: Any, limits: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Seconds (start, end) of each word, as `forced.align`. Empty where the sound is too short for the words."""
        return align(self.hear(samples), [ways[0] for ways in words], limits, self)


def align(heard: Any, words: Sequence[Sequence[int]], limits: Sequence[tuple[float, float]], letters: Letters) -> list[tuple[float, float]]:
    """`heard`: log probabilities, float (frames, letters). Of each word's first letter's first frame to its last one's, and `HELD`."""
    labels, owner = _labels(words, letters.between)
    repeats = sum(one == other for one, other in pairwise(labels))
    if len(heard) < len(labels) + repeats or not words:
        return []
    states = np.full(2 * len(labels) + 1, letters.blank)
    states[1::2] = labels
    scores = np.asarray(heard, np.float32)[:, states]
    of_word = np.full(len(states), -1)
    of_word[1::2] = owner
    centre = (np.arange(len(heard)) + 0.5) * letters.step
    low = np.array([limits[word][0] if word >= 0 else -1e9 for word in of_word])
    high = np.array([limits[word][1] if word >= 0 else 1e9 for word in of_word])
    path = _path(scores + OUTSIDE * ((centre[:, None] < low) | (centre[:, None] > high)), states)
    frames_of = [np.flatnonzero(of_word[path] == number) for number in range(len(words))]
    starts = [frames[0] * letters.step for frames in frames_of]
    ends = [(frames[-1] + 1) * letters.step + HELD for frames in frames_of]
    after = [*starts[1:], len(heard) * letters.step]
    return [(float(start), float(min(end, following))) for start, end, following in zip(starts, ends, after, strict=True)]


def _labels(words: Sequence[Sequence[int]], between: int | None) -> tuple[list[int], list[int]]:
    """The letters of all words, and which word each belongs to; minus one for what stands between words."""
    labels: list[int] = []
    owner: list[int] = []
    for number, word in enumerate(words):
        if number and between is not None:
            labels.append(between)
            owner.append(-1)
        labels += word
        owner += [number] * len(word)
    return labels, owner


def _path(scores: Any, states: Any) -> Any:
    """The state of every frame on the likeliest way: one stays, goes on, or leaves out a blank between different letters."""
    frames, count = scores.shape
    jumps = np.zeros(count, bool)
    jumps[3::2] = states[3::2] != states[1:-2:2]
    best = np.full(count, _NEVER, np.float32)
    best[:2] = scores[0, :2]
    back = np.zeros((frames, count), np.int8)
    for frame in range(1, frames):
        options = np.full((3, count), _NEVER, np.float32)
        options[0] = best
        options[1, 1:] = best[:-1]
        options[2, 2:] = np.where(jumps[2:], best[:-2], _NEVER)
        back[frame] = options.argmax(0)
        best = options.max(0) + scores[frame]
    path = np.empty(frames, np.int64)
    path[-1] = count - 1 if best[-1] >= best[-2] else count - 2
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = path[frame] - back[frame, path[frame]]
    return path


_warm: tuple[Path, Letters] | None = None


def load(folder: Path) -> Letters:
    """The network in a folder, kept until another one is asked for. Raises `EditorError` for one that cannot be used."""
    global _warm
    if _warm is None or _warm[0] != folder:
        _warm = (folder, _loaded(folder))
    return _warm[1]


def _loaded(folder: Path) -> Letters:
    found = opened(folder, WANTED)
    tokens = found.table("vocab.json")
    numbers = {str(token): number for token, number in tokens.items() if isinstance(number, int)}
    if len(numbers) < 2:
        raise EditorError(f"{folder.name} knows no letters: its vocab.json has none.", WANTED.remedy, BAD_INPUT)
    network = found.network("AutoModelForCTC")
    import torch

    blank = int(network.config.pad_token_id or 0)
    even = bool(found.table("preprocessor_config.json", {}).get("do_normalize", True))

    @torch.inference_mode()
    def hear(samples: Any) -> Any:
        sound = np.asarray(samples, np.float32)
        if len(sound) < SHORTEST:
            return np.zeros((0, network.config.vocab_size), np.float32)
        sound = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7) if even else sound
        return network(torch.from_numpy(sound)[None]).logits[0].log_softmax(-1).numpy()

    step = float(np.prod(found.config.get("conv_stride", [320]))) / RATE
    return Letters(hear, {name: number for name, number in numbers.items() if number != blank}, blank, numbers.get("|"), step)
