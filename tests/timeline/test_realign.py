from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.facts import Word
from assistant_editor.timeline.aligning import align, likeness, normal
from assistant_editor.timeline.realign import divided, flat, joined, realign
from hypothesis import given, settings
from hypothesis import strategies as st


def said(*rows):
    """Words from (text, start, end) in milliseconds."""
    return [Word(text, Fraction(start, 1000), Fraction(end, 1000), 0.7) for text, start, end in rows]


def rows(words):
    return [(word.text, int(word.start * 1000), int(word.end * 1000)) for word in words]


HEARD = said((" It", 100, 250), (" was", 250, 480), (" the", 480, 600), (" beast", 600, 1000), (" of", 1000, 1100), (" times.", 1800, 2400))


def test_one_corrected_word_keeps_every_time():
    found = realign(HEARD, "It was the\nbest of times.")
    assert rows(found) == [(w.text.replace("beast", "best"), int(w.start * 1000), int(w.end * 1000)) for w in HEARD]
    assert [word.confidence for word in found] == [0.7, 0.7, 0.7, 1.0, 0.7, 0.7]


def test_text_as_it_was_gives_the_very_words():
    assert realign(HEARD, "It was the beast\nof times.") == tuple(HEARD)


def test_case_and_punctuation_cost_no_time():
    assert rows(realign(HEARD, "it was, the Beast of TIMES"))[-1] == (" TIMES", 1800, 2400)


def test_words_in_place_of_others_share_their_time_by_length():
    found = rows(realign(HEARD, "It was the xy zzzzzz of times."))
    assert found[3:5] == [(" xy", 600, 700), (" zzzzzz", 700, 1000)]
    assert found[5:] == [(" of", 1000, 1100), (" times.", 1800, 2400)]


def test_a_shared_time_leaves_out_the_pause_in_it():
    heard = said((" aa", 0, 200), (" bb", 1000, 1200))
    assert rows(realign(heard, "xxx y")) == [(" xxx", 0, 1100), (" y", 1100, 1200)]
    assert rows(realign(heard, "xx yy")) == [(" xx", 0, 200), (" yy", 1000, 1200)]


def test_an_inserted_word_takes_from_the_pause():
    found = realign(HEARD, "It was the beast of bad times.")
    assert rows(found)[:5] == rows(HEARD)[:5]
    assert rows(found)[-1] == rows(HEARD)[-1]
    new = found[5]
    assert new.text == " bad"
    assert HEARD[4].end < new.start < new.end < HEARD[5].start


def test_where_there_is_no_pause_the_longer_neighbour_gives():
    found = rows(realign(HEARD, "It was the very beast of times."))
    assert found[:3] == rows(HEARD)[:3]
    assert found[3:5] == [(" very", 600, 778), (" beast", 778, 1000)]
    assert found[5:] == rows(HEARD)[4:]


def test_a_deleted_word_frees_its_time():
    assert rows(realign(HEARD, "It was beast of times.")) == [row for row in rows(HEARD) if row[0] != " the"]


def test_two_words_written_as_one():
    heard = said((" an", 0, 100), (" ice", 100, 300), (" cream", 300, 700), (" van", 700, 900))
    assert rows(realign(heard, "an icecream van"))[1] == (" icecream", 100, 700)
    assert rows(realign(said((" gonna", 0, 500), (" go", 500, 600)), "going to go"))[2] == (" go", 500, 600)


def test_parts_of_a_word_stay_parts_where_nothing_changed():
    heard = said((" I", 0, 100), (" don", 100, 250), ("'t", 250, 300), (" know", 300, 500))
    assert realign(heard, "I don't know") == tuple(heard)
    assert rows(realign(heard, "I don't knew"))[:3] == rows(heard)[:3]
    assert rows(realign(heard, "I didn't know"))[1] == (" didn't", 100, 300)


def test_scripts_without_spaces_go_by_character():
    heard = said(("今日は", 0, 600), ("良い", 600, 1000), ("天気", 1000, 1400), ("です。", 1400, 2000))
    assert realign(heard, "今日は良い\n天気です。") == tuple(heard)
    found = rows(realign(heard, "今日は良い電気です。"))
    assert found[:2] == rows(heard)[:2]
    assert found[2:] == [("電", 1000, 1200), ("気", 1200, 1400), ("です。", 1400, 2000)]


def test_nothing_to_go_by():
    assert realign([], "hello") == ()
    assert realign(HEARD, " \n ") == ()


def test_a_split_caption_has_its_own_words_each():
    first, second = divided(HEARD, ["It was the", "beast of times."])
    assert [*first, *second] == HEARD
    assert len(first) == 3
    heard = said(("今日は", 0, 600), ("良い", 600, 1000))
    assert [rows(part) for part in divided(heard, ["今日", "は良い"])] == [[("今日", 0, 400)], [("は", 400, 600), ("良い", 600, 1000)]]


def test_joined_captions_read_on():
    assert [word.text for word in joined(said(("One", 0, 1)), said(("two", 2, 3)))] == ["One", " two"]
    assert [word.text for word in joined(said(("今日は。", 0, 1)), said(("良い", 2, 3)))] == ["今日は。", "良い"]
    assert joined((), HEARD) == tuple(HEARD)


WORDS = st.sampled_from(
    ["a", "the", "beast", "best", "Times,", "don't", "x1", "—", "of", "résumé", "日本語", "です。", "「はい」", "\u0301e", "🙂"]
)


@st.composite
def heard_words(draw):
    words, now = [], 0
    for text in draw(st.lists(WORDS, min_size=1, max_size=9)):
        now += draw(st.integers(0, 900))
        length = draw(st.integers(1, 700))
        space = draw(st.booleans()) if ord(text[0]) > 0x3000 else True
        words.append(Word(" " * space + text, Fraction(now, 1000), Fraction(now + length, 1000), 0.5))
        now += length
    return words


@settings(max_examples=300, deadline=None)
@given(heard_words(), st.lists(st.tuples(WORDS, st.sampled_from([" ", "\n", "", "  "])), max_size=9))
def test_any_text_over_any_words(heard, pieces):
    text = "".join(word + space for word, space in pieces)
    found = realign(heard, text)
    assert "".join(word.text for word in found).strip() == flat(text)
    for word in found:
        assert heard[0].start <= word.start < word.end <= heard[-1].end
    for one, other in pairwise(found):
        assert one.end <= other.start


@settings(max_examples=200, deadline=None)
@given(heard_words(), st.data())
def test_every_other_word_keeps_its_time_when_one_is_corrected(heard, data):
    heard = [Word(f" {chr(97 + number) * 5}", word.start, word.end, 0.5) for number, word in enumerate(heard)]
    place = data.draw(st.integers(0, len(heard) - 1))
    texts = [word.text for word in heard]
    texts[place] = " quite-another"
    found = realign(heard, "".join(texts))
    assert [(word.start, word.end) for word in found] == [(word.start, word.end) for word in heard]
    assert [word for n, word in enumerate(found) if n != place] == [word for n, word in enumerate(heard) if n != place]


@settings(max_examples=150, deadline=None)
@given(heard_words(), st.data())
def test_no_part_of_a_split_caption_loses_words(heard, data):
    whole = flat("".join(word.text for word in heard))
    cut = data.draw(st.integers(0, len(whole)))
    texts = [whole[:cut], whole[cut:]]
    parts = divided(heard, texts)
    assert ["".join("".join(word.text for word in part).split()) for part in parts] == ["".join(text.split()) for text in texts]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), max_size=8), st.lists(st.sampled_from("abcdefgh"), max_size=8))
def test_alignment_costs_no_more_than_the_longest_common_subsequence_leaves(one, other):
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            longest[i][j] = longest[i - 1][j - 1] + 1 if a == b else max(longest[i - 1][j], longest[i][j - 1])
    matches = align(one, other)
    assert all(x.last <= y.first and x.end <= y.other for x, y in pairwise(matches))
    assert sum(m.last - m.first == 1 and one[m.first] == other[m.other] for m in matches) == longest[-1][-1]


@pytest.mark.parametrize("seed", range(3))
def test_long_texts_find_their_words_again(seed):
    import random

    chance = random.Random(seed)
    names = [f"w{number}" for number in range(300)]
    one = [chance.choice(names) for _ in range(3000)]
    other, kept = [], []
    for place, word in enumerate(one):
        what = chance.random()
        if what < 0.05:
            other.append(f"new{place}")
        if what < 0.9:
            kept.append((place, len(other)))
            other.append(word)
    found = {(m.first, m.other) for m in align(one, other)}
    assert len(found & set(kept)) > 0.98 * len(kept)


def test_unrelated_long_texts_are_compared_in_little_memory():
    one, other = ["abcdefg"[n % 7] for n in range(900)], ["abcdefg"[(n * n) % 7] for n in range(700)]
    matches = align(one, other)
    assert all(one[m.first] == other[m.other] for m in matches if m.last - m.first == m.end - m.other)
    assert len(matches) > 300


def test_likeness():
    assert likeness("best", "beast") == pytest.approx(0.8)
    assert normal("“Times,”") == "times"
    assert normal("—") == "—"


def test_long_texts_with_nothing_in_common_take_no_time_to_speak_of():
    """Ten thousand characters, as one word and as two thousand: a user must not wait half a minute for either."""
    words = [Word(f" alpha{n % 50}", Fraction(n), n + Fraction(1, 2), 0.9) for n in range(2000)]
    for text in ("x" * 10_000, " ".join("qqq" if n % 2 else "www" for n in range(2000))):
        found = realign(words, text)
        assert "".join(one.text for one in found).strip() == text
        assert found[0].start == words[0].start and found[-1].end == words[-1].end
        assert all(one.end <= two.start for one, two in pairwise(found))
