"""Whatever a message, a fact or an option may hold survives JSON unchanged; what does not fit is named."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import pytest
from assistant_editor.ml.codec import from_json, to_json
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from hypothesis import given
from hypothesis import strategies as st


@dataclass(frozen=True)
class Leaf:
    name: str
    at: Fraction
    sure: float = 1.0
    kind: Literal["hard", "soft"] = "hard"


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    size: tuple[int, int]
    best: Leaf | None = None
    flag: bool = False
    notes: dict[str, Fraction] = field(default_factory=dict)
    free: dict[str, Any] = field(default_factory=dict)


fractions = st.fractions(min_value=-(10**9), max_value=10**9)
leaves = st.builds(
    Leaf,
    st.text(),
    fractions,
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["hard", "soft"]),
)
trees = st.builds(
    Tree,
    st.lists(leaves, max_size=3).map(tuple),
    st.tuples(st.integers(), st.integers()),
    st.none() | leaves,
    st.booleans(),
    st.dictionaries(st.text(), fractions, max_size=3),
    st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=3),
)


@given(trees)
def test_every_value_comes_back_as_it_was(tree):
    assert from_json(Tree, json.loads(json.dumps(to_json(tree)))) == tree


def test_a_fraction_is_a_readable_string():
    assert to_json(Fraction(1001, 30000)) == "1001/30000"
    assert from_json(Leaf, {"name": "x", "at": 3}).at == Fraction(3)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"name": "x", "at": "1/0"}, "Leaf.at"),
        ({"name": "x", "at": 0.5}, "Leaf.at"),
        ({"name": "x", "at": True}, "Leaf.at"),
        ({"name": 3, "at": "1"}, "Leaf.name"),
        ({"name": "x", "at": "1", "sure": "high"}, "Leaf.sure"),
        ({"name": "x", "at": "1", "sure": True}, "Leaf.sure"),
        ({"name": "x", "at": "1", "kind": "fade"}, "Leaf.kind"),
        ({"name": "x", "at": "1", "nmae": "y"}, "nmae"),
        ({"name": "x"}, "Leaf"),
        ([], "Leaf"),
    ],
)
def test_what_does_not_fit_is_named(data, where):
    with pytest.raises(EditorError) as caught:
        from_json(Leaf, data)
    assert where in caught.value.message and caught.value.code == BAD_INPUT


def test_the_place_of_a_misfit_is_exact():
    leaf = {"name": "x", "at": "1"}
    with pytest.raises(EditorError, match=r"Tree\.leaves\[1\]\.at"):
        from_json(Tree, {"leaves": [leaf, {"name": "x", "at": "?"}], "size": [1, 2]})
    with pytest.raises(EditorError, match=r"Tree\.size"):
        from_json(Tree, {"leaves": [], "size": [1, 2, 3]})
    with pytest.raises(EditorError, match=r"Tree\.size"):
        from_json(Tree, {"leaves": [], "size": [True, 2]})


def test_what_has_no_json_form_is_refused():
    with pytest.raises(TypeError, match="set"):
        to_json({"x": {1, 2}})
