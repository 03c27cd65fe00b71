#!/usr/bin/env python3
"""One door for people and for CI: demo, test, lint, bench, build, docs. Needs only Python and pip; standard library only.

What these run in is made on first use (`benchmarks/environments.py`), outside the checkout.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from benchmarks.environments import (  # noqa: E402
    BLENDERS,
    VOICES,
    WHEELS,
    Refusal,
    Settings,
    blender_python,
    call,
    clean_environment,
    media_folder,
    say,
    test_settings,
    timed,
    unpacked,
    worker_python,
)
from ml.errors import EditorError  # noqa: E402


def lint() -> int:
    """Style and types of everything. Returns how many of the two failed."""
    python = worker_python()
    say("ruff")
    failed = call([python, "-m", "ruff", "check", "--no-cache", "."], check=False) != 0
    say("mypy")
    with tempfile.TemporaryDirectory() as scratch:
        # The package is called after the folder it lies in; a link gives it its own name whatever the checkout is called.
        package = Path(scratch) / "assistant_editor"
        try:
            package.symlink_to(ROOT, target_is_directory=True)
        except OSError:
            shutil.copytree(ROOT, package, ignore=shutil.ignore_patterns(".git", "dist", "demo-output"))
        code = subprocess.call(
            [str(python), "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "-p", "assistant_editor", "--cache-dir", os.devnull],
            cwd=scratch,
            env=clean_environment({"MYPYPATH": scratch}),
        )
    return int(failed) + int(code != 0)


def pytest(python: Path, role: str, arguments: Sequence[str], settings: Settings, told: Path | None = None) -> int:
    """The exit code. What is printed goes to the file `told` where one is named."""
    command = [str(python), "-m", "pytest", *arguments]
    around = clean_environment({**settings, "ASSISTANT_EDITOR_ROLE": role})
    if told is None:
        return subprocess.call(command, cwd=ROOT, env=around)
    with told.open("wb") as stream:
        return subprocess.call(command, cwd=ROOT, env=around, stdout=stream, stderr=subprocess.STDOUT)


def inside_blenders(wanted: Sequence[str], arguments: Sequence[str], settings: Settings) -> list[str]:
    """The Blenders in which a test failed. Side by side where there are two processors and more, for they wait for workers and
    disks; each is told of once it ends."""
    pythons = {blender: blender_python(blender) for blender in wanted}
    failures: list[str] = []
    lock = threading.Lock()

    def run(blender: str) -> None:
        told = Path(scratch) / blender
        begun = time.monotonic()
        code = pytest(pythons[blender], "blender", arguments, settings, told)
        with lock:
            say(f"Tests inside Blender {blender}:")
            sys.stdout.write(told.read_text(encoding="utf-8", errors="replace"))
            say(f"Tests inside Blender {blender}: {time.monotonic() - begun:.1f} s")
            if code:
                failures.append(f"Blender {blender}")

    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(len(BLENDERS) if (os.cpu_count() or 1) > 1 else 1) as pool:
        for _ in pool.map(run, wanted):
            pass
    return failures


def command_test(options: argparse.Namespace) -> int:
    """Lint, types, and every test in every environment. Each suite runs even when an earlier one failed."""
    failures: list[str] = []
    wanted = options.only or ["lint", "worker", *BLENDERS]
    if "lint" in wanted and lint():
        failures.append("lint")
    settings = test_settings()
    if "worker" in wanted:
        with timed("Tests of the worker"):
            if pytest(worker_python(), "worker", options.arguments, settings):
                failures.append("worker")
    failures += inside_blenders([blender for blender in BLENDERS if blender in wanted], options.arguments, settings)
    say("FAILED: " + ", ".join(failures) if failures else "everything passed")
    return 1 if failures else 0


def command_lint(_options: argparse.Namespace) -> int:
    return 1 if lint() else 0


def extension_tool(blender: str = "5.2") -> tuple[Path, Path, Path]:
    """Blender's own extension packer, its list of tags, and the Python to run it with."""
    python = blender_python(blender)
    (package,) = [path for path in python.parent.parent.rglob("site-packages/bpy") if path.is_dir()]
    (tool,) = package.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py")
    (tags,) = package.glob("*/scripts/modules/_bpy_internal/extensions/tags.py")
    return python, tool, tags


def add_wheels(source: Path) -> None:
    """Puts the wheels of `ml/wheels.txt` into a copy of the extension and into its manifest. The checkout itself has none."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    call([*pip, "--platform", "any", "--require-hashes", "-r", WHEELS, "-d", source / "wheels"])
    names = sorted(path.name for path in (source / "wheels").iterdir())
    compiled = [name for name in names if not name.endswith("-none-any.whl")]
    if compiled:
        raise Refusal(f"{compiled[0]} is compiled: inside Blender only pure-Python wheels are brought along. Use it in the worker.")
    manifest = source / "blender_manifest.toml"
    listed = "".join(f'  "./wheels/{name}",\n' for name in names)
    text = manifest.read_text(encoding="utf-8").replace("\n[permissions]", f"wheels = [\n{listed}]\n\n[permissions]", 1)
    manifest.write_text(text, encoding="utf-8")


def build_zip(folder: Path) -> Path:
    """Build and validate the extension. Only what git knows goes in, so that nothing left lying about is shipped."""
    version = re.search(r'^version = "([^"]+)"', (ROOT / "blender_manifest.toml").read_text(), re.MULTILINE)
    assert version is not None
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"assistant_editor-{version.group(1)}.zip"
    python, tool, tags = extension_tool()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "assistant_editor"
        if listed.returncode == 0 and listed.stdout:
            for name in filter(None, listed.stdout.split("\0")):
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, source / name)
        else:
            shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".git", "dist", "demo-output", "__pycache__"))
        add_wheels(source)
        call([python, tool, "build", "--source-dir", source, "--output-filepath", target])
    call([python, tool, "validate", target, f"--valid-tags={tags}"])
    return target


def command_build(options: argparse.Namespace) -> int:
    say(f"built {build_zip(Path(options.out))}")
    return 0


def command_demo(options: argparse.Namespace) -> int:
    """The main job on real footage: Auto Edit headless, rendered, with captions, subtitles and a contact sheet."""
    begun = time.monotonic()
    out = Path(options.out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    settings = test_settings()
    media = [Path(file).resolve() for file in options.media]
    missing = [str(file) for file in media if not file.is_file()]
    if missing:
        raise Refusal(f"No such file: {', '.join(missing)}. Name media files that exist after --media.")
    python = blender_python(options.blender)
    script = ROOT / "benchmarks" / "demo_scene.py"
    call([python, script, "--out", out, *(media or [media_folder() / "bikes.mp4", media_folder() / "two_cities.wav"])], settings)
    say(f"demo: {time.monotonic() - begun:.1f} s in all, environments included")
    return 0


def command_bench(options: argparse.Namespace) -> int:
    """Accuracy and speed beside the peers, in one run."""
    alike = (
        "shots", "decode_bound", "scenes", "cache", "replan", "writes", "speakers", "silences", "fillers", "takes", "beats", "sync",
        "levels", "concepts", "mood", "judged",
        "pictures",
        "effects", "emphasis", "privacy", "attach", "stabilise", "cutout",
        "fusion", "passes", "objects", "search", "overlay", "faces", "transitions", "reframe", "speaking", "grade",
    )  # fmt: skip
    files = {name: f"{name}.py" for name in alike} | {
        "captions": "transcript.py", "words": "word_timing.py", "rules": "caption_rules.py",
    }  # fmt: skip
    wanted = options.names or list(files)
    unknown = [name for name in wanted if name not in files]
    if unknown:
        raise Refusal(f"There is no benchmark {unknown[0]!r}; there are {', '.join(files)}.")
    if len(wanted) > 1 and options.arguments:
        raise Refusal("Name one benchmark when you give it options, for example `dev.py bench shots --data DIR --labels FILE`.")
    if wanted == ["captions"] and not options.arguments:
        wanted += ["words", "rules"]  # the other two things that captions are measured by
    inside = {"writes", "sync", "levels", "transitions", "grade", "effects", "privacy"}
    settings = test_settings()
    if {"fillers", "takes"} & set(wanted):
        settings = {**settings, "ASSISTANT_EDITOR_VOICES": unpacked("voices", VOICES)}
    for name in wanted:
        python = blender_python(options.blender) if name in inside else worker_python()
        with timed(f"bench {name}"):
            # The files it is given are named from where the user stands.
            call([python, ROOT / "benchmarks" / files[name], *options.arguments], settings, cwd=Path.cwd())
    return 0


def command_docs(_options: argparse.Namespace) -> int:
    """Write docs/reference.md anew from the code."""
    call([blender_python("5.2"), ROOT / "docs" / "make_reference.py"], test_settings())
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="dev.py", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="the main job on real footage, into demo-output/")
    demo.add_argument("--media", nargs="+", default=[], metavar="FILE", help="your own footage instead of the packaged one")
    demo.add_argument("--out", default="demo-output", metavar="DIR")
    demo.add_argument("--blender", choices=BLENDERS, default="5.2")
    test = commands.add_parser("test", help="lint, types and every test, in every environment")
    test.add_argument("--only", action="append", choices=["lint", "worker", *BLENDERS])
    commands.add_parser("lint", help="style and types only")
    bench = commands.add_parser("bench", help="accuracy and speed beside the peers")
    known = (
        "shots|captions|words|rules|speakers|cache|replan|writes|scenes|silences|fillers|takes|beats|sync|levels|mood|concepts|objects|search"
        "|overlay|faces|transitions|reframe|speaking|grade|effects|emphasis|privacy|cutout"
    )
    bench.add_argument("names", nargs="*", metavar=known)
    bench.add_argument("--blender", choices=BLENDERS, default="5.2")
    build = commands.add_parser("build", help="the extension as a zip, validated")
    build.add_argument("--out", default="dist", metavar="DIR")
    commands.add_parser("docs", help="write docs/reference.md from the code")
    return top


COMMANDS = {
    "demo": command_demo,
    "test": command_test,
    "lint": command_lint,
    "bench": command_bench,
    "build": command_build,
    "docs": command_docs,
}


def main() -> int:
    options, arguments = parser().parse_known_args()
    options.arguments = arguments
    if arguments and options.command not in {"test", "bench"}:
        raise Refusal(f"Unknown option {arguments[0]}; `python3 dev.py {options.command} --help` lists what there is.")
    return COMMANDS[options.command](options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Refusal, EditorError) as reason:
        sys.exit(f"[dev] {reason}")
    except KeyboardInterrupt:
        sys.exit("[dev] stopped")
