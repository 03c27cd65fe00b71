"""What a teacher says is learnt from, beside labels and without."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from benchmarks import feelings_course as course
from benchmarks.feelings_data import NEGATIVE, POSITIVE, Row, Sets
from benchmarks.feelings_network import TOLD, Batch, losses


def sets(*rows: Row) -> Sets:
    return Sets(rows, *((),) * 6)


def test_answers_of_a_teacher_are_given_to_rows_and_reviews_are_added(tmp_path):
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    logits = np.array([[1, 2, 3], [0.5, 0, 0.5]], np.float16)
    np.savez(first, texts=np.array(["known", "fine one"]), logits=logits, labels=np.array([-1, 1], np.int8))
    np.savez(second, texts=np.array(["poor one"]), logits=logits[1:], labels=np.array([0], np.int8))
    learnt = course.told(sets(Row("known", POSITIVE), Row("not asked", NEGATIVE)), [first, second]).learnt
    assert [row.text for row in learnt] == ["known", "not asked", "fine one", "poor one"]
    assert learnt[0].told == (1, 2, 3) and learnt[1].told == ()
    assert learnt[2].sentiment is None and learnt[2].told == pytest.approx((-0.05, 0, 1.05))
    assert learnt[3].told == pytest.approx((1.05, 0, -0.05))


def test_how_often_an_epoch_sees_a_row():
    taught = course.Course(1, 1e-3, 1, emotional=0.1, brief=0.2, hidden=0, short=0.3, ours=0.4, reviews=0.5)
    seen = [
        Row("one two three", POSITIVE, True),
        Row("one two three four five", POSITIVE, True),
        Row("one two three four five six", POSITIVE, True),
        Row("oh !", POSITIVE),
        Row("said", emotions=(1,)),
        Row("ours", POSITIVE, True, ours=True),
        Row("of a review", told=(0, 0, 1)),
    ]
    assert [taught.share(row) for row in seen] == [0.2, 0.3, 1, 1, 0.1, 0.4, 0.5]


def test_the_loss_of_what_is_told_is_least_where_it_is_said():
    said = (2.0, 0.0, -2.0)
    emotions = torch.zeros(1, 7)

    def loss(row: Row, logits: tuple[float, ...]) -> float:
        return float(losses(Batch(emotions, emotions, (row,)), torch.tensor([logits]), emotions))

    alone = Row("of a review", told=said)
    assert loss(alone, said) == pytest.approx(0, abs=1e-6)
    assert 0.1 < loss(alone, (1.0, 0.0, -1.0)) < loss(alone, (-2.0, 0.0, 2.0))
    labelled, plain = Row("a row", NEGATIVE, told=said), Row("a row", NEGATIVE)
    assert loss(labelled, said) == pytest.approx((1 - TOLD) * loss(plain, said))
    assert loss(labelled, (-2.0, 0.0, 2.0)) > (1 - TOLD) * loss(plain, (-2.0, 0.0, 2.0))


def test_a_row_may_lose_its_full_stop_and_nothing_else():
    chance = random.Random(1)
    texts = {course.varied(Row("it is n't bad .", POSITIVE), chance).text for _ in range(60)}
    assert texts == {"it is n't bad .", "it is n't bad", "it isn't bad.", "it isn't bad"}
