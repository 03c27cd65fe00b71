"""Makes sound_kinds.json: what the package inaSpeechSegmenter 0.6.7 (with Keras 3 on torch) makes of a sound that anyone can draw.

None of it is needed by the project or its tests. The package asks for names that numpy and scipy have dropped; they are given back.
    KERAS_BACKEND=torch PYTHONPATH=unpacked python tests/golden/make_sound_kinds.py
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import numpy as np


def drawn() -> np.ndarray:
    """Three seconds at 16 kHz: chords, hiss that grows, and a moment of digital silence, float32."""
    at = np.arange(48000) / 16000
    hiss = np.random.RandomState(5).uniform(-1, 1, len(at))  # its numbers never change between versions of numpy
    chords = sum(np.sin(2 * np.pi * pitch * (1 + np.floor(at * 2) % 3 / 8) * at) for pitch in (220, 277.18, 329.63))
    samples = (0.03 * chords * (at < 1.8) + 0.02 * hiss * at).astype(np.float32)
    samples[40000:42000] = 0
    return samples


def main() -> None:
    import scipy.fftpack

    np.int, np.lib.pad = int, np.pad  # type: ignore[attr-defined]
    sys.modules["scipy.fftpack.realtransforms"] = scipy.fftpack  # type: ignore[assignment]
    package = Path(next(path for path in sys.path if (Path(path) / "inaSpeechSegmenter").is_dir())) / "inaSpeechSegmenter"
    viterbi = types.ModuleType("pyannote.algorithms.utils.viterbi")
    viterbi.viterbi_decoding = None  # type: ignore[attr-defined]
    sys.modules["pyannote.algorithms.utils.viterbi"] = viterbi
    for name in ("pyannote", "pyannote.algorithms", "pyannote.algorithms.utils"):
        sys.modules[name] = types.ModuleType(name)
    parent = types.ModuleType("inaSpeechSegmenter")
    parent.__path__ = [str(package)]  # type: ignore[attr-defined]
    sys.modules["inaSpeechSegmenter"] = parent
    sys.modules["inaSpeechSegmenter.export_funcs"] = types.SimpleNamespace(seg2csv=None, seg2textgrid=None)  # type: ignore[assignment]
    import keras
    from inaSpeechSegmenter.segmenter import _get_patches
    from inaSpeechSegmenter.sidekit_mfcc import mfcc

    _, energy, _, levels = mfcc(drawn(), get_mspec=True)
    patches, finite = _get_patches(levels[:, :21].copy(), 68, 2)
    network = keras.models.load_model(package / "keras_speech_music_noise_cnn.hdf5", compile=False)
    rows = [0, 30, 80, 100]
    chances = patches[rows].astype(np.float32)
    for layer in network.layers:
        chances = layer(chances)
    golden = {
        "frames": len(levels),
        "places": [0, 100, 200, 290],
        "levels": [[round(float(value), 5) for value in levels[place]] for place in (0, 100, 200, 290)],
        "energy": [round(float(energy[place]), 5) for place in (0, 100, 200, 290)],
        "silent": np.flatnonzero(~finite).tolist(),
        "rows": rows,
        "patches": [[round(float(value), 5) for value in patches[row].reshape(-1)[::97]] for row in rows],
        "chances": [[round(float(value), 6) for value in row] for row in chances],
    }
    Path(__file__).with_name("sound_kinds.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
