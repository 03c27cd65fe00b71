"""What a PyTorch checkpoint names, told without reading it as Python would: from its opcodes alone."""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path

from .errors import BAD_INPUT, EditorError

LARGEST = 64 * 1024 * 1024
"""Bytes the pickle of a network may have. Its numbers lie beside it in the archive; what is left are names."""
OLD_NAMES = {"__builtin__": "builtins", "copy_reg": "copyreg"}
"""Python 2's names, which files still carry."""
HARMLESS = frozenset(
    {
        "collections.OrderedDict", "collections.Counter", "builtins.set", "builtins.getattr", "builtins.complex", "builtins.bytearray",
        "_codecs.encode", "torch.Size", "torch.Tensor", "torch.device", "torch.nn.parameter.Parameter", "torch.serialization._get_layout",
        "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
    }
)  # fmt: skip
"""Values and their makers. `getattr` is replaced by a reader of our own (`ml/engines/yolo_file.py`)."""
FAMILIES = ("torch.nn.modules.", "ultralytics.", "torch._utils._rebuild_", "pathlib.")


def named_in(path: Path) -> tuple[str, ...]:
    """Every class and function this checkpoint names, as "module.name", sorted. Runs nothing of it.

    Raises `EditorError(BAD_INPUT)` when it is no checkpoint in PyTorch's own format, or names what no network is made of.
    """
    named = set()
    try:
        with zipfile.ZipFile(path) as archive:
            pickles = [entry for entry in archive.infolist() if entry.filename.endswith("/data.pkl")]
            if len(pickles) != 1 or pickles[0].file_size > LARGEST:
                raise ValueError("no network in it")
            for opcode, given, _place in pickletools.genops(archive.read(pickles[0])):
                if opcode.name in ("STACK_GLOBAL", "INST", "OBJ", "EXT1", "EXT2", "EXT4", "NEWOBJ_EX"):
                    raise ValueError(f"{opcode.name} is not used by PyTorch")
                if opcode.name == "GLOBAL":
                    module, _, name = str(given).partition(" ")
                    named.add(f"{OLD_NAMES.get(module, module)}.{name}")
    except FileNotFoundError as reason:
        raise EditorError(f"There is no file {path}.", "Choose another one.", BAD_INPUT) from reason
    except (OSError, ValueError, zipfile.BadZipFile, RuntimeError) as reason:
        raise EditorError(
            f"{path.name} is no checkpoint of PyTorch.", "Choose a .pt file that ultralytics wrote.", BAD_INPUT, repr(reason)[:300]
        ) from reason
    strange = sorted(name for name in named if not _harmless(name))
    if strange:
        raise EditorError(
            f"{path.name} would run {strange[0]} when it is read. No network needs that, so it is not read.",
            "Get the file from its publisher again, or choose another one.",
            BAD_INPUT,
            ", ".join(strange)[:500],
        )
    return tuple(sorted(named))


def _harmless(name: str) -> bool:
    storage = name.startswith("torch.") and name.endswith(("Storage", "Tensor")) and name.count(".") <= 2
    number = name.startswith("torch.") and name.count(".") == 1 and name[6:].isalnum() and name[6:].islower()
    return name in HARMLESS or name.startswith(FAMILIES) or storage or number
