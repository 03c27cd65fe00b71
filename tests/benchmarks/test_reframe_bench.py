"""What is seen anew in a frame goes to whoever was followed there."""

from __future__ import annotations

import numpy as np

from benchmarks.reframe import alike

MAN, MIRROR, AWAY = np.array([100.0, 0, 300, 270]), np.array([120.0, 0, 320, 270]), np.array([500.0, 0, 600, 270])


def test_each_box_is_one_thing_s_and_the_most_alike_goes_first():
    followed = {"car 1": (False, MIRROR), "car 2": (False, MAN)}
    assert alike(followed, [(False, MAN)]).keys() == {"car 2"}, "it is not taken for the other one too"
    found = alike(followed, [(False, MIRROR), (False, MAN)])
    assert (found["car 1"] == MIRROR).all() and (found["car 2"] == MAN).all()


def test_people_are_no_things_and_what_is_elsewhere_is_nobody():
    assert not alike({"car 1": (False, MAN)}, [(True, MAN)])
    assert not alike({"person 1": (True, MAN)}, [(True, AWAY)])
    assert not alike({"person 1": (True, np.full(4, np.nan))}, [(True, AWAY)]), "it is not seen in this frame"
