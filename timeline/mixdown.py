"""The sound of a scene as a file, as it is or as it would be with other volumes. What the user sees stays as it is."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, EditorError
from . import compat
from .faders import Fader
from .write_volumes import set_fader


def mixdown(scene: Any, path: str, faders: Mapping[str, Fader] | None = None) -> None:
    """Writes what is heard from the scene's first to its last frame as a WAV of 32-bit floats, which keeps what is beyond full scale.

    With `faders`, those strips are played so: on a copy of the scene that is gone afterwards. Raises `EditorError` where Blender cannot.
    """
    copy = _copy(scene, faders) if faders else None
    try:
        with bpy.context.temp_override(scene=copy or scene):
            bpy.ops.sound.mixdown(filepath=path, container="WAV", codec="PCM", format="F32", accuracy=1024, check_existing=False)
    except RuntimeError as reason:
        remedy = "Check that its files are where they were."
        raise EditorError("Blender could not mix the sound down.", remedy, BAD_INPUT, repr(reason)) from reason
    finally:
        if copy is not None:
            compat.remove_scene(copy)
    if not Path(path).is_file():
        raise EditorError("Blender could not mix the sound down.", "Check that the scene has frames to play.", BAD_INPUT)
    _mark(Path(path))


def _mark(path: Path) -> None:
    """Adds a chunk with a digest of everything: stored results know a file by its beginning, middle and end, and there may be silence."""
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        file.write(b"mark" + struct.pack("<I", len(digest)) + digest)
        whole = file.tell() - 8
        if whole < 1 << 32:  # what is longer counts its bytes elsewhere
            file.seek(4)
            file.write(struct.pack("<I", whole))


def _copy(scene: Any, faders: Mapping[str, Fader]) -> Any:
    copy = scene.copy()
    if copy.animation_data is not None and copy.animation_data.action is not None:
        slot = copy.animation_data.action_slot
        handle = slot.handle if slot is not None else None
        copy.animation_data.action = copy.animation_data.action.copy()
        found = next((one for one in copy.animation_data.action.slots if one.handle == handle), None)
        if found is not None:
            copy.animation_data.action_slot = found
    for name, fader in faders.items():
        set_fader(copy, name, fader)
    return copy
