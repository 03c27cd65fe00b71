# ruff: noqa: RUF001  Speech sounds have letters of their own.
"""Two synthetic voices that say "um" and "you know", and sounds stretched out of a recording's own: for the test set of fillers.

The voices are neural and read speech sounds (IPA), so that no dictionary is needed: Piper's "joe" (a man; VITS, Kim, Kong and Son 2021)
and Kokoro's "jf_alpha" (a woman). A filler in the speaker's own voice is one of his vowels drawn out by TD-PSOLA (Moulines and
Charpentier 1990, "Pitch-synchronous waveform processing techniques").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

RATE = 16000
SOUNDS = {
    "um": "ˈʌm", "uh": "ˈʌ", "er": "ˈɜː", "ah": "ˈɑː", "hmm": "həm", "you know": "juː nˈoʊ", "I mean": "aɪ mˈiːn",
    "sort of": "sˈɔːɹt ʌv", "basically": "bˈeɪsɪkli",
}  # fmt: skip
"""What is said -> its speech sounds."""
NOISE, SPREAD = 0.667, 0.8
"""Piper's own settings."""


@dataclass
class Voices:
    """`folder` holds the files that `benchmarks.environments.VOICES` names. Weights are loaded when first used."""

    folder: Path

    def say(self, voice: str, text: str, slow: float, seed: int) -> Any:
        """One of `SOUNDS`: float32 mono at 16 kHz, without the silence at its ends. `slow`: times as long as usual."""
        return self.speak(voice, SOUNDS[text] + ",", slow, seed)

    def speak(self, voice: str, sounds: str, slow: float, seed: int) -> Any:
        """The same of any speech sounds. Only Piper says them otherwise with another seed."""
        import onnxruntime
        import soxr

        onnxruntime.set_seed(seed)
        if voice == "joe":
            samples = soxr.resample(self._joe(sounds, slow), 22050, RATE)
        else:
            samples = soxr.resample(self._kokoro(sounds, voice, slow), 24000, RATE)
        return trimmed(samples.astype(np.float32))

    def _joe(self, sounds: str, slow: float) -> Any:
        session, table = self._piper
        numbers = [*table["^"], *table["_"], *(number for sound in sounds for number in (*table[sound], *table["_"])), *table["$"]]
        given = {
            "input": np.array([numbers], np.int64),
            "input_lengths": np.array([len(numbers)], np.int64),
            "scales": np.array([NOISE, slow, SPREAD], np.float32),
        }
        return session.run(None, given)[0].reshape(-1)

    def _kokoro(self, sounds: str, voice: str, slow: float) -> Any:
        session, table, styles = self._kokoros
        numbers = [table[sound] for sound in sounds]
        given = {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": styles[voice][min(len(numbers), len(styles[voice])) - 1].reshape(1, -1).astype(np.float32),
            "speed": np.array([1 / slow], np.float32),
        }
        return session.run(None, given)[0].reshape(-1)

    @cached_property
    def _piper(self) -> tuple[Any, dict[str, list[int]]]:
        config = json.loads((self.folder / "joe.onnx.json").read_text(encoding="utf-8"))
        return _session((self.folder / "joe.onnx").read_bytes()), config["phoneme_id_map"]

    @cached_property
    def _kokoros(self) -> tuple[Any, dict[str, int], dict[str, Any]]:
        weights = b"".join((self.folder / f"kokoro.{part}").read_bytes() for part in (1, 2, 3, 4))
        table = json.loads((self.folder / "kokoro.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(self.folder / "kokoro.npz", allow_pickle=False) as styles:
            return _session(weights), table, {name: styles[name] for name in styles.files}


def _session(weights: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def trimmed(samples: Any, below: float = 35.0) -> Any:
    """From where the sound comes within `below` dB of its loudest to where it falls under that for good."""
    power = np.convolve(np.asarray(samples, np.float64) ** 2, np.ones(160) / 160, "same")
    loud = np.flatnonzero(power > power.max() * 10 ** (-below / 10))
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def period(samples: Any) -> tuple[int, float]:
    """The pitch period in samples of a short piece (75 to 350 Hz) and how periodic it is, 0..1: the peak of its autocorrelation."""
    piece = np.asarray(samples, np.float64) - np.mean(samples)
    energy = float(np.dot(piece, piece))
    if energy <= 1e-9:
        return RATE // 120, 0.0
    full = np.correlate(piece, piece, "full")[len(piece) - 1 :] / energy
    low, high = RATE // 350, min(RATE // 75, len(full) - 1)
    full = full * len(piece) / np.maximum(len(piece) - np.arange(len(full)), 1)
    peak = low + int(np.argmax(full[low:high]))
    return peak, float(full[peak])


def steadiest(samples: Any, length: float = 0.09) -> tuple[int, int]:
    """Where `length` seconds sound most like one vowel: periodic, loud, and the same from its beginning to its end."""
    size, hop = int(length * RATE), RATE // 100
    best, where = -1.0, 0
    loudest = float(np.sqrt(np.mean(np.square(samples)))) + 1e-9
    for start in range(0, len(samples) - size, hop):
        piece = np.asarray(samples[start : start + size], np.float64)
        level = np.sqrt(np.mean(piece**2)) / loudest
        if level < 0.7:
            continue
        half = size // 2
        parts = (piece[:half], piece[half : 2 * half])
        spectra = [np.log(np.abs(np.fft.rfft(part * np.hanning(half), 512))[:128] + 1e-3) for part in parts]
        alike = float(np.corrcoef(spectra[0], spectra[1])[0, 1])
        score = period(piece)[1] + alike
        if score > best:
            best, where = score, start
    return where, where + size


def drawn_out(samples: Any, seconds: float, chance: Any) -> Any:
    """A vowel (`samples`, some 100 ms of it) made to last: its periods repeated to and fro, overlapped and added.

    Pitch and loudness wander by a few percent, as they do in speech.
    """
    source = np.asarray(samples, np.float64)
    length, _ = period(source)
    marks = [length]
    while marks[-1] + 2 * length < len(source):  # a mark on the highest peak of each period
        around = marks[-1] + length
        first = around - length // 4
        marks.append(first + int(np.argmax(np.abs(source[first : around + length // 4]))))
    order = [*range(len(marks)), *range(len(marks) - 2, 0, -1)]
    out, at, number = np.zeros(int(seconds * RATE) + 4 * length), float(length), 0
    window = np.hanning(2 * length + 1)
    drift = np.cumsum(chance.normal(0, 0.004, 2000))
    while at + length + 1 < int(seconds * RATE):
        mark = marks[order[number % len(order)]]
        piece = source[max(mark - length, 0) : mark + length + 1]
        piece = np.pad(piece, (0, 2 * length + 1 - len(piece)))
        out[int(at) - length : int(at) + length + 1] += piece * window * (1 + chance.normal(0, 0.03))
        at += length * (1 + float(np.clip(drift[number % 2000], -0.06, 0.06)))
        number += 1
    out = out[: int(seconds * RATE)]
    ramp = np.minimum(1.0, np.arange(len(out)) / (0.04 * RATE))
    return (out * ramp * ramp[::-1]).astype(np.float32)
