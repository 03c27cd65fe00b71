"""Makes voiceprint.json: what the package Resemblyzer 0.1.4 (with librosa 0.11.0) makes of a sound that anyone can draw.

Neither is needed by the project or its tests. `resemblyzer.audio` imports webrtcvad, which nothing here calls.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import numpy as np


def drawn() -> np.ndarray:
    """Two seconds at 16 kHz: a buzz whose pitch and colour change, float32."""
    at = np.arange(32000) / 16000
    phase = 2 * np.pi * np.cumsum(120 + 40 * np.sin(3 * at)) / 16000
    parts = [np.sin(number * phase) * (1 + np.sin(at * (1 + number % 5))) / number for number in range(1, 20)]
    return (np.sum(parts, axis=0) * 0.004).astype(np.float32)


def main() -> None:
    sys.modules.setdefault("webrtcvad", types.ModuleType("webrtcvad"))
    sys.modules["scipy.ndimage.morphology"] = types.SimpleNamespace(binary_dilation=None)
    from resemblyzer import VoiceEncoder
    from resemblyzer.audio import normalize_volume, wav_to_mel_spectrogram

    samples = drawn()
    louder = normalize_volume(samples, -30, increase_only=True)
    mels = wav_to_mel_spectrogram(louder)
    _whole, parts, slices = VoiceEncoder("cpu", verbose=False).embed_utterance(louder, return_partials=True)
    golden = {
        "gain": float((louder[1000] / samples[1000]) ** 2),
        "spectra": [[float(f"{value:.8g}") for value in mels[row]] for row in (0, 1, 77, len(mels) - 1)],
        "rows": [0, 1, 77, len(mels) - 1],
        "frames": len(mels),
        "start": int(slices[0].start) // 160,
        "vector": [round(float(value), 7) for value in parts[0]],
    }
    Path(__file__).with_name("voiceprint.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
