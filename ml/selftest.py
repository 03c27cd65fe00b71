"""Loads every library the backend needs, one after the other, and tells what is there."""

from __future__ import annotations

import importlib
import importlib.metadata
import platform
import sys
from collections.abc import Callable, Sequence
from typing import Any

LIBRARIES = {
    "numpy": "numpy",
    "torch": "torch",
    "av": "av",
    "cv2": "opencv-python",
    "scenedetect": "scenedetect",
    "faster_whisper": "faster-whisper",
    "whisper": "openai-whisper",
    "silero_vad": "silero-vad",
}
"""Module -> the package that carries it."""


def self_test(tell: Callable[[float, str], None], check: Callable[[], None], libraries: dict[str, str] | None = None) -> dict[str, Any]:
    """`{"python", "platform", "versions": {module: version}, "device", "device_name", "problems": [sentence]}`.

    `tell(fraction, step)` is called before each library, so that one which brings the process down is named by the last step.
    """
    libraries = LIBRARIES if libraries is None else libraries
    versions: dict[str, str] = {}
    problems: list[str] = []
    for done, (module, package) in enumerate(libraries.items()):
        check()
        tell(done / (len(libraries) + 1), f"Loading {module}")
        try:
            loaded = importlib.import_module(module)
            versions[module] = str(getattr(loaded, "__version__", "")) or importlib.metadata.version(package)
        except Exception as reason:  # noqa: BLE001  a broken library may raise anything; each is reported
            problems.append(f"{module} (package {package}) cannot be loaded: {type(reason).__name__}: {reason}")
    check()
    tell(len(libraries) / (len(libraries) + 1), "Looking for a graphics card")
    device, name, trouble = _device()
    return {
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "versions": versions,
        "device": device,
        "device_name": name,
        "problems": [*problems, *trouble],
    }


def _device() -> tuple[str, str, Sequence[str]]:
    """(cuda, mps or cpu; its name; problems). A device counts when it adds two numbers right."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return "cpu", platform.processor(), ()
    try:
        if torch.cuda.is_available():
            device, name = "cuda", str(torch.cuda.get_device_name(0))
        elif torch.backends.mps.is_available():
            device, name = "mps", "Apple GPU"
        else:
            return "cpu", platform.processor(), ()
        if float((torch.ones(2, device=device) + 1).sum()) != 4.0:
            return "cpu", platform.processor(), [f"{name} computes wrongly, so it is not used."]
    except Exception as reason:  # noqa: BLE001  a driver may raise anything; it is reported
        return "cpu", platform.processor(), [f"The graphics card cannot be used: {reason}"]
    return device, name, ()
