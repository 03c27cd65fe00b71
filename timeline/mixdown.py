"""The sound of a scene as a file, as it is or as it would be with other volumes. What the user sees stays as it is.

Blender cuts a mixdown off at full scale, also in 32-bit floats; so it is mixed softer, on a copy of the scene, and made as loud again
afterwards: peaks beyond full scale are there to be measured.
"""

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

HEADROOM = 16
"""How many times softer it is mixed: 24 dB. A power of two, so that nothing is lost."""
_PIECE = 1 << 22
"""Samples made louder at a time."""


def mixdown(scene: Any, path: str, faders: Mapping[str, Fader] | None = None) -> None:
    """Writes what is heard from the scene's first to its last frame as a WAV of 32-bit floats; with `faders` those strips are played so.

    Raises `EditorError` where Blender cannot.
    """
    # Where keyframes set the volume of the whole scene, it cannot be mixed softer.
    softer = 1 if any(curve.data_path == "audio_volume" for curve in compat.curves(scene)) else HEADROOM
    copy = _copy(scene, faders or {}, softer)
    try:
        with bpy.context.temp_override(scene=copy):
            bpy.ops.sound.mixdown(filepath=path, container="WAV", codec="PCM", format="F32", accuracy=1024, check_existing=False)
    except RuntimeError as reason:
        remedy = "Check that its files are where they were."
        raise EditorError("Blender could not mix the sound down.", remedy, BAD_INPUT, repr(reason)) from reason
    finally:
        compat.remove_scene(copy)
    if not Path(path).is_file():
        raise EditorError("Blender could not mix the sound down.", "Check that the scene has frames to play.", BAD_INPUT)
    _raise(Path(path), softer)
    _mark(Path(path))


def _copy(scene: Any, faders: Mapping[str, Fader], softer: int) -> Any:
    copy = compat.copy_scene(scene)
    copy.audio_volume = scene.audio_volume / softer
    for name, fader in faders.items():
        set_fader(copy, name, fader)
    return copy


def _raise(path: Path, factor: int) -> None:
    """Makes the samples of a WAV that many times louder."""
    import numpy as np

    start, length = _samples(path)
    if length and factor != 1:
        samples = np.memmap(path, "<f4", "r+", start, (length // 4,))
        for first in range(0, len(samples), _PIECE):
            samples[first : first + _PIECE] *= factor
        samples.flush()
        del samples


def _samples(path: Path) -> tuple[int, int]:
    """Where a WAV's samples begin, and how many bytes they are; what is too long for its header goes on to the end."""
    whole = path.stat().st_size
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", head)
            if name == b"data":
                return file.tell(), min(length, whole - file.tell())
            file.seek(length + length % 2, 1)
    return 0, 0


def _mark(path: Path) -> None:
    """Adds a chunk with a digest of everything: stored results know a file by some pieces of it, and there may be silence."""
    with path.open("rb+") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        file.write(b"mark" + struct.pack("<I", len(digest)) + digest)
        whole = file.tell() - 8
        if whole < 1 << 32:  # what is longer counts its bytes elsewhere
            file.seek(4)
            file.write(struct.pack("<I", whole))
