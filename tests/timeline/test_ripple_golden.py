"""What becomes of a whole cutting room, compared to the letter with the files `tests/golden/make_ripples.py` made."""

import json
from pathlib import Path

import pytest
from assistant_editor.ml.codec import from_json
from assistant_editor.timeline.layout import Rearrangement

from tests.golden import make_ripples as make
from tests.timeline.laid import apply, overlapping

GOLDEN = Path(make.__file__).parent / "ripples"
MADE = make.made()


@pytest.mark.parametrize("name", sorted(MADE))
def test_rearrangement(name):
    text = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
    assert make.as_json(MADE[name]) == text
    assert from_json(Rearrangement, json.loads(text)) == MADE[name]


@pytest.mark.parametrize("name", sorted(MADE))
def test_it_can_be_carried_out(name):
    line = make.room()
    assert not overlapping(apply(line, MADE[name]))


def test_every_file_is_made():
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(MADE)
