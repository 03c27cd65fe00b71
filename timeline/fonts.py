"""Fonts that have the letters of a text: the one that is wanted, else one that Blender brings along, else one of the system's.

A text strip with a font of its own draws a box for every letter that the font lacks; only without one does Blender look through the
fonts it brings along. And that draws all letters equally wide, which pulls Arabic apart and Chinese characters away from each other.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from .glyphs import UNJOINED, Coverage, drawn, of_file, scripts, unpacked
from .plan import CaptionStyle

MONO = "DejaVuSansMono"
_FOR_TEXT = (
    "Inter", "NotoSansHebrew", "NotoSansArabic", "Noto Sans CJK", "NotoSansThai", "NotoSansDevanagari", "NotoSansBengali", "NotoSansTamil",
    "NotoSansTelugu", "NotoSansKannada", "NotoSansMalayalam", "NotoSansGujarati", "NotoSansGurmukhi", "NotoSansKhmer", "NotoSansMyanmar",
    "NotoSansGeorgian", "NotoSansArmenian", "NotoSansEthiopic", "NotoSansJavanese",
)  # fmt: skip
"""Those of Blender's fonts that a caption may be set in, the first that has all its letters."""
_LIKED = (
    "notosans", "segoeui", "arial", "helvetica", "sfarabic", "geezapro", "tahoma", "dejavusans", "liberationsans", "freesans", "droidsans",
    "pingfang", "hiragino", "yugoth", "msyh", "malgun", "meiryo", "nirmala", "leelawadee", "kohinoor", "thonburi", "lohit", "unifont",
)  # fmt: skip
"""Beginnings of the names of sans-serif fonts of the systems, the most fitting first."""
_DISLIKED = ("bold", "italic", "oblique", "mono", "serif", "black", "light", "thin", "condensed", "emoji", "symbol")
_KINDS = {".ttf", ".otf", ".ttc", ".otc"}
_MOST_FILES = 5000


@cache
def bundled() -> dict[str, tuple[str, Coverage]]:
    """Name -> (file, characters) of the fonts that Blender brings along (`benchmarks/font_coverage.py`)."""
    table = json.loads(Path(__file__).with_name("font_coverage.json").read_text(encoding="ascii"))
    return {name: (file, unpacked(runs)) for name, (file, runs) in table.items()}


def named(path: str) -> str:
    """The name of Blender's font whose file this is, wherever that Blender lies; "" for any other file."""
    file = path.replace("\\", "/").rsplit("/", 1)[-1]
    return next((name for name, (known, _has) in bundled().items() if known == file), "")


@cache
def in_file(path: str) -> Coverage | None:
    """The characters of a font file, None where that cannot be told (WOFF, for one)."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123

            def read(offset: int, length: int) -> bytes:
                stream.seek(offset)
                return stream.read(length)

            return of_file(read)
    except (OSError, ValueError):
        return None


def folders() -> list[Path]:
    """Where this system keeps its fonts, and its user his."""
    user = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        own = [Path(local) / "Microsoft" / "Windows" / "Fonts"] if local else []
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", *own]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), user / "Library" / "Fonts"]
    own = Path(os.environ.get("XDG_DATA_HOME") or user / ".local" / "share") / "fonts"
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), own, user / ".fonts"]


@cache
def installed() -> tuple[str, ...]:
    """The files of the system's fonts, the most fitting for captions first. Looked for once a session, and only when needed."""
    return tuple(str(path) for path in sorted(_files(), key=_liking))


def _files() -> Iterator[Path]:
    left = _MOST_FILES
    for folder in folders():
        for place, _, names in os.walk(folder):
            for name in sorted(names):
                if os.path.splitext(name)[1].lower() in _KINDS and left > 0:  # noqa: PTH122
                    left -= 1
                    yield Path(place, name)


def _liking(path: Path) -> tuple[int, int, str]:
    name = path.stem.lower().replace(" ", "").replace("_", "")
    place = next((n for n, liked in enumerate(_LIKED) if name.startswith(liked)), len(_LIKED))
    return (sum(word in name for word in _DISLIKED), place, str(path))


@cache
def _of_system(chars: frozenset[str]) -> str:
    """A font of the system's that has all these characters, "" where none has."""
    return next((path for path in installed() if (has := in_file(path)) is not None and has.holds(chars)), "")


def covers(font: str, chars: frozenset[str]) -> bool:
    """Whether a style's `font` has all these characters; true where that cannot be told. `font` is a name or an absolute path."""
    if font in bundled():
        return bundled()[font][1].holds(chars)
    has = in_file(font)
    return has is None or has.holds(chars)


def lacking(chars: frozenset[str]) -> frozenset[str]:
    """Those that none of Blender's fonts has."""
    return frozenset(char for char in chars if not any(char in has for _file, has in bundled().values()))


@cache
def chosen(font: str, chars: frozenset[str]) -> str:
    """What to draw these characters in where `font` is wanted: that, or what has them all. "" is Blender's own mixture.

    Where "" is wanted, it is left only for scripts in which letters of one width are wrong.
    """
    if (covers(font, chars) if font else not any(map(_pulled_apart, chars))):
        return font
    fitting = (name for name in _FOR_TEXT if (font or name != "Inter") and bundled()[name][1].holds(chars))
    return next(fitting, "") or _of_system(chars)


def _pulled_apart(char: str) -> bool:
    """A character that Blender's mixture has from a font that is not monospaced: letters and their marks, not signs."""
    arabic = "\u0600" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufeff"
    return arabic or (unicodedata.category(char)[0] in "LM" and char not in bundled()[MONO][1] and not lacking(frozenset(char)))


class Fonts:
    """Chooses for one run, and collects what is to be said about it. A style's font is a name or an absolute path."""

    def __init__(self) -> None:
        self._boxes: set[str] = set()
        self._unjoined: set[str] = set()

    def suited(self, style: CaptionStyle, shown: str) -> CaptionStyle:
        """`style`, in a font that has the characters of `shown` (as `visual` has them); the very same where its own has."""
        if shown.isascii() and (not style.font or style.font in bundled()):
            return style
        chars = drawn(shown)
        font = chosen(style.font, chars)
        if not font:
            self._boxes |= lacking(chars)
        self._unjoined |= UNJOINED.intersection(scripts([char for char in chars if not char.isascii()]))
        return style if font == style.font else replace(style, font=font)

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences for the user: scripts without a font, and scripts that Blender cannot write."""
        found = []
        if self._boxes:
            names = ", ".join(scripts(self._boxes))
            found.append(f"No font here has all letters of: {names}. They show as boxes; choose a font that has them under Look, Font.")
        if self._unjoined:
            names = ", ".join(sorted(self._unjoined))
            found.append(f"Blender cannot join the letters of {names}: captions show them one by one. Subtitle files are not affected.")
        return tuple(found)
