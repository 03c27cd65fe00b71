"""What a Hunspell dictionary knows. The small dictionaries have what those of English, German and Italian are made of."""

from __future__ import annotations

import pytest
from assistant_editor.timeline.hunspell import Dictionary

ENGLISH = Dictionary(
    """SET UTF-8
ICONV 1
ICONV \u2019 '
PFX U Y 1
PFX U 0 un .
SFX S Y 4
SFX S y ies [^aeiou]y
SFX S 0 s [aeiou]y
SFX S 0 es [sxzh]
SFX S 0 s [^sxzhy]
SFX D Y 2
SFX D 0 d e
SFX D 0 ed [^e]
SFX M Y 1
SFX M 0 's .
""",
    "9\ncity/SM\nday/SM\nbox/SDM\nlock/USD\nbake/SD\ndon't\nNASA\nMcDonald/M\nwell\tpo:adv\n",
)
GERMAN = Dictionary(
    """SET UTF-8
FLAG long
COMPOUNDMIN 2
COMPOUNDBEGIN Cb
COMPOUNDMIDDLE Cm
COMPOUNDEND Ce
COMPOUNDPERMITFLAG Cp
ONLYINCOMPOUND Oc
FORBIDDENWORD Fw
NEEDAFFIX Na
KEEPCASE Kc
CIRCUMFIX Ci
SFX Pl Y 2
SFX Pl 0 en/Ce [^e]
SFX Pl 0 n e
SFX In N 1
SFX In 0 en .
PFX Ge Y 1
PFX Ge 0 ge/Ci .
SFX Pa Y 1
SFX Pa 0 t/GeCi .
""",
    "8\nHaus/CbCe\nTür/CbCePl\nArbeits/CbOc\nzimmer/CeOc\nZimmer\nTurhaus/Fw\nspiel/NaInGePa\nAG/Kc\n",
)
TWICE = Dictionary("FLAG num\nAF 2\nAF 1\nAF 1,2\nSFX 1 Y 1\nSFX 1 0 o/2 .\nSFX 2 Y 1\nSFX 2 0 ne .\n", "2\nlibr/1\n")


@pytest.mark.parametrize(
    "word",
    ["city", "cities", "City", "CITIES", "days", "boxes", "boxed", "baked", "unlock", "unlocked", "don't", "don\u2019t", "Don't", "NASA",
     "McDonald's", "MCDONALD", "well-baked", "city's", "WELL"],
)  # fmt: skip
def test_english_is_known(word):
    assert ENGLISH.knows(word)


@pytest.mark.parametrize("word", ["citys", "dayes", "boxs", "bakeed", "unbox", "nasa", "dont", "cITY", "mcdonald", "well-bakd", "un", "'s"])
def test_english_mistakes_are_not(word):
    assert not ENGLISH.knows(word)


@pytest.mark.parametrize(
    "word", ["Haus", "Haustür", "Haustüren", "Arbeitszimmer", "Zimmer", "Türen", "spielen", "gespielt", "AG", "Türhaus"]
)
def test_compounds_and_circumfixes_are_known(word):
    assert GERMAN.knows(word)


@pytest.mark.parametrize("word", ["Arbeits", "Zimmerarbeits", "Turhaus", "spiel", "gespielen", "Haustürn", "ag", "Ag", "zimmerhaus"])
def test_what_only_looks_like_a_compound_is_not(word):
    assert not GERMAN.knows(word)


def test_suffixes_go_on_twice_and_flags_have_aliases():
    assert TWICE.knows("libro") and TWICE.knows("librone") and not TWICE.knows("librne")


@pytest.mark.parametrize("dictionary", [Dictionary("", ""), Dictionary("\ufeffSET\nSFX A\nSFX A Y\nPFX\nAF\n# nothing\n", "many\nword/")])
def test_a_strange_dictionary_is_read_as_far_as_it_goes(dictionary):
    assert not dictionary.knows("other")


def test_a_very_long_word_is_looked_up_in_no_time():
    assert not GERMAN.knows("Haus" * 2500)
    assert not GERMAN.knows("a" * 60)
