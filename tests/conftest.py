"""Makes the checkout importable as `assistant_editor`, whatever its folder is called, in both roles of the suite.

Role "worker" (`ASSISTANT_EDITOR_ROLE=worker`): the worker's own Python, no Blender.
Role "blender": a bpy module. The checkout is installed as a real extension in a throw-away user folder, and
`assistant_editor.X` is the very module `bl_ext.user_default.assistant_editor.X`, so there is one copy of every class.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
ROLE = os.environ.get("ASSISTANT_EDITOR_ROLE", "worker")
LIGHT = {f"test_{name}.py" for name in ("codec", "protocol", "client", "cache", "models", "facts", "backend", "library", "checkpoint")}
"""Tests of the half of ml/ that Blender's own Python runs too."""
REAL_NAME = "bl_ext.user_default.assistant_editor"


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers `import assistant_editor.X` with the extension's own module."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] != "assistant_editor":
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        module = importlib.import_module(REAL_NAME + spec.name[len("assistant_editor") :])
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self._own_spec


def _alias_checkout() -> None:
    spec = importlib.util.spec_from_file_location(
        "assistant_editor", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["assistant_editor"] = module
    spec.loader.exec_module(module)


def _install_extension() -> None:
    resources = Path(tempfile.mkdtemp(prefix="assistant-editor-blender-"))
    atexit.register(shutil.rmtree, resources, ignore_errors=True)
    os.environ["BLENDER_USER_RESOURCES"] = str(resources)
    extensions = resources / "extensions" / "user_default"
    extensions.mkdir(parents=True)
    (extensions / "assistant_editor").symlink_to(ROOT, target_is_directory=True)
    import bpy  # noqa: I001  reads BLENDER_USER_RESOURCES, so not before it is set; and addon_utils lies inside it
    import addon_utils

    errors: list[Exception] = []
    addon_utils.enable(REAL_NAME, default_set=True, handle_error=errors.append)
    if errors:
        raise errors[0]
    # Adding a movie by operator starts a job that builds proxies. Without a window's timers it never ends, and the next undo or
    # opened file ends it: by then a test has removed its scene, and Blender crashes.
    bpy.context.preferences.system.sequencer_proxy_setup = "MANUAL"
    sys.meta_path.insert(0, _Alias())


# The cases that hypothesis tries are the same in every run, so that what is green stays green; to look for new ones:
# ASSISTANT_EDITOR_EXPLORE=1 (and --hypothesis-seed=N to repeat a search).
settings.register_profile("same", derandomize=not os.environ.get("ASSISTANT_EDITOR_EXPLORE"), database=None)
settings.load_profile("same")

if ROLE == "blender":
    _install_extension()
else:
    _alias_checkout()


def pytest_ignore_collect(collection_path: Path, config) -> bool | None:
    """Each role runs what its Python can run; `dev.py test` runs both, so every test runs somewhere."""
    inside = collection_path.relative_to(ROOT / "tests").parts if collection_path.is_relative_to(ROOT / "tests") else ()
    if ROLE == "worker" and inside[:1] == ("blender",):
        return True
    if ROLE == "blender" and inside[:1] == ("benchmarks",):
        return True
    if ROLE == "blender" and inside[:1] == ("ml",) and len(inside) == 2:
        return inside[1] not in LIGHT
    if ROLE == "blender" and inside[:2] == ("ml", "engines"):
        return True
    return None


def _folder(variable: str) -> Path:
    value = os.environ.get(variable, "")
    if not value or not Path(value).is_dir():
        pytest.fail(f"{variable} must name a folder; run the tests with `python3 dev.py test`.")
    return Path(value)


@pytest.fixture(scope="session")
def worker_python() -> str:
    """The worker environment's interpreter, with torch and the rest."""
    value = os.environ.get("ASSISTANT_EDITOR_WORKER_PYTHON", sys.executable if ROLE == "worker" else "")
    if not value:
        pytest.fail("ASSISTANT_EDITOR_WORKER_PYTHON must name the worker's Python; run the tests with `python3 dev.py test`.")
    return value


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """Real weights, fetched by `dev.py` from Python packages."""
    return _folder("ASSISTANT_EDITOR_MODELS")


@pytest.fixture(scope="session")
def media_folder() -> Path:
    """Real footage and speech from Python packages: bikes.mp4, two_cities.wav, beckett.wav."""
    return _folder("ASSISTANT_EDITOR_TEST_MEDIA")


@pytest.fixture(scope="session")
def fixtures_folder() -> Path:
    """The hand-labelled fixtures, which are not part of the project."""
    folder = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", ROOT.parent / "shared" / "fixtures"))
    if not folder.is_dir():
        pytest.skip("the labelled fixtures are not beside this checkout (set ASSISTANT_EDITOR_FIXTURES)")
    return folder
