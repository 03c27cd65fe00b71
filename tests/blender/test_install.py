"""The extension as a user gets it: built into a zip, checked, installed, switched on, off and on again in a Blender of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import bpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(bpy.utils.resource_path("LOCAL")) / "scripts"
TOOL = SCRIPTS / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
TAGS = SCRIPTS / "modules" / "_bpy_internal" / "extensions" / "tags.py"
MODULE = "bl_ext.user_default.assistant_editor"

EXPECTED = ('STATUS Installed "assistant_editor"',)
"""What Blender itself says when asked to install."""

AT_START = {"", "command", "preferences", "ml", "ml.errors", "timeline", "timeline.compat", "timeline.tags", "operators", "panels"}
"""All that Blender's start pays for besides what users see and press. Planners, facts, client and backend load when they are used."""
LATER = (".work", ".known", ".indexing", "_verbs")
"""How names of `operators` end that load when something is done."""

HEAVY = (
    "torch", "cv2", "av", "scenedetect", "whisper", "faster_whisper", "ctranslate2", "silero_vad", "pysubs2", "numpy",
    "ssl", "fractions", "uuid", "queue", "traceback", "tempfile", "hashlib",
)  # fmt: skip
"""Neither the worker's libraries nor anything slow of Python's own. (Blender itself may have loaded numpy or ssl before.)"""

TRIAL = """
import json, sys, time
import bpy, addon_utils
zip_file, answer, module = sys.argv[1:4]

def traces():
    handlers = [call for name in dir(bpy.app.handlers) for call in (getattr(bpy.app.handlers, name),) if isinstance(call, list)]
    return {
        "classes": sorted(name for name in dir(bpy.types) if name.upper().startswith("ASSISTANT_EDITOR")),
        "operators": dir(bpy.ops.assistant_editor),
        "properties": sorted(
            f"{kind.__name__}.{name}" for kind in (bpy.types.Scene, bpy.types.WindowManager, bpy.types.TimelineMarker, bpy.types.Strip)
            for name in kind.bl_rna.properties.keys() if "assistant_editor" in name
        ),
        "handlers": [call.__name__ for calls in handlers for call in calls if getattr(call, "__module__", "").startswith(module)],
        "menus": [
            f"{kind.__name__}: {call.__name__}" for kind in bpy.types.Header.__subclasses__() + bpy.types.Menu.__subclasses__()
            for call in getattr(getattr(kind, "draw", None), "_draw_funcs", ()) if getattr(call, "__module__", "").startswith(module)
        ],
        "threads": [thread.name for thread in __import__("threading").enumerate() if "assistant" in thread.name],
    }

bpy.ops.preferences.addon_enable(module="bl_pkg")
facts = {"before": traces()}
bpy.ops.extensions.package_install_files(repo="user_default", filepath=zip_file, enable_on_install=False)
loaded = set(sys.modules)
bpy.ops.preferences.addon_enable(module=module)
facts["loaded"] = sorted(set(sys.modules) - loaded)
facts["on"] = traces()
bpy.ops.preferences.addon_disable(module=module)
facts["off"] = traces()
bpy.ops.preferences.addon_enable(module=module)
facts["on_again"] = traces()
facts["timer"] = bpy.app.timers.is_registered(sys.modules[module + ".operators.task"]._watch)
with open(answer, "w") as stream:
    json.dump(facts, stream)
"""

START = """
import sys, time
import bpy, addon_utils
addon_utils.modules_refresh()
for module in sys.argv[2:]:
    start, worked = time.perf_counter(), time.process_time()
    package = __import__(module, fromlist=["register"])
    package.register()
    words = f"{(time.perf_counter() - start) * 1000:.0f} ms, of the processor {(time.process_time() - worked) * 1000:.0f} ms"
    package.unregister()
with open(sys.argv[1], "w") as stream:
    stream.write(words)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    tool("build", "--source-dir", str(ROOT), "--output-dir", str(folder))
    (zip_file,) = folder.glob("*.zip")
    return zip_file


def tool(*arguments: str) -> str:
    done = subprocess.run([sys.executable, str(TOOL), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def trial(package, tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("trial")
    (folder / "trial.py").write_text(TRIAL)
    (folder / "start.py").write_text(START)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_EDITOR_")}
    environment |= {"BLENDER_USER_RESOURCES": str(folder / "user"), "PYTHONWARNINGS": "default"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def blender(script: str, *arguments: str) -> list[str]:
        command = [sys.executable, str(folder / script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return (done.stdout + done.stderr).splitlines()

    console = blender("trial.py", str(package), str(folder / "answer.json"), MODULE)
    # As in every later start of Blender: compiled modules, a new process.
    console += blender("start.py", str(folder / "start.txt"), MODULE)
    answer = json.loads((folder / "answer.json").read_text())
    return answer | {"console": console, "start": (folder / "start.txt").read_text()}


def test_the_zip_is_valid_with_blenders_own_list_of_tags(package):
    assert "Success" in tool("validate", f"--valid-tags={TAGS}", str(package))


def test_the_zip_holds_what_runs_and_nothing_else(package):
    names = {name.partition("assistant_editor/")[2] or name for name in zipfile.ZipFile(package).namelist() if not name.endswith("/")}
    for needed in ("blender_manifest.toml", "__init__.py", "LICENSE", "ml/requirements.txt", "ml/backend/check.py", "ml/__main__.py"):
        assert needed in names
    tops = {name.split("/")[0] for name in names}
    scaffold = {"tests", "benchmarks", "docs", "dist", "build", "demo-output"}
    assert not tops & (scaffold | {"dev.py", "pyproject.toml", "CONTRIBUTING.md"})
    assert not [name for name in names if name.endswith((".pyc", ".zip", ".whl", ".pth", ".bin", ".mp4"))]
    assert not [name for name in names if any(part.startswith(".") for part in name.split("/"))]


def test_the_console_stays_empty(trial):
    words = ("warning", "error", "traceback", "assistant_editor", "could not", "deprecat")
    assert not [line for line in trial["console"] if any(word in line.lower() for word in words) and line not in EXPECTED]


def test_switching_on_brings_it_all_and_nothing_heavy(trial, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\n  registering with all its modules: {trial['start']}\n")
    assert "build_backend" in trial["on"]["operators"]
    assert "ASSISTANT_EDITOR_OT_build_backend" in trial["on"]["classes"]
    heavy = {name.split(".")[0] for name in trial["loaded"]} & set(HEAVY)
    assert not heavy
    ours = {name.removeprefix(MODULE).strip(".") for name in trial["loaded"] if name.startswith(MODULE)}
    shown = {name for name in ours if name.startswith(("operators.", "panels."))}
    assert ours - shown == AT_START
    assert len(shown) > 150 and not [name for name in shown if name.endswith(LATER)]
    assert not trial["on"]["threads"]


def test_switching_off_leaves_nothing(trial):
    assert trial["off"] == trial["before"]


def test_switching_on_again_is_the_same(trial):
    assert trial["on_again"] == trial["on"]
    assert not trial["timer"]
