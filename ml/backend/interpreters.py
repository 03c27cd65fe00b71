"""Which Pythons there are. Each is judged by running it: a name, a link or a version manager's shim says nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EditorError
from .process import WINDOWS, run

PREFERRED = ((3, 11), (3, 12), (3, 13), (3, 10))
NAMES = (*(f"python{major}.{minor}" for major, minor in PREFERRED), "python3", "python")
PATIENCE = 20.0
CHOSEN = "chosen by you"
_MARK = "assistant-editor:"
_PROBE = f"""
import json, os, sys, sysconfig
facts = dict(version=list(sys.version_info[:3]), bits=64 if sys.maxsize > 2**32 else 32,
    path=sys.executable or "", real=os.path.realpath(sys.executable or ""),
    free=bool(sysconfig.get_config_var("Py_GIL_DISABLED")), name=sys.implementation.name, missing="")
try:
    import venv
    import ensurepip
    ensurepip.version()
except Exception as reason:
    facts["missing"] = str(reason) or type(reason).__name__
print("{_MARK}" + json.dumps(facts))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that was run. `version` as "3.11.7", "" when it gave none. `problem`: why it cannot be used, "" when it can."""

    path: str
    version: str
    origin: str
    problem: str = ""
    real: str = ""
    """The program file behind links; two paths to one file are one interpreter."""

    @property
    def label(self) -> str:
        return f"Python {self.version or '?'} ({self.origin})"


def find_interpreters(named: str = "", own: str = "") -> tuple[Interpreter, ...]:
    """Every Python found, the best first, those that cannot be used last with their reason.

    `named` is the one the user gives: it comes first when it works. `own` is Blender's. Takes about a second: not for drawing.
    """
    from concurrent.futures import ThreadPoolExecutor  # not at the top: Blender's start-up would pay for it

    paths: dict[str, str] = {}
    for path, origin in _candidates(named, own):
        paths.setdefault(path, origin)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda item: inspect(*item), paths.items()))
    seen: set[str] = set()
    different = []
    for one in found:
        if not one.real or one.real not in seen:
            different.append(one)
        seen.add(one.real)
    return tuple(sorted(different, key=lambda one: _rank(one, named)))


def best(found: tuple[Interpreter, ...]) -> Interpreter | None:
    """The first that can be used."""
    return next((one for one in found if not one.problem), None)


def inspect(path: str, origin: str = CHOSEN) -> Interpreter:
    """Runs the Python at `path` and says what it is and whether an environment can be made with it. Never raises."""
    try:
        code, lines = run([path, "-I", "-c", _PROBE], limit=PATIENCE)
    except EditorError as reason:
        return Interpreter(path, "", origin, reason.message)
    answer = next((line[len(_MARK) :] for line in lines if line.startswith(_MARK)), "")
    if code or not answer:
        said = next((line.strip() for line in lines if line.strip()), f"exit code {code}")
        return Interpreter(path, "", origin, f"It does not run as a Python: {said[:160]}")
    facts = _read(answer)
    if facts is None:
        return Interpreter(path, "", origin, f"It does not run as a Python: {answer[:160]}")
    version = ".".join(map(str, facts["version"]))
    if origin != CHOSEN:
        path = facts["path"] or path  # A shim picks by the folder it is called in; the program behind it stays the same.
    return Interpreter(path, version, origin, _problem(facts, version), facts["real"])


def _read(answer: str) -> dict[str, Any] | None:
    """What `_PROBE` printed; None when it was not `_PROBE` that printed it."""
    try:
        facts = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    kinds = {"version": list, "bits": int, "path": str, "real": str, "free": bool, "name": str, "missing": str}
    if not isinstance(facts, dict) or any(type(facts.get(name)) is not kind for name, kind in kinds.items()):
        return None
    return facts if len(facts["version"]) == 3 and all(type(part) is int for part in facts["version"]) else None


def _problem(facts: dict[str, object], version: str) -> str:
    wanted = facts["version"]
    if not isinstance(wanted, list) or tuple(wanted[:2]) not in PREFERRED:
        return f"Python {version} is not supported; 3.10 to 3.13 are."
    if facts["name"] != "cpython":
        return f"It is {facts['name']}; the libraries need CPython."
    if facts["bits"] != 64:
        return "It is a 32-bit Python; the libraries need a 64-bit one."
    if facts["free"]:
        return "It is a free-threaded build, for which the libraries are not made."
    if facts["missing"]:
        short = ".".join(version.split(".")[:2])
        return f"It cannot make environments ({facts['missing']}). On Debian and Ubuntu: sudo apt install python{short}-venv"
    return ""


def _rank(one: Interpreter, named: str) -> tuple[bool, bool, int]:
    minor = tuple(int(part) for part in one.version.split(".")[:2]) if one.version else ()
    return bool(one.problem), one.path != named, PREFERRED.index(minor) if minor in PREFERRED else len(PREFERRED)


def _candidates(named: str, own: str) -> Iterator[tuple[str, str]]:
    if named:
        yield named, CHOSEN
    if own:
        yield own, "Blender's own"
    for name in NAMES:
        if place := shutil.which(name):
            yield place, "system"
    for path in _version_managers():
        yield str(path), "pyenv"
    for path in _common_folders():
        yield str(path), "system"
    if WINDOWS:
        yield from ((path, "system") for path in _launcher())


def _version_managers() -> Iterator[Path]:
    home = os.environ.get("PYENV_ROOT") or str(Path.home() / (".pyenv/pyenv-win" if WINDOWS else ".pyenv"))
    yield from sorted(Path(home).glob("versions/3.1[0-3].*/python.exe" if WINDOWS else "versions/3.1[0-3].*/bin/python"), reverse=True)


def _common_folders() -> Iterator[Path]:
    """Where installers put Python without putting it on the PATH of a program started from the desktop."""
    if WINDOWS:
        programs = Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "Python"
        yield from sorted(programs.glob("Python31[0-3]/python.exe"))
        yield from sorted(Path(os.environ.get("PROGRAMFILES", "C:/Program Files")).glob("Python31[0-3]/python.exe"))
        return
    folders = [Path("/usr/bin"), Path("/usr/local/bin"), Path.home() / ".local" / "bin"]
    if sys.platform == "darwin":
        folders += [Path("/opt/homebrew/bin")]
        folders += [Path(f"/Library/Frameworks/Python.framework/Versions/{major}.{minor}/bin") for major, minor in PREFERRED]
    for folder in folders:
        yield from (folder / name for name in NAMES[:-2] if (folder / name).exists())


def _launcher() -> Iterator[str]:
    """What Windows' own launcher knows: lines such as ` -V:3.11 *        C:\\Python311\\python.exe`."""
    launcher = shutil.which("py")
    if launcher:
        try:
            _code, lines = run([launcher, "-0p"], limit=PATIENCE)
        except EditorError:
            return  # A launcher that does not start knows no Pythons.
        for line in lines:
            if place := re.search(r"([A-Za-z]:\\.*python\.exe)\s*$", line):
                yield place.group(1)
