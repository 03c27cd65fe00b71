from fractions import Fraction

from assistant_editor.timeline.timebase import exact_rate


def test_exact_rate():
    assert exact_rate(29.97) == Fraction(30000, 1001)
