"""TransNetV2, a network that gives every frame the probability that a shot ends there.

T. Souček and J. Lokoč, "TransNet V2: An effective deep network architecture for fast shot transition detection",
arXiv:2008.04838, 2020. The modules are named so that the state dict of the published PyTorch weights fits.

The arithmetic is the paper's; its order is ours. The four dilated branches of a block share one spatial convolution, the
batch normalisation is folded into the temporal ones, and everything stays in the channels-last layout, in which a temporal
convolution is a plain two-dimensional one over (time, place). Outputs agree with the published module to 1e-5; where the
processor multiplies in bfloat16, twice as fast, the probabilities differ by a few hundredths at most.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from .weights import loaded

HEIGHT, WIDTH = 27, 48
EDGE = 25
"""Frames at both ends of a window whose scores are not used: they lack context. The published way is windows of 100 frames."""
FEATURES = 1024
LOOKUP = 101
DILATIONS = (1, 2, 4, 8)
FILTERS = (16, 32, 64)


class _Separable(nn.Module):
    """Parameters of one (2+1)D convolution: 3x3 in space, then 3 in time. Applied by `_Dilated`."""

    def __init__(self, channels: int, filters: int, dilation: int) -> None:
        super().__init__()
        spatial = nn.Conv3d(channels, 2 * filters, (1, 3, 3), padding=(0, 1, 1), bias=False)
        temporal = nn.Conv3d(2 * filters, filters, (3, 1, 1), dilation=(dilation, 1, 1), padding=(dilation, 0, 0), bias=False)
        self.layers = nn.ModuleList([spatial, temporal])


class _Dilated(nn.Module):
    """Four separable convolutions with growing reach in time, side by side, then batch normalisation."""

    def __init__(self, channels: int, filters: int) -> None:
        super().__init__()
        for dilation in DILATIONS:
            self.add_module(f"Conv3D_{dilation}", _Separable(channels, filters, dilation))
        self.bn = nn.BatchNorm3d(4 * filters, eps=1e-3)
        self.spatial: Tensor | None = None
        self.temporal: list[tuple[Tensor, Tensor]] = []

    def prepare(self, kind: torch.dtype) -> None:
        """Fuse the loaded weights, as numbers of this kind. Called once, after they are loaded and moved to their device."""
        weights = dict(self.named_parameters())
        branches = [f"Conv3D_{dilation}.layers" for dilation in DILATIONS]
        spatial = torch.cat([weights[f"{branch}.0.weight"] for branch in branches])
        # There is no time in the spatial kernel: two dimensions, which processors are quicker at.
        self.spatial = spatial[:, :, 0].to(kind).contiguous(memory_format=torch.channels_last)
        moments = dict(self.bn.named_buffers())
        scale = weights["bn.weight"] * torch.rsqrt(moments["running_var"] + self.bn.eps)
        shift = weights["bn.bias"] - moments["running_mean"] * scale
        self.temporal = []
        for branch, factor, bias in zip(branches, scale.chunk(4), shift.chunk(4), strict=True):
            kernel = weights[f"{branch}.1.weight"][..., 0] * factor[:, None, None, None]
            self.temporal.append((kernel.to(kind).contiguous(memory_format=torch.channels_last), bias.to(kind).contiguous()))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, height, width, channels) to (batch, time, height, width, 4 * filters)."""
        batch, time, height, width, channels = x.shape
        assert self.spatial is not None, "prepare() was not called"
        flat = x.reshape(batch * time, height, width, channels).permute(0, 3, 1, 2)
        wide = functional.conv2d(flat, self.spatial, padding=1).permute(0, 2, 3, 1)
        branches = wide.reshape(batch, time, height * width, -1).permute(0, 3, 1, 2).chunk(4, dim=1)
        outputs = [
            functional.conv2d(branch, kernel, bias, padding=(dilation, 0), dilation=(dilation, 1)).permute(0, 2, 3, 1)
            for branch, (kernel, bias), dilation in zip(branches, self.temporal, DILATIONS, strict=True)
        ]
        return torch.cat(outputs, dim=-1).view(batch, time, height, width, -1)


class _Stack(nn.Module):
    """Two dilated blocks with a shortcut around the second, then the mean over 2x2 places."""

    def __init__(self, channels: int, filters: int) -> None:
        super().__init__()
        self.DDCNN = nn.ModuleList([_Dilated(channels, filters), _Dilated(4 * filters, filters)])

    def forward(self, x: Tensor) -> Tensor:
        shortcut = self.DDCNN[0](x).relu_()
        x = self.DDCNN[1](shortcut).relu_().add_(shortcut)
        batch, time, height, width, channels = x.shape
        flat = x.view(batch * time, height, width, channels).permute(0, 3, 1, 2)
        pooled = functional.avg_pool2d(flat, 2).permute(0, 2, 3, 1)
        return pooled.reshape(batch, time, height // 2, width // 2, channels)


def _banded(x: Tensor) -> Tensor:
    """Cosine similarity of every frame with the 50 before and after it: (batch, time, features) to (batch, time, 101), 0 outside."""
    x = functional.normalize(x, dim=2)
    time, side = x.shape[1], LOOKUP // 2
    padded = functional.pad(torch.bmm(x, x.transpose(1, 2)), (side, side))
    columns = torch.arange(time, device=x.device)[:, None] + torch.arange(LOOKUP, device=x.device)
    return padded.gather(2, columns.expand(x.shape[0], -1, -1))


class _FrameSimilarity(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.projection = nn.Linear(4 * sum(FILTERS), 128)
        self.fc = nn.Linear(LOOKUP, 128)

    def forward(self, features: list[Tensor]) -> Tensor:
        means = torch.cat([feature.mean(dim=(2, 3)) for feature in features], dim=2)
        return functional.relu(self.fc(_banded(self.projection(means))))


class _ColorHistograms(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(LOOKUP, 128)

    def forward(self, frames: Tensor) -> Tensor:
        batch, time = frames.shape[:2]
        top = (frames >> 5).long().flatten(2, 3)
        bins = (top[..., 0] << 6) + (top[..., 1] << 3) + top[..., 2]
        counts = torch.zeros(batch, time, 512, device=frames.device)
        counts.scatter_add_(2, bins, torch.ones_like(bins, dtype=counts.dtype))
        return functional.relu(self.fc(_banded(counts)))


class TransNetV2(nn.Module):
    """uint8 RGB frames (batch, time, 27, 48, 3) to two logits a frame, each (batch, time), and features (batch, time, 1024).

    The first says "the last frame before a transition's middle", the second "any frame of a transition". The features are
    what both are read from.
    """

    def __init__(self) -> None:
        super().__init__()
        channels = (3, 4 * FILTERS[0], 4 * FILTERS[1])
        self.SDDCNN = nn.ModuleList([_Stack(inputs, filters) for inputs, filters in zip(channels, FILTERS, strict=True)])
        self.frame_sim_layer = _FrameSimilarity()
        self.color_hist_layer = _ColorHistograms()
        self.fc1 = nn.Linear(4 * FILTERS[2] * 3 * 6 + 2 * 128, 1024)
        self.cls_layer1 = nn.Linear(1024, 1)
        self.cls_layer2 = nn.Linear(1024, 1)
        self.kind = torch.float32

    def prepare(self, kind: torch.dtype = torch.float32) -> TransNetV2:
        """Ready for inference: call once after loading weights and choosing the device. Convolutions count in numbers of `kind`."""
        self.eval().requires_grad_(False)
        self.kind = kind
        self.fc1.to(kind)
        for module in self.modules():
            if isinstance(module, _Dilated):
                module.prepare(kind)
        return self

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = frames.float().div_(255.0).to(self.kind)
        features = []
        for stack in self.SDDCNN:
            x = stack(x)
            features.append(x)
        alike = self.frame_sim_layer([feature.float() for feature in features]).to(self.kind)
        x = torch.cat([self.color_hist_layer(frames).to(self.kind), alike, x.flatten(2)], dim=2)
        x = functional.relu(self.fc1(x)).float()
        return self.cls_layer1(x)[..., 0], self.cls_layer2(x)[..., 0], x


def load(path: Path, device: str = "cpu", kind: torch.dtype = torch.float32) -> TransNetV2:
    """The network with the weights of this file, on `device`. Raises `EditorError(BAD_INPUT)` when they do not fit."""
    return loaded(TransNetV2(), path, "TransNetV2").to(device).prepare(kind)


def best_device() -> str:
    """"cuda" where there is one, else "cpu". Apple's GPU is not used: the published port reports different results there."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def best_kind(device: str) -> torch.dtype:
    """bfloat16 on processors that multiply it themselves: half the time, and the same boundaries. Elsewhere single precision."""
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)  # not in every version of torch that a user may have
    return torch.bfloat16 if device == "cpu" and supported is not None and supported() else torch.float32


@torch.inference_mode()
def predict(network: TransNetV2, windows: Tensor) -> tuple[Tensor, Tensor]:
    """For windows (batch, time, 27, 48, 3) without the `EDGE` frames at both ends: probabilities (2, batch, time - 50) and the
    features (batch, time - 50, 1024), on the CPU."""
    one, many, features = network(windows.to(network.fc1.weight.device))
    inside = slice(EDGE, windows.shape[1] - EDGE)
    return torch.sigmoid(torch.stack((one, many))[:, :, inside]).cpu(), features[:, inside].cpu()
