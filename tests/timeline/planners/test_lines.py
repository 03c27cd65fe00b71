import pytest
from assistant_editor.timeline.planners.lines import columns, strain, units, wrap
from hypothesis import given, settings
from hypothesis import strategies as st

words = st.lists(
    st.text(st.sampled_from("abcdefgh.,!?'日本語。、カーtéü "), min_size=1, max_size=12).map(lambda t: " " + t), min_size=1, max_size=30
)
glued = st.lists(st.text(st.sampled_from("abc 今日は「」。、"), min_size=1, max_size=6), min_size=1, max_size=30)


def bare(texts):
    return "".join("".join(texts).split())


@settings(deadline=None, max_examples=300)
@given(words | glued, st.integers(4, 42))
def test_nothing_is_lost_added_or_reordered(said, limit):
    assert bare(wrap(said, limit)) == bare(said)
    spaced = " ".join("".join(said).split())
    joined = " ".join(wrap(said, limit))
    assert joined == spaced or any(not c.isascii() for c in spaced)


@settings(deadline=None, max_examples=300)
@given(words | glued, st.integers(4, 42))
def test_a_line_is_too_long_only_where_nothing_can_be_broken(said, limit):
    for line in wrap(said, limit):
        assert columns(line) <= limit or len(units([line])) == 1


@settings(deadline=None, max_examples=200)
@given(words, st.integers(12, 42))
def test_there_are_no_more_lines_than_needed(said, limit):
    needed, width = 1, 0
    for unit in units(said):
        grown = width + unit.columns + (unit.spaced and width > 0)
        if grown > limit and width:
            needed, width = needed + 1, unit.columns
        else:
            width = grown
    assert len(wrap(said, limit)) == (needed if bare(said) else 0)


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("We were all going direct to Heaven.", 42, ["We were all going direct to Heaven."]),
        ("He opened the door and walked into the garden.", 30, ["He opened the door", "and walked into the garden."]),
        ("I know, but she never told me about the plan.", 30, ["I know, but she never", "told me about the plan."]),
        ("Stop. You cannot come in here any more now.", 38, ["Stop. You cannot come", "in here any more now."]),
        ("Donaudampfschifffahrtsgesellschaft ist lang", 20, ["Donaudampfschifffahrtsgesellschaft", "ist lang"]),
    ],
)
def test_lines_are_even_and_end_where_one_reads_on(text, limit, lines):
    assert wrap([" " + word for word in text.split()], limit) == lines


def test_what_a_break_costs():
    """A sentence's end, a comma, a clause, a phrase, a noun, any word, and words that cling together."""
    places = [("done.", "It"), ("wait,", "it"), ("knew", "that"), ("went", "into"), ("saw", "the"), ("green", "fields"), ("the", "fields")]
    costs = [strain(left, right) for left, right in places]
    assert costs == sorted(costs) and len(set(costs)) == len(costs)
    assert strain("knew", "“That") == strain("knew", "that")
    assert strain("because", "they") == strain("they", "went") == 1.0 > strain("they", "that")


def test_a_word_without_a_space_belongs_to_the_one_before():
    assert wrap([" I", " don", "'t", " know", "."], 7) == ["I don't", "know."]


def test_scripts_without_spaces_break_between_words_and_never_before_a_closing_mark():
    said = ["今日", "は", "とても", "良い", "天気", "です", "ね", "。"]
    assert wrap(said, 16) == ["今日はとても", "良い天気ですね。"]
    for limit in range(4, 18):
        assert not any(line[0] in "。、」" for line in wrap(said, limit))


def test_wide_characters_take_two_columns_and_marks_none():
    assert [columns(text) for text in ("abc", "日本", "e\u0301", "カ")] == [3, 4, 1, 2]
