"""Fonts as text strips draw them: where their files are, and how wide their letters come out.

Measured against renders (4.5, 5.0, 5.2): a text strip draws letter by letter, each moved on by its own width in whole pixels at the
size rounded down, so there is no kerning. Lines are apart by the font's height. Python's `blf` measures the same, but kerns: so each
letter is measured between two bars.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import blf
import bpy

from .fonts import bundled, named
from .plan import CaptionStyle

_SMALL = 2_000_000
"""Bytes of a font that a .blend may as well carry."""
_DEFAULT = 1
"""blf's number of the font that text strips without one of their own are drawn in: its widths are those of renders, to the pixel."""
_BOLD, _ITALIC = 1 << 11, 1 << 12
"""Flags of a font that `blf.enable` takes and has no names for."""
_WIDE = 100_000


def file_of(font: str) -> str:
    """The absolute path of a style's font, "" for Blender's own; raises no error for one that is not there."""
    if font in bundled():
        # Distributions put Blender's data elsewhere than Blender itself does.
        return os.path.join(bpy.utils.system_resource("DATAFILES", path="fonts") or "", bundled()[font][0])  # noqa: PTH118  for blf
    return os.path.normpath(bpy.path.abspath(font)) if font else ""


def load(font: str, undo: Callable[[Callable[[], None]], None]) -> tuple[Any, str]:
    """(Blender's font for a style's `font`, why there is none). A font that is loaded anew is handed to `undo` to be removed again."""
    path = file_of(font)
    if not path:
        return None, ""
    own = font in bundled()
    found = next((known for known in bpy.data.fonts if known.packed_file and named(known.filepath) == font), None) if own else None
    if found is not None:
        return found, ""
    if not os.path.isfile(path):  # noqa: PTH113
        return None, f"The font {font} is not there: captions that ask for it have Blender's own."
    before = set(bpy.data.fonts)
    try:
        found = bpy.data.fonts.load(path, check_existing=True)
    except RuntimeError:
        return None, f"Blender cannot read the font {font}: captions that ask for it have its own."
    if found not in before:
        # Loading counts as one user, of which nobody knows.
        undo(lambda: bpy.data.fonts.remove(found) if found.users <= 1 else None)
        if own and os.path.getsize(path) < _SMALL:  # noqa: PTH202
            # Blender's own fonts lie elsewhere on the next machine, and in its next version.
            found.pack()
    return found, ""


@dataclass(frozen=True)
class Face:
    """A font file ("" Blender's own) as a text strip shows it, to be measured."""

    path: str
    bold: bool = False
    italic: bool = False

    def advances(self, size: int) -> Mapping[str, int]:
        """How far each character moves the next one on, in pixels, at a whole size; worked out when asked for."""
        return _advances(self, size)

    def width(self, line: str, size: int) -> int:
        """The pixels a line takes."""
        return sum(map(_advances(self, size).__getitem__, line))

    def widest(self, size: int) -> int:
        """The pixels that the widest letter of ASCII takes."""
        return _widest(self, size)

    def height(self, size: int) -> int:
        """Pixels from one line to the next."""
        return _height(self, size)

    @contextmanager
    def at(self, size: float) -> Iterator[int]:
        """blf's number of this font, which for so long has this size and shape: Blender may draw its windows in the same one."""
        number = _number(self.path)
        shape = [flag for flag, wanted in ((_BOLD, self.bold), (_ITALIC, self.italic)) if wanted]
        for flag in shape:
            blf.enable(number, flag)
        blf.size(number, size)
        try:
            yield number
        finally:
            for flag in shape:
                blf.disable(number, flag)


def face_of(style: CaptionStyle) -> Face:
    """The face of a style; Blender's own where its font is not to be had."""
    path = file_of(style.font)
    return Face(path if path and _number(path) != _DEFAULT else "", style.bold, style.italic)


def face_of_font(font: Any, bold: bool, italic: bool) -> Face | None:
    """The face of Blender's font in a text strip (None: its own); None for one that lies in no file of its own."""
    if font is None:
        return Face("", bold, italic)
    name = named(font.filepath)
    path = file_of(name) if name else os.path.normpath(bpy.path.abspath(font.filepath, library=font.library))
    return Face(path, bold, italic) if _number(path) != _DEFAULT else None


_NUMBERS: dict[str, int] = {"": _DEFAULT}


def _number(path: str) -> int:
    """blf's number of a font file, that of Blender's own where it is not there or cannot be read: it may be tomorrow."""
    if path not in _NUMBERS:
        number = blf.load(path) if os.path.isfile(path) else -1  # noqa: PTH113
        if number < 0:
            return _DEFAULT
        _NUMBERS[path] = number
    return _NUMBERS[path]


class _Advances(dict[str, int]):
    def __init__(self, face: Face, size: int) -> None:
        super().__init__()
        self._face, self._size = face, size

    def __missing__(self, char: str) -> int:
        with self._face.at(self._size) as number:
            found = self[char] = int(blf.dimensions(number, f"|{char}|")[0] - blf.dimensions(number, "||")[0])
        return found


_advances = lru_cache(maxsize=256)(_Advances)


@lru_cache(maxsize=256)
def _widest(face: Face, size: int) -> int:
    return max(map(_advances(face, size).__getitem__, map(chr, range(32, 127))))


@lru_cache(maxsize=256)
def _height(face: Face, size: int) -> int:
    with face.at(size) as number:
        blf.enable(number, blf.WORD_WRAP)
        blf.word_wrap(number, _WIDE)
        try:
            return int(blf.dimensions(number, "H\nH")[1] - blf.dimensions(number, "H")[1])
        finally:
            blf.disable(number, blf.WORD_WRAP)
