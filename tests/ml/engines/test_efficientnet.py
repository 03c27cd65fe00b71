"""The network gives what the published module gives."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from assistant_editor.ml.engines import efficientnet
from assistant_editor.ml.models import path_of

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_efficientnet", GOLDEN / "make_efficientnet.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def weights(models_folder) -> Path:
    return path_of("efficientnet-lite0", models_folder)


def test_outputs_equal_the_published_modules(weights, maker):
    wanted = json.loads((GOLDEN / "efficientnet.json").read_text())
    network = efficientnet.EfficientNetLite0()
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.prepare()
    with torch.inference_mode():
        features = network(torch.from_numpy(maker.pictures()))
        classes = network._fc(features).topk(5).indices
    assert np.abs(features[:, :: maker.EVERY].numpy() - np.array(wanted["features"])).max() < 1e-4
    assert classes.tolist() == wanted["classes"]
    assert np.ptp(wanted["features"]) > 1, "the golden pictures must excite the network"


def test_the_usual_value_of_a_feature_is_the_mean_of_its_bell_curve_after_the_nonlinearity():
    network = efficientnet.EfficientNetLite0()
    generator = torch.Generator().manual_seed(5)
    network._bn1.weight.data = torch.rand(1280, generator=generator) * 3 - 1.5
    network._bn1.bias.data = torch.randn(1280, generator=generator) * 3
    drawn = torch.randn(20000, 1280, generator=generator) * network._bn1.weight.data + network._bn1.bias.data
    assert torch.allclose(network.usual(), torch.nn.functional.relu6(drawn).mean(0), atol=0.06)


def test_features_are_given_less_their_usual_value_for_bytes(weights):
    describer = efficientnet.Describer(weights)
    pictures = np.random.RandomState(3).randint(0, 256, (2, 160, 288, 3)).astype(np.uint8)
    network = efficientnet.EfficientNetLite0()
    network.load_state_dict(torch.load(weights, weights_only=True))
    usual = network.usual()
    with torch.inference_mode():
        plain = network.eval()((torch.from_numpy(pictures).permute(0, 3, 1, 2).float() - 127) / 128)
    assert torch.allclose(describer.describe(torch.from_numpy(pictures)), plain - usual, atol=1e-3)
