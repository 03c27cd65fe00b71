"""Finding and replacing in captions."""

from __future__ import annotations

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.find_text import Search, replacements


@pytest.mark.parametrize(
    ("search", "text", "told"),
    [
        (Search("cat", "dog"), "Cat cats concat", "dog dogs condog"), (Search("cat", "dog", case=True), "Cat cat", "Cat dog"),
        (Search("cat", "dog", whole=True), "cat cats cat.", "dog cats dog."), (Search("a b", "x"), "a\nb a  b", "x x"),
        (Search("a.c", "x"), "abc a.c", "abc x"), (Search("a.c", "x", regex=True), "abc a.c", "x x"),
        (Search(r"(\w+) (\w+)", r"\2 \1", regex=True), "one two", "two one"), (Search("x", r"\1 \n"), "x", r"\1 \n"),
        (Search("Ärger", "Freude"), "ÄRGER", "Freude"), (Search("cat", ""), "a cat", "a "), (Search("^b", "c", regex=True), "ab", "ab"),
    ],
)  # fmt: skip
def test_replacing(search, text, told):
    assert search.replaced(text) == told


@pytest.mark.parametrize("find", ["(", "[a", "a{2,1}", "(?P<x", "*", "\\"])
def test_an_expression_that_cannot_be_read_is_explained(find):
    with pytest.raises(EditorError, match=r"no regular expression: .+") as told:
        Search(find, regex=True).pattern  # noqa: B018
    assert "Traceback" not in str(told.value)


@pytest.mark.parametrize(("find", "regex"), [("", False), ("  ", False), ("", True), ("x*", True), ("$", True)])
def test_nothing_is_not_looked_for(find, regex):
    with pytest.raises(EditorError):
        Search(find, regex=regex).count("text")


@pytest.mark.parametrize("replace", [r"\2", r"\g<name>", "\\"])
def test_groups_that_are_not_there_are_explained(replace):
    with pytest.raises(EditorError, match="cannot be put in"):
        Search("(a)", replace, regex=True).replaced("a")


def test_only_what_changes_is_named():
    assert replacements(Search("a", "b"), {"1": "cab", "2": "c", "3": "A"}) == {"1": "cbb", "3": "b"}
    assert not replacements(Search("a", "a"), {"1": "cab"})


def test_it_is_counted_before():
    assert Search("a").count("Banana") == 3
