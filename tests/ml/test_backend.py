"""The worker's environment: found, built, checked. Real interpreters and a real pip, on packages made here, without a network."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from assistant_editor.ml import backend
from assistant_editor.ml.backend import builder, variants
from assistant_editor.ml.backend.failures import explain
from assistant_editor.ml.backend.pip import Steps
from assistant_editor.ml.backend.process import clean_environment, run
from assistant_editor.ml.errors import CANCELLED, MISSING_BACKEND, NO_CONSENT, NO_SPACE, EditorError

POSIX = os.name != "nt"
SMALL = backend.Variant("cpu", "Processor", "", 1_000_000, 60_000_000)


def script(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture(scope="session")
def usable() -> backend.Interpreter:
    found = backend.best(backend.find_interpreters(own=sys.executable))
    assert found is not None, "no Python here can make environments"
    return found


def wheel(folder: Path, name: str, code: str = "", requires: str = "") -> None:
    info = f"{name}-1.0.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", code)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """A folder of wheels that is all pip may use, and the pins that name them."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "aea_first", "VALUE = 7")
    wheel(wheels, "aea_second", requires="aea_first")
    pins = tmp_path / "pins.txt"
    pins.write_text("# two small packages\naea_first==1.0\naea_second==1.0  # needs the first\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return pins


def passed(python: str, cancelled=None) -> backend.SelfTestReport:
    """A self-test that really runs the new Python, for packages that are no libraries of ours."""
    code, lines = run([python, "-I", "-c", "import aea_first, aea_second; print(aea_first.VALUE)"])
    problems = () if (code, lines) == (0, ["7"]) else ("\n".join(lines),)
    return backend.SelfTestReport(python, "3", (("aea_first", "1.0"),), "Processor", problems, 0.0)


def make(folder: Path, usable: backend.Interpreter, pins: Path, **other) -> backend.Report:
    told = other.pop("told", [])
    settings = {"online": True, "progress": lambda step, fraction: told.append((step, fraction)), "pins": pins, "test": passed} | other
    return backend.build(folder, usable, SMALL, **settings)


def entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"build.lock", "build.log"}


class TestInterpreters:
    def test_the_one_running_this_is_found_and_works(self):
        own = next(one for one in backend.find_interpreters(own=sys.executable) if one.real == os.path.realpath(sys.executable))
        assert own.problem == ""
        assert own.version == ".".join(map(str, sys.version_info[:3]))

    @pytest.mark.skipif(not POSIX, reason="a shell script")
    def test_a_shim_that_fails_is_a_candidate_with_its_own_words(self, tmp_path, monkeypatch):
        script(tmp_path / "python3.11", "#!/bin/sh\necho 'shim: python3.11: command not found' >&2\nexit 127\n")
        monkeypatch.setenv("PATH", str(tmp_path))
        shim = next(one for one in backend.find_interpreters() if one.path == str(tmp_path / "python3.11"))
        assert "command not found" in shim.problem
        assert backend.best((shim,)) is None

    @pytest.mark.skipif(not POSIX, reason="a shell script")
    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({"version": [3, 9, 1]}, "3.10 to 3.13"),
            ({"version": [3, 14, 0]}, "3.10 to 3.13"),
            ({"bits": 32}, "64-bit"),
            ({"missing": "No module named ensurepip"}, "python3.11-venv"),
            ({"free": True}, "free-threaded"),
            ({"name": "pypy"}, "CPython"),
        ],
    )
    def test_what_it_says_when_run_decides(self, tmp_path, facts, word):
        good = {"version": [3, 11, 1], "bits": 64, "missing": "", "free": False, "name": "cpython", "real": "/x", "path": "/x"}
        place = script(tmp_path / "python3.11", f"#!/bin/sh\necho 'assistant-editor:{json.dumps(good)}'\n")
        assert backend.inspect(place).problem == ""
        script(tmp_path / "python3.11", f"#!/bin/sh\necho 'assistant-editor:{json.dumps(good | facts)}'\n")
        assert word in backend.inspect(place).problem

    @pytest.mark.skipif(not POSIX, reason="a shell script")
    @pytest.mark.parametrize(
        "says",
        [
            "echo 'assistant-editor:{}'",
            "echo 'assistant-editor:not json'",
            "echo 'assistant-editor:[1]'",
            """echo 'assistant-editor:{"version": "3", "python": 3, "versions": [], "problems": {}, "device": null}'""",
            "yes '[' | tr -d '\\n' | head -c 300000",
            "head -c 100000 /dev/urandom",
        ],
    )
    def test_nothing_a_program_prints_is_an_error_of_ours(self, tmp_path, says):
        place = script(tmp_path / "python3.11", f"#!/bin/sh\n{says}\n")
        assert backend.inspect(place).problem
        assert place in {one.path for one in backend.find_interpreters(named=place) if one.problem}
        with pytest.raises(EditorError, match="does not run as a Python"):
            backend.self_test(place)

    @pytest.mark.skipif(not POSIX, reason="a shell script")
    @pytest.mark.parametrize("says", ["yes", "cat /dev/zero"])
    def test_a_program_that_prints_without_end_costs_no_memory(self, tmp_path, monkeypatch, says):
        monkeypatch.setattr("assistant_editor.ml.backend.interpreters.PATIENCE", 1.0)
        place = script(tmp_path / "python3.11", f"#!/bin/sh\nexec {says}\n")
        tracemalloc.start()
        try:
            assert "no answer" in backend.inspect(place).problem
            assert tracemalloc.get_traced_memory()[1] < 50e6
        finally:
            tracemalloc.stop()

    def test_a_path_that_no_program_can_have(self):
        assert "cannot be started" in backend.inspect("a\0b").problem
        assert backend.find_interpreters(named="a\0b")

    def test_a_program_that_is_no_python_has_a_problem(self, tmp_path):
        assert backend.inspect(str(tmp_path / "nothing")).problem

    def test_the_named_one_comes_first_and_broken_ones_last(self, tmp_path):
        found = backend.find_interpreters(named=sys.executable)
        assert found[0].path == sys.executable
        flags = [bool(one.problem) for one in found]
        assert flags == sorted(flags)
        broken = backend.find_interpreters(named=str(tmp_path / "nothing"))
        assert broken[-1].problem
        assert backend.best(broken) is not None

    def test_one_program_under_two_names_is_listed_once(self):
        reals = [one.real for one in backend.find_interpreters(named=sys.executable, own=sys.executable) if one.real]
        assert len(reals) == len(set(reals))


class TestBuild:
    def test_from_nothing_to_a_python_that_imports_what_was_asked_for(self, tmp_path, usable, shelf):
        home, told = tmp_path / "home", []
        assert backend.python_of(home) is None
        report = make(home, usable, shelf, told=told)
        assert report.fresh
        assert report.test.ok
        assert backend.python_of(home) == report.python
        assert passed(report.python).ok
        assert len(entries(home)) == 2
        assert not (Path(report.python).parent.parent / "scratch").exists()
        fractions = [fraction for _step, fraction in told]
        assert fractions == sorted(fractions)
        assert told[-1] == ("Done", 1.0)
        assert any(step.startswith("Unpacking") for step, _fraction in told)

        again = make(home, usable, shelf, online=False)
        assert not again.fresh
        assert again.python == report.python

        anew = make(home, usable, shelf, again=True)
        assert anew.fresh
        assert anew.python != report.python
        assert not Path(report.python).exists(), "the old one is gone"
        assert len(entries(home)) == 2

        wheel(shelf.parent / "wheels", "aea_third")
        shelf.write_text(shelf.read_text() + "aea_missing==9\n")
        with pytest.raises(EditorError) as refused:
            make(home, usable, shelf)
        assert refused.value.code == MISSING_BACKEND
        assert "aea_missing" in refused.value.message
        assert backend.python_of(home) == anew.python, "a failed update leaves the working one"
        assert passed(anew.python).ok
        assert len(entries(home)) == 2
        assert "aea_missing" in (home / "build.log").read_text()

    def test_consent_space_and_interpreter_come_before_anything_is_written(self, tmp_path, usable, shelf, monkeypatch):
        home = tmp_path / "home"
        with pytest.raises(EditorError) as refused:
            make(home, usable, shelf, online=False)
        assert refused.value.code == NO_CONSENT
        assert "Allow Online Access" in refused.value.remedy
        assert not home.exists()
        with pytest.raises(EditorError) as refused:
            make(home, backend.Interpreter("/x", "3.9.1", "system", "Python 3.9.1 is not supported."), shelf)
        assert refused.value.code == MISSING_BACKEND
        assert not home.exists()
        monkeypatch.setattr(builder.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 12_000_000})())
        with pytest.raises(EditorError) as refused:
            make(home, usable, shelf)
        assert refused.value.code == NO_SPACE
        assert "61 MB needed, 12 MB free" in refused.value.message
        assert entries(home) == set()

    @pytest.mark.parametrize("delay", [0.0, 0.4, 1.5])
    def test_cancel_takes_less_than_a_second_and_leaves_nothing(self, tmp_path, usable, shelf, delay):
        home = tmp_path / "home"
        wanted = threading.Event()
        asked: list[float] = []

        def cancelled() -> bool:
            if wanted.is_set() and not asked:
                asked.append(time.monotonic())
            return wanted.is_set()

        def slow(python: str, cancelled) -> backend.SelfTestReport:
            run([python, "-I", "-c", "import time; time.sleep(60)"], cancelled=cancelled)
            return passed(python)

        threading.Timer(delay, wanted.set).start()
        with pytest.raises(EditorError) as stopped:
            make(home, usable, shelf, cancelled=cancelled, test=slow)
        assert stopped.value.code == CANCELLED
        assert time.monotonic() - asked[0] < 1.0
        assert entries(home) == set()
        if delay == 0.4:
            assert make(home, usable, shelf).fresh

    @pytest.mark.skipif(not POSIX, reason="process groups")
    def test_what_the_program_started_is_ended_with_it(self, tmp_path):
        note = tmp_path / "pid"
        code = "import subprocess, sys, time; child = subprocess.Popen(['sleep', '60']); "
        code += f"open({str(note)!r}, 'w').write(str(child.pid)); time.sleep(60)"
        with pytest.raises(EditorError):
            run([sys.executable, "-c", code], cancelled=lambda: note.exists() and bool(note.read_text()))
        child = int(note.read_text())
        for _ in range(50):
            state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True).stdout.strip()
            if not state or state.startswith("Z"):
                break
            time.sleep(0.05)
        assert not state or state.startswith("Z")

    def test_an_environment_that_fails_its_test_is_not_used(self, tmp_path, usable, shelf):
        home = tmp_path / "home"

        def broken(python: str, cancelled) -> backend.SelfTestReport:
            return backend.SelfTestReport(python, "3", (), "", ("torch does not load: libGL.so.1",), 0.0)

        with pytest.raises(EditorError, match="libGL") as refused:
            make(home, usable, shelf, test=broken)
        assert refused.value.code == MISSING_BACKEND
        assert backend.python_of(home) is None
        assert entries(home) == set()

    def test_leftovers_of_a_killed_build_go_with_the_next(self, tmp_path, usable, shelf):
        home = tmp_path / "home"
        (home / "env-0123-1" / "bin").mkdir(parents=True)
        make(home, usable, shelf)
        assert "env-0123-1" not in entries(home)

    def test_a_pointer_that_cannot_be_read_counts_as_none(self, tmp_path):
        gone = {"name": "env-gone", "pins": "", "variant": "cpu", "version": "", "device": "", "libraries": [], "built": ""}
        for text in ("", "{", '{"name": 3}', json.dumps(gone)):
            (tmp_path / "current.json").write_text(text)
            assert backend.python_of(tmp_path) is None

    def test_two_builds_in_one_folder_do_not_meet(self, tmp_path, usable, shelf):
        with builder._alone(tmp_path), pytest.raises(EditorError, match="Another Blender"):
            make(tmp_path, usable, shelf)

    def test_the_callers_python_settings_do_not_leak(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PYTHONPATH", "/elsewhere")
        monkeypatch.setenv("PYTHONHOME", "/elsewhere")
        monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
        found = clean_environment(tmp_path)
        assert "PYTHONPATH" not in found
        assert "PYTHONHOME" not in found
        assert found["PIP_INDEX_URL"] == "https://mirror.example/simple"
        assert found["TMPDIR"] == str(tmp_path)


class TestSources:
    """PyTorch's own index is asked for an exact build; a CUDA build of gigabytes is never taken in place of a small one."""

    @pytest.mark.parametrize(
        ("system", "variant", "cuda", "answering", "asked", "arguments"),
        [
            ("linux", "cpu", None, True, "torch==2+cpu", ["--extra-index-url", variants.INDEX + "cpu/"]),
            ("linux", "cpu", None, False, "torch==2+cpu", []),
            ("linux", "cuda", (13, 2), True, "torch==2+cu130", ["--extra-index-url", variants.INDEX + "cu130/"]),
            ("linux", "cuda", (12, 4), True, "torch==2+cu126", ["--extra-index-url", variants.INDEX + "cu126/"]),
            ("linux", "cuda", (13, 0), False, "torch==2", []),
            ("win32", "cuda", (13, 0), False, "torch==2+cu130", []),
            ("win32", "cpu", None, False, "torch==2", []),
            ("darwin", "apple", None, True, "torch==2", []),
        ],
    )
    def test_which_build_is_asked_for(self, monkeypatch, system, variant, cuda, answering, asked, arguments):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(builder, "driver_cuda", lambda: cuda)
        monkeypatch.setattr(builder, "answers", lambda index: answering)
        what, extra, unreachable = builder._source_of(["torch==2"], backend.VARIANTS[variant])
        assert (what, extra) == ([asked], arguments)
        assert bool(unreachable) == (not answering)

    def test_an_index_that_does_not_answer(self):
        started = time.monotonic()
        assert not variants.answers("http://127.0.0.1:9/whl/")
        assert time.monotonic() - started < variants.PATIENCE + 2

    def test_sizes_in_words(self):
        assert [backend.megabytes(size) for size in (0, 480_000_000, 3_100_000_000)] == ["1 MB", "480 MB", "3.1 GB"]


class TestRequirements:
    def test_every_package_is_pinned_and_torch_once(self):
        names = [line.split("==")[0] for line in backend.requirements()]
        assert all("==" in line for line in backend.requirements())
        assert names.count("torch") == 1
        assert "triton" not in names
        assert not {"torchaudio", "torchvision"} & set(names)

    def test_what_would_bring_torchvision_along_is_installed_without_its_own_requirements(self):
        assert {"ultralytics", "transformers"} <= set(builder.WITHOUT_THEIR_OWN)
        assert {"lap", "pillow", "pyyaml"} <= {line.split("==")[0] for line in backend.requirements()}


NETWORK = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('Name or service not known')': /simple/pip/"
CERTIFICATE = "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]"


class TestFailures:
    @pytest.mark.parametrize(
        ("lines", "code", "word"),
        [
            (["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"], NO_SPACE, "Free some space"),
            ([NETWORK, "ERROR: No matching distribution found for pip==26.3"], MISSING_BACKEND, "connection"),
            ([CERTIFICATE, "ERROR: No matching distribution found for pip==26.3"], MISSING_BACKEND, "certificate"),
            (["ERROR: No matching distribution found for av==18.1.0"], MISSING_BACKEND, "another Python"),
            (["ERROR: x.whl is not a supported wheel on this platform."], MISSING_BACKEND, "another Python"),
            (["ERROR: Failed building wheel for tokenizers"], MISSING_BACKEND, "another Python"),
            (["pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out."], MISSING_BACKEND, "connection"),
            (["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."], MISSING_BACKEND, "cache purge"),
            (["ensurepip is not available."], MISSING_BACKEND, "python3-venv"),
            (["PermissionError: [Errno 13] Permission denied: '/x'"], MISSING_BACKEND, "written"),
            (["something nobody foresaw"], MISSING_BACKEND, "/log"),
        ],
    )
    def test_each_names_its_remedy_and_where(self, lines, code, word):
        error = explain(lines, "Getting PyTorch", "/log")
        assert error.code == code
        assert word in error.remedy
        assert "Getting PyTorch" in error.message
        assert error.detail

    def test_a_missing_build_of_torch_names_the_index_that_is_silent(self):
        error = explain(["ERROR: No matching distribution found for torch==2.13.0+cpu"], "Getting PyTorch", "/log", "https://index/cpu/")
        assert "https://index/cpu/" in error.message

    def test_an_interpreter_that_cannot_be_started(self, tmp_path, shelf):
        with pytest.raises(EditorError) as refused:
            make(tmp_path / "home", backend.Interpreter(str(tmp_path / "gone"), "3.11.1", "system"), shelf)
        assert refused.value.code == MISSING_BACKEND
        assert entries(tmp_path / "home") == set()


class TestSteps:
    def test_pips_lines_become_words_and_a_fraction_that_never_falls(self):
        heard = Steps("Getting PyTorch", 300)
        seen = []
        for line in (
            "Collecting torch==2.13.0+cpu",
            "  Downloading https://index/torch-2.13.0%2Bcpu-cp311-cp311-manylinux_2_28_x86_64.whl (190.1 MB)",
            "Progress 100 of 200",
            "Progress 200 of 200",
            "Collecting numpy",
            "  Downloading numpy-2.4.6-cp311-cp311-manylinux.whl (17 MB)",
            "Progress 50 of 100",
            "Progress 100 of 100",
            "Using cached filelock-4.2.11-py3-none-any.whl (222 kB)",
            "Building wheel for openai-whisper (pyproject.toml): started",
            "Installing collected packages: numpy, torch",
            "Successfully installed numpy-2.4.6 torch-2.13.0+cpu",
        ):
            kept = heard.take(line)
            assert kept == line.startswith("Progress")
            seen.append((heard.step, round(heard.fraction, 3)))
        assert [fraction for _step, fraction in seen] == sorted(fraction for _step, fraction in seen)
        assert seen[1][0] == "Downloading torch (190.1 MB)"
        assert seen[3][1] == pytest.approx(0.7 * 200 / 300, abs=0.001)
        assert seen[8][0] == "Reading filelock"
        assert seen[9][0] == "Preparing openai-whisper"
        assert seen[10] == ("Unpacking 2 packages", 0.7)
        assert seen[11][1] == 1.0


class TestSelfTest:
    def test_the_real_environment_names_versions_and_device(self, worker_python):
        report = backend.use_existing(worker_python)
        assert report.ok
        assert dict(report.versions)["torch"].startswith("2.")
        assert {"faster-whisper", "openai-whisper", "scenedetect", "av", "numpy"} <= dict(report.versions).keys()
        assert report.device
        assert report.device in report.summary

    def test_a_python_without_the_libraries_says_what_to_install(self, usable, tmp_path):
        bare = tmp_path / "bare"
        subprocess.run([usable.path, "-I", "-m", "venv", "--without-pip", str(bare)], check=True, env=clean_environment())
        python = str(bare / ("Scripts/python.exe" if not POSIX else "bin/python"))
        report = backend.self_test(python)
        assert not report.ok
        assert report.version == usable.version
        with pytest.raises(EditorError, match="torch does not load") as refused:
            backend.use_existing(python)
        assert f"{python} -m pip install torch" in refused.value.remedy

    def test_a_file_that_is_no_python(self, tmp_path):
        (tmp_path / "text").write_text("no")
        with pytest.raises(EditorError):
            backend.self_test(tmp_path / "text")

    @pytest.mark.skipif(not POSIX, reason="signals")
    def test_a_library_that_crashes_the_process_is_a_problem_not_an_error(self, tmp_path, usable):
        crash = tmp_path / "crash"
        subprocess.run([usable.path, "-I", "-m", "venv", "--without-pip", str(crash)], check=True, env=clean_environment())
        (site,) = crash.glob("lib/python3.*/site-packages")
        (site / "torch.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n")
        report = backend.self_test(crash / "bin" / "python")
        assert not report.ok
        assert "ended with code" in report.problems[0]
