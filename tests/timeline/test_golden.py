"""Plans for fixed facts, compared to the letter with the files `tests/golden/make_plans.py` made."""

import importlib.util
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make_plans.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)
PLANS = make.plans()


@pytest.mark.parametrize("name", sorted(PLANS))
def test_plan(name):
    assert make.as_json(PLANS[name]) == (GOLDEN / "plans" / f"{name}.json").read_text(encoding="utf-8")


def test_every_file_is_made():
    assert {path.stem for path in (GOLDEN / "plans").glob("*.json")} == set(PLANS)
