from assistant_editor.timeline.naming import base_name, numbering
from hypothesis import given
from hypothesis import strategies as st


def numbered(word, taken, count):
    return [*map(numbering(word, taken), range(count))]


def test_numbers_go_on_from_the_highest():
    assert numbered("Caption", [], 2) == ["Caption 001", "Caption 002"]
    taken = ["Caption 007", "Caption 3", "Shot 009", "My Caption 020", "Caption 011.001"]
    assert numbered("Caption", taken, 2) == ["Caption 012", "Caption 013"]
    assert numbered("Caption", ["Caption 999"], 1) == ["Caption 1000"]


@given(st.lists(st.one_of(st.integers(0, 2000).map("Caption {:03}".format), st.text())), st.integers(0, 30))
def test_new_names_are_free_and_in_order(taken, count):
    names = numbered("Caption", taken, count)
    assert len(names) == count and set(names).isdisjoint(taken)
    assert [int(name.split()[-1]) for name in names] == sorted(int(name.split()[-1]) for name in names)


def test_blenders_own_number_is_no_part_of_a_name():
    assert [base_name(name) for name in ("a", "a.001", "a.1000", "a.01", "a.001.002")] == ["a", "a", "a", "a.01", "a.001"]
