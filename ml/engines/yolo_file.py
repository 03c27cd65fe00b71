"""A YOLO checkpoint read without running anything that stands in it.

Such a file is a pickle of the network object itself, and reading a pickle as Python does calls whatever it names. Here it is read by
torch's restricted reader, and every class it names becomes an empty husk without methods. Afterwards the husks of layers that PyTorch
and ultralytics really have are given those classes; no constructor and no method of them is called with what the file says. A file
that names anything else is refused before it is read.
"""

from __future__ import annotations

import importlib
import types
from pathlib import Path, PurePosixPath
from typing import Any

import torch

from ..checkpoint import named_in
from ..errors import BAD_INPUT, EditorError

MOVED = {
    "ultralytics.nn.modules.block.Silence": "torch.nn.modules.linear.Identity",
    "ultralytics.nn.tasks.YOLOv10DetectionModel": "ultralytics.nn.tasks.DetectionModel",
}
"""Layers that other versions of ultralytics had under another name."""
KINDS = {"DetectionModel": "detect", "SegmentationModel": "segment", "PoseModel": "pose"}


class Husk:
    """What the file calls an object of `origin`: only its state."""

    origin = ""

    def __new__(cls, *given: Any) -> Husk:
        if given:
            raise ValueError(f"the file wants to call {cls.origin}")
        husk = object.__new__(cls)
        _Reading.husks.append(husk)
        return husk


class Method:
    """What the file takes from an object by name, as far as it is one of its own methods."""

    def __init__(self, owner: Any, name: str) -> None:
        if not isinstance(owner, Husk) and not (isinstance(owner, type) and issubclass(owner, Husk)):
            raise ValueError(f"the file wants {name} of something that is no layer")
        self.owner, self.name = owner, name


class _Reading:
    """The husks of the file that is being read now: one at a time, in one thread."""

    husks: list[Husk] = []


def read(path: Path) -> tuple[Any, str]:
    """(network, what it does: "detect", "segment" or "pose"), in single precision, ready to be run on the processor.

    Raises `EditorError(BAD_INPUT)` when the file is no such checkpoint, or asks for more than layers and numbers.
    """
    husks = {name: type("Husk", (Husk,), {"origin": name}) for name in named_in(path) if _is_class(name)}
    replaced: list[Any] = [(husk, name) for name, husk in husks.items()]
    replaced += [(Method, "builtins.getattr"), *((_path, f"{home}.{name}") for home in ("pathlib", "pathlib._local") for name in _PATHS)]
    replaced += _numbers()
    _Reading.husks = []
    try:
        with torch.serialization.safe_globals(replaced):
            stored = torch.load(path, map_location="cpu", weights_only=True)
        found = stored.get("ema") or stored["model"]
        _awaken(_Reading.husks)
        found.args = stored.get("train_args") or getattr(found, "args", None)
    except Exception as reason:
        raise EditorError(
            f"{path.name} cannot be read as a YOLO checkpoint.",
            "Choose a .pt file that ultralytics wrote for finding, outlining or posing.",
            BAD_INPUT,
            repr(reason)[:500],
        ) from reason
    finally:
        _Reading.husks = []
    return _ready(found, path)


_PATHS = ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath", "Path")


def _path(*parts: str) -> str:
    return str(PurePosixPath(*parts))


def _numbers() -> list[Any]:
    """numpy's scalars, in which training notes how good a network was."""
    import numpy as np

    scalar = np.float64(0).__reduce__()[0]
    kinds = [type(np.dtype(name)) for name in ("float64", "float32", "int64", "int32")]
    return [np.dtype, (scalar, "numpy.core.multiarray.scalar"), (scalar, "numpy._core.multiarray.scalar"), *kinds]


def _is_class(name: str) -> bool:
    return name.startswith(("torch.nn.modules.", "ultralytics."))


def _awaken(husks: list[Husk]) -> None:
    """Gives layers their classes, and the methods that were stored with them."""
    for husk in husks:
        layer = _layer(husk.origin)
        if layer is not None:
            husk.__class__ = layer
            restored: Any = torch.nn.Module
            restored.__setstate__(husk, {})  # adds what older files lack
    for husk in husks:
        for name, value in list(vars(husk).items()):
            if isinstance(value, Method):
                vars(husk)[name] = _method(value)


def _layer(name: str) -> type | None:
    """The layer of this name that PyTorch or ultralytics have; None where they have none."""
    module, _, attribute = MOVED.get(name, name).rpartition(".")
    if not (module == "ultralytics.nn.tasks" or module.startswith(("torch.nn.modules", "ultralytics.nn.modules"))):
        return None
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ModuleNotFoundError:
        return None
    return found if isinstance(found, type) and issubclass(found, torch.nn.Module) else None


def _method(stored: Method) -> Any:
    owner = stored.owner
    home = _layer(owner.origin) if isinstance(owner, type) else type(owner)
    found = getattr(home, stored.name, None)
    if stored.name.startswith("_") or not isinstance(found, types.FunctionType):
        raise ValueError(f"{home} has no method {stored.name}")
    return found if isinstance(owner, type) else types.MethodType(found, owner)


def _ready(network: Any, path: Path) -> tuple[Any, str]:
    kind = KINDS.get(type(network).__name__, "") if type(network).__module__ == "ultralytics.nn.tasks" else ""
    if not kind:
        what = getattr(network, "origin", type(network).__name__).rpartition(".")[2]
        raise EditorError(
            f"{path.name} holds a network of another kind ({what}).",
            "Choose a YOLO checkpoint that finds things (names such as yolo11n.pt, yolo11n-seg.pt, yolo11n-pose.pt).",
            BAD_INPUT,
        )
    network = network.float().eval().requires_grad_(False)
    for layer in network.modules():
        if hasattr(layer, "inplace"):
            layer.inplace = True
        elif isinstance(layer, torch.nn.Upsample) and not hasattr(layer, "recompute_scale_factor"):
            layer.recompute_scale_factor = None  # files from before torch 1.11
    return network, kind
