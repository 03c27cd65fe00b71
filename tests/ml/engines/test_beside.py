"""Work beside the decoder: in order, bounded, and over whatever happens."""

from __future__ import annotations

import threading
import time

import pytest
from assistant_editor.ml.engines import beside as module
from assistant_editor.ml.engines.beside import AT_ONCE, PENDING, Beside
from assistant_editor.ml.errors import CANCELLED, EditorError

NAME = "beside-test"


def nothing() -> None:
    pass


def alive() -> bool:
    return any(thread.name.startswith(NAME) for thread in threading.enumerate())


def over() -> bool:
    """Whether its thread ends soon."""
    end = time.monotonic() + 5
    while alive() and time.monotonic() < end:
        time.sleep(0.01)
    return not alive()


def test_results_come_in_order_on_the_callers_thread():
    used = []
    beside = Beside(NAME, nothing, lambda result: used.append((result, threading.current_thread())))
    for number in range(20):
        beside.add(lambda number: (number, threading.current_thread()), number)
        assert len(used) >= number + 1 - PENDING
    beside.finish()
    assert [number for (number, _), _ in used] == list(range(20))
    workers = {worker for (_, worker), _ in used}
    assert len(workers) == 1 and {user for _, user in used} == {threading.current_thread()} != workers
    assert over()


@pytest.mark.parametrize("when", ["adding", "finishing"])
def test_a_failure_of_the_work_reaches_the_caller_and_ends_the_thread(when):
    beside = Beside(NAME, nothing, lambda _: None)
    with pytest.raises(ZeroDivisionError):
        beside.add(lambda: 1 / 0)
        for _ in range(PENDING + 1 if when == "adding" else 0):
            beside.add(nothing)
        beside.finish()
    beside.close()
    assert over()


def test_what_cannot_be_used_ends_the_thread():
    beside = Beside(NAME, nothing, lambda _: 1 / 0)
    beside.add(nothing)
    with pytest.raises(ZeroDivisionError):
        beside.finish()
    assert over()


def test_a_cancel_ends_the_waiting_and_what_has_not_begun_is_never_done():
    go, begun, done = threading.Event(), threading.Event(), []

    def cancelled() -> None:
        if begun.is_set():
            raise EditorError("Cancelled.", code=CANCELLED)

    def slow() -> None:
        begun.set()
        go.wait(5)

    beside = Beside(NAME, cancelled, lambda _: None)
    beside.add(slow)
    for _ in range(PENDING - 1):
        beside.add(lambda: done.append(1))
    with pytest.raises(EditorError):
        beside.finish()
    go.set()
    assert over() and not done


def test_closing_waits_for_nothing_and_may_be_done_twice():
    go, begun = threading.Event(), threading.Event()
    beside = Beside(NAME, nothing, lambda _: None)
    beside.add(lambda: (begun.set(), go.wait(5)))
    assert begun.wait(5)
    beside.close()
    beside.close()
    assert alive()
    go.set()
    assert over()


def test_no_more_pieces_are_done_at_once_than_there_are_turns():
    doing, most, lock = [], [], threading.Lock()

    def work() -> None:
        with lock:
            doing.append(1)
            most.append(len(doing))
        time.sleep(0.01)
        with lock:
            doing.pop()

    several = [Beside(f"{NAME}-{number}", nothing, lambda _: None) for number in range(AT_ONCE + 2)]
    for _ in range(2):
        for one in several:
            one.add(work)
    for one in several:
        one.finish()
    assert len(most) == 2 * len(several) and 1 <= max(most) <= AT_ONCE
    assert over()


def test_who_is_closed_while_he_waits_for_his_turn_does_nothing_and_leaves_it_to_others(monkeypatch):
    monkeypatch.setattr(module, "_turns", threading.BoundedSemaphore(1))
    go, begun, done = threading.Event(), threading.Event(), []
    first, closed, last = (Beside(f"{NAME}-{name}", nothing, lambda _: None) for name in ("first", "closed", "last"))
    first.add(lambda: (begun.set(), go.wait(5)))
    assert begun.wait(5)
    closed.add(lambda: done.append("closed"))
    last.add(lambda: done.append("last"))
    closed.close()
    go.set()
    first.finish()
    last.finish()
    assert over() and done == ["last"]
