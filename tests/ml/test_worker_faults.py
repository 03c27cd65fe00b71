"""The real worker with real weights: broken at each message, in native code, on a full disk, cancelled, and orphaned.

After each fault the same backend does the next job.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from assistant_editor.ml import client, errors
from assistant_editor.ml.client import Backend, Job, close_all
from assistant_editor.ml.codec import from_json
from assistant_editor.ml.facts import Media, Shots
from assistant_editor.ml.protocol import Analyse, FetchModel, Probe, SelfTest, Task

from tests.ml.faulty_worker import faulty
from tests.ml.test_client import finish, gone

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the broken worker is started through a shell")

LIGHT = {"detector": "content"}


@pytest.fixture(autouse=True)
def no_worker_stays():
    yield
    close_all()


@pytest.fixture
def film(media_folder) -> str:
    return str(media_folder / "bikes.mp4")


@pytest.fixture
def backend(tmp_path, worker_python, models_folder):
    def make(fault: str = "", *arguments: str, **more) -> Backend:
        python = faulty(tmp_path, worker_python, fault, *arguments, **more) if fault else worker_python
        return Backend(python, str(models_folder), str(tmp_path / "cache"))

    return make


def shots(film: str, **options) -> Analyse:
    return Analyse("a", film, (Task("shots", options),))


def until(job: Job, reached, seconds: float = 60.0) -> None:
    if job.state == "new":
        job.start()
    end = time.monotonic() + seconds
    while not reached():
        assert job.poll() == "running", job.failures
        assert time.monotonic() < end, job.step
        time.sleep(0.01)


def works(backend: Backend, film: str) -> None:
    """The next job, of another kind than the broken one, so that it cannot come from the cache."""
    job = finish(Job(backend, [shots(film, detector="hash")]), 60)
    assert job.state == "done" and not job.failures and not job.cached
    assert job.results["a", "shots"].frames == 250


def test_the_network_finds_shots_and_the_second_job_is_warm_and_the_third_cached(backend, film):
    here = backend()
    job = Job(here, [Probe("p", film), shots(film)])
    pids = set()
    seen = []
    job.start()
    while job.poll() == "running":
        pids.add(job.worker_pid)
        seen.append((job.step, job.fraction))
        time.sleep(0.01)
    assert job.state == "done" and not job.failures
    facts = job.results["a", "shots"]
    assert isinstance(facts, Shots) and facts.detector == "transnetv2" and facts.frames == 250
    assert len([boundary for boundary in facts.boundaries if boundary.score >= 0.5]) >= 3
    assert isinstance(job.results["p", "probe"], Media) and job.results["p", "probe"].video.rate == Fraction(25)
    assert any("bikes.mp4" in step for step, _fraction in seen) and len({fraction for _step, fraction in seen}) > 3
    warm = Job(here, [shots(film, **LIGHT)])
    until(warm, lambda: warm.worker_pid != 0)
    assert warm.worker_pid in pids
    assert finish(warm).state == "done"
    again = Job(here, [shots(film)])
    again.start()
    assert again.state == "done" and again.results["a", "shots"] == facts


def test_the_self_test_names_versions_and_device(backend):
    job = finish(Job(backend(), [SelfTest("s")]), 120)
    report = job.results["s", "selftest"]
    assert not report["problems"] and report["versions"]["torch"] and report["device"]


@pytest.mark.parametrize("fault", ["killed_after", "killed_before", "garbage"])
@pytest.mark.parametrize("kind", ["Hello", "Progress", "Result", "Done"])
def test_broken_at_each_message(backend, film, fault, kind):
    here = backend(fault, kind)
    job = finish(Job(here, [shots(film, **LIGHT)]), 60)
    if (fault, kind) == ("killed_after", "Done"):
        assert job.state == "done"
    else:
        assert job.state == "failed"
        (failure,) = job.failures
        garbage = errors.MISSING_BACKEND if kind == "Hello" else errors.WORKER_GARBAGE
        assert failure.code == (garbage if fault == "garbage" else errors.WORKER_DIED)
        assert failure.message and failure.remedy and "Traceback" not in failure.message
        assert "SIGKILL" in failure.message or "not a message" in failure.message or "not answer as a worker" in failure.message
    works(here, film)


def test_a_crash_in_native_code(backend, film):
    here = backend("segfault")
    (failure,) = finish(Job(here, [shots(film, **LIGHT)]), 60).failures
    assert failure.code == errors.WORKER_DIED and "SIGSEGV" in failure.message and "bikes.mp4" in failure.message
    works(here, film)


def test_a_hang_in_native_code_that_holds_the_gil(backend, film):
    here = backend("holds_gil", "1.0")
    job = Job(here, [shots(film, **LIGHT)])
    until(job, lambda: "Finding" in job.step)
    pid = job.worker_pid
    (failure,) = finish(job, 30).failures
    assert failure.code == errors.WORKER_HUNG and "Finding shots" in failure.message
    assert gone(pid)
    works(here, film)


def test_what_libraries_print_does_not_reach_the_protocol(backend, film):
    here = backend("prints", first_only=False)
    works(here, film)


def test_no_memory_and_no_package_are_the_engines_own_failures(backend, film):
    (failure,) = finish(Job(backend("no_memory"), [shots(film, **LIGHT)]), 60).failures
    assert (failure.code, failure.engine) == (errors.NO_SPACE, "shots")
    (failure,) = finish(Job(backend("lacks", "scenedetect"), [shots(film, **LIGHT)]), 60).failures
    assert (failure.code, failure.engine) == (errors.MISSING_BACKEND, "shots") and "scenedetect" in failure.message


def test_no_weights_are_named_and_the_light_detector_still_works(backend, film, tmp_path):
    here = Backend(backend().python, str(tmp_path / "none"), str(tmp_path / "cache"))
    (failure,) = finish(Job(here, [shots(film)]), 60).failures
    assert (failure.code, failure.engine) == (errors.MISSING_MODEL, "shots") and failure.remedy
    works(here, film)


def test_offline_no_model_is_fetched(backend, tmp_path):
    here = Backend(backend().python, str(tmp_path / "none"), str(tmp_path / "cache"))
    (failure,) = finish(Job(here, [FetchModel("f", "whisper-tiny.en", True)]), 60).failures
    assert failure.code == errors.NO_CONSENT and "network" in failure.message


def test_an_unreadable_medium(backend, film, tmp_path):
    nonsense = tmp_path / "x.mp4"
    nonsense.write_text("no film")
    here = backend()
    job = finish(Job(here, [shots(str(nonsense), **LIGHT)]), 60)
    assert job.state == "failed" and [failure.code for failure in job.failures] == [errors.BAD_INPUT]
    works(here, film)


def _tiny_disk(folder: Path) -> bool:
    """Whether a disk could be mounted there; it is full then, with one big file."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        return False
    with (folder / "filler").open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(b"x" * 4096)
    return True


@pytest.mark.skipif(not shutil.which("mount") or os.name != "posix" or os.geteuid() != 0, reason="needs the right to mount a tiny disk")
def test_a_full_disk_costs_the_cache_and_not_the_result(backend, film, tmp_path):
    disk = tmp_path / "disk"
    if not _tiny_disk(disk):
        pytest.skip("this machine does not let one mount a tiny disk")
    try:
        here = Backend(backend().python, backend().models, str(disk))
        job = finish(Job(here, [shots(film, **LIGHT)]), 60)
        assert job.state == "done" and job.results["a", "shots"].frames == 250 and not job.failures
        assert len(job.notices) == 1 and "No space left" in job.notices[0]
        (disk / "filler").unlink()
        again = finish(Job(here, [shots(film, **LIGHT)]), 60)
        assert again.state == "done" and not again.notices and not again.cached
    finally:
        close_all()
        subprocess.run(["umount", str(disk)], check=True)


STAGES = {
    "starting": lambda job: True,
    "loading": lambda job: "Preparing" in job.step or "Loading" in job.step,
    "finding": lambda job: "Finding" in job.step and job.fraction > 0.1,
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("detector", ["transnetv2", "content"])
def test_cancel_at_each_stage_is_over_within_a_second(backend, film, stage, detector):
    here = backend("slow") if stage == "finding" else backend()
    job = Job(here, [shots(film, detector=detector)])
    until(job, lambda: STAGES[stage](job))
    pid = job.worker_pid
    job.cancel()
    asked = time.monotonic()
    assert finish(job, 10).state == "cancelled"
    assert time.monotonic() - asked < 1.5  # killed after 0.8 s; the rest is for a busy machine
    assert not job.failures
    works(here, film)
    assert stage != "starting" or not pid or gone(pid)


def test_speech_is_transcribed_and_cancelled(backend, film, media_folder):
    here = backend()
    spoken = Analyse("long", str(media_folder / "two_cities.wav"), (Task("transcript"),))
    job = Job(here, [spoken])
    until(job, lambda: "Transcribing" in job.step)
    time.sleep(1.0)  # within the recogniser by now
    job.cancel()
    asked = time.monotonic()
    assert finish(job, 10).state == "cancelled" and time.monotonic() - asked < 1.5
    short = Analyse("short", str(media_folder / "beckett.wav"), (Task("transcript"), Task("shots")))
    both = finish(Job(here, [short, shots(film, **LIGHT)]), 60)
    assert both.state == "done" and set(both.results) == {("short", "transcript"), ("a", "shots")}
    assert len(both.results["short", "transcript"].words) > 10
    assert [(failure.id, failure.engine, failure.code) for failure in both.failures] == [("short", "shots", errors.NO_STREAM)]


def test_cancel_inside_native_code_that_holds_the_gil(backend, film):
    here = backend("holds_gil", "60")
    job = Job(here, [shots(film, **LIGHT)])
    until(job, lambda: "Finding" in job.step)
    pid = job.worker_pid
    time.sleep(0.5)
    job.cancel()
    asked = time.monotonic()
    assert finish(job, 10).state == "cancelled"
    assert time.monotonic() - asked < 1.5 and gone(pid)
    works(here, film)


HOST = """
import sys, time, importlib.util as u
s = u.spec_from_file_location("pkg", sys.argv[1] + "/__init__.py", submodule_search_locations=[sys.argv[1]])
m = u.module_from_spec(s); sys.modules["pkg"] = m; s.loader.exec_module(m)
from pkg.client import Backend, Job
from pkg.protocol import Analyse, Task
job = Job(Backend(sys.argv[2], sys.argv[3], sys.argv[4]), [Analyse("a", sys.argv[5], (Task("shots", {"detector": "content"}),))])
job.start()
while "Finding" not in job.step and job.poll() == "running":
    time.sleep(0.01)
print(job.state, job.worker_pid, flush=True)
if sys.argv[6] == "finish":
    print(job.wait(), flush=True)
time.sleep(60)
"""


def host(backend: Backend, film: str, then: str) -> subprocess.Popen:
    """Another process that has a job, as a second Blender would."""
    package = str(Path(client.__file__).parent)
    words = [sys.executable, "-c", HOST, package, backend.python, backend.models, backend.cache, film, then]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize("fault", ["slow", "holds_gil"])
def test_a_killed_parent_leaves_no_orphan(backend, film, fault):
    parent = host(backend(fault, *["60"] * (fault == "holds_gil")), film, "hang")
    try:
        state, pid = parent.stdout.readline().split()
        assert state == "running"
        time.sleep(0.5)
        os.kill(int(pid), 0)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    assert gone(int(pid), 2.0)


def test_an_idle_worker_does_not_outlive_a_killed_parent_either(backend, film):
    parent = host(backend(), film, "finish")
    try:
        pid = int(parent.stdout.readline().split()[1])
        assert parent.stdout.readline().strip() == "done"
        os.kill(pid, 0)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    assert gone(pid, 2.0)


def test_a_download_does_not_outlive_a_killed_parent(backend, tmp_path):
    note = tmp_path / "child"
    here = backend("fetches", str(note))
    code = HOST.replace('[Analyse("a", sys.argv[5], (Task("shots", {"detector": "content"}),))]', '[FetchModel("f", "nothing", True)]')
    code = code.replace("import Analyse, Task", "import FetchModel").replace("sys.argv[4])", "sys.argv[4], True)")
    parent = subprocess.Popen([sys.executable, "-c", code, str(Path(client.__file__).parent), here.python, here.models, here.cache])
    try:
        end = time.monotonic() + 20
        while not (note.exists() and note.read_text()):
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(int(note.read_text()), 0)
    finally:
        parent.kill()
        parent.wait()
    assert gone(int(note.read_text()), 3.0)


def test_the_shell_that_watches_where_the_kernel_does_not():
    """Used on systems without PR_SET_PDEATHSIG. Here it watches two plain processes."""
    from assistant_editor.ml.lifeline import watch

    parent, child = (subprocess.Popen(["sleep", "60"]) for _ in range(2))
    guard = watch(parent.pid, child.pid)
    time.sleep(1.5)
    assert child.poll() is None
    parent.kill()
    parent.wait()
    assert child.wait(5) == -signal.SIGKILL
    guard.wait(5)


def test_two_blenders_at_once_do_not_disturb_each_other(backend, film):
    other = host(backend(), film, "finish")
    try:
        works(backend(), film)
        assert other.stdout.readline().split()[0] in ("running", "done")
        assert other.stdout.readline().strip() == "done"
    finally:
        other.kill()
        other.wait()
        other.stdout.close()


def run_ml(worker_python, *words, **more) -> subprocess.CompletedProcess:
    root = Path(client.__file__).parent.parent
    command = [worker_python, "-m", "ml", *map(str, words)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False, **more)


def test_the_pipeline_answers_in_json_alone(worker_python, models_folder, film, tmp_path):
    words = ["analyse", film, "--engines", "shots", "--option", "shots.detector=content", "--models", models_folder, "--cache", tmp_path]
    done = run_ml(worker_python, *words, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["schema"] == "assistant_editor.facts/1"
    (entry,) = answer["media"]
    assert from_json(Shots, entry["facts"]["shots"]).detector == "content" and not entry["failures"] and not entry["cached"]
    assert "Finding shots" in done.stderr
    target = tmp_path / "out.json"
    again = run_ml(worker_python, *words, "--span", "2", "5001/1000", "--json", target)
    assert again.returncode == 0 and again.stdout == ""
    (entry,) = json.loads(target.read_text())["media"]
    assert entry["cached"] == ["shots"]


def test_exit_codes_of_the_pipeline(worker_python, film, tmp_path):
    folders = ["--models", tmp_path / "none", "--cache", tmp_path / "cache"]
    light = ["--engines", "shots", "--option", "shots.detector=content"]
    assert run_ml(worker_python, "analyse").returncode == 2
    assert run_ml(worker_python, "analyse", film, "--engines", "palmistry").returncode == 2
    assert run_ml(worker_python, "analyse", film, "--engines", "shots", "--option", "shots.detector=tea").returncode == 2
    assert run_ml(worker_python, "analyse", film, *light, *folders, "--span", "5", "2").returncode == 2
    assert run_ml(worker_python, "analyse", tmp_path / "gone.mp4", *light, *folders).returncode == 3
    assert run_ml(worker_python, "analyse", film, "--engines", "shots", *folders).returncode == 4
    assert run_ml(worker_python, "analyse", film, tmp_path / "gone.mp4", *light, *folders).returncode == 6
    assert run_ml(worker_python, "probe", tmp_path / "gone.mp4").returncode == 3
    both = run_ml(worker_python, "probe", film, tmp_path / "gone.mp4", "--json")
    assert both.returncode == 6 and "gone.mp4" in both.stderr
    good, bad = json.loads(both.stdout)["media"]
    assert good["media"]["video"] and not good["failures"] and bad["media"] is None and bad["failures"][0]["code"] == "bad_input"
    assert run_ml(worker_python, "models", "get", *folders[:2]).returncode == 2
    refused = run_ml(worker_python, "models", "get", "transnetv2", *folders[:2])
    assert refused.returncode == 4 and "models get transnetv2 --yes" in refused.stderr and "--online" not in refused.stderr
    listed = run_ml(worker_python, "models", "list", *folders[:2], "--json")
    assert {model["state"] for model in json.loads(listed.stdout)["models"]} == {"absent"}
    for done in (listed, run_ml(worker_python, "analyse", tmp_path / "gone.mp4", *light, *folders)):
        assert "Traceback" not in done.stderr


def test_where_the_answer_goes_is_checked_first_and_never_replaced(worker_python, film, tmp_path):
    words = ["analyse", film, "--engines", "shots", "--option", "shots.detector=content", "--cache", tmp_path / "cache", "--json"]
    for place in (tmp_path / "nowhere" / "a.json", tmp_path):
        done = run_ml(worker_python, *words, place)
        assert done.returncode == 3 and "folder" in done.stderr and "Finding" not in done.stderr
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(target)
    assert run_ml(worker_python, *words, link).returncode == 0
    assert link.is_symlink() and json.loads(target.read_text())["media"]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert run_ml(worker_python, *words, pipe).returncode == 0
    assert json.loads(reader.communicate(timeout=20)[0])["media"] and pipe.is_fifo()
    assert json.loads(run_ml(worker_python, *words, "/dev/stdout").stdout)["media"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_name_that_is_not_utf_8_goes_all_the_way(worker_python, backend, film, tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4")
    shutil.copyfile(film, name)
    words = ["analyse", name, "--engines", "shots", "--option", "shots.detector=content", "--cache", tmp_path]
    done = run_ml(worker_python, *words, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["media"][0]["path"] == name
    assert "caf" in run_ml(worker_python, *words).stdout
    job = finish(Job(backend(), [shots(name, detector="hash"), Probe("p", name)]), 60)
    assert job.state == "done" and not job.failures


def test_ctrl_c_stops_the_pipeline_with_its_own_code(worker_python, models_folder, film, tmp_path):
    root = Path(client.__file__).parent.parent
    words = [worker_python, "-m", "ml", "analyse", film, "--engines", "shots", "--json"]
    words += ["--models", str(models_folder), "--cache", str(tmp_path)]
    process = subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    while "Finding" not in line and line:
        line = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    answer, _rest = process.communicate(timeout=60)
    assert process.returncode == 5
    assert json.loads(answer)["media"][0]["failures"][0]["code"] == "cancelled"
