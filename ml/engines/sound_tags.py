"""Applause, laughter and other sounds by an AudioSet tagger: AST (Y. Gong, Y.-A. Chung, J. Glass, Interspeech 2021) from a folder.

Only numbers are read from the folder (safetensors), never code, and nothing from the network. Sound is heard in windows, each half over
the one before. No weights of this kind could be had while this was written: what is tested is that it runs, not how well it hears.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from ..errors import BAD_INPUT, EditorError
from ..facts import Media, SoundEvent, Sounds, SoundsOptions, Span
from .model_folder import ModelFolder, Wanted, opened
from .registry import Runtime
from .sounds import likeliest

RATE = 16000
WINDOW, STEP = 2 * RATE, RATE
"""Samples heard at a time (2 s; the network fills up with silence what it was trained to hear), and from one to the next."""
BATCH = 4
LOADING, HEARING = 300.0, 120.0
CHANGE = 2.0
"""What a change between heard and not heard costs, as a logarithm of odds."""
LABELS = {
    "music": ("Music",), "applause": ("Applause", "Clapping"), "laughter": ("Laughter", "Giggle", "Chuckle, chortle", "Belly laugh"),
    "cheering": ("Cheering", "Crowd"), "crying": ("Crying, sobbing", "Baby cry, infant cry"), "cough": ("Cough",), "sneeze": ("Sneeze",),
    "dog": ("Bark", "Dog"), "cat": ("Meow", "Cat"), "doorbell": ("Doorbell",), "knock": ("Knock",),
    "telephone": ("Telephone", "Telephone bell ringing", "Ringtone"), "siren": ("Siren",), "gunshot": ("Gunshot, gunfire",),
    "explosion": ("Explosion",), "thunder": ("Thunder",), "glass": ("Shatter", "Breaking"), "scream": ("Screaming",),
}  # fmt: skip
"""Our words -> AudioSet's classes."""
WANTED = Wanted(
    "a sound tagger",
    "AST",
    ("audio-spectrogram-transformer",),
    "Choose a folder with an AST model of the transformers library trained on AudioSet, as safetensors; or leave Sound Model empty.",
    "leave Sound Model empty",
)


def run(path: str | Path, options: SoundsOptions, media: Media, span: Span | None, runtime: Runtime) -> Sounds:
    """As `sounds.run`, with the tagger in the folder `options.model`. Raises `EditorError` for one that cannot be used."""
    assert media.audio is not None
    folder = Path(options.model)
    runtime.progress(0.0, f"Loading {folder.name}", LOADING)
    hear, classes = load(folder)
    whole = span or Span(Fraction(0), media.audio.duration)
    expected = max(1.0, float(whole.length) * RATE)
    warnings: list[str] = []
    chances: list[Any] = []
    held, heard = np.zeros(0, np.float32), 0
    for chunk in reading.sound(path, span, RATE, runtime.check, warnings.append):
        held, heard = np.concatenate([held, chunk]), heard + len(chunk)
        while len(held) >= WINDOW + (BATCH - 1) * STEP:
            runtime.check()
            chances.append(hear([held[place * STEP : place * STEP + WINDOW] for place in range(BATCH)]))
            held = held[BATCH * STEP :]
        runtime.progress(min(1.0, heard / expected), f"Listening with {folder.name}", HEARING)
    while len(held) > (STEP if chances else 0):
        runtime.check()
        chances.append(hear([np.pad(held[:WINDOW], (0, max(0, WINDOW - len(held))))]))
        held = held[STEP:]
    if span is None:
        whole = Span(whole.start, max(whole.end, Fraction(heard, RATE)))
    rows = np.concatenate(chances) if chances else np.zeros((0, len(classes)), np.float32)
    events = _events(rows, classes, options.threshold, whole)
    return Sounds(whole, media.audio.start, f"AST {folder.name}", events, tuple(dict.fromkeys(warnings)))


def load(folder: Path) -> tuple[Any, tuple[str, ...]]:
    """(a function from windows to chances (windows, classes), the names of the classes)."""
    found = opened(folder, WANTED)
    network = found.network("ASTForAudioClassification")
    import torch

    config = network.config
    classes = tuple(str(config.id2label[number]) for number in range(config.num_labels))
    if not any(name in classes for names in LABELS.values() for name in names):
        raise EditorError(f"{folder.name} does not know AudioSet's classes.", WANTED.remedy, BAD_INPUT)
    mean, deviation = _normal(found)

    @torch.inference_mode()
    def hear(windows: list[Any]) -> Any:
        given = np.stack([_spectra(window, config.num_mel_bins, config.max_length, mean, deviation) for window in windows])
        return network(torch.from_numpy(given)).logits.sigmoid().numpy()

    return hear, classes


def _normal(folder: ModelFolder) -> tuple[float, float]:
    """Mean and deviation of the features the model was trained on; AST's own where the folder does not say."""
    said = folder.table("preprocessor_config.json", {})
    return float(said.get("mean", -4.2677393)), float(said.get("std", 4.5689974))


def _spectra(window: Any, bands: int, frames: int, mean: float, deviation: float) -> Any:
    """What AST hears, float32 (frames, bands): the library's own features for machines without torchaudio."""
    from transformers import ASTFeatureExtractor

    extractor = ASTFeatureExtractor(num_mel_bins=bands, max_length=frames, mean=mean, std=deviation)
    return np.asarray(extractor(window, sampling_rate=RATE, return_tensors="np")["input_values"][0], np.float32)


def _events(chances: Any, classes: tuple[str, ...], threshold: float, span: Span) -> tuple[SoundEvent, ...]:
    """`chances` (windows, classes): when each sound is heard, in order of time."""
    found = []
    for label, names in LABELS.items():
        places = [classes.index(name) for name in names if name in classes]
        if not places or not len(chances):
            continue
        sure = np.clip(chances[:, places].max(axis=1).astype(np.float64), 1e-6, 1 - 1e-6)
        odds = np.log(sure / (1 - sure)) - np.log(threshold / (1 - threshold)) if 0 < threshold < 1 else np.full(len(sure), -np.inf)
        states = likeliest(np.stack([np.zeros(len(odds)), odds], axis=1), CHANGE)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], states, [0]])))
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            # A window stands for its middle second.
            start = span.start + Fraction(int(first) * STEP + (WINDOW - STEP) // 2 * bool(first), RATE)
            stop = min(span.end, span.start + Fraction(int(end) * STEP + (WINDOW - STEP) // 2, RATE))
            if stop > start:
                found.append(SoundEvent(Span(start, stop), label, round(float(sure[first:end].mean()), 4)))
    return tuple(sorted(found, key=lambda event: (event.span.start, event.label)))
