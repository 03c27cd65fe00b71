from fractions import Fraction

import pytest
from assistant_editor.timeline.caption_rules import GUIDES, PRESETS, WIDE, CaptionRules, Problem, Shown, languages, problems, script
from assistant_editor.timeline.timebase import FrameRange

FILM = Fraction(24)
NETFLIX = PRESETS["netflix"]


def shown(start, end, text="Hello there.", language=""):
    return Shown(FrameRange(start, end), text, language)


def broken(*captions, rules=NETFLIX, rate=FILM, cuts=()):
    return [[(problem.rule, problem.measured, problem.limit) for problem in here] for here in problems(captions, rules, rate, cuts)]


@pytest.mark.parametrize(("rate", "frames"), [(24, 20), (Fraction(24000, 1001), 20), (25, 21), (Fraction(30000, 1001), 25), (60, 50)])
def test_the_shortest_time_in_frames_is_the_guides(rate, frames):
    assert NETFLIX.shortest(Fraction(rate)) == frames


def test_every_rule_is_looked_at():
    assert broken(shown(0, 24)) == [[]]
    assert broken(shown(0, 19)) == [[("shortest", 19, 20)]]
    assert broken(shown(0, 169)) == [[("longest", 169, 168)]]
    assert broken(shown(0, 24), shown(25, 50)) == [[("gap", 1, 2)], []]
    assert broken(shown(0, 24), shown(20, 50)) == [[("overlap", 4, 0)], []]
    assert broken(shown(0, 60, "a" * 43)) == [[("characters", 43, 42)]]
    assert broken(shown(0, 60, "a\nb\nc")) == [[("lines", 3, 2)]]
    assert broken(shown(0, 24, "one two three four"), rules=PRESETS["short"]) == [[("words", 4, 3)]]
    assert broken(shown(0, 24, "a" * 21)) == [[("speed", 21.0, 20.0)]]
    assert broken(shown(0, 24, "a" * 20)) == [[]]


def test_a_caption_that_crosses_a_cut_stays_on_both_sides():
    assert broken(shown(0, 48), cuts=(12, 36)) == [[]]
    assert broken(shown(0, 48), cuts=(11,)) == [[("cut", 11, 12)]]
    assert broken(shown(0, 48), cuts=(5, 40)) == [[("cut", 5, 12), ("cut", 8, 12)]]
    assert broken(shown(0, 48), cuts=(0, 48)) == [[]]
    assert broken(shown(0, 48), cuts=(5,), rules=PRESETS["youtube"]) == [[]]


def test_a_line_break_is_not_read():
    assert broken(shown(0, 24, "aaaaaaaaaa\naaaaaaaaaa")) == [[]]


@pytest.mark.parametrize(("text", "language"), [
    ("hello", ""), ("naïve", ""), ("天気", "zh"), ("天気です", "ja"), ("カー", "ja"), ("안녕", "ko"),
    ("สวัสดี", "th"), ("مرحبا", "ar"), ("नमस्ते", "hi"), ("😀", ""),
])  # fmt: skip
def test_letters_point_to_languages(text, language):
    assert script(text) == language


def test_a_guide_has_other_numbers_for_other_languages():
    for guide in ("netflix", "netflix_children"):
        for language, (line, speed) in GUIDES[guide].items():
            adapted = PRESETS[guide].spoken(language)
            assert (adapted.max_characters, adapted.max_speed) == (line, speed)
            assert (adapted.minimum_seconds, adapted.gap_frames) == (PRESETS[guide].minimum_seconds, PRESETS[guide].gap_frames)
    assert NETFLIX.spoken("de") == NETFLIX.spoken("") == NETFLIX
    assert PRESETS["bbc"].spoken("ja") == PRESETS["bbc"]
    assert CaptionRules().spoken("ja") == CaptionRules()


def test_translations_are_read_at_a_slower_pace():
    slower = NETFLIX.translated()
    assert [slower.spoken(language).max_speed for language in ("en", "de", "ja")] == [20, 17, 8]
    assert PRESETS["netflix_children"].translated().spoken("fr").max_speed == 13
    assert PRESETS["bbc"].translated() == PRESETS["bbc"]


def test_letters_go_before_what_is_declared():
    assert languages(["天気です", "天気", "OK"], ["ja", "ja", "ja"]) == ["ja", "ja", "ja"]
    assert languages(["It is fine.", "Really."], ["ja", "ja"]) == ["", ""], "translated by the recogniser"
    assert languages(["天气", "Ja.", "Gut"], ["zh", "de", ""]) == ["zh", "de", ""]
    assert languages(["天気", "です"], ["", ""]) == ["ja", "ja"]
    assert languages(["天気", "です"], ["en", "en"]) == ["ja", "ja"], "declared wrongly: the letters say so"
    assert languages(["天気", "です"], ["zh", "zh"]) == ["zh", "ja"]


def test_where_wide_characters_count_as_one_so_they_are_told():
    (found,) = problems([shown(0, 120, "天" * 17, "ja")], NETFLIX, FILM)
    assert found == (Problem("characters", 17, 16),) and found[0].told == "17 characters in a line, 16 allowed"
    assert broken(shown(0, 48, "天" * 14, "ja")) == [[]]
    assert broken(shown(0, 48, "天" * 15, "ja")) == [[("speed", 7.5, 7.0)]]
    assert {"ja", "ko", "zh"} == WIDE


def test_characters_alone_are_japanese_beside_kana():
    fast = "天" * 15
    assert broken(shown(0, 48, fast)) == [[]]
    assert broken(shown(0, 48, fast), shown(50, 90, "です")) == [[("speed", 7.5, 7.0)], []]


def test_every_problem_is_told_in_words():
    found = problems([shown(0, 10, "a" * 50 + "\nb\nc"), shown(5, 1000), shown(1001, 1040)], NETFLIX, FILM, (3,))
    told = [problem.told for here in found for problem in here]
    assert told == [
        "50 characters in a line, 42 allowed", "3 lines, 2 allowed", "124.8 characters a second, 20 allowed", "10 frames long, 20 at least",
        "overlaps the next by 5 frames", "3 frames beyond a cut, 12 at least or none", "995 frames long, 168 at most",
        "1 frames before the next, 2 at least",
    ]  # fmt: skip
