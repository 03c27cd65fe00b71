"""Makes beat_network.json: what BeatNet 1.1.3, on features of madmom-infer 0.2.0 (madmom's own, ported), makes of a drawn sound.

    python tests/golden/make_beat_network.py FOLDER-OF-BEATNET     with madmom-infer installed; the project and its tests need neither

BeatNet's own feature file asks for madmom, which no longer installs; the steps below are those of that file (`log_spect.py`).
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np


def drawn() -> np.ndarray:
    """Three seconds at 22.05 kHz: strokes every half second over a chord, float32."""
    at = np.arange(3 * 22050) / 22050
    chord = sum(np.sin(2 * np.pi * hertz * at) for hertz in (110.0, 220.0, 277.2, 329.6)) * 0.05
    since = at % 0.5
    stroke = np.sin(2 * np.pi * 70 * since) * np.exp(-since * 25) + np.sin(3.1e4 * since**2) * np.exp(-since * 40) * 0.5
    return (chord + 0.5 * stroke * (at > 0.3)).astype(np.float32)


def main() -> None:
    import torch
    from madmom_infer.audio.signal import FramedSignalProcessor, SignalProcessor
    from madmom_infer.audio.spectrogram import (
        FilteredSpectrogramProcessor,
        LogarithmicSpectrogramProcessor,
        SpectrogramDifferenceProcessor,
    )
    from madmom_infer.audio.stft import ShortTimeFourierTransformProcessor
    from madmom_infer.processors import SequentialProcessor

    folder = Path(sys.argv[1])
    features = np.asarray(
        SequentialProcessor(
            [
                SignalProcessor(num_channels=1, sample_rate=22050),
                FramedSignalProcessor(frame_size=1411, hop_size=441),
                ShortTimeFourierTransformProcessor(),
                FilteredSpectrogramProcessor(num_bands=24, fmin=30, fmax=17000, norm_filters=True),
                LogarithmicSpectrogramProcessor(mul=1, add=1),
                SpectrogramDifferenceProcessor(diff_ratio=0.5, positive_diffs=True, stack_diffs=np.hstack),
            ]
        )(drawn())
    ).astype(np.float32)
    found = importlib.util.spec_from_file_location("beatnet_model", folder / "model.py")
    assert found is not None and found.loader is not None
    package = importlib.util.module_from_spec(found)
    found.loader.exec_module(package)
    network = package.BDA(features.shape[1], 150, 2, "cpu")
    network.load_state_dict(torch.load(folder / "models" / "model_1_weights.pt", weights_only=True), strict=False)
    with torch.inference_mode():
        chances = network.eval().final_pred(network(torch.from_numpy(features)[None])[0]).numpy()[:2].T
    golden = {
        "frames": len(features),
        "rows": [0, 1, 50, 77],
        "features": [[float(f"{value:.7g}") for value in features[row]] for row in (0, 1, 50, 77)],
        "chances": [[round(float(value), 6) for value in row] for row in chances],
    }
    Path(__file__).with_name("beat_network.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
