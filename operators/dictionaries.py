"""Hunspell dictionaries of this computer: where they lie, and one of them read. Files only; what is in them is `timeline.hunspell`'s."""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..ml.errors import BAD_INPUT, EditorError

if TYPE_CHECKING:
    from ..timeline.hunspell import Dictionary

_PLACES = {
    "linux": (
        "/usr/share/hunspell", "/usr/share/myspell", "/usr/share/myspell/dicts", "/usr/local/share/hunspell", "~/.local/share/hunspell",
        "/usr/lib/libreoffice/share/extensions/*", "/usr/lib64/libreoffice/share/extensions/*", "/opt/libreoffice*/share/extensions/*",
        "~/.config/libreoffice/4/user/uno_packages/cache/uno_packages/*/*",
    ),
    "darwin": (
        "~/Library/Spelling", "/Library/Spelling", "/Applications/LibreOffice.app/Contents/Resources/extensions/*",
        "/opt/homebrew/share/hunspell", "/usr/local/share/hunspell",
        "~/Library/Application Support/LibreOffice/4/user/uno_packages/cache/uno_packages/*/*",
    ),
    "win32": (
        "$PROGRAMFILES/LibreOffice/share/extensions/*", "$APPDATA/LibreOffice/4/user/uno_packages/cache/uno_packages/*/*",
        "$APPDATA/hunspell", "$LOCALAPPDATA/hunspell",
    ),
}  # fmt: skip
"""Folders in which the system, LibreOffice and Hunspell keep theirs; `DICPATH`, which Hunspell reads, goes before."""


def installed() -> dict[str, Path]:
    """Name ("en_US") to .dic file of the dictionaries that are found; of two with one name the first."""
    places = [*os.environ.get("DICPATH", "").split(os.pathsep), *_PLACES.get(sys.platform, ())]
    found: dict[str, Path] = {}
    for place in filter(None, places):
        pattern = Path(os.path.expandvars(place)).expanduser()
        folders = [pattern] if "*" not in str(pattern) else sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
        for folder in folders:
            if folder.is_dir():
                for path in sorted((*folder.glob("*.dic"), *folder.glob("*/*.dic"))):
                    if path.with_suffix(".aff").is_file():
                        found.setdefault(path.stem, path)
    return found


def choose(named: str, language: str) -> Path:
    """The .dic file that is meant: a file, a name, or the first for a language (ISO 639-1). Raises `EditorError(BAD_INPUT)`."""
    if named.endswith(".dic"):
        path = Path(named).expanduser()
        if not path.is_file() or not path.with_suffix(".aff").is_file():
            raise EditorError(f"{path} is no dictionary, or its .aff file is not beside it.", "Choose a Hunspell .dic file.", BAD_INPUT)
        return path
    there = installed()
    wanted = named.replace("-", "_").lower() or language
    names = [name for name in there if name.lower().replace("-", "_") == wanted]
    names += sorted(name for name in there if wanted and re.split("[-_]", name.lower())[0] == wanted)
    names += list(there) if not wanted and len(there) == 1 else []
    if not names:
        raise EditorError(_missing(named or language, sorted(there)), "Install a Hunspell dictionary, or name one.", BAD_INPUT)
    preferred = {"en_US", "de_DE", "fr", "fr_FR", "es_ES", "pt_PT", "it_IT"}
    return there[min(names, key=lambda name: (name.lower() != wanted, name not in preferred))]


def _missing(wanted: str, there: list[str]) -> str:
    known = f"There are {', '.join(there[:8])}" + ("…" if len(there) > 8 else "") if there else "None is installed"
    return f"There is no dictionary for {wanted!r}. {known}." if wanted else f"No dictionary is chosen. {known}."


def load(path: Path) -> Dictionary:
    """The dictionary, read once. Raises `EditorError(BAD_INPUT)` when it cannot be read."""
    try:
        return _load(path, *(file.stat().st_mtime_ns for file in (path, path.with_suffix(".aff"))))
    except (OSError, LookupError, ValueError) as reason:
        raise EditorError(f"The dictionary {path} cannot be read: {reason}.", "Choose another one.", BAD_INPUT) from reason


@lru_cache(maxsize=4)
def _load(path: Path, *_changed: int) -> Dictionary:
    from ..timeline.hunspell import Dictionary

    aff = path.with_suffix(".aff").read_bytes()
    named = re.search(rb"^\s*SET\s+(\S+)", aff, re.MULTILINE)
    encoding = named.group(1).decode("ascii", "replace").lower().replace("microsoft-", "") if named else "latin-1"
    return Dictionary(aff.decode(encoding, "replace"), path.read_bytes().decode(encoding, "replace"))


CLASSES: tuple[type, ...] = ()
