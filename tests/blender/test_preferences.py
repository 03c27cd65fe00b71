"""The preferences: what they answer, what their buttons do, and that drawing them shows it."""

from __future__ import annotations

import functools
import os
import pickle
import shutil
import threading
import time
import types
import zipfile
from pathlib import Path

import bpy
import pytest
from assistant_editor import preferences
from assistant_editor.ml import backend, models
from assistant_editor.ml.backend.process import run
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.errors import CANCELLED, DEFECT, MISSING_BACKEND, NO_CONSENT, EditorError
from assistant_editor.operators import backend as builds
from assistant_editor.operators import status, task
from assistant_editor.panels import setup

OVERRIDES = ("ASSISTANT_EDITOR_WORKER_PYTHON", "ASSISTANT_EDITOR_MODELS", "ASSISTANT_EDITOR_CACHE")
DEFAULTS = {"page": "BACKEND", "named": "", "variant": "AUTO", "existing": "", "in_use": "OWN", "models_folder": "", "cache_folder": ""}


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Preferences as after an installation, offline, and nothing looked up yet."""
    for name in OVERRIDES:
        monkeypatch.delenv(name, raising=False)
    chosen = preferences.of(bpy.context)
    for name, value in DEFAULTS.items():
        setattr(chosen, name, value)
    bpy.context.preferences.system.use_online_access = False
    status.forget()
    shutil.rmtree(preferences.places().backend)
    yield chosen
    task.stop_all()
    bpy.context.preferences.system.use_online_access = False
    for name, value in DEFAULTS.items():
        setattr(chosen, name, value)
    status.forget()


def test_the_builds_on_offer_are_the_backends() -> None:
    rows = {name.lower(): (label, note) for name, label, note in builds.VARIANTS}
    assert rows.pop("auto")
    assert rows == {name: (variant.label, variant.note) for name, variant in backend.VARIANTS.items()}
    assert [row[0].lower() for row in builds.variants()] == ["auto", *(variant.name for variant in backend.offered())]


def refused(call) -> EditorError:
    """Why the operator said no. From a script, an operator's error report raises."""
    with pytest.raises(RuntimeError):
        call()
    assert task.failed is not None
    return task.failed


class Paper:
    """A layout that keeps what is written on it."""

    def __init__(self, words: list[str] | None = None, buttons: list[str] | None = None) -> None:
        self.words = [] if words is None else words
        self.buttons = [] if buttons is None else buttons

    def _part(self, **_settings) -> Paper:
        return Paper(self.words, self.buttons)

    row = column = box = split = _part

    def label(self, text="", icon="NONE") -> None:
        self.words.append(text)

    def progress(self, text="", factor=0.0, type="BAR") -> None:
        self.words.append(f"{text} {factor:.2f}")

    def prop(self, owner, name, **_settings) -> None:
        assert name in owner.bl_rna.properties

    def operator(self, name, **_settings) -> Paper:
        group, verb = name.split(".")
        assert getattr(bpy.ops, group) is not None
        assert f"{group.upper()}_OT_{verb}" in dir(bpy.types)
        self.buttons.append(name)
        return Paper()

    @property
    def text(self) -> str:
        return " ".join(self.words)


class Screen:
    region = type("Region", (), {"width": 900})()
    preferences = bpy.context.preferences


def drawn(chosen) -> Paper:
    paper = Paper()
    setup.draw(paper, chosen, Screen())
    return paper


def looked() -> None:
    status.status.seen = status.look(preferences.places())


class TestWhereThingsAre:
    def test_folders_are_below_the_extensions_own(self):
        own = bpy.utils.extension_path_user(preferences.__package__)
        found = preferences.backend(bpy.context)
        assert found.python == ""
        assert found.models.startswith(own)
        assert found.cache.startswith(own)
        assert Path(found.models).is_dir()
        assert found.online is False
        assert found.cache_limit == 2048 * 1024 * 1024

    def test_chosen_folders_and_consent_are_respected(self, fresh, tmp_path):
        fresh.models_folder, fresh.cache_folder, fresh.cache_limit = str(tmp_path / "m"), str(tmp_path / "c"), 100
        bpy.context.preferences.system.use_online_access = True
        found = preferences.backend(bpy.context)
        fresh.cache_limit = 2048
        assert (found.models, found.cache, found.cache_limit) == (str(tmp_path / "m"), str(tmp_path / "c"), 100 * 1024 * 1024)
        assert found.online == bpy.app.online_access

    def test_environment_variables_go_first(self, fresh, monkeypatch):
        fresh.existing, fresh.in_use, fresh.models_folder = "/mine/python", "OTHER", "/mine/models"
        assert preferences.backend(bpy.context).python == "/mine/python"
        for name in OVERRIDES:
            monkeypatch.setenv(name, f"/given/{name}")
        found = preferences.backend(bpy.context)
        assert (found.python, found.models, found.cache) == tuple(f"/given/{name}" for name in OVERRIDES)


class TestBackend:
    def test_without_consent_nothing_is_installed_and_the_remedy_is_named(self):
        error = refused(lambda: bpy.ops.assistant_editor.build_backend())
        assert error.code == NO_CONSENT
        assert "Allow Online Access" in error.remedy
        assert not list(Path(preferences.places().backend).glob("env-*"))

    def test_installing_from_the_button_to_a_working_python(self, tmp_path, monkeypatch):
        wheels = tmp_path / "wheels"
        wheels.mkdir()
        with zipfile.ZipFile(wheels / "aea_only-1.0-py3-none-any.whl", "w") as archive:
            archive.writestr("aea_only.py", "")
            archive.writestr("aea_only-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: aea_only\nVersion: 1.0\n")
            archive.writestr("aea_only-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr("aea_only-1.0.dist-info/RECORD", "")
        pins = tmp_path / "pins.txt"
        pins.write_text("aea_only==1.0\n")

        def passes(python, cancelled):
            code, lines = run([python, "-I", "-c", "import aea_only"])
            return backend.SelfTestReport(python, "3", (("aea_only", "1.0"),), "Processor", tuple(lines) if code else (), 0.1)

        for name, value in (("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(wheels)), ("PIP_CONFIG_FILE", os.devnull)):
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(backend, "build", functools.partial(backend.build, pins=pins, test=passes))
        bpy.context.preferences.system.use_online_access = True
        assert bpy.ops.assistant_editor.build_backend(variant="CPU") == {"FINISHED"}
        python = preferences.backend(bpy.context).python
        assert python.startswith(bpy.utils.extension_path_user(preferences.__package__))
        assert run([python, "-I", "-c", "import aea_only"])[0] == 0
        looked()
        page = drawn(preferences.of(bpy.context))
        assert "Backend installed" in page.text
        assert "aea_only 1.0" in page.text
        assert "assistant_editor.test_backend" in page.buttons

    def test_an_environment_of_ones_own(self, fresh, worker_python):
        assert bpy.ops.assistant_editor.use_environment(python=worker_python) == {"FINISHED"}
        assert fresh.in_use == "OTHER"
        assert preferences.backend(bpy.context).python == worker_python
        looked()
        page = drawn(fresh)
        assert "Your own environment" in page.text
        assert "torch 2." in page.text
        assert "Processor" in page.text or "NVIDIA" in page.text or "Apple" in page.text

    def test_one_that_does_not_work_is_not_taken(self, fresh, tmp_path):
        for wrong in ("", str(tmp_path / "nothing")):
            error = refused(lambda wrong=wrong: bpy.ops.assistant_editor.use_environment(python=wrong))
            assert error.code == MISSING_BACKEND
            assert error.remedy
            assert fresh.in_use == "OWN"

    def test_testing_without_a_backend_says_what_to_do(self):
        assert refused(lambda: bpy.ops.assistant_editor.test_backend()).code == MISSING_BACKEND


class TestModels:
    def test_getting_offline_is_refused_with_the_way_out(self, monkeypatch, worker_python, tmp_path):
        monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path))
        monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", worker_python)
        assert refused(lambda: bpy.ops.assistant_editor.get_model(model="transnetv2")).code == NO_CONSENT

    def test_an_unknown_name_lists_those_there_are(self):
        error = refused(lambda: bpy.ops.assistant_editor.get_model(model="nope"))
        assert "transnetv2" in error.remedy

    def test_local_file_verify_damage_remove(self, monkeypatch, models_folder, tmp_path):
        monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "mine"))
        source = models.path_of("transnetv2", models_folder)
        assert bpy.ops.assistant_editor.use_local_model(model="transnetv2", filepath=str(source)) == {"FINISHED"}
        mine = models.path_of("transnetv2", tmp_path / "mine")
        assert bpy.ops.assistant_editor.verify_model(model="transnetv2") == {"FINISHED"}
        mine.write_bytes(b"damaged")
        assert "SHA-256" in refused(lambda: bpy.ops.assistant_editor.verify_model(model="transnetv2")).message
        assert bpy.ops.assistant_editor.remove_model(model="transnetv2") == {"FINISHED"}
        assert not mine.exists()

    def test_a_checkpoint_of_ones_own_is_looked_at_copied_and_named_after_its_file(self, fresh, monkeypatch, tmp_path):
        monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "mine"))
        with zipfile.ZipFile(tmp_path / "Birds.pt", "w") as archive:
            archive.writestr("best/data.pkl", pickle.dumps({"names": {0: "wren"}}, 2))
        assert bpy.ops.assistant_editor.use_own_detector(filepath=str(tmp_path / "Birds.pt")) == {"FINISHED"}
        assert models.path_of("yolo-own-birds", tmp_path / "mine").read_bytes() == (tmp_path / "Birds.pt").read_bytes()
        fresh.page = "MODELS"
        looked()
        page = drawn(fresh)
        assert "birds (your own)" in page.text and "assistant_editor.use_own_detector" in page.buttons
        (tmp_path / "text.pt").write_text("weights")
        refusal = refused(lambda: bpy.ops.assistant_editor.use_own_detector(filepath=str(tmp_path / "text.pt")))
        assert "no checkpoint of PyTorch" in refusal.message and refusal.remedy
        assert "No file" in refused(lambda: bpy.ops.assistant_editor.use_own_detector()).message

    def test_the_page_shows_each_with_size_licence_source_and_state(self, fresh, monkeypatch, models_folder):
        monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(models_folder))
        fresh.page = "MODELS"
        looked()
        page = drawn(fresh)
        assert "TransNet V2" in page.text
        assert "31 MB, MIT, Python package" in page.text
        assert "assistant_editor.verify_model" in page.buttons
        few = len(page.buttons)
        fresh.show_sizes = True
        assert len(drawn(fresh).buttons) > few
        fresh.show_sizes = False


def test_clearing_stored_results(fresh, monkeypatch, tmp_path):
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path))
    (tmp_path / "facts" / "ab").mkdir(parents=True)
    (tmp_path / "facts" / "ab" / "abc.whole.json").write_text("x" * 1000)
    before = Cache(tmp_path).size()
    assert bpy.ops.assistant_editor.clear_cache() == {"FINISHED"}
    assert before > 0
    assert Cache(tmp_path).size() == 0
    fresh.page = "CACHE"
    looked()
    assert "In use: nothing" in drawn(fresh).text


class TestPages:
    def test_offline_the_way_to_consent_is_on_the_page(self, fresh):
        looked()
        page = drawn(fresh)
        assert "not installed yet" in page.text
        assert "may not use the network" in page.text
        assert "540 MB" in page.text

    def test_unfolded_it_names_every_python_and_licence(self, fresh):
        fresh.show_pythons = fresh.show_licences = fresh.show_existing = True
        looked()
        page = drawn(fresh)
        fresh.show_pythons = fresh.show_licences = fresh.show_existing = False
        for one in status.status.seen.interpreters:
            assert one.path.replace(" ", "") in page.text.replace(" ", "")
        for package in backend.PACKAGES:
            assert package.licence in page.text

    def test_drawing_looks_nothing_up_itself(self, fresh, monkeypatch):
        looked()
        for name in ("find_interpreters", "current", "self_test", "sensible"):
            monkeypatch.setattr(backend, name, lambda *a, **k: pytest.fail("drawing must not look up"))
        monkeypatch.setattr(models, "status", lambda folder: pytest.fail("drawing must not look up"))
        for page in ("BACKEND", "MODELS", "CACHE"):
            fresh.page = page
            assert drawn(fresh).words


class TestTasks:
    """Pressed in a window: the work runs on a thread, and the application's timer sees to its end."""

    @staticmethod
    def until(done) -> None:
        for _ in range(100):
            task._watch()
            if done():
                return
            time.sleep(0.02)
        pytest.fail("the task did not end")

    def test_progress_is_shown_and_the_end_is_on_the_main_thread(self, fresh):
        go, ended = threading.Event(), []

        def work(this):
            this.told("Getting torch", 0.25)
            go.wait(5)
            return threading.current_thread()

        looked()
        this = task.Task("BACKEND", "Starting", work, lambda result: ended.append((result, threading.current_thread())), ended.append)
        this.start()
        self.until(lambda: this.fraction == 0.25)
        page = drawn(fresh)
        assert "Getting torch 0.25" in page.text
        assert "assistant_editor.cancel_backend" in page.buttons
        assert not bpy.ops.assistant_editor.build_backend.poll()
        go.set()
        self.until(lambda: ended)
        worked, told = ended[0]
        assert worked is not threading.main_thread()
        assert told is threading.main_thread()
        assert task.shown() is None

    def test_stop_reaches_the_work(self):
        failures = []

        def work(this):
            while not this.cancelled():
                time.sleep(0.01)
            raise EditorError("Cancelled.", code=CANCELLED)

        task.Task("BACKEND", "Starting", work, failures.append, failures.append).start()
        assert bpy.ops.assistant_editor.cancel_backend() == {"FINISHED"}
        self.until(lambda: failures)
        assert failures[0].code == CANCELLED

    def test_a_defect_on_the_thread_is_told_and_not_lost(self):
        failures = []
        task.Task("BACKEND", "Starting", lambda this: 1 / 0, failures.append, failures.append).start()
        self.until(lambda: failures)
        assert failures[0].code == DEFECT
        assert "ZeroDivisionError" in failures[0].detail

    def test_switching_the_extension_off_ends_everything(self):
        calls = []

        def work(this):
            while not this.cancelled():
                time.sleep(0.01)

        this = task.Task("BACKEND", "Starting", work, calls.append, calls.append)
        this.start()
        task.stop_all()
        assert this.over
        assert not calls
        assert not bpy.app.timers.is_registered(task._watch)


def test_what_changes_during_a_look_is_looked_at_next(fresh, tmp_path, monkeypatch) -> None:
    """As in a window: two folders are chosen one after the other, and the first look is still under way."""
    started = []

    class Later:
        def __init__(self, page, title, work, finish, fail) -> None:
            self.end = lambda: finish(work(self))

        def start(self) -> None:
            started.append(self)

    monkeypatch.setattr(status, "Task", Later)
    monkeypatch.setattr(status, "bpy", types.SimpleNamespace(app=types.SimpleNamespace(background=False)))
    status.look_again(preferences.places())
    fresh.cache_folder = str(tmp_path / "results")
    fresh.models_folder = str(tmp_path)
    assert len(started) == 1
    started[0].end()
    assert len(started) == 2
    started[1].end()
    assert (status.status.seen.places.models, status.status.seen.places.cache) == (str(tmp_path), str(tmp_path / "results"))
    assert not status.status.looking and len(started) == 2
