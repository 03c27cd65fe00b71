"""Makes the worker's environment: all of it or nothing.

Below `folder`: `env-<hash>-<n>/` is one try, `current.json` names the one in use. It is written last, so an environment counts
only when everything, the self-test included, went well; whatever else lies there is a leftover, and the next build removes it.
(Environments cannot be moved: their programs hold their own path. So each is built where it stays.)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..codec import from_json, to_json
from ..errors import MISSING_BACKEND, NO_CONSENT, NO_SPACE, EditorError
from .failures import explain
from .interpreters import Interpreter
from .pip import Steps
from .process import WINDOWS, lines_of, never
from .selftest import SelfTestReport, self_test
from .variants import INDEX, VARIANTS, Variant, answers, build_tag, driver_cuda, megabytes

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"
WITHOUT_THEIR_OWN = ("openai-whisper", "transformers", "ultralytics")
POINTER = "current.json"
LOG = "build.log"
CONSENT = (
    "Allow it in Blender: Edit > Preferences > System > Network > Allow Online Access. "
    "Or use an existing environment, which needs no network."
)


@dataclass(frozen=True)
class Environment:
    """What `current.json` says. `pins` is the hash of everything asked for."""

    name: str
    pins: str
    variant: str
    version: str
    device: str
    libraries: tuple[str, ...]
    built: str


@dataclass(frozen=True)
class Report:
    """`fresh` is False when the environment was there already. `notices`: what the user should know though it went well."""

    python: str
    test: SelfTestReport
    seconds: float
    fresh: bool
    notices: tuple[str, ...] = ()


def requirements(path: Path = REQUIREMENTS) -> tuple[str, ...]:
    """The pinned packages, one a line, in order, comments left out."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line)


def current(folder: str | Path) -> Environment | None:
    """The finished environment in `folder`. A file that cannot be read counts as none: building again mends it."""
    try:
        found = from_json(Environment, json.loads((Path(folder) / POINTER).read_text(encoding="utf-8")))
    except (OSError, ValueError, EditorError):
        return None
    return found if _program(Path(folder) / found.name).exists() else None


def python_of(folder: str | Path) -> str | None:
    """The finished environment's Python; None when there is none."""
    found = current(folder)
    return None if found is None else str(_program(Path(folder) / found.name))


def outdated(folder: str | Path) -> bool:
    """Was the environment made from other pins than this version of the extension asks for?"""
    found = current(folder)
    return found is not None and found.pins != _pins(found.variant, found.version, REQUIREMENTS)


def needed(variant: Variant) -> int:
    """Bytes that must be free before it starts: what is installed, and the download beside it while it is unpacked."""
    return variant.installed + variant.download


def use_existing(python: str | Path, cancelled: Callable[[], bool] = never) -> SelfTestReport:
    """The self-test of an environment the user made. Raises `EditorError(MISSING_BACKEND)` naming what it lacks."""
    report = self_test(python, cancelled)
    if not report.ok:
        missing = [problem.split(" does not load")[0] for problem in report.problems if "No module named" in problem]
        install = f"Install what is missing: {python} -m pip install {' '.join(missing)}"
        remedy = install if missing else "Mend it, or install the backend here."
        raise EditorError(f"This environment cannot be used. {report.problems[0]}", remedy, MISSING_BACKEND, "\n".join(report.problems))
    return report


def build(
    folder: str | Path,
    interpreter: Interpreter,
    variant: Variant | str,
    *,
    online: bool,
    progress: Callable[[str, float], None],
    cancelled: Callable[[], bool] = never,
    again: bool = False,
    pins: Path = REQUIREMENTS,
    test: Callable[[str, Callable[[], bool]], SelfTestReport] = self_test,
) -> Report:
    """The environment for `variant` in `folder`, made with `interpreter`; one that is there and healthy is kept unless `again`.

    `online`: the user's consent to use the network. `progress(step, fraction)` is called from this thread. Blocks for
    minutes. Raises `EditorError`: NO_CONSENT, NO_SPACE, CANCELLED (within a second of the wish), MISSING_BACKEND; then
    nothing of the try is left, the environment that was there before still works, and `build.log` tells what happened.
    """
    chosen = VARIANTS[variant] if isinstance(variant, str) else variant
    home = Path(folder)
    started = time.monotonic()
    before = current(home)
    wanted = _pins(chosen.name, interpreter.version, pins)
    if before is not None and before.pins == wanted and not again:
        found = test(str(_program(home / before.name)), cancelled)
        if found.ok:
            return Report(found.python, found, time.monotonic() - started, fresh=False)
    if interpreter.problem:
        raise EditorError(f"{interpreter.path} cannot be used. {interpreter.problem}", "Choose another Python.", MISSING_BACKEND)
    if not online:
        raise EditorError("Installing the backend needs the network, which is not allowed.", CONSENT, NO_CONSENT)
    with _alone(home):
        _sweep(home, keep=before.name if before else "")
        _require_space(home, chosen)
        target = _free_name(home, wanted)
        try:
            notices = _Try(home, target, cancelled, progress).install(interpreter, chosen, pins)
            progress("Testing the new environment", 0.93)
            report = test(str(_program(target)), cancelled)
            if not report.ok:
                raise EditorError(
                    f"Everything was installed, but it does not work. {report.problems[0]}",
                    "Choose another Python or another variant, or follow the hint above.", MISSING_BACKEND, "\n".join(report.problems),
                )  # fmt: skip
            if chosen.name == "cuda" and "NVIDIA" not in report.device:
                notices.append(f"PyTorch sees no NVIDIA card and will use: {report.device}. Check the card's driver.")
            libraries = tuple(f"{name} {version}" for name, version in report.versions)
            stamp = time.strftime("%Y-%m-%d %H:%M")
            _point(home, Environment(target.name, wanted, chosen.name, interpreter.version, report.device, libraries, stamp))
        except BaseException:
            _discard(target)
            raise
        notices += [f"{left} could not be removed yet; the next installation tries again." for left in _sweep(home, keep=target.name)]
    progress("Done", 1.0)
    return Report(report.python, report, time.monotonic() - started, fresh=True, notices=tuple(notices))


@dataclass
class _Try:
    """One installation into `target`: its log, its way to be cancelled, its progress."""

    home: Path
    target: Path
    cancelled: Callable[[], bool]
    progress: Callable[[str, float], None]

    def install(self, interpreter: Interpreter, variant: Variant, pins: Path) -> list[str]:
        scratch = self.target / "scratch"
        scratch.mkdir(parents=True)
        packages = requirements(pins)
        own_pip = [line for line in packages if line.startswith("pip==")]
        torch = [line for line in packages if line.startswith("torch==")]
        alone = [line for line in packages if line.startswith(WITHOUT_THEIR_OWN)]
        rest = [line for line in packages if line not in (*own_pip, *torch, *alone)]
        with (self.home / LOG).open("w", encoding="utf-8") as log:
            make = [interpreter.path, "-I", "-m", "venv", str(self.target)]
            self._step(log, make, "Making an empty environment", 0.0, 0.03, 0)
            install = [str(_program(self.target)), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
            install += ["--prefer-binary", "--progress-bar"]
            if own_pip:
                self._step(log, [*install, "off", *own_pip], "Getting a recent pip", 0.03, 0.06, 0)
            install.append("raw" if own_pip else "off")
            notices: list[str] = []
            source: list[str] = []
            unreachable = ""
            if torch:
                torch, source, unreachable = _source_of(torch, variant)
                if unreachable:
                    notices.append(f"{unreachable} did not answer, so PyTorch was taken from the package index that pip is set to use.")
            half = variant.download // 2
            if torch:
                self._step(log, [*install, *source, *torch], f"Getting PyTorch ({variant.label})", 0.06, 0.5, half, unreachable)
            if rest:
                self._step(log, [*install, *torch, *rest], "Getting the other libraries", 0.5, 0.88, half)
            if alone:
                self._step(log, [*install, "--no-deps", *alone], "Getting openai-whisper, transformers and ultralytics", 0.88, 0.93, 0)
        shutil.rmtree(scratch, ignore_errors=True)
        return notices

    def _step(
        self, log: IO[str], command: Sequence[str], title: str, start: float, stop: float, size: int, unreachable: str = ""
    ) -> None:
        log.write(f"$ {' '.join(command)}\n")
        heard = Steps(title, size)
        tail: list[str] = []
        self.progress(title, start)
        output = lines_of(command, cancelled=self.cancelled, scratch=self.target / "scratch")
        while True:
            try:
                line = next(output)
            except StopIteration as finished:
                code = finished.value
                break
            if heard.take(line):
                self.progress(heard.step, start + heard.fraction * (stop - start))
                continue
            log.write(line + "\n")
            log.flush()
            tail = [*tail[-199:], line]
            self.progress(heard.step, start + heard.fraction * (stop - start))
        if code:
            raise explain(tail, heard.step, str(self.home / LOG), unreachable)


def _source_of(torch: Sequence[str], variant: Variant) -> tuple[list[str], list[str], str]:
    """(what to ask pip for, extra arguments, PyTorch's index when it does not answer).

    The build is asked for by its local version (2.13.0+cpu), so that pip never takes a CUDA build of several gigabytes in
    its place. Only where the plain package is that very build (CUDA on Linux, the processor's elsewhere) is it a substitute.
    """
    tag = build_tag(variant, driver_cuda() if variant.name == "cuda" else None)
    if not tag:
        return list(torch), [], ""
    index = f"{INDEX}{tag}/"
    exact = [f"{line}+{tag}" for line in torch]
    if answers(index):
        return exact, ["--extra-index-url", index], ""
    plain_will_do = (variant.name == "cuda") == (sys.platform == "linux")
    return (list(torch) if plain_will_do else exact), [], index


def _program(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _pins(variant: str, version: str, pins: Path) -> str:
    short = ".".join(version.split(".")[:2])
    return hashlib.sha256("\n".join((variant, short, *requirements(pins))).encode()).hexdigest()[:12]


def _free_name(home: Path, wanted: str) -> Path:
    return next(path for n in range(1, 1000) if not (path := home / f"env-{wanted}-{n}").exists())


def _require_space(home: Path, variant: Variant) -> None:
    free = shutil.disk_usage(home).free
    if free < needed(variant):
        raise EditorError(
            f"There is not enough space for the backend in {home}: {megabytes(needed(variant))} needed, {megabytes(free)} free.",
            "Free some space, or use an existing environment on another disk.", NO_SPACE,
        )  # fmt: skip


def _point(home: Path, environment: Environment) -> None:
    draft = home / f"{POINTER}.{os.getpid()}"
    draft.write_text(json.dumps(to_json(environment), indent=1), encoding="utf-8")
    draft.replace(home / POINTER)


def _discard(target: Path) -> bool:
    """Removes a try. A virus scanner may hold a file for a moment after its process ended."""
    for pause in (0.0, 0.2, 0.5):
        time.sleep(pause)
        shutil.rmtree(target, ignore_errors=True)
        if not target.exists():
            return True
    return False


def _sweep(home: Path, keep: str) -> list[Path]:
    """Removes every try but `keep`; returns those that would not go."""
    return [path for path in sorted(home.glob("env-*")) if path.name != keep and not _discard(path)]


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One build at a time in `home`. The system itself gives the lock back when its holder is killed."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "build.lock").open("a+")
    except OSError as reason:
        raise EditorError(f"{home} cannot be written: {reason.strerror}.", "Check who may write there.", MISSING_BACKEND) from reason
    with lock:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as reason:
            raise EditorError(
                "Another Blender is installing the backend at this moment.", "Wait until it has finished.", MISSING_BACKEND
            ) from reason
        yield
