from itertools import combinations, pairwise

from assistant_editor.timeline.pairing import pair
from hypothesis import given, settings
from hypothesis import strategies as st

matrices = st.integers(1, 5).flatmap(
    lambda columns: st.lists(st.lists(st.none() | st.integers(0, 50), min_size=columns, max_size=columns), min_size=1, max_size=5)
)


def best(costs):
    """The same by trying everything."""
    rows, columns = len(costs), len(costs[0])
    count = min(rows, columns)
    choices = [
        list(zip(some, others, strict=True)) for some in combinations(range(rows), count) for others in combinations(range(columns), count)
    ]
    return min((sum(costs[r][c] is None for r, c in choice), sum(costs[r][c] or 0 for r, c in choice)) for choice in choices)


@settings(deadline=None, max_examples=300)
@given(matrices)
def test_as_many_as_possible_then_the_nearest(costs):
    pairs = pair(costs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
    missing = min(len(costs), len(costs[0])) - len(pairs)
    assert (missing, sum(costs[r][c] for r, c in pairs)) == best(costs)


def test_nothing_to_pair():
    assert pair([]) == [] and pair([[]]) == []
