"""EfficientNet-Lite0, a small network trained on ImageNet, as a describer of pictures: 1280 numbers a picture.

M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019; the Lite variants
leave out squeeze-and-excitation and use ReLU6 (R. Liu, "Higher accuracy on vision models with EfficientNet-Lite", 2020). The
modules are named so that the state dict of the published PyTorch weights fits. Batch normalisation is folded into the
convolutions after loading. Outputs agree with the published module to 1e-4.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .weights import loaded

SIDE = 224
"""The side of the square pictures it was trained on; others of about this area are described as well."""
STEP = 32
FEATURES = 1280
MEAN, DEVIATION = 127.0, 128.0
EPSILON = 1e-3
# (blocks, kernel, stride of the first, expansion, channels in, channels out)
STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)


class _Same(nn.Conv2d):
    """Padded as TensorFlow's "SAME": an odd pixel of padding goes to the right and to the bottom."""

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        if kernel > 1:
            tall, wide = (max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in x.shape[-2:])
            x = functional.pad(x, (wide // 2, wide - wide // 2, tall // 2, tall - tall // 2))
        return self._conv_forward(x, self.weight, self.bias)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=EPSILON)


class _Block(nn.Module):
    """Inverted bottleneck: widen, filter every channel for itself, narrow; with a shortcut where the shape stays."""

    def __init__(self, kernel: int, stride: int, expansion: int, inputs: int, outputs: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.widens = expansion > 1
        self.shortcut = stride == 1 and inputs == outputs
        if self.widens:
            self._expand_conv: nn.Module = _Same(inputs, wide, 1, bias=False)
            self._bn0: nn.Module = _norm(wide)
        self._depthwise_conv: nn.Module = _Same(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1: nn.Module = _norm(wide)
        self._project_conv: nn.Module = _Same(wide, outputs, 1, bias=False)
        self._bn2: nn.Module = _norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.widens else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.shortcut else y


class EfficientNetLite0(nn.Module):
    """Pictures (batch, 3, height, width) of values about -1..1 to features (batch, 1280)."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem: nn.Module = _Same(3, 32, 3, 2, bias=False)
        self._bn0: nn.Module = _norm(32)
        self._blocks = nn.ModuleList(
            _Block(kernel, 1 if number else stride, expansion, outputs if number else inputs, outputs)
            for count, kernel, stride, expansion, inputs, outputs in STAGES
            for number in range(count)
        )
        self._conv_head: nn.Module = _Same(320, FEATURES, 1, bias=False)
        self._bn1: nn.Module = _norm(FEATURES)
        self._fc = nn.Linear(FEATURES, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        return functional.relu6(self._bn1(self._conv_head(x))).mean(dim=(2, 3))

    def classes(self, features: Tensor) -> Tensor:
        """Features (batch, 1280) to logits of ImageNet's classes (batch, 1000)."""
        return self._fc(features)

    def usual(self) -> Tensor:
        """What each feature is on average over the pictures it was trained on, shape (1280,). Asked before `prepare`.

        Batch normalisation makes a channel's values a bell curve whose mean and width it keeps as its weights; this is the mean
        of that curve after ReLU6. Features less this are as often below as above 0, so unlike pictures have no likeness.
        """
        weights = self._bn1.state_dict()
        mean, width = weights["bias"], weights["weight"].abs().clamp_min(1e-6)
        return _above(mean, width) - _above(mean - 6, width)

    def prepare(self) -> EfficientNetLite0:
        """Ready for inference: called once, after the weights are loaded."""
        self.eval().requires_grad_(False)
        for part in (self, *self._blocks):
            for convolution, norm in _PAIRS:
                if hasattr(part, convolution) and hasattr(part, norm):
                    setattr(part, convolution, fuse_conv_bn_eval(getattr(part, convolution), getattr(part, norm)))
                    setattr(part, norm, nn.Identity())
        return self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


_PAIRS = (
    ("_conv_stem", "_bn0"), ("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"), ("_conv_head", "_bn1"),
)  # fmt: skip


def _above(mean: Tensor, width: Tensor) -> Tensor:
    """The mean of max(0, x) for x of a bell curve."""
    place = mean / width
    density = torch.exp(-place.square() / 2) / (2 * torch.pi) ** 0.5
    return mean * torch.special.ndtr(place) + width * density


class Describer:
    """The network, and the mean of its features."""

    def __init__(self, path: Path, device: str = "cpu") -> None:
        """Raises `EditorError(BAD_INPUT)` when the file does not hold its weights."""
        network = loaded(EfficientNetLite0(), path, "EfficientNet-Lite0")
        self._usual = network.usual().to(device)
        self._network = network.prepare().to(device)
        self._device = device

    @torch.inference_mode()
    def describe(self, pictures: Tensor) -> Tensor:
        """uint8 RGB (batch, height, width, 3), sides multiples of 32, to centred features (batch, 1280) float32 on the CPU."""
        return (self._features(pictures) - self._usual).float().cpu()

    @torch.inference_mode()
    def classify(self, pictures: Tensor) -> Tensor:
        """Pictures as for `describe` to chances of ImageNet's classes (batch, 1000) float32 on the CPU, which add up to 1."""
        return self._network.classes(self._features(pictures)).softmax(dim=1).float().cpu()

    def _features(self, pictures: Tensor) -> Tensor:
        given = pictures.to(self._device).permute(0, 3, 1, 2).float().sub_(MEAN).div_(DEVIATION)
        return self._network(given.contiguous(memory_format=torch.channels_last))
