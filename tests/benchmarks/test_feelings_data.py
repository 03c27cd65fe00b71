"""What the network of feelings learns from has nothing of what is held out."""

from __future__ import annotations

import re

from benchmarks import feelings_data as data
from benchmarks import mood_lines, spoken_lines

SENTENCES = [
    ("the acting is wonderful but the story is a bore .", 0),
    ("a warm and funny film about three old friends .", 1),
    ("nobody in this picture behaves like a human being .", 0),
    ("it is the best thing he has ever done .", 1),
]


def phrases() -> list[tuple[data.Words, int]]:
    """Every run of words of each sentence, as a treebank's rows nest."""
    found = {}
    for text, label in SENTENCES:
        words = tuple(text.split())
        for length in range(1, len(words) + 1):
            found.update(dict.fromkeys(data.runs(words, length), label))
    return list(found.items())


def test_sources_are_the_sentences():
    assert sorted(data.maximal(words for words, _ in phrases())) == sorted(tuple(text.split()) for text, _ in SENTENCES)


def test_nothing_of_a_sentence_held_out_is_learnt():
    learnt, held, sources = data.hold_out(phrases(), 2, 1)
    assert len(held) == 2 and len(sources) == 4
    texts = [f" {' '.join(words)} " for words, _ in held]
    assert learnt and not any(f" {' '.join(words)} " in text for words, _ in learnt for text in texts)
    assert data.hold_out(phrases(), 2, 1) == (learnt, held, sources)


def test_what_shares_a_long_run_is_not_learnt_either():
    rows = [*phrases(), (("oh", "and", "it", "is", "the", "best", "thing", "he", "did"), 1)]
    for seed in range(8):
        learnt, held, _ = data.hold_out(rows, 1, seed)
        near = any(words[0] == "oh" for words, _ in learnt)
        assert near != (held[0][0][:2] == ("it", "is"))


def test_words_that_begin_ends_of_sentences_do_not_begin_sentences():
    sentences = [("the film is a joy .", 1), ("the plot is a mess .", 0), ("the cast is a bore !", 0), ("he is a fool and it shows .", 0)]
    rows = [tuple(text.split()) for text, _ in sentences]
    ends = [tuple(words.split()) for words in ("is a joy .", "plot is a mess .", "film is a joy .", "is a fool and it shows .")]
    alone = ("is no fun at all .",)
    sources = {*rows, tuple(alone[0].split())}
    first = data.beginnings([*sources, *ends], sources)
    assert first == {"the", "he"}


def test_files(tmp_path):
    (tmp_path / "sst").write_text("sentence\tlabel\nso good \t1\nso good \t1\nodd \t0\nodd \t1\n")
    assert data.read_sst2(tmp_path / "sst") == [(("so", "good"), 1)]
    (tmp_path / "texts").write_text("one \ntwo\n")
    (tmp_path / "labels").write_text("0\n2\n")
    assert data.read_tweets(tmp_path / "texts", tmp_path / "labels") == [("one", 0), ("two", 2)]
    (tmp_path / "ekman").write_text("hm\t3,4\tid\n")
    assert data.read_ekman(tmp_path / "ekman") == [("hm", (3, 4))]


def test_text_as_people_write_it():
    assert data.natural("it 's n't ca n't , -lrb- really -rrb- `` so '' .") == "it's n't can't, (really) \" so \"."


def test_what_emotions_lean_to():
    joy, anger, sadness, neutral, surprise = (data.EKMAN.index(name) for name in ("joy", "anger", "sadness", "neutral", "surprise"))
    assert data.leaning((joy,)) == data.POSITIVE and data.leaning((anger, sadness)) == data.NEGATIVE
    assert data.leaning((neutral,)) == data.NEUTRAL
    assert data.leaning((joy, anger)) is None and data.leaning((surprise,)) is None and data.leaning((joy, surprise)) is None


def test_lines_of_our_own_are_whole_and_each_is_there_once():
    reviews, spoken = data.read_lines(data.LINES)
    texts = [row.text for row in (*reviews, *spoken)]
    assert len(reviews) > 800 and len(spoken) > 790 and len(set(texts)) == len(texts)
    assert all(text == text.strip() and "  " not in text for text in texts)
    assert {row.sentiment for row in reviews} == {data.NEGATIVE, data.POSITIVE} and not any(row.emotions for row in reviews)
    assert {row.emotions for row in spoken} == {(number,) for number in range(len(data.EKMAN))}
    for rows in (reviews, spoken):
        assert 0.15 < sum(data.held(row) for row in rows) / len(rows) < 0.25


def test_lines_that_are_scored_elsewhere_are_none_of_those_that_teach():
    taught = {run for rows in data.read_lines(data.LINES) for row in rows for run in data.runs(plain(row.text), data.SHARED)}
    scored = [line for lines in mood_lines.LINES.values() for line in lines]
    scored += [*spoken_lines.NEGATIVE, *spoken_lines.NEUTRAL, *spoken_lines.POSITIVE]
    scored += [row.text for row in data.read_lines(data.UNSEEN)[1]]
    assert len(scored) == 307 and not [line for line in scored if any(run in taught for run in data.runs(plain(line), data.SHARED))]


def plain(text: str) -> data.Words:
    return tuple(re.findall(r"[a-z']+", text.lower()))


def test_reviews_are_read_by_the_sentence(tmp_path):
    text = "The first sentence is here. Too short. What is in between is one of these.<br /><br />It went on and on. I liked the end of it."
    (tmp_path / "reviews.csv").write_text(f'text,label,source\n"{text}",1,imdb\n"it is the best thing of all",1,rotten_tomatoes\n')
    rows = data.read_reviews(tmp_path / "reviews.csv", [], 1)
    assert sorted(rows) == [
        ("I liked the end of it.", 1),
        ("It went on and on.", 1),
        ("The first sentence is here.", 1),
        ("What is in between is one of these.", 1),
    ]
    held = ("well", ",", "i", "liked", "the", "end", "of", "it", ",", "too", ".")
    assert ("I liked the end of it.", 1) not in data.read_reviews(tmp_path / "reviews.csv", [held], 1)
    assert len(data.read_reviews(tmp_path / "reviews.csv", [held], 1)) == 3


def test_reviews_begin_with_what_says_most_of_them(tmp_path):
    texts = [f"This is number {number} of them." for number in range(9)]
    (tmp_path / "reviews.csv").write_text(f'text,label,source\n"{" ".join(texts)}",0,imdb\n')
    rows = [text for text, _ in data.read_reviews(tmp_path / "reviews.csv", [], 1)]
    assert sorted(rows) == texts
    assert {texts[0], texts[7], texts[8]} <= set(rows[:4])
