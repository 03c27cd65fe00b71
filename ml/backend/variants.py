"""What can be installed: the builds of PyTorch, how big they are, what they are licensed under, and where they come from."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from dataclasses import dataclass

from ..errors import EditorError
from .process import run

INDEX = "https://download.pytorch.org/whl/"
PATIENCE = 6.0


@dataclass(frozen=True)
class Variant:
    """`download` and `installed` in bytes, about: all packages together, measured on Linux (apple: on the packages' own figures)."""

    name: str
    label: str
    note: str
    download: int
    installed: int


@dataclass(frozen=True)
class Package:
    """What will be installed, for what, under which licence."""

    name: str
    licence: str
    use: str


VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for variant in (
        Variant("cpu", "Processor", "Works on every computer", 540_000_000, 2_100_000_000),
        Variant("cuda", "NVIDIA graphics card", "Several times faster; needs a card with a recent driver", 3_200_000_000, 8_200_000_000),
        Variant("apple", "Apple silicon", "Uses the graphics cores of M-series Macs", 390_000_000, 1_700_000_000),
    )
}

PACKAGES: tuple[Package, ...] = (
    Package("torch", "BSD-3-Clause and others", "runs the networks"),
    Package("faster-whisper, ctranslate2", "MIT", "speech to text; Silero VAD (MIT) finds speech"),
    Package("openai-whisper", "MIT", "speech to text, the original"),
    Package("scenedetect", "BSD-3-Clause", "shots by light methods"),
    Package("ultralytics", "AGPL-3.0", "finds things in pictures and follows them"),
    Package("lap, pillow", "BSD-2-Clause, MIT-CMU", "needed by ultralytics"),
    Package("opencv-python", "Apache-2.0; its FFmpeg LGPL-2.1", "pictures"),
    Package("av", "BSD-3-Clause; its FFmpeg LGPL-2.1 and GPL", "reads media"),
    Package("numpy, scipy, numba, llvmlite", "BSD", "numbers"),
    Package("librosa, pyloudnorm", "ISC, MIT", "beats of music; loudness"),
    Package("scikit-learn, soundfile, soxr and others", "BSD-3-Clause, MIT; libsndfile and soxr LGPL-2.1", "needed by librosa"),
    Package("onnxruntime", "MIT", "runs small networks"),
    Package("transformers, safetensors, sentencepiece", "Apache-2.0", "translation and sound taggers, with models of your own"),
    Package("tokenizers, huggingface-hub", "Apache-2.0", "needed by faster-whisper"),
    Package("tiktoken, regex", "MIT, Apache-2.0", "needed by openai-whisper"),
    Package("tqdm, certifi", "MPL-2.0", "needed by the others"),
)

CUDA_PARTS = Package("nvidia-*", "NVIDIA's own licence, not free software", "CUDA, cuDNN: needed by torch on NVIDIA cards")


def packages(variant: Variant) -> tuple[Package, ...]:
    """The table of what this variant installs."""
    return (*PACKAGES, CUDA_PARTS) if variant.name == "cuda" else PACKAGES


def offered() -> tuple[Variant, ...]:
    """The variants there are for this computer's system."""
    if sys.platform == "darwin":
        return (VARIANTS["apple"], VARIANTS["cpu"]) if platform.machine() == "arm64" else (VARIANTS["cpu"],)
    return VARIANTS["cpu"], VARIANTS["cuda"]


def sensible() -> Variant:
    """CUDA where NVIDIA's own tool answers, Apple silicon on such a Mac, else the processor. Runs a program: not for drawing."""
    if sys.platform == "darwin":
        return offered()[0]
    return VARIANTS["cuda" if driver_cuda() else "cpu"]


def driver_cuda() -> tuple[int, int] | None:
    """The newest CUDA version that the NVIDIA driver here can run; None without a card that answers."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        code, lines = run([tool], limit=10.0)
    except EditorError:
        return None  # A tool that cannot be started or hangs is a card that does not answer.
    stated = re.search(r"CUDA Version:\s*(\d+)\.(\d+)", "\n".join(lines))
    return (int(stated[1]), int(stated[2])) if stated and not code else None


def build_tag(variant: Variant, cuda: tuple[int, int] | None) -> str:
    """The folder of PyTorch's index and the local version of its wheels: "cpu", "cu126", "cu130"; "" for the plain build.

    torch 2.13 is built for CUDA 12.6 (cards from Maxwell to Hopper), 13.0 and 13.2 (its release notes); a driver older than
    13.0 runs the first only.
    """
    if sys.platform == "darwin":
        return ""
    if variant.name == "cuda":
        return "cu126" if cuda is not None and cuda < (13, 0) else "cu130"
    return "cpu"


def answers(index: str) -> bool:
    """Does this package index answer now? A certificate this Python does not know counts as yes: pip brings its own."""
    import ssl
    import urllib.error
    import urllib.request

    request = urllib.request.Request(index + "torch/", method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return True
    except urllib.error.HTTPError as reply:
        return reply.code < 500
    except urllib.error.URLError as reason:
        return isinstance(reason.reason, ssl.SSLCertVerificationError)
    except OSError:
        return False


def megabytes(size: int) -> str:
    """A size in words: "480 MB", "3.1 GB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
