"""Jobs that give way: they stand still while another runs, begun or not, and go on by themselves, with what they had."""

from __future__ import annotations

import gc
import os
import sys
import time

import pytest
from assistant_editor.ml import front
from assistant_editor.ml.client import Backend, Job, in_front
from assistant_editor.ml.protocol import Analyse, Probe, Task

from tests.ml.scripted_worker import starts
from tests.ml.test_client import GOOD, MEDIA, backend, finish, no_worker_stays  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the scripted worker is started through a shell")

HELD = [["hello"], ["read", "Probe"], ["progress", 0.5], ["read", "Pause"], ["read", "Pause"], ["result", "probe", MEDIA], ["done"],
        *GOOD[1:]]  # fmt: skip
"""Looks at what it is told only between two steps, as an engine does between two frames."""


@pytest.fixture(autouse=True)
def much_memory(monkeypatch):
    monkeypatch.setattr(front, "free_memory", lambda: 64 * 1024**3)


class Switch:
    def __init__(self) -> None:
        self.on = False

    def __call__(self) -> bool:
        return self.on


def until(job: Job, reached, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not reached() and time.monotonic() < end:
        job.poll()
        time.sleep(0.01)
    assert reached()


def test_a_job_goes_first_as_long_as_it_runs_and_is_known(backend):  # noqa: F811
    assert not in_front()
    job = Job(backend([["hello"], ["read"], ["sleep", 30]]), [Probe("a", "x")])
    assert not in_front()
    job.start()
    assert in_front()
    behind = Job(backend(GOOD), [Probe("a", "x")], held=in_front)
    behind.start()
    assert behind.paused and behind.worker_pid == 0
    del job
    gc.collect()
    assert not in_front(), "whoever forgets a job holds nobody up"
    assert finish(behind).state == "done"


def test_one_that_has_not_begun_waits_without_a_worker_and_begins_by_itself(backend, tmp_path):  # noqa: F811
    here = backend([["hello"], ["read", "Probe"], ["sleep", 0.5], ["result", "probe", MEDIA], ["done"], *GOOD[1:]])
    first, behind = Job(here, [Probe("a", "x")]), Job(here, [Probe("b", "x")], held=in_front)
    first.start()
    behind.start()
    for _ in range(5):
        behind.poll()
    assert behind.paused and behind.state == "running" and starts(tmp_path) <= 1
    assert finish(first).state == "done"
    assert finish(behind).state == "done" and not behind.paused
    assert starts(tmp_path) == 1, "and takes the worker that is warm"


def test_one_that_has_begun_stands_still_with_what_it_has_and_that_is_no_hang(backend, tmp_path):  # noqa: F811
    play = [step if step[0] != "progress" else ["progress", 0.5, 0.2] for step in HELD]
    switch = Switch()
    job = Job(backend(play), [Probe("a", "x")], held=switch)
    job.start()
    until(job, lambda: job.fraction >= 0.5)
    switch.on = True
    until(job, lambda: job.paused)
    waiting = time.monotonic() + 0.5
    while time.monotonic() < waiting:
        assert job.poll() == "running", "its deadline was a fifth of a second"
        time.sleep(0.02)
    switch.on = False
    assert finish(job).state == "done" and job.results and starts(tmp_path) == 1


def test_two_that_need_the_worker_at_once_have_one_each_and_one_stands_still(backend, tmp_path):  # noqa: F811
    here = backend(HELD, GOOD)
    behind = Job(here, [Probe("a", "x")], held=in_front)
    behind.start()
    until(behind, lambda: behind.fraction >= 0.5)
    ahead = Job(here, [Probe("b", "x")])
    ahead.start()
    until(behind, lambda: behind.paused)
    assert finish(ahead).state == "done"
    assert finish(behind).state == "done" and starts(tmp_path) == 2


def test_where_memory_is_short_the_worker_goes_and_the_request_is_begun_again(backend, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(front, "free_memory", lambda: front.ROOM - 1)
    switch = Switch()
    job = Job(backend([["hello"], ["read"], ["progress", 0.5], ["sleep", 30]], GOOD), [Probe("a", "x")], held=switch)
    job.start()
    until(job, lambda: job.fraction >= 0.5)
    switch.on = True
    until(job, lambda: job.paused)
    assert job.worker_pid == 0 and job.poll() == "running"
    switch.on = False
    assert finish(job).state == "done" and ("a", "probe") in job.results and starts(tmp_path) == 2


@pytest.mark.parametrize("begun", [False, True])
def test_a_cancel_ends_one_that_stands_still_within_a_second(backend, begun):  # noqa: F811
    switch = Switch()
    switch.on = not begun
    job = Job(backend([["hello"], ["read"], ["progress", 0.5], ["sleep", 30]]), [Probe("a", "x")], held=switch)
    job.start()
    if begun:
        until(job, lambda: job.fraction >= 0.5)
        switch.on = True
    until(job, lambda: job.paused)
    asked = time.monotonic()
    job.cancel()
    assert finish(job).state == "cancelled" and time.monotonic() - asked < 1.5


def test_one_that_ends_while_it_stands_still_leaves_a_worker_that_goes_on(backend, tmp_path):  # noqa: F811
    """Native code asks nobody until it is done."""
    play = [
        ["hello"],
        ["read", "Probe"],
        ["progress", 0.5],
        ["read", "Pause"],
        ["result", "probe", MEDIA],
        ["done"],
        ["read", "Pause"],
        *GOOD[1:],
    ]
    here, switch = backend(play), Switch()
    job = Job(here, [Probe("a", "x")], held=switch)
    job.start()
    until(job, lambda: job.fraction >= 0.5)
    switch.on = True
    assert finish(job).state == "done"
    assert finish(Job(here, [Probe("b", "x")])).state == "done" and starts(tmp_path) == 1


def test_a_real_worker_stands_still_and_goes_on(tmp_path, media_folder):
    switch = Switch()
    asked = Analyse("a", str(media_folder / "bikes.mp4"), (Task("shots", {"detector": "hash"}),))
    job = Job(Backend(sys.executable, str(tmp_path), str(tmp_path / "cache")), [asked], held=switch)
    job.start()
    until(job, lambda: job._current is not None, 60)
    switch.on = True
    until(job, lambda: job.paused)
    waiting = time.monotonic() + 3
    while time.monotonic() < waiting:
        assert job.poll() == "running"
        time.sleep(0.05)
    assert not job.results
    switch.on = False
    assert finish(job, 60).state == "done" and len(job.results["a", "shots"].boundaries) >= 5


def test_memory_is_told_or_it_is_said_that_it_is_not_known(monkeypatch):
    monkeypatch.undo()
    free = front.free_memory()
    assert free is None or 0 < free < 1 << 50
    monkeypatch.setattr(front, "free_memory", lambda: None)
    assert front.room()
