"""Run by the worker's Python: loads every library, computes a little, and says what works. Standard library until it imports them.

This file is also started on its own (`python -I check.py`), outside its package, in an environment that may be broken.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import platform
import sys
from typing import Any

MARK = "assistant-editor:"
LIBRARIES = {
    "torch": "torch",
    "numpy": "numpy",
    "av": "av",
    "opencv-python": "cv2",
    "scenedetect": "scenedetect",
    "ctranslate2": "ctranslate2",
    "faster-whisper": "faster_whisper",
    "openai-whisper": "whisper",
    "librosa": "librosa",
    "pyloudnorm": "pyloudnorm",
    "lap": "lap",
}
PRESENT = ("ultralytics",)
"""Looked for, not loaded: on its own it writes settings into the user's home and wants torchvision (see `ml/engines/yolo.py`)."""


def check() -> dict[str, Any]:
    """`versions` (library -> version), `device` ("CPU, 8 threads", "NVIDIA RTX 4090", ...), `problems` in words, `python`."""
    versions: dict[str, str] = {}
    problems: list[str] = []
    for package, module in LIBRARIES.items():
        try:
            loaded = importlib.import_module(module)
            versions[package] = _version(package, loaded)
        except Exception as reason:  # noqa: BLE001  a broken library may raise anything; it is reported, not hidden
            problems.append(f"{package} does not load: {_reason(reason)}")
    for package in PRESENT:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"{package} does not load: No module named {package!r}")
    device = ""
    if "torch" in versions:
        try:
            device = _compute(importlib.import_module("torch"))
        except Exception as reason:  # noqa: BLE001  likewise
            problems.append(f"torch does not compute: {_reason(reason)}")
    return {"python": platform.python_version(), "versions": versions, "device": device, "problems": problems}


def _version(package: str, loaded: Any) -> str:
    """The library's own word (torch's names its build: 2.13.0+cpu), else the installed package's."""
    own = getattr(loaded, "__version__", None)
    return own if isinstance(own, str) else importlib.metadata.version(package)


def _compute(torch: Any) -> str:
    """A product on the best device there is, compared with the processor's."""
    name = "cpu"
    if torch.cuda.is_available():
        name = "cuda"
    elif getattr(torch.backends, "mps", None) is not None and torch.backends.mps.is_available():
        name = "mps"
    left = torch.arange(64 * 64, dtype=torch.float32).reshape(64, 64) / 4096
    expected = left @ left.T
    found = (left.to(name) @ left.to(name).T).to("cpu")
    if not torch.allclose(found, expected, rtol=1e-2, atol=1e-2):
        raise RuntimeError(f"the product of two matrices on {name} is wrong")
    if name == "cuda":
        return f"NVIDIA: {torch.cuda.get_device_name(0)}"
    threads = torch.get_num_threads()
    return "Apple silicon" if name == "mps" else f"Processor, {threads} thread{'s' if threads > 1 else ''}"


def _reason(reason: BaseException) -> str:
    words = (str(reason).strip() or type(reason).__name__).splitlines()[0]
    if "libGL.so" in words:
        return f"{words}. On Debian and Ubuntu: sudo apt install libgl1"
    return words[:300]


if __name__ == "__main__":
    # Libraries print what they like: the answer goes by a private copy of stdout, on one marked line.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answer.write(MARK + json.dumps(check()) + "\n")
    answer.flush()
    sys.stdout.flush()
    os._exit(0)
