"""Jobs against scripted workers: everything a worker can do wrong becomes one clear failure, and the next job works."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest
from assistant_editor.ml import client, errors
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.client import Backend, Job, cached, close_all
from assistant_editor.ml.eta import Eta
from assistant_editor.ml.facts import Boundary, Media, Shots, ShotsOptions, Span
from assistant_editor.ml.protocol import Analyse, FetchModel, Probe, SelfTest, Task
from assistant_editor.ml.workers import environment

from tests.ml.scripted_worker import script, starts

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the scripted worker is started through a shell")

MEDIA = {"duration": "10/1", "video": None, "audio": None, "warnings": []}
GOOD = [["hello"], ["read", "Probe"], ["progress", 0.5], ["result", "probe", MEDIA], ["done"], ["again", 1]]
SHOTS = Shots(Span(Fraction(0), Fraction(10)), Fraction(0), Fraction(25), 250, "content", (Boundary(50, Fraction(2), 0.9),))


@pytest.fixture(autouse=True)
def no_worker_stays():
    yield
    close_all()


@pytest.fixture
def backend(tmp_path):
    def make(*scenarios, **more) -> Backend:
        return Backend(script(tmp_path, *scenarios), str(tmp_path / "models"), str(tmp_path / "cache"), **more)

    return make


def finish(job: Job, seconds: float = 20.0) -> Job:
    """Polls as Blender's timer does."""
    end = time.monotonic() + seconds
    if job.state == "new":
        job.start()
    while job.poll() == "running":
        assert time.monotonic() < end, f"still running: {job.step}"
        time.sleep(0.01)
    return job


def gone(pid: int, seconds: float = 2.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with contextlib.suppress(OSError):  # a process that ends between two readings ends the next one
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.02)
    return False


def test_a_job_brings_results_progress_and_notices(backend):
    play = [["hello"], ["read"], ["progress", 0.25, 60, "Looking"], ["notice", "Mind this."], ["result", "probe", MEDIA], ["done"]]
    job = Job(backend(play), [Probe("a", "x.mp4")])
    seen = []
    assert job.wait(lambda j: seen.append((j.step, j.fraction))) == "done"
    assert job.results == {("a", "probe"): Media(Fraction(10))}
    assert job.notices == ["Mind this."] and not job.failures
    assert job.fraction == 1.0 and seen[-1][1] == 1.0
    assert [fraction for _step, fraction in seen] == sorted(fraction for _step, fraction in seen)


def test_requests_are_done_one_after_the_other_and_share_the_progress(backend):
    play = [["hello"], ["read"], ["progress", 0.5], ["result", "selftest", {"python": "3"}], ["done"]]
    play += [["read"], ["progress", 0.5], ["sleep", 5]]
    job = Job(backend(play), [SelfTest("a"), FetchModel("b", "m", True)])
    job.start()
    end = time.monotonic() + 10
    while job.fraction < 0.75 and time.monotonic() < end:
        job.poll()
        time.sleep(0.01)
    assert job.fraction == 0.75
    assert job.results == {("a", "selftest"): {"python": "3"}}
    job.cancel()
    assert finish(job).state == "cancelled"


def test_start_and_poll_do_not_wait_for_the_worker(backend):
    job = Job(backend([["sleep", 1.5], *GOOD]), [Probe("a", "x")])
    before = time.monotonic()
    job.start()
    for _ in range(20):
        assert job.poll() == "running"
    assert time.monotonic() - before < 1.0  # the worker says nothing for longer than that
    assert finish(job).state == "done"


def test_a_worker_stays_warm_for_the_next_job(backend, tmp_path):
    warm = backend(GOOD)
    assert [finish(Job(warm, [Probe("a", "x")])).state for _ in range(3)] == ["done"] * 3
    assert starts(tmp_path) == 1


def test_two_jobs_at_once_have_two_workers_and_one_stays(backend, tmp_path):
    slow = [["hello"], ["read"], ["sleep", 0.3], ["result", "probe", MEDIA], ["done"], ["again", 1]]
    here = backend(slow)
    first, second = Job(here, [Probe("a", "x")]), Job(here, [Probe("a", "x")])
    first.start()
    second.start()
    assert finish(first).state == finish(second).state == "done"
    assert starts(tmp_path) == 2
    assert finish(Job(here, [Probe("a", "x")])).state == "done"
    assert starts(tmp_path) == 2


def test_an_idle_worker_ends(backend, tmp_path):
    short = backend(GOOD, idle=0.2)
    job = Job(short, [Probe("a", "x")])
    job.start()
    while job.poll() == "running" and not job.worker_pid:
        time.sleep(0.01)
    pid = job.worker_pid
    assert finish(job).state == "done"
    assert gone(pid, 5.0)
    assert finish(Job(short, [Probe("a", "x")])).state == "done"
    assert starts(tmp_path) == 2


def test_close_all_ends_every_worker_and_the_jobs_say_so(backend):
    job = Job(backend([["hello"], ["read"], ["deaf"]]), [Probe("a", "x")])
    job.start()
    while not job.worker_pid:
        job.poll()
        time.sleep(0.01)
    pid = job.worker_pid
    close_all()
    assert gone(pid)
    assert finish(job).state == "cancelled"


@pytest.mark.parametrize(
    ("play", "code", "words"),
    [
        ([["stderr", "boom\n"], ["exit", 3]], errors.MISSING_BACKEND, "exit code 3"),
        ([["kill", 9]], errors.WORKER_DIED, "SIGKILL"),
        ([["hello"], ["exit", 1]], errors.WORKER_DIED, "exit code 1"),
        ([["hello"], ["read"], ["stderr", "boom\n"], ["kill", 11]], errors.WORKER_DIED, "SIGSEGV"),
        ([["hello"], ["read"], ["progress", 0.1], ["kill", 6]], errors.WORKER_DIED, "SIGABRT"),
        ([["hello"], ["read"], ["result", "probe", MEDIA], ["exit", 0]], errors.WORKER_DIED, "exit code 0"),
        ([["hello"], ["read"], ["close"], ["deaf"]], errors.WORKER_DIED, "closed its output"),
        ([["raw", "Welcome to Python!\n"]], errors.MISSING_BACKEND, "does not answer as a worker"),
        ([["hello"], ["read"], ["raw", '{"kind": "Progress", "id": 3}\n'], ["sleep", 5]], errors.WORKER_GARBAGE, "not a message"),
        ([["hello"], ["read"], ["raw", '{"kind": "Nonsense"}\n']], errors.WORKER_GARBAGE, "not a message"),
        ([["hello"], ["read"], ["raw", "\x00\n"]], errors.WORKER_GARBAGE, "not a message"),
        ([["hello"], ["read"], ["raw", '{"kind": "Shutdown"}\n']], errors.WORKER_GARBAGE, "Shutdown"),
        ([["hello"], ["read"], ["result", "probe", {"duration": "x"}]], errors.WORKER_GARBAGE, "cannot be read"),
        ([["hello"], ["read"], ["result", "palmistry", {}]], errors.WORKER_GARBAGE, "palmistry"),
        ([["hello"], ["raw", '{"kind": "Done", "id": "other"}\n'], ["sleep", 5]], errors.WORKER_GARBAGE, "no request of ours"),
        ([["hello", 2]], errors.WORKER_VERSION, "protocol 2"),
        ([["hello", 1, "0.0.9"]], errors.WORKER_VERSION, "0.0.9"),
        ([["hello"], ["read"], ["progress", 0.2, 0.3, "Thinking"], ["deaf"]], errors.WORKER_HUNG, "Thinking"),
    ],
)
def test_a_fault_is_one_clear_failure_and_the_next_job_works(backend, play, code, words):
    here = backend(play, GOOD)
    job = finish(Job(here, [Probe("a", "x")]))
    assert job.state == "failed"
    (failure,) = job.failures
    assert (failure.id, failure.code) == ("a", code)
    assert words in failure.message and failure.remedy
    if ["stderr", "boom\n"] in play:
        assert "boom" in failure.detail
    assert "Traceback" not in failure.message
    again = finish(Job(here, [Probe("a", "x")]))
    assert again.state == "done" and not again.failures


def test_a_worker_that_never_says_hello_is_a_hang(backend, monkeypatch):
    monkeypatch.setattr(client, "START_DEADLINE", 0.3)
    job = finish(Job(backend([["deaf"]]), [Probe("a", "x")]))
    assert job.state == "failed" and job.failures[0].code == errors.WORKER_HUNG


def test_no_interpreter_and_none_named(tmp_path):
    for python in (str(tmp_path / "nothing"), ""):
        job = finish(Job(Backend(python, "m", str(tmp_path)), [Probe("a", "x")]))
        assert job.state == "failed" and job.failures[0].code == errors.MISSING_BACKEND
        assert "preferences" in job.failures[0].remedy


@pytest.mark.parametrize("program", ["/bin/false", "/bin/true", "/bin/echo"])
def test_a_program_that_is_no_python(tmp_path, program):
    job = finish(Job(Backend(program, "m", str(tmp_path)), [Probe("a", "x")]))
    assert job.state == "failed" and job.failures[0].code == errors.MISSING_BACKEND
    assert "preferences" in job.failures[0].remedy and program in job.failures[0].message


def test_a_name_that_is_not_utf_8_reaches_the_worker(backend):
    name = "/tmp/caf\udce9.mp4"
    job = finish(Job(backend([["hello"], ["read", "Probe"], ["result", "probe", MEDIA], ["done"]]), [Probe("a", name)]))
    assert job.state == "done" and not job.failures


def test_a_request_that_cannot_be_sent_fails_alone(backend, monkeypatch):
    monkeypatch.setattr("assistant_editor.ml.protocol.LINE_LIMIT", 1000)
    job = finish(Job(backend(GOOD), [Probe("a", "x" * 2000), Probe("b", "x"), Probe("c", "y" * 2000)]))
    assert job.state == "done" and set(job.results) == {("b", "probe")}
    assert [failure.id for failure in job.failures] == ["a", "c"]


@pytest.mark.parametrize("where", ["_pool.lease", "cached", "Job._take"])
def test_no_fault_of_ours_leaves_a_job_running(backend, monkeypatch, where, tmp_path):
    def broken(*_):
        raise RuntimeError("boom")

    owner, _, name = where.rpartition(".")
    monkeypatch.setattr(getattr(client, owner) if owner else client, name, broken)
    job = finish(Job(backend(GOOD), [Analyse("a", str(tmp_path / "x"), (Task("shots"),)), Probe("b", "x")]))
    assert any("boom" in failure.message for failure in job.failures) and not job.worker_pid
    if where != "cached":
        assert job.state == "failed"


def test_media_that_never_end_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    asked = [Analyse(str(number), path, (Task("shots"),)) for number, path in enumerate((str(tmp_path / "pipe.mp4"), "/dev/zero", "a\0b"))]
    job = Job(Backend("", "m", str(tmp_path / "cache")), asked)
    job.start()
    assert job.state == "failed" and [failure.code for failure in job.failures] == [errors.BAD_INPUT] * 3
    assert "not a file" in job.failures[0].message and "not a file" in job.failures[1].message


def test_a_torrent_on_stderr_neither_blocks_nor_fills_memory(backend):
    play = [["hello"], ["read"], ["stderr", "x" * 1000 + "\n", 5000], ["stderr", "the end\n"], ["exit", 4]]
    (failure,) = finish(Job(backend(play), [Probe("a", "x")])).failures
    assert failure.detail.endswith("the end") and len(failure.detail) <= 16 * 1024


def test_one_engines_failure_leaves_the_others(backend, tmp_path):
    medium = tmp_path / "m.mp4"
    medium.write_bytes(b"pictures")
    shots = {"span": {"start": "0/1", "end": "10/1"}, "origin": "0/1", "rate": "25/1", "frames": 250, "detector": "content"}
    shots |= {"boundaries": [{"frame": 50, "seconds": "2/1", "score": 0.9}], "warnings": []}
    play = [["hello"], ["read", "Analyse"], ["failed", "missing_model", "transcript"], ["result", "shots", shots, True], ["done"]]
    job = finish(Job(backend(play), [Analyse("a", str(medium), (Task("shots"), Task("transcript")))]))
    assert job.state == "done"
    assert job.results == {("a", "shots"): SHOTS} and job.cached == {("a", "shots")}
    assert [(failure.engine, failure.code) for failure in job.failures] == [("transcript", "missing_model")]


def test_nothing_found_and_something_failed_is_failed(backend):
    play = [["hello"], ["read"], ["failed", "bad_input"], ["done"], ["again", 1]]
    here = backend(play)
    assert finish(Job(here, [Probe("a", "x")])).state == "failed"
    assert finish(Job(here, [Probe("a", "x")])).failures[0].remedy == "Do this."


@pytest.mark.parametrize(
    ("play", "reached"),
    [
        ([["sleep", 30]], lambda job: bool(starts(Path(job.backend.models).parent))),
        ([["hello"], ["read"], ["sleep", 30]], lambda job: job._current is not None),
        ([["hello"], ["read"], ["progress", 0.5], ["deaf"]], lambda job: job.fraction >= 0.5),
        ([["hello"], ["read"], ["result", "probe", MEDIA], ["sleep", 30]], lambda job: bool(job.results)),
    ],
)
def test_cancel_is_over_within_a_second_though_the_worker_does_not_listen(backend, play, reached):
    here = backend(play, GOOD)
    job = Job(here, [Probe("a", "x")])
    job.start()
    end = time.monotonic() + 10
    while not reached(job) and time.monotonic() < end:
        job.poll()
        time.sleep(0.01)
    job.cancel()
    job.cancel()
    asked = time.monotonic()
    assert finish(job).state == "cancelled" and not job.failures
    assert time.monotonic() - asked < 1.0 + 0.5  # half a second for a busy machine
    assert finish(Job(here, [Probe("a", "x")])).state == "done"


def test_a_worker_that_obeys_a_cancel_stays(backend, tmp_path):
    play = [["hello"], ["read", "Probe"], ["progress", 0.5], ["read", "Cancel"], ["failed", "cancelled"], ["done"], *GOOD[1:-1]]
    here = backend(play)
    job = Job(here, [Probe("a", "x")])
    job.start()
    while job.fraction < 0.5:
        job.poll()
        time.sleep(0.01)
    job.cancel()
    assert finish(job).state == "cancelled" and not job.failures
    assert finish(Job(here, [Probe("b", "x")])).state == "done"
    assert starts(tmp_path) == 1


def test_cancel_before_the_start_and_through_wait(backend):
    job = Job(backend(GOOD), [Probe("a", "x")])
    job.cancel()
    assert job.poll() == "cancelled"
    job = Job(backend([["hello"], ["read"], ["sleep", 30]]), [Probe("a", "x")])
    assert job.wait(cancelled=lambda: True) == "cancelled"


@pytest.mark.parametrize("how", ["forgotten", "cancelled"])
def test_a_job_that_is_never_polled_again_frees_its_worker(backend, how):
    """An operator that broke off, or whose window was closed."""
    job = Job(backend([["hello"], ["read"], ["progress", 0.5], ["sleep", 30]]), [Probe("a", "x")])
    job.start()
    while job.fraction < 0.5:
        job.poll()
        time.sleep(0.01)
    pid = job.worker_pid
    if how == "cancelled":
        job.cancel()
    else:
        del job
    assert gone(pid, 3.0)


def test_what_the_worker_started_dies_with_it(backend, tmp_path):
    note = tmp_path / "child"
    job = Job(backend([["hello"], ["read"], ["child", str(note)], ["progress", 0.5], ["deaf"]]), [Probe("a", "x")])
    job.start()
    while job.fraction < 0.5:
        job.poll()
        time.sleep(0.01)
    job.cancel()
    finish(job)
    assert gone(int(note.read_text()))


def test_what_is_in_the_cache_needs_no_worker(tmp_path):
    medium = tmp_path / "film.mp4"
    medium.write_bytes(b"pictures")
    here = Backend("/nowhere/python", "m", str(tmp_path / "cache"))
    request = Analyse("a", str(medium), (Task("shots", {"detector": "content"}),), Span(Fraction(1), Fraction(9)))
    assert cached(here, request) is None
    Cache(here.cache).store("shots", fingerprint(medium), ShotsOptions("content"), SHOTS)
    assert cached(here, request) == {"shots": SHOTS}
    job = Job(here, [request])
    job.start()
    assert job.state == "done" and job.fraction == 1.0
    assert job.results == {("a", "shots"): SHOTS} and job.cached == {("a", "shots")}


def test_a_forgotten_job_may_be_collected_at_any_moment(backend):
    """The collector runs inside whatever allocates, also while the pool is being changed: it must not wait for that."""
    here = backend([["hello"], ["read"], ["hang"]])
    worker = client._pool.lease(here)

    def collected_meanwhile() -> None:
        with client._pool._lock, worker._lock:
            client._pool.drop(worker)

    thread = threading.Thread(target=collected_meanwhile, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert worker.killed and worker not in client._pool._busy


def test_a_medium_that_is_gone_fails_alone(backend, tmp_path):
    job = finish(Job(backend(GOOD), [Analyse("a", str(tmp_path / "gone.mp4"), (Task("shots"),)), Probe("b", "x")]))
    assert job.state == "done" and ("b", "probe") in job.results
    assert [(failure.id, failure.code) for failure in job.failures] == [("a", errors.BAD_INPUT)]


def test_a_job_is_started_once_and_has_distinct_ids(backend):
    with pytest.raises(ValueError, match="same id"):
        Job(backend(GOOD), [Probe("a", "x"), Probe("a", "y")])
    job = finish(Job(backend(GOOD), [Probe("a", "x")]))
    with pytest.raises(ValueError, match="once"):
        job.start()


def test_the_environment_is_clean_and_offline_unless_allowed():
    given = {"PYTHONPATH": "/x", "PYTHONHOME": "/y", "PATH": "/bin", "OMP_NUM_THREADS": "3"}
    off, on = (environment(Backend("p", "m", "c", online=online), given) for online in (False, True))
    assert not [key for key in off if key.startswith("PYTHON")]
    assert off["PATH"] == "/bin" and off["OMP_NUM_THREADS"] == "3"
    assert off["HF_HUB_OFFLINE"] == "1" and "HF_HUB_OFFLINE" not in on
    assert int(environment(Backend("p", "m", "c"), {})["OMP_NUM_THREADS"]) >= 1
    assert off["OPENBLAS_NUM_THREADS"] == "1"
    assert environment(Backend("p", "m", "c"), {"OPENBLAS_NUM_THREADS": "4"})["OPENBLAS_NUM_THREADS"] == "4"
    assert off["MALLOC_ARENA_MAX"] == "1"
    assert environment(Backend("p", "m", "c"), {"MALLOC_ARENA_MAX": "4"})["MALLOC_ARENA_MAX"] == "4"


def test_workers_end_when_this_process_ends_by_itself(tmp_path):
    """The host's own exit, with a worker that is deaf and a job that was never finished."""
    program = script(tmp_path, [["hello"], ["read"], ["progress", 0.5], ["deaf"]])
    host = (
        "import sys, time, importlib.util as u\n"
        f"s = u.spec_from_file_location('pkg', {str(Path(client.__file__).parent / '__init__.py')!r},"
        f" submodule_search_locations=[{str(Path(client.__file__).parent)!r}])\n"
        "m = u.module_from_spec(s); sys.modules['pkg'] = m; s.loader.exec_module(m)\n"
        "from pkg.client import Backend, Job\nfrom pkg.protocol import Probe\n"
        f"job = Job(Backend({program!r}, 'm', {str(tmp_path)!r}), [Probe('a', 'x')]); job.start()\n"
        "while job.fraction < .5: job.poll(); time.sleep(.01)\n"
        "print(job.worker_pid)\n"
    )
    done = subprocess.run([sys.executable, "-c", host], capture_output=True, text=True, timeout=30, check=True)
    assert gone(int(done.stdout))


def test_ctrl_c_while_waiting_cancels(tmp_path):
    program = script(tmp_path, [["hello"], ["read"], ["progress", 0.5], ["sleep", 30]])
    host = (
        "import signal, sys, importlib.util as u\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whoever runs the tests in the background has it ignored
        f"s = u.spec_from_file_location('pkg', {str(Path(client.__file__).parent / '__init__.py')!r},"
        f" submodule_search_locations=[{str(Path(client.__file__).parent)!r}])\n"
        "m = u.module_from_spec(s); sys.modules['pkg'] = m; s.loader.exec_module(m)\n"
        "from pkg.client import Backend, Job\nfrom pkg.protocol import Probe\n"
        f"job = Job(Backend({program!r}, 'm', {str(tmp_path)!r}), [Probe('a', 'x')])\n"
        "told = []\n"
        "def on(job):\n"
        "    if job.fraction >= .5 and not told: told.append(1); print('there', flush=True)\n"
        "print(job.wait(on), flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", host], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "there\n"
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "cancelled\n"
    assert process.wait(10) == 0
    process.stdout.close()


def test_time_left_follows_the_recent_rate():
    eta = Eta()
    assert eta.left(0.0) is None
    eta.update(0.0, 0.0)
    eta.update(0.01, 1.0)
    assert eta.left(1.0) is None  # too early to say
    for second in range(2, 11):
        eta.update(second / 20, float(second))
    assert eta.left(10.0) == pytest.approx(10.0, rel=0.1)
    assert eta.left(12.0) == pytest.approx(8.0, rel=0.15)
    assert eta.left(100.0) == 0.0
    slow = Eta()
    for second in range(60):  # a model that loads for half a minute, then a steady run
        slow.update(0.0 if second < 30 else (second - 30) / 100, float(second))
    assert slow.left(59.0) == pytest.approx(71.0, rel=0.1)
